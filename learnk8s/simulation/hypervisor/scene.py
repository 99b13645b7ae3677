"""The scene: machines in a rack, guests in machines, in each guest its whole system and the one service that was wanted. Plain data in the eras' common form of boxes."""

from typing import Any

from learnk8s.simulation.hypervisor.datacentre import Datacentre, seconds
from learnk8s.simulation.hypervisor.images import UNITS
from learnk8s.simulation.hypervisor.machines import Guest, Machine
from learnk8s.simulation.hypervisor.traffic import Load

BOOTING = ("firmware", "kernel", "services", "install")
WORDS_KO = {
    "off": "꺼짐", "booting": "부팅 중", "swapping": "스왑 중", "type-1": "타입 1", "type-2": "타입 2", "migrating": "옮겨 가는 중", "firmware": "펌웨어 시작 중", "kernel": "커널 시작 중", "services": "서비스 시작 중", "install": "패키지 설치 중", "stopping": "종료하는 중",
    "ready": "준비됨", "running": "도는 중", "paused": "멈춤", "shut off": "꺼짐", "crashed": "커널이 죽음", "active": "서비스 중", "activating": "시작하는 중", "failed": "실패", "inactive": "아직 아님",
}


def boxes_of(racks: Datacentre) -> list[dict[str, Any]]:
    """Return a box for each machine."""
    load = racks.load()
    return [_in_korean(_machine(racks, machine, load)) for machine in racks.machines.values()]


def _in_korean(box: dict[str, Any]) -> dict[str, Any]:
    return {**box, "word_ko": WORDS_KO.get(box["word"], box["word"]), "children": [_in_korean(child) for child in box["children"]]}


def _machine(racks: Datacentre, machine: Machine, load: Load) -> dict[str, Any]:
    guests = racks.guests_on(machine.name)
    used = racks.memory_used_mib(machine)
    swaps = racks.swapping.get(machine.name, False)
    given = sum(load.given.get(guest.name, 0) for guest in guests)
    systems = sum(guest.overhead_mib for guest in guests) + (machine.hypervisor.memory_mib if machine.power == "on" else 0)
    return {
        "ref": f"Machine//{machine.name}", "kind": "machine", "title": machine.name, "word": machine.power if machine.power != "on" else "swapping" if swaps else machine.kind,
        "health": "idle" if machine.power == "off" else "busy" if machine.power == "booting" else "bad" if swaps else "good",
        "facts": [["Hypervisor", "하이퍼바이저", f"{machine.hypervisor.word} ({machine.kind})", f"{machine.hypervisor.word}({WORDS_KO[machine.kind]})"], ["CPUs", "CPU", str(machine.cpus)], ["CPU in use", "쓰는 CPU", f"{given}m / {machine.cpus * 1000}m"],
                  ["Memory promised", "약속한 메모리", f"{sum(guest.balloon_mib for guest in guests if guest.is_on)} MiB"], ["Guest systems eat", "게스트 OS 몫", f"{systems} MiB"]],
        "meter": [used, machine.memory_mib, "MiB"], "children": [_guest(racks, guest, load) for guest in guests],
    }


def health_of(guest: Guest) -> str:
    """Return good, busy, bad or idle."""
    if guest.state == "shut off":
        return "idle"
    if guest.state == "crashed" or guest.unit_state == "failed":
        return "bad"
    if guest.state == "paused" or guest.stage in (*BOOTING, "stopping") or guest.unit_state == "activating":
        return "busy"
    return "good"


def _guest(racks: Datacentre, guest: Guest, load: Load) -> dict[str, Any]:
    word = "migrating" if guest.migration else guest.stage if guest.state == "running" and guest.stage != "ready" else guest.state
    wanted, given = load.wanted.get(guest.name, 0), load.given.get(guest.name, 0)
    facts = [["vCPUs", "vCPU", str(guest.vcpus)], ["CPU", "CPU", f"{given}m"], ["Stolen", "빼앗긴 CPU", f"{(wanted - given) * 100 // wanted if wanted else 0}%"], ["Address", "주소", guest.address],
             ["Snapshots", "스냅숏", str(len(guest.snapshots))]]
    if guest.ready_ms:
        facts.append(["Request to service", "요청부터 서비스까지", f"{seconds(guest.ready_ms - guest.stage_ms['requested'])} s", f"{seconds(guest.ready_ms - guest.stage_ms['requested'])}초"])
    return {"ref": f"Guest//{guest.name}", "kind": "guest", "title": guest.name, "word": word, "health": health_of(guest), "facts": facts, "meter": [guest.resident_mib, guest.balloon_mib, "MiB"], "children": _inside(guest)}


def _inside(guest: Guest) -> list[dict[str, Any]]:
    if not guest.is_on:
        return []
    system = guest.system
    health = "bad" if guest.state == "crashed" else "busy" if guest.stage in BOOTING else "good"
    parts = [{"ref": f"System//{guest.name}", "kind": "system", "title": system.name, "word": guest.stage or guest.state, "health": health, "memory_mib": system.memory_mib,
              "facts": [["Memory", "메모리", f"{system.memory_mib} MiB"], ["Monitor outside", "바깥의 모니터", f"{system.monitor_mib} MiB"], ["Disk", "디스크", f"{system.disk_mib} MiB"]], "children": []}]
    if guest.unit is not None:
        unit = UNITS[guest.unit_name]
        parts.append({"ref": f"App//{guest.name}", "kind": "app", "title": unit.name, "word": guest.unit_state or "inactive", "health": {"active": "good", "activating": "busy", "failed": "bad"}.get(guest.unit_state, "idle"), "memory_mib": unit.memory_mib + guest.leak_mib,
                      "facts": [["Memory", "메모리", f"{unit.memory_mib + guest.leak_mib} MiB"], ["Port", "포트", str(unit.port or "-")]], "children": []})
    return parts


def links_of(racks: Datacentre) -> list[dict[str, Any]]:
    """Return the traffic that flows to services, and the guests that are on the move."""
    links = []
    for flow in racks.traffic.shown():
        takers = [guest for _, guest in sorted(racks.guests.items()) if guest.serves and guest.unit_name == flow["unit"]]
        links += [{"from": f"Traffic//{flow['unit']}", "to": f"App//{guest.name}", "word": f"{flow['per_second'] // len(takers)}/s", "health": "good"} for guest in takers]
        if flow["per_second"] and not takers:
            links.append({"from": f"Traffic//{flow['unit']}", "to": "", "word": f"{flow['per_second']}/s", "health": "bad"})
    links += [{"from": f"Machine//{guest.machine}", "to": f"Machine//{guest.migration['target']}", "word": guest.name, "health": "busy"} for _, guest in sorted(racks.guests.items()) if guest.migration]
    return links
