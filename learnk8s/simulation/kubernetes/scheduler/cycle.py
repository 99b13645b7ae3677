"""One scheduling cycle: filter, score, choose. Models pkg/scheduler/schedule_one.go (1.36).

What the plugins say of a node stays true until the node changes, so per pod shape and node it is asked once and remembered with the node's
generation; a thousand equal pods then cost one fresh look at one node each.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.scheduler.framework import DEFAULT, UNRESOLVABLE, Decision, Profile, Verdict
from learnk8s.simulation.kubernetes.scheduler.plugins.registered import FILTERS, PACKING, SCORES
from learnk8s.simulation.kubernetes.scheduler.snapshot import NodeInfo, PodNeeds, Snapshot

Look = Verdict | tuple[int | None, ...]


def decide(pod: Doc, snapshot: Snapshot, *, tie_break: Callable[[Sequence[str]], str], profile: Profile = DEFAULT) -> Decision:
    """Return where a pod goes, or why it goes nowhere."""
    needs = snapshot.needs(pod)
    looks = _looks(needs, snapshot, profile)
    verdicts = tuple(look for look in looks.values() if isinstance(look, Verdict))
    feasible = snapshot.kept(tuple(name for name, look in looks.items() if not isinstance(look, Verdict)))
    if not feasible:
        return Decision(None, (), verdicts, {}, _failure(len(looks), verdicts))
    if len(feasible) == 1:
        return Decision(feasible[0], feasible, verdicts, {})
    scores = _scores(looks, feasible, profile)
    totals = scores["total"]
    best = max(totals.values())
    chosen = tie_break([name for name in feasible if totals[name] == best])
    return Decision(chosen, feasible, verdicts, _Transposed(feasible, scores))


def _looks(needs: PodNeeds, snapshot: Snapshot, profile: Profile) -> dict[str, Look]:
    key = id(needs)
    memory = snapshot.memory.setdefault(key, {})
    looks: dict[str, Look] = {}
    for name, node in snapshot.nodes.items():
        seen = memory.get(name)
        if seen is None or seen[0] != node.generation:
            seen = memory[name] = (node.generation, _look(needs, node, profile))
        looks[name] = seen[1]  # type: ignore[assignment]  # the memory holds looks
    return looks


def _look(needs: PodNeeds, node: NodeInfo, profile: Profile) -> Look:
    for plugin in FILTERS:
        refusal = plugin.refuses(needs, node)
        if refusal is not None:
            return refusal
    return tuple(plugin.score(needs, node) for plugin in _plugins(profile))


def _plugins(profile: Profile) -> tuple[object, ...]:
    return PACKING if profile.strategy == "MostAllocated" else SCORES  # type: ignore[return-value]  # tuples of Score


def _scores(looks: Mapping[str, Look], feasible: Sequence[str], profile: Profile) -> dict[str, dict[str, int]]:
    """Return the weighted scores by plugin, and their total."""
    columns: dict[str, dict[str, int]] = {}
    totals = dict.fromkeys(feasible, 0)
    for place, plugin in enumerate(_plugins(profile)):
        raw = {name: looks[name][place] for name in feasible}  # type: ignore[index]  # feasible nodes have scores
        if any(value is None for value in raw.values()):
            continue
        weighted = {name: value * plugin.weight for name, value in plugin.normalised(raw).items()}  # type: ignore[attr-defined]
        columns[plugin.name] = weighted  # type: ignore[attr-defined]
        for name, value in weighted.items():
            totals[name] += value
    columns["total"] = totals
    return columns


class _Transposed(Mapping[str, Mapping[str, int]]):
    """The same table by node, kept as tuples of numbers, because every pod keeps its last one."""

    __slots__ = ("_nodes", "_plugins", "_rows")

    def __init__(self, nodes: tuple[str, ...], columns: dict[str, dict[str, int]]) -> None:
        self._nodes, self._plugins = nodes, _plugin_names(tuple(columns))
        self._rows = tuple(_row(tuple(column[node] for node in nodes)) for column in columns.values())

    def __getitem__(self, node: str) -> Mapping[str, int]:
        place = self._nodes.index(node) if node in self._nodes else -1
        if place < 0:
            raise KeyError(node)
        return {plugin: row[place] for plugin, row in zip(self._plugins, self._rows, strict=True)}

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)


@lru_cache(maxsize=2048)
def _row(points: tuple[int, ...]) -> tuple[int, ...]:
    """Return an equal tuple that is kept once: most columns repeat from pod to pod."""
    return points


@lru_cache(maxsize=64)
def _plugin_names(names: tuple[str, ...]) -> tuple[str, ...]:
    return names


def _failure(nodes: int, verdicts: Sequence[Verdict]) -> str:
    """Return the FailedScheduling text. Models FitError and the preemption's summary."""
    if not nodes:
        return "no nodes available to schedule pods"
    counts: dict[str, int] = {}
    for verdict in verdicts:
        for reason in verdict.reasons:
            counts[reason] = counts.get(reason, 0) + 1
    reasons = ", ".join(sorted(f"{count} {reason}" for reason, count in counts.items()))
    hopeless = sum(verdict.code == UNRESOLVABLE for verdict in verdicts)
    parts = []
    if nodes - hopeless:
        parts.append(f"{nodes - hopeless} No preemption victims found for incoming pod")
    if hopeless:
        parts.append(f"{hopeless} Preemption is not helpful for scheduling")
    return f"0/{nodes} nodes are available: {reasons}. preemption: 0/{nodes} nodes are available: {', '.join(parts)}."
