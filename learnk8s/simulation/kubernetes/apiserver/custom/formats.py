"""The formats that a schema may ask of a text. Models k8s.io/kube-openapi/pkg/validation/strfmt (1.36); formats that it does not know are not checked."""

import re
from base64 import b64decode
from collections.abc import Callable
from datetime import date
from ipaddress import IPv4Address, IPv6Address, ip_network

_UUID = r"(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"
_PATTERNS = {
    "email": r"[^@\s<>]+@[^@\s<>]+", "hostname": r"(?i)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*\.?", "mac": r"(?i)[0-9a-f]{2}([:-][0-9a-f]{2}){5}|([0-9a-f]{4}\.){2}[0-9a-f]{4}",
    "uri": r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:\S+|/\S*)", "uuid": _UUID, "uuid3": _UUID, "uuid4": _UUID, "uuid5": _UUID, "hexcolor": r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})", "bsonobjectid": r"[0-9a-fA-F]{24}",
    "duration": r"\s*[+-]?(\d+(\.\d*)?\s*(ns|us|µs|ms|s|m|h|d|w|nano(second)?s?|micros?|microseconds?|millis?|milliseconds?|seconds?|sec|minutes?|min|hours?|hr|days?|weeks?|wk)\s*)+|0", "ssn": r"\d{3}[- ]?\d{2}[- ]?\d{4}",
    "date-time": r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)?", "k8s-short-name": r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", "k8s-long-name": r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*",
}


def _parses(make: Callable[[str], object]) -> Callable[[str], bool]:
    def answer(text: str) -> bool:
        try:
            make(text)
        except ValueError:
            return False
        return True

    return answer


_CHECKS: dict[str, Callable[[str], bool]] = {
    "ipv4": _parses(IPv4Address), "ipv6": _parses(IPv6Address), "cidr": _parses(lambda text: ip_network(text, strict=False) if "/" in text else int("/")), "date": _parses(date.fromisoformat), "byte": _parses(lambda text: b64decode(text, validate=True)),
}


def is_of_format(text: str, name: str) -> bool:
    """Say whether a text has a format; an unknown format fits all.

    >>> is_of_format("10.0.0.1", "ipv4"), is_of_format("x", "ipv4"), is_of_format("x", "frob")
    (True, False, True)
    """
    name = {"datetime": "date-time"}.get(name, name)
    if name in _PATTERNS:
        return re.fullmatch(_PATTERNS[name], text) is not None
    check = _CHECKS.get(name)
    return check is None or check(text)
