"""The built-in course under proof: its files, its facts, and the links that lead out of its lessons into the site."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import yaml
from django.conf import settings
from django.urls import Resolver404, resolve

from learnk8s.courseware.lesson import Lesson, parse_lesson
from learnk8s.courseware.proving import Finding, lesson_findings
from learnk8s.courseware.proving.claims import standing
from learnk8s.courseware.reading import LANGUAGES
from learnk8s.glossary.marking import mark
from learnk8s.lessons.plan import plan_of
from learnk8s.lessons.labels import unknown
from learnk8s.lessons.terms import terms
from learnk8s.library.management.commands.load_course import COURSES, lessons_of

FACTS = Path(settings.BASE_DIR) / "learnk8s" / "content" / "facts"
_HREF = re.compile(r'href="([^"#][^"]*)"')


def course_slugs(course: str = "kubernetes") -> list[str]:
    """Return the lessons of a course in their order."""
    return [slug for slug, _module in lessons_of(COURSES / course)]


def findings_of(slug: str, course: str = "kubernetes") -> list[Finding]:
    """Return everything that does not hold in a lesson; files are named from the project's root."""
    folder = COURSES / course / slug
    files = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir()) if path.is_file()}
    lesson, found = lesson_findings(files, terms=frozenset(terms()))
    if lesson is not None:
        if lesson.slug != slug:
            found.append(Finding("lesson.yaml", 0, f"slug: {lesson.slug} is not the name of the folder"))
        found.extend(_links(lesson, course))
        found.extend(unused_words(lesson))
    found.extend(Finding(name, 0, f"the label {word!r} has no Korean in content/labels.yaml") for name, text in files.items() if name.endswith(".svg") for word in unknown(text))
    base = folder.relative_to(settings.BASE_DIR)
    return [Finding(str(base / entry.file), entry.line, entry.text) for entry in found]


def standings(slugs: list[str], course: str = "kubernetes") -> Counter[str]:
    """Count what stands behind the keys of lessons: "run" for a world, or the reason why there is none."""
    folders = [COURSES / course / slug for slug in slugs]
    lessons = [parse_lesson({path.name: path.read_text(encoding="utf-8") for path in folder.iterdir() if path.is_file()}).lesson for folder in folders]
    return Counter(standing(question) for lesson in lessons if lesson is not None for question in lesson.questions.values())


def unused_words(lesson: Lesson) -> Iterator[Finding]:
    """Return each term that is listed under a lesson but stands nowhere in its text; words of one letter are not looked for."""
    listed = [term for name in lesson.terms if (term := terms().get(name))]
    for language in LANGUAGES:
        seen: set[str] = set()
        for block in lesson.blocks[language]:
            if block.kind in ("text", "callout"):
                mark(block.html, listed, language=language, page="", seen=seen)
        yield from (Finding("lesson.yaml", 0, f"terms: {term.id} ({term.spelling(language)}) stands nowhere in {language}.md") for term in listed if term.id not in seen and len(term.spelling(language)) > 1)


def _links(lesson: Lesson, course: str) -> Iterator[Finding]:
    for language in LANGUAGES:
        here = f"/{language}/learn/{course}/{lesson.slug}/"
        for block in lesson.blocks[language]:
            for href in _HREF.findall(block.html):
                if not urlsplit(href).scheme and not _leads(urlsplit(urljoin(here, href)).path, course):
                    yield Finding(f"{language}.md", block.line, f"the link {href} leads nowhere")


def _leads(path: str, course: str) -> bool:
    from django.utils.translation import override

    with override(path.split("/")[1] if path.split("/")[1] in LANGUAGES else None):
        try:
            found = resolve(path)
        except Resolver404:
            return False
    return found.view_name != "lessons:lesson" or found.kwargs["lesson"] in course_slugs(found.kwargs["course"])


def course_findings(course: str = "kubernetes") -> list[Finding]:
    """Return what the course's own file says of lessons and questions that do not exist."""
    plan, file = plan_of(course), f"learnk8s/content/courses/{course}/course.yaml"
    found = [Finding(file, 0, f"project: there is no lesson {plan.project}")] if plan.project and plan.project not in course_slugs(course) else []
    for asked in plan.placement:
        folder = COURSES / course / asked.lesson
        lesson = parse_lesson({path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}).lesson if asked.lesson in course_slugs(course) else None
        if lesson is None or asked.question not in lesson.questions or lesson.questions[asked.question].type not in ("single", "truefalse"):
            found.append(Finding(file, 0, f"placement: {asked.lesson}/{asked.question} is no question with one right option"))
    return found


def fact_findings() -> list[Finding]:
    """Return the facts without a source, and those that lack one of the languages."""
    found = []
    for name, part, keys in (("milestones.yaml", "milestones", ("title", "fact")), ("numbers.yaml", "numbers", ("name",)), ("terms.yaml", "terms", ())):
        text = (FACTS / name).read_text(encoding="utf-8")
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        for row in yaml.load(text, Loader=loader)[part]:  # noqa: S506  # a safe loader
            found.extend(Finding(f"learnk8s/content/facts/{name}", _line(text, row), f"{row.get('id')}: {fault}") for fault in _faults(row, keys))
    return found


def _faults(row: dict[str, Any], keys: tuple[str, ...]) -> Iterator[str]:
    if not row.get("sources") and not row.get("source"):
        yield "there is no source"
    for key in (f"{key}_{language}" for key in keys for language in LANGUAGES):
        if not str(row.get(key) or "").strip():
            yield f"{key} is empty"
    if not keys and not (row.get("ko") and row.get("en") and row.get("def_ko") and row.get("def_en")):
        yield "a term needs ko, en, def_ko and def_en"


def _line(text: str, row: dict[str, Any]) -> int:
    place = text.find(f"- id: {row.get('id')}\n")
    return text[:place].count("\n") + 1 if place >= 0 else 0
