"""What is refused: access, quotas, limits, priorities. Models pkg/apis/{rbac,core,scheduling,node}/validation (1.36)."""

from typing import Any

from learnk8s.simulation.kernel.quantities import BadQuantity, amount, canonical
from learnk8s.simulation.kubernetes.apiserver.errors import bad_value, duplicate, go_struct, immutable, not_allowed, required, unsupported
from learnk8s.simulation.kubernetes.apiserver.field_rules import Causes, Updates, Validations
from learnk8s.simulation.kubernetes.apiserver.podspec import resources
from learnk8s.simulation.kubernetes.apiserver.podspec.placing import selector
from learnk8s.simulation.kubernetes.apiserver.quota import amount_of
from learnk8s.simulation.kubernetes.apiserver.words import dns_subdomain, key_faults, path_segment
from learnk8s.simulation.kubernetes.objects.document import Doc

GROUP = "rbac.authorization.k8s.io"
SYSTEM_PRIORITY = 1_000_000_000


def _rules(doc: Doc, *, namespaced: bool) -> Causes:
    """Models ValidatePolicyRule."""
    for index, rule in enumerate(doc.get("rules") or ()):
        place, urls = f"rules[{index}]", rule.get("nonResourceURLs")
        if not rule.get("verbs"):
            yield required(f"{place}.verbs", "verbs must contain at least one value")
        if urls:
            if namespaced:
                yield bad_value(f"{place}.nonResourceURLs", urls, "namespaced rules cannot apply to non-resource URLs")
            if rule.get("apiGroups") or rule.get("resources") or rule.get("resourceNames"):
                yield bad_value(f"{place}.nonResourceURLs", urls, "rules cannot apply to both regular resources and non-resource URLs")
            continue
        if not rule.get("apiGroups"):
            yield required(f"{place}.apiGroups", "resource rules must supply at least one api group")
        if not rule.get("resources"):
            yield required(f"{place}.resources", "resource rules must supply at least one resource")


def _role(doc: Doc) -> Causes:
    yield from _rules(doc, namespaced=True)


def _cluster_role(doc: Doc) -> Causes:
    yield from _rules(doc, namespaced=False)
    if doc.get("aggregationRule") is not None:
        place, chosen = "aggregationRule.clusterRoleSelectors", doc["aggregationRule"].get("clusterRoleSelectors") or ()
        if not chosen:
            yield required(place, "at least one clusterRoleSelector required if aggregationRule is non-nil")
        for index, found in enumerate(chosen):
            yield from selector(f"{place}[{index}]", found)


def _binding(doc: Doc) -> Causes:
    """Models ValidateRoleBinding and ValidateClusterRoleBinding."""
    reference, is_namespaced = doc.get("roleRef") or {}, doc["kind"] == "RoleBinding"
    kinds = ("Role", "ClusterRole") if is_namespaced else ("ClusterRole",)
    if reference.get("apiGroup", GROUP) != GROUP:
        yield unsupported("roleRef.apiGroup", reference.get("apiGroup"), [GROUP])
    if reference.get("kind") not in kinds:
        yield unsupported("roleRef.kind", reference.get("kind", ""), kinds)
    if not reference.get("name"):
        yield required("roleRef.name")
    else:
        yield from path_segment("roleRef.name", reference["name"])
    for index, subject in enumerate(doc.get("subjects") or ()):
        yield from _subject(f"subjects[{index}]", subject, is_namespaced=is_namespaced)


def _subject(place: str, subject: Doc, *, is_namespaced: bool) -> Causes:
    kind, group = subject.get("kind", ""), subject.get("apiGroup", "")
    if not subject.get("name"):
        yield required(f"{place}.name")
    if kind == "ServiceAccount":
        if subject.get("name"):
            yield from dns_subdomain(f"{place}.name", subject["name"])
        if group:
            yield unsupported(f"{place}.apiGroup", group, [""])
        if not subject.get("namespace") and not is_namespaced:
            yield required(f"{place}.namespace")
    elif kind not in ("User", "Group"):
        yield unsupported(f"{place}.kind", kind, ["ServiceAccount", "User", "Group"])
    elif group != GROUP:
        yield unsupported(f"{place}.apiGroup", group, [GROUP])


SCOPES = ("BestEffort", "CrossNamespacePodAffinity", "NotBestEffort", "NotTerminating", "PriorityClass", "Terminating", "VolumeAttributesClass")
ONLY_EXISTS = ("BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity")
EXISTS_RULE = "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"
OF_PODS = frozenset({"pods", "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.ephemeral-storage", "limits.cpu", "limits.memory", "limits.ephemeral-storage"})


def _quota(doc: Doc) -> Causes:
    """Models ValidateResourceQuotaSpec."""
    spec = doc.get("spec") or {}
    hard, scopes = spec.get("hard") or {}, spec.get("scopes") or []
    for name, value in hard.items():
        yield from resources.quota_name(f"spec.hard[{name}]", name)
        yield from resources.quantity(f"spec.hard[{name}]", name, value)
    for scope in scopes:
        if scope not in SCOPES:
            yield bad_value("spec.scopes", scopes, "unsupported scope")
        yield from (bad_value("spec.scopes", scopes, "unsupported scope applied to resource") for name in sorted(hard) if not _scoped(scope, name))
    if _conflict(scopes):
        yield bad_value("spec.scopes", scopes, "conflicting scopes")
    if spec.get("scopeSelector") is not None:
        yield from _scope_selector("spec.scopeSelector.matchExpressions", spec["scopeSelector"], hard)


def _scoped(scope: str, name: str) -> bool:
    """Say whether a scope can narrow what a quota counts. Models IsResourceQuotaScopeValidForResource."""
    if name not in resources.OF_QUOTAS:
        return True
    if scope == "BestEffort":
        return name == "pods"
    if scope == "VolumeAttributesClass":
        return name in ("requests.storage", "persistentvolumeclaims")
    return scope not in SCOPES or name in OF_PODS


def _conflict(scopes: Any) -> bool:
    return {"BestEffort", "NotBestEffort"} <= set(scopes) or {"Terminating", "NotTerminating"} <= set(scopes)


def _scope_selector(field: str, found: Doc, hard: Doc) -> Causes:
    entries = found.get("matchExpressions") or []
    for entry in entries:
        scope, operator, values = entry.get("scopeName", ""), entry.get("operator", ""), entry.get("values") or []
        if scope not in SCOPES:
            yield bad_value(f"{field}.scopeName", scope, "unsupported scope")
        yield from (bad_value(field, go_struct({"MatchExpressions": [{"ScopeName": item.get("scopeName"), "Operator": item.get("operator"), "Values": item.get("values")} for item in entries]}), "unsupported scope applied to resource") for name in sorted(hard) if not _scoped(scope, name))
        if scope in ONLY_EXISTS and operator != "Exists":
            yield bad_value(f"{field}.operator", operator, EXISTS_RULE)
        if operator in ("In", "NotIn"):
            if not values:
                yield required(f"{field}.values", "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector")
        elif operator in ("Exists", "DoesNotExist"):
            if values:
                yield bad_value(f"{field}.values", values, "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector")
        else:
            yield bad_value(f"{field}.operator", operator, "not a valid selector operator")
    if _conflict([entry.get("scopeName", "") for entry in entries]):
        yield bad_value("spec.scopeSelector.matchExpressions", None, "conflicting scopes")


def _quota_update(old: Doc, new: Doc) -> Causes:
    before, after = ((doc.get("spec") or {}).get("scopes") for doc in (old, new))
    if set(before or ()) != set(after or ()):
        yield immutable("spec.scopes", after)


LIMIT_TYPES = ("Container", "PersistentVolumeClaim", "Pod")
TABLES = ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")


def _limits(doc: Doc) -> Causes:
    """Models ValidateLimitRange."""
    seen: set[str] = set()
    for index, item in enumerate((doc.get("spec") or {}).get("limits") or ()):
        place, kind = f"spec.limits[{index}]", item.get("type", "")
        faults = key_faults(kind)
        yield from (bad_value(f"{place}.type", kind, fault) for fault in faults)
        if not faults and "/" not in kind and kind not in LIMIT_TYPES:
            yield bad_value(f"{place}.type", kind, "must be a standard limit type or fully qualified")
        if kind in seen:
            yield duplicate(f"{place}.type", kind)
        seen.add(kind)
        named = resources.container_name if kind in ("Container", "Pod") else resources.standard_name
        for table in TABLES:
            if kind == "Pod" and table in ("default", "defaultRequest"):
                if item.get(table):
                    yield not_allowed(f"{place}.{table}", "may not be specified when `type` is 'Pod'")
                continue
            for name in item.get(table) or ():
                yield from named(f"{place}.{table}[{name}]", name)
        if kind == "PersistentVolumeClaim" and "storage" not in {**(item.get("min") or {}), **(item.get("max") or {})}:
            yield required(f"{place}.limits", "either minimum or maximum storage value is required, but neither was provided")
        if kind == "Pod":
            item = {key: value for key, value in item.items() if key not in ("default", "defaultRequest")}
        for name in sorted({name for table in TABLES for name in item.get(table) or ()}):
            yield from _ordered(place, name, {table: (item.get(table) or {})[name] for table in TABLES if name in (item.get(table) or {})})


ORDERED = (("min", "max", "min", 0, "min value {a} is greater than max value {b}"), ("min", "defaultRequest", "defaultRequest", 1, "min value {a} is greater than default request value {b}"),
           ("defaultRequest", "max", "defaultRequest", 0, "default request value {a} is greater than max value {b}"), ("defaultRequest", "default", "defaultRequest", 0, "default request value {a} is greater than default limit value {b}"),
           ("min", "default", "default", 0, "min value {a} is greater than default value {b}"), ("default", "max", "default", 1, "default value {a} is greater than max value {b}"))
"""The smaller, the larger, whose field is named, which of the two values is shown, and what is said."""


def _ordered(place: str, name: str, found: dict[str, Any]) -> Causes:
    for low, high, named, which, words in ORDERED:
        if low in found and high in found and _amount(name, found[low]) > _amount(name, found[high]):
            pair = (canonical(found[low]), canonical(found[high]))
            yield bad_value(f"{place}.{named}[{name}]", pair[which], words.format(a=pair[0], b=pair[1]))
    ratio = found.get("maxLimitRequestRatio")
    if ratio is not None:
        shown, field = canonical(ratio), f"{place}.maxLimitRequestRatio[{name}]"
        if amount(ratio) < 1:
            yield bad_value(field, shown, f"ratio {shown} is less than 1")
        if "min" in found and "max" in found and amount(found["min"]) and amount(ratio) > amount(found["max"]) / amount(found["min"]):
            yield bad_value(field, shown, f"ratio {shown} is greater than max/min = {float(amount(found['max']) / amount(found['min'])):f}")
    if not resources.is_divisible(name) and "default" in found and "defaultRequest" in found and _amount(name, found["default"]) != _amount(name, found["defaultRequest"]):
        yield bad_value(f"{place}.defaultRequest[{name}]", canonical(found["defaultRequest"]), f"default value {canonical(found['default'])} must equal to defaultRequest value {canonical(found['defaultRequest'])} in {name}")


def _amount(name: str, value: Any) -> int:
    try:
        return amount_of(name, value)
    except (BadQuantity, TypeError):
        return 0


SYSTEM_CLASSES = {"system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}


def _priority(doc: Doc) -> Causes:
    """Models ValidatePriorityClass."""
    value, name = doc.get("value", 0), doc["metadata"].get("name", "")
    if name.startswith("system-"):
        fault = _system_fault(name, value, is_default=bool(doc.get("globalDefault")))
        if fault:
            yield not_allowed("metadata.name", f"priority class names with 'system-' prefix are reserved for system use only. error: {fault}")
    elif value > SYSTEM_PRIORITY:
        yield not_allowed("value", f"maximum allowed value of a user defined priority is {SYSTEM_PRIORITY}")
    if doc.get("preemptionPolicy") not in ("Never", "PreemptLowerPriority"):
        yield unsupported("preemptionPolicy", doc.get("preemptionPolicy", ""), ["PreemptLowerPriority", "Never"])


def _system_fault(name: str, value: int, *, is_default: bool) -> str:
    if name not in SYSTEM_CLASSES:
        return f"{name} is not a known system priority class"
    if value != SYSTEM_CLASSES[name]:
        return f"value of {name} PriorityClass must be {SYSTEM_CLASSES[name]}"
    return f"globalDefault of {name} PriorityClass must be false" if is_default else ""


def _priority_update(old: Doc, new: Doc) -> Causes:
    if old.get("value", 0) != new.get("value", 0):
        yield not_allowed("value", "may not be changed in an update.")
    if old.get("preemptionPolicy") != new.get("preemptionPolicy"):
        yield immutable("preemptionPolicy", new.get("preemptionPolicy"))


def _binding_update(old: Doc, new: Doc) -> Causes:
    if old.get("roleRef") != new.get("roleRef"):
        found = new.get("roleRef") or {}
        yield bad_value("roleRef", go_struct({"APIGroup": found.get("apiGroup", ""), "Kind": found.get("kind", ""), "Name": found.get("name", "")}), "cannot change roleRef")


VALIDATIONS: Validations = {
    f"roles.{GROUP}": _role, f"clusterroles.{GROUP}": _cluster_role, f"rolebindings.{GROUP}": _binding, f"clusterrolebindings.{GROUP}": _binding, "resourcequotas": _quota, "limitranges": _limits, "priorityclasses.scheduling.k8s.io": _priority,
}
UPDATES: Updates = {"resourcequotas": _quota_update, "priorityclasses.scheduling.k8s.io": _priority_update, f"rolebindings.{GROUP}": _binding_update, f"clusterrolebindings.{GROUP}": _binding_update}
