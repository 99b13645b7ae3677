"""A cluster as kubeadm makes it: the control plane is a node too, and its programs are static pods in kube-system; kube-proxy runs on every node, and CoreDNS wherever there is room.

Models cmd/kubeadm/app/phases/controlplane, etcd and addons/proxy (1.36): the names, labels and the flags by which the parts find one another. Certificates, volumes and probes are left out.
"""

from learnk8s.simulation.kubernetes.kubelet.machine import VERSION
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.scenarios.plain import deployment, service
from learnk8s.simulation.kubernetes.scenarios.scenario import Node, Scenario

NODE, ADDRESS = "control-plane", "192.168.49.2"
ETCD_VERSION = "3.6.8-0"
ROLE = "node-role.kubernetes.io/control-plane"
PROGRAMS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "etcd": (f"etcd:{ETCD_VERSION}", "100m", (f"--advertise-client-urls=https://{ADDRESS}:2379", "--data-dir=/var/lib/etcd", f"--listen-client-urls=https://127.0.0.1:2379,https://{ADDRESS}:2379", f"--name={NODE}")),
    "kube-apiserver": (f"kube-apiserver:{VERSION}", "250m", (f"--advertise-address={ADDRESS}", "--authorization-mode=Node,RBAC", "--etcd-servers=https://127.0.0.1:2379", "--secure-port=8443", "--service-cluster-ip-range=10.96.0.0/12")),
    "kube-controller-manager": (f"kube-controller-manager:{VERSION}", "200m", ("--cluster-cidr=10.244.0.0/16", "--kubeconfig=/etc/kubernetes/controller-manager.conf", "--leader-elect=true", "--use-service-account-credentials=true")),
    "kube-scheduler": (f"kube-scheduler:{VERSION}", "100m", ("--kubeconfig=/etc/kubernetes/scheduler.conf", "--leader-elect=true")),
}
"""Image, CPU request and flags of each static pod."""


def manifest(name: str) -> str:
    """Return the file of one of the static pods."""
    image, cpu, flags = PROGRAMS[name]
    command = "".join(f"    - {word}\n" for word in (name, *flags))
    return (f"apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    component: {name}\n    tier: control-plane\n  name: {name}\n  namespace: kube-system\nspec:\n  containers:\n  - command:\n{command}"
            f"    image: registry.k8s.io/{image}\n    imagePullPolicy: IfNotPresent\n    name: {name}\n    resources:\n      requests:\n        cpu: {cpu}\n{'        memory: 100Mi' + chr(10) if name == 'etcd' else ''}"
            "  hostNetwork: true\n  priorityClassName: system-node-critical\n")


PROXY_LABELS = {"k8s-app": "kube-proxy"}
PROXY: tuple[Doc, ...] = (
    {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "kube-proxy", "namespace": "kube-system"}},
    {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kube-proxy", "namespace": "kube-system", "labels": {"app": "kube-proxy"}}, "data": {"config.conf": "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nclusterCIDR: 10.244.0.0/16\nkind: KubeProxyConfiguration\nmode: iptables\n"}},
    {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "kube-proxy", "namespace": "kube-system", "labels": PROXY_LABELS}, "spec": {
        "selector": {"matchLabels": PROXY_LABELS}, "updateStrategy": {"type": "RollingUpdate"}, "template": {"metadata": {"labels": PROXY_LABELS}, "spec": {
            "hostNetwork": True, "serviceAccountName": "kube-proxy", "priorityClassName": "system-node-critical", "nodeSelector": {"kubernetes.io/os": "linux"}, "tolerations": [{"operator": "Exists"}],
            "containers": [{"name": "kube-proxy", "image": f"registry.k8s.io/kube-proxy:{VERSION}", "imagePullPolicy": "IfNotPresent", "command": ["/usr/local/bin/kube-proxy", "--config=/var/lib/kube-proxy/config.conf", "--hostname-override=$(NODE_NAME)"],
                            "env": [{"name": "NODE_NAME", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}], "volumeMounts": [{"name": "kube-proxy", "mountPath": "/var/lib/kube-proxy"}]}],
            "volumes": [{"name": "kube-proxy", "configMap": {"name": "kube-proxy"}}]}}}},
)
IMAGES = (*(f"registry.k8s.io/{image}" for image, _cpu, _flags in PROGRAMS.values()), f"registry.k8s.io/kube-proxy:{VERSION}")
CONTROL_PLANE = Scenario(
    "control-plane", "A cluster whose control plane can be seen", "컨트롤 플레인이 보이는 클러스터",
    "Set up as kubeadm does it: the control plane is a node of its own, and its programs run there as static pods. Look at them in kube-system, log in with ssh control-plane, move a manifest away, and see what stops.",
    "kubeadm이 하는 대로 세운 클러스터다. 컨트롤 플레인도 노드이고, 그 프로그램들이 거기에서 스태틱 파드로 돈다. kube-system에서 들여다보고, ssh control-plane으로 들어가 매니페스트를 치워 무엇이 멈추는지 보자.",
    nodes=(Node(NODE, cpu="2", memory="4Gi", labels=((ROLE, ""), ("node.kubernetes.io/exclude-from-external-load-balancers", "")), taints=((ROLE, "", "NoSchedule"),)), Node("node-1"), Node("node-2")),
    objects=(*PROXY, deployment("web", "nginx:1.27", replicas=2, port=80), service("web", port=80, target=80)), manifests=tuple((NODE, f"{name}.yaml", manifest(name)) for name in PROGRAMS), images=IMAGES,
    dns=True, settle_ms=30_000, first_lines=("kubectl get nodes", "kubectl get pods -n kube-system -o wide", "ssh control-plane ls /etc/kubernetes/manifests"),
)
