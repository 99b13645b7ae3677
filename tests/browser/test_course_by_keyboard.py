"""The whole course with the keyboard alone and without an account: Tab leads to everything that there is to do, in the order of the text, and on to the next lesson.

Every lesson is walked from its title to the link to the next one, the first half in Korean, the second in English. On the way the sandbox is started, the first command of each
lesson is run, every prediction is made, and of tasks and of each type of question a few are checked and answered.
"""

import json

import pytest

from learnk8s.lessons.proving import course_slugs
from tests.browser.test_basics import page_with_errors, until  # noqa: F401  # a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
ANSWERED_EACH, CHECKED = 3, 12
STOPS_MAX = 400
"""More stops than that in one lesson are a circle."""
HERE = """() => {
  const at = document.activeElement, within = at.closest("[id^=question-], [id^=predict-], [id^=task-], #sandbox");
  const kind = at.matches("[data-run]") ? "run" : at.matches("form[action$='/start/'] button") ? "start" : at.rel === "next" ? "next"
    : at.matches("button, input, select, textarea") && within ? `${within.id.split("-")[0]}:${at.type}` : "";
  return [kind, within?.id ?? "", at.dataset.run ?? "", at.closest("main, header, footer")?.tagName ?? at.tagName];
}"""
FIELDS = {"radio": "Space", "checkbox": "Space", "select-one": "ArrowDown", "text": "1", "textarea": "x"}


class Walk:
    """One reader who has a keyboard only."""

    def __init__(self, page):
        self.page, self.answered, self.visited, self.done = page, {}, [], {"run": 0, "predict": 0, "task": 0, "start": 0}

    def step(self):
        """Press Tab once and say where that leads."""
        self.page.keyboard.press("Tab")
        return self.page.evaluate(HERE)

    def lesson(self):
        """Walk through a lesson; end on the link to the next one, which is not pressed."""
        path, wished, ran = self.page.url.split("?")[0].split("#")[0], "", False
        types = json.loads(self.page.locator("article.lesson").evaluate("item => JSON.stringify(Object.fromEntries([...item.querySelectorAll('.question')].map(one => [one.id, one.querySelector('.question__fields :is(input, select, textarea):not([type=hidden])')?.type ?? 'none'])))"))
        for _stop in range(STOPS_MAX):
            kind, place, line, _part = self.step()
            if kind == "next":
                return
            if kind == "start":
                self.reloads("#sandbox lk-terminal")
                self.done["start"] += 1
            elif kind == "run" and not ran:
                ran = True
                self.run(line)
            elif kind.startswith("predict:") and place not in self.visited:
                self.predict(kind, place)
            elif kind == "task:submit" and place not in self.visited and self.done["task"] < CHECKED:
                self.visited.append(place)
                self.reloads(f"#{place} [role=status], #{place} .badge")
                self.done["task"] += 1
            elif kind.startswith("question:"):
                sort = types.get(place, "")
                if place not in self.visited and self.answered.get(sort, 0) < ANSWERED_EACH:
                    wished = place
                if wished == place:
                    wished = self.answer(kind, place, sort)
            assert self.page.url.startswith(path), f"{self.page.url} from {path}"
        raise AssertionError(f"{path}: Tab never comes to the next lesson; it stands at {self.page.evaluate(HERE)}")

    def run(self, line):
        """Run a command; the terminal shows it and the focus stays where it was."""
        self.page.keyboard.press("Enter")
        until(self.page, f"[...document.querySelectorAll('.terminal__command')].some(item => item.textContent.includes({json.dumps(line)}))")
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
            self.page.keyboard.press(key)
            return place
        self.page.keyboard.press("Enter")
        self.page.locator(f"#{place} .answers[role=status]").wait_for(timeout=15_000)
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


def test_the_whole_course_by_keyboard_alone(course, page_with_errors, live_server):  # noqa: F811
    page, errors = page_with_errors
    slugs = course_slugs()
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
