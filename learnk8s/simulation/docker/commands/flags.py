"""Flags as docker's client reads them. Models spf13/pflag (1.0)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from learnk8s.simulation.kernel.shell.programs.small import duration_ms


WIDTH, SLOP = 79, 5


FORMAT_ONE = "Format output using a custom template:\\n'json':             Print in JSON format\\n'TEMPLATE':         Print output using the given Go template.\\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates"
FORMAT_TABLE = "Format output using a custom template:\\n'table':            Print output in table format with column headers (default)\\n'table TEMPLATE':   Print output in table format using the given Go template\\n'json':             Print in JSON format\\n'TEMPLATE':         Print output using the given Go template.\\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates"
"""What `--format` is for, of one thing and of a list; `\\\\n` begins a new line."""


class Usage(Exception):
    """The line is not understood; the message is the whole complaint, `status` what the client ends with."""

    def __init__(self, message: str, status: int = 1, *, is_flag: bool = False) -> None:
        super().__init__(message)
        self.status, self.is_flag = status, is_flag


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag: its name, its letter, the kind of its value and what it is for; without a text `--help` does not list it."""

    name: str
    letter: str
    kind: str
    text: str


def flags(text: str) -> tuple[Flag, ...]:
    """Return flags from lines of `name letter kind text`; `-` is no letter."""
    return tuple(Flag(name, "" if letter == "-" else letter, kind, rest) for name, letter, kind, rest in ((*line.split(None, 3), "")[:4] for line in text.strip().splitlines()))


def parsed(words: Sequence[str], known: Sequence[Flag], *, interspersed: bool = True) -> tuple[dict[str, Any], list[str]]:
    """Return the values by name and the other words. Raises Usage."""
    by_name, by_letter = {flag.name: flag for flag in known}, {flag.letter: flag for flag in known if flag.letter}
    values: dict[str, Any] = {}
    rest: list[str] = []
    left = list(words)
    while left:
        word = left.pop(0)
        if word == "--":
            rest += left
            break
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            flag = by_name.get(name)
            if name == "help":
                values["help"] = True
                continue
            if flag is None:
                raise Usage(f"unknown flag: --{name}", 125, is_flag=True)
            if not equals and flag.kind != "bool":
                if not left:
                    raise Usage(f"flag needs an argument: --{name}", 125, is_flag=True)
                value = left.pop(0)
            _keep(values, flag, value if equals or flag.kind != "bool" else "true")
        elif word.startswith("-") and word != "-":
            _letters(word[1:], by_letter, values, left)
        else:
            rest.append(word)
            if not interspersed:
                rest += left
                break
    return values, rest


def _letters(letters: str, known: dict[str, Flag], values: dict[str, Any], left: list[str]) -> None:
    shown = f"-{letters}"
    while letters:
        letter, letters = letters[0], letters[1:]
        flag = known.get(letter)
        if flag is None:
            raise Usage(f"unknown shorthand flag: {letter!r} in {shown}", 125, is_flag=True)
        if flag.kind == "bool":
            _keep(values, flag, letters[1:] if letters.startswith("=") else "true")
            letters = "" if letters.startswith("=") else letters
            continue
        if not letters and not left:
            raise Usage(f"flag needs an argument: {letter!r} in {shown}", 125, is_flag=True)
        _keep(values, flag, letters.removeprefix("=") if letters else left.pop(0))
        return


def _keep(values: dict[str, Any], flag: Flag, text: str) -> None:
    shown = f"-{flag.letter}, --{flag.name}" if flag.letter else f"--{flag.name}"
    match flag.kind:
        case "bool":
            if text not in ("true", "false", "1", "0", "t", "f"):
                raise Usage(f'invalid argument "{text}" for "{shown}" flag: strconv.ParseBool: parsing "{text}": invalid syntax', 125, is_flag=True)
            values[flag.name] = text in ("true", "1", "t")
        case "list" | "filter":
            values.setdefault(flag.name, []).append(text)
        case "int":
            if not re.fullmatch(r"-?\d{1,12}", text):
                raise Usage(f'invalid argument "{text}" for "{shown}" flag: strconv.ParseInt: parsing "{text}": invalid syntax', 125, is_flag=True)
            values[flag.name] = int(text)
        case "bytes":
            values[flag.name] = _bytes(text, shown)
        case "swap":
            values[flag.name] = -1 if text == "-1" else _bytes(text, shown)
        case "decimal":
            if not re.fullmatch(r"\d{0,6}(\.\d{1,9})?", text) or not text:
                raise Usage(f'invalid argument "{text}" for "{shown}" flag: failed to parse {text} as a rational number', 125, is_flag=True)
            values[flag.name] = round(float(text) * 1000)
        case "duration":
            pause = re.fullmatch(r"(?:\d{1,6}(?:\.\d+)?(?:ms|s|m|h))+", text)
            if not pause:
                raise Usage(f'invalid argument "{text}" for "{shown}" flag: time: invalid duration "{text}"', 125, is_flag=True)
            values[flag.name] = sum(int(part[:-2]) if part.endswith("ms") else duration_ms(part) or 0 for part in re.findall(r"\d+(?:\.\d+)?(?:ms|s|m|h)", text))
        case _:
            values[flag.name] = text


def _bytes(text: str, shown: str) -> int:
    found = re.fullmatch(r"(\d{1,12}(?:\.\d{1,6})?)\s*([kmgtKMGT]?)i?[bB]?", text)
    if found is None:
        number = re.match(r"\d+(?:\.\d+)? ?", text)
        wrong = f"invalid suffix: '{text[number.end():].lower()}'" if number else f"invalid size: '{text}'"
        raise Usage(f'invalid argument "{text}" for "{shown}" flag: {wrong}', 125, is_flag=True)
    return int(float(found[1]) * 1024 ** " kmgt".index(found[2].lower() or " "))


def options(known: Sequence[Flag]) -> str:
    """Return the flags as `--help` lists them."""
    words = {"bool": "", "list": " list", "filter": " filter", "int": " int", "bytes": " bytes", "swap": " bytes", "decimal": " decimal", "duration": " duration", "string": " string"}
    rows = [(f"  -{flag.letter}, --{flag.name}{words[flag.kind]}" if flag.letter else f"      --{flag.name}{words[flag.kind]}", flag.text) for flag in sorted(known, key=lambda flag: flag.name) if flag.text]
    width = max((len(left) for left, _ in rows), default=0) + 3
    return "".join(f"{left:<{width}}{_wrapped(text, width)}\n" for left, text in rows)


def _wrapped(text: str, indent: int) -> str:
    """Return a text in lines beside a column, for a terminal 80 wide: a line may be five letters too long if that is all of it. Models spf13/pflag, wrap."""
    room, rest = max(WIDTH - indent - SLOP, 19), text.replace("\\n", "\n")
    lines: list[str] = []
    while room + SLOP <= len(rest):
        space, end = max(rest.rfind(" ", 0, room), rest.rfind("\n", 0, room)), rest.rfind("\n", 0, room)
        cut = end if 0 < end < space else space
        if cut <= 0:
            break
        lines.append(rest[:cut])
        rest = rest[cut + 1 :]
    return "\n".join([*lines, rest]).replace("\n", "\n" + " " * indent)
