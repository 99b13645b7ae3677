"""Does an expression have a meaning, given the types of its variables? Models cel-go/checker (1.36), as far as schemas give types.

A type is a word (`int`, `string`, `dyn` ...) or a tuple: ("list", item), ("map", key, value), ("object", fields), ("optional", inner). What the tables do not
know is `dyn`, which fits everything; so a wrong expression may pass here and fail when it runs, never the other way round.
"""

from collections.abc import Mapping
from typing import Any

from learnk8s.simulation.kernel.cel.evaluation import TYPE_NAMES, unescaped
from learnk8s.simulation.kernel.cel.functions import FUNCTIONS, NAMESPACES
from learnk8s.simulation.kernel.cel.parser import UInt
from learnk8s.simulation.kernel.cel.syntax import Bind, Call, CompileError, ListOf, Literal, Loop, MapOf, Name, Node, Select

Type = Any
DYN = "dyn"
LIST, MAP, OBJECT, OPTIONAL = "list", "map", "object", "optional"
_NUMBERS = ("int", "uint", "double")
_ORDERED = (*_NUMBERS, "string", "bytes", "bool", "timestamp", "duration")
_RESULTS: dict[str, Type] = {
    "size": "int", "int": "int", "uint": "uint", "double": "double", "string": "string", "bool": "bool", "bytes": "bytes", "duration": "duration", "timestamp": "timestamp", "dyn": DYN, "type": "type",
    **dict.fromkeys(("contains", "startsWith", "endsWith", "matches", "isSorted", "sets.contains", "sets.equivalent", "sets.intersects", "isQuantity", "isInteger", "isLessThan", "isGreaterThan", "isURL", "isIP", "isCIDR", "isSemver", "containsIP",
                     "containsCIDR", "hasValue", "isUnspecified", "isLoopback", "isLinkLocalMulticast", "isLinkLocalUnicast", "isGlobalUnicast", "ip.isCanonical", "math.isNaN", "math.isInf"), "bool"),
    **dict.fromkeys(("lowerAscii", "upperAscii", "trim", "charAt", "substring", "replace", "join", "format", "quote", "find", "getScheme", "getHost", "getHostname", "getPort", "getEscapedPath", "base64.encode"), "string"),
    **dict.fromkeys(("indexOf", "lastIndexOf", "compareTo", "sign", "asInteger", "family", "prefixLength", "major", "minor", "patch", "getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getHours", "getMinutes",
                     "getSeconds", "getMilliseconds"), "int"),
    "split": (LIST, "string"), "findAll": (LIST, "string"), "quantity": "kubernetes.Quantity", "add": "kubernetes.Quantity", "sub": "kubernetes.Quantity", "asApproximateFloat": "double", "url": "kubernetes.URL", "ip": "net.IP", "cidr": "net.CIDR",
    "semver": "kubernetes.Semver", "masked": "net.CIDR", "lists.range": (LIST, "int"), "getQuery": (MAP, "string", (LIST, "string")), "base64.decode": "bytes",
}
_TEXT_METHODS = frozenset({"startsWith", "endsWith", "matches", "lowerAscii", "upperAscii", "trim", "charAt", "substring", "replace", "split", "format", "find", "findAll", "quote"})
_TEXT_ARGUMENTS = frozenset({"startsWith", "endsWith", "matches", "find", "findAll"})


def checked_type(source: str, tree: Node, variables: Mapping[str, Type], functions: Mapping[str, Type] | None = None) -> Type:
    """Return the type of an expression. Raises CompileError with all that is wrong.

    >>> from learnk8s.simulation.kernel.cel.parser import parsed
    >>> checked_type("self.a > 1", parsed("self.a > 1"), {"self": ("object", {"a": "int"})})
    'bool'
    """
    walk = _Check(functions or {})
    found = walk.type_of(tree, dict(variables))
    if walk.issues:
        raise CompileError(source, sorted(walk.issues))
    return found


def shown(found: Type) -> str:
    """Return a type as cel-go writes it."""
    if isinstance(found, str):
        return {"timestamp": "timestamp", "duration": "duration"}.get(found, found)
    if found[0] == LIST:
        return f"list({shown(found[1])})"
    if found[0] == MAP:
        return f"map({shown(found[1])}, {shown(found[2])})"
    return "object" if found[0] == OBJECT else f"optional_type({shown(found[1])})"


def fits(left: Type, right: Type) -> bool:
    """Say whether values of the two types can be compared."""
    if DYN in (left, right) or left == right or "null_type" in (left, right) and not (isinstance(left, str) and isinstance(right, str) and {left, right} & {*_NUMBERS, "string", "bool", "bytes"}):
        return True
    if isinstance(left, tuple) and isinstance(right, tuple):
        if {left[0], right[0]} == {MAP, OBJECT} or (left[0] == right[0] == OBJECT):
            return True
        return left[0] == right[0] and all(map(fits, left[1:], right[1:]))
    return False


class _Check:
    def __init__(self, functions: Mapping[str, Type]) -> None:
        self.issues: list[tuple[int, str]] = []
        self.functions = functions

    def wrong(self, at: int, text: str) -> Type:
        self.issues.append((at, text))
        return DYN

    def type_of(self, node: Node, scope: dict[str, Type]) -> Type:
        match node:
            case Literal():
                return _literal(node.value)
            case Name():
                if node.name in scope:
                    return scope[node.name]
                return "type" if node.name in TYPE_NAMES else self.wrong(node.at, f"undeclared reference to '{node.name}' (in container '')")
            case Select():
                return self.selected(node, scope)
            case Call():
                return self.called(node, scope)
            case ListOf():
                kinds = [self.type_of(item, scope) for item in node.items]
                return (LIST, kinds[0] if kinds and all(kind == kinds[0] for kind in kinds) else DYN)
            case MapOf():
                pairs = [(DYN if node.type_name else self.type_of(key, scope), self.type_of(value, scope)) for key, value in node.entries]
                return DYN if node.type_name else (MAP, pairs[0][0] if pairs and all(key == pairs[0][0] for key, _ in pairs) else DYN, pairs[0][1] if pairs and all(value == pairs[0][1] for _, value in pairs) else DYN)
            case Bind():
                return self.type_of(node.body, {**scope, node.name: self.type_of(node.value, scope)})
        return self.looped(node, scope)

    def selected(self, node: Select, scope: dict[str, Type]) -> Type:
        operand = self.type_of(node.operand, scope)
        optional = node.optional
        if isinstance(operand, tuple) and operand[0] == OPTIONAL:
            operand, optional = operand[1], True
        found: Type = DYN
        if isinstance(operand, tuple) and operand[0] == OBJECT:
            fields = operand[1]
            key = node.field if node.field in fields else unescaped(node.field)
            if key not in fields:
                return self.wrong(node.at, f"undefined field '{node.field}'")
            found = fields[key]
        elif isinstance(operand, tuple) and operand[0] == MAP:
            found = operand[2]
        elif operand != DYN:
            return self.wrong(node.at, f"type '{shown(operand)}' does not support field selection")
        return "bool" if node.test else (OPTIONAL, found) if optional else found

    def called(self, node: Call, scope: dict[str, Type]) -> Type:
        name, kinds = node.function, []
        if node.target is not None:
            whole = f"{node.target.name}.{name}" if isinstance(node.target, Name) and node.target.name not in scope and node.target.name in NAMESPACES else ""
            if whole:
                if whole.startswith("format."):
                    return DYN
                name = whole
            else:
                kinds.append(self.type_of(node.target, scope))
        kinds += [self.type_of(argument, scope) for argument in node.arguments]
        if name in self.functions:
            return self.functions[name]
        operator = _OPERATORS.get(name)
        if operator:
            found = operator(kinds)
            return found if found is not None else self.no_overload(node, kinds)
        if name not in FUNCTIONS:
            return self.wrong(node.at, f"undeclared reference to '{name}' (in container '')")
        is_method = node.target is not None and name == node.function
        if is_method and name in _TEXT_METHODS and kinds[0] not in ("string", DYN) or (is_method and name in _TEXT_ARGUMENTS and len(kinds) > 1 and kinds[1] not in ("string", DYN)) or (name == "size" and kinds and kinds[0] in (*_NUMBERS, "bool")):
            return self.no_overload(node, kinds)
        return _result(name, kinds)

    def no_overload(self, node: Call, kinds: list[Type]) -> Type:
        words = [shown(kind) for kind in kinds]
        text = f"{words[0]}.({', '.join(words[1:])})" if node.target is not None else f"({', '.join(words)})"
        return self.wrong(node.at, f"found no matching overload for '{node.function}' applied to '{text}'")

    def looped(self, node: Loop, scope: dict[str, Type]) -> Type:
        container = self.type_of(node.range, scope)
        if node.macro in ("optMap", "optFlatMap"):
            inner = container[1] if isinstance(container, tuple) and container[0] == OPTIONAL else DYN
            found = self.type_of(node.steps[0], {**scope, node.variables[0]: inner})
            return found if node.macro == "optFlatMap" else (OPTIONAL, found)
        key, value = _parts(container)
        if key is None:
            return self.wrong(getattr(node.range, "at", node.at), f"expression of type '{shown(container)}' cannot be range of a comprehension (must be list, map, or dynamic)")
        is_map = isinstance(container, tuple) and container[0] in (MAP, OBJECT)
        inner_scope = {**scope, **(dict(zip(node.variables, (key, value), strict=True)) if len(node.variables) == 2 else {node.variables[0]: key if is_map else value})}
        kinds = [self.type_of(step, inner_scope) for step in node.steps]
        tests = kinds if node.macro in ("all", "exists", "exists_one", "existsOne", "filter") else kinds[:-1]
        for step, kind in zip(node.steps, tests, strict=False):
            if kind not in ("bool", DYN):
                self.wrong(getattr(step, "at", node.at), f"expected type 'bool' but found '{shown(kind)}'")
        if node.macro in ("all", "exists", "exists_one", "existsOne"):
            return "bool"
        item = inner_scope[node.variables[0]]
        return (MAP, key, kinds[-1]) if node.macro == "transformMap" else (LIST, item if node.macro in ("filter", "sortBy") else kinds[-1])


def _literal(value: Any) -> Type:
    for kind, name in ((bool, "bool"), (UInt, "uint"), (int, "int"), (float, "double"), (str, "string"), (bytes, "bytes")):
        if isinstance(value, kind):
            return name
    return "null_type"


def _parts(container: Type) -> tuple[Type, Type]:
    if container == DYN:
        return DYN, DYN
    if isinstance(container, tuple):
        if container[0] == LIST:
            return "int", container[1]
        if container[0] == MAP:
            return container[1], container[2]
        if container[0] == OBJECT:
            return "string", DYN
    return None, None


def _result(name: str, kinds: list[Type]) -> Type:
    first = kinds[0] if kinds else DYN
    if name in ("min", "max", "sum", "first", "last") and isinstance(first, tuple) and first[0] == LIST:
        return (OPTIONAL, first[1]) if name in ("first", "last") else first[1]
    if name in ("slice", "distinct", "sort", "reverse"):
        return first
    if name == "optional.of":
        return (OPTIONAL, first)
    if name == "optional.none":
        return (OPTIONAL, DYN)
    if name in ("value", "orValue") and isinstance(first, tuple) and first[0] == OPTIONAL:
        return first[1] if first[1] != DYN or len(kinds) < 2 else kinds[1]
    return _RESULTS.get(name, DYN)


def _arithmetic(kinds: list[Type]) -> Type | None:
    left, right = kinds
    if DYN in (left, right):
        return right if left == DYN and right in _NUMBERS else left
    return left if left == right and left in _NUMBERS else None


def _add(kinds: list[Type]) -> Type | None:
    left, right = kinds
    if {left, right} == {"timestamp", "duration"} if isinstance(left, str) and isinstance(right, str) else False:
        return "timestamp"
    if isinstance(left, tuple) and isinstance(right, tuple) and left[0] == right[0] == LIST:
        return left if fits(left, right) else None
    if left == right and left in ("string", "bytes", "duration"):
        return left
    return _arithmetic(kinds)


def _subtract(kinds: list[Type]) -> Type | None:
    left, right = kinds
    if left == right == "timestamp" or left == right == "duration":
        return "duration"
    return "timestamp" if (left, right) == ("timestamp", "duration") else _arithmetic(kinds)


def _modulo(kinds: list[Type]) -> Type | None:
    return None if "double" in kinds else _arithmetic(kinds)


def _order(kinds: list[Type]) -> Type | None:
    left, right = kinds
    if DYN in (left, right) or (left in _NUMBERS and right in _NUMBERS):
        return "bool"
    return "bool" if left == right and left in _ORDERED else None


def _equality(kinds: list[Type]) -> Type | None:
    return "bool" if fits(*kinds) or (kinds[0] in _NUMBERS and kinds[1] in _NUMBERS and DYN in kinds) else None


def _logic(kinds: list[Type]) -> Type | None:
    return "bool" if all(kind in ("bool", DYN) for kind in kinds) else None


def _condition(kinds: list[Type]) -> Type | None:
    if kinds[0] not in ("bool", DYN):
        return None
    return kinds[1] if kinds[1] == kinds[2] else DYN if fits(kinds[1], kinds[2]) else None


def _within(kinds: list[Type]) -> Type | None:
    key, value = _parts(kinds[1])
    if key is None:
        return None
    wanted = value if isinstance(kinds[1], tuple) and kinds[1][0] == LIST else key
    return "bool" if fits(kinds[0], wanted) else None


def _index(kinds: list[Type]) -> Type | None:
    container = kinds[0]
    if container == DYN:
        return DYN
    if isinstance(container, tuple):
        if container[0] == OPTIONAL:
            inner = _index([container[1], kinds[1]])
            return None if inner is None else (OPTIONAL, inner)
        if container[0] == LIST and kinds[1] in ("int", DYN):
            return container[1]
        if container[0] == MAP and fits(kinds[1], container[1]):
            return container[2]
    return None


def _optional_index(kinds: list[Type]) -> Type | None:
    inner = _index([kinds[0][1] if isinstance(kinds[0], tuple) and kinds[0][0] == OPTIONAL else kinds[0], kinds[1]])
    return None if inner is None else (OPTIONAL, inner)


def _negative(kinds: list[Type]) -> Type | None:
    return kinds[0] if kinds[0] in ("int", "double", DYN) else None


_OPERATORS: dict[str, Any] = {
    "_+_": _add, "_-_": _subtract, "_*_": _arithmetic, "_/_": _arithmetic, "_%_": _modulo, "_<_": _order, "_<=_": _order, "_>_": _order, "_>=_": _order, "_==_": _equality, "_!=_": _equality, "_&&_": _logic, "_||_": _logic, "!_": _logic,
    "_?_:_": _condition, "@in": _within, "_[_]": _index, "_[?_]": _optional_index, "-_": _negative,
}
