"""Label and field selectors as clients write them. Models apimachinery/pkg/labels and pkg/fields (1.36)."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.errors import bad_request
from learnk8s.simulation.kubernetes.apiserver.words import key_faults, value_faults
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import BY_RESOURCE

Labels = dict[str, str]
Matcher = Callable[[Labels], bool]
_TOKENS = re.compile(r"\s*(==|!=|=|!|>|<|\(|\)|,|[^\s=!><(),]+)")
OPERATORS = ("in", "notin", "=", "==", "!=", "gt", "lt")
COMPARED = {">": "gt", "<": "lt"}
SYMBOLS = frozenset("= == != ! > < ( ) ,".split())


class _Parser:
    """Reads requirements word by word, and stumbles where and as the real parser does. Models labels.Parser of apimachinery/pkg/labels/selector.go (1.36)."""

    def __init__(self, text: str) -> None:
        self._words = [found[1] for found in _TOKENS.finditer(text)]

    def _next(self) -> str:
        return self._words[0] if self._words else ""

    def _take(self) -> str:
        return self._words.pop(0) if self._words else ""

    def requirements(self) -> list[Matcher]:
        """Return a test for each requirement. Raises ApiError."""
        found: list[Matcher] = []
        while self._next():
            if self._next() in SYMBOLS - {"!"}:
                raise bad_request(f"found '{self._next()}', expected: !, identifier, or 'end of string'")
            try:
                found.append(self._requirement())
            except ValueError as fault:
                raise bad_request(f"unable to parse requirement: {fault}") from None
            after = self._take()
            if after and after != ",":
                raise bad_request(f"found '{after}', expected: ',' or 'end of string'")
            if after and (not self._next() or self._next() in SYMBOLS - {"!"}):
                raise bad_request(f"found '{self._next()}', expected: identifier after ','")
        return found

    def _requirement(self) -> Matcher:
        key, negated = self._take(), False
        if key == "!":
            key, negated = self._take(), True
        if not key or key in SYMBOLS:
            raise ValueError(f"found '{key}', expected: identifier")
        for fault in key_faults(key):
            raise ValueError(f'<nil>: Invalid value: "{key}": {fault}')
        if self._next() in ("", ","):
            return (lambda labels: key not in labels) if negated else (lambda labels: key in labels)
        operator = self._take()
        if negated or operator not in (*OPERATORS[:5], *COMPARED):
            raise ValueError(f"found '{operator}', expected: {', '.join(OPERATORS)}")
        values = self._values() if operator in ("in", "notin") else [self._value()]
        for index, value in enumerate(sorted(values)):
            for fault in value_faults(value):
                raise ValueError(f'values[{index}][{key}]: Invalid value: "{value}": {fault}')
        if operator in COMPARED:
            return self._compared(key, operator, values[0])
        if operator in ("notin", "!="):
            return lambda labels: labels.get(key) not in values
        return lambda labels: labels.get(key) in values

    def _compared(self, key: str, operator: str, text: str) -> Matcher:
        if not re.fullmatch(r"[-+]?\d+", text):
            raise ValueError(f'values[0][{key}]: Invalid value: "{text}": for \'Gt\', \'Lt\' operators, the value must be an integer')
        bound, more = int(text), operator == ">"

        def test(labels: Labels) -> bool:
            value = labels.get(key, "")
            return re.fullmatch(r"[-+]?\d+", value) is not None and (int(value) > bound if more else int(value) < bound)

        return test

    def _value(self) -> str:
        if self._next() in ("", ","):
            return ""
        word = self._take()
        if word in SYMBOLS:
            raise ValueError(f"found '{word}', expected: identifier")
        return word

    def _values(self) -> list[str]:
        first = self._take()
        if first != "(":
            raise ValueError(f"found '{first}' expected: '('")
        if self._next() == ")":
            self._take()
            return [""]
        if not self._next() or self._next() in SYMBOLS - {","}:
            raise ValueError(f"found '{self._next()}', expected: ',', ')' or identifier")
        found: list[str] = []
        while True:
            word = self._take()
            if not word or word in SYMBOLS - {","}:
                raise ValueError(f"found '{word}', expected: ',', or identifier")
            found.append("" if word == "," else word)
            after = self._next()
            if word != ",":
                if after not in (",", ")"):
                    raise ValueError(f"found '{after}', expected: ',' or ')'")
                if after == ",":
                    self._take()
                    if self._next() == ")":
                        found.append("")
            if self._next() == ")":
                self._take()
                return found


@lru_cache(maxsize=512)
def label_matcher(text: str) -> Matcher:
    """Return a test for labels. Raises ApiError 400 worded as `unable to parse requirement: …`."""
    tests = tuple(_Parser(text).requirements())
    return lambda labels: all(test(labels) for test in tests)


FIELDS: dict[str, tuple[str, ...]] = {
    "pods": ("metadata.name", "metadata.namespace", "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork", "status.phase", "status.podIP", "status.nominatedNodeName"),
    "nodes": ("metadata.name", "spec.unschedulable"),
    "namespaces": ("metadata.name", "status.phase"),
    "events": ("metadata.name", "metadata.namespace", "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
               "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type"),
    "secrets": ("metadata.name", "metadata.namespace", "type"),
    "services": ("metadata.name", "metadata.namespace", "spec.clusterIP", "spec.type"),
    "replicasets.apps": ("metadata.name", "metadata.namespace", "status.replicas"),
    "replicationcontrollers": ("metadata.name", "metadata.namespace", "status.replicas"),
    "jobs.batch": ("metadata.name", "metadata.namespace", "status.successful"),
    "certificatesigningrequests.certificates.k8s.io": ("metadata.name", "spec.signerName"),
    "resourceslices.resource.k8s.io": ("metadata.name", "spec.nodeName", "spec.driver"),
}
FIELDS["events.events.k8s.io"] = FIELDS["events"]
UNSET = {"spec.unschedulable": "false", "spec.hostNetwork": "false", "status.replicas": "0", "status.successful": "0"}
"""What a selector sees of a field that is not set, where that is not the empty string: flags and numbers have no absence on the server. Models ToSelectableFields of each registry (1.36)."""
_STORED = {"status.successful": "status.succeeded"}


def field_matcher(resource: str, text: str, selectable: tuple[str, ...] = ()) -> Callable[[Doc], bool]:
    """Return a test for documents; a custom kind says itself which fields are selectable. Raises ApiError 400 for a field that this resource does not support."""
    allowed = (*FIELDS.get(resource, ("metadata.name", "metadata.namespace")), *(path.removeprefix(".") for path in selectable))
    tests = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        found = re.match(r"^([^=!]+)(==|=|!=)(.*)$", part)
        if found is None:
            raise bad_request(f"invalid selector: '{part}'; can't understand '{part}'")
        key, operator, value = found.groups()
        if key not in allowed:
            raise bad_request(f"field label not supported: {key}" if resource in FIELDS or resource not in BY_RESOURCE else f'"{key}" is not a known field selector: only "metadata.name", "metadata.namespace"')
        tests.append((tuple(_STORED.get(key, key).split(".")), UNSET.get(key, ""), operator != "!=", value))
    return lambda doc: all(((_text(doc, path) or unset) == value) == wanted for path, unset, wanted, value in tests)


def _text(doc: Doc, path: tuple[str, ...]) -> str:
    here: Any = doc
    for key in path:
        here = here.get(key, "") if isinstance(here, dict) else ""
    if isinstance(here, dict):
        here = here.get("component", "")
    if path == ("source",) and not here:
        here = doc.get("reportingComponent", "")
    return str(here).lower() if isinstance(here, bool) else str(here)
