"""GIFT, the text format of Moodle: in and out. Models the format as docs.moodle.org/en/GIFT_format describes it and as Moodle 5 reads it: an empty line ends a question, a line that begins with // is a comment wherever it stands."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from learnk8s.courseware.exchange.found import QUESTIONS_MAX, TEXT_MAX, Found, Trouble, both, category_of, from_html, name_of, seen, worth
from learnk8s.courseware.exchange.variants import TOP, spread
from learnk8s.courseware.markdown import escaped, line_text
from learnk8s.courseware.questions.numeric import number_in
from learnk8s.courseware.questions.pattern import back, forms_of, kept, literal, without_marks
from learnk8s.courseware.questions.question import Question

_ESCAPED = re.compile(r"\\([~=#{}:n\\])")
_WEIGHT = re.compile(r"^%(-?\d{1,3}(?:\.\d{1,7})?)%")
_FORMAT = re.compile(r"^\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_ID = re.compile(r"\[id:((?:\\\]|[^\]\x00-\x1f]){1,200})\]")
_TAG = re.compile(r"\[tag:((?:\\\]|[^\]<>`\x00-\x1f]){1,200})\]")
QUESTION_MAX = 40_000
"""Letters of one question."""
_NUMBER = r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?"


def read(text: str) -> Found:
    """Return the questions of a GIFT file."""
    found = Found()
    if len(text) > TEXT_MAX:
        found.troubles.append(Trouble(0, "too-large"))
        return found
    category = ""
    for line, block, comments in _blocks(seen(text.replace("\r\n", "\n").replace("\r", "\n"))):
        if block.startswith("$CATEGORY:"):
            category, _newline, block = block[10:].partition("\n")
            category = category_of(category)
            if not block.strip():
                continue
        if len(found.questions) >= QUESTIONS_MAX:
            found.troubles.append(Trouble(line, "too-many", str(QUESTIONS_MAX)))
            break
        if len(block) > QUESTION_MAX:
            found.troubles.append(Trouble(line, "too-long", str(QUESTION_MAX)))
            continue
        _question(found, line, block.strip(), comments, category)
    if not found.questions and not found.troubles and not found.texts:
        found.troubles.append(Trouble(0, "empty"))
    return found


def _blocks(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield what stands between empty lines: its first line's number, its text, and its comments, which may name an id and tags."""
    lines: list[str] = []
    comments: list[str] = []
    start = 1
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if line.strip().startswith("//"):
            comments.append(line)
        elif line.strip():
            start = start if lines else number
            lines.append(line)
        elif lines:
            yield start, "\n".join(lines), "\n".join(comments)
            lines, comments = [], []
        else:
            comments = []


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found[1] == "n" else found[1], text).strip()


def _place(text: str, mark: str, start: int = 0) -> int:
    """Return where a mark stands that is not escaped, or -1."""
    place = text.find(mark, start)
    while place > 0:
        first = place
        while first > 0 and text[first - 1] == "\\":
            first -= 1
        if (place - first) % 2 == 0:
            break
        place = text.find(mark, place + 1)
    return place


def _said(text: str, form: str) -> str:
    """Return a text in the form that it names, or in that of its question, as Markdown."""
    own = _FORMAT.match(text)
    form, text = (own[1].lower(), text[own.end() :]) if own else (form, text)
    words = _plain(re.sub(r"\n[ \t]+", " ", text))
    if form == "html" or (form == "moodle" and re.search(r"<[a-zA-Z/!][^<>]*>|&[a-z]{2,8};|&#\d{1,6};", words)):
        return from_html(words)
    return words if form == "markdown" else escaped(words)


def _question(found: Found, line: int, block: str, comments: str, category: str) -> None:
    title = ""
    if block.startswith("::") and (end := _place(block, "::", 2)) > 0:
        title, block = _plain(block[2:end]), block[end + 2 :].lstrip()
    form = (_FORMAT.match(block) or [None, "moodle"])[1].lower()  # type: ignore[union-attr]  # the default has a text there
    start = _place(block, "{")
    end = _place(block, "}", max(start, 0))
    name = title or _plain(_FORMAT.sub("", block))[:60]
    if start < 0 and end < 0:
        found.texts.append((line, name[:60], _said(_FORMAT.sub("", block), form)))
        return
    if start < 0 or end < 0:
        found.troubles.append(Trouble(line, "open-brace", name[:60]))
        return
    after = block[end + 1 :].rstrip()
    text = _said(f"{block[:start]}_____{after}" if after else block[:start], form)
    body, general = _general(block[start + 1 : end].strip())
    made = _answered(found, line, title or text, body, form)
    if made is None:
        return
    named = _ID.search(comments)
    tags = list(dict.fromkeys(tag for tag in (category, *(name_of(tag.replace("\\]", "]")) for tag in _TAG.findall(comments))) if tag))
    found.add({"id": name_of(named[1].replace("\\]", "]")) if named else name_of(title) or name_of(text), "text": both(text), **made, "explanation": both(_said(general, form))} | ({"tags": tags} if tags else {}))


def _general(body: str) -> tuple[str, str]:
    """Return the answers, and what is said to everybody: after the last ####."""
    place = body.rfind("####")
    return (body[:place].rstrip(), body[place + 4 :]) if place >= 0 else (body, "")


def _answered(found: Found, line: int, name: str, body: str, form: str) -> dict[str, Any] | None:
    if not body:
        return _no(found, line, "essay", name)
    if body.startswith("#"):
        return _numeric(found, line, name, body[1:], form)
    word, *said = _cut(body, "#")
    if word.strip().upper() in ("T", "TRUE", "F", "FALSE"):
        is_true = word.strip().upper().startswith("T")
        words = [_said(text, form) for text in said[:2]]
        says = {("false" if is_true else "true"): words[0] if words else "", ("true" if is_true else "false"): words[1] if len(words) > 1 else ""}
        says_both = {key: both(text) for key, text in says.items() if text}
        return {"type": "truefalse", "answer": is_true} | ({"says": says_both} if says_both else {})
    answers = list(_answers(body))
    if not answers:
        return _no(found, line, "no-answer", name)
    if all(sign == "=" for sign, _text in answers) and any(_place(text, "->") >= 0 for _sign, text in answers):
        return _matching(found, line, name, answers, form)
    if any(sign == "~" for sign, _text in answers):
        return _choice(found, line, name, answers, form)
    return _short(found, line, name, answers, form)


def _no(found: Found, line: int, key: str, name: str) -> None:
    found.troubles.append(Trouble(line, key, name[:60]))


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


def _parts(text: str, form: str, *, is_typed: bool = False) -> tuple[float | None, str, str]:
    """Return weight, answer and feedback of one answer; one that is typed is no Markdown."""
    weight = _WEIGHT.match(text)
    rest = text[weight.end() :] if weight else text
    answer, *said = _cut(rest, "#")
    return float(weight[1]) if weight else None, _plain(_FORMAT.sub("", answer)) if is_typed else _said(answer, form), _said("#".join(said), form) if said else ""


def _matching(found: Found, line: int, name: str, answers: list[tuple[str, str]], form: str) -> dict[str, Any] | None:
    pairs, extra = [], []
    for _sign, text in answers:
        place = _place(text, "->")
        if place < 0:
            return _no(found, line, "no-arrow", name)
        left, right = _said(text[:place], form), escaped(_plain(text[place + 2 :]))
        if left and right:
            pairs.append({"left": both(left), "right": both(right)})
        elif right:
            extra.append(both(right))
    if len(pairs) < 2:
        return _no(found, line, "too-few", name)
    return {"type": "matching", "credit": "proportional", "pairs": pairs} | ({"extra": extra} if extra else {})


def _praised(found: Found, line: int, name: str, said: list[str]) -> dict[str, Any]:
    """Return what is said to a right answer; there is one text for all of them."""
    told = list(dict.fromkeys(text for text in said if text))
    if len(told) > 1:
        found.notes.append(Trouble(line, "one-praise", name[:60]))
    return {"praise": both(told[0])} if told else {}


def form_of(text: str) -> str:
    """Return an accepted form of Moodle's, where only * is a mark and a backslash before it takes that back, as a form of ours."""
    return "\\*".join(part.replace("\\*", "*") for part in literal(text.replace("\\*", "\0")).split("\0"))


def _short(found: Found, line: int, name: str, answers: list[tuple[str, str]], form: str) -> dict[str, Any] | None:
    rows = [_parts(text, form, is_typed=True) for _sign, text in answers]
    return short_of(found, line, name, [(100.0 if weight is None else weight, answer, said) for weight, answer, said in rows])


def short_of(found: Found, line: int, name: str, rows: list[tuple[float, str, str]]) -> dict[str, Any] | None:
    """Return a short text of rows of weight, form and feedback; used for Moodle XML, too."""
    right = [(form_of(answer), said) for weight, answer, said in rows if weight >= 100 and answer]
    if not right:
        return _no(found, line, "no-answer", name)
    wrong = [{"forms": [form_of(answer)], "says": both(said or answer)} | ({"percent": percent} if (percent := round(min(max(weight, 0), 99))) else {}) for weight, answer, said in rows if weight < 100 and answer and (said or weight > 0)]
    return {"type": "short", "accepted": [answer for answer, _said in right]} | ({"wrong": wrong} if wrong else {}) | _praised(found, line, name, [said for _answer, said in right])


def _choice(found: Found, line: int, name: str, answers: list[tuple[str, str]], form: str) -> dict[str, Any] | None:
    rows = [(sign, *_parts(text, form)) for sign, text in answers]
    if len(rows) < 2:
        return _no(found, line, "too-few", name)
    many = not any(sign == "=" or weight is not None and weight >= 100 for sign, weight, _answer, _said in rows)
    weights = [100.0 if sign == "=" else weight or 0.0 for sign, weight, _answer, _said in rows]
    return choice_of(found, line, name, [(weight, answer, said) for weight, (_sign, _weight, answer, said) in zip(weights, rows, strict=True)], many=many)


def choice_of(found: Found, line: int, name: str, rows: list[tuple[float, str, str]], *, many: bool) -> dict[str, Any] | None:
    """Return a choice of rows of weight, text and feedback; used for Moodle XML, too."""
    many = many or sum(weight >= 100 for weight, _text, _said in rows) > 1
    right = [weight > 0 if many else weight >= 100 for weight, _text, _said in rows]
    if not any(right):
        return _no(found, line, "no-answer", name)
    percents = worth(found, line, name, [(is_right, weight) for is_right, (weight, _text, _said) in zip(right, rows, strict=True)], single=not many)
    options = [{"text": both(text)} | ({"right": True} if is_right else {}) | ({"percent": percent} if percent is not None else {}) | ({"chosen": both(said)} if said else {}) for is_right, percent, (_weight, text, said) in zip(right, percents, rows, strict=True)]
    return {"type": "multiple", "credit": "proportional", "options": options} if many else {"type": "single", "options": options}


def _numeric(found: Found, line: int, name: str, body: str, form: str) -> dict[str, Any] | None:
    cut = _cut(body, "~")
    answers = [text for sign, text in _answers(cut[0]) if sign == "="] or [cut[0].strip()]
    rows = []
    for text in answers:
        weight, answer, said = _parts(text, form, is_typed=True)
        span = _span(answer)
        if span is None:
            return _no(found, line, "no-number", name)
        rows.append((100.0 if weight is None else weight, *span, said))
    if len(cut) > 1 and (said := _parts(cut[1], form)[2]):
        rows.append((0.0, "*", "", said))
    return numeric_of(found, line, name, rows)


def _span(text: str) -> tuple[str, str] | None:
    """Return value and tolerance of 5, 5:2 or 3..7."""
    if span := re.fullmatch(rf"({_NUMBER})\s*\.\.\s*({_NUMBER})", text):
        low, high = float(span[1]), float(span[2])
        return _short_number((low + high) / 2), _short_number(abs(high - low) / 2)
    plain = re.fullmatch(rf"({_NUMBER})(?:\s*:\s*({_NUMBER}))?", text)
    return (plain[1], (plain[2] or "").removeprefix("-")) if plain else None


def numeric_of(found: Found, line: int, name: str, rows: list[tuple[float, str, str, str]]) -> dict[str, Any] | None:
    """Return a number of rows of weight, value, tolerance and feedback, the best one as the key; used for Moodle XML, too. The value * is any other number."""
    best = next((row for row in rows if row[0] >= 100 and row[1] != "*"), None)
    if best is None:
        return _no(found, line, "no-answer", name)
    wrong, rest = [], ""
    for weight, value, tolerance, said in (row for row in rows if row is not best):
        if value == "*":
            rest = said
        elif said or weight > 0:
            wrong.append({"forms": [value], "says": both(said or value)} | ({"tolerance": tolerance} if number_in(tolerance.removesuffix("%")) else {}) | ({"percent": percent} if (percent := round(min(max(weight, 0), 99))) else {}))
    found_rest = {"wrong": [*wrong, {"forms": ["*"], "says": both(rest)}]} if rest else {"wrong": wrong} if wrong else {}
    return {"type": "numeric", "answer": best[1]} | ({"tolerance": best[2]} if number_in(best[2].removesuffix("%")) else {}) | found_rest | _praised(found, line, name, [best[3]])


def _short_number(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".")


# Out


_SHOWN = re.compile(r"!\[([^\[\]\n]*)\]\(picture:[^()\s]*\)")


def _escaped(text: str) -> str:
    """Return a text as GIFT has it; of a picture, for which it has no place, the words."""
    return re.sub(r"([~=#{}:\\])", r"\\\1", _SHOWN.sub(r"\1", text.strip())).replace("\n", "\\n")


def written(questions: Iterable[Question], language: str) -> tuple[str, list[str]]:
    """Return the questions in one language, and the ids of those that GIFT cannot hold. A comment names what stays behind."""
    blocks, left_out, behind, several, here = [], [], [], [], TOP
    rows = list(questions)
    for category, question in spread(rows):
        body = _body(question, language)
        if body is None:
            left_out.append(question.id if category == TOP else category.removeprefix(f"{TOP}/"))
            continue
        behind += [question.id] if question.hints or any(option.left for option in question.options) else []
        if category != here:
            here = category
            several += [category.removeprefix(f"{TOP}/")] if category != TOP else []
            blocks.append(f"$CATEGORY: {category}")
        general = _escaped(question.explanation.get(language, ""))
        marks = "".join(f" [tag:{tag.replace(']', chr(92) + ']')}]" for tag in question.tags)
        blocks.append(f"// question: 0  name: {question.id}\n// [id:{question.id}]{marks}\n::{_escaped(question.id)}::[markdown]{_escaped(question.text[language])}{{{body}{'####' + general if general else ''}}}")
    heads = [*([f"// left out, GIFT has no such type: {', '.join(dict.fromkeys(left_out))}"] if left_out else []), *([f"// GIFT has no hints and says nothing of options that were not chosen: {', '.join(behind)}"] if behind else []),
             *([f"// variants stand in a category of their question, a quiz draws one of them at random: {', '.join(several)}"] if several else [])]
    return "\n".join(heads) + ("\n\n" if heads else "") + "\n\n".join(blocks) + "\n", list(dict.fromkeys(left_out))


def _body(question: Question, language: str) -> str | None:
    match question.type:
        case "single":
            return "".join(f"\n{'=' if option.is_right else '~' + (f'%{option.percent}%' if option.percent else '')}{_option(option, language)}" for option in question.options) + "\n"
        case "multiple":
            return "".join(f"\n~%{_short_number(weight)}%{_option(option, language)}" for option, weight in zip(question.options, weights_of(question), strict=True)) + "\n"
        case "truefalse":
            right, wrong = sorted(question.options, key=lambda option: not option.is_right)
            said = [_escaped(option.chosen[language]) if option.chosen else "" for option in (wrong, right)]
            return ("T" if question.options[0].is_right else "F") + (f"#{said[0]}" if any(said) else "") + (f"#{said[1]}" if said[1] else "")
        case "short":
            return "".join(f"\n={'' if percent == 100 else f'%{percent}%'}{_escaped(form)}{'#' + _escaped(said) if said else ''}" for form, percent, said in forms_out(question, language)) + "\n"
        case "numeric":
            return _number(question, language)
        case "matching":
            rows = [f"={_escaped(option.text[language])} -> {_escaped(line_text((option.match or {}).get(language, '')))}" for option in question.options]
            return "\n" + "\n".join([*rows, *(f"= -> {_escaped(line_text(text[language]))}" for text in question.detail["extra"])]) + "\n"
    return None


def weights_of(question: Question) -> list[float]:
    """Return what Moodle shall give for each option of a multiple choice."""
    right = max(sum(option.is_right for option in question.options), 1)
    if any(option.percent is not None for option in question.options):
        return [float(option.percent or 0) for option in question.options]
    return [100 / right if option.is_right else -100 / right for option in question.options]


def forms_out(question: Question, language: str) -> list[tuple[str, int, str]]:
    """Return the forms of a short text as Moodle takes them, each alternative by itself, with what they are worth and what is said."""
    praise = question.praise[language] if question.praise else ""
    rows = [(pattern, 100, praise) for pattern in question.accepted] + [(pattern, known.percent, known.says[language]) for known in question.known for pattern in known.forms]
    return [(form, percent, said) for pattern, percent, said in rows for form in plain_forms(pattern)]


def plain_forms(pattern: str) -> list[str]:
    """Return what a pattern takes, each alternative by itself, with * as its only mark.

    >>> plain_forms("get (po|pods?)"), plain_forms("a\\\\*b*")
    (['get po', 'get pods', 'get pod'], ['a\\\\*b*'])
    """
    return [back(form.replace(kept("\\*"), "\\*")) for form in dict.fromkeys(short for one in forms_of(pattern) for short in without_marks(one))]


def _option(option: Any, language: str) -> str:
    return _escaped(option.text[language]) + (f"#{_escaped(option.chosen[language])}" if option.chosen else "")


def numbers_out(question: Question, language: str) -> list[tuple[float, float, int, str]]:
    """Return value, tolerance, worth and feedback of the answers of a number, the right one first."""
    unit = question.detail["unit"]
    rows = [(question.detail["answer"], question.detail["tolerance"], 100, question.praise)] + [(form, known.tolerance, known.percent, known.says) for known in question.known for form in known.forms]
    found = []
    for form, tolerance, percent, said in rows:
        value = number_in(form, unit)
        if value is not None:
            width = abs(value) * (number_in(tolerance[:-1]) or 0) / 100 if tolerance.endswith("%") else number_in(tolerance) or 0
            found.append((float(value), float(width), percent, said[language] if said else ""))
    return found


def said_else(question: Question, language: str) -> str:
    """Return what is said to every other number."""
    return next((known.says[language] for known in question.known if "*" in known.forms), "")


def _number(question: Question, language: str) -> str | None:
    rows = numbers_out(question, language)
    if not rows or rows[0][2] != 100:
        return None
    rest = said_else(question, language)
    if len(rows) == 1 and not rows[0][3] and not rest:
        return f"#{_short_number(rows[0][0])}:{_short_number(rows[0][1])}"
    return "#" + "".join(f"\n={'' if percent == 100 else f'%{percent}%'}{_short_number(value)}:{_short_number(width)}{'#' + _escaped(said) if said else ''}" for value, width, percent, said in rows) + (f"\n~#{_escaped(rest)}" if rest else "") + "\n"
