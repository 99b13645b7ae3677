"""The pieces of isolation, in the words of util-linux 2.41 and coreutils 9.7: chroot, unshare, nsenter, lsns, pivot_root, capsh, setpriv, getpcaps, enosys, ipcs, ipcmk."""

import re

from learnk8s.simulation.kernel.shell.program import Outcome
from learnk8s.simulation.linux import capabilities, namespaces
from learnk8s.simulation.linux.commands.call import Call, Result, leading, options, unknown_option
from learnk8s.simulation.linux.commands.filework import names_of, number_of, outer_id
from learnk8s.simulation.linux.commands.users import account, groups_of, reworded
from learnk8s.simulation.linux.errors import OsError
from learnk8s.simulation.linux.namespaces import CGROUP, IPC, KINDS, MNT, NET, PID, TIME, USER, UTS, inside_id
from learnk8s.simulation.linux.privileges import become
from learnk8s.simulation.linux.process import Process

SHELL = "/bin/bash"
LETTERS = {"m": MNT, "u": UTS, "i": IPC, "p": PID, "n": NET, "U": USER, "C": CGROUP, "T": TIME}
LONG = {"mount": "m", "uts": "u", "ipc": "i", "pid": "p", "net": "n", "user": "U", "cgroup": "C", "time": "T", "fork": "f", "map-root-user": "r", "map-current-user": "c", "root": "R", "wd": "w", "all": "a", "target": "t", "setuid": "S", "setgid": "G"}
ORDER = (USER, MNT, UTS, IPC, PID, NET, CGROUP, TIME)
UNSHARE_HELP = """
Usage:
 unshare [options] [<program> [<argument>...]]

Run a program with some namespaces unshared from the parent.

Options:
 -m, --mount[=<file>]      unshare mounts namespace
 -u, --uts[=<file>]        unshare UTS namespace (hostname etc)
 -i, --ipc[=<file>]        unshare System V IPC namespace
 -n, --net[=<file>]        unshare network namespace
 -p, --pid[=<file>]        unshare pid namespace
 -U, --user[=<file>]       unshare user namespace
 -C, --cgroup[=<file>]     unshare cgroup namespace
 -T, --time[=<file>]       unshare time namespace

 -f, --fork                fork before launching <program>
 -r, --map-root-user       map current user to root (implies --user)
 -c, --map-current-user    map current user to itself (implies --user)

 --mount-proc[=<dir>]      mount proc filesystem first (implies --mount)

 -R, --root=<dir>          run the command with root directory set to <dir>
 -w, --wd=<dir>            change working directory to <dir>
 --monotonic <offset>      set clock monotonic offset (seconds) in time namespaces
 --boottime <offset>       set clock boottime offset (seconds) in time namespaces

 -h, --help                display this help

For more details see unshare(1).
"""


def _letters(chosen: dict[str, str]) -> dict[str, str]:
    return {LONG.get(name, name): value for name, value in chosen.items()}


def unshare(call: Call) -> Result:
    """Run a program in new namespaces."""
    raw, words = leading(call.argv[1:], valued="RwSG", long_valued=("root", "wd", "map-user", "map-group", "monotonic", "boottime", "setuid", "setgid", "propagation", "setgroups"))
    chosen = _letters(raw)
    if "h" in chosen or "help" in chosen:
        return Outcome(UNSHARE_HELP)
    known = set(LETTERS) | {"f", "r", "c", "R", "w", "S", "G", "mount-proc", "map-user", "map-group", "monotonic", "boottime", "kill-child", "propagation", "setgroups", "keep-caps"}
    unknown = next((name for name in chosen if name not in known), None)
    if unknown is not None:
        return Outcome("", f"unshare: {'unrecognized option' if len(unknown) > 1 else 'invalid option --'} '{'--' if len(unknown) > 1 else ''}{unknown}'\nTry 'unshare --help' for more information.\n", 1)
    kinds = {kind for letter, kind in LETTERS.items() if letter in chosen}
    if {"r", "c", "map-user", "map-group"} & set(chosen):
        kinds.add(USER)
    if "mount-proc" in chosen:
        kinds.add(MNT)
    if {"monotonic", "boottime"} & set(chosen) and TIME not in kinds:
        return Outcome("", "unshare: options --monotonic and --boottime require unsharing of a time namespace (-T)\n", 1)
    process, machine = call.process, call.machine
    if call.missing("unshare"):
        return Outcome("", "unshare: unshare failed: Function not implemented\n", 1)
    uid, gid = process.uid, process.gid
    for kind in ORDER:
        if kind not in kinds:
            continue
        if kind != USER and not machine.capable(process, "sys_admin", process.namespaces[USER]):
            return Outcome("", "unshare: unshare failed: Operation not permitted\n", 1)
        space = namespaces.made(machine, process, kind)
        machine.remember(f"Namespace/{space.id}", "namespace.made", "kind", KINDS[kind], "id", str(space.id))
        if kind == USER:
            space.parent = process.namespaces[USER]
            process.effective = process.permitted = process.bounding = capabilities.FULL
            _map_ids(space.data, chosen, uid, gid)
        namespaces.moved(process, kind, space.id)
        if kind == TIME:
            for name in ("monotonic", "boottime"):
                if chosen.get(name, "").lstrip("-").isdigit():
                    space.data[name] = int(chosen[name])
    command = words or [SHELL]
    setup = _first_steps(call, chosen)
    try:
        if "f" in chosen or "kill-child" in chosen:
            result = call.spawn(command, setup)
        else:
            setup(process)
            result = call.execute(command)
    except _Refused as refused:
        return Outcome("", f"unshare: {refused}\n", 1)
    return reworded(result, f"unshare: failed to execute {command[0]}: {{reason}}")


class _Refused(Exception):
    pass


def _map_ids(data: dict[str, object], chosen: dict[str, str], uid: int, gid: int) -> None:
    if "r" in chosen:
        data["uid_map"], data["gid_map"], data["setgroups"] = [[0, uid, 1]], [[0, gid, 1]], "deny"
    elif "c" in chosen:
        data["uid_map"], data["gid_map"], data["setgroups"] = [[uid, uid, 1]], [[gid, gid, 1]], "deny"
    if chosen.get("map-user", "").isdigit():
        data["uid_map"] = [[int(chosen["map-user"]), uid, 1]]
    if chosen.get("map-group", "").isdigit():
        data["gid_map"], data["setgroups"] = [[int(chosen["map-group"]), gid, 1]], "deny"


def _first_steps(call: Call, chosen: dict[str, str]):  # type: ignore[no-untyped-def]
    """Return what the child does before it runs the program: a new root, a /proc of its own, a folder, another user."""

    def steps(process: Process) -> None:
        machine = call.machine
        files = call.__class__(call.terminal, process, call.argv, "", call.variables, foreground=False).files
        if "R" in chosen:
            try:
                process.root = process.cwd = files.found(chosen["R"]).path
            except OsError as error:
                machine.end(process.pid, status=1)
                raise _Refused(f"cannot change root directory to '{chosen['R']}': {error}") from error
        if "mount-proc" in chosen:
            target = chosen["mount-proc"] or "/proc"
            try:
                place = files.found(target)
            except OsError as error:
                raise _Refused(f"mount {target} failed: {error}") from error
            if not process_may_mount_proc(process, machine):
                raise _Refused(f"mount {target} failed: Operation not permitted")
            number = machine.add_filesystem("proc", space=process.namespaces[PID])
            machine.mount(process.namespaces[MNT], number, place.path, source="proc", options="rw,nosuid,nodev,noexec,relatime")
        if "w" in chosen:
            try:
                process.cwd = files.found(chosen["w"]).path
            except OsError as error:
                raise _Refused(f"cannot chdir to '{chosen['w']}': {error}") from error
        for letter, field in (("S", "uid"), ("G", "gid")):
            if chosen.get(letter, "").isdigit():
                outer = outer_id(call, int(chosen[letter]), f"{field}_map")
                if outer is None:
                    raise _Refused(f"set{field} failed: Invalid argument")
                setattr(process, field, outer)

    return steps


def process_may_mount_proc(process: Process, machine) -> bool:  # type: ignore[no-untyped-def]
    """Say whether proc may be mounted: the pid namespace must belong to the process's user namespace."""
    return bool(machine.capable(process, "sys_admin", machine.namespaces[process.namespaces[PID]].owner))


def nsenter(call: Call) -> Result:
    """Run a program in the namespaces of another process."""
    raw, words = leading(call.argv[1:], valued="tSG", long_valued=("target", "setuid", "setgid"))
    if refused := unknown_option("nsenter", raw, "atmuipnUCTSGrwFZ", (*LONG, "no-fork", "preserve-credentials")):
        return refused
    chosen = _letters(raw)
    machine, process = call.machine, call.process
    target = None
    if "t" in chosen:
        target = machine.by_number(int(chosen["t"]), process.namespaces[PID]) if chosen["t"].isdigit() else None
        if target is None:
            name = next((KINDS[LETTERS[letter]] for letter in chosen if letter in LETTERS), "mnt")
            return Outcome("", f"nsenter: cannot open /proc/{chosen['t']}/ns/{name}: No such file or directory\n" if chosen["t"].isdigit() else f"nsenter: failed to parse pid: '{chosen['t']}'\n", 1)
    kinds = [kind for kind in ORDER for letter in [next(key for key, value in LETTERS.items() if value == kind)] if letter in chosen]
    if "a" in chosen and target is not None:
        kinds = [kind for kind in ORDER if target.namespaces[kind] != process.namespaces[kind]]
    if not kinds and "r" not in chosen and "w" not in chosen:
        return Outcome("", "nsenter: no namespace specified\nTry 'nsenter --help' for more information.\n" if "a" not in chosen else "nsenter: no target PID specified for --all\n", 1) if not ("a" in chosen and target is not None) else call.execute(words or [SHELL])
    goals = []
    for kind in kinds:
        letter = next(key for key, value in LETTERS.items() if value == kind)
        path = chosen.get(letter, "")
        number = machine.named_network(path.rpartition("/")[2]) if path else target.namespaces[kind] if target else None
        if path and path.startswith("/proc/"):
            link = call.files.resolve(path, follow=False).node
            number = int(link.text.rpartition("[")[2].rstrip("]")) if link and link.kind == "nslink" else None
        if number is None:
            return Outcome("", f"nsenter: cannot open {path}: No such file or directory\n" if path else f"nsenter: neither filename nor target pid supplied for ns/{KINDS[kind]}\n", 1)
        goals.append((kind, number))
    for kind, number in goals:
        if not machine.capable(process, "sys_admin", number if kind == USER else machine.namespaces[number].owner):
            return Outcome("", f"nsenter: reassociate to namespace 'ns/{KINDS[kind]}' failed: Operation not permitted\n", 1)
        if kind == PID:
            process.next_pid_namespace = number
        else:
            namespaces.moved(process, kind, number)
            if kind == USER:
                process.effective = process.permitted = process.bounding = capabilities.FULL
                process.uid, process.gid = (outer_id(call, 0) if outer_id(call, 0) is not None else process.uid) or 0, (outer_id(call, 0, "gid_map") if outer_id(call, 0, "gid_map") is not None else process.gid) or 0
            if kind == MNT:
                process.root = process.cwd = "/"
    if target is not None and "r" in chosen:
        process.root = process.cwd = target.root
    if target is not None and "w" in chosen:
        process.cwd = target.cwd
    command = words or [SHELL]
    result = call.spawn(command) if any(kind == PID for kind, _ in goals) and "F" not in chosen else call.execute(command)
    return reworded(result, f"nsenter: failed to execute {command[0]}: {{reason}}")


def chroot(call: Call) -> Result:
    """Run a program with another root folder."""
    chosen, words = leading(call.argv[1:], long_valued=("userspec", "groups"))
    if not words:
        return Outcome("", "chroot: missing operand\nTry 'chroot --help' for more information.\n", 125)
    try:
        place = call.files.found(words[0])
        assert place.node is not None
        if place.node.kind != "dir":
            raise OsError("ENOTDIR")
        if not call.machine.capable(call.process, "sys_chroot", call.process.namespaces[USER]) or call.missing("chroot"):
            raise OsError("EPERM")
    except OsError as error:
        return Outcome("", f"chroot: cannot change root directory to '{words[0]}': {error}\n", 125)
    call.process.root = call.process.cwd = place.path
    if "userspec" in chosen:
        user, _, group = chosen["userspec"].partition(":")
        uid = number_of(call.files, user)
        if uid is None:
            return Outcome("", f"chroot: invalid user: ‘{chosen['userspec']}’\n", 125)
        gid = number_of(call.files, group, "/etc/group") if group else uid
        call.process.uid, call.process.gid = uid, gid if gid is not None else uid
    command = words[1:] or [SHELL]
    call.variables = {**call.variables, "PWD": "/"}
    return reworded(call.execute(command), f"chroot: failed to run command ‘{command[0]}’: {{reason}}")


def pivot_root(call: Call) -> Outcome:
    """Make a mount the root of the mount namespace, and put the old root below it. Models fs/namespace.c, path by path."""
    if len(call.argv) != 3:
        return Outcome("", "pivot_root: bad usage\nTry 'pivot_root --help' for more information.\n", 1)
    new_word, old_word = call.argv[1:]
    process, machine = call.process, call.machine
    words = f"failed to change root from `{new_word}' to `{old_word}'"
    try:
        if not machine.capable(process, "sys_admin", machine.namespaces[process.namespaces[MNT]].owner) or call.missing("pivot_root"):
            raise OsError("EPERM")
        new, old = call.files.found(new_word).path, call.files.found(old_word).path
        mounts = machine.namespaces[process.namespaces[MNT]].data["mounts"]
        if not any(mount["point"] == new for mount in mounts) or new == "/" or process.root != "/":
            raise OsError("EINVAL")
        if not (old == new or old.startswith(new + "/")):
            raise OsError("EINVAL")
        below = old[len(new):] or "/"
    except OsError as error:
        return Outcome("", f"pivot_root: {words}: {error}\n", 1)
    inside = [{**mount, "point": mount["point"][len(new):] or "/"} for mount in mounts if mount["point"] == new or mount["point"].startswith(new + "/")]
    outside = [{**mount, "point": (below.rstrip("/") + mount["point"]).rstrip("/") or "/"} for mount in mounts if not (mount["point"] == new or mount["point"].startswith(new + "/"))]
    machine.namespaces[process.namespaces[MNT]].data["mounts"] = [inside[0], *outside, *inside[1:]]
    for other in machine.processes.values():
        if other.namespaces[MNT] == process.namespaces[MNT]:
            other.cwd = other.cwd[len(new):] or "/" if other.cwd == new or other.cwd.startswith(new + "/") else "/"
    return Outcome()


LSNS_COLUMNS = ("NS", "TYPE", "NPROCS", "PID", "USER", "COMMAND")


def lsns(call: Call) -> Outcome:
    """List the namespaces that the caller may see, with the first process of each."""
    chosen, operands = options(call.argv[1:], valued="tpo", long_valued=("type", "task", "output"))
    if refused := unknown_option("lsns", chosen, "tponlru", ("type", "task", "output", "noheadings", "list", "raw", "notruncate")):
        return refused
    wanted = chosen.get("t", chosen.get("type", ""))
    if wanted and wanted not in KINDS:
        return Outcome("", f"lsns: unknown namespace type: {wanted}\n", 1)
    machine, here = call.machine, call.process.namespaces[PID]
    visible = sorted((process for process in machine.processes.values() if process.number_in(here) is not None and (call.process.effective & capabilities.bit("sys_ptrace") or process.uid == call.process.uid)), key=lambda process: process.number_in(here) or 0)
    task = chosen.get("p", chosen.get("task", operands[0] if operands and operands[0].isdigit() else ""))
    found: dict[int, tuple[int, list[Process]]] = {}
    for process in visible:
        for kind, number in enumerate(process.namespaces):
            found.setdefault(number, (kind, []))[1].append(process)
    only = machine.by_number(int(task), here) if task.isdigit() else None
    rows = []
    users = names_of(call.files)
    for number, (kind, inside) in sorted(found.items(), key=lambda item: (item[0] not in namespaces.FIRST_IDS, item[0])):
        if (wanted and KINDS[kind] != wanted) or (task and (only is None or only.namespaces[kind] != number)):
            continue
        first = inside[0]
        uid = inside_id(machine, call.process.namespaces[USER], first.uid)
        rows.append([str(number), KINDS[kind], str(len(inside)), str(first.number_in(here)), users.get(uid, str(uid)), first.command_line if not first.kernel else first.comm])
    nested = [index for index, row in enumerate(rows) if int(row[0]) not in namespaces.FIRST_IDS]
    asked = [name.upper() for name in (chosen.get("o") or chosen.get("output") or ",".join(LSNS_COLUMNS)).split(",")]
    if strange := next((name for name in asked if name not in LSNS_COLUMNS), ""):
        return Outcome("", f"lsns: unknown column: {strange}\n", 1)
    if not task and len(nested) < len(rows) and "l" not in chosen and "list" not in chosen:
        for index in nested:
            rows[index][5] = ("└─" if index == nested[-1] else "├─") + rows[index][5]
    table = [list(LSNS_COLUMNS), *rows]
    places = [LSNS_COLUMNS.index(name) for name in asked]
    widths = [max(len(row[place]) for row in table) for place in range(6)]
    widths = [max(widths[0], 10), max(widths[1], 6), *widths[2:]]
    shown = table[1:] if "n" in chosen or "noheadings" in chosen else table
    cells = [[row[place].rjust(widths[place]) if place in (0, 2, 3) else row[place].ljust(widths[place]) for place in places] for row in shown]
    return Outcome("".join(" ".join(row).rstrip() + "\n" for row in cells))


def capsh(call: Call) -> Result:
    """Show the capabilities, or drop some and run a shell."""
    process, out = call.process, ""
    words = call.argv[1:]
    while words:
        word = words.pop(0)
        if word == "--print":
            out += _printed(call)
        elif word.startswith("--drop="):
            try:
                mask = capabilities.FULL if word[7:] == "all" else sum({capabilities.bit(name) for name in word[7:].split(",")})
            except KeyError as unknown:
                return Outcome(out, f"cap[{unknown.args[0]}] not recognized by library\n", 1)
            if not process.effective & capabilities.bit("setpcap"):
                return Outcome(out, f"failed to drop [{word[7:]}]\n", 1)
            process.bounding &= ~mask
        elif word.startswith("--user="):
            who = account(call, word[7:])
            if who is None:
                return Outcome(out, f"User [{word[7:]}] not known\n", 1)
            process.uid, process.gid = who[0], who[1]
            become(call.machine, process)
        elif word.startswith("--chroot="):
            process.root = process.cwd = call.files.found(word[9:]).path
        elif word in ("--", "=="):
            result = call.execute([SHELL, *words])
            return Outcome(out + result.stdout, result.stderr, result.status) if isinstance(result, Outcome) else result
        elif word.startswith("--decode="):
            try:
                out += f"0x{int(word[9:], 16):016x}={','.join(capabilities.names(int(word[9:], 16)))}\n"
            except ValueError:
                return Outcome(out, f"invalid hex value: {word[9:]}\n", 1)
        else:
            return Outcome(out, f"learnk8s: capsh: {word}: only --print, --drop=, --user=, --chroot=, --decode= and -- are modelled\n", 1)
    return Outcome(out)


def _printed(call: Call) -> str:
    process = call.process
    space = process.namespaces[USER]
    uid, gid = inside_id(call.machine, space, process.uid), inside_id(call.machine, space, process.gid, "gid_map")
    dropped = capabilities.names(capabilities.FULL & ~process.bounding)
    users, groups = names_of(call.files), names_of(call.files, "/etc/group")
    belongs = ",".join(f"{number}({groups.get(number, '???')})" for number in groups_of(call, uid, gid)) if uid else "0(root)"
    return (f"Current: {capabilities.spelled(process.effective)}\nBounding set ={','.join(capabilities.names(process.bounding))}\nAmbient set ={','.join(capabilities.names(process.ambient))}\nCurrent IAB: {','.join('!' + name for name in dropped)}\n"
            f"Securebits: 00/0x0/1'b0 (no-new-privs={int(process.no_new_privileges)})\n secure-noroot: no (unlocked)\n secure-no-suid-fixup: no (unlocked)\n secure-keep-caps: no (unlocked)\n secure-no-ambient-raise: no (unlocked)\n"
            f"uid={uid}({users.get(uid, '???')}) euid={uid}({users.get(uid, '???')})\ngid={gid}({groups.get(gid, '???')})\ngroups={belongs}\nGuessed mode: HYBRID (4)\n")


def getpcaps(call: Call) -> Outcome:
    """Show the capabilities of other processes."""
    out = wrong = ""
    for word in call.argv[1:]:
        process = call.machine.by_number(int(word), call.process.namespaces[PID]) if word.isdigit() else None
        if process is None:
            wrong += f"Failed to get cap's for process {word}: (No such process)\n"
        else:
            out += f"{word}: {capabilities.spelled(process.effective)}\n"
    return Outcome(out, wrong, 1 if wrong else 0)


def setpriv(call: Call) -> Result:
    """Run a program with other rights."""
    chosen, words = leading(call.argv[1:], long_valued=("reuid", "regid", "ruid", "rgid", "bounding-set", "inh-caps", "ambient-caps", "groups", "seccomp-filter"))
    process, machine = call.process, call.machine
    if "d" in chosen or "dump" in chosen:
        return Outcome(f"uid: {process.uid}\neuid: {process.uid}\ngid: {process.gid}\negid: {process.gid}\nSupplementary groups: {','.join(map(str, groups_of(call, process.uid, process.gid)[1:])) or '[none]'}\nno_new_privs: {int(process.no_new_privileges)}\n"
                       f"Inheritable capabilities: [none]\nAmbient capabilities: {','.join(name[4:] for name in capabilities.names(process.ambient)) or '[none]'}\nCapability bounding set: {','.join(name[4:] for name in capabilities.names(process.bounding)) or '[none]'}\nSecurebits: [none]\n")
    unknown = next((name for name in chosen if name not in ("reuid", "regid", "ruid", "rgid", "clear-groups", "keep-groups", "init-groups", "no-new-privs", "nnp", "bounding-set", "inh-caps", "ambient-caps")), None)
    if unknown is not None:
        return Outcome("", f"learnk8s: setpriv: --{unknown} is not modelled\n", 1)
    if not words:
        return Outcome("", "setpriv: No program specified\nTry 'setpriv --help' for more information.\n", 127)
    for name in ("bounding-set", "ambient-caps"):
        if name not in chosen:
            continue
        if not process.effective & capabilities.bit("setpcap"):
            return Outcome("", "setpriv: apply bounding set: Operation not permitted\n" if name == "bounding-set" else "setpriv: apply ambient capabilities: Operation not permitted\n", 127)
        field = "bounding" if name == "bounding-set" else "ambient"
        for word in chosen[name].split(","):
            found = re.fullmatch(r"([-+])(\w+)", word)
            if found is None or (found[2] != "all" and f"cap_{found[2]}" not in capabilities.NAMES):
                return Outcome("", f"setpriv: unknown capability \"{word.lstrip('+-')}\"\n" if found else "setpriv: bad capability string\n", 127)
            mask = capabilities.FULL if found[2] == "all" else capabilities.bit(found[2])
            setattr(process, field, getattr(process, field) & ~mask if found[1] == "-" else getattr(process, field) | mask)
    for name, field, table in (("reuid", "uid", "/etc/passwd"), ("regid", "gid", "/etc/group")):
        if name in chosen:
            number = number_of(call.files, chosen[name], table)
            if number is None:
                return Outcome("", f"setpriv: failed to parse {name}: '{chosen[name]}'\n", 127)
            if number != getattr(process, field) and not machine.capable(process, "setuid" if field == "uid" else "setgid", process.namespaces[USER]):
                return Outcome("", f"setpriv: setres{field} failed: Operation not permitted\n", 127)
            setattr(process, field, outer_id(call, number, f"{field}_map") if outer_id(call, number, f"{field}_map") is not None else number)
    if "no-new-privs" in chosen or "nnp" in chosen:
        process.no_new_privileges = True
    return reworded(call.execute(words), f"setpriv: failed to execute {words[0]}: {{reason}}")


def enosys(call: Call) -> Result:
    """Run a program with a seccomp filter that makes some system calls fail with ENOSYS."""
    chosen: list[str] = []
    words = call.argv[1:]
    while words and words[0].startswith("-"):
        word = words.pop(0)
        name, equals, value = word.partition("=")
        if name not in ("-s", "--syscall"):
            return Outcome("", f"learnk8s: enosys: {word}: only --syscall is modelled\n", 1)
        chosen.append(value if equals else words.pop(0) if words else "")
    if not chosen or not words:
        return Outcome("", "enosys: bad usage\nTry 'enosys --help' for more information.\n" if not words else "enosys: no syscall specified\n", 1)
    known = ("mount", "umount2", "unshare", "setns", "chroot", "pivot_root", "sethostname")
    if any(name not in known for name in chosen):
        return Outcome("", f"learnk8s: enosys: modelled system calls are {', '.join(known)}\n", 1)
    call.process.denied_calls = tuple(sorted({*call.process.denied_calls, *chosen}))
    return reworded(call.execute(words), f"enosys: failed to execute {words[0]}: {{reason}}")


def ipcmk(call: Call) -> Outcome:
    """Make a message queue in the IPC namespace."""
    if call.argv[1:] != ["-Q"]:
        return Outcome("", "learnk8s: ipcmk: only message queues (-Q) are modelled\n", 1)
    queues = call.machine.namespaces[call.process.namespaces[IPC]].data["queues"]
    if len(queues) >= 32:
        return Outcome("", "ipcmk: create message queue failed: No space left on device\n", 1)
    queues.append([call.machine.dice.draw("queue", len(queues), call.process.namespaces[IPC]) & 0xFFFFFFFF, call.process.uid])
    return Outcome(f"Message queue id: {len(queues) - 1}\n")


def ipcs(call: Call) -> Outcome:
    """List the message queues of the IPC namespace."""
    users = names_of(call.files)
    queues = call.machine.namespaces[call.process.namespaces[IPC]].data["queues"]
    rows = "".join(f"0x{key:08x} {number:<10} {users.get(uid, str(uid)):<10} {'644':<10} {0:<12} {0:<12}\n" for number, (key, uid) in enumerate(queues))
    out = "\n------ Message Queues --------\nkey        msqid      owner      perms      used-bytes   messages    \n" + rows
    if "-q" not in call.argv:
        out += "\n------ Shared Memory Segments --------\nkey        shmid      owner      perms      bytes      nattch     status      \n\n------ Semaphore Arrays --------\nkey        semid      owner      perms      nsems     \n"
    return Outcome(out + "\n")


COMMANDS = {"unshare": unshare, "nsenter": nsenter, "chroot": chroot, "pivot_root": pivot_root, "lsns": lsns, "capsh": capsh, "getpcaps": getpcaps, "setpriv": setpriv, "enosys": enosys, "ipcmk": ipcmk, "ipcs": ipcs}
