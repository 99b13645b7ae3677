"""The files that a process sees: what it changed itself, above what was there before."""

from typing import NamedTuple, Protocol

from learnk8s.simulation.kernel.limits import FILE_BYTES_MAX, FILES_MAX, LimitExceeded
from learnk8s.simulation.kernel.shell.files import Files
from learnk8s.simulation.kubernetes.kubelet.large import is_large, large, text_size


class ReadOnly(Exception):
    """A file was to be written where nothing may be written; the path is its argument."""


class Denied(Exception):
    """A file was to be written by a user who may not; the path is its argument."""


class FileStatus(NamedTuple):
    """What `stat` tells of a file or folder: the lower twelve bits of its mode, and whose it is."""

    is_folder: bool
    mode: int
    user: int = 0
    group: int = 0

    @property
    def letters(self) -> str:
        """Return the mode as `ls -l` shows it.

        >>> FileStatus(False, 0o640).letters, FileStatus(True, 0o1777).letters, FileStatus(True, 0o2755).letters
        ('-rw-r-----', 'drwxrwxrwt', 'drwxr-sr-x')
        """
        bits = [letter if self.mode >> 8 - place & 1 else "-" for place, letter in enumerate("rwx" * 3)]
        for place, bit, letter in ((2, 0o4000, "s"), (5, 0o2000, "s"), (8, 0o1000, "t")):
            if self.mode & bit:
                bits[place] = letter if bits[place] == "x" else letter.upper()
        return ("d" if self.is_folder else "-") + "".join(bits)

    def allows(self, user: int, groups: tuple[int, ...], bit: int) -> bool:
        """Say whether a user may read (4), write (2) or go in (1)."""
        shift = 6 if user == self.user else 3 if self.group in groups else 0
        return user == 0 or bool(self.mode >> shift & bit)


UMASK = 0o022
PLAIN_MARK = (0o644, 0, 0)
"""What a new file of root has."""
Marks = dict[str, tuple[int, int, int]]
"""Mode, user and group of files that were made or changed, by path."""


class Base(Protocol):
    """What is below: the image, the volumes, what others wrote. Times are virtual milliseconds of the world."""

    def read(self, path: str, at_ms: int) -> str | None: ...
    def names(self, folder: str, at_ms: int) -> list[str]: ...
    def is_folder(self, path: str, at_ms: int) -> bool: ...
    def is_read_only(self, path: str) -> bool: ...
    def status(self, path: str, at_ms: int) -> FileStatus | None: ...


class LayeredFiles(Files):
    """Files of one process, with its user and groups, over a base. Removed paths of the base are kept as gone."""

    __slots__ = ("base", "gone", "groups", "marks", "now_ms", "umask", "user")

    def __init__(self, base: Base, now_ms: int, cwd: str = "/", *, user: int = 0, groups: tuple[int, ...] = (0,)) -> None:
        super().__init__()
        self.base, self.now_ms, self.cwd, self.user, self.groups, self.umask = base, now_ms, cwd, user, groups, UMASK
        self.marks: Marks = {}
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
        if path.startswith("/dev/") and not path.startswith("/dev/shm/") and self._kept(path) is None:
            return
        if self.base.is_read_only(path):
            raise ReadOnly(word)
        self._mark(path, word, is_folder=False)
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
        if not self._may_change(path.rpartition("/")[0] or "/"):
            raise Denied(path)
        for inner in [name for name in self.listed(path)] if self.is_folder(path) else []:
            self.remove(f"{path.rstrip('/')}/{inner}")
        self.texts.pop(path, None)
        self.folders.pop(path, None)
        self.marks.pop(path, None)
        self.gone[path] = None

    def make_folder(self, path: str) -> None:
        """Make a folder. Raises ReadOnly."""
        if self.base.is_read_only(path):
            raise ReadOnly(path)
        self._mark(path, path, is_folder=True)
        if len(self.folders) < FILES_MAX:
            self.folders[path] = None
            self.gone.pop(path, None)

    def is_folder(self, word: str) -> bool:
        """Say whether a path is a folder."""
        path = self.path(word)
        if path in self.texts:  # asked at every redirection: what the base knows may take the runs of other scripts to find out
            return False
        if path in self.folders or any(name.startswith(path.rstrip("/") + "/") for name in self.texts):
            return True
        return path not in self.gone and self.base.is_folder(path, self.now_ms)

    def status(self, word: str) -> FileStatus | None:
        """Return what `stat` tells of a path, or None if nothing is there."""
        path = self.path(word)
        is_folder = self.is_folder(path)
        if not is_folder and self.read(path) is None:
            return None
        if path in self.marks:
            return FileStatus(is_folder, *self.marks[path])
        return (None if path in self.gone else self.base.status(path, self.now_ms)) or FileStatus(is_folder, 0o755 if is_folder else 0o644)

    def set_status(self, path: str, found: FileStatus) -> None:
        """Give a file another mode or owner. Raises ReadOnly and Denied."""
        if self.base.is_read_only(path):
            raise ReadOnly(path)
        before = self.status(path)
        if before is not None and self.user not in (0, before.user):
            raise Denied(path)
        self.marks[path] = (found.mode, found.user, found.group)

    def may_read(self, word: str) -> bool:
        """Say whether the process may read a file that is there."""
        found = self.status(word) if self.user else None
        return found is None or found.allows(self.user, self.groups, 4)

    def _may_change(self, path: str) -> bool:
        found = self.status(path) if self.user else None
        return found is None or found.allows(self.user, self.groups, 2)

    def _mark(self, path: str, word: str, *, is_folder: bool) -> None:
        """Note whose a new file is; a folder's own group passes on with its setgid bit. Raises Denied."""
        if path in self.texts and not self.user:
            return
        there = self.status(path)
        folder = path.rpartition("/")[0] or "/"
        if not self._may_change(folder if there is None else path):
            raise Denied(word)
        if there is not None:
            return
        over = self.status(folder)
        inherits = over is not None and bool(over.mode & 0o2000)
        mode = (0o777 if is_folder else 0o666) & ~self.umask
        self.marks[path] = (mode | (0o2000 if inherits and is_folder else 0), self.user, over.group if over is not None and inherits else self.groups[0])

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
