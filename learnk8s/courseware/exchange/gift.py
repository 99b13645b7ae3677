"""GIFT, the text format of Moodle: in and out. Models the format as docs.moodle.org/en/GIFT_format describes it."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from learnk8s.courseware.exchange.found import TEXT_MAX, Found, Trouble, both, from_html, name_of
from learnk8s.courseware.questions.question import Question

_ESCAPED = re.compile(r"\\([~=#{}:n\\])")
_WEIGHT = re.compile(r"^%(-?\d{1,3}(?:\.\d{1,7})?)%")
_FORMAT = re.compile(r"^\[(html|moodle|plain|markdown)\]", re.IGNORECASE)


def read(text: str) -> Found:
    """Return the questions of a GIFT file."""
    found = Found()
    if len(text) > TEXT_MAX:
        found.troubles.append(Trouble(0, "too-large"))
        return found
    for line, block in _blocks(text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")):
        _question(found, line, block)
    if not found.questions and not found.troubles:
        found.troubles.append(Trouble(0, "empty"))
    return found


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Cut at empty lines, those inside of braces excepted; leave comments and categories out."""
    lines: list[str] = []
    start, depth = 1, 0
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if depth == 0 and (line.lstrip().startswith("//") or line.startswith("$CATEGORY:")):
            continue
        if depth == 0 and not line.strip():
            if lines:
                yield start, "\n".join(lines)
            lines = []
            continue
        if not lines:
            start = number
        lines.append(line)
        bare = re.sub(r"\\.", "", line)
        depth = max(depth + bare.count("{") - bare.count("}"), 0)
        if depth and len(lines) > 2_000:
            depth = 0
    if lines:
        yield start, "\n".join(lines)


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found[1] == "n" else found[1], text).strip()


def _place(text: str, mark: str, start: int = 0) -> int:
    """Return where a mark stands that is not escaped, or -1."""
    place = text.find(mark, start)
    while place > 0 and (len(text[:place]) - len(text[:place].rstrip("\\"))) % 2:
        place = text.find(mark, place + 1)
    return place


def _question(found: Found, line: int, block: str) -> None:
    title = ""
    if block.startswith("::") and (end := _place(block, "::", 2)) > 0:
        title, block = _plain(block[2:end]), block[end + 2 :].lstrip()
    form = _FORMAT.match(block)
    kind, block = (form[1].lower(), block[form.end():]) if form else ("moodle", block)
    start, end = _place(block, "{"), -1
    if start >= 0:
        end = _place(block, "}", start)
    if start < 0 or end < 0:
        found.troubles.append(Trouble(line, "broken" if start >= 0 else "no-such-type", "{" if start >= 0 else "description"))
        return
    after = block[end + 1 :].strip()
    text = _plain(f"{block[:start].rstrip()} _____ {after}" if after else block[:start])
    text = from_html(text) if kind == "html" or (kind == "moodle" and "<" in text and ">" in text) else text
    body, general = _general(block[start + 1 : end].strip())
    question: dict[str, Any] = {"id": name_of(title) or name_of(text), "text": both(text), "explanation": both(_plain(general))}
    made = _answered(found, line, title or text, body)
    if made is not None:
        found.add(question | made | {"explanation": question["explanation"]})


def _general(body: str) -> tuple[str, str]:
    place = _place(body, "####")
    return (body[:place].rstrip(), body[place + 4 :]) if place >= 0 else (body, "")


def _answered(found: Found, line: int, name: str, body: str) -> dict[str, Any] | None:
    if not body:
        found.troubles.append(Trouble(line, "no-such-type", "essay"))
        return None
    if body.startswith("#"):
        return _numeric(found, line, name, body[1:])
    word, *said = _cut(body, "#")
    if word.strip().upper() in ("T", "TRUE", "F", "FALSE"):
        is_true = word.strip().upper().startswith("T")
        says = {("false" if is_true else "true"): both(_plain(said[0]))} if said and said[0].strip() else {}
        return {"type": "truefalse", "answer": is_true} | ({"says": says} if says else {})
    answers = list(_answers(body))
    if not answers:
        found.troubles.append(Trouble(line, "broken", name[:60]))
        return None
    if all(sign == "=" and _place(text, "->") >= 0 for sign, text in answers):
        return _matching(answers)
    return _choice(found, line, name, answers)


def _cut(text: str, mark: str) -> list[str]:
    parts, start = [], 0
    while (place := _place(text, mark, start)) >= 0:
        parts.append(text[start:place])
        start = place + len(mark)
    return [*parts, text[start:]]


def _answers(body: str) -> Iterator[tuple[str, str]]:
    """Yield each answer with its sign, = or ~."""
    start, sign, place = 0, "", 0
    while place < len(body):
        letter = body[place]
        if letter == "\\":
            place += 2
            continue
        if letter in "=~":
            if sign:
                yield sign, body[start:place].strip()
            sign, start = letter, place + 1
        place += 1
    if sign:
        yield sign, body[start:].strip()


def _parts(text: str) -> tuple[float | None, str, str]:
    """Return weight, answer and feedback of one answer."""
    weight = _WEIGHT.match(text)
    rest = text[weight.end():] if weight else text
    answer, *said = _cut(rest, "#")
    return float(weight[1]) if weight else None, _plain(_FORMAT.sub("", answer.strip())), _plain(said[0]) if said else ""


def _matching(answers: list[tuple[str, str]]) -> dict[str, Any]:
    pairs, extra = [], []
    for _sign, text in answers:
        left, right = (_plain(part) for part in text.split("->", 1))
        if left:
            pairs.append({"left": both(left), "right": both(right)})
        else:
            extra.append(both(right))
    return {"type": "matching", "credit": "proportional", "pairs": pairs} | ({"extra": extra} if extra else {})


def _choice(found: Found, line: int, name: str, answers: list[tuple[str, str]]) -> dict[str, Any] | None:
    rows = [(sign, *_parts(text)) for sign, text in answers]
    if all(sign == "=" for sign, *_rest in rows):
        right = [answer for _sign, weight, answer, _said in rows if weight is None or weight >= 100]
        wrong = [{"forms": [answer], "says": both(said or answer), "percent": int(min(max(weight, 0), 99))} for _sign, weight, answer, said in rows if weight is not None and weight < 100]
        return {"type": "short", "accepted": right} | ({"wrong": wrong} if wrong else {}) if right else _none(found, line, name)
    many = not any(sign == "=" for sign, *_rest in rows)
    options = []
    for sign, weight, answer, said in rows:
        right = sign == "=" or (many and weight is not None and weight > 0)
        options.append({"text": both(answer)} | ({"right": True} if right else {}) | ({"chosen": both(said)} if said else {}))
        if weight is not None and not many and 0 < weight < 100:
            found.notes.append(Trouble(line, "weights", name[:60]))
    if not any("right" in option for option in options):
        return _none(found, line, name)
    if many:
        return {"type": "multiple", "credit": "proportional", "options": options}
    return {"type": "single" if sum("right" in option for option in options) == 1 else "multiple", "options": options}


def _none(found: Found, line: int, name: str) -> None:
    found.troubles.append(Trouble(line, "no-answer", name[:60]))


def _numeric(found: Found, line: int, name: str, body: str) -> dict[str, Any] | None:
    rows = [_parts(text) for sign, text in _answers(body) if sign == "="] or [_parts(body)]
    best = max(rows, key=lambda row: 100 if row[0] is None else row[0])
    span = re.fullmatch(r"(-?[\d.]+)\s*\.\.\s*(-?[\d.]+)", best[1])
    plain = re.fullmatch(r"(-?[\d.]+(?:[eE][+-]?\d{1,3})?)(?:\s*:\s*([\d.]+))?", best[1])
    try:
        if span:
            low, high = float(span[1]), float(span[2])
            return {"type": "numeric", "answer": _short((low + high) / 2), "tolerance": _short(abs(high - low) / 2)}
        if plain:
            return {"type": "numeric", "answer": plain[1]} | ({"tolerance": plain[2]} if plain[2] else {})
    except ValueError:
        pass
    return _none(found, line, name)


def _short(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".")


# Out


def _escaped(text: str) -> str:
    return re.sub(r"([~=#{}:\\])", r"\\\1", text.strip()).replace("\n", "\\n")


def written(questions: Iterable[Question], language: str) -> tuple[str, list[str]]:
    """Return the questions in one language, and the ids of those that GIFT cannot hold."""
    blocks, left_out = [], []
    for question in questions:
        body = _body(question, language)
        if body is None:
            left_out.append(question.id)
            continue
        general = _escaped(question.explanation.get(language, ""))
        blocks.append(f"::{_escaped(question.id)}::[markdown]{_escaped(question.text[language])}{{{body}{'####' + general if general else ''}}}")
    head = f"// left out, GIFT has no such type: {', '.join(left_out)}\n\n" if left_out else ""
    return head + "\n\n".join(blocks) + "\n", left_out


def _body(question: Question, language: str) -> str | None:
    match question.type:
        case "single":
            return "".join(f"\n{'=' if option.is_right else '~'}{_option(option, language)}" for option in question.options) + "\n"
        case "multiple":
            right = sum(option.is_right for option in question.options)
            return "".join(f"\n~%{_short(100 / right) if option.is_right else _short(-100 / right)}%{_option(option, language)}" for option in question.options) + "\n"
        case "truefalse":
            wrong = next((option for option in question.options if not option.is_right), None)
            said = f"#{_escaped(wrong.chosen[language])}" if wrong is not None and wrong.chosen else ""
            return f"{'T' if question.options[0].is_right else 'F'}{said}"
        case "short":
            known = [f"=%{row.percent}%{_escaped(form)}#{_escaped(row.says[language])}" for row in question.known for form in row.forms]
            return " ".join([*(f"={_escaped(form)}" for form in question.accepted), *known])
        case "numeric":
            return _number(question)
        case "matching":
            rows = [f"={_escaped(option.text[language])} -> {_escaped((option.match or {}).get(language, ''))}" for option in question.options]
            return "\n" + "\n".join([*rows, *(f"= -> {_escaped(text[language])}" for text in question.detail["extra"])]) + "\n"
    return None


def _option(option: Any, language: str) -> str:
    return _escaped(option.text[language]) + (f"#{_escaped(option.chosen[language])}" if option.chosen else "")


def _number(question: Question) -> str | None:
    from learnk8s.courseware.questions.numeric import number_in

    value, tolerance = number_in(question.detail["answer"]), question.detail["tolerance"]
    if value is None:
        return None
    width = abs(value) * (number_in(tolerance[:-1]) or 0) / 100 if tolerance.endswith("%") else number_in(tolerance) or 0
    return f"#{_short(float(value))}:{_short(float(width))}"
