"""The columns of custom kinds, and the simple JSON paths that they, scales and field selectors use.

Models apiextensions-apiserver/pkg/registry/customresource/tableconvertor (1.36).
"""

import json
import re
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.cells import age
from learnk8s.simulation.kubernetes.apiserver.custom.definitions import CustomKind
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Store

NAME = "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically."
AGE: Doc = {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"}
_STEP = re.compile(r"\.?(?P<name>[A-Za-z_@$][\w\-/]*|\\\.)|\.?\[(?P<index>-?\d+|\*)\]|\.?\['(?P<quoted>[^']*)'\]|\.?\[\"(?P<double>[^\"]*)\"\]|\[\?\(@(?P<left>[^=!<>]+?)\s*(?P<op>==|!=)\s*(?P<right>'[^']*'|\"[^\"]*\"|[\w.\-]+)\)\]|\.(?P<star>\*)")


def steps_of(path: str) -> list[tuple[str, Any]]:
    """Return the steps of a simple JSON path, or [] if it cannot be read.

    >>> steps_of(".spec.ports[0].name")
    [('key', 'spec'), ('key', 'ports'), ('index', 0), ('key', 'name')]
    """
    text = path.strip().removeprefix("{").removesuffix("}").removeprefix("$").replace("\\.", "\0")
    found: list[tuple[str, Any]] = []
    place = 0
    while place < len(text):
        match = _STEP.match(text.replace("\0", "_"), place)
        if match is None:
            return []
        part = {name: text[match.start(name) : match.end(name)] for name, value in match.groupdict().items() if value is not None}
        if "name" in part or "quoted" in part or "double" in part:
            found.append(("key", next(iter(part.values())).replace("\0", ".")))
        elif "left" in part:
            found.append(("where", (steps_of(part["left"]), part["op"] == "==", part["right"].strip("'\""))))
        else:
            word = part.get("index", "*")
            found.append(("all", None) if word == "*" else ("index", int(word)))
        place = match.end()
    return found


def values_at(doc: Any, path: str) -> list[Any]:
    """Return what stands at a path; nothing if a part is missing."""
    return _walked([doc], steps_of(path))


def _walked(found: list[Any], steps: list[tuple[str, Any]]) -> list[Any]:
    for kind, argument in steps:
        following: list[Any] = []
        for here in found:
            following += _stepped(here, kind, argument)
        found = following
    return found


def _stepped(here: Any, kind: str, argument: Any) -> list[Any]:
    if kind == "key":
        return [here[argument]] if isinstance(here, dict) and argument in here else []
    items = here if isinstance(here, list) else list(here.values()) if isinstance(here, dict) and kind == "all" else []
    if kind == "all":
        return list(items)
    if kind == "index":
        return [items[argument]] if -len(items) <= argument < len(items) else []
    steps, wanted, text = argument
    return [item for item in items if ((_words(_walked([item], steps)) == text) is wanted)]


def _words(found: list[Any]) -> str:
    return text_of(found[0]) if found else ""


def text_of(value: Any) -> str:
    """Return a value as a column prints it."""
    if isinstance(value, str):
        return value
    return "<nil>" if value is None else json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def columns_of(kind: CustomKind) -> tuple[Doc, ...]:
    """Return a kind's columns after the name."""
    return kind.columns or (AGE,)


def table_of(store: Store, kind: CustomKind, docs: list[Doc], *, wide: bool) -> Doc:
    """Return objects as a Table."""
    columns = [column for column in columns_of(kind) if wide or not column.get("priority")]
    heads: list[Doc] = [{"name": "Name", "type": "string", "format": "name", "description": NAME, "priority": 0}]
    heads += [{"name": column["name"], "type": column["type"], "format": column.get("format", ""), "description": column.get("description") or f"Custom resource definition column (in JSONPath format): {column['jsonPath']}", "priority": column.get("priority", 0)} for column in columns]
    return {"kind": "Table", "apiVersion": "meta.k8s.io/v1", "columnDefinitions": heads, "rows": [{"cells": [doc["metadata"]["name"], *(_cell(store, doc, column) for column in columns)], "object": doc} for doc in docs]}


def _cell(store: Store, doc: Doc, column: Doc) -> Any:
    found = values_at(doc, column["jsonPath"])
    if not found:
        return None
    value = found[0]
    match column["type"]:
        case "string":
            return text_of(value)
        case "integer":
            return int(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
        case "number":
            return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
        case "boolean":
            return value if isinstance(value, bool) else None
        case "date":
            return _age(store, value)
    return None


def _age(store: Store, value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    try:
        return age(store, value)
    except ValueError:
        return "<invalid>"
