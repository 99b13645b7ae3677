"""SVG drawings of lessons: only shapes, text and groups with a few attributes pass."""

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape
from zlib import crc32

import nh3
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from learnk8s.lessons.labels import KINDS, WORDS, label

TAGS = {"svg", "g", "path", "rect", "circle", "line", "polyline", "polygon", "text", "tspan", "title", "desc", "ellipse"}
SHAPE = {"class", "id", "transform", "fill", "stroke", "stroke-width", "stroke-dasharray", "opacity"}
ATTRIBUTES = {tag: SHAPE for tag in TAGS} | {
    "svg": SHAPE | {"viewbox", "viewBox", "data-narrow", "role", "aria-labelledby", "xmlns", "focusable", "aria-hidden"}, "path": SHAPE | {"d"}, "rect": SHAPE | {"x", "y", "width", "height", "rx"}, "circle": SHAPE | {"cx", "cy", "r"},
    "line": SHAPE | {"x1", "x2", "y1", "y2"}, "polyline": SHAPE | {"points"}, "polygon": SHAPE | {"points"}, "text": SHAPE | {"x", "y", "text-anchor", "font-size", "font-weight"}, "tspan": SHAPE | {"x", "y", "dy"}, "ellipse": SHAPE | {"cx", "cy", "rx", "ry"},
}


@lru_cache(maxsize=96)
def clean_svg(text: str) -> str:
    """Return a drawing without anything that is no drawing. The drawings of the built-in course are kept."""
    return nh3.clean(text, tags=TAGS, attributes=ATTRIBUTES, strip_comments=True).replace("viewbox=", "viewBox=")


FINE = re.compile(r'font-size="(\d|1[0-2])(\.\d+)?"')
PART = re.compile(r"(?P<way>[,↓↑]?) *(?P<word>[^\W\d][^\d,↓↑]*?)? *(?P<box>-?\d{1,5}(?:\.\d+)? -?\d{1,5}(?:\.\d+)? (?P<width>\d{1,5}(?:\.\d+)?) \d{1,5}(?:\.\d+)?) *")
NARROW = re.compile(r'(<svg\b[^>]*?) data-narrow="([^"]*)"([^>]*>)(.*)</svg>', re.DOTALL)
PHONE_PX = 328
"""The room for a drawing on a phone of 360 pixels."""
PARTS_MAX = 6


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a drawing on a narrow screen: which way the arrow between the one before and this one points, what is written at it, and what the part shows."""

    way: str
    word: str
    box: str
    width: float


def parts_of(value: str) -> tuple[Part, ...]:
    """Return the parts that `data-narrow` names; none, if no browser could show them.

    >>> [(part.way, part.word, part.width) for part in parts_of("0 0 328 90 ↓ at start 328 0 164 90, 9 9 9 9")]
    [('', '', 328.0), ('↓', 'at start', 164.0), ('', '', 9.0)]
    """
    found, place = [], 0
    while place < len(value.strip()) and len(found) < PARTS_MAX:
        part = PART.match(value.strip(), place)
        if part is None or bool(part["way"]) != bool(found):
            return ()
        found.append(Part(part["way"].replace(",", ""), part["word"] or "", part["box"], float(part["width"])))
        place = part.end()
    return tuple(found)


ARROWS = {"↓": ("M164 4V26", "164,38 158,26 170,26"), "↑": ("M164 38V16", "164,4 158,16 170,16")}


def _arrow(part: Part) -> str:
    """Return the arrow between two parts, as the drawing's own arrows look, with its word in the language of the page."""
    if part.way not in ARROWS:
        return ""
    line, head = ARROWS[part.way]
    word = f'<text x="180" y="26" font-size="15">{escape(_label(part.word, _language()))}</text>' if part.word else ""
    return f'<svg viewBox="0 0 {PHONE_PX} 42" width="100%"><path d="{line}" fill="none" stroke="currentColor" stroke-width="2"/><polygon points="{head}" fill="currentColor"/>{word}</svg>'


def without_parts(svg: str) -> str:
    """Return a drawing without what is there for a narrow screen only: as it stands in a list of drawings.

    >>> without_parts('<svg viewBox="0 0 9 9" data-narrow="0 20 9 9"><path d="M0 0H9"/><g class="narrow"><path d="M0 20H9"/></g></svg>')
    '<svg viewBox="0 0 9 9"><path d="M0 0H9"/></svg>'
    """
    shown, mark, _narrow = re.sub(r' data-narrow="[^"]*"', "", svg).partition('<g class="narrow">')
    return f"{shown.rstrip()}</svg>" if mark else shown


def with_room(svg: str) -> str:
    """Return a drawing as it is shown: beside its whole, the parts that `data-narrow` names for a narrow screen, one below the other.

    `data-narrow` is a list of viewBoxes: parts of the drawing as it stands, or a second, narrower drawing that lies outside of what the whole shows. All are shown at one scale.
    Between two of them stands a comma, or the arrow (↓ or ↑, perhaps with a word) that leads from one to the other where in the whole it leads to the side.
    A drawing without them that has small letters is marked; it is given more room than the screen has.

    >>> with_room('<svg viewBox="0 0 720 90"><text font-size="12">a</text></svg>')[:27]
    '<svg class="drawing--fine" '
    >>> with_room('<svg viewBox="0 0 720 90" data-narrow="0 0 328 90, 328 0 164 90"><path d="M0 0H9"/></svg>').count("<use")
    2
    """
    if FINE.search(svg):
        svg = svg.replace("<svg ", '<svg class="drawing--fine" ', 1)
    found = NARROW.search(svg)
    parts = parts_of(unescape(found[2])) if found else ()
    if found is None or not parts:
        return svg
    name = f"drawing-{crc32(svg.encode()):08x}"
    unit = 100 / max(*(part.width for part in parts), PHONE_PX)
    shown = "".join(f'{_arrow(part)}<svg viewBox="{part.box}" width="{part.width * unit:.1f}%"><use href="#{name}"/></svg>' for part in parts)
    return f'{found[1]}{found[3]}<g id="{name}">{found[4]}</g></svg><span class="drawing__parts">{shown}</span>'


POINTER = re.compile(r"picture ([0-9a-f]{64}) (\d{1,5})x(\d{1,5})\n?")


def picture_element(pointer: str) -> SafeString:
    """Return the element of an uploaded picture; the figure around it has the words. It is loaded last, but not only once it is scrolled to: a lesson is printed, too."""
    found = POINTER.fullmatch(pointer)
    if found is None:
        return mark_safe("")
    return format_html('<img src="{}" alt="" width="{}" height="{}" decoding="async" fetchpriority="low">', reverse("picture", args=(found[1],)), found[2], found[3])


def in_words_of_the_page(svg: str) -> str:
    """Return a drawing with its labels in the language of the page, where they are known; names of kinds and words of code stay.

    >>> in_words_of_the_page("<text>Role</text>")
    '<text>Role</text>'
    """
    language = _language()
    return WORDS.sub(lambda found: f">{escape(_label(unescape(found[1]).strip(), language))}<" if found[1].strip() and found[1].strip() not in KINDS else found[0], svg)


def _language() -> str:
    return (get_language() or "en").partition("-")[0]


def _label(word: str, language: str) -> str:
    return label(word, language) or gettext(word)
