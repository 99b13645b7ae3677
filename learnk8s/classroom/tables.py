"""What pages of a class repeat, drawn in one go: thirty students have 1,440 cells, for which a template takes a tenth of a second; most of them say the same."""

from collections.abc import Callable
from datetime import datetime, tzinfo
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from learnk8s.classroom.grading import Book
from learnk8s.classroom.models import TIMES
from learnk8s.classroom.points import Cell


def progress(book: Book) -> SafeString:
    """Return the rows of the table of progress: how much is done, the points, what came late."""
    return _rows(book, lambda cell: escape(cell.shown))


def points(book: Book) -> SafeString:
    """Return the rows of the gradebook: the points, with a mark before what came late, so that figures stand under each other."""
    late = format_html('<span class="badge" data-health="wait">{}</span> ', _("late"))
    return _rows(book, lambda cell: (late if cell.is_late else "") + escape(cell.earned))


def heads(book: Book) -> SafeString:
    """Return the heads of the table of progress: what there is to do, with its address."""
    return format_html_join("", '<th scope="col"><a href="{}">{}</a></th>', ((column.url, column.title) for column in book.columns))


def _rows(book: Book, text: Callable[[Cell], str]) -> SafeString:
    drawn: dict[tuple[int | None, int, bool], str] = {}
    rows = []
    for student, cells in book.rows:
        rows.append(f'<tr><th scope="row">{escape(student)}</th>')
        for cell in cells:
            key = cell.points, cell.done, cell.is_late
            if key not in drawn:
                drawn[key] = f"<td>{text(cell)}</td>"
            rows.append(drawn[key])
        rows.append("</tr>")
    return mark_safe("".join(rows))  # noqa: S308  # all texts are escaped above


def due(at: datetime) -> str:
    """Return a due date in words, in the visitor's time zone."""
    return _with_zone(_("due %(date)s") % {"date": _date(at)})


def moment(at: datetime) -> str:
    """Return a date with its time, in the visitor's time zone."""
    return _with_zone(_date(at))


def moment_in_short(at: datetime) -> str:
    """Return a date with its time in digits, in the visitor's time zone, which the page names elsewhere."""
    return _date(at, "SHORT_DATETIME_FORMAT")


def _date(at: datetime, form: str = "DATETIME_FORMAT") -> str:
    return _formatted(at, form, timezone.get_current_timezone(), get_language())


@lru_cache(maxsize=1024)
def _formatted(at: datetime, form: str, zone: tzinfo, _language: str | None) -> str:
    """Return a date in the language of the page: the same ones are looked at again and again."""
    return date_format(timezone.localtime(at, zone), form)


def _with_zone(words: str) -> str:
    return f"{words} ({timezone.get_current_timezone_name()})"


def times(chosen: int) -> SafeString:
    """Return the choices of how much time a student has in tests."""
    return format_html_join("", '<option value="{}"{}>{}</option>', ((percent, SafeString(" selected") if percent == chosen else "", label) for percent, label in TIMES))
