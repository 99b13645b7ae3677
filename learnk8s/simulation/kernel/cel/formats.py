"""The named formats of `format.dns1123Label()` and their like, as lists of complaints. Models apiserver/pkg/cel/library/format.go (1.36)."""

import re
from base64 import b64decode
from collections.abc import Callable

Format = Callable[[str], list[str]]
_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_TEXTS = {
    "dns1123Label": (rf"{_LABEL}", 63, "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"),
    "dns1123Subdomain": (rf"{_LABEL}(\.{_LABEL})*", 253, "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"),
    "dns1035Label": (r"[a-z]([-a-z0-9]*[a-z0-9])?", 63, "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"),
    "qualifiedName": (rf"({_LABEL}(\.{_LABEL})*/)?([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]", 317, "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"),
    "labelValue": (r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?", 63, "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"),
    "uri": (r"(?:[a-zA-Z][a-zA-Z0-9+.-]*://[^\s/]\S*|/\S*)", 65536, "invalid URI"),
    "uuid": (r"[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}", 36, "does not match the UUID format"),
    "date": (r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", 10, "invalid date"),
    "datetime": (r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", 64, "invalid datetime"),
}


def _checker(expression: str, length: int, complaint: str) -> Format:
    compiled = re.compile(expression)

    def check(text: str) -> list[str]:
        found = [] if len(text) <= length else [f"must be no more than {length} characters"]
        return found if len(text) <= length and compiled.fullmatch(text) else [*found, complaint]

    return check


def _byte(text: str) -> list[str]:
    try:
        b64decode(text, validate=True)
    except ValueError:
        return ["invalid base64"]
    return []


_FORMATS: dict[str, Format] = {name: _checker(*row) for name, row in _TEXTS.items()}
_FORMATS["byte"] = _byte
for _name in ("dns1123Label", "dns1123Subdomain", "dns1035Label"):
    _FORMATS[f"{_name}Prefix"] = lambda text, check=_FORMATS[_name]: check(text.removesuffix("-") if text.endswith("-") else text)  # type: ignore[misc]  # a default binds the loop's value


def named_format(name: str) -> Format | None:
    """Return the check of a name, or None for a name that is none."""
    return _FORMATS.get(name)
