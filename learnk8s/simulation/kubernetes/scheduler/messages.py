"""The scheduler's sentences. Models pkg/scheduler/framework FitError (1.36)."""

from collections.abc import Iterable

NO_NODES = "no nodes available to schedule pods"


def fit_error(nodes: int, refused: Iterable[tuple[str, ...]]) -> str:
    """Return how many nodes are refused for which reason, the parts sorted as text.

    >>> fit_error(3, [("Insufficient cpu",), ("Insufficient cpu", "Too many pods"), ("node(s) were unschedulable",)])
    '0/3 nodes are available: 1 Too many pods, 1 node(s) were unschedulable, 2 Insufficient cpu.'
    """
    counts: dict[str, int] = {}
    for reasons in refused:
        for reason in reasons:
            counts[reason] = counts.get(reason, 0) + 1
    return f"0/{nodes} nodes are available: {', '.join(sorted(f'{count} {reason}' for reason, count in counts.items()))}."
