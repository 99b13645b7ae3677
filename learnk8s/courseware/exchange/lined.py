"""Read XML without entities and document types, within bounds, each element with its line."""

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from learnk8s.courseware.exchange.found import TEXT_MAX, seen

DEPTH_MAX, ELEMENTS_MAX = 60, 200_000
LINE = "{learnk8s}line"


class BadXml(ValueError):
    """The text is no XML that we take; `line` counts from 1."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


def read(text: str, *, letters_max: int = TEXT_MAX) -> Element:
    """Return the root. Raises BadXml."""
    if len(text) > letters_max:
        raise BadXml(f"larger than {letters_max // 1_000_000} MB")
    parser = DefusedXMLParser(encoding="utf-8", forbid_dtd=True, forbid_entities=True, forbid_external=True)
    depth, count = 0, 0
    start, end = parser.parser.StartElementHandler, parser.parser.EndElementHandler

    def begun(tag: Any, attributes: Any) -> Any:
        nonlocal depth, count
        depth, count = depth + 1, count + 1
        if depth > DEPTH_MAX or count > ELEMENTS_MAX:
            raise BadXml("nested too deeply, or too many elements", parser.parser.CurrentLineNumber)
        element = start(tag, attributes)
        element.set(LINE, str(parser.parser.CurrentLineNumber))
        return element

    def ended(tag: Any) -> Any:
        nonlocal depth
        depth -= 1
        return end(tag)

    parser.parser.StartElementHandler, parser.parser.EndElementHandler = begun, ended
    try:
        parser.feed(seen(text).encode())
        root: Element = parser.close()
    except DefusedXmlException as error:
        raise BadXml(f"{type(error).__name__}: document types and entities are refused", parser.parser.CurrentLineNumber) from error
    except ParseError as error:
        raise BadXml(str(error), error.position[0]) from error
    except (ValueError, LookupError) as error:
        if isinstance(error, BadXml):
            raise
        raise BadXml(str(error)) from error
    for element in root.iter():
        if isinstance(element.tag, str) and "}" in element.tag:
            element.tag = element.tag.rpartition("}")[2]
    return root


def line_of(element: Element) -> int:
    """Return the line at which an element begins."""
    return int(element.get(LINE, "0"))


def words(element: Element | None) -> str:
    """Return the text of an element with what is in it; a reference to a letter that nobody sees is nothing."""
    return seen("".join(element.itertext())) if element is not None else ""


def inner(element: Element, *, skip: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the texts inside of an element, some children left out."""
    if element.text:
        yield seen(element.text)
    for child in element:
        if child.tag not in skip:
            yield from inner(child, skip=skip)
        if child.tail:
            yield child.tail
