"""Evaluating a parsed expression: a walk over its tree with a budget of steps. Models cel-go/interpreter (1.36).

`&&` and `||` absorb an error on one side if the other decides. A list or map that is missing a key is an error; `has` asks first.
"""

from collections.abc import Callable, Mapping
from typing import Any

from learnk8s.simulation.kernel.cel.functions import FUNCTIONS, NAMESPACES
from learnk8s.simulation.kernel.cel.syntax import Bind, Call, CelError, ListOf, Literal, Loop, MapOf, Name, Node, Select
from learnk8s.simulation.kernel.cel.values import NO_OVERLOAD, Optional, Special, TypedObject, TypeOf, less

STEPS_MAX = 300_000
"""Steps of one evaluation. Differs: Kubernetes counts cost units, at most 1 000 000 a call."""
TOO_COSTLY = "operation cancelled: actual cost limit exceeded"
TYPE_NAMES = ("int", "uint", "double", "string", "bool", "bytes", "list", "map", "null_type", "type")
_ESCAPED = {"__underscores__": "__", "__dot__": ".", "__dash__": "-", "__slash__": "/"}
Extra = Mapping[str, Callable[..., Any]]


def evaluated(tree: Node, variables: Mapping[str, Any], *, functions: Extra | None = None, steps_max: int = STEPS_MAX) -> Any:
    """Return the value of an expression. Raises CelError.

    >>> from learnk8s.simulation.kernel.cel.parser import parsed
    >>> evaluated(parsed("self.a.all(x, x < limit)"), {"self": {"a": [1, 2]}, "limit": 3})
    True
    """
    return _Walk(variables, functions or {}, steps_max).value(tree, {})


def unescaped(field: str) -> str:
    """Return a property's real name from the word by which expressions call it.

    >>> unescaped("x__dash__y")
    'x-y'
    """
    if "__" not in field:
        return field
    for word, plain in _ESCAPED.items():
        field = field.replace(word, plain)
    return field[2:-2] if field.startswith("__") and field.endswith("__") and len(field) > 4 else field


class _Walk:
    def __init__(self, variables: Mapping[str, Any], functions: Extra, steps_max: int) -> None:
        self.variables, self.functions, self.left = variables, functions, steps_max

    def value(self, node: Node, local: Mapping[str, Any]) -> Any:
        self.left -= 1
        if self.left < 0:
            raise CelError(TOO_COSTLY)
        match node:
            case Literal():
                return node.value
            case Name():
                return self.named(node.name, local)
            case Select():
                return self.selected(node, local)
            case Call():
                return self.called(node, local)
            case ListOf():
                return self.listed(node, local)
            case MapOf():
                return self.mapped(node, local)
            case Bind():
                return self.value(node.body, {**local, node.name: self.value(node.value, local)})
        return self.looped(node, local)

    def named(self, name: str, local: Mapping[str, Any]) -> Any:
        for table in (local, self.variables):
            if name in table:
                found = table[name]
                return found() if isinstance(found, Lazy) else found
        if name in TYPE_NAMES:
            return TypeOf(name)
        raise CelError(f"no such attribute(s): {name}")

    def selected(self, node: Select, local: Mapping[str, Any]) -> Any:
        operand = self.value(node.operand, local)
        is_optional = node.optional or isinstance(operand, Optional)
        if isinstance(operand, Optional):
            if not operand.present:
                return False if node.test else operand
            operand = operand.value
        if isinstance(operand, TypedObject):
            operand = operand.fields
        if not isinstance(operand, dict):
            raise CelError(NO_OVERLOAD)
        key = node.field if node.field in operand else unescaped(node.field)
        if node.test:
            return key in operand and operand[key] is not None
        if is_optional:
            return Optional(operand[key], True) if key in operand else Optional()
        if key not in operand:
            raise CelError(f"no such key: {key}")
        found = operand[key]
        return found() if isinstance(found, Lazy) else found

    def called(self, node: Call, local: Mapping[str, Any]) -> Any:
        name = node.function
        if name in ("_&&_", "_||_"):
            return self.logic(node.arguments, local, decides=name == "_||_")
        if name == "_?_:_":
            condition = self.value(node.arguments[0], local)
            if not isinstance(condition, bool):
                raise CelError(NO_OVERLOAD)
            return self.value(node.arguments[1 if condition else 2], local)
        arguments = []
        if node.target is not None:
            whole = f"{node.target.name}.{name}" if isinstance(node.target, Name) and node.target.name not in local and node.target.name not in self.variables else ""
            if whole and node.target.name in NAMESPACES:  # type: ignore[union-attr]  # a name, or `whole` would be ""
                name = whole
                if whole.startswith("format.") and whole != "format.named":
                    return FUNCTIONS["format.named"](whole.partition(".")[2]).value
            else:
                arguments.append(self.value(node.target, local))
        if name in ("orValue", "or") and isinstance(arguments[0], Optional) and arguments[0].present:
            return arguments[0].value if name == "orValue" else arguments[0]
        arguments += [self.value(argument, local) for argument in node.arguments]
        return self.carried_out(name, arguments)

    def carried_out(self, name: str, arguments: list[Any]) -> Any:
        act = self.functions.get(name) or FUNCTIONS.get(name)
        if act is None:
            raise CelError(NO_OVERLOAD)
        self.left -= sum(len(argument) // 10 for argument in arguments if isinstance(argument, (str, bytes, list)))
        try:
            return act(*arguments)
        except (TypeError, AttributeError, KeyError, IndexError):
            raise CelError(NO_OVERLOAD) from None
        except (ValueError, OverflowError) as error:
            raise (error if isinstance(error, CelError) else CelError(str(error))) from None

    def logic(self, sides: tuple[Node, ...], local: Mapping[str, Any], *, decides: bool) -> bool:
        failure: CelError | None = None
        for side in sides:
            try:
                found = self.value(side, local)
                if not isinstance(found, bool):
                    raise CelError(NO_OVERLOAD)
                if found is decides:
                    return decides
            except CelError as error:
                if str(error) == TOO_COSTLY:
                    raise
                failure = failure or error
        if failure:
            raise failure
        return not decides

    def listed(self, node: ListOf, local: Mapping[str, Any]) -> list[Any]:
        found = []
        for place, item in enumerate(node.items):
            value = self.value(item, local)
            if place in node.optional:
                found += [value.value] if isinstance(value, Optional) and value.present else []
            else:
                found.append(value)
        return found

    def mapped(self, node: MapOf, local: Mapping[str, Any]) -> Any:
        found: dict[Any, Any] = {}
        for place, (key_node, value_node) in enumerate(node.entries):
            key, value = self.value(key_node, local), self.value(value_node, local)
            if place in node.optional:
                if not (isinstance(value, Optional) and value.present):
                    continue
                value = value.value
            if not isinstance(key, (str, int, float)):
                raise CelError("unsupported key type")
            if key in found:
                raise CelError(f"Failed with repeated key: {key}")
            found[key] = value
        return TypedObject(node.type_name, found) if node.type_name else found

    def looped(self, node: Loop, local: Mapping[str, Any]) -> Any:
        container = self.value(node.range, local)
        if node.macro in ("optMap", "optFlatMap"):
            return self.opened(node, container, local)
        if not isinstance(container, (list, dict)):
            raise CelError(NO_OVERLOAD)
        if len(node.variables) == 2:
            pairs = list(container.items()) if isinstance(container, dict) else list(enumerate(container))
            rounds = [{**local, node.variables[0]: key, node.variables[1]: value} for key, value in pairs]
        else:
            rounds = [{**local, node.variables[0]: item} for item in container]
        match node.macro:
            case "all" | "exists":
                return self.quantified(node, rounds, decides=node.macro == "exists")
            case "exists_one" | "existsOne":
                return sum(self.truth(node.steps[0], inner) for inner in rounds) == 1
            case "filter":
                return [inner[node.variables[0]] for inner in rounds if self.truth(node.steps[0], inner)]
            case "sortBy":
                return self.ordered([(self.value(node.steps[0], inner), inner[node.variables[0]]) for inner in rounds])
            case "transformMap":
                kept = [inner for inner in rounds if len(node.steps) == 1 or self.truth(node.steps[0], inner)]
                return {inner[node.variables[0]]: self.value(node.steps[-1], inner) for inner in kept}
        kept = [inner for inner in rounds if len(node.steps) == 1 or self.truth(node.steps[0], inner)]
        return [self.value(node.steps[-1], inner) for inner in kept]

    def opened(self, node: Loop, container: Any, local: Mapping[str, Any]) -> Optional:
        if not isinstance(container, Optional):
            raise CelError(NO_OVERLOAD)
        if not container.present:
            return container
        found = self.value(node.steps[0], {**local, node.variables[0]: container.value})
        return found if node.macro == "optFlatMap" and isinstance(found, Optional) else Optional(found, True)

    def quantified(self, node: Loop, rounds: list[dict[str, Any]], *, decides: bool) -> bool:
        failure: CelError | None = None
        for inner in rounds:
            try:
                if self.truth(node.steps[0], inner) is decides:
                    return decides
            except CelError as error:
                if str(error) == TOO_COSTLY:
                    raise
                failure = failure or error
        if failure:
            raise failure
        return not decides

    def truth(self, node: Node, local: Mapping[str, Any]) -> bool:
        found = self.value(node, local)
        if not isinstance(found, bool):
            raise CelError(NO_OVERLOAD)
        return found

    @staticmethod
    def ordered(pairs: list[tuple[Any, Any]]) -> list[Any]:
        from functools import cmp_to_key

        def order(left: tuple[Any, Any], right: tuple[Any, Any]) -> int:
            return -1 if less(left[0], right[0]) else 1 if less(right[0], left[0]) else 0

        return [item for _key, item in sorted(pairs, key=cmp_to_key(order))]


class Lazy:
    """A variable whose value is computed when it is first asked for, such as `variables.x` of a policy."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._found: list[Any] = []

    def __call__(self) -> Any:
        """Return the value. Raises CelError each time if it cannot be computed."""
        if not self._found:
            self._found.append(self._make())
        return self._found[0]


__all__ = ["STEPS_MAX", "Lazy", "Special", "evaluated", "unescaped"]
