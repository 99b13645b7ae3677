"""SVG drawings of lessons: only shapes, text and groups with a few attributes pass."""

import re
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
BOX = r"-?\d{1,5}(?:\.\d+)? -?\d{1,5}(?:\.\d+)? (?P<width>\d{1,5}(?:\.\d+)?) \d{1,5}(?:\.\d+)?"
NARROW = re.compile(r'(<svg\b[^>]*?) data-narrow="([^"]*)"([^>]*>)(.*)</svg>', re.DOTALL)
PHONE_PX = 328
"""The room for a drawing on a phone of 360 pixels."""
PARTS_MAX = 6


def with_room(svg: str) -> str:
    """Return a drawing as it is shown: beside its whole, the parts that `data-narrow` names for a narrow screen, one below the other.

    `data-narrow` is a list of viewBoxes: parts of the drawing as it stands, or a second, narrower drawing that lies outside of what the whole shows. All are shown at one scale.
    A drawing without them that has small letters is marked; it is given more room than the screen has.

    >>> with_room('<svg viewBox="0 0 720 90"><text font-size="12">a</text></svg>')[:27]
    '<svg class="drawing--fine" '
    >>> with_room('<svg viewBox="0 0 720 90" data-narrow="0 0 328 90, 328 0 164 90"><path d="M0 0H9"/></svg>').count("<use")
    2
    """
    if FINE.search(svg):
        svg = svg.replace("<svg ", '<svg class="drawing--fine" ', 1)
    found = NARROW.search(svg)
    boxes = [re.fullmatch(BOX, box.strip()) for box in found[2].split(",")[:PARTS_MAX]] if found else []
    if found is None or not all(boxes):
        return svg
    name = f"drawing-{crc32(svg.encode()):08x}"
    widths = [float(box["width"]) for box in boxes if box]
    unit = 100 / max(*widths, PHONE_PX)
    parts = "".join(f'<svg viewBox="{box[0]}" width="{width * unit:.1f}%"><use href="#{name}"/></svg>' for box, width in zip(boxes, widths, strict=True) if box)
    return f'{found[1]}{found[3]}<g id="{name}">{found[4]}</g></svg><span class="drawing__parts">{parts}</span>'


POINTER = re.compile(r"picture ([0-9a-f]{64}) (\d{1,5})x(\d{1,5})\n?")


def picture_element(pointer: str) -> SafeString:
    """Return the element of an uploaded picture; the figure around it has the words."""
    found = POINTER.fullmatch(pointer)
    if found is None:
        return mark_safe("")
    return format_html('<img src="{}" alt="" width="{}" height="{}" loading="lazy">', reverse("picture", args=(found[1],)), found[2], found[3])


def in_words_of_the_page(svg: str) -> str:
    """Return a drawing with its labels in the language of the page, where they are known; names of kinds and words of code stay.

    >>> in_words_of_the_page("<text>Role</text>")
    '<text>Role</text>'
    """
    language = (get_language() or "en").partition("-")[0]
    return WORDS.sub(lambda found: f">{escape(_label(unescape(found[1]).strip(), language))}<" if found[1].strip() and found[1].strip() not in KINDS else found[0], svg)


def _label(word: str, language: str) -> str:
    return label(word, language) or gettext(word)
