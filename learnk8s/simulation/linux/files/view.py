"""How one process sees files: its root, its folder, its mounts, and what it may do.

`LinuxFiles` has the interface of the shell's own files, so that grep, sed and their like work on the machine's tree. Inside are paths of the mount namespace; outside,
paths as the process writes them.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from learnk8s.simulation.kernel.limits import FILE_BYTES_MAX
from learnk8s.simulation.kernel.shell.files import Files
from learnk8s.simulation.linux.errors import OsError
from learnk8s.simulation.linux.files.kernelfs import seen_from
from learnk8s.simulation.linux.files.node import Node
from learnk8s.simulation.linux.namespaces import MNT

if TYPE_CHECKING:
    from learnk8s.simulation.linux.machine import Machine
    from learnk8s.simulation.linux.process import Process

LINKS_MAX = 40
READ, WRITE, SEARCH = 4, 2, 1


class Place(NamedTuple):
    """Where a word leads: the path in the mount namespace, the file system with the path inside it, and what stands there."""

    path: str
    mount: dict[str, Any]
    inner: str
    node: Node | None


def joined(base: str, word: str) -> list[str]:
    """Return the parts of a word that is read in a folder."""
    return [part for part in (word if word.startswith("/") else f"{base}/{word}").split("/") if part not in ("", ".")]


class LinuxFiles(Files):
    """The machine's files through the eyes of the process that is acting."""

    def __init__(self, machine: "Machine", who: "Callable[[], Process]") -> None:
        self.machine, self._who = machine, who

    @property
    def process(self) -> "Process":
        """Return whose eyes these are."""
        return self._who()

    @property
    def cwd(self) -> str:  # type: ignore[override]
        """Return the folder as the process names it."""
        return seen_from(self.process.root, self.process.cwd) or "/"

    # Finding

    def located(self, path: str) -> tuple[dict[str, Any], str]:
        """Return the mount that covers a path of the mount namespace, and the path inside its file system."""
        for mount in reversed(self.machine.namespaces[self._who().namespaces[MNT]].data["mounts"]):
            point = mount["point"]
            if point == "/":
                return mount, (mount["root"].rstrip("/") + path).rstrip("/") or "/"
            if path.startswith(point) and (path == point or path[len(point)] == "/"):
                return mount, (mount["root"].rstrip("/") + path[len(point):]).rstrip("/") or "/"
        raise AssertionError("every mount namespace has a root")

    def at(self, path: str) -> Place:
        """Return what stands at a path of the mount namespace, links not followed."""
        mount, inner = self.located(path)
        return Place(path, mount, inner, self.machine.filesystems[mount["fs"]].get(inner, self.process))

    def _below(self, place: Place, part: str, points: set[str], process: "Process") -> Place:
        """Return what stands in a folder that was found: in the same mount, unless another begins there."""
        path = f"{place.path}/{part}" if place.path != "/" else f"/{part}"
        if path in points:
            return self.at(path)
        inner = f"{place.inner}/{part}" if place.inner != "/" else f"/{part}"
        return Place(path, place.mount, inner, self.machine.filesystems[place.mount["fs"]].get(inner, process))

    def resolve(self, word: str, *, follow: bool = True) -> Place:
        """Return where a word leads; its last part need not exist. Raises OsError."""
        if not word:
            raise OsError("ENOENT")
        process = self.process
        points = {mount["point"] for mount in self.machine.namespaces[process.namespaces[MNT]].data["mounts"]}
        root = "" if process.root == "/" else process.root
        pending = joined("" if word[0] == "/" else self.cwd, word)[::-1]
        current, links = root, 0
        place = self.at(current or "/")
        open_to: set[tuple[int, int, int]] = set()
        while pending:
            part = pending.pop()
            if place.node is None:
                raise OsError("ENOENT")
            if place.node.kind != "dir":
                raise OsError("ENOTDIR")
            rights = (place.node.mode, place.node.uid, place.node.gid)
            if rights not in open_to:
                if not self.may(place.node, SEARCH):
                    raise OsError("EACCES")
                open_to.add(rights)
            if part == "..":
                current = current.rpartition("/")[0] if current != root else root
                place = self.at(current or "/")
                continue
            place = self._below(place, part, points, process)
            if place.node is not None and place.node.kind == "link" and (pending or follow):
                links += 1
                if links > LINKS_MAX:
                    raise OsError("ELOOP")
                pending.extend([piece for piece in place.node.text.split("/") if piece not in ("", ".")][::-1])
                if place.node.text.startswith("/"):
                    current = root
                place = self.at(current or "/")
                continue
            current = f"{current}/{part}"
        return place

    def found(self, word: str, *, follow: bool = True) -> Place:
        """Return where a word leads; something must stand there. Raises OsError."""
        place = self.resolve(word, follow=follow)
        if place.node is None:
            raise OsError("ENOENT")
        return place

    def filesystem(self, place: Place) -> Any:
        """Return the file system of a place."""
        return self.machine.filesystems[place.mount["fs"]]

    def may(self, node: Node, wish: int) -> bool:
        """Say whether the process may read, write or search. Models generic_permission in fs/namei.c."""
        process = self.process
        if self.machine.capable_over(process, "dac_override", node.uid):
            return wish != SEARCH or node.kind == "dir" or bool(node.mode & 0o111)
        shift = 6 if node.uid == process.uid else 3 if node.gid in self.machine.groups_of(process) else 0
        return bool(node.mode >> shift & wish)

    # The shell's interface

    def path(self, word: str) -> str:
        """Return the absolute path of a word as the process writes it."""
        parts: list[str] = []
        for part in joined(self.cwd, word):
            if part == "..":
                parts[-1:] = []
            else:
                parts.append(part)
        return "/" + "/".join(parts)

    def text(self, word: str) -> str:
        """Return a file's content. Raises OsError."""
        place = self.found(word)
        assert place.node is not None
        if place.node.kind == "dir":
            raise OsError("EISDIR")
        if not self.may(place.node, READ):
            raise OsError("EACCES")
        if place.node.kind == "char":
            return ""
        if place.node.kind == "nslink":
            raise OsError("EINVAL")
        return str(self.filesystem(place).read(place.inner, self.process))

    def read(self, word: str) -> str | None:
        """Return a file's content, or None if it cannot be had."""
        try:
            return self.text(word)
        except OsError:
            return None

    def write(self, word: str, text: str, *, append: bool = False) -> None:
        """Write a file as `>` does. Raises OsError."""
        place = self.writable(word)
        if place.node is not None and place.node.kind == "char":
            return
        store = self.filesystem(place)
        if place.node is None:
            store.put(place.inner, Node("file", 0o644, self.process.uid, self.process.gid, "", mtime_ms=self.machine.clock.now_ms), self.process)
        elif append and store.kind not in ("proc", "cgroup2"):
            text = place.node.text + text
        if len(text.encode()) > FILE_BYTES_MAX:
            raise OsError("ENOSPC")
        store.write(place.inner, text, self.process)
        if store.kind not in ("proc", "cgroup2"):
            store.put(place.inner, replace(store.get(place.inner), mtime_ms=self.machine.clock.now_ms))

    def writable(self, word: str) -> Place:
        """Return where a word leads if it may be written there. Raises OsError."""
        place = self.resolve(word)
        if place.node is None:
            self._into(place)
        elif place.node.kind == "dir":
            raise OsError("EISDIR")
        elif not self.may(place.node, WRITE):
            raise OsError("EACCES")
        elif "ro" in place.mount["options"].split(","):
            raise OsError("EROFS")
        return place

    def _into(self, place: Place) -> None:
        """Check that something may be made or removed at a place. Raises OsError."""
        parent = self.at(place.path.rpartition("/")[0] or "/").node
        if parent is None:
            raise OsError("ENOENT")
        if not self.may(parent, WRITE):
            raise OsError("EACCES")
        if "ro" in place.mount["options"].split(","):
            raise OsError("EROFS")

    def is_folder(self, word: str) -> bool:
        """Say whether a word leads to a folder."""
        try:
            node = self.resolve(word).node
        except OsError:
            return False
        return node is not None and node.kind == "dir"

    def parent_exists(self, word: str) -> bool:
        """Say whether a file could stand there."""
        try:
            self.resolve(word)
        except OsError:
            return False
        return self.is_folder(self.path(word).rpartition("/")[0] or "/")

    def listed(self, word: str) -> list[str]:
        """Return the names in a folder, nothing if it cannot be read."""
        try:
            place = self.found(word)
        except OsError:
            return []
        assert place.node is not None
        if place.node.kind != "dir" or not self.may(place.node, READ):
            return []
        names: list[str] = self.filesystem(place).names(place.inner, self.process)
        return names

    # Making and removing

    def make_folder(self, word: str, mode: int = 0o755) -> None:
        """Make a folder. Raises OsError."""
        place = self.resolve(word)
        if place.node is not None:
            raise OsError("EEXIST")
        self._into(place)
        self.filesystem(place).put(place.inner, Node("dir", mode, self.process.uid, self.process.gid, mtime_ms=self.machine.clock.now_ms), self.process)

    def put(self, word: str, node: Node) -> None:
        """Set a node at a path. Raises OsError."""
        place = self.resolve(word, follow=node.kind != "link")
        if place.node is None:
            self._into(place)
        elif not self.may(place.node, WRITE):
            raise OsError("EACCES")
        self.filesystem(place).put(place.inner, node, self.process)

    def drop(self, word: str) -> None:
        """Remove a path and what is below it. Raises OsError."""
        place = self.found(word, follow=False)
        self._into(place)
        parent = self.at(place.path.rpartition("/")[0] or "/").node
        assert parent is not None and place.node is not None
        if parent.mode & 0o1000 and self.process.uid not in (place.node.uid, parent.uid) and not self.machine.capable_over(self.process, "fowner", place.node.uid):
            raise OsError("EPERM")
        if any(mount["point"] == place.path for mount in self.machine.namespaces[self.process.namespaces[MNT]].data["mounts"]):
            raise OsError("EBUSY")
        self.filesystem(place).remove(place.inner, self.process)

    def alter(self, word: str, **fields: Any) -> None:
        """Change mode or owner, which only the owner and the mighty may. Raises OsError."""
        place = self.found(word)
        assert place.node is not None
        may = self.machine.capable_over(self.process, "chown" if "uid" in fields or "gid" in fields else "fowner", place.node.uid)
        if not may and (self.process.uid != place.node.uid or "uid" in fields):
            raise OsError("EPERM")
        store = self.filesystem(place)
        if store.kind == "cgroup2":
            if place.inner in self.machine.cgroups and "uid" in fields:
                self.machine.cgroups[place.inner].owner = fields["uid"]
            return
        store.put(place.inner, replace(place.node, **fields))

    def dump(self) -> dict[str, object]:
        """The machine writes its files down itself."""
        return {}

    def load(self, dumped: Mapping[str, object]) -> None:
        """The machine reads its files back itself."""
