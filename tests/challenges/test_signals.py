"""Everything that people who learn Kubernetes meet when it breaks has a challenge of its own."""

import pytest

from learnk8s.challenges import catalogue
from learnk8s.challenges.signals import GROUPS

MET = {
    "wrong targetPort": "wrong-target-port", "named port": "named-port", "Ingress 404": "ingress-404", "Ingress 503": "ingress-503", "RBAC forbidden": "rbac-forbidden", "NetworkPolicy blocks": "policy-blocks",
    "DNS egress forgotten": "policy-forgot-dns", "readiness failing": "readiness-path", "bad rollout and undo": "bad-rollout", "selector mismatch": "selector-mismatch", "HPA <unknown>": "hpa-unknown",
    "Pending: nodeSelector": "pending-selector", "Pending: affinity": "pending-affinity", "Pending: taint": "pending-taint", "Pending: cpu": "pending-cpu", "Pending: memory": "pending-memory", "Pending: unbound claim": "pvc-no-class",
    "Pending: topology spread": "topology-spread", "quota exceeded": "quota-exceeded", "liveness restart loop": "liveness-port", "eviction under node pressure": "evicted", "CrashLoopBackOff": "crash-loop",
    "ImagePullBackOff": "bad-image-tag", "Init:0/1": "init-waits", "Init:CrashLoopBackOff": "init-stuck", "DNS NXDOMAIN and search path": "wrong-namespace", "CoreDNS down": "dns-down", "LimitRange": "limit-range",
    "startup probe against slow start": "startup-slow", "Job BackoffLimitExceeded": "job-backoff", "StatefulSet ordering": "statefulset-stuck", "headless DNS": "headless-name", "runAsNonRoot": "run-as-non-root",
    "Pod Security": "pod-security", "cordon": "cordoned", "drain refusals": "drain-refused", "CronJob missed": "cronjob-missed", "CronJob suspended": "cronjob-suspended", "CronJob Forbid": "cronjob-forbid", "OOMKilled 137": "oom-killed",
    "node NotReady, taint, eviction": "node-down", "preemption": "priority-preempted", "missing ConfigMap": "missing-configmap", "missing key of a Secret": "missing-secret-key", "FailedMount": "failed-mount",
    "PDB blocks drain": "pdb-blocks-drain", "ProgressDeadlineExceeded": "progress-deadline", "stuck Terminating": "stuck-terminating", "static pod broken": "static-pod", "kubelet down": "kubelet-down",
}


@pytest.mark.parametrize("slug", MET.values(), ids=MET)
def test_what_learners_meet_has_a_challenge(slug):
    assert slug in catalogue.challenges()


def test_every_signal_of_a_group_has_a_challenge():
    covered = {variants[0].signal for variants in catalogue.challenges().values()}
    assert {signal for group in GROUPS.values() for signal in group.signals} - covered == set()


def test_all_four_grades_are_there_and_every_challenge_varies():
    challenges = [variants for variants in catalogue.challenges().values()]
    assert {variants[0].grade for variants in challenges} == {1, 2, 3, 4}
    assert [variants[0].slug for variants in challenges if len(variants) < 2] == []
