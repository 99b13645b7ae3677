"""Label and field selectors as clients write them. Models apimachinery/pkg/labels and pkg/fields (1.36)."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.errors import bad_request
from learnk8s.simulation.kubernetes.objects.document import Doc

Labels = dict[str, str]
Matcher = Callable[[Labels], bool]
_SET = re.compile(r"^(\S+)\s+(in|notin)\s*\(([^()]*)\)$")
_EQUAL = re.compile(r"^([^=!\s]+)\s*(==|=|!=)\s*([^=!\s]*)$")
_KEY = re.compile(r"^!?\s*[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?$")


def _split(text: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append(text[start:place])
            start = place + 1
    return [part.strip() for part in [*parts, text[start:]]]


@lru_cache(maxsize=512)
def label_matcher(text: str) -> Matcher:
    """Return a test for labels. Raises ApiError 400 worded as `unable to parse requirement: …`."""
    tests = tuple(_requirement(part, text) for part in _split(text) if part)
    return lambda labels: all(test(labels) for test in tests)


def _requirement(part: str, whole: str) -> Matcher:
    found = _SET.match(part)
    if found:
        key, operator, words = found.groups()
        values = {word.strip() for word in words.split(",")}
        return (lambda labels: labels.get(key) in values) if operator == "in" else (lambda labels: labels.get(key) not in values)
    found = _EQUAL.match(part)
    if found:
        key, operator, value = found.groups()
        return (lambda labels: labels.get(key) != value) if operator == "!=" else (lambda labels: labels.get(key) == value)
    if _KEY.match(part):
        key = part.removeprefix("!").strip()
        return (lambda labels: key not in labels) if part.startswith("!") else (lambda labels: key in labels)
    raise bad_request(_complaint(part, whole))


def _complaint(part: str, whole: str) -> str:
    words = re.findall(r"==|!=|=|[^=!\s]+", part)
    if len(words) >= 4 and words[1] in ("=", "=="):
        return f"found '{words[3]}', expected: ',' or 'end of string'"
    return f"unable to parse requirement: found '{part}', expected: identifier" if part else f"unable to parse requirement: {whole}"


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
            raise bad_request(f"field label not supported: {key}" if resource in FIELDS else f'"{key}" is not a known field selector: only "metadata.name", "metadata.namespace"')
        tests.append((tuple(_STORED.get(key, key).split(".")), UNSET.get(key, ""), operator != "!=", value))
    return lambda doc: all(((_text(doc, path) or unset) == value) == wanted for path, unset, wanted, value in tests)


def _text(doc: Doc, path: tuple[str, ...]) -> str:
    here: Any = doc
    for key in path:
        here = here.get(key, "") if isinstance(here, dict) else ""
    if isinstance(here, dict):
        here = here.get("component", "")
    return str(here).lower() if isinstance(here, bool) else str(here)
