"""What a new lesson, bank, scenario or course begins with: as little as can be published."""

import json
from collections.abc import Mapping


def quoted(text: str) -> str:
    """Return a text as YAML that is one line.

    >>> quoted('say "hi": 1')
    '"say \\\\"hi\\\\": 1"'
    """
    return json.dumps(text, ensure_ascii=False)


def both(texts: Mapping[str, str]) -> str:
    """Return a text in two languages as YAML."""
    return f"{{ko: {quoted(texts['ko'])}, en: {quoted(texts['en'])}}}"


FIRST = {"ko": "여기에 첫 문단을 쓴다.", "en": "Write the first paragraph here."}
"""What stands in a new lesson until its author writes."""


def is_begun(files: Mapping[str, str]) -> bool:
    """Say whether a lesson still says what every new one says."""
    return any(FIRST[language] in files.get(f"{language}.md", "") for language in FIRST)


def lesson(slug: str, title: Mapping[str, str]) -> dict[str, str]:
    """Return the files of a new lesson."""
    question = {language: text if text.rstrip().endswith("?") else f"{text}?" for language, text in title.items()}
    head = f"slug: {slug}\nera: kubernetes\nminutes: 20\nworld: kubernetes\nscenario: basics\ntitle: {both(title)}\nquestion: {both(question)}\nanswer: {both(title)}\nterms: []\n"
    return {
        "lesson.yaml": head, "quiz.yaml": "questions: []\n", "labs.yaml": "predictions: []\ntasks: []\n", "sources.yaml": "{}\n",
        "ko.md": f"## 시작\n\n{FIRST['ko']}\n", "en.md": f"## Beginning\n\n{FIRST['en']}\n",
    }


def bank(slug: str, title: Mapping[str, str]) -> dict[str, str]:
    """Return the file of a new question bank."""
    return {"bank.yaml": f"title: {both(title)}\nquestions: []\n"}


def scenario(slug: str, title: Mapping[str, str]) -> dict[str, str]:
    """Return the file of a new scenario: an empty cluster in which a namespace is to be made."""
    task = {"ko": "네임스페이스 shop을 만들자.", "en": "Make the namespace shop."}
    goal = "goal:\n  all:\n    - exists: Namespace//shop\n      text_ko: 네임스페이스 shop이 아직 없다.\n      text_en: There is no namespace shop yet.\n"
    return {"scenario.yaml": f"title: {both(title)}\nstory: {both(title)}\ntask: {both(task)}\nworld: kubernetes\nscenario: basics\nseeds: [1]\nsetup: []\n{goal}solution:\n  - {{at: 0, line: kubectl create namespace shop}}\nhints: []\nallowed: []\npar: 1\n"}


def outline(slug: str, title: Mapping[str, str]) -> dict[str, str]:
    """Return the file of a new course."""
    return {"course.yaml": f"title: {both(title)}\nlicence: CC-BY-4.0\nmodules: []\n"}


BEGINNINGS = {"lesson": lesson, "bank": bank, "scenario": scenario, "outline": outline}
