"""Multiple choice. In proportional credit a wrong choice takes away what a right one gives, so that choosing everything earns nothing.

Options may have `percent` instead: what choosing each one adds or, below zero, takes away. Full points are for exactly the right ones."""

from learnk8s.courseware.questions.question import Check, Graded, Path, Question, QuestionType, chosen_ids, misconceptions_in, remarks_on, share
from learnk8s.courseware.reading import Reader


def _check(reader: Reader, question: Question, path: Path) -> None:
    if not any(option.is_right for option in question.options):
        reader.complain(path, "no-right-answer", question=question.id)
    for place, option in enumerate(question.options):
        if option.percent is not None and not (option.percent > 0 if option.is_right else option.percent <= 0):
            reader.complain((*path, "options", place, "percent"), "wrong-type", name="percent", what="1..100" if option.is_right else "-100..0")


def _grade(question: Question, answer: list[str], _world: Check | None) -> Graded:
    chosen = set(answer)
    right = {option.id for option in question.options if option.is_right}
    hits, misses = len(chosen & right), len(chosen - right)
    model = {language: " · ".join(option.text[language] for option in question.options if option.is_right) for language in ("ko", "en")}
    if any(option.percent is not None for option in question.options):
        worth = sum(option.percent or 0 for option in question.options if option.id in chosen)
        percent = 100 if chosen == right else min(max(worth, 0), 99)
        return Graded(percent if question.partial or percent == 100 else 0, remarks_on(question, chosen), misconceptions_in(question, chosen), model=model)
    return Graded(share(hits - misses, len(right), partial=question.partial), remarks_on(question, chosen), misconceptions_in(question, chosen), model=model)


MULTIPLE = QuestionType(_check, _grade, chosen_ids)
