"""The file system of a container, put together at the moment of looking.

Theory. What stands at a path is decided by the deepest mount over it. In a volume that the cluster fills it is computed. On a disk (emptyDir, a claim's volume, a host's
folder) it is what was kept there, or what a running script of any container with the same disk has written since. Outside of mounts it is what `exec` and the
container's own script changed, above the image. A script that is asked for its files does not ask other scripts in turn.
"""

from datetime import datetime
from typing import TYPE_CHECKING
from zlib import crc32

from learnk8s.simulation.kernel.quantities import whole
from learnk8s.simulation.kubernetes.kubelet import control_groups, proc
from learnk8s.simulation.kubernetes.kubelet.environment import host_name, running_variables, short_name
from learnk8s.simulation.kubernetes.kubelet.images.catalogue import BINARY_FOLDERS, Image
from learnk8s.simulation.kubernetes.kubelet.images.files import BASE_FOLDERS, image_files
from learnk8s.simulation.kubernetes.kubelet.layered import PLAIN_MARK, FileStatus, Marks
from learnk8s.simulation.kubernetes.kubelet.runtime import ContainerRecord, PodRecord
from learnk8s.simulation.kubernetes.kubelet.security import effective
from learnk8s.simulation.kubernetes.kubelet.tools import MountRow
from learnk8s.simulation.kubernetes.kubelet.volumes import FILLED, SELF, Mounted, filled_files, key_of, kind_of_volume, mounts_of
from learnk8s.simulation.kubernetes.objects.document import Doc

if TYPE_CHECKING:
    from learnk8s.simulation.kubernetes.kubelet.parts import KubeletParts

BINARY = "\x7fELF"
"""What stands in a program: its real bytes are nobody's concern."""
UP_MS = 86_400_000
"""For how long the machines had run when the world began."""
Table = dict[str, tuple[int, str | None]]
FOLDER_MODES = {"/tmp": 0o1777, "/var/tmp": 0o1777, "/dev/shm": 0o1777, "/root": 0o700, "/opt/zookeeper/bin": 0o777, "/opt/zookeeper/conf": 0o777}
FILE_MODES = {"/etc/shadow": 0o640}
HOST_FOLDERS = ("/", "/etc", "/var", "/var/log", "/var/lib", "/var/lib/kubelet", "/var/lib/containerd", "/tmp", "/opt", "/home", "/mnt", "/usr", "/dev", "/proc", "/sys", "/root")
STATIC_FOLDER = "/etc/kubernetes/manifests"
HOST_FILES = {"/etc/hosts": "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n127.0.1.1\t{node}\n", "/etc/hostname": "{node}\n", "/etc/machine-id": "{machine}\n", "/etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nNAME="Debian GNU/Linux"\nVERSION_ID="13"\nID=debian\n', "/var/log/syslog": "systemd[1]: Started kubelet.service - kubelet.\n",
              "/var/lib/kubelet/config.yaml": f"apiVersion: kubelet.config.k8s.io/v1beta1\ncgroupDriver: systemd\nclusterDNS:\n- 10.96.0.10\nclusterDomain: cluster.local\nkind: KubeletConfiguration\nstaticPodPath: {STATIC_FOLDER}\n"}


class Contents:
    """A view of one container's files. `alone`: without what its own script did, as the script itself has to see it."""

    def __init__(self, kubelets: "KubeletParts", pod: Doc, record: PodRecord, entry: ContainerRecord, *, alone: bool = False) -> None:
        self._kubelets, self._pod, self._record, self._entry, self._alone = kubelets, pod, record, entry, alone
        self._spec = kubelets.spec_of(pod, entry.name)
        self.mounts = mounts_of(pod, self._spec, record, kubelets.store, entry.variables)
        self._image: Image | None = kubelets.registry.find(entry.image or self._spec["image"])
        self._seen: dict[tuple[str, int], Table] = {}

    # Where it is

    @property
    def age_ms(self) -> int:
        """Return for how long the container has been running."""
        return self._kubelets.store.clock.now_ms - self._entry.started_ms

    @property
    def pod_name(self) -> str:
        """Return the name of its pod; `ip` likewise."""
        return self._record.name

    @property
    def ip(self) -> str:
        return self._record.ip

    @property
    def now_ms(self) -> int:
        """Return the world's time; `moment` returns it as a date."""
        return self._kubelets.store.clock.now_ms

    def moment(self) -> datetime:
        """Return the time of the world."""
        return self._kubelets.store.clock.moment()

    def alike(self) -> "list[Contents]":
        """Return the running containers of the same image in the same namespace, this one among them, by the names of their pods."""
        found = []
        for record in sorted(self._kubelets.pods.values(), key=lambda record: record.name):
            entry = next((entry for entry in record.containers if entry.image == self._entry.image and entry.state == "running"), None) if record.namespace == self._record.namespace else None
            pod = self._kubelets.store.get("pods", record.namespace, record.name) if entry is not None else None
            if entry is not None and pod is not None and pod["metadata"]["uid"] == record.uid:
                found.append(Contents(self._kubelets, pod, record, entry))
        return found

    # What the shell asks

    def read(self, path: str, at_ms: int) -> str | None:
        """Return a file's text at a moment."""
        mount = self._mount(path)
        if mount is not None:
            found = self._table(mount, at_ms).get(self._inner(mount, path))
            return found[1] if found else None
        own = self._own(at_ms)
        if path in own:
            return own[path][1]
        return self._below(path)

    def names(self, folder: str, at_ms: int) -> list[str]:
        """Return the names in a folder."""
        start = folder.rstrip("/") + "/"
        mount = self._mount(folder)
        paths: list[str] = []
        if mount is not None:
            inner = self._inner(mount, folder)
            base = f"{inner}/" if inner else ""
            paths = [start + path[len(base):] for path, (_at, text) in self._table(mount, at_ms).items() if path.startswith(base) and text is not None and path != base]
        else:
            own = self._own(at_ms)
            paths = [path for path, (_at, text) in own.items() if text is not None] + [path for path in [*self._image_files(), *self._computed(), *(self._control_group() if folder.startswith((control_groups.ROOT, "/proc")) else ()), *self._folders()] if own.get(path, (0, ""))[1] is not None]
        paths += [start + name for name in self._image.binaries(folder)] if self._image is not None and mount is None else []
        paths += [other.path for other in self.mounts]
        return sorted({path[len(start):].split("/")[0] for path in paths if path.startswith(start) and path != start} - {""})

    def is_folder(self, path: str, at_ms: int) -> bool:
        """Say whether a path is a folder."""
        start = path.rstrip("/") + "/"
        if any(other.path.startswith(start) for other in self.mounts):
            return True
        mount = self._mount(path)
        if mount is not None:
            inner = self._inner(mount, path)
            table = self._table(mount, at_ms)
            if not inner:
                return "" not in table
            return any(name.startswith(f"{inner}/") and text is not None for name, (_at, text) in table.items())
        own = self._own(at_ms)
        if own.get(path, (0, ""))[1] is None:
            return False
        if path.startswith((control_groups.ROOT, "/proc")) and any(name.startswith(start) for name in self._control_group()):
            return True
        return path in self._folders() or any(name.startswith(start) for name in self._image_files()) or any(name.startswith(start) and text is not None for name, (_at, text) in own.items())

    def is_read_only(self, path: str) -> bool:
        """Say whether nothing can be written there."""
        mount = self._mount(path)
        if mount is not None:
            return mount.read_only
        return "read-only" in self._entry.confined and path != self._last_words

    def status(self, path: str, at_ms: int) -> FileStatus | None:
        """Return the mode and the owner of a file or folder that is there."""
        mount = self._mount(path)
        if mount is None:
            mark = (self._entry.marks or {}).get(path) or ({} if self._alone else self._kubelets.script_marks(self._record, self._entry)).get(path)
            return FileStatus(self.is_folder(path, at_ms), *mark) if mark else self._status_below(path, at_ms)
        is_folder = self.is_folder(path, at_ms)
        if mount.kind in FILLED:
            return self._of_filled(mount, path, at_ms, is_folder=is_folder)
        mark = self._kubelets.disk_marks(mount.key, besides=self._entry if self._alone else None).get(self._placed(mount, path))
        if mark:
            return FileStatus(is_folder, *mark)
        if is_folder and (not self._inner(mount, path) or mount.kind != "hostPath"):
            return self._of_volume(mount)
        return FileStatus(is_folder, 0o755 if is_folder else 0o644)

    def _status_below(self, path: str, at_ms: int) -> FileStatus:
        if self.is_folder(path, at_ms):
            return FileStatus(True, FOLDER_MODES.get(path, 0o755))
        if path == self._last_words:
            return FileStatus(False, 0o666)
        text = self.read(path, at_ms) or ""
        return FileStatus(False, FILE_MODES.get(path, 0o755 if text.startswith("#!") or text == BINARY else 0o644))

    def _of_volume(self, mount: Mounted) -> FileStatus:
        """Return the mode and owner of a volume's own folder. Models pkg/volume/volume_linux.go: changeFilePermission."""
        group = self._volume_group
        if mount.kind == "hostPath":
            return FileStatus(True, FOLDER_MODES.get(mount.inner, 0o755))
        return FileStatus(True, 0o777 if group is None else 0o2777, 0, group or 0)

    def _of_filled(self, mount: Mounted, path: str, at_ms: int, *, is_folder: bool) -> FileStatus:
        """Return the mode and owner in a volume that the cluster fills; what belongs to a group can be read by it."""
        group = self._volume_group
        if is_folder or mount.kind == "image":
            return FileStatus(is_folder, 0o755 if mount.kind == "image" or group is None and self._inner(mount, path) else 0o1777 if group is None else 0o3777, 0, group or 0) if is_folder else FileStatus(False, 0o644)
        found = filled_files(mount, self._pod_at(at_ms), self._record, self._kubelets.store, self._entry.started_ms if mount.is_frozen else at_ms).get(self._placed(mount, path).strip("/"))
        mode = found.mode if found else 0o644
        return FileStatus(False, mode if group is None else mode | 0o440, found.user if found else 0, group or 0)

    def _pod_at(self, at_ms: int) -> Doc:
        """Return the pod with the labels and annotations that its volumes showed at a moment."""
        pod = self._kubelets.store.get("pods", self._record.namespace, self._record.name) or self._pod
        before = next((table for until_ms, table in self._record.sources.get(SELF, ()) if at_ms < until_ms), None)
        return pod if before is None else {**pod, "metadata": {**pod["metadata"], **before}}

    def _control_group(self) -> dict[str, str]:
        """Return what the kernel shows: the resources are those that the kubelet last said it gave."""
        if self._kubelets.bare:
            return {}
        pod = self._pod_at(self._kubelets.store.clock.now_ms)
        status = pod.get("status", {})
        told = next((item.get("resources") for part in ("containerStatuses", "initContainerStatuses") for item in status.get(part) or () if item["name"] == self._entry.name), None)
        capacity = ((self._kubelets.store.get("nodes", "", self._record.node) or {}).get("status", {}).get("capacity") or {}).get("memory", "0")
        return control_groups.files(told or self._spec.get("resources") or {}, status.get("qosClass", "BestEffort"), whole(capacity), 2**20) | control_groups.sysctls(pod) | self._user_namespace() | self._processes(pod)

    def _processes(self, pod: Doc) -> dict[str, str]:
        """Return what the kernel shows of the container's first process and of the machine. A script that is just being gone through knows its process only as it was called."""
        entry, kubelets = self._entry, self._kubelets
        around = kubelets.surroundings(pod, self._record, entry, processes=False)
        image = dict(self._image.environment) if self._image else {}
        called = " ".join(entry.arguments)
        shown = entry.program.processes[0] if entry.program is not None and entry.program.processes else called
        words = entry.arguments if shown == called else (shown,) if ": " in shown else shown.split()
        return {**proc.of_process(words, running_variables(pod, self._record, entry, kubelets.store, image), effective(pod, self._spec), around.user, around.all_groups), **proc.mounts(around.mounts),
                **proc.machine(around.memory_bytes, around.cpus, kubelets.store.clock.now_ms + UP_MS)}

    def _user_namespace(self) -> dict[str, str]:
        """Return which users of the node those of the container are: themselves, or 65536 others for each pod."""
        inside = self._pod["spec"].get("hostUsers", True) is False
        first = 65536 * (2 + crc32(self._record.uid.encode()) % 32000) if inside else 0
        text = " ".join(f"{number:>10}" for number in (0, first, 65536 if inside else 2**32 - 1)) + "\n"
        return {"/proc/self/uid_map": text, "/proc/self/gid_map": text}

    @property
    def _last_words(self) -> str:
        """Return where a container leaves its last words: a file that everybody may write to."""
        return str(self._spec.get("terminationMessagePath") or "/dev/termination-log")

    @property
    def _volume_group(self) -> int | None:
        found = (self._pod["spec"].get("securityContext") or {}).get("fsGroup")
        return None if found is None else int(found)

    # Keeping

    def keep_mark(self, path: str, mark: tuple[int, int, int]) -> None:
        """Note the mode and owner of a file that a command made or changed; those that a file has anyway are not kept."""
        mount = self._mount(path)
        if mount is None:
            if mark != PLAIN_MARK or path in (self._entry.marks or {}):
                self._entry.marks = {**(self._entry.marks or {}), path: mark}
        elif mount.key:
            marks = self._kubelets.marks.get(mount.key, {})
            place = self._placed(mount, path)
            if mark != PLAIN_MARK or place in marks:
                self._kubelets.marks[mount.key] = {**marks, place: mark}

    def keep(self, path: str, text: str | None, at_ms: int) -> None:
        """Note a change that a command made."""
        mount = self._mount(path)
        if mount is None:
            if self._entry.files is None:
                self._entry.files = {}
            self._entry.files[path] = [at_ms, text]
        elif mount.key:
            self._kubelets.disks.setdefault(mount.key, {})[self._placed(mount, path)] = [at_ms, text]

    def keep_all(self, events: Table, marks: Marks, started_ms: int) -> None:
        """Note on the disks what a script did that has come to its end."""
        for path, mark in marks.items():
            if (mount := self._mount(path)) is not None and mount.key:
                self.keep_mark(path, mark)
        for path, (age_ms, text) in events.items():
            mount = self._mount(path)
            if mount is not None and mount.key:
                disk = self._kubelets.disks.setdefault(mount.key, {})
                place = self._placed(mount, path)
                if place not in disk or disk[place][0] <= started_ms + age_ms:
                    disk[place] = [started_ms + age_ms, text]

    # Inside

    def _mount(self, path: str) -> Mounted | None:
        return next((mount for mount in self.mounts if path == mount.path or path.startswith(mount.path.rstrip("/") + "/")), None)

    @staticmethod
    def _inner(mount: Mounted, path: str) -> str:
        return path[len(mount.path) :].strip("/")

    @staticmethod
    def _placed(mount: Mounted, path: str) -> str:
        """Return the path on the disk: files that are mounted by subPath stand deeper there."""
        inner = path[len(mount.path) :]
        return f"{mount.inner}/{inner.lstrip('/')}" if inner.strip("/") else mount.inner or "/"

    def make_sub_folders(self, at_ms: int) -> None:
        """Make the folders that mounts name by subPath, where nothing is. Models pkg/volume/util/subpath: SafeMakeDir."""
        for mount in self.mounts:
            if mount.is_frozen and mount.key and not self._table(mount, at_ms):
                self._kubelets.disks.setdefault(mount.key, {})[f"{mount.inner}/"] = [at_ms, ""]

    def _table(self, mount: Mounted, at_ms: int) -> Table:
        """Return the files below a mount: path to (when, text), "" for a mount that is one file."""
        if mount.kind in FILLED:
            if mount.kind == "image":
                return _below({path: (0, text) for path, text in image_files(mount.volume["image"].get("reference", ""), self._kubelets.registry).items()}, mount.inner.lstrip("/"))
            files = filled_files(mount, self._pod_at(at_ms), self._record, self._kubelets.store, self._entry.started_ms if mount.is_frozen else at_ms)
            return _below({path: (0, file.text) for path, file in files.items()}, mount.inner.lstrip("/"))
        key = (mount.key, at_ms)
        if key not in self._seen:
            self._seen = {key: self._kubelets.disk_at(mount.key, at_ms, besides=self._entry if self._alone else None)}
        return _below(self._seen[key], mount.inner.lstrip("/"))

    def _own(self, at_ms: int) -> Table:
        own: Table = {} if self._alone else dict(self._kubelets.script_files(self._record, self._entry, at_ms))
        for path, (when, text) in (self._entry.files or {}).items():
            if path not in own or own[path][0] <= when:
                own[path] = (when, text)
        return own

    def _below(self, path: str) -> str | None:
        computed = self._control_group() if path.startswith((control_groups.ROOT, "/proc/")) else self._computed()
        if path in computed:
            return computed[path]
        folder, _, name = path.rpartition("/")
        return BINARY if self._image is not None and folder in BINARY_FOLDERS and name in self._image.binaries(folder) else self._image_files().get(path)

    def _image_files(self) -> dict[str, str]:
        return dict(self._image.files) if self._image else {}

    def _folders(self) -> tuple[str, ...]:
        return BASE_FOLDERS

    def _computed(self) -> dict[str, str]:
        return {"/etc/hostname": f"{host_name(self._pod)}\n", "/etc/hosts": hosts_file(self._pod, self._record), "/etc/resolv.conf": self._kubelets.resolv_conf(self._pod), self._last_words: ""}


def _below(table: Table, inner: str) -> Table:
    if not inner:
        return {path.lstrip("/"): found for path, found in table.items()}
    return {path.lstrip("/")[len(inner) :].lstrip("/"): found for path, found in table.items() if path.lstrip("/") == inner or path.lstrip("/").startswith(inner + "/") and path.lstrip("/") != inner + "/"}


def hosts_file(pod: Doc, record: PodRecord) -> str:
    """Return /etc/hosts as the kubelet writes it. Models pkg/kubelet/kubelet_pods.go: managedHostsFileContent (1.36)."""
    spec, name = pod["spec"], host_name(pod) if not pod["spec"].get("subdomain") else short_name(pod)
    own = f"{name}.{spec['subdomain']}.{record.namespace}.svc.cluster.local\t{name}" if spec.get("subdomain") else name
    text = "# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\nfe00::\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n" + f"{record.ip}\t{own}\n"
    if spec.get("hostNetwork"):
        text = "# Kubernetes-managed hosts file (host network).\n" + HOST_FILES["/etc/hosts"].format(node=name)
    aliases = spec.get("hostAliases") or ()
    if aliases:
        text += "\n# Entries added by HostAliases.\n" + "".join(f"{alias['ip']}\t{chr(9).join(alias.get('hostnames') or ())}\n" for alias in aliases)
    return text


def mount_rows(contents: Contents, memory_limit: int, read_only: bool) -> tuple[MountRow, ...]:
    """Return what `mount` lists in a container."""
    rows = [MountRow("overlay", "/", "overlay", 100 * 2**30, read_only), MountRow("proc", "/proc", "proc", 0), MountRow("tmpfs", "/dev", "tmpfs", 64 * 2**20), MountRow("cgroup", control_groups.ROOT, "cgroup2", 0, True)]
    for mount in sorted(contents.mounts, key=lambda found: found.path):
        source = mount.volume.get(mount.kind) or {}
        in_memory = mount.kind in ("secret", "projected", "downwardAPI") or source.get("medium") == "Memory"
        size = size_bytes(source.get("sizeLimit")) or (memory_limit or 4 * 2**30)
        rows.append(MountRow("tmpfs", mount.path, "tmpfs", size, mount.read_only) if in_memory else MountRow("/dev/vda1", mount.path, "ext4", 100 * 2**30, mount.read_only))
    rows += [MountRow("/dev/vda1", path, "ext4", 100 * 2**30) for path in ("/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/dev/termination-log")]
    return tuple(rows)


def size_bytes(quantity: object) -> int:
    """Return a quantity's bytes, 0 for none."""
    return whole(str(quantity)) if quantity else 0


__all__ = ["Contents", "hosts_file", "key_of", "kind_of_volume", "mount_rows", "size_bytes"]
