"""What a container sees as its files: the layers of its image from below, its own changes on top, mounts in front."""

from collections.abc import Callable, Iterator

from learnk8s.simulation.docker.container import Container
from learnk8s.simulation.docker.layers import Image, Store
from learnk8s.simulation.kernel.limits import FILE_BYTES_MAX, LimitExceeded
from learnk8s.simulation.kernel.shell.files import Files

FILES_MAX = 600
Volumes = dict[str, dict[str, str]]


def of_image(store: Store, image: Image) -> dict[str, str]:
    """Return an image's files: later layers hide earlier ones."""
    found: dict[str, str | None] = {}
    for name in image.layers:
        laid(found, store[name].files)
    return {path: text for path, text in found.items() if text is not None}


def laid(below: dict[str, str | None], above: dict[str, str | None]) -> None:
    """Lay the files of a layer over others; a whiteout hides a file or all of a folder."""
    for path, text in above.items():
        if text is None:
            for hidden in [name for name in below if name == path or name.startswith(path.rstrip("/") + "/")]:
                del below[hidden]
        else:
            below[path] = text


class Layered:
    """The files of one container."""

    def __init__(self, container: Container, store: Store, image: Image | None, volumes: Callable[[str], dict[str, str] | None], host: Files) -> None:
        self.container, self._store, self._image, self._volumes, self._host = container, store, image, volumes, host

    def read(self, path: str) -> str | None:
        """Return a file's text, or None."""
        mount = self.mount_of(path)
        if mount is not None:
            return self._mounted(mount).get(path[len(mount["target"]):].lstrip("/")) if mount["type"] != "file" else self._host.texts.get(mount["source"])
        if path in self.container.files:
            return self.container.files[path]
        if self._is_hidden(path):
            return None
        for name in reversed(self._image.layers if self._image else ()):
            files = self._store[name].files
            if path in files:
                return files[path]
        return None

    def is_folder(self, path: str) -> bool:
        """Say whether a folder stands at a path: something lies in it."""
        return self.read(path) is None and any(name.startswith(path.rstrip("/") + "/") for name in self.merged())

    def _is_hidden(self, path: str) -> bool:
        return any(text is None and path.startswith(hidden.rstrip("/") + "/") for hidden, text in self.container.files.items())

    def mount_of(self, path: str) -> dict[str, str] | None:
        """Return the mount that a path lies in, the deepest first."""
        inside = [mount for mount in self.container.mounts if path == mount["target"] or path.startswith(mount["target"].rstrip("/") + "/")]
        return max(inside, key=lambda mount: len(mount["target"]), default=None)

    def _mounted(self, mount: dict[str, str]) -> dict[str, str]:
        if mount["type"] == "bind":
            base = mount["source"].rstrip("/") + "/"
            texts = {path[len(base):]: text for path, text in self._host.texts.items() if path.startswith(base)}
            return {**texts, **{f"{path[len(base):]}/": "" for path in self._host.folders if path.startswith(base)}}
        return self._volumes(mount["source"]) or {}

    def merged(self) -> dict[str, str]:
        """Return all files by path; folders end in a slash."""
        found: dict[str, str | None] = dict(of_image(self._store, self._image)) if self._image else {}
        laid(found, self.container.files)
        for mount in sorted(self.container.mounts, key=lambda entry: len(entry["target"])):
            target = mount["target"].rstrip("/")
            if mount["type"] == "file":
                found[target] = self._host.texts.get(mount["source"], "")
                continue
            laid(found, {target: None})
            found[f"{target}/"] = ""
            found.update({f"{target}/{name}": text for name, text in self._mounted(mount).items()})
        return {path: text for path, text in found.items() if text is not None}

    def write(self, path: str, text: str | None) -> None:
        """Write or remove a file where it lies: in the container's own layer, a volume or the host. Raises LimitExceeded, OSError for what may not be written."""
        if text is not None and len(text.encode()) > FILE_BYTES_MAX:
            raise LimitExceeded(f"{path}: a file holds at most {FILE_BYTES_MAX // 1024} KiB")
        mount = self.mount_of(path)
        if mount is None:
            if self.container.read_only:
                raise OSError("Read-only file system")
            if len(self.container.files) >= FILES_MAX:
                raise LimitExceeded(f"a container's own layer holds at most {FILES_MAX} files here")
            self.container.files[path] = text
            if text is None:
                for inside in [name for name in self.container.files if name.startswith(path.rstrip("/") + "/")]:
                    del self.container.files[inside]
                if self._below(path) is None and not any(name.startswith(path.rstrip("/") + "/") for name in self._all_below()):
                    del self.container.files[path]
            return
        if mount.get("mode") == "ro":
            raise OSError("Read-only file system")
        name = path[len(mount["target"]):].lstrip("/")
        if mount["type"] in ("bind", "file"):
            place = mount["source"] if mount["type"] == "file" else f"{mount['source'].rstrip('/')}/{name}"
            if text is None:
                self._host.texts.pop(place, None)
            elif place.endswith("/"):
                self._host.folders[place.rstrip("/")] = None
            else:
                self._host.write(place, text)
            return
        files = self._volumes(mount["source"])
        if files is not None:
            if text is None:
                files.pop(name, None)
            elif len(files) < FILES_MAX:
                files[name] = text

    def _below(self, path: str) -> str | None:
        for name in reversed(self._image.layers if self._image else ()):
            if path in self._store[name].files:
                return self._store[name].files[path]
        return None

    def _all_below(self) -> Iterator[str]:
        for name in self._image.layers if self._image else ():
            yield from self._store[name].files

    def changes(self) -> list[tuple[str, str]]:
        """Return what the container changed against its image, with A, C or D, folders above it as changed."""
        below = set(of_image(self._store, self._image)) if self._image else set()
        folders = {path.rsplit("/", depth)[0] for path in below for depth in range(1, path.count("/") + 1)}
        found: dict[str, str] = {}
        for path, text in self.container.files.items():
            plain = path.rstrip("/")
            found[plain] = "D" if text is None else "C" if path in below or plain in folders else "A"
            parent = plain.rpartition("/")[0]
            while parent:
                found.setdefault(parent, "C" if parent in folders or f"{parent}/" in below or parent.count("/") == 1 else "A")
                parent = parent.rpartition("/")[0]
        return [(kind, path) for path, kind in sorted(found.items())]


class InsideFiles(Files):
    """A container's files as a shell's program sees them; what changed is carried back afterwards."""

    def __init__(self, layered: Layered) -> None:
        super().__init__()
        merged = layered.merged()
        self._layered = layered
        self.texts = {path: text for path, text in merged.items() if not path.endswith("/")}
        self.folders = {"/": None}
        for path in merged:
            parts = path.rstrip("/").split("/")
            for length in range(2, len(parts) + (path.endswith("/"))):
                self.folders["/".join(parts[:length])] = None
        for mount in layered.container.mounts:
            if mount["type"] != "file":
                self.folders[mount["target"].rstrip("/")] = None
        for folder in ("/proc", "/sys", "/dev", "/tmp", layered.container.workdir):
            self.folders[folder] = None
        self._texts_before, self._folders_before = dict(self.texts), dict(self.folders)
        self.cwd = layered.container.workdir

    def write(self, word: str, text: str, *, append: bool = False) -> None:
        """Write a file. Raises LimitExceeded."""
        path = self.path(word)
        if path in ("/dev/null", "/dev/stdout", "/dev/stderr"):
            return
        self.texts[path] = self.texts.get(path, "") + text if append else text

    def carry_back(self) -> str:
        """Write what changed where it belongs; return what was refused."""
        wrong = ""
        for path in [*self.texts, *(name for name in self._texts_before if name not in self.texts)]:
            if self.texts.get(path) != self._texts_before.get(path):
                wrong = wrong or self._written(path, self.texts.get(path))
        for folder in [name for name in self.folders if name not in self._folders_before]:
            wrong = wrong or self._written(f"{folder}/", "")
        for folder in [name for name in self._folders_before if name not in self.folders]:
            wrong = wrong or self._written(folder, None)
        return wrong

    def _written(self, path: str, text: str | None) -> str:
        try:
            self._layered.write(path, text)
        except OSError as error:
            return f"sh: can't create {path}: {error}\n"
        return ""
