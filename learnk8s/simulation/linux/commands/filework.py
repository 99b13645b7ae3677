"""Files and folders, with the words of coreutils 9.7: ls, cat, mkdir, rmdir, rm, cp, mv, ln, touch, chmod, chown, stat, readlink, tee, find, mktemp, df, du, basename, dirname."""

import re
from collections.abc import Callable
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from learnk8s.simulation.kernel.shell.program import Outcome
from learnk8s.simulation.linux.commands.call import Call, attempted, options
from learnk8s.simulation.linux.errors import OsError
from learnk8s.simulation.linux.files.node import Node
from learnk8s.simulation.linux.files.view import READ, SEARCH, LinuxFiles
from learnk8s.simulation.linux.machine import MIB
from learnk8s.simulation.linux.namespaces import MNT, USER, inside_id
from learnk8s.simulation.linux.files.kernelfs import seen_from

COPIED_MAX = 1_000
BELOW_MAX = 3_000


def names_of(files: LinuxFiles, table: str = "/etc/passwd") -> dict[int, str]:
    """Return names by number from /etc/passwd or /etc/group, as this root has them."""
    found = {}
    for line in (files.read(table) or "").splitlines():
        parts = line.split(":")
        if len(parts) > 2 and parts[2].isdigit():
            found[int(parts[2])] = parts[0]
    return found


def number_of(files: LinuxFiles, word: str, table: str = "/etc/passwd") -> int | None:
    """Return the number of a name, or of digits."""
    return int(word) if word.isdigit() else next((number for number, name in names_of(files, table).items() if name == word), None)


def outer_id(call: Call, number: int, field: str = "uid_map") -> int | None:
    """Return the host's id of an id inside the caller's user namespace."""
    for inner, first, count in call.machine.namespaces[call.process.namespaces[USER]].data[field]:
        if inner <= number < inner + count:
            return int(first + number - inner)
    return None


def mode_text(node: Node) -> str:
    """Return `drwxr-xr-x`.

    >>> mode_text(Node("dir", 0o1777)), mode_text(Node("file", 0o4755))
    ('drwxrwxrwt', '-rwsr-xr-x')
    """
    letters = [letter if node.mode >> (8 - place) & 1 else "-" for place, letter in enumerate("rwxrwxrwx")]
    for special, place, low in ((0o4000, 2, "s"), (0o2000, 5, "s"), (0o1000, 8, "t")):
        if node.mode & special:
            letters[place] = low if letters[place] == "x" else low.upper()
    return {"dir": "d", "link": "l", "nslink": "l", "char": "c", "block": "b"}.get(node.kind, "-") + "".join(letters)


def _ls(call: Call) -> Outcome:
    chosen, names = options(call.argv[1:])
    files, out, wrong = call.files, "", ""
    plain: list[tuple[str, Node]] = []
    folders: list[tuple[str, Node]] = []
    for name in names or ["."]:
        try:
            node = files.found(name, follow="l" not in chosen or name.endswith("/")).node
            assert node is not None
            (folders if node.kind == "dir" and "d" not in chosen else plain).append((name, node))
        except OsError as error:
            wrong += f"ls: cannot access '{name}': {error}\n"
    out += _rows(call, plain, chosen, where="")
    for index, (name, node) in enumerate(folders):
        if not files.may(node, READ):
            wrong += f"ls: cannot open directory '{name}': Permission denied\n"
            continue
        inside = [] if not ("a" in chosen) else [(".", node), ("..", node)]
        for entry in files.listed(name):
            if entry.startswith(".") and not ("a" in chosen or "A" in chosen):
                continue
            found = files.resolve(f"{name.rstrip('/') or '/'}/{entry}" if name != "/" else f"/{entry}", follow=False).node
            if found is not None:
                inside.append((entry, found))
        if len(names) > 1:
            out += ("\n" if index or plain else "") + f"{name}:\n"
        if "l" in chosen:
            out += f"total {sum(_blocks(found) for _entry, found in inside)}\n"
        out += _rows(call, inside, chosen, where=name)
    return Outcome(out, wrong, 2 if wrong else 0)


def _blocks(node: Node) -> int:
    return 0 if node.kind not in ("file", "dir") else -(-node.size // 4096) * 4


def _rows(call: Call, entries: list[tuple[str, Node]], chosen: dict[str, str], *, where: str) -> str:
    if "l" not in chosen:
        return "".join(f"{name}{'/' if 'F' in chosen and node.kind == 'dir' else ''}\n" for name, node in entries)
    files, machine = call.files, call.machine
    space = call.process.namespaces[USER]
    users, groups = ({}, {}) if "n" in chosen else (names_of(files), names_of(files, "/etc/group"))
    rows = []
    for name, node in entries:
        uid, gid = inside_id(machine, space, node.uid), inside_id(machine, space, node.gid, "gid_map")
        size = node.text if node.kind in ("char", "block") else str(node.size) if "h" not in chosen else human(node.size)
        target = f" -> {node.text}" if node.kind in ("link", "nslink") else ""
        rows.append([mode_text(node), str(2 if node.kind == "dir" else 1), users.get(uid, str(uid)), groups.get(gid, str(gid)), size, machine.clock.moment(node.mtime_ms).strftime("%b %e %H:%M"), name + target])
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(6)]
    return "".join(f"{row[0]} {row[1]:>{widths[1]}} {row[2]:<{widths[2]}} {row[3]:<{widths[3]}} {row[4]:>{widths[4]}} {row[5]} {row[6]}\n" for row in rows)


def human(count: int) -> str:
    """Return a size as `ls -h` writes it.

    >>> human(4096), human(1298416), human(500)
    ('4.0K', '1.3M', '500')
    """
    if count < 1024:
        return str(count)
    amount = count * 10
    for unit in "KMGT":
        amount = -(-amount // 1024)
        if amount < 10_240:
            return f"{amount // 10}.{amount % 10}{unit}" if amount < 100 else f"{-(-amount // 10)}{unit}"
    return f"{amount // 10}P"


def _cat(call: Call) -> Outcome:
    chosen, names = options(call.argv[1:])
    out = wrong = ""
    for name in names or ["-"]:
        try:
            text = call.stdin if name == "-" else call.files.text(name)
        except OsError as error:
            wrong += f"cat: {name}: {error}\n"
            continue
        if text.startswith("\x7fELF"):
            wrong += f"learnk8s: {name} is a compiled file; its bytes are not shown\n"
        else:
            out += text
    if "n" in chosen:
        out = "".join(f"{number:>6}\t{line}\n" for number, line in enumerate(out.splitlines(), start=1))
    return Outcome(out, wrong, 1 if wrong else 0)


def _mkdir(call: Call) -> Outcome:
    chosen, names = options(call.argv[1:], valued="m")
    if not names:
        return Outcome("", "mkdir: missing operand\nTry 'mkdir --help' for more information.\n", 1)
    wrong = ""
    for name in names:
        steps = [name]
        if "p" in chosen:
            parts = [part for part in name.split("/") if part]
            steps = [("/" if name.startswith("/") else "") + "/".join(parts[:length]) for length in range(1, len(parts) + 1)]
        for step in steps:
            try:
                call.files.make_folder(step, int(chosen["m"], 8) if re.fullmatch(r"[0-7]{3,4}", chosen.get("m", "")) else 0o755)
            except OsError as error:
                if "p" in chosen and error.code == "EEXIST" and call.files.is_folder(step):
                    continue
                wrong += f"mkdir: cannot create directory ‘{step}’: {error}\n"
                break
    call.machine.changed()
    return Outcome("", wrong, 1 if wrong else 0)


def _rmdir(call: Call) -> Outcome:
    wrong = ""
    for name in options(call.argv[1:])[1]:
        try:
            place = call.files.found(name)
            assert place.node is not None
            store = call.files.filesystem(place)
            if place.node.kind != "dir":
                raise OsError("ENOTDIR")
            if store.kind != "cgroup2" and call.files.listed(name):
                raise OsError("ENOTEMPTY")
            call.files.drop(name)
        except OsError as error:
            wrong += f"rmdir: failed to remove '{name}': {error}\n"
    return Outcome("", wrong, 1 if wrong else 0)


def _rm(call: Call) -> Outcome:
    chosen, names = options(call.argv[1:])
    deep, force = "r" in chosen or "R" in chosen or "recursive" in chosen, "f" in chosen or "force" in chosen
    if not names and not force:
        return Outcome("", "rm: missing operand\nTry 'rm --help' for more information.\n", 1)
    wrong = ""
    for name in names:
        if name.rstrip("/") == "" and deep:
            wrong += "rm: it is dangerous to operate recursively on '/'\nrm: use --no-preserve-root to override this failsafe\n"
            continue
        try:
            node = call.files.found(name, follow=False).node
            assert node is not None
            if node.kind == "dir" and not deep:
                raise OsError("EISDIR")
            call.files.drop(name)
        except OsError as error:
            if not (force and error.code == "ENOENT"):
                wrong += f"rm: cannot remove '{name}': {error}\n"
    return Outcome("", wrong, 1 if wrong else 0)


def _cp(call: Call) -> Outcome:
    chosen, names = options(call.argv[1:], valued="t")
    name = call.argv[0].rpartition("/")[2]
    moves = name == "mv"
    if "t" in chosen:
        names.append(chosen["t"])
    if len(names) < 2:
        return Outcome("", f"{name}: missing file operand\nTry '{name} --help' for more information.\n" if not names else f"{name}: missing destination file operand after '{names[0]}'\nTry '{name} --help' for more information.\n", 1)
    target = names.pop()
    into = call.files.is_folder(target)
    if len(names) > 1 and not into:
        return Outcome("", f"{name}: target '{target}': No such file or directory\n", 1)
    keeps = moves or "a" in chosen or "p" in chosen
    deep = moves or any(letter in chosen for letter in ("r", "R", "a", "recursive"))
    wrong = ""
    for source in names:
        goal = f"{target.rstrip('/')}/{source.rstrip('/').rpartition('/')[2]}" if into and not source.endswith("/.") else target
        if "parents" in chosen:
            goal = f"{target.rstrip('/')}/{source.strip('/')}"
            _mkdir(replace(call, argv=["mkdir", "-p", goal.rpartition("/")[0]]))
        try:
            node = call.files.found(source, follow="a" not in chosen and not moves).node
            assert node is not None
            if node.kind == "dir" and not deep:
                wrong += f"cp: -r not specified; omitting directory '{source}'\n"
                continue
            if not call.files.may(node, READ):
                wrong += f"{name}: cannot open '{source}' for reading: Permission denied\n"
                continue
        except OsError as error:
            wrong += f"{name}: cannot stat '{source}': {error}\n"
            continue
        try:
            _copied(call, source.removesuffix("/."), goal, keeps=keeps, budget=[COPIED_MAX])
            if moves:
                call.files.drop(source)
        except OsError as error:
            wrong += f"{name}: cannot create {'directory' if node.kind == 'dir' else 'regular file'} '{goal}': {error}\n"
    return Outcome("", wrong, 1 if wrong else 0)


def _copied(call: Call, source: str, goal: str, *, keeps: bool, budget: list[int]) -> None:
    budget[0] -= 1
    if budget[0] < 0:
        raise OsError("ENOSPC")
    files, process = call.files, call.process
    place = files.found(source, follow=False)
    node = place.node
    assert node is not None
    if node.kind == "link" and not keeps:
        place = files.found(source)
        node = place.node
        assert node is not None
    mine: dict[str, Any] = {} if keeps and (process.uid == 0 or node.uid == process.uid) else {"uid": process.uid, "gid": process.gid}
    if node.kind == "dir":
        inside = [] if place.mount["type"] in ("proc", "sysfs", "cgroup2") else files.listed(source)
        if not files.is_folder(goal):
            files.put(goal, replace(node, **mine))
        for entry in inside:
            _copied(call, f"{source.rstrip('/')}/{entry}", f"{goal.rstrip('/')}/{entry}", keeps=keeps, budget=budget)
        return
    text = node.text if node.kind in ("link", "char", "block") or node.is_elf else files.filesystem(place).read(place.inner, process)
    stays: dict[str, Any] = {} if keeps else {"mtime_ms": call.machine.clock.now_ms}
    files.put(goal, replace(node, text=text, **mine, **stays))


def _ln(call: Call) -> Outcome:
    chosen, names = options(call.argv[1:])
    if len(names) != 2 or "s" not in chosen:
        return Outcome("", "ln: missing file operand\nTry 'ln --help' for more information.\n" if not names else "learnk8s: ln: only symbolic links (ln -s TARGET NAME) are modelled\n", 1)
    target, name = names
    if call.files.is_folder(name):
        name = f"{name.rstrip('/')}/{target.rpartition('/')[2]}"
    wrong = attempted(call, f"failed to create symbolic link '{name}'", lambda: _link(call, target, name, force="f" in chosen))
    return Outcome("", wrong, 1 if wrong else 0)


def _link(call: Call, target: str, name: str, *, force: bool) -> None:
    if call.files.resolve(name, follow=False).node is not None:
        if not force:
            raise OsError("EEXIST")
        call.files.drop(name)
    call.files.put(name, Node("link", 0o777, call.process.uid, call.process.gid, target, mtime_ms=call.machine.clock.now_ms))


def _touch(call: Call) -> Outcome:
    wrong = ""
    for name in options(call.argv[1:])[1]:
        try:
            call.files.write(name, "", append=True)
        except OsError as error:
            wrong += f"touch: cannot touch '{name}': {error}\n"
    return Outcome("", wrong, 1 if wrong else 0)


def changed_mode(word: str, mode: int) -> int | None:
    """Return a mode after `755`, `u+x,go-w` or `a=r`, None if the word is no mode.

    >>> oct(changed_mode("g-w,o=", 0o775)), changed_mode("hello", 0o644)
    ('0o750', None)
    """
    if re.fullmatch(r"[0-7]{1,4}", word):
        return int(word, 8)
    for part in word.split(","):
        found = re.fullmatch(r"([ugoa]*)([-+=])([rwxst]*)", part)
        if found is None:
            return None
        whom, sign, letters = found.groups()
        bits = sum({"r": 4, "w": 2, "x": 1}.get(letter, 0) for letter in letters)
        for who, shift in (("u", 6), ("g", 3), ("o", 0)):
            if not whom or who in whom or "a" in whom:
                mode = mode & ~(7 << shift) | bits << shift if sign == "=" else mode | bits << shift if sign == "+" else mode & ~(bits << shift)
        special = (0o4000 if "s" in letters and (not whom or "u" in whom) else 0) | (0o1000 if "t" in letters else 0)
        mode = mode | special if sign != "-" else mode & ~special
    return mode


def _below(call: Call, name: str, *, deep: bool) -> list[str]:
    """Return a path and, if asked, all below it; links and the windows of the kernel are not followed."""
    found = [name]
    pending = [name] if deep else []
    while pending and len(found) < BELOW_MAX:
        folder = pending.pop()
        place = call.files.resolve(folder, follow=folder == name)
        if place.node is None or place.node.kind != "dir" or (place.mount["type"] in ("proc", "sysfs") and folder != name):
            continue
        for entry in call.files.listed(folder):
            found.append(f"{folder.rstrip('/')}/{entry}")
            pending.append(found[-1])
    return found


def _chmod(call: Call) -> Outcome:
    words = [word for word in call.argv[1:] if word not in ("-R", "-v")]
    if len(words) < 2:
        return Outcome("", "chmod: missing operand\nTry 'chmod --help' for more information.\n", 1)
    wrong = ""
    for name in words[1:]:
        for path in _below(call, name, deep="-R" in call.argv):
            try:
                node = call.files.found(path).node
                assert node is not None
                mode = changed_mode(words[0], node.mode)
                if mode is None:
                    return Outcome("", f"chmod: invalid mode: ‘{words[0]}’\nTry 'chmod --help' for more information.\n", 1)
                call.files.alter(path, mode=mode)
            except OsError as error:
                wrong += f"chmod: cannot access '{path}': {error}\n" if error.code == "ENOENT" else f"chmod: changing permissions of '{path}': {error}\n"
    return Outcome("", wrong, 1 if wrong else 0)


def _chown(call: Call) -> Outcome:
    chosen, words = options(call.argv[1:])
    if len(words) < 2:
        return Outcome("", "chown: missing operand\nTry 'chown --help' for more information.\n", 1)
    user, colon, group = words[0].partition(":")
    fields: dict[str, int] = {}
    for word, table, key in ((user, "/etc/passwd", "uid"), (group or (user if colon else ""), "/etc/group", "gid")):
        if word:
            number = number_of(call.files, word, table)
            outer = outer_id(call, number, "uid_map" if key == "uid" else "gid_map") if number is not None else None
            if number is None:
                return Outcome("", f"chown: invalid {'user' if key == 'uid' else 'group'}: ‘{words[0]}’\n", 1)
            if outer is None:
                return Outcome("", "".join(f"chown: changing ownership of '{name}': Invalid argument\n" for name in words[1:]), 1)
            fields[key] = outer
    wrong = ""
    for name in words[1:]:
        for path in _below(call, name, deep="R" in chosen):
            try:
                call.files.alter(path, **fields)
            except OsError as error:
                wrong += f"chown: cannot access '{path}': {error}\n" if error.code == "ENOENT" else f"chown: changing ownership of '{path}': {error}\n"
    return Outcome("", wrong, 1 if wrong else 0)


def _stat(call: Call) -> Outcome:
    chosen, names = options(call.argv[1:], valued="c")
    out = wrong = ""
    for name in names:
        try:
            node = call.files.found(name, follow=False).node
        except OsError as error:
            wrong += f"stat: cannot statx '{name}': {error}\n"
            continue
        assert node is not None
        users, groups = names_of(call.files), names_of(call.files, "/etc/group")
        user, group = users.get(node.uid, "UNKNOWN"), groups.get(node.gid, "UNKNOWN")
        kind = {"dir": "directory", "link": "symbolic link", "char": "character special file", "block": "block special file"}.get(node.kind, "regular file" if node.size else "regular empty file")
        if "c" in chosen:
            values = {"%a": f"{node.mode:o}", "%A": mode_text(node), "%U": user, "%G": group, "%u": str(node.uid), "%g": str(node.gid), "%s": str(node.size), "%n": name, "%F": kind}
            out += re.sub(r"%[aAUGugsnF]", values_of(values), chosen["c"]) + "\n"
        else:
            moment = call.machine.clock.moment(node.mtime_ms).strftime("%Y-%m-%d %H:%M:%S.000000000 +0000")
            out += (f"  File: {name}\n  Size: {node.size:<10}\tBlocks: {_blocks(node) * 2:<10} IO Block: 4096   {kind}\nAccess: ({node.mode:04o}/{mode_text(node)})  Uid: ({node.uid:>5}/{user:>8})   Gid: ({node.gid:>5}/{group:>8})\n"
                    f"Access: {moment}\nModify: {moment}\nChange: {moment}\n Birth: {moment}\n")
    return Outcome(out, wrong, 1 if wrong else 0)


def values_of(values: dict[str, str]) -> Callable[[re.Match[str]], str]:
    """Return what puts a value in the place of its mark."""
    return lambda found: values[found[0]]


def _readlink(call: Call) -> Outcome:
    out = ""
    chosen, names = options(call.argv[1:])
    for name in names:
        try:
            if "f" in chosen:
                out += (seen_from(call.process.root, call.files.resolve(name).path or "/") or "/") + "\n"
                continue
            node = call.files.found(name, follow=False).node
        except OsError:
            return Outcome(out, "", 1)
        if node is None or node.kind not in ("link", "nslink"):
            return Outcome(out, "", 1)
        out += node.text + "\n"
    return Outcome(out)


def _tee(call: Call) -> Outcome:
    chosen, names = options(call.argv[1:])
    wrong = ""
    for name in names:
        try:
            call.files.write(name, call.stdin, append="a" in chosen)
        except OsError as error:
            wrong += f"tee: {name}: {error}\n"
    return Outcome(call.stdin, wrong, 1 if wrong else 0)


def _find(call: Call) -> Outcome:
    words = call.argv[1:]
    split = next((index for index, word in enumerate(words) if word.startswith("-")), len(words))
    tops, tests = words[:split] or ["."], words[split:]
    wishes = dict(zip(tests[::2], tests[1::2]))
    unknown = [word for word in wishes if word not in ("-name", "-type", "-maxdepth", "-user")]
    if unknown or len(tests) % 2:
        return Outcome("", f"learnk8s: find: {(unknown or tests)[-1]}: only -name, -type, -user and -maxdepth are modelled\n", 1)
    limit = int(wishes["-maxdepth"]) if wishes.get("-maxdepth", "").isdigit() else 20
    users = names_of(call.files)
    out: list[str] = []
    wrong = ""

    def walk(path: str, depth: int) -> None:
        nonlocal wrong
        node = call.files.resolve(path, follow=False).node
        if node is None or len(out) > 2_000:
            return
        kind = {"dir": "d", "link": "l", "nslink": "l", "char": "c", "block": "b"}.get(node.kind, "f")
        if fnmatchcase(path.rstrip("/").rpartition("/")[2] or path, wishes.get("-name", "*")) and wishes.get("-type", kind) == kind and wishes.get("-user", users.get(node.uid, "")) == users.get(node.uid, ""):
            out.append(path)
        if node.kind == "dir" and depth < limit:
            if not call.files.may(node, READ | SEARCH):
                wrong += f"find: ‘{path}’: Permission denied\n"
                return
            for entry in call.files.listed(path):
                walk(f"{path.rstrip('/')}/{entry}", depth + 1)

    for top in tops:
        if not call.files.parent_exists(top) and top not in (".", "/"):
            wrong += f"find: ‘{top}’: No such file or directory\n"
            continue
        walk(top, 0)
    return Outcome("".join(f"{path}\n" for path in out), wrong, 1 if wrong else 0)


def _mktemp(call: Call) -> Outcome:
    name = f"/tmp/tmp.{call.machine.dice.suffix('mktemp', 10)}"
    if "-d" in call.argv:
        call.files.make_folder(name, 0o700)
    else:
        call.files.write(name, "")
    return Outcome(name + "\n")


def _df(call: Call) -> Outcome:
    chosen, names = options(call.argv[1:], valued="t")
    used = 1_873 * MIB + sum(store.used_bytes() for store in call.machine.filesystems.values() if store.kind == "ext4")
    total = call.machine.disk_bytes
    rows = []
    seen = set()
    for mount in call.machine.namespaces[call.process.namespaces[MNT]].data["mounts"]:
        point = seen_from(call.process.root, mount["point"])
        if not point or mount["type"] in ("proc", "sysfs", "cgroup2") or (mount["fs"], mount["root"]) in seen:
            continue
        seen.add((mount["fs"], mount["root"]))
        size, taken = (total, used) if mount["type"] in ("ext4", "overlay") else (983_024 * 1024, 0) if mount["type"] == "devtmpfs" else (201_404 * 1024, 712 * 1024)
        rows.append((mount["source"], mount["type"], size, taken, size - taken - (total // 20 if mount["type"] in ("ext4", "overlay") else 0), point))
    if names:
        paths = []
        for name in names:
            try:
                paths.append(call.files.found(name).mount["point"])
            except OsError as error:
                return Outcome("", f"df: {name}: {error}\n", 1)
        rows = [row for row in rows if row[5] in paths] or rows[:1]
    shown = human if "h" in chosen else lambda count: str(-(-count // 1024))
    table = [["Filesystem", *(["Type"] if "T" in chosen else []), "Size" if "h" in chosen else "1K-blocks", "Used", "Avail" if "h" in chosen else "Available", "Use%", "Mounted on"]]
    table += [[row[0], *([row[1]] if "T" in chosen else []), shown(row[2]), shown(row[3]) if row[3] else "0", shown(row[4]), f"{-(-row[3] * 100 // (row[3] + row[4]))}%", row[5]] for row in rows]
    widths = [max(len(line[column]) for line in table) for column in range(len(table[0]))]
    left = (0, 1) if "T" in chosen else (0,)
    return Outcome("".join(" ".join([*(cell.ljust(max(widths[index], 14 if index == 0 else 0)) if index in left else cell.rjust(max(widths[index], 5 if index < len(line) - 2 else 4)) for index, cell in enumerate(line[:-1])), line[-1]]) + "\n" for line in table))


def _du(call: Call) -> Outcome:
    chosen, names = options(call.argv[1:])
    out = wrong = ""
    for name in names or ["."]:
        try:
            call.files.found(name)
        except OsError as error:
            wrong += f"du: cannot access '{name}': {error}\n"
            continue
        total = 0
        for path in _below(call, name, deep=True):
            node = call.files.resolve(path, follow=False).node
            total += _blocks(node) if node else 0
        out += f"{human(total * 1024) if 'h' in chosen else total}\t{name}\n"
    return Outcome(out, wrong, 1 if wrong else 0)


def _part(call: Call) -> Outcome:
    if len(call.argv) < 2:
        return Outcome("", f"{call.argv[0]}: missing operand\n", 1)
    folder, slash, name = call.argv[1].rstrip("/").rpartition("/")
    return Outcome((name.removesuffix(call.argv[2]) if len(call.argv) > 2 else name) + "\n" if call.argv[0].endswith("basename") else (folder or ("/" if slash else ".")) + "\n")


COMMANDS = {"ls": _ls, "cat": _cat, "mkdir": _mkdir, "rmdir": _rmdir, "rm": _rm, "cp": _cp, "mv": _cp, "ln": _ln, "touch": _touch, "chmod": _chmod, "chown": _chown, "stat": _stat, "readlink": _readlink, "tee": _tee, "find": _find,
            "mktemp": _mktemp, "df": _df, "du": _du, "basename": _part, "dirname": _part}
