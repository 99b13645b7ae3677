"""Regular expressions that strangers write, matched by RE2: in time linear in the text, whatever the pattern, where Python's engine may take for ever.

RE2 is also what Kubernetes and CEL read (Go's regexp has the same syntax); look-around and back-references are refused.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Protocol, cast

import re2

PATTERN_CHARS_MAX = 4_096
MEMORY_BYTES_MAX = 4 * 1024 * 1024
_IN_GO = {"missing )": "missing closing )", "missing ]": "missing closing ]", "no argument for repetition operator": "missing argument to repetition operator", "bad repetition operator": "invalid nested repetition operator",
          "invalid perl operator": "invalid or unsupported Perl syntax", "invalid repetition size": "invalid repeat count", "trailing \\": "trailing backslash at end of expression", "pattern too large - compile failed": "expression too large"}
"""What Go's regexp calls the errors to which RE2 gives other words."""


escaped = re2.escape
"""Makes a text a pattern of itself."""
BAD_TEMPLATE = (re.error, re2.error, IndexError)
"""What `sub` and `expand` raise for a replacement that names no group."""


class BadPattern(ValueError):
    """A pattern that cannot be used."""


class Match(Protocol):
    """A find, as `re.Match`."""

    def __getitem__(self, group: int) -> str: ...
    def start(self, group: int = 0) -> int: ...
    def end(self, group: int = 0) -> int: ...
    def groups(self) -> tuple[str | None, ...]: ...
    def expand(self, template: str) -> str: ...


class Pattern(Protocol):
    """A compiled pattern, as `re.Pattern`."""

    groupindex: dict[str, int]

    def search(self, text: str) -> Match | None: ...
    def match(self, text: str) -> Match | None: ...
    def fullmatch(self, text: str) -> Match | None: ...
    def finditer(self, text: str) -> Iterator[Match]: ...
    def split(self, text: str, maxsplit: int = 0) -> list[str]: ...
    def sub(self, repl: str | Callable[[Match], str], text: str, count: int = 0) -> str: ...
    def subn(self, repl: str | Callable[[Match], str], text: str, count: int = 0) -> tuple[str, int]: ...


@lru_cache(maxsize=512)
def pattern(text: str, *, longest: bool = False, ignores_case: bool = False) -> Pattern:
    """Return a pattern; `longest` prefers the longest of the leftmost finds, as POSIX has it. Raises BadPattern, in the words of Go's regexp.

    >>> pattern("a|ab", longest=True).sub("-", "abc"), pattern("a|ab").sub("-", "abc")
    ('-c', '-bc')
    >>> pattern("(a")
    Traceback (most recent call last):
    learnk8s.simulation.kernel.patterns.BadPattern: missing closing ): `(a`
    """
    if len(text) > PATTERN_CHARS_MAX:
        raise BadPattern("expression nests too deeply or is too long")
    options = re2.Options()
    options.longest_match, options.case_sensitive, options.log_errors, options.max_mem = longest, not ignores_case, False, MEMORY_BYTES_MAX
    try:
        return cast(Pattern, re2.compile(text, options))
    except re2.error as error:
        raw = error.args[0] if error.args else b""
        said = raw.decode(errors="replace") if isinstance(raw, bytes) else str(raw)
        what, _, where = said.partition(": ")
        raise BadPattern(f"{_IN_GO.get(what, what)}: `{where or text}`") from None
