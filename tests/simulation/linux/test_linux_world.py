"""The Linux world from outside: scenarios, accidents, isolation, time, and the protocol."""

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learnk8s.simulation.kernel.shell.screen import REDRAWN, on_screen
from learnk8s.simulation.kernel.shell.shell import STILL_RUNNING
from learnk8s.simulation.linux.scenarios import SCENARIOS
from learnk8s.simulation.worlds import create, load
from tests.simulation.linux.typing_on import run


@pytest.fixture
def server():
    world = create("linux", "one-server", 1)
    run(world, "sudo systemctl start shop-database; sleep 5")
    return world


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
    server.advance(server.now_ms + 7_000)
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


def test_network_namespaces_meet_on_a_bridge_and_a_port_is_forwarded(server):
    for line in ("sudo -i", "ip netns add r; ip netns add b; ip link add br0 type bridge; ip link set br0 up; ip addr add 10.1.0.1/24 dev br0",
                 "for n in r b; do ip link add v$n type veth peer name eth0 netns $n; ip link set v$n master br0 up; ip -n $n link set lo up; ip -n $n link set eth0 up; done",
                 "ip -n r addr add 10.1.0.2/24 dev eth0; ip -n b addr add 10.1.0.3/24 dev eth0"):
        assert run(server, line) == ""
    assert run(server, "ip netns exec b python3 /opt/neighbour/blog.py > /tmp/blog.log 2>&1 &").startswith("[1] ")
    run(server, "sleep 1")
    assert run(server, "ip netns exec r curl -s 10.1.0.3:8080") == run(server, "curl -s 10.1.0.3:8080") == "blog: ok from shop\n"
    assert run(server, "cat /tmp/blog.log") == "blog: listening on 0.0.0.0:8080\n"
    run(server, "iptables -t nat -A PREROUTING -p tcp --dport 9090 -j DNAT --to-destination 10.1.0.3:8080")
    outside = {"all": [{"reachable": {"host": "203.0.113.10", "port": 9090, "program": "blog", "from": "outside"}}]}
    assert not server.check(outside)["reached"], "a host that does not forward"
    run(server, "sysctl -w net.ipv4.ip_forward=1")
    assert server.check(outside)["reached"]
    run(server, "ip netns exec b ip link set eth0 down")
    assert not server.check(outside)["reached"]


def test_pivot_root_puts_the_old_root_below_the_new(server):
    for line in ("sudo -i", "mkdir -p /srv/p; mount --bind /opt/rootfs /srv/p; unshare -m bash", "mkdir -p /srv/p/oldroot; cd /srv/p; pivot_root . oldroot"):
        assert run(server, line) == ""
    assert "oldroot" in run(server, "ls /").split() and "boot" in run(server, "ls /oldroot").split()
    run(server, "mount -t proc proc /proc; umount -l /oldroot")
    assert run(server, "ls /oldroot") == ""
    assert run(server, "mount") == "/dev/sda1 on / type ext4 (rw,relatime)\nproc on /proc type proc (rw,relatime)\n"


def test_cgroup_and_time_and_ipc_namespaces_have_their_own_view(server):
    assert run(server, "sudo unshare -C cat /proc/self/cgroup") == "0::/\n"
    assert "up 10 days,  3:12" in run(server, "sudo unshare -T --boottime 864000 -f uptime")
    run(server, "sudo unshare -i bash; ipcmk -Q")
    run(server, "exit")
    assert run(server, "ipcs -q").count("\n") == 4


def test_ever_more_processes_fill_the_machine_without_a_limit(server):
    run(server, "fault start-spawner; sleep 60")
    assert int(run(server, "ls /proc | grep -c '^[0-9]'")) > 380
    run(server, "sudo pkill -9 -f spawner.py")
    assert server.find("Machine/host")["processes"] < 60


def test_where_no_process_can_start_systemd_says_so_and_tries_again(server):
    run(server, "sudo systemctl stop shop-database; fault start-spawner; sleep 60")
    server.act({"kind": "kill-process", "ref": f"Process/{server.find('Process/web')['pid']}"})
    for _ in range(3):
        server.execute("sleep 600 &")
    server.advance(server.now_ms + 60_000)
    assert "shop-web.service: Failed to spawn 'start' task: Resource temporarily unavailable" in [entry[4] for entry in server.machine.journal]
    assert server.find("Unit/shop-web.service")["state"] == "activating"


def test_a_stopped_process_keeps_its_memory_and_answers_nobody(server):
    run(server, "sudo systemctl kill -s STOP shop-database")
    assert server.scene()["traffic"]["failing_per_second"] == 70
    assert server.find("Process/database")["memory_mib"] == 900
    run(server, "sudo systemctl kill -s CONT shop-database")
    assert server.scene()["traffic"]["failing_per_second"] == 0


def test_after_a_power_failure_only_what_is_enabled_comes_back(server):
    run(server, "sudo mkdir /sys/fs/cgroup/g; sudo ip netns add x; sudo mount -t tmpfs t /mnt; echo kept > kept; echo lost | sudo tee /run/lost")
    failed = server.scoreboard()["requests_failed"]
    assert server.act({"kind": "crash-machine"}).output == "fault crash-machine\n"
    assert server.execute("ls").output == "ssh: connect to host shop port 22: No route to host\n"
    again = load("linux", server.dump())
    assert again.dump() == server.dump()
    server.advance(server.now_ms + 100_000)
    assert server.scoreboard()["requests_failed"] - failed > 70 * 90 - 10
    assert server.scoreboard()["downtime_ms"] >= 90_000
    assert run(server, "cat kept").endswith("kept\n")
    assert run(server, "ls /run; ip netns list; ls /mnt; ls -d /sys/fs/cgroup/g") == "netns\nls: cannot access '/sys/fs/cgroup/g': No such file or directory\n"
    assert run(server, "systemctl is-active shop-web shop-database") == "active\ninactive\n"
    assert " up 0 min" in run(server, "uptime") or " up 1 min" in run(server, "uptime")


def test_walking_the_whole_tree_follows_no_links_of_the_kernel(server):
    assert run(server, "sudo du -s /").endswith("\t/\n")


def test_a_reboot_closes_the_terminal_and_a_new_one_opens(server):
    run(server, "sudo reboot > /tmp/said")
    assert server.scene()["prompt"] == ""
    server.advance(server.now_ms + 95_000)
    assert run(server, "whoami").endswith("learner\n")


def test_the_nightly_batch_starts_by_its_timer(server):
    run(server, "sudo systemctl start shop-batch.timer")
    assert "shop-batch.timer shop-batch.service" in run(server, "systemctl list-timers")
    server.advance(17 * 3_600_000 + 10_000)
    assert "version `PRICING_2.0' not found" in run(server, "journalctl -u shop-batch")


def test_a_unit_that_keeps_failing_is_given_up(server):
    run(server, "sudo bash -c 'printf \"[Service]\\nExecStart=/usr/bin/python3 /opt/nothing.py\\nRestart=always\\n\" > /etc/systemd/system/bad.service'; sudo systemctl daemon-reload; sudo systemctl start bad; sleep 20")
    assert run(server, "systemctl is-active bad") == "failed\n"
    assert "Start request repeated too quickly." in run(server, "journalctl -u bad")


def test_unit_settings_isolate_too(server):
    run(server, "sudo bash -c 'printf \"[Service]\\nUser=neighbour\\nExecStart=/usr/bin/python3 /opt/neighbour/blog.py\\nPrivateNetwork=yes\\nMemoryMax=200M\\nNoNewPrivileges=yes\\nSystemCallFilter=~@mount\\n\" > /etc/systemd/system/blog.service'; sudo systemctl daemon-reload; sudo systemctl start blog; sleep 2")
    goal = {"all": [{"alive": {"program": "blog", "where": {"isolated": ["net"], "memory_max": 200 * 2**20, "seccomp": True, "no_new_privileges": True, "capabilities": []}}}]}
    assert server.check(goal)["reached"], server.find("Process/blog")


def test_unmounted_file_systems_are_forgotten(server):
    before = len(server.machine.filesystems)
    run(server, "sudo -i")
    for _ in range(5):
        run(server, "mount -t tmpfs t /mnt; umount /mnt; unshare -m true; ip netns add x; ip netns exec x true; ip netns del x")
    assert len(server.machine.filesystems) == before
    assert len(server.machine.namespaces) == 8


def test_a_disk_of_texts_is_full_some_day(server):
    run(server, "seq 1 10000 > big; for i in $(seq 1 120); do cp big big$i; done")
    assert "No space left on device" in run(server, "cp big another")


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


@pytest.mark.parametrize(("line", "printed"), [
    pytest.param("findmnt -n -o TARGET,FSTYPE -t proc,cgroup2; findmnt -t proc -n -o TARGET", "/proc\n", id="mounts of a type"), pytest.param("findmnt -n -o FSTYPE /sys/fs/cgroup", "cgroup2\n", id="one mount"), pytest.param("findmnt /nope; echo $?", "1\n", id="no mount"),
    pytest.param("findmnt | sed -n 3,4p | cut -d' ' -f1-2 | cut -c1-4", "├─/s\n│ └─\n", id="a tree"), pytest.param("ip route get 1.1.1.1 | head -1", "1.1.1.1 via 203.0.113.1 dev eth0 src 203.0.113.10 uid 1000 \n", id="the way out"),
    pytest.param("sudo unshare -n ip route get 1.1.1.1", "RTNETLINK answers: Network is unreachable\n", id="no way out"), pytest.param("systemctl --failed", "  UNIT LOAD ACTIVE SUB DESCRIPTION\n\n0 loaded units listed.\n", id="nothing failed"),
    pytest.param("systemctl statsu", "Unknown command verb 'statsu', did you mean 'status'?\n", id="a typo"), pytest.param("who | cut -d' ' -f1", "learner\n", id="who is there"), pytest.param("hostnamectl | grep -c Debian", "1\n", id="what it is"),
    pytest.param("history 1", "    2  history 1\n", id="what was typed"),
])
def test_what_people_look_at_next_is_there(server, line, printed):
    assert run(server, line) == printed


def test_a_line_is_turned_away_while_a_program_holds_the_terminal(server):
    server.execute("sleep 100")
    assert server.execute("ls").output == STILL_RUNNING
    server.interrupt()
    assert server.execute("echo free").output == "free\n"


def test_a_machine_that_is_off_says_so_and_not_what_was_printed_before(server):
    run(server, "echo before")
    server.act({"kind": "crash-machine", "ref": ""})
    server.execute("ls")
    assert server.output_since(0)[0] == "ssh: connect to host shop port 22: No route to host\n"


def test_top_and_watch_hold_the_screen_until_they_are_left(server):
    for line, head in (("top -d1", "top - "), ("sudo top", "top - "), ("watch -n1 uptime", "Every 1.0s: uptime\n")):
        assert server.execute(line).running
        other = load("linux", server.dump())
        for world in (server, other):
            world.advance(world.now_ms + 8_000)
            text = world.output_since(0)[0]
            assert text.count(REDRAWN) == 1 and on_screen(text).startswith(head)
        assert server.dump() == other.dump()
        server.interrupt()
        assert line.split()[0] not in run(server, "ps -eo comm"), "the program ended with its screen"
    assert run(server, "top | head -1").startswith("top - ") and run(server, "watch -n1 uptime | wc -l") == "1\n"


def test_what_is_added_to_the_journal_or_a_file_is_followed(server):
    server.execute("journalctl -u shop-web -n 1 -f")
    before = server.output_since(0)[0]
    assert before.count("\n") == 1
    server.act({"kind": "kill-process", "ref": f"Process/{server.machine.units['shop-web.service'].main_pid}"})
    server.advance(server.now_ms + 5_000)
    added = server.output_since(0)[0].removeprefix(before)
    assert "Scheduled restart job" in added and added.count("Scheduled restart job") == 1
    server.interrupt()
    run(server, "echo one > f.txt")
    server.execute("tail -f f.txt")
    assert server.output_since(0)[0] == "one\n"


def test_what_is_followed_streams_through_a_pipe(server):
    before = server.now_ms
    server.execute("journalctl -u shop-web -n 1 -f | grep --line-buffered Scheduled | cut -d: -f4-")
    assert (server.output_since(0)[0], server.shell.running, server.now_ms) == ("", True, before)
    follower = next(process.pid for process in server.machine.processes.values() if process.comm == "journalctl")
    server.act({"kind": "kill-process", "ref": f"Process/{server.machine.units['shop-web.service'].main_pid}"})
    other = load("linux", server.dump())
    for world in (server, other):
        world.advance(world.now_ms + 5_000)
        assert re.fullmatch(r" shop-web.service: Scheduled restart job, [^\n]*\n", world.output_since(0)[0])
        world.interrupt()
        assert follower not in world.machine.processes
    assert other.dump() == server.dump()


def test_the_process_of_a_follower_ends_with_its_pipe(server):
    run(server, "printf 'one\\ntwo\\n' > f.txt")
    assert run(server, "tail -f f.txt | grep -n . | head -1; ps -eo comm | grep -c tail") == "1:one\n0\n"
    assert "sudo tail" not in run(server, "sudo tail -f f.txt | head -1; ps -ef")
    assert run(server, "top | head -1").startswith("top - "), "a program that needs a terminal shows itself once"


def test_files_are_edited_with_the_rights_of_who_opens_them(server):
    server.execute("vi /etc/hosts")
    assert server.shell.editing["text"].startswith("127.0.0.1")
    refused = server.execute(":wq\nmine\n")
    assert "E212" in refused.output and "Permission denied" in refused.output and server.shell.editing["text"] == "mine\n", "what was written is not lost"
    server.execute(":q!")
    server.execute("sudo nano /etc/hosts")
    other = load("linux", server.dump())
    for world in (server, other):
        world.execute(":wq\n10.0.0.9 other")
        assert run(world, "cat /etc/hosts") == "10.0.0.9 other\n"
        assert not {"vi", "nano", "sudo"} & set(run(world, "ps -eo comm").split())
    assert "No such file or directory" in run(server, "sudo chroot /opt/rootfs vi x")


def test_systemd_run_makes_units_for_one_command(server):
    assert run(server, "systemd-run sleep 9") == "Failed to start transient service unit: Interactive authentication required.\n"
    assert run(server, "sudo systemd-run --unit=calc -p MemoryMax=100M -p TasksMax=5 --slice=batch sleep 99").startswith("Running as unit: calc.service; invocation ID: ")
    assert run(server, "cat /sys/fs/cgroup/batch.slice/calc.service/memory.max /sys/fs/cgroup/batch.slice/calc.service/pids.max") == "104857600\n5\n"
    assert "├─batch.slice\n│ └─calc.service\n│   └─" in run(server, "systemd-cgls")
    scoped = run(server, "sudo systemd-run --scope -q -p CPUQuota=20% cat /proc/self/cgroup")
    assert scoped.startswith("0::/system.slice/run-p") and scoped.endswith(".scope\n")
    assert not [path for path in server.machine.cgroups if path.endswith(".scope") and "run-p" in path]
    assert run(server, "sudo systemd-run --unit=calc --slice=batch sleep 1").startswith("Failed to start transient service unit: Unit calc.service was already loaded")
    assert run(server, "sudo systemd-run -p Wrong=1 sleep 1") == "Unknown assignment: Wrong=1\n"


@pytest.mark.parametrize(("line", "said"), [
    ("lsblk", "learnk8s: lsblk: not modelled in this sandbox\n"), ("sudo tcpdump -i any", "learnk8s: tcpdump: not modelled in this sandbox\n"), ("nonsense", "bash: nonsense: command not found\n"),
    ("systemctl mask cron", "learnk8s: systemctl mask: not modelled in this sandbox\n"), ("sudo chroot /opt/rootfs lsblk", "chroot: failed to run command ‘lsblk’: No such file or directory\n"), ("which ls nothing", "/usr/bin/ls\n"),
])
def test_what_is_left_out_says_so_where_the_real_server_has_it(server, line, said):
    assert run(server, line) == said


def test_an_editor_ends_with_its_process(server):
    server.execute("vi f.txt")
    editor = next(process for process in server.machine.processes.values() if process.comm == "vi")
    server.act({"kind": "kill-process", "ref": f"Process/{editor.pid}"})
    assert not server.shell.running and server.shell.editing is None
