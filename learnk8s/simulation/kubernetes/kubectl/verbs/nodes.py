"""The verbs for nodes: cordon, uncordon, drain, taint. Models kubectl/pkg/cmd/{drain,taint} (1.36)."""

from typing import Any

from learnk8s.simulation.kubernetes.kubectl.client import Call
from learnk8s.simulation.kubernetes.kubectl.flags import Usage
from learnk8s.simulation.kubernetes.kubectl.watching import UntilJob
from learnk8s.simulation.kubernetes.objects.document import controller_of
from learnk8s.simulation.kubernetes.objects.kinds import BY_RESOURCE

NODES, PODS = BY_RESOURCE["nodes"], BY_RESOURCE["pods"]


def _names(call: Call) -> list[str]:
    if call.parsed.get("selector"):
        return [doc["metadata"]["name"] for doc in call.list(NODES, labelSelector=call.parsed.get("selector"))]
    if not call.parsed.words:
        raise Usage(f"error: USAGE: {call.command} NODE [options]\nSee 'kubectl {call.command} -h' for help and examples" if False else f"error: you must specify at least one node\nSee 'kubectl {call.command} -h' for help and examples")
    return [word.removeprefix("node/").removeprefix("nodes/") for word in call.parsed.words]


def cordon(call: Call) -> None:
    """`kubectl cordon`."""
    _mark(call, unschedulable=True)


def uncordon(call: Call) -> None:
    """`kubectl uncordon`."""
    _mark(call, unschedulable=False)


def _mark(call: Call, *, unschedulable: bool) -> None:
    word = "cordoned" if unschedulable else "uncordoned"
    for name in _names(call):
        node = call.get(NODES, name)
        if bool(node["spec"].get("unschedulable")) == unschedulable:
            call.say(f"node/{name} already {word}")
            continue
        call.request("patch", NODES, name, body={"spec": {"unschedulable": unschedulable or None}})
        call.say(f"node/{name} {word}")


def drain(call: Call) -> Any:
    """`kubectl drain`: cordon, then delete the pods that may go, and wait for them."""
    names = _names(call)
    _mark(call, unschedulable=True)
    left = []
    for name in names:
        pods = [pod for pod in call.ports.api.store.pods_on(name) if pod.get("status", {}).get("phase") not in ("Succeeded", "Failed")]
        alone = [pod for pod in pods if controller_of(pod) is None]
        local = [pod for pod in pods if any("emptyDir" in volume for volume in pod["spec"].get("volumes") or ())]
        problems = []
        if alone and not call.parsed.has("force"):
            problems.append(f"cannot delete cannot delete Pods that declare no controller (use --force to override): {', '.join(_place(pod) for pod in alone)}".replace("cannot delete cannot", "cannot"))
        if local and not call.parsed.has("delete-emptydir-data"):
            problems.append(f"cannot delete Pods with local storage (use --delete-emptydir-data to override): {', '.join(_place(pod) for pod in local)}")
        if problems:
            call.complain(f"error: unable to drain node \"{name}\" due to error: [{', '.join(problems)}], continuing command...\nThere are pending nodes to be drained:\n {name}\n" + "\n".join(problems) if len(problems) > 1
                          else f"error: unable to drain node \"{name}\" due to error: {problems[0]}, continuing command...\nThere are pending nodes to be drained:\n {name}\n{problems[0]}")
            continue
        if alone:
            call.err.append(f"Warning: deleting Pods that declare no controller: {', '.join(_place(pod) for pod in alone)}\n")
        for pod in pods:
            call.say(f"evicting pod {_place(pod)}")
            call.request("delete", PODS, pod["metadata"]["name"], namespace=pod["metadata"]["namespace"])
            left.append({"resource": "pods", "namespace": pod["metadata"]["namespace"], "name": pod["metadata"]["name"], "uid": pod["metadata"]["uid"], "goal": "gone", "line": f"pod/{pod['metadata']['name']} evicted\n", "shown": pod["metadata"]["name"]})
        left.append({"resource": "pods", "namespace": "", "name": "", "goal": "gone", "line": f"node/{name} drained\n", "shown": name})
    return UntilJob({"left": left, "until_ms": None}, call.ports) if left else None


def _place(pod: Any) -> str:
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"


def taint(call: Call) -> None:
    """`kubectl taint nodes NAME KEY=VALUE:EFFECT … KEY-`."""
    words = call.parsed.words
    if words[:1] not in (["nodes"], ["node"], ["no"]) or len(words) < 3:
        raise Usage("error: at least one taint update is required" if words[:1] in (["nodes"], ["node"], ["no"]) else "error: at least one resource name must be specified since 'all' parameter is not set")
    names = [word for word in words[1:] if ":" not in word and "=" not in word and not word.endswith("-")]
    changes = [word for word in words[1:] if word not in names]
    if not changes:
        raise Usage("error: at least one taint update is required")
    for name in names:
        node = call.get(NODES, name)
        taints = list(node["spec"].get("taints") or ())
        removed = overwritten = False
        for change in changes:
            if change.endswith("-"):
                key, _, effect = change[:-1].partition(":")
                kept = [entry for entry in taints if not (entry["key"] == key.split("=")[0] and effect in ("", entry["effect"]))]
                if len(kept) == len(taints):
                    raise Usage(f'error: taint "{change[:-1]}" not found')
                taints, removed = kept, True
                continue
            pair, colon, effect = change.partition(":")
            key, _, value = pair.partition("=")
            if not colon or effect not in ("NoSchedule", "PreferNoSchedule", "NoExecute"):
                raise Usage(f"error: invalid taint effect: {effect}, unsupported taint effect" if colon else f"error: invalid taint spec: {change}, expected key=value:effect")
            if any(entry["key"] == key and entry["effect"] == effect for entry in taints) and not call.parsed.has("overwrite"):
                raise Usage(f"error: node {name} already has {key} taint(s) with same effect(s) and --overwrite is false")
            overwritten = overwritten or any(entry["key"] == key and entry["effect"] == effect for entry in taints)
            taints = [entry for entry in taints if not (entry["key"] == key and entry["effect"] == effect)]
            entry = {"key": key, "effect": effect}
            taints.append({**entry, "value": value} if value else entry)
        call.request("patch", NODES, name, body={"spec": {"taints": taints or None}}, patchType="application/merge-patch+json")
        call.say(f"node/{name} {'modified' if overwritten or (removed and len(changes) > 1) else 'untainted' if removed else 'tainted'}")
