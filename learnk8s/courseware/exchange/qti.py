"""QTI 2.1 items: in. Choice, order, match, text entry, inline choice and words dragged into gaps. Models the items of the IMS QTI 2.1 implementation guide: the key is the correct response or, where there is none, what the mapping gives points for."""

import re
from collections.abc import Iterator, Mapping
from posixpath import dirname, join, normpath
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from learnk8s.courseware.exchange.found import QUESTIONS_MAX, Found, Trouble, both, cloze, name_of, seen, shown_picture
from learnk8s.courseware.exchange.gift import choice_of, form_of
from learnk8s.courseware.exchange.lined import BadXml, line_of, read, words
from learnk8s.courseware.questions.numeric import number_in

GAPS = ("textEntryInteraction", "inlineChoiceInteraction")
INTERACTIONS = ("choiceInteraction", "orderInteraction", "matchInteraction", "associateInteraction", *GAPS, "extendedTextInteraction", "hotspotInteraction", "hottextInteraction", "gapMatchInteraction", "sliderInteraction", "uploadInteraction", "drawingInteraction",
                "graphicOrderInteraction", "graphicAssociateInteraction", "graphicGapMatchInteraction", "selectPointInteraction", "positionObjectInteraction", "mediaInteraction", "endAttemptInteraction", "customInteraction")
ON_PICTURE = ("hotspotInteraction", "graphicOrderInteraction", "graphicAssociateInteraction", "graphicGapMatchInteraction", "selectPointInteraction", "positionObjectInteraction")
BESIDE = ("rubricBlock", "feedbackBlock", "feedbackInline", "templateBlock", "templateInline", "stylesheet")
"""What stands in an item's body and is not part of the question."""
_MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "code": "`", "tt": "`"}
_PARTS = frozenset({"p", "div", "blockquote", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "table", "tr", "prompt"})


def read_qti(text: str, files: Mapping[str, bytes] = MappingProxyType({}), place: str = "") -> Found:
    """Return the question of an item, or those of all items inside of one file; `files` are those of its package, in which the item has a place."""
    found = Found()
    try:
        root = read(text)
    except BadXml as error:
        found.troubles.append(Trouble(error.line, "broken", str(error)))
        return found
    items = [root] if root.tag == "assessmentItem" else root.findall(".//assessmentItem")
    for item in items[:QUESTIONS_MAX]:
        _pictures(found, item, files, place)
        _item(found, item)
    if len(items) > QUESTIONS_MAX:
        found.troubles.append(Trouble(line_of(items[QUESTIONS_MAX]), "too-many", str(QUESTIONS_MAX)))
    if not found.questions and not found.troubles and not found.texts:
        found.troubles.append(Trouble(line_of(root), "empty"))
    return found


def _shown(element: Element | None, skip: tuple[str, ...] = BESIDE) -> str:
    """Return what is in an element as Markdown."""
    text = "".join(_marked(element, skip)) if element is not None else ""
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _marked(element: Element, skip: tuple[str, ...]) -> Iterator[str]:
    if element.text:
        yield re.sub(r"\s+", " ", seen(element.text))
    for child in element:
        if child.tag == PICTURE:
            yield shown_picture(child.get("src", ""), child.get("alt", ""))
        elif child.tag not in skip and isinstance(child.tag, str):
            inside = "".join(_marked(child, skip))
            mark = _MARKS.get(child.tag, "")
            yield f"{mark}{inside.strip()}{mark}" if mark and inside.strip() else "\n" if child.tag == "br" else f"\n- {inside.strip()}" if child.tag == "li" else f"\n\n{inside}\n\n" if child.tag in _PARTS else inside
        if child.tail:
            yield re.sub(r"\s+", " ", seen(child.tail))


PICTURE = "picture"
"""How an element is called whose picture was found in the package."""


def _pictures(found: Found, item: Element, files: Mapping[str, bytes], place: str) -> None:
    """Find the pictures of an item in its package; of one that is not there only the words are left."""
    for element in [each for each in item.iter() if each.tag in ("img", "object")]:
        if element.tag == "object" and not element.get("type", "image/").startswith("image/"):
            continue
        source = element.get("src") or element.get("data") or ""
        content = files.get(normpath(join(dirname(place), unquote(source)))) or b""
        kept = found.picture(content, source) if content else ""
        words_of = element.get("alt") or (_shown(element) if element.tag == "object" else "")
        tail = element.tail
        line = line_of(element)
        element.clear()
        element.tag, element.tail = PICTURE, tail
        element.set("src", f"picture:{kept}" if kept else "")
        element.set("alt", words_of)
        if not kept:
            found.notes.append(Trouble(line, "picture", source[:80] or "?"))
        elif not words_of.strip():
            found.notes.append(Trouble(line, "no-words", kept))


class _Declared:
    """What an item declares of one response: its key, the points of each value, its type."""

    def __init__(self, element: Element | None) -> None:
        self.values: list[str] = [] if element is None else [words(value).strip() for value in element.findall("correctResponse/value")]
        entries = [] if element is None else element.findall("mapping/mapEntry")
        self.points = {entry.get("mapKey", ""): _number(entry.get("mappedValue", "0")) for entry in entries}
        self.is_number = element is not None and element.get("baseType") in ("float", "integer")
        self.right = self.values or [value for value, points in self.points.items() if points > 0]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _item(found: Found, item: Element) -> None:
    body, title, line = item.find("itemBody"), item.get("title", "") or item.get("identifier", ""), line_of(item)
    places = [] if body is None else [element for element in body.iter() if element.tag in INTERACTIONS]
    if body is None or not places:
        if body is not None and (told := _shown(body)):
            found.texts.append((line, title[:60], told))
        else:
            found.troubles.append(Trouble(line, "no-answer", title[:60]))
        return
    if item.find("templateDeclaration") is not None:
        found.troubles.append(Trouble(line, "no-such-type", f"templateDeclaration: {title[:40]}"))
        return
    said = {(feedback.get("identifier", ""), feedback.get("showHide", "show")): _shown(feedback) for feedback in item.findall("modalFeedback")}
    declared = {row.get("identifier", ""): _Declared(row) for row in item.findall("responseDeclaration")}
    before = len(found.troubles)
    if {place.tag for place in places} <= set(GAPS):
        made = _gaps(found, item, body, places, declared)
    elif len(places) == 1 and places[0].tag in ONE:
        own = declared.get(places[0].get("responseIdentifier", ""), _Declared(None))
        made = ONE[places[0].tag](found, places[0], own, title, said) if own.right else None
        if made is not None and "text" not in made:
            prompt = _shown(places[0].find("prompt"))
            stem = _shown(body, (*BESIDE, *INTERACTIONS))
            made = {"text": both("\n\n".join(part for part in (stem, prompt) if part)), **made}
    else:
        kinds = ", ".join(sorted({place.tag for place in places}))
        found.troubles.append(Trouble(line_of(places[0]), "essay", title[:60]) if kinds == "extendedTextInteraction" else Trouble(line_of(places[0]), "on-picture", title[:60]) if any(place.tag in ON_PICTURE for place in places) else Trouble(line_of(places[0]), "no-such-type", f"{kinds}: {title[:40]}"))
        return
    if not made:
        found.troubles.extend([Trouble(line, "no-answer", title[:60])] if len(found.troubles) == before else [])
        return
    used = {option.get("_name") for option in made.get("options", ())}
    rest = [text for (name, shows), text in said.items() if text and shows == "show" and name not in used]
    options = {"options": [{key: value for key, value in option.items() if key != "_name"} for option in made["options"]]} if "options" in made else {}
    found.add({"id": name_of(item.get("identifier", "") or title), "type": made["type"], **made, **options, "explanation": both("\n\n".join(dict.fromkeys(rest)))})


Said = dict[tuple[str, str], str]


def _choice(found: Found, place: Element, own: _Declared, title: str, said: Said) -> dict[str, Any] | None:
    rows, names = [], []
    most = max((points for points in own.points.values()), default=0.0)
    whole = sum(points for points in own.points.values() if points > 0) if len(own.right) > 1 else most
    for choice in place.findall("simpleChoice"):
        name = choice.get("identifier", "")
        inline = next((_shown(feedback) for feedback in choice.findall("feedbackInline") if feedback.get("showHide", "show") == "show"), "")
        weight = own.points.get(name, 0.0) / whole * 100 if own.points and whole > 0 else 100 / len(own.right) if name in own.right else 0.0
        rows.append((weight if name not in own.right or own.points else 100 / len(own.right), _shown(choice), inline or said.get((name, "show"), "")))
        names.append(name)
    many = place.get("maxChoices", "1") != "1" or len(own.right) > 1
    if many and not own.points:
        rows = [(weight if weight > 0 else -100 / len(own.right), text, told) for weight, text, told in rows]
    made = choice_of(found, line_of(place), title, rows, many=many) if len(rows) > 1 else None
    if made is None:
        return None
    for option, name in zip(made["options"], names, strict=True):
        option["_name"] = name
    return made | ({"shuffle": True} if place.get("shuffle") == "true" else {})


def _order(_found: Found, place: Element, own: _Declared, _title: str, _said: Said) -> dict[str, Any] | None:
    texts = {choice.get("identifier", ""): _shown(choice) for choice in place.findall("simpleChoice")}
    options = [{"text": both(texts[name])} for name in own.right if name in texts]
    return {"type": "ordering", "credit": "proportional", "options": options} if len(options) > 1 else None


def _match(found: Found, place: Element, own: _Declared, title: str, _said: Said) -> dict[str, Any] | None:
    texts = {choice.get("identifier", ""): _shown(choice) for choice in place.iter("simpleAssociableChoice")}
    pairs = [pair.split()[:2] for pair in own.right if len(pair.split()) == 2]
    if len({left for left, _name in pairs}) < len(pairs):
        found.troubles.append(Trouble(line_of(place), "no-such-type", f"matchInteraction, 1 → n: {title[:40]}"))
        return None
    used = {name for _left, name in pairs}
    columns = place.findall("simpleMatchSet")
    extra = [both(texts[name]) for choice in (columns[1].iter("simpleAssociableChoice") if len(columns) > 1 else ()) if (name := choice.get("identifier", "")) not in used]
    rows = [{"left": both(texts[left]), "right": both(texts[name])} for left, name in pairs if left in texts and name in texts]
    return {"type": "matching", "credit": "proportional", "pairs": rows} | ({"extra": extra} if extra else {}) if len(rows) > 1 else None


def _gap_match(_found: Found, place: Element, own: _Declared, _title: str, _said: Said) -> dict[str, Any] | None:
    """Read words that are dragged into gaps: each gap offers all of them."""
    offered = {choice.get("identifier", ""): _shown(choice) for choice in place.findall("gapText")}
    right = dict(reversed(pair.split()[:2]) for pair in own.right if len(pair.split()) == 2)
    gaps = []
    for number, gap in enumerate(place.iter("gap"), 1):
        word = right.get(gap.get("identifier", ""), "")
        if word not in offered:
            return None
        gaps.append({"id": f"gap-{number}", "choices": [both(offered[word]), *(both(text) for name, text in offered.items() if name != word)]})
        gap.text = f"[[gap-{number}]]"
    return cloze(_shown(place, (*BESIDE, "gapText", "gapImg")), gaps)


ONE = {"choiceInteraction": _choice, "orderInteraction": _order, "matchInteraction": _match, "gapMatchInteraction": _gap_match}


def _gaps(found: Found, item: Element, body: Element, places: list[Element], declared: dict[str, _Declared]) -> dict[str, Any] | None:
    gaps = []
    for number, place in enumerate(places, 1):
        name = place.get("responseIdentifier", "")
        own = declared.get(name, _Declared(None))
        gap = _listed(place, own) if place.tag == "inlineChoiceInteraction" else _entered(found, item, name, own)
        if gap is None:
            return None
        gaps.append({"id": f"gap-{number}"} | gap)
        tail = place.tail
        place.clear()
        place.text, place.tail, place.tag = f"[[gap-{number}]]", tail, "span"
    return cloze(_shown(body), gaps)


def _listed(place: Element, own: _Declared) -> dict[str, Any] | None:
    choices = [(choice.get("identifier", ""), _shown(choice)) for choice in place.findall("inlineChoice")]
    ordered = sorted(choices, key=lambda choice: choice[0] not in own.right[:1])
    return {"choices": [both(text) for _name, text in ordered]} if own.right and len(choices) > 1 else None


def _entered(found: Found, item: Element, name: str, own: _Declared) -> dict[str, Any] | None:
    most = max(own.points.values(), default=0.0)
    accepted = list(dict.fromkeys([*own.values, *(value for value, points in own.points.items() if points > 0 and points >= most)]))
    if any(0 < points < most for points in own.points.values()):
        found.notes.append(Trouble(line_of(item), "rule", item.get("title", "")[:60]))
    if own.is_number and accepted and number_in(accepted[0]) is not None:
        return {"number": accepted[0]} | ({"tolerance": tolerance} if (tolerance := _tolerance(item, name)) else {})
    return {"accepted": [form_of(text.replace("*", "\\*")) for text in accepted]} if accepted else None


def _tolerance(item: Element, name: str) -> str:
    """Return how near a number must be, where the item's processing says so."""
    for equal in item.iter("equal"):
        if any(variable.get("identifier") == name for variable in equal.iter("variable")):
            width = (equal.get("tolerance", "").split() or [""])[0]
            return "" if number_in(width) is None else f"{width}%" if equal.get("toleranceMode") == "relative" else width
    return ""
