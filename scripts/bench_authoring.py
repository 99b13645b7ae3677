"""Measure the server's time for the editor: CPU milliseconds of keeping and previewing a lesson of ten printed pages, and of publishing's own reading of it. Run as `python scripts/bench_authoring.py`."""

import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.bench_pages import client
from scripts.figures import Figure, cpu_ms, main

SECTIONS = 10
"""A section below fills a printed page: about 2,900 letters, or 450 words, with its blocks."""
WORDS = "A node runs pods, and a pod runs containers; whoever asks for three gets three, whatever happens to one of them. "
ADDRESS = "/en/library/bench/long/"


def section(number: int) -> str:
    """Return one page of text with the blocks that a lesson has."""
    body = f"{WORDS * 8}\n\n{WORDS * 8}\n\n- {WORDS}\n- {WORDS}\n\n| a | b |\n|---|---|\n| `x` | **y** |\n\n{WORDS * 6}"
    return f"## Part {number}\n\n{body}\n\n```run\nkubectl get pods\nkubectl get nodes\n```\n\n```callout note\n{WORDS}\n```\n\n```quiz q{number}\n```\n\n"


@lru_cache(maxsize=1)
def desk() -> tuple[Any, dict[str, Any]]:
    """Return an author's client and what the editor posts."""
    made = client()
    from learnk8s.accounts.models import User
    from learnk8s.library import actions

    author = User.objects.create_user(username="bench-author", password="x")
    course = actions.make_course(by=author, slug="bench", title={"ko": "가", "en": "Bench"})
    lesson = actions.make_item(course=course, kind="lesson", slug="long", title={"ko": "가", "en": "Long"}, by=author)
    text = "".join(map(section, range(SECTIONS)))
    asked = "".join(f"  - id: q{number}\n    type: single\n    text: {{ko: 가, en: Which?}}\n    options:\n      - {{right: true, text: {{ko: 가, en: A}}}}\n      - {{text: {{ko: 나, en: B}}}}\n    explanation: {{ko: 가, en: A.}}\n" for number in range(SECTIONS))
    actions.save_revision(lesson=lesson, by=author, base_number=1, files={**lesson.revisions.get().files, "en.md": text, "ko.md": text, "quiz.yaml": f"questions:\n{asked}"})
    made.force_login(author)
    return made, {"file": "en.md", "base": 2, "text": text}


def preview_ms() -> float:
    """Preview the lesson after another letter was typed."""
    made, posted = desk()
    rounds = iter(range(1_000_000))

    def once() -> None:
        answer = made.post(f"{ADDRESS}preview/", {**posted, "text": posted["text"] + "x" * (next(rounds) % 50)}, headers={"HX-Request": "true"})
        assert answer.status_code == 200 and b"No problems" in answer.content

    return cpu_ms(once, runs=15)


def keep_ms() -> float:
    """Keep it as a draft and preview it: what every pause in writing costs."""
    made, posted = desk()
    rounds = iter(range(1_000_000))

    def once() -> None:
        answer = made.post(f"{ADDRESS}keep/", {**posted, "text": posted["text"] + "x" * (next(rounds) % 50 + 1)}, headers={"HX-Request": "true"})
        assert answer.status_code == 200 and b"Kept for you" in answer.content

    return cpu_ms(once, runs=15)


BUILT_IN = "/en/library/kubernetes/"
PAGES = {"course": BUILT_IN, "editor": f"{BUILT_IN}self-healing/", "both_languages": f"{BUILT_IN}self-healing/?file=ko.md&side=1", "questions": f"{BUILT_IN}self-healing/questions/", "question": f"{BUILT_IN}self-healing/questions/who-counts/", "history": f"{BUILT_IN}self-healing/history/",
         "as_a_student": f"{BUILT_IN}self-healing/see/", "arrange": f"{BUILT_IN}arrange/", "drawings": f"{BUILT_IN}self-healing/choices/", "scenario": "/en/library/bench/scene/scene/"}
PAGE_AT_MOST_MS = 25


@lru_cache(maxsize=1)
def editor() -> Any:
    """Return the author's client, who may now edit the built-in course, too."""
    made, _posted = desk()
    from learnk8s.accounts.models import User
    from learnk8s.library import actions
    from learnk8s.library.models import Course

    author = User.objects.get(username="bench-author")
    actions.make_editor(course=Course.objects.get(slug="kubernetes"), user=author)
    actions.make_item(course=Course.objects.get(slug="bench"), kind="scenario", slug="scene", title={"ko": "가", "en": "Scene"}, by=author)
    return made


def page(path: str) -> Callable[[], float]:
    """Return a measure of one page of the editor."""
    return lambda: cpu_ms(lambda: editor().get(path), runs=15)


FIGURES = (Figure("preview_ms", "ms", 150, preview_ms), Figure("keep_ms", "ms", 150, keep_ms), *(Figure(f"editor_ms_{name}", "ms", PAGE_AT_MOST_MS, page(path)) for name, path in PAGES.items()))

if __name__ == "__main__":
    sys.exit(main(FIGURES))
