"""Moodle XML: in and out. Models the format as docs.moodle.org/en/Moodle_XML_format describes it and as Moodle 5 reads it."""

import re
from collections.abc import Iterable, Mapping
from html import escape, unescape
from typing import Any
from xml.etree.ElementTree import Comment, Element, SubElement, indent, tostring

from learnk8s.courseware.exchange import calculated
from learnk8s.courseware.exchange.found import PICTURED_BYTES_MAX, QUESTIONS_MAX, Found, Trouble, both, category_of, cloze, from_html, name_of
from learnk8s.courseware.exchange.gift import choice_of, form_of, forms_out, numbers_out, numeric_of, plain_forms, said_else, short_of, weights_of
from learnk8s.courseware.exchange.lined import BadXml, line_of, read, words
from learnk8s.courseware.exchange.moodle_files import give, take, unmarked
from learnk8s.courseware.exchange.variants import TOP, spread
from learnk8s.courseware.markdown import escaped, html_of, line_html, line_text
from learnk8s.courseware.questions.cloze import GAP
from learnk8s.courseware.questions.numeric import number_in
from learnk8s.courseware.questions.question import Option, Question

_CLOZE = re.compile(r"\{(\d{0,3}):([A-Z_]{2,24})(:(?:\\.|[^{}\\]){0,4000})?\}")
CHOICE_GAPS = frozenset({"MULTICHOICE", "MC", *(f"MULTICHOICE{end}" for end in ("_V", "_H", "_S", "_VS", "_HS")), *(f"MC{end}" for end in ("V", "H", "S", "VS", "HS"))})
WORD_GAPS = frozenset({"SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"})
NUMBER_GAPS = frozenset({"NUMERICAL", "NM"})


def read_moodle(text: str) -> Found:
    """Return the questions of a quiz file."""
    found = Found()
    try:
        root = read(text, letters_max=PICTURED_BYTES_MAX)
    except BadXml as error:
        found.troubles.append(Trouble(error.line, "broken", str(error)))
        return found
    if root.tag != "quiz":
        found.troubles.append(Trouble(line_of(root), "broken", f"<{root.tag}>, <quiz>?"))
        return found
    category = ""
    elements = root.findall("question")
    for element in elements[:QUESTIONS_MAX]:
        kind = element.get("type", "")
        if kind == "category":
            category = category_of(words(element.find("category")))
        else:
            _question(found, element, kind, category)
    if len(elements) > QUESTIONS_MAX:
        found.troubles.append(Trouble(line_of(elements[QUESTIONS_MAX]), "too-many", str(QUESTIONS_MAX)))
    if not found.questions and not found.troubles and not found.texts:
        found.troubles.append(Trouble(0, "empty"))
    return found


def _text(element: Element | None, form: str = "html") -> str:
    """Return the <text> of an element as Markdown, by its format or that of its question."""
    if element is None:
        return ""
    inside = element.find("text")
    raw = words(inside if inside is not None else element)
    form = element.get("format", form)
    return from_html(raw) if form in ("html", "moodle_auto_format", "wiki_like") else unmarked(raw.strip()) if form == "markdown" else escaped(raw.strip())




def _fraction(element: Element) -> float:
    """Return what an answer is worth, in percent; of old files where it stands as an element, as a part of one."""
    try:
        inside = element.find("fraction")
        return float(element.get("fraction") or 0) if inside is None else float(words(inside)) * 100
    except ValueError:
        return 0.0


def _is_true(element: Element | None, otherwise: str) -> bool:
    return (words(element).strip() or otherwise) in ("true", "1")


def _rows(element: Element, form: str) -> list[tuple[float, str, str]]:
    """Return weight, text and feedback of every answer."""
    return [(_fraction(answer), _text(answer, form), _text(answer.find("feedback"), form)) for answer in element.findall("answer")]


def _question(found: Found, element: Element, kind: str, category: str) -> None:
    form = element.find("questiontext").get("format", "html") if element.find("questiontext") is not None else "html"  # type: ignore[union-attr]  # found beside
    title, text, line = words(element.find("name/text")).strip(), _text(element.find("questiontext")), line_of(element)
    name = title or text[:60]
    if kind == "description":
        take(found, element)
        found.texts.append((line, name[:60], _text(element.find("questiontext"))))
        return
    if kind not in MAKERS:
        found.troubles.append(Trouble(line, UNKNOWN.get(kind, "no-such-type"), name[:60] if kind in UNKNOWN else f"{kind or '?'}: {name[:40]}"))
        return
    before = len(found.troubles)
    take(found, element)
    variants = calculated.prepared(found, element, name) if kind in calculated.KINDS else []
    if variants is None:
        return
    text = _text(element.find("questiontext"))
    made = MAKERS[kind](found, element, name, form)
    if not made:
        found.troubles.extend([Trouble(line, "no-answer", name[:60])] if len(found.troubles) == before else [])
        return
    hints = [_hint(hint, form) for hint in element.findall("hint")]
    penalty = _penalty(element)
    whole = [said for key in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback") if (said := _text(element.find(key), form))]
    if whole and len(set(whole)) > 1 and not all(re.fullmatch(r"Your answer is (partially )?(in)?correct\.", said) for said in whole):
        found.notes.append(Trouble(line, "feedback", name[:60]))
    else:
        whole = []
    tags = list(dict.fromkeys(tag for tag in (category, *(name_of(words(tag)) for tag in element.findall("tags/tag"))) if tag))
    explanation = "\n\n".join(part for part in (_text(element.find("generalfeedback"), form), *whole) if part)
    named = words(element.find("idnumber")).strip()
    found.add({"id": name_of(named) or name_of(title) or name_of(text), "text": both(text), **made, "explanation": both(explanation)} | ({"hints": [{**both(hint)} | ({"penalty": penalty} if penalty else {}) for hint in hints if hint]} if any(hints) else {}) | ({"tags": tags} if tags else {}) | ({"variants": variants} if variants else {}))


UNKNOWN = {"essay": "essay", "ddmarker": "on-picture", "ddimageortext": "on-picture", "ddimage": "on-picture"}
def _hint(element: Element, form: str) -> str:
    old = element.find("hintcontent")
    return _text(old if old is not None else element, form)


def _penalty(element: Element) -> int:
    """Return what a hint costs: what a wrong attempt costs there."""
    try:
        return min(max(round(float(words(element.find("penalty")) or "0") * 100), 0), 100)
    except (ValueError, OverflowError):
        return 0


def _choice(found: Found, element: Element, name: str, form: str) -> dict[str, Any] | None:
    rows = _rows(element, form)
    if len(rows) < 2:
        found.troubles.append(Trouble(line_of(element), "too-few", name[:60]))
        return None
    made = choice_of(found, line_of(element), name, rows, many=not _is_true(element.find("single"), "true"))
    return made | {"shuffle": True} if made and _is_true(element.find("shuffleanswers"), "false") else made


def _truefalse(_found: Found, element: Element, _name: str, form: str) -> dict[str, Any] | None:
    """Read true or false by the answers' texts or, where these are in another language, by their order."""
    rows = _rows(element, form)[:2]
    if len(rows) == 2 and {text.strip().lower() for _weight, text, _said in rows} != {"true", "false"}:
        rows = [(weight, key, said) for (weight, _text, said), key in zip(rows, ("true", "false"), strict=True)]
    right = next((text.strip().lower() for weight, text, _said in rows if weight >= 100), "")
    if right not in ("true", "false"):
        return None
    says = {text.strip().lower(): both(said) for _weight, text, said in rows if said}
    return {"type": "truefalse", "answer": right == "true"} | ({"says": says} if says else {})


def _short(found: Found, element: Element, name: str, form: str) -> dict[str, Any] | None:
    if _is_true(element.find("usecase"), "0"):
        found.notes.append(Trouble(line_of(element), "case", name[:60]))
    return short_of(found, line_of(element), name, [(weight, words(answer.find("text")).strip(), said) for answer, (weight, _text, said) in zip(element.findall("answer"), _rows(element, form), strict=True)])


def _numerical(found: Found, element: Element, name: str, form: str) -> dict[str, Any] | None:
    rows = []
    for answer in element.findall("answer"):
        inside = answer.find("text")
        value = (words(inside) if inside is not None else answer.text or "").strip() or "*"
        is_calculated = calculated.is_placeholder(value)
        if value != "*" and number_in(value) is None and not is_calculated:
            found.troubles.append(Trouble(line_of(answer), "no-number", name[:60]))
            return None
        rows.append((_fraction(answer), value, calculated.tolerance_of(answer) if is_calculated else words(answer.find("tolerance")).strip(), _text(answer.find("feedback"), form)))
    units = [unit for each in element.findall("units/unit/unit_name") if (unit := words(each).strip())]
    if len(units) > 1:
        found.notes.append(Trouble(line_of(element), "units", name[:60]))
    made = numeric_of(found, line_of(element), name, rows)
    return made | {"unit": units[0]} if made and units else made


def _matching(found: Found, element: Element, name: str, form: str) -> dict[str, Any] | None:
    pairs, extra = [], []
    for row in element.findall("subquestion"):
        left, right = _text(row, form), escaped(words(row.find("answer/text")).strip())
        if left and right:
            pairs.append({"left": both(left), "right": both(right)})
        elif right:
            extra.append(both(right))
    if len(pairs) < 2:
        found.troubles.append(Trouble(line_of(element), "too-few", name[:60]))
        return None
    return {"type": "matching", "credit": "proportional", "pairs": pairs} | ({"extra": extra} if extra else {})


def _ordering(_found: Found, element: Element, _name: str, form: str) -> dict[str, Any] | None:
    rows = sorted(element.findall("answer"), key=_fraction)
    return {"type": "ordering", "credit": "proportional", "options": [{"text": both(_text(row, form))} for row in rows]} if len(rows) > 1 else None


def _selected(_found: Found, element: Element, _name: str, form: str) -> dict[str, Any] | None:
    """Read words that are chosen or dragged into a text: [[1]] is the first of the list; each gap offers the words of its group."""
    boxes = [(escaped(words(box.find("text")).strip()), words(box.find("group")).strip() or "1") for box in [*element.findall("selectoption"), *element.findall("dragbox")]]
    gaps: list[dict[str, Any]] = []

    def gap(match: re.Match[str]) -> str:
        place = int(match[1]) - 1
        if not 0 <= place < len(boxes):
            return match[0]
        right, group = boxes[place]
        others = [text for text, other in boxes if other == group and text != right]
        gaps.append({"id": f"gap-{len(gaps) + 1}", "choices": [both(text) for text in dict.fromkeys([right, *others])]})
        return f"[[gap-{len(gaps)}]]"

    text = re.sub(r"\[\[(\d{1,3})\]\]", gap, _text(element.find("questiontext"), form))
    return cloze(text, gaps)


def _cloze(found: Found, element: Element, name: str, form: str) -> dict[str, Any] | None:
    raw, gaps, bad = words(element.find("questiontext/text")), [], []

    def gap(match: re.Match[str]) -> str:
        made = _gap(match[2], (match[3] or ":")[1:])
        if made is None:
            bad.append(match[0])
            return match[0]
        gaps.append({"id": f"gap-{len(gaps) + 1}"} | made)
        return f"[[gap-{len(gaps)}]]"

    text = _CLOZE.sub(gap, raw)
    line = line_of(element)
    found.troubles.extend(Trouble(line, "gap", f"{each[:40]} ({name[:40]})") for each in bad)
    if bad or not gaps:
        found.troubles.extend([] if bad else [Trouble(line, "gap", name[:60])])
        return None
    is_html = (element.find("questiontext").get("format", "html") if element.find("questiontext") is not None else form) != "plain_text"  # type: ignore[union-attr]  # found beside
    return cloze(from_html(text) if is_html else text.strip(), gaps)


def _gap(kind: str, body: str) -> dict[str, Any] | None:
    rows = []
    for part in re.split(r"(?<!\\)~", body):
        weight = re.match(r"^(?:%(-?\d{1,3}(?:\.\d{1,7})?)%|(=))?", part)
        answer, _hash, said = re.sub(r"\\#", "\0", part[weight.end() :] if weight else part).partition("#")
        is_right = bool(weight and (weight[2] or (weight[1] and float(weight[1]) >= 100)))
        texts = [re.sub(r"\\(.)", r"\1", text.replace("\0", "#")) for text in (answer, said)]
        rows.append((is_right, from_html(texts[0]) if kind in CHOICE_GAPS else re.sub(r"<[^<>]{0,2000}>", "", unescape(texts[0])).strip(), from_html(texts[1])))
    right = [text for is_right, text, _said in rows if is_right and text]
    if not right:
        return None
    said = next((said for is_right, _text, said in rows if not is_right and said), "")
    says = {"says": both(said)} if said else {}
    if kind in CHOICE_GAPS:
        wrong = [both(text) for is_right, text, _said in rows if not is_right and text]
        return {"choices": [both(right[0]), *wrong]} | says if wrong else None
    if kind in NUMBER_GAPS:
        number, _colon, tolerance = right[0].partition(":")
        return {"number": number.strip()} | ({"tolerance": tolerance.strip()} if number_in(tolerance.strip()) else {}) | says if number_in(number.strip()) is not None else None
    return {"accepted": [form_of(text) for text in right]} | says if kind in WORD_GAPS else None


MAKERS = {"multichoice": _choice, "truefalse": _truefalse, "shortanswer": _short, "numerical": _numerical, "matching": _matching, "match": _matching, "cloze": _cloze, "multianswer": _cloze, "ordering": _ordering, "gapselect": _selected, "ddwtos": _selected, "calculated": _numerical, "calculatedsimple": _numerical, "calculatedmulti": _choice}


# Out


def written(questions: Iterable[Question], language: str, pictures: Mapping[str, tuple[str, bytes]] | None = None) -> tuple[str, list[str]]:
    """Return the questions in one language, and the ids of those that the format cannot hold; `pictures` are those that they show, by digest."""
    root, left_out = Element("quiz"), []
    rows = list(questions)
    behind = [question.id for question in rows if question.type in _MAKERS and any(option.left for option in question.options)]
    if behind:
        root.append(Comment(f" not in this format: what is said of options that were not chosen ({', '.join(behind)}) "))
    if several := [question.id for question in rows if question.type in _MAKERS and len(question.variants) > 1]:
        root.append(Comment(f" variants stand in a category of their question, a quiz draws one of them at random: {', '.join(several)} "))
    here = TOP
    for category, question in spread(rows):
        maker = _MAKERS.get(question.type)
        if maker is None:
            left_out.append(question.id if category == TOP else category.removeprefix(f"{TOP}/"))
            continue
        if category != here:
            here = category
            _put(SubElement(root, "question", type="category"), "category", category, None)
        element = SubElement(root, "question", type=maker[0])
        _put(element, "name", question.id, None)
        _put(element, "questiontext", html_of(question.text[language]), "html")
        _put(element, "generalfeedback", html_of(question.explanation.get(language, "")), "html")
        SubElement(element, "defaultgrade").text = "1"
        SubElement(element, "penalty").text = f"{(question.hints[0].penalty if question.hints else 0) / 100:.4f}"
        SubElement(element, "hidden").text = "0"
        SubElement(element, "idnumber").text = question.id
        maker[1](element, question, language)
        for hint in question.hints:
            _put(element, "hint", html_of(hint.text[language]), "html")
        if question.tags:
            tags = SubElement(element, "tags")
            for tag in question.tags:
                _put(tags, "tag", tag, None)
    if left_out:
        root.insert(0, Comment(f" left out, Moodle has no such type: {', '.join(dict.fromkeys(left_out))} "))
    give(root, pictures or {})
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n", list(dict.fromkeys(left_out))


def _put(parent: Element, name: str, text: str, form: str | None, **attributes: str) -> Element:
    element = SubElement(parent, name, {**({"format": form} if form else {}), **attributes})
    SubElement(element, "text").text = text
    return element


def _answer(element: Element, text: str, fraction: float, said: Any, language: str, *, form: str = "plain_text") -> Element:
    answer = _put(element, "answer", text, form, fraction=f"{fraction:.5f}".rstrip("0").rstrip("."))
    _put(answer, "feedback", html_of(said[language]) if said else "", "html")
    return answer


def _out_choice(element: Element, question: Question, language: str) -> None:
    SubElement(element, "single").text = "true" if question.type == "single" else "false"
    SubElement(element, "shuffleanswers").text = "true" if question.rules.shuffle else "false"
    weights = weights_of(question) if question.type == "multiple" else [100.0 if option.is_right else float(option.percent or 0) for option in question.options]
    for option, weight in zip(question.options, weights, strict=True):
        _answer(element, html_of(option.text[language]), weight, option.chosen, language, form="html")


def _out_truefalse(element: Element, question: Question, language: str) -> None:
    for option in question.options:
        _answer(element, option.id, 100 if option.is_right else 0, option.chosen, language)


def _out_short(element: Element, question: Question, language: str) -> None:
    SubElement(element, "usecase").text = "0"
    for form, percent, said in forms_out(question, language):
        _answer(element, form, percent, {language: said} if said else None, language)


def _out_numeric(element: Element, question: Question, language: str) -> None:
    for value, width, percent, said in numbers_out(question, language):
        answer = _answer(element, f"{value:.6f}".rstrip("0").rstrip("."), percent, {language: said} if said else None, language)
        SubElement(answer, "tolerance").text = f"{width:.6f}".rstrip("0").rstrip(".")
    if rest := said_else(question, language):
        SubElement(_answer(element, "*", 0, {language: rest}, language), "tolerance").text = "0"
    if question.detail["unit"]:
        unit = SubElement(SubElement(element, "units"), "unit")
        SubElement(unit, "multiplier").text, SubElement(unit, "unit_name").text = "1", question.detail["unit"]


def _out_matching(element: Element, question: Question, language: str) -> None:
    SubElement(element, "shuffleanswers").text = "true"
    for option in [*question.options, *(Option("", {"ko": "", "en": ""}, match=text) for text in question.detail["extra"])]:
        row = _put(element, "subquestion", line_html(option.text[language]), "html")
        _put(row, "answer", line_text((option.match or {}).get(language, "")), None)


def _out_ordering(element: Element, question: Question, language: str) -> None:
    for place, option in enumerate(question.options, 1):
        _answer(element, line_html(option.text[language]), place, None, language, form="html")


def _out_cloze(element: Element, question: Question, language: str) -> None:
    """Write gaps into the finished HTML, so that nothing in them is taken for Markdown."""
    text = element.find("questiontext/text")
    assert text is not None, "every question has its text"
    text.text = GAP.sub(lambda found: escape(_gap_out(question.detail["gaps"][found[1]], language), quote=False) if found[1] in question.detail["gaps"] else found[0], html_of(question.text[language]))


def _gap_out(row: Any, language: str) -> str:
    said = f"#{_guarded(row['says'][language])}" if row["says"][language] else ""
    if row["choices"]:
        return "{1:MULTICHOICE:" + "~".join(f"={_guarded(line_text(text[language]))}" if not place else f"{_guarded(line_text(text[language]))}{said}" for place, text in enumerate(row["choices"])) + "}"
    rest = f"~*{said}" if said else ""
    if row["number"]:
        value, width = number_in(row["number"]) or 0, row["tolerance"]
        near = abs(value) * (number_in(width[:-1]) or 0) / 100 if width.endswith("%") else number_in(width) or 0
        return "{1:NUMERICAL:=" + f"{float(value):g}:{float(near):g}" + rest + "}"
    return "{1:SHORTANSWER:" + "~".join(f"={_guarded(form)}" for pattern in row["accepted"] for form in plain_forms(pattern)) + rest + "}"


def _guarded(text: str) -> str:
    return re.sub(r"([~#}\\])", r"\\\1", text)


_MAKERS = {"single": ("multichoice", _out_choice), "multiple": ("multichoice", _out_choice), "truefalse": ("truefalse", _out_truefalse), "short": ("shortanswer", _out_short), "numeric": ("numerical", _out_numeric),
           "matching": ("matching", _out_matching), "ordering": ("ordering", _out_ordering), "cloze": ("cloze", _out_cloze)}
