"""Programs for files and folders in a container: ls, rm, rmdir, mkdir, cp, mv, touch, find, du.

They complain in the plain form that `wording` makes a family's own of. Models coreutils 9.7 and busybox 1.36. Differs: the terminal's width is not known, so that names stand one a line.
"""

from collections.abc import Callable
from fnmatch import fnmatchcase

from learnk8s.simulation.kernel.shell.program import Invocation, Outcome
from learnk8s.simulation.kubernetes.kubelet.layered import FileStatus, LayeredFiles
from learnk8s.simulation.kubernetes.kubelet.tools.accounts import group_name, user_name
from learnk8s.simulation.kubernetes.kubelet.tools.surroundings import Surroundings

NO_FILE, DIRECTORY = "No such file or directory", "Is a directory"
FOLDER_BYTES = 4096


def no_such(name: str, path: str, why: str = NO_FILE) -> Outcome:
    """Return the plain complaint of a program about a file."""
    return Outcome("", f"{name}: {path}: {why}\n", 1)


def files_of(call: Invocation) -> LayeredFiles:
    """Return the container's files that a program sees."""
    assert isinstance(call.files, LayeredFiles), "programs in containers see a container's files"
    return call.files


def split(argv: list[str]) -> tuple[str, list[str]]:
    """Return the letters of the options, and the other words.

    >>> split(["ls", "-la", "/etc"])
    ('la', ['/etc'])
    """
    return "".join(word[1:] for word in argv[1:] if word.startswith("-") and len(word) > 1 and not word.startswith("--")), [word for word in argv[1:] if not word.startswith("-") or word == "-"]


def ls(around: Surroundings) -> Callable[[Invocation], Outcome]:
    """`ls`: names, or rows in the form of its family."""

    def run(call: Invocation) -> Outcome:
        files, (options, names) = files_of(call), split(call.argv)
        out, wrong, single = "", "", []
        folders = []
        for name in names or ["."]:
            path = files.path(name)
            if files.is_folder(path) and "d" not in options:
                folders.append((name, path))
            elif files.is_folder(path) or files.read(path) is not None:
                single.append((name, path))
            else:
                wrong += f"ls: {name}: {NO_FILE}\n"
        out = _listing(files, single, options, around, has_total=False)
        for name, path in folders:
            inner = [(entry, f"{path.rstrip('/')}/{entry}") for entry in files.listed(path) if set("aA") & set(options) or not entry.startswith(".")]
            inner = [(".", path), ("..", path.rpartition("/")[0] or "/"), *inner] if "a" in options else inner
            out += ("\n" if out else "") + (f"{name}:\n" if len(names) > 1 else "") + _listing(files, inner, options, around, has_total=True)
        return Outcome(out, wrong, 1 if wrong else 0)

    return run


def _listing(files: LayeredFiles, entries: list[tuple[str, str]], options: str, around: Surroundings, *, has_total: bool) -> str:
    if "r" in options:
        entries = entries[::-1]
    if "l" not in options and "n" not in options:
        return "".join(f"{name}{'/' if set('pF') & set(options) and files.is_folder(path) else ''}\n" for name, path in entries)
    rows = []
    for name, path in entries:
        found = files.status(path) or FileStatus(False, 0o644)
        size = FOLDER_BYTES if found.is_folder else files.size(path)
        owners = (str(found.user), str(found.group)) if "n" in options else (user_name(files, found.user), group_name(files, found.group))
        rows.append((found, owners, size, name))
    total = f"total {sum(-(-size // 4096) * 4 for _found, _owners, size, _name in rows)}\n" if has_total else ""
    sizes = [human(size) if "h" in options else str(size) for _found, _owners, size, _name in rows]
    if around.distribution.is_busybox:
        return total + "".join(f"{found.letters}    {2 if found.is_folder else 1} {owners[0]:<8} {owners[1]:<8} {size:>9} May  4 09:00 {name}\n" for (found, owners, _size, name), size in zip(rows, sizes, strict=True))
    widths = [max((len(text) for text in column), default=0) for column in ([row[1][0] for row in rows], [row[1][1] for row in rows], sizes)]
    return total + "".join(f"{found.letters} {2 if found.is_folder else 1} {owners[0]:<{widths[0]}} {owners[1]:<{widths[1]}} {size:>{widths[2]}} May  4 09:00 {name}\n" for (found, owners, _size, name), size in zip(rows, sizes, strict=True))


def human(number: int) -> str:
    """Return a size as people read it.

    >>> human(2**20 * 3), human(12)
    ('3.0M', '12')
    """
    for unit, size in (("G", 2**30), ("M", 2**20), ("K", 2**10)):
        if number >= size:
            return f"{number / size:.1f}{unit}"
    return str(number)


def rm(call: Invocation) -> Outcome:
    """`rm`."""
    files, (options, names) = files_of(call), split(call.argv)
    for name in names:
        path = files.path(name)
        if files.is_folder(path):
            if "r" not in options and "R" not in options:
                return no_such("rm", name, DIRECTORY)
            files.remove(path)
        elif files.read(path) is None:
            if "f" not in options:
                return no_such("rm", name)
        else:
            files.remove(path)
    return Outcome()


def rmdir(call: Invocation) -> Outcome:
    """`rmdir`."""
    files = files_of(call)
    for name in split(call.argv)[1]:
        path = files.path(name)
        if not files.is_folder(path):
            return no_such("rmdir", name, NO_FILE if files.read(path) is None else "Not a directory")
        if files.listed(path):
            return no_such("rmdir", name, "Directory not empty")
        files.remove(path)
    return Outcome()


def mkdir(call: Invocation) -> Outcome:
    """`mkdir`."""
    files, (options, names) = files_of(call), split(call.argv)
    for name in names:
        path = files.path(name)
        if (files.is_folder(path) or files.read(path) is not None) and "p" not in options:
            return no_such("mkdir", name, "File exists")
        if not files.parent_exists(path) and "p" not in options:
            return no_such("mkdir", name)
        parts = path.split("/")
        for length in range(2, len(parts) + 1):
            if not files.is_folder("/".join(parts[:length])):
                files.make_folder("/".join(parts[:length]))
    return Outcome()


def copy(call: Invocation) -> Outcome:
    """`cp` and `mv`."""
    files, (options, names) = files_of(call), split(call.argv)
    if len(names) < 2:
        return Outcome("", f"{call.argv[0]}: missing file operand\n", 1)
    *sources, target = names
    for source in sources:
        path, to = files.path(source), files.path(target)
        if files.is_folder(to):
            to = f"{to.rstrip('/')}/{path.rpartition('/')[2]}"
        if files.is_folder(path):
            if "r" not in options and "a" not in options and "R" not in options and call.argv[0] == "cp":
                return no_such("cp", source, DIRECTORY)
            for inner in files.listed(path):
                files.write(f"{to}/{inner}", files.read(f"{path}/{inner}") or "")
        else:
            text = files.read(path)
            if text is None:
                return no_such(call.argv[0], source)
            files.write(to, text)
        if call.argv[0] == "mv":
            files.remove(path)
    return Outcome()


def touch(call: Invocation) -> Outcome:
    """`touch`."""
    files = files_of(call)
    for name in split(call.argv)[1]:
        if not files.parent_exists(name):
            return no_such("touch", name)
        files.write(name, files.read(name) or "")
    return Outcome()


def du(call: Invocation) -> Outcome:
    """`du`: what stands in a folder, in kibibytes."""
    files, (options, names) = files_of(call), split(call.argv)
    out = ""
    for name in names or ["."]:
        path = files.path(name)
        if not files.is_folder(path) and files.read(path) is None:
            return no_such("du", name)
        size = _below(files, path, 0)
        out += f"{human(size) if 'h' in options else -(-size // 1024)}\t{name}\n"
    return Outcome(out)


def _below(files: LayeredFiles, path: str, depth: int) -> int:
    """Return the bytes of all files in a folder."""
    if not files.is_folder(path):
        return files.size(path)
    return sum(_below(files, f"{path.rstrip('/')}/{name}", depth + 1) for name in files.listed(path)) if depth < 6 else 0


def find(call: Invocation) -> Outcome:
    """`find [FOLDER] [-name PATTERN] [-type f|d]`."""
    files = files_of(call)
    words = call.argv[1:]
    start = words[0] if words and not words[0].startswith("-") else "."
    tests = {word: value for word, value in zip(words, words[1:], strict=False) if word in ("-name", "-type")}
    found: list[str] = []

    def walk(path: str, shown: str, depth: int) -> None:
        is_folder = files.is_folder(path)
        if fnmatchcase(shown.rpartition("/")[2] or shown, tests.get("-name", "*")) and ("-type" not in tests or (tests["-type"] == "d") == is_folder):
            found.append(shown)
        if depth < 6 and is_folder and len(found) < 500:
            for name in files.listed(path):
                walk(f"{path.rstrip('/')}/{name}", f"{shown.rstrip('/')}/{name}", depth + 1)

    if not files.is_folder(start) and files.read(start) is None:
        return no_such("find", start)
    walk(files.path(start), start, 0)
    return Outcome("".join(f"{line}\n" for line in found))
