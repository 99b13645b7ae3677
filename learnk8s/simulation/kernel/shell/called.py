"""Which programs a line calls: what goals, hints and lists of allowed commands speak of."""

from collections.abc import Iterator, Sequence

from learnk8s.simulation.kernel.shell.words import Case, Compound, Count, statements

TWO_WORDS = ("kubectl", "docker", "systemctl", "ip", "virsh", "openstack", "cloud", "fault")
"""Programs whose second word says what they do."""
WITH_VALUE = frozenset({"-n", "--namespace", "--context", "--cluster", "--user", "--kubeconfig", "-s", "--server", "--as", "-c", "--connect", "-H", "--host", "-v"})
"""Flags before that second word whose value is a word of its own."""
DEPTH_MAX = 6
SHELLS = ("sh", "bash", "ash", "dash", "zsh")


def is_bare_shell(arguments: Sequence[str]) -> bool:
    """Say whether a command is a shell that reads what is typed.

    >>> is_bare_shell(["/bin/sh", "-l"]), is_bare_shell(["sh", "-c", "true"])
    (True, False)
    """
    return bool(arguments) and arguments[0].rsplit("/", 1)[-1] in SHELLS and all(word in ("-i", "-l", "-il", "--login") for word in arguments[1:])


def called(source: str, depth: int = 0) -> Iterator[str]:
    """Yield the programs of a script, those inside of loops and choices, too; what a here-document holds is no command.

    >>> list(called("kubectl -n shop get pods | grep web; A=1 sudo ip link; for n in 1 2; do kubectl get nodes; done"))
    ['kubectl get', 'grep', 'ip link', 'kubectl get']
    """
    try:
        found = statements(source) if depth < DEPTH_MAX else []
    except ValueError:
        return
    for simple in (simple for statement in found for simple in statement.pipeline.commands):
        if simple.compound is not None:
            for part in _bodies(simple.compound):
                yield from called(part, depth + 1)
            continue
        words = [word for place, word in enumerate(simple.words) if not (word == "sudo" or "=" in word and all("=" in before or before == "sudo" for before in simple.words[:place]))]
        if words:
            yield f"{words[0]} {verb}" if words[0] in TWO_WORDS and (verb := _verb(words[1:])) else words[0]


def _verb(words: Sequence[str]) -> str:
    """Return the first word that is no flag and no flag's value."""
    skips = False
    for word in words:
        if skips or word.startswith("-"):
            skips = not skips and word in WITH_VALUE
        else:
            return word
    return ""


def _bodies(compound: Compound) -> list[str]:
    """Return the scripts inside of a compound."""
    if isinstance(compound, Case):
        return [body for _patterns, body in compound.branches]
    return [text for key in ("condition", "body", "other") if isinstance(text := getattr(compound, key, None), str) and not isinstance(compound, Count)] or [getattr(compound, "body", "")]


def uses(lines: Sequence[str], program: str) -> bool:
    """Say whether a program was called, by its name or by its name and what it was told to do.

    >>> uses(["kubectl scale deployment web --replicas=3"], "kubectl"), uses(["echo kubectl delete"], "kubectl delete")
    (True, False)
    """
    wanted = " ".join(program.split())
    return any(name == wanted or name.startswith(f"{wanted} ") for line in lines for name in called(line))
