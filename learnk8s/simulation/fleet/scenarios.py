"""The scenarios of this era, in the order in which the site shows them; each with its goal and one way to reach it."""

from dataclasses import dataclass
from typing import Any

from learnk8s.simulation.docker.scenarios import check, field

NIGHT_MS = (17 * 60 + 40) * 60_000
"""From Monday 09:00 to Tuesday 02:40."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """The start of a sandbox, with its title and story in both languages, its goal and a solution. `accidents` are a delay after the start, what happens and where."""

    name: str
    title_en: str
    title_ko: str
    story_en: str
    story_ko: str
    goal: dict[str, Any]
    solution: tuple[str, ...]
    begins_ms: int = 10_000
    accidents: tuple[tuple[int, str, str], ...] = ()
    setup: tuple[str, ...] = ()
    traffic: int = 60
    first_lines: tuple[str, ...] = ("checks", "cat inventory", "ssh host-1")


def _all_answer() -> dict[str, Any]:
    return check(field("Fleet//", "answering", 20), "Not all twenty services answer.", "서비스 스무 개가 모두 답하지는 않는다.")


def _true() -> dict[str, Any]:
    return check(field("Inventory//", "is_true", True), "The inventory does not say what runs.", "장부가 실제로 도는 것과 다르다.")


LOOK = Scenario(
    "inventory", "Where does everything run?", "무엇이 어디에서 돌까?",
    "Twenty services on five hosts, and one file that says where. Somebody moved two of them last week and did not write it down. Go round the hosts, find out what is true, and mend the file inventory.",
    "호스트 다섯 대에서 서비스 스무 개가 돈다. 어디에 무엇이 있는지는 파일 하나에 적혀 있는데, 지난주에 누군가 두 개를 옮기고 적지 않았다. 호스트를 돌며 사실을 알아내 inventory 파일을 바로잡자.",
    setup=("sed -i '/^mail/s/host-2/host-4/; /^reviews/s/1.0/0.9/' inventory",),
    goal={"all": [_true(), _all_answer(), check({"happened": {"command": r"ssh|docker -H"}}, "You have not been on any host.", "아직 어느 호스트에도 가 보지 않았다.")]},
    solution=("for h in host-1 host-2 host-3 host-4 host-5; do echo $h; ssh $h docker ps; done", "inventory", "sed -i '/^mail/s/host-4/host-2/; /^reviews/s/0.9/1.0/' inventory"), first_lines=("cat inventory", "ssh host-2", "for h in host-1 host-2; do ssh $h docker ps; done"),
)
NIGHT = Scenario(
    "night", "03:12", "새벽 3시 12분",
    "It is twenty to three in the morning. Soon one host will lose its power, and the pager will say what does not answer. Start what is gone on other hosts, tell the balancer, and write it down. The dead host stays dead until morning.",
    "새벽 2시 40분이다. 곧 호스트 한 대의 전원이 나가고, 호출기가 무엇이 답하지 않는지 알려 줄 것이다. 사라진 것을 다른 호스트에 띄우고, 로드 밸런서에 알리고, 장부에 적자. 죽은 호스트는 아침까지 살아나지 않는다.",
    begins_ms=NIGHT_MS, accidents=((32 * 60_000, "power-off", "host-4"),),
    goal={"all": [check(field("Machine//host-4", "power", "off"), "host-4 still runs: let the time pass.", "host-4가 아직 돈다. 시간을 흘려보내자."), check(field("Scoreboard", "pages", 1, ">="), "The pager has not rung yet.", "아직 호출기가 울리지 않았다."), _all_answer(), _true()]},
    solution=("sleep 2100", "pager", "checks", "ssh host-2 docker run -d --name pictures --restart unless-stopped -p 8108:8108 shop/pictures:1.0", "ssh host-1 docker run -d --name shipping --restart unless-stopped -p 8112:8112 shop/shipping:1.0", "ssh host-5 docker run -d --name admin --restart unless-stopped -p 8116:8116 shop/admin:1.0",
              "ssh lb \"sed -i '/server pictures/s/host-4/host-2/; /server shipping/s/host-4/host-1/; /server admin/s/host-4/host-5/' /etc/haproxy/haproxy.cfg\"", "ssh lb systemctl reload haproxy", "sed -i '/^pictures/s/host-4/host-2/; /^shipping/s/host-4/host-1/; /^admin/s/host-4/host-5/; /host-4/d' inventory", "sleep 60"),
    first_lines=("checks", "pager", "sleep 2100"),
)
ROLLOUT = Scenario(
    "rollout", "A release, copy by copy", "한 벌씩 올리는 새 릴리스",
    "api 1.2 is out. It runs on three hosts, and customers are shopping. Take one copy at a time out of the balancer, replace it, put it back; nobody may see an error. Then write the new version down.",
    "api 1.2가 나왔다. 세 호스트에서 돌고 있고 손님은 물건을 사는 중이다. 한 번에 한 벌씩 로드 밸런서에서 빼고, 바꾸고, 다시 넣자. 아무도 오류를 보아서는 안 된다. 끝나면 새 버전을 적어 두자.",
    goal={"all": [check(field("Service//api", "version", "1.2"), "Not all copies of api are at 1.2.", "api 복제본이 모두 1.2는 아니다."), check(field("Service//api", "servers_alive", 3), "The balancer does not send to three living copies of api.", "로드 밸런서가 살아 있는 api 세 벌로 보내고 있지 않다."), check(field("Scoreboard", "requests_failed", 100, "<="), "More than a hundred requests failed on the way: undo, and take each copy out of the balancer first.", "도중에 요청이 백 건 넘게 실패했다. 되돌려, 먼저 로드 밸런서에서 빼고 하자."), _true()]},
    solution=tuple(line for host in ("host-1", "host-2", "host-4") for line in (f"ssh lb \"sed -i '/server api-.*{host}/s/check/disabled/' /etc/haproxy/haproxy.cfg\"", "ssh lb systemctl reload haproxy", f"ssh {host} docker rm -f api", f"ssh {host} docker run -d --name api --cpus 0.5 --restart unless-stopped -p 8081:8081 -e DATABASE_HOST=lb:5432 shop/api:1.2", "sleep 5",
                                                                                  f"ssh lb \"sed -i '/server api-.*{host}/s/disabled/check/' /etc/haproxy/haproxy.cfg\"", "ssh lb systemctl reload haproxy")) + ("sed -i '/^api/s/1.0/1.2/' inventory",),
    first_lines=("ssh lb cat /etc/haproxy/haproxy.cfg", "ssh host-1 docker ps", "checks"),
)
MOVE = Scenario(
    "maintenance", "Empty host-3 before noon", "정오까지 host-3 비우기",
    "host-3 gets new memory at noon. Everything on it has to live somewhere else by then: find room on the other four, start, tell the balancer, stop, write down. Watch the memory: a host that is too full kills its largest container.",
    "정오에 host-3의 메모리를 갈아 끼운다. 그때까지 거기 있는 모든 것이 다른 곳에서 살아야 한다. 나머지 네 대에서 자리를 찾고, 띄우고, 로드 밸런서에 알리고, 멈추고, 적자. 메모리를 살피자. 너무 찬 호스트는 가장 큰 컨테이너를 죽인다.",
    goal={"all": [check(field("Machine//host-3", "running", 0), "Something still runs on host-3.", "host-3에서 아직 무언가 돌고 있다."), _all_answer(), _true(), check(field("Scoreboard", "oom_kills", 0), "A host was too full, and its kernel killed something.", "너무 찬 호스트의 커널이 무언가를 죽였다.")]},
    solution=("ssh host-4 docker run -d --name web --cpus 0.25 --restart unless-stopped -p 8080:8080 -e API_HOST=lb:8081 shop/web:1.0", "ssh host-4 docker run -d --name search --restart unless-stopped -p 8101:8101 shop/search:1.0", "ssh host-2 docker run -d --name checkout --restart unless-stopped -p 8103:8103 shop/checkout:1.0",
              "ssh host-1 docker run -d --name reviews --restart unless-stopped -p 8107:8107 shop/reviews:1.0", "ssh host-1 docker run -d --name invoices --restart unless-stopped -p 8111:8111 shop/invoices:1.0", "ssh host-2 docker run -d --name hints --restart unless-stopped -p 8113:8113 shop/hints:1.0", "ssh host-1 docker run -d --name stats --restart unless-stopped -p 8115:8115 shop/stats:1.0", "sleep 5",
              "ssh lb \"sed -i '/server web-/s/host-3/host-4/; /server search-/s/host-3/host-4/; /server checkout-/s/host-3/host-2/; /server reviews/s/host-3/host-1/; /server invoices/s/host-3/host-1/; /server hints/s/host-3/host-2/; /server stats/s/host-3/host-1/' /etc/haproxy/haproxy.cfg\"", "ssh lb systemctl reload haproxy",
              "ssh host-3 'docker stop $(docker ps -q)'", "sed -i '/^web/s/host-3/host-4/; /^search/s/host-3/host-4/; /^checkout/s/host-3/host-2/; /^reviews/s/host-3/host-1/; /^invoices/s/host-3/host-1/; /^hints/s/host-3/host-2/; /^stats/s/host-3/host-1/' inventory", "sleep 60"),
    first_lines=("ssh host-3 docker stats --no-stream", "for h in host-1 host-2 host-4 host-5; do ssh $h free -m; done", "cat inventory"),
)
SALE = Scenario(
    "sale-day", "Sale day by hand", "손으로 치르는 할인 날",
    "The sale begins: ten times as many requests. Each copy of web may use a quarter of a CPU and each of api a half. Start more copies, as many as it takes, and tell the balancer of each.",
    "할인이 시작되어 요청이 열 배로 늘어난다. web 한 벌은 CPU 4분의 1개, api 한 벌은 2분의 1개까지 쓴다. 필요한 만큼 더 띄우고, 띄울 때마다 로드 밸런서에 알리자.",
    traffic=600,
    goal={"all": [check(field("Traffic//web", "per_second", 600, ">="), "The sale is on: leave the traffic at 600.", "할인 중이다. 트래픽을 600으로 두자."), check(field("Service//api", "servers_alive", 5, ">="), "The balancer knows fewer than five living copies of api.", "로드 밸런서가 아는 살아 있는 api가 다섯 벌보다 적다."),
                  check(field("Service//web", "servers_alive", 4, ">="), "The balancer knows fewer than four living copies of web.", "로드 밸런서가 아는 살아 있는 web이 네 벌보다 적다."), check(field("Flow//web", "failing", False), "Requests still fail.", "아직 요청이 실패하고 있다.")]},
    solution=("ssh host-1 docker run -d --name api-2 --cpus 0.5 --restart unless-stopped -p 8181:8081 -e DATABASE_HOST=lb:5432 shop/api:1.0", "ssh host-2 docker run -d --name api-2 --cpus 0.5 --restart unless-stopped -p 8181:8081 -e DATABASE_HOST=lb:5432 shop/api:1.0", "ssh host-4 docker run -d --name web --cpus 0.25 --restart unless-stopped -p 8080:8080 -e API_HOST=lb:8081 shop/web:1.0", "sleep 5",
              "ssh lb \"sed -i 's/^backend api$/backend api\\n    server api-4 host-1:8181 check\\n    server api-5 host-2:8181 check/; s/^backend web$/backend web\\n    server web-4 host-4:8080 check/' /etc/haproxy/haproxy.cfg\"", "ssh lb systemctl reload haproxy", "sleep 10"),
    first_lines=("checks", "ssh host-1 docker stats --no-stream", "ssh lb cat /etc/haproxy/haproxy.cfg"),
)
BAD_RELEASE = Scenario(
    "bad-release", "Half rolled out, and broken", "반쯤 올라간 고장 난 릴리스",
    "A colleague began to roll out cart 1.1 and went home. It does not start, on one host of two. The balancer hides it; but one more dead host, and the cart is gone. Find it and put the old version back.",
    "동료가 cart 1.1을 올리다 말고 퇴근했다. 두 호스트 중 하나에서 시작되지 않는다. 로드 밸런서가 가려 주고 있지만, 호스트 하나만 더 죽으면 장바구니가 통째로 사라진다. 찾아내 옛 버전으로 돌려놓자.",
    setup=("ssh host-4 docker rm -f cart", "ssh host-4 docker pull -q shop/cart:1.1", "ssh host-4 docker run -d --name cart --restart on-failure:5 -p 8102:8102 shop/cart:1.1"),
    goal={"all": [check(field("Service//cart", "version", "1.0"), "Not all copies of cart are at 1.0.", "cart 복제본이 모두 1.0은 아니다."), check(field("Service//cart", "servers_alive", 2), "There are not two living copies of cart.", "살아 있는 cart가 두 벌이 아니다."), _true()]},
    solution=("checks", "ssh host-4 docker logs cart", "ssh host-4 docker rm -f cart", "ssh host-4 docker run -d --name cart --restart unless-stopped -p 8102:8102 shop/cart:1.0", "sleep 10"), first_lines=("checks", "for h in host-1 host-2 host-3 host-4 host-5; do ssh $h docker ps -a --filter status=exited; done", "cat inventory"),
)
HAND_OVER = Scenario(
    "hand-over", "Hand it over", "넘겨주기",
    "Others had the same nights and wrote programs. Read how four of them say \"three copies of web\" (the folder others), then hand this very fleet to Kubernetes: what should run becomes manifests, and the page opens a cluster in which they are applied. Kill a node there and go back to bed.",
    "다른 이들도 같은 밤을 보내고 프로그램을 썼다. others 폴더에서 넷이 \"web 세 벌\"을 저마다 어떻게 말하는지 읽은 뒤, 바로 이 플릿을 쿠버네티스에 넘기자. 무엇이 돌아야 하는지가 매니페스트가 되고, 그것을 적용한 클러스터가 열린다. 거기서는 노드를 하나 죽이고 다시 자러 가면 된다.",
    begins_ms=NIGHT_MS,
    goal={"all": [check({"happened": {"command": r"others/|orchestrators"}}, "You have not looked into the folder others.", "아직 others 폴더를 보지 않았다."), check({"happened": {"action": "hand-over"}}, "The fleet is not handed over yet.", "아직 플릿을 넘기지 않았다.")]},
    solution=("orchestrators", "cat others/marathon.json", "handover", "head -40 kubernetes/fleet.yaml"), first_lines=("orchestrators", "cat others/web.nomad.hcl", "handover"),
)
SCENARIOS: dict[str, Scenario] = {scenario.name: scenario for scenario in (LOOK, NIGHT, ROLLOUT, MOVE, SALE, BAD_RELEASE, HAND_OVER)}
