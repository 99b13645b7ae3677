"""The era of virtual machines from outside: lines in, text and states out."""

import json
import re
from pathlib import Path

import pytest

from learnk8s.simulation.hypervisor.images import DEBIAN
from learnk8s.simulation.hypervisor.machines import Machine
from learnk8s.simulation.kernel.goals import BadGoal
from tests.simulation.typing_on import maker, run, wait

RECORDED = json.loads((Path(__file__).parent / "recorded_virsh.json").read_text())


make = maker("hypervisor", "consolidate")


@pytest.fixture
def racks():
    return make()


@pytest.fixture
def nova():
    return make("sale-day")


def recorder():
    """Return a world like the one in which the real virsh was recorded: one machine, no guest, one definition."""
    world = make("first-vm")
    world.shell.files.write("web.xml", world.shell.files.read("web.xml").replace("web-1", "web-2").replace("<vcpu>1", "<currentMemory unit='MiB'>1024</currentMemory>\n  <vcpu>2"))
    world.racks.volumes["/var/lib/libvirt/images/web-2.qcow2"] = {"image": "shop-web", "gib": 10}
    return world


def test_a_session_reads_as_the_real_virsh_wrote_it():
    world = recorder()
    world.racks.machines["rack-1"].next_id = 2
    for entry in RECORDED["session"]:
        printed = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "TIME", run(world, f"virsh {entry['line']}"))
        assert printed == entry["output"], entry["line"]


@pytest.mark.parametrize("entry", RECORDED["refused"], ids=lambda entry: entry["line"])
def test_virsh_refuses_in_the_real_words(entry):
    world = recorder()
    for line in ("sed -i 's/web-2</test</' web.xml", "virsh define web.xml", "virsh start test"):
        run(world, line)
    assert run(world, f"virsh {entry['line']}").strip() == entry["output"].strip()


VIRSH = [
    pytest.param("virsh list", " Id   Name    State\n-----------------------\n 1    web-1   running\n\n", id="list"),
    pytest.param("virsh nodeinfo | head -2", "CPU model:           x86_64\nCPU(s):              8\n", id="nodeinfo"),
    pytest.param("virsh dominfo web-1 | head -2", "Id:             1\nName:           web-1\n", id="dominfo"),
    pytest.param("virsh dominfo web-1 | grep memory", "Max memory:     2097152 KiB\nUsed memory:    2097152 KiB\n", id="dominfo memory"),
    pytest.param("virsh domstats web-1 | head -3", "Domain: 'web-1'\n  state.state=1\n  state.reason=1\n", id="domstats"),
    pytest.param("virsh domblklist web-1", " Target   Source\n-----------------------------------------------\n vda      /var/lib/libvirt/images/web-1.qcow2\n\n", id="domblklist"),
    pytest.param("virsh pool-list", " Name      State    Autostart\n-------------------------------\n default   active   yes\n\n", id="pool-list"),
    pytest.param("virsh net-list", " Name      State    Autostart   Persistent\n--------------------------------------------\n default   active   yes         yes\n\n", id="net-list"),
    pytest.param("virsh vol-list default | grep web-1", " web-1.qcow2            /var/lib/libvirt/images/web-1.qcow2\n", id="vol-list"),
    pytest.param("virsh dumpxml web-1 | head -2", "<domain type='kvm' id='1'>\n  <name>web-1</name>\n", id="dumpxml"),
    pytest.param("virsh vcpucount web-1", "maximum      config       4\nmaximum      live         4\ncurrent      config       2\ncurrent      live         2\n\n", id="vcpucount"),
    pytest.param("virsh domjobinfo web-1", "Job type:         None        \n\n", id="domjobinfo"),
    pytest.param("virsh hostname; virsh uri", "rack-1\n\nqemu+ssh://rack-1/system\n\n", id="hostname and uri"),
    pytest.param("virsh -c qemu+ssh://rack-2/system list --name", "api-1\n\n", id="another machine"),
    pytest.param("virsh -c qemu+ssh://rack-9/system list", "error: failed to connect to the hypervisor\nerror: Cannot recv data: ssh: Could not resolve hostname rack-9: Name or service not known: Connection reset by peer\n\n", id="no such machine"),
    pytest.param("virsh setvcpus web-1 9", "error: invalid argument: requested vcpus is greater than max allowable vcpus for the live domain: 9 > 4\n\n", id="too many vcpus"),
    pytest.param("virsh migrate --live web-1 qemu+ssh://rack-1/system | cut -c1-66", "", id="migrate to itself says so on stderr only"),
    pytest.param("virsh setmem web-1 3G", "error: invalid argument: cannot set memory higher than max memory\n\n", id="setmem above the maximum"),
    pytest.param("virsh pool-info default | head -1", "Name:           default\n", id="pool-info"),
    pytest.param("virsh help list | head -2", "  NAME\n    list - list domains\n", id="help"),
    pytest.param("ipmitool -H rack-2-bmc -U admin -P x chassis power status", "Chassis Power is on\n", id="ipmitool"),
    pytest.param("virt-install --name x", "ERROR    \n--memory amount in MiB is required\n--disk storage must be specified (override with --disk none)\n", id="virt-install lacks options"),
    pytest.param("virt-install --name web-1 --memory 512 --disk size=5 --import --os-variant debian13", "ERROR    Guest name 'web-1' is already in use.\n", id="virt-install of a name in use"),
    pytest.param("openstack server list", "Missing value auth-url required for auth plugin password\n# learnk8s: nobody has put OpenStack on these racks; use virsh.\n", id="no openstack here"),
    pytest.param("ssh nowhere uptime", "ssh: Could not resolve hostname nowhere: Name or service not known\n", id="ssh to nowhere"),
    pytest.param("ssh web-1 systemctl is-active shop-web", "active\n", id="systemctl is-active"),
    pytest.param("ssh web-1 'systemd-detect-virt; nproc'", "kvm\n2\n", id="two commands by ssh"),
    pytest.param("ssh web-1 foo", "bash: line 1: foo: command not found\n", id="unknown in a guest"),
    pytest.param("ssh web-1 uname -r", "6.12.48+deb13-amd64\n", id="uname"),
    pytest.param("ssh rack-1 ps aux | grep -c qemu-system", "1\n", id="one monitor process for each guest"),
    pytest.param("curl -s web-1", "<h1>shop</h1>\n", id="curl"),
    pytest.param("curl web-1:81", "curl: (7) Failed to connect to web-1 port 81 after 0 ms: Could not connect to server\n", id="curl refused"),
]


@pytest.mark.parametrize(("line", "expected"), VIRSH)
def test_virsh_and_its_neighbours_print_what_the_real_ones_do(racks, line, expected):
    printed = run(racks, line)
    assert printed == expected or (not expected and "Attempt to migrate guest to the same host" in printed)


OPENSTACK = [
    pytest.param("openstack flavor list | head -4", "+----+-----------+------+------+-----------+-------+-----------+\n| ID | Name      |  RAM | Disk | Ephemeral | VCPUs | Is Public |\n+----+-----------+------+------+-----------+-------+-----------+\n| 1  | m1.tiny   |  512 |    1 |         0 |     1 | True      |\n", id="flavor list"),
    pytest.param("openstack flavor show m1.small -f value -c ram", "2048\n", id="flavor show"),
    pytest.param("openstack flavor create --ram 1024 --disk 10 --vcpus 1 mine -c name -c ram", "+-------+-------+\n| Field | Value |\n+-------+-------+\n| name  | mine  |\n| ram   | 1024  |\n+-------+-------+\n", id="flavor create"),
    pytest.param("openstack server list -f value -c Name -c Status", "web-0 ACTIVE\nweb-1 ACTIVE\n", id="server list"),
    pytest.param("openstack quota show", "+-----------+-------+\n| Resource  | Limit |\n+-----------+-------+\n| cores     |    20 |\n| instances |     3 |\n| ram       | 51200 |\n+-----------+-------+\n", id="quota show"),
    pytest.param("openstack network list -f value -c Name", "private\n", id="network list"),
    pytest.param("openstack image list -f value -c Status | uniq", "active\n", id="image list"),
    pytest.param("openstack hypervisor list -f csv -c ID -c State", '"ID","State"\n"1","up"\n"2","up"\n"3","up"\n', id="hypervisor list"),
    pytest.param("openstack hypervisor stats show -f value -c vcpus -c running_vms", "2\n24\n", id="hypervisor stats"),
    pytest.param("openstack stack list -f value -c 'Stack Name' -c 'Stack Status'", "shop CREATE_COMPLETE\n", id="stack list"),
    pytest.param("openstack stack resource list shop -f value -c resource_name", "web.resources[0]\nweb.resources[1]\n", id="stack resource list"),
    pytest.param("openstack server show nope", "No Server found for nope\n", id="no such server"),
    pytest.param("openstack server create --flavor m1.small --image nope x", "No Image found for nope\n", id="no such image"),
    pytest.param("openstack server create --flavor m1.small --image shop-web --min 2 --max 2 x", "ForbiddenException: 403: Client Error for url: http://controller:8774/v2.1/servers, Quota exceeded for instances: Requested 2, but already used 2 of 3 instances\n", id="over quota"),
    pytest.param("openstack server foo", "openstack: 'server foo' is not an openstack command. See 'openstack --help'.\n", id="unknown command"),
    pytest.param("openstack stack create -t nope.yaml x", "Could not fetch contents for file:///home/learner/nope.yaml\n", id="no template"),
    pytest.param("openstack stack show nope", "Stack not found: nope\n", id="no such stack"),
    pytest.param("openstack server migrate --live-migration --host compute-9 web-0 | cut -c1-19", "", id="no such host"),
    pytest.param("openstack console log show web-0 --lines 1", "web-0 login: \n", id="console log"),
]


@pytest.mark.parametrize(("line", "expected"), OPENSTACK)
def test_openstack_prints_what_the_real_client_does(nova, line, expected):
    assert run(nova, line).startswith(expected)


def test_a_request_for_too_much_ends_in_error_with_no_valid_host(nova):
    run(nova, "openstack flavor create --ram 65536 --disk 10 --vcpus 1 huge; openstack quota set --ram 999999 x")
    assert "BUILD" in run(nova, "openstack server create --flavor huge --image shop-web big")
    wait(nova, 10)
    assert run(nova, "openstack server show big -c status -f value") == "ERROR\n"
    assert "No valid host was found. There are not enough hosts available." in run(nova, "openstack server show big")


def test_a_cold_guest_takes_tens_of_seconds_and_a_micro_guest_less_than_one():
    world = make("micro-vms")
    run(world, "openstack server create --flavor m1.small --image shop-web slow")
    wait(world, 120)
    slow = world.scoreboard()["scale_out_ms"]
    run(world, "openstack server create --flavor f1.micro --image micro-shop-web fast")
    wait(world, 10)
    assert 30_000 <= slow <= 70_000
    assert world.scoreboard()["scale_out_ms"] < 1_000


def test_installing_at_boot_takes_longer_than_a_ready_image(nova):
    run(nova, "printf '#cloud-config\\npackages:\\n- shop-web\\n' > init.yaml; openstack server create --flavor m1.small --image debian-13 --user-data init.yaml cold")
    wait(nova, 60)
    assert not nova.find("Server//cold")["serves"]
    wait(nova, 90)
    assert nova.find("Server//cold")["serves"]


def test_the_stages_of_a_boot_come_in_order_and_on_the_console():
    world = make("first-vm")
    run(world, "virsh define web.xml; virsh start web-1")
    stages = []
    while world.next_due_ms() is not None:
        world.advance(world.next_due_ms())
        stages.append(world.find("Guest//web-1")["stage"])
    assert stages == ["kernel", "services", "ready", "ready"]
    assert abs(world.find("Guest//web-1")["stage_ms"]["ready"] - world.find("Guest//web-1")["started_ms"] - DEBIAN.boot_ms) <= DEBIAN.boot_ms // 20
    world.execute("virsh console web-1")
    assert "Kernel panic" not in world.output_since(0)[0]
    assert "web-1 login:" in world.output_since(0)[0]
    assert world.interrupt().status == 130


def test_live_migration_stands_still_for_milliseconds_and_serves_on(racks):
    run(racks, "virsh migrate --live web-1 qemu+ssh://rack-2/system")
    board = racks.scoreboard()
    assert 0 < board["stood_still_ms"] < 400
    assert racks.find("Guest//web-1")["machine"] == "rack-2"
    assert board["requests_failed"] <= 8
    assert "migration.done" in [entry["key"] for entry in racks.why("Guest//web-1")]


def test_ctrl_c_gives_a_watched_migration_up(racks):
    assert racks.execute("virsh migrate --live web-1 qemu+ssh://rack-2/system").running
    racks.advance(racks.now_ms + 100)
    racks.interrupt()
    wait(racks, 20)
    assert racks.find("Guest//web-1")["machine"] == "rack-1"
    assert racks.find("Guest//web-1")["migration"] is None


def test_a_busy_guest_on_a_slow_link_does_not_converge_until_told():
    world = make("consolidate")
    for machine in world.racks.machines.values():
        machine.link_mib_per_s = 60
    run(world, "traffic shop-web 1200")
    world.execute("virsh migrate --live web-1 qemu+ssh://rack-2/system")
    wait(world, 120)
    assert world.shell.running
    world.interrupt()
    assert not run(world, "virsh migrate --live --auto-converge web-1 qemu+ssh://rack-2/system").strip()
    assert world.find("Guest//web-1")["machine"] == "rack-2"


def test_a_panic_hurts_one_guest_and_a_lost_machine_all_on_it():
    world = make("blast-radius")
    run(world, "ssh batch-1 'echo c > /proc/sysrq-trigger'")
    assert (world.scoreboard()["blast_radius"], world.scoreboard()["guests_serving"]) == (1, 2)
    run(world, "fault power-off rack-1")
    assert world.scoreboard()["blast_radius"] == 3
    assert "No route to host" in run(world, "virsh list")
    run(world, "virsh list; fault power-on rack-1")
    wait(world, 200)
    assert run(world, "virsh list --all").count("shut off") == 3


@pytest.mark.parametrize(("scenario", "count"), [("blast-radius", 3), ("first-vm", 0)])
def test_a_lost_machine_says_how_many_guests_went_with_it_also_if_there_were_none(scenario, count):
    world = make(scenario)
    run(world, "fault power-off rack-1")
    said = next(link for link in world.why("Machine//rack-1") if link["key"] == "machine.off")
    assert said["text_en"] == f"rack-1 lost power. Guests that went off with it: {count}."
    assert said["text_ko"] == f"rack-1의 전원이 나갔다. 함께 꺼진 게스트: {count}대."


def test_memory_runs_out_inside_one_guest_only(racks):
    run(racks, "fault leak api-1")
    wait(racks, 900)
    assert racks.find("Guest//api-1")["unit_state"] == "failed"
    assert racks.find("Guest//web-1")["serves"]
    assert "oom-kill" in run(racks, "ssh api-1 journalctl -u shop-api")
    run(racks, "ssh api-1 systemctl start shop-api")
    wait(racks, 10)
    assert racks.find("Guest//api-1")["serves"]


def test_over_committed_memory_swaps_and_slows_and_the_balloon_relieves():
    world = make("overcommit")
    wait(world, 60)
    assert world.find("Machine//rack-1")["is_swapping"]
    failed = world.scoreboard()["requests_failed"]
    assert failed > 0
    run(world, "virsh setmem test-1 1G; virsh setmem test-2 1G")
    before = world.scoreboard()["requests_failed"]
    wait(world, 60)
    assert world.scoreboard()["requests_failed"] == before


def test_too_small_a_balloon_lets_the_guests_own_kernel_kill():
    world = make("overcommit")
    run(world, "virsh setmem db-1 800M")
    assert world.find("Guest//db-1")["unit_state"] == "failed"


def test_many_boots_at_once_are_slower_than_one():
    world = make("consolidate")
    for number in range(6):
        run(world, f"virt-install --name n{number} --memory 1024 --vcpus 2 --disk size=10,backing_store=/var/lib/libvirt/images/shop-batch.qcow2 --import --os-variant debian13 --noautoconsole")
    world.racks.machines["rack-1"].cpus = 2
    for number in range(6):
        run(world, f"virsh reset n{number}")
    wait(world, 45)
    assert not any(world.find(f"Guest//n{number}")["serves"] for number in range(6))
    wait(world, 300)
    assert all(world.find(f"Guest//n{number}")["serves"] for number in range(6))


def test_guest_systems_eat_most_of_what_small_services_are_given(nova):
    board = nova.scoreboard()
    assert board["system_share_percent"] > 80
    assert board["cpu_used_percent"] < 20


def test_cpu_work_is_near_native():
    assert Machine("m", 8, 1024, 10).hypervisor.efficiency_percent >= 95


def test_why_ends_at_what_was_typed(racks):
    run(racks, "virsh destroy web-1")
    chain = racks.why("Guest//web-1")
    assert (chain[0]["key"], chain[-1]["key"]) == ("guest.off", "input.line")
    assert "virsh destroy web-1" in chain[-1]["text_ko"]
    assert racks.inspect("Guest//web-1")["why"]
    assert racks.inspect("Guest//nobody") is None


def test_buttons_do_what_their_command_lines_say(racks):
    button = next(entry for entry in racks.actions("Guest//web-1") if entry["kind"] == "panic")
    assert racks.act(button).output == "fault panic web-1\n"
    other = make()
    run(other, button["command"])
    assert other.find("Guest//web-1")["state"] == racks.find("Guest//web-1")["state"] == "crashed"
    assert racks.act({"kind": "nonsense"}).status == 1


def test_a_snapshot_that_is_not_there_is_refused_wherever_it_is_named(racks):
    for verb in ("info", "revert", "delete"):
        assert run(racks, f"virsh snapshot-{verb} web-1 nope") == "error: Domain snapshot not found: no domain snapshot with matching name 'nope'\n\n"


def test_scaling_out_by_whole_machines_costs_requests_while_they_boot(nova):
    run(nova, "traffic shop-web 2200; openstack quota set --instances 20 shop; sed -i 's/count: 2/count: 5/' shop.yaml; openstack stack update -t shop.yaml shop")
    wait(nova, 30)
    lost = nova.scoreboard()["requests_failed"]
    assert lost > 20_000
    wait(nova, 60)
    settled = nova.scoreboard()["requests_failed"]
    wait(nova, 60)
    assert nova.scoreboard()["requests_failed"] == settled


def test_an_idle_rack_has_nothing_due(racks):
    assert racks.next_due_ms() is None


def test_a_lost_machine_is_noticed_by_nova_but_its_servers_wait_for_a_person(nova):
    name = nova.find("Server//web-0")["machine"]
    run(nova, f"fault power-off {name}")
    assert run(nova, "openstack server show web-0 -f value -c status") == "ACTIVE\n"
    assert not nova.find("Server//web-0")["serves"]
    run(nova, "openstack server evacuate web-0")
    wait(nova, 60)
    assert nova.find("Server//web-0")["serves"]
    assert nova.find("Server//web-0")["machine"] != name


def test_resize_and_cold_migration_ask_for_confirmation(nova):
    run(nova, "openstack server resize --flavor m1.medium --wait web-0")
    assert run(nova, "openstack server show web-0 -f value -c status") == "VERIFY_RESIZE\n"
    run(nova, "openstack server resize confirm web-0")
    assert run(nova, "openstack server list -f value -c Name -c Status -c Flavor").splitlines()[0] == "web-0 ACTIVE m1.medium"


def test_clone_define_start_is_the_way_to_a_second_guest_by_hand(racks):
    run(racks, "virsh vol-clone shop-web.qcow2 web-2.qcow2 --pool default; virsh dumpxml web-1 | grep -v uuid | sed 's/web-1/web-2/g' > web-2.xml; virsh define web-2.xml; virsh start web-2; sleep 60")
    assert racks.find("Guest//web-2")["serves"]
    assert racks.find("Guest//web-2")["mac"] != racks.find("Guest//web-1")["mac"]


def test_a_shell_in_a_guest_lasts_until_exit_or_until_the_guest_is_gone(racks):
    run(racks, "ssh web-1")
    assert run(racks, "hostname") == "web-1\n"
    run(racks, "exit")
    assert run(racks, "hostname") == "learnk8s\n"
    run(racks, "ssh web-1")
    run(racks, "echo c > /proc/sysrq-trigger")
    assert run(racks, "hostname") == "learnk8s\n"
    assert racks.find("Guest//web-1")["state"] == "crashed"


def test_bad_goals_are_an_authors_mistake(racks):
    for goal in ({}, {"all": []}, {"all": [{"nonsense": 1}]}, {"all": [{"field": {"ref": "Guest//web-1", "path": "state", "op": "~", "value": 1}}]}, {"all": [{"field": {}}]}):
        with pytest.raises(BadGoal):
            racks.check(goal)


def test_a_stack_that_only_loses_servers_completes_too():
    world = make("sale-day")
    world.execute("sed -i 's/count: 2/count: 1/' shop.yaml")
    world.execute("openstack stack update -t shop.yaml shop")
    world.advance(world.now_ms + 10_000)
    assert world.find("Stack//shop")["status"] == "UPDATE_COMPLETE"


def test_a_fault_that_cannot_happen_says_why(racks):
    assert run(racks, "fault panic nobody") == "learnk8s: there is no guest nobody\n"
    assert racks.act({"kind": "panic", "ref": "Guest//nobody"}).output == "there is no guest nobody\n"


OPENSTACK = json.loads((Path(__file__).parent / "recorded_openstack.json").read_text())


@pytest.mark.parametrize("entry", OPENSTACK["refused"], ids=lambda entry: entry["line"].removeprefix("openstack "))
def test_openstack_refuses_in_the_words_of_the_real_client(nova, entry):
    assert run(nova, entry["line"]).rstrip() == entry["output"].rstrip()
    assert run(nova, "echo $?") == f"{entry['status']}\n"


def test_openstack_says_how_a_command_is_called(nova):
    assert run(nova, "openstack help server create") == run(nova, "openstack server create --help")
    assert "openstack server reboot [-h] [--hard | --soft] [--wait] <server>" in run(nova, "openstack server reboot --help")
    assert "server list" in run(nova, "openstack sever list")
    assert run(nova, "openstack server create --hint a=b x") == "learnk8s: --hint of openstack server create is not modelled\n"


@pytest.mark.parametrize(("line", "printed"), [
    pytest.param("curl -m 2 web-0", "<h1>shop</h1>\n", id="a limit"), pytest.param("curl -sm2 nosuch; echo $?", "6\n", id="silent"), pytest.param("curl -sSm 2 nosuch", "curl: (6) Could not resolve host: nosuch\n", id="silent but for errors"),
    pytest.param("curl -so /dev/null -w '%{http_code}\\n' web-0", "200\n", id="only the status"), pytest.param("curl -m x web-0", "curl: option -m: expected a proper numerical parameter\ncurl: try 'curl --help' or 'curl --manual' for more information\n", id="no number"),
    pytest.param("curl --max-tim 2 web-0", "curl: option --max-tim: is unknown\ncurl: try 'curl --help' or 'curl --manual' for more information\n", id="a typo"),
])
def test_curl_reads_its_options(nova, line, printed):
    assert run(nova, line) == printed


@pytest.mark.parametrize(("line", "said"), [("virsh vcpuinfo web", "learnk8s: virsh vcpuinfo: not modelled in this sandbox; virsh help lists what is\n"), ("virsh nonsense", "error: unknown command: 'nonsense'\n"), ("virt-top", "learnk8s: virt-top: not modelled in this sandbox\n")])
def test_what_libvirt_has_and_this_has_not_says_so(line, said):
    assert make("first-vm").execute(line).output == said


@pytest.mark.parametrize("words", ["volume list", "server suspend web-0", "floating ip list"])
def test_what_openstack_has_and_this_has_not_says_so(words):
    assert run(make("sale-day"), f"openstack {words}").startswith(f"learnk8s: openstack {words}: not modelled in this sandbox")
