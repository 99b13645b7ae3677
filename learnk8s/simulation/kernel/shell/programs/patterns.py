"""Regular expressions as POSIX tools read them: the longest of the leftmost finds. Back-references, which no linear engine knows, are followed in short texts only."""

import re
from functools import lru_cache
from typing import Any, cast

from learnk8s.simulation.kernel.patterns import BadPattern, Pattern
from learnk8s.simulation.kernel.patterns import pattern as read

LINE_MAX = 4_000
REFERRING_LETTERS_MAX, REFERRING_REPEATS_MAX = 200, 2
"""What Python's engine is given: it tries every division of a text among the repeats."""
_REFERS = re.compile(r"(?<!\\)(?:\\\\)*\\[1-9]")


class _Referring:
    """A pattern with a back-reference."""

    def __init__(self, pattern: str, *, ignores_case: bool) -> None:
        if len(re.findall(r"[*+{?]", pattern)) > REFERRING_REPEATS_MAX:
            raise BadPattern("a pattern with a back-reference and so many repeats is too costly for the simulated shell")
        try:
            self._pattern = re.compile(pattern.replace("[[:space:]]", r"\s").replace("[[:alpha:]]", "[A-Za-z]").replace("[[:digit:]]", r"\d").replace("[[:alnum:]]", "[A-Za-z0-9]"), re.IGNORECASE if ignores_case else 0)
        except re.error as error:
            raise BadPattern(f"invalid pattern: {error}") from error
        self.groupindex = dict(self._pattern.groupindex)

    def __getattr__(self, name: str) -> Any:
        done = getattr(self._pattern, name)

        def bounded(*arguments: Any, **named: Any) -> Any:
            if any(len(text) > REFERRING_LETTERS_MAX for text in arguments if isinstance(text, str)):
                raise BadPattern("the text is too long for a pattern with a back-reference")
            return done(*arguments, **named)

        return bounded


@lru_cache(maxsize=256)
def compiled(pattern: str, *, extended: bool, ignores_case: bool = False, longest: bool = True) -> Pattern:
    r"""Return a POSIX pattern. Raises BadPattern.

    >>> compiled("$A", extended=False).sub("b", "x$A"), compiled("a$", extended=False).sub("b", "aa")
    ('xb', 'ab')
    >>> compiled(r"\(.\)\1", extended=False).sub("2", "hello"), compiled("(a*)*b", extended=True).search("a" * LINE_MAX)
    ('he2o', None)
    """
    if not extended:
        pattern = _with_literal_marks(pattern)
        pattern = re.sub(r"\\?([(){}|+?])", lambda found: found[1] if found[0].startswith("\\") else "\\" + found[1], pattern)
    pattern = pattern.replace(r"\<", r"\b").replace(r"\>", r"\b")
    if _REFERS.search(pattern):
        return cast(Pattern, _Referring(pattern, ignores_case=ignores_case))
    return read(pattern, longest=longest, ignores_case=ignores_case)


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
