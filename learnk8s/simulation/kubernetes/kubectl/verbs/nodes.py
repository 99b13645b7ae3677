"""The verbs for nodes: cordon, uncordon, drain, taint. Models kubectl/pkg/cmd/{drain,taint} and kubectl/pkg/drain (1.36)."""

import re
from typing import Any

from learnk8s.simulation.kernel.shell.programs.small import duration_ms
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.apiserver.request import Request
from learnk8s.simulation.kubernetes.kubectl.client import Call
from learnk8s.simulation.kubernetes.kubectl.flags import Usage
from learnk8s.simulation.kubernetes.kubectl.verbs.get import server_text
from learnk8s.simulation.kubernetes.kubectl.verbs.write import NOTHING_GIVEN, done
from learnk8s.simulation.kubernetes.objects.document import Doc, controller_of
from learnk8s.simulation.kubernetes.objects.kinds import BY_RESOURCE

NODES, PODS = BY_RESOURCE["nodes"], BY_RESOURCE["pods"]
EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
RETRY_MS = 5_000
"""How long drain waits before it asks again for an eviction that a budget refused."""


def _suffix(call: Call) -> str:
    return {"client": " (dry run)", "server": " (server dry run)"}.get(call.parsed.get("dry-run"), "")


def _nodes(call: Call) -> list[Doc]:
    """Return the nodes that are meant. Raises Usage, ApiError."""
    verb = call.command
    if not call.parsed.words and "selector" in call.parsed.flags and not call.parsed.get("selector"):
        raise Usage(NOTHING_GIVEN)
    if not call.parsed.words and not call.parsed.get("selector"):
        raise Usage(f"error: USAGE: {verb} NODE [flags]\nSee 'kubectl {verb} -h' for help and examples")
    if call.parsed.words and call.parsed.get("selector"):
        raise Usage("error: cannot specify both a node name and a --selector option\nSee 'kubectl drain -h' for help and examples")
    if call.parsed.get("selector"):
        return call.list(NODES, labelSelector=call.parsed.get("selector"))
    return [call.get(NODES, word.removeprefix("node/").removeprefix("nodes/")) for word in call.parsed.words]


def cordon(call: Call) -> None:
    """`kubectl cordon`."""
    _mark(call, _nodes(call), unschedulable=True)


def uncordon(call: Call) -> None:
    """`kubectl uncordon`."""
    _mark(call, _nodes(call), unschedulable=False)


def _mark(call: Call, nodes: list[Doc], *, unschedulable: bool) -> None:
    word = "cordoned" if unschedulable else "uncordoned"
    for node in nodes:
        name = node["metadata"]["name"]
        if bool(node["spec"].get("unschedulable")) == unschedulable:
            call.say(f"node/{name} already {word}{_suffix(call)}")
            continue
        if call.parsed.get("dry-run") != "client":
            call.request("patch", NODES, name, body={"spec": {"unschedulable": unschedulable or None}})
        call.say(f"node/{name} {word}{_suffix(call)}")


# Draining


def drain(call: Call) -> Any:
    """`kubectl drain`: cordon, then evict the pods that may go, and wait for them."""
    nodes = _nodes(call)
    _mark(call, nodes, unschedulable=True)
    plans: list[dict[str, Any]] = []
    for node in nodes:
        name = node["metadata"]["name"]
        pods, problems = _to_evict(call, name)
        if problems:
            shown = problems[0] if len(problems) == 1 else f"[{', '.join(problems)}]"
            left = [other["metadata"]["name"] for other in nodes[nodes.index(node) :]]
            call.complain(f'error: unable to drain node "{name}" due to error: {shown}, continuing command...\nThere are pending nodes to be drained:\n' + "".join(f" {other}\n" for other in left) + "\n".join(problems))
            continue
        for pod in pods:
            call.say(f"evicting pod {_place(pod)}{_suffix(call)}")
        if call.is_dry:
            call.say(f"node/{name} drained{_suffix(call)}")
            continue
        plans.append({"node": name, "pods": [{"namespace": pod["metadata"]["namespace"], "name": pod["metadata"]["name"], "uid": pod["metadata"]["uid"], "asked": False, "next_ms": 0} for pod in pods]})
    if not plans:
        return None
    timeout = duration_ms(call.parsed.get("timeout").replace("1m0s", "60s")) if call.parsed.get("timeout") else 0
    state = {"plans": plans, "grace": call.parsed.integer("grace-period", -1), "deletes": call.parsed.has("disable-eviction"), "status": call.status, "until_ms": call.ports.clock.now_ms + timeout if timeout else None, "who": [call.who[0], list(call.who[1])]}
    return DrainJob(state, call.ports)


def _place(pod: Doc) -> str:
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"


def _to_evict(call: Call, node: str) -> tuple[list[Doc], list[str]]:
    """Return the pods that are to go, and why the node cannot be drained. Models drain/filters.go."""
    evicted: list[Doc] = []
    refused: dict[str, list[str]] = {}
    warned: dict[str, list[str]] = {}
    pods = call.list(PODS, namespace="", fieldSelector=f"spec.nodeName={node}", labelSelector=call.parsed.get("pod-selector"))
    for pod in pods:
        owner = controller_of(pod)
        finished = pod.get("status", {}).get("phase") in ("Succeeded", "Failed")
        local = any("emptyDir" in volume for volume in pod["spec"].get("volumes") or ())
        if "kubernetes.io/config.mirror" in (pod["metadata"].get("annotations") or {}):
            continue
        if owner is not None and owner["kind"] == "DaemonSet":
            (warned if call.parsed.has("ignore-daemonsets") else refused).setdefault("ignoring DaemonSet-managed Pods" if call.parsed.has("ignore-daemonsets") else "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)", []).append(_place(pod))
            continue
        stays = False
        if local and not finished and not call.parsed.has("delete-emptydir-data") and not call.parsed.has("delete-local-data"):
            refused.setdefault("cannot delete Pods with local storage (use --delete-emptydir-data to override)", []).append(_place(pod))
            stays = True
        if owner is None and not finished and not stays:
            if call.parsed.has("force"):
                warned.setdefault("deleting Pods that declare no controller", []).append(_place(pod))
            else:
                refused.setdefault("cannot delete Pods that declare no controller (use --force to override)", []).append(_place(pod))
                stays = True
        if not stays:
            evicted.append(pod)
    if not refused and warned:
        said = [f"{why}: {', '.join(places)}" for why, places in sorted(warned.items())]
        call.err.append(f"Warning: {'; '.join(said)}\n")
    return evicted, [f"{why}: {', '.join(places)}" for why, places in sorted(refused.items())]


class DrainJob:
    """Asks for evictions, asks again where a budget refuses, and says what is gone."""

    kind = "drain"

    def __init__(self, state: dict[str, Any], ports: Any) -> None:
        self._state, self._ports = state, ports
        self.wake_ms: int | None = ports.clock.now_ms

    def poll(self) -> tuple[str, int | None]:
        """Return what is new."""
        out, now = "", self._ports.clock.now_ms
        for plan in list(self._state["plans"]):
            left = []
            for pod in plan["pods"]:
                text, gone = self._one(pod, now)
                out += text
                if not gone:
                    left.append(pod)
            plan["pods"] = left
            if not left:
                out += f"node/{plan['node']} drained\n"
                self._state["plans"].remove(plan)
        if not self._state["plans"]:
            return out, self._state["status"]
        if self._state["until_ms"] is not None and now >= self._state["until_ms"]:
            return out + self._late(), 1
        waits = [pod["next_ms"] for plan in self._state["plans"] for pod in plan["pods"] if not pod["asked"]]
        due = [*waits, *([self._state["until_ms"]] if self._state["until_ms"] is not None else [])]
        self.wake_ms = min(due) if due else None
        return out, None

    def _one(self, pod: dict[str, Any], now: int) -> tuple[str, bool]:
        live = self._ports.api.store.get("pods", pod["namespace"], pod["name"])
        if live is None or live["metadata"]["uid"] != pod["uid"]:
            return f"pod/{pod['name']} {'deleted' if self._state['deletes'] else 'evicted'}\n", True
        if pod["asked"] or now < pod["next_ms"]:
            return "", False
        options = {"gracePeriodSeconds": self._state["grace"]} if self._state["grace"] >= 0 else {}
        who = {"user": self._state["who"][0], "groups": tuple(self._state["who"][1])}
        try:
            if self._state["deletes"]:
                self._ports.api.handle(Request("delete", "pods", pod["namespace"], pod["name"], options=options, **who))
            else:
                body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": pod["name"], "namespace": pod["namespace"]}, **({"deleteOptions": options} if options else {})}
                self._ports.api.handle(Request("create", "pods", pod["namespace"], pod["name"], "eviction", body, **who))
            pod["asked"] = True
            return "", False
        except ApiError as error:
            if error.code == 404:
                pod["asked"] = True
                return "", False
            pod["next_ms"] = now + RETRY_MS
            return f'error when evicting pods/"{pod["name"]}" -n "{pod["namespace"]}" (will retry after 5s): {error.message}\n' if error.code == 429 else server_text(error) + "\n", False

    def _late(self) -> str:
        said = "".join(f'error: unable to drain node "{plan["node"]}" due to error: global timeout reached, continuing command...\n' for plan in self._state["plans"])
        return said + "There are pending nodes to be drained:\n" + "".join(f" {plan['node']}\n" for plan in self._state["plans"])

    def dump(self) -> dict[str, Any]:
        """Return the job's state."""
        return {"kind": self.kind, **self._state}


# Taints


def taint(call: Call) -> None:
    """`kubectl taint nodes NAME KEY=VALUE:EFFECT … KEY-`."""
    words = list(call.parsed.words)
    if not words:
        raise Usage("error: one or more resources must be specified as <resource> <name>")
    kind_word = words.pop(0)
    if "/" in kind_word:
        words.insert(0, kind_word.partition("/")[2])
        kind_word = kind_word.partition("/")[0]
    kind = call.ports.kind_named(kind_word)
    if kind.kind != "Node":
        raise Usage(f"error: invalid resource type {kind.plural}, only node types are supported")
    changes = [word for word in words if "=" in word or ":" in word or word.endswith("-")]
    names = [word for word in words if word not in changes]
    if changes and names and words.index(names[-1]) > words.index(changes[0]):
        raise Usage("error: all resources must be specified before taint changes: " + names[-1])
    if not changes:
        raise Usage("error: at least one taint update is required")
    if not names and not call.parsed.has("all") and not call.parsed.get("selector"):
        raise Usage("error: at least one resource name must be specified since 'all' parameter is not set")
    added, removed = _taints(changes)
    docs = [call.get(NODES, name) for name in names] if names else call.list(NODES, labelSelector=call.parsed.get("selector"))
    for node in docs:
        _tainted(call, node, added, removed)


def _taints(changes: list[str]) -> tuple[list[Doc], list[Doc]]:
    """Read `key=value:Effect` and `key:Effect-`. Raises Usage."""
    usage = "\nSee 'kubectl taint -h' for help and examples"
    added: list[Doc] = []
    removed: list[Doc] = []
    for change in changes:
        plain = change.removesuffix("-") if change.endswith("-") else change
        pair, colon, effect = plain.partition(":")
        key, equals, value = pair.partition("=")
        if change.endswith("-"):
            if effect and effect not in EFFECTS:
                raise Usage(f"error: invalid taint effect: {effect}, unsupported taint effect{usage}")
            removed.append({"key": key, "effect": effect})
            continue
        if not colon:
            raise Usage(f"error: unknown taint spec: {change}" if equals else f"error: invalid taint spec: {change}, expected key=value:effect")
        if effect not in EFFECTS:
            raise Usage(f"error: invalid taint effect: {effect}, unsupported taint effect{usage}")
        if not re.fullmatch(r"([a-zA-Z0-9.-]{1,253}/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?", key):
            raise Usage(f"error: invalid taint spec: {change}, name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'){usage}")
        if any(entry["key"] == key and entry["effect"] == effect for entry in added):
            raise Usage(f"error: duplicated taints with the same key and effect: {{{key} {value} {effect} <nil>}}{usage}")
        added.append({"key": key, "effect": effect, **({"value": value} if value else {})})
    for entry in added:
        if any(gone["key"] == entry["key"] and gone["effect"] in ("", entry["effect"]) for gone in removed):
            raise Usage(f"error: can not both modify and remove the following taint(s) in the same command: {entry['key']}:{entry['effect']}")
    return added, removed


def _tainted(call: Call, node: Doc, added: list[Doc], removed: list[Doc]) -> None:
    name = node["metadata"]["name"]
    before = list(node["spec"].get("taints") or ())

    def same(one: Doc, two: Doc) -> bool:
        return bool(one["key"] == two["key"] and two["effect"] in ("", one["effect"]))

    taken = [entry for entry in added if any(same(old, entry) for old in before)]
    if taken and not call.parsed.has("overwrite"):
        raise Usage(f"error: node {name} already has {', '.join(entry['key'] for entry in taken)} taint(s) with same effect(s) and --overwrite is false")
    missing = [entry for entry in removed if not any(same(old, entry) for old in before)]
    if missing:
        raise Usage("error: " + ", ".join(f'taint "{entry["key"]}{":" + entry["effect"] if entry["effect"] else ""}" not found' for entry in missing))
    kept = [old for old in before if not any(same(old, entry) for entry in [*added, *removed])]
    taints = [*added, *kept]
    if call.parsed.get("dry-run") != "client":
        call.request("patch", NODES, name, body={"spec": {"taints": taints or None}}, patchType="application/merge-patch+json")
    word = "modified" if (added and removed) or taken else "untainted" if removed else "tainted"
    if call.parsed.get("output"):
        done(call, NODES, {**node, "spec": {**node["spec"], "taints": taints}}, word)
    else:
        call.say(f"node/{name} {word}")

