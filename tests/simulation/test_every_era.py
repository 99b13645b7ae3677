"""What every era's world promises: its scenarios can be solved, equal inputs give equal bytes, looking changes nothing, no line breaks it. Kubernetes has its own laws in kubernetes/test_laws.py."""

import json
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learnk8s.simulation.cloud.scenarios import SCENARIOS as CLOUD
from learnk8s.simulation.docker.scenarios import SCENARIOS as DOCKER
from learnk8s.simulation.fleet.scenarios import SCENARIOS as FLEET
from learnk8s.simulation.hypervisor.scenarios import SCENARIOS as HYPERVISOR
from learnk8s.simulation.linux.scenarios import SCENARIOS as LINUX
from learnk8s.simulation.worlds import create, load
from tests.simulation.typing_on import run, wait

SCENARIOS = {"linux": LINUX, "hypervisor": HYPERVISOR, "docker": DOCKER, "fleet": FLEET, "cloud": CLOUD}


@dataclass(frozen=True)
class Busy:
    """An era's scenario in which much happens, the lines of a stormy day, how long each lasts, and the words of its command lines."""

    era: str
    scenario: str
    day: tuple[str, ...]
    pause_s: int
    words: str

    def world(self):
        return create(self.era, self.scenario, 9)


BUSY = [
    Busy("hypervisor", "sale-day", ("traffic shop-web 90", "openstack server create --flavor m1.small --image shop-web more", "virsh console web-0", "fault power-off compute-1", "openstack server list", "virsh list --all", "traffic shop-web 2200"), 61,
         "virsh openstack server create stack list --all web-1 start migrate --live qemu+ssh://rack-2/system setmem 1G -1 --flavor m1.small --image shop-web ssh ps aux | && ' $( snapshot-create-as console define web.xml /dev/null virt-install --disk size=1 fault panic rack-1 power-off "
         "traffic 999999 ipmitool -H ; exit > reset undefine --remove-all-storage"),
    Busy("docker", "layers", ("docker run -d --name extra -p 9000:80 nginx", "docker build -t a shop", "docker stats", "docker compose up -d", "traffic 8080 60", "fault leak extra", "docker logs -f extra", "docker network create n", "docker stop extra", "fault power-off docker-1", "fault power-on docker-1"), 7,
         "docker run -d -it --name web nginx alpine sh -c ps -a stop rm -f build -t x . shop compose up down exec inspect --format {{.Id}} {{range | && ' $( -p 80:80 -v a:/b / network create volume ls rmi images cp web:/etc commit logs pull push tag fault power-off docker-1 kill traffic 8080 99 ; exit > f -m 10m "
         "while true; do done system prune stats events wait update --restart always save -o load -i diff top port rename"),
    Busy("fleet", "night", ("ssh host-1", "docker stats", "docker run -d --name other shop/mail:1.0", "exit", "docker -H ssh://host-2 logs -f api", "fault power-off host-2", "ssh lb systemctl reload haproxy", "traffic web 200", "sleep 4000", "pager", "fault power-on host-2"), 400,
         "ssh host-1 host-9 lb docker -H ssh://host-2 ps run -d rm -f web shop/web:1.0 -p 8080:8080 systemctl reload haproxy -c sed -i s/web/x/ /etc/haproxy/haproxy.cfg inventory pager ack checks handover scp lb:/etc exit fault power-off power-on kill traffic 99 > ; | ' $( compose up exec -it sh cat others/web.nomad.hcl "
         "stop stats curl lb:8080 ipmitool"),
    Busy("cloud", "autoscaler", ("cloud autoscaler on default --min 3 --max 6", "kubectl scale deployment web --replicas=30", "kubectl expose deployment web --type=LoadBalancer --port=80 --name=front", "cloud clusters upgrade --version 1.36 --wait", "cloud node-pools create cheap --count 2 --spot --zones zone-a,zone-b", "fault zone-outage zone-a", "cloud bill"), 61,
         "cloud clusters node-pools create resize upgrade delete default cheap --count 0 2 --spot --surge --wait autoscaler on off --min --max fault zone-outage zone-restore zone-a default-1 etcd-lost kubectl get nodes drain scale deployment web --replicas=9 bill | ; kubeadm etcdctl crash-node --version 1.36 node --zones zone-b,zone-c"),
]
each_busy_era = pytest.mark.parametrize("busy", BUSY, ids=lambda busy: busy.era)
each_scenario = pytest.mark.parametrize(("era", "name"), [pytest.param(era, name, id=f"{era}-{name}") for era, plans in SCENARIOS.items() for name in plans])


@each_scenario
def test_a_scenarios_solution_reaches_its_goal_and_its_start_does_not(era, name):
    plan, world = SCENARIOS[era][name], create(era, name, 1)
    before = world.check(plan.goal)
    assert not before["reached"]
    assert all(missing["text_en"] and missing["text_ko"] for missing in before["missing"])
    for line in plan.solution:
        run(world, line)
        if world.shell.running:
            world.interrupt()
    assert world.check(plan.goal) == {"reached": True, "missing": []}
    assert load(era, world.dump()).dump() == world.dump()


@each_scenario
def test_a_scenarios_story_is_told_in_both_languages_and_its_first_lines_work(era, name):
    plan, world = SCENARIOS[era][name], create(era, name, 1)
    assert plan.title_en and plan.title_ko and plan.title_en != plan.title_ko
    assert plan.story_en and plan.story_ko and plan.story_en != plan.story_ko
    for line in plan.first_lines:
        assert "command not found" not in run(world, line, 60_000), line
        if world.shell.running:
            world.interrupt()


@each_busy_era
def test_the_scene_has_the_common_form_of_boxes(busy):
    world = busy.world()
    for line in busy.day[:3]:
        world.execute(line)
        wait(world, 20)
        world.interrupt()
    scene = world.scene()

    def walk(boxes):
        for box in boxes:
            assert {"ref", "kind", "title", "word", "health", "facts", "children"} <= set(box)
            assert box["health"] in ("good", "busy", "bad", "idle")
            assert all(len(fact) in (3, 4) and all(isinstance(word, str) for word in fact) for fact in box["facts"])  # a fourth is the value in Korean
            assert box.get("meter") is None or len(box["meter"]) in (3, 4)
            assert world.inspect(box["ref"]) is not None, box["ref"]
            yield box
            yield from walk(box["children"])

    assert len({box["kind"] for box in walk(scene["boxes"])}) >= 2
    assert (scene["world"], scene["is_empty"]) == (busy.era, False)
    assert all(entry["text_en"] and entry["text_ko"] and "{" not in entry["text_en"] + entry["text_ko"] for entry in scene["log"])
    assert json.loads(json.dumps(scene, ensure_ascii=False))["boxes"]


@each_busy_era
def test_a_day_ends_in_the_same_bytes_though_it_is_written_down_in_between(busy):
    def lived(reload):
        world = busy.world()
        for line in busy.day:
            world.execute(line)
            wait(world, busy.pause_s // 2)
            if reload:
                world = load(busy.era, world.dump())
            wait(world, busy.pause_s - busy.pause_s // 2)
            world.interrupt()
        return world.dump()

    assert lived(False) == lived(True)


@each_busy_era
@settings(max_examples=8, deadline=None)
@given(st.lists(st.floats(0.01, 1), max_size=8))
def test_looking_often_changes_nothing(busy, steps):
    looked, alone = busy.world(), busy.world()
    for line in busy.day[:5]:
        for world in (looked, alone):
            world.execute(line)
        for step in steps:
            looked.advance(looked.now_ms + int(step * busy.pause_s * 1_000))
            looked.scene()
            looked.scoreboard()
        alone.advance(looked.now_ms)
        for world in (looked, alone):
            world.interrupt()
    assert looked.dump() == alone.dump()


@pytest.fixture
def lasting(busy):
    """One world for all lines: what a line did before is met by the next."""
    return busy.world()


@each_busy_era
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_line_breaks_the_world(busy, lasting, data):
    words = busy.words.split(" ")
    lasting.execute(data.draw(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(words), max_size=9).map(" ".join), st.lists(st.sampled_from(words), max_size=8).map(lambda tail: " ".join([words[0], *tail])))))
    lasting.interrupt()
    wait(lasting, 5)
    assert load(busy.era, lasting.dump()).dump() == lasting.dump()
    lasting.scene()
