"""Pictures inside of Moodle XML: files in base64 beside the texts that show them by @@PLUGINFILE@@, data in addresses, and the one picture that a question of Moodle 1.9 has."""

import re
from base64 import b64decode, b64encode
from binascii import Error as BinasciiError
from collections.abc import Mapping
from urllib.parse import unquote
from xml.etree.ElementTree import Element, SubElement

from learnk8s.courseware.exchange.found import Found, Trouble, image
from learnk8s.courseware.exchange.lined import line_of, words

_INSIDE = re.compile(r"@@PLUGINFILE@@(/[^\"'\s<>()?#]{1,300})")
_DATA = re.compile(r"data:image/[a-z+.-]{1,20};base64,([A-Za-z0-9+/=%\s]{1,6000000})")
_TAG = re.compile(r"<img\b[^<>]{0,2000}>|!\[[^\]\n]{0,300}\]\([^)\s]{1,300}\)")
_MARKED = re.compile(r"\]\(picture:([a-z0-9-]{1,60}\.png)\)")
_ADDRESS = re.compile(r"[^\s\"'(]{1,60}\.[a-zA-Z]{3,4}\b")
_SHOWN = re.compile(r'<img src="/pictures/([0-9a-f]{64})\.png"')
BEGINNINGS = (b"\x89PNG", b"GIF8", b"RIFF", b"\xff\xd8\xff")
"""Of PNG, GIF, WebP and JPEG; whether they can be read is seen when they are encoded anew."""


LETTERS_MAX = 6_000_000
"""Of a picture in base64: over 4 MB of it nothing is taken."""


def unmarked(text: str) -> str:
    """Return Markdown in which pictures that came in are named by their files."""
    return _MARKED.sub(r"](\1)", text)


def take(found: Found, element: Element) -> None:
    """Take the pictures of a question out of its file: in every text the address of one becomes the name under which it was kept."""
    for holder in list(element.iter()):
        text = holder.find("text")
        if text is not None and (holder.find("file") is not None or "data:image" in (text.text or "") or "<img" in words(text)):
            _placed(found, holder, text)
    old, place = words(element.find("image")).strip(), element.find("questiontext/text")
    if not old:
        return
    kept = _kept(found, line_of(element), words(element.find("image_base64")), old) if element.find("image_base64") is not None else ""
    if kept and place is not None:
        place.text = f'{words(place)} <img src="{kept}" alt="">'
    found.notes.append(Trouble(line_of(element), "no-words" if kept else "picture", old[:80]))


def _placed(found: Found, holder: Element, text: Element) -> None:
    files = {f"{file.get('path', '/')}{file.get('name', '')}": file for file in holder.findall("file")}
    raw = words(text)
    for child in list(text):
        text.remove(child)

    kept: dict[str, str] = {}

    def inside(place: re.Match[str]) -> str:
        file = files.get(name := unquote(place[1]))
        if file is not None and name not in kept:
            kept[name] = _kept(found, line_of(file), words(file), name)
        return kept.get(name) or place[0]

    raw = _DATA.sub(lambda data: _kept(found, line_of(text), data[1], "picture") or data[0][:20], raw)
    text.text = raw = _INSIDE.sub(inside, raw)
    for tag in _TAG.findall(raw):
        shown = image(tag) if tag.startswith("<") else unmarked(tag)
        if not (shown.startswith("![") and shown.endswith(".png)")) or ":" in shown.rpartition("](")[2]:
            address = _ADDRESS.search(tag)
            found.notes.append(Trouble(line_of(text), "picture", address[0] if address else tag[:40]))
        elif shown.startswith("![]"):
            found.notes.append(Trouble(line_of(text), "no-words", shown[4:-1]))


def _kept(found: Found, line: int, content: str, name: str) -> str:
    """Keep a picture, and return how a text names it for now; "" if it is none."""
    try:
        raw = b64decode("".join(unquote(content).split()), validate=True) if len(content) <= LETTERS_MAX else b""
    except (ValueError, BinasciiError):
        raw = b""
    key = found.picture(raw, name) if raw.startswith(BEGINNINGS) else ""
    if not key:
        found.notes.append(Trouble(line, "bad-picture", name[:80]))
    return f"picture:{key}" if key else ""


def give(root: Element, pictures: Mapping[str, tuple[str, bytes]]) -> None:
    """Put the pictures that texts show beside them, as Moodle has them; `pictures` are their names and bytes by digest."""
    for holder in list(root.iter()):
        text = holder.find("text")
        if text is None or holder.get("format") != "html":
            continue
        for digest in (each for each in dict.fromkeys(_SHOWN.findall(text.text or "")) if each in pictures):
            name, content = pictures[digest]
            text.text = (text.text or "").replace(f'src="/pictures/{digest}.png"', f'src="@@PLUGINFILE@@/{name}"')
            file = SubElement(holder, "file", name=name, path="/", encoding="base64")
            file.text = b64encode(content).decode()
            holder.remove(file)
            holder.insert(list(holder).index(text) + 1, file)
