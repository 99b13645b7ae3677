"""Prove executable questions when they are published: the start misses the goal, the solution reaches it, exactly one prediction comes true."""

from collections.abc import Iterable

from learnk8s.courseware.problem import Problem, problem
from learnk8s.courseware.questions.manifest import applied
from learnk8s.courseware.questions.predict import happened, run
from learnk8s.courseware.questions.question import Question
from learnk8s.courseware.questions.world import solved


def problems_of(questions: Iterable[Question], file: str = "quiz.yaml") -> list[Problem]:
    """Return what the world says against the questions."""
    found = []
    for question in questions:
        for variant in question.variants or (question,):
            found.extend(problem(file, question.line, key, name=question.id, what=what) for key, what in _against(variant))
    return list(dict.fromkeys(found))


def _against(question: Question) -> list[tuple[str, str]]:
    match question.type:
        case "manifest":
            return _task(question.detail["goal"], applied(question, question.detail["starter"]).missing[0], applied(question, question.detail["solution"]).missing[0])
        case "world":
            return _task(question.detail["goal"], solved(question, question.detail["plan"].lines).missing[0], solved(question, (*question.detail["plan"].lines, *question.detail["solution"])).missing[0])
        case "predict":
            return _prediction(question)
    return []


def _task(goal: object, at_start: tuple[object, ...], at_end: tuple[object, ...]) -> list[tuple[str, str]]:
    found = []
    if not at_start:
        found.append(("goal-at-start", ""))
    if at_end:
        found.append(("solution-fails", " ".join(str(item["text_en"]) for item in at_end)))  # type: ignore[index]  # what is missing is a table
    return found


def _prediction(question: Question) -> list[tuple[str, str]]:
    true = happened(question)
    claimed = [option.id for option in question.options if option.is_right]
    if len(true) != 1:
        return [("not-one-true", ", ".join(true) or "—")]
    if claimed and claimed != true:
        return [("wrong-key", ", ".join(true))]
    return [] if run(question).is_sound else [("solution-fails", run(question).output[-200:])]
