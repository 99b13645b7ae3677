"""The scenarios of this era, in the order in which the site shows them; each with its goal and one way to reach it."""

from dataclasses import dataclass
from typing import Any

from learnk8s.simulation.hypervisor.datacentre import POOL, Datacentre
from learnk8s.simulation.hypervisor.images import IMAGES
from learnk8s.simulation.hypervisor.machines import Guest, Machine
from learnk8s.simulation.hypervisor.nova import Nova, servers_of

SETTLE_MS = 120_000
Goal = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Vm:
    """A guest that is there from the start."""

    name: str
    image: str
    machine: str
    vcpus: int = 1
    memory_mib: int = 2_048
    running: bool = True


@dataclass(frozen=True, slots=True)
class Scenario:
    """The start of a sandbox, with its title and story in both languages, its goal and a solution."""

    name: str
    title_en: str
    title_ko: str
    story_en: str
    story_ko: str
    machines: tuple[tuple[str, int, int, str], ...]
    goal: Goal
    solution: tuple[str, ...]
    guests: tuple[Vm, ...] = ()
    volumes: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    traffic: tuple[tuple[str, int], ...] = ()
    quota: tuple[tuple[str, int], ...] | None = None
    servers: tuple[tuple[str, str, str], ...] = ()
    stack: tuple[str, str] = ("", "")
    upgraded: tuple[str, ...] = ()
    first_lines: tuple[str, ...] = ("virsh list --all", "virsh nodeinfo")


def furnish(racks: Datacentre, nova: Nova, plan: Scenario) -> None:
    """Make what the scenario has from the start and let it settle."""
    racks.causes.add(0, "scenario", "scenario.began", "scenario", plan.name, parent=0)
    for name, cpus, memory_mib, kind in plan.machines:
        racks.machines[name] = Machine(name, cpus, memory_mib, 500, kind)
    for image in IMAGES:
        racks.add_volume(f"{POOL}/{image}.qcow2", image, 10)
    for name, image in plan.volumes:
        racks.add_volume(f"{POOL}/{name}.qcow2", image, 10)
    for vm in plan.guests:
        path = f"{POOL}/{vm.name}.qcow2"
        racks.add_volume(path, vm.image, 10)
        racks.define(Guest(name=vm.name, uuid=racks.dice.uid("guest"), machine=vm.machine, image=vm.image, vcpus=vm.vcpus, vcpus_max=max(4, vm.vcpus), memory_mib=vm.memory_mib, balloon_mib=vm.memory_mib, disk_path=path, unit_name=IMAGES[vm.image].unit))
        if vm.running:
            racks.start(vm.name)
    files = dict(plan.files)
    if plan.quota is not None:
        nova.switch_on(quota=dict(plan.quota))
        for name, flavor, image in plan.servers:
            nova.create(name, flavor=flavor, image=image)
        if plan.stack[0]:
            wanted, description = servers_of(files[plan.stack[1]], plan.stack[0], {})
            nova.create_stack(plan.stack[0], wanted, description)
    racks.advance(SETTLE_MS)
    for name in plan.upgraded:
        racks.take_snapshot(name, "before-upgrade", "all is well")
        racks.upgrade_packages(name)
    for unit, per_second in plan.traffic:
        racks.set_rate(unit, per_second)
    racks.machine_on_ms = racks.scale_out_ms = racks.blast_radius = 0


WEB_XML = f"""\
<domain type='kvm'>
  <name>web-1</name>
  <memory unit='MiB'>2048</memory>
  <vcpu>1</vcpu>
  <os>
    <type arch='x86_64'>hvm</type>
  </os>
  <devices>
    <disk type='file' device='disk'>
      <source file='{POOL}/web-1.qcow2'/>
      <target dev='vda' bus='virtio'/>
    </disk>
    <interface type='network'>
      <source network='default'/>
    </interface>
  </devices>
</domain>
"""
SHOP_STACK = """\
heat_template_version: 2021-04-16
description: The shop's web servers
resources:
  web:
    type: OS::Heat::ResourceGroup
    properties:
      count: 2
      resource_def:
        type: OS::Nova::Server
        properties:
          name: web-%index%
          flavor: m1.small
          image: shop-web
"""


def _check(body: dict[str, Any], text_en: str, text_ko: str) -> dict[str, Any]:
    return {**body, "text_en": text_en, "text_ko": text_ko}


def _field(ref: str, path: str, value: Any, op: str = "==") -> dict[str, Any]:
    return {"field": {"ref": ref, "path": path, "op": op, "value": value}}


RACK = ("rack-1", 8, 16_384, "type-1")
FIRST = Scenario(
    "first-vm", "A machine inside a machine", "기계 안의 기계",
    "One bare server with a hypervisor. Define the guest that web.xml describes, start it, watch a whole operating system boot for one small web server, and keep a snapshot of it.",
    "하이퍼바이저가 깔린 서버 한 대가 있다. web.xml에 적힌 게스트를 정의하고 켜서, 작은 웹 서버 하나를 위해 운영체제가 통째로 부팅하는 모습을 지켜보고 스냅숏을 남기자.",
    (RACK,), volumes=(("web-1", "shop-web"),), files=(("web.xml", WEB_XML),),
    goal={"all": [_check(_field("Guest//web-1", "serves", True), "The shop's web server does not answer in web-1 yet.", "web-1에서 웹 서버가 아직 답하지 않는다."),
                  _check(_field("Guest//web-1", "snapshot_names", "clean", "contains"), "There is no snapshot `clean` of web-1 yet.", "web-1의 스냅숏 clean이 아직 없다.")]},
    solution=("virsh define web.xml", "virsh start web-1", "sleep 60", "curl -s web-1", "virsh snapshot-create-as web-1 clean"), first_lines=("virsh list --all", "cat web.xml", "virsh nodeinfo"),
)
TWO_KINDS = Scenario(
    "two-kinds", "Two kinds of hypervisor", "두 가지 하이퍼바이저",
    "The same guest on a desktop with VirtualBox (type 2: a program on a full system) and on a server with KVM (type 1: next to the hardware). Run both and compare what the machine itself keeps.",
    "같은 게스트를 VirtualBox를 깐 데스크톱(타입 2: 온전한 시스템 위의 프로그램)과 KVM 서버(타입 1: 하드웨어 바로 위)에서 켜고, 기계가 스스로 차지하는 몫을 견주어 보자.",
    (RACK, ("laptop", 8, 16_384, "type-2")), guests=(Vm("web-a", "shop-web", "rack-1", running=False), Vm("web-b", "shop-web", "laptop", running=False)),
    goal={"all": [_check(_field("Guest//web-a", "serves", True), "web-a on rack-1 does not serve yet.", "rack-1의 web-a가 아직 서비스하지 않는다."), _check(_field("Guest//web-b", "serves", True), "web-b on laptop does not serve yet.", "laptop의 web-b가 아직 서비스하지 않는다.")]},
    solution=("virsh start web-a", "virsh -c vbox+ssh://laptop/session start web-b", "sleep 60", "ssh rack-1 free -m", "ssh laptop free -m"), first_lines=("virsh list --all", "virsh -c vbox+ssh://laptop/session list --all", "ssh laptop free -m"),
)
CONSOLIDATE = Scenario(
    "consolidate", "Three half-empty machines", "반쯤 빈 기계 세 대",
    "One application per machine: three servers stand nearly idle. Move all guests to rack-1 while they serve, and switch the other two off.",
    "기계마다 애플리케이션 하나씩, 서버 세 대가 거의 놀고 있다. 서비스하는 채로 게스트를 모두 rack-1로 옮기고 나머지 두 대를 끄자.",
    (RACK, ("rack-2", 8, 16_384, "type-1"), ("rack-3", 8, 16_384, "type-1")), guests=(Vm("web-1", "shop-web", "rack-1", 2), Vm("api-1", "shop-api", "rack-2", 2), Vm("db-1", "shop-db", "rack-3", 2, 4_096)),
    traffic=(("shop-web", 20), ("shop-api", 20)),
    goal={"all": [_check({"count": {"kind": "Guest", "where": {"machine": "rack-1", "serves": True}, "op": "==", "value": 3}}, "Not all three guests serve on rack-1 yet.", "세 게스트가 모두 rack-1에서 서비스하고 있지는 않다."),
                  _check({"count": {"kind": "Machine", "where": {"power": "off"}, "op": "==", "value": 2}}, "The two empty machines still use power.", "빈 기계 두 대가 아직 전기를 쓰고 있다."),
                  _check(_field("Scoreboard", "downtime_ms", 2_000, "<="), "A service was down for longer than live migration needs.", "라이브 마이그레이션에 필요한 것보다 오래 서비스가 멈췄다.")]},
    solution=("virsh -c qemu+ssh://rack-2/system migrate --live --verbose api-1 qemu+ssh://rack-1/system", "virsh -c qemu+ssh://rack-3/system migrate --live --verbose db-1 qemu+ssh://rack-1/system", "ipmitool -H rack-2-bmc chassis power off", "ipmitool -H rack-3-bmc chassis power off"),
    first_lines=("virsh list", "virsh -c qemu+ssh://rack-2/system list", "ssh rack-2 uptime"),
)
OVERCOMMIT = Scenario(
    "overcommit", "Promised more than there is", "가진 것보다 많이 약속했다",
    "Five guests of 4 GiB each on a machine of 12 GiB went well as long as nobody used it. Now the machine swaps and the shop is slow. Take memory back with the balloon, without stopping a guest.",
    "12GiB 기계에 4GiB 게스트 다섯 대를 올렸다. 아무도 다 쓰지 않는 동안은 괜찮았지만, 이제 기계가 스왑을 하고 가게가 느려졌다. 게스트를 멈추지 않고 풍선으로 메모리를 되찾자.",
    (("rack-1", 4, 12_288, "type-1"),), guests=(Vm("web-1", "shop-web", "rack-1", 2, 4_096), Vm("api-1", "shop-api", "rack-1", 2, 4_096), Vm("db-1", "shop-db", "rack-1", 2, 4_096), Vm("test-1", "debian-13", "rack-1", 1, 4_096), Vm("test-2", "debian-13", "rack-1", 1, 4_096)),
    traffic=(("shop-web", 400), ("shop-api", 120)),
    goal={"all": [_check(_field("Machine//rack-1", "is_swapping", False), "rack-1 still swaps.", "rack-1이 아직 스왑하고 있다."), _check({"count": {"kind": "Guest", "where": {"state": "running"}, "op": "==", "value": 5}}, "All five guests should keep running.", "게스트 다섯 대가 모두 계속 돌아야 한다."),
                  _check({"count": {"kind": "Guest", "where": {"unit_state": "active"}, "op": "==", "value": 3}}, "A service was killed for memory inside its guest: its balloon left it too little.", "게스트 안에서 서비스가 메모리 때문에 죽었다. 풍선이 너무 적게 남겼다.")]},
    solution=("virsh setmem test-1 1G", "virsh setmem test-2 1G"), first_lines=("virsh list", "ssh rack-1 free -m", "virsh dommemstat test-1"),
)
PANIC = Scenario(
    "blast-radius", "A kernel panics, and nobody else notices", "커널이 죽어도 이웃은 모른다",
    "Web, API and batch share one machine, each with a kernel of its own. Let the kernel of batch-1 panic, see who is hurt, and bring it back.",
    "웹, API, 배치가 한 기계를 나눠 쓰지만 커널은 저마다 따로 있다. batch-1의 커널을 패닉에 빠뜨려 누가 다치는지 보고, 다시 살리자.",
    (RACK,), guests=(Vm("web-1", "shop-web", "rack-1", 1), Vm("api-1", "shop-api", "rack-1", 1), Vm("batch-1", "shop-batch", "rack-1", 1)), traffic=(("shop-web", 20), ("shop-api", 20)),
    goal={"all": [_check({"happened": {"action": "panic", "ref": "Guest//batch-1"}}, "The kernel of batch-1 has not panicked yet.", "batch-1의 커널이 아직 패닉에 빠지지 않았다."), _check(_field("Guest//batch-1", "serves", True), "batch-1 is not back yet.", "batch-1이 아직 돌아오지 않았다."),
                  _check(_field("Scoreboard", "requests_failed", 0), "Requests failed: somebody else was hurt.", "실패한 요청이 있다. 다른 누군가가 다쳤다.")]},
    solution=("fault panic batch-1", "sleep 10", "virsh list", "virsh reset batch-1", "sleep 60"), first_lines=("virsh list", "curl -s web-1", "fault panic batch-1"),
)
UNDO = Scenario(
    "snapshot", "Back to before the upgrade", "업그레이드 전으로",
    "Somebody upgraded the packages in web-1, and the shop's web server does not start any more. There is a snapshot from before.",
    "누군가 web-1의 패키지를 올린 뒤로 웹 서버가 뜨지 않는다. 올리기 전에 찍어 둔 스냅숏이 있다.",
    (RACK,), guests=(Vm("web-1", "shop-web", "rack-1"),), upgraded=("web-1",), traffic=(("shop-web", 10),),
    goal={"all": [_check(_field("Guest//web-1", "serves", True), "The web server does not answer yet.", "웹 서버가 아직 답하지 않는다.")]},
    solution=("ssh web-1 systemctl status shop-web", "virsh snapshot-list web-1", "virsh snapshot-revert web-1 before-upgrade"), first_lines=("ssh web-1 systemctl status shop-web", "virsh snapshot-list web-1"),
)
COMPUTE = tuple((f"compute-{number}", 8, 16_384, "type-1") for number in (1, 2, 3))
SALE = Scenario(
    "sale-day", "Sale day: minutes to scale out", "할인 날: 늘리는 데 몇 분",
    "OpenStack runs the shop as a stack of two servers. The sale begins: 2200 requests a second. Scale the stack out, past the quota, and see how long a whole machine takes to be there.",
    "OpenStack이 서버 두 대짜리 스택으로 가게를 돌린다. 할인이 시작되면 초당 2200건이 온다. 할당량에 막히지 않게 스택을 늘리고, 기계 한 대가 통째로 생기는 데 얼마나 걸리는지 보자.",
    COMPUTE, quota=(("instances", 3),), stack=("shop", "shop.yaml"), files=(("shop.yaml", SHOP_STACK),), traffic=(("shop-web", 300),),
    goal={"all": [_check(_field("Traffic//shop-web", "per_second", 2_200, ">="), "The sale has not begun: traffic shop-web 2200.", "아직 할인이 시작되지 않았다: traffic shop-web 2200."),
                  _check({"count": {"kind": "Server", "where": {"serves": True}, "op": ">=", "value": 4}}, "Fewer than four servers serve.", "서비스하는 서버가 네 대보다 적다."),
                  _check(_field("Stack//shop", "status", "UPDATE_COMPLETE"), "The stack is not updated yet.", "스택이 아직 갱신되지 않았다.")]},
    solution=("traffic shop-web 2200", "sed -i 's/count: 2/count: 5/' shop.yaml", "openstack quota set --instances 20 shop", "openstack stack update --wait -t shop.yaml shop", "sleep 60"),
    first_lines=("openstack stack list", "openstack server list", "traffic shop-web 2200"),
)
MAINTENANCE = Scenario(
    "maintenance", "A machine must go, its guests stay", "기계는 내리고 게스트는 남긴다",
    "compute-1 gets new memory tonight. Move its servers away while they serve, then switch it off. Nobody may notice for longer than a blink.",
    "오늘 밤 compute-1에 메모리를 더 꽂는다. 서비스하는 채로 서버를 옮긴 뒤 기계를 끄자. 눈 깜짝할 사이보다 길게 멈춰서는 안 된다.",
    COMPUTE, quota=(("instances", 10),), servers=(("web-1", "m1.small", "shop-web"), ("api-1", "m1.medium", "shop-api"), ("db-1", "m1.large", "shop-db"), ("web-2", "m1.small", "shop-web")), traffic=(("shop-web", 40), ("shop-api", 20)),
    goal={"all": [_check(_field("Machine//compute-1", "power", "off"), "compute-1 is still on.", "compute-1이 아직 켜져 있다."), _check({"count": {"kind": "Server", "where": {"serves": True}, "op": "==", "value": 4}}, "Not all four servers serve.", "서버 네 대가 모두 서비스하고 있지는 않다."),
                  _check(_field("Scoreboard", "downtime_ms", 2_000, "<="), "A service was down for longer than two seconds.", "서비스가 2초 넘게 멈췄다.")]},
    solution=("for s in $(openstack server list --host compute-1 -f value -c Name); do openstack server migrate --live-migration --wait $s; done", "ipmitool -H compute-1-bmc chassis power off"),
    first_lines=("openstack hypervisor list", "openstack server list --long -c Name -c Host"),
)
MICRO = Scenario(
    "micro-vms", "Virtual machines in milliseconds", "밀리초에 뜨는 가상 머신",
    "Slow was never the CPU: it was the whole guest system. Start twenty guests with one small kernel and nothing else, as serverless platforms do, and look at the scoreboard.",
    "느린 것은 CPU가 아니라 통째로 실린 게스트 OS였다. 서버리스 플랫폼처럼 작은 커널 하나만 든 게스트 스무 대를 띄우고 점수판을 보자.",
    COMPUTE, quota=(("instances", 50), ("cores", 100)), servers=(("web-1", "m1.small", "shop-web"),),
    goal={"all": [_check({"count": {"kind": "Server", "where": {"flavor.name": "f1.micro", "serves": True}, "op": ">=", "value": 20}}, "Fewer than twenty micro-VMs serve.", "서비스하는 마이크로VM이 스무 대보다 적다."),
                  _check(_field("Scoreboard", "scale_out_ms", 2_000, "<="), "The last one took longer than two seconds.", "마지막 것이 2초 넘게 걸렸다.")]},
    solution=("openstack server create --flavor f1.micro --image micro-shop-web --min 20 --max 20 fn", "sleep 5"),
    first_lines=("openstack flavor list", "openstack image list", "openstack server create --flavor f1.micro --image micro-shop-web fn-0"),
)
SCENARIOS: dict[str, Scenario] = {scenario.name: scenario for scenario in (FIRST, TWO_KINDS, CONSOLIDATE, OVERCOMMIT, PANIC, UNDO, SALE, MAINTENANCE, MICRO)}
