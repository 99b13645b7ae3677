"""Programs without files: echo, printf, date, sleep, test, export, seq, clear and their like."""

import re
from collections.abc import Callable
from typing import Any

from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kernel.shell.program import Invocation, Outcome, Program

ESCAPES = {"n": "\n", "t": "\t", "\\": "\\", "r": "\r", "a": "", "b": "", "0": "\0"}


def unescaped(text: str) -> str:
    """Return a text with backslash escapes carried out."""
    return re.sub(r"\\([ntra\\b0])", lambda found: ESCAPES[found[1]], text)


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
    moment = Clock(call.now_ms).moment()
    pattern = next((word[1:] for word in call.argv[1:] if word.startswith("+")), "%a %b %e %H:%M:%S UTC %Y")
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
    negated = bool(words) and words[0] == "!"
    holds = _holds(words[1:] if negated else words, call)
    return Outcome(status=int(holds == negated))


def _holds(words: list[str], call: Invocation) -> bool:
    match words:
        case []:
            return False
        case ["-n", text] | [text]:
            return bool(text)
        case ["-z", text]:
            return not text
        case ["-f" | "-e" | "-s" | "-r", name]:
            return call.files.read(name) is not None or (words[0] == "-e" and call.files.is_folder(name))
        case ["-d", name]:
            return call.files.is_folder(name)
        case [left, "=" | "==", right]:
            return left == right
        case [left, "!=", right]:
            return left != right
        case [left, "-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge" as operator, right] if left.lstrip("-").isdigit() and right.lstrip("-").isdigit():
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
    return Outcome("".join(f"{name}={value}\n" for name, value in call.variables.items()))


def _xargs(call: Invocation) -> Outcome:
    options = [word for word in call.argv[1:] if word.startswith("-")]
    words = [word for word in call.argv[1:] if not word.startswith("-")] or ["echo"]
    found = call.stdin.split()[:200]
    if "-I" in options or "-I{}" in options:
        mark = "{}"
        words = [word for word in words if word != mark or words.index(word) > 0]
        lines = [" ".join(_safe(word.replace(mark, item)) for word in words) for item in call.stdin.splitlines()[:200]]
    elif any(option.startswith("-n") for option in options):
        lines = [" ".join([*map(_safe, words), _safe(item)]) for item in found]
    else:
        lines = [" ".join([*map(_safe, words), *map(_safe, found)])]
    outcomes = [call.run(line) for line in lines if line.strip()]
    return Outcome("".join(item.stdout for item in outcomes), "".join(item.stderr for item in outcomes), max((item.status for item in outcomes), default=0))


def _safe(word: str) -> str:
    return "'" + word.replace("'", "'\\''") + "'"


def _help(call: Invocation) -> Outcome:
    return Outcome("This is a small simulated shell. It knows: kubectl, curl, nslookup, minikube, fault, traffic, and\n"
                   "cat cd cp cut date echo env export grep head ls mkdir mv printf pwd rm sed seq sleep sort tail tee test touch tr uniq wc xargs awk base64 watch\n"
                   "with variables, quotes, pipes, >, >>, <, <<EOF, $( ), &&, ||, ;, for, while and if.\nTry: kubectl get nodes\n")


def _not_here(text: str) -> Callable[[Invocation], Outcome]:
    return lambda call: Outcome("", f"learnk8s: {call.argv[0]}: {text}\n", 1)


def _plain(run: Callable[[Invocation], Outcome], summary: str = "") -> Program:
    return Program(run, summary=summary)


SMALL: dict[str, Program] = {
    "echo": _plain(_echo), "printf": _plain(_printf), "date": _plain(_date), "seq": _plain(_seq), "test": _plain(_test), "[": _plain(_test), "export": _plain(_export), "unset": _plain(_unset),
    "env": _plain(_env), "printenv": _plain(lambda call: Outcome(call.variables.get(call.argv[1], "") + "\n") if len(call.argv) > 1 else _env(call)), "true": _plain(lambda call: Outcome()),
    ":": _plain(lambda call: Outcome()), "false": _plain(lambda call: Outcome(status=1)), "clear": _plain(lambda call: Outcome("\f")), "help": _plain(_help), "xargs": _plain(_xargs),
    "whoami": _plain(lambda call: Outcome("learner\n")), "hostname": _plain(lambda call: Outcome("learnk8s\n")), "set": _plain(lambda call: Outcome()),
    "sudo": _plain(lambda call: call.run(" ".join(map(_safe, call.argv[1:])))),
    **dict.fromkeys(("vi", "vim", "nano", "emacs", "code"), _plain(_not_here("there is no editor in this terminal; use the YAML panel of the page, or cat > FILE <<EOF"))),
    **dict.fromkeys(("docker", "helm", "git", "apt", "apt-get", "ssh", "systemctl", "kubeadm", "kind", "crictl", "etcdctl"), _plain(_not_here("not modelled in this sandbox"))),
}
