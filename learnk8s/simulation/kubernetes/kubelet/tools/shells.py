"""Shells called by a command, and what belongs to every shell: expr, sleep."""

import re
from collections.abc import Callable

from learnk8s.simulation.kernel.shell.program import Invocation, Outcome
from learnk8s.simulation.kernel.shell.programs.small import duration_ms
from learnk8s.simulation.kubernetes.kubelet.tools.surroundings import Surroundings


def shell(call: Invocation) -> Outcome:
    """`sh -c SCRIPT`, `sh FILE`, and a script that is piped in."""
    rest = call.argv[1:]
    while rest and rest[0].startswith("-") and "c" not in rest[0]:
        rest.pop(0)
    if rest and rest[0].startswith("-") and len(rest) > 1:
        return call.run(rest[1])
    if rest:
        text = call.files.read(rest[0])
        return call.run(text) if text is not None else Outcome("", f"{call.argv[0]}: can't open '{rest[0]}': No such file or directory\n", 2)
    return call.run(call.stdin) if call.stdin.strip() else Outcome()


def sleep(around: Surroundings) -> Callable[[Invocation], Outcome]:
    """`sleep`: the caller's time passes."""
    def run(call: Invocation) -> Outcome:
        if len(call.argv) < 2:
            return Outcome("", "sleep: missing operand\n", 1)
        waits = 2**40 if call.argv[1] in ("infinity", "inf") else duration_ms(call.argv[1])
        if waits is None:
            return Outcome("", f"sleep: invalid number '{call.argv[1]}'\n", 1)
        around.wait(waits)
        return Outcome()

    return run


def expr(call: Invocation) -> Outcome:
    """`expr` of two whole numbers."""
    match call.argv[1:]:
        case [left, "+" | "-" | "*" | "/" | "%" as sign, right] if re.fullmatch(r"-?\d{1,15}", left) and re.fullmatch(r"-?\d{1,15}", right) and not (sign in "/%" and int(right) == 0):
            first, second = int(left), int(right)
            return Outcome(f"{ {'+': first + second, '-': first - second, '*': first * second}.get(sign, first // (second or 1) if sign == '/' else first % (second or 1))}\n")
    return Outcome("", "expr: syntax error\n", 2)
