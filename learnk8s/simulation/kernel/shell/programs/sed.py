"""sed: addresses with s, d, p, a, i, c, q, y, =. Models GNU sed without hold space and branches."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from learnk8s.simulation.kernel.shell.program import Invocation, Outcome
from learnk8s.simulation.kernel.patterns import BAD_TEMPLATE, BadPattern
from learnk8s.simulation.kernel.shell.programs.patterns import LINE_MAX, compiled


@dataclass(frozen=True, slots=True)
class Command:
    """One command with the lines that it is for."""

    first: str
    last: str
    negated: bool
    name: str
    text: str
    change: Callable[[str], tuple[str, int]] | None = None
    flags: str = ""


@dataclass(slots=True)
class Place:
    """How far sed has come: how many lines it has read, until which line each range goes (None: until a pattern), whether more may come, whether it has quit."""

    number: int = 0
    until: dict[int, int | None] = field(default_factory=dict)
    is_open: bool = False
    is_over: bool = False

    def dump(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {"number": self.number, "until": [[place, end] for place, end in self.until.items()]}

    @classmethod
    def resumed(cls, dumped: dict[str, Any]) -> "Place":
        """Return what `dump` wrote down; of nothing, the beginning."""
        return cls(dumped.get("number", 0), {place: end for place, end in dumped.get("until", ())})


NO_LAST_LINE = 10**9
"""Which line `$` means as long as more may come."""


def sed(call: Invocation) -> Outcome:
    """Run sed."""
    scripts, words, letters, rest = [], [], "", list(call.argv[1:])
    while rest:
        word = rest.pop(0)
        if word in ("-e", "--expression") and rest:
            scripts.append(rest.pop(0))
        elif word.startswith("--expression="):
            scripts.append(word.partition("=")[2])
        elif re.fullmatch(r"-[nErszu]*i.*", word) or word.startswith("--in-place"):
            letters += "i" + re.sub(r"[^nErs]", "", word.partition("i")[0])
        elif word in ("--quiet", "--silent", "--regexp-extended"):
            letters += "E" if word.endswith("extended") else "n"
        elif re.fullmatch(r"-[nErsu]+e?", word):
            letters += word[1:]
            if word.endswith("e") and rest:
                scripts.append(rest.pop(0))
        else:
            words.append(word)
    if not scripts:
        if not words:
            return Outcome("", "Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n", 1)
        scripts.append(words.pop(0))
    try:
        commands = _read("\n".join(scripts), extended="E" in letters or "r" in letters)
        return _files(call, commands, words, letters)
    except BadPattern as bad:
        return Outcome("", f"sed: -e expression #1, char 0: {bad}\n", 1)


def _files(call: Invocation, commands: list[Command], names: list[str], letters: str) -> Outcome:
    if "i" in letters:
        for name in names:
            text = call.files.read(name)
            if text is None:
                return Outcome("", f"sed: can't read {name}: No such file or directory\n", 2)
            call.files.write(name, edited(commands, text, quiet="n" in letters, place=Place()))
        return Outcome()
    wrong, text = "", call.stdin if not names else ""
    for name in names:
        found = call.stdin if name == "-" else call.files.read(name)
        if found is None:
            wrong += f"sed: can't read {name}: No such file or directory\n"
        text += found or ""
    place = Place.resumed(call.memory or {})
    place.is_open = call.is_open
    out = edited(commands, text, quiet="n" in letters, place=place)
    if call.memory is not None:
        call.memory.update(place.dump())
    return Outcome(out, wrong, 2 if wrong else 0, reads_no_more=place.is_over)


_ADDRESS = r"(\d+|\$|/(?:[^/\\]|\\.)*/I?|\\(.)(?:(?!\3).)*\3)"


def _read(script: str, *, extended: bool) -> list[Command]:
    found, place = [], 0
    while place < len(script):
        if script[place] in " \t\n;}":
            place += 1
            continue
        command, place = _one(script, place, extended=extended)
        found.append(command)
        if len(found) > 100:
            raise BadPattern("the script is too long")
    return found


def _address(script: str, place: int) -> tuple[str, int]:
    if script[place : place + 1].isdigit() or script[place : place + 1] == "$":
        end = place + 1
        while end < len(script) and script[place].isdigit() and script[end].isdigit():
            end += 1
        return script[place:end], end
    mark = script[place : place + 1]
    if mark == "/" or mark == "\\":
        place += mark == "\\"
        mark = script[place]
        end = place + 1
        while end < len(script) and script[end] != mark:
            end += 2 if script[end] == "\\" else 1
        return "/" + script[place + 1 : end].replace("\\" + mark, mark), end + 1
    return "", place


def _one(script: str, place: int, *, extended: bool) -> tuple[Command, int]:
    first, place = _address(script, place)
    last = ""
    if script[place : place + 1] == ",":
        following = script[place + 1 : place + 2]
        if following == "+":
            count = re.match(r"\+(\d+)", script[place + 1 :])
            last, place = f"+{count[1]}" if count else "", place + 1 + (len(count[0]) if count else 1)
        else:
            last, place = _address(script, place + 1)
    while script[place : place + 1] in (" ", "\t"):
        place += 1
    negated = script[place : place + 1] == "!"
    place += negated
    for address in (first, last):
        if address.startswith("/"):
            compiled(address[1:], extended=extended)
    marked = tuple(("E" if extended else "B") + address if address.startswith("/") else address for address in (first, last))
    name = script[place : place + 1]
    if name == "{":
        raise BadPattern("groups { } are not modelled in this shell; give several -e")
    if name == "s":
        change, flags, place = _substitution(script, place, extended=extended)
        return Command(marked[0], marked[1], negated, "s", "", change, flags), place
    if name == "y":
        parts, place = _parts(script, place)
        table = str.maketrans(dict(zip(parts[0], parts[1], strict=False)))
        return Command(marked[0], marked[1], negated, "s", "", lambda line: (line.translate(table), 1)), place
    if name in ("a", "i", "c"):
        end = script.find("\n", place)
        text = script[place + 1 : end if end >= 0 else len(script)]
        text = text.lstrip(" ").removeprefix("\\").lstrip("\n") if not text.startswith("\\") else text[1:].lstrip("\n")
        if text == "" and end >= 0:
            stop = script.find("\n", end + 1)
            text, end = script[end + 1 : stop if stop >= 0 else len(script)], stop
        return Command(marked[0], marked[1], negated, name, text.replace("\\n", "\n").replace("\\t", "\t")), len(script) if end < 0 else end
    if name in ("d", "p", "q", "="):
        return Command(marked[0], marked[1], negated, name, ""), place + 1
    raise BadPattern(f"unknown command: `{name}'" if name else "missing command")


def _parts(script: str, place: int) -> tuple[list[str], int]:
    mark, place = script[place + 1 : place + 2], place + 2
    parts = []
    for _ in range(2):
        start = place
        while place < len(script) and script[place] != mark:
            place += 2 if script[place] == "\\" else 1
        if place >= len(script):
            raise BadPattern("unterminated `s' command")
        parts.append(script[start:place].replace("\\" + mark, mark if mark not in "|+?(){}" else "\\" + mark))
        place += 1
    return parts, place


def _substitution(script: str, place: int, *, extended: bool) -> tuple[Callable[[str], tuple[str, int]], str, int]:
    (before, after), place = _parts(script, place)
    flags = re.match(r"[gpiIm\d]*", script[place:])
    letters = flags[0] if flags else ""
    matcher = compiled(before, extended=extended, ignores_case="i" in letters.lower())
    replacement = re.sub(r"(?<!\\)&", r"\\g<0>", after).replace("\\&", "&").replace("\\n", "\n")
    nth = int(re.sub(r"\D", "", letters) or 1)

    def change(line: str) -> tuple[str, int]:
        try:
            if nth == 1:
                return matcher.subn(replacement, line[:LINE_MAX], count=0 if "g" in letters else 1)
            found = list(matcher.finditer(line[:LINE_MAX]))
            if len(found) < nth:
                return line, 0
            hit = found[nth - 1]
            return line[: hit.start()] + hit.expand(replacement) + line[hit.end() :], 1
        except BAD_TEMPLATE as error:
            raise BadPattern(str(error)) from error

    return change, letters, place + len(letters)


def _hits(address: str, number: int, line: str, total: int) -> bool:
    if address[1:2] == "/":
        return bool(compiled(address[2:], extended=address[0] == "E").search(line[:LINE_MAX]))
    return number == total if address == "$" else number == int(address)


def edited(commands: list[Command], text: str, *, quiet: bool, place: Place) -> str:
    """Return a text after all commands, as what follows on what was read before. Raises BadPattern."""
    lines = text.split("\n")[:-1] if text.endswith("\n") else text.split("\n") if text else []
    out: list[str] = []
    total = NO_LAST_LINE if place.is_open else place.number + len(lines)
    for line in lines:
        place.number += 1
        printed, after, over = not quiet, [], False
        for index, command in enumerate(commands):
            if _applies(command, index, place.number, line, total, place.until) == command.negated:
                continue
            match command.name:
                case "s":
                    assert command.change is not None, "substitutions have one"
                    line, count = command.change(line)
                    if count and "p" in command.flags:
                        out.append(line)
                case "p":
                    out.append(line)
                case "=":
                    out.append(str(place.number))
                case "d":
                    printed, over = False, True
                case "c":
                    if not command.last or index not in place.until:
                        out.append(command.text)
                    printed, over = False, True
                case "i":
                    out.append(command.text)
                case "a":
                    after.append(command.text)
                case "q":
                    place.is_over = True
                    if printed:
                        out.append(line)
                    return "".join(f"{item}\n" for item in [*out, *after])
            if over:
                break
        out.extend([line, *after] if printed else after)
    return "".join(f"{item}\n" for item in out)


def _applies(command: Command, place: int, number: int, line: str, total: int, until: dict[int, int | None]) -> bool:
    if not command.first:
        return True
    if not command.last:
        return _hits(command.first, number, line, total)
    if place in until:
        end = until[place]
        if end is not None and number >= end or end is None and _hits(command.last, number, line, total):
            del until[place]
        return end is None or number <= end
    if not _hits(command.first, number, line, total):
        return False
    if command.last.startswith("+"):
        until[place] = number + int(command.last[1:])
    elif command.last.isdigit():
        if int(command.last) > number:
            until[place] = int(command.last)
    elif command.last != "$" or number < total:
        until[place] = total if command.last == "$" else None
    return True
