"""What runs in every learner's cluster besides the control plane, and what `minikube addons enable` brings: manifests like any others."""

from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.scenarios.gateway_api import GATEWAY
from learnk8s.simulation.kubernetes.scenarios.gateway_api import IMAGE as GATEWAY_IMAGE

DNS_IP = "10.96.0.10"
COREFILE = """\
.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30 {
       disable success cluster.local
       disable denial cluster.local
    }
    loop
    reload
    loadbalance
}
"""
COREDNS_IMAGE = "registry.k8s.io/coredns/coredns:v1.14.2"
CONTROLLER_IMAGE = "registry.k8s.io/ingress-nginx/controller:v1.14.1"
_DNS_LABELS = {"k8s-app": "kube-dns"}
_CONTEXT = {"allowPrivilegeEscalation": False, "capabilities": {"add": ["NET_BIND_SERVICE"], "drop": ["ALL"]}, "readOnlyRootFilesystem": True}


def _object(api_version: str, kind: str, name: str, namespace: str = "", labels: dict[str, str] | None = None, **rest: object) -> Doc:
    metadata: Doc = {"name": name}
    if namespace:
        metadata["namespace"] = namespace
    if labels:
        metadata["labels"] = labels
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **rest}


COREDNS_SPEC: Doc = {
    "priorityClassName": "system-cluster-critical", "serviceAccountName": "coredns", "automountServiceAccountToken": False, "nodeSelector": {"kubernetes.io/os": "linux"}, "dnsPolicy": "Default",
    "tolerations": [{"key": "CriticalAddonsOnly", "operator": "Exists"}, {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}],
    "containers": [{
        "name": "coredns", "image": COREDNS_IMAGE, "imagePullPolicy": "IfNotPresent", "args": ["-conf", "/etc/coredns/Corefile"], "securityContext": _CONTEXT,
        "resources": {"limits": {"memory": "170Mi"}, "requests": {"cpu": "100m", "memory": "70Mi"}},
        "ports": [{"containerPort": 53, "name": "dns", "protocol": "UDP"}, {"containerPort": 53, "name": "dns-tcp", "protocol": "TCP"}, {"containerPort": 9153, "name": "metrics", "protocol": "TCP"}],
        "livenessProbe": {"httpGet": {"path": "/health", "port": 8080, "scheme": "HTTP"}, "initialDelaySeconds": 60, "timeoutSeconds": 5, "successThreshold": 1, "failureThreshold": 5},
        "readinessProbe": {"httpGet": {"path": "/ready", "port": 8181, "scheme": "HTTP"}},
        "volumeMounts": [{"name": "config-volume", "mountPath": "/etc/coredns", "readOnly": True}],
    }],
    "volumes": [{"name": "config-volume", "configMap": {"name": "coredns", "items": [{"key": "Corefile", "path": "Corefile"}]}}],
}
DNS: tuple[Doc, ...] = (
    _object("v1", "ServiceAccount", "coredns", "kube-system"),
    _object("v1", "ConfigMap", "coredns", "kube-system", data={"Corefile": COREFILE}),
    _object("apps/v1", "Deployment", "coredns", "kube-system", _DNS_LABELS,
            spec={"replicas": 1, "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1}}, "selector": {"matchLabels": _DNS_LABELS}, "template": {"metadata": {"labels": _DNS_LABELS}, "spec": COREDNS_SPEC}}),
    _object("v1", "Service", "kube-dns", "kube-system", {**_DNS_LABELS, "kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS"},
            spec={"selector": _DNS_LABELS, "clusterIP": DNS_IP, "ports": [{"name": "dns", "port": 53, "protocol": "UDP"}, {"name": "dns-tcp", "port": 53, "protocol": "TCP"}, {"name": "metrics", "port": 9153, "protocol": "TCP"}]}),
)
DNS_RIGHTS: tuple[Doc, ...] = (
    _object("rbac.authorization.k8s.io/v1", "ClusterRole", "system:coredns", rules=[
        {"apiGroups": [""], "resources": ["endpoints", "services", "pods", "namespaces"], "verbs": ["list", "watch"]}, {"apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"], "verbs": ["list", "watch"]}]),
    _object("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "system:coredns", roleRef={"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "system:coredns"},
            subjects=[{"kind": "ServiceAccount", "name": "coredns", "namespace": "kube-system"}]),
)
"""What CoreDNS may do. Models kubeadm/app/phases/addons/dns/manifests.go (1.36)."""
_INGRESS_LABELS = {"app.kubernetes.io/component": "controller", "app.kubernetes.io/instance": "ingress-nginx", "app.kubernetes.io/name": "ingress-nginx"}
INGRESS: tuple[Doc, ...] = (
    _object("v1", "Namespace", "ingress-nginx", labels={"app.kubernetes.io/instance": "ingress-nginx", "app.kubernetes.io/name": "ingress-nginx"}),
    _object("v1", "ServiceAccount", "ingress-nginx", "ingress-nginx"),
    _object("networking.k8s.io/v1", "IngressClass", "nginx", labels=_INGRESS_LABELS, spec={"controller": "k8s.io/ingress-nginx"}),
    _object("apps/v1", "Deployment", "ingress-nginx-controller", "ingress-nginx", _INGRESS_LABELS,
            spec={"replicas": 1, "selector": {"matchLabels": _INGRESS_LABELS}, "template": {"metadata": {"labels": _INGRESS_LABELS}, "spec": {
                "serviceAccountName": "ingress-nginx", "terminationGracePeriodSeconds": 0,
                "containers": [{"name": "controller", "image": CONTROLLER_IMAGE, "args": ["/nginx-ingress-controller", "--ingress-class=nginx", "--watch-ingress-without-class=true"],
                                "ports": [{"containerPort": 80, "hostPort": 80, "name": "http", "protocol": "TCP"}, {"containerPort": 443, "hostPort": 443, "name": "https", "protocol": "TCP"}],
                                "readinessProbe": {"httpGet": {"path": "/healthz", "port": 10254}, "initialDelaySeconds": 10}, "resources": {"requests": {"cpu": "100m", "memory": "90Mi"}}}]}}}),
    _object("v1", "Service", "ingress-nginx-controller", "ingress-nginx", _INGRESS_LABELS,
            spec={"type": "NodePort", "selector": _INGRESS_LABELS, "ports": [{"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP"}, {"name": "https", "port": 443, "targetPort": "https", "protocol": "TCP"}]}),
)
ADDONS: dict[str, tuple[Doc, ...]] = {"gateway": GATEWAY, "ingress": INGRESS}
IMAGES = (CONTROLLER_IMAGE, GATEWAY_IMAGE)
