"""The gradebook for a spreadsheet."""

import csv
from collections.abc import Sequence
from io import StringIO

from learnk8s.classroom.grading import Book

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins so is a formula to some spreadsheet."""


def as_csv(found: Book, titles: Sequence[str]) -> str:
    """Return the gradebook as CSV: one line for each student, points for each lesson."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([safe(title) for title in ("log-in", "name", *titles)])
    for student, cells in found.rows:
        writer.writerow([safe(student.username), safe(student.display_name), *("" if cell.points is None else cell.points for cell in cells)])
    return "\ufeff" + out.getvalue()


def safe(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula.

    >>> safe('=HYPERLINK("http://a")'), safe("Anna"), safe("  +1")
    ('\\'=HYPERLINK("http://a")', 'Anna', "'  +1")
    """
    return f"'{text}" if text.lstrip(" ").startswith(FORMULAS) or text.startswith(FORMULAS) else text
