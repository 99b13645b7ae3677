"""What names, labels and other words may look like. Models apimachinery/pkg/util/validation (1.36)."""

import re
from json import JSONDecodeError
from collections.abc import Iterator
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.errors import Cause, bad_value

DNS_LABEL = re.compile(r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
DNS_SUBDOMAIN = re.compile(r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")
LABEL_NAME = re.compile(r"^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$")
LABEL_VALUE = re.compile(r"^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$")
IP_ADDRESS = re.compile(r"^\d{1,3}(\.\d{1,3}){3}$")

LABEL_RULE = ("a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character "
              "(e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')")
SUBDOMAIN_RULE = ("a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character "
                  "(e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')")
VALUE_RULE = ("a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
              "(e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')")
NAME_RULE = ("name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
             "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')")


def dns_label(field: str, word: str) -> Iterator[Cause]:
    """A lowercase RFC 1123 label of at most 63 characters."""
    if len(word) > 63:
        yield bad_value(field, word, "must be no more than 63 characters")
    if not DNS_LABEL.match(word):
        yield bad_value(field, word, LABEL_RULE)


def dns_subdomain(field: str, word: str) -> Iterator[Cause]:
    """A lowercase RFC 1123 subdomain of at most 253 characters."""
    if len(word) > 253:
        yield bad_value(field, word, "must be no more than 253 characters")
    if not DNS_SUBDOMAIN.match(word):
        yield bad_value(field, word, SUBDOMAIN_RULE)


def path_segment(field: str, word: str) -> Iterator[Cause]:
    """A name that may stand in a path, whatever its letters. Models apimachinery/pkg/api/validation/path (1.36)."""
    if word in (".", ".."):
        yield bad_value(field, word, f"may not be '{word}'")
    for letter in ("/", "%"):
        if letter in word:
            yield bad_value(field, word, f"may not contain '{letter}'")


def label_value(field: str, word: Any) -> Iterator[Cause]:
    """A label's value."""
    if not isinstance(word, str):
        yield bad_value(field, word, "must be a string")
    elif len(word) > 63:
        yield bad_value(field, word, "must be no more than 63 bytes")
    elif not LABEL_VALUE.match(word):
        yield bad_value(field, word, VALUE_RULE)


def labels(field: str, found: Any) -> Iterator[Cause]:
    """A table of labels."""
    for key, value in (found or {}).items():
        prefix, slash, name = key.rpartition("/")
        if slash and not DNS_SUBDOMAIN.match(prefix):
            yield bad_value(field, key, f"prefix part {SUBDOMAIN_RULE}")
        if not name or len(name) > 63 or not LABEL_NAME.match(name):
            yield bad_value(field, key, "name part must be non-empty" if not name else "name part must be no more than 63 bytes" if len(name) > 63 else NAME_RULE)
        yield from label_value(field, value)


def go_json_error(error: Exception) -> str:
    """Return Go's words for JSON that cannot be read."""
    if not isinstance(error, JSONDecodeError) or error.pos >= len(error.doc.rstrip()):
        return "unexpected end of JSON input"
    return f"invalid character {error.doc[error.pos]!r} looking for beginning of {'object key string' if 'property name' in error.msg else 'value'}"
