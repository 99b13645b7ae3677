"""From a bound pod to a running one."""

import re

import pytest

from tests.simulation.kubernetes.driving import container, events, is_ready, new_cluster, pod_of, reloaded, run_pod, state_of, status_of, wait


@pytest.fixture
def cluster():
    return new_cluster()


def test_a_pod_is_ready_after_its_image_was_pulled_and_says_so_in_the_real_words(cluster):
    run_pod(cluster, for_ms=10_000)
    assert is_ready(cluster)
    assert [reason for reason, _ in events(cluster)] == ["Scheduled", "Pulling", "Pulled", "Created", "Started"]
    texts = dict(events(cluster))
    assert texts["Pulling"] == 'Pulling image "nginx:1.27"'
    assert re.fullmatch(r'Successfully pulled image "nginx:1\.27" in [\d.]+m?s \([\d.]+m?s including waiting\)\. Image size: 72099398 bytes\.', texts["Pulled"])
    assert (texts["Created"], texts["Started"]) == ("Container created", "Container started")


def test_an_image_on_the_node_is_not_pulled_again(cluster):
    run_pod(cluster, for_ms=10_000, nodeName="node-1")
    run_pod(cluster, name="second", for_ms=3_000, nodeName="node-1")
    assert is_ready(cluster, "second")
    assert ("Pulled", 'Container image "nginx:1.27" already present on machine and can be accessed by the pod') in events(cluster, "second")


def test_conditions_come_in_the_order_of_a_real_kubelet(cluster):
    run_pod(cluster, for_ms=200)
    assert state_of(cluster) == "ContainerCreating"
    kinds = [entry["type"] for entry in pod_of(cluster)["status"]["conditions"]]
    assert kinds == ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"]
    ready = pod_of(cluster)["status"]["conditions"][2]
    assert (ready["reason"], ready["message"]) == ("ContainersNotReady", "containers with unready status: [web]")


def test_addresses_come_from_the_range_of_the_node_and_are_not_given_twice(cluster):
    for number in range(5):
        run_pod(cluster, name=f"web-{number}", nodeName="node-2", for_ms=8_000)
    record = cluster.kubelets.nodes["node-2"]
    record.next_ip = 254
    for number in range(5, 8):
        run_pod(cluster, name=f"web-{number}", nodeName="node-2", for_ms=8_000)
    found = [pod["status"]["podIP"] for pod in cluster.store.list("pods")]
    assert len(set(found)) == len(found) == 8
    assert all(address.startswith("10.244.1.") for address in found)


@pytest.mark.parametrize(("image", "expected"), [
    ("nginx:1.27.nope", 'Failed to pull image "nginx:1.27.nope": rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:1.27.nope": '
     'failed to resolve reference "docker.io/library/nginx:1.27.nope": docker.io/library/nginx:1.27.nope: not found'),
    ("gcr.io/google-samples/kubernetes-bootcamp:v10", "gcr.io/google-samples/kubernetes-bootcamp:v10: not found"),
    ("nosuchthing", "pull access denied, repository does not exist or may require authorization"),
])
def test_an_image_that_does_not_exist_fails_as_the_registry_says(cluster, image, expected):
    run_pod(cluster, container(image), for_ms=1_500)
    assert state_of(cluster) == "ErrImagePull"
    assert any(reason == "Failed" and expected in message for reason, message in events(cluster))
    wait(cluster, 3_000)
    assert state_of(cluster) == "ImagePullBackOff"
    assert ("BackOff", f'Back-off pulling image "{image}"') in events(cluster)
    wait(cluster, 3_600_000)
    pulls = next(record.times for record in cluster.store.events.all() if record.reason == "Pulling")
    assert 12 <= pulls <= 20, "10, 20, 40, 80, 160 s and then 300 s each"


def test_a_mended_registry_lets_a_waiting_pod_start(cluster):
    cluster.kubelets.registry.broken = True
    run_pod(cluster, for_ms=30_000)
    assert state_of(cluster) == "ImagePullBackOff"
    cluster.kubelets.registry.broken = False
    wait(cluster, 60_000)
    assert is_ready(cluster)


def test_a_missing_configmap_holds_the_container_until_it_is_there(cluster):
    spec = container(env=[{"name": "MODE", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "mode"}}}])
    run_pod(cluster, spec, for_ms=10_000)
    assert state_of(cluster) == "CreateContainerConfigError"
    assert ("Failed", 'Error: configmap "settings" not found') in events(cluster)
    cluster.api.create("configmaps", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings", "namespace": "default"}, "data": {"other": "1"}})
    wait(cluster, 11_000)
    assert ("Failed", "Error: couldn't find key mode in ConfigMap default/settings") in events(cluster)
    cluster.api.update("configmaps", {**cluster.store.get("configmaps", "default", "settings"), "data": {"mode": "calm"}})
    wait(cluster, 11_000)
    assert is_ready(cluster)
    assert "MODE=calm\n" in cluster.api.nodes.exec("default", "web", "", ["env"]).stdout


def test_a_missing_volume_keeps_the_pod_creating(cluster):
    run_pod(cluster, for_ms=30_000, volumes=[{"name": "keys", "secret": {"secretName": "gone"}}])
    assert state_of(cluster) == "ContainerCreating"
    assert ("FailedMount", 'MountVolume.SetUp failed for volume "keys" : secret "gone" not found') in events(cluster)


def test_init_containers_run_one_after_another_before_the_rest(cluster):
    inits = [container("busybox:1.36", "first", "sleep 5"), container("busybox:1.36", "second", "sleep 5")]
    run_pod(cluster, initContainers=inits, for_ms=4_000)
    assert [list(entry["state"]) for entry in pod_of(cluster)["status"]["initContainerStatuses"]] == [["running"], ["waiting"]]
    assert state_of(cluster) == "PodInitializing"
    wait(cluster, 6_000)
    assert [list(entry["state"]) for entry in pod_of(cluster)["status"]["initContainerStatuses"]] == [["terminated"], ["running"]]
    wait(cluster, 12_000)
    assert is_ready(cluster)


def test_a_sidecar_starts_before_the_containers_and_ends_after_them(cluster):
    sidecar = container("busybox:1.36", "log", "while true; do echo line; sleep 1; done", restartPolicy="Always")
    run_pod(cluster, container("busybox:1.36", "job", "sleep 20"), initContainers=[sidecar], restartPolicy="Never", for_ms=12_000)
    assert pod_of(cluster)["status"]["phase"] == "Running"
    assert is_ready(cluster)
    wait(cluster, 60_000)
    assert pod_of(cluster)["status"]["phase"] == "Succeeded"
    assert list(pod_of(cluster)["status"]["initContainerStatuses"][0]["state"]) == ["terminated"]
    assert cluster.next_due_ms() is None


def test_a_change_of_image_restarts_the_container_in_the_same_pod(cluster):
    run_pod(cluster, for_ms=10_000)
    before = pod_of(cluster)["status"]["podIP"]
    pod = pod_of(cluster)
    cluster.api.update("pods", {**pod, "spec": {**pod["spec"], "containers": [{**pod["spec"]["containers"][0], "image": "httpd:2.4"}]}})
    wait(cluster, 15_000)
    assert ("Killing", "Container web definition changed, will be restarted") in events(cluster)
    assert (status_of(cluster)["image"], status_of(cluster)["restartCount"], pod_of(cluster)["status"]["podIP"]) == ("docker.io/library/httpd:2.4", 1, before)


def test_a_process_keeps_the_environment_it_was_started_with_also_after_a_load(cluster):
    cluster.api.create("configmaps", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings", "namespace": "default"}, "data": {"mode": "calm"}})
    spec = container("busybox:1.36", script="while true; do echo mode $MODE; sleep 1; done", env=[{"name": "MODE", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "mode"}}}])
    run_pod(cluster, spec, for_ms=10_000)
    cluster.api.update("configmaps", {**cluster.store.get("configmaps", "default", "settings"), "data": {"mode": "wild"}})
    wait(cluster, 5_000)
    for world in (cluster, reloaded(cluster)):
        assert world.api.nodes.logs("default", "web", tail=1) == "mode calm\n"


def test_a_runtime_that_the_node_has_not_leaves_the_pod_without_a_sandbox(cluster):
    cluster.api.create("runtimeclasses.node.k8s.io", {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "gvisor"}, "handler": "runsc"})
    run_pod(cluster, runtimeClassName="gvisor", for_ms=25_000)
    assert state_of(cluster) == "ContainerCreating"
    assert ("FailedCreatePodSandBox", 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for "runsc" is configured') in events(cluster)


def test_variables_are_filled_into_a_sub_path(cluster):
    spec = {"env": [{"name": "PART", "value": "logs"}], "volumeMounts": [{"name": "data", "mountPath": "/data", "subPathExpr": "$(PART)/x"}]}
    run_pod(cluster, container("busybox:1.36", script="echo hi > /data/a; sleep 100", **spec), container("busybox:1.36", name="other", script="sleep 100", volumeMounts=[{"name": "data", "mountPath": "/all"}]), volumes=[{"name": "data", "emptyDir": {}}], for_ms=5_000)
    assert cluster.inside.exec("default", "web", "other", ["cat", "/all/logs/x/a"]).stdout == "hi\n"
