"""The break/fix signals with their texts and times: what is typed, how long it takes, what a reader then sees.

Times are those of a real cluster: facts/numbers.yaml.
"""

import pytest

from tests.simulation.kubernetes.signals.typing import applied, new_world, pod, put, typed, wait

DEPLOYMENT = "kubectl create deployment web --image=nginx:1.27 --replicas={}"
BAD_ROLLOUT = f"{DEPLOYMENT.format(2)}; sleep 20; kubectl set image deployment/web nginx=nginx:nosuch"
QUOTA = "kubectl create quota q --hard=pods=1"
LIMITS = "apiVersion: v1\nkind: LimitRange\nmetadata: {name: l}\nspec:\n  limits:\n  - {type: Container, max: {memory: 128Mi}, min: {memory: 16Mi}, default: {memory: 64Mi}, defaultRequest: {memory: 32Mi}}"
BIG = "apiVersion: v1\nkind: Pod\nmetadata: {name: big}\nspec:\n  containers:\n  - {name: main, image: 'nginx:1.27', resources: {limits: {memory: 256Mi}}}"
JOB = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec:\n  backoffLimit: 2\n  template: {spec: {restartPolicy: Never, containers: [{name: main, image: 'busybox:1.36', command: [sh, -c, 'exit 1']}]}}"
CRON = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: c}\nspec:\n  schedule: '* * * * *'\n  %s\n  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: 'busybox:1.36', command: [sleep, '150']}]}}}}"
SET = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  serviceName: db\n  replicas: 3\n  selector: {matchLabels: {app: db}}\n  template:\n    metadata: {labels: {app: db}}\n    spec: {containers: [{name: main, image: 'nginx:1.27', readinessProbe: {exec: {command: [cat, /ready]}}}]}"
STUCK = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: stuck, finalizers: [example.com/hold]}"
EATER = pod("web", "polinux/stress", "", container="    args: [--vm, '1', --vm-bytes, 200M]\n    resources: {limits: {memory: 100Mi}}\n")
SLOW = pod("web", script="sleep 40; touch /tmp/up; sleep 36000", container="    startupProbe: {exec: {command: [cat, /tmp/up]}, periodSeconds: 10, failureThreshold: %s}\n")


@pytest.mark.parametrize(("begin", "wait_s", "look", "expected"), [
    pytest.param("kubectl create serviceaccount ci", 0, "kubectl get pods --as=system:serviceaccount:default:ci",
                 'Error from server (Forbidden): pods is forbidden: User "system:serviceaccount:default:ci" cannot list resource "pods" in API group "" in the namespace "default"', id="RBAC forbidden"),
    pytest.param(f"{QUOTA}; {DEPLOYMENT.format(3)}", 10, "kubectl describe rs", 'is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1', id="quota: FailedCreate on the ReplicaSet"),
    pytest.param(f"{QUOTA}; {DEPLOYMENT.format(3)}", 10, "kubectl get deployment web", "1/3", id="quota: the Deployment stays short"),
    pytest.param(put(LIMITS), 0, put(BIG), 'pods "big" is forbidden: maximum memory usage per Container is 128Mi, but limit is 256Mi', id="LimitRange max"),
    pytest.param(put(LIMITS), 0, put(BIG.replace("limits: {memory: 256Mi}", "requests: {memory: 8Mi}")), "minimum memory usage per Container is 16Mi, but request is 8Mi", id="LimitRange min"),
    pytest.param(f"{put(LIMITS)}\nkubectl run web --image=nginx:1.27", 0, "kubectl get pod web -o jsonpath='{.spec.containers[0].resources}'", '{"limits":{"memory":"64Mi"},"requests":{"memory":"32Mi"}}', id="LimitRange defaults"),
    pytest.param(f"{DEPLOYMENT.format(1)}; kubectl autoscale deployment web --cpu=50% --max=5", 60, "kubectl get hpa", "<unknown>/50%", id="HPA without requests"),
    pytest.param(f"{DEPLOYMENT.format(1)}; kubectl autoscale deployment web --cpu=50% --max=5", 60, "kubectl describe hpa web", "missing request for cpu in container nginx of Pod", id="HPA says why"),
    pytest.param(BAD_ROLLOUT, 590, "kubectl rollout status deployment/web --timeout=1s", "timed out waiting for the condition", id="a rollout that waits is not given up before 600 s"),
    pytest.param(BAD_ROLLOUT, 610, "kubectl rollout status deployment/web", 'error: deployment "web" exceeded its progress deadline', id="ProgressDeadlineExceeded after 600 s"),
    pytest.param(BAD_ROLLOUT, 610, "kubectl get deployment web --no-headers", "2/2", id="the old pods go on serving"),
    pytest.param(put(JOB), 200, "kubectl describe job j", "Job has reached the specified backoff limit", id="BackoffLimitExceeded"),
    pytest.param(put(JOB), 200, "kubectl get pods --no-headers | grep -c Error", "3", id="backoffLimit 2: three pods"),
    pytest.param(put(CRON % "suspend: true"), 200, "kubectl get cronjob c --no-headers", "True", id="CronJob suspended"),
    pytest.param(put(CRON % "suspend: true"), 200, "kubectl get jobs", "No resources found", id="a suspended CronJob makes no Job"),
    pytest.param(f"{put(CRON % 'suspend: true')}\nkubectl create job by-hand --from=cronjob/c", 10, "kubectl describe cronjob c", "UnexpectedJob", id="a Job made from a CronJob by hand is not the controller's"),
    pytest.param(put(CRON % "concurrencyPolicy: Forbid"), 170, "kubectl describe cronjob c", "JobAlreadyActive", id="CronJob Forbid"),
    pytest.param(put(CRON % "concurrencyPolicy: Forbid"), 170, "kubectl get jobs --no-headers | wc -l", "1", id="Forbid: one Job"),
    pytest.param(put(SET), 60, "kubectl get pods --no-headers", "db-0   0/1", id="StatefulSet waits for its first pod"),
    pytest.param(put(SET), 60, "kubectl get pods --no-headers | wc -l", "1", id="StatefulSet makes no second pod"),
    pytest.param(f"{put(STUCK)}\nkubectl delete configmap stuck --wait=false", 300, "kubectl get configmap stuck -o jsonpath='{.metadata.finalizers[0]}'", "example.com/hold", id="a finalizer keeps what was deleted"),
    pytest.param(f"{put(STUCK)}\nkubectl delete configmap stuck --wait=false\nkubectl patch configmap stuck --type=merge -p '{{\"metadata\":{{\"finalizers\":null}}}}'", 1, "kubectl get configmap stuck", "NotFound", id="without its finalizer it goes"),
    pytest.param(put(EATER), 10, "kubectl describe pod web", "Reason:       OOMKilled\n      Exit Code:    137", id="OOMKilled 137"),
    pytest.param(put(SLOW % 6), 70, "kubectl get pod web --no-headers | tr -s ' '", "1/1 Running 0", id="a startup probe waits for a slow start"),
    pytest.param(put(SLOW % 2), 70, "kubectl describe pod web", "Container main failed startup probe, will be restarted", id="a startup probe that is too short kills"),
])
def test_a_signal_is_printed_as_on_a_real_cluster(begin, wait_s, look, expected):
    world = new_world()
    typed(world, begin, wait_s=wait_s)
    assert expected in typed(world, look)


def test_a_crash_loop_backs_off_from_ten_seconds_to_five_minutes():
    world = new_world()
    applied(world, pod("web", script="exit 1"))
    waits, message = [], ""
    for _ in range(7):
        while typed(world, "kubectl get pod web -o jsonpath='{.status.containerStatuses[0].state.waiting.reason}'") != "CrashLoopBackOff":
            wait(world, 1)
        began_ms, restarts = world.now_ms, typed(world, "kubectl get pod web -o jsonpath='{.status.containerStatuses[0].restartCount}'")
        while typed(world, "kubectl get pod web -o jsonpath='{.status.containerStatuses[0].restartCount}'") == restarts:
            wait(world, 2)
            message = typed(world, "kubectl get pod web -o jsonpath='{.status.containerStatuses[0].state.waiting.message}'") or message
        waits.append((world.now_ms - began_ms) // 1000)
    assert [round(seconds / 10) * 10 for seconds in waits] == [10, 20, 40, 80, 160, 300, 300]
    assert message.startswith("back-off 5m0s restarting failed container=main pod=web_default(")


def test_a_silent_node_is_not_ready_after_fifty_seconds_and_loses_its_pods_after_three_hundred_more():
    world = new_world()
    typed(world, DEPLOYMENT.format(3), wait_s=20)
    typed(world, "fault crash-node node-1", wait_s=35)
    assert "NotReady" not in typed(world, "kubectl get nodes")
    wait(world, 25)
    assert "NotReady" in typed(world, "kubectl get node node-1")
    assert "node.kubernetes.io/unreachable:NoExecute" in typed(world, "kubectl describe node node-1")
    wait(world, 275)
    assert "Terminating" not in typed(world, "kubectl get pods")
    wait(world, 30)
    assert typed(world, "kubectl get pods").count("Terminating") == 1
    assert "TaintManagerEviction" in typed(world, "kubectl get events")
    assert typed(world, "kubectl get deployment web --no-headers").split()[1] == "3/3"


def test_a_budget_blocks_a_drain_which_tries_again():
    world = new_world()
    typed(world, DEPLOYMENT.format(2), wait_s=20)
    typed(world, "kubectl create pdb web --selector=app=web --min-available=2", wait_s=2)
    node = typed(world, "kubectl get pods -o jsonpath='{.items[0].spec.nodeName}'")
    printed = typed(world, f"kubectl drain {node} --ignore-daemonsets --delete-emptydir-data --force --timeout=12s")
    assert "error when evicting pods/" in printed
    assert "(will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget." in printed


def test_a_more_important_pod_takes_the_place_of_another():
    world = new_world()
    typed(world, "kubectl create priorityclass high --value=1000")
    applied(world, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: low}\nspec:\n  replicas: 3\n  selector: {matchLabels: {app: low}}\n  template:\n    metadata: {labels: {app: low}}\n"
                   "    spec: {containers: [{name: main, image: 'nginx:1.27', resources: {requests: {cpu: 3}}}]}", wait_s=20)
    applied(world, pod("web", spec="  priorityClassName: high\n", container="    resources: {requests: {cpu: 3}}\n"), wait_s=40)
    assert typed(world, "kubectl get pod web --no-headers").split()[2] == "Running"
    assert "Preempted by pod" in typed(world, "kubectl get events")


def test_a_cron_job_that_missed_a_hundred_starts_says_so():
    world = new_world()
    applied(world, CRON % "startingDeadlineSeconds: 200000")
    typed(world, "fault stop-part kube-controller-manager", wait_s=7_200)
    typed(world, "fault start-part kube-controller-manager", wait_s=30)
    assert "too many missed start times" in typed(world, "kubectl describe cronjob c").lower() + typed(world, "kubectl get events").lower()
