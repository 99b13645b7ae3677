"""Prove executable questions when they are published: the start misses the goal, the solution reaches it, exactly one prediction comes true."""

from collections.abc import Iterable

from learnk8s.courseware.problem import Problem, problem
from learnk8s.courseware.questions.manifest import applied
from learnk8s.courseware.questions.predict import happened, run
from learnk8s.courseware.questions.question import Question
from learnk8s.courseware.questions.running import Outcome
from learnk8s.courseware.questions.world import solved
from learnk8s.courseware.reading import LANGUAGES

PRINTED_MAX = 200
"""Letters of what a command printed that are told, its last ones: they say why."""


def problems_of(questions: Iterable[Question], file: str = "quiz.yaml") -> list[Problem]:
    """Return what the world says against the questions."""
    found: list[Problem] = []
    for question in questions:
        for variant in question.variants or (question,):
            found.extend(problem(file, question.line, key, question=question.id, **words) for key, words in _against(variant))
    return list(dict.fromkeys(found))


def _against(question: Question) -> list[tuple[str, dict[str, str]]]:
    match question.type:
        case "manifest":
            return _task(applied(question, question.detail["starter"]), applied(question, question.detail["solution"]))
        case "world":
            return _task(solved(question, question.detail["plan"].lines), solved(question, (*question.detail["plan"].lines, *question.detail["solution"])))
        case "predict":
            return _prediction(question)
    return []


def _task(start: Outcome, end: Outcome) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    if not start.missing[0]:
        found.append(("goal-at-start", {}))
    if end.missing[0]:
        said = {f"what_{language}": " ".join(str(item[f"text_{language}"]) for item in end.missing[0]) for language in LANGUAGES}
        found.append(("solution-fails", {"what": said["what_en"], **said}))
        if not end.is_sound:
            found.append(("command-fails", {"what": end.output.strip()[-PRINTED_MAX:]}))
    return found


def _prediction(question: Question) -> list[tuple[str, dict[str, str]]]:
    true = happened(question)
    claimed = [option.id for option in question.options if option.is_right]
    if len(true) != 1:
        return [("not-one-true", {"what": ", ".join(true) or "—"})]
    if claimed and claimed != true:
        return [("wrong-key", {"what": ", ".join(true)})]
    return [] if run(question).is_sound else [("command-fails", {"what": run(question).output.strip()[-PRINTED_MAX:]})]
