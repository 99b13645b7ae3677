"""What is wrong with an applied document of a built-in kind. Models the validation of structured-merge-diff/v6/typed (1.36): an apply has to have every field's type right, and no key twice."""

import json
from collections.abc import Iterator
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.managed import fields
from learnk8s.simulation.kubernetes.apiserver.patches import go_text
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import Kind
from learnk8s.simulation.kubernetes.objects.schema import fields as fields_of
from learnk8s.simulation.kubernetes.objects.schema import root_type

GO_TYPES = {bool: "bool", int: "int64", float: "float64", str: "string", list: "[]interface {}", dict: "map[string]interface {}"}


def faults(kind: Kind, doc: Doc) -> list[str]:
    """Return every fault with its place: `.spec.replicas: expected numeric (int or float), got string`."""
    root = root_type(kind)
    return [] if root is None else sorted(_walk(doc, root, "", ()))


def said(found: list[str]) -> str:
    """Return faults as one message. Models ValidationErrors.Error."""
    return found[0] if len(found) == 1 else "\n  ".join(["errors:", *found])


def _plain(value: Any, type_name: str) -> str:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if type_name in ("int", "float"):
        return "" if is_number else f"expected numeric (int or float), got {GO_TYPES[type(value)]}"
    if type_name in ("str", "time"):
        return "" if isinstance(value, str) else f"expected string, got &value.valueUnstructured{{Value:{_sharp(value)}}}"
    if type_name == "bool":
        return "" if isinstance(value, bool) else f"expected boolean, got &{{{go_text(value)}}}"
    return "" if isinstance(value, (bool, int, float, str)) else f"expected any scalar, got &{{{go_text(value)}}}"


def _sharp(value: Any) -> str:
    """Return a value as Go's %#v writes it."""
    if isinstance(value, dict):
        return f"map[string]interface {{}}{{{', '.join(f'{json.dumps(key)}:{_sharp(item)}' for key, item in sorted(value.items()))}}}"
    if isinstance(value, list):
        return f"[]interface {{}}{{{', '.join(map(_sharp, value))}}}"
    return "interface {}(nil)" if value is None else json.dumps(value, ensure_ascii=False)


def _walk(value: Any, type_name: str, place: str, path: fields.Path) -> Iterator[str]:
    """Go through a value; `place` is written in complaints, `path` says which lists are merged."""
    if value is None or type_name == "any":
        return
    if type_name.endswith("[]"):
        if isinstance(value, list):
            yield from _items(value, type_name[:-2], place, path)
        else:
            yield f"{place}: expected list, got &{{{go_text(value)}}}"
    elif type_name.endswith("{}") or "." in type_name:
        if not isinstance(value, dict):
            yield f"{place}: expected map, got &{{{go_text(value)}}}"
            return
        table = None if type_name.endswith("{}") else fields_of(type_name)
        for key, item in value.items():
            if table is not None and table and key not in table:
                yield f"{place}.{key}: field not declared in schema"
            elif table is None or table:
                yield from _walk(item, type_name[:-2] if table is None else table[key][0], f"{place}.{key}", (*path, key))
    elif fault := _plain(value, type_name):
        yield f"{place}: {fault}"


def _items(items: list[Any], type_name: str, place: str, path: fields.Path) -> Iterator[str]:
    keys, seen = fields.list_keys(path) if path else (), set()
    for index, item in enumerate(items):
        word = f"[{index}]"
        if keys and isinstance(item, dict):
            absent = next((key for key in sorted(keys) if key not in item and key != "protocol"), None)
            if absent is not None:
                yield f'{place}: element {index}: associative list with keys has an element that omits key field "{absent}" (and doesn\'t have default value)'
                return
            word = fields.shown((fields.item_word(item, keys),))
        elif path and fields.is_set(path):
            word = f"[={json.dumps(item)}]"
        if word in seen:
            yield f"{place}: duplicate entries for key {word}"
        seen.add(word)
        yield from _walk(item, type_name, f"{place}{word}", (*path, ""))
