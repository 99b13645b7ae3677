"""`tar` in containers, as `kubectl cp` needs it: an archive comes in by standard input or goes out by standard output."""

import io
import tarfile

from learnk8s.simulation.kernel.shell.program import Invocation, Outcome
from learnk8s.simulation.kubernetes.kubelet.layered import FileStatus, LayeredFiles

MEMBERS_MAX = 200
DEPTH_MAX = 6


def tar(call: Invocation) -> Outcome:
    """Pack or unpack files. Files that are no text are kept as far as they can be read as such."""
    assert isinstance(call.files, LayeredFiles), "programs in containers see a container's files"
    words = call.argv[1:]
    letters = words[0].lstrip("-") if words and not words[0].startswith("--") else ""
    folder = next((words[place + 1] for place, word in enumerate(words[:-1]) if word in ("-C", "--directory")), ".")
    name = next((words[place + 1] for place, word in enumerate(words[:-1]) if word == "-f" or place == 0 and word.endswith("f")), "-")
    names = [word for place, word in enumerate(words[1:], start=1) if not word.startswith("-") and words[place - 1] not in ("-C", "--directory", "-f") and not (place == 1 and letters.endswith("f"))]
    if "c" in letters:
        return _packed(call.files, folder, names, name)
    if "x" in letters or "t" in letters:
        data = call.stdin if name == "-" else call.files.read(name)
        if data is None:
            return Outcome("", f"tar: can't open '{name}': No such file or directory\n", 1)
        return _unpacked(call.files, folder, data.encode(errors="surrogateescape"), only_listed="t" in letters)
    return Outcome("", "tar: need at least one option\n", 1)


def _unpacked(files: LayeredFiles, folder: str, data: bytes, *, only_listed: bool) -> Outcome:
    if not only_listed and not files.is_folder(folder):
        return Outcome("", f"tar: can't change directory to '{folder}': No such file or directory\n", 1)
    shown = ""
    try:
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            for member in archive.getmembers()[:MEMBERS_MAX]:
                shown += f"{member.name}\n"
                path = files.path(f"{folder}/{member.name.lstrip('/')}")
                if only_listed or ".." in member.name.split("/"):
                    continue
                if member.isdir():
                    files.make_folder(path)
                elif (content := archive.extractfile(member)) is not None:
                    files.write(path, content.read().decode(errors="replace"))
                    files.set_status(path, FileStatus(False, member.mode & 0o777, files.user, files.groups[0]))
    except (tarfile.TarError, EOFError):
        return Outcome("", "tar: invalid tar magic\n", 1)
    return Outcome(shown if only_listed else "")


def _packed(files: LayeredFiles, folder: str, names: list[str], target: str) -> Outcome:
    out, wrong = io.BytesIO(), ""
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name in names:
            if files.status(files.path(f"{folder}/{name}") if not name.startswith("/") else name) is None:
                wrong += f"tar: {name}: Cannot stat: No such file or directory\n"
            else:
                _add(archive, files, files.path(f"{folder}/{name}") if not name.startswith("/") else name, name.lstrip("/"), 0)
    if wrong:
        return Outcome("", wrong + "tar: Exiting with failure status due to previous errors\n", 2)
    text = out.getvalue().decode(errors="surrogateescape")
    if target == "-":
        return Outcome(text)
    files.write(target, text)
    return Outcome()


def _add(archive: tarfile.TarFile, files: LayeredFiles, path: str, name: str, depth: int) -> None:
    found = files.status(path)
    if found is None or depth > DEPTH_MAX:
        return
    member = tarfile.TarInfo(name)
    member.mode, member.uid, member.gid = found.mode & 0o777, found.user, found.group
    if found.is_folder:
        member.type = tarfile.DIRTYPE
        archive.addfile(member)
        for inner in files.listed(path):
            _add(archive, files, f"{path.rstrip('/')}/{inner}", f"{name}/{inner}", depth + 1)
        return
    data = (files.read(path) or "").encode(errors="surrogateescape")
    member.size = len(data)
    archive.addfile(member, io.BytesIO(data))
