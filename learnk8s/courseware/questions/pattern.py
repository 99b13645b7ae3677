"""Patterns of short answers: `*` for any text, `?` for one letter or none, `(a|b)` for one of several; a backslash before one of them takes it as it stands. Matched in linear steps, without regular expressions."""

import re
import unicodedata
from collections.abc import Sequence

from learnk8s.courseware.reading import Reader

ANSWER_MAX = 200
FORMS_MAX = 64
MARKS = "*?()|\\"
_KEPT = {mark: chr(0xE000 + place) for place, mark in enumerate(MARKS)}
"""Letters that stand for marks which are meant as they are; no keyboard has them."""
_BACK = {kept: mark for mark, kept in _KEPT.items()}


def kept(pattern: str) -> str:
    """Return a pattern in which the marks after a backslash are no marks any more.

    >>> kept("a\\\\*").encode("unicode_escape")
    b'a\\\\ue000'
    """
    return re.sub(r"\\([*?()|\\])", lambda found: _KEPT[found[1]], pattern)


def is_balanced(pattern: str) -> bool:
    """Say whether each bracket that is a mark has its other one.

    >>> is_balanced("(a|b) c"), is_balanced("(create|"), is_balanced("a)("), is_balanced("f\\\\(x")
    (True, False, False, True)
    """
    depth = 0
    for letter in kept(pattern):
        depth += (letter == "(") - (letter == ")")
        if depth < 0:
            return False
    return depth == 0


def check_forms(reader: Reader, forms: Sequence[str], path: tuple[str | int, ...]) -> None:
    """Complain about patterns that mean something else than they look like."""
    for form in forms:
        if not is_balanced(form):
            reader.complain(path, "bad-pattern", what=form[:60])


def back(text: str) -> str:
    """Return a text with its marks as they were written."""
    return "".join(_BACK.get(letter, letter) for letter in text)


def literal(text: str) -> str:
    """Return a pattern that takes a text as it stands.

    >>> fits(literal("f(x) = 2*x?"), "F(x)=2*x?"), fits(literal("a*"), "ab")
    (True, False)
    """
    return re.sub(r"([*?()|\\])", r"\\\1", text)


def plain(pattern: str) -> str:
    """Return one text that fits a pattern, as an example to show.

    >>> plain("kubectl get (po|pods?)"), plain("crash*loop\\\\?")
    ('kubectl get po', 'crash*loop?')
    """
    return back(forms_of(pattern)[0].replace("?", ""))


def folded(text: str) -> str:
    """Return a text as it is compared.

    >>> folded("  Replica Set. "), folded("레플리카 셋")
    ('replicaset', '레플리카셋')
    """
    return re.sub(r"[\s.,;:!'\"`\u2060]+", "", unicodedata.normalize("NFKC", text[:ANSWER_MAX]).casefold())


def forms_of(pattern: str) -> list[str]:
    """Return a pattern without its alternatives, one form for each choice, at most FORMS_MAX.

    >>> forms_of("kubectl get (po|pods)")
    ['kubectl get po', 'kubectl get pods']
    """
    forms = [kept(pattern[:ANSWER_MAX])]
    for _round in range(8):
        grown = []
        for form in forms:
            found = re.search(r"\(([^()]*)\)", form)
            grown.extend([form] if found is None else [form[: found.start()] + word + form[found.end():] for word in found[1].split("|")])
        if grown == forms:
            break
        forms = grown[:FORMS_MAX]
    return forms


def _glob(form: str, text: str) -> bool:
    here, place, star, mark = 0, 0, -1, 0
    while place < len(text):
        if here < len(form) and form[here] == "*":
            star, mark, here = here, place, here + 1
        elif here < len(form) and form[here] == text[place]:
            here, place = here + 1, place + 1
        elif star >= 0:
            here, mark = star + 1, mark + 1
            place = mark
        else:
            return False
    return not form[here:].strip("*")


def without_marks(form: str) -> list[str]:
    """Return a form with every `?` once as nothing and once as the letter before it left out."""
    forms = [form]
    for _round in range(4):
        grown = []
        for one in forms:
            place = one.find("?")
            grown.extend([one] if place < 0 else [one[:place] + one[place + 1:], one[: max(place - 1, 0)] + one[place + 1:]])
        forms = grown[:FORMS_MAX]
    return [one.replace("?", "") for one in forms]


def fits(pattern: str, text: str) -> bool:
    """Say whether a text is one of a pattern's forms, without regard to case, spaces and punctuation.

    >>> fits("crash*loop*", "CrashLoopBackOff"), fits("pods?", "pod"), fits("(po|pod|pods)", "PODS"), fits("a*b", "ac")
    (True, True, True, False)
    """
    given = _settled(folded(text).replace("?", ""))
    forms = {_settled(one.replace(_KEPT["?"], ""), keeps="*") for form in forms_of(pattern) for one in without_marks(folded(form))}
    return bool(given) and any(_glob(one, given) for one in sorted(forms))


def _settled(text: str, keeps: str = "") -> str:
    """Return a text whose marks stand for themselves, but for those that keep their meaning."""
    return "".join(letter if letter in keeps else _KEPT.get(letter, letter) for letter in text)
