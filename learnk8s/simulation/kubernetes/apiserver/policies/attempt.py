"""One attempt to write, as policies and webhooks see it, and which rules it falls under.

Models apiserver/pkg/admission/plugin/webhook/predicates and policy/matching (1.36).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.field_rules import selects
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import Kind
from learnk8s.simulation.kubernetes.store.store import Store

GROUP = "admissionregistration.k8s.io"
CREATE, UPDATE, DELETE, CONNECT = "CREATE", "UPDATE", "DELETE", "CONNECT"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody wants to do: `new` is None for DELETE, `old` for CREATE."""

    operation: str
    kind: Kind
    namespace: str
    name: str
    new: Doc | None
    old: Doc | None
    subresource: str = ""
    user: str = "system:kube-controller-manager"
    groups: tuple[str, ...] = ("system:authenticated",)
    is_dry: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_exempt(self) -> bool:
        """Say whether nobody else is asked: admission is not admitted by itself."""
        return self.kind.group == GROUP

    def document(self, uid: str = "") -> Doc:
        """Return it as an AdmissionRequest without the objects."""
        kind = {"group": self.kind.group, "version": self.kind.version, "kind": self.kind.kind}
        resource = {"group": self.kind.group, "version": self.kind.version, "resource": self.kind.plural}
        found: Doc = {"uid": uid, "kind": kind, "resource": resource, "requestKind": kind, "requestResource": resource, "name": self.name, "operation": self.operation, "userInfo": {"username": self.user, "groups": list(self.groups)}, "dryRun": self.is_dry, "options": dict(self.options)}
        if self.namespace:
            found["namespace"] = self.namespace
        if self.subresource:
            found |= {"subResource": self.subresource, "requestSubResource": self.subresource}
        return found


def _has(words: Iterable[str], word: str) -> bool:
    return any(entry in ("*", word) for entry in words)


def _resource_fits(resources: Iterable[str], attempt: Attempt) -> bool:
    plural, sub = attempt.kind.plural, attempt.subresource
    for entry in resources:
        wanted, _, part = entry.partition("/")
        if wanted in ("*", plural) and (part == sub or (part == "*" and "/" in entry)):
            return True
    return False


def rule_fits(rule: Doc, attempt: Attempt) -> bool:
    """Say whether one rule of resources and operations speaks of an attempt."""
    names, scope = rule.get("resourceNames") or (), rule.get("scope") or "*"
    return (_has(rule.get("operations") or (), attempt.operation) and _has(rule.get("apiGroups") or (), attempt.kind.group) and _has(rule.get("apiVersions") or (), attempt.kind.version) and _resource_fits(rule.get("resources") or (), attempt)
            and (not names or attempt.name in names) and (scope == "*" or (scope == "Namespaced") == attempt.kind.namespaced))


def selectors_fit(found: Mapping[str, Any], attempt: Attempt, store: Store) -> bool:
    """Say whether the namespace and the object carry the labels that are asked for."""
    namespaces, objects = found.get("namespaceSelector") or {}, found.get("objectSelector") or {}
    if namespaces and not _namespace_fits(namespaces, attempt, store):
        return False
    docs = [doc for doc in (attempt.new, attempt.old) if doc]
    return not objects or any(selects(objects, doc.get("metadata", {}).get("labels") or {}) for doc in docs)


def _namespace_fits(selector: Doc, attempt: Attempt, store: Store) -> bool:
    if attempt.kind.resource == "namespaces":
        return selects(selector, ((attempt.new or attempt.old or {}).get("metadata") or {}).get("labels") or {})
    if not attempt.kind.namespaced:
        return True
    namespace = store.get("namespaces", "", attempt.namespace)
    return namespace is not None and selects(selector, namespace["metadata"].get("labels") or {})


def resources_fit(found: Mapping[str, Any], attempt: Attempt, store: Store) -> bool:
    """Say whether a policy's or binding's MatchResources speak of an attempt."""
    if any(rule_fits(rule, attempt) for rule in found.get("excludeResourceRules") or ()):
        return False
    rules = found.get("resourceRules")
    return (not rules or any(rule_fits(rule, attempt) for rule in rules)) and selectors_fit(found, attempt, store)
