"""The managers of an object and what each owns: `metadata.managedFields`. Models apimachinery/pkg/util/managedfields (1.36).

Only what clients write is written down. What the cluster's own components set is told when somebody reads: it follows from the object. Differs: a component's
entry carries the time of the object's creation.
"""

from dataclasses import dataclass, replace
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.managed import fields
from learnk8s.simulation.kubernetes.apiserver.managed.fields import Tree
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import Kind

UPDATE, APPLY = "Update", "Apply"
STATUS = ("status", "approval")
"""Subresources through which a status is written."""
MANAGERS_MAX = 10
"""Update entries of one object; older ones are folded together. Models capmanagers.go."""


@dataclass(frozen=True, slots=True)
class Manager:
    """One entry: who, how, through which version and subresource, when, and which fields."""

    name: str
    operation: str
    api_version: str
    subresource: str
    time: str
    fields: Tree

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Return what makes two entries one."""
        return (self.name, self.operation, "" if self.operation == APPLY else self.api_version, self.subresource)

    def document(self) -> Doc:
        """Return the ManagedFieldsEntry."""
        entry: Doc = {"manager": self.name, "operation": self.operation, "apiVersion": self.api_version, "time": self.time, "fieldsType": "FieldsV1", "fieldsV1": self.fields}
        return {**entry, "subresource": self.subresource} if self.subresource else entry

    def text(self) -> str:
        """Return how conflicts name it."""
        words = f'"{self.name}"' + (f' with subresource "{self.subresource}"' if self.subresource else "")
        return words if self.operation == APPLY else f"{words} using {self.api_version}"


def managers_of(entries: Any) -> list[Manager]:
    """Return the managers that `managedFields` names; what is no entry is left out."""
    found = []
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("manager"), str) and isinstance(entry.get("fieldsV1"), dict) and entry.get("operation") in (UPDATE, APPLY):
            found.append(Manager(entry["manager"], entry["operation"], str(entry.get("apiVersion", "")), str(entry.get("subresource") or ""), str(entry.get("time") or ""), entry["fieldsV1"]))
    return found


def after_update(before: list[Manager], old: Doc | None, new: Doc, *, name: str, subresource: str, time: str) -> list[Manager]:
    """Return the managers after somebody wrote a new document: what changed is theirs, what is gone is nobody's."""
    mine = fields.owned(new, subresource=subresource) if old is None else fields.changed(_part(old, subresource), _part(new, subresource))
    gone = {} if old is None else fields.changed(_part(new, subresource), _part(old, subresource))
    writer = Manager(name, UPDATE, new["apiVersion"], subresource, time, mine)
    kept: list[Manager] = []
    for manager in before:
        if manager.key == writer.key:
            if mine or gone:
                rest = fields.present(fields.union(fields.without(manager.fields, gone), mine), new)
                writer = replace(writer, fields=rest, time=time if rest != manager.fields else manager.time)
            else:
                writer = manager
            continue
        rest = fields.present(fields.without(fields.without(manager.fields, mine), fields.without(gone, mine)), new) if mine or gone else manager.fields
        if rest:
            kept.append(manager if rest == manager.fields else replace(manager, fields=rest))
    if writer.fields:
        kept.append(writer)
    return kept[-MANAGERS_MAX:]


def _part(doc: Doc, subresource: str) -> Doc:
    metadata = {key: value for key, value in doc.get("metadata", {}).items() if key not in fields.SERVER_METADATA}
    rest = {key: value for key, value in doc.items() if key not in ("apiVersion", "kind", "metadata") and (key == "status") == (subresource in STATUS)}
    return rest if subresource in STATUS else {"metadata": metadata, **rest}


def with_managers(doc: Doc, managers: list[Manager]) -> Doc:
    """Return the document with its managers written on it."""
    metadata = {key: value for key, value in doc["metadata"].items() if key != "managedFields"}
    if managers:
        metadata["managedFields"] = [manager.document() for manager in managers]
    return {**doc, "metadata": metadata}


WRITERS = {"pods": "kubelet", "nodes": "kubelet", "leases.coordination.k8s.io": "kubelet", "apiservices.apiregistration.k8s.io": "kube-apiserver"}
MAKERS = {"nodes": "kubelet", "leases.coordination.k8s.io": "kubelet", "namespaces": "kube-apiserver", "apiservices.apiregistration.k8s.io": "kube-apiserver", "priorityclasses.scheduling.k8s.io": "kube-apiserver", "clusterroles.rbac.authorization.k8s.io": "kube-apiserver",
          "clusterrolebindings.rbac.authorization.k8s.io": "kube-apiserver", "ipaddresses.networking.k8s.io": "kube-apiserver", "servicecidrs.networking.k8s.io": "kube-apiserver", "services": "kube-apiserver"}
COMPONENT = "kube-controller-manager"
REVISION = "deployment.kubernetes.io/revision"
"""An annotation that the Deployment controller writes together with the status."""


def _writer(kind: Kind, doc: Doc) -> str:
    """Return which component writes the status: of a pod without a node it is the scheduler."""
    if kind.resource == "pods" and not doc["spec"].get("nodeName"):
        return "kube-scheduler"
    if kind.resource == "nodes" and any(entry.get("reason") == "NodeStatusNeverUpdated" for entry in doc["status"].get("conditions") or ()):
        return COMPONENT
    return WRITERS.get(kind.resource, COMPONENT)


def seen(kind: Kind, doc: Doc) -> Doc:
    """Return a document with the entries of the cluster's own components, as a client sees it. The state of components is asked for anew each time, and has a name alone."""
    if kind.resource == "componentstatuses":
        return {**doc, "metadata": {"name": doc["metadata"]["name"]}}
    with fields.shaped_by(getattr(kind, "schema", None)):
        return _seen(kind, doc)


def _seen(kind: Kind, doc: Doc) -> Doc:
    entries = doc["metadata"].get("managedFields")
    stamp = doc["metadata"].get("creationTimestamp", "")
    found = list(entries or ())
    if not entries:
        maker = "kube-apiserver" if (doc["metadata"].get("namespace"), doc["metadata"]["name"]) == ("default", "kubernetes") else MAKERS.get(kind.resource, COMPONENT)
        own = fields.owned(doc, has_status="status" in kind.subresources)
        found += [Manager(maker, UPDATE, kind.api_version, "", stamp, own).document()] if own else []
    status = doc.get("status")
    if status and "status" in kind.subresources and kind.resource != "namespaces" and status != {"loadBalancer": {}} and not (status.get("phase") == "Pending" and status.keys() <= {"phase", "lastPhaseTransitionTime"}) and not any(entry.get("subresource") == "status" for entry in found) and not (kind.resource in ("pods", "nodes") and not status.get("conditions")):
        own = fields.owned(doc, subresource="status")
        if kind.resource == "deployments.apps" and entries and REVISION in (doc["metadata"].get("annotations") or {}):
            own = {"f:metadata": {"f:annotations": {".": {}, f"f:{REVISION}": {}}}, **own}
        found.append(Manager(_writer(kind, doc), UPDATE, kind.api_version, "status", stamp, own).document())
    metadata = {key: value for key, value in doc["metadata"].items() if key != "managedFields"}
    return {**doc, "metadata": {**metadata, "managedFields": found} if found else metadata}
