"""What a control plane makes of itself besides roles: served versions, flow control, the range of Service addresses.

Models kube-aggregator/pkg/controllers/autoregister, pkg/apis/flowcontrol/bootstrap/default.go and pkg/controlplane/controller/defaultservicecidr (1.36).
Shared by all clusters; nothing in this simulation queues requests by flow.
"""

from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import KINDS

FLOW = "flowcontrol.apiserver.k8s.io"
AUTOUPDATE = {"apf.kubernetes.io/autoupdate-spec": "true"}
PRIORITIES = {"": 18_000, "events.k8s.io": 17_750, "authentication.k8s.io": 17_700, "authorization.k8s.io": 17_600, "autoscaling": 17_500, "batch": 17_400, "certificates.k8s.io": 17_300, "networking.k8s.io": 17_200, "policy": 17_100,
              "rbac.authorization.k8s.io": 17_000, "storage.k8s.io": 16_800, "apiextensions.k8s.io": 16_700, "admissionregistration.k8s.io": 16_700, "scheduling.k8s.io": 16_600, "coordination.k8s.io": 16_500, "node.k8s.io": 16_300,
              "discovery.k8s.io": 16_200, FLOW: 16_100, "resource.k8s.io": 16_000, "apps": 17_800}
"""Which group is preferred. Models pkg/controlplane/apiserver/aggregator.go."""


def _condition(type_: str, status: str, reason: str, message: str) -> Doc:
    return {"conditions": [{"type": type_, "status": status, "lastTransitionTime": Clock(0).timestamp(), "reason": reason, "message": message}]}


def _api_service(group: str, version: str) -> Doc:
    spec: Doc = {"version": version, "groupPriorityMinimum": PRIORITIES[group], "versionPriority": 30 if (group, version) == ("autoscaling", "v2") else 1 if not group else 15}
    if group:
        spec["group"] = group
    return {"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": {"name": f"{version}.{group}", "labels": {"kube-aggregator.kubernetes.io/automanaged": "onstart"}},
            "spec": spec, "status": _condition("Available", "True", "Local", "Local APIServices are always available")}


API_SERVICES = tuple(_api_service(group, version) for group, version in sorted({("autoscaling", "v1"), *((kind.group, kind.version) for kind in KINDS if kind.group in PRIORITIES)}))
EVERYTHING: list[Doc] = [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "clusterScope": True, "namespaces": ["*"]}]
ALL_PATHS: list[Doc] = [{"verbs": ["*"], "nonResourceURLs": ["*"]}]


def _group(*names: str) -> list[Doc]:
    return [{"kind": "Group", "group": {"name": name}} for name in names]


def _user(*names: str) -> list[Doc]:
    return [{"kind": "User", "user": {"name": name}} for name in names]


def _account(*names: str) -> list[Doc]:
    return [{"kind": "ServiceAccount", "serviceAccount": {"namespace": "kube-system", "name": name}} for name in names]


def _rules(subjects: list[Doc], resources: list[Doc] | None = None, paths: list[Doc] | None = None) -> list[Doc]:
    return [{"subjects": subjects, **({"resourceRules": resources} if resources else {}), **({"nonResourceRules": paths} if paths else {})}]


def _leases(verbs: list[str], *namespaces: str) -> list[Doc]:
    return [{"verbs": verbs, "apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "namespaces": list(namespaces)}]


def _flow_schema(name: str, level: str, precedence: int, distinguisher: str, rules: list[Doc]) -> Doc:
    spec: Doc = {"priorityLevelConfiguration": {"name": level}, "matchingPrecedence": precedence, **({"distinguisherMethod": {"type": distinguisher}} if distinguisher else {}), "rules": rules}
    status = _condition("Dangling", "False", "Found", f'This FlowSchema references the PriorityLevelConfiguration object named "{level}" and it exists')
    return {"apiVersion": f"{FLOW}/v1", "kind": "FlowSchema", "metadata": {"name": name, "annotations": AUTOUPDATE}, "spec": spec, "status": status}


EVERYBODY = _group("system:unauthenticated", "system:authenticated")
FLOW_SCHEMAS = (
    _flow_schema("exempt", "exempt", 1, "", _rules(_group("system:masters"), EVERYTHING, ALL_PATHS)),
    _flow_schema("probes", "exempt", 2, "", _rules(EVERYBODY, paths=[{"verbs": ["get"], "nonResourceURLs": ["/healthz", "/readyz", "/livez"]}])),
    _flow_schema("system-leader-election", "leader-election", 100, "ByUser", _rules([*_user("system:kube-controller-manager", "system:kube-scheduler"), *_group("system:nodes")], _leases(["get", "create", "update"], "kube-system"))),
    _flow_schema("endpoint-controller", "workload-high", 150, "ByUser", _rules([*_user("system:kube-controller-manager"), *_account("endpoint-controller", "endpointslicemirroring-controller")],
                                                                             [{"verbs": ["get", "create", "update"], "apiGroups": [""], "resources": ["endpoints"], "namespaces": ["*"]}])),
    _flow_schema("workload-leader-election", "leader-election", 200, "ByUser", _rules(_account("*"), _leases(["get", "create", "update"], "*"))),
    _flow_schema("system-node-high", "node-high", 400, "ByUser", _rules(_group("system:nodes"), [{"verbs": ["*"], "apiGroups": [""], "resources": ["nodes", "nodes/status"], "clusterScope": True, "namespaces": ["*"]}, *_leases(["*"], "*")])),
    _flow_schema("system-nodes", "system", 500, "ByUser", _rules(_group("system:nodes"), EVERYTHING, ALL_PATHS)),
    _flow_schema("kube-controller-manager", "workload-high", 800, "ByNamespace", _rules(_user("system:kube-controller-manager"), EVERYTHING, ALL_PATHS)),
    _flow_schema("kube-scheduler", "workload-high", 800, "ByNamespace", _rules(_user("system:kube-scheduler"), EVERYTHING, ALL_PATHS)),
    _flow_schema("kube-system-service-accounts", "workload-high", 900, "ByNamespace", _rules(_account("*"), EVERYTHING, ALL_PATHS)),
    _flow_schema("service-accounts", "workload-low", 9000, "ByUser", _rules(_group("system:serviceaccounts"), EVERYTHING, ALL_PATHS)),
    _flow_schema("global-default", "global-default", 9900, "ByUser", _rules(EVERYBODY, EVERYTHING, ALL_PATHS)),
    _flow_schema("catch-all", "catch-all", 10_000, "ByUser", _rules(EVERYBODY, EVERYTHING, ALL_PATHS)),
)


def _level(name: str, shares: int, lendable: int, queues: int, hand: int, length: int) -> Doc:
    response: Doc = {"type": "Queue", "queuing": {"queues": queues, "handSize": hand, "queueLengthLimit": length}} if queues else {"type": "Reject"}
    limited = {"nominalConcurrencyShares": shares, "lendablePercent": lendable, "limitResponse": response}
    spec: Doc = {"type": "Exempt", "exempt": {"nominalConcurrencyShares": 0, "lendablePercent": 0}} if name == "exempt" else {"type": "Limited", "limited": limited}
    return {"apiVersion": f"{FLOW}/v1", "kind": "PriorityLevelConfiguration", "metadata": {"name": name, "annotations": AUTOUPDATE}, "spec": spec, "status": {}}


LEVELS = (_level("exempt", 0, 0, 0, 0, 0), _level("catch-all", 5, 0, 0, 0, 0), _level("global-default", 20, 50, 128, 6, 50), _level("leader-election", 10, 0, 16, 4, 50), _level("node-high", 40, 25, 64, 6, 50), _level("system", 30, 33, 64, 6, 50),
          _level("workload-high", 40, 50, 128, 6, 50), _level("workload-low", 100, 90, 128, 6, 50))
RANGES: tuple[Doc, ...] = ({"apiVersion": "networking.k8s.io/v1", "kind": "ServiceCIDR", "metadata": {"name": "kubernetes", "finalizers": ["networking.k8s.io/service-cidr-finalizer"]}, "spec": {"cidrs": ["10.96.0.0/12"]},
                            "status": _condition("Ready", "True", "", "Kubernetes Service CIDR is ready")},)
ADDRESSES: tuple[Doc, ...] = ({"apiVersion": "networking.k8s.io/v1", "kind": "IPAddress", "metadata": {"name": "10.96.0.1", "labels": {"ipaddress.kubernetes.io/ip-family": "IPv4", "ipaddress.kubernetes.io/managed-by": "ipallocator.k8s.io"}},
                               "spec": {"parentRef": {"resource": "services", "namespace": "default", "name": "kubernetes"}}},)
COMPONENTS = tuple({"apiVersion": "v1", "kind": "ComponentStatus", "metadata": {"name": name}, "conditions": [{"type": "Healthy", "status": "True", "message": "ok"}]} for name in ("controller-manager", "etcd-0", "scheduler"))
TRACKING: tuple[Doc, ...] = ({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"namespace": "kube-system", "name": "kube-apiserver-legacy-service-account-token-tracking"}, "data": {"since": "2026-05-04"}},)
"""Since when the API server notes which tokens in Secrets are used. Models pkg/controlplane/controller/legacytokentracking (1.36)."""
FURNITURE: dict[str, tuple[Doc, ...]] = {
    "apiservices.apiregistration.k8s.io": API_SERVICES, f"flowschemas.{FLOW}": FLOW_SCHEMAS, f"prioritylevelconfigurations.{FLOW}": LEVELS, "servicecidrs.networking.k8s.io": RANGES, "ipaddresses.networking.k8s.io": ADDRESSES,
    "componentstatuses": COMPONENTS, "configmaps": TRACKING,
}
