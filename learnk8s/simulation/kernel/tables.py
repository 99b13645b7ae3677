"""Columns of text as kubectl's tab writer sets them: padded to the widest cell, three spaces between."""

from collections.abc import Sequence


def table(rows: Sequence[Sequence[str]], *, gap: int = 3, width_min: int = 5) -> str:
    """Return the rows as aligned lines, each with a line end; the last column is not padded.

    Models cli-runtime/pkg/printers/tabwriter.go (1.36): minimal width 6 with its padding of 3.

    >>> print(table([["NAME", "READY"], ["web", "1/1"]]), end="")
    NAME   READY
    web    1/1
    """
    if not rows:
        return ""
    columns = max(map(len, rows))
    widths = [max(max((len(row[column]) for row in rows if column < len(row)), default=0) + gap, width_min + 1) for column in range(columns)]
    return "".join(_line(row, widths) for row in rows)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=False)]
    return "".join([*padded, row[-1] if row else ""]) + "\n"
