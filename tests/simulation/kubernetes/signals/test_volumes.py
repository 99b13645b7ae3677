"""Volumes that fill up, that another node has, or that live as long as their pod."""

import pytest

from tests.simulation.kubernetes.signals.typing import applied, new_world, pod, typed

LIMITED = "    volumeMounts: [{name: t, mountPath: /t}]\n  volumes: [{name: t, emptyDir: {sizeLimit: 10Mi}}]\n"
CLAIMED = "    volumeMounts: [{name: t, mountPath: /t}]\n  volumes: [{name: t, persistentVolumeClaim: {claimName: data}}]\n"
CLAIM = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec:\n  accessModes: [ReadWriteOnce]\n  resources: {requests: {storage: 1Gi}}"


@pytest.fixture
def world():
    return new_world()


def ended(world):
    return typed(world, "kubectl get pod web -o jsonpath='{.status.phase} {.status.reason} {.status.message}'")


def test_a_script_that_outgrows_an_empty_dir_is_evicted(world):
    applied(world, pod("web", script="sleep 30; dd if=/dev/zero of=/t/x bs=1M count=20; sleep 3600", container=LIMITED), wait_s=25)
    assert ended(world).strip() == "Running"
    typed(world, "true", wait_s=25)
    assert ended(world) == 'Failed Evicted Usage of EmptyDir volume "t" exceeds the limit "10Mi". '


def test_a_file_that_exec_makes_counts_too(world):
    applied(world, pod("web", container=LIMITED), wait_s=5)
    typed(world, "kubectl exec web -- fallocate -l 11M /t/x")
    assert typed(world, "kubectl exec web -- du -sh /t") == "11.0M\t/t\n"
    typed(world, "true", wait_s=15)
    assert ended(world).startswith("Failed Evicted")


def test_a_disk_that_another_node_has_is_not_attached(world):
    applied(world, CLAIM)
    applied(world, pod("first", container=CLAIMED), wait_s=10)
    other = "node-2" if typed(world, "kubectl get pod first -o jsonpath='{.spec.nodeName}'") != "node-2" else "node-1"
    applied(world, pod("web", spec=f"  nodeName: {other}\n", container=CLAIMED), wait_s=200)
    shown = typed(world, "kubectl describe pod web")
    assert "FailedAttachVolume" in shown
    assert "Volume is already used by pod(s) first" in shown
    assert "Unable to attach or mount volumes: unmounted volumes=[t]" in shown
    typed(world, "kubectl delete pod first", wait_s=130)
    assert ended(world).strip() == "Running"


def test_a_pod_that_no_scheduler_placed_waits_for_its_claim(world):
    applied(world, CLAIM)
    applied(world, pod("web", spec="  nodeName: node-1\n", container=CLAIMED), wait_s=5)
    assert "error processing PVC default/data: PVC is not bound" in typed(world, "kubectl describe pod web")


def test_an_ephemeral_volume_comes_and_goes_with_its_pod(world):
    applied(world, pod("web", container="    volumeMounts: [{name: t, mountPath: /t}]\n  volumes: [{name: t, ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}}]\n"), wait_s=10)
    assert typed(world, "kubectl get pvc --no-headers").split()[:2] == ["web-t", "Bound"]
    typed(world, "kubectl delete pod web", wait_s=10)
    assert typed(world, "kubectl get pvc,pv") == "No resources found in default namespace.\n"
