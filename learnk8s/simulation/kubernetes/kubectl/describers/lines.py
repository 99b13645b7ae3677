"""Lines of a description: labels on the left, values on the right, columns set as Go's tabwriter sets them."""

from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kubernetes.objects.document import Doc


def tabbed(lines: list[str]) -> str:
    """Return lines whose cells are parted by tabs, each run of neighbouring lines aligned by column. Models text/tabwriter(0, 8, 2, ' ')."""
    rows = [line.split("\t") for line in lines]
    out = [[""] * len(row) for row in rows]
    _align(rows, out, 0, 0, len(rows))
    return "".join("".join(cells).rstrip(" ") + "\n" if len(cells) > 1 or cells != [""] else "\n" for cells in out)


def _align(rows: list[list[str]], out: list[list[str]], column: int, start: int, end: int) -> None:
    place = start
    while place < end:
        if len(rows[place]) - 1 <= column:
            if len(rows[place]) > column:
                out[place][column] = rows[place][column]
            place += 1
            continue
        stop = place
        while stop < end and len(rows[stop]) - 1 > column:
            stop += 1
        width = max(len(rows[index][column]) for index in range(place, stop)) + 2
        for index in range(place, stop):
            out[index][column] = rows[index][column].ljust(width)
        _align(rows, out, column + 1, place, stop)
        place = stop


def table_of_words(name: str, words: dict[str, str] | None, *, separator: str = "=") -> list[str]:
    """Return `Labels:` with one pair a line."""
    pairs = [f"{key}{separator}{value}" for key, value in sorted((words or {}).items())] or ["<none>"]
    return [f"{name}:\t{pairs[0]}", *(f"\t{pair}" for pair in pairs[1:])]


def annotations(doc: Doc) -> list[str]:
    """Return the annotations but the last applied text, as kubectl does."""
    found = {key: value for key, value in (doc["metadata"].get("annotations") or {}).items() if key != "kubectl.kubernetes.io/last-applied-configuration"}
    pairs = []
    for key, value in sorted(found.items()):
        pairs.extend([f"{key}: {value}"] if "\n" not in value and len(value) < 140 else [f"{key}:", *(f"  {line}" for line in value.rstrip("\n").split("\n"))])
    pairs = pairs or ["<none>"]
    return [f"Annotations:\t{pairs[0]}", *(f"\t{pair}" for pair in pairs[1:])]


def long_time(timestamp: str | None) -> str:
    """Return a moment as kubectl writes it in descriptions."""
    if not timestamp:
        return "<unset>"
    return Clock(Clock.since_epoch_ms(timestamp)).moment().strftime("%a, %d %b %Y %H:%M:%S +0000")
