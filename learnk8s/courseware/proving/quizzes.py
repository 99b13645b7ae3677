"""The quiz: six to ten questions of different types, each option answered, at least one misconception named."""

from collections.abc import Iterator

from learnk8s.courseware.lesson import Lesson
from learnk8s.courseware.proving.finding import Files, Finding
from learnk8s.courseware.questions.proving import problems_of

QUESTIONS = (6, 10)
TYPES_MIN = 3
ANSWERED = ("single", "multiple", "truefalse", "predict")


def quiz_findings(lesson: Lesson, files: Files) -> Iterator[Finding]:
    """Return what is wrong with the questions, as far as it can be seen without running them."""
    if not QUESTIONS[0] <= len(lesson.questions) <= QUESTIONS[1]:
        yield Finding("quiz.yaml", 0, f"there are {len(lesson.questions)} questions, not {QUESTIONS[0]} to {QUESTIONS[1]}")
    kinds = {question.type for question in lesson.questions.values()}
    if len(kinds) < TYPES_MIN:
        yield Finding("quiz.yaml", 0, f"the questions are of {len(kinds)} types only: {', '.join(sorted(kinds))}")
    if not any(option.misconception for question in lesson.questions.values() for option in question.options):
        yield Finding("quiz.yaml", 0, "no option names the misconception behind it")
    yield from (Finding(problem.file, problem.line, f"{problem.text('en')} {problem.cure('en')}") for problem in problems_of(lesson.questions.values()))
    for question in lesson.questions.values():
        if question.type in ANSWERED:
            for place, option in enumerate(question.options):
                if option.chosen is None:
                    yield Finding("quiz.yaml", files.line("quiz.yaml", "questions", question.id, "options", place), f"question {question.id}: option {option.id} says nothing to somebody who chose it")
