"""Moodle XML: in and out. Models the format as docs.moodle.org/en/Moodle_XML_format describes it."""

import re
from collections.abc import Iterable
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from learnk8s.courseware.exchange.found import QUESTIONS_MAX, Found, Trouble, both, from_html, name_of
from learnk8s.courseware.exchange.lined import BadXml, line_of, read, words
from learnk8s.courseware.markdown import html_of
from learnk8s.courseware.questions.cloze import GAP
from learnk8s.courseware.questions.numeric import number_in
from learnk8s.courseware.questions.question import Option, Question

_CLOZE = re.compile(r"\{(\d{0,3}):([A-Z_]{2,20}):((?:\\.|[^{}\\]){1,2000})\}")


def read_moodle(text: str) -> Found:
    """Return the questions of a quiz file."""
    found = Found()
    try:
        root = read(text)
    except BadXml as error:
        found.troubles.append(Trouble(error.line, "broken", str(error)))
        return found
    if root.tag != "quiz":
        found.troubles.append(Trouble(line_of(root), "broken", f"<{root.tag}>, <quiz>?"))
        return found
    for element in root.findall("question")[:QUESTIONS_MAX]:
        kind = element.get("type", "")
        if kind != "category":
            _question(found, element, kind)
    if not found.questions and not found.troubles:
        found.troubles.append(Trouble(0, "empty"))
    return found


def _text(element: Element | None) -> str:
    """Return the <text> of an element as Markdown, by its format."""
    if element is None:
        return ""
    inside = element.find("text")
    raw = words(inside if inside is not None else element)
    return from_html(raw) if element.get("format", "html") in ("html", "moodle_auto_format") else raw.strip()


def _answer_text(element: Element) -> str:
    raw = words(element.find("text"))
    return from_html(raw) if element.get("format") == "html" else raw.strip()


def _fraction(element: Element) -> float:
    try:
        return float(element.get("fraction", "0"))
    except ValueError:
        return 0.0


def _question(found: Found, element: Element, kind: str) -> None:
    title, text = _text(element.find("name")), _text(element.find("questiontext"))
    maker = {"multichoice": _choice, "truefalse": _truefalse, "shortanswer": _short, "numerical": _numerical, "matching": _matching, "cloze": _cloze, "ordering": _ordering}.get(kind)
    if maker is None:
        found.troubles.append(Trouble(line_of(element), "no-such-type", kind or "?"))
        return
    hints = [_text(hint) for hint in element.findall("hint")]
    question = {"id": name_of(title) or name_of(text), "text": both(text), "explanation": both(_text(element.find("generalfeedback")))}
    made = maker(element)
    if not made:
        found.troubles.append(Trouble(line_of(element), "no-answer", title or text[:60]))
        return
    tags = [name_of(words(tag)) for tag in element.findall("tags/tag") if name_of(words(tag))]
    try:
        penalty = min(max(int(float(words(element.find("penalty")) or "0") * 100), 0), 100)
    except (ValueError, OverflowError):
        penalty = 0
    found.add({**question, **made, "explanation": made.get("explanation", question["explanation"])} | ({"hints": [{**both(hint), "penalty": penalty} for hint in hints if hint]} if any(hints) else {}) | ({"tags": tags} if tags else {}))


def _choice(element: Element) -> dict[str, Any]:
    options = [{"text": both(_answer_text(answer))} | ({"right": True} if _fraction(answer) > 0 else {}) | ({"chosen": both(said)} if (said := _text(answer.find("feedback"))) else {}) for answer in element.findall("answer")]
    right = sum("right" in option for option in options)
    if not right:
        return {}
    is_single = words(element.find("single")).strip() in ("true", "1", "") and right == 1
    shuffle = {"shuffle": True} if words(element.find("shuffleanswers")).strip() in ("true", "1") else {}
    return {"type": "single" if is_single else "multiple", "options": options} | shuffle | ({} if is_single else {"credit": "proportional"})


def _truefalse(element: Element) -> dict[str, Any]:
    right = next((words(answer.find("text")).strip().lower() for answer in element.findall("answer") if _fraction(answer) >= 100), "")
    if right not in ("true", "false"):
        return {}
    says = {words(answer.find("text")).strip().lower(): both(said) for answer in element.findall("answer") if _fraction(answer) < 100 and (said := _text(answer.find("feedback")))}
    return {"type": "truefalse", "answer": right == "true"} | ({"says": says} if says else {})


def _short(element: Element) -> dict[str, Any]:
    rows = [(_fraction(answer), _answer_text(answer), _text(answer.find("feedback"))) for answer in element.findall("answer")]
    right = [text for fraction, text, _said in rows if fraction >= 100 and text]
    wrong = [{"forms": [text], "says": both(said or text), "percent": int(min(max(fraction, 0), 99))} for fraction, text, said in rows if fraction < 100 and text and (said or fraction > 0)]
    return {"type": "short", "accepted": right} | ({"wrong": wrong} if wrong else {}) if right else {}


def _numerical(element: Element) -> dict[str, Any]:
    best = max(element.findall("answer"), key=_fraction, default=None)
    if best is None or _fraction(best) < 100 or number_in(words(best.find("text"))) is None:
        return {}
    tolerance = words(best.find("tolerance")).strip()
    unit = words(element.find("units/unit/unit_name")).strip()
    return {"type": "numeric", "answer": words(best.find("text")).strip()} | ({"tolerance": tolerance} if number_in(tolerance) else {}) | ({"unit": unit} if unit else {})


def _matching(element: Element) -> dict[str, Any]:
    pairs, extra = [], []
    for row in element.findall("subquestion"):
        left, right = _text(row), words(row.find("answer/text")).strip()
        if left and right:
            pairs.append({"left": both(left), "right": both(right)})
        elif right:
            extra.append(both(right))
    return {"type": "matching", "credit": "proportional", "pairs": pairs} | ({"extra": extra} if extra else {}) if len(pairs) > 1 else {}


def _ordering(element: Element) -> dict[str, Any]:
    rows = sorted(element.findall("answer"), key=_fraction)
    return {"type": "ordering", "credit": "proportional", "options": [{"text": both(_answer_text(row))} for row in rows]} if len(rows) > 1 else {}


def _cloze(element: Element) -> dict[str, Any]:
    raw, gaps = words(element.find("questiontext/text")), []

    def gap(match: re.Match[str]) -> str:
        made = _gap(match[2], match[3])
        if made is None:
            return match[0]
        gaps.append({"id": f"gap-{len(gaps) + 1}"} | made)
        return f"[[gap-{len(gaps)}]]"

    text = _CLOZE.sub(gap, raw)
    if not gaps:
        return {}
    return {"type": "cloze", "credit": "proportional", "text": both(from_html(text)), "gaps": gaps}


def _gap(kind: str, body: str) -> dict[str, Any] | None:
    rows = []
    for part in re.split(r"(?<!\\)~", body):
        weight = re.match(r"^(?:%(-?\d{1,3}(?:\.\d{1,7})?)%|(=))?", part)
        answer = re.split(r"(?<!\\)#", part[weight.end():] if weight else part)[0]
        rows.append((bool(weight and (weight[2] or (weight[1] and float(weight[1]) >= 100))), from_html(re.sub(r"\\(.)", r"\1", answer))))
    right = [text for is_right, text in rows if is_right and text]
    if not right:
        return None
    if kind.startswith(("MULTICHOICE", "MC")):
        return {"choices": [both(right[0]), *(both(text) for is_right, text in rows if not is_right and text)]}
    if kind in ("NUMERICAL", "NM"):
        number, _colon, tolerance = right[0].partition(":")
        return {"number": number.strip()} | ({"tolerance": tolerance.strip()} if tolerance.strip() else {}) if number_in(number) is not None else None
    return {"accepted": right}


# Out


def written(questions: Iterable[Question], language: str) -> tuple[str, list[str]]:
    """Return the questions in one language, and the ids of those that the format cannot hold."""
    root, left_out = Element("quiz"), []
    for question in questions:
        maker = _MAKERS.get(question.type)
        if maker is None:
            left_out.append(question.id)
            continue
        element = SubElement(root, "question", type=maker[0])
        _put(element, "name", question.id, None)
        _put(element, "questiontext", html_of(question.text[language]), "html")
        _put(element, "generalfeedback", html_of(question.explanation.get(language, "")), "html")
        SubElement(element, "penalty").text = f"{(question.hints[0].penalty if question.hints else 0) / 100:.4f}"
        maker[1](element, question, language)
        for hint in question.hints:
            _put(element, "hint", html_of(hint.text[language]), "html")
        if question.tags:
            tags = SubElement(element, "tags")
            for tag in question.tags:
                _put(tags, "tag", tag, None)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n", left_out


def _put(parent: Element, name: str, text: str, form: str | None, **attributes: str) -> Element:
    element = SubElement(parent, name, {**({"format": form} if form else {}), **attributes})
    SubElement(element, "text").text = text
    return element


def _answer(element: Element, text: str, fraction: float, said: Any, language: str) -> Element:
    answer = _put(element, "answer", text, "plain_text", fraction=f"{fraction:.5f}".rstrip("0").rstrip("."))
    _put(answer, "feedback", said[language] if said else "", "plain_text")
    return answer


def _out_choice(element: Element, question: Question, language: str) -> None:
    SubElement(element, "single").text = "true" if question.type == "single" else "false"
    SubElement(element, "shuffleanswers").text = "true" if question.rules.shuffle else "false"
    right = max(sum(option.is_right for option in question.options), 1)
    for option in question.options:
        _answer(element, option.text[language], 100 / right if option.is_right else 0 if question.type == "single" else -100 / right, option.chosen, language)


def _out_truefalse(element: Element, question: Question, language: str) -> None:
    for option in question.options:
        _answer(element, option.id, 100 if option.is_right else 0, option.chosen, language)


def _out_short(element: Element, question: Question, language: str) -> None:
    SubElement(element, "usecase").text = "0"
    for form in question.accepted:
        _answer(element, form, 100, None, language)
    for known in question.known:
        for form in known.forms:
            _answer(element, form, known.percent, known.says, language)


def _out_numeric(element: Element, question: Question, language: str) -> None:
    value, tolerance = number_in(question.detail["answer"]) or 0, question.detail["tolerance"]
    width = abs(value) * (number_in(tolerance[:-1]) or 0) / 100 if tolerance.endswith("%") else number_in(tolerance) or 0
    answer = _answer(element, f"{float(value):.6f}".rstrip("0").rstrip("."), 100, None, language)
    SubElement(answer, "tolerance").text = f"{float(width):.6f}".rstrip("0").rstrip(".")
    if question.detail["unit"]:
        unit = SubElement(SubElement(element, "units"), "unit")
        SubElement(unit, "multiplier").text, SubElement(unit, "unit_name").text = "1", question.detail["unit"]


def _out_matching(element: Element, question: Question, language: str) -> None:
    for option in [*question.options, *(Option("", {"ko": "", "en": ""}, match=text) for text in question.detail["extra"])]:
        row = _put(element, "subquestion", option.text[language], "plain_text")
        _put(row, "answer", (option.match or {}).get(language, ""), None)


def _out_ordering(element: Element, question: Question, language: str) -> None:
    for place, option in enumerate(question.options, 1):
        _answer(element, option.text[language], place, None, language)


def _out_cloze(element: Element, question: Question, language: str) -> None:
    def gap(match: re.Match[str]) -> str:
        row = question.detail["gaps"].get(match[1])
        if row is None:
            return match[0]
        if row["choices"]:
            return "{1:MULTICHOICE:" + "~".join(f"{'' if place else '='}{_guarded(text[language])}" for place, text in enumerate(row["choices"])) + "}"
        if row["number"]:
            return "{1:NUMERICAL:=" + row["number"] + (f":{row['tolerance']}" if row["tolerance"] else "") + "}"
        return "{1:SHORTANSWER:" + "~".join(f"={_guarded(form)}" for form in row["accepted"]) + "}"

    text = element.find("questiontext/text")
    assert text is not None, "every question has its text"
    text.text = html_of(GAP.sub(gap, question.text[language]))


def _guarded(text: str) -> str:
    return re.sub(r"([~#}\\])", r"\\\1", text)


_MAKERS = {"single": ("multichoice", _out_choice), "multiple": ("multichoice", _out_choice), "truefalse": ("truefalse", _out_truefalse), "short": ("shortanswer", _out_short), "numeric": ("numerical", _out_numeric),
           "matching": ("matching", _out_matching), "ordering": ("ordering", _out_ordering), "cloze": ("cloze", _out_cloze)}
