"""Whose files are, and who may do what with them: chmod, chown, chgrp, stat."""

import re

from learnk8s.simulation.kernel.shell.program import Invocation, Outcome
from learnk8s.simulation.kubernetes.kubelet.layered import Denied, FileStatus
from learnk8s.simulation.kubernetes.kubelet.tools.accounts import USUAL, group_name, user_name
from learnk8s.simulation.kubernetes.kubelet.tools.folders import files_of, no_such


def chmod(call: Invocation) -> Outcome:
    """`chmod`, `chown` and `chgrp`."""
    files = files_of(call)
    words = [word for word in call.argv[1:] if not re.fullmatch(r"-[RfvcHhLP]+", word)]
    for name in words[1:]:
        found = files.status(name)
        if found is None:
            return no_such(call.argv[0], name)
        changed = changed_status(found, call.argv[0], words[0])
        if changed is None:
            return Outcome("", f"{call.argv[0]}: invalid {'mode' if call.argv[0] == 'chmod' else 'user or group'}: {words[0]}\n", 1)
        try:
            files.set_status(files.path(name), changed)
        except Denied:
            return no_such(call.argv[0], name, "Operation not permitted")
    return Outcome()


def changed_status(found: FileStatus, how: str, word: str) -> FileStatus | None:
    """Return what chmod, chown or chgrp make of a file's status, or None for a word that means nothing.

    >>> changed_status(FileStatus(False, 0o644), "chmod", "u+x,g=").mode == 0o704, changed_status(FileStatus(False, 0o644), "chown", "1000:root").user
    (True, 1000)
    """
    if how == "chmod":
        mode = int(word, 8) if re.fullmatch(r"[0-7]{1,4}", word) else _symbolic(found.mode, word)
        return None if mode is None else found._replace(mode=mode)
    user, _, group = word.partition(":") if how == "chown" else ("", "", word)
    numbers = {name: number for number, name in USUAL.items()}
    ids = [str(numbers.get(part, part)) for part in (user, group)]
    if any(part and not part.isdigit() for part in ids):
        return None
    return found._replace(user=int(ids[0] or found.user), group=int(ids[1] or found.group))


def _symbolic(mode: int, word: str) -> int | None:
    for part in word.split(","):
        found = re.fullmatch(r"([ugoa]*)([+=-])([rwxst]*)", part)
        if found is None:
            return None
        bits = sum({"r": 4, "w": 2, "x": 1}.get(letter, 0) for letter in set(found[3]))
        who = "ugo" if "a" in found[1] or not found[1] else found[1]
        mask, whole = 0, 0
        for name, shift in (("u", 6), ("g", 3), ("o", 0)):
            if name in who:
                mask, whole = mask | bits << shift, whole | 7 << shift
        mask |= (0o1000 if "t" in found[3] else 0) | (0o4000 if "s" in found[3] and "u" in who else 0) | (0o2000 if "s" in found[3] and "g" in who else 0)
        mode = mode | mask if found[2] == "+" else mode & ~mask if found[2] == "-" else mode & ~whole | mask
    return mode


def stat(call: Invocation) -> Outcome:
    """`stat`, with -c in a form of one's own."""
    files = files_of(call)
    form = next((call.argv[index + 1] for index, word in enumerate(call.argv[:-1]) if word in ("-c", "--format")), "")
    out = ""
    for name in [word for index, word in enumerate(call.argv[1:]) if not word.startswith("-") and call.argv[index] not in ("-c", "--format")]:
        found = files.status(name)
        if found is None:
            return no_such("stat", name)
        size = 4096 if found.is_folder else files.size(name)
        table = {"a": f"{found.mode:o}", "A": found.letters, "u": str(found.user), "g": str(found.group), "U": _known(user_name(files, found.user)), "G": _known(group_name(files, found.group)), "s": str(size), "n": name, "F": "directory" if found.is_folder else "regular file"}
        if form:
            out += re.sub(r"%([aAugUGsnF])", lambda word, table=table: table[word[1]], form) + "\n"
        else:
            out += f"  File: {name}\n  Size: {size:<10}\tBlocks: 8          IO Block: 4096   {table['F']}\nAccess: ({found.mode:04o}/{found.letters})  Uid: ({found.user:>5}/{table['U']:>8})   Gid: ({found.group:>5}/{table['G']:>8})\n"
    return Outcome(out)


def _known(name: str) -> str:
    return "UNKNOWN" if name.isdigit() else name
