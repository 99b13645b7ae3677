"""As much of DER as certificates need: reading and writing tagged values."""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass

SEQUENCE, SET, INTEGER, BITS, OCTETS, NULL, OID, UTF8, PRINTABLE, UTC_TIME, BOOLEAN = 0x30, 0x31, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0C, 0x13, 0x17, 0x01
DEPTH_MAX = 20


class BadDer(ValueError):
    """Bytes that are no DER."""


@dataclass(frozen=True, slots=True)
class Value:
    """One tagged value; `raw` is the whole of it."""

    tag: int
    content: bytes
    raw: bytes

    def parts(self) -> list["Value"]:
        """Return the values inside. Raises BadDer."""
        return list(values(self.content))


def values(data: bytes) -> Iterator[Value]:
    """Yield the values that follow each other. Raises BadDer."""
    place = 0
    while place < len(data):
        start, tag = place, data[place]
        if place + 1 >= len(data):
            raise BadDer("a length is missing")
        length, place = data[place + 1], place + 2
        if length & 0x80:
            size = length & 0x7F
            if not 1 <= size <= 4:
                raise BadDer("a length cannot be read")
            length, place = int.from_bytes(data[place : place + size], "big"), place + size
        if place + length > len(data):
            raise BadDer("a value ends too early")
        yield Value(tag, data[place : place + length], data[start : place + length])
        place += length


def made(tag: int, *contents: bytes) -> bytes:
    """Return a tagged value.

    >>> made(INTEGER, bytes([5])).hex()
    '020105'
    """
    content = b"".join(contents)
    size = len(content)
    head = bytes([tag, size]) if size < 128 else bytes([tag, 0x80 | ((size.bit_length() + 7) // 8)]) + size.to_bytes((size.bit_length() + 7) // 8, "big")
    return head + content


def integer(number: int) -> bytes:
    """Return a whole number that is not negative."""
    return made(INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def identifier(text: str) -> bytes:
    """Return an object identifier: `2.5.4.3`."""
    first, second, *rest = map(int, text.split("."))
    found = bytes([first * 40 + second])
    for number in rest:
        part = bytes([number & 0x7F])
        while number := number >> 7:
            part = bytes([0x80 | (number & 0x7F)]) + part
        found += part
    return made(OID, found)


def pem(label: str, data: bytes) -> str:
    """Return bytes as PEM."""
    text = b64encode(data).decode()
    return "\n".join([f"-----BEGIN {label}-----", *(text[place : place + 64] for place in range(0, len(text), 64)), f"-----END {label}-----", ""])


def from_pem(text: str, label: str) -> bytes:
    """Return the bytes of the first block of PEM. Raises BadDer."""
    head, tail = f"-----BEGIN {label}-----", f"-----END {label}-----"
    start = text.find(head)
    end = text.find(tail)
    if start < 0 or end < start:
        raise BadDer(f"PEM block type must be {label}")
    try:
        return b64decode("".join(text[start + len(head) : end].split()), validate=True)
    except ValueError:
        raise BadDer("the PEM block cannot be read") from None
