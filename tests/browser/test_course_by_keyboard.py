"""The whole course with the keyboard alone and without an account: Tab leads to everything that there is to do, in the order of the text, and on to the next lesson.

Every lesson is walked from its title to the link to the next one, the first half in Korean, the second in English. On the way the sandbox is started, the first command of each
lesson is run, every prediction is made, and of tasks and of each type of question a few are checked and answered.
"""

import asyncio
import json

import pytest

from learnk8s.lessons.proving import course_slugs
from tests.browser.test_basics import page_with_errors, until  # noqa: F401  # a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
ANSWERED_EACH, CHECKED = 3, 12
STOPS_MAX, AT_ONCE = 400, 10
"""More stops than that in one lesson are a circle. So many times is Tab pressed before anybody looks where it led."""
TAB = [{"type": kind, "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9} for kind in ("rawKeyDown", "keyUp")]
WALKING = """window.walking = {
  stops: 0, halted: true, wanted: [], runs: false,
  here(at = document.activeElement) {
    const within = at.closest("[id^=question-], [id^=predict-], [id^=task-], #sandbox");
    const kind = at.matches("[data-run]") ? "run" : at.matches("form[action$='/start/'] button") ? "start" : at.rel === "next" ? "next"
      : at.matches("button, input, select, textarea") && within ? `${within.id.split("-")[0]}:${at.type}` : "";
    return [kind, within?.id ?? "", at.dataset.run ?? "", at.closest("main, header, footer")?.tagName ?? at.tagName];
  },
  isHere(kind, place) { return ["next", "start"].includes(kind) || (kind === "run" && this.runs) || this.wanted.some((begin) => `${place} ${kind}`.startsWith(begin)); },
  go(wanted, runs) { Object.assign(this, { halted: false, wanted, runs }); },
  seen() { return [this.halted, this.stops, ...this.here()]; },
};
addEventListener("focusin", (event) => {
  walking.stops += 1;
  const [kind, place] = walking.here(event.target);
  walking.halted ||= walking.isHere(kind, place);
}, true);
addEventListener("keydown", (event) => { if (event.key === "Tab" && walking.halted) event.preventDefault(); }, true);
"""
"""Remembers where Tab leads, and stands still at what there is to do: what was pressed beyond it does nothing."""
FIELDS = {"radio": "Space", "checkbox": "Space", "select-one": "ArrowDown", "text": "1", "textarea": "x"}
PRESSES = "Math.max(1, 1 + [...document.activeElement.closest('form').querySelectorAll('.question__place')].indexOf(document.activeElement))"
"""Each line of an order gets a place of its own."""


class Walk:
    """One reader who has a keyboard only."""

    def __init__(self, page):
        self.page, self.answered, self.visited, self.done = page, {}, [], {"run": 0, "predict": 0, "task": 0, "start": 0}
        self.wire = page.context.new_cdp_session(page)

    def step(self):
        """Press Tab once and say where that leads: the kind of thing, the question or task that it belongs to, its command, its part of the page."""
        self.page.evaluate("walking.go([], false)")
        self.page.keyboard.press("Tab")
        return self.page.evaluate("walking.here()")

    def tabs(self, times):
        """Press Tab as somebody does who does not wait until each place is drawn. Playwright itself waits for every key."""
        self.wire._sync(asyncio.gather(*(self.wire._impl_obj.send("Input.dispatchKeyEvent", event, None) for _press in range(times) for event in TAB)))

    def on(self, wanted, *, runs):
        """Press Tab until it comes to something to do, and say where that is; `wanted` are beginnings of a place and a kind."""
        self.page.evaluate("([wanted, runs]) => walking.go(wanted, runs)", [wanted, runs])
        for _look in range(STOPS_MAX // AT_ONCE):
            self.tabs(AT_ONCE)
            halted, stops, *here = self.page.evaluate("walking.seen()")
            if halted:
                return here
        raise AssertionError(f"{self.page.url}: after {stops} stops Tab has not come to {wanted}; it stands at {here}")

    def lesson(self):
        """Walk through a lesson; end on the link to the next one, which is not pressed."""
        path, wished, ran = self.page.url.split("?")[0].split("#")[0], "", False
        types, predictions, tasks = json.loads(self.page.locator("article.lesson").evaluate("""item => JSON.stringify([
          Object.fromEntries([...item.querySelectorAll('.question')].map(one => [one.id, one.querySelector('.question__fields :is(input, select, textarea):not([type=hidden])')?.type ?? 'none'])),
          ...['.predict', '.task'].map(kind => [...item.querySelectorAll(kind)].map(one => one.id))])"""))
        for _thing in range(STOPS_MAX):
            asked = [wished] if wished else [name for name, sort in types.items() if name not in self.visited and self.answered.get(sort, 0) < ANSWERED_EACH]
            open_ = [f"{name} predict:" for name in predictions if name not in self.visited] + [f"{name} task:submit" for name in tasks if name not in self.visited and self.done["task"] < CHECKED]
            kind, place, line, _part = self.on([*open_, *(f"{name} question:" for name in asked)], runs=not ran)
            if kind == "next":
                return
            if kind == "start":
                self.reloads("#sandbox lk-terminal")
                self.done["start"] += 1
            elif kind == "run":
                ran = True
                self.run(line)
            elif kind.startswith("predict:"):
                self.predict(kind, place)
            elif kind == "task:submit":
                self.visited.append(place)
                self.reloads(f"#{place} :is(.task__todo, .task__done)")
                self.done["task"] += 1
            else:
                wished = self.answer(kind, place, types[place])
            assert self.page.url.startswith(path), f"{self.page.url} from {path}"
        raise AssertionError(f"{path}: it never comes to an end")

    def run(self, line):
        """Run a command; the terminal shows it and the focus stays where it was."""
        self.page.keyboard.press("Enter")
        self.page.locator(".terminal__command", has_text=line).first.wait_for(timeout=15_000)
        until(self.page, f"document.activeElement.dataset.run === {json.dumps(line)}")
        self.done["run"] += 1

    def predict(self, kind, place):
        """Choose the first guess, then press the button behind it."""
        if kind == "predict:radio":
            self.page.keyboard.press("Space")
        else:
            self.visited.append(place)
            self.reloads(f"#{place} .answers")
            self.done["predict"] += 1

    def answer(self, kind, place, sort):
        """Fill in a field, or hand the answer in; Tab then leads on from the question."""
        if (key := FIELDS.get(kind.partition(":")[2])) is not None:
            for _press in range(self.page.evaluate(PRESSES)):
                self.page.keyboard.press(key)
            return place
        self.page.keyboard.press("Enter")
        until(self.page, f"document.activeElement.closest('#{place} .answers')")
        self.visited.append(place)
        self.answered[sort] = self.answered.get(sort, 0) + 1
        kind, next_place, _line, part = self.step()
        assert part == "MAIN", f"after {place} the focus is in {part}"
        self.page.keyboard.press("Shift+Tab")
        return ""

    def reloads(self, selector):
        """Press a button that brings a new page, at the place where the reader was."""
        self.page.keyboard.press("Enter")
        self.page.locator(selector).first.wait_for(timeout=15_000)
        self.page.wait_for_load_state("load")
        until(self.page, "customElements.get('lk-runs') && customElements.get('lk-terminal')")


def test_the_whole_course_by_keyboard_alone(course, page_with_errors, live_server, joined_files):  # noqa: F811
    page, errors = page_with_errors
    slugs = course_slugs()
    page.add_init_script(WALKING)
    walk = Walk(page)
    for number, slug in enumerate(slugs):
        language = "ko" if number < len(slugs) // 2 else "en"
        if number in (0, len(slugs) // 2):
            page.goto(f"{live_server.url}/{language}/learn/kubernetes/{slug}/")
        assert page.url.endswith(f"/{language}/learn/kubernetes/{slug}/"), page.url
        if slug == slugs[-1]:
            break
        walk.lesson()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/learn/kubernetes/{slugs[number + 1]}/")
    assert errors == []
    assert walk.done["start"] == walk.done["run"] == len(slugs) - 1
    assert walk.done["predict"] >= 40 and walk.done["task"] == CHECKED
    assert all(count >= ANSWERED_EACH for count in walk.answered.values()) and {"radio", "checkbox", "select-one", "text", "textarea"} <= walk.answered.keys()
