"""Programs without files: echo, printf, date, sleep, test, export, seq, clear and their like."""

import re
from collections.abc import Callable
from typing import Any

from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kernel.shell.files import Files
from learnk8s.simulation.kernel.shell.program import Invocation, Outcome, Program
from learnk8s.simulation.kernel.shell.screen import CLEARED

ESCAPES = {"n": "\n", "t": "\t", "\\": "\\", "r": "\r", "a": "", "b": "", "e": "\x1b", "0": "\0"}


def unescaped(text: str) -> str:
    """Return a text with backslash escapes carried out."""
    return re.sub(r"\\([ntraeb\\0])", lambda found: ESCAPES[found[1]], text)


def _echo(call: Invocation) -> Outcome:
    words, newline, escapes = call.argv[1:], True, False
    while words and re.fullmatch(r"-[neE]+", words[0]):
        option = words.pop(0)
        newline, escapes = newline and "n" not in option, escapes or "e" in option
    text = " ".join(words)
    return Outcome((unescaped(text) if escapes else text) + ("\n" if newline else ""))


def _printf(call: Invocation) -> Outcome:
    if len(call.argv) < 2:
        return Outcome("", "printf: usage: printf [-v var] format [arguments]\n", 2)
    pattern, values = unescaped(call.argv[1]), list(call.argv[2:])
    out = ""
    while True:
        used = bool(re.search(r"%[-0-9.]*[sd]", pattern)) and bool(values)
        out += re.sub(r"%([-0-9.]*)([sd%])", lambda found: "%" if found[2] == "%" else _formatted(found[1], found[2], values.pop(0) if values else ""), pattern)
        if not (used and values):
            return Outcome(out)


def _formatted(flags: str, kind: str, value: str) -> str:
    width = int(re.sub(r"\D", "", flags.split(".")[0]) or 0) if len(flags) < 6 else 0
    text = str(int(value)) if kind == "d" and value.lstrip("-").isdigit() else value if kind == "s" else "0"
    return text.ljust(width) if flags.startswith("-") else text.rjust(width)


def _date(call: Invocation) -> Outcome:
    words = call.argv[1:]
    given = next((words[place + 1] for place, word in enumerate(words[:-1]) if word in ("-d", "--date")), "now")
    shifted = _date_of(given, call) if given != "now" else None
    moment = Clock(int(shifted) if shifted is not None else call.now_ms).moment()
    pattern = next((word[1:] for word in call.argv[1:] if word.startswith("+")), "%Y-%m-%dT%H:%M:%S+00:00" if any(word.startswith(("-I", "--iso")) for word in words) else "%a %b %e %H:%M:%S UTC %Y")
    pattern = pattern.replace("%s", str(int(moment.timestamp()))).replace("%N", "000000000").replace("%F", "%Y-%m-%d").replace("%T", "%H:%M:%S")
    return Outcome(moment.strftime(pattern) + "\n")


class Sleep:
    """A foreground job that waits."""

    def __init__(self, until_ms: int, now_ms: Callable[[], int]) -> None:
        self.wake_ms: int | None = until_ms
        self._now_ms = now_ms

    def poll(self) -> tuple[str, int | None]:
        """Be over when the time has come."""
        return "", 0 if self._now_ms() >= (self.wake_ms or 0) else None

    def dump(self) -> dict[str, Any]:
        """Return when it ends."""
        return {"until_ms": self.wake_ms}


def duration_ms(text: str) -> int | None:
    """Return the milliseconds of `5`, `1.5s`, `2m`, or None."""
    found = re.fullmatch(r"(\d{1,9}(?:\.\d{1,6})?)([smhd]?)", text)
    return int(float(found[1]) * 1000) * {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}[found[2]] if found else None


def sleep_program(now_ms: Callable[[], int]) -> Program:
    """Return `sleep`, which needs the clock while it goes on."""

    def run(call: Invocation) -> Outcome | Sleep:
        if len(call.argv) < 2:
            return Outcome("", "sleep: missing operand\nTry 'sleep --help' for more information.\n", 1)
        waits = duration_ms(call.argv[1])
        if waits is None:
            return Outcome("", f"sleep: invalid time interval ‘{call.argv[1]}’\nTry 'sleep --help' for more information.\n", 1)
        return Sleep(call.now_ms + waits, now_ms)

    return Program(run, resume=lambda state: Sleep(state["until_ms"], now_ms), summary="wait")


def _seq(call: Invocation) -> Outcome:
    numbers = [int(word) for word in call.argv[1:] if re.fullmatch(r"-?\d{1,6}", word)]
    if not numbers or len(numbers) != len(call.argv) - 1:
        return Outcome("", "seq: missing operand\n", 1)
    first, step, last = (1, 1, numbers[0]) if len(numbers) == 1 else (numbers[0], 1, numbers[1]) if len(numbers) == 2 else (numbers[0], numbers[1], numbers[2])
    found = list(range(first, last + (1 if step > 0 else -1), step or 1))[:10_000]
    return Outcome("".join(f"{number}\n" for number in found))


def _test(call: Invocation) -> Outcome:
    words = call.argv[1:-1] if call.argv[0] == "[" else call.argv[1:]
    if call.argv[0] == "[" and call.argv[-1] != "]":
        return Outcome("", "bash: [: missing `]'\n", 2)
    if len(words) == 3 and re.fullmatch(r"-(eq|ne|lt|le|gt|ge)", words[1]) and not all(re.fullmatch(r"-?\d{1,18}", word) for word in (words[0], words[2])):
        wrong = next(word for word in (words[0], words[2]) if not re.fullmatch(r"-?\d{1,18}", word))
        return Outcome("", f"bash: {call.argv[0]}: {wrong}: integer expression expected\n", 2)
    return Outcome(status=int(not holds(words, call.files)))


def holds(words: list[str], files: Files) -> bool:
    """Say whether the words of `test` hold."""
    for operator, join in (("-o", any), ("-a", all)):
        if operator in words[1:-1] and len(words) > 3:
            place = words.index(operator, 1)
            return join((holds(words[:place], files), holds(words[place + 1 :], files)))
    if words[:1] == ["!"] and len(words) > 1:
        return not holds(words[1:], files)
    match words:
        case []:
            return False
        case ["-n", text] | [text]:
            return bool(text)
        case ["-z", text]:
            return not text
        case ["-f" | "-e" | "-s" | "-r" | "-w" | "-x", name]:
            return bool(files.read(name)) if words[0] == "-s" else files.read(name) is not None or (words[0] != "-f" and files.is_folder(name))
        case ["-d", name]:
            return files.is_folder(name)
        case [left, "=" | "==", right]:
            return left == right
        case [left, "!=", right]:
            return left != right
        case [left, "-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge" as operator, right] if re.fullmatch(r"-?\d{1,18}", left) and re.fullmatch(r"-?\d{1,18}", right):
            difference = int(left) - int(right)
            return {"-eq": difference == 0, "-ne": difference != 0, "-lt": difference < 0, "-le": difference <= 0, "-gt": difference > 0, "-ge": difference >= 0}[operator]
    return False


def _export(call: Invocation) -> Outcome:
    for word in call.argv[1:]:
        name, equals, value = word.partition("=")
        if not re.fullmatch(r"[A-Za-z_]\w*", name):
            return Outcome("", f"bash: export: `{word}': not a valid identifier\n", 1)
        if equals:
            call.variables[name] = value
    return Outcome("" if len(call.argv) > 1 else "".join(f'declare -x {name}="{value}"\n' for name, value in sorted(call.variables.items())))


def _unset(call: Invocation) -> Outcome:
    for name in call.argv[1:]:
        call.variables.pop(name, None)
    return Outcome()


def _env(call: Invocation) -> Outcome:
    if len(call.argv) > 1:
        return call.run(" ".join(word if "=" in word and call.argv[1:].index(word) < next((place for place, item in enumerate(call.argv[1:]) if "=" not in item), 99) else _safe(word) for word in call.argv[1:]))
    return Outcome("".join(f"{name}={value}\n" for name, value in call.variables.items()))


def _xargs(call: Invocation) -> Outcome:
    mark, per_line, separator, words = "", 0, None, list(call.argv[1:])
    while words and words[0].startswith("-"):
        option = words.pop(0)
        if option.startswith("-I") or option == "--replace":
            mark = option[2:] or (words.pop(0) if words else "{}")
        elif option.startswith(("-n", "-L")):
            per_line = int(re.sub(r"\D", "", option[2:] or (words.pop(0) if words else "1")) or 1)
        elif option.startswith("-d"):
            separator = unescaped(option[2:] or (words.pop(0) if words else " "))
        elif option.startswith("-P") and option == "-P" and words:
            words.pop(0)
    words = words or ["echo"]
    items = [item for item in call.stdin.split(separator) if item.strip()][:200] if separator else call.stdin.split()[:200]
    if mark:
        lines = [" ".join(_safe(word.replace(mark, item.strip())) for word in words) for item in call.stdin.splitlines()[:200] if item.strip()]
    else:
        step = per_line or max(len(items), 1)
        lines = [" ".join([*map(_safe, words), *(_safe(item.strip()) for item in items[start : start + step])]) for start in range(0, len(items), step)]
        if not items and not any(option in ("-r", "--no-run-if-empty") for option in call.argv):
            lines = [" ".join(map(_safe, words))]
    outcomes = [call.run(line) for line in lines if line.strip()]
    status = max((item.status for item in outcomes), default=0)
    return Outcome("".join(item.stdout for item in outcomes), "".join(item.stderr for item in outcomes), 123 if 0 < status < 126 else status)


def _safe(word: str) -> str:
    return "'" + word.replace("'", "'\\''") + "'"


def _help(call: Invocation) -> Outcome:
    return Outcome("This is a small simulated shell. It knows: kubectl, curl, wget, nslookup, minikube, fault, traffic, vi, watch, jq, yq, and\n"
                   "awk base64 cat cd column cp cut date diff echo env envsubst export find grep head history jobs kill less ls mkdir mv nl paste printf pwd read rm sed seq sleep sort tail tee test time timeout touch tr uniq wc xargs\n"
                   "with variables, arrays, quotes, pipes, >, >>, <, <<EOF, <<<, $( ), $(( )), [[ ]], &&, ||, ;, &, for, while, until, if, case, functions, aliases and scripts.\nTry: kubectl get nodes\n")


def _date_of(text: str, call: Invocation) -> str | None:
    """Return `date -d`'s moment as seconds, or None."""
    found = re.fullmatch(r"([+-]?\d{1,6}) (second|minute|hour|day)s?( ago)?", text.strip())
    if found is None:
        return None
    scale = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}[found[2]]
    return str(call.now_ms + int(found[1]) * scale * (-1_000 if found[3] else 1_000))


def _basename(call: Invocation) -> Outcome:
    if len(call.argv) < 2:
        return Outcome("", "basename: missing operand\n", 1)
    return Outcome(call.argv[1].rstrip("/").rpartition("/")[2].removesuffix(call.argv[2] if len(call.argv) > 2 else "") + "\n")


def _expr(call: Invocation) -> Outcome:
    from learnk8s.simulation.kernel.shell.arithmetic import BadSum, result

    try:
        value = result(" ".join(call.argv[1:]), lambda name: "", lambda name, value: None)
    except BadSum:
        return Outcome("", "expr: syntax error\n", 2)
    return Outcome(f"{value}\n", "", int(value == 0))


def _not_here(text: str) -> Callable[[Invocation], Outcome]:
    return lambda call: Outcome("", f"learnk8s: {call.argv[0]}: {text}\n", 1)


def _printenv(call: Invocation) -> Outcome:
    names = [word for word in call.argv[1:] if not word.startswith("-")]
    if not names:
        return _env(call)
    return Outcome("".join(f"{call.variables[name]}\n" for name in names if name in call.variables), "", 0 if all(name in call.variables for name in names) else 1)


def _plain(run: Callable[[Invocation], Outcome], summary: str = "") -> Program:
    return Program(run, summary=summary)


SMALL: dict[str, Program] = {
    "echo": _plain(_echo), "printf": _plain(_printf), "date": _plain(_date), "seq": _plain(_seq), "test": _plain(_test), "[": _plain(_test), "export": _plain(_export), "unset": _plain(_unset),
    "env": _plain(_env), "printenv": _plain(_printenv), "true": _plain(lambda call: Outcome()),
    ":": _plain(lambda call: Outcome()), "false": _plain(lambda call: Outcome(status=1)), "clear": _plain(lambda call: Outcome(CLEARED)), "help": _plain(_help), "xargs": _plain(_xargs),
    "whoami": _plain(lambda call: Outcome("learner\n")), "hostname": _plain(lambda call: Outcome("learnk8s\n")), "set": _plain(lambda call: Outcome()),
    "sudo": _plain(lambda call: Outcome()), "basename": _plain(_basename), "dirname": _plain(lambda call: Outcome((call.argv[1].rstrip("/").rpartition("/")[0] or ("/" if call.argv[1].startswith("/") else ".")) + "\n") if len(call.argv) > 1 else Outcome("", "dirname: missing operand\n", 1)),
    "uname": _plain(lambda call: Outcome("Linux learnk8s 6.12.48 x86_64 GNU/Linux\n" if "-a" in call.argv else "x86_64\n" if "-m" in call.argv else "Linux\n")), "id": _plain(lambda call: Outcome("uid=1000(learner) gid=1000(learner) groups=1000(learner)\n")), "nproc": _plain(lambda call: Outcome("2\n")),
    "tput": _plain(lambda call: Outcome()), "stty": _plain(lambda call: Outcome()), "open": _plain(_not_here("there is no other browser here; use curl")), "xdg-open": _plain(_not_here("there is no other browser here; use curl")),
    "expr": _plain(_expr),
}
