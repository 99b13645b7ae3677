"""A pod, peeled: from its spec down to namespaces, control groups, mounts and processes on its node.

All values are those that a kubelet 1.36 and runc 1.3 with cgroup v2 set. Models pkg/kubelet/cm/helpers_linux.go (MilliCPUToShares, MilliCPUToQuota, ResourceConfigForPod),
pkg/kubelet/qos/policy.go (GetContainerOOMScoreAdjust) and opencontainers/cgroups (ConvertCPUSharesToCgroupV2Value) (1.36).
"""

from collections.abc import Iterator
from math import ceil, log2
from typing import TYPE_CHECKING, Any

from learnk8s.simulation.kernel.quantities import millis, whole
from learnk8s.simulation.kubernetes.objects.document import Doc, dig

if TYPE_CHECKING:
    from learnk8s.simulation.kubernetes.cluster import Cluster

SHARES_MIN, SHARES_MAX = 2, 262_144
PERIOD_US, QUOTA_MIN_US = 100_000, 1_000
GUARANTEED_OOM, BEST_EFFORT_OOM = -997, 1_000
CRITICAL_PRIORITY = 2_000_000_000
CAPABILITIES = ("CHOWN", "DAC_OVERRIDE", "FSETID", "FOWNER", "MKNOD", "NET_RAW", "SETGID", "SETUID", "SETFCAP", "SETPCAP", "NET_BIND_SERVICE", "SYS_CHROOT", "KILL", "AUDIT_WRITE")
"""What containerd gives a container that asks for nothing."""


def cpu_shares(request_m: int) -> int:
    """Return the cgroup v1 shares of a CPU request.

    >>> cpu_shares(100), cpu_shares(0)
    (102, 2)
    """
    return min(max(request_m * 1024 // 1000, SHARES_MIN), SHARES_MAX) if request_m else SHARES_MIN


def cpu_weight(request_m: int) -> int:
    """Return the cgroup v2 weight of a CPU request: a curve through (2, 1), (1024, 100) and (262144, 10000) since runc 1.3.2.

    >>> cpu_weight(0), cpu_weight(100), cpu_weight(1000)
    (1, 17, 100)
    """
    shares = cpu_shares(request_m)
    if shares <= SHARES_MIN:
        return 1
    if shares >= SHARES_MAX:
        return 10_000
    power = log2(shares)
    return ceil(10 ** ((power * power + 125 * power) / 612 - 7 / 34))


def cpu_max(limit_m: int) -> str:
    """Return what cpu.max says of a CPU limit.

    >>> cpu_max(0), cpu_max(250), cpu_max(5)
    ('max 100000', '25000 100000', '1000 100000')
    """
    return f"{max(limit_m * PERIOD_US // 1000, QUOTA_MIN_US)} {PERIOD_US}" if limit_m else f"max {PERIOD_US}"


def oom_score_adj(qos: str, request_bytes: int, capacity_bytes: int, *, priority: int = 0) -> int:
    """Return how early the kernel ends a container's processes when memory runs out: the higher, the sooner.

    >>> oom_score_adj("Burstable", 2**30, 8 * 2**30)
    875
    """
    if qos == "Guaranteed" or priority >= CRITICAL_PRIORITY:
        return GUARANTEED_OOM
    if qos == "BestEffort":
        return BEST_EFFORT_OOM
    score = 1000 - 1000 * request_bytes // max(capacity_bytes, 1)
    return min(max(score, 1000 + GUARANTEED_OOM), BEST_EFFORT_OOM - 1)


def peeled(cluster: "Cluster", ref: str) -> dict[str, Any] | None:
    """Return the layers of a pod as plain data, or None if there is no such pod or it has no node yet."""
    pod = cluster.find(ref)
    node = cluster.store.get("nodes", "", (pod or {}).get("spec", {}).get("nodeName", "")) if pod and pod.get("kind") == "Pod" else None
    if pod is None or node is None:
        return None
    qos = dig(pod, "status", "qosClass", default="BestEffort")
    capacity = whole(dig(node, "status", "capacity", "memory", default="0"))
    containers = [_container(cluster, pod, spec, qos, capacity) for spec in _started(pod)]
    return {"ref": ref, "node": node["metadata"]["name"], "qos": qos, "ip": dig(pod, "status", "podIP", default=""), "namespaces": list(_namespaces(pod)), "groups": _groups(pod, qos), "containers": containers}


def _started(pod: Doc) -> list[Doc]:
    sidecars = [spec for spec in pod["spec"].get("initContainers") or () if spec.get("restartPolicy") == "Always"]
    return [*sidecars, *pod["spec"]["containers"]]


def _asked(spec: Doc, which: str, resource: str) -> int:
    amounts = (spec.get("resources") or {}).get(which) or {}
    if resource not in amounts:
        return 0
    return millis(amounts[resource]) if resource == "cpu" else whole(amounts[resource])


def _namespaces(pod: Doc) -> Iterator[dict[str, str]]:
    """Yield each kind of namespace and whom the pod shares it with. Models the CRI's NamespaceMode."""
    spec = pod["spec"]
    own = {"net": spec.get("hostNetwork"), "ipc": spec.get("hostIPC"), "pid": spec.get("hostPID")}
    for kind, sees_en, sees_ko in (("net", "addresses, ports, routes", "주소, 포트, 경로"), ("ipc", "shared memory, queues", "공유 메모리, 메시지 큐"), ("uts", "the host name", "호스트 이름"), ("pid", "other processes", "다른 프로세스"),
                                   ("mnt", "the file system", "파일 시스템"), ("cgroup", "the tree of control groups", "컨트롤 그룹 트리"), ("user", "user numbers", "사용자 번호"), ("time", "clocks since boot", "부팅 이후의 시계")):
        if own.get(kind) or (kind == "uts" and spec.get("hostNetwork")) or kind == "time" or (kind == "user" and spec.get("hostUsers", True)):
            owner = "node"
        elif kind in ("mnt", "cgroup") or (kind == "pid" and not spec.get("shareProcessNamespace")):
            owner = "container"
        else:
            owner = "pod"
        yield {"kind": kind, "owner": owner, "sees_en": sees_en, "sees_ko": sees_ko}


def _groups(pod: Doc, qos: str) -> list[dict[str, str]]:
    """Return the control groups from the top down to the pod's. Models ResourceConfigForPod."""
    uid = pod["metadata"]["uid"].replace("-", "_")
    layer = "" if qos == "Guaranteed" else f"kubepods-{qos.lower()}"
    top = "/sys/fs/cgroup/kubepods.slice"
    found = [{"path": top, "cpu_weight": "", "cpu_max": f"max {PERIOD_US}", "memory_max": "", "note": "node"}]
    if layer:
        top += f"/{layer}.slice"
        found.append({"path": top, "cpu_weight": "1" if qos == "BestEffort" else "", "cpu_max": f"max {PERIOD_US}", "memory_max": "max", "note": "qos"})
    containers = _started(pod)
    request = sum(_asked(spec, "requests", "cpu") for spec in containers)
    cpu_limits, memory_limits = ([_asked(spec, "limits", resource) for spec in containers] for resource in ("cpu", "memory"))
    overhead = pod["spec"].get("overhead") or {}
    cpu = sum(cpu_limits) + (millis(overhead["cpu"]) if "cpu" in overhead else 0) if all(cpu_limits) else 0
    memory = sum(memory_limits) + (whole(overhead["memory"]) if "memory" in overhead else 0) if all(memory_limits) else 0
    found.append({"path": f"{top}/{layer or 'kubepods'}-pod{uid}.slice", "cpu_weight": str(cpu_weight(request)), "cpu_max": cpu_max(cpu), "memory_max": str(memory) if memory else "max", "note": "pod"})
    return found


def _container(cluster: "Cluster", pod: Doc, spec: Doc, qos: str, capacity: int) -> dict[str, Any]:
    status: Doc = next((entry for entry in [*(dig(pod, "status", "containerStatuses", default=None) or ()), *(dig(pod, "status", "initContainerStatuses", default=None) or ())] if entry["name"] == spec["name"]), {})
    found = status.get("containerID", "").rpartition("/")[2]
    limit = _asked(spec, "limits", "memory")
    return {
        "name": spec["name"], "id": found[:12], "state": next(iter(status.get("state") or {"waiting": None})), "cgroup": f"cri-containerd-{found or '…'}.scope",
        "cpu_weight": cpu_weight(_asked(spec, "requests", "cpu")), "cpu_max": cpu_max(_asked(spec, "limits", "cpu")), "memory_max": str(limit) if limit else "max", "pids_max": "max",
        "oom_score_adj": oom_score_adj(qos, _asked(spec, "requests", "memory"), capacity, priority=pod["spec"].get("priority") or 0),
        "mounts": list(_mounts(pod, spec)), "processes": _processes(cluster, pod, spec["name"]), "security": _security(pod, spec),
    }


def _mounts(pod: Doc, spec: Doc) -> Iterator[dict[str, str]]:
    """Yield path, kind and where it really lies."""
    home = f"/var/lib/kubelet/pods/{pod['metadata']['uid']}"
    readonly = bool((spec.get("securityContext") or {}).get("readOnlyRootFilesystem"))
    yield {"path": "/", "kind": "overlay", "source": spec.get("image", ""), "mode": "ro" if readonly else "rw"}
    volumes = {volume["name"]: volume for volume in pod["spec"].get("volumes") or ()}
    for mount in spec.get("volumeMounts") or ():
        volume = volumes.get(mount["name"], {})
        kind = next((key for key in volume if key != "name"), "emptyDir")
        medium = "tmpfs" if kind in ("secret", "projected") or dig(volume, "emptyDir", "medium", default="") == "Memory" else kind
        source = dig(volume, "hostPath", "path", default="") or dig(volume, "persistentVolumeClaim", "claimName", default="") or f"{home}/volumes/kubernetes.io~{_plugin(kind)}/{mount['name']}"
        yield {"path": mount["mountPath"], "kind": medium, "source": source, "mode": "ro" if mount.get("readOnly") else "rw"}
    yield {"path": "/etc/hosts", "kind": "bind", "source": f"{home}/etc-hosts", "mode": "rw"}
    yield {"path": "/etc/resolv.conf", "kind": "bind", "source": "/var/lib/containerd/…/resolv.conf", "mode": "rw"}
    yield {"path": spec.get("terminationMessagePath", "/dev/termination-log"), "kind": "bind", "source": f"{home}/containers/{spec['name']}", "mode": "rw"}


def _plugin(kind: str) -> str:
    return {"emptyDir": "empty-dir", "configMap": "configmap", "downwardAPI": "downward-api"}.get(kind, kind)


def _processes(cluster: "Cluster", pod: Doc, container: str) -> list[dict[str, str]]:
    record = cluster.kubelets.pods.get(pod["metadata"]["uid"])
    entry = record.find(container) if record else None
    if entry is None or entry.state != "running":
        return []
    program = cluster.kubelets.program_of(record, entry)
    lines = program.processes or (" ".join(entry.arguments) or program.name,)
    return [{"pid": str(number + 1), "command": line} for number, line in enumerate(lines)]


def _security(pod: Doc, spec: Doc) -> list[dict[str, str]]:
    """Return what the processes may do: user, capabilities, system calls, new privileges."""
    whole_pod, own = pod["spec"].get("securityContext") or {}, spec.get("securityContext") or {}
    merged = {**whole_pod, **own}
    asked = own.get("capabilities") or {}
    dropped = asked.get("drop") or ()
    kept = [] if "ALL" in dropped else [word for word in CAPABILITIES if word not in dropped]
    granted = ["ALL"] if own.get("privileged") else sorted({*kept, *(asked.get("add") or ())})
    seccomp = (merged.get("seccompProfile") or {}).get("type", "Unconfined")
    return [{"name": "uid", "value": str(merged.get("runAsUser", "0 (image)"))}, {"name": "capabilities", "value": ", ".join(granted) or "-"}, {"name": "seccomp", "value": "Unconfined" if own.get("privileged") else seccomp},
            {"name": "no_new_privs", "value": "1" if own.get("allowPrivilegeEscalation") is False else "0"}]
