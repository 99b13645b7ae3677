"""Values as Go sees and prints them. Models package fmt (1.25)."""

import json
import re
from typing import Any

from learnk8s.simulation.kernel.gotemplate.parsing import Written


class Absent:
    """What stands at a path that leads nowhere: it has no type, and all its fields are absent as well."""

    def __bool__(self) -> bool:
        return False


ABSENT = Absent()


def present(value: Any) -> Any:
    """Return a value, or None for one that is absent."""
    return None if value is ABSENT else value


def type_name(value: Any) -> str:
    """Return what Go calls the type of a value out of JSON.

    >>> type_name("a"), type_name(1), type_name([]), type_name({})
    ('string', 'int64', '[]interface {}', 'map[string]interface {}')
    """
    names = {str: "string", bool: "bool", Written: "int", int: "int64", float: "float64", list: "[]interface {}", dict: "map[string]interface {}"}
    return names.get(type(value), "interface {}")


def shown(value: Any) -> str:
    """Return a value as `%v` prints it."""
    if value is None or value is ABSENT:
        return "<nil>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, dict):
        return "map[" + " ".join(f"{key}:{shown(item)}" for key, item in sorted(value.items())) + "]"
    return "[" + " ".join(map(shown, value)) + "]" if isinstance(value, (list, tuple)) else str(value)


def _float(value: float) -> str:
    """Return a number as `%v` prints it: with an exponent from 1e21 on and below 1e-4.

    >>> _float(1e20), _float(2.50), _float(1e21), _float(0.00001)
    ('100000000000000000000', '2.5', '1e+21', '1e-05')
    """
    plain = repr(value)
    if "e" in plain and 1e-4 <= abs(value) < 1e21:
        plain = f"{value:.0f}"
    return plain.removesuffix(".0")


def printed(value: Any) -> str:
    """Return a value as an action prints it."""
    return "<no value>" if value is None or value is ABSENT else shown(value)


_VERB = re.compile(r"%([-+# 0]*)(\d+)?(?:\.(\d+))?(.?)", re.DOTALL)


def formatted(form: str, values: list[Any]) -> str:
    """Return what Printf makes of a form and values.

    >>> formatted("%-4s|%03d|%q|%d", ["a", 7, "b", "c"])
    'a   |007|"b"|%!d(string=c)'
    """
    rest = list(values)

    def one(found: re.Match[str]) -> str:
        flags, width, digits, verb = found.groups()
        if verb == "%":
            return "%"
        if not verb:
            return "%!(NOVERB)"
        if not rest:
            return f"%!{verb}(MISSING)"
        text = _verb(verb, rest.pop(0), digits)
        if not width:
            return text
        return text.ljust(int(width)) if "-" in flags else text.zfill(int(width)) if "0" in flags and verb in "dfx" else text.rjust(int(width))

    text = _VERB.sub(one, form)
    return text + ("%!(EXTRA " + ", ".join(f"{type_name(value)}={shown(value)}" for value in rest) + ")" if rest else "")


def _verb(verb: str, value: Any, digits: str | None) -> str:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    value = present(value)
    if verb == "v":
        return shown(value)
    if verb == "T":
        return type_name(value) if value is not None else "<nil>"
    if value is None:
        return f"%!{verb}(<nil>)"
    if isinstance(value, (list, tuple)) and verb in "sdq":
        return "[" + " ".join(_verb(verb, item, digits) for item in value) + "]"
    if isinstance(value, str) and verb in "sqx":
        return {"s": value if digits is None else value[: int(digits)], "q": json.dumps(value, ensure_ascii=False), "x": value.encode().hex()}[verb]
    if is_whole and verb in "dxXbo":
        return f"{value:{verb}}"
    if isinstance(value, bool) and verb == "t":
        return shown(value)
    if isinstance(value, float) and verb in "fge":
        return f"{value:.{digits or 6}{verb}}" if verb == "f" or digits else shown(value)
    return f"%!{verb}({type_name(value)}={shown(value)})"
