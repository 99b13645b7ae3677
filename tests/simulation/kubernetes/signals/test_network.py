"""What a request that does not arrive prints, and how long it takes to say so."""

import pytest

from tests.simulation.kubernetes.signals.typing import new_world, typed, wait


@pytest.fixture
def world():
    world = new_world("networking")
    typed(world, "kubectl run friend --image=busybox:1.36 --labels=role=friend -- sleep 36000")
    typed(world, "kubectl run other --image=busybox:1.36 -- sleep 36000", wait_s=8)
    return world


def took_s(world, line):
    began_ms = world.now_ms
    printed = typed(world, line)
    return printed, (world.now_ms - began_ms) / 1000


def test_a_wrong_target_port_is_refused_at_once(world):
    typed(world, "kubectl patch service web -p '{\"spec\":{\"ports\":[{\"port\":80,\"targetPort\":81}]}}'", wait_s=2)
    printed, seconds = took_s(world, "kubectl exec friend -- wget -qO- -T 5 web")
    assert "Connection refused" in printed
    assert seconds == 0


def test_a_network_policy_drops_so_the_client_times_out(world):
    typed(world, "kubectl apply -f shop.yaml", wait_s=1)
    assert "Welcome to nginx!" in typed(world, "kubectl exec friend -- wget -qO- -T 3 web")
    printed, seconds = took_s(world, "kubectl exec other -- wget -qO- -T 3 web")
    assert "wget: download timed out" in printed
    assert seconds == 3


def test_an_egress_policy_that_forgets_dns_leaves_names_unanswered(world):
    typed(world, "kubectl apply -f - <<'END'\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: out}\nspec:\n  podSelector: {matchLabels: {role: friend}}\n  policyTypes: [Egress]\n"
                 "  egress: [{to: [{podSelector: {matchLabels: {app: web}}}]}]\nEND", wait_s=1)
    assert "connection timed out; no servers could be reached" in typed(world, "kubectl exec friend -- nslookup web")
    address = typed(world, "kubectl get service web -o jsonpath='{.spec.clusterIP}'")
    assert "Welcome to nginx!" in typed(world, f"kubectl exec friend -- wget -qO- -T 3 {address}")


def test_without_coredns_names_are_not_answered_and_addresses_work(world):
    typed(world, "kubectl scale deployment coredns -n kube-system --replicas=0", wait_s=10)
    assert "wget: bad address 'web'" in typed(world, "kubectl exec friend -- wget -qO- web")
    typed(world, "kubectl scale deployment coredns -n kube-system --replicas=1", wait_s=15)
    assert "Welcome to nginx!" in typed(world, "kubectl exec friend -- wget -qO- web")


def test_an_unknown_name_is_nxdomain(world):
    assert "** server can't find nosuch: NXDOMAIN" in typed(world, "kubectl exec friend -- nslookup nosuch")


@pytest.mark.parametrize(("host", "break_it", "expected"), [
    pytest.param("shop.example", "", "200", id="served"),
    pytest.param("other.example", "", "404", id="no rule for the host"),
    pytest.param("shop.example", "kubectl scale deployment web --replicas=0", "503", id="no endpoints"),
    pytest.param("shop.example", "kubectl delete service web", "503", id="no Service"),
])
def test_an_ingress_answers_by_its_rules(world, host, break_it, expected):
    typed(world, "kubectl apply -f shop.yaml", wait_s=1)
    typed(world, "kubectl delete networkpolicy --all", wait_s=1)
    typed(world, break_it or "true", wait_s=5)
    assert typed(world, f"curl -s -o /dev/null -w '%{{http_code}}' -H 'Host: {host}' http://$(minikube ip)/") == expected


def test_a_load_balancer_is_pending_and_then_has_an_address(world):
    typed(world, "kubectl expose deployment web --name=lb --type=LoadBalancer --port=80")
    assert "<pending>" in typed(world, "kubectl get service lb")
    wait(world, 30)
    assert "192.168.49.240" in typed(world, "kubectl get service lb")
    assert "Welcome to nginx!" in typed(world, "curl -s 192.168.49.240")


def test_without_a_cloud_a_load_balancer_stays_pending():
    world = new_world()
    typed(world, "kubectl create service loadbalancer lb --tcp=80", wait_s=600)
    assert "<pending>" in typed(world, "kubectl get service lb")


def test_an_ingress_and_a_policy_show_what_one_looks_for(world):
    typed(world, "kubectl apply -f shop.yaml", wait_s=70)
    assert typed(world, "kubectl get ingress shop --no-headers").split()[1:5] == ["nginx", "shop.example", typed(world, "kubectl get ingress shop -o jsonpath='{.status.loadBalancer.ingress[0].ip}'"), "80"]
    assert typed(world, "kubectl get networkpolicy --no-headers").split()[:2] == ["only-from-friends", "app=web"]
