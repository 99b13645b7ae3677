"""Scripts that run in containers: what their loops come to, and what a look at them costs."""

import pytest

from learnk8s.simulation.kubernetes.kubelet.images import script
from tests.simulation.kubernetes.driving import container, new_cluster, reloaded, run_pod, wait

ASKING = "for i in $(seq 1 50); do for name in a b kubernetes; do nslookup $name.default.svc.cluster.local; done; echo turn $i >> /tmp/turns; sleep 1; done"


@pytest.fixture
def cluster():
    return new_cluster()


def log_of(cluster, source, for_ms=20_000):
    run_pod(cluster, container("busybox", script=source), restartPolicy="Never", for_ms=for_ms)
    return cluster.inside.logs("default", "web")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("for i in 1 2 3; do if [ $i = 2 ]; then break; fi; echo $i; done; echo over", "1\nover\n"), ("for i in 1 2 3; do if [ $i = 2 ]; then continue; fi; echo $i; done; echo over", "1\n3\nover\n"),
        ("n=0; while [ $n -lt 9 ]; do n=$((n+1)); echo $n; if [ $n = 2 ]; then break; fi; done; echo over", "1\n2\nover\n"), ("n=0; while true; do n=$((n+1)); [ $n = 3 ] && break; echo $n; done; echo over", "1\n2\nover\n"),
        ("n=0; for i in 1 2 3; do for j in a b; do [ $j = b ] && break; echo $i$j; done; done", "1a\n2a\n3a\n"),
    ],
)
def test_a_loop_is_left_and_gone_on_with(cluster, source, said):
    assert log_of(cluster, source) == said


def test_a_dollar_is_written_twice_where_a_variable_could_be_meant(cluster):
    assert log_of(cluster, "echo $$(echo inner) | awk '{print $$1}'") == "inner\n"


def commands_of(monkeypatch):
    ran = []
    before = script._Runner._pipeline
    monkeypatch.setattr(script._Runner, "_pipeline", lambda self, pipeline, *, foreground: ran.append(1) or before(self, pipeline, foreground=foreground))
    return ran


def test_a_script_that_asks_in_every_turn_costs_a_turn_for_each_answer(cluster, monkeypatch):
    ran = commands_of(monkeypatch)
    log_of(cluster, ASKING, for_ms=3_000)
    wait(cluster, 10_000)
    early = len(ran)
    wait(cluster, 10_000)
    middle = len(ran)
    wait(cluster, 10_000)
    assert middle > early and len(ran) - middle <= 1.5 * (middle - early)


def test_a_script_goes_on_the_same_wherever_it_is_taken_up(cluster):
    log_of(cluster, ASKING)
    again = reloaded(cluster)
    for one in (cluster, again):
        wait(one, 12_000)
    assert again.inside.logs("default", "web") == cluster.inside.logs("default", "web") != ""
    assert again.inside.exec("default", "web", "", ["cat", "/tmp/turns"]).stdout == cluster.inside.exec("default", "web", "", ["cat", "/tmp/turns"]).stdout


def test_a_script_that_reads_what_others_change_is_gone_through_again(cluster):
    run_pod(cluster, container("busybox", script="for i in $(seq 1 60); do cat /tmp/note; sleep 1; done"), for_ms=5_000)
    assert "No such file or directory" in cluster.inside.logs("default", "web")
    cluster.inside.exec("default", "web", "", ["sh", "-c", "echo hello > /tmp/note"])
    wait(cluster, 5_000)
    assert cluster.inside.logs("default", "web").endswith("hello\n")


@pytest.mark.parametrize(("source", "moments"), [
    pytest.param("echo a; sleep 2; echo b", ((0, 2, 0),), id="before a pause"),
    pytest.param("for i in 1 2 3; do echo $i; sleep 1; done", ((0, 2, 0), (1_000, 4, 0), (2_000, 6, 0)), id="in each turn"),
    pytest.param("echo a; echo b >&2; sleep 1", ((0, 2, 2),), id="both texts"),
    pytest.param("x=$(echo a; sleep 1); echo $x; sleep 1; echo b", ((1_000, 2, 0),), id="not what became a word"),
    pytest.param("(echo a; sleep 1; echo b) | wc -l", (), id="not what went into a pipe"),
])
def test_a_command_in_a_container_says_when_it_printed(cluster, source, moments):
    run_pod(cluster, container("busybox", script="sleep 1000"), for_ms=20_000)
    found = cluster.inside.exec("default", "web", "", ["sh", "-c", source])
    assert found.moments == moments


def test_a_container_reaches_itself(cluster):
    run_pod(cluster, container("busybox", script="sleep 1000"), for_ms=20_000)
    for address in ("127.0.0.1", "localhost", cluster.store.get("pods", "default", "web")["status"]["podIP"]):
        assert "seq=0 ttl=64 time=0.050 ms\n" in cluster.inside.exec("default", "web", "", ["ping", "-c", "1", address]).stdout
