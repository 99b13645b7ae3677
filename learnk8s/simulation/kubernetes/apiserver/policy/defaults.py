"""What is filled in: access, quotas, limits, priorities, flows and devices. Models pkg/apis/{rbac,core,scheduling}/v1/defaults.go (1.36)."""

from collections.abc import Callable

from learnk8s.simulation.kubernetes.apiserver.pod_defaults import canonical_amounts, each, filled
from learnk8s.simulation.kubernetes.objects.document import Doc

GROUP = "rbac.authorization.k8s.io"


def _binding(doc: Doc) -> Doc:
    changed = dict(doc)
    if isinstance(doc.get("roleRef"), dict) and not doc["roleRef"].get("apiGroup"):
        changed["roleRef"] = {**doc["roleRef"], "apiGroup": GROUP}
    if isinstance(doc.get("subjects"), list):
        changed["subjects"] = [filled(subject, apiGroup=GROUP) if isinstance(subject, dict) and subject.get("kind") in ("User", "Group") else subject for subject in doc["subjects"]]
    return changed


def _role(doc: Doc) -> Doc:
    return {**doc, "rules": None} if "rules" not in doc else doc


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


def _flows(doc: Doc) -> Doc:
    spec = doc.get("spec")
    return doc if not isinstance(spec, dict) or spec.get("matchingPrecedence") else {**doc, "spec": {**spec, "matchingPrecedence": 1000}}


def _level(doc: Doc) -> Doc:
    """Models pkg/apis/flowcontrol/v1/defaults.go."""
    spec = doc.get("spec")
    if not isinstance(spec, dict):
        return doc
    changed = dict(spec)
    if isinstance(spec.get("exempt"), dict):
        changed["exempt"] = filled(spec["exempt"], nominalConcurrencyShares=0, lendablePercent=0)
    if isinstance(spec.get("limited"), dict):
        limited = filled(spec["limited"], nominalConcurrencyShares=30, lendablePercent=0)
        response = limited.get("limitResponse")
        if isinstance(response, dict) and isinstance(response.get("queuing"), dict):
            queuing = {key: value for key, value in response["queuing"].items() if value != 0}
            limited = {**limited, "limitResponse": {**response, "queuing": filled(queuing, handSize=8, queues=64, queueLengthLimit=50)}}
        changed["limited"] = limited
    return {**doc, "spec": changed}


def _devices(request: Doc) -> Doc:
    """Models pkg/apis/resource/v1/defaults.go: how many devices a request means."""
    changed = request
    if isinstance(request.get("exactly"), dict):
        changed = {**request, "exactly": _counted(request["exactly"])}
    return each(changed, "firstAvailable", _counted)


def _counted(request: Doc) -> Doc:
    changed = filled(request, allocationMode="ExactCount")
    return filled(changed, count=1) if changed["allocationMode"] == "ExactCount" else changed


def _claim_spec(spec: Doc) -> Doc:
    devices = spec.get("devices")
    return {**spec, "devices": each(devices, "requests", _devices)} if isinstance(devices, dict) else spec


def _claim(doc: Doc) -> Doc:
    return {**doc, "spec": _claim_spec(doc["spec"])} if isinstance(doc.get("spec"), dict) else doc


def _claim_template(doc: Doc) -> Doc:
    outer = doc.get("spec")
    return {**doc, "spec": {**outer, "spec": _claim_spec(outer["spec"])}} if isinstance(outer, dict) and isinstance(outer.get("spec"), dict) else doc


def _lease(doc: Doc) -> Doc:
    return filled(doc, spec={})


DEFAULTS: dict[str, Callable[[Doc], Doc]] = {
    f"roles.{GROUP}": _role, f"clusterroles.{GROUP}": _role,
    f"rolebindings.{GROUP}": _binding, f"clusterrolebindings.{GROUP}": _binding, "priorityclasses.scheduling.k8s.io": _priority, "resourcequotas": _quota, "limitranges": _limits,
    "flowschemas.flowcontrol.apiserver.k8s.io": _flows, "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io": _level, "resourceclaims.resource.k8s.io": _claim,
    "resourceclaimtemplates.resource.k8s.io": _claim_template, "leases.coordination.k8s.io": _lease,
}
