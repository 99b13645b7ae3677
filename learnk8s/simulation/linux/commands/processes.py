"""Processes and the machine's state, in the words of procps 4.0.4: ps, top, free, uptime, pgrep, pkill, pidof, kill, nice, renice, nproc, uname, lscpu."""

from learnk8s.simulation.kernel.shell.program import Outcome
from learnk8s.simulation.linux.commands.call import Call, ProcessJob, Result, leading, options
from learnk8s.simulation.linux.commands.filework import names_of
from learnk8s.simulation.linux.errors import OsError
from learnk8s.simulation.linux.files.kernelfs import cgroup_seen, number_of_parent
from learnk8s.simulation.linux.machine import MIB, SIGNAL_NAMES
from learnk8s.simulation.linux.namespaces import KINDS, NET, PID, TIME, USER, UTS, inside_id
from learnk8s.simulation.linux.process import Process

NO_PROC = "Error, do this: mount -t proc proc /proc\n"
USAGE = "error: unsupported option (BSD syntax)\n\nUsage:\n ps [options]\n\n Try 'ps --help <simple|list|output|threads|misc|all>'\n  or 'ps --help <s|l|o|t|m|a>'\n for additional help text.\n\nFor more details see ps(1).\n"
SIGNALS = {**{name: number for number, name in SIGNAL_NAMES.items()}, "SIGKILL": 9}


def space_of_proc(call: Call) -> int | None:
    """Return the pid namespace that /proc shows here, None if there is no /proc."""
    try:
        place = call.files.found("/proc")
    except OsError:
        return None
    store = call.files.filesystem(place)
    return store.space if store.kind == "proc" and place.inner == "/" else None


def shown(call: Call, space: int) -> list[Process]:
    """Return the processes that are visible in a pid namespace, by pid there."""
    return sorted((process for process in call.machine.processes.values() if process.number_in(space) is not None), key=lambda process: process.number_in(space) or 0)


def user_name(call: Call, process: Process, width: int = 8) -> str:
    """Return a process's user as ps prints it: a name that is too long is cut with a `+`."""
    uid = inside_id(call.machine, call.process.namespaces[USER], process.uid)
    name = names_of(call.files).get(uid, str(uid))
    return name if len(name) <= width else name[: width - 1] + "+"


def clock(milliseconds_us: int, *, hours: bool) -> str:
    """Return CPU microseconds as `0:05` or `00:00:05`."""
    seconds = milliseconds_us // 1_000_000
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}" if hours else f"{seconds // 60}:{seconds % 60:02d}"


class Row:
    """The columns of one process."""

    def __init__(self, call: Call, process: Process, space: int) -> None:
        self.call, self.process, self.space = call, process, space
        self.now = call.machine.clock.now_ms

    def cpu_us(self) -> int:
        """Return the CPU time used until now."""
        return self.process.cpu_us + self.process.share * (self.now - self.call.machine.flow.settled_ms)

    def cpu_permille(self) -> int:
        """Return CPU time per time lived, in thousandths."""
        return min(self.cpu_us() // max(self.now - self.process.start_ms, 1), 99_900)

    def memory_permille(self) -> int:
        """Return the share of the machine's memory in thousandths."""
        return self.call.machine.memory_of(self.process, self.now) * 1000 // self.call.machine.memory_bytes

    def start(self) -> str:
        """Return when it began."""
        return self.call.machine.clock.moment(self.process.start_ms).strftime("%H:%M")

    def stat(self) -> str:
        """Return STAT: the state and what else is to be said of it."""
        process = self.process
        if process.kernel:
            return process.state
        state = "R" if process.demand >= 500 or process is self.call.process else process.state
        leads = "s" if process.ppid == 1 or process.comm == "bash" and process.argv[:1] == ("-bash",) or process.pid == 1 else ""
        return state + ("N" if process.nice > 0 else "<" if process.nice < 0 else "") + leads + ("l" if process.threads > 1 else "") + ("+" if process is self.call.process else "")

    def value(self, column: str) -> str:
        """Return one cell."""
        process, machine = self.process, self.call.machine
        match column:
            case "pid" | "tgid":
                return str(process.number_in(self.space))
            case "ppid":
                return str(number_of_parent(machine, process, self.space))
            case "user" | "euser" | "ruser":
                return user_name(self.call, process)
            case "uid" | "euid":
                return str(inside_id(machine, self.call.process.namespaces[USER], process.uid))
            case "comm" | "ucmd" | "ucomm":
                return process.comm
            case "args" | "cmd" | "command":
                return process.command_line
            case "%cpu" | "pcpu" | "c":
                return f"{self.cpu_permille() // 10}.{self.cpu_permille() % 10}"
            case "%mem" | "pmem":
                return f"{self.memory_permille() // 10}.{self.memory_permille() % 10}"
            case "rss" | "rssize":
                return str(machine.memory_of(process, self.now) // 1024)
            case "vsz" | "vsize":
                return str(machine.virtual_of(process, self.now) // 1024)
            case "stat":
                return self.stat()
            case "state" | "s":
                return self.stat()[0]
            case "tty" | "tt" | "tname":
                return process.tty
            case "time" | "cputime":
                return clock(self.cpu_us(), hours=True)
            case "ni" | "nice":
                return str(process.nice)
            case "nlwp" | "thcount":
                return str(process.threads)
            case "start" | "stime" | "start_time":
                return self.start()
            case "etime":
                seconds = (self.now - process.start_ms) // 1000
                return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}" if seconds >= 3600 else f"{seconds // 60:02d}:{seconds % 60:02d}"
            case "cgroup":
                return f"0::{cgroup_seen(machine, process, self.call.process)}"
            case "seccomp":
                return "2" if process.denied_calls else "0"
            case "oom":
                return str(process.oom_adj)
        return str(process.namespaces[KINDS.index(column.removesuffix("ns"))])


HEADERS = {
    "pid": ("PID", 7, True), "tgid": ("TGID", 7, True), "ppid": ("PPID", 7, True), "user": ("USER", 8, False), "euser": ("EUSER", 8, False), "ruser": ("RUSER", 8, False), "uid": ("UID", 5, True), "euid": ("EUID", 5, True), "comm": ("COMMAND", 15, False), "ucmd": ("CMD", 15, False),
    "ucomm": ("COMMAND", 15, False), "args": ("COMMAND", 27, False), "cmd": ("CMD", 27, False), "command": ("COMMAND", 27, False), "%cpu": ("%CPU", 4, True), "pcpu": ("%CPU", 4, True), "%mem": ("%MEM", 4, True), "pmem": ("%MEM", 4, True), "rss": ("RSS", 5, True),
    "rssize": ("RSS", 5, True), "vsz": ("VSZ", 6, True), "vsize": ("VSZ", 6, True), "stat": ("STAT", 4, False), "state": ("S", 1, False), "s": ("S", 1, False), "tty": ("TT", 8, False), "tt": ("TT", 8, False), "tname": ("TTY", 8, False), "time": ("TIME", 8, True),
    "cputime": ("TIME", 8, True), "ni": ("NI", 3, True), "nice": ("NI", 3, True), "nlwp": ("NLWP", 4, True), "thcount": ("THCNT", 5, True), "start": ("STARTED", 8, True), "stime": ("STIME", 5, False), "start_time": ("START", 5, False), "etime": ("ELAPSED", 11, True),
    "cgroup": ("CGROUP", 27, False), "seccomp": ("SECCOMP", 7, True), "c": ("C", 2, True), "oom": ("OOMADJ", 6, True), **{f"{kind}ns": (f"{kind.upper()}NS", 10, True) for kind in KINDS},
}


def ps(call: Call) -> Outcome:
    """List processes: `ps`, `ps aux`, `ps -ef`, `ps -o COLUMNS`, `-p`, `-u`, `-C`, `--forest`, `--sort`."""
    space = space_of_proc(call)
    if space is None:
        return Outcome("", NO_PROC, 1)
    words, bsd = call.argv[1:], ""
    if words and words[0][0] not in "-" and not words[0].isdigit():
        bsd, words = words[0], words[1:]
        if bsd.strip("auxfwelj"):
            return Outcome("", USAGE, 1)
    chosen, operands = options(words, valued="opuCUtg", long_valued=("pid", "user", "sort", "ppid", "format"))
    processes = shown(call, space)
    wanted = chosen.get("p", chosen.get("pid", ",".join(word for word in operands if word.isdigit())))
    everyone = "a" in bsd and "x" in bsd or "e" in chosen or "A" in chosen or "x" in bsd and call.process.uid == 0
    if wanted:
        numbers = wanted.replace(",", " ").split()
        processes = [process for process in processes if str(process.number_in(space)) in numbers]
    elif "C" in chosen:
        processes = [process for process in processes if process.comm == chosen["C"]]
    elif "ppid" in chosen:
        processes = [process for process in processes if str(number_of_parent(call.machine, process, space)) == chosen["ppid"]]
    elif "u" in chosen or "U" in chosen or "user" in chosen:
        who = chosen.get("u", chosen.get("U", chosen.get("user", "")))
        processes = [process for process in processes if who in (user_name(call, process, 32), str(process.uid))]
    elif "a" in bsd and "x" not in bsd:
        processes = [process for process in processes if process.tty != "?"]
    elif "x" in bsd and not everyone:
        processes = [process for process in processes if process.uid == call.process.uid]
    elif not everyone:
        processes = [process for process in processes if process.tty == call.process.tty and process.uid == call.process.uid and not process.kernel]
    if chosen.get("sort"):
        key = chosen["sort"].lstrip("+-")
        if key not in HEADERS:
            return Outcome("", f"error: unknown sort specifier\n{USAGE}", 1)
        processes.sort(key=lambda process: _key(Row(call, process, space).value(key)), reverse=chosen["sort"].startswith("-"))
    depth = _depths(processes) if "forest" in chosen or "H" in chosen or "f" in bsd else {}
    if depth:
        processes = [process for process in _in_tree(processes)]
    rows = [Row(call, process, space) for process in processes]
    status = 0 if rows else 1
    columns = chosen.get("o", chosen.get("format", ""))
    if columns:
        return _custom(rows, columns, depth, header=("no-headers" not in chosen and "h" not in bsd), status=status)
    if "u" in bsd:
        head = "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n"
        return Outcome(head + "".join(f"{row.value('user'):<8} {row.value('pid'):>7} {row.value('%cpu'):>4} {row.value('%mem'):>4} {row.value('vsz'):>6} {row.value('rss'):>5} {row.value('tty'):<8} {row.stat():<4} {row.start()}   "
                                      f"{clock(row.cpu_us(), hours=False)} {_branch(depth, row)}{row.value('args')}\n" for row in rows), "", status)
    if "f" in chosen or "F" in chosen:
        head = "UID          PID    PPID  C STIME TTY          TIME CMD\n"
        return Outcome(head + "".join(f"{row.value('user'):<8} {row.value('pid'):>7} {row.value('ppid'):>7} {row.cpu_permille() // 10:>2} {row.start()} {row.value('tty'):<8} {row.value('time'):>8} {_branch(depth, row)}{row.value('args')}\n" for row in rows), "", status)
    if bsd:
        return Outcome("    PID TTY      STAT   TIME COMMAND\n" + "".join(f"{row.value('pid'):>7} {row.value('tty'):<8} {row.stat():<4} {clock(row.cpu_us(), hours=False):>6} {_branch(depth, row)}{row.value('args')}\n" for row in rows), "", status)
    return Outcome("    PID TTY          TIME CMD\n" + "".join(f"{row.value('pid'):>7} {row.value('tty'):<8} {row.value('time'):>8} {_branch(depth, row)}{row.value('comm')}\n" for row in rows), "", status)


def _key(text: str) -> tuple[int, float, str]:
    number = text.replace(".", "", 1)
    return (0, float(text), "") if number.isdigit() else (1, 0.0, text)


def _depths(processes: list[Process]) -> dict[int, int]:
    present = {process.pid: process for process in processes}
    found = {}
    for process in processes:
        depth, above = 0, process
        while above.ppid in present and depth < 30:
            above, depth = present[above.ppid], depth + 1
        found[process.pid] = depth
    return found


def _in_tree(processes: list[Process]) -> list[Process]:
    present = {process.pid for process in processes}
    below: dict[int, list[Process]] = {}
    for process in processes:
        below.setdefault(process.ppid if process.ppid in present and process.ppid != process.pid else 0, []).append(process)
    ordered: list[Process] = []
    pending = list(reversed(below.get(0, [])))
    while pending:
        process = pending.pop()
        ordered.append(process)
        pending.extend(reversed(below.get(process.pid, [])))
    return ordered


def _branch(depth: dict[int, int], row: Row) -> str:
    level = depth.get(row.process.pid, 0)
    return "    " * (level - 1) + " \\_ " if level else ""


def _custom(rows: list[Row], columns: str, depth: dict[int, int], *, header: bool, status: int) -> Outcome:
    specs = []
    for word in columns.replace(" ", ",").split(","):
        name, equals, title = word.partition("=")
        if name.lower() not in HEADERS:
            return Outcome("", f"error: unknown user-defined format specifier \"{name}\"\n\n{USAGE.partition(chr(10))[2].lstrip()}", 1)
        label, width, right = HEADERS[name.lower()]
        specs.append((name.lower(), title if equals else label, max(width, len(title) if equals else len(label)), right))
    lines = [[title for _name, title, _width, _right in specs]] if header and any(title for _name, title, _width, _right in specs) else []
    for row in rows:
        lines.append([(_branch(depth, row) if name in ("args", "cmd", "command", "comm") else "") + row.value(name) for name, _title, _width, _right in specs])
    out = ""
    for line in lines:
        cells = [cell.rjust(width) if right else cell.ljust(width) for cell, (_name, _title, width, right) in zip(line, specs)]
        if not specs[-1][3]:
            cells[-1] = line[-1]
        out += " ".join(cells) + "\n"
    return Outcome(out, "", status)


def top(call: Call) -> Outcome:
    """Show the summary and the processes by CPU, once."""
    space = space_of_proc(call)
    if space is None:
        return Outcome("", "top: failed /proc open: No such file or directory\n", 1)
    machine, processes = call.machine, shown(call, space)
    states = [("running", sum(process.demand >= 500 or process is call.process for process in processes)), ("stopped", sum(process.state == "T" for process in processes))]
    used = sum(process.share for process in machine.processes.values()) * 1000 // (machine.cpus * 1000)
    user = used * 4 // 5
    memory = machine.memory_figures()
    out = f"top -{_up(call)}\n"
    out += f"Tasks: {len(processes):>3} total, {states[0][1]:>3} running, {len(processes) - states[0][1] - states[1][1]:>3} sleeping, {states[1][1]:>3} stopped,   0 zombie\n"
    out += f"%Cpu(s): {_tenth(user):>4} us, {_tenth(used - user):>4} sy,  0.0 ni, {_tenth(1000 - used):>4} id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st \n"
    out += f"MiB Mem : {_mib(memory['total']):>8} total, {_mib(memory['free']):>8} free, {_mib(memory['total'] - memory['available']):>8} used, {_mib(memory['buffers'] + memory['cache']):>8} buff/cache     \n"
    out += f"MiB Swap: {'0.0':>8} total, {'0.0':>8} free, {'0.0':>8} used. {_mib(memory['available']):>8} avail Mem \n\n    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND\n"
    ordered = sorted(processes, key=lambda process: (-process.share, process.number_in(space) or 0))
    for process in ordered:
        row = Row(call, process, space)
        spent = row.cpu_us() // 10_000
        resident = machine.memory_of(process, machine.clock.now_ms) // 1024
        name = process.comm if len(process.comm) <= 15 else process.comm[:15] + "+"
        out += (f"{row.value('pid'):>7} {user_name(call, process):<8} {20 + process.nice:>3} {process.nice:>3} {machine.virtual_of(process, machine.clock.now_ms) // 1024:>7} {resident:>6} {resident // 4:>6} {row.stat()[0]} {_tenth(process.share):>5} {row.value('%mem'):>5} "
                f"{spent // 6000:>3}:{spent // 100 % 60:02d}.{spent % 100:02d} {name}\n")
    return Outcome(out)


def _tenth(permille: int) -> str:
    return f"{permille // 10}.{permille % 10}"


def _mib(count: int) -> str:
    return _tenth(count * 10 // MIB)


def _up(call: Call) -> str:
    machine = call.machine
    seconds = machine.uptime_s() + machine.namespaces[call.process.namespaces[TIME]].data["boottime"]
    days, hours, minutes = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60
    length = (f"{days} day{'s' if days > 1 else ''}, " if days else "") + (f"{hours:>2}:{minutes:02d}" if hours else f"{minutes} min")
    return f" {machine.clock.moment():%H:%M:%S} up {length},  1 user,  load average: {', '.join(machine.loads())}"


def uptime(call: Call) -> Outcome:
    """Say how long the machine is up, and how much work waits."""
    if "-p" in call.argv:
        seconds = call.machine.uptime_s() + call.machine.namespaces[call.process.namespaces[TIME]].data["boottime"]
        parts = [(seconds // 86400, "day"), (seconds // 3600 % 24, "hour"), (seconds // 60 % 60, "minute")]
        return Outcome("up " + ", ".join(f"{count} {word}{'s' if count > 1 else ''}" for count, word in parts if count) + "\n")
    return Outcome(_up(call) + "\n")


def who(call: Call) -> Outcome:
    """Say who is logged in; `w` says what they do, too."""
    since = call.machine.clock.moment(-call.machine.booted_ms)
    if call.argv[0] == "who":
        return Outcome(f"learner  pts/0        {since:%Y-%m-%d %H:%M}\n")
    return Outcome(f"{_up(call)}\nUSER     TTY      FROM             LOGIN@   IDLE   JCPU   PCPU WHAT\nlearner  pts/0    -                {since:%H:%M}    0.00s  0.02s  0.00s w\n")


def vmstat(call: Call) -> Outcome:
    """Say what memory, disk and CPU do, in one line of figures."""
    machine = call.machine
    figures = {name: amount // 1024 for name, amount in machine.memory_figures().items()}
    busy = sum(process.share for process in machine.processes.values()) * 100 // (machine.cpus * 1000)
    reads = sum(process.disk_share for process in machine.processes.values())
    return Outcome("procs -----------memory---------- ---swap-- -----io---- -system-- -------cpu-------\n r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st gu\n"
                   f"{machine.running():>2} {0:>2} {0:>6} {figures['free']:>6} {figures['buffers']:>6} {figures['cache']:>6} {0:>4} {0:>4} {reads:>5} {0:>5} {120 + busy * 4:>4} {200 + busy * 6:>4} {busy * 4 // 5:>2} {busy - busy * 4 // 5:>2} {100 - busy:>2} {0:>2} {0:>2} {0:>2}\n")


FREE_USAGE = "\nUsage:\n free [options]\n\nOptions:\n -b, --bytes         show output in bytes\n -k, --kilo          show output in kilobytes\n -m, --mega          show output in megabytes\n -g, --giga          show output in gigabytes\n -h, --human         show human-readable output\n"


def free(call: Call) -> Outcome:
    """Show the memory; -b, -m, -g, -h choose the unit."""
    chosen, _operands = options(call.argv[1:])
    if set(chosen) - set("bkmgh"):
        wrong = next(word for word in chosen if word not in "bkmgh")
        said = f"unrecognized option '--{wrong}'" if len(wrong) > 1 else f"invalid option -- '{wrong}'"
        return Outcome("", f"free: {said}\n{FREE_USAGE}", 1)
    if space_of_proc(call) is None:
        return Outcome("", NO_PROC, 1)
    memory = call.machine.memory_figures()
    columns = [memory["total"], memory["total"] - memory["available"], memory["free"], memory["shared"], memory["buffers"] + memory["cache"], memory["available"]]

    def cell(count: int) -> str:
        if "h" in chosen:
            return _binary(count)
        return str(count // {"b": 1, "m": MIB, "g": 1024 * MIB}.get(next(iter(chosen), ""), 1024))

    out = "               total        used        free      shared  buff/cache   available\n" + "Mem:    " + "".join(f"{cell(count):>12}" for count in columns) + "\n"
    return Outcome(out + "Swap:   " + "".join(f"{cell(0):>12}" for _ in range(3)) + "\n")


def _binary(count: int) -> str:
    """Return a size as `free -h` writes it: three digits and a binary unit."""
    for unit, size in (("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10)):
        if count >= size:
            return f"{count * 10 // size // 10}.{count * 10 // size % 10}{unit}" if count < 10 * size else f"{count // size}{unit}"
    return f"{count}B"


def pgrep(call: Call) -> Outcome:
    """List or signal the processes whose name, or with -f whole line, has a pattern."""
    name = call.argv[0].rpartition("/")[2]
    words, signal = [], 15
    for word in call.argv[1:]:
        if name == "pkill" and word.startswith("-") and (word[1:].isdigit() or word[1:].removeprefix("SIG") in SIGNALS):
            signal = int(word[1:]) if word[1:].isdigit() else SIGNALS[word[1:].removeprefix("SIG")]
        else:
            words.append(word)
    chosen, operands = options(words, valued="uP", long_valued=("signal", "ns"))
    if not operands and "u" not in chosen:
        return Outcome("", f"{name}: no matching criteria specified\nTry `{name} --help' for more information.\n", 2)
    space = call.process.namespaces[PID]
    found = [process for process in shown(call, space) if process is not call.process and (not operands or operands[0] in (process.command_line if "f" in chosen else process.comm) and ("x" not in chosen or process.comm == operands[0]))
             and ("u" not in chosen or chosen["u"] in (user_name(call, process, 32), str(process.uid)))]
    if name == "pgrep":
        return Outcome("".join(f"{process.number_in(space)}{' ' + process.command_line if 'a' in chosen else ' ' + process.comm if 'l' in chosen else ''}\n" for process in found), "", 0 if found else 1)
    wrong = ""
    for process in found:
        try:
            call.machine.kill(process.pid, signal, call.process)
        except OsError as error:
            wrong += f"pkill: killing pid {process.number_in(space)} failed: {error}\n"
    return Outcome("", wrong, 0 if found and not wrong else 1)


def pidof(call: Call) -> Outcome:
    """List the pids of a program."""
    space = call.process.namespaces[PID]
    found = [str(process.number_in(space)) for process in reversed(shown(call, space)) if process.comm in call.argv[1:]]
    return Outcome(" ".join(found) + "\n" if found else "", "", 0 if found else 1)


def kill(call: Call) -> Outcome:
    """Send a signal, worded as bash's own kill."""
    words, signal = call.argv[1:], 15
    if words[:1] == ["-l"] and len(words) > 1 and words[1].isdigit() and int(words[1]) % 128 in SIGNAL_NAMES:
        return Outcome(f"{SIGNAL_NAMES[int(words[1]) % 128]}\n")
    if words[:1] == ["-l"]:
        return Outcome(" ".join(f"{number}) SIG{name}" for number, name in sorted(SIGNAL_NAMES.items())) + "\n")
    if words[:1] == ["-s"] and len(words) > 1:
        words = [f"-{words[1]}", *words[2:]]
    if words and words[0].startswith("-") and len(words[0]) > 1:
        word = words.pop(0)[1:]
        name = word.upper().removeprefix("SIG")
        if not word.isdigit() and name not in SIGNALS:
            return Outcome("", f"bash: kill: {word}: invalid signal specification\n", 1)
        signal = int(word) if word.isdigit() else SIGNALS[name]
    if not words:
        return Outcome("", "kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n", 2)
    wrong, own = "", call.argv[0] != "kill" or call.process.comm == "kill"
    for word in words:
        if word.startswith("%"):
            number = call.terminal.pid_of_job(word[1:])
        else:
            number = None if not word.isdigit() else int(word)
        if number is None:
            wrong += f"bash: kill: {word}: {'no such job' if word.startswith('%') else 'arguments must be process or job IDs'}\n"
            continue
        process = call.machine.by_number(number, call.process.namespaces[PID])
        try:
            if process is None:
                raise OsError("ESRCH")
            call.machine.kill(process.pid, signal, call.process)
        except OsError as error:
            wrong += f"{call.argv[0]}: ({word}): {error}\n" if own else f"bash: kill: ({word}) - {error}\n"
    return Outcome("", wrong, 1 if wrong else 0)


def nice(call: Call) -> Result:
    """Run a command with another nice value."""
    chosen, words = leading(call.argv[1:], valued="n", long_valued=("adjustment",))
    if not words:
        return Outcome(f"{call.process.nice}\n")
    step = chosen.get("n", chosen.get("adjustment", "10"))
    if not step.lstrip("+-").isdigit():
        return Outcome("", f"nice: invalid adjustment ‘{step}’\n", 125)
    if int(step) < 0 and not call.machine.capable(call.process, "sys_nice"):
        return Outcome("", "nice: cannot set niceness: Permission denied\n", 0)
    call.process.nice = max(-20, min(19, call.process.nice + int(step)))
    return call.execute(words)


def renice(call: Call) -> Outcome:
    """Change the nice value of running processes."""
    chosen, words = options(call.argv[1:], valued="np")
    number = chosen.get("n", words[0] if words and "n" not in chosen else "")
    targets = [chosen["p"], *words] if "p" in chosen else words if "n" in chosen else words[1:]
    if not number.lstrip("-+").isdigit() or not targets:
        return Outcome("", "renice: bad usage\nTry 'renice --help' for more information.\n", 1)
    out = wrong = ""
    for word in targets:
        process = call.machine.by_number(int(word), call.process.namespaces[PID]) if word.isdigit() else None
        if process is None:
            wrong += f"renice: failed to get priority for {word} (process ID): No such process\n"
        elif process.uid != call.process.uid and not call.machine.capable(call.process, "sys_nice") or int(number) < process.nice and not call.machine.capable(call.process, "sys_nice"):
            wrong += f"renice: failed to set priority for {word} (process ID): {'Permission denied' if process.uid == call.process.uid else 'Operation not permitted'}\n"
        else:
            old, process.nice = process.nice, max(-20, min(19, int(number)))
            out += f"{word} (process ID) old priority {old}, new priority {process.nice}\n"
    call.machine.changed()
    return Outcome(out, wrong, 1 if wrong else 0)


def sleep(call: Call) -> Result:
    """Wait; the process is there until then."""
    from learnk8s.simulation.kernel.shell.programs.small import duration_ms

    if len(call.argv) < 2:
        return Outcome("", "sleep: missing operand\nTry 'sleep --help' for more information.\n", 1)
    if call.argv[1] in ("infinity", "inf"):
        call.process.phase = "sleeping"
        return ProcessJob(call.machine, call.process.pid)
    waits = duration_ms(call.argv[1])
    if waits is None:
        return Outcome("", f"sleep: invalid time interval ‘{call.argv[1]}’\nTry 'sleep --help' for more information.\n", 1)
    call.process.rss, call.process.phase = 1_900_000, "sleeping"
    call.machine.agenda.at(call.machine.clock.now_ms + waits, "process", "over", call.process.pid)
    return ProcessJob(call.machine, call.process.pid)


def uname(call: Call) -> Outcome:
    """Name the kernel; the host's name is that of the UTS namespace."""
    host = call.machine.namespaces[call.process.namespaces[UTS]].data["hostname"]
    parts = {"s": "Linux", "n": host, "r": "6.12.48+deb13-amd64", "v": "#1 SMP PREEMPT_DYNAMIC Debian 6.12.48-1 (2025-09-20)", "m": "x86_64", "o": "GNU/Linux"}
    chosen, _operands = options(call.argv[1:])
    letters = "snrvmo" if "a" in chosen else [letter for letter in "snrvmo" if letter in chosen] or ["s"]
    return Outcome(" ".join(parts[letter] for letter in letters) + "\n")


def lscpu(call: Call) -> Outcome:
    """Describe the CPUs."""
    rows = (("Architecture", "x86_64"), ("CPU op-mode(s)", "32-bit, 64-bit"), ("CPU(s)", str(call.machine.cpus)), ("On-line CPU(s) list", f"0-{call.machine.cpus - 1}"), ("Vendor ID", "GenuineIntel"), ("Model name", "Intel(R) Xeon(R) Processor"))
    return Outcome("".join(f"{label + ':':<26}{value}\n" for label, value in rows))


def hostname(call: Call) -> Outcome:
    """Show or set the name of the UTS namespace."""
    words = call.argv[1:]
    data = call.machine.namespaces[call.process.namespaces[UTS]].data
    if not words:
        return Outcome(data["hostname"] + "\n")
    if words[0] == "-I":
        return Outcome(" ".join(address for link in call.machine.namespaces[call.process.namespaces[NET]].data["links"] if link["name"] != "lo" for address, _prefix in link["addresses"]) + " \n")
    if words[0].startswith("-"):
        return Outcome(data["hostname"].split(".")[0] + "\n")
    if not call.machine.capable(call.process, "sys_admin", call.machine.namespaces[call.process.namespaces[UTS]].owner) or call.missing("sethostname"):
        return Outcome("", "hostname: you must be root to change the host name\n", 1)
    if not words[0].replace("-", "a").replace(".", "a").isalnum() or len(words[0]) > 64:
        return Outcome("", "hostname: the specified hostname is invalid\n", 1)
    data["hostname"] = words[0]
    return Outcome()


COMMANDS = {"ps": ps, "free": free, "uptime": uptime, "vmstat": vmstat, "w": who, "who": who, "pgrep": pgrep, "pkill": pgrep, "pidof": pidof, "kill": kill, "nice": nice, "renice": renice, "sleep": sleep, "nproc": lambda call: Outcome(f"{call.machine.cpus}\n"), "uname": uname,
            "lscpu": lscpu, "hostname": hostname}
