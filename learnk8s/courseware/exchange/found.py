"""What a reader of a foreign format returns: questions as tables of our own format, and what stood in the way."""

import html
import re
from hashlib import sha256
from dataclasses import dataclass, field
from typing import Any

from learnk8s.courseware.markdown import escaped
from learnk8s.courseware.questions.cloze import GAP
from learnk8s.courseware.questions.reading import RESERVED, VARIANTS_MAX

TEXT_MAX = 5_000_000
QUESTIONS_MAX = 1_000
PICTURES_MAX = 200
PICTURED_BYTES_MAX = 20_000_000
"""A file with pictures in it may be larger."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that cannot be taken over, or only in another way: where, and why (a key of TROUBLES)."""

    line: int
    key: str
    what: str = ""

    def text(self, language: str) -> str:
        """Return a sentence."""
        return TROUBLES[self.key][1 if language == "ko" else 0].replace("{what}", self.what).replace("{most}", str(VARIANTS_MAX))

    def cure(self, language: str) -> str:
        """Return what to do."""
        return TROUBLES[self.key][3 if language == "ko" else 2].replace("{what}", self.what)


TROUBLES = {
    "too-large": ("The file is larger than 5 MB.", "파일이 5 MB보다 크다.", "Cut it into several files.", "파일 여러 개로 나누자."),
    "too-many": ("There are more than {what} questions.", "문항이 {what}개보다 많다.", "Cut the file into several ones.", "파일을 여러 개로 나누자."),
    "broken": ("This cannot be read: {what}", "읽을 수 없다: {what}", "Correct it there, and try again.", "그 자리를 고치고 다시 해 보자."),
    "not-utf-8": ("The file is not written in UTF-8.", "파일이 UTF-8로 쓰여 있지 않다.", "Save it as UTF-8.", "UTF-8로 저장하자."),
    "open-brace": ("The answers of “{what}” begin with { and do not end with } before the next empty line.", "“{what}” 문항의 답이 {로 시작하지만 다음 빈 줄 전에 }로 끝나지 않는다.", "Close the brace, take empty lines out of it, and write \\{ for a brace that is text.", "괄호를 닫고 그 안의 빈 줄을 빼자. 글자로 쓰는 괄호는 \\{로 쓴다."),
    "no-such-type": ("Questions of the type “{what}” have no counterpart here.", "“{what}” 유형은 여기에 맞는 유형이 없다.", "Turn it into a question that can be graded, or leave it out.", "채점할 수 있는 문항으로 바꾸거나 빼자."),
    "description": ("“{what}” asks nothing; it is a description.", "“{what}”, 묻는 것이 없는 설명글이다.", "Put it into the text of the lesson, or leave it out.", "레슨의 글로 옮기거나 빼자."),
    "too-long": ("A question is longer than {what} letters.", "문항 하나가 {what}자보다 길다.", "Is an empty line missing before the next question?", "다음 문항 앞에 빈 줄이 빠지지 않았는지 살펴보자."),
    "essay": ("“{what}” has no answer by which it could be graded; it is an essay.", "“{what}”, 채점할 답이 없는 서술형이다.", "Ask for a short answer, a manifest or a task in a world, which grade themselves, or leave it out.", "스스로 채점되는 단답형, 매니페스트, 세계 과제로 바꾸어 묻거나 빼자."),
    "no-answer": ("The question “{what}” has no right answer.", "“{what}” 문항에 정답이 없다.", "Give at least one answer full points.", "적어도 한 답에 만점을 주자."),
    "too-few": ("The question “{what}” has fewer than two answers to choose from.", "“{what}” 문항에 고를 답이 두 개가 안 된다.", "Add another answer.", "답을 하나 더 적자."),
    "no-arrow": ("Not every answer of “{what}” has the form left -> right.", "“{what}” 문항에 왼쪽 -> 오른쪽 꼴이 아닌 답이 있다.", "Write every pair with an arrow.", "모든 짝을 화살표로 쓰자."),
    "no-number": ("An answer of “{what}” is no number.", "“{what}” 문항에 수가 아닌 답이 있다.", "Write it as 5, 5:2 or 3..7, with a point, not a comma.", "5, 5:2, 3..7처럼 쓰자. 소수점은 쉼표가 아니라 점이다."),
    "empty": ("There are no questions in it.", "문항이 하나도 없다.", "Look whether this is the right file and format.", "파일과 형식이 맞는지 살펴보자."),
    "weights": ("The weights of “{what}” are rounded to whole percent.", "“{what}” 문항의 배점을 1% 단위로 맞췄다.", "Look at its points.", "점수를 살펴보자."),
    "costs-nothing": ("In “{what}”, wrong choices cost nothing there; here each takes away what a right one gives, so that choosing everything earns nothing.", "“{what}” 문항에서 저쪽은 틀린 선택에 벌이 없다. 여기서는 맞은 선택이 준 만큼 깎아, 모두 골라도 점수가 없다.", "Give the options a percent of their own if you want another rule.", "다른 규칙을 바라면 선택지마다 percent를 적자."),
    "one-praise": ("Of what “{what}” says to right answers only the first is taken over.", "“{what}” 문항이 맞은 답에 하는 말 가운데 첫 번째만 옮겼다.", "Put the rest into the explanation.", "나머지는 해설에 적자."),
    "case": ("“{what}” tells capitals from small letters; here they are the same.", "“{what}” 문항은 대소문자를 가리지만 여기서는 같게 본다.", "Nothing to do, unless that is the point of the question.", "그것을 묻는 문항이 아니라면 그대로 두자."),
    "picture": ("The picture {what} is not in the file; its words stand in its place.", "그림 {what}, 파일에 들어 있지 않다. 그림 자리에 설명만 남겼다.", "Export it with its files, or put the picture in here.", "그림까지 함께 내보내거나, 여기서 그림을 넣자."),
    "bad-picture": ("The picture {what} cannot be taken; its words stand in its place.", "그림 {what}, 받을 수 없다. 그림 자리에 설명만 남겼다.", "Save it as PNG, JPEG, WebP or GIF of at most 4 MB, and put it in here.", "4 MB 이하의 PNG, JPEG, WebP, GIF로 저장해 여기서 넣자."),
    "no-words": ("The picture {what} has no words.", "그림 {what}, 설명이 없다.", "Write what it shows between its square brackets; until then the question cannot be published.", "무엇을 보여 주는지 대괄호 사이에 쓰자. 그 전에는 문항을 공개할 수 없다."),
    "beside": ("“{what}” asks nothing; it went into the text of the lesson.", "“{what}”, 묻는 것이 없어 레슨의 글로 옮겼다.", "Move it to where it belongs.", "알맞은 자리로 옮기자."),
    "on-picture": ("“{what}” is answered by marking or dragging on a picture; that does not exist here.", "“{what}”, 그림 위에 표시하거나 끌어다 놓는 문항이다. 여기에는 없다.", "Ask it as a matching question, with the picture in its text and a letter at each place.", "글에 그림을 넣고 자리마다 글자를 붙여 짝짓기로 묻자."),
    "formula": ("The formula of “{what}” cannot be worked out.", "“{what}” 문항의 식을 계산할 수 없다.", "Give it values (a dataset), and use + - * / and the functions of Moodle only.", "값 묶음(dataset)을 넣고 + - * / 와 무들의 함수만 쓰자."),
    "values": ("Of the values of “{what}” the first {most} are taken over.", "“{what}” 문항의 값 묶음 가운데 처음 {most}개만 옮겼다.", "Nothing to do, unless you need more variants.", "변형이 더 필요하지 않다면 그대로 두자."),
    "units": ("Of the units of “{what}” only the first is taken over.", "“{what}” 문항의 단위 가운데 첫 번째만 옮겼다.", "Say in the question which unit is asked for.", "어느 단위로 답할지 문항에 적자."),
    "feedback": ("What “{what}” says to right, half right and wrong answers as a whole went into its explanation.", "“{what}” 문항이 맞은 답, 반쯤 맞은 답, 틀린 답에 하는 말을 해설로 옮겼다.", "Look at the explanation.", "해설을 살펴보자."),
    "gap": ("The gap {what} cannot be read.", "빈칸 {what}, 읽을 수 없다.", "Write it as {1:SHORTANSWER:=answer~wrong}, with one answer that is right.", "{1:SHORTANSWER:=정답~오답}처럼 쓰고 맞는 답을 하나 두자."),
    "rule": ("The rule by which “{what}” is scored was not taken over; right and wrong are.", "“{what}” 문항의 채점 규칙은 옮기지 않았다. 맞고 틀림은 옮겼다.", "Look at its points.", "점수를 살펴보자."),
}


@dataclass(slots=True)
class Found:
    """Questions and troubles; `notes` do not stand in the way."""

    questions: list[dict[str, Any]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    notes: list[Trouble] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    pictures: dict[str, bytes] = field(default_factory=dict)
    """Pictures by the names under which questions show them, as they came."""
    texts: list[tuple[int, str, str]] = field(default_factory=list)
    """Descriptions that ask nothing: line, title and Markdown."""

    def picture(self, content: bytes, name: str) -> str:
        """Keep a picture, and return the name of its file; the same picture is kept once. "" if there are too many."""
        key = f"{name_of(name.rpartition('/')[2].rpartition('.')[0])[:30] or 'picture'}-{sha256(content).hexdigest()[:8]}.png"
        if key not in self.pictures and (len(self.pictures) >= PICTURES_MAX or not content):
            return ""
        self.pictures.setdefault(key, content)
        return key

    def settle(self, *, takes_texts: bool) -> None:
        """Say of each description that it goes into the lesson's text, or (beside no question, or where there is no text) that it has no place."""
        takes_texts = takes_texts and bool(self.questions)
        (self.notes if takes_texts else self.troubles).extend(Trouble(line, "beside" if takes_texts else "description", title) for line, title, _text in self.texts)
        self.texts = self.texts if takes_texts else []

    def add(self, question: dict[str, Any]) -> None:
        """Add a question under a name of its own."""
        taken = self.taken
        base = name_of(str(question.get("id", ""))) or f"q{len(self.questions) + 1}"
        name, number = base, 2
        while name in taken:
            name, number = f"{base[:44]}-{number}", number + 1
        taken.add(name)
        self.questions.append(question | {"id": name})


def name_of(text: str) -> str:
    """Return a text as an id.

    >>> name_of("Who is buried in Grant's tomb?")
    'who-is-buried-in-grant-s-tomb'
    """
    if text.strip().lower() in RESERVED:
        return f"{text.strip().lower()}-1"
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:44].strip("-")


def worth(found: Found, line: int, name: str, rows: list[tuple[bool, float]], *, single: bool) -> list[int | None]:
    """Return what each option is worth by its weight in another system, None where our own rule says the same. `rows` say which is right, and the weight in percent."""
    right = sum(is_right for is_right, _weight in rows)
    if single:
        return [None if is_right or weight <= 0 else min(round(weight), 99) for is_right, weight in rows]
    even = all(abs(weight - (100 / right if is_right else -100 / right)) < 1 for is_right, weight in rows)
    if even or not right:
        return [None] * len(rows)
    if not any(weight < 0 for _is_right, weight in rows) and right < len(rows):
        found.notes.append(Trouble(line, "costs-nothing", name[:60]))
        if all(abs(weight - 100 / right) < 1 for is_right, weight in rows if is_right):
            return [None] * len(rows)
        return [max(round(weight), 1) if is_right else -round(100 / right) for is_right, weight in rows]
    if any(abs(weight - round(weight)) > 0.01 for _is_right, weight in rows):
        found.notes.append(Trouble(line, "weights", name[:60]))
    return [min(max(round(weight), 1), 100) if is_right else max(round(weight), -100) for is_right, weight in rows]


_UNSEEN_LETTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ue000-\uf8ff\ufeff\ufffe\uffff]")


def seen(text: str) -> str:
    """Return a text without letters that nobody sees: controls, turns of the direction of writing, private ones.

    >>> seen("a\\0b\\u202ec")
    'abc'
    """
    return _UNSEEN_LETTERS.sub("", text)


def category_of(path: str) -> str:
    """Return the last part of a category's path as a tag; the root of them all is none.

    >>> category_of("$course$/top/Default for Pods"), category_of("top")
    ('default-for-pods', '')
    """
    name = name_of(path.strip().rstrip("/").rpartition("/")[2])
    return "" if name == "top" else name


def both(text: str) -> dict[str, str]:
    """Return one text for both languages: what came in one has to be translated by its author."""
    plain = text.strip() or "—"
    return {"ko": plain, "en": plain}


def cloze(text: str, gaps: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return a cloze of a text and its gaps: those that are not in the text fall away, and what looks like a gap and is none stays letters."""
    marked = set(GAP.findall(text))
    kept = [gap for gap in gaps if gap["id"] in marked]
    names = {gap["id"] for gap in kept}
    text = GAP.sub(lambda found: found[0] if found[1] in names else f"[ {found[0][1:]}", text)
    return {"type": "cloze", "credit": "proportional", "text": both(text), "gaps": kept} if kept else None


_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", "tt": "`", "kbd": "`"}
_BREAKS = {"br": "\n", "li": "\n- ", "p": "\n\n", "div": "\n\n", "pre": "\n\n", "tr": "\n", "h1": "\n\n", "h2": "\n\n", "h3": "\n\n", "h4": "\n\n"}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,30})\b[^<>]{0,2000}>|<!--(?:[^-]|-(?!->)){0,2000}-->")
_UNSEEN = ("script", "style", "template", "iframe", "object", "svg", "math")
"""Elements of which nothing is shown."""


_SRC, _ALT = (re.compile(rf"""\b{name}\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE) for name in ("src", "alt"))


def image(tag: str) -> str:
    """Return the tag of a picture as Markdown, if it is one that came in; of others only the words.

    >>> image('<img src="picture:a-1.png" alt="A [box]">'), image('<img alt="gone" src="https://a/b.png">')
    ('![A (box)](a-1.png)', 'gone')
    """
    src, alt = (next((part for part in found.groups() if part), "") if (found := each.search(tag)) else "" for each in (_SRC, _ALT))
    return shown_picture(html.unescape(src), html.unescape(alt))


def shown_picture(src: str, alt: str) -> str:
    """Return a picture as Markdown by its marked source, or only its words."""
    words = " ".join(seen(alt).replace("[", "(").replace("]", ")").split())[:300]
    return f"![{escaped(words)}]({src.removeprefix('picture:')})" if re.fullmatch(r"picture:[a-z0-9-]{1,60}\.png", src) else escaped(words)


def from_html(text: str) -> str:
    """Return HTML as Markdown, as far as questions need it; every other tag goes away, and what is no markup stays letters.

    >>> from_html("<p>What is <b>2</b>&lt;3?</p><script>x</script>"), from_html("2*3")
    ('What is **2**<3?', '2\\\\*3')
    """
    text = text[:100_000]
    parts: list[str] = []
    place, unseen = 0, ""
    for tag in _TAG.finditer(text):
        name = (tag[2] or "").lower()
        if unseen:
            unseen = "" if tag[1] and name == unseen else unseen
            place = tag.end()
            continue
        parts.append(escaped(html.unescape(text[place : tag.start()])))
        unseen = name if name in _UNSEEN and not tag[1] and not tag[0].endswith("/>") else ""
        if name == "img":
            parts.append(image(tag[0]))
            place = tag.end()
            continue
        parts.append(_MARKS.get(name, "") or ("" if tag[1] and name in ("li", "br") else _BREAKS.get(name, "")))
        place = tag.end()
    parts.append("" if unseen else escaped(html.unescape(text[place:])))
    return re.sub(r"\n{3,}", "\n\n", "".join(parts)).strip()
