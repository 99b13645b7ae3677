"""Scripts given to `sh -c`, read into a time line. Nothing is run: a small set of commands is understood.

Understood: echo, sleep, exit, true, false, touch, rm, date, cat of a file that the script made, `while true; do …; done` and `while :`. An unknown command
ends the script with 127, as in a real shell.
"""

import re
import shlex

from learnk8s.simulation.kubernetes.kubelet.images.program import Happening, Program

STATEMENTS_MAX = 200
_LOOP = re.compile(r"while\s+(?:true|:|\[\s*true\s*\])\s*;?\s*do\b(.*?);?\s*done", re.DOTALL)
_SPLIT = re.compile(r"\s*(?:;|&&|\n)\s*")


def program_of_script(text: str, environment: dict[str, str]) -> Program:
    """Return the time line of a script."""
    found = _LOOP.search(text)
    before = text[: found.start()] if found else text
    happenings, at_ms, code = _line(before, environment)
    if code is None and found:
        loop, loop_ms, loop_code = _line(found[1], environment)
        if loop_code is not None:
            moved = tuple(Happening(at_ms + event.at_ms, event.kind, event.text) for event in loop)
            return Program("sh", happenings=(*happenings, *moved), ends_after_ms=at_ms + loop_ms, exit_code=loop_code, memory_bytes=2**20, stops_after_ms=None, processes=(f"sh -c {text}",))
        marked = (*happenings, Happening(at_ms, "mark", ""))
        return Program("sh", happenings=marked, loop=tuple(loop), loop_ms=max(loop_ms, 10), memory_bytes=2**20, stops_after_ms=None, processes=(f"sh -c {text}",), cpu_millicores=1 if loop_ms >= 100 else 900)
    return Program("sh", happenings=tuple(happenings), ends_after_ms=at_ms, exit_code=code or 0, memory_bytes=2**20, stops_after_ms=None, processes=(f"sh -c {text}",))


def _line(text: str, environment: dict[str, str]) -> tuple[list[Happening], int, int | None]:
    """Return what happens, how long it takes, and the exit code if it ends the script."""
    happenings: list[Happening] = []
    at_ms, code = 5, None
    for statement in [part for part in _SPLIT.split(text.strip()) if part][:STATEMENTS_MAX]:
        words = _words(statement, environment)
        if not words:
            continue
        match words[0]:
            case "echo":
                happenings.append(Happening(at_ms, "log", _echoed(words)))
            case "sleep":
                at_ms += _sleep_ms(words)
            case "exit":
                code = int(words[1]) % 256 if len(words) > 1 and words[1].isdigit() else 0
            case "false":
                code = 1
            case "touch":
                happenings.extend(Happening(at_ms, "+", path) for path in words[1:])
            case "rm":
                happenings.extend(Happening(at_ms, "-", path) for path in words[1:] if not path.startswith("-"))
            case "true" | ":" | "date" | "cat" | "trap" | "set" | "cd" | "mkdir" | "export" | "wait" | "exec":
                pass
            case name:
                happenings.append(Happening(at_ms, "log", f"sh: {name}: not found"))
                code = 127
        if code is not None:
            break
    return happenings, at_ms, code


def _words(statement: str, environment: dict[str, str]) -> list[str]:
    filled = re.sub(r"\$\{?([A-Za-z_]\w*)\}?", lambda found: environment.get(found[1], ""), statement)
    try:
        return shlex.split(filled)
    except ValueError:
        return filled.split()


def _echoed(words: list[str]) -> str:
    shown = [word for word in words[1:] if word not in ("-e", "-n")]
    return " ".join(shown[: shown.index(">")] if ">" in shown else shown)


def _sleep_ms(words: list[str]) -> int:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd]?)", words[1]) if len(words) > 1 else None
    if found is None:
        return 2**40 if len(words) > 1 and words[1] in ("infinity", "inf") else 0
    scale = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}[found[2]]
    return int(float(found[1]) * 1000) * scale
