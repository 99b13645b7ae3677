"""The life of a guest: list, define, create, start, shutdown, destroy, undefine, suspend, resume, console, migrate."""

from learnk8s.simulation.hypervisor.datacentre import DISK_MIB_PER_S, VirtError
from learnk8s.simulation.hypervisor.jobs import Waiting
from learnk8s.simulation.hypervisor.machines import Guest
from learnk8s.simulation.hypervisor.virsh.command import Call, Command, columns
from learnk8s.simulation.hypervisor.virsh.connection import machine_of
from learnk8s.simulation.hypervisor.virsh.xml import BadXml, guest_of


def _list(call: Call) -> str:
    guests = [guest for guest in call.racks.guests_on(call.machine.name) if ("inactive" not in call.flags and guest.is_on) or (not guest.is_on and ("all" in call.flags or "inactive" in call.flags))]
    guests.sort(key=lambda guest: (not guest.number, guest.number, guest.name))
    if "name" in call.flags:
        return "".join(f"{guest.name}\n" for guest in guests)
    if "uuid" in call.flags:
        return "".join(f"{guest.uuid}\n" for guest in guests)
    return columns(["Id", "Name", "State"], [[str(guest.number or "-"), guest.name, guest.state] for guest in guests])


def _from_file(call: Call, verb: str) -> Guest:
    name = call.values["file"]
    text = call.files.read(name)
    if text is None:
        raise VirtError(f"Failed to open file '{name}': No such file or directory")
    try:
        wanted = guest_of(text, call.racks, call.machine.name)
    except BadXml as fault:
        raise VirtError(f"Failed to {verb} domain from {name}\nerror: {fault}") from fault
    there = call.racks.guests.get(wanted.name)
    if there is not None and verb == "create" and there.is_on:
        raise VirtError(f"Failed to create domain from {name}\nerror: operation failed: domain '{there.name}' already exists with uuid {there.uuid}")
    if there is not None and there.machine != call.machine.name:
        raise VirtError(f"Failed to {verb} domain from {name}\nerror: learnk8s: '{there.name}' exists on {there.machine}; here a name stands for one guest in all racks")
    if there is not None and there.uuid != wanted.uuid and f"<uuid>{wanted.uuid}</uuid>" in text:
        raise VirtError(f"Failed to {verb} domain from {name}\nerror: operation failed: domain '{there.name}' already exists with uuid {there.uuid}")
    if there is None and any(other.uuid == wanted.uuid for other in call.racks.guests.values()):
        other = next(other for other in call.racks.guests.values() if other.uuid == wanted.uuid)
        raise VirtError(f"Failed to {verb} domain from {name}\nerror: operation failed: domain '{other.name}' is already defined with uuid {other.uuid}")
    return wanted


def _define(call: Call) -> str:
    wanted = _from_file(call, "define")
    there = call.racks.guests.get(wanted.name)
    if there is None:
        call.racks.define(wanted)
    elif there.is_on:
        raise VirtError(f"Failed to define domain from {call.values['file']}\nerror: learnk8s: redefining a running guest is not modelled; shut it down first")
    else:
        there.memory_mib, there.balloon_mib, there.vcpus, there.vcpus_max = wanted.memory_mib, wanted.balloon_mib, wanted.vcpus, wanted.vcpus_max
        there.disk_path, there.image, there.unit_name = wanted.disk_path, wanted.image, wanted.unit_name
    return f"Domain '{wanted.name}' defined from {call.values['file']}\n"


def _create(call: Call) -> str:
    wanted = _from_file(call, "create")
    if wanted.name not in call.racks.guests:
        wanted.is_persistent = False
        call.racks.define(wanted)
    _try(call, wanted.name, f"Failed to create domain from {call.values['file']}", forget=not wanted.is_persistent)
    return f"Domain '{wanted.name}' created from {call.values['file']}\n"


def _try(call: Call, name: str, refusal: str, *, forget: bool = False) -> None:
    try:
        call.racks.start(name)
    except VirtError as error:
        if forget:
            del call.racks.guests[name]
        raise VirtError(f"{refusal}\nerror: {error}") from error


def _start(call: Call) -> "str | Waiting":
    guest = call.guest()
    if guest.is_on:
        raise VirtError("Domain is already active")
    _try(call, guest.name, f"Failed to start domain '{guest.name}'")
    text = f"Domain '{guest.name}' started\n"
    return _console_of(call, guest, text) if "console" in call.flags else text


def _needs_running(guest: Guest, what: str) -> None:
    if not guest.is_on:
        raise VirtError(f"Failed to {what} domain '{guest.name}'\nerror: Requested operation is not valid: domain is not running")


def _shutdown(call: Call) -> str:
    guest = call.guest()
    _needs_running(guest, "shutdown")
    call.racks.shutdown(guest.name)
    return f"Domain '{guest.name}' is being shutdown\n"


def _reboot(call: Call) -> str:
    guest = call.guest()
    _needs_running(guest, "reboot")
    call.racks.shutdown(guest.name, reboot=True)
    return f"Domain '{guest.name}' is being rebooted\n"


def _reset(call: Call) -> str:
    guest = call.guest()
    _needs_running(guest, "reset")
    is_persistent, guest.is_persistent = guest.is_persistent, True
    call.racks.destroy(guest.name)
    guest.is_persistent = is_persistent
    call.racks.start(guest.name)
    return f"Domain '{guest.name}' was reset\n"


def _destroy(call: Call) -> str:
    guest = call.guest()
    _needs_running(guest, "destroy")
    call.racks.destroy(guest.name)
    return f"Domain '{guest.name}' destroyed\n"


def _undefine(call: Call) -> str:
    guest = call.guest()
    if guest.snapshots and "snapshots-metadata" not in call.flags:
        raise VirtError(f"Failed to undefine domain '{guest.name}'\nerror: Requested operation is not valid: cannot delete inactive domain with {len(guest.snapshots)} snapshots")
    if not guest.is_persistent:
        raise VirtError(f"Failed to undefine domain '{guest.name}'\nerror: Requested operation is not valid: cannot undefine transient domain")
    call.racks.undefine(guest.name)
    text = f"Domain '{guest.name}' has been undefined\n"
    if "remove-all-storage" in call.flags and not guest.is_on:
        call.racks.volumes.pop(guest.disk_path, None)
        text += f"Volume 'vda'({guest.disk_path}) removed.\n"
    return text


def _suspend(call: Call) -> str:
    guest = call.guest()
    _needs_running(guest, "suspend")
    if guest.state == "paused":
        raise VirtError(f"Failed to suspend domain '{guest.name}'\nerror: Requested operation is not valid: domain is already paused")
    call.racks.suspend(guest.name)
    return f"Domain '{guest.name}' suspended\n"


def _resume(call: Call) -> str:
    guest = call.guest()
    _needs_running(guest, "resume")
    if guest.state == "running":
        raise VirtError(f"Failed to resume domain '{guest.name}'\nerror: Requested operation is not valid: domain is already running")
    call.racks.resume(guest.name)
    return f"Domain '{guest.name}' resumed\n"


def _autostart(call: Call) -> str:
    guest = call.guest()
    guest.is_autostarted = "disable" not in call.flags
    return f"Domain '{guest.name}' {'marked' if guest.is_autostarted else 'unmarked'} as autostarted\n"


def _console(call: Call) -> Waiting:
    guest = call.guest()
    if not guest.is_on:
        raise VirtError("The domain is not running")
    return _console_of(call, guest, "")


def _console_of(call: Call, guest: Guest, before: str) -> Waiting:
    head = f"{before}Connected to domain '{guest.name}'\nEscape character is ^] (Ctrl + ])\n"
    guest_log = [line for _, line in guest.console]
    return Waiting(call.racks, {"kind": "console", "guest": guest.name, "seen_ms": call.racks.clock.now_ms, "wake_ms": None, "head": head + "".join(f"{line}\n" for line in guest_log)})


def _migrate(call: Call) -> Waiting:
    guest = call.guest()
    target = machine_of(call.racks, call.values["desturi"])
    if call.machine.kind == "type-2":
        raise VirtError("this function is not supported by the connection driver: virDomainMigrate3")
    if not guest.is_on or guest.state != "running":
        raise VirtError("Requested operation is not valid: domain is not running")
    if target.name == guest.machine:
        raise VirtError(f"internal error: Attempt to migrate guest to the same host {_host_uuid(call, guest.machine)}")
    if target.kind != call.machine.kind:
        raise VirtError("unsupported configuration: Target host runs another hypervisor")
    if "live" not in call.flags:
        raise VirtError("learnk8s: only live migration is modelled; add --live")
    call.racks.begin_migration(guest.name, target.name, auto_converge="auto-converge" in call.flags)
    return Waiting(call.racks, {"kind": "migration", "guest": guest.name, "target": target.name, "verbose": "verbose" in call.flags, "wake_ms": None})


def _host_uuid(call: Call, name: str) -> str:
    digits = f"{call.racks.dice.draw('host', name):016x}" * 2
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:32]}"


def _job_info(call: Call) -> str:
    move = call.guest().migration
    if move is None:
        return "Job type:         None        \n"
    total, left, sent = move["total_mib"], move["left_mib"], move["sent_mib"]
    elapsed = call.racks.clock.now_ms - move["began_ms"]
    return (f"Job type:         Unbounded   \nOperation:        Outgoing migration\nTime elapsed:     {elapsed:<12} ms\nData processed:   {sent}.000 MiB\nData remaining:   {left}.000 MiB\nData total:       {total}.000 MiB\n"
            f"Memory processed: {sent}.000 MiB\nMemory remaining: {left}.000 MiB\nMemory total:     {total}.000 MiB\nIteration:        {move['round']:<12}\nExpected downtime: {move['downtime_max_ms']:<11} ms\n")


def _job_abort(call: Call) -> str:
    guest = call.guest()
    if guest.migration is None:
        raise VirtError("Requested operation is not valid: no job is active on the domain")
    call.racks.give_up_migration(guest.name, "it was taken back")
    return ""


def _max_downtime(call: Call) -> str:
    guest, word = call.guest(), call.values["downtime"]
    if not word.isdigit() or not 0 < int(word) <= 60_000:
        raise VirtError(f"Numeric value '{word}' for <downtime> option is malformed or out of range")
    if guest.migration is None:
        raise VirtError("Requested operation is not valid: no job is active on the domain")
    guest.migration = {**guest.migration, "downtime_max_ms": int(word)}
    return ""


def _clone(call: Call) -> Waiting:
    source, name = call.values["vol"], call.values["newname"]
    folder = "/var/lib/libvirt/images"
    volume = call.racks.volumes.get(f"{folder}/{source.removeprefix(folder + '/')}")
    if volume is None:
        raise VirtError(f"failed to get vol '{source}'\nerror: Storage volume not found: no storage vol with matching path '{source}'")
    if f"{folder}/{name}" in call.racks.volumes:
        raise VirtError(f"Failed to clone vol from {source}\nerror: operation failed: storage volume name '{name}' already in use.")
    takes_ms = volume["gib"] * 1024 * 1000 // DISK_MIB_PER_S // 4
    return Waiting(call.racks, {"kind": "clone", "path": f"{folder}/{name}", "image": volume["image"], "gib": volume["gib"], "source": source, "wake_ms": call.racks.clock.now_ms + takes_ms,
                                "text": f"Vol {name} cloned from {source}\n\n"})


DOMAIN = ("domain",)
COMMANDS = (
    Command("list", _list, "list domains", flags=("all", "inactive", "name", "uuid", "table")),
    Command("define", _define, "define (but don't start) a domain from an XML file", ("file",), ("validate",)),
    Command("create", _create, "create a domain from an XML file", ("file",), ("validate",)),
    Command("start", _start, "start a (previously defined) inactive domain", DOMAIN, ("console",)),
    Command("shutdown", _shutdown, "gracefully shutdown a domain", DOMAIN, (), ("mode",)),
    Command("reboot", _reboot, "reboot a domain", DOMAIN, (), ("mode",)),
    Command("reset", _reset, "reset a domain", DOMAIN),
    Command("destroy", _destroy, "destroy (stop) a domain", DOMAIN, ("graceful",)),
    Command("undefine", _undefine, "undefine a domain", DOMAIN, ("managed-save", "snapshots-metadata", "remove-all-storage", "nvram")),
    Command("suspend", _suspend, "suspend a domain", DOMAIN),
    Command("resume", _resume, "resume a domain", DOMAIN),
    Command("autostart", _autostart, "autostart a domain", DOMAIN, ("disable",)),
    Command("console", _console, "connect to the guest console", DOMAIN, ("force", "safe")),
    Command("migrate", _migrate, "migrate domain to another host", ("domain", "desturi"), ("live", "persistent", "undefinesource", "verbose", "auto-converge", "p2p", "tunnelled", "unsafe"), ("migrateuri",)),
    Command("migrate-setmaxdowntime", _max_downtime, "set maximum tolerable downtime", ("domain", "downtime")),
    Command("domjobinfo", _job_info, "domain job information", DOMAIN),
    Command("domjobabort", _job_abort, "abort active domain job", DOMAIN),
    Command("vol-clone", _clone, "clone a volume.", ("vol", "newname"), (), ("pool",)),
)
