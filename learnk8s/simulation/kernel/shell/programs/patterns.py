"""Regular expressions as POSIX tools read them; those that could take exponential time are refused."""

import re
from functools import lru_cache

LINE_MAX = 4_000
PATTERN_MAX = 200
_NESTED = re.compile(r"\([^)]*[*+{][^)]*\)\s*[*+{]")
CLASSES = {"[:space:]": r"\s", "[:digit:]": r"\d", "[:alpha:]": "A-Za-z", "[:alnum:]": "A-Za-z0-9", "[:upper:]": "A-Z", "[:lower:]": "a-z", "[:blank:]": r" \t", "[:punct:]": r"!-/:-@\[-`{-~", "[:xdigit:]": "0-9a-fA-F"}


class BadPattern(ValueError):
    """A pattern that cannot be used."""


@lru_cache(maxsize=256)
def compiled(pattern: str, *, extended: bool, flags: int = 0) -> re.Pattern[str]:
    """Return a POSIX pattern as Python's. Raises BadPattern.

    >>> compiled("$A", extended=False).sub("b", "x$A"), compiled("a$", extended=False).sub("b", "aa")
    ('xb', 'ab')
    """
    if not extended:
        pattern = _with_literal_marks(pattern)
        pattern = re.sub(r"\\?([(){}|+?])", lambda found: found[1] if found[0].startswith("\\") else "\\" + found[1], pattern)
    for name, letters in CLASSES.items():
        pattern = pattern.replace(name, letters)
    pattern = pattern.replace(r"\<", r"\b").replace(r"\>", r"\b")
    if len(pattern) > PATTERN_MAX or _NESTED.search(pattern) or re.search(r"\(\?(?![:i)])", pattern):
        raise BadPattern("this pattern is too costly for the simulated shell")
    try:
        return re.compile(pattern, flags)
    except re.error as error:
        raise BadPattern(f"invalid pattern: {error}") from error


def _with_literal_marks(pattern: str) -> str:
    """Return a basic pattern in which `^`, `$` and `*` are escaped where they mean themselves: not at an edge, or with nothing to repeat."""
    out, place = "", 0
    while place < len(pattern):
        letter, rest = pattern[place], pattern[place + 1 :]
        begins = not out or out.endswith((r"\(", r"\|"))
        if letter == "\\":
            out, place = out + pattern[place : place + 2], place + 2
            continue
        if letter == "[":
            end = pattern.find("]", place + (3 if rest.startswith("^") else 2))
            while 0 <= end and pattern.count("[:", place, end) > pattern.count(":]", place, end + 1):
                end = pattern.find("]", end + 1)
            if end > 0:
                out, place = out + pattern[place : end + 1], end + 1
                continue
        is_mark = (letter == "^" and not begins) or (letter == "$" and rest and not rest.startswith((r"\)", r"\|"))) or (letter == "*" and (begins or out == "^"))
        out, place = out + ("\\" if is_mark else "") + letter, place + 1
    return out
