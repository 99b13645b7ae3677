"""The scores of one decision, node by plugin, kept small: every pod keeps its last one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import compress, repeat
from operator import add, mul

Column = tuple[str, int, int | Sequence[int]]
"""A plugin, its weight, and its points from 0 to 100: of each node in their order, or one number that holds for all."""
Heads = tuple[tuple[str, int, int | None], ...]
"""(plugin, weight, the points that all nodes share, or None if they differ)."""


class ScoreTable(Mapping[str, Mapping[str, int]]):
    """Weighted scores by node and their total. Points that all nodes share are written once, others a byte a node, column after column."""

    __slots__ = ("_differing", "_heads", "_nodes")

    def __init__(self, nodes: tuple[str, ...], columns: Iterable[Column]) -> None:
        heads: list[tuple[str, int, int | None]] = []
        differing = []
        for plugin, weight, points in columns:
            if not isinstance(points, int) and points.count(points[0]) == len(points):
                points = points[0]
            if isinstance(points, int):
                heads.append((plugin, weight, points))
            else:
                heads.append((plugin, weight, None))
                differing.append(bytes(points))
        self._nodes, self._heads, self._differing = nodes, _kept(tuple(heads)), b"".join(differing)

    def best(self) -> list[str]:
        """Return the nodes with the highest total, in their order."""
        totals = self._totals()
        if not totals:
            return list(self._nodes)
        most = max(totals)
        if totals.count(most) == 1:
            return [self._nodes[totals.index(most)]]
        return list(compress(self._nodes, map(most.__eq__, totals)))

    def _totals(self) -> list[int]:
        """Return what the nodes have more than what all have; nothing if all are equal."""
        totals: list[int] = []
        start, size = 0, len(self._nodes)
        for _plugin, weight, points in self._heads:
            if points is None:
                column: Iterable[int] = self._differing[start : start + size]
                start += size
                if weight > 1:
                    column = map(mul, column, repeat(weight))
                totals = list(map(add, totals, column) if totals else column)
        return totals

    def __getitem__(self, node: str) -> Mapping[str, int]:
        if node not in self._nodes:
            raise KeyError(node)
        place = self._nodes.index(node)
        row: dict[str, int] = {}
        for plugin, weight, points in self._heads:
            row[plugin] = weight * (self._differing[place] if points is None else points)
            place += len(self._nodes) if points is None else 0
        row["total"] = sum(row.values())
        return row

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)


@lru_cache(maxsize=256)
def _kept(heads: Heads) -> Heads:
    """Return equal heads that are kept once: they repeat from pod to pod."""
    return heads
