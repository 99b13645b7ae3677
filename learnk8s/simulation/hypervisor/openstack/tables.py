"""Output of the openstack client: PrettyTable boxes, or JSON, values and CSV with `-f`. Models cliff's formatters."""

import json
from collections.abc import Sequence
from typing import Any

from learnk8s.simulation.kernel import yaml


def boxed(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return a table with lines around; numbers to the right.

    >>> print(boxed(["Name", "RAM"], [["m1.tiny", 512]]), end="")
    +---------+-----+
    | Name    | RAM |
    +---------+-----+
    | m1.tiny | 512 |
    +---------+-----+
    """
    if not rows:
        return "\n"
    cells = [[text(cell) for cell in row] for row in rows]
    widths = [max(len(head), *(len(row[index]) for row in cells)) for index, head in enumerate(header)]
    right = [type(rows[0][index]) is int for index in range(len(header))]
    rule = "+" + "+".join("-" * (width + 2) for width in widths) + "+\n"

    def line(row: Sequence[str]) -> str:
        return "| " + " | ".join(cell.rjust(width) if is_number else cell.ljust(width) for cell, width, is_number in zip(row, widths, right, strict=True)) + " |\n"

    return rule + line(header) + rule + "".join(map(line, cells)) + rule


def text(value: Any) -> str:
    """Return a cell's text."""
    return "None" if value is None else str(value)


def listed(header: Sequence[str], rows: Sequence[Sequence[Any]], form: str, columns: Sequence[str]) -> str:
    """Return many rows in a form, with the chosen columns only."""
    if columns:
        places = [list(header).index(column) for column in columns if column in header]
        header, rows = [header[place] for place in places], [[row[place] for place in places] for row in rows]
    match form:
        case "json":
            return json.dumps([dict(zip(header, row, strict=True)) for row in rows], indent=2) + "\n"
        case "value":
            return "".join(" ".join(map(text, row)) + "\n" for row in rows)
        case "yaml":
            return "".join(f"- {yaml.written(dict(zip(header, row, strict=True))).rstrip().replace(chr(10), chr(10) + '  ')}\n" for row in rows) or "[]\n"
        case "csv":
            return "".join(",".join(json.dumps(cell) if isinstance(cell, str) else text(cell) for cell in row) + "\n" for row in [header, *rows])
    return boxed(header, rows)


def shown(pairs: Sequence[tuple[str, Any]], form: str, columns: Sequence[str]) -> str:
    """Return one thing's fields in a form."""
    chosen = [pair for pair in pairs if not columns or pair[0] in columns]
    match form:
        case "json":
            return json.dumps(dict(chosen), indent=2) + "\n"
        case "value":
            return "".join(f"{text(value)}\n" for _, value in chosen)
        case "yaml":
            return yaml.written(dict(chosen))
        case "shell":
            return "".join(f'{name.replace("-", "_").replace(":", "_").lower()}="{text(value)}"\n' for name, value in chosen)
    return boxed(["Field", "Value"], [(name, text(value)) for name, value in chosen])
