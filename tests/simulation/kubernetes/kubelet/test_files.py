"""Modes, owners and contents of the files in containers, as the test image looks at them."""

import pytest

from learnk8s.simulation.kubernetes.kubelet.layered import FileStatus
from learnk8s.simulation.kubernetes.kubelet.tools import changed_status
from tests.simulation.kubernetes.driving import container, new_cluster, pod_of, reloaded, run_pod, state_of, status_of, wait

AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.61"


@pytest.fixture
def cluster():
    return new_cluster()


def looker(*arguments, mount="/v", **more):
    """Return a container of the test image with the volume `v`."""
    return {"name": "web", "image": AGNHOST, "args": ["mounttest", *arguments], "volumeMounts": [{"name": "v", "mountPath": mount}], **more}


def log(cluster, name="web"):
    return cluster.inside.logs("default", name)


def output_of(cluster, volume, *arguments, context=None, **more):
    run_pod(cluster, looker(*arguments, **more), restartPolicy="Never", volumes=[{"name": "v", **volume}], **({"securityContext": context} if context else {}), for_ms=20_000)
    return log(cluster)


def config_map(cluster, **data):
    cluster.api.create("configmaps", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": "default"}, "data": data})


@pytest.mark.parametrize(("mode", "shown"), [("0644", "-rw-r--r--"), ("0666", "-rw-rw-rw-"), ("0777", "-rwxrwxrwx")])
@pytest.mark.parametrize("context", [None, {"runAsUser": 1001}])
def test_a_new_file_in_an_empty_dir_has_the_mode_that_it_was_given(cluster, mode, shown, context):
    said = output_of(cluster, {"emptyDir": {"medium": "Memory"}}, "--fs_type=/v", f"--new_file_{mode}=/v/f", "--file_perm=/v/f", "--file_owner=/v/f", context=context)
    assert said == f'mount type of "/v": tmpfs\ncontent of file "/v/f": mount-tester new file\n\nperms of file "/v/f": {shown}\nowner UID of "/v/f": {1001 if context else 0}\nowner GID of "/v/f": 0\n'


@pytest.mark.parametrize(
    ("source", "context", "shown"),
    [
        pytest.param({"name": "c"}, None, "-rw-r--r--", id="default"), pytest.param({"name": "c", "defaultMode": 0o400}, None, "-r--------", id="the volume's"),
        pytest.param({"name": "c", "items": [{"key": "a", "path": "a", "mode": 0o440}]}, None, "-r--r-----", id="the item's"), pytest.param({"name": "c", "defaultMode": 0o400}, {"fsGroup": 7}, "-r--r-----", id="the group reads"),
    ],
)
def test_a_file_of_a_config_map_has_the_mode_that_its_volume_says(cluster, source, context, shown):
    config_map(cluster, a="one")
    assert output_of(cluster, {"configMap": source}, "--file_content=/v/a", "--file_mode=/v/a", context=context) == f'mode of file "/v/a": {shown}\ncontent of file "/v/a": one\n'


def test_a_user_without_rights_reads_nothing_and_the_program_fails(cluster):
    config_map(cluster, a="one")
    assert "permission denied" in output_of(cluster, {"configMap": {"name": "c", "defaultMode": 0o400}}, "--file_content=/v/a", context={"runAsUser": 5})
    assert state_of(cluster) == "Error"


def test_a_key_is_mounted_as_one_file(cluster):
    config_map(cluster, a="one")
    run_pod(cluster, {"name": "web", "image": AGNHOST, "args": ["mounttest", "--file_content=/one"], "volumeMounts": [{"name": "v", "mountPath": "/one", "subPath": "a"}]}, restartPolicy="Never", volumes=[{"name": "v", "configMap": {"name": "c"}}], for_ms=20_000)
    assert log(cluster) == 'content of file "/one": one\n'


def test_a_loop_sees_what_is_changed_and_what_is_deleted_of_optional_sources(cluster):
    config_map(cluster, a="one")
    run_pod(cluster, looker("--break_on_expected_content=false", "--retry_time=600", "--file_content_in_loop=/v/a"), restartPolicy="Never", volumes=[{"name": "v", "configMap": {"name": "c", "optional": True}}], for_ms=20_000)
    cluster.api.update("configmaps", {**cluster.store.get("configmaps", "default", "c"), "data": {"a": "two"}})
    wait(cluster, 80_000)
    cluster.api.delete("configmaps", "default", "c")
    wait(cluster, 80_000)
    lines = log(cluster).splitlines()
    assert list(dict.fromkeys(lines)) == ['content of file "/v/a": one', 'content of file "/v/a": two', "Error reading file /v/a: open /v/a: no such file or directory, retrying"]


def test_modes_and_owners_outlive_the_command_that_gave_them(cluster):
    run_pod(cluster, container("busybox", script="sleep 600"), for_ms=20_000)
    cluster.inside.exec("default", "web", "", ["sh", "-c", "echo hi > /tmp/f; chmod 600 /tmp/f; chown 1000:2000 /tmp/f"])
    assert reloaded(cluster).inside.exec("default", "web", "", ["stat", "-c", "%a %u %g", "/tmp/f"]).stdout == "600 1000 2000\n"


def test_a_user_writes_only_where_he_may(cluster):
    run_pod(cluster, container("busybox", script="sleep 600", securityContext={"runAsUser": 1000}), for_ms=20_000)
    told = cluster.inside.exec("default", "web", "", ["/bin/sh", "-c", "echo a > /tmp/a; echo b > /etc/b"])
    assert told.stderr.startswith("/bin/sh: can't create /etc/b: Permission denied\n")


def test_variables_in_a_sub_path_are_filled_in_and_what_cannot_be_waits(cluster):
    mount = {"name": "v", "mountPath": "/sub", "subPathExpr": "$(WHERE)/x"}
    inner = container("busybox", script="echo hi > /sub/f; test -d /whole/one/x && echo there; sleep 600", env=[{"name": "WHERE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.annotations['where']"}}}], volumeMounts=[mount, {"name": "v", "mountPath": "/whole"}])
    run_pod(cluster, inner, volumes=[{"name": "v", "emptyDir": {}}], for_ms=20_000)
    assert status_of(cluster)["state"]["waiting"] == {"reason": "CreateContainerConfigError", "message": "error SubPath `/x` must not be an absolute path"}
    pod = pod_of(cluster)
    cluster.api.update("pods", {**pod, "metadata": {**pod["metadata"], "annotations": {"where": "one"}}})
    wait(cluster, 60_000)
    assert (state_of(cluster), log(cluster)) == ("running", "there\n")
    assert cluster.inside.exec("default", "web", "", ["cat", "/whole/one/x/f"]).stdout == "hi\n"


def test_the_entry_point_of_an_image_takes_the_arguments_and_a_command_replaces_it(cluster):
    run_pod(cluster, {"name": "web", "image": AGNHOST, "args": ["entrypoint-tester", "a"]}, restartPolicy="Never", for_ms=20_000)
    run_pod(cluster, {"name": "web", "image": AGNHOST, "command": ["/agnhost-2"], "args": ["entrypoint-tester", "b"]}, name="two", restartPolicy="Never", for_ms=20_000)
    run_pod(cluster, {"name": "web", "image": AGNHOST}, name="three", for_ms=20_000)
    assert [log(cluster, name) for name in ("web", "two", "three")] == ["[/agnhost entrypoint-tester a]\n", "[/agnhost-2 entrypoint-tester b]\n", "Paused\n"]


def test_last_words_without_a_line_end_stay_so(cluster):
    run_pod(cluster, container("busybox", script="printf DONE; exit 1", terminationMessagePolicy="FallbackToLogsOnError"), restartPolicy="Never", for_ms=20_000)
    assert status_of(cluster)["state"]["terminated"]["message"] == log(cluster) == "DONE"


@pytest.mark.parametrize(("how", "word", "after"), [("chmod", "u+x", FileStatus(False, 0o744)), ("chmod", "go-r", FileStatus(False, 0o600)), ("chmod", "what", None), ("chown", "nobody", FileStatus(False, 0o644, 65534)), ("chgrp", "7", FileStatus(False, 0o644, 0, 7))])
def test_changing_a_status(how, word, after):
    assert changed_status(FileStatus(False, 0o644), how, word) == after


def test_what_a_server_is_told_is_kept_and_only_looking_at_it_is_no_act(cluster):
    from learnk8s.simulation.kubernetes.apiserver.errors import Acts

    run_pod(cluster, {"name": "web", "image": AGNHOST, "args": ["guestbook", "--http-port", "6379"]}, for_ms=20_000)
    serve = cluster.kubelets.serve
    with pytest.raises(Acts):
        serve("default", "web", 6379, "/set?key=k&value=v", "GET", acts=False)
    serve("default", "web", 6379, "/set?key=k&value=v", "GET", acts=True)
    assert reloaded(cluster).kubelets.serve("default", "web", 6379, "/get?key=k", "GET", acts=False) == (200, '{"data":"v"}')


def test_a_server_notes_what_it_is_asked(cluster):
    run_pod(cluster, {"name": "web", "image": AGNHOST, "args": ["netexec"]}, for_ms=20_000)
    cluster.kubelets.serve("default", "web", 8080, "/echo?msg=hi", "GET", acts=True)
    assert log(cluster).endswith("GET /echo?msg=hi\n")


def test_a_deadline_that_is_set_later_holds_from_the_start(cluster):
    run_pod(cluster, for_ms=20_000)
    pod = pod_of(cluster)
    cluster.api.update("pods", {**pod, "spec": {**pod["spec"], "activeDeadlineSeconds": 5}})
    wait(cluster, 5_000)
    assert (pod_of(cluster)["status"]["phase"], pod_of(cluster)["status"]["reason"]) == ("Failed", "DeadlineExceeded")


def test_an_archive_goes_in_and_comes_out_again(cluster):
    run_pod(cluster, container("busybox", script="sleep 600"), for_ms=20_000)
    run = lambda *argv, stdin="": cluster.inside.exec("default", "web", "", list(argv), stdin)  # noqa: E731  # a word for what every line does
    run("sh", "-c", "mkdir -p /tmp/d/e; echo one > /tmp/d/a; echo two > /tmp/d/e/b; chmod 600 /tmp/d/a")
    packed = run("tar", "cf", "-", "/tmp/d").stdout
    run("mkdir", "/home/x")
    assert run("tar", "-xmf", "-", "-C", "/home/x", stdin=packed).status == 0
    assert run("sh", "-c", "cat /home/x/tmp/d/a /home/x/tmp/d/e/b; stat -c %a /home/x/tmp/d/a").stdout == "one\ntwo\n600\n"
    assert run("tar", "cf", "-", "/none").stderr.startswith("tar: /none: Cannot stat")
    assert run("tar", "xf", "-", stdin="no archive").status == 1


def test_a_container_sees_its_control_group_and_its_pods_kernel_settings(cluster):
    context = {"sysctls": [{"name": "kernel.shm_rmid_forced", "value": "1"}]}
    run_pod(cluster, container("busybox", script="sleep 600", resources={"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": "250m", "memory": "128Mi"}}), securityContext=context, for_ms=20_000)
    told = cluster.inside.exec("default", "web", "", ["sh", "-c", "cat /sys/fs/cgroup/cpu.max /sys/fs/cgroup/cpu.weight; head -n 1 /sys/fs/cgroup/memory.max; sysctl kernel.shm_rmid_forced; mount -t cgroup2"])
    assert told.stdout == "25000 100000\n4\n134217728\nkernel.shm_rmid_forced = 1\ncgroup on /sys/fs/cgroup type cgroup2 (ro,relatime)\n"
    assert cluster.inside.exec("default", "web", "", ["ip", "link", "add", "dummy0", "type", "dummy"]).stderr.startswith("ip: RTNETLINK answers: Operation not permitted\n")


def test_a_status_tells_which_generation_it_is_of(cluster):
    run_pod(cluster, for_ms=20_000)
    pod = pod_of(cluster)
    cluster.api.update("pods", {**pod, "metadata": {**pod["metadata"], "generation": 2}, "spec": {**pod["spec"], "activeDeadlineSeconds": 5000}})
    wait(cluster, 100)
    assert pod_of(cluster)["status"]["observedGeneration"] == pod_of(cluster)["metadata"]["generation"]
    assert {entry.get("observedGeneration") for entry in pod_of(cluster)["status"]["conditions"]} == {pod_of(cluster)["metadata"]["generation"]}


def test_the_test_image_serves_the_containers_files_and_lists_folders(cluster):
    run_pod(cluster, {"name": "web", "image": AGNHOST, "args": ["test-webserver"], "livenessProbe": {"httpGet": {"path": "/", "port": 80}, "failureThreshold": 1}}, for_ms=60_000)
    assert status_of(cluster)["restartCount"] == 0
    assert [cluster.kubelets.serve("default", "web", 80, path, "GET")[0] for path in ("/", "/etc/alpine-release", "/none")] == [200, 200, 404]
