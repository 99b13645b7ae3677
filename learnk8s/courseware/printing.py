"""What an author says that a line of the text prints: `prints` in labs.yaml, once for both languages.

Each entry names a `line` of a `run` block as it stands there; entries follow the text, so that one finds its line after that of the entry before. `shows` are texts that stand in the
output, in this order; `hides` are texts that do not; `count` says in how many of its lines a text stands ("" is any line that is not empty); `same_as` is a line
that is typed in a copy of the world afterwards: what it prints stands in the output as well.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from learnk8s.courseware.markdown import Block
from learnk8s.courseware.proof import texts_of
from learnk8s.courseware.reading import Path, Reader

CLAIMS = ("shows", "hides", "count", "same_as")
Place = tuple[int, int]
"""The line at which a run block begins, and the number of a line inside of it."""


@dataclass(frozen=True, slots=True)
class Print:
    """What one line prints; `entry` is its number in the list."""

    line: str
    entry: int
    shows: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()
    count: tuple[tuple[str, int], ...] = ()
    same_as: str = ""


def prints_of(reader: Reader, value: object, path: Path) -> tuple[Print, ...]:
    """Read the list; an entry that claims nothing is told."""
    found = []
    for number, row in enumerate(reader.rows(value or [], path)):
        here = (*path, number)
        table = reader.table(row, here, known=("line", *CLAIMS), needed=("line",))
        if table and not any(table.get(key) for key in CLAIMS):
            reader.complain(here, "missing-key", name=" / ".join(CLAIMS))
        found.append(Print(str(table.get("line", "")), number, texts_of(table.get("shows")), texts_of(table.get("hides")), _counts(reader, table.get("count"), (*here, "count")), str(table.get("same_as", ""))))
    return tuple(found)


def _counts(reader: Reader, value: object, path: Path) -> tuple[tuple[str, int], ...]:
    if value is None:
        return ()
    if not isinstance(value, dict) or not all(isinstance(number, int) and not isinstance(number, bool) and number >= 0 for number in value.values()):
        reader.complain(path, "wrong-type", name="count", what="{TEXT: NUMBER}")
        return ()
    return tuple((str(text), number) for text, number in value.items())


def placed(prints: Sequence[Print], blocks: Sequence[Block]) -> tuple[dict[Place, Print], Print | None]:
    """Return which line of a text each entry speaks of, and the first entry whose line does not come after that of the entry before."""
    lines = [((block.line, number), line) for block in blocks if block.kind == "run" for number, line in enumerate(block.lines)]
    found, start = {}, 0
    for claim in prints:
        place = next((place for place in range(start, len(lines)) if lines[place][1].strip() == claim.line.strip()), None)
        if place is None:
            return found, claim
        found[lines[place][0]], start = claim, place + 1
    return found, None


def faults(claim: Print, printed: str, same: str = "") -> Iterator[tuple[str, str]]:
    """Return what a line did not print as claimed, in English and Korean; `same` is what the line `same_as` printed.

    >>> [en for en, _ko in faults(Print("ls", 0, shows=("b", "a"), hides=("c",), count=(("", 2),)), "a\\nb\\nc\\n")]
    ["does not print 'a' after what comes before it", "prints 'c'", "has '' in 3 of its lines, not in 2"]
    """
    start = 0
    for text in claim.shows:
        place = printed.find(text, start)
        if place < 0:
            yield (f"does not print {text!r} after what comes before it", f"{text!r}, 앞의 것 다음에 출력되지 않는다") if start else (f"does not print {text!r}", f"{text!r}, 출력되지 않는다")
            break
        start = place + len(text)
    yield from ((f"prints {text!r}", f"{text!r}, 출력된다") for text in claim.hides if text in printed)
    for text, number in claim.count:
        found = sum(text in line for line in printed.splitlines() if line.strip())
        if found != number:
            yield f"has {text!r} in {found} of its lines, not in {number}", f"{text!r}, {number}줄이 아니라 {found}줄에 있다"
    if claim.same_as and (not same.strip() or same.strip() not in printed):
        yield f"does not print what {claim.same_as!r} does: {same.strip()!r}", f"{claim.same_as!r}의 출력과 다르다: {same.strip()!r}"
