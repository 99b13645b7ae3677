"""mount, umount and mountpoint, in the words of util-linux 2.41; file systems: proc, tmpfs, sysfs, cgroup2, overlay, and bind mounts."""

from typing import Any

from learnk8s.simulation.kernel.shell.program import Outcome
from learnk8s.simulation.linux.commands.call import Call, options
from learnk8s.simulation.linux.commands.isolation import process_may_mount_proc
from learnk8s.simulation.linux.errors import OsError
from learnk8s.simulation.linux.files.kernelfs import seen_from
from learnk8s.simulation.linux.files.view import Place
from learnk8s.simulation.linux.namespaces import MNT, PID

MORE = "       dmesg(1) may have more information after failed mount system call.\n"
KINDS = ("proc", "tmpfs", "sysfs", "cgroup2", "overlay", "devtmpfs")
MOUNTS_MAX = 100


def _table(call: Call) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = call.machine.namespaces[call.process.namespaces[MNT]].data["mounts"]
    return found


def _list(call: Call, kind: str) -> str:
    return "".join(f"{mount['source']} on {point} type {mount['type']} ({mount['options']})\n" for mount in _table(call) if (point := seen_from(call.process.root, mount["point"])) and (not kind or mount["type"] == kind))


def mount(call: Call) -> Outcome:
    """Attach a file system to the tree, or list what is attached."""
    chosen, words = options(call.argv[1:], valued="to", long_valued=("types", "options", "source", "target"))
    chosen = {**chosen, **({"t": chosen["types"]} if "types" in chosen else {}), **({"o": chosen["options"]} if "options" in chosen else {})}
    makes = [name for name in chosen if name.startswith("make-")]
    if not words and not makes:
        try:
            call.files.found("/proc/self/mountinfo")
        except OsError:
            return Outcome("", "mount: failed to read mtab: No such file or directory\n", 1)
        return Outcome(_list(call, chosen.get("t", "")))
    settings = [word for word in chosen.get("o", "").split(",") if word]
    target = words[-1] if words else ""
    if call.missing("mount"):
        return Outcome("", f"mount: {target}: mount system call failed: Function not implemented.\n{MORE}", 32)
    space = call.machine.namespaces[call.process.namespaces[MNT]]
    if not call.machine.capable(call.process, "sys_admin", space.owner):
        return Outcome("", f"mount: {target}: must be superuser to use mount.\n{MORE}", 1)
    if len(_table(call)) >= MOUNTS_MAX:
        return Outcome("", f"mount: {target}: mount(2) system call failed: No space left on device.\n{MORE}", 32)
    try:
        place = call.files.found(target)
    except OsError as error:
        return Outcome("", f"mount: {target}: {'mount point does not exist' if error.code == 'ENOENT' else str(error).lower()}.\n{MORE}", 32)
    if makes:
        if not any(entry["point"] == place.path for entry in _table(call)):
            return Outcome("", f"mount: {target}: not mount point or bad option.\n{MORE}", 32)
        return Outcome() if all(name in ("make-private", "make-rprivate", "make-slave", "make-rslave") for name in makes) else Outcome("", "learnk8s: mount: all mounts here are private; shared ones are not modelled\n", 1)
    if "remount" in settings:
        return _remount(call, place, settings, target)
    try:
        if {"bind", "rbind", "B"} & set(chosen) or "bind" in settings or "rbind" in settings:
            return _bind(call, words, place, settings, everything="rbind" in chosen or "rbind" in settings)
        return _new(call, chosen.get("t", ""), words, place, settings)
    except OsError as error:
        return Outcome("", f"mount: {target}: {str(error).lower()}.\n{MORE}", 32)


def _remount(call: Call, place: Place, settings: list[str], target: str) -> Outcome:
    mounts = _table(call)
    index = next((index for index in reversed(range(len(mounts))) if mounts[index]["point"] == place.path), None)
    if index is None:
        return Outcome("", f"mount: {target}: mount point not mounted or bad option.\n{MORE}", 32)
    kept = [word for word in mounts[index]["options"].split(",") if word not in ("rw", "ro")]
    mounts[index] = {**mounts[index], "options": ",".join(["ro" if "ro" in settings else "rw", *kept])}
    return Outcome()


def _bind(call: Call, words: list[str], place: Place, settings: list[str], *, everything: bool) -> Outcome:
    if len(words) != 2:
        return Outcome("", "mount: bad usage\nTry 'mount --help' for more information.\n", 1)
    try:
        source = call.files.found(words[0])
    except OsError:
        return Outcome("", f"mount: {words[1]}: special device {words[0]} does not exist.\n{MORE}", 32)
    assert source.node is not None and place.node is not None
    if (source.node.kind == "dir") != (place.node.kind == "dir"):
        return Outcome("", f"mount: {words[1]}: mount point is not a directory.\n{MORE}", 32)
    machine, space = call.machine, call.process.namespaces[MNT]
    choice = ",".join(["ro" if "ro" in settings else "rw", "relatime"])
    inside = [entry for entry in _table(call) if everything and entry["point"].startswith(source.path.rstrip("/") + "/")]
    machine.mount(space, source.mount["fs"], place.path, source=source.mount["source"], options=choice, root=source.inner)
    for entry in inside:
        machine.mount(space, entry["fs"], place.path.rstrip("/") + entry["point"][len(source.path.rstrip("/")):], source=entry["source"], options=entry["options"], root=entry["root"])
    return Outcome()


def _new(call: Call, kind: str, words: list[str], place: Place, settings: list[str]) -> Outcome:
    target, machine, process = words[-1], call.machine, call.process
    source = words[0] if len(words) > 1 else kind or "none"
    if not kind:
        if len(words) < 2:
            return Outcome("", f"mount: {target}: can't find in /etc/fstab.\n", 1)
        return Outcome("", f"mount: {target}: special device {source} does not exist.\n{MORE}" if not call.files.parent_exists(source) or call.files.resolve(source).node is None else f"mount: {target}: {source} already mounted on /.\n{MORE}", 32)
    if kind not in KINDS:
        return Outcome("", f"mount: {target}: unknown filesystem type '{kind}'.\n{MORE}", 32)
    if kind == "proc" and not process_may_mount_proc(process, machine):
        return Outcome("", f"mount: {target}: permission denied.\n{MORE}", 32)
    spelled = ",".join(["ro" if "ro" in settings else "rw", "relatime", *[word for word in settings if "=" in word]])
    if kind == "overlay":
        number = _overlay(call, settings)
    else:
        number = machine.add_filesystem(kind, space=process.namespaces[PID])
    if kind == "cgroup2":
        root = machine.namespaces[process.namespaces[6]].data["root"]
        machine.mount(process.namespaces[MNT], number, place.path, source=source, options="rw,relatime", root=root)
        return Outcome()
    machine.mount(process.namespaces[MNT], number, place.path, source=source, options=spelled)
    return Outcome()


def _overlay(call: Call, settings: list[str]) -> int:
    """Make an overlay file system of its folders. Raises OsError."""
    named = dict(word.split("=", 1) for word in settings if "=" in word)
    if "lowerdir" not in named or ("upperdir" in named) != ("workdir" in named):
        raise OsError("EINVAL")
    lower, upper = [], None
    for word in named["lowerdir"].split(":"):
        found = call.files.found(word)
        lower.append((found.mount["fs"], found.inner))
    if "upperdir" in named:
        found, work = call.files.found(named["upperdir"]), call.files.found(named["workdir"])
        if found.mount["fs"] != work.mount["fs"] or found.path == work.path:
            raise OsError("EINVAL")
        upper = (found.mount["fs"], found.inner)
    return call.machine.add_filesystem("overlay", lower=lower, upper=upper)


def umount(call: Call) -> Outcome:
    """Detach file systems."""
    chosen, words = options(call.argv[1:], valued="t")
    if not words:
        return Outcome("", "umount: bad usage\nTry 'umount --help' for more information.\n", 1)
    machine, process, wrong = call.machine, call.process, ""
    for word in words:
        space = machine.namespaces[process.namespaces[MNT]]
        mounts = space.data["mounts"]
        if not machine.capable(process, "sys_admin", space.owner) or call.missing("umount2"):
            wrong += f"umount: {word}: must be superuser to unmount.\n"
            continue
        try:
            path = call.files.found(word).path
        except OsError:
            wrong += f"umount: {word}: no mount point specified.\n"
            continue
        index = next((index for index in reversed(range(len(mounts))) if mounts[index]["point"] == path), None)
        below = [entry for entry in mounts if path != "/" and entry["point"].startswith(path.rstrip("/") + "/")]
        if index is None:
            wrong += f"umount: {word}: not mounted.\n"
            continue
        used = any(other.namespaces[MNT] == space.id and (other.cwd == path or other.cwd.startswith(path + "/") or other.root == path) for other in machine.processes.values())
        lazy, deep = "l" in chosen or "lazy" in chosen, "R" in chosen or "recursive" in chosen
        if path == "/" or (used and not lazy) or (below and not (deep or lazy)):
            wrong += f"umount: {word}: target is busy.\n"
            continue
        del mounts[index]
        space.data["mounts"] = [entry for entry in mounts if entry not in below] if deep or lazy else mounts
        machine.collect_filesystems()
    return Outcome("", wrong, 32 if wrong else 0)


def mountpoint(call: Call) -> Outcome:
    """Say whether a folder is a mount point."""
    words = [word for word in call.argv[1:] if not word.startswith("-")]
    if len(words) != 1:
        return Outcome("", "mountpoint: bad usage\nTry 'mountpoint --help' for more information.\n", 1)
    try:
        path = call.files.found(words[0]).path
    except OsError as error:
        return Outcome("", f"mountpoint: {words[0]}: {error}\n", 1)
    is_one = any(entry["point"] == path for entry in _table(call))
    quiet = "-q" in call.argv
    return Outcome("" if quiet else f"{words[0]} is {'a' if is_one else 'not a'} mountpoint\n", "", 0 if is_one else 32)


def findmnt(call: Call) -> Outcome:
    """Show what is mounted as a tree, or the mount of one place."""
    chosen, words = options(call.argv[1:], valued="to", long_valued=("types", "output"))
    kind, headers = chosen.get("t", chosen.get("types", "")), "n" in chosen or "noheadings" in chosen
    found = [(point, mount) for mount in _table(call) if (point := seen_from(call.process.root, mount["point"])) and (not kind or mount["type"] == kind)]
    if words:
        found = [entry for entry in found if words[-1].rstrip("/") in (entry[0].rstrip("/"), entry[1]["source"])][-1:]
    if not found:
        return Outcome("", "", 1)
    columns = [word.upper() for word in chosen.get("o", chosen.get("output", "TARGET,SOURCE,FSTYPE,OPTIONS")).split(",")]
    if wrong := next((word for word in columns if word not in ("TARGET", "SOURCE", "FSTYPE", "OPTIONS")), ""):
        return Outcome("", f"findmnt: unknown column: {wrong.lower()}\n", 1)
    is_tree = not (words or kind or "l" in chosen or "list" in chosen)
    rows = [] if headers else [columns]
    for mark, point, mount in _branches(found) if is_tree else (("", *entry) for entry in found):
        cells = {"TARGET": mark + point, "SOURCE": mount["source"], "FSTYPE": mount["type"], "OPTIONS": mount["options"]}
        rows.append([cells[column] for column in columns])
    widths = [max(len(row[place]) for row in rows) for place in range(len(columns))]
    return Outcome("".join(" ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() + "\n" for row in rows))


def _branches(found: list[tuple[str, dict[str, Any]]]) -> list[tuple[str, str, dict[str, Any]]]:
    """Return mounts below one another, each with the lines of a tree in front."""
    def above(point: str) -> str:
        return max((other for other, _mount in found if other != point and (other == "/" or point.startswith(f"{other}/"))), key=len, default="")

    def below(parent: str, lines: str) -> list[tuple[str, str, dict[str, Any]]]:
        children = [entry for entry in found if above(entry[0]) == parent and entry[0] != parent]
        rows = []
        for number, (point, mount) in enumerate(children):
            is_last = number == len(children) - 1
            is_top = not parent
            rows.append(("" if is_top else lines + ("└─" if is_last else "├─"), point, mount))
            rows.extend(below(point, "" if is_top else lines + ("  " if is_last else "│ ")))
        return rows

    return below("", "")


COMMANDS = {"findmnt": findmnt, "mount": mount, "umount": umount, "mountpoint": mountpoint}
