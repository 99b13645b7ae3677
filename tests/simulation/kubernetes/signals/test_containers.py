"""What happens to containers that run: resizes, debuggers, hooks, read-only roots."""

import pytest

from tests.simulation.kubernetes.signals.typing import applied, new_world, pod, typed, wait, word

RESOURCES = "    resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {cpu: 200m, memory: 128Mi}}\n"


@pytest.fixture
def world():
    return new_world()


def resized(world, cpu, *, wait_s=5):
    patch = '{"spec":{"containers":[{"name":"main","resources":{"requests":{"cpu":"%s"},"limits":{"cpu":"%s"}}}]}}' % (cpu, cpu)
    return typed(world, f"kubectl patch pod web --subresource resize --patch '{patch}'", wait_s=wait_s)


def test_a_resize_changes_a_running_container_in_place(world):
    applied(world, pod("web", container=RESOURCES), wait_s=5)
    assert resized(world, "300m") == "pod/web patched\n"
    assert typed(world, "kubectl get pod web -o jsonpath='{.status.containerStatuses[0].resources.requests.cpu} {.status.containerStatuses[0].restartCount}'") == "300m 0"
    shown = typed(world, "kubectl describe pod web")
    assert "ResizeStarted" in shown
    assert 'Pod resize completed: {"containers":[{"name":"main","resources":{"limits":{"cpu":"300m","memory":"128Mi"},"requests":{"cpu":"300m","memory":"64Mi"}}}],"generation":2}' in shown


def test_a_resize_beyond_the_node_is_infeasible(world):
    applied(world, pod("web", container=RESOURCES), wait_s=5)
    resized(world, "100")
    assert typed(world, "kubectl get pod web -o jsonpath='{.status.conditions[?(@.type==\"PodResizePending\")].reason}'") == "Infeasible"
    assert "Node didn't have enough capacity: cpu, requested: 100000, capacity: 4000" in typed(world, "kubectl describe pod web")


def test_resources_are_changed_only_by_resize(world):
    applied(world, pod("web", container=RESOURCES), wait_s=5)
    assert "pod updates may not change fields other than" in typed(world, "kubectl patch pod web -p '{\"spec\":{\"containers\":[{\"name\":\"main\",\"resources\":{\"requests\":{\"cpu\":\"150m\"}}}]}}'")


def test_a_debugger_joins_the_network_and_the_processes_of_a_pod(world):
    typed(world, "kubectl run web --image=nginx:1.27", wait_s=8)
    typed(world, "kubectl debug -it web --image=busybox:1.36 --target=web", wait_s=3)
    assert "nginx: master process" in typed(world, "ps")
    assert "Welcome to nginx!" in typed(world, "wget -qO- localhost")
    typed(world, "exit")
    shown = typed(world, "kubectl describe pod web")
    assert "Ephemeral Containers:\n  debugger-" in shown
    assert typed(world, "kubectl get pod web --no-headers").split()[1] == "1/1", "a debugger does not count"


def test_a_shell_that_was_run_ends_with_what_it_was_told_and_its_log_has_what_it_printed(world):
    typed(world, "kubectl run box -it --image=busybox:1.36 --restart=Never -- sh", wait_s=5)
    assert typed(world, "cd /tmp; pwd") == "/tmp\n"
    assert typed(world, "echo $HOSTNAME; exit 3", wait_s=2) == "box\npod default/box terminated (Error)\n"
    assert typed(world, "kubectl get pod box -o jsonpath='{.status.containerStatuses[0].state.terminated.exitCode}'") == "3"
    assert typed(world, "kubectl logs box") == "/tmp\nbox\n"


def test_a_shell_that_is_always_started_again_can_be_joined_again(world):
    typed(world, "kubectl run box -it --image=busybox:1.36 -- sh", wait_s=5)
    assert typed(world, "exit", wait_s=8) == "Session ended, resume using 'kubectl attach box -c box -n default -i -t' command\n"
    assert typed(world, "kubectl get pod box --no-headers").split()[1:4] == ["1/1", "Running", "1"]
    typed(world, "kubectl attach box -it", wait_s=2)
    assert typed(world, "hostname") == "box\n"
    assert "resume using" in typed(world, "logout")


def test_a_shell_that_is_given_its_lines_at_once_ends_after_them(world):
    printed = typed(world, "kubectl run box --rm -i --image=busybox:1.36 --restart=Never -- sh <<'E'\necho hi\nhostname\nE")
    assert printed.endswith('hi\nbox\npod "box" deleted from default namespace\n')


def test_a_debugger_in_a_copy_leaves_the_pod_alone(world):
    typed(world, "kubectl run web --image=nginx:1.27", wait_s=8)
    typed(world, "kubectl debug web --image=busybox:1.36 --copy-to=web-2 -- sleep 1000", wait_s=8)
    assert [line.split()[:2] for line in typed(world, "kubectl get pods --no-headers").splitlines()] == [["web", "1/1"], ["web-2", "2/2"]]


def test_a_container_is_not_running_before_its_post_start_hook_has_ended(world):
    applied(world, pod("web", container="    lifecycle: {postStart: {exec: {command: [sh, -c, 'echo hi > /tmp/x; sleep 4']}}}\n"), wait_s=4)
    assert word(world) == "ContainerCreating"
    wait(world, 4)
    assert word(world) == "Running"
    assert typed(world, "kubectl exec web -- cat /tmp/x") == "hi\n"


def test_a_failing_post_start_hook_kills_the_container(world):
    applied(world, pod("web", "nginx:1.27", "", container="    lifecycle: {postStart: {exec: {command: [sh, -c, 'exit 3']}}}\n"), wait_s=60)
    assert word(world) in ("CrashLoopBackOff", "PostStartHookError")
    assert "FailedPostStartHook" in typed(world, "kubectl describe pod web")


def test_a_read_only_root_can_be_written_only_in_volumes(world):
    applied(world, pod("web", container="    securityContext: {readOnlyRootFilesystem: true}\n    volumeMounts: [{name: t, mountPath: /t}]\n  volumes: [{name: t, emptyDir: {}}]\n"), wait_s=6)
    assert "/x: Read-only file system" in typed(world, "kubectl exec web -- touch /x")
    assert typed(world, "kubectl exec web -- touch /t/x") == ""


def test_a_server_that_needs_to_write_crashes_on_a_read_only_root(world):
    applied(world, pod("web", "nginx:1.27", "", container="    securityContext: {readOnlyRootFilesystem: true}\n"), wait_s=10)
    assert word(world) in ("CrashLoopBackOff", "Error")
    assert 'mkdir() "/var/cache/nginx/client_temp" failed (30: Read-only file system)' in typed(world, "kubectl logs web")
