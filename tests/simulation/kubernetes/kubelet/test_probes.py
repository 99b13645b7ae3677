"""Probes: what they do to a pod, and that skipping the ones whose answer cannot change changes nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnk8s.simulation.kubernetes.kubelet.kubelet import Kubelets
from tests.simulation.kubernetes.driving import container, events, is_ready, moments, new_cluster, pod_of, reloaded, run_pod, status_of, wait

LIVENESS_EXAMPLE = container("busybox:1.36", script="touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600",
                             livenessProbe={"exec": {"command": ["cat", "/tmp/healthy"]}, "initialDelaySeconds": 5, "periodSeconds": 5})


def test_passing_probes_leave_the_agenda_empty():
    cluster = new_cluster()
    http = {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 1}
    run_pod(cluster, container(startupProbe=http, livenessProbe=http, readinessProbe=http), for_ms=20_000)
    assert is_ready(cluster)
    assert cluster.next_due_ms() is None


def test_the_liveness_example_of_the_documentation_restarts_after_75_s():
    cluster = new_cluster()
    run_pod(cluster, LIVENESS_EXAMPLE)
    found = moments(cluster, lambda: (pod_of(cluster)["status"].get("containerStatuses") or [{}])[0].get("restartCount"), until_ms=120_000)
    assert 70_000 <= next(at_ms for at_ms, count in found if count == 1) <= 82_000
    texts = events(cluster)
    assert ("Unhealthy", "Liveness probe failed: cat: can't open '/tmp/healthy': No such file or directory\n") in texts
    assert ("Killing", "Container web failed liveness probe, will be restarted") in texts


@pytest.mark.parametrize(("probe", "expected"), [
    ({"httpGet": {"path": "/nothing", "port": 80}}, "Readiness probe failed: HTTP probe failed with statuscode: 404"),
    ({"httpGet": {"path": "/healthz", "port": 8080}}, 'Readiness probe failed: Get "http://{ip}:8080/healthz": dial tcp {ip}:8080: connect: connection refused'),
    ({"tcpSocket": {"port": 8080}}, "Readiness probe failed: dial tcp {ip}:8080: connect: connection refused"),
])
def test_a_failing_readiness_probe_keeps_the_pod_running_but_not_ready(probe, expected):
    cluster = new_cluster()
    run_pod(cluster, container(readinessProbe=probe), for_ms=60_000)
    assert not is_ready(cluster)
    assert status_of(cluster)["restartCount"] == 0
    assert ("Unhealthy", expected.replace("{ip}", pod_of(cluster)["status"]["podIP"])) in events(cluster)


def test_a_startup_probe_protects_a_slow_start_from_the_liveness_probe():
    cluster = new_cluster()
    tcp = {"tcpSocket": {"port": 8080}, "periodSeconds": 5}
    run_pod(cluster, container("learnk8s/shop-api:slow", startupProbe={**tcp, "failureThreshold": 20}, livenessProbe=tcp), for_ms=120_000)
    assert is_ready(cluster)
    assert status_of(cluster)["restartCount"] == 0
    run_pod(cluster, container("learnk8s/shop-api:slow", livenessProbe=tcp), name="bare", for_ms=120_000)
    assert status_of(cluster, "bare")["restartCount"] > 0


class TickByTick(Kubelets):
    """Runs every probe at every tick for ever, as a real kubelet does."""

    def _plan_next_probe(self, record, entry, probe, kind, program, succeeded, cause):
        self._plan_probe(record, entry, probe, kind, self._now, cause)


numbers = st.fixed_dictionaries({"initialDelaySeconds": st.integers(0, 20), "periodSeconds": st.integers(1, 15), "failureThreshold": st.integers(1, 4)})
scripts = st.lists(st.tuples(st.sampled_from(["touch /tmp/x", "rm /tmp/x"]), st.integers(1, 40)), max_size=5).map(lambda parts: "; ".join(f"{word}; sleep {seconds}" for word, seconds in [*parts, ("true", 900)]))


@settings(max_examples=20, deadline=None)
@given(script=scripts, liveness=numbers, readiness=numbers, success=st.integers(1, 3), seed=st.integers(0, 3))
def test_skipped_probes_change_nothing(script, liveness, readiness, success, seed):
    def lived(kubelets):
        cluster = new_cluster(seed)
        cluster.kubelets.__class__ = kubelets
        check = {"exec": {"command": ["cat", "/tmp/x"]}}
        run_pod(cluster, container("busybox:1.36", script=script, livenessProbe={**check, **liveness}, readinessProbe={**check, **readiness, "successThreshold": success}))
        seen = moments(cluster, lambda: [(entry["ready"], entry["restartCount"]) for entry in pod_of(cluster)["status"].get("containerStatuses", ())], until_ms=200_000, step_ms=500)
        return seen, sorted((record.reason, record.message, record.times) for record in cluster.store.events.all())

    assert lived(Kubelets) == lived(TickByTick)


def test_probes_go_on_as_before_after_a_load():
    cluster = new_cluster()
    run_pod(cluster, LIVENESS_EXAMPLE, for_ms=36_000)
    again = reloaded(cluster)
    for world in (cluster, again):
        wait(world, 200_000)
    assert again.state() == cluster.state()
