"""The signals that challenges cover, in groups by which learners look for them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """A group of signals and its name."""

    text_en: str
    text_ko: str
    signals: tuple[str, ...]


GROUPS: dict[str, Group] = {
    "starting": Group("Pods that do not start", "시작되지 않는 파드", ("image-pull", "crash-loop", "config-error", "failed-mount", "init-container", "run-as-non-root", "pod-security", "startup-probe", "command", "oom", "static-pod")),
    "placing": Group("Pods that find no place", "자리를 찾지 못하는 파드", ("pending-resources", "pending-selector", "pending-taint", "pending-volume", "pending-spread", "preemption", "quota", "limit-range", "cordon")),
    "reaching": Group("Services that do not answer", "답하지 않는 서비스", ("target-port", "selector", "readiness", "dns", "dns-down", "network-policy", "network-policy-dns", "ingress", "named-port")),
    "changing": Group("Changes that go wrong", "잘못되는 변경", ("rollout", "progress-deadline", "pdb", "drain", "terminating", "liveness", "immutable")),
    "working": Group("Jobs and sets", "잡과 집합", ("job-backoff", "cronjob-missed", "cronjob-suspended", "cronjob-forbid", "statefulset-order", "headless", "daemonset", "hpa")),
    "keeping": Group("Rights and machines", "권한과 기계", ("rbac", "service-account", "node-not-ready", "kubelet-down", "eviction")),
}
