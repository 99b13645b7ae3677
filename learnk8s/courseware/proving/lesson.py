"""A lesson as a whole."""

from collections.abc import Mapping

from learnk8s.courseware.lesson import Lesson, parse_lesson
from learnk8s.courseware.proving.finding import Files, Finding
from learnk8s.courseware.proving.playing import world_findings
from learnk8s.courseware.proving.quizzes import quiz_findings
from learnk8s.courseware.proving.texts import text_findings
from learnk8s.courseware.questions.proving import problems_of


def lesson_findings(files: Mapping[str, str], *, terms: frozenset[str]) -> tuple[Lesson | None, list[Finding]]:
    """Return a lesson and everything that does not hold in it, in one pass; `terms` are the ids of the glossary."""
    parsed = parse_lesson(files)
    found = [Finding(problem.file, problem.line, f"{problem.text('en')} {problem.cure('en')}") for problem in parsed.problems]
    if parsed.lesson is None:
        return None, found
    lesson, placed = parsed.lesson, Files(files)
    found.extend(Finding("lesson.yaml", 0, f"terms: {name} does not stand in terms.yaml") for name in lesson.terms if name not in terms)
    if not lesson.terms:
        found.append(Finding("lesson.yaml", 0, "terms: there are none"))
    found.extend(text_findings(lesson))
    found.extend(quiz_findings(lesson, placed))
    if not parsed.problems:
        found.extend(world_findings(lesson, placed))
        found.extend(Finding(problem.file, problem.line, problem.text("en")) for problem in problems_of(lesson.questions.values()))
    return lesson, sorted(found)
