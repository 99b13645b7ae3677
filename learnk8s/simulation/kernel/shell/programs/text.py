"""Programs for text: grep, head, tail, wc, sort, uniq, cut, tr, base64, column, rev, tac, nl, paste, diff, and by name sed and awk.

Patterns are searched line by line, in lines cut to a bounded length, and patterns that could take exponential time are refused.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Callable
from difflib import unified_diff
from hashlib import md5, sha1, sha256
from typing import Any

from learnk8s.simulation.kernel.shell.program import Invocation, Outcome, Program
from learnk8s.simulation.kernel.shell.programs.awk import awk
from learnk8s.simulation.kernel.patterns import BadPattern, Pattern, escaped
from learnk8s.simulation.kernel.shell.programs.patterns import LINE_MAX, compiled
from learnk8s.simulation.kernel.shell.programs.sed import sed

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


GREP_LONG = {"--ignore-case": "i", "--invert-match": "v", "--count": "c", "--only-matching": "o", "--line-number": "n", "--quiet": "q", "--silent": "q", "--extended-regexp": "E", "--fixed-strings": "F", "--word-regexp": "w", "--line-regexp": "x",
             "--files-with-matches": "l", "--no-filename": "h", "--with-filename": "H", "--perl-regexp": "P", "--recursive": "r"}


def _grep(call: Invocation) -> Outcome:
    words: list[str] = []
    patterns: list[str] = []
    options, around, most = "E" if call.argv[0] == "egrep" else "F" if call.argv[0] == "fgrep" else "", {"A": 0, "B": 0}, 10**9
    arguments = call.argv[1:]
    while arguments:
        word = arguments.pop(0)
        counted = re.fullmatch(r"-([a-zA-Z]*)([ABCm])(\d*)", word) or re.fullmatch(r"--()(after-context|before-context|context|max-count)=(\d+)", word)
        if counted:
            options += counted[1]
            count = int(counted[3] or (arguments.pop(0) if arguments and arguments[0].isdigit() else "0"))
            side = {"after-context": "A", "before-context": "B", "context": "C", "max-count": "m"}.get(counted[2], counted[2])
            if side == "m":
                most = count
            for each in "AB" if side == "C" else side:
                around[each] = count
        elif word in ("-e", "--regexp") and arguments:
            patterns.append(arguments.pop(0))
        elif word.startswith("--regexp="):
            patterns.append(word.partition("=")[2])
        elif word in GREP_LONG:
            options += GREP_LONG[word]
        elif re.fullmatch(r"-[a-zA-Z]*e", word) and len(word) > 2 and arguments:
            options += word[1:-1]
            patterns.append(arguments.pop(0))
        elif word == "--":
            words.extend(arguments)
            break
        elif word.startswith("-") and len(word) > 1 and not word.startswith("--"):
            options += word[1:]
        elif not word.startswith("--"):
            words.append(word)
    if not patterns and not words:
        return Outcome("", "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n", 2)
    pattern_lines = [line for pattern in (patterns or [words.pop(0)]) for line in pattern.split("\n")]
    try:
        searches = [_grep_pattern(line, options) for line in pattern_lines]
    except BadPattern as bad:
        return Outcome("", f"grep: {bad}\n", 2)
    names = words if words or "r" not in options else ["."]
    if "r" in options:
        names = [path for name in names for path in (sorted(entry for entry in call.files.texts if entry.startswith(call.files.path(name).rstrip("/") + "/")) if call.files.is_folder(name) else [name])]
    try:
        searched = [_searched(call.stdin if name in ("", "-") else call.files.read(name), name, searches, options, around, most, titled="h" not in options and ("H" in options or len(names) > 1 or "r" in options), memory=call.memory if call.memory is not None and name in ("", "-") else {}) for name in names or [""]]
    except BadPattern as bad:
        return Outcome("", f"grep: {bad}\n", 2)
    hits = sum(found for _text, _wrong, found in searched)
    wrong = "".join(item[1] for item in searched)
    return Outcome("" if "q" in options else "".join(item[0] for item in searched), wrong, 0 if hits and ("q" in options or not wrong) else 2 if wrong else 0 if hits else 1, reads_no_more=hits >= most or bool(hits and set("ql") & set(options)))


def _grep_pattern(line: str, options: str) -> Pattern:
    pattern = escaped(line) if "F" in options else line
    extended = bool(set("EFP") & set(options))
    if "w" in options:
        pattern = rf"\b({pattern})\b" if extended else rf"\b\({pattern}\)\b"
    if "x" in options:
        pattern = rf"^({pattern})$" if extended else rf"^\({pattern}\)$"
    return compiled(pattern, extended=extended, ignores_case="i" in options, longest="P" not in options)


def _searched(text: str | None, name: str, searches: list[Pattern], options: str, around: dict[str, int], most: int, *, titled: bool, memory: dict[str, Any]) -> tuple[str, str, int]:
    """Return what is printed of one text, what is wrong with it, and how many of its lines fit. Of the pieces before, the memory has the lines that may still be shown around others."""
    if text is None:
        return "", f"grep: {name}: No such file or directory\n", 0
    head = f"{name}:" if titled else ""
    kept: list[str] = memory.get("kept", [])
    lines, first, known = [*kept, *_lines(text)], memory.get("lines", 0) - len(kept), memory.get("hits", 0)
    hits = [index for index, line in enumerate(lines) if any(search.search(line[:LINE_MAX]) for search in searches) != ("v" in options)]
    new = [index for index in hits if index >= len(kept)][: most - known]
    hits = [*(index for index in hits if index < len(kept)), *new]
    total = known + len(new)
    memory |= {"kept": lines[len(lines) - max(around.values()) :] if any(around.values()) else [], "lines": first + len(lines), "hits": total}
    if "l" in options:
        return (f"{name or '(standard input)'}\n" if hits else ""), "", total
    if "c" in options:
        return f"{head}{total}\n", "", total
    if "o" in options:
        return "".join(f"{head}{f'{first + index + 1}:' if 'n' in options else ''}{found[0]}\n" for index in new for search in searches for found in search.finditer(lines[index][:LINE_MAX]) if found[0]), "", total
    shown = sorted({near for index in hits for near in range(max(index - around["B"], 0), min(index + around["A"] + 1, len(lines)))})
    out, before = "", memory["shown"] - first if "shown" in memory else None
    for index in shown:
        if before is not None and index <= before:
            continue
        if before is not None and index > before + 1 and (around["A"] or around["B"]):
            out += "--\n"
        mark = ":" if index in hits else "-"
        out += (head if mark == ":" else head[:-1] + "-" if head else "") + (f"{first + index + 1}{mark}" if "n" in options else "") + lines[index] + "\n"
        before = index
    if before is not None:
        memory["shown"] = first + before
    return out, "", total


def _count(call: Invocation) -> tuple[int, list[str], str, bool]:
    number, names, sign, in_bytes = 10, [], "", False
    arguments = call.argv[1:]
    while arguments:
        word = arguments.pop(0)
        if word in ("-n", "--lines", "-c", "--bytes") and arguments:
            in_bytes = word in ("-c", "--bytes")
            word = "-n" + arguments.pop(0)
        in_bytes = in_bytes or word.startswith("-c")
        found = re.fullmatch(r"-(?:n|-lines=|c|-bytes=)?([+-]?)(\d{1,7})", word)
        if found:
            sign, number = found[1], int(found[2])
        elif not word.startswith("-") or word == "-":
            names.append(word)
    return number, names, sign, in_bytes


def _ends(call: Invocation, *, first: bool) -> Outcome:
    number, names, sign, in_bytes = _count(call)
    text, wrong = _inputs(call, names)
    units: list[str] = list(text) if in_bytes else [f"{line}\n" for line in _lines(text)]
    memory = {} if call.memory is None else call.memory
    if first and sign != "-":
        memory["left"] = memory.get("left", number) - len(chosen := units[: memory.get("left", number)])
    elif first:
        units = [*memory.get("held", ()), *units]
        chosen, memory["held"] = units[: max(len(units) - number, 0)], units[max(len(units) - number, 0) :]
    elif sign == "+":
        chosen = units[(skipped := memory.get("skipped", max(number - 1, 0))) :]
        memory["skipped"] = max(skipped - len(units), 0)
    else:
        chosen = units[-number:] if number else []
    return Outcome("".join(chosen), wrong, 1 if wrong else 0, reads_no_more=memory.get("left") == 0)


def _head(call: Invocation) -> Outcome:
    return _ends(call, first=True)


def _tail(call: Invocation) -> Outcome:
    return _ends(call, first=False)


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
        if re.match(r"-[a-zA-Z]*k", word):
            options += word[1 : word.index("k")]
            given = word[word.index("k") + 1 :] or (arguments.pop(0) if arguments else "1")
            options += re.sub(r"[^nrhVM]", "", given)
            key = int(re.sub(r"\D.*", "", given) or 1)
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
        if "h" in options:
            sized = re.match(r"\s*(\d{1,12}(?:\.\d{1,6})?)([KMGT]?)", part)
            return (float(sized[1]) * 1024 ** "_KMGT".index(sized[2] or "_") if sized else 0.0, part)
        if "V" in options:
            part = re.sub(r"\d{1,12}", lambda found: found[0].zfill(12), part)
        return (float(number[0]) if "n" in options and number else 0.0, part.lower() if "f" in options else part)

    lines = sorted(_lines(text), key=rank, reverse="r" in options)
    if "u" in options:
        lines = list(dict.fromkeys(lines))
    return Outcome("".join(f"{line}\n" for line in lines), wrong, 1 if wrong else 0)


def _uniq(call: Invocation) -> Outcome:
    options = "".join(word[1:] for word in call.argv[1:] if word.startswith("-"))
    text, wrong = _inputs(call, [word for word in call.argv[1:] if not word.startswith("-")])
    memory = {} if call.memory is None else call.memory
    rows: list[tuple[int, str]] = [(memory["count"], memory["line"])] if memory else []
    was_shown = bool(memory) and not set("cu") & set(options) and ("d" not in options or memory["count"] > 1)
    for line in _lines(text):
        if rows and (rows[-1][1] == line or ("i" in options and rows[-1][1].lower() == line.lower())):
            rows[-1] = (rows[-1][0] + 1, rows[-1][1])
        else:
            rows.append((1, line))
    if rows:
        memory["count"], memory["line"] = rows[-1]
    rows = rows[was_shown : len(rows) - 1 if call.is_open and set("cu") & set(options) else None]  # the last one may come once more
    rows = [row for row in rows if not ("d" in options and row[0] < 2) and not ("u" in options and row[0] > 1)]
    return Outcome("".join(f"{count:>7} {line}\n" if "c" in options else f"{line}\n" for count, line in rows), wrong)


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
        if word.startswith(("--delimiter=", "--fields=", "--characters=")):
            word = f"-{word[2]}{word.partition('=')[2]}"
        if word == "-s":
            continue
        if word[:2] in ("-d", "-f", "-c", "-b"):
            word = "-c" + word[2:] if word[1] == "b" else word
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
    text = re.sub(r"\\0{1,3}", "\0", text).replace("\\n", "\n").replace("\\t", "\t").replace("[:upper:]", "A-Z").replace("[:lower:]", "a-z").replace("[:space:]", " \t\n")
    return re.sub(r"(.)-(.)", lambda found: "".join(map(chr, range(ord(found[1]), min(ord(found[2]), ord(found[1]) + 200) + 1))), text)


def _tr(call: Invocation) -> Outcome:
    options = "".join(word[1:] for word in call.argv[1:] if re.fullmatch(r"-[cCdst]+", word))
    words = [word for word in call.argv[1:] if not re.fullmatch(r"-[cCdst]+", word)]
    first = _set_of(words[0]) if words else ""
    second = _set_of(words[1]) if len(words) > 1 else ""
    outside = "c" in options or "C" in options
    if "d" in options:
        return Outcome("".join(letter for letter in call.stdin if (letter in first) == outside))
    text = call.stdin
    if second:
        table = {letter: second[min(index, len(second) - 1)] for index, letter in enumerate(first)}
        text = "".join((second[-1] if letter not in first else letter) if outside else table.get(letter, letter) for letter in text)
    elif "s" not in options:
        return Outcome("", f"tr: missing operand after ‘{words[0] if words else ''}’\n", 1)
    if "s" in options:
        squeezed, kept = second or first, ""
        for letter in text:
            if not (kept and kept[-1] == letter and (letter in squeezed) != (outside and not second)):
                kept += letter
        text = kept
    return Outcome(text)


def _base64(call: Invocation) -> Outcome:
    names = [word for word in call.argv[1:] if not word.startswith("-") and not word.isdigit()]
    text, wrong = _inputs(call, names)
    if any(word in ("-d", "--decode", "-D", "-di") for word in call.argv):
        try:
            return Outcome(b64decode("".join(text.split()), validate=True).decode(errors="replace"), wrong)
        except Error:
            return Outcome("", "base64: invalid input\n", 1)
    encoded = b64encode(text.encode()).decode()
    if any(word in ("-w0", "-w", "--wrap=0") for word in call.argv):
        return Outcome(encoded, wrong)
    return Outcome("".join(f"{encoded[start : start + 76]}\n" for start in range(0, len(encoded), 76)), wrong)


def _column(call: Invocation) -> Outcome:
    separator, names, arguments = None, [], call.argv[1:]
    while arguments:
        word = arguments.pop(0)
        if word.startswith("-s"):
            separator = word[2:] or (arguments.pop(0) if arguments else None)
        elif not word.startswith("-"):
            names.append(word)
    text, wrong = _inputs(call, names)
    rows = [line.split(separator) if separator else line.split() for line in _lines(text) if line.strip()]
    widths = [max(len(row[place]) for row in rows if place < len(row)) for place in range(max(map(len, rows), default=0))]
    return Outcome("".join("  ".join(cell.ljust(widths[place]) for place, cell in enumerate(row)).rstrip() + "\n" for row in rows), wrong)


def _by_line(work: Callable[[list[str]], list[str]]) -> Callable[[Invocation], Outcome]:
    def run(call: Invocation) -> Outcome:
        text, wrong = _inputs(call, [word for word in call.argv[1:] if not word.startswith("-")])
        return Outcome("".join(f"{line}\n" for line in work(_lines(text))), wrong, 1 if wrong else 0)

    return run


def _nl(call: Invocation) -> Outcome:
    text, wrong = _inputs(call, [word for word in call.argv[1:] if not word.startswith("-")])
    memory = {} if call.memory is None else call.memory
    start, lines = memory.get("lines", 0) + 1, _lines(text)
    memory["lines"] = start - 1 + len(lines)
    return Outcome("".join(f"{number:>6}\t{line}\n" for number, line in enumerate(lines, start)), wrong, 1 if wrong else 0)


def _paste(call: Invocation) -> Outcome:
    options = [word for word in call.argv[1:] if word.startswith("-") and word != "-"]
    words = [word for word in call.argv[1:] if not word.startswith("-") or word == "-"]
    separator = next((word.split("d", 1)[1] for word in options if "d" in word), "\t")
    if not separator and words:
        separator = words.pop(0)
    if any("s" in word for word in options):
        text, wrong = _inputs(call, [word for word in words if word != "-"])
        return Outcome(separator.join(_lines(text)) + "\n", wrong)
    columns = [_lines(call.stdin if name == "-" else call.files.read(name) or "") for name in words]
    return Outcome("".join(separator.join(column[place] if place < len(column) else "" for column in columns) + "\n" for place in range(max(map(len, columns), default=0))))


def _diff(call: Invocation) -> Outcome:
    names = [word for word in call.argv[1:] if not word.startswith("-") or word == "-"]
    if len(names) != 2:
        return Outcome("", "diff: missing operand\n", 2)
    texts = [call.stdin if name == "-" else call.files.read(name) for name in names]
    for name, text in zip(names, texts, strict=True):
        if text is None:
            return Outcome("", f"diff: {name}: No such file or directory\n", 2)
    lines = list(unified_diff(_lines(texts[0] or ""), _lines(texts[1] or ""), names[0], names[1], lineterm=""))
    return Outcome("".join(f"{line}\n" for line in lines), "", 1 if lines else 0)


def _digest(work: Any) -> Callable[[Invocation], Outcome]:
    def run(call: Invocation) -> Outcome:
        names = [word for word in call.argv[1:] if not word.startswith("-")]
        text, wrong = _inputs(call, names)
        return Outcome(f"{work(text.encode(), usedforsecurity=False).hexdigest()}  {names[0] if names else '-'}\n", wrong)

    return run


def _envsubst(call: Invocation) -> Outcome:
    return Outcome(re.sub(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))", lambda found: call.variables.get(found[1] or found[2], ""), call.stdin))


TEXT: dict[str, Program] = {name: Program(run) for name, run in (
    ("grep", _grep), ("egrep", _grep), ("fgrep", _grep), ("head", _head), ("tail", _tail), ("wc", _wc), ("sort", _sort), ("uniq", _uniq), ("cut", _cut), ("tr", _tr), ("sed", sed), ("awk", awk), ("gawk", awk), ("base64", _base64), ("column", _column),
    ("rev", _by_line(lambda lines: [line[::-1] for line in lines])), ("tac", _by_line(lambda lines: lines[::-1])), ("nl", _nl), ("paste", _paste), ("diff", _diff),
    ("less", _by_line(lambda lines: lines)), ("more", _by_line(lambda lines: lines)), ("md5sum", _digest(md5)), ("sha1sum", _digest(sha1)), ("sha256sum", _digest(sha256)), ("envsubst", _envsubst))}
