"""A shell on a node: static pods, a kubelet that stands still, and the runtime that runs on without it."""

import pytest

from learnk8s.simulation.kubernetes.world import KubernetesWorld
from tests.simulation.kubernetes.signals.typing import new_world, typed, wait

MANIFEST = "apiVersion: v1\nkind: Pod\nmetadata: {name: static}\nspec:\n  containers:\n  - name: main\n    image: nginx:1.27\n"


@pytest.fixture
def world():
    return new_world()


def written(world, text=MANIFEST):
    typed(world, "ssh node-1")
    typed(world, "cd /etc/kubernetes/manifests")
    world.execute("sudo vi static.yaml")
    world.execute(f":wq\n{text}")
    typed(world, "exit", wait_s=10)


def test_a_manifest_that_is_written_on_a_node_becomes_a_static_pod(world):
    written(world)
    assert typed(world, "kubectl get pods --no-headers").split()[:3] == ["static-node-1", "1/1", "Running"]
    assert typed(world, "kubectl get pod static-node-1 -o jsonpath='{.metadata.ownerReferences[0].kind} {.metadata.annotations.kubernetes\\.io/config\\.source}'") == "Node file"
    assert "static-node-1" in typed(world, "ssh node-1 crictl ps")


def test_a_deleted_mirror_pod_comes_back_and_only_the_manifest_ends_it(world):
    written(world)
    typed(world, "kubectl delete pod static-node-1", wait_s=5)
    assert "static-node-1" in typed(world, "kubectl get pods")
    typed(world, "ssh node-1 rm /etc/kubernetes/manifests/static.yaml", wait_s=40)
    assert "No resources found" in typed(world, "kubectl get pods")


def test_a_broken_manifest_shows_only_in_the_kubelets_journal(world):
    written(world, "kind: Pod\nspec: [\n")
    assert "No resources found" in typed(world, "kubectl get pods")
    assert "Could not process manifest file" in typed(world, "ssh node-1 journalctl -u kubelet")
    written(world)
    assert "static-node-1" in typed(world, "kubectl get pods")


def test_a_stopped_kubelet_leaves_its_containers_alone_and_its_node_not_ready(world):
    typed(world, "kubectl create deployment web --image=nginx:1.27 --replicas=3", wait_s=10)
    typed(world, "minikube ssh -n node-1")
    assert world.shell.prompt == "root@node-1:~# "
    typed(world, "sudo systemctl stop kubelet")
    assert "inactive (dead)" in typed(world, "systemctl status kubelet")
    assert "nginx" in typed(world, "crictl ps")
    assert "start worker processes" in typed(world, "crictl logs $(crictl ps | grep nginx | awk '{print $1}')")
    typed(world, "exit", wait_s=60)
    assert "NotReady" in typed(world, "kubectl get nodes")
    typed(world, "ssh node-1 systemctl start kubelet", wait_s=10)
    assert "NotReady" not in typed(world, "kubectl get nodes")
    assert "Started kubelet.service" in typed(world, "ssh node-1 journalctl -u kubelet").splitlines()[-1]


def test_a_shell_on_a_node_is_written_down_with_the_world(world):
    typed(world, "ssh node-2")
    typed(world, "cd /var/log")
    world.execute("vi notes")
    again = KubernetesWorld.load(world.dump())
    again.execute(":wq\nseen\n")
    assert typed(again, "cat /var/log/notes") == "seen\n"
    assert again.shell.prompt == "root@node-2:/var/log# "


@pytest.mark.parametrize(("break_it", "line", "expected"), [
    pytest.param("true", "ssh nosuch", "Could not resolve hostname nosuch", id="no such node"),
    pytest.param("fault crash-node node-1", "ssh node-1", "No route to host", id="no power"),
    pytest.param("ssh node-1 systemctl stop containerd", "ssh node-1 crictl ps", "connection refused", id="no runtime"),
    pytest.param("true", "ssh node-1 grep staticPodPath /var/lib/kubelet/config.yaml", "staticPodPath: /etc/kubernetes/manifests", id="where manifests are"),
    pytest.param("true", "ssh node-1 systemctl restart nginx", "Unit nginx.service not found", id="no such service"),
])
def test_a_node_says_what_it_is_and_what_it_cannot_do(world, break_it, line, expected):
    typed(world, break_it)
    assert expected in typed(world, line)


def test_a_connection_to_a_node_that_dies_is_broken(world):
    typed(world, "ssh node-1")
    world.act({"kind": "crash-node", "ref": "Node//node-1"})
    assert "Broken pipe" in typed(world, "ls")
    assert world.shell.prompt == "$ "


def test_a_filled_disk_evicts_and_taints_until_five_minutes_after_it_is_free(world):
    typed(world, "kubectl create deployment web --image=nginx:1.27 --replicas=3", wait_s=10)
    typed(world, "fault fill-disk node-1", wait_s=30)
    node = typed(world, "kubectl describe node node-1")
    assert "node.kubernetes.io/disk-pressure:NoSchedule" in node
    assert "NodeHasDiskPressure" in node
    assert "The node was low on resource: ephemeral-storage. Threshold quantity: 10Gi" in typed(world, "kubectl get events")
    typed(world, "fault restore-node node-1", wait_s=200)
    assert "disk-pressure:NoSchedule" in typed(world, "kubectl describe node node-1")
    wait(world, 200)
    assert "Taints:             <none>" in typed(world, "kubectl describe node node-1")


def test_the_mirror_of_a_static_pod_cannot_change_what_runs(world):
    written(world)
    typed(world, "kubectl set image pod/static-node-1 main=nginx:1.28", wait_s=20)
    assert "1.28" not in typed(world, "ssh node-1 crictl images")
    assert typed(world, "kubectl get pod static-node-1 -o jsonpath='{.status.containerStatuses[0].restartCount}'") == "0"
