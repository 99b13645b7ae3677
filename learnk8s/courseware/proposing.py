"""Propose goals, hints and par from what an author did: the difference between the world at the start and at the goal, as typed checks with a sentence for *not yet*.

Only what is false at the start and true at the goal is proposed as chosen; what is true at both, or only may matter, is offered unchosen.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from learnk8s.courseware.playing import commands
from learnk8s.courseware.questions.writing import in_line
from learnk8s.courseware.scenario import Step
from learnk8s.simulation.kernel.limits import LimitExceeded
from learnk8s.simulation.kernel.world import World
from learnk8s.simulation.kubernetes.world import KubernetesWorld
from learnk8s.simulation.linux import objects as linux
from learnk8s.simulation.linux.world import LinuxWorld

KINDS = {
    "deployments.apps": "Deployment", "statefulsets.apps": "StatefulSet", "daemonsets.apps": "DaemonSet", "services": "Service", "configmaps": "ConfigMap", "secrets": "Secret", "namespaces": "Namespace", "nodes": "Node", "jobs.batch": "Job",
    "cronjobs.batch": "CronJob", "ingresses.networking.k8s.io": "Ingress", "networkpolicies.networking.k8s.io": "NetworkPolicy", "persistentvolumeclaims": "PersistentVolumeClaim", "horizontalpodautoscalers.autoscaling": "HorizontalPodAutoscaler",
    "serviceaccounts": "ServiceAccount", "roles.rbac.authorization.k8s.io": "Role", "rolebindings.rbac.authorization.k8s.io": "RoleBinding", "resourcequotas": "ResourceQuota", "poddisruptionbudgets.policy": "PodDisruptionBudget", "pods": "Pod",
}
CLUSTER_WIDE = ("Namespace", "Node")
PROPOSALS_MAX, FIELDS_MAX, STAYS_S = 60, 6, 60
STATUS = ("readyReplicas", "availableReplicas", "updatedReplicas", "numberReady", "succeeded", "phase")
Docs = dict[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Proposal:
    """One check, with what is said while it does not hold, and whether it is chosen from the start."""

    check: Mapping[str, Any]
    text_ko: str
    text_en: str
    is_chosen: bool = False

    @property
    def shown(self) -> str:
        """Return the check as it will stand in the file."""
        return in_line(self.check)


def documents(world: World) -> Docs:
    """Return what stands in a world by its references: objects that somebody made, not what controllers made of them."""
    if isinstance(world, KubernetesWorld):
        found: Docs = {}
        for resource, kind in KINDS.items():
            for doc in world.cluster.store.list(resource):
                if not doc["metadata"].get("ownerReferences"):
                    namespace = "" if kind in CLUSTER_WIDE else doc["metadata"].get("namespace", "default")
                    ref = f"{kind}/{namespace}/{doc['metadata']['name']}"
                    found[ref] = world.find(ref) or doc
        return found
    if isinstance(world, LinuxWorld):
        return {f"{kind}/{doc[name]}": doc for kind, name in (("Unit", "name"), ("Cgroup", "path"), ("Process", "name")) for doc in linux.listed(world.machine, kind) if name in doc}
    return {}


def proposals(start: World, goal: World, steps: Sequence[Step]) -> list[Proposal]:
    """Return the checks that tell the goal from the start, those that may matter after them."""
    before, after = documents(start), documents(goal)
    candidates = [*_objects(before, after), *_fields(before, after), *_done(steps), *_told(start, goal), *_traffic(start, goal)]
    kept = [found for found in {found.shown: found for found in candidates}.values() if _tells(start, goal, found)]
    return [*kept, *_staying(kept, goal), *_never(steps, goal)][:PROPOSALS_MAX]


def _tells(start: World, goal: World, found: Proposal) -> bool:
    try:
        holds = [bool(world.check({"all": [found.check]})["reached"]) for world in (start, goal)]
    except (ValueError, LimitExceeded):
        return False
    return holds[1] and (not holds[0] or not found.is_chosen)


def _objects(before: Docs, after: Docs) -> Iterator[Proposal]:
    for ref in sorted(set(after) - set(before)):
        yield Proposal({"exists": ref}, f"{ref}, 아직 없다.", f"{ref} does not exist yet.", is_chosen=not ref.startswith("Process/"))
    for ref in sorted(set(before) - set(after)):
        yield Proposal({"absent": ref}, f"{ref}, 아직 남아 있다.", f"{ref} is still there.", is_chosen=not ref.startswith("Process/"))


def leaves(doc: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the plain values of a document with their paths, as goals write them.

    >>> dict(leaves({"a": [{"b": 1}], "c": "x"}))
    {'a[0].b': 1, 'c': 'x'}
    """
    if isinstance(doc, Mapping):
        for key, value in doc.items():
            if "." not in str(key) and "/" not in str(key):
                yield from leaves(value, f"{path}.{key}" if path else str(key))
    elif isinstance(doc, list):
        for place, value in enumerate(doc[:10]):
            yield from leaves(value, f"{path}[{place}]")
    elif isinstance(doc, (str, int, bool)):
        yield path, doc


def _fields(before: Docs, after: Docs) -> Iterator[Proposal]:
    for ref in sorted(set(before) & set(after)):
        old, new = ({key: doc.get(key) for key in ("spec", "data")} if "spec" in doc or "data" in doc else {key: value for key, value in doc.items() if key != "metadata"} for doc in (before[ref], after[ref]))
        was = dict(leaves(old))
        changed = [(path, value) for path, value in leaves(new) if was.get(path) != value]
        for path, value in changed[:FIELDS_MAX]:
            yield _field(ref, path, value, is_chosen=True)
    for ref in sorted(after):
        status, was_status = after[ref].get("status") or {}, (before.get(ref, {}) or {}).get("status") or {}
        if not isinstance(status, Mapping) or not isinstance(was_status, Mapping):
            continue
        for key in STATUS:
            if key in status and status[key] != was_status.get(key):
                yield _field(ref, f"status.{key}", status[key], is_chosen=True)
        old_conditions = {entry["type"]: entry["status"] for entry in was_status.get("conditions") or ()}
        for entry in status.get("conditions") or ():
            if old_conditions.get(entry["type"]) != entry["status"]:
                check = {"condition": {"ref": ref, "type": entry["type"], "status": entry["status"]}}
                yield Proposal(check, f"{ref}: {entry['type']} 상태가 아직 {entry['status']} 값이 아니다.", f"{ref}: {entry['type']} is not yet {entry['status']}.", is_chosen=ref in before)


def _field(ref: str, path: str, value: Any, *, is_chosen: bool) -> Proposal:
    return Proposal({"field": {"ref": ref, "path": path, "op": "==", "value": value}}, f"{ref}: {path}, 아직 {value} 값이 아니다.", f"{ref}: {path} is not yet {value}.", is_chosen)


def _done(steps: Sequence[Step]) -> Iterator[Proposal]:
    for action in dict.fromkeys(_faults(steps)):
        yield Proposal({"happened": {"action": action}}, f"아직 하지 않은 일: {action}.", f"This has not been done yet: {action}.")


def _faults(steps: Sequence[Step]) -> Iterator[str]:
    for step in steps:
        words = step.input.split()
        if step.kind == "line" and len(words) > 1 and words[0] == "fault":
            yield words[1]


def _told(start: World, goal: World) -> Iterator[Proposal]:
    if not isinstance(goal, KubernetesWorld) or not isinstance(start, KubernetesWorld):
        return
    known = {(record.reason, record.about[0]) for record in start.cluster.store.events.all()}
    for reason, kind in sorted({(record.reason, record.about[0]) for record in goal.cluster.store.events.all()} - known)[:8]:
        yield Proposal({"event": {"reason": reason, "ref_prefix": f"{kind}/"}}, f"{kind} 이벤트 {reason}, 아직 없다.", f"No event {reason} of a {kind} has been seen yet.")
    for pod in goal.cluster.store.list("pods")[:5]:
        ref = f"Pod/{pod['metadata'].get('namespace', 'default')}/{pod['metadata']['name']}"
        lines = [line for line in _log(goal, ref).split("\n") if line.strip()]
        labels = {key: value for key, value in (pod["metadata"].get("labels") or {}).items() if key != "pod-template-hash"}
        if lines and labels:
            yield Proposal({"log": {"namespace": pod["metadata"].get("namespace", "default"), "labels": labels, "contains": lines[-1][:80]}}, f"로그에 아직 없는 글: “{lines[-1][:60]}”.", f"No log says “{lines[-1][:60]}” yet.")


def _log(world: KubernetesWorld, ref: str) -> str:
    from learnk8s.simulation.kubernetes.looking import Looking

    return Looking(world).log(ref, "")


def _traffic(start: World, goal: World) -> Iterator[Proposal]:
    if not isinstance(goal, KubernetesWorld):
        return
    for service in goal.cluster.store.list("services")[:10]:
        namespace, name = service["metadata"].get("namespace", "default"), service["metadata"]["name"]
        for port in (service["spec"].get("ports") or ())[:1]:
            to = f"{name}.{namespace}:{port['port']}"
            check = {"reachable": {"to": to}}
            try:
                is_new = not start.check({"all": [check]})["reached"]
            except (ValueError, LimitExceeded):
                continue
            yield Proposal(check, f"{to} 주소가 아직 답하지 않는다.", f"{to} does not answer yet.", is_chosen=is_new)


def _staying(kept: Sequence[Proposal], goal: World) -> Iterator[Proposal]:
    lasting = [dict(found.check) for found in kept if found.is_chosen and ("field" in found.check or "condition" in found.check)]
    if lasting and isinstance(goal, KubernetesWorld):
        found = Proposal({"invariant": {"for_s": STAYS_S, "all": lasting[:6]}}, f"{STAYS_S}초 동안 그대로 있지 않는다.", f"It does not stay so for {STAYS_S} s.")
        if goal.check({"all": [found.check]})["reached"]:
            yield found


def _never(steps: Sequence[Step], goal: World) -> Iterator[Proposal]:
    if not isinstance(goal, KubernetesWorld):
        return
    used = set(_faults(steps))
    for action in ("crash-node", "kill-process"):
        if action not in used and goal.check({"all": [{"never": {"happened": {"action": action}}}]})["reached"]:
            yield Proposal({"never": {"happened": {"action": action}}}, f"하면 안 되는 일을 했다: {action}. 처음부터 다시 하자.", f"This must not be done: {action}. Begin again.")


def hints(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """Return hints from what was typed: first which commands, then the first line, then all of them, each dearer than the one before."""
    lines = [step.input for step in steps if step.kind == "line"]
    if not lines:
        return []
    names = ", ".join(commands(steps))
    found = [{"ko": f"이 명령들이면 된다: {names}", "en": f"These commands are enough: {names}", "penalty": 10}]
    if len(lines) > 1:
        found.append({"ko": f"이렇게 시작한다: `{lines[0]}`", "en": f"Begin with: `{lines[0]}`", "penalty": 20})
    shown = "\n".join(f"    {line}" for line in lines)
    return [*found, {"ko": f"모두 쓰면 이렇다:\n\n{shown}", "en": f"All of it:\n\n{shown}", "penalty": 50}]
