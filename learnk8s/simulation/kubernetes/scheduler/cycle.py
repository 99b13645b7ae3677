"""One scheduling cycle: filter, score, choose. Models pkg/scheduler/schedule_one.go (1.36).

What the plugins say of a node stays true until the node changes, so per pod shape and node it is asked once and remembered; a thousand equal
pods then cost one fresh look at one node each. Differs: nodes are looked at in the order of their names, not zone by zone.
"""

from collections.abc import Callable, Iterable, Sequence

from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.scheduler.filtering import Look, Prepared, looks_of, prepared, refusal_beside_nominated, wanted_nodes
from learnk8s.simulation.kubernetes.scheduler.framework import DEFAULT, UNRESOLVABLE, Decision, Profile, Refusal, Verdict
from learnk8s.simulation.kubernetes.scheduler.messages import NO_NODES, fit_error
from learnk8s.simulation.kubernetes.scheduler.needs import PodNeeds
from learnk8s.simulation.kubernetes.scheduler.plugins.registered import RANKINGS, scores_of
from learnk8s.simulation.kubernetes.scheduler.preemption import post_filter
from learnk8s.simulation.kubernetes.scheduler.score_table import Column, ScoreTable
from learnk8s.simulation.kubernetes.scheduler.snapshot import ShapeMemory, Snapshot

NODES_MIN, PERCENT_MIN = 100, 5
"""facts/numbers.yaml: percentage-nodes."""
Choice = Callable[[Sequence[str]], str]


def decide(pod: Doc, snapshot: Snapshot, *, tie_break: Choice, profile: Profile = DEFAULT, start: int = 0) -> Decision:
    """Return where a pod goes, or why it goes nowhere. `start` is the place of the node that is looked at first in a large cluster."""
    if not snapshot.nodes:
        return Decision(None, (), (), {}, NO_NODES)
    needs = snapshot.needs(pod)
    ready = prepared(needs, snapshot)
    if isinstance(ready, Refusal):
        return _refused_outright(ready, snapshot)
    nominated = pod.get("status", {}).get("nominatedNodeName")
    if nominated in snapshot.nodes and (ready.narrowed is None or nominated in ready.narrowed) and refusal_beside_nominated(pod, needs, snapshot, nominated) is None:
        return Decision(nominated, (nominated,), (), {}, examined=1)
    memory = looks_of(needs, snapshot, profile)
    found, verdicts, examined = _sifted(pod, needs, snapshot, ready, memory, start)
    if not found:
        return _failed(pod, needs, snapshot, verdicts)
    feasible = snapshot.kept(tuple(found))
    if len(feasible) == 1:
        return Decision(feasible[0], feasible, verdicts, {}, examined=examined)
    scores = ScoreTable(feasible, _points(needs, snapshot, memory, feasible, profile))
    return Decision(tie_break(scores.best()), feasible, verdicts, scores, examined=examined)


def nodes_to_find(nodes: int) -> int:
    """Return how many feasible nodes are enough. Models numFeasibleNodesToFind.

    >>> nodes_to_find(99), nodes_to_find(150), nodes_to_find(500), nodes_to_find(5000)
    (99, 100, 230, 500)
    """
    return min(nodes, max(NODES_MIN, nodes * max(50 - nodes // 125, PERCENT_MIN) // 100))


def _sifted(pod: Doc, needs: PodNeeds, snapshot: Snapshot, ready: Prepared, memory: ShapeMemory, start: int) -> tuple[list[str], tuple[Verdict, ...], int]:
    """Return the feasible nodes, the verdicts on the others, and how many nodes that took."""
    looks = memory.looks
    enough = nodes_to_find(len(looks))
    nominated = wanted_nodes(needs, snapshot)
    if not ready.checks and not nominated and ready.narrowed is None:
        return _sifted_plainly(memory, start if enough < len(looks) else 0, enough)
    found: list[str] = []
    verdicts: list[Verdict] = []
    examined = 0
    absent = ready.absent
    for name in _order(looks, start if enough < len(looks) else 0):
        examined += 1
        if ready.narrowed is not None and name not in ready.narrowed:
            verdicts.append(Verdict(name, "NodeAffinity", (absent,), UNRESOLVABLE))
            continue
        look = looks[name]
        verdict = look if isinstance(look, Verdict) else next((said for check in ready.checks if (said := check(snapshot.nodes[name])) is not None), None)
        if verdict is None and name in nominated:
            verdict = refusal_beside_nominated(pod, needs, snapshot, name)
        if verdict is not None:
            verdicts.append(verdict)
            continue
        found.append(name)
        if len(found) >= enough:
            break
    return sorted(found), tuple(verdicts), examined


def _sifted_plainly(memory: ShapeMemory, start: int, enough: int) -> tuple[list[str], tuple[Verdict, ...], int]:
    """Do the same where what is remembered of each node says it all."""
    looks, names = memory.looks, memory.names
    if not memory.refused:
        over = start + enough - len(names)
        return names[:over] + names[start:] if over > 0 else names[start : start + enough], (), enough
    names = names[start:] + names[:start]
    answers = [looks[name].__class__ is tuple for name in names]
    examined = len(names)
    if sum(answers) >= enough:
        places = [place for place, fits in enumerate(answers) if fits]
        examined = places[enough - 1] + 1
    seen = names[:examined]
    return sorted(name for name, fits in zip(seen, answers, strict=False) if fits), tuple(look for name in seen if (look := looks[name]).__class__ is Verdict), examined


def _order(looks: dict[str, Look], start: int) -> Iterable[str]:
    if not start:
        return looks
    names = list(looks)
    return names[start:] + names[:start]


def _points(needs: PodNeeds, snapshot: Snapshot, memory: ShapeMemory, feasible: tuple[str, ...], profile: Profile) -> Iterable[Column]:
    """Yield each plugin's points from 0 to 100 in the order of the nodes, unless it abstains: if it does for one node it does for all."""
    for plugin, raw in zip(scores_of(profile.strategy), memory.columns_of(feasible), strict=True):
        if raw[0] is None:
            continue
        if raw.count(raw[0]) == len(raw):
            yield plugin.name, plugin.weight, plugin.normalised(raw[:1])[0]
        else:
            yield plugin.name, plugin.weight, plugin.normalised(raw)
    for ranking in RANKINGS:
        ranked = ranking.ranks(needs, snapshot, feasible)
        if ranked is not None:
            yield ranking.name, ranking.weight, ranked


def _refused_outright(refused: Refusal, snapshot: Snapshot) -> Decision:
    """A PreFilter plugin said no: all nodes are refused, and preemption is not tried.

    DynamicResources, whose PreFilter was not reached, then speaks in preemption's place: it finds no state of its own.
    """
    verdicts = tuple(Verdict(name, refused.plugin, (refused.reason,), refused.code) for name in snapshot.nodes)
    return Decision(None, (), verdicts, {}, f"0/{len(snapshot.nodes)} nodes are available: {refused.reason}. not found", keeps_nomination=True)


def _failed(pod: Doc, needs: PodNeeds, snapshot: Snapshot, verdicts: tuple[Verdict, ...]) -> Decision:
    outcome = post_filter(pod, needs, snapshot, verdicts)
    text = fit_error(len(snapshot.nodes), [verdict.reasons for verdict in verdicts])
    message = f"{text} {outcome.message}" if outcome.message else text
    return Decision(None, (), verdicts, {}, message, outcome.nominated, outcome.victims, outcome.candidates, outcome.keeps_nomination, len(snapshot.nodes))


