"""Programs for text: grep, head, tail, wc, sort, uniq, cut, tr, sed, awk, base64.

Patterns are searched line by line, in lines cut to a bounded length, and patterns that could take exponential time are refused.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Callable

from learnk8s.simulation.kernel.shell.program import Invocation, Outcome, Program

LINE_MAX = 4_000
PATTERN_MAX = 200
_NESTED = re.compile(r"\([^)]*[*+{][^)]*\)\s*[*+{]")


class BadPattern(ValueError):
    """A pattern that cannot be used."""


def compiled(pattern: str, *, extended: bool, flags: int = 0) -> re.Pattern[str]:
    """Return a POSIX pattern as Python's. Raises BadPattern."""
    if not extended:
        pattern = re.sub(r"\\?([(){}|+?])", lambda found: found[1] if found[0].startswith("\\") else "\\" + found[1], pattern)
    pattern = pattern.replace("[[:space:]]", r"\s").replace("[[:digit:]]", r"\d").replace("[[:alpha:]]", "[A-Za-z]").replace("[[:alnum:]]", "[A-Za-z0-9]")
    if len(pattern) > PATTERN_MAX or _NESTED.search(pattern) or "(?" in pattern:
        raise BadPattern("this pattern is too costly for the simulated shell")
    try:
        return re.compile(pattern, flags)
    except re.error as error:
        raise BadPattern(f"invalid pattern: {error}") from error


def _inputs(call: Invocation, names: list[str]) -> tuple[str, str]:
    if not names:
        return call.stdin, ""
    texts, wrong = [], ""
    for name in names:
        text = call.stdin if name == "-" else call.files.read(name)
        if text is None:
            wrong += f"{call.argv[0]}: {name}: No such file or directory\n"
        else:
            texts.append(text)
    return "".join(texts), wrong


def _lines(text: str) -> list[str]:
    return text.split("\n")[:-1] if text.endswith("\n") else text.split("\n") if text else []


def _grep(call: Invocation) -> Outcome:
    words: list[str] = []
    options, around = "", {"A": 0, "B": 0}
    arguments = call.argv[1:]
    while arguments:
        word = arguments.pop(0)
        if re.fullmatch(r"-[ABC]\d*", word):
            count = int(word[2:] or (arguments.pop(0) if arguments and arguments[0].isdigit() else "0"))
            for side in ("AB" if word[1] == "C" else word[1]):
                around[side] = count
        elif word == "-e" and arguments:
            words.insert(0, arguments.pop(0))
        elif word.startswith("-") and len(word) > 1 and not word.startswith("--"):
            options += word[1:]
        elif not word.startswith("--"):
            words.append(word)
    if not words:
        return Outcome("", "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n", 2)
    pattern = re.escape(words[0]) if "F" in options else words[0]
    try:
        search = compiled(rf"\b(?:{pattern})\b".replace("(?:", "(") if "w" in options else pattern, extended="E" in options or "F" in options or "w" in options, flags=re.IGNORECASE if "i" in options else 0)
    except BadPattern as bad:
        return Outcome("", f"grep: {bad}\n", 2)
    text, wrong = _inputs(call, words[1:])
    lines = _lines(text)
    hits = [index for index, line in enumerate(lines) if bool(search.search(line[:LINE_MAX])) != ("v" in options)]
    status = 2 if wrong else 0 if hits else 1
    if "q" in options:
        return Outcome("", "", status)
    if "c" in options:
        return Outcome(f"{len(hits)}\n", wrong, status)
    if "o" in options:
        return Outcome("".join(f"{found[0]}\n" for index in hits for found in search.finditer(lines[index][:LINE_MAX]) if found[0]), wrong, status)
    shown = sorted({near for index in hits for near in range(max(index - around["B"], 0), min(index + around["A"] + 1, len(lines)))})
    out = "".join((f"{index + 1}{':' if index in hits else '-'}" if "n" in options else "") + lines[index] + "\n" for index in shown)
    return Outcome(out, wrong, status)


def _count(call: Invocation) -> tuple[int, list[str], str]:
    number, names, sign = 10, [], ""
    arguments = call.argv[1:]
    while arguments:
        word = arguments.pop(0)
        if word in ("-n", "--lines", "-c") and arguments:
            word = "-n" + arguments.pop(0)
        found = re.fullmatch(r"-(?:n|-lines=|c)?([+-]?)(\d{1,7})", word)
        if found:
            sign, number = found[1], int(found[2])
        elif not word.startswith("-") or word == "-":
            names.append(word)
    return number, names, sign


def _head(call: Invocation) -> Outcome:
    number, names, sign = _count(call)
    text, wrong = _inputs(call, names)
    lines = _lines(text)
    return Outcome("".join(f"{line}\n" for line in (lines[:-number] if sign == "-" and number else lines[:number])), wrong, 1 if wrong else 0)


def _tail(call: Invocation) -> Outcome:
    number, names, sign = _count(call)
    text, wrong = _inputs(call, names)
    lines = _lines(text)
    return Outcome("".join(f"{line}\n" for line in (lines[number - 1 :] if sign == "+" else lines[-number:] if number else [])), wrong, 1 if wrong else 0)


def _wc(call: Invocation) -> Outcome:
    options = "".join(word[1:] for word in call.argv[1:] if word.startswith("-"))
    names = [word for word in call.argv[1:] if not word.startswith("-")]
    text, wrong = _inputs(call, names)
    counts = {"l": text.count("\n"), "w": len(text.split()), "c": len(text.encode())}
    wanted = [key for key in "lwc" if key in options.replace("m", "c")] or ["l", "w", "c"]
    row = " ".join(str(counts[key]) if len(wanted) == 1 else f"{counts[key]:>7}" for key in wanted)
    return Outcome(row + (f" {names[0]}" if names else "") + "\n", wrong, 1 if wrong else 0)


def _sort(call: Invocation) -> Outcome:
    options, key, names, separator = "", None, [], None
    arguments = call.argv[1:]
    while arguments:
        word = arguments.pop(0)
        if word.startswith("-k"):
            key = int(re.sub(r"\D.*", "", word[2:] or (arguments.pop(0) if arguments else "1")) or 1)
        elif word.startswith("-t"):
            separator = word[2:] or (arguments.pop(0) if arguments else None)
        elif word.startswith("-") and word != "-":
            options += word[1:]
        else:
            names.append(word)
    text, wrong = _inputs(call, names)

    def rank(line: str) -> tuple[float, str]:
        fields = line.split(separator) if separator else line.split()
        part = line if key is None else fields[key - 1] if len(fields) >= key else ""
        number = re.match(r"\s*-?\d{1,15}(\.\d{1,10})?", part)
        return (float(number[0]) if "n" in options and number else 0.0, part)

    lines = sorted(_lines(text), key=rank, reverse="r" in options)
    if "u" in options:
        lines = list(dict.fromkeys(lines))
    return Outcome("".join(f"{line}\n" for line in lines), wrong, 1 if wrong else 0)


def _uniq(call: Invocation) -> Outcome:
    text, wrong = _inputs(call, [word for word in call.argv[1:] if not word.startswith("-")])
    rows: list[list[object]] = []
    for line in _lines(text):
        if rows and rows[-1][1] == line:
            rows[-1][0] = int(str(rows[-1][0])) + 1
        else:
            rows.append([1, line])
    return Outcome("".join(f"{count:>7} {line}\n" if "-c" in call.argv else f"{line}\n" for count, line in rows), wrong)


def _ranges(text: str) -> list[tuple[int, int]]:
    found = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        found.append((int(first or 1), int(last or 10_000) if dash else int(first)))
    return found


def _cut(call: Invocation) -> Outcome:
    separator, fields, characters, names = "\t", "", "", []
    arguments = call.argv[1:]
    while arguments:
        word = arguments.pop(0)
        if word[:2] in ("-d", "-f", "-c"):
            value = word[2:] or (arguments.pop(0) if arguments else "")
            separator, fields, characters = (value, fields, characters) if word[1] == "d" else (separator, value, characters) if word[1] == "f" else (separator, fields, value)
        elif not word.startswith("-"):
            names.append(word)
    text, wrong = _inputs(call, names)
    wanted = fields or characters
    if not re.fullmatch(r"[\d,-]{1,40}", wanted or "x"):
        return Outcome("", "cut: you must specify a list of bytes, characters, or fields\n", 1)
    out = []
    for line in _lines(text):
        parts = list(line) if characters else line.split(separator)
        if fields and len(parts) == 1:
            out.append(line)
            continue
        picked = [part for index, part in enumerate(parts, start=1) if any(first <= index <= last for first, last in _ranges(wanted))]
        out.append(("" if characters else separator).join(picked))
    return Outcome("".join(f"{line}\n" for line in out), wrong)


def _set_of(text: str) -> str:
    text = text.replace("\\n", "\n").replace("\\t", "\t").replace("[:upper:]", "A-Z").replace("[:lower:]", "a-z").replace("[:space:]", " \t\n")
    return re.sub(r"(.)-(.)", lambda found: "".join(map(chr, range(ord(found[1]), min(ord(found[2]), ord(found[1]) + 200) + 1))), text)


def _tr(call: Invocation) -> Outcome:
    words = [word for word in call.argv[1:] if not (word.startswith("-") and len(word) > 1)]
    first = _set_of(words[0]) if words else ""
    if "-d" in call.argv:
        return Outcome("".join(letter for letter in call.stdin if letter not in first))
    if "-s" in call.argv and len(words) == 1:
        return Outcome(re.sub(f"([{re.escape(first)}])\\1+", r"\1", call.stdin))
    second = _set_of(words[1]) if len(words) > 1 else ""
    if not second:
        return Outcome("", f"tr: missing operand after ‘{words[0] if words else ''}’\n", 1)
    table = {ord(letter): second[min(index, len(second) - 1)] for index, letter in enumerate(first)}
    return Outcome(call.stdin.translate(table))


def _sed(call: Invocation) -> Outcome:
    options = "".join(word[1:] for word in call.argv[1:] if re.fullmatch(r"-[nEri]+", word))
    words = [word for word in call.argv[1:] if not re.fullmatch(r"-[nErie]+", word)]
    if not words:
        return Outcome("", "Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n", 1)
    text, wrong = _inputs(call, words[1:])
    try:
        out = _edited(words[0], _lines(text), quiet="n" in options, extended="E" in options or "r" in options)
    except BadPattern as bad:
        return Outcome("", f"sed: -e expression #1, char 0: {bad}\n", 1)
    result = "".join(f"{line}\n" for line in out)
    if "i" in options and len(words) > 1 and not wrong:
        call.files.write(words[1], result)
        return Outcome()
    return Outcome(result, wrong, 1 if wrong else 0)


def _edited(script: str, lines: list[str], *, quiet: bool, extended: bool) -> list[str]:
    out = []
    commands = [_sed_command(part, extended) for part in re.split(r"(?<!\\);(?![^/]*/[gpiI]*$)|\n", script) if part.strip()]
    for number, line in enumerate(lines, start=1):
        printed = not quiet
        for applies, act in commands:
            if applies(number, line, len(lines)):
                line, extra, kept = act(line)
                printed = printed and kept
                out.extend(extra)
        if printed:
            out.append(line)
    return out


Act = Callable[[str], tuple[str, list[str], bool]]
Applies = Callable[[int, str, int], bool]


def _sed_command(text: str, extended: bool) -> tuple[Applies, Act]:
    found = re.match(r"^\s*(?:(\d+|\$)(?:,(\d+|\$))?|/((?:[^/\\]|\\.)*)/)?\s*(.*)$", text.strip())
    assert found is not None, "the pattern takes any text"
    first, last, pattern, command = found.groups()
    search = compiled(pattern, extended=extended) if pattern is not None else None

    def applies(number: int, line: str, total: int) -> bool:
        if search is not None:
            return bool(search.search(line[:LINE_MAX]))
        if first is None:
            return True
        low = total if first == "$" else int(first)
        high = low if last is None else total if last == "$" else int(last)
        return low <= number <= high

    if command == "p":
        return applies, lambda line: (line, [line], True)
    if command == "d":
        return applies, lambda line: (line, [], False)
    substitute = re.match(r"^s(.)((?:\\.|(?!\1).)*)\1((?:\\.|(?!\1).)*)\1([gpiI]*)$", command, re.DOTALL)
    if substitute is None:
        raise BadPattern(f"unknown command: `{command[:1]}'")
    _mark, before, after, flags = substitute.groups()
    matcher = compiled(before, extended=extended, flags=re.IGNORECASE if "i" in flags.lower() else 0)
    replacement = re.sub(r"(?<!\\)&", r"\\g<0>", after).replace("\\/", "/").replace("\\&", "&")

    def act(line: str) -> tuple[str, list[str], bool]:
        try:
            changed = matcher.sub(replacement, line[:LINE_MAX], count=0 if "g" in flags else 1)
        except (re.error, IndexError) as error:
            raise BadPattern(str(error)) from error
        return changed, [changed] if "p" in flags and changed != line else [], True

    return applies, act


def _awk(call: Invocation) -> Outcome:
    separator, words = None, []
    arguments = call.argv[1:]
    while arguments:
        word = arguments.pop(0)
        if word.startswith("-F"):
            separator = word[2:] or (arguments.pop(0) if arguments else " ")
        else:
            words.append(word)
    if not words:
        return Outcome("", "usage: awk [-F fs] 'prog' [file ...]\n", 2)
    found = re.fullmatch(r"\s*(?:(NR\s*(==|>|<|>=|<=|!=)\s*(\d+))|/((?:[^/\\]|\\.)*)/)?\s*(?:\{\s*print\s*([^}]*)\})?\s*", words[0])
    if found is None:
        return Outcome("", "awk: only `[NR==N | /pattern/] {print $1, $2}` is modelled in this shell\n", 2)
    _rule, operator, number, pattern, expression = found.groups()
    text, wrong = _inputs(call, words[1:])
    try:
        search = compiled(pattern, extended=True) if pattern is not None else None
    except BadPattern as bad:
        return Outcome("", f"awk: {bad}\n", 2)
    out = []
    for index, line in enumerate(_lines(text), start=1):
        if search is not None and not search.search(line[:LINE_MAX]):
            continue
        if operator and not {"==": index == int(number), ">": index > int(number), "<": index < int(number), ">=": index >= int(number), "<=": index <= int(number), "!=": index != int(number)}[operator]:
            continue
        fields = line.split(separator) if separator not in (None, " ") else line.split()
        out.append(_printed(expression, line, fields, index))
    return Outcome("".join(f"{line}\n" for line in out), wrong)


def _printed(expression: str | None, line: str, fields: list[str], number: int) -> str:
    if not (expression or "").strip():
        return line
    parts = []
    for part in re.split(r"\s*,\s*", (expression or "").strip()):
        pieces = re.findall(r'"((?:[^"\\]|\\.)*)"|\$(\w+)|(NR|NF)', part)
        parts.append("".join(text if text else _field(name, line, fields) if name else str(number if word == "NR" else len(fields)) for text, name, word in pieces))
    return " ".join(parts)


def _field(name: str, line: str, fields: list[str]) -> str:
    if name == "NF":
        return fields[-1] if fields else ""
    if name == "0":
        return line
    return fields[int(name) - 1] if name.isdigit() and 0 < int(name) <= len(fields) else ""


def _base64(call: Invocation) -> Outcome:
    names = [word for word in call.argv[1:] if not word.startswith("-") and not word.isdigit()]
    text, wrong = _inputs(call, names)
    if any(word in ("-d", "--decode", "-D") for word in call.argv):
        try:
            return Outcome(b64decode("".join(text.split()), validate=True).decode(errors="replace"), wrong)
        except Error:
            return Outcome("", "base64: invalid input\n", 1)
    encoded = b64encode(text.encode()).decode()
    if "-w0" in call.argv or "-w" in call.argv:
        return Outcome(encoded, wrong)
    return Outcome("".join(f"{encoded[start : start + 76]}\n" for start in range(0, len(encoded), 76)), wrong)


TEXT: dict[str, Program] = {name: Program(run) for name, run in (("grep", _grep), ("egrep", _grep), ("head", _head), ("tail", _tail), ("wc", _wc), ("sort", _sort), ("uniq", _uniq), ("cut", _cut), ("tr", _tr), ("sed", _sed), ("awk", _awk), ("base64", _base64))}
