"""What the API server refuses in documents: every kind's checks together. Models pkg/apis/*/validation (1.36).

Each function yields every cause it finds.
"""

from learnk8s.simulation.kubernetes.apiserver import configs, small_kinds
from learnk8s.simulation.kubernetes.apiserver.aggregation import registration
from learnk8s.simulation.kubernetes.apiserver.certificates import rules as certificates
from learnk8s.simulation.kubernetes.apiserver.custom import definition_rules
from learnk8s.simulation.kubernetes.apiserver.errors import Cause
from learnk8s.simulation.kubernetes.apiserver.field_rules import Updates, Validations, metadata
from learnk8s.simulation.kubernetes.apiserver.networking import validation as networking
from learnk8s.simulation.kubernetes.apiserver.pod_updates import changed_pod
from learnk8s.simulation.kubernetes.apiserver.pod_validation import created_pod, refused_on_create
from learnk8s.simulation.kubernetes.apiserver.policies import rules as admission
from learnk8s.simulation.kubernetes.apiserver.policy import validation as policy
from learnk8s.simulation.kubernetes.apiserver.storage import validation as storage
from learnk8s.simulation.kubernetes.apiserver.workloads import validation as workloads
from learnk8s.simulation.kubernetes.objects.document import Doc

DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io"
VALIDATIONS: Validations = {
    **small_kinds.VALIDATIONS, **admission.VALIDATIONS, **networking.VALIDATIONS, **policy.VALIDATIONS, **storage.VALIDATIONS, **workloads.VALIDATIONS, DEFINITIONS: definition_rules.definition, certificates.RESOURCE: certificates.request_rules,
    registration.RESOURCE: registration.rules, "pods": created_pod, "configmaps": configs.configmap, "secrets": configs.secret, "namespaces": configs.namespace, "nodes": configs.node,
}
UPDATES: Updates = {
    **small_kinds.UPDATES, **networking.UPDATES, **policy.UPDATES, **storage.UPDATES, **workloads.UPDATES, DEFINITIONS: definition_rules.changed_definition,
    "pods": changed_pod, "configmaps": configs.changed_configmap, "secrets": configs.changed_secret, "nodes": configs.changed_node,
}


def created(resource: str, doc: Doc) -> list[Cause]:
    """Return everything that is wrong with a new document."""
    causes = _alone(resource, doc)
    return [*causes, *refused_on_create(doc.get("spec") or {})] if resource == "pods" else causes


def _alone(resource: str, doc: Doc) -> list[Cause]:
    check = VALIDATIONS.get(resource)
    return [*metadata(resource, doc), *(check(doc) if check else ())]


def updated(resource: str, old: Doc, new: Doc) -> list[Cause]:
    """Return everything that is wrong with a changed document. What is wrong twice is said once."""
    check = UPDATES.get(resource)
    return list(dict.fromkeys([*_alone(resource, new), *(check(old, new) if check else ())]))
