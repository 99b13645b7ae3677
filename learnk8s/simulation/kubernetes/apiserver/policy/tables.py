"""How kubectl shows access, quotas, limits, priorities and custom resources. Models pkg/printers/internalversion/printers.go (1.36)."""

from collections.abc import Sequence
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.cells import Tables, columns, created
from learnk8s.simulation.kubernetes.apiserver.durations import human_duration
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Store


def _role(doc: Doc, store: Store) -> Sequence[Any]:
    return (doc["metadata"]["name"], doc["metadata"]["creationTimestamp"])


def _binding(doc: Doc, store: Store) -> Sequence[Any]:
    subjects = doc.get("subjects") or ()
    names = [", ".join(f"{subject.get('namespace', '')}/{subject['name']}" if kind == "ServiceAccount" else subject["name"] for subject in subjects if subject["kind"] == kind) for kind in ("User", "Group", "ServiceAccount")]
    return (doc["metadata"]["name"], f"{doc['roleRef']['kind']}/{doc['roleRef']['name']}", created(doc, store), *names)


def _quota(doc: Doc, store: Store) -> Sequence[Any]:
    status = doc.get("status", {})
    hard, used = status.get("hard") or {}, status.get("used") or {}
    said = [", ".join(f"{name}: {used.get(name, '0')}/{hard[name]}" for name in sorted(hard) if name.startswith("limits.") == is_limit) for is_limit in (False, True)]
    return (doc["metadata"]["name"], said[0], said[1], created(doc, store))


def _priority(doc: Doc, store: Store) -> Sequence[Any]:
    return (doc["metadata"]["name"], doc.get("value", 0), str(bool(doc.get("globalDefault"))).lower(), created(doc, store), doc.get("preemptionPolicy", "PreemptLowerPriority"))


def _request(doc: Doc, store: Store) -> Sequence[Any]:
    spec = doc["spec"]
    held = [entry["type"] for entry in doc.get("status", {}).get("conditions") or ()]
    word = ",".join([next((word for word in ("Approved", "Denied") if word in held), "Pending"), *(["Failed"] if "Failed" in held else []), *(["Issued"] if doc.get("status", {}).get("certificate") else [])])
    asked = spec.get("expirationSeconds")
    return (doc["metadata"]["name"], created(doc, store), spec.get("signerName", ""), spec.get("username", ""), human_duration(asked * 1000) if asked else "<none>", word)


def _runtime(doc: Doc, store: Store) -> Sequence[Any]:
    return (doc["metadata"]["name"], doc.get("handler", ""), created(doc, store))


BINDING = columns("Name|Role|Age", "Users|Groups|ServiceAccounts")
TABLES: Tables = {
    "roles.rbac.authorization.k8s.io": (columns("Name|Created At"), _role), "clusterroles.rbac.authorization.k8s.io": (columns("Name|Created At"), _role),
    "rolebindings.rbac.authorization.k8s.io": (BINDING, _binding), "clusterrolebindings.rbac.authorization.k8s.io": (BINDING, _binding),
    "resourcequotas": (columns("Name|Request|Limit|Age"), _quota), "limitranges": (columns("Name|Created At"), _role),
    "priorityclasses.scheduling.k8s.io": (columns("Name|Value|Global-Default|Age|PreemptionPolicy"), _priority),
    "certificatesigningrequests.certificates.k8s.io": (columns("Name|Age|SignerName|Requestor|RequestedDuration|Condition"), _request),
    "runtimeclasses.node.k8s.io": (columns("Name|Handler|Age"), _runtime),
}
