"""Propose goals, hints and par from what an author did: the difference between the world at the start and at the goal, as typed checks with a sentence for *not yet*.

Only what is false at the start and true at the goal is proposed as chosen; what is true at both, or only may matter, is offered unchosen. Every kind of check that a world knows can be proposed: things that came and went,
their fields and conditions, events, logs, who reaches whom, what was done or must not be done, and that it stays so.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from learnk8s.courseware.playing import commands
from learnk8s.courseware.questions.writing import in_line
from learnk8s.courseware.scenario import Step
from learnk8s.simulation.cloud.world import CloudWorld
from learnk8s.simulation.kernel.asked import Asked
from learnk8s.simulation.kernel.goals import sentence
from learnk8s.simulation.kernel.limits import LimitExceeded
from learnk8s.simulation.kernel.world import World
from learnk8s.simulation.kubernetes.world import KubernetesWorld

KINDS = {
    "deployments.apps": "Deployment", "statefulsets.apps": "StatefulSet", "daemonsets.apps": "DaemonSet", "services": "Service", "configmaps": "ConfigMap", "secrets": "Secret", "namespaces": "Namespace", "nodes": "Node", "jobs.batch": "Job",
    "cronjobs.batch": "CronJob", "ingresses.networking.k8s.io": "Ingress", "networkpolicies.networking.k8s.io": "NetworkPolicy", "persistentvolumeclaims": "PersistentVolumeClaim", "horizontalpodautoscalers.autoscaling": "HorizontalPodAutoscaler",
    "serviceaccounts": "ServiceAccount", "roles.rbac.authorization.k8s.io": "Role", "rolebindings.rbac.authorization.k8s.io": "RoleBinding", "resourcequotas": "ResourceQuota", "poddisruptionbudgets.policy": "PodDisruptionBudget", "pods": "Pod",
}
CLUSTER_WIDE = ("Namespace", "Node")
PROPOSALS_MAX, FIELDS_MAX, EVENTS_MAX, LOGS_MAX, ASKERS_MAX, STILL_MAX, NEVER_MAX, STAYS_S, STILL_MS = 60, 6, 8, 6, 3, 4, 4, 60, 30_000
STATUS = ("readyReplicas", "availableReplicas", "updatedReplicas", "numberReady", "succeeded", "phase")
Docs = dict[str, Mapping[str, Any]]
_CHANCE = re.compile(r"(?:sha256:)?[0-9a-f]{12,64}|[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT.*")
"""Values that another seed makes otherwise: digests, ids, moments."""
_NOISE = re.compile(r"(?:^|_|\.)(?:p?pid|id|cause|generation|number|word|kind|name|reason)$|_(?:ms|us|at|pid|used|used_mib|free|current|millicores)$|(?:resident|overhead)_mib$", re.IGNORECASE)
"""Values that say nothing to a learner, or that depend on how busy the moment was."""
FACTS = frozenset({"serves", "health", "state", "status", "State.Status", "version", "copies", "answers", "machine"})
"""What is proposed of a thing that is new."""
_STAMP = re.compile(r"^(?:\w{3} \d\d [\d:]{8} \S+ \S+: |\d{4}[-/]\d\d[-/]\d\d[T ][\d:.]+Z?(?: UTC)? ?|\[ *[\d.]+\] *)")


@dataclass(frozen=True, slots=True)
class Proposal:
    """One check, with what is said while it does not hold, and whether it is chosen from the start."""

    check: Mapping[str, Any]
    text_ko: str
    text_en: str
    is_chosen: bool = False

    @property
    def kind(self) -> str:
        """Return which kind of check it is."""
        return next(iter(self.check))

    @property
    def shown(self) -> str:
        """Return what the check is about, in signs that need no language."""
        return _shown(self.check)


def _shown(check: Mapping[str, Any]) -> str:
    """Return a check in signs.

    >>> _shown({"field": {"ref": "Deployment/default/web", "path": "spec.replicas", "value": 2}}), _shown({"never": {"happened": {"uses": "kubectl delete"}}})
    ('Deployment/default/web · spec.replicas == 2', '✕ kubectl delete')
    """
    kind = next((key for key in check if not key.startswith("text_")), "")
    body = check.get(kind)
    match kind, body:
        case "never", {}:
            return f"✕ {_shown(body)}"
        case "invariant", {"all": [*inner], **rest}:
            return f"{rest.get('for_s', 60)} s · {' · '.join(map(_shown, inner))}"
        case ("exists" | "absent"), str():
            return body
        case "field", {"ref": ref, "path": path, "value": value, **rest} if not set(rest) - {"op"}:
            return f"{ref} · {path} {rest.get('op', '==')} {value}"
        case "condition", {"ref": ref, "type": name, **rest} if not set(rest) - {"status"}:
            return f"{ref} · {name} = {rest.get('status', 'True')}"
        case "reachable", {"to": address, **rest} if not set(rest) - {"from", "answers"}:
            return f"{rest.get('from') or '$'} {'→' if rest.get('answers', True) else '↛'} {address}"
        case ("happened" | "event" | "log"), {} if all(isinstance(part, (str, int)) for part in body.values()):
            return " · ".join(str(part) for key, part in body.items() if key not in ("after", "since_ms"))
    return in_line({key: part for key, part in check.items() if not key.startswith("text_")})


def _plain(check: Mapping[str, Any], *, is_chosen: bool = False) -> Proposal:
    """Return a proposal with the sentence that the world itself has for the check."""
    english, korean = sentence(check)
    return Proposal(check, korean, english, is_chosen)


def documents(world: World) -> Docs:
    """Return what stands in a world by its references: things that somebody made, not what controllers made of them."""
    if isinstance(world, KubernetesWorld):
        found: Docs = {}
        for resource, kind in KINDS.items():
            for doc in world.cluster.store.list(resource):
                if not doc["metadata"].get("ownerReferences"):
                    namespace = "" if kind in CLUSTER_WIDE else doc["metadata"].get("namespace", "default")
                    ref = f"{kind}/{namespace}/{doc['metadata']['name']}"
                    found[ref] = world.find(ref) or doc
        return found | ({ref: doc for ref in world.refs() if (doc := world.find(ref)) is not None} if isinstance(world, CloudWorld) else {})
    if isinstance(world, Asked):
        return {ref: doc for ref in world.refs() if (doc := world.find(ref)) is not None}
    return {}


def proposals(start: World, goal: World, steps: Sequence[Step]) -> list[Proposal]:
    """Return the checks that tell the goal from the start, those that may matter after them."""
    before, after = documents(start), documents(goal)
    candidates = [*_objects(before, after), *_facts(before, after, goal), *_fields(before, after), *_reached(start, goal), *_done(steps), *_told(start, goal), *_events(start, goal), *_logs(start, goal), *_traffic(start, goal)]
    kept = [found for found in {found.shown: found for found in candidates}.values() if _tells(start, goal, found)]
    kept.sort(key=lambda found: not found.is_chosen)
    return [*kept[: PROPOSALS_MAX - NEVER_MAX - 1], *_staying(kept, goal), *_never(steps, goal)]


def _tells(start: World, goal: World, found: Proposal) -> bool:
    try:
        holds = [bool(world.check({"all": [found.check]})["reached"]) for world in (start, goal)]
    except (ValueError, LimitExceeded):
        return False
    return holds[1] and (not holds[0] or not found.is_chosen)


def _is_by_chance(ref: str) -> bool:
    return ref.startswith(("Process/", "Image/")) and bool(re.search(r"/[0-9]+$|/[0-9a-f]{12}", ref))


def _objects(before: Docs, after: Docs) -> Iterator[Proposal]:
    for ref in sorted(set(after) - set(before)):
        yield Proposal({"exists": ref}, f"{ref}, 아직 없다.", f"{ref} does not exist yet.", is_chosen=not ref.startswith(("Process/", "Traffic/", "Image/")))
    for ref in sorted(set(before) - set(after)):
        yield Proposal({"absent": ref}, f"{ref}, 아직 남아 있다.", f"{ref} is still there.", is_chosen=not ref.startswith(("Process/", "Traffic/", "Image/")))


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
    """Propose what changed in objects of a cluster: their spec and data, and what their status says."""
    for ref in sorted(ref for ref in after if "metadata" in after[ref]):
        old, new = ({key: doc.get(key) for key in ("spec", "data")} for doc in (before.get(ref, after[ref]), after[ref]))
        was = dict(leaves(old))
        changed = [(path, value) for path, value in leaves(new) if was.get(path) != value and not (isinstance(value, str) and _CHANCE.fullmatch(value))]
        for path, value in changed[:FIELDS_MAX]:
            yield _field(ref, path, value, is_chosen=True)
    for ref in sorted(ref for ref in after if "metadata" in after[ref]):
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


def _facts(before: Docs, after: Docs, goal: World) -> Iterator[Proposal]:
    """Propose what changed in things of machines: facts that are true or false as conditions, the rest as fields; what goes on changing by itself, or hangs on chance, is left out."""
    refs = [ref for ref in after if "metadata" not in after[ref] and not _is_by_chance(ref)]
    later = _later(goal) if refs else {}
    for ref in refs:
        was, then = dict(leaves(before.get(ref, {}))), dict(leaves(later.get(ref, {})))
        changed = [(path, value) for path, value in leaves(after[ref]) if was.get(path) != value and then.get(path) == value and not path.startswith("NetworkSettings.") and not _NOISE.search(path) and (ref in before or path in FACTS) and not (isinstance(value, str) and (not value or len(value) > 80 or _CHANCE.fullmatch(value)))]
        changed.sort(key=lambda entry: (entry[0].count(".") + entry[0].count("["), not isinstance(entry[1], bool)))
        for path, value in changed[:FIELDS_MAX]:
            is_top = ref in before and "." not in path and "[" not in path
            if isinstance(value, bool) and isinstance(goal, Asked):
                yield _plain({"condition": {"ref": ref, "type": path, "status": str(value)}}, is_chosen=is_top or path == "serves")
            else:
                yield _field(ref, path, value, is_chosen=is_top and isinstance(value, (str, bool)))


def _later(goal: World) -> Docs:
    """Return what stands in the world a little later, if nobody touches it."""
    if not isinstance(goal, (Asked, KubernetesWorld)):
        return {}
    world = goal.copied()
    try:
        world.advance(world.now_ms + STILL_MS)
    except LimitExceeded:
        return {}
    return documents(world)


def _field(ref: str, path: str, value: Any, *, is_chosen: bool) -> Proposal:
    ko, en = NAMES.get(path.rpartition(".")[2], (f"{path},", path))
    return Proposal({"field": {"ref": ref, "path": path, "op": "==", "value": value}}, f"{ref}: {ko} 아직 {value} 값이 아니다.", f"{ref}: {en} is not yet {value}.", is_chosen)


NAMES = {
    "image": ("이미지가", "the image"), "replicas": ("바라는 복제 수가", "the number of copies that are wanted"), "readyReplicas": ("준비된 복제 수가", "the number of copies that are ready"), "updatedReplicas": ("새 버전의 복제 수가", "the number of copies of the newest version"),
    "availableReplicas": ("쓸 수 있는 복제 수가", "the number of copies that are available"), "nodeName": ("노드가", "the node"), "phase": ("단계가", "the phase"), "type": ("종류가", "the type"),
}
"""What learners call the fields that scenarios most often turn on."""


def _done(steps: Sequence[Step]) -> Iterator[Proposal]:
    for action in dict.fromkeys(_faults(steps)):
        yield Proposal({"happened": {"action": action}}, f"아직 하지 않은 일: {action}.", f"This has not been done yet: {action}.")
    for program in commands(steps):
        if not program.startswith("fault"):
            yield _plain({"happened": {"uses": program}})


def _faults(steps: Sequence[Step]) -> Iterator[str]:
    """Yield what was broken or mended, by a line or by a button."""
    for step in steps:
        words = step.input.split()
        if step.kind == "line" and len(words) > 1 and words[0] == "fault":
            yield words[1]
        elif step.kind == "action":
            try:
                found = json.loads(step.input)
            except ValueError:
                continue
            if isinstance(found, dict) and isinstance(found.get("kind"), str):
                yield found["kind"]


def _told(start: World, goal: World) -> Iterator[Proposal]:
    if not isinstance(goal, KubernetesWorld) or not isinstance(start, KubernetesWorld):
        return
    known = {(record.reason, record.about[0]) for record in start.cluster.store.events.all()}
    for reason, kind in sorted({(record.reason, record.about[0]) for record in goal.cluster.store.events.all()} - known)[:EVENTS_MAX]:
        yield Proposal({"event": {"reason": reason, "ref_prefix": f"{kind}/"}}, f"{kind} 이벤트 {reason}, 아직 없다.", f"No event {reason} of a {kind} has been seen yet.")
    for pod in goal.cluster.store.list("pods")[:5]:
        ref = f"Pod/{pod['metadata'].get('namespace', 'default')}/{pod['metadata']['name']}"
        lines = [line for line in _log(goal, ref).split("\n") if line.strip()]
        labels = {key: value for key, value in (pod["metadata"].get("labels") or {}).items() if key != "pod-template-hash"}
        if lines and labels:
            yield Proposal({"log": {"namespace": pod["metadata"].get("namespace", "default"), "labels": labels, "contains": (said := _said(lines[-1]))}}, f"로그에 아직 없는 글: “{said}”.", f"No log says “{said}” yet.")


def _log(world: KubernetesWorld, ref: str) -> str:
    from learnk8s.simulation.kubernetes.looking import Looking

    return Looking(world).log(ref, "")


def _events(start: World, goal: World) -> Iterator[Proposal]:
    """Propose what happened between the start and the goal in a world of machines, the last first."""
    if not isinstance(goal, Asked) or not isinstance(start, Asked):
        return
    known = {(told.reason, told.ref) for told in start.events()}
    new = [(told.reason, told.ref) for told in goal.events() if told.at_ms >= start.now_ms and (told.reason, told.ref) not in known]
    for reason, ref in list(dict.fromkeys(new))[:EVENTS_MAX]:
        yield _plain({"event": {"reason": reason, **({"ref_prefix": ref.partition("/")[0] + "/" if _is_by_chance(ref) else ref} if ref else {})}})


def _logs(start: World, goal: World) -> Iterator[Proposal]:
    """Propose the last line that each thing of a world of machines has printed since the start, without its moment."""
    if not isinstance(goal, Asked) or not isinstance(start, Asked):
        return
    found = ((ref, next((line for line in reversed(goal.log_of(ref).split("\n")) if line.strip() and line not in start.log_of(ref)), "")) for ref in goal.refs())
    for ref, line in [entry for entry in found if entry[1]][:LOGS_MAX]:
        if said := _said(line):
            yield _plain({"log": {"ref": ref, "contains": said}})


def _said(line: str) -> str:
    """Return a line of a log without its moment, which another run would make otherwise.

    >>> _said("2026/05/04 09:02:30 [notice] 1#1: start worker processes"), _said("May 04 09:00:41 web-1 systemd[1]: Started it.")
    ('[notice] 1#1: start worker processes', 'Started it.')
    """
    return _STAMP.sub("", line).strip()[:80]


def _reached(start: World, goal: World) -> Iterator[Proposal]:
    """Propose who reaches whom at the goal and not at the start, and who no longer does, in a world of machines."""
    if not isinstance(goal, Asked) or not isinstance(start, Asked):
        return
    still = 0
    for source, to in dict.fromkeys([*goal.requests(), *start.requests()]):
        was, now = start.answers(source, to), goal.answers(source, to)
        if was != now:
            yield _plain({"reachable": {**({"from": source} if source else {}), "to": to, **({} if now else {"answers": False})}}, is_chosen=not source)
        elif now and not source and still < STILL_MAX:
            still += 1
            yield _plain({"reachable": {"to": to}})


def _traffic(start: World, goal: World) -> Iterator[Proposal]:
    """Propose which Services of a cluster answer, to the terminal and to pods that somebody made, and which no longer do."""
    if not isinstance(goal, KubernetesWorld):
        return
    askers = [f"Pod/{pod['metadata'].get('namespace', 'default')}/{pod['metadata']['name']}" for pod in goal.cluster.store.list("pods") if not pod["metadata"].get("ownerReferences")][:ASKERS_MAX]
    for service in goal.cluster.store.list("services")[:10]:
        namespace, name = service["metadata"].get("namespace", "default"), service["metadata"]["name"]
        for port in (service["spec"].get("ports") or ())[:1]:
            for source in ("", *askers):
                yield from _answering(start, goal, source, f"{name}.{namespace}:{port['port']}")


def _answering(start: World, goal: World, source: str, to: str) -> Iterator[Proposal]:
    check: dict[str, Any] = {"reachable": {**({"from": source} if source else {}), "to": to}}
    try:
        was, now = (bool(world.check({"all": [check]})["reached"]) for world in (start, goal))
    except (ValueError, LimitExceeded):
        return
    if was and not now:
        check = {"reachable": {**check["reachable"], "answers": False}}
    if now or was:
        yield _plain(check, is_chosen=was != now and not source)


def _staying(kept: Sequence[Proposal], goal: World) -> Iterator[Proposal]:
    lasting = [dict(found.check) for found in kept if found.is_chosen and found.kind in ("field", "condition")]
    if lasting:
        found = _plain({"invariant": {"for_s": STAYS_S, "all": lasting[:6]}})
        try:
            if goal.check({"all": [found.check]})["reached"]:
                yield found
        except (ValueError, LimitExceeded):
            return


def _never(steps: Sequence[Step], goal: World) -> Iterator[Proposal]:
    """Propose that what a button could have broken must not have happened."""
    used, buttons = set(_faults(steps)), {button["kind"]: button for ref in ["", *list(documents(goal))[:40]] for button in goal.actions(ref)}
    found = []
    for kind, button in buttons.items():
        check = {"never": {"happened": {"action": kind}}}
        if kind not in used and not kind.startswith(("set-", "start", "restore", "power-on", "hand-over")) and not kind.endswith(("-up", "-on")) and goal.check({"all": [check]})["reached"]:
            found.append(Proposal(check, f"하면 안 되는 일을 했다: {button.get('label_ko', kind)}. 처음부터 다시 하자.", f"This must not be done: {button.get('label_en', kind)}. Begin again."))
    yield from found[:NEVER_MAX]


def hints(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """Return hints from what was typed: the first line, then all of them, each dearer than the one before. Which commands are enough is no hint: the page of the scenario says it."""
    lines = [step.input for step in steps if step.kind == "line"]
    if not lines:
        return []
    found = [{"ko": f"이렇게 시작한다: `{lines[0]}`", "en": f"Begin with: `{lines[0]}`", "penalty": 20}] if len(lines) > 1 else []
    shown = "\n".join(f"    {part}" for line in lines for part in line.split("\n"))
    return [*found, {"ko": f"모두 쓰면 이렇다:\n\n{shown}", "en": f"All of it:\n\n{shown}", "penalty": 50}]
