"""The scores of one decision, node by plugin, kept small: every pod keeps its last one."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache


class ScoreTable(Mapping[str, Mapping[str, int]]):
    """Weighted scores by node, stored as one row of small numbers per plugin."""

    __slots__ = ("_nodes", "_plugins", "_rows")

    def __init__(self, nodes: tuple[str, ...], columns: Mapping[str, Sequence[int]]) -> None:
        self._nodes, self._plugins = nodes, _plugin_names(tuple(columns))
        self._rows = tuple(_row(array("h", column).tobytes()) for column in columns.values())

    def __getitem__(self, node: str) -> Mapping[str, int]:
        place = self._nodes.index(node) if node in self._nodes else -1
        if place < 0:
            raise KeyError(node)
        return {plugin: array("h", row)[place] for plugin, row in zip(self._plugins, self._rows, strict=True)}

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)


@lru_cache(maxsize=2048)
def _row(points: bytes) -> bytes:
    """Return equal bytes that are kept once: most columns repeat from pod to pod."""
    return points


@lru_cache(maxsize=64)
def _plugin_names(names: tuple[str, ...]) -> tuple[str, ...]:
    return names
