"""The gradebook for a spreadsheet."""

import csv
import re
from collections.abc import Sequence
from io import StringIO
from urllib.parse import quote

from django.utils.translation import gettext as _

from learnk8s.classroom.grading import Book

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins so is a formula to some spreadsheet."""


def as_csv(found: Book, titles: Sequence[str]) -> str:
    """Return the gradebook as CSV: one line for each student, points for each lesson."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([safe(title) for title in (_("Log-in name"), _("Name"), *titles)])
    for student, cells in found.rows:
        writer.writerow([safe(student.username), safe(student.display_name), *("" if cell.points is None else cell.points for cell in cells)])
    return "\ufeff" + out.getvalue()


NO_FILE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


def disposition(title: str, number: int) -> str:
    """Return the header that names the file by the title of the class (RFC 6266), and by its number for what does not know that.

    >>> print(disposition("1반 a/b", 7))
    attachment; filename="class-7.csv"; filename*=UTF-8''1%EB%B0%98%20a%20b.csv
    """
    name = NO_FILE.sub(" ", title).strip(" .") or f"class-{number}"
    return f'attachment; filename="class-{number}.csv"; filename*=UTF-8\'\'{quote(name + ".csv", safe="")}'


def safe(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula.

    >>> safe('=HYPERLINK("http://a")'), safe("Anna"), safe("  +1")
    ('\\'=HYPERLINK("http://a")', 'Anna', "'  +1")
    """
    return f"'{text}" if text.lstrip(" ").startswith(FORMULAS) or text.startswith(FORMULAS) else text
