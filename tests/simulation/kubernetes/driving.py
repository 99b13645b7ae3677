"""A cluster of three nodes without a terminal, and pods made of a few words."""

from dataclasses import replace

from learnk8s.simulation.kubernetes.cluster import Cluster, as_bytes
from learnk8s.simulation.kubernetes.scenarios.built_in import SCENARIOS
from learnk8s.simulation.kubernetes.scenarios.furnish import furnish


def new_cluster(seed=1):
    """Return the empty cluster of the scenario `basics`, without the pod of the cluster's DNS."""
    cluster = Cluster(seed)
    furnish(cluster, replace(SCENARIOS["basics"], dns=False))
    return cluster


def reloaded(cluster):
    """Return the cluster after it was written down and read back."""
    import json

    return Cluster.restored(json.loads(as_bytes(cluster.state())))


def container(image="nginx:1.27", name="web", script=None, **more):
    """Return a container; a script is run by `sh -c`."""
    return {"name": name, "image": image, **({"command": ["sh", "-c", script]} if script else {}), **more}


def run_pod(cluster, *containers, name="web", for_ms=0, labels=None, **spec):
    """Create a pod and let time pass."""
    cluster.api.create("pods", {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "default", "labels": labels or {"app": name}},
                                "spec": {"containers": list(containers) or [container()], **spec}})
    wait(cluster, for_ms)


def wait(cluster, milliseconds):
    """Let time pass."""
    cluster.advance(cluster.clock.now_ms + milliseconds)


def pod_of(cluster, name="web"):
    return cluster.store.get("pods", "default", name)


def status_of(cluster, name="web", index=0):
    """Return the status of one container."""
    return pod_of(cluster, name)["status"]["containerStatuses"][index]


def state_of(cluster, name="web", index=0):
    """Return a container's state in one word: running, a reason of waiting, or a reason of the end."""
    (word, detail), = status_of(cluster, name, index)["state"].items()
    return detail.get("reason", word)


def is_ready(cluster, name="web"):
    return {entry["type"]: entry["status"] for entry in pod_of(cluster, name)["status"]["conditions"]}.get("Ready") == "True"


def events(cluster, name="web"):
    """Return (reason, message) of a pod's events, in order."""
    return [(record.reason, record.message) for record in cluster.store.events.all() if record.about[3] == name]


def moments(cluster, question, *, until_ms, step_ms=100):
    """Return the times at which the answer of a question changes, with the answers."""
    start, last, found = cluster.clock.now_ms, object(), []
    for at_ms in range(start, start + until_ms, step_ms):
        cluster.advance(at_ms)
        answer = question()
        if answer != last:
            found.append((at_ms - start, answer))
            last = answer
    return found
