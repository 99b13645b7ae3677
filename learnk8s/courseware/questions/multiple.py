"""Multiple choice. In proportional credit a wrong choice takes away what a right one gives, so that choosing everything earns nothing."""

from learnk8s.courseware.questions.question import Check, Graded, Path, Question, QuestionType, chosen_ids, misconceptions_in, remarks_on, share
from learnk8s.courseware.reading import Reader


def _check(reader: Reader, question: Question, path: Path) -> None:
    if not any(option.is_right for option in question.options):
        reader.complain(path, "no-right-answer", name=question.id)


def _grade(question: Question, answer: list[str], _world: Check | None) -> Graded:
    chosen = set(answer)
    right = {option.id for option in question.options if option.is_right}
    hits, misses = len(chosen & right), len(chosen - right)
    model = {language: " · ".join(option.text[language] for option in question.options if option.is_right) for language in ("ko", "en")}
    return Graded(share(hits - misses, len(right), partial=question.partial), remarks_on(question, chosen), misconceptions_in(question, chosen), model=model)


MULTIPLE = QuestionType(_check, _grade, chosen_ids)
