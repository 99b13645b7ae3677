"""Formulas of calculated questions: arithmetic with named values, read as data and never run. Models qtype_calculated of Moodle 5."""

import ast
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

LETTERS_MAX, NODES_MAX = 400, 120
NAME = re.compile(r"\{([A-Za-z][A-Za-z0-9_ ]{0,40})\}")
INLINE = re.compile(r"\{=((?:[^{}]|\{[^{}]{1,42}\}){1,400})\}")
_POWER_MAX = 1_000
FUNCTIONS: dict[str, Callable[..., float]] = {
    "abs": abs, "acos": math.acos, "acosh": math.acosh, "asin": math.asin, "asinh": math.asinh, "atan": math.atan, "atan2": math.atan2, "atanh": math.atanh, "ceil": math.ceil, "cos": math.cos, "cosh": math.cosh, "deg2rad": math.radians, "exp": math.exp, "expm1": math.expm1, "floor": math.floor,
    "fmod": math.fmod, "log": math.log, "log10": math.log10, "log1p": math.log1p, "max": max, "min": min, "pi": lambda: math.pi, "pow": lambda base, power: _power(base, power), "rad2deg": math.degrees, "round": lambda value, digits=0: round(value, int(digits)), "sin": math.sin, "sinh": math.sinh, "sqrt": math.sqrt, "tan": math.tan, "tanh": math.tanh,
}
_OPERATORS: dict[type[ast.AST], Callable[[float, float], float]] = {ast.Add: lambda a, b: a + b, ast.Sub: lambda a, b: a - b, ast.Mult: lambda a, b: a * b, ast.Div: lambda a, b: a / b, ast.Mod: lambda a, b: math.fmod(a, b), ast.Pow: lambda a, b: _power(a, b)}


class BadFormula(ValueError):
    """The formula cannot be worked out; the message says why."""


def _power(base: float, power: float) -> float:
    if abs(power) > _POWER_MAX:
        raise BadFormula("the power is too large")
    found = float(base) ** power
    if isinstance(found, complex):
        raise BadFormula("no real number")
    return found


def worked_out(formula: str, values: Mapping[str, float]) -> float:
    """Return what a formula gives. Raises BadFormula.

    >>> worked_out("{a} + pow({b}, 2) / 2", {"a": 1, "b": 4})
    9.0
    """
    names = {name: f"value_{place}" for place, name in enumerate(sorted(values))}
    text = NAME.sub(lambda found: names.get(found[1].strip(), "?"), formula.strip()).replace("^", "**")
    if len(text) > LETTERS_MAX:
        raise BadFormula("it is too long")
    try:
        tree = ast.parse(text, mode="eval")
        if sum(1 for _node in ast.walk(tree)) > NODES_MAX:
            raise BadFormula("it is too long")
        found = float(_value(tree.body, {names[name]: float(value) for name, value in values.items()}))
    except (SyntaxError, ValueError, ArithmeticError, TypeError, RecursionError, MemoryError) as error:
        raise BadFormula(str(error) or type(error).__name__) from error
    if not math.isfinite(found):
        raise BadFormula("it is no number")
    return found


def _value(node: ast.AST, values: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return float(number)
        case ast.Name(id=name) if name in values:
            return values[name]
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_value(inner, values)
        case ast.UnaryOp(op=ast.UAdd(), operand=inner):
            return _value(inner, values)
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
            return _OPERATORS[type(operator)](_value(left, values), _value(right, values))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in FUNCTIONS:
            return float(FUNCTIONS[name](*(_value(each, values) for each in arguments)))
    raise BadFormula(f"unknown part: {_shown(node)}")


def _shown(node: Any) -> str:
    return str(getattr(node, "id", "") or type(node).__name__)[:40]


def rounded(value: float, length: int, form: str) -> str:
    """Return a number with so many decimals (form 1) or significant digits (form 2).

    >>> rounded(2.345, 2, "1"), rounded(0.012345, 2, "2"), rounded(7.0, 2, "1")
    ('2.35', '0.012', '7')
    """
    length = min(max(length, 0), 9)
    found = f"{value + 1e-12:.{length}f}" if form != "2" else f"{value:.{max(length, 1)}g}"
    number = float(found)
    text = f"{number:.12f}".rstrip("0").rstrip(".")
    return text if abs(number) < 1e15 else f"{number:g}"
