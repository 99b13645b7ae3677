"""Flags as docker's client reads them. Models spf13/pflag (1.0)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from learnk8s.simulation.kernel.shell.programs.small import duration_ms


class Usage(Exception):
    """The line is not understood; the message is the whole complaint, `status` what the client ends with."""

    def __init__(self, message: str, status: int = 1, *, is_flag: bool = False) -> None:
        super().__init__(message)
        self.status, self.is_flag = status, is_flag


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag: its name, its letter, the kind of its value and what it is for."""

    name: str
    letter: str
    kind: str
    text: str


def flags(text: str) -> tuple[Flag, ...]:
    """Return flags from lines of `name letter kind text`; `-` is no letter."""
    return tuple(Flag(name, "" if letter == "-" else letter, kind, rest) for name, letter, kind, rest in (line.split(None, 3) for line in text.strip().splitlines()))


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
        case "list":
            values.setdefault(flag.name, []).append(text)
        case "int":
            if not re.fullmatch(r"-?\d{1,12}", text):
                raise Usage(f'invalid argument "{text}" for "{shown}" flag: strconv.ParseInt: parsing "{text}": invalid syntax', 125, is_flag=True)
            values[flag.name] = int(text)
        case "bytes":
            values[flag.name] = _bytes(text, shown)
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
        raise Usage(f'invalid argument "{text}" for "{shown}" flag: invalid size: \'{text}\'', 125, is_flag=True)
    return int(float(found[1]) * 1024 ** " kmgt".index(found[2].lower() or " "))


def options(known: Sequence[Flag]) -> str:
    """Return the flags as `--help` lists them."""
    words = {"bool": "", "list": " list", "int": " int", "bytes": " bytes", "decimal": " decimal", "duration": " duration", "string": " string"}
    rows = [(f"  -{flag.letter}, --{flag.name}{words[flag.kind]}" if flag.letter else f"      --{flag.name}{words[flag.kind]}", flag.text) for flag in sorted(known, key=lambda flag: flag.name)]
    width = max((len(left) for left, _ in rows), default=0) + 3
    return "".join(f"{left:<{width}}{text}\n" for left, text in rows)
