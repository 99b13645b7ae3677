"""Flags as kubectl reads them (Go's pflag): `--name value`, `--name=value`, `-n value`, `-nvalue`, joined short switches, `--` ends them.

Which flags a command has, with short names and defaults, stands in `flags.json`, made by scripts/make_kubectl_flags.py from kubectl 1.36 itself.
"""

import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path


class Usage(Exception):
    """The command line cannot be read; the message is kubectl's, the exit status mostly 1."""

    status = 1


class Bare(Usage):
    """The command is refused in words that kubectl prints as they are, without `error:`."""


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag: its names, whether it takes a value, the value it has when given without one, and what its values are."""

    name: str
    short: str = ""
    is_switch: bool = False
    bare: str | None = None
    kind: str = "text"

    @property
    def shown(self) -> str:
        """Return the flag as pflag names it in complaints."""
        return f"-{self.short}, --{self.name}" if self.short else f"--{self.name}"


def switch(name: str, short: str = "") -> Flag:
    """Return a flag without a value."""
    return Flag(name, short, is_switch=True, bare="true")


BARE = {"dry-run": "unchanged", "cascade": "background", "validate": "strict"}
"""The values of flags that may be given without one."""
ALIASES = {
    "create": {"ns": "namespace", "cm": "configmap", "deploy": "deployment", "sa": "serviceaccount", "svc": "service", "ing": "ingress", "cj": "cronjob", "pdb": "poddisruptionbudget", "pc": "priorityclass", "resourcequota": "quota"},
    "top": {"nodes": "node", "no": "node", "pods": "pod", "po": "pod"}, "config": {"use": "use-context"}, "set": {"sa": "serviceaccount"}, "auth": {}, "options": {},
}
"""Other names of sub-commands. Models kubectl/pkg/cmd: the Aliases of cobra commands."""


RECORDING = ("annotate", "apply", "autoscale", "create", "edit", "expose", "label", "patch", "run", "scale", "set image", "set resources", "set selector", "set serviceaccount")
"""Commands that may write themselves into what they change."""
HIDDEN: dict[str, list[list[str]]] = {"drain": [["delete-local-data", "", "false"]], "get": [["use-openapi-print-columns", "", "false"]], **{command: [["record", "", "false"]] for command in RECORDING}}
"""Flags that still work and are not shown."""


def _kind(default: str, name: str) -> str:
    if re.fullmatch(r"-?\d+", default) and name not in ("request-timeout",):
        return "whole"
    return "duration" if re.fullmatch(r"(\d+[hms])+", default) else "text"


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[Flag, ...]]:
    raw = json.loads(Path(__file__).with_name("flags.json").read_text(encoding="utf-8"))
    raw["autoscale"].append(["cpu-percent", "", "-1"])
    for command, hidden in HIDDEN.items():
        raw[command].extend(hidden)
    return {command: tuple(Flag(name, short, default in ("true", "false"), "true" if default in ("true", "false") else BARE.get(name), _kind(default, name)) for name, short, default in found) for command, found in raw.items()}


def command_path(words: list[str]) -> str:
    """Return the longest command that words begin with: `create secret generic`.

    >>> command_path(["create", "ns", "blue"]), command_path(["get", "pods"])
    ('create namespace', 'get')
    """
    path = ""
    for word in words:
        longer = f"{path} {ALIASES.get(path, {}).get(word, word)}".strip()
        if longer not in _table():
            return path
        path = longer
    return path


def commands_under(path: str) -> list[str]:
    """Return the sub-commands of a command."""
    depth = len(path.split())
    return [command.split()[-1] for command in _table() if command.startswith(f"{path} ") and len(command.split()) == depth + 1]


@lru_cache(maxsize=256)
def own_flags(path: str) -> frozenset[str]:
    """Return the names of the flags that a command has for itself."""
    return frozenset(flag.name for flag in _table().get(path, ()))


def flags_of(path: str) -> tuple[Flag, ...]:
    """Return all flags that a command takes, the common ones among them."""
    return (*_table().get(path, ()), *_table()[""], switch("help", "h"))


@dataclass(slots=True)
class Parsed:
    """Words and flags of one command line; every flag keeps all its values."""

    words: list[str]
    flags: dict[str, list[str]] = field(default_factory=dict)
    after_dashes: list[str] | None = None

    def get(self, name: str, default: str = "") -> str:
        """Return a flag's last value."""
        return self.flags[name][-1] if name in self.flags else default

    def has(self, name: str) -> bool:
        """Say whether a flag was given, and not as `=false`."""
        return name in self.flags and self.flags[name][-1] != "false"

    def is_off(self, name: str) -> bool:
        """Say whether a flag was given as `=false`."""
        return name in self.flags and self.flags[name][-1] == "false"

    def all(self, name: str) -> list[str]:
        """Return all values of a flag."""
        return self.flags.get(name, [])

    def integer(self, name: str, default: int | None = None) -> int | None:
        """Return a flag's value as a whole number. Raises Usage."""
        if name not in self.flags:
            return default
        text = self.get(name)
        if not re.fullmatch(r"-?\d{1,12}", text):
            raise Usage(f'invalid argument "{text}" for "--{name}" flag: strconv.ParseInt: parsing "{text}": invalid syntax')
        return int(text)


def plain_words(argv: list[str], count: int) -> list[str]:
    """Return the first words that are no flags and no values of common flags."""
    takes = {flag.shown for flag in _table()[""] if not flag.is_switch} | {f"--{flag.name}" for flag in _table()[""] if not flag.is_switch} | {"-n", "-s", "-v", "-f", "-o", "-l"}
    found: list[str] = []
    rest = list(argv)
    while rest and len(found) < count:
        word = rest.pop(0)
        if word == "--":
            break
        if word.startswith("-"):
            if word in takes and rest:
                rest.pop(0)
            continue
        found.append(word)
    return found


def parse(argv: list[str], flags: tuple[Flag, ...], command: str) -> Parsed:
    """Return the words and flags of a command line. Raises Usage."""
    known = {flag.name: flag for flag in flags}
    shorts = {flag.short: flag for flag in flags if flag.short}
    parsed = Parsed([])
    rest = list(argv)
    try:
        while rest:
            word = rest.pop(0)
            if word == "--":
                parsed.after_dashes = rest
                break
            if word.startswith("--"):
                name, equals, value = word[2:].partition("=")
                flag = known.get(name)
                if flag is None:
                    raise Usage(f"unknown flag: --{name}")
                _give(parsed, flag, value if equals else None, rest, f"--{name}")
            elif word.startswith("-") and len(word) > 1:
                _short(parsed, word, shorts, rest)
            else:
                parsed.words.append(word)
    except Usage as usage:
        if "help" in parsed.flags or any(word in ("--help", "-h") for word in rest):
            parsed.flags["help"] = ["true"]
            return parsed
        raise Usage(f"{usage}\nRun 'kubectl options' without flags." if command == "options" else f"{usage}\nSee 'kubectl {command} --help' for usage.") from None
    return parsed


def _give(parsed: Parsed, flag: Flag, value: str | None, rest: list[str], shown: str) -> None:
    if value is None:
        if flag.bare is not None:
            value = flag.bare
        elif rest:
            value = rest.pop(0)
        else:
            raise Usage(f"flag needs an argument: {shown}")
    _check(flag, value)
    parsed.flags.setdefault(flag.name, []).append({"t": "true", "T": "true", "True": "true", "TRUE": "true", "1": "true", "f": "false", "F": "false", "False": "false", "FALSE": "false", "0": "false"}.get(value, value) if flag.is_switch else value)


def _check(flag: Flag, value: str) -> None:
    """Refuse a value that is not of the flag's kind. Raises Usage."""
    why = ""
    if flag.is_switch and value not in ("true", "false", "t", "f", "T", "F", "True", "False", "TRUE", "FALSE", "0", "1"):
        why = f'strconv.ParseBool: parsing "{value}": invalid syntax'
    elif flag.kind == "whole" and not re.fullmatch(r"[-+]?\d{1,18}", value):
        why = f'strconv.ParseInt: parsing "{value}": invalid syntax'
    elif flag.kind == "duration" and not re.fullmatch(r"-?(\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+|[-+]?0", value):
        unitless = re.fullmatch(r"[-+]?\d+(\.\d*)?", value)
        why = f'time: missing unit in duration "{value}"' if unitless else f'time: invalid duration "{value}"'
    if why:
        raise Usage(f'invalid argument "{value}" for "{flag.shown}" flag: {why}')


def _short(parsed: Parsed, word: str, shorts: dict[str, Flag], rest: list[str]) -> None:
    letters = word[1:]
    while letters:
        letter, letters = letters[0], letters[1:]
        flag = shorts.get(letter)
        if flag is None:
            raise Usage(f"unknown shorthand flag: '{letter}' in {word}")
        if flag.is_switch and not letters.startswith("="):
            parsed.flags.setdefault(flag.name, []).append("true")
            continue
        value = letters.removeprefix("=") if letters else None
        if value is None:
            if not rest:
                raise Usage(f"flag needs an argument: '{letter}' in {word}")
            value = rest.pop(0)
        _check(flag, value)
        parsed.flags.setdefault(flag.name, []).append(value)
        break
