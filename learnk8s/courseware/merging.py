"""Bring two edits of one text together, line by line, as they both left a common base."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class Part:
    """A run of lines: `agreed` stands as it is, or both sides changed the same place and somebody has to choose."""

    agreed: tuple[str, ...] = ()
    mine: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()
    is_conflict: bool = False


def _kept(base: Sequence[str], other: Sequence[str]) -> dict[int, int]:
    """Return which line of the base stands where in the other text."""
    return {block.a + step: block.b + step for block in SequenceMatcher(None, base, other, autojunk=False).get_matching_blocks() for step in range(block.size)}


def merged(base: str, mine: str, theirs: str) -> list[Part]:
    """Return the parts of the merge.

    >>> [(part.agreed, part.mine, part.theirs) for part in merged("a\\nb\\nc", "A\\nb\\nc", "a\\nb\\nC")]
    [(('A', 'b', 'C'), (), ())]
    >>> merged("a", "b", "c")[0].is_conflict
    True
    """
    old, left, right = base.split("\n"), mine.split("\n"), theirs.split("\n")
    in_left, in_right = _kept(old, left), _kept(old, right)
    anchors = [(line, in_left[line], in_right[line]) for line in range(len(old)) if line in in_left and line in in_right]
    parts: list[Part] = []
    here = (0, 0, 0)
    for anchor in [*anchors, (len(old), len(left), len(right))]:
        if anchor[1] < here[1] or anchor[2] < here[2]:
            continue
        _between(parts, old[here[0] : anchor[0]], left[here[1] : anchor[1]], right[here[2] : anchor[2]])
        if anchor[0] < len(old):
            _agree(parts, [old[anchor[0]]])
        here = (anchor[0] + 1, anchor[1] + 1, anchor[2] + 1)
    return parts


def _agree(parts: list[Part], lines: Sequence[str]) -> None:
    if not lines:
        return
    if parts and not parts[-1].is_conflict:
        parts[-1] = Part((*parts[-1].agreed, *lines))
    else:
        parts.append(Part(tuple(lines)))


def _between(parts: list[Part], old: Sequence[str], left: Sequence[str], right: Sequence[str]) -> None:
    if left == right or right == old:
        _agree(parts, left)
    elif left == old:
        _agree(parts, right)
    else:
        parts.append(Part(mine=tuple(left), theirs=tuple(right), is_conflict=True))


def chosen(parts: Sequence[Part], choices: Mapping[int, str]) -> str:
    """Return the text in which each conflict is settled: mine, theirs, or both one after the other."""
    lines: list[str] = []
    for place, part in enumerate(parts):
        choice = choices.get(place, "mine")
        lines.extend(part.agreed if not part.is_conflict else (*part.mine, *part.theirs) if choice == "both" else part.theirs if choice == "theirs" else part.mine)
    return "\n".join(lines)
