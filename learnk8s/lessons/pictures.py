"""SVG drawings of lessons: only shapes, text and groups with a few attributes pass."""

import re
from functools import lru_cache
from html import escape, unescape

import nh3
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from learnk8s.lessons.labels import KINDS, WORDS, label

TAGS = {"svg", "g", "path", "rect", "circle", "line", "polyline", "polygon", "text", "tspan", "title", "desc", "ellipse"}
SHAPE = {"class", "id", "transform", "fill", "stroke", "stroke-width", "stroke-dasharray", "opacity"}
ATTRIBUTES = {tag: SHAPE for tag in TAGS} | {
    "svg": SHAPE | {"viewbox", "viewBox", "role", "aria-labelledby", "xmlns", "focusable", "aria-hidden"}, "path": SHAPE | {"d"}, "rect": SHAPE | {"x", "y", "width", "height", "rx"}, "circle": SHAPE | {"cx", "cy", "r"},
    "line": SHAPE | {"x1", "x2", "y1", "y2"}, "polyline": SHAPE | {"points"}, "polygon": SHAPE | {"points"}, "text": SHAPE | {"x", "y", "text-anchor", "font-size", "font-weight"}, "tspan": SHAPE | {"x", "y", "dy"}, "ellipse": SHAPE | {"cx", "cy", "rx", "ry"},
}


@lru_cache(maxsize=96)
def clean_svg(text: str) -> str:
    """Return a drawing without anything that is no drawing. The drawings of the built-in course are kept."""
    return nh3.clean(text, tags=TAGS, attributes=ATTRIBUTES, strip_comments=True).replace("viewbox=", "viewBox=")


FINE = re.compile(r'font-size="(\d|1[0-2])(\.\d+)?"')


def with_room(svg: str) -> str:
    """Mark a drawing with small letters, which on a phone is given more room than the screen has.

    >>> with_room('<svg viewBox="0 0 720 90"><text font-size="12">a</text></svg>')[:27]
    '<svg class="drawing--fine" '
    """
    return svg.replace("<svg ", '<svg class="drawing--fine" ', 1) if FINE.search(svg) else svg


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
