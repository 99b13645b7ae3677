"""Patterns of short answers: `*` for any text, `?` for one letter or none, `(a|b)` for one of several. Matched in linear steps, without regular expressions."""

import re
import unicodedata

ANSWER_MAX = 200
FORMS_MAX = 64


def folded(text: str) -> str:
    """Return a text as it is compared.

    >>> folded("  Replica Set. "), folded("레플리카 셋")
    ('replicaset', '레플리카셋')
    """
    return re.sub(r"[\s.,;:!'\"`]+", "", unicodedata.normalize("NFKC", text[:ANSWER_MAX]).casefold())


def forms_of(pattern: str) -> list[str]:
    """Return a pattern without its alternatives, one form for each choice, at most FORMS_MAX.

    >>> forms_of("kubectl get (po|pods)")
    ['kubectl get po', 'kubectl get pods']
    """
    forms = [pattern[:ANSWER_MAX]]
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


def _optional(form: str) -> list[str]:
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
    given = folded(text).replace("?", "")
    return bool(given) and any(_glob(one, given) for form in forms_of(pattern) for one in _optional(folded(form)))
