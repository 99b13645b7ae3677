"""What a learner may break and mend by a button or by the commands `fault` and `traffic`."""

from collections.abc import Mapping
from typing import Any

from learnk8s.simulation.hypervisor.datacentre import Datacentre
from learnk8s.simulation.hypervisor.images import UNITS
from learnk8s.simulation.kernel import faults
from learnk8s.simulation.kernel.faults import Amount, BadAction, Fault, command_line


FAULTS = (
    Fault("panic", "Guest", "Let its kernel panic", "커널 패닉 내기", "The guest's kernel stops dead. Its neighbours have kernels of their own.", "게스트의 커널이 멈춘다. 이웃 게스트는 저마다 자기 커널이 있다.", "fault panic GUEST"),
    Fault("kill-app", "Guest", "Kill its service", "서비스 죽이기", "The service's process gets SIGKILL. The guest stays up.", "서비스 프로세스가 SIGKILL을 받는다. 게스트는 계속 떠 있다.", "fault kill-app GUEST"),
    Fault("leak", "Guest", "Let its service leak memory", "메모리 새게 하기", "The service takes 64 MiB more every ten seconds.", "서비스가 10초마다 64MiB씩 더 쥔다.", "fault leak GUEST"),
    Fault("power-off", "Machine", "Pull the plug", "전원 뽑기", "The machine and every guest on it are off at once.", "기계와 그 위의 모든 게스트가 바로 꺼진다.", "fault power-off MACHINE"),
    Fault("power-on", "Machine", "Switch it on", "전원 켜기", "The machine checks itself and boots: three minutes.", "기계가 자체 점검을 하고 부팅한다. 3분이 걸린다.", "fault power-on MACHINE"),
    Fault("set-traffic", "Traffic", "Set the traffic", "트래픽 조절하기", "So many requests a second go to the service.", "서비스로 초당 이만큼의 요청이 간다.", "traffic SERVICE REQUESTS_PER_SECOND"),
)
BY_KIND = faults.by_kind(FAULTS)


def faults_for(racks: Datacentre, ref: str) -> list[dict[str, Any]]:
    """Return the faults that can be applied to a thing now; for "" the sliders of the shop's services."""
    kind, _, name = ref.partition("//")
    if not ref:
        return [BY_KIND["set-traffic"].button(f"Traffic//{unit}", command_line("set-traffic", unit, {}), amount=Amount("per_second", racks.traffic.rates[unit], faults.RATE_MAX)) for unit in sorted(racks.traffic.rates)]
    return [fault.button(ref, command_line(fault.kind, name, {})) for fault in FAULTS if fault.applies_to == kind and _refusal(racks, fault, name) == ""]


def _refusal(racks: Datacentre, fault: Fault, name: str) -> str:
    if fault.applies_to == "Machine":
        machine = racks.machines.get(name)
        if machine is None:
            return f"there is no machine {name}"
        return "" if (machine.power == "off") == (fault.kind == "power-on") else f"{name} is {machine.power} already"
    if fault.applies_to == "Guest":
        guest = racks.guests.get(name)
        if guest is None:
            return f"there is no guest {name}"
        if guest.state != "running":
            return f"{name} does not run"
        return "" if fault.kind == "panic" or guest.unit_state == "active" else f"no service runs in {name}"
    return "" if name in UNITS else f"there is no service {name}; known are {', '.join(UNITS)}"


def apply_fault(racks: Datacentre, action: Mapping[str, Any]) -> str:
    """Do what an action says and return the equivalent command line. Raises BadAction."""
    fault = faults.asked(BY_KIND, action)
    name = str(action.get("ref", "")).rpartition("/")[2]
    if refusal := _refusal(racks, fault, name):
        raise BadAction(refusal)
    match fault.kind:
        case "panic":
            racks.panic(name)
        case "kill-app":
            racks.stop_unit(name, state="failed", why="its process was killed")
        case "leak":
            racks.leak(name)
        case "power-off":
            racks.power_off(name)
        case "power-on":
            racks.power_on(name)
        case "set-traffic":
            racks.set_rate(name, faults.rate(action))
    return command_line(fault.kind, name, action)
