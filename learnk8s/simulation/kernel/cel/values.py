"""The values that Python has no type for, and how CEL compares, adds and names values. Models cel-go/common/types (1.36)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import parse_qs, urlsplit

from learnk8s.simulation.kernel.cel.parser import UInt
from learnk8s.simulation.kernel.patterns import BadPattern, Pattern
from learnk8s.simulation.kernel.patterns import pattern as read_pattern
from learnk8s.simulation.kernel.cel.syntax import CelError

INT_MIN, INT_MAX, UINT_MAX = -(2**63), 2**63 - 1, 2**64 - 1
NANOS = 10**9
NO_OVERLOAD = "no such overload"


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A span in nanoseconds."""

    nanos: int


@dataclass(frozen=True, slots=True, order=True)
class Timestamp:
    """A moment in nanoseconds since 1970."""

    nanos: int

    def moment(self, zone: str = "UTC") -> datetime:
        """Return it as a datetime in a zone (`UTC`, `+02:00`, or a name)."""
        moment = datetime.fromtimestamp(self.nanos // NANOS, UTC) + timedelta(microseconds=self.nanos % NANOS // 1000)
        found = re.fullmatch(r"([+-]?)(\d{1,2}):(\d{2})", zone)
        if found:
            shift = timedelta(hours=int(found[2]), minutes=int(found[3]))
            return moment - shift if found[1] == "-" else moment + shift
        if zone != "UTC":
            raise CelError(f"unknown time zone {zone}")
        return moment


@dataclass(frozen=True, slots=True)
class Optional:
    """`optional.of(x)`, or `optional.none()`."""

    value: Any = None
    present: bool = False


@dataclass(frozen=True, slots=True)
class TypeOf:
    """What `type(x)` answers."""

    name: str


@dataclass(frozen=True, slots=True)
class Special:
    """A value of Kubernetes' own libraries: quantity, url, ip, cidr, semver, format, authorizer; `key` compares, `text` shows."""

    kind: str
    key: Any
    text: str = ""


@dataclass(frozen=True, slots=True)
class TypedObject:
    """`Object{...}` or `JSONPatch{...}`, as mutating policies make them."""

    name: str
    fields: Any


def type_name(value: Any) -> str:
    """Return what CEL calls a value's type.

    >>> type_name(1), type_name([])
    ('int', 'list')
    """
    for kinds, name in _TYPE_NAMES:
        if isinstance(value, kinds):
            return name
    return value.kind if isinstance(value, Special) else value.name if isinstance(value, TypedObject) else "null_type"


_TYPE_NAMES: tuple[tuple[Any, str], ...] = ((bool, "bool"), (UInt, "uint"), (int, "int"), (float, "double"), (str, "string"), (bytes, "bytes"), (list, "list"), (dict, "map"), (Duration, "google.protobuf.Duration"),
                                            (Timestamp, "google.protobuf.Timestamp"), (Optional, "optional_type"), (TypeOf, "type"))


def is_number(value: Any) -> bool:
    """Say whether a value is an int, a uint or a double."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def equal(left: Any, right: Any) -> bool:
    """Say whether two values are equal; values of different types are not, numbers are by value."""
    if isinstance(left, bool) or isinstance(right, bool):
        return isinstance(left, bool) and isinstance(right, bool) and left == right
    if is_number(left) and is_number(right):
        return bool(left == right)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return len(left) == len(right) and all(key in right and equal(value, right[key]) for key, value in left.items())
    return type(left) is type(right) and left == right


def less(left: Any, right: Any) -> bool:
    """Say whether one value is less than another. Raises CelError for values that have no order."""
    comparable = (is_number(left) and is_number(right)) or (type(left) is type(right) and isinstance(left, (str, bytes, bool, Duration, Timestamp)))
    if not comparable:
        raise CelError(NO_OVERLOAD)
    return bool(left < right)


def checked(value: int, *, unsigned: bool = False) -> int:
    """Return a number that fits. Raises CelError."""
    if not (0 if unsigned else INT_MIN) <= value <= (UINT_MAX if unsigned else INT_MAX):
        raise CelError(f"{'unsigned ' if unsigned else ''}integer overflow")
    return UInt(value) if unsigned else value


_UNITS = {"ns": 1, "us": 1000, "µs": 1000, "ms": 10**6, "s": NANOS, "m": 60 * NANOS, "h": 3600 * NANOS}


def duration_of(text: str) -> Duration:
    """Return the duration that Go reads: `1h30m`. Raises CelError.

    >>> duration_of("1.5s").nanos
    1500000000
    """
    found = re.fullmatch(r"([+-]?)((?:\d+(?:\.\d*)?(?:ns|us|µs|ms|s|m|h))+|0)", text)
    if found is None:
        raise CelError(f'time: invalid duration "{text}"')
    total = 0
    for number, unit in re.findall(r"(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)", found[2]):
        whole, _, rest = number.partition(".")
        total += int(whole) * _UNITS[unit] + (int(rest) * _UNITS[unit] // 10 ** len(rest) if rest else 0)
    return Duration(-total if found[1] == "-" else total)


def duration_text(value: Duration) -> str:
    """Return a duration as CEL writes it: in seconds."""
    whole, rest = divmod(abs(value.nanos), NANOS)
    text = f"{whole}" + (f".{rest:09d}".rstrip("0") if rest else "")
    return f"{'-' if value.nanos < 0 else ''}{text}s"


def timestamp_of(text: str) -> Timestamp:
    """Return the moment of an RFC 3339 text. Raises CelError."""
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)", text)
    try:
        if found is None:
            raise ValueError
        moment = datetime.fromisoformat(f"{found[1]}T{found[2]}{'+00:00' if found[4] in 'Zz' else found[4]}")
    except ValueError:
        raise CelError(f'parsing time "{text}" as "2006-01-02T15:04:05Z07:00": cannot parse') from None
    nanos = int((found[3] or ".0")[1:10].ljust(9, "0"))
    return Timestamp(round(moment.timestamp()) * NANOS + nanos)


def timestamp_text(value: Timestamp) -> str:
    """Return a moment as RFC 3339."""
    rest = value.nanos % NANOS
    return datetime.fromtimestamp(value.nanos // NANOS, UTC).strftime("%Y-%m-%dT%H:%M:%S") + (f".{rest:09d}".rstrip("0") if rest else "") + "Z"


def double_text(value: float) -> str:
    """Return a double as Go's %v does, with no needless `.0`."""
    if value != value or value in (float("inf"), float("-inf")):
        return "NaN" if value != value else "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if value == int(value) and abs(value) < 1e21 else repr(value)


def url_of(text: str) -> Special:
    """Return an absolute URL or path. Raises CelError."""
    parts = urlsplit(text)
    if not (parts.scheme and parts.netloc) and not text.startswith("/"):
        raise CelError(f'URL parse error during conversion from string: parse "{text}": invalid URI for request')
    return Special("kubernetes.URL", text, text)


def url_part(value: Special, part: str) -> Any:
    """Return one part of a URL."""
    parts = urlsplit(value.key)
    port = parts.netloc.rpartition(":")[2] if re.search(r":\d+$", parts.netloc) else ""
    match part:
        case "getScheme":
            return parts.scheme
        case "getHost":
            return parts.netloc.rpartition("@")[2]
        case "getHostname":
            return parts.hostname or ""
        case "getPort":
            return port
        case "getEscapedPath":
            return parts.path
    return parse_qs(parts.query, keep_blank_values=True)


def ip_of(text: str) -> Special:
    """Return an IP address. Raises CelError."""
    try:
        return Special("net.IP", ip_address(text), text)
    except ValueError:
        raise CelError(f'IP Address "{text}" parse error during conversion from string: ParseAddr("{text}"): unable to parse IP') from None


def cidr_of(text: str) -> Special:
    """Return a network. Raises CelError."""
    try:
        if "/" not in text:
            raise ValueError
        return Special("net.CIDR", (ip_network(text, strict=False), text), text)
    except ValueError:
        raise CelError(f'network address parse error during conversion from string: netip.ParsePrefix("{text}"): no \'/\'') from None


_SEMVER = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?")


def semver_of(text: str, *, normalize: bool = False) -> Special:
    """Return a semantic version; the key sorts as versions do. Raises CelError."""
    plain = text
    if normalize:
        plain = text.removeprefix("v")
        core, dash, rest = plain.partition("-")
        numbers = [str(int(part)) if part.isdigit() else part for part in core.split(".")]
        plain = ".".join([*numbers, *["0"] * (3 - len(numbers))]) + dash + rest
    found = _SEMVER.fullmatch(plain)
    if found is None:
        raise CelError("semver parse error during conversion from string: No Major.Minor.Patch elements found")
    before = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in (found[4] or "").split(".")) if found[4] else ((2, 0, ""),)
    return Special("kubernetes.Semver", (int(found[1]), int(found[2]), int(found[3]), before), plain)


def pattern(text: str) -> Pattern:
    """Return a pattern as RE2 reads it. Raises CelError."""
    try:
        return read_pattern(text)
    except BadPattern as error:
        raise CelError(f"error parsing regexp: {error}") from None
