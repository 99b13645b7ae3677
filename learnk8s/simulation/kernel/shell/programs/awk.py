"""awk: patterns with actions, as one-liners use them. Models POSIX awk without getline, user functions and output files.

Theory. A program is read into nested tuples (`("print", [...])`), which are then evaluated for every record. Statements are bounded in number.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from learnk8s.simulation.kernel.shell.program import Invocation, Outcome
from learnk8s.simulation.kernel.patterns import BAD_TEMPLATE, BadPattern, Pattern
from learnk8s.simulation.kernel.shell.programs.patterns import LINE_MAX, compiled

STEPS_MAX = 100_000
PROGRAM_MAX = 4_000
_TOKEN = re.compile(r"""\s*(?:(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<string>"(?:[^"\\]|\\.)*")|(?P<name>[A-Za-z_]\w*)|(?P<operator>\+\+|--|\+=|-=|\*=|/=|%=|==|!=|<=|>=|&&|\|\||!~|[-+*/%^<>=!~?:,;(){}\[\]$]))""", re.VERBOSE)
KEYWORDS = ("if", "else", "while", "for", "in", "do", "print", "printf", "next", "exit", "delete", "break", "continue", "BEGIN", "END")


class AwkFault(ValueError):
    """The program cannot be read or run; the message is awk's."""


class _Next(Exception):
    pass


class _Exit(Exception):
    pass


class _Break(Exception):
    pass


class _Continue(Exception):
    pass


def _tokens(text: str) -> list[tuple[str, str]]:
    if len(text) > PROGRAM_MAX:
        raise AwkFault("the program is too long")
    found: list[tuple[str, str]] = []
    place = 0
    while place < len(text):
        if text[place] in " \t\\":
            place += 1
        elif text[place] == "\n":
            found.append(("operator", ";"))
            place += 1
        elif text[place] == "#":
            place = text.find("\n", place) if "\n" in text[place:] else len(text)
        elif text[place] == "/" and (not found or (found[-1][0] == "operator" and found[-1][1] not in (")", "]", "$")) or found[-1] in (("name", "print"), ("name", "in"))):
            end = place + 1
            while end < len(text) and text[end] != "/":
                end += 2 if text[end] == "\\" else 1
            if end >= len(text):
                raise AwkFault("non-terminated regular expression")
            found.append(("regex", text[place + 1 : end].replace("\\/", "/")))
            place = end + 1
        else:
            match = _TOKEN.match(text, place)
            if match is None or match.lastgroup is None:
                raise AwkFault(f"syntax error at source line 1 near {text[place:place + 10]}")
            found.append((match.lastgroup, match[match.lastgroup]))
            place = match.end()
    return found


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t", "r": "\r"}.get(found[1], found[1]), text)


class _Reader:
    """Reads a program."""

    def __init__(self, text: str) -> None:
        self.found, self.place = _tokens(text), 0

    def _peek(self, ahead: int = 0) -> tuple[str, str]:
        place = self.place + ahead
        return self.found[place] if place < len(self.found) else ("end", "")

    def _takes(self, *texts: str) -> str:
        kind, text = self._peek()
        if kind in ("operator", "name") and text in texts:
            self.place += 1
            return text
        return ""

    def _needs(self, text: str) -> None:
        if not self._takes(text):
            raise AwkFault(f"syntax error at source line 1 near {self._peek()[1] or 'end of program'}")

    def _skip(self) -> None:
        while self._takes(";"):
            pass

    def rules(self) -> list[tuple[Any, Any]]:
        """Return pairs of pattern and action."""
        found = []
        self._skip()
        while self._peek()[0] != "end":
            pattern: Any = None
            if word := self._takes("BEGIN", "END"):
                pattern = (word,)
            elif self._peek() != ("operator", "{"):
                pattern = self.expression()
                if self._takes(","):
                    pattern = ("range", pattern, self.expression())
            found.append((pattern, self._block() if self._peek() == ("operator", "{") else [("print", [])]))
            self._skip()
        return found

    def _block(self) -> list[Any]:
        self._needs("{")
        body = []
        self._skip()
        while not self._takes("}"):
            if self._peek()[0] == "end":
                raise AwkFault("syntax error at source line 1: missing }")
            body.append(self._statement())
            self._skip()
        return body

    def _statement(self) -> Any:
        if self._peek() == ("operator", "{"):
            return ("block", self._block())
        if self._takes("if"):
            self._needs("(")
            condition = self.expression()
            self._needs(")")
            self._skip_line()
            body = self._statement()
            place = self.place
            self._skip()
            if self._takes("else"):
                self._skip_line()
                return ("if", condition, body, self._statement())
            self.place = place
            return ("if", condition, body, None)
        if self._takes("while"):
            self._needs("(")
            condition = self.expression()
            self._needs(")")
            return ("while", condition, self._statement())
        if self._takes("for"):
            return self._for()
        if word := self._takes("next", "exit", "break", "continue"):
            if word == "exit" and self._peek() not in (("operator", ";"), ("operator", "}"), ("end", "")):
                self.expression()
            return (word,)
        if self._takes("delete"):
            name = self._peek()[1]
            self.place += 1
            if self._takes("["):
                key = self.expression()
                self._needs("]")
                return ("delete", name, key)
            return ("delete", name, None)
        if word := self._takes("print", "printf"):
            parts = [] if self._peek() in (("operator", ";"), ("operator", "}"), ("end", "")) else self._list()
            return (word, parts)
        return ("do", self.expression())

    def _skip_line(self) -> None:
        self._skip()

    def _list(self) -> list[Any]:
        grouped = self._peek() == ("operator", "(") and self._closes_list()
        if grouped:
            self.place += 1
        parts = [self.expression(no_greater=not grouped)]
        while self._takes(","):
            parts.append(self.expression(no_greater=not grouped))
        if grouped:
            self._needs(")")
        return parts

    def _closes_list(self) -> bool:
        depth = 0
        for place in range(self.place, len(self.found)):
            depth += {"(": 1, ")": -1}.get(self.found[place][1], 0) if self.found[place][0] == "operator" else 0
            if depth == 0:
                return place + 1 >= len(self.found) or self.found[place + 1] in (("operator", ";"), ("operator", "}"))
        return False

    def _for(self) -> Any:
        self._needs("(")
        if self._peek()[0] == "name" and self._peek(1) == ("name", "in") and self._peek(3) == ("operator", ")"):
            variable, array = self._peek()[1], self._peek(2)[1]
            self.place += 4
            return ("each", variable, array, self._statement())
        parts: list[Any] = []
        for ending in (";", ";", ")"):
            parts.append(None if self._peek() == ("operator", ending) else self.expression())
            self._needs(ending)
        return ("for", *parts, self._statement())

    def expression(self, *, no_greater: bool = False) -> Any:
        """Read one expression."""
        return self._ternary(no_greater)

    def _ternary(self, ng: bool) -> Any:
        left = self._or(ng)
        if operator := self._takes("=", "+=", "-=", "*=", "/=", "%="):
            if left[0] not in ("name", "field", "element"):
                raise AwkFault("syntax error at source line 1: assignment to what is no variable")
            return ("assign", operator, left, self._ternary(ng))
        if self._takes("?"):
            first = self._ternary(ng)
            self._needs(":")
            return ("ternary", left, first, self._ternary(ng))
        return left

    def _or(self, ng: bool) -> Any:
        left = self._and(ng)
        while self._takes("||"):
            left = ("||", left, self._and(ng))
        return left

    def _and(self, ng: bool) -> Any:
        left = self._in(ng)
        while self._takes("&&"):
            left = ("&&", left, self._in(ng))
        return left

    def _in(self, ng: bool) -> Any:
        left = self._match(ng)
        while self._takes("in"):
            left = ("in", left, self._peek()[1])
            self.place += 1
        return left

    def _match(self, ng: bool) -> Any:
        left = self._compare(ng)
        while operator := self._takes("~", "!~"):
            left = (operator, left, self._compare(ng))
        return left

    def _compare(self, ng: bool) -> Any:
        left = self._concatenated(ng)
        if operator := self._takes("==", "!=", "<", "<=", ">=", *(() if ng else (">",))):
            return ("compare", operator, left, self._concatenated(ng))
        return left

    def _concatenated(self, ng: bool) -> Any:
        left = self._sum(ng)
        while self._peek()[0] in ("number", "string") or (self._peek()[0] == "name" and self._peek()[1] not in KEYWORDS) or self._peek() in (("operator", "$"), ("operator", "("), ("operator", "!")) and self._peek() != ("operator", "!"):
            left = ("concat", left, self._sum(ng))
        return left

    def _sum(self, ng: bool) -> Any:
        left = self._product(ng)
        while operator := self._takes("+", "-"):
            left = ("math", operator, left, self._product(ng))
        return left

    def _product(self, ng: bool) -> Any:
        left = self._unary(ng)
        while operator := self._takes("*", "/", "%"):
            left = ("math", operator, left, self._unary(ng))
        return left

    def _unary(self, ng: bool) -> Any:
        if operator := self._takes("!", "-", "+"):
            return ("unary", operator, self._unary(ng))
        if operator := self._takes("++", "--"):
            return ("step", operator, self._unary(ng), "before")
        value = self._power(ng)
        if operator := self._takes("++", "--"):
            return ("step", operator, value, "after")
        return value

    def _power(self, ng: bool) -> Any:
        base = self._primary(ng)
        return ("math", "^", base, self._unary(ng)) if self._takes("^") else base

    def _primary(self, ng: bool) -> Any:
        kind, text = self._peek()
        self.place += 1
        match kind:
            case "number":
                return ("number", float(text))
            case "string":
                return ("string", _unescaped(text[1:-1]))
            case "regex":
                return ("regex", text)
            case "name" if text not in KEYWORDS:
                if self._takes("("):
                    arguments = [] if self._peek() == ("operator", ")") else self._arguments()
                    self._needs(")")
                    return ("call", text, arguments)
                if text == "length":
                    return ("call", text, [])
                if self._takes("["):
                    keys = self._arguments()
                    self._needs("]")
                    return ("element", text, keys)
                return ("name", text)
        if (kind, text) == ("operator", "$"):
            return ("field", self._increment_free())
        if (kind, text) == ("operator", "("):
            value = self.expression()
            self._needs(")")
            return ("group", value)
        self.place -= 1
        raise AwkFault(f"syntax error at source line 1 near {text or 'end of program'}")

    def _increment_free(self) -> Any:
        return self._primary(False)

    def _arguments(self) -> list[Any]:
        found = [self.expression()]
        while self._takes(","):
            found.append(self.expression())
        return found


Value = str | float


def _number(value: Value) -> float:
    if isinstance(value, float):
        return value
    found = re.match(r"\s*[-+]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})([eE][-+]?\d{1,2})?", value)
    return float(found[0]) if found else 0.0


def _text(value: Value) -> str:
    if isinstance(value, str):
        return value
    return str(int(value)) if value == int(value) and abs(value) < 1e16 else f"{value:.6g}"


def _looks_numeric(value: Value) -> bool:
    return isinstance(value, float) or bool(re.fullmatch(r"\s*[-+]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})([eE][-+]?\d{1,2})?\s*", value))


class _Literal(str):
    """A string that was written in the program: it is compared as text."""


def _written(values: dict[str, Value]) -> dict[str, Any]:
    return {name: [str(value)] if isinstance(value, _Literal) else value for name, value in values.items()}


def _read_back(values: dict[str, Any]) -> dict[str, Value]:
    return {name: _Literal(value[0]) if isinstance(value, list) else value for name, value in values.items()}


@dataclass
class _Run:
    """What a program knows while it runs."""

    variables: dict[str, Value]
    arrays: dict[str, dict[str, Value]] = field(default_factory=dict)
    fields: list[str] = field(default_factory=list)
    record: str = ""
    out: list[str] = field(default_factory=list)
    steps: int = 0
    in_range: set[int] = field(default_factory=set)
    is_over: bool = False

    def dump(self) -> dict[str, Any]:
        """Return as JSON-able data what the lines to come are to know of those before. What was written in the program stays text: see _Literal."""
        return {"variables": _written(self.variables), "arrays": {name: _written(values) for name, values in self.arrays.items()}, "in_range": sorted(self.in_range), "record": self.record, "fields": self.fields}

    def resume(self, dumped: dict[str, Any]) -> None:
        """Take back what `dump` returned."""
        self.variables, self.arrays = _read_back(dumped["variables"]), {name: _read_back(values) for name, values in dumped["arrays"].items()}
        self.in_range, self.record, self.fields = set(dumped["in_range"]), dumped["record"], list(dumped["fields"])

    def take(self, line: str) -> None:
        """Make a line the record."""
        self.record = line
        separator = _text(self.variables["FS"])
        if separator == " ":
            self.fields = line.split()
        elif len(separator) == 1:
            self.fields = line.split(separator) if line else []
        else:
            self.fields = compiled(separator, extended=True).split(line[:LINE_MAX]) if line else []
        self.variables["NF"] = float(len(self.fields))

    def value(self, node: Any) -> Value:
        """Return what an expression is."""
        self.steps += 1
        if self.steps > STEPS_MAX:
            raise AwkFault("the program takes more steps than this simulated awk allows")
        return EVALUATE[node[0]](self, node)

    def truth(self, node: Any) -> bool:
        """Say whether an expression holds."""
        value = self.value(node)
        return _number(value) != 0 if _looks_numeric(value) and not isinstance(value, _Literal) else bool(value)

    def field_at(self, place: int) -> str:
        """Return $place."""
        return self.record if place == 0 else self.fields[place - 1] if 0 < place <= len(self.fields) else ""

    def key(self, nodes: list[Any]) -> str:
        """Return the key of an array's element."""
        return "\x1c".join(_text(self.value(node)) for node in nodes)

    def put(self, target: Any, value: Value) -> Value:
        """Assign to a variable, an element or a field."""
        if target[0] == "name":
            self.variables[target[1]] = value
        elif target[0] == "element":
            self.arrays.setdefault(target[1], {})[self.key(target[2])] = value
        else:
            place = int(_number(self.value(target[1])))
            if place == 0:
                self.take(_text(value))
            elif place < 1_000:
                self.fields.extend([""] * (place - len(self.fields)))
                self.fields[place - 1] = _text(value)
                self.variables["NF"] = float(len(self.fields))
                self.record = _text(self.variables["OFS"]).join(self.fields)
        return value

    def do(self, statement: Any) -> None:
        """Carry out a statement."""
        self.steps += 1
        if self.steps > STEPS_MAX:
            raise AwkFault("the program takes more steps than this simulated awk allows")
        match statement:
            case ("block", body):
                for inner in body:
                    self.do(inner)
            case ("do", expression):
                self.value(expression)
            case ("print", parts):
                self.out.append((_text(self.variables["OFS"]).join(_text(self.value(part)) for part in parts) if parts else self.record) + _text(self.variables["ORS"]))
            case ("printf", parts):
                self.out.append(_formatted([self.value(part) for part in parts]))
            case ("if", condition, body, other):
                if self.truth(condition):
                    self.do(body)
                elif other is not None:
                    self.do(other)
            case ("while", condition, body):
                self._loop(None, condition, None, body)
            case ("for", first, condition, step, body):
                self._loop(first, condition, step, body)
            case ("each", variable, array, body):
                for key in list(self.arrays.get(array, {})):
                    self.variables[variable] = key
                    if self._turn(body):
                        break
            case ("delete", name, key):
                if key is None:
                    self.arrays.pop(name, None)
                else:
                    self.arrays.get(name, {}).pop(_text(self.value(key)), None)
            case ("next",):
                raise _Next
            case ("exit",):
                raise _Exit
            case ("break",):
                raise _Break
            case ("continue",):
                raise _Continue

    def _loop(self, first: Any, condition: Any, step: Any, body: Any) -> None:
        if first is not None:
            self.value(first)
        while condition is None or self.truth(condition):
            if self._turn(body):
                break
            if step is not None:
                self.value(step)

    def _turn(self, body: Any) -> bool:
        try:
            self.do(body)
        except _Break:
            return True
        except _Continue:
            pass
        return False


def _formatted(values: list[Value]) -> str:
    rest = list(values[1:])

    def one(found: re.Match[str]) -> str:
        if found[2] == "%":
            return "%"
        flags = found[1]
        while "*" in flags:
            flags = flags.replace("*", str(int(_number(rest.pop(0) if rest else ""))), 1)
        value: Value = rest.pop(0) if rest else ""
        if any(int(number) > 500 for number in re.findall(r"\d+", flags)):
            raise AwkFault("the width of a printf is too large")
        if found[2] in "di":
            return f"%{flags}d" % int(_number(value))
        if found[2] == "c":
            return chr(int(value)) if isinstance(value, float) else value[:1]
        return f"%{flags}s" % _text(value) if found[2] == "s" else f"%{flags}{found[2]}" % (int(_number(value)) if found[2] in "xXo" else _number(value))

    return re.sub(r"%([-+ 0#*\d.]*)([diouxXeEfgGcs%])", one, _text(values[0]) if values else "")


def _compare(run: _Run, node: Any) -> Value:
    _kind, operator, first, second = node
    left, right = run.value(first), run.value(second)
    one: Any
    two: Any
    one, two = (_number(left), _number(right)) if _looks_numeric(left) and _looks_numeric(right) and not isinstance(left, _Literal) and not isinstance(right, _Literal) else (_text(left), _text(right))
    return float({"==": one == two, "!=": one != two, "<": one < two, "<=": one <= two, ">": one > two, ">=": one >= two}[operator])


def _pattern(run: _Run, node: Any) -> Pattern:
    return compiled(node[1] if node[0] == "regex" else _text(run.value(node)), extended=True)


def _math(operator: str, left: float, right: float) -> float:
    if operator in "/%" and right == 0:
        raise AwkFault("division by zero")
    if operator == "^":
        return left**right if abs(right) < 64 and abs(left) < 1e6 else 0.0
    return {"+": left + right, "-": left - right, "*": left * right, "/": left / (right or 1), "%": left % (right or 1)}[operator]


def _assign(run: _Run, node: Any) -> Value:
    _kind, operator, target, source = node
    value = run.value(source)
    if operator != "=":
        value = _math(operator[0], _number(run.value(target)), _number(value))
    return run.put(target, str(value) if isinstance(value, _Literal) else value)


def _step(run: _Run, node: Any) -> Value:
    before = _number(run.value(node[2]))
    after = before + (1 if node[1] == "++" else -1)
    run.put(node[2], after)
    return before if node[3] == "after" else after


def _substituted(run: _Run, arguments: list[Any], *, everywhere: bool) -> Value:
    target = arguments[2] if len(arguments) > 2 else ("field", ("number", 0.0))
    replacement = re.sub(r"(?<!\\)&", r"\\g<0>", _text(run.value(arguments[1]))).replace("\\\\g", "\\g")
    try:
        text, count = _pattern(run, arguments[0]).subn(replacement, _text(run.value(target))[:LINE_MAX], count=0 if everywhere else 1)
    except BAD_TEMPLATE as error:
        raise AwkFault(str(error)) from error
    if count:
        run.put(target, text)
    return float(count)


def _split(run: _Run, arguments: list[Any]) -> Value:
    text = _text(run.value(arguments[0]))
    separator = " " if len(arguments) < 3 else arguments[2][1] if arguments[2][0] == "regex" else _text(run.value(arguments[2]))
    parts = text.split() if separator == " " else text.split(separator) if len(separator) == 1 else compiled(separator, extended=True).split(text[:LINE_MAX])
    run.arrays[arguments[1][1]] = {str(place): part for place, part in enumerate(parts if text else [], start=1)}
    return float(len(parts) if text else 0)


def _call(run: _Run, node: Any) -> Value:
    _kind, name, arguments = node
    match name:
        case "sub" | "gsub":
            return _substituted(run, arguments, everywhere=name == "gsub")
        case "split":
            return _split(run, arguments)
        case "length" if arguments and arguments[0][0] == "name" and arguments[0][1] in run.arrays:
            return float(len(run.arrays[arguments[0][1]]))
        case "match":
            found = _pattern(run, arguments[1]).search(_text(run.value(arguments[0]))[:LINE_MAX])
            run.variables["RSTART"], run.variables["RLENGTH"] = (float(found.start() + 1), float(len(found[0]))) if found else (0.0, -1.0)
            return run.variables["RSTART"]
    values = [run.value(argument) for argument in arguments]
    texts = [_text(value) for value in values]
    match name:
        case "length":
            return float(len(texts[0] if texts else run.record))
        case "substr":
            start = int(_number(values[1])) - 1
            end = start + int(_number(values[2])) if len(values) > 2 else None
            return texts[0][max(start, 0) : end if end is None else max(end, 0)]
        case "index":
            return float(texts[0].find(texts[1]) + 1)
        case "toupper":
            return texts[0].upper()
        case "tolower":
            return texts[0].lower()
        case "sprintf":
            return _formatted(values)
        case "int":
            return float(int(_number(values[0])))
        case "sqrt":
            return _number(values[0]) ** 0.5
        case "system" | "getline":
            raise AwkFault(f"{name} is not modelled in this simulated awk")
    raise AwkFault(f"calling undefined function {name}")


EVALUATE: dict[str, Callable[[_Run, Any], Value]] = {
    "number": lambda run, node: node[1], "string": lambda run, node: _Literal(node[1]), "regex": lambda run, node: float(bool(compiled(node[1], extended=True).search(run.record[:LINE_MAX]))), "name": lambda run, node: run.variables.get(node[1], ""),
    "element": lambda run, node: run.arrays.setdefault(node[1], {}).setdefault(run.key(node[2]), ""), "field": lambda run, node: run.field_at(int(_number(run.value(node[1])))), "group": lambda run, node: run.value(node[1]),
    "||": lambda run, node: float(run.truth(node[1]) or run.truth(node[2])), "&&": lambda run, node: float(run.truth(node[1]) and run.truth(node[2])), "in": lambda run, node: float(_text(run.value(node[1])) in run.arrays.get(node[2], {})),
    "~": lambda run, node: float(bool(_pattern(run, node[2]).search(_text(run.value(node[1]))[:LINE_MAX]))), "!~": lambda run, node: float(not _pattern(run, node[2]).search(_text(run.value(node[1]))[:LINE_MAX])), "compare": _compare,
    "concat": lambda run, node: _text(run.value(node[1])) + _text(run.value(node[2])), "math": lambda run, node: _math(node[1], _number(run.value(node[2])), _number(run.value(node[3]))), "assign": _assign, "step": _step, "call": _call,
    "ternary": lambda run, node: run.value(node[2]) if run.truth(node[1]) else run.value(node[3]), "unary": lambda run, node: float(not run.truth(node[2])) if node[1] == "!" else _number(run.value(node[2])) * (-1 if node[1] == "-" else 1),
}


def _applies(run: _Run, number: int, pattern: Any) -> bool:
    if pattern is None:
        return True
    if pattern[0] == "range":
        if number not in run.in_range and run.truth(pattern[1]):
            run.in_range.add(number)
            if run.truth(pattern[2]):
                run.in_range.discard(number)
            return True
        if number in run.in_range:
            if run.truth(pattern[2]):
                run.in_range.discard(number)
            return True
        return False
    return run.truth(pattern)


def awk(call: Invocation) -> Outcome:
    """Run awk."""
    variables: dict[str, Value] = {"FS": " ", "OFS": " ", "ORS": "\n", "RS": "\n", "NR": 0.0, "NF": 0.0, "FILENAME": ""}
    words, rest = [], list(call.argv[1:])
    while rest:
        word = rest.pop(0)
        if word.startswith("-F"):
            variables["FS"] = _unescaped(word[2:] or (rest.pop(0) if rest else " "))
        elif word.startswith("-v"):
            name, _, value = (word[2:] or (rest.pop(0) if rest else "")).partition("=")
            variables[name] = _unescaped(value)
        elif word == "-f" and rest:
            words.append(call.files.read(rest.pop(0)) or "")
        else:
            words.append(word)
    if not words:
        return Outcome("", "usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]\n", 2)
    text = call.stdin
    if len(words) > 1:
        texts = [call.files.read(name) for name in words[1:]]
        missing = next((name for name, found in zip(words[1:], texts, strict=True) if found is None), None)
        if missing is not None:
            return Outcome("", f"awk: can't open file {missing}\n source line number 1\n", 2)
        text = "".join(found or "" for found in texts)
    run = _Run(variables)
    if call.memory:
        run.resume(call.memory)
    try:
        _all_records(run, _Reader(words[0]).rules(), text, begins=not call.memory, ends=not call.is_open)
    except (AwkFault, BadPattern) as bad:
        return Outcome("".join(run.out), f"awk: {bad}\n", 2, reads_no_more=True)
    except (ValueError, OverflowError, IndexError, RecursionError):
        return Outcome("".join(run.out), "awk: this program does not fit its input\n", 2, reads_no_more=True)
    if call.memory is not None:
        call.memory.update(run.dump())
    return Outcome("".join(run.out), reads_no_more=run.is_over)


def _all_records(run: _Run, rules: list[tuple[Any, Any]], text: str, *, begins: bool, ends: bool) -> None:
    lines = text.split("\n")[:-1] if text.endswith("\n") else text.split("\n") if text else []
    if run.variables["RS"] == "":
        lines = [part.replace("\n", " ") for part in re.split(r"\n\n+", text.strip("\n"))]
    try:
        for pattern, action in rules if begins else ():
            if pattern == ("BEGIN",):
                run.do(("block", action))
        for line in lines if any(pattern != ("BEGIN",) for pattern, _action in rules) else ():
            run.variables["NR"] = run.variables["FNR"] = _number(run.variables["NR"]) + 1
            run.take(line)
            try:
                for number, (pattern, action) in enumerate(rules):
                    if pattern not in (("BEGIN",), ("END",)) and _applies(run, number, pattern):
                        run.do(("block", action))
            except _Next:
                continue
    except _Exit:
        run.is_over = True
    try:
        for pattern, action in rules if ends or run.is_over else ():
            if pattern == ("END",):
                run.do(("block", action))
    except _Exit:
        pass
