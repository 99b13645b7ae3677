"""The scores of one decision, node by plugin, kept small: every pod keeps its last one."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

Heads = tuple[tuple[str, int | None], ...]
"""(plugin, the score that all nodes share, or None if they differ)."""


class ScoreTable(Mapping[str, Mapping[str, int]]):
    """Weighted scores by node. What is the same for all nodes is written once; the rest stands row after row in one run of small numbers."""

    __slots__ = ("_differing", "_heads", "_nodes")

    def __init__(self, nodes: tuple[str, ...], columns: Mapping[str, Sequence[int]]) -> None:
        shared = {plugin: column[0] if column.count(column[0]) == len(column) else None for plugin, column in columns.items()}
        differing = array("h")
        for plugin, value in shared.items():
            if value is None:
                differing.extend(columns[plugin])
        self._nodes, self._heads, self._differing = nodes, _kept(tuple(shared.items())), differing.tobytes()

    def __getitem__(self, node: str) -> Mapping[str, int]:
        if node not in self._nodes:
            raise KeyError(node)
        place, numbers = self._nodes.index(node), array("h", self._differing)
        row: dict[str, int] = {}
        for plugin, value in self._heads:
            row[plugin] = numbers[place] if value is None else value
            place += len(self._nodes) if value is None else 0
        return row

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)


@lru_cache(maxsize=256)
def _kept(heads: Heads) -> Heads:
    """Return equal heads that are kept once: they repeat from pod to pod."""
    return heads
