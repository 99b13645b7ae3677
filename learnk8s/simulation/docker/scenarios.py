"""The scenarios of this era, in the order in which the site shows them; each with its goal and one way to reach it."""

from dataclasses import dataclass
from typing import Any

Goal = dict[str, Any]
HOST = "docker-1"


@dataclass(frozen=True, slots=True)
class Scenario:
    """The start of a sandbox, with its title and story in both languages, its goal and a solution. `setup` was typed before the learner came."""

    name: str
    title_en: str
    title_ko: str
    story_en: str
    story_ko: str
    goal: Goal
    solution: tuple[str, ...]
    setup: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    traffic: tuple[tuple[str, int], ...] = ()
    memory_mib: int = 4_096
    cpus: int = 4
    disk_bytes: int = 20_000_000_000
    faults: tuple[tuple[str, str], ...] = ()
    first_lines: tuple[str, ...] = ("docker ps", "docker images")


APP_FILES = (
    ("shop/app.py", 'from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.route("/")\ndef home():\n    return "<h1>shop 1</h1>"\n\n\napp.run(host="0.0.0.0", port=5000)\n'),
    ("shop/requirements.txt", "flask==3.1.2\n"),
    ("shop/Dockerfile", 'FROM python:3.13-slim\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nCOPY . .\nEXPOSE 5000\nCMD ["python", "app.py"]\n'),
    ("shop/.dockerignore", ".git\n__pycache__\n*.md\n"),
    ("shop/README.md", "# The shop's page\n"),
)
GO_FILES = (
    ("hello/main.go", 'package main\n\nimport (\n\t"fmt"\n\t"net/http"\n)\n\nfunc main() {\n\thttp.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {\n\t\tfmt.Fprint(w, "hello from go")\n\t})\n\thttp.ListenAndServe(":8080", nil)\n}\n'),
    ("hello/Dockerfile", 'FROM golang:1.25\nWORKDIR /src\nCOPY . .\nRUN go build -o /server .\nCMD ["/server"]\n'),
)
SMALL_DOCKERFILE = 'FROM golang:1.25 AS build\nWORKDIR /src\nCOPY . .\nRUN go build -o /server .\n\nFROM scratch\nCOPY --from=build /server /server\nCMD ["/server"]\n'
COMPOSE = """\
services:
  web:
    image: shop/web:1.0
    ports:
      - "8080:8080"
    depends_on:
      - api
    restart: unless-stopped
  api:
    image: shop/api:1.0
    depends_on:
      - database
    restart: unless-stopped
  database:
    image: shop/database:1.0
    volumes:
      - data:/data
    restart: unless-stopped
volumes:
  data:
"""
SHOP_NETWORK = ("docker pull -q shop/web:1.0", "docker pull -q shop/api:1.0", "docker pull -q shop/database:1.0", "docker network create shop")
SHOP_RUN = (*SHOP_NETWORK, "docker run -d --name database --network shop shop/database:1.0", "docker run -d --name api --network shop shop/api:1.0", "docker run -d --name web --network shop -p 8080:8080 shop/web:1.0")


def check(body: dict[str, Any], text_en: str, text_ko: str) -> dict[str, Any]:
    """Return a check with its sentences."""
    return {**body, "text_en": text_en, "text_ko": text_ko}


def field(ref: str, path: str, value: Any, op: str = "==") -> dict[str, Any]:
    """Return a check of one field."""
    return {"field": {"ref": ref, "path": path, "op": op, "value": value}}


FIRST = Scenario(
    "first-container", "A web server in a quarter of a second", "4분의 1초 만에 뜨는 웹 서버",
    "One host with Docker and nothing on it. Pull nginx, start it under the name web so that port 8080 of the host leads to it, and look inside.",
    "Docker만 깔린 호스트 한 대가 있다. nginx를 받아 web이라는 이름으로 띄우되, 호스트의 8080번 포트로 들어가게 하고 안을 들여다보자.",
    goal={"all": [check(field("Container//web", "serves", True), "No container `web` answers yet.", "web 컨테이너가 아직 답하지 않는다."), check({"count": {"kind": "Container", "where": {"Name": "/web", "published": "8080->80"}, "op": "==", "value": 1}}, "Port 8080 of the host does not lead to port 80 of web.", "호스트의 8080번이 web의 80번으로 이어지지 않는다."),
                  check({"happened": {"command": r"docker (container )?exec"}}, "You have not looked inside with docker exec.", "아직 docker exec으로 안을 들여다보지 않았다.")]},
    solution=("docker run -d --name web -p 8080:80 nginx", "sleep 2", "curl -s localhost:8080", "docker exec web ls /usr/share/nginx/html"), first_lines=("docker run -d --name web -p 8080:80 nginx", "docker run hello-world", "docker ps"),
)
BUILD = Scenario(
    "layers", "Build twice, pay once", "두 번 빌드하고 한 번만 낸다",
    "The folder shop has a Dockerfile. Build it as shop-page:1, change the text in app.py, build it as shop-page:2 and run that on port 5000. Watch which steps come from the cache, and which layers both images share.",
    "shop 폴더에 Dockerfile이 있다. shop-page:1로 빌드하고, app.py의 글자를 바꾼 뒤 shop-page:2로 다시 빌드해 5000번 포트로 띄우자. 어느 단계가 캐시에서 오는지, 두 이미지가 어느 레이어를 함께 쓰는지 살펴보자.",
    files=APP_FILES,
    goal={"all": [check({"exists": "Image/docker-1/shop-page:1"}, "There is no image shop-page:1 yet.", "아직 shop-page:1 이미지가 없다."), check({"exists": "Image/docker-1/shop-page:2"}, "There is no image shop-page:2 yet.", "아직 shop-page:2 이미지가 없다."),
                  check(field("Image/docker-1/shop-page:2", "shared", 100_000_000, ">="), "shop-page:2 does not share its lower layers with shop-page:1.", "shop-page:2가 아래 레이어를 shop-page:1과 함께 쓰지 않는다."),
                  check({"count": {"kind": "Container", "where": {"image_name": "shop-page:2", "serves": True}, "op": ">=", "value": 1}}, "No container of shop-page:2 answers.", "shop-page:2 컨테이너가 답하지 않는다.")]},
    solution=("docker build -t shop-page:1 shop", "sed -i 's/shop 1/shop 2/' shop/app.py", "docker build -t shop-page:2 shop", "docker run -d -p 5000:5000 shop-page:2", "sleep 2", "curl -s localhost:5000"), first_lines=("cat shop/Dockerfile", "docker build -t shop-page:1 shop", "docker history shop-page:1"),
)
SMALL = Scenario(
    "multi-stage", "Leave the workshop at home", "공방은 두고 물건만 보낸다",
    "hello is a server of 8 MB. Its image has 870, because the whole compiler came along. Rewrite the Dockerfile so that hello:small has less than 20 MB and still answers on port 8080.",
    "hello는 8MB짜리 서버인데 이미지는 870MB다. 컴파일러까지 통째로 따라왔기 때문이다. 20MB가 넘지 않는 hello:small이 나오도록 Dockerfile을 고쳐 쓰고, 8080번 포트로 답하게 하자.",
    files=GO_FILES, setup=("docker build -q -t hello:big hello",),
    goal={"all": [check(field("Image/docker-1/hello:small", "Size", 20_000_000, "<="), "There is no image hello:small of at most 20 MB yet.", "20MB를 넘지 않는 hello:small 이미지가 아직 없다."), check({"count": {"kind": "Container", "where": {"image_name": "hello:small", "serves": True}, "op": ">=", "value": 1}}, "No container of hello:small answers.", "hello:small 컨테이너가 답하지 않는다.")]},
    solution=(f"cat > hello/Dockerfile <<'EOF'\n{SMALL_DOCKERFILE}EOF", "docker build -t hello:small hello", "docker run -d -p 8080:8080 hello:small", "sleep 1", "docker images"), first_lines=("docker images", "cat hello/Dockerfile", "docker history hello:big"),
)
NAMES = Scenario(
    "names", "web cannot find api", "web이 api를 찾지 못한다",
    "Three containers run on the default bridge, and every request ends in 502: on it, containers have addresses but no names. Put them on a network of their own, without losing the one that holds the data.",
    "컨테이너 세 개가 기본 브리지에서 도는데 요청이 모두 502로 끝난다. 기본 브리지에는 주소만 있고 이름이 없기 때문이다. 데이터를 쥔 컨테이너를 잃지 않고 전용 네트워크로 옮기자.",
    setup=("docker pull -q shop/web:1.0", "docker pull -q shop/api:1.0", "docker pull -q shop/database:1.0", "docker run -d --name database shop/database:1.0", "docker run -d --name api shop/api:1.0", "docker run -d --name web -p 8080:8080 shop/web:1.0"), traffic=(("8080", 40),),
    goal={"all": [check(field("Container//web", "serves", True), "web still answers 502.", "web이 아직 502로 답한다."), check(field("Container//database", "RestartCount", 0), "The database was not kept.", "데이터베이스를 잃었다.")]},
    solution=("docker network create shop", "docker network connect shop database", "docker network connect shop api", "docker network connect shop web", "curl -s localhost:8080"), first_lines=("curl -i localhost:8080", "docker exec api getent hosts database", "docker network ls"),
)
LIMIT = Scenario(
    "memory-limit", "A neighbour that eats everything", "모두 먹어 치우는 이웃",
    "report leaks a megabyte a second. On this host all containers share one kernel and one memory: when that is used up, the kernel kills the largest, and that is the database. Run report again under the same name with a limit of 200 MB that only it can hit.",
    "report는 1초에 1MB씩 메모리가 샌다. 이 호스트의 컨테이너는 커널 하나와 메모리 하나를 함께 쓰니, 바닥나면 커널은 가장 큰 것, 곧 데이터베이스를 죽인다. report를 같은 이름으로 다시 띄우되 저만 걸리도록 200MB 한도를 두자.",
    setup=(*SHOP_RUN, "docker pull -q shop/report:1.0", "docker run -d --name report --restart unless-stopped shop/report:1.0"), traffic=(("8080", 40),), memory_mib=2_048, cpus=2,
    goal={"all": [check(field("Container//report", "HostConfig.Memory", 209_715_200, "<="), "report has no limit of at most 200 MB.", "report에 200MB 이하 한도가 없다."), check(field("Container//report", "HostConfig.Memory", 0, ">"), "report has no memory limit yet.", "report에 아직 메모리 한도가 없다."),
                  check(field("Container//report", "RestartCount", 1, ">="), "The kernel has not killed report at its own limit yet: wait.", "커널이 아직 report를 제 한도에서 죽이지 않았다. 기다려 보자."), check(field("Container//web", "serves", True), "The shop does not serve.", "가게가 응답하지 않는다.")]},
    solution=("docker rm -f report", "docker run -d --name report -m 200m --restart unless-stopped shop/report:1.0", "sleep 240", "docker inspect report --format '{{.RestartCount}} {{.State.OOMKilled}}'"), first_lines=("docker stats --no-stream", "free -m", "docker inspect report --format '{{.HostConfig.Memory}}'"),
)
VOLUME = Scenario(
    "volume", "The container went, and the orders with it", "컨테이너와 함께 사라진 주문",
    "Start postgres as db so that its data outlives it: write a table orders with one row, remove the container, start a new one, and read the row again.",
    "데이터가 컨테이너보다 오래 남도록 postgres를 db라는 이름으로 띄우자. orders 표에 한 줄을 쓰고, 컨테이너를 지우고, 새로 띄워 그 줄을 다시 읽는다.",
    setup=("docker pull -q postgres:17",),
    goal={"all": [check({"happened": {"command": r"docker (container )?rm .*db"}}, "The first container was not removed.", "첫 컨테이너를 지우지 않았다."), check(field("Container//db", "serves", True), "No postgres called db runs.", "db라는 postgres가 돌고 있지 않다."), check({"count": {"kind": "Volume", "where": {"kept": True}, "op": ">=", "value": 1}}, "No named volume in use holds the table orders.", "쓰이고 있는 이름 있는 볼륨에 orders 표가 없다.")]},
    solution=("docker volume create orders", "docker run -d --name db -e POSTGRES_PASSWORD=x -v orders:/var/lib/postgresql/data postgres:17", "sleep 4", "docker exec db psql -U postgres -c 'CREATE TABLE orders (id int, what text); INSERT INTO orders VALUES (1, tea)'", "docker rm -f db", "docker run -d --name db -e POSTGRES_PASSWORD=x -v orders:/var/lib/postgresql/data postgres:17", "sleep 4", "docker exec db psql -U postgres -c 'SELECT * FROM orders'"),
    first_lines=("docker run -d --name db -e POSTGRES_PASSWORD=x postgres:17", "docker volume ls", "docker run --help"),
)
ROLLBACK = Scenario(
    "rollback", "Back to the tag from before", "전의 태그로 되돌아가기",
    "Somebody rolled api out as 1.1. It needs a newer library than its image has and does not start; the shop answers 502. Images never change: the one from before is still there under its tag.",
    "누군가 api를 1.1로 올렸다. 이미지에 든 것보다 새로운 라이브러리를 요구해 시작되지 않고, 가게는 502로 답한다. 이미지는 변하지 않으니 전의 것이 제 태그 아래 그대로 있다.",
    setup=(*SHOP_RUN, "docker pull -q shop/api:1.1", "docker rm -f api", "docker run -d --name api --network shop --restart on-failure:3 shop/api:1.1"), traffic=(("8080", 40),),
    goal={"all": [check(field("Container//api", "image_name", "shop/api:1.0"), "api is not at 1.0.", "api가 1.0이 아니다."), check(field("Container//web", "serves", True), "The shop does not serve yet.", "가게가 아직 응답하지 않는다.")]},
    solution=("docker ps -a", "docker logs api", "docker rm -f api", "docker run -d --name api --network shop --restart unless-stopped shop/api:1.0", "sleep 3"), first_lines=("docker ps -a", "docker logs api", "docker images shop/api"),
)
COMPOSED = Scenario(
    "compose", "One file instead of four commands", "명령 네 개 대신 파일 하나",
    "compose.yaml describes the shop: three services, a network with names, a volume. Bring it up, then run three copies of api. A forgotten container holds port 8080.",
    "compose.yaml에 가게가 적혀 있다. 서비스 셋, 이름이 통하는 네트워크, 볼륨 하나다. 한꺼번에 띄운 뒤 api를 세 벌로 늘리자. 잊힌 컨테이너 하나가 8080번 포트를 쥐고 있다.",
    files=(("shop/compose.yaml", COMPOSE),), setup=("docker pull -q nginx:1.27", "docker run -d --name forgotten -p 8080:80 nginx:1.27"),
    goal={"all": [check({"count": {"kind": "Container", "where": {"service": "api", "serves": True}, "op": "==", "value": 3}}, "There are not three copies of api that serve.", "응답하는 api가 세 벌이 아니다."), check(field("Container//shop-web-1", "serves", True), "web of the project shop does not serve.", "shop 프로젝트의 web이 응답하지 않는다.")]},
    solution=("cd shop", "docker compose up -d", "docker rm -f forgotten", "docker compose up -d", "docker compose up -d --scale api=3", "sleep 5", "docker compose ps"), first_lines=("cd shop", "cat compose.yaml", "docker compose up -d"),
)
DISK = Scenario(
    "disk-full", "No space left on device", "디스크에 자리가 없다",
    "Nightly builds left their layers on this host for weeks, and now the fix shop/api:1.2 cannot be pulled. Find out what takes the room, give it back without touching what runs, and roll the fix out.",
    "야간 빌드가 몇 주 동안 레이어를 쌓아 두어, 고친 버전 shop/api:1.2를 받을 자리가 없다. 무엇이 자리를 차지하는지 알아내, 도는 것은 건드리지 않고 되찾은 뒤 고친 버전을 올리자.",
    setup=SHOP_RUN, faults=(("fill-disk", HOST),), traffic=(("8080", 40),), disk_bytes=12_000_000_000,
    goal={"all": [check(field("Container//api", "image_name", "shop/api:1.2"), "api is not at 1.2.", "api가 1.2가 아니다."), check(field("Container//web", "serves", True), "The shop does not serve.", "가게가 응답하지 않는다."), check(field("Machine//docker-1", "disk_free", 5_000_000_000, ">="), "Less than 5 GB are free.", "빈자리가 5GB보다 적다.")]},
    solution=("docker system df", "docker image prune -a -f", "docker pull shop/api:1.2", "docker rm -f api", "docker run -d --name api --network shop shop/api:1.2", "sleep 3"), first_lines=("docker pull shop/api:1.2", "docker system df", "docker images"),
)
ONE_HOST = Scenario(
    "one-host", "Where it ends: one host", "여기까지다: 호스트 한 대",
    "The shop runs well. Now pull the plug of the only host. Nobody moves the containers anywhere, because there is nowhere else and nobody who would. Switch it on again and see what comes back by itself, and what does not.",
    "가게가 잘 돌고 있다. 이제 하나뿐인 호스트의 전원을 뽑자. 컨테이너를 옮길 다른 곳도, 옮겨 줄 누구도 없다. 다시 켜서 무엇이 저절로 돌아오고 무엇이 돌아오지 않는지 보자.",
    setup=(*SHOP_NETWORK, "docker run -d --name database --network shop --restart unless-stopped shop/database:1.0", "docker run -d --name api --network shop shop/api:1.0", "docker run -d --name web --network shop --restart unless-stopped -p 8080:8080 shop/web:1.0"), traffic=(("8080", 40),),
    goal={"all": [check({"happened": {"action": "power-off"}}, "The host has not lost power yet.", "호스트의 전원이 아직 나가지 않았다."), check(field("Machine//docker-1", "power", "on"), "The host is not back.", "호스트가 아직 돌아오지 않았다."), check(field("Container//web", "serves", True), "The shop does not serve again yet.", "가게가 아직 다시 응답하지 않는다."),
                  check(field("Container//api", "HostConfig.RestartPolicy.Name", "no", "!="), "api still has no restart policy: the next time it stays down again.", "api에 아직 재시작 정책이 없다. 다음에도 그대로 꺼져 있게 된다.")]},
    solution=("fault power-off docker-1", "fault power-on docker-1", "sleep 120", "docker ps -a", "docker start api", "docker update --restart unless-stopped api", "sleep 5"), first_lines=("docker ps", "fault power-off docker-1", "fault power-on docker-1"),
)
SCENARIOS: dict[str, Scenario] = {scenario.name: scenario for scenario in (FIRST, BUILD, SMALL, NAMES, LIMIT, VOLUME, ROLLBACK, COMPOSED, DISK, ONE_HOST)}
