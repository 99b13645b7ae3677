"""Rules that many kinds share: metadata, selectors, workloads, numbers. Models apimachinery/pkg/api/validation (1.36).

Each function yields every cause it finds, in the order in which Kubernetes reports them.
"""

import difflib
import json
import re
from collections.abc import Callable
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.errors import Cause, Causes, bad_value, not_allowed, required, shown, too_long, unsupported
from learnk8s.simulation.kubernetes.apiserver.pod_validation import template
from learnk8s.simulation.kubernetes.apiserver.podspec.placing import selector as selector_rules
from learnk8s.simulation.kubernetes.apiserver.words import dns_label, dns_subdomain, ip_address, key_faults, label_faults, labels, path_segment, subdomain_faults
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import BY_RESOURCE

Validations = dict[str, Callable[[Doc], Causes]]
Updates = dict[str, Callable[[Doc, Doc], Causes]]
"""By resource: what is wrong with a change from an old to a new document, beyond what is wrong with the new one."""


PATH_NAMED = frozenset(f"{word}.rbac.authorization.k8s.io" for word in ("roles", "rolebindings", "clusterroles", "clusterrolebindings"))
"""Kinds whose names are no DNS names: `system:node` is one."""


LABEL_NAMED = frozenset({"namespaces", "services"})


def metadata(resource: str, doc: Doc) -> Causes:
    """Names, labels and annotations. Models ValidateObjectMeta."""
    found = doc["metadata"]
    name, prefix = found.get("name", ""), found.get("generateName", "")
    if prefix:
        yield from (bad_value("metadata.generateName", prefix, fault) for fault in _prefix_faults(resource, prefix))
    if not name and not prefix:
        yield required("metadata.name", "name or generateName is required")
    elif name:
        check = ip_address if resource == "ipaddresses.networking.k8s.io" else dns_label if resource in LABEL_NAMED else path_segment if resource in PATH_NAMED else dns_subdomain
        yield from check("metadata.name", name)
    yield from labels("metadata.labels", found.get("labels"))
    for key, value in (found.get("annotations") or {}).items():
        if not isinstance(value, str):
            yield bad_value("metadata.annotations", value, "must be a string")
        yield from (bad_value("metadata.annotations", key, fault) for fault in key_faults(key.lower()))
    yield from _owners(found.get("ownerReferences"))
    yield from _finalizers(found.get("finalizers"))
    if resource in BY_RESOURCE and resource.partition(".")[2] not in PLAIN_METADATA:
        yield from _known_finalizers(found.get("finalizers"))
    if sum(len(key) + len(str(value)) for key, value in (found.get("annotations") or {}).items()) > 256 * 1024:
        yield too_long("metadata.annotations", 256 * 1024)


def _prefix_faults(resource: str, prefix: str) -> list[str]:
    """A prefix may end in a dash, which the letters after it follow. Models maskTrailingDash."""
    if resource in PATH_NAMED:
        return []
    word = f"{prefix[:-2]}a" if len(prefix) > 1 and prefix.endswith("-") else prefix
    return label_faults(word) if resource in LABEL_NAMED else subdomain_faults(word)


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


def workload(doc: Doc, *, empty: str) -> Causes:
    """What Deployments and ReplicaSets have in common: selector, template, replicas. Models ValidateReplicaSetSpec (1.36)."""
    spec = doc.get("spec") or {}
    yield from not_negative("spec.replicas", spec.get("replicas"))
    yield from chosen(spec, empty=empty, unreadable="invalid label selector")
    if readable(spec.get("selector")):
        yield from template("spec.template", spec.get("template") or {})
        yield from runs_for_ever(spec, empty.rpartition(" ")[2])
    yield from not_negative("spec.minReadySeconds", spec.get("minReadySeconds"))


def readable(selector: Any) -> bool:
    """Say whether a label selector can be made of what a client wrote. Models LabelSelectorAsSelector, which no selector at all satisfies."""
    return not any(selector_rules("", selector))


def chosen(spec: Doc, *, empty: str, unreadable: str = "") -> Causes:
    """A selector that fits the template's labels; `empty` is what is said of one that fits everything, `unreadable` of one that means nothing."""
    selector, found = spec.get("selector"), ((spec.get("template") or {}).get("metadata") or {}).get("labels")
    if selector is None:
        yield required("spec.selector")
    else:
        yield from selector_rules("spec.selector", selector)
        if not (selector.get("matchLabels") or selector.get("matchExpressions")):
            yield bad_value("spec.selector", selector, empty)
            return
    if not readable(selector):
        yield Cause("FieldValueInvalid", f"Invalid value: {shown(selector)}{': ' if unreadable else ''}{unreadable}", "spec.selector")
    elif selector is None or not selects(selector, found or {}):
        yield bad_value("spec.template.metadata.labels", found, "`selector` does not match template `labels`")


DEADLINES = {"deployment": "ReplicaSet", "statefulset": "StatefulSet", "daemonset": "DaemonSet"}


def runs_for_ever(spec: Doc, kind: str) -> Causes:
    """The template of a workload whose pods do not end."""
    pod = (spec.get("template") or {}).get("spec") or {}
    if pod.get("restartPolicy") not in (None, "Always"):
        yield unsupported("spec.template.spec.restartPolicy", pod["restartPolicy"], ["Always"])
    if pod.get("activeDeadlineSeconds") is not None:
        yield not_allowed("spec.template.spec.activeDeadlineSeconds", f"activeDeadlineSeconds in {DEADLINES[kind]} is not Supported")


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


PERCENT_RULE = "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"


def portion(field: str, value: Any) -> Causes:
    """A number or a percentage, as in maxSurge. Models ValidatePositiveIntOrPercent."""
    if isinstance(value, int):
        yield from not_negative(field, value)
    elif not (isinstance(value, str) and re.fullmatch(r"[0-9]+%", value)):
        yield bad_value(field, value, PERCENT_RULE)


def at_most_all(field: str, value: Any) -> Causes:
    """A percentage of what cannot be more than all. Models IsNotMoreThan100Percent."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]+%", value) and int(value[:-1]) > 100:
        yield bad_value(field, value, "must not be greater than 100%")


def portion_number(value: Any) -> int:
    """Return the number before the percent sign, or the number. Models getIntOrPercentValue."""
    if isinstance(value, str):
        return int(value[:-1]) if re.fullmatch(r"[0-9]+%", value) else 0
    return int(value or 0)


def changes_text(before: Doc, after: Doc) -> str:
    """Return what changed, line by line; the real server appends such a list of its own structs to some refusals."""
    texts = [json.dumps(spec, indent=1, sort_keys=True).splitlines() for spec in (before, after)]
    return "\n".join([*(line for line in difflib.unified_diff(*texts, n=1, lineterm="") if not line.startswith(("---", "+++"))), ""])
