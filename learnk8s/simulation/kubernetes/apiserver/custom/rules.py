"""`x-kubernetes-validations`: rules in CEL, checked when a definition is written and evaluated when an object is.

Models apiextensions-apiserver/pkg/apiserver/schema/cel (1.36).
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from learnk8s.simulation.kernel.cel.checking import checked_type
from learnk8s.simulation.kernel.cel.evaluation import TOO_COSTLY, evaluated
from learnk8s.simulation.kernel.cel.parser import parsed
from learnk8s.simulation.kernel.cel.syntax import CelError, CompileError, Node
from learnk8s.simulation.kernel.cel.values import NO_OVERLOAD, Optional, duration_of, timestamp_of
from learnk8s.simulation.kubernetes.apiserver.custom.costs import estimated_cost, too_costly
from learnk8s.simulation.kubernetes.apiserver.custom.shaping import EMBEDDED, INT_OR_STRING
from learnk8s.simulation.kubernetes.apiserver.custom.validating import MISSING, NO_PATH, counterpart, same, type_of
from learnk8s.simulation.kubernetes.apiserver.errors import Cause, bad_value, duplicate, not_allowed, required
from learnk8s.simulation.kubernetes.objects.document import Doc

RULES = "x-kubernetes-validations"
Causes = Iterator[Cause]
_FORMATTED = {"byte": "bytes", "duration": "duration", "date": "timestamp", "date-time": "timestamp", "datetime": "timestamp"}
META_TYPE = ("object", {"name": "string", "generateName": "string"})


@lru_cache(maxsize=2048)
def tree_of(rule: str) -> Node:
    """Return the parsed form of an expression. Raises CompileError."""
    return parsed(rule)


def cel_type(schema: Doc, *, is_root: bool = False) -> Any:
    """Return what the checker calls a schema's type; None for what rules cannot see."""
    if schema.get(INT_OR_STRING):
        return "dyn"
    match schema.get("type"):
        case "object":
            extra = schema.get("additionalProperties")
            if isinstance(extra, dict):
                inner = cel_type(extra)
                return None if inner is None else ("map", "string", inner)
            fields = {name: found for name, inner in (schema.get("properties") or {}).items() if (found := cel_type(inner)) is not None}
            if is_root or schema.get(EMBEDDED):
                fields = {**fields, "apiVersion": "string", "kind": "string", "metadata": META_TYPE}
            return ("object", fields)
        case "array":
            inner = cel_type(schema.get("items") or {})
            return None if inner is None else ("list", inner)
        case "string":
            return _FORMATTED.get(schema.get("format", ""), "string")
        case "boolean":
            return "bool"
        case "number":
            return "double"
        case "integer":
            return "int"
    return None


def cel_value(value: Any, schema: Doc) -> Any:
    """Return a JSON value as rules see it: numbers, times and bytes in the types that the schema gives them."""
    if isinstance(value, dict):
        properties, extra = schema.get("properties") or {}, schema.get("additionalProperties")
        return {key: cel_value(item, properties.get(key, extra if isinstance(extra, dict) else {}) or {}) for key, item in value.items()}
    if isinstance(value, list):
        items = schema.get("items") or {}
        return [cel_value(item, items) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and schema.get("type") == "number":
        return float(value)
    if isinstance(value, str) and schema.get("format") in _FORMATTED:
        return _formatted(value, _FORMATTED[schema["format"]])
    return value


def _formatted(value: str, kind: str) -> Any:
    try:
        if kind == "bytes":
            from base64 import b64decode

            return b64decode(value)
        return duration_of(value) if kind == "duration" else timestamp_of(value if len(value) > 10 else f"{value}T00:00:00Z")
    except ValueError:
        return value


# While objects are written


def has_rules(schema: Any) -> bool:
    """Say whether there is any rule in a schema."""
    if not isinstance(schema, dict):
        return False
    inner = [*(schema.get("properties") or {}).values(), schema.get("items"), schema.get("additionalProperties")]
    return bool(schema.get(RULES)) or any(map(has_rules, inner))


def rule_violations(value: Any, schema: Doc, old: Any = MISSING, path: str = "") -> Causes:
    """Yield the rules that a value breaks, from the top down."""
    unchanged = old is not MISSING and same(value, old)
    if value is None and schema.get("nullable"):
        return
    rules = schema.get(RULES) or ()
    if rules:
        seen, before = cel_value(value, schema), MISSING if old is MISSING else cel_value(old, schema)
        for rule in rules:
            yield from _broken(rule, value, seen, before, path, unchanged=unchanged)
    if isinstance(value, dict):
        properties, extra = schema.get("properties") or {}, schema.get("additionalProperties")
        was = old if isinstance(old, dict) else {}
        for key, item in value.items():
            inner = properties.get(key, extra)
            if isinstance(inner, dict):
                yield from rule_violations(item, inner, was.get(key, MISSING), f"{path}.{key}" if path else key)
    elif isinstance(value, list) and isinstance(schema.get("items"), dict):
        for place, item in enumerate(value):
            yield from rule_violations(item, schema["items"], counterpart(item, schema, old), f"{path}[{place}]")


def _broken(rule: Doc, value: Any, seen: Any, before: Any, path: str, *, unchanged: bool) -> Causes:
    text = rule.get("rule", "")
    is_transition = "oldSelf" in text
    if is_transition and before is MISSING and not rule.get("optionalOldSelf"):
        return
    if unchanged and not is_transition:
        return
    variables: dict[str, Any] = {"self": seen}
    if is_transition:
        variables["oldSelf"] = before if not rule.get("optionalOldSelf") else Optional() if before is MISSING else Optional(before, True)
    try:
        if evaluated(tree_of(text), variables) is True:
            return
    except CompileError:
        return
    except CelError as error:
        yield _failed(rule, value, str(error), path)
        return
    yield _cause(rule, value, variables, path)


def _said(rule: Doc) -> str:
    return str(rule.get("message") or rule.get("rule", "")).strip()


def _failed(rule: Doc, value: Any, error: str, path: str) -> Cause:
    kind = type_of(value)
    if error.startswith(NO_OVERLOAD):
        text = f"'{error}': call arguments did not match a supported operator, function or macro signature for rule: {_said(rule)}"
    elif error.startswith(TOO_COSTLY):
        text = f"'{error}': no further validation rules will be run due to call cost exceeds limit for rule: {_said(rule)}"
    else:
        text = f"{error} evaluating rule: {_said(rule)}"
    return bad_value(path or NO_PATH, kind, text)


def _cause(rule: Doc, value: Any, variables: dict[str, Any], path: str) -> Cause:
    message, is_computed = _computed(rule, variables)
    place = (path + rule["fieldPath"] if path else rule["fieldPath"].removeprefix(".")) if rule.get("fieldPath") else path or NO_PATH
    match rule.get("reason"):
        case "FieldValueForbidden":
            return not_allowed(place, message)
        case "FieldValueRequired":
            return required(place, message)
        case "FieldValueDuplicate":
            return duplicate(place, value)
    if is_computed or isinstance(value, (dict, list)):
        return Cause("FieldValueInvalid", f"Invalid value: {message}", place)
    return bad_value(place, value, message)


def _computed(rule: Doc, variables: dict[str, Any]) -> tuple[str, bool]:
    if rule.get("messageExpression"):
        try:
            found = evaluated(tree_of(rule["messageExpression"]), variables)
            if isinstance(found, str) and found.strip() and "\n" not in found and len(found) <= 5 * 1024:
                return found.strip(), True
        except ValueError:
            pass
    return str(rule["message"]).strip() if rule.get("message") else f"failed rule: {_said(rule)}", False


# While definitions are written


def rule_problems(schema: Doc, path: str, *, is_root: bool = True, times: float = 1, correlatable: bool = True) -> Causes:
    """Yield the rules of a schema that have no meaning. `times` says how often a rule may be evaluated on one object."""
    for place, rule in enumerate(schema.get(RULES) or ()):
        yield from _rule_problems(rule, schema, f"{path}.{RULES}[{place}]", is_root=is_root, times=times, correlatable=correlatable)
    for name, inner in (schema.get("properties") or {}).items():
        if isinstance(inner, dict) and not (is_root and name == "metadata"):
            yield from rule_problems(inner, f"{path}.properties[{name}]", is_root=False, times=times, correlatable=correlatable)
    items, extra = schema.get("items"), schema.get("additionalProperties")
    if isinstance(items, dict):
        yield from rule_problems(items, f"{path}.items", is_root=False, times=times * schema.get("maxItems", 1_000_000), correlatable=correlatable and schema.get("x-kubernetes-list-type") == "map")
    if isinstance(extra, dict):
        yield from rule_problems(extra, f"{path}.additionalProperties", is_root=False, times=times * schema.get("maxProperties", 1_000_000), correlatable=correlatable)


def _rule_problems(rule: Doc, schema: Doc, path: str, *, is_root: bool, times: float, correlatable: bool) -> Causes:
    text = rule.get("rule", "")
    if not text.strip():
        yield required(f"{path}.rule", "rule is not specified")
        return
    own = cel_type(schema, is_root=is_root)
    variables = {"self": own, "oldSelf": ("optional", own) if rule.get("optionalOldSelf") else own}
    try:
        tree = tree_of(text)
        found = checked_type(text, tree, variables)
    except CompileError as error:
        yield Cause("FieldValueInvalid", f"Invalid value: {_struct(rule)}: compilation failed: {error}", f"{path}.rule")
        return
    if found not in ("bool", "dyn"):
        yield Cause("FieldValueInvalid", f"Invalid value: {_struct(rule)}: cel expression must evaluate to a bool", f"{path}.rule")
    if "oldSelf" in text and not correlatable:
        yield bad_value(f"{path}.rule", text, f"oldSelf cannot be used on the uncorrelatable portion of the schema within {path.rpartition('.')[0]}")
    cost = estimated_cost(tree, schema) * max(times, 1)
    if complaint := too_costly(cost):
        yield not_allowed(f"{path}.rule", complaint)
    if rule.get("messageExpression"):
        yield from _message_problems(rule, variables, path)
    if "\n" in str(rule.get("message", "")):
        yield bad_value(f"{path}.message", rule["message"], "message must not contain line breaks")


def _message_problems(rule: Doc, variables: dict[str, Any], path: str) -> Causes:
    text = rule["messageExpression"]
    try:
        found = checked_type(text, tree_of(text), variables)
    except CompileError as error:
        yield Cause("FieldValueInvalid", f"Invalid value: {_struct(rule)}: messageExpression compilation failed: {error}", f"{path}.messageExpression")
        return
    if found not in ("string", "dyn"):
        yield Cause("FieldValueInvalid", f"Invalid value: {_struct(rule)}: messageExpression must evaluate to a string", f"{path}.messageExpression")


def _struct(rule: Doc) -> str:
    """Return a rule as Go shows its struct."""
    import json

    words = [json.dumps(rule.get(key, ""), ensure_ascii=False) for key in ("rule", "message", "messageExpression", "fieldPath")]
    return f'apiextensions.ValidationRule{{Rule:{words[0]}, Message:{words[1]}, MessageExpression:{words[2]}, Reason:(*apiextensions.FieldValueErrorReason)(nil), FieldPath:{words[3]}, OptionalOldSelf:(*bool)(nil)}}'
