"""Every drawing of the course can be read on a phone: it has parts for a narrow screen, which cut no word in two and show none too small."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import override

from learnk8s.lessons.labels import label
from learnk8s.lessons.pictures import PHONE_PX, clean_svg, parts_of, picture_element, with_room

FILES = sorted((settings.BASE_DIR / "learnk8s" / "content" / "courses").glob("*/*/*.svg"))
LETTERS_PX = 11
WORD = re.compile(r'<text x="([\d.]+)" y="([\d.]+)" font-size="([\d.]+)"([^>]*)>([^<]+)<')


def words_of(svg):
    """Return left, right, base line, size and text of every word, in the language in which it is longer; letters are at most as wide as measured in the fonts that pages ask for."""
    for x, y, size, more, text in WORD.findall(svg):
        wide = max(sum(1.0 if letter >= "가" else 0.56 for letter in said) for said in (text, label(text, "ko") or text)) * float(size)
        left = float(x) - (wide if '"end"' in more else wide / 2 if '"middle"' in more else 0)
        yield left, left + wide, float(y), float(size), text


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{Path(file).parent.name}")
def test_a_drawing_is_read_on_a_phone(file):
    svg = file.read_text(encoding="utf-8")
    assert "data-narrow=" in svg, "it names no parts for a phone: docs/lessons.md says how"
    parts = parts_of(re.search(r'data-narrow="([^"]+)"', svg)[1])
    boxes = [[float(number) for number in part.box.split()] for part in parts]
    is_drawn_anew = '<g class="narrow">' in svg
    scale = PHONE_PX / max(PHONE_PX, *(width for _x, _y, width, _height in boxes))
    found = []
    for left, right, base, size, text in words_of(svg.partition('<g class="narrow">')[2] if is_drawn_anew else svg):
        if text not in {part.word for part in parts} and not any(x - 1 <= left and right <= x + width + 1 and y <= base - size * 0.8 and base + size * 0.2 <= y + height for x, y, width, height in boxes):
            found.append(f"{text!r} is whole in no part")
        if size * scale < LETTERS_PX:
            found.append(f"{text!r} is {size * scale:.1f} px")
    assert found == []


def test_a_drawing_drawn_anew_says_the_same_words():
    for file in FILES:
        wide, _, narrow = file.read_text(encoding="utf-8").partition('<g class="narrow">')
        if narrow:
            assert sorted(text for *_place, text in words_of(narrow)) == sorted(text for *_place, text in words_of(wide)), file.parent.name


ARROW = re.compile(r'<path d="M([\d.]+) ([\d.]+) L([\d.]+) ([\d.]+)"[^>]*/>\s*<polygon')


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{Path(file).parent.name}")
def test_no_arrow_ends_in_nothing_on_a_phone(file):
    """An arrow that leads from one part to the next is drawn between them; no part shows a piece of it."""
    svg = file.read_text(encoding="utf-8")
    if '<g class="narrow">' in svg:
        return
    boxes = [[float(number) for number in part.box.split()] for part in parts_of(re.search(r'data-narrow="([^"]+)"', svg)[1])]
    for found in ARROW.findall(svg):
        x1, y1, x2, y2 = map(float, found)
        seen = [sum(left <= x <= left + width and top <= y <= top + height for x, y in ((x1, y1), (x2, y2))) for left, top, width, height in boxes]
        assert all(ends in (0, 2) for ends in seen), f"{found} is cut"


def test_an_arrow_between_parts_points_down_and_has_its_word():
    drawing = '<svg viewBox="0 0 9 9" data-narrow="0 0 4 9 ↓ limit 5 0 4 9"><path d="M0 0H9"/></svg>'
    with override("ko"):
        shown = with_room(clean_svg(drawing))
    assert shown.count("<use") == 2
    assert shown.index("<use") < shown.index(f">{label('limit', 'ko')}<") < shown.rindex("<use")


def test_parts_that_no_browser_could_show_are_left_out():
    drawing = '<svg viewBox="0 0 9 9" data-narrow="0 0 9 9, nonsense"><path d="M0 0H9"/></svg>'
    assert with_room(clean_svg(drawing)).count("<svg") == 1


def test_no_caption_says_on_which_side_something_stands():
    """On a phone the sides are above each other. What the picture is in words may say it; the page explains it there."""
    texts = [file.parent / f"{language}.md" for file in FILES for language in ("en", "ko")]
    captions = [caption for text in texts for caption in re.findall(r"^```figure[^\n]*\n(.*)", text.read_text(encoding="utf-8"), re.MULTILINE)]
    assert len(captions) >= 2 * len(FILES)
    assert [caption for caption in captions if re.search(r"\b(left|right)\b|왼쪽|오른쪽", caption)] == []


def test_an_uploaded_picture_is_there_for_a_printer_that_nobody_scrolled_for():
    element = picture_element(f"picture {'a' * 64} 640x480")
    assert 'width="640" height="480"' in element
    assert "lazy" not in element
