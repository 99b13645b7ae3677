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
    """Return a POSIX pattern as Python's. Raises BadPattern."""
    if not extended:
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
