"""How kubectl shows what the API machinery itself is made of: definitions, policies, webhooks, flow control, drivers, revisions.

Models pkg/printers/internalversion/printers.go (1.36).
"""

from collections.abc import Sequence
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.cells import Tables, columns, created
from learnk8s.simulation.kubernetes.objects.document import Doc, dig
from learnk8s.simulation.kubernetes.store.store import Store


def _stamped(doc: Doc, store: Store) -> Sequence[Any]:
    return (doc["metadata"]["name"], doc["metadata"]["creationTimestamp"])


def _component(doc: Doc, store: Store) -> Sequence[Any]:
    held = next((entry for entry in doc.get("conditions") or () if entry["type"] == "Healthy"), {})
    return (doc["metadata"]["name"], {"True": "Healthy", "False": "Unhealthy"}.get(held.get("status", ""), "Unknown"), held.get("message", ""), held.get("error", ""))


def _api_service(doc: Doc, store: Store) -> Sequence[Any]:
    service = dig(doc, "spec", "service")
    held = next((entry for entry in dig(doc, "status", "conditions") or () if entry["type"] == "Available"), None)
    word = "Unknown" if held is None else "True" if held["status"] == "True" else f"{held['status']} ({held.get('reason', '')})"
    return (doc["metadata"]["name"], f"{service.get('namespace', '')}/{service.get('name', '')}" if service else "Local", word, created(doc, store))


def _flow_schema(doc: Doc, store: Store) -> Sequence[Any]:
    spec = doc.get("spec") or {}
    held = next((entry for entry in dig(doc, "status", "conditions") or () if entry["type"] == "Dangling"), None)
    return (doc["metadata"]["name"], dig(spec, "priorityLevelConfiguration", "name", default="<none>"), spec.get("matchingPrecedence", 0), dig(spec, "distinguisherMethod", "type", default="<none>"), created(doc, store), held["status"] if held else "?")


def _priority_level(doc: Doc, store: Store) -> Sequence[Any]:
    spec = doc.get("spec") or {}
    part = spec.get("limited") or spec.get("exempt") or {}
    queuing = dig(spec, "limited", "limitResponse", "queuing") or {}
    shares = part.get("nominalConcurrencyShares", "<none>")
    return (doc["metadata"]["name"], spec.get("type", ""), shares, queuing.get("queues", "<none>"), queuing.get("handSize", "<none>"), queuing.get("queueLengthLimit", "<none>"), created(doc, store))


def _webhooks(doc: Doc, store: Store) -> Sequence[Any]:
    return (doc["metadata"]["name"], len(doc.get("webhooks") or ()), created(doc, store))


def _param_kind(doc: Doc) -> str:
    kind = dig(doc, "spec", "paramKind")
    return f"{kind['apiVersion']}/{kind['kind']}" if kind else "<unset>"


def _validating_policy(doc: Doc, store: Store) -> Sequence[Any]:
    return (doc["metadata"]["name"], len(dig(doc, "spec", "validations") or ()), _param_kind(doc), created(doc, store))


def _mutating_policy(doc: Doc, store: Store) -> Sequence[Any]:
    return (doc["metadata"]["name"], len(dig(doc, "spec", "mutations") or ()), _param_kind(doc), created(doc, store))


def _policy_binding(doc: Doc, store: Store) -> Sequence[Any]:
    reference = dig(doc, "spec", "paramRef")
    text = "<unset>" if not reference else f"{reference['namespace']}/{reference.get('name', '*')}" if reference.get("namespace") else reference.get("name", "*")
    return (doc["metadata"]["name"], dig(doc, "spec", "policyName", default=""), text, created(doc, store))


def _csi_capacity(doc: Doc, store: Store) -> Sequence[Any]:
    return (doc["metadata"]["name"], doc.get("storageClassName", ""), doc.get("capacity", "<unset>"))


def _attributes_class(doc: Doc, store: Store) -> Sequence[Any]:
    return (doc["metadata"]["name"], doc.get("driverName", ""), created(doc, store))


def _claim(doc: Doc, store: Store) -> Sequence[Any]:
    status = doc.get("status") or {}
    words = [word for word, held in (("deleted", "deletionTimestamp" in doc["metadata"]), ("allocated", status.get("allocation")), ("reserved", status.get("reservedFor"))) if held]
    return (doc["metadata"]["name"], ",".join(words or ["pending"]), created(doc, store))


def _slice(doc: Doc, store: Store) -> Sequence[Any]:
    spec = doc.get("spec") or {}
    return (doc["metadata"]["name"], spec.get("nodeName") or "<unset>", spec.get("driver", ""), dig(spec, "pool", "name", default=""), created(doc, store))


def _address(doc: Doc, store: Store) -> Sequence[Any]:
    parent = dig(doc, "spec", "parentRef") or {}
    words = [parent.get(key, "") for key in ("group", "resource", "namespace", "name")]
    return (doc["metadata"]["name"], "/".join(word for word in words if word), created(doc, store))


def _cidr(doc: Doc, store: Store) -> Sequence[Any]:
    return (doc["metadata"]["name"], ",".join(dig(doc, "spec", "cidrs") or ()), created(doc, store))


ADMISSION, STORAGE, DEVICES, FLOW, NETWORK = "admissionregistration.k8s.io", "storage.k8s.io", "resource.k8s.io", "flowcontrol.apiserver.k8s.io", "networking.k8s.io"
WEBHOOKS, POLICY_BINDING = columns("Name|Webhooks|Age"), columns("Name|PolicyName|ParamRef|Age")
TABLES: Tables = {
    "componentstatuses": (columns("Name|Status|Message|Error"), _component),
    "customresourcedefinitions.apiextensions.k8s.io": (columns("Name|Created At"), _stamped), "apiservices.apiregistration.k8s.io": (columns("Name|Service|Available|Age"), _api_service),
    f"flowschemas.{FLOW}": (columns("Name|PriorityLevel|MatchingPrecedence|DistinguisherMethod|Age|MissingPL"), _flow_schema),
    f"prioritylevelconfigurations.{FLOW}": (columns("Name|Type|NominalConcurrencyShares|Queues|HandSize|QueueLengthLimit|Age"), _priority_level),
    f"mutatingwebhookconfigurations.{ADMISSION}": (WEBHOOKS, _webhooks), f"validatingwebhookconfigurations.{ADMISSION}": (WEBHOOKS, _webhooks),
    f"validatingadmissionpolicies.{ADMISSION}": (columns("Name|Validations|ParamKind|Age"), _validating_policy), f"validatingadmissionpolicybindings.{ADMISSION}": (POLICY_BINDING, _policy_binding),
    f"mutatingadmissionpolicies.{ADMISSION}": (columns("Name|Mutations|ParamKind|Age"), _mutating_policy), f"mutatingadmissionpolicybindings.{ADMISSION}": (POLICY_BINDING, _policy_binding),
    f"csistoragecapacities.{STORAGE}": (columns("Name|StorageClassName|Capacity"), _csi_capacity),
    f"volumeattributesclasses.{STORAGE}": (columns("Name|DriverName|Age"), _attributes_class), f"resourceclaims.{DEVICES}": (columns("Name|State|Age"), _claim), f"resourceslices.{DEVICES}": (columns("Name|Node|Driver|Pool|Age"), _slice),
    f"ipaddresses.{NETWORK}": (columns("Name|ParentRef|Age"), _address), f"servicecidrs.{NETWORK}": (columns("Name|CIDRs|Age"), _cidr),
}
