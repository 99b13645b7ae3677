"""The description of a kind that has none of its own, custom resources among them. Models GenericDescriber and printUnstructuredContent (1.36)."""

import re
from collections.abc import Iterator
from typing import Any

from learnk8s.simulation.kubernetes.kubectl.client import Call
from learnk8s.simulation.kubernetes.kubectl.describers.lines import annotations, table_of_words
from learnk8s.simulation.kubernetes.kubectl.describers.parts import events, head
from learnk8s.simulation.kubernetes.objects.document import Doc

SHORT = {"api": "API", "cidr": "CIDR", "cpu": "CPU", "crd": "CRD", "ip": "IP", "uid": "UID", "url": "URL", "id": "ID", "osb": "OSB"}
SKIPPED = ("apiVersion", "kind")
OF_METADATA = ("managedFields", "name", "namespace", "labels", "annotations", "selfLink")


def label(name: str) -> str:
    """Return a field's name as words: `podIP` is `Pod IP`, `creationTimestamp` is `Creation Timestamp`.

    >>> label("podIP"), label("creationTimestamp"), label("uid")
    ('Pod IP', 'Creation Timestamp', 'UID')
    """
    words = re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+|[^A-Za-z0-9]+", name)
    return " ".join(SHORT.get(word.lower(), word[:1].upper() + word[1:]) for word in words) if all(word.isalnum() for word in words) else name[:1].upper() + name[1:]


def _content(doc: Doc, depth: int, top: bool = False) -> Iterator[str]:
    indent = "  " * depth
    for key in sorted(doc):
        value = doc[key]
        if top and key in SKIPPED:
            continue
        if isinstance(value, dict):
            inner = {name: item for name, item in value.items() if not (top and key == "metadata" and name in OF_METADATA)}
            yield f"{indent}{label(key)}:"
            yield from _content(inner, depth + 1)
        elif isinstance(value, list):
            yield f"{indent}{label(key)}:"
            for item in value:
                if isinstance(item, dict):
                    yield from _content(item, depth + 1)
                else:
                    yield f"{indent}  {_text(item)}"
        else:
            yield f"{indent}{label(key)}:\t{_text(value)}"


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else "<nil>" if value is None else str(value)


def anything(call: Call, doc: Doc) -> list[str]:
    """Return the whole document in words."""
    return [*head(doc, namespaced=True), *table_of_words("Labels", doc["metadata"].get("labels")), *annotations(doc), f"API Version:\t{doc['apiVersion']}", f"Kind:\t{doc['kind']}", *_content(doc, 0, top=True), *events(call, doc)]
