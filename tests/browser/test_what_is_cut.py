"""What people need to read is not cut off, on a phone as well."""

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
STRIP = """() => {
  const strip = document.querySelector("#recent"), edge = strip.getBoundingClientRect();
  const seen = [...strip.children].filter(item => item.getBoundingClientRect().left < edge.right);
  return seen.map(item => ({ text: item.innerText, is_whole: item.scrollWidth <= item.clientWidth && item.scrollHeight <= item.clientHeight && item.getBoundingClientRect().bottom <= edge.bottom }));
}"""


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_strip_of_what_has_just_happened_shows_whole_sentences(browser, live_server, language):
    visitor = Client()
    path = visitor.post(f"/{language}/playground/", {"scenario": "docker:memory-limit"}).url
    visitor.post(f"{path}run/", {"line": "docker run -d --name report --memory 200m learnk8s/report:1 && docker ps --all --no-trunc"})
    context = browser.new_context(viewport={"width": 360, "height": 780})
    context.add_cookies([{"name": name, "value": kept.value, "url": live_server.url} for name, kept in visitor.cookies.items()])
    page = context.new_page()
    page.goto(live_server.url + path)
    seen = page.evaluate(STRIP)
    context.close()
    assert seen
    assert [item["text"] for item in seen if not item["is_whole"]] == []


@pytest.mark.parametrize("width", [1280, 768, 360])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_date_of_a_milestone_stands_on_one_line(browser, live_server, language, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(f"{live_server.url}/{language}/era/vm/")
    lines = page.evaluate("[...document.querySelectorAll('.milestone__date')].map(item => { const range = document.createRange(); range.selectNodeContents(item); return range.getClientRects().length; })")
    page.close()
    assert lines
    assert set(lines) == {1}


RING = """item => {
  const look = getComputedStyle(item), box = item.getBoundingClientRect(), grown = parseFloat(look.outlineWidth) + parseFloat(look.outlineOffset);
  for (let frame = item.parentElement; frame; frame = frame.parentElement) {
    if (getComputedStyle(frame).overflowX === "visible") continue;
    const edge = frame.getBoundingClientRect();
    if (box.left - grown < edge.left - 0.5 || box.top - grown < edge.top - 0.5 || box.bottom + grown > edge.bottom + 0.5) return frame.className;
  }
  return "";
}"""


@pytest.mark.parametrize("selector", [".masthead__rooms a", ".eras__link"])
def test_the_ring_around_what_has_the_focus_is_whole(browser, live_server, selector):
    page = browser.new_page(viewport={"width": 360, "height": 780})
    page.goto(f"{live_server.url}/en/playground/")
    page.keyboard.press("Tab")
    item = page.locator(selector).first
    item.focus()
    cut = item.evaluate(RING)
    page.close()
    assert cut == ""
