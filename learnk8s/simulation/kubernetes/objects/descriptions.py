"""What types and fields are for, in few words of our own, as the published schemas tell it and `kubectl explain` shows it. The words are in `descriptions.txt`."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

EVERYWHERE = "*"


class Book(NamedTuple):
    """The words on types, on their fields, and a fingerprint of all."""

    types: dict[str, str]
    fields: dict[str, dict[str, str]]
    digest: str


@lru_cache(maxsize=1)
def book() -> Book:
    """Return all words, read once."""
    text = Path(__file__).with_name("descriptions.txt").read_text(encoding="utf-8")
    types: dict[str, str] = {}
    fields: dict[str, dict[str, str]] = {}
    here = ""
    for line in text.splitlines()[1:]:
        word, _, rest = line.partition(" ")
        if word.startswith("@"):
            here = word[1:]
            types[here], fields[here] = rest, {}
        elif word:
            fields[here][word] = rest
    return Book(types, fields, sha256(text.encode()).hexdigest()[:8])


def of_type(type_name: str) -> str:
    """Return what a type is, "" if nothing is said of it."""
    return book().types.get(type_name, "")


def of_field(type_name: str, field: str) -> str:
    """Return what a field of a type holds, "" if nothing is said of it.

    >>> of_field("core_v1.ServicePort", "port")
    "The port at the Service's address."
    """
    found = book().fields
    return found.get(type_name, {}).get(field) or found[EVERYWHERE].get(field, "")
