"""The era of fleets from outside: lines in, text and states out."""

import json

import pytest

from learnk8s.simulation.fleet.balancer import BadConfig, parsed
from learnk8s.simulation.fleet.records import RECORDS
from learnk8s.simulation.kernel import yaml
from learnk8s.simulation.workload.fleet import BY_NAME, SERVICES
from learnk8s.simulation.worlds import load
from tests.simulation.typing_on import maker, run, wait


make = maker("fleet", "rollout")


@pytest.fixture
def fleet():
    return make()


def test_twenty_services_run_on_five_hosts_and_all_answer(fleet):
    assert len(SERVICES) == 20
    assert len(fleet.site.hosts) == 5
    assert fleet.find("Fleet//")["answering"] == 20
    assert run(fleet, "curl -s lb:8080") == "<h1>shop 1.0</h1>\n"


PRINTED = [
    pytest.param("docker ps", "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n", id="no docker at the desk"),
    pytest.param("ssh nowhere", "ssh: Could not resolve hostname nowhere: Name or service not known\n", id="no such host"),
    pytest.param("ssh", "usage: ssh [options] destination [command [argument ...]]\n", id="ssh of nothing"),
    pytest.param("ssh host-5 docker ps --format '{{.Names}}' | sort | head -2", "checkout\ndatabase\n", id="one command on a host"),
    pytest.param("docker -H ssh://host-5 ps -q | wc -l", "4\n", id="docker over ssh"),
    pytest.param("DOCKER_HOST=ssh://host-2 docker ps --format '{{.Image}}' --filter name=cart", "shop/cart:1.0\n", id="DOCKER_HOST"),
    pytest.param("docker -H ssh://host-9 ps", "error during connect: Get \"http://docker.example.com/v1.51/version\"", id="docker over ssh to nowhere"),
    pytest.param("ssh lb docker ps", "bash: docker: command not found\n", id="the balancer has no docker"),
    pytest.param("ssh lb haproxy -c -f /etc/haproxy/haproxy.cfg", "Configuration file is valid\n", id="a valid file"),
    pytest.param("haproxy -c", "bash: haproxy: command not found\n", id="no haproxy at the desk"),
    pytest.param("inventory", "the inventory is true\n", id="inventory"),
    pytest.param("pager", "no pages\n", id="quiet"),
    pytest.param("hostname; ssh host-3 hostname; ssh lb hostname", "desk\nhost-3\nlb\n", id="hostnames"),
    pytest.param("ssh lb systemctl status haproxy | head -1", "● haproxy.service\n", id="status of haproxy"),
    pytest.param("ssh host-1 systemctl is-active docker", "active\n", id="docker is active"),
    pytest.param("checks | head -2", "SERVICE    PORT   SERVERS   ANSWERS\nweb        8080   3/3       yes\n", id="checks"),
    pytest.param("curl -s lb:8102", "<h1>cart 1.0</h1>\n", id="a service through the balancer"),
    pytest.param("curl lb:9999", "curl: (7) Failed to connect to lb port 9999 after 0 ms: Could not connect to server\n", id="no frontend"),
]


@pytest.mark.parametrize(("line", "expected"), PRINTED)
def test_the_tools_print_what_the_real_ones_do(fleet, line, expected):
    assert run(fleet, line).startswith(expected)


def test_ssh_changes_where_one_is_until_exit(fleet):
    run(fleet, "ssh host-3")
    assert fleet.scene()["prompt"] == "host-3 $"
    assert "search" in run(fleet, "docker ps")
    assert run(fleet, "pwd; echo note > note; ls") == "/home/learner\nnote\n"
    assert run(fleet, "exit") == "logout\nConnection to host-3 closed.\n"
    assert fleet.scene()["prompt"] == "desk $"
    assert "note" not in run(fleet, "ls")


def test_a_host_that_dies_throws_one_out(fleet):
    run(fleet, "ssh host-3")
    run(fleet, "fault power-off host-3")
    assert "Broken pipe" in run(fleet, "docker ps")
    assert fleet.terminal.place == ""
    assert run(fleet, "ssh host-3") == "ssh: connect to host host-3 port 22: No route to host\n"


def test_the_balancer_takes_a_dead_server_out_after_three_checks_and_back_after_two(fleet):
    run(fleet, "fault kill host-1/web; ssh host-1 docker rm -f web")
    assert "web/web-1" not in fleet.document("Balancer//lb")["down"]
    wait(fleet, 7)
    assert fleet.document("Balancer//lb")["down"] == ["web/web-1"]
    failed = fleet.scoreboard()["requests_failed"]
    assert failed > 0
    wait(fleet, 60)
    assert fleet.scoreboard()["requests_failed"] == failed
    run(fleet, "ssh host-1 docker run -d --name web -p 8080:8080 -e API_HOST=lb:8081 shop/web:1.0")
    wait(fleet, 10)
    assert fleet.document("Balancer//lb")["down"] == []


def test_a_broken_file_keeps_the_old_configuration(fleet):
    run(fleet, "ssh lb \"sed -i 's/^backend web$/backend wob/' /etc/haproxy/haproxy.cfg\"")
    assert "unable to find required default_backend: 'web'" in run(fleet, "ssh lb haproxy -c -f /etc/haproxy/haproxy.cfg")
    assert "Job for haproxy.service failed." in run(fleet, "ssh lb systemctl reload haproxy")
    assert fleet.find("Fleet//")["answering"] == 20


@pytest.mark.parametrize(("text", "message"), [
    pytest.param("bind *:80", "unknown keyword 'bind' out of section.", id="outside"), pytest.param("frontend a\n bind *", "'bind' : missing port number in '*'", id="no port"), pytest.param("backend a\n server x", "'server' expects <name> and <addr>[:<port>] as arguments.", id="short server"),
    pytest.param("backend a\n sever x y", "unknown keyword 'sever' in 'backend' section", id="typing error"), pytest.param("frontend", "'frontend' expects an <id> argument", id="no name"),
])
def test_haproxy_says_what_is_wrong_with_a_file(text, message):
    with pytest.raises(BadConfig) as wrong:
        parsed(text)
    assert str(wrong.value) == message


def test_the_pager_rings_for_what_has_no_other_copy_and_says_when_it_is_over():
    world = make("night")
    wait(world, 35 * 60)
    assert {page["service"] for page in world.site.open_pages()} == {"pictures", "shipping", "admin"}
    printed = run(world, "echo awake")
    assert printed.count("*** PAGE 03:1") == 3
    assert run(world, "echo awake") == "awake\n"
    assert world.scoreboard()["pages_at_night"] == 3
    assert "OPEN" in run(world, "pager")
    run(world, "fault power-on host-4")
    wait(world, 240)
    assert world.site.open_pages() == []
    assert "over at" in run(world, "pager")


def test_every_act_is_counted(fleet):
    before = fleet.scoreboard()["acts"]
    run(fleet, "ssh host-1 docker restart sitemap; sed -i 's/x/x/' inventory; ssh lb systemctl reload haproxy; docker -H ssh://host-2 ps")
    board = fleet.scoreboard()
    assert board["acts"] - before == 5
    assert (board["acts_ssh"], board["acts_docker"], board["acts_edit"], board["acts_reload"]) == (2, 1, 1, 1)


def test_a_full_host_kills_its_largest_container(fleet):
    run(fleet, "ssh host-5 docker pull -q shop/hints:1.0; ssh host-5 docker run -d --name hints shop/hints:1.0; ssh host-5 docker run -d --name hints-2 shop/hints:1.0")
    wait(fleet, 10)
    assert fleet.scoreboard()["oom_kills"] > 0


def test_files_travel_with_scp(fleet):
    run(fleet, "echo hello > note; scp note host-2:")
    assert run(fleet, "ssh host-2 cat note") == "hello\n"
    run(fleet, "scp lb:/etc/haproxy/haproxy.cfg mine.cfg")
    assert "backend web" in run(fleet, "cat mine.cfg")


def test_the_fleet_becomes_manifests_without_a_word_about_hosts(fleet):
    run(fleet, "handover")
    text = run(fleet, "cat kubernetes/fleet.yaml")
    docs = [found.value for found in yaml.documents(text)]
    deployments = {doc["metadata"]["name"]: doc for doc in docs if doc["kind"] == "Deployment"}
    assert set(deployments) == set(BY_NAME)
    assert {name: doc["spec"]["replicas"] for name, doc in deployments.items()} == {service.name: len(service.hosts) for service in SERVICES}
    assert "host-" not in text
    assert fleet.scene()["is_handed_over"]


def test_a_changed_fleet_becomes_changed_manifests(fleet):
    run(fleet, "ssh host-4 docker rm -f cart; ssh host-1 docker rm -f web; handover")
    docs = {found.value["metadata"]["name"]: found.value for found in yaml.documents(run(fleet, "cat kubernetes/fleet.yaml")) if found.value["kind"] == "Deployment"}
    assert (docs["cart"]["spec"]["replicas"], docs["web"]["spec"]["replicas"]) == (1, 2)


def test_the_record_of_the_others_is_readable_in_both_languages(fleet):
    assert run(fleet, "ls others").split() == sorted(record.file for record in RECORDS)
    assert json.loads(run(fleet, "cat others/marathon.json"))["instances"] == 3
    shown = fleet.inspect("Record//nomad")
    assert shown["why"][0]["text_ko"] and shown["why"][0]["text_en"]
    assert 'job "shop"' in shown["yaml"]


def test_why_tells_of_the_night():
    world = make("night")
    wait(world, 40 * 60)
    keys = [entry["key"] for entry in world.why("Machine//host-4")]
    assert keys[:2] == ["host.off", "night.falls"]
    assert world.why("Service//admin")[0]["key"] == "page.night"


def test_buttons_do_what_their_command_lines_say(fleet):
    button = next(entry for entry in fleet.actions("") if entry["kind"] == "hand-over")
    assert fleet.act(button).output == "handover\n"
    assert fleet.act({"kind": "power-off", "ref": "Machine//host-2"}).output == "fault power-off host-2\n"
    assert fleet.act({"kind": "nonsense"}).status == 1


def test_a_file_may_be_run_as_a_script():
    assert make().execute("echo 'echo \"$1 there\"' > greet.sh; chmod +x greet.sh; ./greet.sh hello").output == "hello there\n"


def test_checks_sleep_while_all_is_well_and_wake_on_their_own_minute():
    fleet = make()
    fleet.advance(fleet.now_ms + 3_600_000)
    asleep = fleet.site.sleeps_since_ms
    fleet.act({"kind": "power-off", "ref": "Machine//host-1"})
    woken = [task.due_ms for task in fleet.site.agenda if task.component == "monitoring"]
    assert asleep >= 0
    assert len(woken) == 1
    assert (woken[0] - asleep) % 60_000 == 0


def test_what_others_wrote_down_is_shown_by_name():
    world = make("inventory")
    assert '"id": "/shop/web"' in run(world, "orchestrators mesos")
    assert run(world, "orchestrators nobody") == "learnk8s: nothing is written down about nobody; orchestrators lists what is\n"


def test_a_change_on_one_host_is_looked_at_there_and_its_ways_once(fleet, monkeypatch):
    looked, spread = [], []
    for engine in fleet.site.hosts.values():
        monkeypatch.setattr(engine, "watch_memory", lambda name=engine.name: looked.append(name))
    original = fleet.site.requests._spread
    monkeypatch.setattr(fleet.site.requests, "_spread", lambda target, depth: spread.append((target[0].name, target[1], depth)) or original(target, depth))
    run(fleet, "ssh host-2 docker pause events")
    assert set(looked) == {"host-2"}
    spread.clear()
    for service in SERVICES * 2:
        fleet.site.answering(service.name)
    assert sorted(spread) == sorted(set(spread))


def test_the_balancer_notices_the_same_when_it_looks_at_one_host_only(fleet):
    run(fleet, "ssh host-1 docker stop web")
    wait(fleet, 30)
    again = load("fleet", fleet.dump())
    for world in (fleet, again):
        run(world, "ssh host-1 docker start web")
        wait(world, 30)
    assert again.dump() == fleet.dump()
    assert not any(down for key, down in fleet.site.balancer.down.items() if key.startswith("web/"))
