"""Pages look as they did. Fonts differ from machine to machine, so nothing with letters in it is compared by its pixels:

* the drawing of each era, and of a scene of each world, is compared as a small grey picture without its letters, with some tolerance for how edges are smoothed;
* pages are compared by where the columns lie: the left edge and the width of what lies in the main part, on a wide screen and on a phone.

After a change that is meant, run with LEARNK8S_NEW_PICTURES=1 and look at what is new in tests/browser/pictures.
"""

import io
import json
import os
from pathlib import Path

import pytest
from django.test import Client
from PIL import Image, ImageChops, ImageStat

from learnk8s.playground.models import Sandbox
from learnk8s.timeline.milestones import ERAS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
FOLDER = Path(__file__).parent / "pictures"
IS_NEW = os.environ.get("LEARNK8S_NEW_PICTURES") == "1"
SMALL = (160, 50)
DIFFERENCE_MAX = 5.0
"""Mean of 256 shades. A wall that is missing differs by more than ten, smoothing by less than one."""
PAGES = ("/en/", "/en/timeline/", "/en/era/vm/", "/en/design/", "/en/glossary/", "/en/search/")
SCENES = ("linux:bad-neighbour", "hypervisor:consolidate", "docker:memory-limit", "fleet:sale-day", "kubernetes:shop", "cloud:upgrade")
"""Of each world one in which there is something to see from the beginning."""
PLACES = """() => [...document.querySelectorAll('main > *, main > .page > *')].filter(item => item.getBoundingClientRect().width).map(item => {
  const box = item.getBoundingClientRect();
  return [item.tagName.toLowerCase(), Math.round(box.left), Math.round(box.width)];
})"""


UNLETTERED = "() => { const sheet = new CSSStyleSheet(); sheet.replaceSync('* { font: 10px/12px monospace !important; color: transparent !important } svg text { visibility: hidden !important }'); document.adoptedStyleSheets = [sheet]; }"
"""Letters that are not seen, of a kind that is as wide on every machine: what is drawn in boxes is then as large everywhere."""


def looked_at(browser, address, width, cookies=None):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme="light", reduced_motion="reduce", device_scale_factor=1)
    context.add_cookies([{"name": name, "value": kept.value, "url": address} for name, kept in (cookies or {}).items()])
    page = context.new_page()
    page.goto(address)
    return context, page


def differs(drawing, name):
    """Return by how many shades a drawing differs, in the mean, from the picture that is kept."""
    now = Image.open(io.BytesIO(drawing.screenshot())).convert("L").resize(SMALL, Image.Resampling.BOX)
    kept = FOLDER / f"{name}.png"
    if IS_NEW:
        FOLDER.mkdir(exist_ok=True)
        now.save(kept, optimize=True)
    return ImageStat.Stat(ImageChops.difference(now, Image.open(kept).convert("L"))).mean[0]


@pytest.mark.parametrize("era", ERAS)
def test_the_drawing_of_an_era_is_as_it_was(course, browser, live_server, era):
    context, page = looked_at(browser, f"{live_server.url}/en/era/{era}/", 1280)
    page.evaluate("document.querySelectorAll('.walls text').forEach(item => item.setAttribute('visibility', 'hidden'))")
    assert differs(page.locator(".walls__drawing svg"), era) <= DIFFERENCE_MAX
    context.close()


@pytest.mark.parametrize("scene", SCENES)
def test_the_drawing_of_a_world_is_as_it_was(browser, live_server, scene):
    visitor = Client()
    path = visitor.post("/en/playground/", {"scenario": scene}).url
    context, page = looked_at(browser, f"{live_server.url}{path}?at={Sandbox.objects.get().anchor_ms}", 1280, visitor.cookies)
    page.evaluate(UNLETTERED)
    assert differs(page.locator("#picture"), f"world-{scene.partition(':')[0]}") <= DIFFERENCE_MAX
    context.close()


def test_the_comparison_sees_a_drawing_of_another_era():
    pictures = [Image.open(FOLDER / f"{era}.png").convert("L") for era in ERAS]
    for place, left in enumerate(pictures[:4]):
        assert all(ImageStat.Stat(ImageChops.difference(left, right)).mean[0] > DIFFERENCE_MAX for right in pictures[place + 1 : 4])


@pytest.mark.parametrize("width", [1280, 360])
def test_columns_lie_where_they_lay(course, browser, live_server, width):
    now = {}
    for path in PAGES:
        context, page = looked_at(browser, live_server.url + path, width)
        now[path] = page.evaluate(PLACES)
        context.close()
    kept = FOLDER / f"columns-{width}.json"
    if IS_NEW:
        FOLDER.mkdir(exist_ok=True)
        kept.write_text(json.dumps(now, indent=1), encoding="utf-8")
    wanted = json.loads(kept.read_text(encoding="utf-8"))
    for path in PAGES:
        assert [row[0] for row in now[path]] == [row[0] for row in wanted[path]], path
        moved = [(old, new) for old, new in zip(wanted[path], now[path], strict=True) if abs(old[1] - new[1]) > 2 or abs(old[2] - new[2]) > 2]
        assert moved == [], path
