"""The text in two languages: the same blocks, headings and numbers; a source for each claim; pictures in our drawing language."""

import re
from collections import Counter
from collections.abc import Iterator

from learnk8s.courseware.duration import duration
from learnk8s.courseware.lesson import Lesson
from learnk8s.courseware.markdown import Block
from learnk8s.courseware.proving.finding import Finding
from learnk8s.courseware.reading import LANGUAGES

MONTHS = "January February March April May June July August September October November December".split()
READING_S_MAX = 12 * 60
MINUTES_OFF_MAX = 1
NEEDED = ("figure", "sandbox", "run", "predict", "task", "quiz")
SPELLED = {
    "1": "one first once a an half quarter third fifth 하나 한 첫", "2": "two second twice both half pair 둘 두 절반", "3": "three third 셋 세 석", "4": "four fourth quarter 넷 네 넉", "5": "five fifth 다섯", "6": "six sixth 여섯", "7": "seven seventh 일곱", "8": "eight eighth 여덟",
    "9": "nine ninth 아홉", "10": "ten tenth tenfold 열", "11": "eleven 열한 열하나", "12": "twelve dozen 열두 열둘", "14": "fourteen 열네", "15": "fifteen 열다섯", "16": "sixteen 열여섯", "20": "twenty 스무 스물", "30": "thirty 서른", "40": "forty 마흔", "50": "fifty 쉰", "100": "hundred 백", "1000": "thousand 천", "10000": "만",
}
"""Small numbers are written as words in one language and in figures in the other; these are not held against an author."""
_TAG = re.compile(r"<[^>]+>")
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)*")
_YEAR = re.compile(r"\b(?:19[5-9]\d|20[0-3]\d)(?!\d)")
_COLOUR = re.compile(r"(?:fill|stroke)=\"(?!none|currentColor|currentcolor)[^\"]*\"|style=")


def text_findings(lesson: Lesson) -> Iterator[Finding]:
    """Return what is wrong with the texts and pictures."""
    yield from _blocks(lesson)
    yield from _sections(lesson)
    yield from _markup(lesson)
    yield from _sources(lesson)
    yield from _pictures(lesson)
    yield from _time(lesson)
    if any(len(lesson.simplified.get(language, ())) == 0 for language in LANGUAGES) or len(lesson.simplified["ko"]) != len(lesson.simplified["en"]):
        yield Finding("lesson.yaml", 0, "simplified: say in both languages, in as many sentences, what is simplified here")


def _blocks(lesson: Lesson) -> Iterator[Finding]:
    kinds = {language: [block.kind for block in lesson.blocks[language]] for language in LANGUAGES}
    if kinds["ko"] != kinds["en"]:
        yield Finding("en.md", 0, f"the blocks differ from those of ko.md: {' '.join(kinds['ko'])} | {' '.join(kinds['en'])}")
        return
    for kind in NEEDED:
        if kind not in kinds["ko"]:
            yield Finding("ko.md", 0, f"there is no block {kind}")
    for left, right in zip(lesson.blocks["ko"], lesson.blocks["en"], strict=True):
        if left.kind == "run" and left.lines != right.lines:
            yield Finding("en.md", right.line, "the lines to run are not those of ko.md")
        if left.kind == "figure" and (len(left.lines) < 2 or len(right.lines) < 2 or left.lines[1].count("\n- ") != right.lines[1].count("\n- ")):
            yield Finding("en.md", right.line, "the picture's words are missing or not as many as in ko.md")
    used = {name for block in lesson.blocks["ko"] for name in block.names}
    for file, part, names in (("quiz.yaml", "question", lesson.questions), ("labs.yaml", "task", lesson.tasks), ("labs.yaml", "prediction", lesson.predictions), ("ko.md", "picture", lesson.figures)):
        yield from (Finding(file, 0, f"{part} {name} stands nowhere in the text") for name in names if name not in used)


def _markup(lesson: Lesson) -> Iterator[Finding]:
    for language in LANGUAGES:
        for block in lesson.blocks[language]:
            plain = re.sub(r"<code>.*?</code>|<pre>.*?</pre>", " ", block.html, flags=re.DOTALL)
            for found in re.findall(r"[^<>]{0,20}\*\*[^<>]{0,20}|\*\* [은는이가을를와과로의]\b", plain):
                yield Finding(f"{language}.md", block.line, f"stars that make nothing bold: {found.strip()}")


def _sections(lesson: Lesson) -> Iterator[Finding]:
    parts = {language: list(_by_heading(lesson.blocks[language])) for language in LANGUAGES}
    if [level for level, _line, _html in parts["ko"]] != [level for level, _line, _html in parts["en"]]:
        yield Finding("en.md", 0, f"there are {len(parts['en'])} sections (with their levels) where ko.md has {len(parts['ko'])}")
        return
    for (_level, line, korean), (_same, other, english) in zip(parts["ko"], parts["en"], strict=True):
        for tag in ("li", "tr", "table", "pre"):
            if korean.count(f"<{tag}") != english.count(f"<{tag}"):
                yield Finding("en.md", other, f"the section has {english.count(f'<{tag}')} of <{tag}>, in ko.md (line {line}) {korean.count(f'<{tag}')}")
        left, right = numbers(korean), numbers(english)
        left, right = left - right - _spelled(english), right - left - _spelled(korean)
        if left or right:
            yield Finding("en.md", other, f"the section's numbers differ: only in ko.md {sorted(left)}, only here {sorted(right)}")


def _by_heading(blocks: tuple[Block, ...]) -> Iterator[tuple[str, int, str]]:
    level, line, html = "", 1, ""
    for block in blocks:
        if block.kind in ("text", "callout"):
            for piece in re.split(r"(?=<h[23][ >])", block.html):
                if piece.startswith("<h"):
                    yield level, line, html
                    level, line, html = piece[1:3], block.line, ""
                html += piece
        elif block.kind == "figure":
            html += "\n".join(block.lines)
    yield level, line, html


def numbers(html: str) -> set[str]:
    """Return the numbers of a text, those of code and citations apart; months count as numbers, so that dates agree.

    >>> sorted(numbers("<p>6 June 2014, 1,000 <code>x1</code></p>")) == sorted(numbers("<p>2014년 6월 6일, 1000</p>"))
    True
    """
    plain = re.sub(r"<code>.*?</code>|<sup.*?</sup>|<pre>.*?</pre>", " ", html, flags=re.DOTALL)
    plain = _TAG.sub(" ", plain)
    for place, month in enumerate(MONTHS, start=1):
        plain = re.sub(rf"\b{month}\b", f" {place} ", plain) if month != "May" else re.sub(r"\bMay (?=\d)|(?<=\d )May\b|(?<=in )May\b", f" {place} ", plain)
    return {found.replace(",", "") for found in _NUMBER.findall(plain)}


def _spelled(html: str) -> set[str]:
    plain = _TAG.sub(" ", html).lower()
    words = set(re.findall(r"[a-z]+", plain))
    return {number for number, forms in SPELLED.items() if any(form in words if form.isascii() else form in plain for form in forms.split())}


def _sources(lesson: Lesson) -> Iterator[Finding]:
    for language in LANGUAGES:
        cited: Counter[str] = Counter()
        for block in lesson.blocks[language]:
            cited.update(block.cites)
            if block.kind in ("text", "callout"):
                for piece in re.split(r"</p>|</li>|</tr>", block.html):
                    if _YEAR.search(_TAG.sub(" ", re.sub(r"<code>.*?</code>", " ", piece))) and "source-" not in piece:
                        yield Finding(f"{language}.md", block.line, f"a year without a source: {_TAG.sub('', piece).strip()[:80]}")
        yield from (Finding("sources.yaml", 0, f"{name} is cited nowhere in {language}.md") for name in lesson.sources if not cited[name])


def _pictures(lesson: Lesson) -> Iterator[Finding]:
    for name, text in lesson.figures.items():
        found = _COLOUR.search(text)
        if found:
            yield Finding(name, text[: found.start()].count("\n") + 1, f"a colour of its own: {found[0]}; use currentColor, none or a class")
        if "viewBox" not in text:
            yield Finding(name, 1, "there is no viewBox")


def _time(lesson: Lesson) -> Iterator[Finding]:
    for language in LANGUAGES:
        found = duration(lesson, language)
        if abs(found.minutes - lesson.minutes) > MINUTES_OFF_MAX:
            yield Finding("lesson.yaml", 0, f"minutes: {lesson.minutes} is written, {language}.md takes {found.minutes}")
        if found.longest_reading_s > READING_S_MAX:
            yield Finding(f"{language}.md", 0, f"{found.longest_reading_s // 60} minutes without anything to do")
