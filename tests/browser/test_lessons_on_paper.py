"""Every lesson on paper and on a phone: nothing is cut off, nothing that should be read is hidden, nothing is printed that is of no use there; drawings stay legible."""

import re
import zlib

import pytest

from learnk8s.lessons.proving import course_slugs
from tests.browser.test_pages_in_a_browser import SHOW_ALL

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
PAPER, PHONE = 718, 360
"""A4 without margins of a centimetre, in CSS pixels; a phone."""
LETTERS_MIN = 11
"""Pixels: the least height of letters in a drawing on a phone."""
MARKS_MIN = 200
"""Pieces of text on a last page: what ends a lesson stands together on it."""
DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
ON_PAPER = """() => {
  const found = [], named = (item) => `${item.tagName.toLowerCase()}.${item.className?.baseVal ?? item.className} ${item.textContent.trim().slice(0, 40)}`;
  const shown = (item) => item.getClientRects().length > 0 && !item.closest(".visually-hidden") && getComputedStyle(item).visibility === "visible";
  for (const item of document.querySelectorAll("main *, footer *")) {
    if (!shown(item)) continue;
    if (item.getBoundingClientRect().right > innerWidth + 1) found.push(`cut off at the edge: ${named(item)}`);
    if (item.clientWidth && item.scrollWidth > item.clientWidth + 1 && !["visible", ""].includes(getComputedStyle(item).overflowX) && !item.closest("svg")) found.push(`cut off in its box: ${named(item)}`);
    if (item.clientHeight && item.scrollHeight > item.clientHeight + 2 && ["auto", "scroll", "hidden"].includes(getComputedStyle(item).overflowY) && !item.matches("select, input, textarea")) found.push(`cut off below: ${named(item)}`);
  }
  for (const item of document.querySelectorAll("details.figure__twin > :not(summary, .figure__stacked)")) if (!item.getBoundingClientRect().height) found.push(`closed: ${named(item)}`);
  for (const item of document.querySelectorAll(".sources a[href]")) if (!getComputedStyle(item, "::after").content.includes(item.href)) found.push(`no address: ${named(item)}`);
  for (const item of document.querySelectorAll("nav, button, .embed, progress, .note, .figure__hint, .skip-link, .lesson__cites, .colophon")) if (shown(item) && !item.matches(".run")) found.push(`of no use on paper: ${named(item)}`);
  for (const item of document.querySelectorAll(".masthead__address, .question__pairs + p, .prose, .figure__drawing > svg, .question, .predict, .task, .run code, .runs code, .callout, .glossary, .choice")) if (!shown(item) && !item.closest("#sandbox, dialog")) found.push(`not printed: ${named(item)}`);
  return [...new Set(found)].slice(0, 6);
}"""
ON_A_PHONE = """least => [...document.querySelectorAll(".figure")].flatMap((figure) => {
  const box = figure.querySelector(".figure__drawing"), whole = box.querySelector("svg"), found = [];
  if (!whole) return [];
  const svg = whole.getClientRects().length ? whole : box.querySelector(".drawing__parts svg"), scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
  const sizes = [...whole.querySelectorAll("text")].map((text) => parseFloat(text.getAttribute("font-size")) * scale);
  if (sizes.length && Math.min(...sizes) < least) found.push(`${figure.id}: letters of ${Math.min(...sizes).toFixed(1)} px`);
  if (svg.getBoundingClientRect().bottom > figure.querySelector("figcaption").getBoundingClientRect().top) found.push(`${figure.id}: hides its caption`);
  const goesOn = box.scrollWidth > box.clientWidth + 1, says = figure.querySelector(".figure__hint").getClientRects().length > 0;
  if (goesOn !== says) found.push(`${figure.id}: ${goesOn ? "goes on to the side and does not say so" : "says that it goes on and does not"}`);
  return found;
})"""


def marks_on_the_last_page(pdf):
    """Count the pieces of text that the last page of a PDF by Chromium shows."""
    parts = dict(re.findall(rb"(?s)(?:^|\n)(\d+) 0 obj\n(.*?)endobj", pdf))
    last = [part for part in parts.values() if re.search(rb"/Type\s*/Page\b", part)][-1]
    drawn = parts[re.search(rb"/Contents (\d+) 0 R", last)[1]]
    return len(re.findall(rb"\bT[jJ]\b", zlib.decompressobj().decompress(drawn[drawn.index(b"stream") + 6 :].lstrip(b"\r\n"))))


@pytest.fixture
def pages(course, browser, live_server, joined_files):
    """Return an iterator over all lessons, open in one page, each in one of the languages; `width` is the window's."""
    opened = []

    def walk(width, media):
        context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
        opened.append(context)
        page = context.new_page()
        page.emulate_media(media=media)
        for number, slug in enumerate(course_slugs()):
            page.goto(f"{live_server.url}/{('ko', 'en')[number % 2]}/learn/kubernetes/{slug}/")
            yield slug, page

    yield walk
    for context in opened:
        context.close()


def test_every_lesson_prints_well_and_its_drawings_can_be_read_on_a_phone(pages):
    found = []
    for slug, page in pages(PAPER, "print"):
        found += [f"{slug} on paper: {fault}" for fault in page.evaluate(ON_PAPER)]
        marks = marks_on_the_last_page(page.pdf(prefer_css_page_size=True, format="A4"))
        found += [f"{slug} on paper: the last page is nearly empty ({marks})"] if marks < MARKS_MIN else []
        page.emulate_media(media="screen")
        page.set_viewport_size({"width": PHONE, "height": 740})
        page.evaluate(SHOW_ALL)
        page.evaluate(DRAWN)
        found += [f"{slug} on a phone: {fault}" for fault in page.evaluate(ON_A_PHONE, LETTERS_MIN)]
        page.set_viewport_size({"width": PAPER, "height": 900})
        page.emulate_media(media="print")
    assert not found, "\n".join(found)
