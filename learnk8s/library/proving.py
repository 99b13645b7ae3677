"""What stands against publishing a revision: its problems, and what its worlds say against what it claims."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from learnk8s.courseware.kinds import parsed
from learnk8s.courseware.lesson import Lesson
from learnk8s.courseware.playing import scenario_findings
from learnk8s.courseware.problem import THINGS
from learnk8s.courseware.proving import Files
from learnk8s.courseware.proving.driving import Typed
from learnk8s.courseware.proving.playing import rehearsed, world_findings
from learnk8s.courseware.questions.proving import problems_of
from learnk8s.courseware.reading import Reader
from learnk8s.courseware.scenario import read_scenario
from learnk8s.simulation.kernel.limits import LimitExceeded


@dataclass(frozen=True, slots=True)
class Against:
    """One reason: where, what, and what to do."""

    file: str
    line: int
    text: str
    cure: str = ""


def against(kind: str, files: Mapping[str, str], language: str, *, scenarios: Collection[str] | None = None) -> list[Against]:
    """Return everything that stands against publishing files; the worlds run only if the files can be read without a problem. `scenarios` are those of the course, None if they are not known yet."""
    found = parsed(kind, files)
    if found.problems or found.lesson is None:
        return [Against(each.file, each.line, each.text(language), each.cure(language)) for each in found.problems]
    try:
        return [*_unknown_played(found.lesson, scenarios, language), *_proved(kind, found.lesson, files, language)]
    except LimitExceeded as limit:
        return [Against("", 0, str(limit))]


def _unknown_played(lesson: Lesson, scenarios: Collection[str] | None, language: str) -> list[Against]:
    """Return the scenarios and challenges that a text names and that are nowhere."""
    from learnk8s.challenges.catalogue import challenges

    known = {"challenge": challenges(), "scenario": scenarios}
    said = {"ko": ("찾을 수 없는 {kind}: {name}", "이름을 고치거나, 과정에 그 시나리오를 먼저 만들자."), "en": ("There is no {kind} {name}.", "Correct the name, or make the scenario in this course first.")}[language]
    return [Against(f"{text}.md", block.line, said[0].format(kind=THINGS[block.kind][language], name=name), said[1]) for text, blocks in lesson.blocks.items() for block in blocks if known.get(block.kind) is not None for name in block.names if name not in known[block.kind]]  # type: ignore[operator]  # asked for beside


def _unknown_terms(lesson: Lesson, text: str, language: str) -> list[Against]:
    """Return the words that the lesson wants to explain and the glossary does not have."""
    from learnk8s.lessons.terms import terms

    reader = Reader.of("lesson.yaml", text)
    lines = {name: reader.document.line_of(("terms", place)) if reader.document is not None else 0 for place, name in enumerate(lesson.terms)}
    said = {"ko": ("용어집에 없는 말이다: {name}", "‘시대별 그림과 용어집의 말’에서 고르거나 지우자."), "en": ("The glossary has no word {name}.", "Choose it under “Drawings of the eras, and words of the glossary”, or take it out.")}[language]
    return [Against("lesson.yaml", lines[name], said[0].format(name=name), said[1]) for name in lesson.terms if name not in terms()]


def _played(lesson: Lesson, files: Mapping[str, str], language: str) -> list[Against]:
    return [Against(each.file, each.line, each.said(language)) for each in world_findings(lesson, Files(files)) if not each.is_wish]


def tried_out(files: Mapping[str, str], language: str, name: str = "") -> tuple[list[Against], list[Typed]]:
    """Return what the lesson's world says against it, and what it prints for one prediction or task, or for the commands of its text: also of a lesson whose text is not ready yet."""
    lesson = parsed("lesson", files).lesson
    try:
        return (_played(lesson, files, language), rehearsed(lesson, name)) if lesson is not None else ([], [])
    except LimitExceeded as limit:
        return [Against("", 0, str(limit))], []


def _proved(kind: str, lesson: Lesson, files: Mapping[str, str], language: str) -> list[Against]:
    reasons = [Against(each.file, each.line, each.text(language), each.cure(language)) for each in problems_of(lesson.questions.values(), "bank.yaml" if kind == "bank" else "quiz.yaml")]
    if kind == "lesson":
        reasons.extend(_unknown_terms(lesson, files["lesson.yaml"], language))
        reasons.extend(_played(lesson, files, language))
    if kind == "scenario":
        reasons.extend(Against("scenario.yaml", 0, text[language]) for text in scenario_findings(read_scenario(files["scenario.yaml"])[0]))
    return reasons
