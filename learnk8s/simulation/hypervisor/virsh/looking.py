"""Looking: nodeinfo, dominfo, domstats, domblklist, dumpxml, pools, networks, versions; and changing a guest's memory and CPUs."""

import re

from learnk8s.simulation.hypervisor.datacentre import POOL, POOL_GIB, VirtError
from learnk8s.simulation.hypervisor.machines import Guest
from learnk8s.simulation.hypervisor.virsh.command import Call, Command, columns
from learnk8s.simulation.hypervisor.virsh.connection import uri_of
from learnk8s.simulation.hypervisor.virsh.xml import UNITS, xml_of

STATE_NUMBERS = {"running": 1, "paused": 3, "shut off": 5, "crashed": 6}
REASON_NUMBERS = {"booted": 1, "migrated": 2, "from snapshot": 5, "unpaused": 5, "user": 1, "migrating": 2, "shutdown": 1, "destroyed": 2, "crashed": 3, "panicked": 1}


def fields(pairs: list[tuple[str, str]], width: int = 16) -> str:
    """Return `Name:   value` lines."""
    return "".join(f"{name + ':':<{width}}{value}\n" for name, value in pairs)


def _node_info(call: Call) -> str:
    machine = call.machine
    return fields([("CPU model", "x86_64"), ("CPU(s)", str(machine.cpus)), ("CPU frequency", f"{machine.mhz} MHz"), ("CPU socket(s)", "1"), ("Core(s) per socket", str(machine.cpus)), ("Thread(s) per core", "1"),
                   ("NUMA cell(s)", "1"), ("Memory size", f"{machine.memory_mib * 1024} KiB")], 21)


def _dom_info(call: Call) -> str:
    guest = call.guest()
    call.racks.settle()
    pairs = [("Id", str(guest.number or "-")), ("Name", guest.name), ("UUID", guest.uuid), ("OS Type", "hvm"), ("State", guest.state), ("CPU(s)", str(guest.vcpus))]
    if guest.is_on:
        pairs.append(("CPU time", f"{guest.cpu_us / 1_000_000:.1f}s"))
    pairs += [("Max memory", f"{guest.memory_mib * 1024} KiB"), ("Used memory", f"{guest.balloon_mib * 1024} KiB"), ("Persistent", _yes(guest.is_persistent)), ("Autostart", "enable" if guest.is_autostarted else "disable"),
              ("Managed save", "no"), ("Security model", "apparmor"), ("Security DOI", "0")]
    if guest.is_on:
        pairs.append(("Security label", f"libvirt-{guest.uuid} (enforcing)"))
    return fields(pairs)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _state(call: Call) -> str:
    guest = call.guest()
    return f"{guest.state} ({guest.reason})\n" if "reason" in call.flags else f"{guest.state}\n"


def _stats(call: Call) -> str:
    guests = [call.guest()] if "domain" in call.values else [guest for guest in call.racks.guests_on(call.machine.name) if guest.is_on]
    call.racks.settle()
    return "\n".join(_stats_of(call, guest) for guest in guests)


def _stats_of(call: Call, guest: Guest) -> str:
    lines = [f"state.state={STATE_NUMBERS[guest.state]}", f"state.reason={REASON_NUMBERS.get(guest.reason, 0)}"]
    if guest.is_on:
        lines += [f"cpu.time={guest.cpu_us * 1_000}", f"balloon.current={guest.balloon_mib * 1024}", f"balloon.maximum={guest.memory_mib * 1024}", f"balloon.rss={(guest.resident_mib + guest.system.monitor_mib) * 1024}",
                  f"vcpu.current={guest.vcpus}", f"vcpu.maximum={guest.vcpus_max}"]
        for number in range(guest.vcpus):
            lines += [f"vcpu.{number}.state=1", f"vcpu.{number}.time={guest.cpu_us * 1_000 // guest.vcpus}", f"vcpu.{number}.wait={guest.wait_us * 1_000 // guest.vcpus}"]
    volume = call.racks.volumes.get(guest.disk_path, {})
    lines += ["block.count=1", "block.0.name=vda", f"block.0.path={guest.disk_path}", f"block.0.allocation={guest.system.disk_mib * 2**20}", f"block.0.capacity={volume.get('gib', 0) * 2**30}"]
    return f"Domain: '{guest.name}'\n" + "".join(f"  {line}\n" for line in lines)


def _memory_stats(call: Call) -> str:
    guest = call.guest()
    if not guest.is_on:
        raise VirtError(f"Failed to get memory statistics for domain {guest.name}\nerror: Requested operation is not valid: domain is not running")
    used = min(guest.used_mib, guest.balloon_mib)
    pairs = [("actual", guest.balloon_mib), ("swap_in", 0), ("swap_out", 0), ("unused", guest.balloon_mib - guest.resident_mib), ("available", guest.balloon_mib), ("usable", guest.balloon_mib - used),
             ("disk_caches", guest.resident_mib - used if guest.resident_mib > used else 0), ("rss", guest.resident_mib + guest.system.monitor_mib)]
    return "".join(f"{name} {value * 1024}\n" for name, value in pairs)


def _blocks(call: Call) -> str:
    guest = call.guest()
    return columns(["Target", "Source"], [["vda", guest.disk_path]] if guest.disk_path else [])


def _interfaces(call: Call) -> str:
    guest = call.guest()
    return columns(["Interface", "Type", "Source", "Model", "MAC"], [[f"vnet{guest.number - 1}" if guest.number else "-", "network", "default", "virtio", guest.mac]])


def _addresses(call: Call) -> str:
    guest = call.guest()
    if not guest.is_on:
        raise VirtError("Failed to query for interfaces addresses\nerror: Requested operation is not valid: domain is not running")
    head = " Name       MAC address          Protocol     Address\n" + "-" * 79 + "\n"
    if guest.stage not in ("services", "install", "ready"):
        return head
    return head + f" {f'vnet{guest.number - 1}':<10} {guest.mac:<20} {'ipv4':<12} {guest.address}/24\n"


def _pools(call: Call) -> str:
    return columns(["Name", "State", "Autostart"], [["default", "active", "yes"]])


def _pool_info(call: Call) -> str:
    if call.values["pool"] != "default":
        raise VirtError(f"failed to get pool '{call.values['pool']}'\nerror: Storage pool not found: no storage pool with matching name '{call.values['pool']}'")
    used = call.racks.pool_used_gib()
    return fields([("Name", "default"), ("UUID", "dfe224cb-28fb-8dd0-c4b2-64eb3f0f4566"), ("State", "running"), ("Persistent", "yes"), ("Autostart", "yes"), ("Capacity", f"{POOL_GIB}.00 GiB"), ("Allocation", f"{used}.00 GiB"),
                   ("Available", f"{POOL_GIB - used}.00 GiB")])


def _volumes(call: Call) -> str:
    if call.values["pool"] != "default":
        raise VirtError(f"failed to get pool '{call.values['pool']}'\nerror: Storage pool not found: no storage pool with matching name '{call.values['pool']}'")
    return columns(["Name", "Path"], [[path.removeprefix(POOL + "/"), path] for path in sorted(call.racks.volumes)])


def _volume_delete(call: Call) -> str:
    name = call.values["vol"].removeprefix(POOL + "/")
    if f"{POOL}/{name}" not in call.racks.volumes:
        raise VirtError(f"failed to get vol '{name}'\nerror: Storage volume not found: no storage vol with matching path '{name}'")
    holder = next((guest for guest in call.racks.guests.values() if guest.is_on and guest.disk_path == f"{POOL}/{name}"), None)
    if holder is not None:
        raise VirtError(f"Failed to delete vol {name}\nerror: learnk8s: {holder.name} runs from it")
    del call.racks.volumes[f"{POOL}/{name}"]
    return f"Vol {name} deleted\n"


def _networks(call: Call) -> str:
    return columns(["Name", "State", "Autostart", "Persistent"], [["default", "active", "yes", "yes"]])


def _network_info(call: Call) -> str:
    if call.values["network"] != "default":
        raise VirtError(f"failed to get network '{call.values['network']}'\nerror: Network not found: no network with matching name '{call.values['network']}'")
    return fields([("Name", "default"), ("UUID", "dd8fe884-6c02-601e-7551-cca97df1c5df"), ("Active", "yes"), ("Persistent", "yes"), ("Autostart", "yes"), ("Bridge", "virbr0")])


def _free_cell(call: Call) -> str:
    return f"Total: {max(0, call.machine.memory_mib - call.racks.memory_used_mib(call.machine)) * 1024} KiB\n"


def _node_memory(call: Call) -> str:
    used = min(call.racks.memory_used_mib(call.machine), call.machine.memory_mib)
    return "".join(f"{name:<8}:{value * 1024:>21} KiB\n" for name, value in (("total", call.machine.memory_mib), ("free", call.machine.memory_mib - used), ("buffers", 0), ("cached", 0)))


def _version(call: Call) -> str:
    running = "QEMU 10.0.2" if call.machine.kind == "type-1" else "VBOX 7.1.0"
    return f"Compiled against library: libvirt 11.3.0\nUsing library: libvirt 11.3.0\nUsing API: {running.split()[0]} 11.3.0\nRunning hypervisor: {running}\n"


def kib_of(word: str) -> int:
    """Return the KiB of a size such as `512M`; without a unit it is KiB already. Raises VirtError."""
    found = re.fullmatch(r"(\d{1,12})([A-Za-z]*)", word)
    if found is None or (found[2] and found[2].lower() not in UNITS):
        raise VirtError(f"Scaled numeric value '{word}' for <--size> option is malformed or out of range")
    return int(found[1]) * (UNITS[found[2].lower()] if found[2] else 1024) // 1024


def _set_memory(call: Call) -> str:
    guest, size = call.guest(), kib_of(call.values["size"])
    if size > guest.memory_mib * 1024:
        raise VirtError("invalid argument: cannot set memory higher than max memory")
    if not guest.is_on and "config" not in call.flags:
        raise VirtError("Requested operation is not valid: domain is not running")
    if size < 1024:
        raise VirtError("learnk8s: a guest needs at least 1 MiB; without a unit the size is in KiB")
    call.racks.balloon(guest.name, size // 1024)
    return ""


def _set_max_memory(call: Call) -> str:
    guest, size = call.guest(), kib_of(call.values["size"])
    if guest.is_on:
        raise VirtError("Unable to change MaxMemorySize\nerror: Requested operation is not valid: cannot resize the maximum memory on an active domain")
    call.racks.balloon(guest.name, max(1, size // 1024), maximum=True)
    return ""


def _set_vcpus(call: Call) -> str:
    guest, word = call.guest(), call.values["count"]
    if not re.fullmatch(r"[1-9]\d{0,3}", word):
        raise VirtError(f"Numeric value '{word}' for <count> option is malformed or out of range" if word != "0" else "Invalid value '0' for number of virtual CPUs")
    if "maximum" in call.flags:
        if guest.is_on:
            raise VirtError("Requested operation is not valid: learnk8s: the maximum of a running guest cannot change; shut it down")
        call.racks.set_vcpus(guest.name, int(word), maximum=True)
        return ""
    if int(word) > guest.vcpus_max:
        raise VirtError(f"invalid argument: requested vcpus is greater than max allowable vcpus for the {'live' if guest.is_on else 'persistent'} domain: {word} > {guest.vcpus_max}")
    if not guest.is_on and "live" in call.flags:
        raise VirtError("Requested operation is not valid: domain is not running")
    call.racks.set_vcpus(guest.name, int(word))
    return ""


def _vcpu_count(call: Call) -> str:
    guest = call.guest()
    rows = [("maximum", "config", guest.vcpus_max), *([("maximum", "live", guest.vcpus_max)] if guest.is_on else []), ("current", "config", guest.vcpus), *([("current", "live", guest.vcpus)] if guest.is_on else [])]
    return "".join(f"{what:<12} {where:<12} {count}\n" for what, where, count in rows)


DOMAIN = ("domain",)
LIVE = ("live", "config", "current")
COMMANDS = (
    Command("nodeinfo", _node_info, "node information"),
    Command("nodememstats", _node_memory, "Prints memory stats of the node."),
    Command("freecell", _free_cell, "NUMA free memory"),
    Command("hostname", lambda call: f"{call.machine.name}\n", "print the hypervisor hostname"),
    Command("uri", lambda call: f"{uri_of(call.machine)}\n", "print the hypervisor canonical URI"),
    Command("version", _version, "show version"),
    Command("dominfo", _dom_info, "domain information", DOMAIN),
    Command("domstate", _state, "domain state", DOMAIN, ("reason",)),
    Command("domid", lambda call: f"{call.guest().number or '-'}\n", "convert a domain name or UUID to domain id", DOMAIN),
    Command("domuuid", lambda call: f"{call.guest().uuid}\n", "convert a domain name or id to domain UUID", DOMAIN),
    Command("domstats", _stats, "get statistics about one or multiple domains", ("?domain",), ("raw", "state", "cpu-total", "balloon", "vcpu", "block")),
    Command("dommemstat", _memory_stats, "get memory statistics for a domain", DOMAIN),
    Command("domblklist", _blocks, "list all domain blocks", DOMAIN, ("details", "inactive")),
    Command("domiflist", _interfaces, "list all domain virtual interfaces", DOMAIN),
    Command("domifaddr", _addresses, "Get network interfaces' addresses for a running domain", DOMAIN),
    Command("dumpxml", lambda call: xml_of(call.guest()), "domain information in XML", DOMAIN, ("inactive", "security-info")),
    Command("setmem", _set_memory, "change memory allocation", ("domain", "size"), LIVE),
    Command("setmaxmem", _set_max_memory, "change maximum memory limit", ("domain", "size"), LIVE),
    Command("setvcpus", _set_vcpus, "change number of virtual CPUs", ("domain", "count"), (*LIVE, "maximum", "guest")),
    Command("vcpucount", _vcpu_count, "domain vcpu counts", DOMAIN),
    Command("pool-list", _pools, "list pools", flags=("all", "details")),
    Command("pool-info", _pool_info, "storage pool information", ("pool",)),
    Command("vol-list", _volumes, "list vols", ("pool",), ("details",)),
    Command("vol-delete", _volume_delete, "delete a vol", ("vol",), (), ("pool",)),
    Command("net-list", _networks, "list networks", flags=("all",)),
    Command("net-info", _network_info, "network information", ("network",)),
)
