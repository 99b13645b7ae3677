"""Programs for files and folders: ls, cd, pwd, mkdir, rm, cp, mv, touch, cat, tee."""

from collections.abc import Callable

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


def _cd(call: Invocation) -> Outcome:
    target = call.argv[1] if len(call.argv) > 1 else HOME
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
    _options, names = _split(call)
    if len(names) != 2:
        return Outcome("", f"{call.argv[0]}: missing file operand\n", 1)
    source, target = names
    text = call.files.read(source)
    if text is None:
        return Outcome("", f"{call.argv[0]}: cannot stat '{source}': No such file or directory\n", 1)
    if call.files.is_folder(target):
        target = f"{target}/{source.rpartition('/')[2]}"
    call.files.write(target, text)
    if call.argv[0] == "mv":
        call.files.texts.pop(call.files.path(source), None)
    return Outcome()


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
        out = "".join(f"{number:>6}\t{line}\n" for number, line in enumerate(out.splitlines(), start=1))
    return Outcome(out, wrong, 1 if wrong else 0)


def _tee(call: Invocation) -> Outcome:
    options, names = _split(call)
    for name in names:
        call.files.write(name, call.stdin, append="a" in options)
    return Outcome(call.stdin)


def _plain(run: Callable[[Invocation], Outcome]) -> Program:
    return Program(run)


FOLDERS: dict[str, Program] = {"ls": _plain(_ls), "cd": _plain(_cd), "pwd": _plain(lambda call: Outcome(call.files.cwd + "\n")), "mkdir": _plain(_mkdir), "rm": _plain(_rm), "cp": _plain(_copy),
                               "mv": _plain(_copy), "touch": _plain(_touch), "cat": _plain(_cat), "tee": _plain(_tee)}
