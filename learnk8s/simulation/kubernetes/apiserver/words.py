"""What names, labels and other words may look like. Models apimachinery/pkg/util/validation (1.36)."""

import ipaddress
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


SUBDOMAIN_UNDERSCORE = re.compile(r"^_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*$")
UNDERSCORE_RULE = ("a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character "
                   "(e.g. 'example.com', regex used for validation is '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')")
DNS_1035 = re.compile(r"^[a-z]([-a-z0-9]*[a-z0-9])?$")
DNS_1035_RULE = ("a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character "
                 "(e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')")
CONFIG_KEY = re.compile(r"^[-._a-zA-Z0-9]+$")
CONFIG_KEY_RULE = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
PORT_RULE = "must be between 1 and 65535, inclusive"


def longest(bytes_max: int) -> str:
    """Return what is said of too long a word. Models MaxLenError."""
    return f"must be no more than {bytes_max} bytes"


def label_faults(word: str) -> list[str]:
    """Return what is wrong with a lowercase RFC 1123 label. Models IsDNS1123Label."""
    faults = [longest(63)] if len(word) > 63 else []
    if not DNS_LABEL.match(word):
        faults.append("must not contain dots" if DNS_SUBDOMAIN.match(word) else LABEL_RULE)
    return faults


def subdomain_faults(word: str) -> list[str]:
    """Return what is wrong with a lowercase RFC 1123 subdomain. Models IsDNS1123Subdomain."""
    return [*([longest(253)] if len(word) > 253 else []), *([] if DNS_SUBDOMAIN.match(word) else [SUBDOMAIN_RULE])]


def key_faults(word: str) -> list[str]:
    """Return what is wrong with a label's key, which other fields' words look like too. Models IsLabelKey."""
    parts = word.split("/")
    if len(parts) > 2:
        return [f"a valid label key {NAME_RULE.removeprefix('name part ')} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"]
    faults: list[str] = []
    if len(parts) == 2:
        faults = [f"prefix part {fault}" for fault in (subdomain_faults(parts[0]) if parts[0] else ["must be non-empty"])]
    if not parts[-1]:
        faults.append("name part must be non-empty")
    elif len(parts[-1]) > 63:
        faults.append(f"name part {longest(63)}")
    return faults if LABEL_NAME.match(parts[-1]) else [*faults, NAME_RULE]


def value_faults(word: str) -> list[str]:
    """Return what is wrong with a label's value. Models IsLabelValue."""
    return [*([longest(63)] if len(word) > 63 else []), *([] if LABEL_VALUE.match(word) else [VALUE_RULE])]


def port_name_faults(word: str) -> list[str]:
    """Return what is wrong with a port's name. Models IsValidPortName."""
    faults = [longest(15)] if len(word) > 15 else []
    if not re.fullmatch(r"[-a-z0-9]+", word):
        faults.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not re.search(r"[a-z]", word):
        faults.append("must contain at least one letter (a-z)")
    if "--" in word:
        faults.append("must not contain consecutive hyphens")
    if word[:1] == "-" or word[-1:] == "-":
        faults.append("must not begin or end with a hyphen")
    return faults


def config_key_faults(word: str) -> list[str]:
    """Return what is wrong with a key of a ConfigMap or Secret. Models IsConfigMapKey."""
    faults = [longest(253)] if len(word) > 253 else []
    if not CONFIG_KEY.match(word):
        faults.append(CONFIG_KEY_RULE)
    if word in (".", ".."):
        return [*faults, f"must not be '{word}'"]
    return [*faults, "must not start with '..'"] if word.startswith("..") else faults


def _each(field: str, word: str, faults: list[str]) -> Iterator[Cause]:
    yield from (bad_value(field, word, fault) for fault in faults)


def dns_label(field: str, word: str) -> Iterator[Cause]:
    """A lowercase RFC 1123 label of at most 63 characters."""
    yield from _each(field, word, label_faults(word))


def dns_1035_label(field: str, word: str) -> Iterator[Cause]:
    """A label that begins with a letter: the name of a Service. Models IsDNS1035Label."""
    yield from _each(field, word, [*([longest(63)] if len(word) > 63 else []), *([] if DNS_1035.match(word) else [DNS_1035_RULE])])


def dns_subdomain(field: str, word: str) -> Iterator[Cause]:
    """A lowercase RFC 1123 subdomain of at most 253 characters."""
    yield from _each(field, word, subdomain_faults(word))


def qualified(field: str, word: str) -> Iterator[Cause]:
    """A name with an optional prefix, as labels' keys are. Models ValidateQualifiedName."""
    yield from _each(field, word, key_faults(word))


def path_segment(field: str, word: str) -> Iterator[Cause]:
    """A name that may stand in a path, whatever its letters. Models apimachinery/pkg/api/validation/path (1.36)."""
    if word in (".", ".."):
        yield bad_value(field, word, f"may not be '{word}'")
    for letter in ("/", "%"):
        if letter in word:
            yield bad_value(field, word, f"may not contain '{letter}'")


HTTP_PATH = r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+"


def domain_path(field: str, word: str) -> Iterator[Cause]:
    """A name with its owner's domain before a slash. Models IsDomainPrefixedPath."""
    host, _, path = word.partition("/")
    if not word:
        yield Cause("FieldValueRequired", "Required value", field)
    elif not host or not path:
        yield bad_value(field, word, 'must be a domain-prefixed path (such as "acme.io/foo")')
    else:
        yield from _each(field, host, subdomain_faults(host))
        if not re.fullmatch(HTTP_PATH, path):
            yield bad_value(field, path, f"Invalid path (regex used for validation is '{HTTP_PATH}')")


def label_value(field: str, word: Any) -> Iterator[Cause]:
    """A label's value."""
    if not isinstance(word, str):
        yield bad_value(field, word, "must be a string")
    else:
        yield from _each(field, word, value_faults(word))


def labels(field: str, found: Any) -> Iterator[Cause]:
    """A table of labels."""
    for key, value in (found or {}).items():
        yield from qualified(field, key)
        yield from label_value(field, value)


def ip_address(field: str, word: str) -> Iterator[Cause]:
    """An IPv4 or IPv6 address. Models IsValidIP."""
    if not is_ip(word):
        yield bad_value(field, word, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")


def is_ip(word: str) -> bool:
    """Say whether a word is an IP address.

    >>> is_ip("10.1.2.3"), is_ip("fd00::1"), is_ip("10.1.2")
    (True, True, False)
    """
    try:
        ipaddress.ip_address(word)
    except ValueError:
        return False
    return True


def port_number(field: str, number: Any) -> Iterator[Cause]:
    """A number from 1 to 65535."""
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= 65535:
        yield bad_value(field, number if number is not None else 0, PORT_RULE)


def port(field: str, found: Any) -> Iterator[Cause]:
    """A port by number or name. Models ValidatePortNumOrName."""
    if isinstance(found, str):
        yield from _each(field, found, port_name_faults(found))
    else:
        yield from port_number(field, found)


def go_json_error(error: Exception) -> str:
    """Return Go's words for JSON that cannot be read."""
    if not isinstance(error, JSONDecodeError) or error.pos >= len(error.doc.rstrip()):
        return "unexpected end of JSON input"
    return f"invalid character {error.doc[error.pos]!r} looking for beginning of {'object key string' if 'property name' in error.msg else 'value'}"
