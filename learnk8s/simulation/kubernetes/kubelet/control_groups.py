"""What the kernel shows a container of its own control group and of its first process. Models pkg/kubelet/cm/helpers_linux.go and pkg/kubelet/qos/policy.go (1.36)."""

from learnk8s.simulation.kernel.quantities import millis, whole
from learnk8s.simulation.kubernetes.objects.document import Doc

ROOT = "/sys/fs/cgroup"
PERIOD_US, QUOTA_US_MIN = 100_000, 1_000
SHARES_MIN, SHARES_MAX = 2, 262_144
GUARANTEED, BEST_EFFORT = -997, 1_000


SYSCTLS = {"kernel.shm_rmid_forced": "0", "kernel.msgmax": "8192", "kernel.sem": "32000\t1024000000\t500\t32000", "kernel.pid_max": "4194304", "net.core.somaxconn": "4096", "net.ipv4.ip_forward": "1", "net.ipv4.ip_local_port_range": "32768\t60999",
           "net.ipv4.ip_unprivileged_port_start": "0", "net.ipv4.tcp_syncookies": "1", "vm.max_map_count": "262144", "vm.overcommit_memory": "1", "vm.swappiness": "60", "fs.file-max": "9223372036854775807"}
"""What a pod finds if it asks for nothing else; the ports that need no rights are as containerd sets them."""


def sysctls(pod: Doc) -> dict[str, str]:
    """Return the kernel's settings in a pod as files."""
    asked = {item["name"]: str(item["value"]) for item in (pod["spec"].get("securityContext") or {}).get("sysctls") or ()}
    return {sysctl_path(name): f"{value}\n" for name, value in {**SYSCTLS, **asked}.items()}


def sysctl_path(name: str) -> str:
    """Return the file of a setting.

    >>> sysctl_path("net.core.somaxconn")
    '/proc/sys/net/core/somaxconn'
    """
    return f"/proc/sys/{name.replace('.', '/')}"


def files(resources: Doc, qos_class: str, capacity_bytes: int, used_bytes: int) -> dict[str, str]:
    """Return the files by path, for the resources that a container was given."""
    requests, limits = resources.get("requests") or {}, resources.get("limits") or {}
    memory = whole(limits["memory"]) if limits.get("memory") else 0
    return {
        f"{ROOT}/cgroup.controllers": "cpuset cpu io memory hugetlb pids rdma\n", f"{ROOT}/cgroup.procs": "1\n", f"{ROOT}/memory.max": f"{memory or 'max'}\n", f"{ROOT}/memory.current": f"{used_bytes}\n",
        f"{ROOT}/cpu.max": f"{quota_us(millis(limits['cpu'])) if limits.get('cpu') else 'max'} {PERIOD_US}\n", f"{ROOT}/cpu.weight": f"{weight(millis(requests.get('cpu') or limits.get('cpu') or '0'))}\n", f"{ROOT}/pids.max": "max\n",
        "/proc/1/oom_score_adj": f"{out_of_memory_score(qos_class, whole(requests.get('memory') or '0'), capacity_bytes)}\n",
    }


def quota_us(millicores: int) -> int:
    """Return how long a group may run in each period.

    >>> quota_us(250), quota_us(1)
    (25000, 1000)
    """
    return max(millicores * PERIOD_US // 1000, QUOTA_US_MIN)


def weight(millicores: int) -> int:
    """Return a group's weight among others, 1 to 10000, worked out from the shares of the first version of control groups.

    >>> weight(0), weight(100), weight(1000)
    (1, 4, 39)
    """
    shares = min(max(millicores * 1024 // 1000, SHARES_MIN), SHARES_MAX)
    return 1 + (shares - 2) * 9999 // 262_142


def out_of_memory_score(qos_class: str, requested_bytes: int, capacity_bytes: int) -> int:
    """Return by how much sooner the kernel kills a container's processes when memory runs out.

    >>> out_of_memory_score("Burstable", 2**30, 2**32)
    750
    """
    if qos_class == "Guaranteed":
        return GUARANTEED
    if qos_class == "BestEffort" or not capacity_bytes:
        return BEST_EFFORT
    return min(max(1000 - 1000 * requested_bytes // capacity_bytes, 1000 + GUARANTEED), BEST_EFFORT - 1)
