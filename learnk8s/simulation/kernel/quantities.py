"""Kubernetes quantities: `500m`, `1Gi`, `2e3`. Models apimachinery/pkg/api/resource (1.36).

Differs: amounts finer than a thousandth are rounded up to it, as Kubernetes does for CPU.
"""

import re
from fractions import Fraction
from functools import lru_cache
from math import ceil

_BINARY = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "Pi": 2**50, "Ei": 2**60}
_DECIMAL = {"n": Fraction(1, 10**9), "u": Fraction(1, 10**6), "m": Fraction(1, 1000), "": Fraction(1), "k": Fraction(10**3), "M": Fraction(10**6),
            "G": Fraction(10**9), "T": Fraction(10**12), "P": Fraction(10**15), "E": Fraction(10**18)}
_PATTERN = re.compile(r"^([+-]?)(\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]?|[eE][+-]?\d{1,3})$")


class BadQuantity(ValueError):
    """The text is no quantity; worded as apimachinery words it."""

    def __init__(self) -> None:
        super().__init__(r"quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")


@lru_cache(maxsize=4096, typed=True)
def amount(text: str | int | float) -> Fraction:
    """Return the exact value.

    >>> amount("500m"), amount("1Ki"), amount("1e3")
    (Fraction(1, 2), Fraction(1024, 1), Fraction(1000, 1))
    """
    match = _PATTERN.match(str(text).strip())
    if match is None:
        raise BadQuantity
    sign, digits, unit = match.groups()
    if unit in _BINARY:
        scale: Fraction | int = _BINARY[unit]
    elif unit in _DECIMAL:
        scale = _DECIMAL[unit]
    else:
        scale = Fraction(10) ** int(unit[1:])
    return Fraction(digits) * scale * (-1 if sign == "-" else 1)


@lru_cache(maxsize=4096, typed=True)
def millis(text: str | int | float) -> int:
    """Return thousandths, rounded up: CPU in millicores.

    >>> millis("1.5"), millis("250m")
    (1500, 250)
    """
    return ceil(amount(text) * 1000)


@lru_cache(maxsize=4096, typed=True)
def whole(text: str | int | float) -> int:
    """Return a whole number, rounded up: memory in bytes, counts of pods.

    >>> whole("64Mi")
    67108864
    """
    return ceil(amount(text))


def is_quantity(text: object) -> bool:
    """Say whether the value can be read as a quantity."""
    try:
        amount(text)  # type: ignore[arg-type]  # bad types raise like bad text
    except (BadQuantity, TypeError):
        return False
    return True


@lru_cache(maxsize=4096, typed=True)
def canonical(text: str | int | float) -> str:
    """Return the form in which Kubernetes stores a quantity.

    >>> canonical("0.5"), canonical("1000m"), canonical("1024Mi"), canonical("1500Mi"), canonical(2)
    ('500m', '1', '1Gi', '1500Mi', '2')
    """
    source = str(text).strip()
    value = amount(source)
    if source[-2:] in _BINARY:
        return _binary(value)
    if "e" in source:
        return _exponent(value)
    return _decimal(value)


def _binary(value: Fraction) -> str:
    if value.denominator != 1:
        return _decimal(value)
    number = int(value)
    for suffix in ("Ei", "Pi", "Ti", "Gi", "Mi", "Ki"):
        if number and number % _BINARY[suffix] == 0:
            return f"{number // _BINARY[suffix]}{suffix}"
    return str(number)


def _decimal(value: Fraction) -> str:
    for suffix in ("E", "P", "T", "G", "M", "k", "", "m", "u", "n"):
        scaled = value / _DECIMAL[suffix]
        if scaled.denominator == 1 and (scaled or suffix == ""):
            return f"{int(scaled)}{suffix}"
    return f"{ceil(value * 10**9)}n"


def _exponent(value: Fraction) -> str:
    for power in (18, 15, 12, 9, 6, 3, 0, -3, -6, -9):
        scaled = value / Fraction(10) ** power
        if scaled.denominator == 1:
            return f"{int(scaled)}e{power}" if power else str(int(scaled))
    return _decimal(value)
