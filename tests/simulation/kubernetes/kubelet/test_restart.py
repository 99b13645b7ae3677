"""Processes that end, and what the kubelet makes of it."""

import pytest

from tests.simulation.kubernetes.driving import container, events, is_ready, moments, new_cluster, pod_of, run_pod, state_of, status_of, wait

CRASHING = container("busybox:1.36", script="echo hello; sleep 1; exit 3")


@pytest.fixture
def cluster():
    return new_cluster()


def starts(cluster, until_ms):
    """Return how far apart the starts of the container are, in whole seconds."""
    found = [at_ms for at_ms, count in moments(cluster, lambda: (pod_of(cluster)["status"].get("containerStatuses") or [{}])[0].get("state", {}).get("running"), until_ms=until_ms) if count]
    return [round((later - earlier) / 1000) for earlier, later in zip(found, found[1:], strict=False)]


def test_back_off_is_10_s_doubling_to_300_s(cluster):
    run_pod(cluster, CRASHING)
    pauses = [apart - 1 for apart in starts(cluster, 1_800_000)]
    for pause, expected in zip(pauses[:8], (0, 10, 20, 40, 80, 160, 300, 300), strict=True):
        assert expected <= pause <= expected + 3, pauses


def test_a_crashing_container_says_so_in_the_real_words(cluster):
    run_pod(cluster, CRASHING, for_ms=30_000)
    assert state_of(cluster) == "CrashLoopBackOff"
    uid = pod_of(cluster)["metadata"]["uid"]
    assert status_of(cluster)["state"]["waiting"]["message"] == f"back-off 20s restarting failed container=web pod=web_default({uid})"
    assert ("BackOff", f"Back-off restarting failed container web in pod web_default({uid})") in events(cluster)
    last = status_of(cluster)["lastState"]["terminated"]
    assert (last["exitCode"], last["reason"]) == (3, "Error")
    assert cluster.api.nodes.logs("default", "web", previous=True) == "hello\n"


def test_ten_minutes_of_running_reset_the_back_off(cluster):
    run_pod(cluster, CRASHING, for_ms=100_000)
    record = next(iter(cluster.kubelets.pods.values())).containers[0]
    assert record.backoff_ms >= 40_000
    run_pod(cluster, container("busybox:1.36", script="sleep 601; exit 1"), name="slow", for_ms=640_000)
    assert status_of(cluster, "slow")["restartCount"] == 1
    wait(cluster, 610_000)
    assert status_of(cluster, "slow")["restartCount"] == 2, "no back-off although it is the second crash"


@pytest.mark.parametrize(("script", "policy", "phase", "restarts"), [
    pytest.param("exit 0", "Never", "Succeeded", False, id="done"),
    pytest.param("exit 0", "OnFailure", "Succeeded", False, id="done on failure"),
    pytest.param("exit 2", "Never", "Failed", False, id="failed"),
    pytest.param("exit 2", "OnFailure", "Running", True, id="tried again"),
    pytest.param("exit 0", "Always", "Running", True, id="always again"),
])
def test_the_restart_policy_decides_what_an_end_means(cluster, script, policy, phase, restarts):
    run_pod(cluster, container("busybox:1.36", script=script), restartPolicy=policy, for_ms=60_000)
    assert pod_of(cluster)["status"]["phase"] == phase
    assert (status_of(cluster)["restartCount"] > 0) is restarts
    assert (cluster.next_due_ms() is None) is not restarts


def test_memory_over_the_limit_ends_with_137(cluster):
    run_pod(cluster, container("learnk8s/shop-api:leak", resources={"limits": {"memory": "60Mi"}}), for_ms=14_500)
    last = status_of(cluster)["lastState"].get("terminated") or status_of(cluster)["state"]["terminated"]
    assert (last["exitCode"], last["reason"]) == (137, "OOMKilled")


def test_a_killed_process_is_started_again_at_once(cluster):
    run_pod(cluster, for_ms=10_000)
    cluster.kubelets.kill_process("default", "web")
    wait(cluster, 500)
    assert not is_ready(cluster)
    wait(cluster, 3_000)
    assert is_ready(cluster)
    assert status_of(cluster)["restartCount"] == 1


def test_a_program_ends_on_sigterm_long_before_its_grace_is_over(cluster):
    run_pod(cluster, for_ms=10_000)
    cluster.api.delete("pods", "default", "web")
    assert "deletionTimestamp" in pod_of(cluster)["metadata"]
    wait(cluster, 1_000)
    assert pod_of(cluster) is None
    assert ("Killing", "Stopping container web") in events(cluster)


@pytest.mark.parametrize(("grace_s", "gone_after_s"), [(None, 30), (5, 5), (1, 2)])
def test_a_shell_that_ignores_sigterm_is_killed_when_its_grace_is_over(cluster, grace_s, gone_after_s):
    run_pod(cluster, container("busybox:1.36", script="sleep 3600"), for_ms=10_000)
    cluster.api.delete("pods", "default", "web", grace_s=grace_s)
    wait(cluster, gone_after_s * 1000 - 200)
    assert pod_of(cluster) is not None
    wait(cluster, 1_000)
    assert pod_of(cluster) is None
    assert cluster.next_due_ms() is None


def test_a_containers_own_policy_and_rules_speak_before_the_pods(cluster):
    rule = {"action": "Restart", "exitCodes": {"operator": "In", "values": [42]}}
    script = "test -f /mark/seen && exit 0; touch /mark/seen; exit 42"
    mount = {"volumeMounts": [{"name": "mark", "mountPath": "/mark"}], "restartPolicy": "Never"}
    run_pod(cluster, container("busybox:1.36", script=script, restartPolicyRules=[rule], **mount), volumes=[{"name": "mark", "emptyDir": {}}], for_ms=30_000)
    assert (status_of(cluster)["restartCount"], pod_of(cluster)["status"]["phase"]) == (1, "Succeeded")
    run_pod(cluster, container("busybox:1.36", script="exit 3", restartPolicyRules=[rule], restartPolicy="Never"), name="other", for_ms=30_000)
    assert (status_of(cluster, "other")["restartCount"], pod_of(cluster, "other")["status"]["phase"]) == (0, "Failed")
