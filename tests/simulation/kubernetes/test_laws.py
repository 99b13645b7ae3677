"""Laws that hold whatever is done: random objects, patches, faults and waits; no exception escapes, and the world stays sound."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learnk8s.simulation.kernel import limits
from learnk8s.simulation.kernel.limits import LimitExceeded
from learnk8s.simulation.kubernetes.objects.document import controller_of
from learnk8s.simulation.worlds import create, load

NAMES = st.sampled_from(("web", "api", "db", "a-b", "X", "-", "", "x" * 64))
IMAGES = st.sampled_from(("nginx:1.27", "nginx:nope", "busybox:1.36", "no/such:1", "", ":", "httpd"))
AMOUNTS = st.sampled_from(("100m", "1", "64Mi", "900Gi", "0", "-1", "1e3", "much", "", None, 3))
NUMBERS = st.integers(-2, 12) | st.sampled_from((None, "3", 2**40, 1.5, True))
JUNK = st.recursive(st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5), lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(("name", "spec", "containers", "image", "x")), inner, max_size=3), max_leaves=6)
CONTAINER = st.fixed_dictionaries({"name": NAMES, "image": IMAGES}, optional={"resources": st.fixed_dictionaries({"requests": st.dictionaries(st.sampled_from(("cpu", "memory", "gpu")), AMOUNTS, max_size=2)}), "command": st.lists(st.sampled_from(("sh", "-c", "exit 1", "sleep 5")), max_size=3),
                                  "readinessProbe": st.sampled_from(({"httpGet": {"path": "/", "port": 80}}, {"httpGet": {"port": 81}}, {"exec": {"command": ["false"]}, "periodSeconds": 1}, {})), "envFrom": JUNK})
SPEC = st.fixed_dictionaries({"containers": st.lists(CONTAINER, max_size=2)}, optional={"nodeSelector": st.sampled_from(({"disk": "ssd"}, {})), "restartPolicy": st.sampled_from(("Always", "Never", "Sometimes")), "terminationGracePeriodSeconds": NUMBERS, "nodeName": st.sampled_from(("node-1", "node-9")), "tolerations": JUNK})
LABELS = st.sampled_from(({"app": "web"}, {"app": "api"}, {}, {"bad key": "x"}))
META = st.fixed_dictionaries({"name": NAMES}, optional={"labels": LABELS, "finalizers": st.sampled_from((["example.com/hold"], [], ["nope"])), "namespace": st.sampled_from(("default", "none", "kube-system"))})
POD = st.fixed_dictionaries({"apiVersion": st.just("v1"), "kind": st.just("Pod"), "metadata": META, "spec": SPEC | JUNK})
WORKLOAD = st.fixed_dictionaries({"apiVersion": st.just("apps/v1"), "kind": st.sampled_from(("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet")), "metadata": META,
                                  "spec": st.fixed_dictionaries({"selector": st.just({"matchLabels": {"app": "web"}}) | JUNK, "template": st.fixed_dictionaries({"metadata": st.fixed_dictionaries({"labels": LABELS}), "spec": SPEC})}, optional={"replicas": NUMBERS, "strategy": JUNK, "serviceName": NAMES})})
SERVICE = st.fixed_dictionaries({"apiVersion": st.just("v1"), "kind": st.just("Service"), "metadata": META, "spec": st.fixed_dictionaries({"ports": st.lists(st.fixed_dictionaries({"port": NUMBERS}), max_size=2), "selector": LABELS}) | JUNK})
PATCH = st.sampled_from(({"spec": {"replicas": 0}}, {"spec": {"replicas": 7}}, {"metadata": {"finalizers": None}}, {"metadata": {"labels": {"app": "other"}}}, {"metadata": {"ownerReferences": None}}, {"spec": {"template": {"spec": {"nodeSelector": {"x": "y"}}}}}, {"spec": None}, {"kind": "Node"})) | JUNK
LINES = st.sampled_from(("kubectl delete pods --all --wait=false", "kubectl delete deployment web --cascade=orphan", "kubectl delete rs --all --wait=false", "kubectl rollout undo deployment/web", "kubectl scale deployment web --replicas=4", "kubectl cordon node-1", "kubectl drain node-2 --ignore-daemonsets --force",
                         "kubectl uncordon node-1", "kubectl taint nodes node-3 a=b:NoExecute", "kubectl delete node node-3", "kubectl delete namespace default", "kubectl get all -A", "kubectl describe pods", "traffic web 50", "kubectl get pods -w", "(", "kubectl apply -f -", "kubectl expose deployment web --port=80"))
FAULTS = st.fixed_dictionaries({"kind": st.sampled_from(("kill-process", "delete-pod", "crash-node", "cut-off-node", "restore-node", "break-registry", "mend-registry", "set-traffic", "stop-part", "start-part", "explode")),
                                "ref": st.sampled_from(("Pod/default/web", "Node//node-1", "Node//node-2", "Service/default/web", "Part//kube-scheduler", "Part//etcd", "Part//kube-apiserver", "Part//kube-controller-manager", "Part/node-1/kubelet", "Part/node-2/containerd", "Part//kube-proxy", "nonsense", ""))},
                               optional={"per_second": NUMBERS})
STEP = st.one_of(st.tuples(st.just("object"), POD | WORKLOAD | SERVICE), st.tuples(st.just("patch"), st.tuples(st.sampled_from(("deployment/web", "pod/web", "service/web", "rs/web", "node/node-1")), PATCH)), st.tuples(st.just("line"), LINES), st.tuples(st.just("fault"), FAULTS),
                 st.tuples(st.just("wait"), st.integers(0, 120_000)))
HISTORY = st.lists(STEP, min_size=1, max_size=9)


def done(world, step) -> None:
    """Do one thing; what the world refuses is said in words and leaves it sound."""
    kind, body = step
    if kind == "wait":
        world.advance(world.now_ms + body)
        return
    if world.shell.running:
        world.interrupt()
    if kind == "fault":
        answer = world.act(body)
    elif kind == "line":
        answer = world.execute(body)
    elif kind == "object":
        answer = world.execute(f"kubectl create -f - <<'END'\n{json.dumps(body)}\nEND")
    else:
        answer = world.execute(f"kubectl patch {body[0]} --type=merge -p '{json.dumps(body[1])}'")
    assert isinstance(answer.output, str)


def sound(world, revision: int) -> int:
    """Check what must always hold, and return the revision."""
    store = world.cluster.store
    nodes = {node["metadata"]["name"] for node in store.list("nodes")}
    on_nodes: dict[str, str] = {}
    for node in nodes:
        for pod in store.pods_on(node):
            uid = pod["metadata"]["uid"]
            assert uid not in on_nodes, "no pod is on two nodes"
            on_nodes[uid] = node
    for resource in store.resources():
        for doc in store.list(resource):
            assert int(doc["metadata"]["resourceVersion"]) <= store.revision
            assert store.by_uid(doc["metadata"]["uid"]) == (resource, doc)
    assert store.revision >= revision, "revisions only grow"
    assert store.count("pods") <= limits.PODS_MAX
    world.scene()
    return store.revision


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(HISTORY)
def test_nothing_escapes_and_the_world_stays_sound(history) -> None:
    world = create("kubernetes", "basics", 1)
    revision = 0
    for step in history:
        try:
            done(world, step)
        except LimitExceeded as limit:
            assert str(limit)
        revision = sound(world, revision)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(HISTORY)
def test_a_replay_a_reload_and_a_copy_equal_the_run(history) -> None:
    first, second = create("kubernetes", "self-healing", 3), create("kubernetes", "self-healing", 3)
    for number, step in enumerate(history):
        done(first, step)
        if number % 2:
            second = load("kubernetes", second.dump()) if number % 4 == 1 else second.copied()
        done(second, step)
    assert first.dump() == second.dump()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(HISTORY)
def test_once_all_is_at_rest_nothing_is_left_that_should_have_been_collected(history) -> None:
    world = create("kubernetes", "basics", 1)
    for step in history:
        done(world, step)
    if world.shell.running:
        world.interrupt()
    for part in list(world.cluster.machinery.parts.down):
        world.act({"kind": "start-part", "ref": f"Part//{part}"})
    for node in list(world.cluster.kubelets.nodes.values()):
        world.act({"kind": "start-part", "ref": f"Part/{node.name}/{node.stopped}"})
        world.act({"kind": "restore-node", "ref": f"Node//{node.name}"})
    world.advance(world.now_ms + 1_200_000)
    store = world.cluster.store
    for resource in store.resources():
        for doc in store.list(resource):
            owner = controller_of(doc)
            if owner is not None and not doc["metadata"].get("finalizers"):
                assert store.by_uid(owner["uid"]) is not None, f"{doc['metadata']['name']} has lost its owner and is still there"


@pytest.mark.parametrize("name", ["PODS_MAX", "OBJECTS_MAX"])
def test_a_cluster_that_is_full_says_so(name, monkeypatch) -> None:
    from learnk8s.simulation.kubernetes.store import store

    world = create("kubernetes", "basics", 1)
    monkeypatch.setattr(store, name, world.cluster.store.count("pods") + 2 if name == "PODS_MAX" else world.cluster.store._count + 2)
    outputs = []
    for number in range(4):
        try:
            outputs.append(world.execute(f"kubectl run p{number} --image=nginx:1.27").output)
        except LimitExceeded as limit:
            outputs.append(str(limit))
    assert any("holds at most" in output for output in outputs)
