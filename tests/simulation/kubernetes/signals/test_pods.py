"""What a pod that cannot start, or does not stay, prints."""

import pytest

from learnk8s.simulation.kubernetes.apiserver.podsecurity import violations
from tests.simulation.kubernetes.signals.typing import applied, new_world, pod, typed, wait, word


@pytest.fixture
def world():
    return new_world()


def test_a_command_that_is_not_in_the_image_is_a_start_error(world):
    typed(world, "kubectl run web --image=nginx:1.27 --command -- nosuch", wait_s=5)
    assert word(world) in ("RunContainerError", "CrashLoopBackOff")
    shown = typed(world, "kubectl describe pod web")
    assert 'exec: "nosuch": executable file not found in $PATH' in shown
    assert "StartError" in shown
    assert "Exit Code:    128" in shown


def test_an_init_container_waits_for_a_name_and_goes_on_when_it_is_there(world):
    applied(world, pod("web", spec="  initContainers:\n  - name: wait\n    image: busybox:1.36\n    command: [sh, -c, 'until nslookup mydb; do echo waiting for mydb; sleep 2; done']\n"), wait_s=60)
    assert word(world) == "Init:0/1"
    log = typed(world, "kubectl logs web -c wait --tail=4")
    assert "NXDOMAIN" in log
    assert "waiting for mydb" in log
    typed(world, "kubectl create service clusterip mydb --tcp=80:80", wait_s=6)
    assert word(world) == "Running"


def test_run_as_non_root_refuses_an_image_that_runs_as_root(world):
    applied(world, pod("web", "nginx:1.27", "", container="    securityContext: {runAsNonRoot: true}\n"), wait_s=10)
    assert word(world) == "CreateContainerConfigError"
    assert "Error: container has runAsNonRoot and image will run as root (pod: \"web_default(" in typed(world, "kubectl describe pod web")


def test_a_missing_volume_source_keeps_the_pod_creating(world):
    applied(world, pod("web", container="    volumeMounts: [{name: c, mountPath: /c}]\n  volumes: [{name: c, configMap: {name: absent}}]\n"), wait_s=10)
    assert word(world) == "ContainerCreating"
    assert 'MountVolume.SetUp failed for volume "c" : configmap "absent" not found' in typed(world, "kubectl describe pod web")
    typed(world, "kubectl create configmap absent --from-literal=a=b", wait_s=130)
    assert typed(world, "kubectl exec web -- cat /c/a") == "b"


def test_a_private_image_wants_a_pull_secret(world):
    typed(world, "kubectl run web --image=registry.example.com/team/private-app:1.0", wait_s=4)
    assert word(world) in ("ErrImagePull", "ImagePullBackOff")
    assert "401 Unauthorized" in typed(world, "kubectl describe pod web")


def test_a_database_without_its_password_says_so_and_crashes(world):
    typed(world, "kubectl run web --image=mysql:8.4", wait_s=45)
    assert word(world) in ("CrashLoopBackOff", "Error")
    assert "Database is uninitialized and password option is not specified" in typed(world, "kubectl logs web --previous") + typed(world, "kubectl logs web")


def test_a_config_map_reaches_its_volume_within_the_kubelets_sync(world):
    typed(world, "kubectl create configmap c --from-literal=color=blue")
    applied(world, pod("web", container="    env: [{name: COLOR, valueFrom: {configMapKeyRef: {name: c, key: color}}}]\n    volumeMounts: [{name: c, mountPath: /c}]\n  volumes: [{name: c, configMap: {name: c}}]\n"), wait_s=5)
    typed(world, "kubectl create configmap c --from-literal=color=red --dry-run=client -o yaml | kubectl apply -f -", wait_s=5)
    assert typed(world, "kubectl exec web -- cat /c/color") == "blue"
    wait(world, 90)
    assert typed(world, "kubectl exec web -- cat /c/color") == "red"
    assert typed(world, "kubectl exec web -- printenv COLOR") == "blue\n", "variables stay as they were at the start"


def test_a_probe_sees_what_exec_does(world):
    applied(world, pod("web", script="touch /tmp/ok; sleep 36000", container="    livenessProbe: {exec: {command: [cat, /tmp/ok]}, periodSeconds: 5}\n"), wait_s=30)
    typed(world, "kubectl exec web -- rm /tmp/ok", wait_s=60)
    shown = typed(world, "kubectl describe pod web")
    assert "Liveness probe failed: cat: can't open '/tmp/ok': No such file or directory" in shown
    assert "Container main failed liveness probe, will be restarted" in shown


def test_a_pre_stop_hook_takes_its_time(world):
    applied(world, pod("web", "nginx:1.27", "", container="    lifecycle: {preStop: {exec: {command: [sleep, '8']}}}\n"), wait_s=10)
    typed(world, "kubectl delete pod web --wait=false", wait_s=6)
    assert word(world) == "Terminating"
    wait(world, 4)
    assert "NotFound" in typed(world, "kubectl get pod web")


def test_a_deadline_ends_a_pod(world):
    applied(world, pod("web", script="trap exit TERM; sleep 36000", spec="  activeDeadlineSeconds: 20\n"), wait_s=25)
    assert typed(world, "kubectl get pod web -o jsonpath='{.status.phase} {.status.reason}'") == "Failed DeadlineExceeded"
    assert "Pod was active on the node longer than the specified deadline" in typed(world, "kubectl describe pod web")


def test_a_node_under_memory_pressure_evicts_what_uses_more_than_it_asked_for(world):
    applied(world, pod("web", "polinux/stress", "", container="    args: [--vm, '1', --vm-bytes, 7900M]\n"), wait_s=30)
    assert typed(world, "kubectl get pod web -o jsonpath='{.status.phase} {.status.reason}'") == "Failed Evicted"
    shown = typed(world, "kubectl describe pod web")
    assert "The node was low on resource: memory. Threshold quantity: 100Mi" in shown
    node = typed(world, "kubectl get pod web -o jsonpath='{.spec.nodeName}'")
    assert "KubeletHasInsufficientMemory" in typed(world, f"kubectl describe node {node}")
    assert "node.kubernetes.io/memory-pressure:NoSchedule" in typed(world, f"kubectl describe node {node}")
    wait(world, 400)
    assert "KubeletHasSufficientMemory" in typed(world, f"kubectl describe node {node}")


def test_pod_security_refuses_and_warns_in_its_own_words(world):
    typed(world, "kubectl create ns strict")
    typed(world, "kubectl label ns strict pod-security.kubernetes.io/enforce=restricted pod-security.kubernetes.io/warn=restricted")
    refused = typed(world, "kubectl run web -n strict --image=nginx:1.27")
    assert refused == (
        'Error from server (Forbidden): pods "web" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "web" must set securityContext.allowPrivilegeEscalation=false), '
        'unrestricted capabilities (container "web" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "web" must set securityContext.runAsNonRoot=true), '
        'seccompProfile (pod or container "web" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")\n')
    assert "Warning: would violate PodSecurity" in typed(world, "kubectl create deployment web -n strict --image=nginx:1.27")


@pytest.mark.parametrize(("context", "told"), [
    pytest.param({"appArmorProfile": {"type": "Unconfined"}}, 'forbidden AppArmor profile (container "web" must not set AppArmor profile type to "Unconfined")', id="AppArmor"),
    pytest.param({"seLinuxOptions": {"type": "spc_t", "user": "root"}}, 'seLinuxOptions (container "web" set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set)', id="SELinux"),
    pytest.param({"windowsOptions": {"hostProcess": True}}, 'hostProcess (container "web" must not set securityContext.windowsOptions.hostProcess=true)', id="Windows"),
])
def test_the_baseline_refuses_what_loosens_the_hosts_own_guards(context, told):
    assert violations("baseline", {"containers": [{"name": "web", "securityContext": context}]}) == [tuple(told.split(" (", 1)[0:1]) + (told.split(" (", 1)[1][:-1],)]


def test_the_baseline_refuses_probes_of_other_hosts():
    spec = {"containers": [{"name": "web", "livenessProbe": {"httpGet": {"host": "10.0.0.1", "port": 80}}}]}
    assert violations("baseline", spec) == [("probe or lifecycle host", 'container "web" uses probe or lifecycle host "10.0.0.1"')]
