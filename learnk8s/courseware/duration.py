"""How long a lesson takes: its text at a quiet reading speed, and a time for everything that there is to do.

The speeds are those of careful reading of technical prose; the times for doing are assumptions, the same for all lessons.
"""

import re
from dataclasses import dataclass

from learnk8s.courseware.lesson import Lesson
from learnk8s.courseware.markdown import Block

WORDS_A_MINUTE = 180
SYLLABLES_A_MINUTE = 420
"""Korean is counted in written syllables."""
SECONDS = {"run": 15, "predict": 60, "task": 240, "quiz": 40, "figure": 25, "scenario": 480, "challenge": 600}
"""For one line to click, one prediction, one task, one question, one picture."""
DOING = ("run", "predict", "task", "quiz", "sandbox", "scenario", "challenge")
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True)
class Duration:
    """Seconds for the whole, and for the longest part without anything to do."""

    whole_s: int
    longest_reading_s: int

    @property
    def minutes(self) -> int:
        """Return whole minutes, rounded up."""
        return -(-self.whole_s // 60)


def duration(lesson: Lesson, language: str) -> Duration:
    """Return how long a lesson takes in one language."""
    whole = reading = longest = 0
    for block in lesson.blocks.get(language, ()):
        if block.kind in DOING:
            reading = 0
        spent = _seconds(block, language)
        whole += spent
        if block.kind not in DOING:
            reading += spent
            longest = max(longest, reading)
    return Duration(whole, longest)


def reading_s(text: str, language: str) -> int:
    """Return the seconds that a plain text takes.

    >>> reading_s("word " * 180, "en"), reading_s("가" * 420, "ko")
    (60, 60)
    """
    if language == "ko":
        return len(re.findall(r"[가-힣]", text)) * 60 // SYLLABLES_A_MINUTE + len(re.findall(r"[A-Za-z0-9]+", text)) * 60 // WORDS_A_MINUTE
    return len(text.split()) * 60 // WORDS_A_MINUTE


def _seconds(block: Block, language: str) -> int:
    count = len(block.lines) if block.kind == "run" else len(block.names) if block.kind in ("predict", "task", "quiz", "scenario", "challenge") else 1
    return SECONDS.get(block.kind, 0) * count + reading_s(_TAG.sub(" ", block.html), language)
