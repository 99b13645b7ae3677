"""How a text is set when it is shown: what authors type with a typewriter's keys gets its printed form.

Quotation marks curl, a number keeps its unit beside it, a range has a dash, and nothing breaks before a Korean particle or inside a name with a number (node-1):
browsers keep Korean words together (`word-break: keep-all`), but may break a line between a bracket or a percent sign and a particle, and after any hyphen.
Code and addresses stay as they are typed; a short name in code stays on one line. The source of a text is never changed by this.
"""

import re
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

JOINER = "\N{WORD JOINER}"
_NUMBERED = re.compile(r"(?<=[A-Za-z]-)(?=\d)")
_NAME = re.compile(r"<code>(?=[^<\s]{1,24}</code>)(?=[^<]*[-/.])")
_SEAM = re.compile(r"(?<=[)%\u201d\u2019])((?:</[a-z]+>)*)(?=[가-힣])")
_KEPT = re.compile(r"(<(?P<code>code|pre|kbd|samp)\b.*?</(?P=code)>|`[^`\n]*`|https?://[^\s<>\x22\x27]+|</?[a-zA-Z][^>]*>)", re.DOTALL)
_OPENS_AFTER = set(" \t\n\N{NO-BREAK SPACE}([{\N{EM DASH}\N{EN DASH}\N{LEFT DOUBLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}") | {""}
_MARKS = {'"': ("\N{LEFT DOUBLE QUOTATION MARK}", "\N{RIGHT DOUBLE QUOTATION MARK}"), "'": ("\N{LEFT SINGLE QUOTATION MARK}", "\N{RIGHT SINGLE QUOTATION MARK}")}
_TYPED = re.compile(r"['\"]\s*[{\[$]|[=:,]['\"]|--?[a-z]+ ['\"]")
"""A command or an object that stands in a sentence without being marked as code."""
_UNIT = r"(?:ms|s|min|%|MB|GB|kB|MiB|GiB|KiB|Mi|Gi)\b"
_BEFORE_UNIT = re.compile(rf"(?<=\d) (?={_UNIT})")
_RANGE = re.compile(rf"(?<=\d)-(?=\d+(?:\.\d+)?(?:%| ?{_UNIT}))")
_AT_MOST = re.compile(r"(?:<|&lt;)=(?=\s?\d)")
REMEMBERED_LETTERS_MAX = 1_000
SHORT_LETTERS_MAX = 32
"""A command of so few letters is not broken on a phone."""
_HYPHENED = re.compile(r"(?<!\S)(?=\S{1,30}(?!\S))\S*-\S*")


def typeset(text: str) -> str:
    """Return a text, or HTML, as it is printed.

    >>> typeset("It's \\"<em>api</em>\\", 20-60 s") == "It\\u2019s \\u201c<em>api</em>\\u201d, 20\\u201360\\u00a0s"
    True
    >>> typeset("Say <code>echo 'a' && sleep 5 s</code> and `x \\"y\\"`")
    'Say <code>echo \\'a\\' && sleep 5 s</code> and `x "y"`'
    >>> typeset("재단(<em>CNCF)</em>은 25%다").count(JOINER), typeset("f(x) is 5%")
    (2, 'f(x) is 5%')
    >>> typeset("node-1, <code>node-1</code>").replace(JOINER, "|")
    'node-|1, <code class="nowrap">node-1</code>'
    >>> typeset("\\"Ten years\\", https://example.com/kubernetes-10-years") == "\\u201cTen years\\u201d, https://example.com/kubernetes-10-years"
    True
    """
    return _remembered(text) if len(text) <= REMEMBERED_LETTERS_MAX else _typeset(text)


@lru_cache(maxsize=4_096)
def _remembered(text: str) -> str:
    return _typeset(text)


def _typeset(text: str) -> str:
    if not _TYPED.search(_KEPT.sub("", text)):
        text = _curled(text)
    return _NAME.sub('<code class="nowrap">', _SEAM.sub(rf"\1{JOINER}", text))


def _curled(text: str) -> str:
    """Curl quotation marks by what stands before them, across the marks of HTML."""
    before, found, place = "", [], 0
    for kept in _KEPT.finditer(text):
        piece, before = _printed(text[place : kept.start()], before)
        found += [piece, kept[0]]
        before = "x" if kept["code"] or kept[0].startswith("`") else before
        place = kept.end()
    return "".join([*found, _printed(text[place:], before)[0]])


def _printed(piece: str, before: str) -> tuple[str, str]:
    """Return a piece without code as it is printed, and the letter that it ends with."""
    if "'" in piece or '"' in piece:
        letters = []
        for letter in piece:
            before = _MARKS[letter][before not in _OPENS_AFTER] if letter in _MARKS else letter
            letters.append(before)
        piece = "".join(letters)
    piece = _NUMBERED.sub(JOINER, piece)
    piece = _BEFORE_UNIT.sub("\N{NO-BREAK SPACE}", _RANGE.sub("\N{EN DASH}", _AT_MOST.sub("\N{LESS-THAN OR EQUAL TO}", piece)))
    return piece, piece[-1:] or before


def in_whole_words(line: str) -> SafeString:
    """Return a command as markup in which no flag and no name of usual length is broken behind a hyphen, where a narrow line ends.

    >>> in_whole_words("kubectl delete pod web-1 --now --namespace=a-namespace-with-a-very-long-name")
    'kubectl delete pod <span class="nowrap">web-1</span> <span class="nowrap">--now</span> --namespace=a-namespace-with-a-very-long-name'
    >>> in_whole_words("kubectl get pods -A")
    'kubectl get pods -A'
    """
    text = escape(line)
    return mark_safe(_HYPHENED.sub(r'<span class="nowrap">\g<0></span>', text) if len(line) > SHORT_LETTERS_MAX else text)  # noqa: S308  # escaped on the line before
