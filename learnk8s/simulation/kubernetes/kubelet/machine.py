"""What a node says of itself when it joins. Models pkg/kubelet/nodestatus (1.36)."""

from functools import lru_cache

from learnk8s.simulation.kernel.quantities import canonical, whole
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.dual_stack import pod_range

VERSION = "v1.36.2"
RESERVED_MEMORY = 100 * 2**20
"""What hard eviction keeps free: facts/numbers.yaml, eviction-hard memory.available."""
CONDITIONS = (("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
              ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
              ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
              ("Ready", "True", "KubeletReady", "kubelet is posting ready status"))


@lru_cache(maxsize=64)
def conditions(timestamp: str) -> list[Doc]:
    """Return the conditions of a healthy node; nodes of one moment share them."""
    return [{"type": kind, "status": status, "lastHeartbeatTime": timestamp, "lastTransitionTime": timestamp, "reason": reason, "message": message}
            for kind, status, reason, message in CONDITIONS]


@lru_cache(maxsize=64)
def _capacity(cpu: str, memory: str, pods: str) -> Doc:
    return {"cpu": cpu, "ephemeral-storage": "100Gi", "hugepages-1Gi": "0", "hugepages-2Mi": "0", "memory": memory, "pods": pods}


ANNOTATIONS = {"node.alpha.kubernetes.io/ttl": "0", "volumes.kubernetes.io/controller-managed-attach-detach": "true"}
ENDPOINTS = {"kubeletEndpoint": {"Port": 10250}}


def new_node(name: str, number: int, *, cpu: str, memory: str, pods: int, labels: dict[str, str], bare: bool, timestamp: str, dual: bool = False) -> list[tuple[str, Doc]]:
    """Return a node and its lease, as (resource, document)."""
    built_in = {"beta.kubernetes.io/arch": "amd64", "beta.kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", "kubernetes.io/hostname": name, "kubernetes.io/os": "linux"}
    capacity = _capacity(canonical(cpu), canonical(memory), str(pods))
    kept = capacity["memory"] if bare else f"{(whole(memory) - RESERVED_MEMORY) // 1024}Ki"
    node = {
        "apiVersion": "v1", "kind": "Node",
        "metadata": {"name": name, "labels": {**built_in, **labels}, "annotations": ANNOTATIONS},
        "spec": {"podCIDR": f"10.244.{number}.0/24", "podCIDRs": [f"10.244.{number}.0/24", *([pod_range(number)] if dual else [])]},
        "status": {
            "addresses": [{"type": "InternalIP", "address": address(number)}, {"type": "Hostname", "address": name}],
            "capacity": capacity, "allocatable": _capacity(capacity["cpu"], kept, capacity["pods"]), "conditions": conditions(timestamp),
            "daemonEndpoints": ENDPOINTS,
            "nodeInfo": {"architecture": "amd64", "bootID": f"boot-{number}", "containerRuntimeVersion": "containerd://2.2.1", "kernelVersion": "6.12.48+deb13-amd64", "kubeProxyVersion": "",
                         "kubeletVersion": VERSION, "machineID": f"machine-{number}", "operatingSystem": "linux", "osImage": "Debian GNU/Linux 13 (trixie)", "systemUUID": f"system-{number}"},
        },
    }
    lease = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": name, "namespace": "kube-node-lease"},
             "spec": {"holderIdentity": name, "leaseDurationSeconds": 40, "renewTime": f"{timestamp[:-1]}.000000Z"}}
    return [("nodes", node), ("leases.coordination.k8s.io", lease)]


def address(number: int) -> str:
    """Return the address of the node of this number, counted from zero.

    >>> address(0)
    '192.168.49.2'
    """
    return f"192.168.{49 + (number + 2) // 250}.{(number + 2) % 250}"
