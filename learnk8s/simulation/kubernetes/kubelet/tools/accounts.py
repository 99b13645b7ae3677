"""Users and groups of a container: what its /etc/passwd and /etc/group say, and `id` and `whoami` with them."""

from collections.abc import Callable

from learnk8s.simulation.kernel.shell.files import Files
from learnk8s.simulation.kernel.shell.program import Invocation, Outcome
from learnk8s.simulation.kubernetes.kubelet.tools.surroundings import Surroundings

USUAL = {0: "root", 65534: "nobody"}
"""What numbers are called where no file says otherwise."""


def _rows(files: Files, path: str) -> list[list[str]]:
    return [words for line in (files.read(path) or "").splitlines() if len(words := line.split(":")) > 2 and words[2].isdigit()]


def user_name(files: Files, number: int) -> str:
    """Return what a user is called, or the number."""
    return next((words[0] for words in _rows(files, "/etc/passwd") if int(words[2]) == number), USUAL.get(number, str(number)))


def group_name(files: Files, number: int) -> str:
    """Return what a group is called, or the number."""
    return next((words[0] for words in _rows(files, "/etc/group") if int(words[2]) == number), USUAL.get(number, str(number)))


def user_number(files: Files, name: str) -> int | None:
    """Return a user's number, None for nobody of that name."""
    return next((int(words[2]) for words in _rows(files, "/etc/passwd") if words[0] == name), None)


def image_groups(files: Files, user: int) -> list[int]:
    """Return the groups that /etc/group puts a user into: the runtime adds them. Models containerd's WithAdditionalGIDs."""
    name = user_name(files, user)
    return [int(words[2]) for words in _rows(files, "/etc/group") if name in (words[3] if len(words) > 3 else "").split(",")]


def _named(number: int, name: str) -> str:
    return f"{number}({name})" if name != str(number) else str(number)


def identity(around: Surroundings) -> Callable[[Invocation], Outcome]:
    """`id`."""

    def run(call: Invocation) -> Outcome:
        letters = "".join(word[1:] for word in call.argv[1:] if word.startswith("-"))
        others = {*around.all_groups, *(image_groups(call.files, around.user) if around.merges_groups else ())}
        groups = sorted(others) if around.distribution.is_busybox else [around.group, *sorted(others - {around.group})]  # the kernel keeps them sorted
        names = [group_name(call.files, number) for number in groups]
        main = group_name(call.files, around.group)
        user = user_name(call.files, around.user)
        if "u" in letters:
            return Outcome(f"{user if 'n' in letters else around.user}\n")
        if "g" in letters:
            return Outcome(f"{main if 'n' in letters else around.group}\n")
        if "G" in letters:
            return Outcome(" ".join(names if "n" in letters else map(str, groups)) + "\n")
        return Outcome(f"uid={_named(around.user, user)} gid={_named(around.group, main)} groups={','.join(map(_named, groups, names))}\n")

    return run


def whoami(around: Surroundings) -> Callable[[Invocation], Outcome]:
    """`whoami`."""

    def run(call: Invocation) -> Outcome:
        name = user_name(call.files, around.user)
        if name != str(around.user):
            return Outcome(f"{name}\n")
        return Outcome("", f"whoami: unknown uid {around.user}\n" if around.distribution.is_busybox else f"whoami: cannot find name for user ID {around.user}\n", 1)

    return run
