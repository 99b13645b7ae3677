"""*What will happen?* A command is run in a copy of the world, and what becomes of it is told before it is run for good.

Beside it a second copy lives on without the command: what would have happened anyway is not the command's doing.
"""

from typing import TYPE_CHECKING, Any

from learnk8s.simulation.kernel.limits import LimitExceeded
from learnk8s.simulation.kubernetes.why.differences import differences
from learnk8s.simulation.kubernetes.why.trying import Budget, check_size, copy_of, lived

if TYPE_CHECKING:
    from learnk8s.simulation.kubernetes.world import KubernetesWorld

HORIZON_MS = 600_000
CALM_MS = 30_000
"""When nothing is due for so long the command is held to have done its work."""
NAMES_MAX = 40


def forecast(world: "KubernetesWorld", line: str) -> dict[str, Any]:
    """Return what a command would print and do: pods started and killed, reduced capacity, failed requests, the future difference. Raises LimitExceeded."""
    check_size(world)
    with_it, without = copy_of(world), copy_of(world)
    start = world.now_ms
    try:
        answer = with_it.execute(line)
    except LimitExceeded as limit:
        return {"refused": True, "output": str(limit), "line": line}
    if answer.status:
        return {"refused": True, "output": answer.output, "line": line}
    if with_it.shell.running:
        with_it.interrupt()
    budget = Budget()
    watched = _Watched(with_it, start)
    finished = lived(with_it, start + HORIZON_MS, budget, watched.look)
    until = with_it.now_ms
    lived(without, until, Budget(), lambda: False)
    without.advance(until)
    started, killed = watched.started_and_killed()
    anyway = _traffic(without)
    flows = [{"service": ref, "served": served, "failed": failed - anyway.get(ref, (0, 0))[1], "failed_anyway": anyway.get(ref, (0, 0))[1] - _traffic(world).get(ref, (0, 0))[1]} for ref, (served, failed) in _traffic(with_it).items()]
    return {
        "refused": False, "line": line, "output": answer.output, "took_ms": watched.last_change_ms - start, "finished": finished, "started": started[:NAMES_MAX], "killed": killed[:NAMES_MAX], "started_count": len(started), "killed_count": len(killed),
        "reduced": watched.reduced(), "traffic": flows, "warnings": watched.warnings(without), "differences": [entry.shown() for entry in differences(without.cluster.store, with_it.cluster.store)],
        "unready": _unready(with_it),
    }


def _traffic(world: "KubernetesWorld") -> dict[str, tuple[int, int]]:
    return {flow["ref"]: (flow["served"], flow["failed"]) for flow in world.cluster.network.traffic()}


def _unready(world: "KubernetesWorld") -> list[str]:
    """Return what is not as it should be at the end."""
    scene = world.scene()
    pods = [pod for node in scene["nodes"] for pod in node["pods"]] + scene["unplaced"]
    return [*(f"{owner['kind']} {owner['name']}: {owner['word']}" for owner in scene["owners"] if owner["health"] in ("wait", "bad")), *(f"Pod {pod['name']}: {pod['word']}" for pod in pods if pod["health"] in ("wait", "bad"))][:NAMES_MAX]


class _Watched:
    """What is seen of a copy on its way: which pods come and go, and for how long workloads have fewer ready pods than they were to have."""

    def __init__(self, world: "KubernetesWorld", start_ms: int) -> None:
        self.world, self.start_ms, self.last_change_ms = world, start_ms, start_ms
        self._before = {pod["metadata"]["uid"]: _name(pod) for pod in world.cluster.store.list("pods")}
        self._seen = dict(self._before)
        self._going: dict[str, str] = {}
        self._revision = world.cluster.store.written
        self._wanted = {doc["metadata"]["uid"]: (f"{doc['kind']} {doc['metadata']['name']}", doc.get("status", {}).get("readyReplicas", 0)) for doc in world.cluster.store.list("deployments.apps")}
        self._since, self._lost = world.now_ms, dict.fromkeys(self._wanted, 0)
        self._least = {uid: ready for uid, (_name, ready) in self._wanted.items()}
        self._ready = dict(self._least)

    def look(self) -> bool:
        """Note the pods and the capacity of now; say whether all has come to rest."""
        store, now = self.world.cluster.store, self.world.now_ms
        for uid, ready in self._ready.items():
            if ready < self._wanted[uid][1]:
                self._lost[uid] += now - self._since
        self._since = now
        if store.written != self._revision:
            self._revision, self.last_change_ms = store.written, now
            for pod in store.list("pods"):
                self._seen.setdefault(pod["metadata"]["uid"], _name(pod))
                if "deletionTimestamp" in pod["metadata"]:
                    self._going.setdefault(pod["metadata"]["uid"], _name(pod))
            for doc in store.list("deployments.apps"):
                uid = doc["metadata"]["uid"]
                if uid in self._ready:
                    goal = min(self._wanted[uid][1], doc["spec"].get("replicas", 1))
                    self._wanted[uid] = (self._wanted[uid][0], goal)
                    self._ready[uid] = doc.get("status", {}).get("readyReplicas", 0)
                    self._least[uid] = min(self._least[uid], self._ready[uid])
        due = self.world.next_due_ms()
        return now - self.last_change_ms >= CALM_MS or due is None

    def started_and_killed(self) -> tuple[list[str], list[str]]:
        """Return the names of pods that came, and of those that went or are going."""
        now = {pod["metadata"]["uid"] for pod in self.world.cluster.store.list("pods")}
        gone = {uid: name for uid, name in self._seen.items() if uid not in now}
        return sorted(name for uid, name in self._seen.items() if uid not in self._before), sorted({**gone, **self._going}.values())

    def reduced(self) -> list[dict[str, Any]]:
        """Return for each workload that had fewer ready pods than before: how long, and how few."""
        return [{"name": self._wanted[uid][0], "ms": lost, "least": self._least[uid], "of": self._wanted[uid][1]} for uid, lost in self._lost.items() if lost]

    def warnings(self, without: "KubernetesWorld") -> list[dict[str, Any]]:
        """Return the warnings that the command brings about, newest last."""
        known = {(record.about[3], record.reason) for record in without.cluster.store.events.all()}
        found = {(record.about[3], record.reason): {"name": record.about[3], "reason": record.reason, "message": record.message} for record in self.world.cluster.store.events.all()
                 if record.type == "Warning" and record.last_ms >= self.start_ms and (record.about[3], record.reason) not in known}
        return list(found.values())[-10:]


def _name(pod: dict[str, Any]) -> str:
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}" if pod["metadata"]["namespace"] != "default" else str(pod["metadata"]["name"])
