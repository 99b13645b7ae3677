"""The Linux world from outside: scenarios, accidents, isolation, time, and the protocol."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learnk8s.simulation.linux.scenarios import SCENARIOS
from learnk8s.simulation.worlds import create, load
from tests.simulation.linux.typing_on import run


@pytest.fixture
def server():
    world = create("linux", "one-server", 1)
    run(world, "sudo systemctl start shop-database; sleep 5")
    return world


@pytest.mark.parametrize("name", SCENARIOS)
def test_each_scenario_misses_its_goal_at_the_start_and_reaches_it_by_its_solution(name):
    plan = SCENARIOS[name]
    world = create("linux", name, 1)
    before = world.check(plan.goal)
    assert not before["reached"]
    assert all(missing["text_en"] and missing["text_ko"] for missing in before["missing"])
    for line in plan.solution:
        run(world, line)
    assert world.check(plan.goal) == {"reached": True, "missing": []}
    assert world.scoreboard()["commands"] == len(plan.solution)


@pytest.mark.parametrize("name", SCENARIOS)
def test_each_scenario_speaks_both_languages(name):
    plan = SCENARIOS[name]
    assert plan.title_en and plan.title_ko and plan.story_en and plan.story_ko
    assert plan.title_en != plan.title_ko and plan.story_en != plan.story_ko


def test_two_programs_on_one_port_do_not_go_together(server):
    run(server, "sudo systemctl start blog; sleep 2")
    assert "Address already in use" in run(server, "systemctl status blog")
    assert run(server, "curl -s localhost:8080") == "web: ok from shop\n"


def test_replacing_the_shared_library_breaks_the_other_program(server):
    run(server, "sudo cp /opt/vendor/libpricing-2.0.so /usr/lib/x86_64-linux-gnu/libpricing.so.1")
    run(server, "sudo systemctl restart shop-api; sleep 3")
    assert "version `PRICING_1.0' not found" in run(server, "journalctl -u shop-api")
    assert "api at 127.0.0.1:8081: Connection refused" in run(server, "curl -s localhost:8080")


def test_a_leak_takes_the_largest_process_first_and_not_the_guilty_one():
    world = create("linux", "bad-neighbour", 1)
    world.advance(world.now_ms + 600_000)
    log = run(world, "sudo dmesg")
    assert "Out of memory: Killed process" in log and "oom-kill:constraint=CONSTRAINT_NONE" in log
    assert "Failed with result 'oom-kill'" in run(world, "journalctl -u shop-database")
    assert world.scoreboard()["requests_failed"] > 0
    chain = world.why("Unit/shop-database.service")
    assert any(link["key"].startswith("oom.") for link in chain) or chain[0]["key"] in ("unit.ended", "unit.started")


def test_a_limit_makes_the_leak_its_own_groups_matter():
    world = create("linux", "bad-neighbour", 1)
    for line in SCENARIOS["bad-neighbour"].solution:
        run(world, line)
    assert "Memory cgroup out of memory: Killed process" in run(world, "sudo dmesg")
    assert "oom_kill 1" in run(world, "cat /sys/fs/cgroup/neighbour/memory.events")
    assert world.find("Unit/shop-database.service")["restarts"] == 0


def test_pid_namespace_shows_only_its_own_and_ends_with_its_first_process(server):
    run(server, "sudo unshare -pf --mount-proc bash")
    inside = run(server, "ps -ef")
    assert [line.split()[1] for line in inside.splitlines()[1:]][0] == "1"
    assert "shop" not in inside
    run(server, "sleep 900 &")
    assert "sleep 900" in run(server, "ps ax")
    run(server, "exit")
    assert "sleep 900" not in run(server, "ps aux")


def test_unshared_pids_without_fork_run_out_of_memory_for_forks(server):
    run(server, "sudo unshare -p bash")
    run(server, "true; ls")
    assert run(server, "ls") == "bash: fork: Cannot allocate memory\n"
    run(server, "exit")


def test_a_host_name_in_a_uts_namespace_stays_there(server):
    run(server, "sudo unshare -u bash")
    run(server, "hostname inside")
    assert run(server, "hostname") == "inside\n"
    run(server, "exit")
    assert run(server, "hostname") == "shop\n"


def test_a_mount_in_a_mount_namespace_stays_there(server):
    run(server, "sudo unshare -m bash")
    run(server, "mount -t tmpfs tmpfs /mnt; touch /mnt/secret")
    assert run(server, "ls /mnt") == "secret\n"
    run(server, "exit")
    assert run(server, "ls /mnt") == ""


def test_root_in_a_user_namespace_is_nobody_outside(server):
    run(server, "unshare -Ur bash")
    assert run(server, "id -u") == "0\n"
    assert run(server, "hostname x") == "hostname: you must be root to change the host name\n"
    assert "Permission denied" in run(server, "cat /etc/shadow")
    assert run(server, "cat /proc/self/uid_map") == "         0       1000          1\n"
    run(server, "exit")


def test_overlay_keeps_the_lower_folder_as_it_was(server):
    for line in ("sudo -i", "mkdir -p /srv/u /srv/w /srv/m", "mount -t overlay overlay -o lowerdir=/opt/rootfs,upperdir=/srv/u,workdir=/srv/w /srv/m", "rm /srv/m/etc/hosts", "echo hi > /srv/m/etc/motd"):
        assert run(server, line) == ""
    assert "hosts" not in run(server, "ls /srv/m/etc").split() and "hosts" in run(server, "ls /opt/rootfs/etc").split()
    assert run(server, "ls -l /srv/u/etc").splitlines()[1].startswith("c---------")
    assert run(server, "cat /srv/u/etc/motd") == "hi\n"


def test_nsenter_joins_another_process(server):
    run(server, "sudo ip netns add red")
    run(server, "sudo ip netns exec red sleep 500 &")
    pid = run(server, "pgrep -x sleep").split()[-1]
    inside = run(server, f"sudo nsenter -t {pid} -n ip addr")
    assert "eth0" not in inside and "1: lo: <LOOPBACK> mtu 65536 qdisc noop state DOWN" in inside


def test_dropped_capability_is_gone_even_for_root(server):
    assert run(server, "sudo capsh --drop=cap_sys_chroot -- -c 'chroot /opt/rootfs ls'") == "chroot: cannot change root directory to '/opt/rootfs': Operation not permitted\n"


def test_seccomp_filter_denies_a_system_call(server):
    assert "Function not implemented" in run(server, "sudo enosys --syscall mount mount -t tmpfs tmpfs /mnt")
    assert "Seccomp:\t2" in run(server, "enosys -s mount cat /proc/self/status")


def test_cpu_max_slows_only_its_group():
    world = create("linux", "noisy-neighbour", 1)
    assert world.scene()["traffic"]["failing_per_second"] > 0
    for line in SCENARIOS["noisy-neighbour"].solution:
        run(world, line)
    assert world.find("Process/batch")["cpu_millicores"] <= 400
    assert world.scene()["traffic"]["failing_per_second"] == 0


def test_scene_shows_the_host_view_and_the_inside_view():
    world = create("linux", "own-room", 1)
    for line in SCENARIOS["own-room"].solution:
        run(world, line)
    scene = json.loads(json.dumps(world.scene()))
    host, *rooms = scene["boxes"]
    assert host["kind"] == "machine" and host["meter"][1] == 1966
    room = next(room for room in rooms if room["title"] == "blog")
    assert room["word"] == "inside view"
    assert room["children"][0]["facts"][0] == ["PID", "PID", "1"]
    assert {"world", "boxes", "links", "log", "lit", "scoreboard", "is_empty"} <= set(scene)
    assert all(link["text_en"] and link["text_ko"] for link in scene["log"])
    assert all(box["health"] in ("good", "busy", "bad", "idle") for box in host["children"])


def test_why_leads_back_to_what_was_typed(server):
    run(server, "sudo systemctl restart shop-web; sleep 2")
    chain = server.why("Unit/shop-web.service")
    assert chain[-1]["key"] == "input.line" and "restart shop-web" in chain[-1]["text_en"]


def test_buttons_say_their_command_and_work(server):
    answer = server.act({"kind": "set-traffic", "percent": 200})
    assert answer.output == "traffic 200\n"
    assert server.scene()["traffic"]["per_second"] == 140
    web = server.find("Process/web")["pid"]
    assert any(action["kind"] == "kill-process" for action in server.actions(f"Process/{web}"))
    server.act({"kind": "kill-process", "ref": f"Process/{web}"})
    assert server.find(f"Process/{web}") is None
    server.advance(server.now_ms + 2_000)
    assert server.find("Process/web")["pid"] != web
    assert server.act({"kind": "nonsense"}).status == 1


def test_an_idle_server_has_nothing_due():
    world = create("linux", "own-room", 1)
    run(world, "traffic 0")
    assert world.next_due_ms() is None


def test_a_killed_shell_gives_its_place_back(server):
    run(server, "sudo unshare -pf --mount-proc bash")
    pid = server.shell.process.pid
    server.act({"kind": "kill-process", "ref": f"Process/{pid}"})
    assert "learner" in run(server, "whoami")


LINES = ("ps aux", "sudo unshare -uipnmf --mount-proc bash", "hostname x", "exit", "sudo systemctl restart shop-api", "sleep 3", "python3 /opt/neighbour/blog.py &", "sudo ip netns add a", "sudo ip link add v0 type veth peer name v1 netns a", "traffic 150", "fault start-leak", "cat /etc/passwd | wc -l",
         "sudo mkdir /sys/fs/cgroup/g", "echo 100M | sudo tee /sys/fs/cgroup/g/memory.max", "sudo mount -t tmpfs tmpfs /mnt", "sudo chroot /opt/rootfs", "touch a b c; rm a", "kill %1", "sudo pkill -f web.py")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(LINES), st.integers(0, 30_000)), min_size=3, max_size=12))
def test_replay_with_reloading_and_looking_equals_the_run(history):
    live, again = create("linux", "one-server", 3), create("linux", "one-server", 3)
    for line, wait_ms in history:
        for world in (live, again):
            world.execute(line)
            if world.shell.running:
                world.interrupt()
        live.advance(live.now_ms + wait_ms)
        again.advance(again.now_ms + wait_ms // 2)
        again.scene()
        again = load("linux", again.dump())
        again.advance(again.now_ms + wait_ms - wait_ms // 2)
    assert live.dump() == again.dump()


def test_dump_keeps_a_foreground_program(server):
    server.execute("python3 -m http.server 9000")
    server.advance(server.now_ms + 100)
    again = load("linux", server.dump())
    again.advance(again.now_ms + 1_000)
    assert "Serving HTTP on 0.0.0.0 port 9000" in again.output_since(0)[0]
    assert again.interrupt().output == "^C\n"
    assert not again.shell.running
