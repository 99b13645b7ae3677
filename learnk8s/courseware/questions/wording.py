"""What somebody answered, in words: option ids, places and pairs as their author wrote them."""

from collections.abc import Sequence

from learnk8s.courseware.questions.matching import sides
from learnk8s.courseware.questions.question import Question

CHOICES = ("single", "multiple", "truefalse", "predict")


def in_words(question: Question, given: Sequence[str], language: str) -> str:
    """Return an answer as a person reads it; what the question does not know stays as it was given."""
    texts = {option.id: option.text[language] for option in question.options}
    match question.type:
        case "single" | "multiple" | "truefalse" | "predict":
            return " · ".join(texts.get(part, part) for part in given)
        case "ordering":
            return " → ".join(" = ".join(texts.get(name, name) for name in names.split()) or "—" for names in given)
        case "matching":
            rights = {name: text[language] for name, text in sides(question)}
            return " · ".join(f"{texts.get(left, left)} — {rights.get(right, right)}" for left, _equal, right in (part.partition("=") for part in given))
        case "cloze":
            return " · ".join(_gap(choices, part, language) for part, choices in zip(given, [gap["choices"] for gap in question.detail["gaps"].values()], strict=False))
    return " / ".join(given)


def _gap(choices: Sequence[dict[str, str]], given: str, language: str) -> str:
    return choices[int(given)][language] if choices and given.isdecimal() and int(given) < len(choices) else given or "—"
