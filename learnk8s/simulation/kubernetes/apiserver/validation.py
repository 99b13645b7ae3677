"""What the API server refuses in documents. Models pkg/apis/core/validation and pkg/apis/apps/validation (1.36).

Each function yields every cause it finds, in the order in which Kubernetes reports them.
"""

import re
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.certificates import rules as certificates
from learnk8s.simulation.kubernetes.apiserver import small_kinds
from learnk8s.simulation.kubernetes.apiserver.custom import definition_rules
from learnk8s.simulation.kubernetes.apiserver.errors import Cause, bad_value, duplicate, immutable, not_allowed, required, unsupported
from learnk8s.simulation.kubernetes.apiserver.field_rules import Causes, Updates, Validations, changes_text, metadata, not_negative, portion, workload
from learnk8s.simulation.kubernetes.apiserver.networking import validation as networking
from learnk8s.simulation.kubernetes.apiserver.pod_validation import pod_spec
from learnk8s.simulation.kubernetes.apiserver.policies import rules as admission
from learnk8s.simulation.kubernetes.apiserver.policy import validation as policy
from learnk8s.simulation.kubernetes.apiserver.storage import validation as storage
from learnk8s.simulation.kubernetes.apiserver.words import LABEL_NAME, dns_label, dns_subdomain, label_value, labels
from learnk8s.simulation.kubernetes.apiserver.workloads import validation as workloads
from learnk8s.simulation.kubernetes.objects.document import Doc


def deployment(doc: Doc) -> Causes:
    """Models ValidateDeployment."""
    yield from workload(doc, selector_first=True)
    spec = doc.get("spec") or {}
    strategy = spec.get("strategy") or {}
    kind, rolling = strategy.get("type"), strategy.get("rollingUpdate")
    if kind not in ("RollingUpdate", "Recreate"):
        yield unsupported("spec.strategy.type", kind or "", ["Recreate", "RollingUpdate"])
    elif kind == "Recreate" and rolling:
        yield not_allowed("spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'")
    elif kind == "RollingUpdate":
        for name in ("maxUnavailable", "maxSurge"):
            yield from portion(f"spec.strategy.rollingUpdate.{name}", (rolling or {}).get(name))
        if all(str((rolling or {}).get(name)).rstrip("%") == "0" for name in ("maxUnavailable", "maxSurge")):
            yield bad_value("spec.strategy.rollingUpdate.maxUnavailable", (rolling or {}).get("maxUnavailable"), "may not be 0 when `maxSurge` is 0")
    yield from not_negative("spec.revisionHistoryLimit", spec.get("revisionHistoryLimit"))
    deadline = spec.get("progressDeadlineSeconds")
    yield from not_negative("spec.progressDeadlineSeconds", deadline)
    if isinstance(deadline, int) and deadline <= spec.get("minReadySeconds", 0):
        yield bad_value("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds")


def replicaset(doc: Doc) -> Causes:
    """Models ValidateReplicaSet."""
    yield from workload(doc, selector_first=False)


def pod(doc: Doc) -> Causes:
    """Models ValidatePodCreate."""
    yield from pod_spec("spec", doc.get("spec") or {})


SERVICE_TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")


def service(doc: Doc) -> Causes:
    """Models ValidateService."""
    spec = doc.get("spec") or {}
    ports, kind = spec.get("ports") or [], spec.get("type", "ClusterIP")
    if not ports and spec.get("clusterIP") != "None" and kind != "ExternalName":
        yield required("spec.ports")
    if kind not in SERVICE_TYPES:
        yield unsupported("spec.type", kind, SERVICE_TYPES)
    names: set[str] = set()
    seen: set[tuple[Any, Any]] = set()
    for index, port in enumerate(ports):
        yield from _service_port(f"spec.ports[{index}]", port, names, many=len(ports) > 1)
        key = (port.get("protocol", "TCP"), port.get("port"))
        if key in seen:
            yield duplicate(f"spec.ports[{index}]", {"port": port.get("port"), "protocol": port.get("protocol", "TCP")})
        seen.add(key)
        if port.get("nodePort") and kind == "ClusterIP":
            yield not_allowed(f"spec.ports[{index}].nodePort", "may not be used when `type` is 'ClusterIP'")
    if spec.get("selector") is not None:
        yield from labels("spec.selector", spec["selector"])
    if spec.get("sessionAffinity") not in ("None", "ClientIP"):
        yield unsupported("spec.sessionAffinity", spec.get("sessionAffinity"), ["ClientIP", "None"])
    if kind == "ExternalName":
        if not spec.get("externalName"):
            yield required("spec.externalName")
        else:
            yield from dns_subdomain("spec.externalName", spec["externalName"])


def _service_port(place: str, port: Doc, names: set[str], *, many: bool) -> Causes:
    name = port.get("name", "")
    if many and not name:
        yield required(f"{place}.name")
    elif name:
        yield from dns_label(f"{place}.name", name)
        if name in names:
            yield duplicate(f"{place}.name", name)
        names.add(name)
    number = port.get("port")
    if not isinstance(number, int) or not 1 <= number <= 65535:
        yield bad_value(f"{place}.port", number if number is not None else 0, "must be between 1 and 65535, inclusive")
    if port.get("protocol", "TCP") not in ("TCP", "UDP", "SCTP"):
        yield unsupported(f"{place}.protocol", port["protocol"], ["SCTP", "TCP", "UDP"])
    target = port.get("targetPort")
    if isinstance(target, int) and not 1 <= target <= 65535:
        yield bad_value(f"{place}.targetPort", target, "must be between 1 and 65535, inclusive")
    elif isinstance(target, str) and not re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", target):
        yield bad_value(f"{place}.targetPort", target, "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")


CONFIG_KEY = re.compile(r"^[-._a-zA-Z0-9]+$")


def _keys(doc: Doc, *tables: str) -> Causes:
    for table in tables:
        for key in doc.get(table) or {}:
            if not CONFIG_KEY.match(key) or len(key) > 253:
                yield bad_value(f"{table}[{key}]", key, "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')")
    if sum(len(str(value)) for table in tables for value in (doc.get(table) or {}).values()) > 1_048_576:
        yield Cause("FieldValueTooLong", "Too long: may not be more than 1048576 bytes", tables[0])


def configmap(doc: Doc) -> Causes:
    """Models ValidateConfigMap."""
    yield from _keys(doc, "data", "binaryData")


def secret(doc: Doc) -> Causes:
    """Models ValidateSecret."""
    from base64 import b64decode
    from binascii import Error

    yield from _keys(doc, "data")
    for key, value in (doc.get("data") or {}).items():
        try:
            b64decode(value or "", validate=True)
        except (Error, TypeError, ValueError):
            yield bad_value(f"data[{key}]", "<secret contents redacted>", "illegal base64 data at input byte 0")


def node(doc: Doc) -> Causes:
    """Models ValidateNode: taints."""
    seen: set[tuple[str, str]] = set()
    for index, taint in enumerate((doc.get("spec") or {}).get("taints") or []):
        place = f"spec.taints[{index}]"
        if not LABEL_NAME.match(str(taint.get("key", "")).rsplit("/", 1)[-1]):
            yield bad_value(f"{place}.key", taint.get("key", ""), "name part must be non-empty")
        yield from label_value(f"{place}.value", taint.get("value", ""))
        if taint.get("effect") not in ("NoSchedule", "PreferNoSchedule", "NoExecute"):
            yield unsupported(f"{place}.effect", taint.get("effect", ""), ["NoSchedule", "PreferNoSchedule", "NoExecute"])
        key = (taint.get("key", ""), taint.get("effect", ""))
        if key in seen:
            yield duplicate(place, taint)
        seen.add(key)


VALIDATIONS: Validations = {
    **small_kinds.VALIDATIONS, **admission.VALIDATIONS, **networking.VALIDATIONS, **policy.VALIDATIONS, **storage.VALIDATIONS, **workloads.VALIDATIONS, "customresourcedefinitions.apiextensions.k8s.io": definition_rules.definition, certificates.RESOURCE: certificates.request_rules,
    "deployments.apps": deployment, "replicasets.apps": replicaset, "pods": pod, "services": service, "configmaps": configmap, "secrets": secret, "nodes": node,
}


def created(resource: str, doc: Doc) -> list[Cause]:
    """Return everything that is wrong with a new document."""
    causes = list(metadata(resource, doc))
    check = VALIDATIONS.get(resource)
    return [*causes, *check(doc)] if check else causes


UPDATES: Updates = {**small_kinds.UPDATES, **networking.UPDATES, **policy.UPDATES, **storage.UPDATES, **workloads.UPDATES, "customresourcedefinitions.apiextensions.k8s.io": definition_rules.changed_definition}
POD_MUTABLE = ("containers", "initContainers", "activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "nodeName", "schedulingGates", "ephemeralContainers")
POD_RULE = ("pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
            "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)")


def updated(resource: str, old: Doc, new: Doc) -> list[Cause]:
    """Return everything that is wrong with a changed document."""
    causes = created(resource, new)
    check = UPDATES.get(resource)
    if check:
        causes.extend(check(old, new))
    before, after = old.get("spec") or {}, new.get("spec") or {}
    if resource in ("deployments.apps", "replicasets.apps") and before.get("selector") != after.get("selector"):
        causes.append(immutable("spec.selector", after.get("selector")))
    if resource == "services" and before.get("clusterIP") and after.get("clusterIP") != before.get("clusterIP") and after.get("type") != "ExternalName":
        causes.append(bad_value("spec.clusterIPs[0]", [after.get("clusterIP")] if after.get("clusterIP") else None, "may not change once set"))
    if resource == "pods" and _pod_rest(before) != _pod_rest(after):
        causes.append(not_allowed("spec", f"{POD_RULE}\n{changes_text(_pod_rest(before), _pod_rest(after))}"))
    if resource in ("configmaps", "secrets") and old.get("immutable"):
        if not new.get("immutable"):
            causes.append(not_allowed("immutable", "field is immutable when `immutable` is set"))
        for table in ("data", "binaryData", "type"):
            if old.get(table) != new.get(table):
                causes.append(not_allowed(table, "field is immutable when `immutable` is set"))
    return causes


def _pod_rest(spec: Doc) -> Doc:
    rest = {key: value for key, value in spec.items() if key not in POD_MUTABLE}
    for key in ("containers", "initContainers"):
        rest[key] = [{name: value for name, value in container.items() if name != "image"} for container in spec.get(key) or []]
    return rest


