"""What is refused: access, quotas, limits, priorities. Models pkg/apis/{rbac,core,scheduling,node}/validation (1.36)."""

import re
from typing import Any

from learnk8s.simulation.kernel.quantities import BadQuantity
from learnk8s.simulation.kubernetes.apiserver.errors import bad_value, immutable, not_allowed, required, unsupported
from learnk8s.simulation.kubernetes.apiserver.field_rules import Causes, Updates, Validations
from learnk8s.simulation.kubernetes.apiserver.quota import amount_of
from learnk8s.simulation.kubernetes.objects.document import Doc

GROUP = "rbac.authorization.k8s.io"
STANDARD = frozenset({"cpu", "memory", "ephemeral-storage", "pods", "services", "configmaps", "secrets", "persistentvolumeclaims", "replicationcontrollers", "resourcequotas", "services.nodeports", "services.loadbalancers", "requests.cpu", "requests.memory",
                      "requests.storage", "requests.ephemeral-storage", "limits.cpu", "limits.memory", "limits.ephemeral-storage"})
NAME = re.compile(r"^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$")
BAD_KEY = ("a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') "
           "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')")
SYSTEM_PRIORITY = 1_000_000_000


def _rules(doc: Doc, *, namespaced: bool) -> Causes:
    for index, rule in enumerate(doc.get("rules") or ()):
        place = f"rules[{index}]"
        if not rule.get("verbs"):
            yield required(f"{place}.verbs", "verbs must contain at least one value")
        if rule.get("nonResourceURLs"):
            if namespaced:
                yield bad_value(f"{place}.nonResourceURLs", rule["nonResourceURLs"], "namespaced rules cannot apply to non-resource URLs")
            continue
        if not rule.get("apiGroups"):
            yield required(f"{place}.apiGroups", "resource rules must supply at least one api group")
        if not rule.get("resources"):
            yield required(f"{place}.resources", "resource rules must supply at least one resource")


def _role(doc: Doc) -> Causes:
    yield from _rules(doc, namespaced=True)


def _cluster_role(doc: Doc) -> Causes:
    yield from _rules(doc, namespaced=False)


def _binding(doc: Doc) -> Causes:
    reference = doc.get("roleRef") or {}
    kinds = ("Role", "ClusterRole") if doc["kind"] == "RoleBinding" else ("ClusterRole",)
    if reference.get("apiGroup", GROUP) != GROUP:
        yield unsupported("roleRef.apiGroup", reference.get("apiGroup"), [GROUP])
    if reference.get("kind") not in kinds:
        yield unsupported("roleRef.kind", reference.get("kind", ""), sorted(kinds))
    if not reference.get("name"):
        yield required("roleRef.name")
    for index, subject in enumerate(doc.get("subjects") or ()):
        place = f"subjects[{index}]"
        if not subject.get("name"):
            yield required(f"{place}.name")
        if subject.get("kind") == "ServiceAccount":
            if not subject.get("namespace") and doc["kind"] == "ClusterRoleBinding":
                yield required(f"{place}.namespace")
        elif subject.get("kind") not in ("User", "Group"):
            yield unsupported(f"{place}.kind", subject.get("kind", ""), ["Group", "ServiceAccount", "User"])


def _quota(doc: Doc) -> Causes:
    for name, value in ((doc.get("spec") or {}).get("hard") or {}).items():
        place = f"spec.hard[{name}]"
        prefix, slash, rest = name.rpartition("/")
        if name.count("/") > 1 or not NAME.match(rest):
            yield bad_value(place, name, BAD_KEY)
        elif not slash and not name.startswith("count/") and name not in STANDARD:
            yield bad_value(place, name, "must be a standard resource type or fully qualified")
            yield bad_value(place, name, "must be a standard resource for quota")
        try:
            if amount_of(name, value) < 0:
                yield bad_value(place, value, "must be greater than or equal to 0")
        except (BadQuantity, TypeError):
            continue


def _limits(doc: Doc) -> Causes:
    for index, item in enumerate((doc.get("spec") or {}).get("limits") or ()):
        place, kind = f"spec.limits[{index}]", item.get("type")
        if not kind:
            yield required(f"{place}.type")
        elif kind == "Pod":
            for name in ("default", "defaultRequest"):
                if item.get(name):
                    yield not_allowed(f"{place}.{name}", "may not be specified when `type` is 'Pod'")
        yield from _ordered(place, item)


def _ordered(place: str, item: Doc) -> Causes:
    for low, high, words in (("min", "max", "min value {a} is greater than max value {b}"), ("min", "defaultRequest", "min value {a} is greater than default request value {b}"), ("defaultRequest", "max", "default request value {a} is greater than max value {b}"),
                             ("min", "default", "min value {a} is greater than default value {b}"), ("defaultRequest", "default", "default request value {a} is greater than default limit value {b}"), ("default", "max", "default value {a} is greater than max value {b}")):
        for name, value in (item.get(low) or {}).items():
            other = (item.get(high) or {}).get(name)
            if other is not None and _amount(name, value) > _amount(name, other):
                yield bad_value(f"{place}.{low}[{name}]", value, words.format(a=value, b=other))


def _amount(name: str, value: Any) -> int:
    try:
        return amount_of(name, value)
    except (BadQuantity, TypeError):
        return 0


def _priority(doc: Doc) -> Causes:
    value, name = doc.get("value", 0), doc["metadata"].get("name", "")
    if name.startswith("system-") and name not in ("system-cluster-critical", "system-node-critical"):
        yield not_allowed("metadata.name", "priority class names with 'system-' prefix are reserved for system use only")
    elif isinstance(value, int) and value > SYSTEM_PRIORITY and not name.startswith("system-"):
        yield not_allowed("value", f"maximum allowed value of a user defined priority is {SYSTEM_PRIORITY}")
    if doc.get("preemptionPolicy") not in ("Never", "PreemptLowerPriority"):
        yield unsupported("preemptionPolicy", doc.get("preemptionPolicy", ""), ["Never", "PreemptLowerPriority"])


def _priority_update(old: Doc, new: Doc) -> Causes:
    if old.get("value", 0) != new.get("value", 0):
        yield not_allowed("value", "may not be changed in an update.")
    if old.get("preemptionPolicy") != new.get("preemptionPolicy"):
        yield immutable("preemptionPolicy", new.get("preemptionPolicy"))


def _binding_update(old: Doc, new: Doc) -> Causes:
    if old.get("roleRef") != new.get("roleRef"):
        yield bad_value("roleRef", new.get("roleRef"), "cannot change roleRef")


VALIDATIONS: Validations = {
    f"roles.{GROUP}": _role, f"clusterroles.{GROUP}": _cluster_role, f"rolebindings.{GROUP}": _binding, f"clusterrolebindings.{GROUP}": _binding, "resourcequotas": _quota, "limitranges": _limits, "priorityclasses.scheduling.k8s.io": _priority,
}
UPDATES: Updates = {"priorityclasses.scheduling.k8s.io": _priority_update, f"rolebindings.{GROUP}": _binding_update, f"clusterrolebindings.{GROUP}": _binding_update}
