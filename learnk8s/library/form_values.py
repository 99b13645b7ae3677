"""Values in the fields of a form, from a table to the page and back without loss: a word, a number, a list, or names with values, one a line."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from learnk8s.courseware.questions.reading import SECONDS_MAX
from learnk8s.courseware.questions.writing import in_line
from learnk8s.courseware.reading import Reader
from learnk8s.library.forms import plain

LETTERS_MAX = 4_000
ABSENT = object()
"""Nothing was written, which is something else than null."""


class At(str):
    """A problem, and the name of the field at which it stands ("": the form as a whole)."""

    __slots__ = ("field",)
    field: str

    def __new__(cls, text: str, field: str = "") -> "At":
        """Return a text that knows its field."""
        made = super().__new__(cls, text)
        made.field = field
        return made


def shown(value: Any) -> str:
    """Return a value as somebody writes it: as it stands if it then means the same, else in YAML's words.

    >>> shown("a b"), shown("2"), shown(2), shown([1, "x"])
    ('a b', '"2"', '2', '[1, x]')
    """
    return value if isinstance(value, str) and value == value.strip() and "\n" not in value and 0 < len(value) <= LETTERS_MAX and value_from(value, []) == value else in_line(value)


def value_from(text: str, problems: list[str], name: str = "") -> Any:
    """Return what a field means, a text that YAML cannot read as it stands; ABSENT if nothing was written."""
    text = plain(text)[:LETTERS_MAX].strip()
    if not text:
        return ABSENT
    if text in ("null", "~"):
        return None
    reader = Reader.of("value", text)
    if reader.problems and text[0] in "{[":
        problems.append(At(_("A list ends with ], names with values end with }: %(text)s") % {"text": text[:60]}, name))
    return reader.value if reader.document is not None and not reader.problems else text


def minutes_shown(value: Any) -> str:
    """Return seconds as somebody writes them: minutes, with seconds if there are some over.

    >>> minutes_shown(1200), minutes_shown(90), minutes_shown("soon")
    ('20', '1:30', 'soon')
    """
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        return "" if value in (None, 0) else str(value)
    minutes, seconds = divmod(value, 60)
    return f"{minutes}:{seconds:02}" if seconds else str(minutes)


def seconds_from(text: str, problems: list[str], name: str = "") -> int | str:
    """Return the seconds of what is written as minutes, or the text if it says none.

    >>> seconds_from("20", []), seconds_from("1:30", []), seconds_from("", [])
    (1200, 90, 0)
    """
    found = re.fullmatch(r"(\d{1,6})(?::([0-5]\d))?", text, re.ASCII)
    if found is None:
        if text:
            problems.append(At(_("Write minutes, such as 20, or minutes and seconds, such as 1:30."), name))
        return text or 0
    seconds = int(found[1]) * 60 + int(found[2] or 0)
    if seconds > SECONDS_MAX:
        problems.append(At(_("At most %(most)d minutes.") % {"most": SECONDS_MAX // 60}, name))
    return seconds


def together(own: Sequence[str], told: Sequence[str]) -> list[str]:
    """Return what a form says of its fields, and what is told of the others: nothing twice."""
    named = {field for each in own if (field := getattr(each, "field", ""))}
    return [*own, *(each for each in told if getattr(each, "field", "") not in named)]


def pairs_shown(table: Mapping[str, Any]) -> str:
    """Return names with their values, one a line.

    >>> pairs_shown({"app": "web", "n": 2})
    'app = web\\nn = 2'
    """
    return "\n".join(f"{name} = {shown(value)}" for name, value in table.items())


def pairs_from(text: str, problems: list[str], name: str = "") -> dict[str, Any]:
    """Return names with their values from the lines of a field.

    >>> pairs_from("app = web\\nn=2", [])
    {'app': 'web', 'n': 2}
    """
    found: dict[str, Any] = {}
    for line in plain(text)[:LETTERS_MAX].split("\n"):
        key, mark, rest = (part.strip() for part in line.partition("="))
        value = value_from(rest, problems, name)
        if not line.strip():
            continue
        if not mark or not key or value is ABSENT:
            problems.append(At(_("Write a name, an equals sign and a value: %(line)s") % {"line": line.strip()[:60]}, name))
        elif key in found:
            problems.append(At(_("The name %(name)s is there twice.") % {"name": key}, name))
        else:
            found[key] = value
    return found


@lru_cache(maxsize=4096)
def button(value: str, target: str, word: str, about: str = "", *, is_whole_page: bool = False) -> SafeString:
    """Return a button that changes the rows of a list: with a script the list alone comes anew, without one the page does."""
    swap = SafeString("") if is_whole_page else format_html(' hx-post="" hx-target="#f-{0}" hx-select="#f-{0}" hx-swap="outerHTML"', target)
    said = format_html('<span class="visually-hidden">: {}</span>', about) if about else ""
    return format_html('<button class="button button--quiet button--small" id="b-{}" name="do" value="{}" formaction="#f-{}" formnovalidate{}>{}{}</button>', value.replace(" ", "-"), value, target, swap, word, said)


def text_at(posted: QueryDict, name: str, most: int = LETTERS_MAX) -> str:
    """Return what a field says, with plain line ends."""
    return plain(posted.get(name, ""))[:most]
