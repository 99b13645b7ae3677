"""The words of a template's actions. Models text/template/parse/lex.go (1.25)."""

import re
from dataclasses import dataclass

from learnk8s.simulation.kernel.gotemplate.nodes import BadTemplate

KEYWORDS = frozenset({"block", "break", "continue", "define", "else", "end", "if", "range", "template", "with"})
SPACES = " \t\r\n"
NUMBER = re.compile(r"[+-]?(0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|\d[\d_]*(\.\d*)?([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?)")
NAME = re.compile(r"\w+")
ENDS = SPACES + ".,|:()="
"""What may follow a name."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word: what kind it is, its text, and where it stands."""

    kind: str
    text: str
    place: int

    def __str__(self) -> str:
        if self.kind == "end of text":
            return "EOF"
        if self.kind == "keyword":
            return f"<{self.text}>"
        shown = '"' + self.text[:10].replace("\\", "\\\\").replace('"', '\\"') + '"'
        return f"{shown}..." if len(self.text) > 10 else shown


def line_of(template: str, place: int) -> int:
    """Return the line in which a place of the text is."""
    return template.count("\n", 0, place) + 1


def words_of(template: str) -> list[Word]:
    """Return the words of a template: texts, the marks {{ and }}, and what stands between; a fault is the last word, for the parser meets it where it reads it."""
    found: list[Word] = []
    try:
        _read(template, found)
    except BadTemplate as bad:
        found.append(Word("fault", str(bad), bad.column))
    found.append(Word("end of text", "", len(template)))
    return found


def _read(template: str, found: list[Word]) -> None:
    place, trims = 0, False
    while True:
        start = template.find("{{", place)
        text, at = template[place : start if start >= 0 else len(template)], place
        if trims:
            at, text = at + len(text) - len(text.lstrip(SPACES)), text.lstrip(SPACES)
        opens_trimmed = start >= 0 and template[start + 2 : start + 3] == "-" and template[start + 3 : start + 4] in tuple(SPACES)
        if opens_trimmed:
            text = text.rstrip(SPACES)
        if text:
            found.append(Word("text", text, at))
        if start < 0:
            return
        place = start + 2 + 2 * opens_trimmed
        if template.startswith("/*", place):
            end = template.find("*/", place)
            if end < 0:
                raise BadTemplate("unclosed comment", column=place)
            trims = template[end + 2 : end + 3] in tuple(SPACES) and template.startswith("-}}", end + 3)
            if not trims and not template.startswith("}}", end + 2):
                raise BadTemplate("comment ends before closing delimiter", column=place)
            place = end + 4 + 2 * trims
            continue
        found.append(Word("{{", "{{", start))
        place, trims = _inside(template, place, found)


def _inside(template: str, place: int, found: list[Word]) -> tuple[int, bool]:
    """Read the words of one action; return where it ends, and whether the text after it is trimmed."""
    depth = 0
    while True:
        trims = template[place : place + 1] in tuple(SPACES) and template.startswith("-}}", place + 1)
        if trims or template.startswith("}}", place):
            if depth:
                raise BadTemplate("unclosed left paren", column=place)
            found.append(Word("}}", "}}", place))
            return place + 2 + 2 * trims, trims
        if place >= len(template):
            raise BadTemplate("unclosed action", column=place)
        word = _word(template, place)
        depth += {"(": 1, ")": -1}.get(word.text, 0) if word.kind == "mark" else 0
        if depth < 0:
            raise BadTemplate("unexpected right paren", column=place)
        found.append(word)
        place += len(word.text)


def _word(template: str, place: int) -> Word:
    letter, two = template[place], template[place : place + 2]
    if letter in SPACES:
        end = place
        while end < len(template) and template[end] in SPACES and not (template.startswith("-}}", end + 1) and end > place):
            end += 1
        return Word("space", template[place:end], place)
    if two == ":=":
        return Word("mark", two, place)
    if letter == ":":
        raise BadTemplate("expected :=", column=place)
    if letter in "|()=":
        return Word("mark", letter, place)
    if letter in "\"`'":
        return _quoted(template, place)
    if letter.isdigit() or letter in "+-" or (letter == "." and template[place + 1 : place + 2].isdigit()):
        number = NUMBER.match(template, place)
        after = template[number.end() : number.end() + 1] if number else ""
        if number is None or after.isalnum():
            raise BadTemplate(f'bad number syntax: "{template[place : (number.end() if number else place) + 1]}"', column=place)
        return Word("number", number[0], place)
    if letter in ".$" or letter.isalpha() or letter == "_":
        return _name(template, place)
    if letter.isascii() and letter.isprintable():
        return Word("mark", letter, place)
    raise BadTemplate(f"unrecognized character in action: {unicode_name(letter)}", column=place)


def _name(template: str, place: int) -> Word:
    letter = template[place]
    name = NAME.match(template, place + (letter in ".$"))
    end = name.end() if name else place + 1
    after = template[end : end + 1]
    if name is not None and after and after not in ENDS and not template.startswith("}}", end):
        raise BadTemplate(f"bad character {unicode_name(after)}", column=end)
    text = template[place:end]
    if letter in ".$":
        return Word("variable" if letter == "$" else "field" if name else "dot", text, place)
    return Word("keyword" if text in KEYWORDS else "literal" if text in ("true", "false", "nil") else "name", text, place)


def _quoted(template: str, place: int) -> Word:
    quote = template[place]
    if quote == "`":
        end = template.find("`", place + 1)
        if end < 0:
            raise BadTemplate("unterminated raw quoted string", column=place)
        return Word("string", template[place : end + 1], place)
    end = place + 1
    while end < len(template) and template[end] not in (quote, "\n"):
        end += 2 if template[end] == "\\" else 1
    if end >= len(template) or template[end] == "\n":
        raise BadTemplate("unterminated quoted string" if quote == '"' else "unterminated character constant", column=place)
    return Word("string" if quote == '"' else "letter", template[place : end + 1], place)


def unicode_name(letter: str) -> str:
    """Return a letter as Go's %#U shows it.

    >>> unicode_name("-")
    "U+002D '-'"
    """
    return f"U+{ord(letter):04X} '{letter}'"
