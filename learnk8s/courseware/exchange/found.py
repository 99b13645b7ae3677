"""What a reader of a foreign format returns: questions as tables of our own format, and what stood in the way."""

import html
import re
from dataclasses import dataclass, field
from typing import Any

TEXT_MAX = 5_000_000
QUESTIONS_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that cannot be taken over: where, and why (a key of TROUBLES)."""

    line: int
    key: str
    what: str = ""

    def text(self, language: str) -> str:
        """Return a sentence."""
        return TROUBLES[self.key][1 if language == "ko" else 0].replace("{what}", self.what)


TROUBLES = {
    "too-large": ("The file is larger than 5 MB.", "파일이 5 MB보다 크다."),
    "broken": ("This cannot be read: {what}", "읽을 수 없다: {what}"),
    "no-such-type": ("Questions of the type “{what}” have no counterpart here.", "“{what}” 유형은 여기에 맞는 유형이 없다."),
    "no-answer": ("The question “{what}” has no right answer.", "“{what}” 문항에 정답이 없다."),
    "empty": ("There are no questions in it.", "문항이 하나도 없다."),
    "weights": ("The weights of “{what}” are counted as right or wrong only.", "“{what}” 문항의 배점은 맞음과 틀림으로만 옮긴다."),
}


@dataclass(slots=True)
class Found:
    """Questions and troubles; `notes` do not stand in the way."""

    questions: list[dict[str, Any]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    notes: list[Trouble] = field(default_factory=list)

    def add(self, question: dict[str, Any]) -> None:
        """Add a question under a name of its own."""
        taken = {row["id"] for row in self.questions}
        base = name_of(str(question.get("id", ""))) or f"q{len(self.questions) + 1}"
        name, number = base, 2
        while name in taken:
            name, number = f"{base[:44]}-{number}", number + 1
        self.questions.append(question | {"id": name})


def name_of(text: str) -> str:
    """Return a text as an id.

    >>> name_of("Who is buried in Grant's tomb?")
    'who-is-buried-in-grant-s-tomb'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:44].strip("-")


def both(text: str) -> dict[str, str]:
    """Return one text for both languages: what came in one has to be translated by its author."""
    plain = text.strip() or "—"
    return {"ko": plain, "en": plain}


_MARKS = ((r"<\s*(?:b|strong)\b[^>]*>|<\s*/\s*(?:b|strong)\s*>", "**"), (r"<\s*(?:i|em)\b[^>]*>|<\s*/\s*(?:i|em)\s*>", "*"), (r"<\s*/?\s*(?:code|tt)\b[^>]*>", "`"), (r"<\s*li\b[^>]*>", "\n- "), (r"<\s*br\s*/?\s*>", "\n"), (r"<\s*/\s*(?:p|div|pre|h\d)\s*>", "\n\n"))


def from_html(text: str) -> str:
    """Return HTML as Markdown, as far as questions need it; every other tag goes away.

    >>> from_html("<p>What is <b>2</b>&lt;3?</p><script>x</script>")
    'What is **2**<3?'
    """
    text = re.sub(r"<\s*(script|style)\b[^>]{0,2000}>.*?<\s*/\s*\1\s*>", "", text[:100_000], flags=re.IGNORECASE | re.DOTALL)
    for pattern, mark in _MARKS:
        text = re.sub(pattern, mark, text, flags=re.IGNORECASE)
    return re.sub(r"\n{3,}", "\n\n", html.unescape(re.sub(r"<[^<>]{0,2000}>", "", text))).strip()
