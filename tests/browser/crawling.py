"""Every page that can be reached, and what is wrong with its HTML. No browser is needed here.

The crawl begins at seeds (the open pages, a sandbox of every world, a lesson that was begun, a class) and follows every link. Pages of one view that differ
only in whose thing they show are the same page; lessons, eras and worlds are not.
"""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import html5lib
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve

from learnk8s.lessons.pictures import KINDS
from tests.web.weighing import QUERIES_MAX, budget_of, loaded

LIVE = ("status", "alert", "log")
LINKS = re.compile(r'<a\b[^>]*?\shref="([^"]+)"')
FILES = re.compile(r'<(?:link|script|img|source)\b[^>]*?\s(?:href|src)="(/static/[^"]+)"')
MANY = ("lessons:lesson", "timeline:era", "playground:sandbox")
"""Views whose pages are all looked at; of others, a few with different arguments are enough."""
FEW = 3
PARTS = ("library:edit",)
"""Views that show a part of another page, whose links lead to places on the whole of it."""
DOWNLOADS = ("accounts:export", "playground:kubeconfig")
ABOUT = ("reports:report",)
"""Views to which every page has a link that differs only in the page that it speaks of: a few are enough."""


@dataclass
class Page:
    """A page as the server gave it."""

    path: str
    view: str
    status: int
    text: str
    size: int = 0
    """Compressed bytes of the page itself."""
    queries: int = 0
    ids: set[str] = field(default_factory=set)


class Crawl:
    """The pages of one language, seen by one person."""

    def __init__(self, client: Client, language: str, seeds: list[str], root: Path | None = None) -> None:
        """Walk from the seeds; `root` is where static files lie as in production."""
        self.client, self.language, self.root = client, language, root
        self.pages: dict[str, Page] = {}
        self.targets: dict[str, list[str]] = {}
        self._seen: dict[str, int] = {}
        self._walk([f"/{language}{seed}" for seed in seeds])

    def _walk(self, todo: list[str]) -> None:
        while todo:
            path = todo.pop()
            if path in self.pages or not self._is_wanted(path):
                continue
            response, queries = self._asked(path)
            if response.status_code in (301, 302):
                todo.append(urldefrag(response.headers["Location"])[0])
                continue
            kind = response.headers.get("Content-Type", "")
            if not kind.startswith("text/html"):
                self.pages[path] = Page(path, view_of(path), response.status_code, "")
                continue
            whole = gzip.decompress(response.content) if response.headers.get("Content-Encoding") == "gzip" else response.content
            page = Page(path, view_of(path), response.status_code, whole.decode(), len(response.content), queries)
            page.ids = set(re.findall(r'\sid="([^"]+)"', page.text))
            self.pages[path] = page
            for link in LINKS.findall(page.text):
                target = urldefrag(link.replace("&amp;", "&"))
                if target.url.startswith(f"/{self.language}/"):
                    todo.append(target.url)
                if target.url.startswith("/") or not target.url:
                    self.targets.setdefault(path, []).append(link.replace("&amp;", "&"))

    def _asked(self, path: str) -> tuple[HttpResponse, int]:
        """Get a page and count its queries; what is read once a process (lessons are remembered) counts for nobody."""
        for look in range(2):
            with CaptureQueriesContext(connection) as asked:
                response = self.client.get(path, headers={"accept-encoding": "gzip"})
            if len(asked) <= QUERIES_MAX or look:
                break
        return response, len(asked)

    def too_much(self) -> Iterator[str]:
        """Name pages that ask the database too often, or are too large to come quickly."""
        assert self.root is not None
        for page in self.pages.values():
            if page.queries > QUERIES_MAX:
                yield f"{page.path} ({page.view}): {page.queries} queries"
            size = page.size + sum(loaded(page.text, self.root).values())
            if page.text and size > budget_of(page.text):
                yield f"{page.path} ({page.view}): a first visit takes {size // 1024} KB"

    def _is_wanted(self, path: str) -> bool:
        view = view_of(path)
        if view in DOWNLOADS or (urlsplit(path).query and view.startswith("playground")):
            return False
        self._seen[view] = self._seen.get(view, 0) + 1
        return view in MANY or self._seen[view] <= FEW

    def _is_seen_otherwise(self, target: str) -> bool:
        """Say whether a page need not be asked for, because the crawl of the other language asks for it, or enough of its kind were."""
        own = re.sub(r"^/(?:en|ko)/", f"/{self.language}/", target)
        if own != target and own in self.pages:
            return True
        view = view_of(target)
        if view in ABOUT:
            self._seen[view] = self._seen.get(view, 0) + 1
        return view in ABOUT and self._seen[view] > 2 * FEW

    def broken(self) -> Iterator[str]:
        """Name links that lead nowhere, files that are not there, and places in a page that it does not have."""
        checked: dict[str, int] = {}
        for path, links in self.targets.items():
            for link in links:
                url, place = urldefrag(link)
                target = url or path
                if target == path and self.pages[path].status >= 400:
                    continue
                if target not in checked and self._is_seen_otherwise(target):
                    continue
                if target not in checked:
                    checked[target] = self.pages[target].status if target in self.pages else self.client.get(target).status_code
                if checked[target] >= 400:
                    yield f"{path}: {link} answers {checked[target]}"
                if place and self.pages[path].view not in PARTS and target in self.pages and self.pages[target].ids and unquote(place) not in self.pages[target].ids:
                    yield f"{path}: {link} names a place that is not on that page"
        for page in self.pages.values():
            for name in FILES.findall(page.text):
                name = name.removeprefix("/static/")
                if not (self.root / name).exists() if self.root else finders.find(name) is None:
                    yield f"{page.path}: {name} is not there"


def view_of(path: str) -> str:
    """Return the name of the view that answers a path, or the path."""
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return path


# What is wrong with a page


TREE = html5lib.getTreeBuilder("etree")
LABELLED = {"input", "select", "textarea"}
NO_LABEL_NEEDED = {"hidden", "submit", "button", "image"}
WORDS = re.compile(r"[A-Za-z']+")
PLAIN = {"the", "of", "and", "to", "is", "a", "an", "with", "for", "not", "from", "your", "you", "what", "this", "that", "are", "it", "in", "on", "or", "by", "no", "be", "as", "all", "its", "has"}
UNTRANSLATED = {"code", "pre", "kbd", "samp", "script", "style", "textarea", "option", "svg:title"}
OWN_NAMES = {"English", "Kubernetes", "Address already in use", *KINDS}
"""Languages and products are called as they call themselves, kinds as in a manifest, and what a command printed stays as it was."""
HANGUL = re.compile(r"[가-힣]")
TEMPLATE = re.compile(r"</?template\b[^>]*>")
"""html5lib is older than this element and would end the head at it; what is inside belongs where it stands."""


def faults(page: Page, language: str, known: dict[str, str]) -> Iterator[str]:
    """Say what is wrong with a page; `known` is English text with its Korean."""
    parser = html5lib.HTMLParser(tree=TREE, namespaceHTMLElements=False)
    root = parser.parse(TEMPLATE.sub("", page.text))
    for (line, _column), error, details in parser.errors:
        yield f"invalid HTML: {error} {details} near {page.text.splitlines()[max(line - 1, 0)].strip()[:120]!r}"
    everything = list(root.iter())
    if root.get("lang") != language:
        yield f"lang is {root.get('lang')!r}"
    heads = [item for item in everything if item.tag == "h1"]
    if len(heads) != 1:
        yield f"{len(heads)} headings of the first rank"
    ids = [item.get("id") for item in everything if isinstance(item.tag, str) and item.get("id")]
    yield from {f"the id {name!r} is there twice" for name in ids if ids.count(name) > 1}
    yield from _references(everything, set(ids))
    yield from _labels(root, everything)
    named = {id(child) for item in everything if _is_named(item) for child in (item, *item)}
    yield from (f"a table without a name or headings: {item.get('class')}" for item in root.iter("table") if (id(item) not in named and item.find("caption") is None) or item.find(".//th") is None)
    yield from (f"a heading of a table without scope: {item.text!r}" for item in root.iter("th") if not item.get("scope"))
    yield from (f"takes the focus, and says not what it is: {item.tag} {item.get('class')!r}" for item in everything if item.tag == "div" and item.get("tabindex") == "0" and not (item.get("role") and _is_named(item)))
    yield from (f"said twice: {part.tag} {part.get('class')!r} inside of {item.tag} {item.get('class')!r}" for item in everything if _is_live(item) for part in item.iter() if part is not item and _is_live(part))
    yield from (f"a picture without alt: {item.get('src')}" for item in everything if item.tag == "img" and item.get("alt") is None)
    yield from (f"inline style on {item.tag}" for item in everything if isinstance(item.tag, str) and (item.get("style") or any(name.startswith("on") for name in item.keys())))
    if "hx-headers:inherited" not in root.find("body").keys() and any(name in item.keys() for item in everything for name in ("hx-post", "hx-put", "hx-patch", "hx-delete")):
        yield "writes, but its requests carry no token"
    if not root.findtext("head/title", "").strip() or root.find("head/meta[@name='description']") is None:
        yield "no title or no description"
    if language == "ko":
        yield from (f"English on a Korean page: {text!r}" for text in _english(root.find("body"), known))


def _references(everything: list, ids: set[str]) -> Iterator[str]:
    for item in everything:
        if not isinstance(item.tag, str):
            continue
        for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
            for name in (item.get(attribute) or "").split():
                if name not in ids:
                    yield f"{item.tag} has {attribute}={name!r}, which is not there"


def _is_named(item) -> bool:
    return bool(item.get("aria-label") or item.get("aria-labelledby"))


def _is_live(item) -> bool:
    """Say whether a screen reader reads out what changes in it."""
    return isinstance(item.tag, str) and item.get("aria-live") != "off" and (item.get("aria-live") or item.get("role") in LIVE or (item.tag == "output" and not item.get("role")))


def _labels(root, everything: list) -> Iterator[str]:
    wrapped = {id(item) for label in root.iter("label") for item in label.iter()}
    named = {label.get("for") for label in root.iter("label")}
    for item in everything:
        if item.tag not in LABELLED or item.get("type") in NO_LABEL_NEEDED:
            continue
        if not (id(item) in wrapped or item.get("id") in named or item.get("aria-label") or item.get("aria-labelledby")):
            yield f"a field without a label: {item.tag} {item.get('name')!r}"


def _english(item, known: dict[str, str]) -> Iterator[str]:
    if not isinstance(item.tag, str) or item.tag in UNTRANSLATED or item.get("translate") == "no":
        return
    if item.get("lang", "ko") != "ko":
        return
    texts = [item.text, *(item.get(name) for name in ("aria-label", "placeholder", "alt", "title")), *(child.tail for child in item)]
    for text in filter(None, texts):
        plain = " ".join(text.split())
        if not plain or HANGUL.search(plain):
            continue
        if " " not in plain and plain not in known:
            continue
        words = [word.lower() for word in WORDS.findall(plain)]
        if plain in OWN_NAMES or plain.startswith("Mesos with Marathon"):
            continue
        if plain in known and known[plain] != plain:
            yield plain
        elif len(words) >= 3 and sum(word in PLAIN for word in words) >= 1 + len(words) // 12:
            yield plain[:100]
    for child in item:
        yield from _english(child, known)
