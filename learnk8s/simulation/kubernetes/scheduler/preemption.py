"""Preemption: which less important pods would have to go, and on which node that is the least harm.

Models pkg/scheduler/framework/preemption and plugins/defaultpreemption (1.36). The dry run takes pods off a node, asks the filters again, and gives
back (reprieves) as many as fit: first those that a PodDisruptionBudget protects, then the others, the most important first.
Differs: the dry run starts at the first node, not at a random one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.scheduler.filtering import refusal_beside_nominated
from learnk8s.simulation.kubernetes.scheduler.framework import UNRESOLVABLE, UNSCHEDULABLE, Verdict
from learnk8s.simulation.kubernetes.scheduler.messages import fit_error
from learnk8s.simulation.kubernetes.scheduler.needs import PodNeeds
from learnk8s.simulation.kubernetes.scheduler.selecting import holds, requirements
from learnk8s.simulation.kubernetes.scheduler.snapshot import NodeInfo, Placed, Snapshot

NOTHING_TO_DEALLOCATE = "no new claims to deallocate"
"""DynamicResources speaks before preemption."""
NOT_HELPFUL = "Preemption is not helpful for scheduling"
NO_VICTIMS = "No preemption victims found for incoming pod"
NEVER = "not eligible due to preemptionPolicy=Never."
ENDING = "not eligible due to a terminating pod on the nominated node."
CANDIDATES_MIN, CANDIDATES_PERCENT = 100, 10
"""MinCandidateNodesAbsolute and MinCandidateNodesPercentage of DefaultPreemptionArgs."""
STILL_TO_START = "~"
"""Sorts after every time: a pod that has not started counts as started now."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What preemption came to: a node and its victims, or a sentence."""

    message: str = ""
    nominated: str | None = None
    victims: tuple[str, ...] = ()
    candidates: Mapping[str, Sequence[str]] | None = None
    keeps_nomination: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A node on which preemption would help, with the pods that would go, the most important first."""

    node: str
    victims: tuple[Placed, ...]
    violations: int


def post_filter(pod: Doc, needs: PodNeeds, snapshot: Snapshot, verdicts: Sequence[Verdict]) -> Outcome:
    """Look for a node where making room helps."""
    reason = _ineligible(pod, needs, snapshot, verdicts)
    if reason:
        return Outcome(f"{NOTHING_TO_DEALLOCATE}, preemption: {reason}", keeps_nomination=True)
    found, refused = _candidates(pod, needs, snapshot, [verdict.node for verdict in verdicts if verdict.code == UNSCHEDULABLE])
    if not found:
        total = len(snapshot.nodes)
        told = [*refused, *[(NOT_HELPFUL,)] * (total - len(refused))]
        return Outcome(f"{NOTHING_TO_DEALLOCATE}, preemption: {fit_error(total, told)}")
    best = least_harm(found)
    return Outcome("", best.node, _names(best.victims), {candidate.node: _names(candidate.victims) for candidate in found})


def _ineligible(pod: Doc, needs: PodNeeds, snapshot: Snapshot, verdicts: Sequence[Verdict]) -> str:
    """Say why a pod may not preempt. Models PodEligibleToPreemptOthers."""
    if needs.spec.get("preemptionPolicy") == "Never":
        return NEVER
    nominated = pod.get("status", {}).get("nominatedNodeName")
    info = snapshot.nodes.get(nominated) if nominated else None
    if info is None or any(verdict.node == nominated and verdict.code == UNRESOLVABLE for verdict in verdicts):
        return ""
    return ENDING if any(other.priority < needs.priority and _is_ending_by_preemption(doc) for other, doc in info.pods.values()) else ""


def _is_ending_by_preemption(pod: Doc) -> bool:
    return "deletionTimestamp" in pod["metadata"] and any(
        entry["type"] == "DisruptionTarget" and entry["status"] == "True" and entry.get("reason") == "PreemptionByScheduler" for entry in pod.get("status", {}).get("conditions") or ())


def _candidates(pod: Doc, needs: PodNeeds, snapshot: Snapshot, nodes: Sequence[str]) -> tuple[list[Candidate], list[tuple[str, ...]]]:
    """Return the nodes where preemption helps, and the reasons of the others that were tried."""
    enough = min(len(nodes), max(CANDIDATES_MIN, len(nodes) * CANDIDATES_PERCENT // 100))
    found: list[Candidate] = []
    refused: list[tuple[str, ...]] = []
    budgets = snapshot.read.list("poddisruptionbudgets.policy")
    for name in nodes:
        answer = _tried(pod, needs, snapshot, name, budgets)
        if isinstance(answer, Candidate):
            found.append(answer)
        else:
            refused.append(answer)
        if len(found) >= enough:
            break
    return found, refused


def _tried(pod: Doc, needs: PodNeeds, snapshot: Snapshot, name: str, budgets: Sequence[Doc]) -> Candidate | tuple[str, ...]:
    """Take all less important pods off a node and give back as many as fit. Models SelectVictimsOnNode."""
    with snapshot.supposing(name) as info:
        lesser = sorted((entry for entry in info.pods.values() if entry[0].priority < needs.priority), key=importance)
        if not lesser:
            return (NO_VICTIMS,)
        snapshot.take(info, [_uid(entry) for entry in lesser])
        verdict = refusal_beside_nominated(pod, needs, snapshot, name)
        if verdict is not None:
            return verdict.reasons
        violating, others = by_budget(lesser, budgets)
        victims: list[Placed] = []
        for entry in violating:
            if not _reprieved(pod, needs, snapshot, info, entry):
                victims.append(entry)
        violations = len(victims)
        for entry in others:
            if not _reprieved(pod, needs, snapshot, info, entry):
                victims.append(entry)
    return Candidate(name, tuple(sorted(victims, key=importance)), violations)


def _reprieved(pod: Doc, needs: PodNeeds, snapshot: Snapshot, info: NodeInfo, entry: Placed) -> bool:
    snapshot.place(info, entry)
    if refusal_beside_nominated(pod, needs, snapshot, info.name) is None:
        return True
    snapshot.take(info, (_uid(entry),))
    return False


def by_budget(pods: Sequence[Placed], budgets: Sequence[Doc]) -> tuple[list[Placed], list[Placed]]:
    """Tell the pods whose eviction would break a PodDisruptionBudget from the others. Models filterPodsWithPDBViolation."""
    left = [(budget, requirements(budget["spec"].get("selector"))) for budget in budgets]
    allowed = [budget.get("status", {}).get("disruptionsAllowed", 0) for budget in budgets]
    violating: list[Placed] = []
    others: list[Placed] = []
    for needs, doc in pods:
        broken = False
        for place, (budget, selector) in enumerate(left):
            if not needs.labels or budget["metadata"].get("namespace") != needs.namespace or not selector or not holds(selector, needs.labels):
                continue
            if doc["metadata"]["name"] in (budget.get("status", {}).get("disruptedPods") or {}):
                continue
            allowed[place] -= 1
            broken = broken or allowed[place] < 0
        (violating if broken else others).append((needs, doc))
    return violating, others


def least_harm(candidates: Sequence[Candidate]) -> Candidate:
    """Return the candidate to take: fewest broken budgets, least important first victim, smallest sum of priorities, fewest pods, latest start.

    Models pickOneNodeForPreemption.
    """
    least = min(map(_harm, candidates))
    equal = [one for one in candidates if _harm(one) == least]
    latest = max(_first_start(one) for one in equal)
    return next(one for one in equal if _first_start(one) == latest)


def _harm(one: Candidate) -> tuple[int, int, int, int]:
    return (one.violations, _highest(one), sum(needs.priority + 2**31 for needs, _doc in one.victims), len(one.victims))


def _highest(one: Candidate) -> int:
    return one.victims[0][0].priority if one.victims else -(2**31)


def _first_start(one: Candidate) -> str:
    """Return when the first of the most important victims started."""
    return min((_started(doc) for needs, doc in one.victims if needs.priority == _highest(one)), default="")


def importance(entry: Placed) -> tuple[int, str, str]:
    """Sort the most important pods first: higher priority, earlier start. Models MoreImportantPod."""
    needs, doc = entry
    return (-needs.priority, _started(doc), f"{needs.namespace}/{doc['metadata']['name']}")


def _started(pod: Doc) -> str:
    return pod.get("status", {}).get("startTime") or STILL_TO_START


def _uid(entry: Placed) -> str:
    return entry[1]["metadata"]["uid"]  # type: ignore[no-any-return]  # foreign JSON


def _names(placed: Sequence[Placed]) -> tuple[str, ...]:
    return tuple(sorted(f"{needs.namespace}/{doc['metadata']['name']}" for needs, doc in placed))
