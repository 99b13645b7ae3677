"""Rules that many kinds share: metadata, selectors, workloads, numbers. Models apimachinery/pkg/api/validation (1.36).

Each function yields every cause it finds, in the order in which Kubernetes reports them.
"""

import difflib
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.errors import Cause, bad_value, not_allowed, required, unsupported
from learnk8s.simulation.kubernetes.apiserver.pod_validation import template
from learnk8s.simulation.kubernetes.apiserver.words import dns_label, dns_subdomain, labels, path_segment
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import BY_RESOURCE

Causes = Iterator[Cause]
Validations = dict[str, Callable[[Doc], Causes]]
Updates = dict[str, Callable[[Doc, Doc], Causes]]
"""By resource: what is wrong with a change from an old to a new document, beyond what is wrong with the new one."""


PATH_NAMED = frozenset(f"{word}.rbac.authorization.k8s.io" for word in ("roles", "rolebindings", "clusterroles", "clusterrolebindings"))
"""Kinds whose names are no DNS names: `system:node` is one."""


def metadata(resource: str, doc: Doc) -> Causes:
    """Names, labels and annotations."""
    found = doc["metadata"]
    name = found.get("name", "")
    if not name and not found.get("generateName"):
        yield required("metadata.name", "name or generateName is required")
    elif name:
        check = dns_label if resource in ("namespaces", "services") else path_segment if resource in PATH_NAMED else dns_subdomain
        yield from check("metadata.name", name)
    yield from labels("metadata.labels", found.get("labels"))
    for key, value in (found.get("annotations") or {}).items():
        if not isinstance(value, str):
            yield bad_value("metadata.annotations", value, "must be a string")
        yield from (cause for cause in labels("metadata.annotations", {key.lower(): "x"}))
    yield from _owners(found.get("ownerReferences"))
    yield from _finalizers(found.get("finalizers"))
    if resource in BY_RESOURCE and resource.partition(".")[2] not in PLAIN_METADATA:
        yield from _known_finalizers(found.get("finalizers"))
    if sum(len(key) + len(str(value)) for key, value in (found.get("annotations") or {}).items()) > 256 * 1024:
        yield Cause("FieldValueTooLong", "Too long: may not be more than 262144 bytes", "metadata.annotations")


def _owners(owners: Any) -> Causes:
    """Models ValidateOwnerReferences."""
    leading: list[str] = []
    for owner in owners or ():
        place = "metadata.ownerReferences"
        for key, why in (("apiVersion", "version must not be empty"), ("kind", "must not be empty"), ("name", "must not be empty"), ("uid", "must not be empty")):
            if not owner.get(key):
                yield bad_value(f"{place}.{key}", "", why)
        if owner.get("controller"):
            leading.append(str(owner.get("name", "")))
    if len(leading) > 1:
        yield bad_value("metadata.ownerReferences", owners, f'Only one reference can have Controller set to true. Found "true" in references for {leading[0]} and {leading[1]}')


def _finalizers(words: Any) -> Causes:
    """Models ValidateFinalizers."""
    for word in words or ():
        yield from (Cause(cause.kind, cause.message, "metadata.finalizers") for cause in labels("metadata.finalizers", {word: ""}))
    if "orphan" in (words or ()) and "foregroundDeletion" in (words or ()):
        yield bad_value("metadata.finalizers", words, "finalizer orphan and foregroundDeletion cannot be both set")


STANDARD_FINALIZERS = ("kubernetes", "orphan", "foregroundDeletion")
PLAIN_METADATA = ("apiextensions.k8s.io", "apiregistration.k8s.io", "admissionregistration.k8s.io")
"""Groups whose metadata is checked by apimachinery alone, as that of custom objects is."""


def _known_finalizers(words: Any) -> Causes:
    """Models validateKubeFinalizerName of pkg/apis/core/validation (1.36): built-in kinds take no short names but those of Kubernetes."""
    for index, word in enumerate(words or ()):
        if isinstance(word, str) and "/" not in word and word not in STANDARD_FINALIZERS:
            yield bad_value(f"metadata.finalizers[{index}]", word, "name is neither a standard finalizer name nor is it fully qualified")


def new_finalizers(old: Doc, new: Doc) -> Causes:
    """What is going takes no more finalizers. Models ValidateNoNewFinalizers of apimachinery/pkg/api/validation (1.36)."""
    before, after = (set(doc["metadata"].get("finalizers") or ()) for doc in (old, new))
    if "deletionTimestamp" in old["metadata"] and after - before:
        words = ", ".join(f'"{word}"' for word in sorted(after - before))
        yield not_allowed("metadata.finalizers", f"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{words}}}")


def selector_rules(field: str, selector: Any) -> Causes:
    """A label selector."""
    if not isinstance(selector, dict):
        return
    for key, value in (selector.get("matchLabels") or {}).items():
        yield from labels(f"{field}.matchLabels", {key: value})
    for index, entry in enumerate(selector.get("matchExpressions") or []):
        place = f"{field}.matchExpressions[{index}]"
        if entry.get("operator") not in ("In", "NotIn", "Exists", "DoesNotExist"):
            yield bad_value(f"{place}.operator", entry.get("operator", ""), "not a valid selector operator")
        elif entry["operator"] in ("In", "NotIn") and not entry.get("values"):
            yield required(f"{place}.values", "must be specified when `operator` is 'In' or 'NotIn'")
        elif entry["operator"] in ("Exists", "DoesNotExist") and entry.get("values"):
            yield not_allowed(f"{place}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")


def workload(doc: Doc, *, selector_first: bool) -> Causes:
    """What Deployments and their like have in common: selector, template, replicas."""
    spec = doc.get("spec") or {}
    selector = spec.get("selector")
    yield from not_negative("spec.replicas", spec.get("replicas"))
    if selector is None:
        yield required("spec.selector")
    else:
        yield from selector_rules("spec.selector", selector)
        if not (selector.get("matchLabels") or selector.get("matchExpressions")):
            yield bad_value("spec.selector", selector, "empty selector is invalid for deployment" if selector_first else "empty selector is invalid for replicaset")
    yield from template("spec.template", spec.get("template"))
    found = ((spec.get("template") or {}).get("metadata") or {}).get("labels") or {}
    if selector and not selects(selector, found):
        yield bad_value("spec.template.metadata.labels", found, "`selector` does not match template `labels`")
    policy = ((spec.get("template") or {}).get("spec") or {}).get("restartPolicy")
    if policy not in (None, "Always"):
        yield unsupported("spec.template.spec.restartPolicy", policy, ["Always"])
    yield from not_negative("spec.minReadySeconds", spec.get("minReadySeconds"))


def selects(selector: Doc, found: dict[str, str]) -> bool:
    """Say whether a selector fits labels."""
    for key, value in (selector.get("matchLabels") or {}).items():
        if found.get(key) != value:
            return False
    for entry in selector.get("matchExpressions") or []:
        present, value, values = entry.get("key") in found, found.get(entry.get("key")), entry.get("values") or []
        operator = entry.get("operator")
        if (operator == "In" and value not in values) or (operator == "NotIn" and value in values) or (operator == "Exists" and not present) or (operator == "DoesNotExist" and present):
            return False
    return True


def not_negative(field: str, value: Any) -> Causes:
    """A number that may be zero."""
    if isinstance(value, int) and value < 0:
        yield bad_value(field, value, "must be greater than or equal to 0")


def portion(field: str, value: Any) -> Causes:
    """A number or a percentage, as in maxSurge."""
    if isinstance(value, int):
        yield from not_negative(field, value)
    elif not (isinstance(value, str) and re.fullmatch(r"[0-9]+%", value)):
        yield bad_value(field, value, "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%', or '93%', regex used for validation is '[0-9]+%')")
    elif int(value[:-1]) > 100 and field.endswith("maxUnavailable"):
        yield bad_value(field, value, "must not be greater than 100%")


def changes_text(before: Doc, after: Doc) -> str:
    """Return what changed, line by line; the real server appends such a list of its own structs to some refusals."""
    texts = [json.dumps(spec, indent=1, sort_keys=True).splitlines() for spec in (before, after)]
    return "\n".join([*(line for line in difflib.unified_diff(*texts, n=1, lineterm="") if not line.startswith(("---", "+++"))), ""])
