"""What becomes of a word: quotes, variables, `$( )`, `$(( ))`, braces and file patterns. Models bash's expansions as far as tutorials use them."""

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase, translate

from learnk8s.simulation.kernel.limits import LimitExceeded
from learnk8s.simulation.kernel.shell.arithmetic import BadSum, result
from learnk8s.simulation.kernel.shell.files import HOME, Files
from learnk8s.simulation.kernel.shell.program import Outcome
from learnk8s.simulation.kernel.shell.words import SyntaxFault, matching

SEPARATOR = "\x1e"
"""Between the elements of an array, which is kept as one text."""
WORDS_MAX = 10_000
PLAIN = re.compile(r"[\w./:=,@%+-]+")
"""Words that stand for themselves."""
_BRACES = re.compile(r"^(.*?)(?<!\$)\{(?=[^{}'\"$\s]*\})([^{}'\"$\s]*(?:,|\.\.)[^{}'\"$\s]*)\}(.*)$", re.DOTALL)


class Expansion:
    """The part of a shell that expands words."""

    files: Files
    variables: dict[str, str]
    _status: int
    _arguments: list[str]

    def _captured(self, source: str) -> Outcome:
        raise NotImplementedError

    def _print(self, text: str) -> None:
        raise NotImplementedError

    def _expanded(self, words: list[str]) -> list[str]:
        expanded: list[str] = []
        for word in words:
            for piece in braced(word) if "{" in word else [word]:
                expanded.extend(self._fields(piece))
            if len(expanded) > WORDS_MAX:
                raise LimitExceeded(f"the line has more than {WORDS_MAX} words")
        return expanded

    def _fields(self, word: str) -> list[str]:
        """Return the words that one source word becomes: unquoted expansions are split, unquoted patterns are matched."""
        if PLAIN.fullmatch(word):
            return [word]
        listed = self._listed(word)
        if listed is not None:
            return listed
        fields, current, started = [], "", False
        pattern = False
        for text, is_quoted in self._pieces(word):
            if is_quoted:
                current, started = current + text, True
                continue
            for index, part in enumerate(re.split(r"[ \t\n]+", text)):
                if index and (started or current):
                    fields.append(current)
                    current, started = "", False
                current += part
            pattern = pattern or "*" in text or "?" in text
        if current or started:
            fields.append(current)
        if pattern and len(fields) == 1:
            return self.files.globbed(fields[0]) or fields
        return fields

    def _listed(self, word: str) -> list[str] | None:
        """Return the elements of `"$@"` or `"${names[@]}"`, or None for another word."""
        if word in ('"$@"', "$@", "$*", '"${@}"'):
            return list(self._arguments)
        found = re.fullmatch(r'"?\$\{([A-Za-z_]\w*)\[[@*]\]\}"?', word)
        return [part for part in self.variables.get(found[1], "").split(SEPARATOR) if part] if found else None

    def _text(self, word: str) -> str:
        return "".join(text for text, _is_quoted in self._pieces(word))

    def _filled(self, text: str) -> str:
        """Fill in a here-document: variables and commands, no quotes."""
        return "".join(piece for piece, _ in self._pieces(text, in_quotes=True))

    def _pattern(self, word: str) -> str:
        """Return a word as a file pattern: what is quoted stands for itself."""
        return "".join(re.sub(r"([*?\[])", r"[\1]", text) if is_quoted else text for text, is_quoted in self._pieces(word))

    def _pieces(self, word: str, *, in_quotes: bool = False) -> list[tuple[str, bool]]:
        pieces: list[tuple[str, bool]] = []
        place = 0
        if not in_quotes and (word == "~" or word.startswith("~/")):
            pieces.append((self.variables.get("HOME", HOME), True))
            place = 1
        while place < len(word):
            letter = word[place]
            if letter == "\\" and place + 1 < len(word):
                keep = in_quotes and word[place + 1] not in '$`"\\\n'
                pieces.append((word[place : place + 2] if keep else "" if word[place + 1] == "\n" else word[place + 1], True))
                place += 2
            elif letter == "'" and not in_quotes:
                end = word.index("'", place + 1)
                pieces.append((word[place + 1 : end], True))
                place = end + 1
            elif word.startswith("$'", place) and not in_quotes:
                end = _ansi_end(word, place + 2)
                pieces.append((unescaped(word[place + 2 : end]), True))
                place = end + 1
            elif letter == '"' and not in_quotes:
                end = _closing(word, place)
                pieces.append(("".join(text for text, _ in self._pieces(word[place + 1 : end], in_quotes=True)), True))
                place = end + 1
            elif letter in "$`":
                text, place = self._expansion(word, place)
                pieces.append((text, in_quotes))
            else:
                end = next((index for index in range(place + 1, len(word)) if word[index] in "\\'\"$`"), len(word))
                pieces.append((word[place:end], in_quotes))
                place = end
        return pieces

    def _expansion(self, word: str, place: int) -> tuple[str, int]:
        if word[place] == "`":
            end = word.find("`", place + 1)
            if end < 0:
                return "`", place + 1
            return self._substituted(word[place + 1 : end].replace("\\$", "$")), end + 1
        if word.startswith("$((", place):
            end = matching(word, place + 1)
            if word[end - 2 : end] == "))":
                return str(self._sum(word[place + 3 : end - 2])), end
        if word.startswith("$(", place):
            end = matching(word, place + 1)
            return self._substituted(word[place + 2 : end - 1]), end
        if word.startswith("${", place):
            end = _brace_end(word, place + 2)
            return self._parameter(word[place + 2 : end]), end + 1
        found = re.match(r"\$([A-Za-z_]\w*|[?#0-9@*$!])", word[place:])
        if found is None:
            return "$", place + 1
        return self._variable(found[1]), place + found.end()

    def _sum(self, text: str) -> int:
        """Return the value of an arithmetic expression. Raises SyntaxFault."""
        filled = re.sub(r"\$\(([^()]*)\)", lambda found: self._substituted(found[1]), text)
        filled = re.sub(r"\$(\d|#|\?)", lambda found: self._variable(found[1]) or "0", re.sub(r"\$\{([^{}]*)\}", lambda found: self._parameter(found[1]) or "0", filled))
        try:
            return result(filled, self._variable, self.variables.__setitem__)
        except BadSum as bad:
            raise SyntaxFault(str(bad)) from bad

    def _variable(self, name: str) -> str:
        match name:
            case "?":
                return str(self._status)
            case "$":
                return "4711"
            case "#":
                return str(len(self._arguments))
            case "@" | "*":
                return " ".join(self._arguments)
            case "0":
                return "bash"
        if name.isdigit():
            return self._arguments[int(name) - 1] if int(name) <= len(self._arguments) else ""
        return self.variables.get(name, "").split(SEPARATOR)[0]

    def _parameter(self, text: str) -> str:
        found = re.match(r"^([#!]?)([A-Za-z_]\w*|[?@*#]|\d+)(?:\[([^\]]*)\])?(.*)$", text, re.DOTALL)
        if found is None:
            return ""
        before, name, index, rest = found.groups()
        value = self._variable(name) if index is None else self._element(name, index)
        if before == "#":
            return str(len(value)) if index not in ("@", "*") else str(len([part for part in self.variables.get(name, "").split(SEPARATOR) if part]))
        if before == "!":
            value = self._variable(value)
        return self._changed(name, value, rest) if rest else value

    def _element(self, name: str, index: str) -> str:
        parts = self.variables.get(name, "").split(SEPARATOR)
        if index in ("@", "*"):
            return " ".join(part for part in parts if part)
        place = self._sum(index) if index else 0
        return parts[place] if -len(parts) <= place < len(parts) else ""

    def _changed(self, name: str, value: str, rest: str) -> str:
        for operator in (":-", ":=", ":+", ":?", "-", "=", "+", "?"):
            if rest.startswith(operator):
                return self._otherwise(name, value, operator.lstrip(":"), rest[len(operator) :])
        if rest.startswith(":"):
            first, _, length = rest[1:].partition(":")
            start = self._sum(first)
            start = start if start >= 0 else max(len(value) + start, 0)
            return value[start:] if not length else value[start : start + self._sum(length)] if self._sum(length) >= 0 else value[start : self._sum(length)]
        if rest[0] in "%#":
            longest = rest[:2] in ("%%", "##")
            return _trimmed(value, self._pattern(rest[2 if longest else 1 :]), at_end=rest[0] == "%", longest=longest)
        if rest[0] == "/":
            return self._replaced_in(value, rest[1:])
        return {"^^": value.upper(), ",,": value.lower(), "^": value[:1].upper() + value[1:], ",": value[:1].lower() + value[1:]}.get(rest, value)

    def _otherwise(self, name: str, value: str, operator: str, other: str) -> str:
        if operator == "+":
            return self._text(other) if value else ""
        if value:
            return value
        if operator == "?":
            raise SyntaxFault(f"{name}: {self._text(other) or 'parameter null or not set'}")
        text = self._text(other)
        if operator == "=":
            self.variables[name] = text
        return text

    def _replaced_in(self, value: str, rest: str) -> str:
        everywhere = rest.startswith("/")
        before, _, after = (rest[1:] if everywhere else rest).replace("\\/", "\0").partition("/")
        pattern = translate(self._pattern(before.replace("\0", "/"))).removesuffix("\\Z").removesuffix("\\z").replace(".*", ".*?") if before else ""
        replacement = self._text(after.replace("\0", "/"))
        return re.sub(pattern, lambda _found: replacement, value, count=0 if everywhere else 1) if pattern and len(value) < WORDS_MAX else value

    def _substituted(self, source: str) -> str:
        before, folder = dict(self.variables), self.files.cwd
        outcome = self._captured(source.strip())
        self.variables.clear()
        self.variables.update(before)
        if self.files.cwd != folder:
            self.files.cwd = folder
        self._status = outcome.status
        if outcome.stderr:
            self._print(outcome.stderr)
        return outcome.stdout.rstrip("\n")


def braced(word: str, depth: int = 0) -> list[str]:
    """Return what `{a,b}` and `{1..3}` in a word stand for.

    >>> braced("web-{1..3}")
    ['web-1', 'web-2', 'web-3']
    """
    found = _BRACES.match(word) if depth < 4 and not word.startswith(("'", '"')) else None
    if found is None or "'" in found[1] or '"' in found[1]:
        return [word]
    before, inside, after = found.groups()
    counted = re.fullmatch(r"(-?\d{1,6})\.\.(-?\d{1,6})", inside)
    lettered = re.fullmatch(r"([a-zA-Z])\.\.([a-zA-Z])", inside)
    if counted or lettered:
        first, last = (int(counted[1]), int(counted[2])) if counted else (ord(lettered[1]), ord(lettered[2])) if lettered else (0, 0)
        numbers = range(first, last + 1) if first <= last else range(first, last - 1, -1)
        inner = [str(number) if counted else chr(number) for number in numbers[:1_000]]
    elif "," in inside:
        inner = inside.split(",")
    else:
        return [word]
    return [whole for part in inner for whole in braced(before + part + after, depth + 1)]


def unescaped(text: str) -> str:
    """Return a text with backslash escapes carried out.

    >>> unescaped("a\\\\tb")
    'a\\tb'
    """
    letters: Mapping[str, str] = {"n": "\n", "t": "\t", "\\": "\\", "r": "\r", "a": "", "b": "", "e": "\x1b", "'": "'", '"': '"', "0": ""}
    return re.sub(r"\\(x[0-9a-fA-F]{1,2}|[ntreab\\0'\"])", lambda found: chr(int(found[1][1:], 16)) if found[1][0] == "x" else letters[found[1]], text)


def fits_pattern(text: str, pattern: str) -> bool:
    """Say whether a text fits a file pattern, as in `case` and `[[ ]]`."""
    return fnmatchcase(text[:WORDS_MAX], pattern)


def _trimmed(value: str, pattern: str, *, at_end: bool, longest: bool) -> str:
    if len(value) > WORDS_MAX:
        return value
    lengths = range(len(value) + 1)
    for length in reversed(lengths) if longest else lengths:
        part = value[len(value) - length :] if at_end else value[:length]
        if fnmatchcase(part, pattern):
            return value[: len(value) - length] if at_end else value[length:]
    return value


def _closing(word: str, place: int) -> int:
    index = place + 1
    while index < len(word) and word[index] != '"':
        if word[index] == "\\":
            index += 1
        elif word.startswith("$(", index):
            index = matching(word, index + 1) - 1
        index += 1
    return index


def _ansi_end(word: str, place: int) -> int:
    while place < len(word) and word[place] != "'":
        place += 2 if word[place] == "\\" else 1
    return place


def _brace_end(word: str, place: int) -> int:
    depth = 1
    while place < len(word):
        if word[place] == "\\":
            place += 1
        elif word[place] in "{}":
            depth += 1 if word[place] == "{" else -1
            if depth == 0:
                return place
        place += 1
    return len(word)
