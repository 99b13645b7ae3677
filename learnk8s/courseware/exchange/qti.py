"""QTI 2.1 items: in. Choices, order, match, text entry and inline choice. Models the items of the IMS QTI 2.1 implementation guide."""

from typing import Any
from xml.etree.ElementTree import Element

from learnk8s.courseware.exchange.found import Found, Trouble, both, name_of
from learnk8s.courseware.exchange.lined import BadXml, inner, line_of, read, words

INTERACTIONS = ("choiceInteraction", "orderInteraction", "matchInteraction", "associateInteraction", "textEntryInteraction", "inlineChoiceInteraction", "extendedTextInteraction", "hotspotInteraction", "hottextInteraction", "gapMatchInteraction", "sliderInteraction", "uploadInteraction", "drawingInteraction",
                "graphicOrderInteraction", "graphicAssociateInteraction", "graphicGapMatchInteraction", "selectPointInteraction", "positionObjectInteraction", "mediaInteraction", "endAttemptInteraction", "customInteraction")


def read_qti(text: str) -> Found:
    """Return the question of an item, or those of all items inside of one file."""
    found = Found()
    try:
        root = read(text)
    except BadXml as error:
        found.troubles.append(Trouble(error.line, "broken", str(error)))
        return found
    items = [root] if root.tag == "assessmentItem" else root.findall(".//assessmentItem")
    for item in items:
        _item(found, item)
    if not found.questions and not found.troubles:
        found.troubles.append(Trouble(line_of(root), "empty"))
    return found


def _plain(parts: Any) -> str:
    return " ".join("".join(parts).split())


def _item(found: Found, item: Element) -> None:
    body = item.find("itemBody")
    places = [] if body is None else [element for element in body.iter() if element.tag in INTERACTIONS]
    if body is None or not places:
        found.troubles.append(Trouble(line_of(item), "no-such-type", "itemBody"))
        return
    right = {row.get("identifier", ""): [words(value).strip() for value in row.findall("correctResponse/value")] for row in item.findall("responseDeclaration")}
    title = item.get("title", "") or item.get("identifier", "")
    if {place.tag for place in places} <= {"textEntryInteraction", "inlineChoiceInteraction"}:
        made = _gaps(item, body, places, right)
    elif len(places) == 1 and places[0].tag in ("choiceInteraction", "orderInteraction", "matchInteraction"):
        made = _one(places[0], right.get(places[0].get("responseIdentifier", ""), []))
        prompt = places[0].find("prompt")
        stem = _plain(inner(body, skip=(*INTERACTIONS, "prompt")))
        made = made | {"text": both(f"{stem}\n\n{_plain(inner(prompt)) if prompt is not None else ''}")} if made else made
    else:
        found.troubles.append(Trouble(line_of(places[0]), "no-such-type", ", ".join(sorted({place.tag for place in places}))))
        return
    if not made:
        found.troubles.append(Trouble(line_of(item), "no-answer", title[:60]))
        return
    said = _plain(inner(feedback)) if (feedback := item.find("modalFeedback")) is not None else ""
    found.add({"id": name_of(title), "type": made["type"], **made, "explanation": both(said)})


def _one(place: Element, right: list[str]) -> dict[str, Any]:
    if not right:
        return {}
    if place.tag == "matchInteraction":
        return _match(place, right)
    choices = [(choice.get("identifier", ""), _plain(inner(choice, skip=("feedbackInline",))), _plain(inner(said)) if (said := choice.find("feedbackInline")) is not None else "") for choice in place.findall("simpleChoice")]
    if place.tag == "orderInteraction":
        texts = {name: text for name, text, _said in choices}
        return {"type": "ordering", "credit": "proportional", "options": [{"text": both(texts[name])} for name in right if name in texts]}
    options = [{"text": both(text)} | ({"right": True} if name in right else {}) | ({"chosen": both(said)} if said else {}) for name, text, said in choices]
    is_single = place.get("maxChoices", "1") == "1" and len(right) == 1
    return {"type": "single" if is_single else "multiple", "options": options} | ({"shuffle": True} if place.get("shuffle") == "true" else {}) | ({} if is_single else {"credit": "proportional"})


def _match(place: Element, right: list[str]) -> dict[str, Any]:
    texts = {choice.get("identifier", ""): _plain(inner(choice)) for choice in place.iter("simpleAssociableChoice")}
    pairs = [pair.split()[:2] for pair in right if len(pair.split()) == 2]
    used = {name for _left, name in pairs}
    columns = place.findall("simpleMatchSet")
    extra = [both(texts[name]) for choice in (columns[1].iter("simpleAssociableChoice") if len(columns) > 1 else ()) if (name := choice.get("identifier", "")) not in used]
    rows = [{"left": both(texts[left]), "right": both(texts[name])} for left, name in pairs if left in texts and name in texts]
    return {"type": "matching", "credit": "proportional", "pairs": rows} | ({"extra": extra} if extra else {}) if len(rows) > 1 else {}


def _gaps(item: Element, body: Element, places: list[Element], right: dict[str, list[str]]) -> dict[str, Any]:
    gaps = []
    for number, place in enumerate(places, 1):
        name = place.get("responseIdentifier", "")
        accepted = right.get(name, [])
        mapped = [entry.get("mapKey", "") for row in item.findall("responseDeclaration") if row.get("identifier") == name for entry in row.findall("mapping/mapEntry") if entry.get("mappedValue", "0") not in ("0", "0.0")]
        if place.tag == "inlineChoiceInteraction":
            choices = [(choice.get("identifier", ""), _plain(inner(choice))) for choice in place.findall("inlineChoice")]
            ordered = sorted(choices, key=lambda choice: choice[0] not in accepted)
            gap = {"choices": [both(text) for _name, text in ordered]} if accepted and choices else None
        else:
            gap = {"accepted": list(dict.fromkeys([*accepted, *mapped]))} if accepted or mapped else None
        if gap is None:
            return {}
        gaps.append({"id": f"gap-{number}"} | gap)
        tail = place.tail
        place.clear()
        place.text, place.tail = f"[[gap-{number}]]", tail
    return {"type": "cloze", "credit": "proportional", "text": both(_plain(inner(body))), "gaps": gaps}
