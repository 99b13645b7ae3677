"""Where a Service sends a request: mirrored endpoints, affinity, policies, names, host ports."""

import pytest

from tests.simulation.kubernetes.signals.typing import applied, new_world, pod, typed


@pytest.fixture
def world():
    world = new_world("networking")
    typed(world, "kubectl run friend --image=busybox:1.36 -- sleep 36000", wait_s=8)
    return world


def test_endpoints_written_by_hand_are_mirrored_and_used(world):
    address = typed(world, "kubectl get pod -l app=web -o jsonpath='{.items[0].status.podIP}'")
    applied(world, f"apiVersion: v1\nkind: Service\nmetadata: {{name: ext}}\nspec:\n  ports: [{{port: 80}}]\n---\napiVersion: v1\nkind: Endpoints\nmetadata: {{name: ext}}\nsubsets:\n- addresses: [{{ip: {address}}}]\n  ports: [{{port: 80}}]", wait_s=2)
    assert typed(world, "kubectl get endpointslices -l kubernetes.io/service-name=ext -o jsonpath='{.items[0].endpoints[0].addresses[0]} {.items[0].metadata.labels.endpointslice\\.kubernetes\\.io/managed-by}'") == f"{address} endpointslicemirroring-controller.k8s.io"
    assert "Welcome to nginx!" in typed(world, "kubectl exec friend -- wget -qO- -T 3 ext")


def test_client_affinity_keeps_one_pod(world):
    typed(world, "kubectl create deployment who --image=registry.k8s.io/e2e-test-images/agnhost:2.53 --replicas=3 -- /agnhost netexec --http-port=8080")
    typed(world, "kubectl expose deployment who --port=80 --target-port=8080", wait_s=20)
    loop = "for i in 1 2 3 4 5 6 7 8; do kubectl exec friend -- wget -qO- who/hostname; echo; done"
    assert len(set(typed(world, loop).split())) > 1
    typed(world, "kubectl patch service who -p '{\"spec\":{\"sessionAffinity\":\"ClientIP\"}}'")
    assert len(set(typed(world, loop).split())) == 1


def test_local_traffic_policies_drop_what_has_no_pod_on_the_node(world):
    typed(world, "kubectl scale deployment web --replicas=1", wait_s=40)
    typed(world, "kubectl patch service web -p '{\"spec\":{\"type\":\"NodePort\",\"externalTrafficPolicy\":\"Local\",\"internalTrafficPolicy\":\"Local\"}}'")
    node = typed(world, "kubectl get pod -l app=web -o jsonpath='{.items[0].spec.nodeName}'")
    port = typed(world, "kubectl get service web -o jsonpath='{.spec.ports[0].nodePort}'")
    for number in (1, 2, 3):
        address = typed(world, f"kubectl get node node-{number} -o jsonpath='{{.status.addresses[0].address}}'")
        assert typed(world, f"curl -s -m 3 -o /dev/null -w '%{{http_code}}' {address}:{port}") == ("200" if node == f"node-{number}" else "000")
    friend = typed(world, "kubectl get pod friend -o jsonpath='{.spec.nodeName}'")
    assert ("Welcome" if friend == node else "timed out") in typed(world, "kubectl exec friend -- wget -qO- -T 3 web")


def test_names_of_ports_are_srv_records(world):
    typed(world, "kubectl patch service web -p '{\"spec\":{\"ports\":[{\"port\":80,\"name\":\"http\"}]}}'")
    assert "service = 0 100 80 web.default.svc.cluster.local." in typed(world, "kubectl exec friend -- nslookup -type=srv _http._tcp.web.default.svc.cluster.local")


def test_an_external_name_is_an_alias(world):
    typed(world, "kubectl create service externalname db --external-name example.com")
    assert "db.default.svc.cluster.local\tcanonical name = example.com\n" in typed(world, "kubectl exec friend -- nslookup db")


def test_a_host_port_answers_on_its_node_and_is_taken_once(world):
    for name in ("a", "b", "c", "d"):
        applied(world, pod(name, "nginx:1.27", "", container="    ports: [{containerPort: 80, hostPort: 8081}]\n"), wait_s=5)
    assert "Welcome to nginx!" in typed(world, "curl -s $(kubectl get pod a -o jsonpath='{.status.hostIP}'):8081")
    assert "3 node(s) didn't have free ports for the requested pod ports" in typed(world, "kubectl describe pod d")


def test_a_script_calls_a_service_and_notices_when_nobody_is_there(world):
    applied(world, pod("loop", script="while true; do wget -qO- -T 2 http://web | grep title; sleep 5; done"), wait_s=20)
    assert "<title>Welcome to nginx!</title>" in typed(world, "kubectl logs loop")
    typed(world, "kubectl scale deployment web --replicas=0", wait_s=20)
    assert "Connection refused" in typed(world, "kubectl logs loop --tail=1")


def test_traffic_prefers_its_own_zone_while_there_is_somebody(world):
    typed(world, "kubectl label node node-1 topology.kubernetes.io/zone=a; kubectl label node node-2 node-3 topology.kubernetes.io/zone=b")
    for name, node in (("far", "node-1"), ("near", "node-2")):
        applied(world, pod(name, "registry.k8s.io/e2e-test-images/agnhost:2.53", "", labels="who: any", spec=f"  nodeName: {node}\n", container="    args: [netexec, --http-port=8080]\n"))
    applied(world, pod("client", spec="  nodeName: node-3\n"))
    applied(world, "apiVersion: v1\nkind: Service\nmetadata: {name: who}\nspec: {selector: {who: any}, trafficDistribution: PreferSameZone, ports: [{port: 80, targetPort: 8080}]}", wait_s=20)
    assert typed(world, "kubectl get endpointslices -l kubernetes.io/service-name=who -o jsonpath='{.items[0].endpoints[*].hints.forZones[0].name}'").split() == ["a", "b"]
    loop = "for i in 1 2 3 4 5 6 7 8; do kubectl exec client -- wget -qO- who/hostname; echo; done"
    assert set(typed(world, loop).split()) == {"near"}
    typed(world, "kubectl delete pod near", wait_s=5)
    assert set(typed(world, loop).split()) == {"far"}
