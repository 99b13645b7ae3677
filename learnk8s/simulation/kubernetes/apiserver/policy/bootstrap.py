"""The roles and bindings that a new cluster has. Models policy.go and namespace_policy.go of plugin/pkg/auth/authorizer/rbac/bootstrappolicy (1.36).

The rules are shared by all clusters; those of controllers and node agents are in agent_roles.py.
"""

from hashlib import blake2b

from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kubernetes.apiserver.policy.agent_roles import AGENTS, CONTROLLERS, SUBJECTS, rules_of
from learnk8s.simulation.kubernetes.apiserver.policy.furniture import FLOW, FURNITURE
from learnk8s.simulation.kubernetes.objects.document import Doc

GROUP = "rbac.authorization.k8s.io"
ROLES, BINDINGS = f"clusterroles.{GROUP}", f"clusterrolebindings.{GROUP}"
AUTOUPDATE = {"rbac.authorization.kubernetes.io/autoupdate": "true"}
BOOTSTRAP = {"kubernetes.io/bootstrapping": "rbac-defaults"}
READ = ["get", "list", "watch"]
WRITE = ["create", "delete", "deletecollection", "patch", "update"]
WORKLOADS = ["daemonsets", "deployments", "deployments/scale", "replicasets", "replicasets/scale", "statefulsets", "statefulsets/scale"]
STATUSES = ["daemonsets/status", "deployments/status", "replicasets/status", "statefulsets/status"]


def _rule(group: str, resources: list[str], verbs: list[str]) -> Doc:
    return {"apiGroups": [group], "resources": resources, "verbs": verbs}


VIEW: list[Doc] = [
    _rule("", ["configmaps", "endpoints", "persistentvolumeclaims", "persistentvolumeclaims/status", "pods", "replicationcontrollers", "replicationcontrollers/scale", "serviceaccounts", "services", "services/status"], READ),
    _rule("", ["bindings", "events", "limitranges", "namespaces/status", "pods/log", "pods/status", "replicationcontrollers/status", "resourcequotas", "resourcequotas/status"], READ),
    _rule("", ["namespaces"], READ),
    _rule("discovery.k8s.io", ["endpointslices"], READ),
    _rule("apps", ["controllerrevisions", *sorted([*WORKLOADS, *STATUSES])], READ),
    _rule("autoscaling", ["horizontalpodautoscalers", "horizontalpodautoscalers/status"], READ),
    _rule("batch", ["cronjobs", "cronjobs/status", "jobs", "jobs/status"], READ),
    _rule("extensions", ["daemonsets", "daemonsets/status", "deployments", "deployments/scale", "deployments/status", "ingresses", "ingresses/status", "networkpolicies", "replicasets", "replicasets/scale", "replicasets/status", "replicationcontrollers/scale"], READ),
    _rule("policy", ["poddisruptionbudgets", "poddisruptionbudgets/status"], READ),
    _rule("networking.k8s.io", ["ingresses", "ingresses/status", "networkpolicies"], READ),
    _rule("resource.k8s.io", ["resourceclaims", "resourceclaims/status", "resourceclaimtemplates"], READ),
    _rule("events.k8s.io", ["events"], READ),
]
EDIT: list[Doc] = [
    _rule("", ["pods/attach", "pods/exec", "pods/portforward", "pods/proxy", "secrets", "services/proxy"], READ),
    _rule("", ["serviceaccounts"], ["impersonate"]),
    _rule("", ["pods", "pods/attach", "pods/exec", "pods/portforward", "pods/proxy"], WRITE),
    _rule("", ["pods/eviction"], ["create"]),
    _rule("", ["configmaps", "events", "persistentvolumeclaims", "replicationcontrollers", "replicationcontrollers/scale", "secrets", "serviceaccounts", "services", "services/proxy"], WRITE),
    _rule("", ["serviceaccounts/token"], ["create"]),
    _rule("apps", WORKLOADS, WRITE),
    _rule("autoscaling", ["horizontalpodautoscalers"], WRITE),
    _rule("batch", ["cronjobs", "jobs"], WRITE),
    _rule("extensions", ["daemonsets", "deployments", "deployments/rollback", "deployments/scale", "ingresses", "networkpolicies", "replicasets", "replicasets/scale", "replicationcontrollers/scale"], WRITE),
    _rule("policy", ["poddisruptionbudgets"], WRITE),
    _rule("networking.k8s.io", ["ingresses", "networkpolicies"], WRITE),
    _rule("coordination.k8s.io", ["leases"], [*WRITE, *READ]),
    _rule("resource.k8s.io", ["resourceclaims", "resourceclaimtemplates"], WRITE),
    _rule("events.k8s.io", ["events"], WRITE),
]
ADMIN: list[Doc] = [_rule("authorization.k8s.io", ["localsubjectaccessreviews"], ["create"]), _rule(GROUP, ["rolebindings", "roles"], [*WRITE, *READ])]
DISCOVERY = ["/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version", "/version/"]
PUBLIC = ["/healthz", "/livez", "/readyz", "/version", "/version/"]
EVERYTHING: list[Doc] = [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}, {"nonResourceURLs": ["*"], "verbs": ["*"]}]


def _role(name: str, rules: list[Doc], labels: dict[str, str] | None = None, aggregation: str = "") -> Doc:
    doc: Doc = {"apiVersion": f"{GROUP}/v1", "kind": "ClusterRole", "metadata": {"name": name, "annotations": AUTOUPDATE, "labels": {**BOOTSTRAP, **(labels or {})}}, "rules": rules}
    return {**doc, "aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {f"{GROUP}/aggregate-to-{aggregation}": "true"}}]}} if aggregation else doc


def _binding(name: str, *groups: str) -> Doc:
    subjects = [{"apiGroup": GROUP, "kind": "Group", "name": group} for group in groups]
    return {"apiVersion": f"{GROUP}/v1", "kind": "ClusterRoleBinding", "metadata": {"name": name, "annotations": AUTOUPDATE, "labels": BOOTSTRAP}, "roleRef": {"apiGroup": GROUP, "kind": "ClusterRole", "name": name}, "subjects": subjects}


def _bound(name: str, kind: str, subject: str, namespace: str) -> Doc:
    place = {"namespace": namespace} if namespace else {"apiGroup": GROUP}
    return {**_binding(name), "subjects": [{"kind": kind, "name": subject, **place}]}


CLUSTER_ROLES: tuple[Doc, ...] = (
    _role("cluster-admin", EVERYTHING),
    _role("admin", [*ADMIN, *EDIT, *VIEW], aggregation="admin"), _role("edit", [*EDIT, *VIEW], {f"{GROUP}/aggregate-to-admin": "true"}, aggregation="edit"), _role("view", VIEW, {f"{GROUP}/aggregate-to-edit": "true"}, aggregation="view"),
    _role("system:aggregate-to-admin", ADMIN, {f"{GROUP}/aggregate-to-admin": "true"}), _role("system:aggregate-to-edit", EDIT, {f"{GROUP}/aggregate-to-edit": "true"}), _role("system:aggregate-to-view", VIEW, {f"{GROUP}/aggregate-to-view": "true"}),
    _role("system:basic-user", [_rule("authorization.k8s.io", ["selfsubjectaccessreviews", "selfsubjectrulesreviews"], ["create"]), _rule("authentication.k8s.io", ["selfsubjectreviews"], ["create"])]),
    _role("system:discovery", [{"nonResourceURLs": DISCOVERY, "verbs": ["get"]}]), _role("system:public-info-viewer", [{"nonResourceURLs": PUBLIC, "verbs": ["get"]}]),
    *(_role(f"system:{name}", rules_of(lines)) for name, lines in AGENTS.items()), *(_role(f"system:controller:{name}", rules_of(lines)) for name, lines in CONTROLLERS.items()),
)
CLUSTER_ROLE_BINDINGS: tuple[Doc, ...] = (
    _binding("cluster-admin", "system:masters"), _binding("system:basic-user", "system:authenticated"), _binding("system:discovery", "system:authenticated"),
    _binding("system:public-info-viewer", "system:authenticated", "system:unauthenticated"),
    *(_bound(f"system:{name}", *subject) for name, subject in SUBJECTS.items()), {key: value for key, value in _binding("system:node").items() if key != "subjects"},
    *(_bound(f"system:controller:{name}", "ServiceAccount", name, "kube-system") for name in CONTROLLERS),
)
SYSTEM, SIGNER = "kube-system", "system:controller:bootstrap-signer"
EVENTS: list[Doc] = [_rule("", ["events"], ["create", "patch", "update"]), _rule("events.k8s.io", ["events"], ["create", "patch", "update"])]


def _one(resource: str, name: str, verbs: list[str]) -> Doc:
    return {**_rule("", [resource], verbs), "resourceNames": [name]}


def _locked(name: str) -> list[Doc]:
    """Return what a part needs that locks a ConfigMap to be the leader."""
    return [_rule("", ["configmaps"], ["watch"]), _one("configmaps", name, ["get", "update"])]


LOCAL_RULES: tuple[tuple[str, str, list[Doc]], ...] = (
    (SYSTEM, "extension-apiserver-authentication-reader", [_one("configmaps", "extension-apiserver-authentication", READ)]), (SYSTEM, SIGNER, [_rule("", ["secrets"], READ)]),
    (SYSTEM, "system:controller:cloud-provider", [_rule("", ["configmaps"], ["create", *READ])]), (SYSTEM, "system:controller:token-cleaner", [_rule("", ["secrets"], ["delete", *READ]), *EVENTS]),
    *((SYSTEM, f"system::leader-locking-{part}", _locked(part)) for part in ("kube-controller-manager", "kube-scheduler")),
    ("kube-public", SIGNER, [_rule("", ["configmaps"], READ), _one("configmaps", "cluster-info", ["update"]), *EVENTS]),
)
LOCAL_SUBJECTS: tuple[tuple[str, str, str, tuple[str, ...], str], ...] = (
    (SYSTEM, "system::extension-apiserver-authentication-reader", "extension-apiserver-authentication-reader", ("system:kube-controller-manager", "system:kube-scheduler"), ""),
    *((SYSTEM, f"system::leader-locking-{part}", f"system::leader-locking-{part}", (f"system:{part}",), part) for part in ("kube-controller-manager", "kube-scheduler")),
    *((SYSTEM, f"system:controller:{part}", f"system:controller:{part}", (), part) for part in ("bootstrap-signer", "cloud-provider", "token-cleaner")), ("kube-public", SIGNER, SIGNER, (), "bootstrap-signer"),
)
"""Namespace and name of a binding, its role, users and a service account of kube-system."""


def _local(kind: str, namespace: str, name: str, **parts: object) -> Doc:
    return {"apiVersion": f"{GROUP}/v1", "kind": kind, "metadata": {"name": name, "namespace": namespace, "annotations": AUTOUPDATE, "labels": BOOTSTRAP}, **parts}


def _local_binding(namespace: str, name: str, role: str, users: tuple[str, ...], account: str) -> Doc:
    subjects: list[Doc] = [{"apiGroup": GROUP, "kind": "User", "name": user} for user in users] + ([{"kind": "ServiceAccount", "name": account, "namespace": SYSTEM}] if account else [])
    return _local("RoleBinding", namespace, name, roleRef={"apiGroup": GROUP, "kind": "Role", "name": role}, subjects=subjects)


LOCAL_ROLES: tuple[Doc, ...] = tuple(_local("Role", namespace, name, rules=rules) for namespace, name, rules in LOCAL_RULES)
LOCAL_BINDINGS: tuple[Doc, ...] = tuple(_local_binding(*parts) for parts in LOCAL_SUBJECTS)
PRIORITY_CLASSES: tuple[Doc, ...] = tuple(
    {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": name}, "value": value, "preemptionPolicy": "PreemptLowerPriority", "description": f"Used for system critical pods that must {what}."}
    for name, value, what in (("system-cluster-critical", 2_000_000_000, "run in the cluster, but can be moved to another node if necessary"), ("system-node-critical", 2_000_001_000, "not be moved from their current node"))
)


def kept(resource: str, doc: Doc) -> Doc:
    """Return a document as it is stored from the start of every cluster: its uid follows from its name."""
    namespace = doc["metadata"].get("namespace", "")
    digest = blake2b("/".join([resource, *([namespace] if namespace else []), doc["metadata"]["name"]]).encode(), digest_size=16).hexdigest()
    uid = f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-a{digest[17:20]}-{digest[20:]}"
    generation = {"generation": 1} if resource in (PRIORITIES, f"flowschemas.{FLOW}", f"prioritylevelconfigurations.{FLOW}") else {}
    return {**doc, "metadata": {**doc["metadata"], "uid": uid, "creationTimestamp": Clock(0).timestamp(), "resourceVersion": "1", **generation}}


PRIORITIES = "priorityclasses.scheduling.k8s.io"
DOCUMENTS: dict[str, dict[tuple[str, str], Doc]] = {
    resource: {(doc["metadata"].get("namespace", ""), doc["metadata"]["name"]): kept(resource, doc) for doc in docs}
    for resource, docs in ((ROLES, CLUSTER_ROLES), (BINDINGS, CLUSTER_ROLE_BINDINGS), (f"roles.{GROUP}", LOCAL_ROLES), (f"rolebindings.{GROUP}", LOCAL_BINDINGS), (PRIORITIES, PRIORITY_CLASSES), *FURNITURE.items())
}
