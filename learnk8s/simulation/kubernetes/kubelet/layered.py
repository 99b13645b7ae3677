"""The files that a process sees: what it changed itself, above what was there before."""

from typing import Protocol

from learnk8s.simulation.kernel.limits import FILE_BYTES_MAX, FILES_MAX, LimitExceeded
from learnk8s.simulation.kernel.shell.files import Files
from learnk8s.simulation.kubernetes.kubelet.large import is_large, large, text_size


class ReadOnly(Exception):
    """A file was to be written where nothing may be written; the path is its argument."""


class Base(Protocol):
    """What is below: the image, the volumes, what others wrote. Times are virtual milliseconds of the world."""

    def read(self, path: str, at_ms: int) -> str | None: ...
    def names(self, folder: str, at_ms: int) -> list[str]: ...
    def is_folder(self, path: str, at_ms: int) -> bool: ...
    def is_read_only(self, path: str) -> bool: ...


class LayeredFiles(Files):
    """Files of one process over a base. Removed paths of the base are kept as gone."""

    __slots__ = ("base", "gone", "now_ms")

    def __init__(self, base: Base, now_ms: int, cwd: str = "/") -> None:
        super().__init__()
        self.base, self.now_ms, self.cwd = base, now_ms, cwd
        self.gone: dict[str, None] = {}
        self.folders = {"/": None}

    def read(self, word: str) -> str | None:
        """Return a file's text, or None."""
        path = self.path(word)
        if path in ("/dev/null", "/dev/zero", "/dev/urandom"):
            return ""
        text = self._kept(path)
        return "" if is_large(text) else text

    def _kept(self, path: str) -> str | None:
        if path in self.texts:
            return self.texts[path]
        return None if path in self.gone else self.base.read(path, self.now_ms)

    def size(self, word: str) -> int:
        """Return a file's size in bytes, 0 for none."""
        return text_size(self._kept(self.path(word)) or "")

    def write_large(self, word: str, size_bytes: int) -> None:
        """Write a file of so many zeros. Raises as `write` does."""
        self.write(word, large(size_bytes))

    def write(self, word: str, text: str, *, append: bool = False) -> None:
        """Write a file. Raises ReadOnly, and LimitExceeded for too much of anything."""
        path = self.path(word)
        if path.startswith("/dev/") and path != "/dev/termination-log":
            return
        if self.base.is_read_only(path):
            raise ReadOnly(word)
        text = (self.read(path) or "") + text if append else text
        if len(text) > FILE_BYTES_MAX:
            text = text[-FILE_BYTES_MAX // 2 :]
        if path not in self.texts and len(self.texts) >= FILES_MAX:
            raise LimitExceeded(f"{word}: a container keeps at most {FILES_MAX} changed files")
        self.texts[path] = text
        self.gone.pop(path, None)

    def remove(self, path: str) -> None:
        """Take a file or a folder with all in it away. Raises ReadOnly."""
        if self.base.is_read_only(path):
            raise ReadOnly(path)
        for inner in [name for name in self.listed(path)] if self.is_folder(path) else []:
            self.remove(f"{path.rstrip('/')}/{inner}")
        self.texts.pop(path, None)
        self.folders.pop(path, None)
        self.gone[path] = None

    def make_folder(self, path: str) -> None:
        """Make a folder. Raises ReadOnly."""
        if self.base.is_read_only(path):
            raise ReadOnly(path)
        if len(self.folders) < FILES_MAX:
            self.folders[path] = None
            self.gone.pop(path, None)

    def is_folder(self, word: str) -> bool:
        """Say whether a path is a folder."""
        path = self.path(word)
        if path in self.folders or any(name.startswith(path.rstrip("/") + "/") for name in self.texts):
            return True
        return path not in self.gone and self.base.is_folder(path, self.now_ms)

    def parent_exists(self, word: str) -> bool:
        """Say whether a file could be made there."""
        return self.is_folder(self.path(word).rpartition("/")[0] or "/")

    def listed(self, word: str) -> list[str]:
        """Return the names in a folder."""
        path = self.path(word)
        start = path.rstrip("/") + "/"
        names = {name for name in self.base.names(path, self.now_ms) if start + name not in self.gone}
        names.update(found[len(start):].split("/")[0] for found in [*self.texts, *self.folders] if found.startswith(start) and found != start)
        return sorted(name for name in names if name)
