"""The era of containers from outside: lines in, text and states out."""

import json
import re

import pytest

from learnk8s.simulation.docker.client import COMMANDS
from learnk8s.simulation.kernel.goals import BadGoal
from learnk8s.simulation.worlds import load
from tests.simulation.typing_on import maker, run, wait
from tests.simulation.docker.record_docker import KEPT, told


make = maker("docker", "first-container")


@pytest.fixture
def host():
    return make()


@pytest.fixture
def shop():
    return make("disk-full")


def test_there_are_many_commands():
    assert len({command.path for command in COMMANDS}) >= 60


PRINTED = [
    pytest.param("docker ps", "CONTAINER ID   IMAGE     COMMAND   CREATED   STATUS    PORTS     NAMES\n", id="ps of nothing"),
    pytest.param("docker images", "REPOSITORY   TAG       IMAGE ID   CREATED   SIZE\n", id="images of nothing"),
    pytest.param("docker foo", "docker: unknown command: docker foo\n\nRun 'docker --help' for more information\n", id="unknown command"),
    pytest.param("docker ps --foo", "unknown flag: --foo\n\nUsage:  docker ps [OPTIONS]\n\nRun 'docker ps --help' for more information\n", id="unknown flag"),
    pytest.param("docker ps -y", "unknown shorthand flag: 'y' in -y\n\nUsage:  docker ps [OPTIONS]\n\nRun 'docker ps --help' for more information\n", id="unknown letter"),
    pytest.param("docker run", "docker: 'docker run' requires at least 1 argument\n\nUsage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]\n\nSee 'docker run --help' for more information\n", id="run of nothing"),
    pytest.param("docker rm", "docker: 'docker rm' requires at least 1 argument\n\nUsage:  docker rm [OPTIONS] CONTAINER [CONTAINER...]\n\nSee 'docker rm --help' for more information\n", id="rm of nothing"),
    pytest.param("docker stop nope", "Error response from daemon: No such container: nope\n", id="no such container"),
    pytest.param("docker rmi nope", "Error response from daemon: No such image: nope:latest\n", id="no such image"),
    pytest.param("docker inspect nope", "[]\nError: No such object: nope\n", id="no such object"),
    pytest.param("docker volume inspect nope", "[]\nError response from daemon: get nope: no such volume\n", id="no such volume"),
    pytest.param("docker network inspect nope", "[]\nError response from daemon: network nope not found\n", id="no such network"),
    pytest.param("docker network rm bridge", "Error response from daemon: bridge is a pre-defined network and cannot be removed\n", id="predefined network"),
    pytest.param("docker network ls --format '{{.Name}} {{.Driver}}'", "bridge bridge\nhost host\nnone null\n", id="networks"),
    pytest.param("docker pull nope", "Using default tag: latest\nError response from daemon: pull access denied for nope, repository does not exist or may require 'docker login': denied: requested access to the resource is denied\n", id="pull of nothing"),
    pytest.param("docker pull nginx:0.0", "Error response from daemon: manifest for nginx:0.0 not found: manifest unknown: manifest unknown\n", id="no such tag"),
    pytest.param("docker pull UPPER", "invalid reference format: repository name (library/UPPER) must be lowercase\n", id="upper case"),
    pytest.param("docker run -d -p 80:80:80:80 nginx", "docker: invalid containerPort: 80:80:80:80\n\nRun 'docker run --help' for more information\n", id="bad port"),
    pytest.param("docker run -m 1x nginx", "invalid argument \"1x\" for \"-m, --memory\" flag: invalid suffix: 'x'\n", id="bad size"),
    pytest.param("docker build .", "[+] Building 0.", id="no Dockerfile"),
    pytest.param("docker compose up", "no configuration file provided: not found\n", id="no compose file"),
    pytest.param("docker version --format '{{.Server.Version}}'", "28.5.2\n", id="version"),
    pytest.param("docker login", "learnk8s: registries of this sandbox have no accounts", id="login says what it is"),
    pytest.param("docker compose version", "Docker Compose version v2.40.3\n", id="compose version"),
    pytest.param("docker volume create data; docker volume ls", "data\nDRIVER    VOLUME NAME\nlocal     data\n", id="volumes"),
    pytest.param("docker --version", "Docker version 28.5.2, build ecc6942\n", id="short version"),
    pytest.param("docker run --help | head -3", "Usage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]\n\nCreate and run a new container from an image\n", id="help"),
    pytest.param("docker run --rm alpine echo hello | tail -1", "hello\n", id="run and print"),
    pytest.param("docker run --rm alpine sh -c 'exit 3'; echo $?", "3\n", id="exit status"),
    pytest.param("docker run --rm busybox nope 2>&1 | tail -3 | head -1", "docker: Error response from daemon: failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: \"nope\": executable file not found in $PATH\n", id="no such program"),
    pytest.param("curl localhost:8080", "curl: (7) Failed to connect to localhost port 8080 after 0 ms: Could not connect to server\n", id="nobody listens"),
]


@pytest.mark.parametrize(("line", "expected"), PRINTED)
def test_docker_prints_what_the_real_one_does(host, line, expected):
    printed = run(host, line)
    assert expected in printed if "run --rm" in line or expected.endswith("0.") else printed.startswith(expected)


def test_a_run_reads_as_in_a_tutorial(host):
    printed = run(host, "docker run -d --name web -p 8080:80 nginx")
    assert re.fullmatch(r"Unable to find image 'nginx:latest' locally\nlatest: Pulling from library/nginx\n(?:[0-9a-f]{12}: Pull complete\n){3}Digest: sha256:[0-9a-f]{64}\nStatus: Downloaded newer image for nginx:latest\n[0-9a-f]{64}\n", printed)
    wait(host, 5)
    assert "Up 5 seconds   0.0.0.0:8080->80/tcp, [::]:8080->80/tcp   web" in run(host, "docker ps")
    assert "Welcome to nginx!" in run(host, "curl -s localhost:8080")
    assert '"GET / HTTP/1.1" 200' in run(host, "docker logs web")
    assert run(host, "docker port web") == "80/tcp -> 0.0.0.0:8080\n80/tcp -> [::]:8080\n"
    assert run(host, "docker inspect web --format '{{.State.Status}} {{.NetworkSettings.IPAddress}} {{index .Config.Env 1}}'") == "running 172.17.0.2 NGINX_VERSION=1.29.1\n"
    assert json.loads(run(host, "docker inspect web"))[0]["HostConfig"]["PortBindings"] == {"80/tcp": [{"HostIp": "", "HostPort": "8080"}]}


def test_a_container_is_there_in_milliseconds(host):
    run(host, "docker pull nginx")
    run(host, "docker run -d nginx")
    wait(host, 1)
    assert 0 < host.scoreboard()["scale_out_ms"] < 1_000


def test_a_name_and_a_port_belong_to_one_container(host):
    run(host, "docker run -d --name web -p 8080:80 nginx")
    assert re.search(r'docker: Error response from daemon: Conflict. The container name "/web" is already in use by container "[0-9a-f]{64}". You have to remove \(or rename\) that container to be able to reuse that name.\n\nRun \'docker run --help\' for more information\n', run(host, "docker run -d --name web nginx"))
    printed = run(host, "docker run -d --name other -p 8080:80 nginx")
    assert "failed to set up container networking: driver failed programming external connectivity on endpoint other" in printed
    assert printed.endswith("Bind for 0.0.0.0:8080 failed: port is already allocated\n\nRun 'docker run --help' for more information\n")
    assert "Created" in run(host, "docker ps -a --filter name=other")


def test_layers_that_are_there_do_not_travel_again(host):
    run(host, "docker pull nginx")
    assert "Already exists" in run(host, "docker pull redis")
    run(host, "docker tag nginx registry.shop.example/nginx:mine")
    assert run(host, "docker push registry.shop.example/nginx:mine").count("Pushed") == 3
    run(host, "docker tag redis registry.shop.example/redis")
    assert "Layer already exists" in run(host, "docker push registry.shop.example/redis")
    assert "insufficient_scope" in run(host, "docker push nginx")


def test_a_registry_of_ones_own_works_until_its_container_goes(host):
    run(host, "docker run -d --name registry -p 5000:5000 registry:2; docker pull alpine; docker tag alpine localhost:5000/mine; sleep 1")
    assert "Pushed" in run(host, "docker push localhost:5000/mine")
    run(host, "docker rmi localhost:5000/mine alpine")
    assert "Downloaded newer image" in run(host, "docker pull localhost:5000/mine")
    run(host, "docker rm -f registry")
    assert "connection refused" in run(host, "docker pull localhost:5000/mine")


def test_the_cache_breaks_at_the_first_change():
    world = make("layers")
    run(world, "docker build -t a shop")
    assert run(world, "docker build -t a shop").count("CACHED") == 5
    run(world, "echo requests >> shop/requirements.txt")
    assert run(world, "docker build -t a shop").count("CACHED") == 2
    run(world, "echo more >> shop/README.md")
    assert run(world, "docker build -t a shop").count("CACHED") == 5, "the file is ignored"
    assert "<none>" in run(world, "docker images -a")
    assert "RUN /bin/sh -c pip install" in run(world, "docker history --no-trunc a")


def test_a_failing_step_shows_where_and_why(host):
    run(host, "printf 'FROM alpine\\nRUN false\\n' > Dockerfile")
    assert run(host, "docker build .").endswith('------\n > [2/2] RUN false:\n------\nDockerfile:2\n--------------------\n   1 |     FROM alpine\n   2 | >>> RUN false\n--------------------\nERROR: failed to build: failed to solve: process "/bin/sh -c false" did not complete successfully: exit code: 1\n')
    run(host, "printf 'FROM alpine\\nRUNN x\\n' > Dockerfile")
    assert "dockerfile parse error on line 2: unknown instruction: RUNN (did you mean RUN?)" in run(host, "docker build .")
    run(host, "printf 'FROM alpine\\nCOPY nope /\\n' > Dockerfile")
    assert '"/nope": not found' in run(host, "docker build .")


def test_lists_removed_in_the_same_step_cost_nothing(host):
    run(host, "printf 'FROM debian:trixie-slim\\nRUN apt-get update && apt-get install -y curl\\n' > a; printf 'FROM debian:trixie-slim\\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\\n' > b")
    run(host, "docker build -q -t a -f a .; docker build -q -t b -f b .")
    assert host.find("Image/docker-1/a")["Size"] - host.find("Image/docker-1/b")["Size"] == pytest.approx(20_000_000, abs=100)


def test_what_a_container_writes_stays_in_its_own_layer(host):
    run(host, "docker run -d --name n1 nginx; docker run -d --name n2 nginx; sleep 1; docker exec n1 sh -c 'echo hi > /usr/share/nginx/html/index.html'; docker exec n1 rm /usr/share/nginx/html/50x.html")
    assert run(host, "docker diff n1").splitlines()[-2:] == ["D /usr/share/nginx/html/50x.html", "C /usr/share/nginx/html/index.html"]
    assert run(host, "docker exec n1 cat /usr/share/nginx/html/index.html") == "hi\n"
    assert "Welcome" in run(host, "docker exec n2 cat /usr/share/nginx/html/index.html")
    run(host, "docker commit n1 mine; docker run --rm -d --name n3 mine; sleep 1")
    assert run(host, "docker exec n3 cat /usr/share/nginx/html/index.html") == "hi\n"


def test_names_resolve_on_networks_that_people_made_only(host):
    run(host, "docker network create shop; docker run -d --name n1 alpine sleep 1000; docker run -d --name n2 alpine sleep 1000; docker run -d --name n3 --network shop alpine sleep 1000; docker run -d --name n4 --network shop alpine sleep 1000; sleep 1")
    assert run(host, "docker exec n1 ping -c 1 n2") == "ping: bad address 'n2'\n"
    assert "1 packets received" in run(host, "docker exec n3 ping -c 1 n4")
    assert "bad address" in run(host, "docker exec n3 ping -c 1 n1")
    assert "has active endpoints" in run(host, "docker network rm shop")


def test_a_volume_outlives_its_container_and_a_layer_does_not(host):
    run(host, "docker run -d --name rr -v keep:/data redis; sleep 1; docker exec rr redis-cli set a 1; docker rm -f rr; docker run -d --name rr -v keep:/data redis; sleep 1")
    assert run(host, "docker exec rr redis-cli get a") == '"1"\n'
    assert run(host, "docker volume rm keep").startswith("Error response from daemon: remove keep: volume is in use - [")
    run(host, "docker rm -f rr; docker run -d --name rr redis; sleep 1")
    assert run(host, "docker exec rr redis-cli get a") == "(nil)\n"


def test_a_bind_mount_shows_the_hosts_files(host):
    run(host, "mkdir site; echo hello > site/index.html; docker run -d -p 80:80 -v ./site:/usr/share/nginx/html:ro --name web nginx; sleep 1")
    assert run(host, "curl -s localhost") == "hello\n"
    run(host, "echo bye > site/index.html")
    assert run(host, "curl -s localhost") == "bye\n"
    assert "Read-only file system" in run(host, "docker exec web sh -c 'echo x > /usr/share/nginx/html/y'")


def test_a_shell_in_a_container_lasts_until_exit(host):
    run(host, "docker run -it --name box alpine")
    run(host, "cd /tmp; echo x > y; A=5")
    assert run(host, "pwd; ls; echo $A") == "/tmp\ny\n5\n"
    assert run(host, "bash") == "sh: bash: not found\n"
    assert host.scene()["prompt"].endswith(":/tmp#")
    assert run(host, "exit") == "exit\n"
    assert host.find("Container//box")["State"]["Status"] == "exited"
    assert "docker-1" in run(host, "hostname")


def test_the_kernel_kills_at_the_limit_with_137():
    world = make("memory-limit")
    run(world, "docker rm -f report; docker run -d --name leaky -m 100m shop/report:1.0")
    wait(world, 120)
    doc = world.find("Container//leaky")["State"]
    assert (doc["ExitCode"], doc["OOMKilled"], doc["Status"]) == (137, True, "exited")
    assert world.find("Container//database")["State"]["OOMKilled"] is False


def test_without_limits_the_largest_neighbour_dies():
    world = make("memory-limit")
    wait(world, 900)
    assert world.find("Container//database")["State"]["OOMKilled"]
    assert "host.oom" in [entry["key"] for entry in world.why("Machine//docker-1")]
    assert world.scoreboard()["requests_failed"] > 0


def test_sigterm_is_ignored_by_a_shell_and_costs_ten_seconds(host):
    run(host, "docker run -d --name n1 nginx; docker run -d --name n2 alpine sleep 1000; sleep 1")
    before = host.now_ms
    run(host, "docker stop n1")
    assert host.now_ms - before < 1_000
    run(host, "docker stop n2")
    assert host.now_ms - before >= 10_000
    assert host.find("Container//n2")["State"]["ExitCode"] == 137


def test_restart_policies_back_off_and_stop_by_hand_is_final(host):
    run(host, "docker run -d --name crash --restart always alpine false; docker run -d --name web --restart always nginx; sleep 5")
    assert host.find("Container//crash")["RestartCount"] >= 4
    assert "Restarting (1)" in run(host, "docker ps -a --filter name=crash")
    run(host, "docker stop web; sleep 5")
    assert host.find("Container//web")["State"]["Status"] == "exited"
    run(host, "docker run -d --name dies --restart always nginx; sleep 1; fault kill dies; sleep 2")
    assert host.find("Container//dies")["serves"]


def test_health_checks_mark_and_do_not_mend(host):
    run(host, "docker run -d --name web --health-cmd 'curl -f http://localhost/ || exit 1' --health-interval 5s nginx; sleep 6")
    assert "(healthy)" in run(host, "docker ps")
    run(host, "fault hang web; sleep 20")
    assert "(unhealthy)" in run(host, "docker ps")


def test_more_copies_behind_a_name_share_the_requests():
    world = make("compose")
    run(world, "docker rm -f forgotten; cd shop; docker compose up -d; sleep 5; traffic 8080 900")
    wait(world, 10)
    before = world.scoreboard()["requests_failed"]
    assert before > 0
    shares = len(set(world.site.requests.load().asked))
    run(world, "docker compose up -d --scale api=3; sleep 3")
    assert len(set(world.site.requests.load().asked)) == shares + 2


def test_compose_down_removes_what_up_made():
    world = make("compose")
    run(world, "docker rm -f forgotten; cd shop; docker compose up -d")
    printed = run(world, "docker compose down -v")
    assert "Network shop_default" in printed
    assert run(world, "docker ps -aq; docker volume ls -q; docker compose ls | tail -n +2") == ""


def test_ctrl_c_stops_what_is_attached(host):
    run(host, "docker pull nginx")
    assert host.execute("docker run --name web nginx").running
    wait(host, 2)
    assert "start worker processes" in host.output_since(0)[0]
    assert host.interrupt().status == 130
    wait(host, 2)
    assert host.find("Container//web")["State"]["Status"] == "exited"


def test_events_stats_and_logs_go_on_until_ctrl_c(host):
    run(host, "docker run -d --name loop alpine sh -c 'while true; do echo tick; sleep 1; done'")
    for line in ("docker logs -f loop", "docker stats", "docker events"):
        assert host.execute(line).running, line
        wait(host, 5)
        assert load("docker", host.dump()).dump() == host.dump()
        host.interrupt()
    assert run(host, "docker logs --tail 2 loop") == "tick\ntick\n"


def test_logs_and_events_stream_through_a_pipe(host):
    run(host, "docker run -d --name loop alpine sh -c 'while true; do echo tick; sleep 1; done'")
    wait(host, 2)
    before = host.now_ms
    assert host.execute("docker logs -f --tail 1 loop | awk '{print NR, $1}' | grep -v 2").output == "1 tick\n"
    assert host.now_ms == before
    wait(host, 3)
    assert host.output_since(0)[0] == "1 tick\n3 tick\n4 tick\n"
    assert load("docker", host.dump()).dump() == host.dump()
    assert host.interrupt().status == 130 and host.find("Container//loop")["State"]["Status"] == "running"
    assert run(host, "docker logs -f loop | head -2; echo over") == "tick\ntick\nover\n"


def test_ctrl_c_reaches_a_container_through_a_pipe(host):
    run(host, "docker pull nginx")
    assert host.execute("docker run --name web nginx 2>&1 | grep notice").running
    wait(host, 2)
    assert "start worker processes" in host.output_since(0)[0] and "Configuration complete" not in host.output_since(0)[0]
    host.interrupt()
    wait(host, 2)
    assert host.find("Container//web")["State"]["Status"] == "exited"


def test_a_build_behind_a_pipe_takes_its_time(host):
    run(host, "mkdir shop; printf 'FROM alpine\\nRUN sleep 5\\n' > shop/Dockerfile")
    assert host.execute("docker build -t a shop | tail -1; docker images --format '{{.Repository}}'").output == ""
    wait(host, 200)
    assert host.output_since(0)[0].startswith(" => => naming to docker.io/library/a:latest") and "\na\n" in host.output_since(0)[0]


def test_a_dead_host_takes_everything_and_policies_bring_some_back(shop):
    run(shop, "fault power-off docker-1")
    assert "No route to host" in run(shop, "docker ps")
    assert shop.scoreboard()["blast_radius"] == 3
    run(shop, "fault power-on docker-1; sleep 100")
    assert "Exited (255)" in run(shop, "docker ps -a")


def test_a_registry_that_is_away_hurts_only_what_is_new(shop):
    run(shop, "docker image prune -af; fault registry-down")
    assert "Client.Timeout exceeded" in run(shop, "docker pull redis")
    assert run(shop, "curl -s localhost:8080") == "<h1>shop 1.0</h1>\n"


def test_a_full_disk_refuses_a_pull(shop):
    assert "no space left on device" in run(shop, "docker pull node")


def test_why_ends_at_what_was_typed(shop):
    run(shop, "docker kill web")
    chain = shop.why("Container/docker-1/web")
    assert (chain[0]["key"], chain[-1]["key"]) == ("container.exited", "input.line")
    assert "docker kill web" in chain[-1]["text_ko"]
    assert shop.inspect("Container/docker-1/web")["why"]
    assert shop.inspect("Container/docker-1/nobody") is None


def test_buttons_do_what_their_command_lines_say(shop):
    buttons = shop.actions("Container/docker-1/web")
    assert {"kill", "hang", "leak"} <= {entry["kind"] for entry in buttons}
    button = next(entry for entry in buttons if entry["kind"] == "kill")
    assert shop.act(button).output == "fault kill docker-1/web\n"
    other = make("disk-full")
    run(other, button["command"])
    assert other.find("Container//web")["State"]["Status"] == shop.find("Container//web")["State"]["Status"] == "exited"
    assert shop.act({"kind": "nonsense"}).status == 1


def test_tab_knows_commands_and_names(shop):
    assert "docker" in shop.complete("doc")
    assert "stats" in shop.complete("docker st")
    assert shop.complete("docker stop da") == ["database"]
    assert "--memory" in shop.complete("docker run --mem")


def test_bad_goals_are_an_authors_mistake(shop):
    for goal in ({}, {"all": []}, {"all": [{"nonsense": 1}]}, {"all": [{"field": {}}]}):
        with pytest.raises(BadGoal):
            shop.check(goal)


def test_a_session_of_the_real_docker_reads_the_same(host):
    recorded = json.loads(KEPT.read_text(encoding="utf-8"))["session"]
    run(host, "docker pull -q busybox")
    assert [{"line": entry["line"], "output": told(run(host, entry["line"]))} for entry in recorded] == recorded


def test_memory_may_not_grow_beyond_the_swap_that_was_set_before(host):
    run(host, "docker pull -q busybox; docker run -d -m 100m --name small busybox sleep 1000")
    assert run(host, "docker update -m 200m small") == "small\n"
    assert "update the memoryswap at the same time" in run(host, "docker update -m 300m small")
    assert run(host, "docker update -m 300m --memory-swap -1 small") == "small\n"


def test_a_container_has_the_files_that_the_daemon_keeps_for_it(host):
    run(host, "docker network create shop; docker run -d --name web1 --hostname front --network shop nginx")
    assert "nameserver 127.0.0.11\n" in run(host, "docker exec web1 cat /etc/resolv.conf")
    assert run(host, "docker exec web1 cat /etc/hostname") == "front\n"
    assert run(host, "docker exec web1 grep front /etc/hosts").endswith("\tfront\n")
    assert run(host, "docker diff web1") == ""


def test_a_build_says_the_id_under_which_its_image_is_kept():
    world = make("layers")
    said = re.search(r"writing image sha256:([0-9a-f]{12})", run(world, "docker build -t page:1 shop"))
    assert said is not None and said[1] in run(world, "docker images page")


def test_a_name_leads_to_the_address_on_the_network_that_both_are_on():
    world = make("names")
    for line in ("docker network create shop", "docker network connect shop database", "docker network connect shop api"):
        run(world, line)
    assert run(world, "docker exec api getent hosts database").split() == ["172.18.0.2", "database"]
    assert run(world, "docker inspect database --format '{{.NetworkSettings.Networks.bridge.IPAddress}}'").startswith("172.17.")


def test_events_tell_when_a_container_joins_and_leaves_its_network(host):
    run(host, "docker run -d --name web nginx")
    run(host, "docker rm -f web")
    told = [" ".join(line.split()[1:3]) for line in run(host, "docker events --since 5m --until 0s").splitlines()]
    assert told == ["image pull", "container create", "network connect", "container start", "container kill", "container die", "network disconnect", "container destroy"]


def test_a_live_table_is_drawn_in_its_place(host):
    run(host, "docker run -d --name web nginx")
    host.execute("docker stats")
    wait(host, 9)
    assert host.output_since(0)[0].count("CONTAINER ID") == 1
    host.interrupt()


def test_a_goal_is_asked_on_the_host_while_one_is_in_a_container(host):
    run(host, "docker run -d --name web -p 8080:80 nginx")
    wait(host, 5)
    host.execute("docker exec -it web sh")
    assert host.answers("", "http://localhost:8080")
    host.execute("exit")
    host.execute("docker run -p 9000:80 nginx")
    wait(host, 5)
    assert host.answers("", "http://localhost:9000"), "a container in the foreground is not stopped by asking"


@pytest.mark.parametrize(("line", "said"), [
    ("docker buildx ls", "learnk8s: docker buildx ls: not modelled in this sandbox\n"), ("docker import x", "learnk8s: docker import: not modelled in this sandbox\n"), ("docker nonsense", "docker: unknown command: docker nonsense\n\nRun 'docker --help' for more information\n"),
    ("docker swarm init", "learnk8s: docker swarm init: not modelled in this sandbox; the fleet world shows the same job in its words\n"), ("htop", "learnk8s: htop: not modelled in this sandbox\n"), ("docker run --rm alpine htop", None),
])
def test_what_docker_has_and_this_has_not_says_so(host, line, said):
    printed = run(host, line)
    assert printed == said if said else "not modelled" not in printed
