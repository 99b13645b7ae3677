"""Walk a template's tree over data. Models text/template/exec.go (1.25)."""

from collections.abc import Mapping
from typing import Any, NoReturn

from learnk8s.simulation.kernel.gotemplate.functions import Builtin, Refused
from learnk8s.simulation.kernel.gotemplate.nodes import Action, BadTemplate, Branch, Chain, Command, Field, Function, Inclusion, Jump, Literal, Node, Pipe, Text
from learnk8s.simulation.kernel.gotemplate.parsing import Body
from learnk8s.simulation.kernel.gotemplate.values import ABSENT, present, printed, shown, type_name
from learnk8s.simulation.kernel.gotemplate.words import line_of

STEPS_MAX = 50_000
DEPTH_MAX = 50
NOTHING = object()
"""What a command is given that is the first of its pipeline."""
Names = dict[str, Any]


class Filling:
    """One run of a template; the node that is looked at is the one that a refusal names."""

    def __init__(self, template: str, trees: Mapping[str, Body], functions: Mapping[str, Any], *, is_strict: bool = False) -> None:
        self._template, self._trees, self._functions, self._is_strict = template, trees, functions, is_strict
        self._at: Node = Literal(0, "")
        self._out: list[str] = []
        self._steps = self._depth = 0

    def filled(self, data: Any) -> str:
        """Return the whole text. Raises BadTemplate."""
        self._walk(self._trees[""], data, {"$": data})
        return "".join(self._out)

    def _fail(self, message: str) -> NoReturn:
        place = self._at.place
        raise BadTemplate(message, line=line_of(self._template, place), column=place - (self._template.rfind("\n", 0, place) + 1), context=str(self._at), output="".join(self._out))

    def _walk(self, body: Body, dot: Any, names: Names) -> str:
        """Print a body; return the word of the jump that ended it, or ""."""
        for node in body:
            self._steps += 1
            if self._steps > STEPS_MAX:
                self._fail("the template does too much")
            if isinstance(node, Text):
                self._out.append(node.text)
            elif isinstance(node, Jump):
                return node.word
            elif isinstance(node, Action):
                value = self._pipe(dot, node.pipe, names)
                if not node.pipe.variables:
                    self._out.append(printed(value))
            elif isinstance(node, Inclusion):
                self._include(node, dot, names)
            elif isinstance(node, Branch):
                jump = self._range(node, dot, names) if node.word == "range" else self._choose(node, dot, names)
                if jump:
                    return jump
        return ""

    def _include(self, node: Inclusion, dot: Any, names: Names) -> None:
        self._at = node
        if node.name not in self._trees or not node.name:
            self._fail(f'template "{node.name}" not defined')
        self._depth += 1
        if self._depth > DEPTH_MAX:
            self._fail("exceeded maximum template depth")
        given = present(self._pipe(dot, node.pipe, names)) if node.pipe else None
        self._walk(self._trees[node.name], given, {"$": given})
        self._depth -= 1

    def _choose(self, node: Branch, dot: Any, names: Names) -> str:
        inner = _Scope(names)
        value = self._pipe(dot, node.pipe, inner)
        return self._walk(node.body if value else node.other, value if node.word == "with" and value else dot, inner)

    def _range(self, node: Branch, dot: Any, names: Names) -> str:
        value = present(self._pipe(dot, Pipe(node.pipe.place, node.pipe.commands), names))
        if value is not None and (isinstance(value, (str, bool, float)) or not isinstance(value, (list, dict, int))):
            self._fail(f"range can't iterate over {shown(value)}")
        items = sorted(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else [(place, place) for place in range(min(value or 0, STEPS_MAX))]
        if not items:
            return self._walk(node.other, dot, _Scope(names))
        variables = node.pipe.variables
        for key, item in items:
            bound = dict(zip(variables, (key, item) if len(variables) > 1 else (item,), strict=False))
            if node.pipe.is_new:
                inner = _Scope(names, bound)
            else:
                names.update(bound)
                inner = _Scope(names)
            if self._walk(node.body, item, inner) == "break":
                break
        return ""

    # Values

    def _pipe(self, dot: Any, pipe: Pipe, names: Names) -> Any:
        self._at = pipe
        value: Any = NOTHING
        for command in pipe.commands:
            value = self._command(dot, command, names, value)
        for name in pipe.variables:
            if pipe.is_new and isinstance(names, _Scope):
                names.own(name, value)
            else:
                names[name] = value
        return value

    def _command(self, dot: Any, command: Command, names: Names, piped: Any) -> Any:
        first, rest = command.words[0], command.words[1:]
        if isinstance(first, Field):
            return self._field(dot, first, names, has_arguments=bool(rest) or piped is not NOTHING)
        if isinstance(first, Chain):
            return self._chain(dot, first, names, has_arguments=bool(rest) or piped is not NOTHING)
        if isinstance(first, Function):
            return self._called(dot, first, command, names, piped)
        if not isinstance(first, Pipe):
            self._at = first
        if rest or piped is not NOTHING:
            self._fail(f"can't give argument to non-function {f'({first})' if isinstance(first, Pipe) else first}")
        if isinstance(first, Pipe):
            return self._pipe(dot, first, names)
        if first.word == "nil":
            self._fail("nil is not a command")
        return self._literal(dot, first)

    def _literal(self, dot: Any, node: Literal) -> Any:
        return dot if node.word == "." else node.value

    def _argument(self, dot: Any, node: Any, names: Names) -> Any:
        self._at = node
        if isinstance(node, Field):
            return self._field(dot, node, names)
        if isinstance(node, Chain):
            return self._chain(dot, node, names)
        if isinstance(node, Pipe):
            return self._pipe(dot, node, names)
        if isinstance(node, Function):
            return self._called(dot, node, Command(node.place, (node,)), names, NOTHING)
        return self._literal(dot, node)

    def _field(self, dot: Any, node: Field, names: Names, *, has_arguments: bool = False) -> Any:
        self._at = node
        if not node.variable:
            return self._followed(dot, node.names, has_arguments=has_arguments)
        if not node.names and has_arguments:
            self._fail(f"can't give argument to non-function {node}")
        return self._followed(names[node.variable], node.names, has_arguments=has_arguments)

    def _chain(self, dot: Any, node: Chain, names: Names, *, has_arguments: bool = False) -> Any:
        self._at = node
        if isinstance(node.of, Literal) and node.of.word == "nil":
            self._fail(f"indirection through explicit nil in {node}")
        value = self._argument(dot, node.of, names)
        self._at = node
        return self._followed(value, node.names, has_arguments=has_arguments)

    def _followed(self, value: Any, path: tuple[str, ...], *, has_arguments: bool) -> Any:
        for place, name in enumerate(path):
            if value is ABSENT:
                return value
            if value is None:
                self._fail(f"nil pointer evaluating interface {{}}.{name}")
            if not isinstance(value, Mapping):
                self._fail(f"can't evaluate field {name} in type interface {{}}")
            if has_arguments and place == len(path) - 1:
                self._fail(f"{name} is not a method but has arguments")
            if self._is_strict and name not in value:
                self._fail(f'map has no entry for key "{name}"')
            value = value.get(name, ABSENT)
        return value

    def _called(self, dot: Any, node: Function, command: Command, names: Names, piped: Any) -> Any:
        self._at = node
        function, nodes = self._functions[node.name], command.words[1:]
        count = len(nodes) + (piped is not NOTHING)
        if isinstance(function, Builtin) and (count < function.least or (count > function.least and not function.is_open)):
            self._fail(f"wrong number of args for {node.name}: want {'at least ' if function.is_open else ''}{function.least} got {count}")
        if node.name in ("and", "or"):
            return self._logical(dot, node.name, nodes, names, piped)
        arguments = []
        for place, argument in enumerate(nodes):
            arguments.append(self._text(dot, argument, names) if isinstance(function, Builtin) and place < function.texts else self._argument(dot, argument, names))
        if piped is not NOTHING:
            if isinstance(function, Builtin) and len(arguments) < function.texts:
                self._check_text(piped)
            arguments.append(piped)
        self._at = command
        if node.name == "call":
            self._fail(f"error calling call: non-function {nodes[0] if nodes else ''} of type {type_name(arguments[0])}" if present(arguments[0]) is not None else "error calling call: call of nil")
        try:
            return function(arguments if isinstance(function, Builtin) else [present(value) for value in arguments])
        except Refused as refused:
            self._fail(f"error calling {node.name}: {refused}")

    def _logical(self, dot: Any, word: str, nodes: tuple[Any, ...], names: Names, piped: Any) -> Any:
        value: Any = None
        for node in nodes:
            value = self._argument(dot, node, names)
            if bool(value) == (word == "or"):
                return value
        return value if piped is NOTHING else piped

    def _text(self, dot: Any, node: Any, names: Names) -> str:
        value = self._argument(dot, node, names)
        if isinstance(node, Literal) and not isinstance(value, str) and node.word != ".":
            self._at = node
            self._fail(f"expected string; found {node}")
        self._check_text(value)
        return str(value)

    def _check_text(self, value: Any) -> None:
        if present(value) is None:
            self._fail("invalid value; expected string")
        if not isinstance(value, str):
            self._fail(f"wrong type for value; expected string; got {type_name(value)}")


class _Scope(dict[str, Any]):
    """Variables of a part of a template: new ones end with it, those of outside are changed outside."""

    def __init__(self, outer: Names, new: Names | None = None) -> None:
        super().__init__(new or {})
        self._outer = outer

    def __missing__(self, name: str) -> Any:
        return self._outer[name]

    def __setitem__(self, name: str, value: Any) -> None:
        if super().__contains__(name):
            super().__setitem__(name, value)
        else:
            self._outer[name] = value

    def own(self, name: str, value: Any) -> None:
        """Keep a new variable."""
        super().__setitem__(name, value)
