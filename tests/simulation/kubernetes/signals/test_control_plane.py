"""A control plane of static pods: its parts stand still with their manifests and with their node, and its mirror pods tell what the API server last heard."""

import pytest

from learnk8s.simulation import worlds
from tests.simulation.kubernetes.signals.typing import typed

STATIC = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")


@pytest.fixture
def world():
    return worlds.create("kubernetes", "control-plane", 1)


def shown(world):
    return typed(world, "kubectl get pods -n kube-system --no-headers", wait_s=1)


def test_its_programs_are_pods_of_its_node_and_kube_proxy_runs_everywhere(world):
    pods = typed(world, "kubectl get pods -n kube-system -o wide --no-headers").splitlines()
    assert all("Running" in pod for pod in pods)
    assert [pod.split()[0] for pod in pods if pod.startswith(STATIC)] == [f"{name}-control-plane" for name in STATIC]
    assert sorted(pod.split()[6] for pod in pods if pod.startswith("kube-proxy")) == ["control-plane", "node-1", "node-2"]
    assert "control-plane" not in typed(world, "kubectl get pods -o wide")
    assert typed(world, "kubectl get pod etcd-control-plane -n kube-system -o jsonpath='{.spec.serviceAccountName}{.spec.volumes}'") == ""


def test_a_manifest_that_is_moved_away_stops_its_program(world):
    typed(world, "ssh control-plane mv /etc/kubernetes/manifests/kube-scheduler.yaml /tmp", wait_s=5)
    typed(world, "kubectl run new --image=nginx:1.27", wait_s=20)
    assert "kube-scheduler" not in shown(world)
    assert "Pending" in typed(world, "kubectl get pod new")
    typed(world, "ssh control-plane mv /tmp/kube-scheduler.yaml /etc/kubernetes/manifests/", wait_s=20)
    assert "kube-scheduler-control-plane" in shown(world)
    assert "Running" in typed(world, "kubectl get pod new")


def test_a_fault_moves_the_manifest_and_back(world):
    typed(world, "fault stop-part kube-controller-manager", wait_s=5)
    assert "kube-controller-manager.yaml" in typed(world, "ssh control-plane ls /tmp")
    assert "kube-controller-manager" not in shown(world)
    typed(world, "fault start-part kube-controller-manager", wait_s=5)
    assert "kube-controller-manager-control-plane" in shown(world)


def test_without_etcd_nothing_answers_and_afterwards_all_is_as_it_was(world):
    before = [line.split()[0] for line in shown(world).splitlines()]
    typed(world, "ssh control-plane mv /etc/kubernetes/manifests/etcd.yaml /etc/kubernetes/manifests/kube-scheduler.yaml /tmp", wait_s=5)
    assert "etcdserver: request timed out" in shown(world)
    typed(world, "ssh control-plane mv /tmp/etcd.yaml /etc/kubernetes/manifests/", wait_s=10)
    assert [line.split()[0] for line in shown(world).splitlines()] == [name for name in before if "scheduler" not in name]


def test_the_api_server_goes_and_comes_with_its_machine(world):
    typed(world, "fault crash-node control-plane")
    assert "was refused" in shown(world)
    assert "nginx" in typed(world, "curl -s web")
    world = worlds.load("kubernetes", world.dump())
    typed(world, "fault restore-node control-plane", wait_s=60)
    assert "NotReady" not in typed(world, "kubectl get nodes")
    assert shown(world).count("Running") == len(STATIC) + 4


def states(world, part):
    return {(row[1], row[2]) for row in (line.split() for line in typed(world, "kubectl get pods -n kube-system --no-headers").splitlines()) if row[0].startswith(part)}


def test_parts_that_are_pods_crash_while_they_stand_still_and_come_back_at_once(world):
    typed(world, "fault stop-part coredns; fault stop-part kube-proxy", wait_s=5)
    assert states(world, "coredns") == states(world, "kube-proxy") == {("0/1", "CrashLoopBackOff")}
    assert "0/1" in typed(world, "kubectl get deployment coredns -n kube-system") and "Exit Code:    137" in typed(world, "kubectl describe pods -n kube-system -l k8s-app=kube-dns")
    world = worlds.load("kubernetes", world.dump())
    typed(world, "kubectl delete pod -n kube-system -l k8s-app=kube-dns", wait_s=15)
    assert states(world, "coredns") == {("0/1", "CrashLoopBackOff")}, "a new pod dies as well"
    typed(world, "fault start-part kube-proxy; fault start-part coredns", wait_s=3)
    assert states(world, "coredns") == states(world, "kube-proxy") == {("1/1", "Running")}
    typed(world, "sleep 600")
    assert "Welcome to nginx" in typed(world, "curl -s web") and states(world, "coredns") == states(world, "kube-proxy") == {("1/1", "Running")}


def test_a_pod_of_somebody_is_no_part_of_the_cluster(world):
    typed(world, "kubectl run own --image=registry.k8s.io/coredns/coredns:v1.14.2 -- -conf /etc/coredns/Corefile; sleep 30; fault stop-part coredns", wait_s=5)
    assert " 1/1 " in typed(world, "kubectl get pod own").replace("   ", " ")


def test_without_the_daemonset_of_kube_proxy_rules_stay_as_they_were(world):
    kept = typed(world, "kubectl get daemonset kube-proxy -n kube-system -o yaml > proxy.yaml; kubectl delete daemonset kube-proxy -n kube-system", wait_s=5)
    assert "deleted" in kept and not states(world, "kube-proxy")
    typed(world, "kubectl delete pods -l app=web", wait_s=10)
    assert typed(world, "kubectl get deployment web --no-headers").split()[1] == "2/2"
    assert "000" in typed(world, "curl -s -m 2 -o /dev/null -w '%{http_code}' web"), "the rules lead to pods that are gone"
    assert not next(part for part in world.parts() if part["name"] == "kube-proxy")["runs"]
    world = worlds.load("kubernetes", world.dump())
    typed(world, "kubectl apply -f proxy.yaml", wait_s=10)
    assert "Welcome to nginx" in typed(world, "curl -s web")
