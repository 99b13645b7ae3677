"""The functions that CEL and Kubernetes' libraries offer, as one table: name -> function of the arguments, the target first.

Models cel-go/common/stdlib, cel-go/ext and apiserver/pkg/cel/library (1.36).
"""

from base64 import b64decode, b64encode
from collections.abc import Callable
from math import ceil, floor, isfinite, isinf, isnan, trunc
from typing import Any

from learnk8s.simulation.kernel.cel.formats import named_format
from learnk8s.simulation.kernel.cel.parser import UInt
from learnk8s.simulation.kernel.cel.syntax import CelError
from learnk8s.simulation.kernel.cel.values import (NANOS, NO_OVERLOAD, Duration, Optional, Special, Timestamp, TypeOf, checked, cidr_of, double_text, duration_of, duration_text, equal, ip_of, is_number, less,
                                                   pattern, semver_of, timestamp_of, timestamp_text, type_name, url_of, url_part)
from learnk8s.simulation.kernel.quantities import BadQuantity, amount

Function = Callable[..., Any]
TEXT_CHARS_MAX = 1_000_000


def _need(value: Any, *kinds: type) -> Any:
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        raise CelError(NO_OVERLOAD)
    return value


def _text(value: Any) -> str:
    return str(_need(value, str))


# Operators


def _add(left: Any, right: Any) -> Any:
    if is_number(left) and is_number(right):
        return left + right if isinstance(left, float) or isinstance(right, float) else checked(left + right, unsigned=isinstance(left, UInt))
    if isinstance(left, Timestamp) and isinstance(right, Duration):
        return Timestamp(left.nanos + right.nanos)
    if isinstance(left, Duration) and isinstance(right, (Duration, Timestamp)):
        return type(right)(left.nanos + right.nanos)
    if type(left) is type(right) and isinstance(left, (str, bytes, list)):
        if len(left) + len(right) > TEXT_CHARS_MAX:
            raise CelError("operation cancelled: actual cost limit exceeded")
        return left + right
    raise CelError(NO_OVERLOAD)


def _subtract(left: Any, right: Any) -> Any:
    if is_number(left) and is_number(right):
        return left - right if isinstance(left, float) or isinstance(right, float) else checked(left - right, unsigned=isinstance(left, UInt))
    if isinstance(left, Timestamp) and isinstance(right, Timestamp):
        return Duration(left.nanos - right.nanos)
    if isinstance(left, (Timestamp, Duration)) and isinstance(right, Duration):
        return type(left)(left.nanos - right.nanos)
    raise CelError(NO_OVERLOAD)


def _numbers(left: Any, right: Any) -> tuple[Any, Any]:
    if not (is_number(left) and is_number(right)):
        raise CelError(NO_OVERLOAD)
    return left, right


def _multiply(left: Any, right: Any) -> Any:
    left, right = _numbers(left, right)
    return left * right if isinstance(left, float) or isinstance(right, float) else checked(left * right, unsigned=isinstance(left, UInt))


def _divide(left: Any, right: Any) -> Any:
    left, right = _numbers(left, right)
    if isinstance(left, float) or isinstance(right, float):
        return left / right if right else float("nan") if not left else float("inf") if left > 0 else float("-inf")
    if not right:
        raise CelError("division by zero")
    whole = abs(left) // abs(right)
    return checked(whole if (left < 0) == (right < 0) else -whole, unsigned=isinstance(left, UInt))


def _modulo(left: Any, right: Any) -> Any:
    left, right = _numbers(left, right)
    if isinstance(left, float) or isinstance(right, float):
        raise CelError(NO_OVERLOAD)
    if not right:
        raise CelError("modulus by zero")
    rest = abs(left) % abs(right)
    return checked(-rest if left < 0 else rest, unsigned=isinstance(left, UInt))


def _negate(value: Any) -> Any:
    if not is_number(value) or isinstance(value, UInt):
        raise CelError(NO_OVERLOAD)
    return -value if isinstance(value, float) else checked(-value)


def _not(value: Any) -> bool:
    return not _need(value, bool)


def _contains_item(item: Any, container: Any) -> bool:
    if isinstance(container, dict):
        return isinstance(item, (str, int, float)) and item in container
    return any(equal(item, other) for other in _need(container, list))


def _index(container: Any, key: Any) -> Any:
    if isinstance(container, Optional):
        return _optional_index(container, key)
    if isinstance(container, dict):
        if not isinstance(key, (str, int, float)) or key not in container:
            raise CelError(f"no such key: {_shown(key)}")
        return container[key]
    _need(container, list)
    if isinstance(key, float) and key == int(key):
        key = int(key)
    if not 0 <= _need(key, int) < len(container):
        raise CelError(f"index out of bounds: {key}")
    return container[key]


def _optional_index(container: Any, key: Any) -> Optional:
    if isinstance(container, Optional):
        if not container.present:
            return container
        container = container.value
    if isinstance(container, dict):
        return Optional(container[key], True) if key in container else Optional()
    _need(container, list)
    return Optional(container[key], True) if isinstance(key, int) and 0 <= key < len(container) else Optional()


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


# Conversions


def _size(value: Any) -> int:
    return len(_need(value, str, bytes, list, dict))


def _int(value: Any) -> int:
    if isinstance(value, Timestamp):
        return value.nanos // NANOS
    if isinstance(value, Duration):
        return value.nanos
    try:
        if isinstance(value, float) and not isfinite(value):
            raise ValueError
        return checked(int(_need(value, int, float, str)))
    except ValueError as error:
        raise CelError(str(error) if isinstance(error, CelError) else f'strconv.ParseInt: parsing "{value}": invalid syntax') from None


def _uint(value: Any) -> UInt:
    try:
        return UInt(checked(int(_need(value, int, float, str)), unsigned=True))
    except ValueError as error:
        raise CelError(str(error) if isinstance(error, CelError) else f'strconv.ParseUint: parsing "{value}": invalid syntax') from None


def _double(value: Any) -> float:
    try:
        return float(_need(value, int, float, str))
    except ValueError as error:
        raise CelError(str(error) if isinstance(error, CelError) else f'strconv.ParseFloat: parsing "{value}": invalid syntax') from None


def text_of(value: Any) -> str:
    """Return `string(value)`."""
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return double_text(value)
        case int() | str():
            return str(value)
        case bytes():
            return value.decode("utf-8", "replace")
        case Duration():
            return duration_text(value)
        case Timestamp():
            return timestamp_text(value)
        case Special():
            return value.text
    raise CelError(NO_OVERLOAD)


def _bool(value: Any) -> bool:
    if isinstance(value, str):
        if value in ("1", "t", "T", "TRUE", "true", "True"):
            return True
        if value in ("0", "f", "F", "FALSE", "false", "False"):
            return False
        raise CelError(f'strconv.ParseBool: parsing "{value}": invalid syntax')
    return bool(_need(value, bool))


def _bytes(value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else bytes(_need(value, bytes))


def _duration(value: Any) -> Duration:
    return duration_of(value) if isinstance(value, str) else Duration(_need(value, int) if not isinstance(value, Duration) else value.nanos)


def _timestamp(value: Any) -> Timestamp:
    return timestamp_of(value) if isinstance(value, str) else value if isinstance(value, Timestamp) else Timestamp(_need(value, int) * NANOS)


# Strings


def _index_of(text: str, part: str, start: int = 0) -> int:
    if not 0 <= start <= len(_text(text)):
        raise CelError(f"index out of range: {start}")
    return text.find(_text(part), start)


def _last_index_of(text: str, part: str, start: int | None = None) -> int:
    return _text(text).rfind(_text(part)) if start is None else text.rfind(part, 0, start + len(part))


def _substring(text: str, start: int, end: int | None = None) -> str:
    stop = len(_text(text)) if end is None else end
    if not 0 <= start <= stop <= len(text):
        raise CelError(f"index out of range: {start}" if not 0 <= start <= len(text) else f"index out of range: {stop}" if stop > len(text) else f"invalid substring range. start: {start}, end: {stop}")
    return text[start:stop]


def _char_at(text: str, place: int) -> str:
    if not 0 <= place <= len(_text(text)):
        raise CelError(f"index out of range: {place}")
    return text[place : place + 1]


def _replace(text: str, old: str, new: str, count: int = -1) -> str:
    found = _text(text).replace(_text(old), _text(new), count)
    if len(found) > TEXT_CHARS_MAX:
        raise CelError("operation cancelled: actual cost limit exceeded")
    return found


def _split(text: str, separator: str, limit: int = -1) -> list[str]:
    if limit == 0:
        return []
    parts = list(_text(text)) if not _text(separator) else text.split(separator, limit - 1 if limit > 0 else -1)
    return parts


def _join(parts: list[Any], separator: str = "") -> str:
    return separator.join(map(_text, _need(parts, list)))


def _format(text: str, values: list[Any]) -> str:
    import re

    left = list(_need(values, list))

    def one(match: "re.Match[str]") -> str:
        if match[0] == "%%":
            return "%"
        if not left:
            raise CelError("index 0 out of range")
        return _formatted(match, left.pop(0))

    return re.sub(r"%%|%(?:\.(\d{1,2}))?([sdfebxXo])", one, _text(text))


def _formatted(match: Any, value: Any) -> str:
    places, verb = int(match[1] or 6), match[2]
    match verb:
        case "s":
            return format_text(value)
        case "d":
            return str(_need(value, int))
        case "f":
            return f"{_need(value, float, int):.{places}f}"
        case "e":
            return f"{_need(value, float, int):.{places}e}"
        case "b":
            return f"{int(value):b}"
        case "x" | "X":
            shown = _bytes(value).hex() if isinstance(value, (str, bytes)) else f"{_need(value, int):x}"
            return shown.upper() if verb == "X" else shown
    return f"{_need(value, int):o}"


def format_text(value: Any) -> str:
    """Return a value as `%s` of format shows it."""
    if isinstance(value, list):
        return f"[{', '.join(map(format_text, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(sorted(f"{format_text(key)}: {format_text(item)}" for key, item in value.items())) + "}"
    return "null" if value is None else value.name if isinstance(value, TypeOf) else text_of(value)


def _matches(text: str, expression: str) -> bool:
    return bool(pattern(_text(expression)).search(_text(text)))


def _find(text: str, expression: str) -> str:
    return next((str(match[0]) for match in pattern(_text(expression)).finditer(_text(text))), "")


def _find_all(text: str, expression: str, limit: int = -1) -> list[str]:
    found = [match[0] for match in pattern(_text(expression)).finditer(_text(text))]
    return found if limit < 0 else found[:limit]


# Lists


def _sum(items: list[Any]) -> Any:
    total: Any = 0
    for place, item in enumerate(_need(items, list)):
        total = item if not place else _add(total, item)
    return total


def _extreme(items: list[Any], *, greatest: bool) -> Any:
    if not _need(items, list):
        raise CelError(f"{'max' if greatest else 'min'} called on empty list")
    best = items[0]
    for item in items[1:]:
        if less(best, item) if greatest else less(item, best):
            best = item
    return best


def _is_sorted(items: list[Any]) -> bool:
    return not any(less(after, before) for before, after in zip(_need(items, list), items[1:], strict=False))


def _place(items: Any, wanted: Any, *, last: bool = False) -> int:
    if isinstance(items, str):
        return items.rfind(wanted) if last else items.find(wanted)
    found = [place for place, item in enumerate(_need(items, list)) if equal(item, wanted)]
    return (found[-1] if last else found[0]) if found else -1


def _slice(items: list[Any], start: int, end: int) -> list[Any]:
    if not 0 <= start <= end <= len(_need(items, list)):
        raise CelError(f"cannot slice({start}, {end}), list is length {len(items)}")
    return items[start:end]


def _flatten(items: list[Any], depth: int = 1) -> list[Any]:
    found: list[Any] = []
    for item in _need(items, list):
        found += _flatten(item, depth - 1) if isinstance(item, list) and depth > 0 else [item]
    return found


def _distinct(items: list[Any]) -> list[Any]:
    found: list[Any] = []
    for item in _need(items, list):
        if not any(equal(item, other) for other in found):
            found.append(item)
    return found


def _sorted(items: list[Any]) -> list[Any]:
    from functools import cmp_to_key

    return sorted(_need(items, list), key=cmp_to_key(lambda left, right: -1 if less(left, right) else 1 if less(right, left) else 0))


def _in_all(left: list[Any], right: list[Any]) -> bool:
    return all(_contains_item(item, _need(left, list)) for item in _need(right, list))


def _range(count: int) -> list[int]:
    if count > 10_000:
        raise CelError("operation cancelled: actual cost limit exceeded")
    return list(range(_need(count, int)))


# Kubernetes' own types


def _quantity(text: str) -> Special:
    try:
        return Special("kubernetes.Quantity", amount(_text(text)), text)
    except BadQuantity as error:
        raise CelError(str(error)) from None


def _is(make: Function) -> Function:
    def answer(*arguments: Any) -> bool:
        try:
            make(*arguments)
        except CelError as error:
            if str(error) == NO_OVERLOAD:
                raise
            return False
        return True

    return answer


def _special(value: Any, *kinds: str) -> Any:
    if not isinstance(value, Special) or (kinds and value.kind not in kinds):
        raise CelError(NO_OVERLOAD)
    return value.key


def _compare(left: Any, right: Any) -> int:
    a, b = _special(left), _special(right, left.kind)
    return -1 if a < b else 1 if a > b else 0


def _shifted(left: Any, right: Any, sign: int) -> Special:
    other = _special(right, "kubernetes.Quantity") if isinstance(right, Special) else _need(right, int)
    total = _special(left, "kubernetes.Quantity") + sign * other
    return Special("kubernetes.Quantity", total, str(int(total)) if total == int(total) else f"{ceil(total * 1000)}m")


def _as_integer(value: Any) -> int:
    found = _special(value)
    if found != int(found):
        raise CelError("cannot convert value to integer")
    return checked(int(found))


def _semver(text: str, normalize: bool = False) -> Special:
    return semver_of(_text(text), normalize=normalize)


def _contains(target: Any, part: Any) -> bool:
    if isinstance(target, Special) and target.kind == "net.CIDR":
        network = target.key[0]
        if isinstance(part, str):
            part = cidr_of(part) if "/" in part else ip_of(part)
        if part.kind == "net.CIDR":
            return bool(part.key[0].version == network.version and part.key[0].subnet_of(network))
        return bool(part.key.version == network.version and part.key in network)
    return _text(part) in _text(target)


def _contains_ip(target: Special, part: Any) -> bool:
    return _contains(target, ip_of(part) if isinstance(part, str) else part)


def _contains_cidr(target: Special, part: Any) -> bool:
    return _contains(target, cidr_of(part) if isinstance(part, str) else part)


def _ip(value: Any) -> Special:
    return Special("net.IP", value.key[0].network_address if not value.key[1] else ip_of(value.key[1].partition("/")[0]).key, value.key[1].partition("/")[0]) if isinstance(value, Special) else ip_of(_text(value))


def _masked(value: Special) -> Special:
    return Special("net.CIDR", (value.key[0], str(value.key[0])), str(value.key[0]))


def _global_unicast(value: Special) -> bool:
    found = value.key
    return not (found.is_multicast or found.is_loopback or found.is_unspecified or found.is_link_local or str(found) == "255.255.255.255")


# Optionals


def _or_value(value: Any, other: Any) -> Any:
    return value.value if _need(value, Optional).present else other


def _optional_value(value: Any) -> Any:
    if not _need(value, Optional).present:
        raise CelError("optional.none() dereference")
    return value.value


def _of_non_zero(value: Any) -> Optional:
    return Optional() if value in (None, 0, "", b"", False) or value in ([], {}) else Optional(value, True)


def _validated(value: Special, text: str) -> Optional:
    problems = value.key(_text(text))
    return Optional(problems, True) if problems else Optional()


def _named(name: str) -> Optional:
    found = named_format(_text(name))
    return Optional(Special("kubernetes.NamedFormat", found, name), True) if found else Optional()


# Time


def _part_of_time(part: str) -> Function:
    def answer(value: Any, zone: str = "UTC") -> int:
        if isinstance(value, Duration):
            return {"getHours": value.nanos // (3600 * NANOS), "getMinutes": value.nanos // (60 * NANOS), "getSeconds": value.nanos // NANOS, "getMilliseconds": value.nanos // 10**6 % 1000}[part]
        moment = _need(value, Timestamp).moment(zone)
        return int({"getFullYear": moment.year, "getMonth": moment.month - 1, "getDate": moment.day, "getDayOfMonth": moment.day - 1, "getDayOfWeek": moment.isoweekday() % 7, "getDayOfYear": moment.timetuple().tm_yday - 1,
                    "getHours": moment.hour, "getMinutes": moment.minute, "getSeconds": moment.second, "getMilliseconds": moment.microsecond // 1000}[part])

    return answer


FUNCTIONS: dict[str, Function] = {
    "_+_": _add, "_-_": _subtract, "_*_": _multiply, "_/_": _divide, "_%_": _modulo, "-_": _negate, "!_": _not, "@in": _contains_item, "_[_]": _index, "_[?_]": _optional_index,
    "_==_": equal, "_!=_": lambda left, right: not equal(left, right), "_<_": less, "_>_": lambda left, right: less(right, left), "_<=_": lambda left, right: not less(right, left), "_>=_": lambda left, right: not less(left, right),
    "size": _size, "int": _int, "uint": _uint, "double": _double, "string": text_of, "bool": _bool, "bytes": _bytes, "duration": _duration, "timestamp": _timestamp, "dyn": lambda value: value, "type": lambda value: TypeOf(type_name(value)),
    "contains": _contains, "startsWith": lambda text, part: _text(text).startswith(_text(part)), "endsWith": lambda text, part: _text(text).endswith(_text(part)), "matches": _matches, "find": _find, "findAll": _find_all,
    "lowerAscii": lambda text: "".join(letter.lower() if letter.isascii() else letter for letter in _text(text)), "upperAscii": lambda text: "".join(letter.upper() if letter.isascii() else letter for letter in _text(text)),
    "trim": lambda text: _text(text).strip(), "reverse": lambda value: _need(value, str, list)[::-1], "charAt": _char_at, "substring": _substring, "replace": _replace, "split": _split, "join": _join, "format": _format,
    "quote": lambda text: '"' + _text(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"',
    "indexOf": lambda value, part, start=0: _index_of(value, part, start) if isinstance(value, str) else _place(value, part),
    "lastIndexOf": lambda value, part, start=None: _last_index_of(value, part, start) if isinstance(value, str) else _place(value, part, last=True),
    "sum": _sum, "min": lambda items: _extreme(items, greatest=False), "max": lambda items: _extreme(items, greatest=True), "isSorted": _is_sorted, "slice": _slice, "flatten": _flatten, "distinct": _distinct, "sort": _sorted,
    "lists.range": _range, "first": lambda items: Optional(items[0], True) if items else Optional(), "last": lambda items: Optional(items[-1], True) if items else Optional(),
    "sets.contains": _in_all, "sets.equivalent": lambda left, right: _in_all(left, right) and _in_all(right, left), "sets.intersects": lambda left, right: any(_contains_item(item, right) for item in left),
    "math.greatest": lambda *items: _extreme(items[0] if len(items) == 1 and isinstance(items[0], list) else list(items), greatest=True), "math.least": lambda *items: _extreme(items[0] if len(items) == 1 and isinstance(items[0], list) else list(items), greatest=False),
    "math.abs": lambda value: abs(_numbers(value, 0)[0]), "math.ceil": lambda value: float(ceil(_need(value, float))), "math.floor": lambda value: float(floor(_need(value, float))), "math.trunc": lambda value: float(trunc(_need(value, float))),
    "math.round": lambda value: float(int(_need(value, float) + (0.5 if value >= 0 else -0.5))), "math.sign": lambda value: (value > 0) - (value < 0), "math.isNaN": lambda value: isnan(_need(value, float)), "math.isInf": lambda value: isinf(_need(value, float)),
    "quantity": _quantity, "isQuantity": _is(_quantity), "isInteger": _is(_as_integer), "asInteger": _as_integer, "asApproximateFloat": lambda value: float(_special(value, "kubernetes.Quantity")), "sign": lambda value: (_special(value) > 0) - (_special(value) < 0),
    "add": lambda left, right: _shifted(left, right, 1), "sub": lambda left, right: _shifted(left, right, -1), "compareTo": _compare, "isLessThan": lambda left, right: _compare(left, right) < 0, "isGreaterThan": lambda left, right: _compare(left, right) > 0,
    "url": lambda text: url_of(_text(text)), "isURL": _is(lambda text: url_of(_text(text))),
    **{name: (lambda value, part=name: url_part(value, part)) for name in ("getScheme", "getHost", "getHostname", "getPort", "getEscapedPath", "getQuery")},
    "ip": _ip, "isIP": _is(lambda text: ip_of(_text(text))), "ip.isCanonical": lambda text: str(ip_of(text).key) == text, "family": lambda value: value.key.version, "isUnspecified": lambda value: value.key.is_unspecified, "isLoopback": lambda value: value.key.is_loopback,
    "isLinkLocalMulticast": lambda value: value.key.is_multicast and str(value.key).startswith(("224.0.0.", "ff02")), "isLinkLocalUnicast": lambda value: value.key.is_link_local, "isGlobalUnicast": _global_unicast,
    "cidr": lambda text: cidr_of(_text(text)), "isCIDR": _is(lambda text: cidr_of(_text(text))), "containsIP": _contains_ip, "containsCIDR": _contains_cidr, "prefixLength": lambda value: value.key[0].prefixlen, "masked": _masked,
    "semver": _semver, "isSemver": _is(_semver), "major": lambda value: value.key[0], "minor": lambda value: value.key[1], "patch": lambda value: value.key[2],
    "format.named": _named, "validate": _validated,
    "optional.of": lambda value: Optional(value, True), "optional.none": Optional, "optional.ofNonZeroValue": _of_non_zero, "hasValue": lambda value: _need(value, Optional).present, "value": _optional_value, "orValue": _or_value,
    "or": lambda value, other: value if _need(value, Optional).present else other,
    "base64.encode": lambda value: b64encode(_need(value, bytes)).decode(), "base64.decode": lambda text: b64decode(_text(text)),
    "jsonpatch.escapeKey": lambda text: _text(text).replace("~", "~0").replace("/", "~1"),
    **{name: _part_of_time(name) for name in ("getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getHours", "getMinutes", "getSeconds", "getMilliseconds")},
}
NAMESPACES = frozenset(name.partition(".")[0] for name in FUNCTIONS if "." in name) - {"ip", "format"} | {"ip", "format"}
"""Words that stand before a function's name: `sets.contains`."""
