"""A tiny shell inside a guest, or on a machine's own system: what `ssh NAME` reaches. Formats are those of procps, systemd and util-linux."""

import shlex
from collections.abc import Callable
from dataclasses import dataclass

from learnk8s.simulation.hypervisor.datacentre import Datacentre
from learnk8s.simulation.hypervisor.images import UNITS
from learnk8s.simulation.hypervisor.machines import Guest, Machine
from learnk8s.simulation.kernel.shell import elsewhere
from learnk8s.simulation.kernel.shell.curl import Unread
from learnk8s.simulation.kernel.shell.curl import read as read_curl
from learnk8s.simulation.kernel.shell.program import Outcome

KNOWN = "ps free uname systemctl journalctl curl uptime hostname whoami id nproc df dmesg vmstat lscpu systemd-detect-virt systemd-analyze apt-get reboot poweroff cat echo exit"


@dataclass(frozen=True, slots=True)
class Inside:
    """Where a command runs: in a guest, or (guest None) on the machine itself."""

    racks: Datacentre
    machine: Machine
    guest: Guest | None


def reached(racks: Datacentre, word: str) -> "Inside | str":
    """Return the place that a host name or address means, or ssh's complaint."""
    name = word.rpartition("@")[2]
    machine = racks.machines.get(name)
    if machine is not None:
        return Inside(racks, machine, None) if machine.power == "on" else f"ssh: connect to host {name} port 22: No route to host\n"
    guest = racks.guests.get(name) or next((guest for guest in racks.guests.values() if guest.address == name), None)
    if guest is None:
        return f"ssh: Could not resolve hostname {name}: Name or service not known\n"
    if guest.state != "running" or guest.stage in ("firmware", ""):
        return f"ssh: connect to host {name} port 22: {'Connection timed out' if guest.is_on else 'No route to host'}\n"
    if guest.stage in ("kernel", "services", "stopping"):
        return f"ssh: connect to host {name} port 22: Connection refused\n"
    return Inside(racks, racks.machines[guest.machine], guest)


def run_text(place: Inside, text: str) -> Outcome:
    """Run `a; b && c` in a place."""
    out, err, status = "", "", 0
    for piece in text.replace("&&", ";&&").split(";"):
        needs_success, piece = piece.strip().startswith("&&"), piece.strip().removeprefix("&&").strip()
        if not piece or (needs_success and status):
            continue
        try:
            argv = shlex.split(piece)
        except ValueError:
            return Outcome(out, err + "bash: -c: line 1: unexpected EOF while looking for matching quote\n", 2)
        done = run(place, argv)
        out, err, status = out + done.stdout, err + done.stderr, done.status
    return Outcome(out, err, status)


def run(place: Inside, argv: list[str]) -> Outcome:
    """Run one command in a place."""
    argv = argv[1:] if argv[:1] == ["sudo"] else argv
    if not argv:
        return Outcome()
    if ">" in argv:
        return _redirect(place, argv)
    command = COMMANDS.get(argv[0].rpartition("/")[2])
    if command is None:
        return Outcome("", elsewhere.said(argv[0]).replace("bash: ", "bash: line 1: "), 127)
    return command(place, argv)


def _redirect(place: Inside, argv: list[str]) -> Outcome:
    target = argv[argv.index(">") + 1] if argv.index(">") + 1 < len(argv) else ""
    if target == "/proc/sysrq-trigger":
        if argv[:2] != ["echo", "c"]:
            return Outcome("", "learnk8s: only `echo c > /proc/sysrq-trigger` is modelled\n", 1)
        if place.guest is None:
            place.racks.power_off(place.machine.name)
            return Outcome("", "client_loop: send disconnect: Broken pipe\n# The machine itself is down, and every guest on it.\n", 255)
        place.racks.panic(place.guest.name)
        return Outcome("", "client_loop: send disconnect: Broken pipe\n", 255)
    return Outcome("", f"bash: line 1: {target or 'syntax error'}: learnk8s: files inside guests are not modelled\n", 1)


def _free(place: Inside, argv: list[str]) -> Outcome:
    unit = 1024 if any(flag in argv for flag in ("-m", "--mebi")) else 1024 * 1024 if "-g" in argv else 1
    if place.guest is None:
        total, used = place.machine.memory_mib, place.racks.memory_used_mib(place.machine)
        cache, swap = max(0, total - used) // 4, 4096
        swapped = max(0, used - total)
        used = min(used, total)
    else:
        guest = place.guest
        total, used, swap, swapped = guest.balloon_mib - 40 if guest.balloon_mib > 80 else guest.balloon_mib, min(guest.used_mib, guest.balloon_mib), 0, 0
        cache = max(0, guest.resident_mib - used)
    free = max(0, total - used - cache)
    rows: list[tuple[str, tuple[int, ...]]] = [("Mem:", (total, used, free, 1, cache, total - used)), ("Swap:", (swap, swapped, swap - swapped))]
    head = " " * 8 + "".join(f"{word:>12}" for word in ("total", "used", "free", "shared", "buff/cache", "available"))
    lines = [head] + [f"{name:<8}" + "".join(f"{value * 1024 // unit:>12}" for value in values) for name, values in rows]
    return Outcome("\n".join(lines) + "\n")


def _ps(place: Inside, argv: list[str]) -> Outcome:
    head = "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n"
    load = place.racks.load()
    rows: list[tuple[str, int, int, int, str]] = [("root", 1, 0, 13, "/sbin/init")]
    total = place.machine.memory_mib
    if place.guest is None:
        rows += [("root", 640, 0, 36, "/usr/sbin/virtqemud")] if place.machine.kind == "type-1" else [("learner", 801, 4, 900, "/usr/bin/gnome-shell"), ("learner", 990, 2, 1100, "/usr/lib/firefox/firefox")]
        program = "/usr/bin/qemu-system-x86_64 -name guest=%s" if place.machine.kind == "type-1" else "/usr/lib/virtualbox/VBoxHeadless --startvm %s"
        rows += [("libvirt+", 2000 + number, load.given.get(guest.name, 0) // 10, guest.resident_mib + guest.system.monitor_mib, program % guest.name)
                 for number, guest in enumerate(place.racks.guests_on(place.machine.name)) if guest.is_on]
    else:
        guest, total = place.guest, place.guest.balloon_mib
        if guest.system.services_ms:
            rows += [("root", 312, 0, 48, "/usr/lib/systemd/systemd-journald"), ("root", 340, 0, 30, "/usr/lib/systemd/systemd-udevd"), ("systemd+", 402, 0, 22, "/usr/lib/systemd/systemd-networkd"), ("root", 455, 0, 12, "/usr/sbin/cron -f"),
                     ("root", 498, 0, 60, "/usr/bin/unattended-upgrade-shutdown --wait-for-signal"), ("root", 560, 0, 11, "sshd: /usr/sbin/sshd -D")]
        if guest.unit is not None and guest.unit_state == "active":
            rows.append(("shop", 704, load.given.get(guest.name, 0) // 10, guest.unit.memory_mib + guest.leak_mib, f"/usr/bin/{guest.unit.name}"))
    lines = [f"{user:<8} {pid:>7} {cpu / 1:>4.1f} {memory * 100 / total:>4.1f} {memory * 3072:>6} {memory * 1024:>5} {'?':<8} {'Ss':<4} 09:00   0:00 {command}" for user, pid, cpu, memory, command in rows]
    if len(argv) > 1 and "a" in argv[1] or argv[1:2] in (["-ef"], ["-e"]):
        return Outcome(head + "".join(f"{line}\n" for line in lines))
    return Outcome("    PID TTY          TIME CMD\n    911 pts/0    00:00:00 bash\n    954 pts/0    00:00:00 ps\n")


def _uname(place: Inside, argv: list[str]) -> Outcome:
    release = place.guest.system.kernel if place.guest else "6.12.48+deb13-amd64"
    name = place.guest.name if place.guest else place.machine.name
    parts = {"-s": "Linux", "-n": name, "-r": release, "-m": "x86_64"}
    if "-a" in argv:
        return Outcome(f"Linux {name} {release} #1 SMP PREEMPT_DYNAMIC x86_64 GNU/Linux\n")
    return Outcome(" ".join(parts[word] for word in argv[1:] if word in parts) + "\n" if len(argv) > 1 else "Linux\n")


def _systemctl(place: Inside, argv: list[str]) -> Outcome:
    guest = place.guest
    if guest is None:
        return Outcome("", "learnk8s: services of the bare machine are not modelled; look into a guest\n", 1)
    if not guest.system.services_ms:
        return Outcome("", "bash: line 1: systemctl: command not found\n", 127)
    verb = next((word for word in argv[1:] if not word.startswith("-")), "list-units")
    names = [word.removesuffix(".service") for word in argv[1:] if not word.startswith("-")][1:]
    if verb == "list-units":
        return _units(guest)
    if not names:
        return Outcome("", "Too few arguments.\n", 1)
    name, unit = names[0], guest.unit
    if unit is None or name != unit.name:
        if name in ("ssh", "cron", "systemd-journald"):
            return Outcome("active\n") if verb == "is-active" else Outcome(f"● {name}.service\n     Loaded: loaded (/usr/lib/systemd/system/{name}.service; enabled; preset: enabled)\n     Active: active (running)\n") if verb == "status" else Outcome("", "learnk8s: only the shop's service can be stopped and started\n", 1)
        if verb == "status":
            return Outcome("", f"Unit {name}.service could not be found.\n", 4)
        return Outcome("inactive\n", "", 4) if verb == "is-active" else Outcome("", f"Failed to {verb} {name}.service: Unit {name}.service not found.\n", 5)
    match verb:
        case "is-active":
            return Outcome(f"{guest.unit_state or 'inactive'}\n", "", 0 if guest.unit_state == "active" else 3)
        case "status":
            return _status(place, guest)
        case "start" | "restart" | "stop":
            if verb != "start":
                place.racks.stop_unit(guest.name)
            if verb != "stop":
                place.racks.start_unit(guest.name)
            if guest.unit_state == "failed":
                return Outcome("", f'Job for {name}.service failed because the control process exited with error code.\nSee "systemctl status {name}.service" and "journalctl -xeu {name}.service" for details.\n', 1)
            return Outcome()
    return Outcome("", f"Unknown command verb '{verb}'.\n", 1)


def _units(guest: Guest) -> Outcome:
    rows = [("cron", "active", "running", "Regular background program processing daemon"), ("ssh", "active", "running", "OpenBSD Secure Shell server"), ("systemd-journald", "active", "running", "Journal Service")]
    if guest.unit is not None:
        state = {"active": ("active", "running"), "activating": ("activating", "start"), "failed": ("failed", "failed")}.get(guest.unit_state, ("inactive", "dead"))
        rows.append((guest.unit.name, *state, guest.unit.title))
    lines = [f"  {name + '.service':<26} loaded {active:<10} {sub:<8} {title}\n" for name, active, sub, title in sorted(rows)]
    return Outcome(f"  {'UNIT':<26} LOAD   {'ACTIVE':<10} {'SUB':<8} DESCRIPTION\n{''.join(lines)}\n{len(rows)} loaded units listed.\n")


def _status(place: Inside, guest: Guest) -> Outcome:
    unit = UNITS[guest.unit_name]
    moment = place.racks.clock.moment(guest.unit_since_ms).strftime("%a %Y-%m-%d %H:%M:%S UTC")
    ago = _span((place.racks.clock.now_ms - guest.unit_since_ms) // 1000)
    mark, text = {"active": ("●", f"active (running) since {moment}; {ago} ago"), "failed": ("×", f"failed (Result: exit-code) since {moment}; {ago} ago"),
                  "activating": ("●", f"activating (start) since {moment}; {ago} ago")}.get(guest.unit_state, ("○", "inactive (dead)"))
    out = f"{mark} {unit.name}.service - {unit.title}\n     Loaded: loaded (/usr/lib/systemd/system/{unit.name}.service; enabled; preset: enabled)\n     Active: {text}\n"
    if guest.unit_state == "active":
        out += f"   Main PID: 704 ({unit.name})\n     Memory: {unit.memory_mib + guest.leak_mib}.0M\n     CGroup: /system.slice/{unit.name}.service\n             └─704 /usr/bin/{unit.name}\n"
    if guest.unit_state == "failed" and guest.is_upgraded:
        out += f"    Process: 704 ExecStart=/usr/bin/{unit.name} (code=exited, status=127)\n\n{unit.name}[704]: /usr/bin/{unit.name}: libssl.so.3: version `OPENSSL_3.0.9' not found\n"
    return Outcome(out, "", 0 if guest.unit_state == "active" else 3)


def _span(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}min {rest}s" if minutes else f"{rest}s"


def _journal(place: Inside, argv: list[str]) -> Outcome:
    guest = place.guest
    if guest is None or guest.unit is None:
        return Outcome("-- No entries --\n")
    stamp = place.racks.clock.moment(guest.unit_since_ms).strftime("%b %d %H:%M:%S")
    if guest.unit_state == "failed":
        why = f"/usr/bin/{guest.unit.name}: libssl.so.3: version `OPENSSL_3.0.9' not found" if guest.is_upgraded else f"{guest.unit.name}.service: A process of this unit has been killed by the OOM killer."
        return Outcome(f"{stamp} {guest.name} {guest.unit.name if guest.is_upgraded else 'systemd'}[{704 if guest.is_upgraded else 1}]: {why}\n{stamp} {guest.name} systemd[1]: {guest.unit.name}.service: Failed with result '{'exit-code' if guest.is_upgraded else 'oom-kill'}'.\n")
    return Outcome(f"{stamp} {guest.name} systemd[1]: Started {guest.unit.name}.service - {guest.unit.title}.\n" if guest.unit_state == "active" else f"{stamp} {guest.name} systemd[1]: Stopped {guest.unit.name}.service - {guest.unit.title}.\n")


def curl(racks: Datacentre, words: list[str], own: Guest | None) -> Outcome:
    """Ask a guest's service for a page, by name, address or localhost."""
    try:
        request = read_curl(["curl", *words])
    except Unread as unread:
        return unread.outcome
    host, is_own = request.host, request.host in ("localhost", "127.0.0.1")
    guest = own if is_own else racks.guests.get(host) or next((guest for guest in racks.guests.values() if guest.address == host), None)
    if guest is None:
        return request.refused() if is_own else request.failed(6, f"Could not resolve host: {host}")
    if guest.state != "running" or guest.stage in ("", "firmware", "kernel"):
        return request.refused(3062) if request.limit_ms > 3062 else request.failed(28, f"Connection timed out after {request.limit_ms} milliseconds")
    if not guest.serves or guest.unit is None or guest.unit.port != request.port:
        return request.refused()
    if not guest.unit.answer:
        return request.failed(1, "Received HTTP/0.9 when not allowed")
    return request.answered(200, guest.unit.answer, {"Server": guest.unit.name})


def _df(place: Inside, argv: list[str]) -> Outcome:
    if place.guest is None:
        return Outcome(f"Filesystem      Size  Used Avail Use% Mounted on\n/dev/sda2       {place.machine.disk_gib:>3}G   12G  {place.machine.disk_gib - 12:>3}G {1200 // place.machine.disk_gib:>3}% /\n")
    gib = place.racks.volumes.get(place.guest.disk_path, {}).get("gib", place.guest.disk_gib)
    used = max(0.1, place.guest.system.disk_mib / 1024)
    return Outcome(f"Filesystem      Size  Used Avail Use% Mounted on\n/dev/vda1       {gib:>3}G  {used:>3.1f}G  {gib - used:>3.1f}G {int(used * 100 / gib):>3}% /\n")


def _uptime(place: Inside, argv: list[str]) -> Outcome:
    began = place.guest.started_ms if place.guest else 0
    minutes = (place.racks.clock.now_ms - began) // 60_000
    load = place.racks.load()
    wanted = load.wanted.get(place.guest.name, 0) if place.guest else sum(load.wanted.get(guest.name, 0) for guest in place.racks.guests_on(place.machine.name))
    number = f"{wanted // 1000}.{wanted % 1000 // 10:02d}"
    return Outcome(f" {place.racks.clock.moment():%H:%M:%S} up {minutes} min,  1 user,  load average: {number}, {number}, {number}\n")


def _vmstat(place: Inside, argv: list[str]) -> Outcome:
    load = place.racks.load()
    if place.guest is None:
        given = sum(load.given.get(guest.name, 0) for guest in place.racks.guests_on(place.machine.name))
        user, steal, memory = min(100, given * 100 // (place.machine.cpus * 1000)), 0, place.machine.memory_mib - place.racks.memory_used_mib(place.machine)
        swapped = max(0, -memory)
    else:
        guest, limit = place.guest, place.guest.vcpus * 1000
        user, steal = load.given.get(guest.name, 0) * 100 // limit, (load.wanted.get(guest.name, 0) - load.given.get(guest.name, 0)) * 100 // limit
        memory, swapped = guest.balloon_mib - guest.resident_mib, 0
    return Outcome("procs -----------memory---------- ---swap-- -----io---- -system-- -------cpu-------\n r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st gu\n"
                   f" 1  0 {swapped * 1024:>6} {max(0, memory) * 1024:>6}      0      0 {swapped:>4} {swapped:>4}     0     0   90  120 {user:>2}  1 {max(0, 99 - user - steal):>2}  0 {steal:>2}  0\n")


def _lscpu(place: Inside, argv: list[str]) -> Outcome:
    if place.guest is None:
        return Outcome(f"Architecture:             x86_64\nCPU(s):                   {place.machine.cpus}\nVirtualization features:  \n  Virtualization:         VT-x\n")
    return Outcome(f"Architecture:             x86_64\nCPU(s):                   {place.guest.vcpus}\nVirtualization features:  \n  Hypervisor vendor:      {'KVM' if place.machine.kind == 'type-1' else 'Oracle'}\n  Virtualization type:    full\n")


def _detect(place: Inside, argv: list[str]) -> Outcome:
    if place.guest is None:
        return Outcome("none\n", "", 1)
    return Outcome("kvm\n" if place.machine.kind == "type-1" else "oracle\n")


def _analyze(place: Inside, argv: list[str]) -> Outcome:
    guest = place.guest
    if guest is None or not guest.system.services_ms:
        return Outcome("", "bash: line 1: systemd-analyze: command not found\n", 127) if guest else Outcome("", "learnk8s: only guests say how they booted\n", 1)
    marks = guest.stage_ms
    if guest.stage != "ready" or "services" not in marks or "ready" not in marks:
        return Outcome("", "Bootup is not yet finished (org.freedesktop.systemd1.Manager.FinishTimestampMonotonic=0).\nPlease try again later.\nHint: Use 'systemctl list-jobs' to see active jobs\n", 1)
    kernel, user = marks["services"] - marks["kernel"], marks["ready"] - marks["services"]
    firmware = marks["kernel"] - marks["firmware"]
    return Outcome(f"Startup finished in {firmware / 1000:.3f}s (firmware) + {kernel / 1000:.3f}s (kernel) + {user / 1000:.3f}s (userspace) = {(firmware + kernel + user) / 1000:.3f}s\nmulti-user.target reached after {user / 1000:.3f}s in userspace.\n")


def _apt(place: Inside, argv: list[str]) -> Outcome:
    guest = place.guest
    if guest is None or not guest.system.services_ms:
        return Outcome("", "bash: line 1: apt-get: command not found\n" if guest else "learnk8s: packages of the bare machine are not modelled\n", 127)
    match [word for word in argv[1:] if not word.startswith("-")]:
        case ["update"]:
            return Outcome("Hit:1 http://deb.debian.org/debian trixie InRelease\nReading package lists... Done\n")
        case ["upgrade" | "dist-upgrade" | "full-upgrade"]:
            if guest.is_upgraded:
                return Outcome("Reading package lists... Done\nBuilding dependency tree... Done\nCalculating upgrade... Done\n0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n")
            place.racks.upgrade_packages(guest.name)
            return Outcome("Reading package lists... Done\nBuilding dependency tree... Done\nCalculating upgrade... Done\nThe following packages will be upgraded:\n  libssl3t64 openssl\n2 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\nSetting up libssl3t64:amd64 (4.0.0-1) ...\nSetting up openssl (4.0.0-1) ...\n")
    return Outcome("", "learnk8s: `apt-get update` and `apt-get upgrade` are modelled\n", 1)


def _power(place: Inside, argv: list[str]) -> Outcome:
    if place.guest is None:
        if argv[0] == "reboot":
            return Outcome("", "learnk8s: use poweroff, or ipmitool from outside\n", 1)
        place.racks.power_off(place.machine.name)
    else:
        place.racks.shutdown(place.guest.name, reboot=argv[0] == "reboot")
    return Outcome("", f"Connection to {place.guest.name if place.guest else place.machine.name} closed by remote host.\n", 255)


def _cat(place: Inside, argv: list[str]) -> Outcome:
    match argv[1:]:
        case ["/etc/os-release"]:
            title = place.guest.system.title if place.guest else "Debian GNU/Linux 13 (trixie)"
            return Outcome(f'PRETTY_NAME="{title}"\nNAME="{title.split(" (")[0]}"\n')
        case ["/proc/sys/kernel/hostname" | "/etc/hostname"]:
            return _hostname(place, argv)
        case ["/proc/meminfo"]:
            total = place.guest.balloon_mib if place.guest else place.machine.memory_mib
            return Outcome(f"MemTotal:       {total * 1024:>8} kB\n")
    return Outcome("", "".join(f"cat: {word}: No such file or directory\n" for word in argv[1:]), 1)


def _hostname(place: Inside, argv: list[str]) -> Outcome:
    return Outcome(f"{place.guest.name if place.guest else place.machine.name}\n")


def _dmesg(place: Inside, argv: list[str]) -> Outcome:
    lines = [str(line) for _, line in place.guest.console if str(line).startswith("[ ") and "OK" not in str(line)] if place.guest else ["[    0.000000] DMI: a bare machine, no hypervisor below"]
    return Outcome("".join(f"{line}\n" for line in lines))


COMMANDS: dict[str, Callable[[Inside, list[str]], Outcome]] = {
    "free": _free, "ps": _ps, "uname": _uname, "systemctl": _systemctl, "journalctl": _journal, "curl": lambda place, argv: curl(place.racks, argv[1:], place.guest), "df": _df, "uptime": _uptime, "vmstat": _vmstat,
    "lscpu": _lscpu, "systemd-detect-virt": _detect, "systemd-analyze": _analyze, "apt-get": _apt, "apt": _apt, "reboot": _power, "poweroff": _power, "cat": _cat, "hostname": _hostname, "dmesg": _dmesg,
    "nproc": lambda place, argv: Outcome(f"{place.guest.vcpus if place.guest else place.machine.cpus}\n"), "whoami": lambda place, argv: Outcome("root\n" if place.guest else "learner\n"),
    "id": lambda place, argv: Outcome("uid=0(root) gid=0(root) groups=0(root)\n"), "echo": lambda place, argv: Outcome(" ".join(argv[1:]) + "\n"), "true": lambda place, argv: Outcome(),
    "help": lambda place, argv: Outcome(f"This guest knows: {KNOWN}\n"),
}
