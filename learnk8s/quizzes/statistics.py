"""How questions do: facility, discrimination against the rest, distractors, time, for each question and revision. First attempts count; later ones have seen the feedback."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from django.utils.translation import gettext as _

from learnk8s.courseware.questions import Question
from learnk8s.courseware.questions.wording import CHOICES, in_words
from learnk8s.library.models import Lesson
from learnk8s.quizzes.models import Attempt
from learnk8s.quizzes.queries import SCENE

FEW = 10
"""Under ten first attempts the figures say nothing."""
ATTEMPTS_MAX = 50_000
ANSWERS_SHOWN = 6
HARD, EASY, FLAT = 20, 95, 0.1


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer and how often it was given; `share` of all in percent."""

    text: str
    count: int
    share: int
    is_right: bool


@dataclass(frozen=True, slots=True)
class Item:
    """The figures of one question; those that need ten first attempts are None below."""

    id: str
    question: Question | None
    people: int
    attempts: int
    facility: int | None
    discrimination: float | None
    seconds: int | None
    answers: tuple[Answered, ...]
    warnings: tuple[str, ...]
    compared: int = 0
    """Of how many people the discrimination is told: those who also answered something else."""

    @property
    def is_few(self) -> bool:
        """Say whether there are too few attempts."""
        return self.people < FEW


def correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Return Pearson's correlation, or None if one side does not vary.

    >>> correlation([(0, 0), (1, 1), (2, 2)]), correlation([(1, 0), (1, 1)])
    (1.0, None)
    """
    if len(pairs) < 2:
        return None
    mean_x, mean_y = (sum(pair[side] for pair in pairs) / len(pairs) for side in (0, 1))
    covariance = sum((x - mean_x) * (y - mean_y) for x, y in pairs)
    spread = sum((x - mean_x) ** 2 for x, _y in pairs) * sum((y - mean_y) ** 2 for _x, y in pairs)
    return round(covariance / spread**0.5, 2) if spread > 1e-12 else None


def attempts_at(lesson: Lesson, revision: int | None) -> list[Attempt]:
    """Return the attempts at a lesson's questions, the first one first, at one revision or at all."""
    rows = Attempt.objects.filter(revision__lesson=lesson)
    if revision is not None:
        rows = rows.filter(revision__number=revision)
    return list(rows.only("user_id", "session_key", "question", "answer", "percent", "seconds", "seed", "created_at").order_by("created_at", "pk")[:ATTEMPTS_MAX])


def items_of(attempts: Sequence[Attempt], questions: Mapping[str, Question], language: str) -> list[Item]:
    """Return the figures of every question that was asked or answered."""
    first: dict[str, dict[str, Attempt]] = defaultdict(dict)
    counts = Counter(attempt.question for attempt in attempts)
    for attempt in attempts:
        first[attempt.question].setdefault(f"{attempt.user_id or attempt.session_key}", attempt)
    names = [*questions, *sorted(set(first) - set(questions))]
    return [_item(name, questions.get(name), first, counts[name], language) for name in names]


def _item(name: str, question: Question | None, first: Mapping[str, Mapping[str, Attempt]], attempts: int, language: str) -> Item:
    rows = first.get(name, {})
    answers = _commands(list(rows.values())) if name == SCENE else _answers(question, list(rows.values()), language)
    if len(rows) < FEW:
        return Item(name, question, len(rows), attempts, None, None, None, answers, ())
    facility = sum(attempt.percent for attempt in rows.values()) // len(rows)
    pairs = [(float(attempt.percent), rest) for who, attempt in rows.items() if (rest := _rest(who, name, first)) is not None]
    discrimination = correlation(pairs) if len(pairs) >= FEW else None
    times = [attempt.seconds for attempt in rows.values() if attempt.seconds is not None]
    return Item(name, question, len(rows), attempts, facility, discrimination, int(median(times)) if times else None, answers, tuple(_warnings(question, facility, discrimination, answers)), len(pairs))


def _rest(who: str, name: str, first: Mapping[str, Mapping[str, Attempt]]) -> float | None:
    others = [rows[who].percent for other, rows in first.items() if other != name and who in rows]
    return sum(others) / len(others) if others else None


def _commands(attempts: Sequence[Attempt]) -> tuple[Answered, ...]:
    """Return with how many commands a scenario was reached."""
    counted = Counter(int(attempt.answer[1]) for attempt in attempts if len(attempt.answer) > 1 and str(attempt.answer[1]).isdecimal())
    return tuple(Answered(_("%(count)d commands") % {"count": count}, people, people * 100 // len(attempts), True) for count, people in sorted(counted.items())[:ANSWERS_SHOWN])


def _answers(question: Question | None, attempts: Sequence[Attempt], language: str) -> tuple[Answered, ...]:
    texts = {option.id: option.text[language] for option in question.options} if question is not None and question.type in CHOICES else {}
    counted: Counter[str] = Counter({text: 0 for text in texts})
    right: set[str] = {option.id for option in question.options if option.is_right} if question is not None else set()
    for attempt in attempts:
        given = [str(part) for part in attempt.answer] if isinstance(attempt.answer, list) else []
        for part in given if texts else [in_words(question.variant(attempt.seed), given, language)[:120] if question is not None else " / ".join(given)[:120]]:
            counted[part] += 1
            right |= {part} if not texts and attempt.percent == 100 else set()
    shown = counted.most_common(None if texts else ANSWERS_SHOWN)
    return tuple(Answered(texts.get(part, part), count, count * 100 // len(attempts) if attempts else 0, part in right) for part, count in shown)


def _warnings(question: Question | None, facility: int, discrimination: float | None, answers: Sequence[Answered]) -> list[str]:
    found = []
    if discrimination is not None and discrimination < 0:
        found.append(_("Whoever does well elsewhere does worse here: the key may be wrong, or the text misleads."))
    elif discrimination is not None and discrimination < FLAT:
        found.append(_("It hardly tells those who know from those who do not."))
    if facility < HARD:
        found.append(_("Hardly anybody finds it."))
    if facility > EASY:
        found.append(_("Nearly everybody finds it."))
    if question is not None and question.type in ("single", "predict"):
        wrong = [answer for answer in answers if not answer.is_right]
        right = next((answer.count for answer in answers if answer.is_right), 0)
        found.extend(_("Nobody chose “%(text)s”.") % {"text": answer.text} for answer in wrong if answer.count == 0)
        found.extend(_("More chose “%(text)s” than the right one.") % {"text": answer.text} for answer in wrong if answer.count > right and right)
    return found
