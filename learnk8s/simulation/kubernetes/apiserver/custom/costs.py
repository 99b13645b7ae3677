"""How much a rule may cost at most, from the bounds that a schema sets. Models apiserver/pkg/cel/library/cost.go and schema/cel/model (1.36), roughly.

Differs: loops and searches in texts are counted, other calls cost one each.
"""

from typing import Any

from learnk8s.simulation.kernel.cel.syntax import Bind, Call, ListOf, Literal, Loop, MapOf, Name, Node, Select
from learnk8s.simulation.kubernetes.objects.document import Doc

COST_MAX = 10_000_000
"""Models StaticEstimatedCostLimit."""
REQUEST_BYTES_MAX = 3 * 2**20
_MIN_BYTES = {"string": 2, "integer": 1, "number": 1, "boolean": 4, "array": 2, "object": 2}


def too_costly(cost: float) -> str:
    """Return the complaint about a cost that is too high, or ""."""
    factor = cost / COST_MAX
    if factor <= 1:
        return ""
    words = "more than 100x" if factor > 100 else f"{factor:f}x" if factor < 1.5 else f"{factor:.1f}x"
    return f"estimated rule cost exceeds budget by factor of {words} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)"


def estimated_cost(tree: Node, schema: Doc) -> float:
    """Return the highest cost of an expression over values of a schema."""
    return _walk(tree, {"self": schema, "oldSelf": schema})[0]


def _walk(node: Any, scope: dict[str, Doc]) -> tuple[float, Doc]:
    match node:
        case Literal():
            return 0, {"type": "string", "maxLength": len(node.value)} if isinstance(node.value, (str, bytes)) else {}
        case Name():
            return 1, scope.get(node.name, {})
        case Select():
            cost, schema = _walk(node.operand, scope)
            return cost + 1, (schema.get("properties") or {}).get(node.field) or (schema.get("additionalProperties") if isinstance(schema.get("additionalProperties"), dict) else None) or {}
        case Call():
            return _call(node, scope)
        case ListOf():
            return sum(_walk(item, scope)[0] for item in node.items) + 10, {"type": "array", "maxItems": len(node.items)}
        case MapOf():
            return sum(_walk(value, scope)[0] for _key, value in node.entries) + 30, {"type": "object", "maxProperties": len(node.entries)}
        case Bind():
            cost, schema = _walk(node.value, scope)
            inner, found = _walk(node.body, {**scope, node.name: schema})
            return cost + inner, found
        case Loop():
            return _loop(node, scope)
    return 1, {}


def _call(node: Call, scope: dict[str, Doc]) -> tuple[float, Doc]:
    parts = [_walk(part, scope) for part in ((node.target,) if node.target is not None else ()) + node.arguments]
    cost = sum(part for part, _schema in parts) + 1
    first = parts[0][1] if parts else {}
    if node.function in ("matches", "find", "findAll", "contains", "lowerAscii", "upperAscii", "replace", "split", "substring", "trim") and node.target is not None:
        cost += _length(first) * 0.1 * (max(_length(parts[1][1]) * 0.25, 1) if len(parts) > 1 and node.function in ("matches", "find", "findAll") else 1)
    if node.function in ("_[_]", "_[?_]"):
        extra = first.get("additionalProperties")
        return cost, first.get("items") or (extra if isinstance(extra, dict) else {})
    return cost, {}


def _loop(node: Loop, scope: dict[str, Doc]) -> tuple[float, Doc]:
    cost, schema = _walk(node.range, scope)
    extra = schema.get("additionalProperties")
    inner_schema: Doc = schema.get("items") or (extra if isinstance(extra, dict) else {})
    inner = sum(_walk(step, {**scope, **dict.fromkeys(node.variables, inner_schema)})[0] for step in node.steps)
    return cost + _count(schema, inner_schema) * (inner + 2), schema if node.macro == "filter" else {"type": "array", "maxItems": _count(schema, inner_schema)}


def _length(schema: Doc) -> float:
    return float(schema.get("maxLength", min(REQUEST_BYTES_MAX, 1_000_000)) if schema.get("type") == "string" else 1)


def _count(schema: Doc, inner: Doc) -> float:
    if not schema:
        return 10
    limit = schema.get("maxItems", schema.get("maxProperties"))
    return float(limit if limit is not None else REQUEST_BYTES_MAX / (_MIN_BYTES.get(inner.get("type", ""), 2) + 1))
