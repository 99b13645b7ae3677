"""Bodies of requests: JSON and YAML, and what stands in them twice. Models sigs.k8s.io/json and endpoints/handlers/patch.go (1.36).

What is there twice is noted in the options as `doubles`: an error if fields are checked strictly, a warning otherwise.
"""

import json
from collections.abc import Iterator
from typing import Any

from learnk8s.simulation.kernel import yaml
from learnk8s.simulation.kubernetes.apiserver.errors import bad_request


class _Doubled(dict[str, Any]):
    """An object in which some keys stood more than once."""

    doubles: tuple[str, ...] = ()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    doubled = _Doubled(found)
    seen: set[str] = set()
    doubled.doubles = tuple(dict.fromkeys(key for key, _value in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]  # `add` answers None
    return doubled


def from_json(text: str, options: dict[str, Any]) -> Any:
    """Return the value of a JSON text. Raises ValueError, RecursionError."""
    found: list[int] = []

    def made(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = _object(pairs)
        if isinstance(result, _Doubled):
            found.append(1)
        return result

    value = json.loads(text, object_pairs_hook=made)
    options["isJson"] = True
    if found:
        options["doubles"] = [f'duplicate field "{path}"' for path in _paths(value, "")]
    return value


def _paths(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, _Doubled):
        yield from (f"{path}.{key}" if path else key for key in value.doubles)
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _paths(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _paths(item, f"{path}[{place}]")


def in_document_order(doc: Any, texts: list[str]) -> list[str]:
    """Return complaints about fields in the order in which a decoder meets them; each names its field in quotes.

    >>> in_document_order({"b": 1, "a": {"c": 2}}, ['duplicate field "a.c"', 'unknown field "b"'])
    ['unknown field "b"', 'duplicate field "a.c"']
    """
    ranks = {path: rank for rank, path in enumerate(_every_path(doc, ""))}
    return sorted(texts, key=lambda text: ranks.get(text.partition('"')[2].rpartition('"')[0], len(ranks)))


def _every_path(value: Any, path: str) -> Iterator[str]:
    yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _every_path(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _every_path(item, f"{path}[{place}]")


def from_yaml(text: str, options: dict[str, Any]) -> Any:
    """Return the value of the first document of a YAML text. Raises ApiError 400."""
    doubles: list[str] = []
    try:
        found = yaml.documents(text, doubles=doubles)
    except yaml.YamlFault as fault:
        raise bad_request(f"error decoding YAML: error converting YAML to JSON: {fault}") from None
    if doubles and options.get("fieldValidation") == "Strict":
        lines = "".join(f"\n  {line}" for line in doubles)
        raise bad_request(f"error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:{lines}")
    if doubles:
        options["doubles"] = doubles
    return found[0].value if found else None
