"""One file, folder, link or device; and the file system that keeps them in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from learnk8s.simulation.linux.errors import OsError

if TYPE_CHECKING:
    from learnk8s.simulation.linux.machine import Machine
    from learnk8s.simulation.linux.process import Process

NODES_MAX = 3_000
TEXTS_MAX = 4 * 1024 * 1024
"""What all files of one file system may hold; small ones are only counted."""
SMALL_TEXT = 1_024
ELF = "\x7fELF"


@dataclass(frozen=True, slots=True)
class Node:
    """What stands at a path. `kind` is file, dir, link or char; `text` the content, or a link's target; `bytes` the size where the content stands for more."""

    kind: str = "file"
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    text: str = ""
    bytes: int = -1
    mtime_ms: int = -2_592_000_000

    @property
    def size(self) -> int:
        """Return the bytes that `ls -l` shows."""
        if self.kind == "dir":
            return 4096
        return self.bytes if self.bytes >= 0 else len(self.text.encode())

    @property
    def is_elf(self) -> bool:
        """Say whether it is a compiled program or library."""
        return self.kind == "file" and self.text.startswith(ELF)

    def dump(self) -> list[Any]:
        """Return it as JSON-able data."""
        return [self.kind, self.mode, self.uid, self.gid, self.text, self.bytes, self.mtime_ms]


WHITEOUT = Node("char", 0, 0, 0, "0, 0", 0)
"""What an overlay puts over a file of a lower folder that was removed."""


class Disk:
    """A file system in memory: a base that all worlds share, and this world's changes."""

    kind = "ext4"

    def __init__(self, number: int, base: Mapping[str, Node], kind: str = "ext4", changes: "dict[str, Node | None] | None" = None) -> None:
        self.number, self.kind, self._base = number, kind, base
        self.changes: dict[str, Node | None] = changes if changes is not None else {}

    def get(self, path: str, reader: "Process | None" = None) -> Node | None:
        """Return what stands at a path, or None."""
        if path in self.changes:
            return self.changes[path]
        return self._base.get(path)

    def read(self, path: str, reader: "Process") -> str:
        """Return a file's content."""
        node = self.get(path)
        return node.text if node else ""

    def names(self, path: str, reader: "Process | None" = None) -> list[str]:
        """Return the names in a folder."""
        top = path.rstrip("/") + "/"
        cut = len(top)
        found = {key[cut:] for key in self._base if key.startswith(top) and "/" not in key[cut:] and key not in self.changes}
        found.update(key[cut:] for key, node in self.changes.items() if node is not None and key.startswith(top) and "/" not in key[cut:])
        found.discard("")
        return sorted(found)

    def put(self, path: str, node: Node, writer: "Process | None" = None) -> None:
        """Set what stands at a path. Raises OsError when the disk is full of files."""
        if path not in self.changes and len(self.changes) >= NODES_MAX or len(node.text) > SMALL_TEXT and sum(len(other.text) for other in self.changes.values() if other is not None) + len(node.text) > TEXTS_MAX:
            raise OsError("ENOSPC")
        self.changes[path] = node

    def write(self, path: str, text: str, writer: "Process") -> None:
        """Replace a file's content."""
        node = self.get(path)
        if node is not None:
            self.put(path, replace(node, text=text, bytes=-1))

    def remove(self, path: str, writer: "Process | None" = None) -> None:
        """Remove a path and all below it."""
        for key in [key for key in self.changes if key == path or key.startswith(path + "/")]:
            del self.changes[key]
        for key in self._base:
            if key == path or key.startswith(path + "/"):
                self.changes[key] = None

    def used_bytes(self) -> int:
        """Return the bytes of this world's own files."""
        return sum(node.size for node in self.changes.values() if node is not None)

    def dump(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {"kind": self.kind, "changes": {path: node.dump() if node else None for path, node in self.changes.items()}}

    @classmethod
    def load(cls, number: int, dumped: dict[str, Any], base: Mapping[str, Node]) -> "Disk":
        """Return the file system that `dump` wrote down; what is as in the base is shared with it."""
        return cls(number, base, dumped["kind"], {path: Node(*node) if node else None for path, node in dumped["changes"].items()})


class Overlay:
    """An overlay: folders below that only can be read, and one above that takes all changes. Models fs/overlayfs (6.12)."""

    kind = "overlay"

    def __init__(self, number: int, machine: "Machine", lower: list[tuple[int, str]], upper: tuple[int, str] | None, opaque: list[str] | None = None) -> None:
        self.number, self.machine, self.lower, self.upper, self.opaque = number, machine, lower, upper, opaque or []

    def get(self, path: str, reader: "Process | None" = None) -> Node | None:
        """Return the upper file, or the first below; a whiteout hides it."""
        if self.upper is not None:
            node = self._at(self.upper, path)
            if node is not None:
                return None if node == WHITEOUT else node
            parent = path
            while parent not in ("", "/"):
                parent = parent.rpartition("/")[0]
                if parent in self.opaque or (parent and self._at(self.upper, parent) == WHITEOUT):
                    return None
        return next((node for place in self.lower if (node := self._at(place, path)) is not None), None)

    def _at(self, place: tuple[int, str], path: str) -> Node | None:
        return self.machine.filesystems[place[0]].get((place[1].rstrip("/") + path).rstrip("/") or "/")

    def read(self, path: str, reader: "Process") -> str:
        """Return a file's content."""
        node = self.get(path)
        return node.text if node else ""

    def names(self, path: str, reader: "Process | None" = None) -> list[str]:
        """Return the merged names of a folder."""
        found: set[str] = set()
        for number, top in ([self.upper] if self.upper else []) + self.lower:
            found.update(self.machine.filesystems[number].names((top.rstrip("/") + path).rstrip("/") or "/"))
        return sorted(name for name in found if self.get(f"{path.rstrip('/')}/{name}") is not None)

    def put(self, path: str, node: Node, writer: "Process | None" = None) -> None:
        """Write into the upper folder, with the folders above it copied up. Raises OsError."""
        if self.upper is None:
            raise OsError("EROFS")
        store, top = self.machine.filesystems[self.upper[0]], self.upper[1].rstrip("/")
        parts = path.strip("/").split("/")[:-1]
        for length in range(1, len(parts) + 1):
            above = "/" + "/".join(parts[:length])
            if store.get(top + above) is None:
                below = self.get(above)
                store.put(top + above, below or Node("dir", 0o755))
        if node.kind == "dir" and store.get(top + path) == WHITEOUT:
            self.opaque.append(path)
        store.put(top + path, node)

    def write(self, path: str, text: str, writer: "Process") -> None:
        """Copy a file up with new content."""
        node = self.get(path)
        if node is not None:
            self.put(path, replace(node, text=text, bytes=-1))

    def remove(self, path: str, writer: "Process | None" = None) -> None:
        """Remove from the upper folder; over what is below put a whiteout. Raises OsError."""
        if self.upper is None:
            raise OsError("EROFS")
        store, top = self.machine.filesystems[self.upper[0]], self.upper[1].rstrip("/")
        store.remove(top + path)
        if any(self._at(place, path) is not None for place in self.lower):
            self.put(path, WHITEOUT)

    def dump(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {"kind": "overlay", "lower": [list(place) for place in self.lower], "upper": list(self.upper) if self.upper else None, "opaque": self.opaque}
