"""The quiz: six to ten questions of different types, each option answered, at least one misconception named."""

from collections.abc import Iterator

from learnk8s.courseware.lesson import Lesson
from learnk8s.courseware.proving.finding import Files, Finding
from learnk8s.courseware.questions.kinds import TYPES
from learnk8s.courseware.questions.pattern import fits, plain
from learnk8s.courseware.questions.proving import problems_of
from learnk8s.courseware.questions.question import Question

QUESTIONS = (6, 10)
TYPES_MIN = 3
ANSWERED = ("single", "multiple", "truefalse", "predict")
WRITTEN = ("short", "numeric")


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
        if question.type in WRITTEN and not question.known:
            yield Finding("quiz.yaml", question.line, f"question {question.id}: no wrong answer is foreseen (wrong)", is_wish=True)
        yield from (Finding("quiz.yaml", question.line, f"question {question.id}: {text}") for text in _forms(question))
        if question.type in ANSWERED:
            for place, option in enumerate(question.options):
                if option.chosen is None:
                    yield Finding("quiz.yaml", files.line("quiz.yaml", "questions", question.id, "options", place), f"question {question.id}: option {option.id} says nothing to somebody who chose it")


def _forms(question: Question) -> Iterator[str]:
    """Return what is wrong with the forms of a written answer: one that takes anything, or a wrong one that would be right, or would be taken for an earlier one."""
    if any(fits(form, "qz") for form in question.accepted):
        yield "an accepted form takes any answer"
    grade = TYPES[question.type].grade
    for known in question.known:
        for form in known.forms if question.type in WRITTEN else ():
            answered = grade(question, [plain(form)], None)
            if answered.is_right or (form != "*" and answered.said != (known.says,)):
                yield f"the foreseen wrong answer {form!r} is not told what is written for it"
