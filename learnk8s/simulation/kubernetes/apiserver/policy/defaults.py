"""What is filled in: access, quotas, limits, priorities and custom resources. Models pkg/apis/{rbac,core,scheduling}/v1/defaults.go (1.36)."""

from collections.abc import Callable

from learnk8s.simulation.kubernetes.apiserver.pod_defaults import canonical_amounts, filled
from learnk8s.simulation.kubernetes.objects.document import Doc

GROUP = "rbac.authorization.k8s.io"


def _binding(doc: Doc) -> Doc:
    changed = dict(doc)
    if isinstance(doc.get("roleRef"), dict) and not doc["roleRef"].get("apiGroup"):
        changed["roleRef"] = {**doc["roleRef"], "apiGroup": GROUP}
    if isinstance(doc.get("subjects"), list):
        changed["subjects"] = [filled(subject, apiGroup=GROUP) if isinstance(subject, dict) and subject.get("kind") in ("User", "Group") else subject for subject in doc["subjects"]]
    return changed


def _priority(doc: Doc) -> Doc:
    return filled(doc, preemptionPolicy="PreemptLowerPriority")


def _quota(doc: Doc) -> Doc:
    spec = doc.get("spec")
    if not isinstance(spec, dict) or not isinstance(spec.get("hard"), dict):
        return doc
    return {**doc, "spec": {**spec, "hard": canonical_amounts(spec["hard"])}}


def _limits(doc: Doc) -> Doc:
    spec = doc.get("spec")
    if not isinstance(spec, dict) or not isinstance(spec.get("limits"), list):
        return doc
    return {**doc, "spec": {**spec, "limits": [_limit(item) if isinstance(item, dict) else item for item in spec["limits"]]}}


def _limit(item: Doc) -> Doc:
    """Models SetDefaults_LimitRangeItem: what is not said follows from its neighbours."""
    if item.get("type") != "Container":
        return {**item, **{key: canonical_amounts(item[key]) for key in ("min", "max") if isinstance(item.get(key), dict)}}
    tables = {key: dict(canonical_amounts(item.get(key) or {})) for key in ("default", "defaultRequest", "min", "max")}
    for key, value in tables["max"].items():
        tables["default"].setdefault(key, value)
    for key, value in tables["default"].items():
        tables["defaultRequest"].setdefault(key, value)
    for key, value in tables["min"].items():
        tables["defaultRequest"].setdefault(key, value)
    return {**item, **{key: table for key, table in tables.items() if table}}


DEFAULTS: dict[str, Callable[[Doc], Doc]] = {
    f"rolebindings.{GROUP}": _binding, f"clusterrolebindings.{GROUP}": _binding, "priorityclasses.scheduling.k8s.io": _priority, "resourcequotas": _quota, "limitranges": _limits,
}
