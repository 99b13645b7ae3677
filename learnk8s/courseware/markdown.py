"""A lesson's text: Markdown, in which fenced blocks of certain names are more than code.

`run` (commands to click; `run fails` if they end in an error on purpose), `figure`, `callout`, `task`, `predict`, `quiz`, `test`, `sandbox`, `scenario` (one of the course), `challenge` (one of the site); every other fence is code to read. `[@id]` cites a source. HTML of authors
is shown as text. The result is a tuple of blocks, whose HTML is sanitised.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape, unescape
from typing import Any

import nh3
from markdown_it import MarkdownIt

from learnk8s.courseware.problem import Problem, problem

BLOCKS = ("run", "figure", "callout", "task", "predict", "quiz", "test", "sandbox", "scenario", "challenge")
CODE = ("", "sh", "shell", "bash", "yaml", "json", "text", "console")
TEXT_BYTES_MAX = 200_000
BRACKETS_MAX = 5_000
_CITE = re.compile(r"\[@([a-z0-9][a-z0-9-]{0,60})\]")
_CITE_IN_TEXT = re.compile(r"(?<!\s)\s*" + _CITE.pattern)
"""A mark stands at its word, so that no line begins with it."""
_IMAGE = {"src", "alt", "width", "height", "loading"}
_TAGS = {"p", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "code", "pre", "a", "blockquote", "table", "thead", "tbody", "tr", "th", "td", "hr", "br", "sup", "span", "del", "img"}
_ATTRIBUTES = {"a": {"href", "id", "class"}, "code": {"class"}, "h2": {"id"}, "h3": {"id"}, "th": {"scope"}, "sup": {"class"}, "span": {"lang"}, "img": _IMAGE}


@dataclass(frozen=True, slots=True)
class Block:
    """One block: its kind, the names it refers to, its HTML or lines, the sources it cites, its line in the file."""

    kind: str
    names: tuple[str, ...] = ()
    html: str = ""
    lines: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    line: int = 0


@cache
def _parser() -> MarkdownIt:
    """Make the parser once; a render keeps its state to itself."""
    made = MarkdownIt("commonmark", {"html": False, "linkify": False, "typographer": False, "maxNesting": 20}).enable(["table", "strikethrough"])
    made.add_render_rule("image", _image)
    return made


PICTURES = "/pictures/"
"""Where the site shows uploaded pictures, by their digests."""
_PICTURE = re.compile(r"picture:([0-9a-f]{64}):(\d{1,5})x(\d{1,5})")


def _image(_self: Any, tokens: Any, place: int, _options: Any, _env: Any) -> str:
    """Draw a picture that the site has; of any other one only its words are left."""
    alt, found = escape(tokens[place].content), _PICTURE.fullmatch(str(tokens[place].attrGet("src") or ""))
    return f'<img src="{PICTURES}{found[1]}.png" alt="{alt}" width="{found[2]}" height="{found[3]}" loading="lazy">' if found else alt


MARKS_MAX = 20_000


def is_tangled(text: str) -> bool:
    """Say whether a text has more marks than anybody writes; reading those takes the square of their number."""
    return len(text) > TEXT_BYTES_MAX or text.count("[") > BRACKETS_MAX or sum(map(text.count, "*_`~[]!\\<&|")) > MARKS_MAX


REMEMBERED_LETTERS_MAX = 8_000


def html_of(text: str) -> str:
    """Return sanitised HTML of a piece of Markdown; a tangle of marks is shown as it stands. Pieces are remembered: of a lesson that somebody writes only one changes with each letter."""
    return _remembered(text) if len(text) <= REMEMBERED_LETTERS_MAX else _html(text)


@lru_cache(maxsize=1_024)
def _remembered(text: str) -> str:
    return _html(text)


def _html(text: str) -> str:
    if is_tangled(text):
        return f"<p>{escape(text[:TEXT_BYTES_MAX])}</p>"
    html = _parser().render(text)
    html = _CITE_IN_TEXT.sub(lambda found: f'<sup class="cite"><a href="#source-{found[1]}">{found[1]}</a></sup>', html)
    html = html.replace('</sup><sup class="cite">', '</sup><sup class="cite cite--more">')
    html = re.sub(r"<(h[23])>(.*?)</\1>", lambda found: f'<{found[1]} id="{_anchor(found[2])}">{found[2]}</{found[1]}>', html)
    return nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https"}, link_rel="noopener")


_INLINE = {"strong", "em", "code", "del", "br", "img"}


@lru_cache(maxsize=4096)
def line_html(text: str) -> str:
    """Return sanitised HTML of one line of Markdown: an option, a feedback, the words around a gap. Nothing in it can be pressed; a picture may stand in it.

    >>> line_html("Use `get`, **not** <b>list</b>")
    'Use <code>get</code>, <strong>not</strong> &lt;b&gt;list&lt;/b&gt;'
    """
    return nh3.clean((escape(text[:TEXT_BYTES_MAX]) if is_tangled(text) else _parser().renderInline(text)).replace("\n", "<br>"), tags=_INLINE, attributes={"img": _IMAGE}, url_schemes=set())


@lru_cache(maxsize=4096)
def line_text(text: str) -> str:
    """Return one line of Markdown without its marks, for places that hold nothing but letters.

    >>> line_text("Use `get`, **not** a < b")
    'Use get, not a < b'
    """
    return text if is_tangled(text) else unescape(nh3.clean(_parser().renderInline(text), tags=set(), attributes={}))


def escaped(text: str) -> str:
    """Return a text as Markdown that reads as it stands.

    >>> escaped("# 2*3 `x` _____")
    '\\\\# 2\\\\*3 \\\\`x\\\\` _____'
    """
    text = re.sub(r"([\\*`])", r"\\\1", text).replace("](", "]\\(").replace("]:", "]\\:").replace("[@", "\\[@")
    text = re.sub(r"(?m)^([ \t]*)([#>+-]|\d+(?=[.)]))", lambda found: f"{found[1]}\\{found[2]}" if not found[2].isdigit() else f"{found[1]}{found[2]}\\", text)
    return re.sub(r"(?<![_])_(?!_)", r"\_", text)


def _anchor(text: str) -> str:
    plain = re.sub(r"<[^>]+>", "", text).lower()
    return re.sub(r"[^0-9a-z가-힣]+", "-", plain).strip("-")[:60] or "part"


def blocks_of(text: str, file: str, problems: list[Problem]) -> tuple[Block, ...]:
    """Return the blocks of a text; what is wrong is added to the problems."""
    if is_tangled(text) or text.count("`") > BRACKETS_MAX * 2:
        problems.append(problem(file, 0, "too-large", name=file, what=f"{TEXT_BYTES_MAX // 1000} kB, {BRACKETS_MAX} brackets"))
        return ()
    if re.search(r"<(script|iframe|style|object|img|div)\b", text, re.IGNORECASE):
        problems.append(problem(file, text[: re.search(r"<(script|iframe|style|object|img|div)\b", text, re.IGNORECASE).start()].count("\n") + 1, "raw-html"))  # type: ignore[union-attr]  # found above
    source = text.split("\n")
    found: list[Block] = []
    start = 0
    for token in _parser().parse(text):
        if token.type == "fence" and token.level == 0 and token.map:
            name, *rest = token.info.split() or [""]
            if name in CODE:
                continue
            _add_text(found, source[start : token.map[0]], start)
            found.append(_fence(name, rest, token, file, problems))
            start = token.map[1]
    _add_text(found, source[start:], start)
    return tuple(found)


def _add_text(found: list[Block], lines: list[str], start: int) -> None:
    text = "\n".join(lines)
    if text.strip():
        found.append(Block("text", html=html_of(text), cites=tuple(_CITE.findall(text)), line=start + 1))


def _fence(name: str, rest: list[str], token: Any, file: str, problems: list[Problem]) -> Block:
    line = token.map[0] + 1
    body = token.content.strip("\n")
    if name not in BLOCKS:
        problems.append(problem(file, line, "unknown-block", name=name, known=", ".join(BLOCKS)))
        return Block("text", html=html_of(f"```\n{body}\n```"), line=line)
    if name == "run":
        return Block("run", names=tuple(rest[:1]), lines=tuple(part for part in body.split("\n") if part.strip()), line=line)
    if name == "callout":
        return Block("callout", names=tuple(rest[:1] or ["note"]), html=html_of(body), cites=tuple(_CITE.findall(body)), line=line)
    if name == "figure":
        return Block("figure", names=tuple(rest[:1]), lines=tuple(body.split("\n", 1)), line=line)
    return Block(name, names=tuple(rest) or tuple(body.split()), line=line)


def renamed(text: str, kind: str, name: str, new: str) -> str:
    """Return a text whose blocks of a kind name something by a new name, where it stood. Without a new name they do not name it any more; a block that names nothing else goes, with the blank line after it.

    >>> renamed("Before\\n\\n```quiz one\\n```\\n\\nAfter\\n", "quiz", "one", "")
    'Before\\n\\nAfter\\n'
    >>> renamed("~~~ quiz\\none\\ntwo\\n~~~\\n", "quiz", "one", "")
    '~~~quiz two\\n~~~\\n'
    >>> renamed("```quiz one two\\n```\\n", "quiz", "one", "first")
    '```quiz first two\\n```\\n'
    """
    if is_tangled(text):
        return text
    lines = text.split("\n")
    fences = [token for token in _parser().parse(text) if token.type == "fence" and token.level == 0 and token.map]
    for token in reversed(fences):
        block, *rest = token.info.split() or [""]
        names = rest or token.content.split()
        if block != kind or name not in names:
            continue
        first, last = token.map or (0, 0)
        left = [new if each == name else each for each in names if new or each != name]
        lines[first:last] = [f"{token.markup}{kind} {' '.join(left)}", token.markup] if left else []
        if not left and lines[first : first + 1] == [""] and lines[first - 1 : first] in ([], [""]):
            del lines[first]
    return "\n".join(lines)
