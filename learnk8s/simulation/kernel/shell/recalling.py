"""History expansion: what `!!` and its like mean, for a line typed at a prompt. Models bash's: nothing in single quotes, nothing before a space, `=`, `(` or a quote."""

import re
from collections.abc import Sequence

QUOTED = re.compile(r"'[^']*'|\\.")
EVENT = re.compile(r"(?<![$\w])!(!|\$|-?\d+|[A-Za-z_][\w-]*)")


class NoEvent(LookupError):
    """Nothing like this was typed before; the text is what bash says."""


def recalled(line: str, past: Sequence[str]) -> str:
    r"""Return a line with earlier lines put in for their events. Raises NoEvent.

    >>> recalled("sudo !!", ["ls /root"]), recalled("cat !$", ["ls /root"]), recalled("!ls -l", ["ls /root", "pwd"]), recalled("awk '!seen[$0]++'", ["ls"])
    ('sudo ls /root', 'cat /root', 'ls /root -l', "awk '!seen[$0]++'")
    """
    if "!" not in line or "\n" in line:
        return line
    out, place = "", 0
    for quoted in [*QUOTED.finditer(line), None]:
        end = quoted.start() if quoted else len(line)
        out += EVENT.sub(lambda found: _event(found[1], past), line[place:end])
        if quoted:
            out, place = out + quoted[0], quoted.end()
    return out


def _event(word: str, past: Sequence[str]) -> str:
    if word in ("!", "$"):
        last = past[-1] if past else None
        found = last if word == "!" or not last or not last.split() else last.split()[-1]
    elif word.lstrip("-").isdigit():
        number = int(word)
        found = past[number - 1 if number > 0 else number] if number and -len(past) <= number <= len(past) else None
    else:
        found = next((line for line in reversed(past) if line.startswith(word)), None)
    if found is None:
        raise NoEvent(f"bash: !{word}: event not found\n")
    return found
