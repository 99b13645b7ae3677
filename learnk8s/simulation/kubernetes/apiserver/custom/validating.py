"""What a schema finds wrong with an object, in the words of kube-openapi's validator.

Models k8s.io/kube-openapi/pkg/validation/validate and apiextensions-apiserver/pkg/apiserver/validation (1.36). What has not changed since the stored object is
not complained of again (ratcheting).
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from learnk8s.simulation.kernel.cel.syntax import CelError
from learnk8s.simulation.kernel.cel.values import pattern
from learnk8s.simulation.kubernetes.apiserver.custom.formats import is_of_format
from learnk8s.simulation.kubernetes.apiserver.custom.shaping import EMBEDDED, INT_OR_STRING
from learnk8s.simulation.kubernetes.apiserver.errors import Cause, bad_value, duplicate, required, unsupported
from learnk8s.simulation.kubernetes.objects.document import Doc

MISSING: Any = object()
NO_PATH = "<nil>"
Causes = Iterator[Cause]


def violations(value: Any, schema: Doc, old: Any = MISSING, path: str = "") -> Causes:
    """Yield what is wrong with a value; `old` is what stood there before, or MISSING."""
    if old is not MISSING and same(value, old):
        return
    if value is None and schema.get("nullable"):
        return
    kind = schema.get("type", "")
    if schema.get(INT_OR_STRING):
        if not isinstance(value, (int, str)) or isinstance(value, bool):
            yield _wrong_type(path, "integer,string", value)
    elif kind and not is_of_type(value, kind):
        yield _wrong_type(path, kind, value)
    yield from _junctors(value, schema, path)
    if isinstance(value, str):
        yield from _string(value, schema, path)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from _number(value, schema, path)
    elif isinstance(value, list):
        yield from _list(value, schema, old, path)
    if "enum" in schema and not any(same(value, allowed) for allowed in schema["enum"]):
        words = [allowed if isinstance(allowed, str) else json.dumps(allowed, separators=(",", ":")) for allowed in schema["enum"]]
        yield unsupported(path, value, words)
    if isinstance(value, dict):
        yield from _object(value, schema, old, path)


def same(left: Any, right: Any) -> bool:
    """Say whether two JSON values are the same; true is not 1."""
    return bool(left == right) and isinstance(left, bool) == isinstance(right, bool)


def is_of_type(value: Any, kind: str) -> bool:
    """Say whether a JSON value is of a schema's type."""
    if isinstance(value, bool):
        return kind == "boolean"
    if isinstance(value, int):
        return kind in ("integer", "number")
    if isinstance(value, float):
        return kind == "number" or (kind == "integer" and value.is_integer())
    return kind == type_of(value)


def type_of(value: Any) -> str:
    """Return what the validator calls a JSON value's type."""
    for kinds, name in ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (list, "array"), (dict, "object")):
        if isinstance(value, kinds):
            return name
    return "null"


def _body(path: str) -> str:
    return f"{path} in body" if path else "in body"


def _place(path: str) -> str:
    return path or NO_PATH


def _wrong_type(path: str, kind: str, value: Any) -> Cause:
    found = type_of(value)
    return Cause("FieldValueTypeInvalid", f'Invalid value: "{found}": {_body(path)} must be of type {kind}: "{found}"', _place(path))


def _bad(path: str, value: Any, what: str) -> Cause:
    return bad_value(_place(path), value, f"{_body(path)} {what}")


def _string(value: str, schema: Doc, path: str) -> Causes:
    """Yield the first thing that is wrong with a text."""
    if "maxLength" in schema and len(value) > schema["maxLength"]:
        yield Cause("FieldValueTooLong", f"Too long: may not be more than {schema['maxLength']} bytes", _place(path))
    elif "minLength" in schema and len(value) < schema["minLength"]:
        yield _bad(path, value, f"should be at least {schema['minLength']} chars long")
    elif schema.get("pattern") and not _matches(schema["pattern"], value):
        yield _bad(path, value, f"should match '{schema['pattern']}'")
    if schema.get("format") and not is_of_format(value, schema["format"]):
        yield Cause("FieldValueTypeInvalid", f"Invalid value: {json.dumps(value, ensure_ascii=False)}: {_body(path)} must be of type {schema['format']}: {json.dumps(value, ensure_ascii=False)}", _place(path))


def _matches(expression: str, value: str) -> bool:
    try:
        return bool(pattern(expression).search(value))
    except CelError:
        return True


def _shown(number: Any) -> str:
    return str(int(number)) if isinstance(number, float) and number.is_integer() else str(number)


def _number(value: float, schema: Doc, path: str) -> Causes:
    multiple, most, least = schema.get("multipleOf"), schema.get("maximum"), schema.get("minimum")
    if multiple and round(value / multiple, 9) != int(round(value / multiple, 9)):
        yield _bad(path, value, f"should be a multiple of {_shown(multiple)}")
    if most is not None and (value > most or (schema.get("exclusiveMaximum") and value == most)):
        yield _bad(path, value, f"should be less than {'' if schema.get('exclusiveMaximum') else 'or equal to '}{_shown(most)}")
    if least is not None and (value < least or (schema.get("exclusiveMinimum") and value == least)):
        yield _bad(path, value, f"should be greater than {'' if schema.get('exclusiveMinimum') else 'or equal to '}{_shown(least)}")
    bits = {"int32": 31, "int64": 63}.get(schema.get("format", ""))
    if bits and not -(2**bits) <= value < 2**bits:
        yield _bad(path, value, f"must be of type {schema.get('type', 'integer')}: {_shown(value)}")


def _list(value: list[Any], schema: Doc, old: Any, path: str) -> Causes:
    if "minItems" in schema and len(value) < schema["minItems"]:
        yield _bad(path, len(value), f"should have at least {schema['minItems']} items")
    if "maxItems" in schema and len(value) > schema["maxItems"]:
        yield Cause("FieldValueTooMany", f"Too many: {len(value)}: must have at most {schema['maxItems']} items", _place(path))
    items = schema.get("items")
    if isinstance(items, dict):
        for place, item in enumerate(value):
            yield from violations(item, items, counterpart(item, schema, old), f"{path}[{place}]")


def counterpart(item: Any, schema: Doc, old: Any) -> Any:
    """Return the item of the old list that an item of a `map` list stands for, or MISSING."""
    keys = schema.get("x-kubernetes-list-map-keys") or ()
    if schema.get("x-kubernetes-list-type") != "map" or not isinstance(old, list) or not isinstance(item, dict):
        return MISSING
    return next((other for other in old if isinstance(other, dict) and all(other.get(key) == item.get(key) for key in keys)), MISSING)


def _object(value: Doc, schema: Doc, old: Any, path: str) -> Causes:
    if "minProperties" in schema and len(value) < schema["minProperties"]:
        yield _bad(path, len(value), f"should have at least {schema['minProperties']} properties")
    if "maxProperties" in schema and len(value) > schema["maxProperties"]:
        yield Cause("FieldValueTooMany", f"Too many: {len(value)}: must have at most {schema['maxProperties']} items", _place(path))
    for name in schema.get("required") or ():
        if name not in value:
            yield required(f"{path}.{name}" if path else name)
    properties, extra = schema.get("properties") or {}, schema.get("additionalProperties")
    before = old if isinstance(old, dict) else {}
    for key, item in value.items():
        inner = properties.get(key, extra if isinstance(extra, dict) and not (not path and key in ("apiVersion", "kind", "metadata")) else None)
        if isinstance(inner, dict) and not (not path and key == "metadata"):
            yield from violations(item, inner, before.get(key, MISSING), f"{path}.{key}" if path else key)


def _junctors(value: Any, schema: Doc, path: str) -> Causes:
    name = json.dumps(path)
    if schema.get("allOf"):
        for inner in schema["allOf"]:
            yield from violations(value, inner, MISSING, path)
        if any(_fails(value, inner, path) for inner in schema["allOf"]):
            yield Cause("FieldValueInvalid", f'Invalid value: "": {name} must validate all the schemas (allOf)', NO_PATH)
    if schema.get("anyOf") and not schema.get(INT_OR_STRING) and all(_fails(value, inner, path) for inner in schema["anyOf"]):
        yield Cause("FieldValueInvalid", f'Invalid value: "": {name} must validate at least one schema (anyOf)', NO_PATH)
        yield from min((list(violations(value, inner, MISSING, path)) for inner in schema["anyOf"]), key=len)
    if schema.get("oneOf"):
        valid = sum(not _fails(value, inner, path) for inner in schema["oneOf"])
        if valid != 1:
            yield Cause("FieldValueInvalid", f'Invalid value: "": {name} must validate one and only one schema (oneOf). {f"Found {valid} valid alternatives" if valid else "Found none valid"}', NO_PATH)
            if not valid:
                yield from min((list(violations(value, inner, MISSING, path)) for inner in schema["oneOf"]), key=len)
    if isinstance(schema.get("not"), dict) and not _fails(value, schema["not"], path):
        yield Cause("FieldValueInvalid", f'Invalid value: "": {name} must not validate the schema (not)', NO_PATH)


def _fails(value: Any, schema: Doc, path: str) -> bool:
    return next(violations(value, schema, MISSING, path), None) is not None


def list_violations(value: Any, schema: Doc, path: str = "") -> Causes:
    """Yield what breaks the promise of a `set` or `map` list: items that are there twice. Models schema/listtype."""
    if isinstance(value, dict):
        properties, extra = schema.get("properties") or {}, schema.get("additionalProperties")
        for key, item in value.items():
            inner = properties.get(key, extra)
            if isinstance(inner, dict):
                yield from list_violations(item, inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        yield from _doubles(value, schema, path)
        if isinstance(schema.get("items"), dict):
            for place, item in enumerate(value):
                yield from list_violations(item, schema["items"], f"{path}[{place}]")


def _doubles(value: list[Any], schema: Doc, path: str) -> Causes:
    keys = schema.get("x-kubernetes-list-map-keys") or ()
    kind, seen = schema.get("x-kubernetes-list-type"), set()
    if kind not in ("set", "map"):
        return
    for place, item in enumerate(value):
        word: Any = item
        if kind == "map" and isinstance(item, dict):
            word = {key: item.get(key, dig_default(schema, key)) for key in keys}
        text = json.dumps(word, sort_keys=True)
        if text in seen:
            yield duplicate(f"{path}[{place}]", word)
        seen.add(text)


def dig_default(schema: Doc, key: str) -> Any:
    """Return the default of one key of a `map` list's items."""
    return (((schema.get("items") or {}).get("properties") or {}).get(key) or {}).get("default")


def embedded_violations(value: Any, schema: Doc, path: str = "") -> Causes:
    """Yield what embedded objects lack. Models schema/objectmeta."""
    if isinstance(value, dict):
        if schema.get(EMBEDDED):
            for key in ("apiVersion", "kind"):
                if not value.get(key):
                    yield required(f"{path}.{key}", "must not be empty")
        properties, extra = schema.get("properties") or {}, schema.get("additionalProperties")
        for key, item in value.items():
            inner = properties.get(key, extra)
            if isinstance(inner, dict):
                yield from embedded_violations(item, inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and isinstance(schema.get("items"), dict):
        for place, item in enumerate(value):
            yield from embedded_violations(item, schema["items"], f"{path}[{place}]")


PATH = re.compile(r"^\.?[A-Za-z_][\w\-]*(\.[A-Za-z_][\w\-]*|\['[^']+'\])*$")
