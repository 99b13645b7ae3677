"""Programs for files and folders: ls, cd, pwd, mkdir, rm, cp, mv, touch, cat, tee."""

from collections.abc import Callable
from fnmatch import fnmatchcase

from learnk8s.simulation.kernel.shell.files import HOME
from learnk8s.simulation.kernel.shell.program import Invocation, Outcome, Program


def _split(call: Invocation) -> tuple[str, list[str]]:
    return "".join(word[1:] for word in call.argv[1:] if word.startswith("-") and len(word) > 1), [word for word in call.argv[1:] if not word.startswith("-") or word == "-"]


def _ls(call: Invocation) -> Outcome:
    options, names = _split(call)
    out, wrong = "", ""
    for name in names or ["."]:
        if call.files.is_folder(name):
            entries = call.files.listed(name)
            out += "".join(_long(call, f"{name}/{entry}", entry) if "l" in options else f"{entry}\n" for entry in entries)
        elif call.files.read(name) is not None:
            out += _long(call, name, name) if "l" in options else f"{name}\n"
        else:
            wrong += f"ls: cannot access '{name}': No such file or directory\n"
    return Outcome(out, wrong, 2 if wrong else 0)


def _long(call: Invocation, path: str, name: str) -> str:
    if call.files.is_folder(path):
        return f"drwxr-xr-x 2 learner learner 4096 May  4 09:00 {name}\n"
    return f"-rw-r--r-- 1 learner learner {len((call.files.read(path) or '').encode()):>6} May  4 09:00 {name}\n"


def cd(call: Invocation) -> Outcome:
    """`cd`; a shell of a container words what is wrong in its own way."""
    target = call.argv[1] if len(call.argv) > 1 else call.variables.get("HOME", "/")
    if not call.files.is_folder(target):
        return Outcome("", f"bash: cd: {target}: {'Not a directory' if call.files.read(target) is not None else 'No such file or directory'}\n", 1)
    call.files.cwd = call.files.path(target)
    call.variables["PWD"] = call.files.cwd
    return Outcome()


def _mkdir(call: Invocation) -> Outcome:
    options, names = _split(call)
    for name in names:
        path = call.files.path(name)
        if path in call.files.folders and "p" not in options:
            return Outcome("", f"mkdir: cannot create directory ‘{name}’: File exists\n", 1)
        if not call.files.parent_exists(name) and "p" not in options:
            return Outcome("", f"mkdir: cannot create directory ‘{name}’: No such file or directory\n", 1)
        parts = path.split("/")
        for length in range(2, len(parts) + 1):
            if len(call.files.folders) < 200:
                call.files.folders["/".join(parts[:length])] = None
    return Outcome() if names else Outcome("", "mkdir: missing operand\n", 1)


def _rm(call: Invocation) -> Outcome:
    options, names = _split(call)
    for name in names:
        path = call.files.path(name)
        if path in call.files.folders:
            if "r" not in options and "R" not in options:
                return Outcome("", f"rm: cannot remove '{name}': Is a directory\n", 1)
            call.files.texts = {key: text for key, text in call.files.texts.items() if not key.startswith(path + "/")}
            call.files.folders = {key: None for key in call.files.folders if key != path and not key.startswith(path + "/")} or {"/": None}
            call.files.folders.update({"/": None, "/home": None, HOME: None, "/tmp": None})
        elif call.files.texts.pop(path, None) is None and "f" not in options:
            return Outcome("", f"rm: cannot remove '{name}': No such file or directory\n", 1)
    return Outcome()


def _copy(call: Invocation) -> Outcome:
    options, names = _split(call)
    if len(names) < 2:
        return Outcome("", f"{call.argv[0]}: missing {'file' if not names else 'destination file'} operand{'' if not names else f' after {chr(39)}{names[0]}{chr(39)}'}\n", 1)
    *sources, target = names
    if len(sources) > 1 and not call.files.is_folder(target):
        return Outcome("", f"{call.argv[0]}: target '{target}' is not a directory\n", 1)
    failed = "".join(_copied(call, source, target, recursive=bool(set("rRa") & set(options)) or call.argv[0] == "mv") for source in sources)
    return Outcome("", failed, 1 if failed else 0)


def _copied(call: Invocation, source: str, target: str, *, recursive: bool) -> str:
    files = call.files
    into = f"{target}/{source.rstrip('/').rpartition('/')[2]}" if files.is_folder(target) else target
    if files.is_folder(source):
        if not recursive:
            return f"cp: -r not specified; omitting directory '{source}'\n"
        start, goal = files.path(source), files.path(into)
        for folder in [folder for folder in files.folders if folder == start or folder.startswith(start + "/")]:
            files.folders[goal + folder[len(start) :]] = None
        for path in [path for path in files.texts if path.startswith(start + "/")]:
            files.write(goal + path[len(start) :], files.texts[path])
        if call.argv[0] == "mv":
            files.texts = {path: text for path, text in files.texts.items() if not path.startswith(start + "/")}
            files.folders = {folder: None for folder in files.folders if folder != start and not folder.startswith(start + "/")}
        return ""
    text = files.read(source)
    if text is None:
        return f"{call.argv[0]}: cannot stat '{source}': No such file or directory\n"
    if not files.parent_exists(into):
        return f"{call.argv[0]}: cannot create regular file '{into}': No such file or directory\n"
    files.write(into, text)
    if call.argv[0] == "mv" and files.path(source) != files.path(into):
        files.texts.pop(files.path(source), None)
    return ""


def _find(call: Invocation) -> Outcome:
    """`find [FOLDER] [-name PATTERN] [-type f|d]`."""
    words = call.argv[1:]
    starts = []
    while words and not words[0].startswith("-"):
        starts.append(words.pop(0))
    tests = dict(zip(words[::2], words[1::2], strict=False))
    out, wrong = "", ""
    for start in starts or ["."]:
        base = call.files.path(start)
        if not call.files.is_folder(start) and call.files.read(start) is None:
            wrong += f"find: ‘{start}’: No such file or directory\n"
            continue
        for path in sorted({*call.files.texts, *call.files.folders}):
            if path != base and not path.startswith(base.rstrip("/") + "/"):
                continue
            if tests.get("-name") and not fnmatchcase(path.rpartition("/")[2], tests["-name"]):
                continue
            if tests.get("-type") and (tests["-type"] == "d") != (path in call.files.folders):
                continue
            out += start + path[len(base.rstrip("/")) :] + "\n" if path != base else f"{start}\n"
    return Outcome(out, wrong, 1 if wrong else 0)


def _rmdir(call: Invocation) -> Outcome:
    for name in _split(call)[1]:
        if call.files.listed(name) or not call.files.is_folder(name):
            return Outcome("", f"rmdir: failed to remove '{name}': {'Directory not empty' if call.files.is_folder(name) else 'No such file or directory'}\n", 1)
        call.files.folders.pop(call.files.path(name), None)
    return Outcome()


def _tree(call: Invocation) -> Outcome:
    names = _split(call)[1]
    return Outcome("\n".join([names[0] if names else ".", *_branches(call, names[0] if names else ".", "")]) + "\n")


def _branches(call: Invocation, folder: str, before: str) -> list[str]:
    entries, found = call.files.listed(folder), []
    for place, entry in enumerate(entries):
        last = place == len(entries) - 1
        found.append(f"{before}{'└── ' if last else '├── '}{entry}")
        if call.files.is_folder(f"{folder}/{entry}") and len(before) < 40:
            found.extend(_branches(call, f"{folder}/{entry}", before + ("    " if last else "│   ")))
    return found


def _chmod(call: Invocation) -> Outcome:
    names = [word for word in call.argv[2:] if not word.startswith("-")]
    missing = [name for name in names if call.files.read(name) is None and not call.files.is_folder(name)]
    return Outcome("", "".join(f"{call.argv[0]}: cannot access '{name}': No such file or directory\n" for name in missing), 1 if missing else 0)


def _mktemp(call: Invocation) -> Outcome:
    """Make an empty file, or with -d a folder, of a new name."""
    number = next(number for number in range(1, 10_000) if f"/tmp/tmp.{number:04}" not in call.files.texts and f"/tmp/tmp.{number:04}" not in call.files.folders)
    path = f"/tmp/tmp.{number:04}"
    if "-d" in call.argv:
        call.files.folders[path] = None
    else:
        call.files.write(path, "")
    return Outcome(path + "\n")


def _touch(call: Invocation) -> Outcome:
    for name in _split(call)[1]:
        call.files.write(name, call.files.read(name) or "")
    return Outcome()


def _cat(call: Invocation) -> Outcome:
    options, names = _split(call)
    out, wrong = "", ""
    for name in names or ["-"]:
        text = call.stdin if name == "-" else call.files.read(name)
        if text is None:
            wrong += f"cat: {name}: {'Is a directory' if call.files.is_folder(name) else 'No such file or directory'}\n"
        else:
            out += text
    if "n" in options:
        memory = {} if call.memory is None else call.memory
        lines, start = out.splitlines(), memory.get("lines", 0) + 1
        memory["lines"] = start - 1 + len(lines)
        out = "".join(f"{number:>6}\t{line}\n" for number, line in enumerate(lines, start))
    return Outcome(out, wrong, 1 if wrong else 0)


def _tee(call: Invocation) -> Outcome:
    options, names = _split(call)
    for name in names:
        call.files.write(name, call.stdin, append="a" in options)
    return Outcome(call.stdin)


def _plain(run: Callable[[Invocation], Outcome]) -> Program:
    return Program(run)


FOLDERS: dict[str, Program] = {"ls": _plain(_ls), "cd": _plain(cd), "pwd": _plain(lambda call: Outcome(call.files.cwd + "\n")), "mkdir": _plain(_mkdir), "rm": _plain(_rm), "cp": _plain(_copy),
                               "mv": _plain(_copy), "find": _plain(_find), "chmod": _plain(_chmod), "chown": _plain(_chmod), "mktemp": _plain(_mktemp), "ln": _plain(_copy), "rmdir": _plain(_rmdir), "tree": _plain(_tree), "touch": _plain(_touch), "cat": _plain(_cat), "tee": _plain(_tee)}
