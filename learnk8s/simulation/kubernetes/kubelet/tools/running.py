"""`ps`: busybox's form, and that of procps with its three usual calls. Models procps/ps.c of busybox 1.36 and procps-ng 4.0.

Differs: processes are numbered one after the other, and a command from outside comes some numbers later, as the runtime's own short-lived processes would make it.
"""

from collections.abc import Callable
from datetime import datetime

from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kernel.shell.program import Invocation, Outcome
from learnk8s.simulation.kubernetes.kubelet.tools.accounts import user_name
from learnk8s.simulation.kubernetes.kubelet.tools.surroundings import Surroundings

APART = 6
"""How many numbers a process that was started from outside comes after the one before."""


def ps(around: Surroundings) -> Callable[[Invocation], Outcome]:
    """`ps`: the container's own processes, the shell that one types into, and `ps` itself."""

    def run(call: Invocation) -> Outcome:
        rows = list(enumerate(around.processes, start=1))
        for name in (around.shell, " ".join(call.argv)):
            if name:
                rows.append(((rows[-1][0] if rows else 0) + APART, name))
        user = user_name(call.files, around.user)
        if around.distribution.is_busybox:
            return Outcome("PID   USER     TIME  COMMAND\n" + "".join(f"{number:>5} {user[:8]:<8}  0:00 {name}\n" for number, name in rows))
        return Outcome(_procps(call, rows, user, around))

    return run


def _procps(call: Invocation, rows: list[tuple[int, str]], user: str, around: Surroundings) -> str:
    words = "".join(call.argv[1:])
    moment = Clock(call.now_ms).moment()
    terminals = {number: "pts/0" if around.shell and number > len(around.processes) else "?" for number, _name in rows}
    if "a" in words and "u" in words:
        return "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n" + "".join(_long_row(number, name, user, terminals[number], moment, is_last=number == rows[-1][0]) for number, name in rows)
    if "f" in words:
        return "UID          PID    PPID  C STIME TTY          TIME CMD\n" + "".join(f"{user:<8} {number:>7} {_parent(number, rows, around):>7}  0 {moment:%H:%M} {terminals[number]:<8} 00:00:00 {name}\n" for number, name in rows)
    every = any(letter in words for letter in "eAax")
    shown = [(number, name) for number, name in rows if every or not around.shell or terminals[number] != "?"]
    return "    PID TTY          TIME CMD\n" + "".join(f"{number:>7} {terminals[number]:<8} 00:00:00 {name.split()[0].rsplit('/', 1)[-1].rstrip(':')}\n" for number, name in shown)


def _parent(number: int, rows: list[tuple[int, str]], around: Surroundings) -> int:
    """Return a process's parent: the first one's for what it started, none for what came from outside."""
    if 1 < number <= len(around.processes):
        return 1
    return rows[-2][0] if around.shell and number == rows[-1][0] else 0


def _long_row(number: int, name: str, user: str, terminal: str, moment: datetime, *, is_last: bool) -> str:
    size = 2_000 + sum(map(ord, name)) % 9_000
    state = "R" if is_last else "S"
    return f"{user:<8} {number:>7}  0.0  0.0 {size:>6} {size // 2:>5} {terminal:<8} {state + ('s' if number == 1 else '+' if is_last and terminal != '?' else ''):<4} {moment:%H:%M}   0:00 {name}\n"
