"""What is asked with nc, dig and a host's ports."""

import pytest

from tests.simulation.kubernetes.driving import new_cluster, run_pod

AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"


@pytest.fixture(scope="module")
def cluster():
    """Servers that share a port of one node by address and protocol, and a pod on the node's own network."""
    cluster = new_cluster()
    for name, address, protocol in (("near", "127.0.0.1", "TCP"), ("far", "192.168.49.2", "TCP"), ("datagrams", "192.168.49.2", "UDP")):
        server = {"name": "web", "image": AGNHOST, "args": ["netexec", "--http-port=8080", "--udp-port=8090"], "ports": [{"containerPort": 8090 if protocol == "UDP" else 8080, "hostPort": 5432, "hostIP": address, "protocol": protocol}]}
        run_pod(cluster, server, name=name, nodeName="node-1")
    run_pod(cluster, {"name": "web", "image": AGNHOST, "args": ["pause"]}, name="host", nodeName="node-1", hostNetwork=True, for_ms=10_000)
    return cluster


def told(cluster, line, pod="host"):
    return cluster.inside.exec("default", pod, "", ["sh", "-c", line])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("curl -s --interface 192.168.49.2 http://127.0.0.1:5432/hostname", "near"), ("curl -s http://192.168.49.2:5432/hostname", "far"),
        ("echo hostName | nc -w 1 -u 192.168.49.2 5432", "datagrams"), ("echo echo hello | nc -w 1 -u 192.168.49.2 5432", "hello"), ("echo what | nc -w 1 -u 192.168.49.2 5432", ""),
    ],
)
def test_a_port_of_a_node_is_shared_by_address_and_protocol(cluster, line, said):
    assert told(cluster, line).stdout == said


def test_a_scan_of_datagrams_says_that_a_port_is_open_unless_it_is_refused(cluster):
    found = told(cluster, "nc -vuz -w 2 192.168.49.2 5432")
    assert (found.stderr, found.status) == ("192.168.49.2 (192.168.49.2:5432) open\n", 0)
    assert told(cluster, "nc -vuz -w 2 192.168.49.2 5431").status == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("dig +noall +answer +search kubernetes.default A", "kubernetes.default.svc.cluster.local.\t\t30\tIN\tA\t10.96.0.1\n"), ("dig +noall +answer +search nothing.default A", ""), ("dig +short -x 10.96.0.1", "kubernetes.default.svc.cluster.local.\n"),
        ("dig +noall +answer 1.0.96.10.in-addr.arpa. PTR", "1.0.96.10.in-addr.arpa.\t30\tIN\tPTR\tkubernetes.default.svc.cluster.local.\n"), ("dig +noall +question kubernetes.default A", ";kubernetes.default.\t\tIN\tA\n"),
    ],
)
def test_dig_shows_the_sections_that_it_was_asked_for(cluster, line, said):
    assert told(cluster, line, "near").stdout == said
