"""Rows of gradebooks, remembered by each process as long as they are right.

A student's row is read from hundreds of answers, and teachers look often. Whether a row is still right is asked at each look, of the tables that it was
read from, so that nobody who writes to them has to think of this module:

- The class counts as it did. `terms` say how: columns with their revisions, dates with extensions, what late answers count. What was graded again leaves audit rows.
- The student did nothing since. What they did leaves marks: how many rows there are in each table, and when the last of them was written. A test that is handed in leaves its answers.

Of a student who went on, only the lessons are read anew in which something was written after the last mark (answers that were drawn from a bank stand in the
bank, but the lesson of their test has progress), provided that numbers and keys of rows agree: what somebody did as a stranger, and took along when they
logged in, is older than that.

The moment that is just passing is no mark: a transaction that began earlier may end later, and clocks are set back. So of somebody who did something within
SETTLING is remembered what was there before.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any, NamedTuple, Protocol

from django.db import connection
from django.utils import timezone

from learnk8s.classroom.points import Cell

SETTLING = timedelta(seconds=5)
"""Longer than a transaction lasts."""
CLASSES_MAX = 64
"""Of a class of thirty at the end of the course about 150 KB are kept."""
ANSWERS, PROGRESS, CHALLENGES = "quizzes_attempt", "lessons_progress", "challenges_attempt"
DEEDS = {ANSWERS: "created_at", PROGRESS: "updated_at", CHALLENGES: "solved_at"}
_MARKS = " UNION ALL ".join([
    *(f"SELECT user_id, '{table}', COUNT(*), SUM(id), MAX({moment}) FROM {table} WHERE user_id IN (SELECT user_id FROM classroom_seat WHERE classroom_id = %s) AND {moment} IS NOT NULL GROUP BY user_id" for table, moment in DEEDS.items()),  # noqa: S608  # names of our tables
    """SELECT 0, 'quizzes_regrade', COUNT(*), SUM(id), MAX("at") FROM quizzes_regrade""",
])
"""Plain SQL, for Django takes ten times as long to write it as a database to answer it."""
_WRITTEN = """
WITH known (user_id, answered, went_on) AS (VALUES {})
SELECT known.user_id, 'quizzes_attempt', written.id, lesson_id FROM known JOIN quizzes_attempt AS written ON written.user_id = known.user_id AND written.created_at > answered JOIN library_revision ON library_revision.id = revision_id
UNION ALL SELECT known.user_id, 'lessons_progress', written.id, lesson_id FROM known JOIN lessons_progress AS written ON written.user_id = known.user_id AND written.updated_at > went_on
"""
LONG_AGO = datetime.fromtimestamp(0, UTC)

Rows = Mapping[int, list[Cell]]


class Read(Protocol):
    """Reads rows of some students: whole, or only `lessons` of them and the rest `as_before`."""

    def __call__(self, users: Sequence[int], lessons: Set[int] | None = None, as_before: Rows | None = None) -> Rows: ...


class Mark(NamedTuple):
    """What somebody left in one table: how many rows, their keys added up, and the last moment as the database tells it."""

    count: int = 0
    keys: int = 0
    last: Any = None


class Marks(NamedTuple):
    """What somebody's deeds left, table by table, and whether the last is just passing."""

    left: Mapping[str, Mark]
    is_fresh: bool = False

    def of(self, table: str) -> Mark:
        """Return what is in a table."""
        return self.left.get(table, Mark())


class Known(NamedTuple):
    """A row that was right as long as its marks were."""

    marks: Marks
    row: list[Cell]


@dataclass(frozen=True, slots=True)
class _Kept:
    terms: object
    rows: dict[int, Known]


_kept: dict[int, _Kept] = {}
"""By class, the one that was looked at last at the end."""
_lock = Lock()


def rows(classroom_id: int, users: Sequence[int], *, terms: object, read: Read) -> Rows:
    """Return the rows of some students of a class; what may no longer be right is read anew."""
    if not users:
        return {}
    marks = _marks(classroom_id)
    terms, kept = (terms, marks[0]), _kept.get(classroom_id)
    known = {user: kept.rows[user] for user in users if user in kept.rows} if kept is not None and kept.terms == terms else {}
    found = {user: each.row for user, each in known.items() if each.marks == marks[user]}
    if missing := [user for user in users if user not in found]:
        found |= _read(missing, {user: known[user] for user in missing if user in known}, marks, read)
    settled = {user: Known(marks[user], found[user]) for user in users if not marks[user].is_fresh}
    _keep(classroom_id, _Kept(terms, known | settled))
    return found


def _read(users: Sequence[int], known: Mapping[int, Known], marks: Mapping[int, Marks], read: Read) -> Rows:
    lessons = _lessons_since(known, marks) if len(known) == len(users) else None
    return read(users) if lessons is None else read(users, lessons, {user: each.row for user, each in known.items()})


def _lessons_since(known: Mapping[int, Known], marks: Mapping[int, Marks]) -> set[int] | None:
    """Return the lessons in which some students wrote after what is known of them, in one query; None if something else changed, too."""
    since = [(user, *(_moment(each.marks.of(table)) for table in (ANSWERS, PROGRESS))) for user, each in known.items()]
    written: dict[tuple[int, str], list[int]] = defaultdict(list)
    lessons = set()
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN.format(", ".join(["(%s, %s, %s)"] * len(since))), [value for row in since for value in row])
        for user, table, key, lesson in cursor.fetchall():
            written[user, table].append(key)
            lessons.add(lesson)
    agrees = all(_explains(written[user, table], each.marks.of(table), marks[user].of(table)) for user, each in known.items() for table in DEEDS)
    return lessons if agrees else None


def _moment(mark: Mark) -> Any:
    return mark.last if mark.count else connection.ops.adapt_datetimefield_value(LONG_AGO)


def _explains(written: Sequence[int], before: Mark, now: Mark) -> bool:
    """Say whether a table has become what it is by what was written after its last mark: keys are given once and count up, so that the new rows are those with the largest."""
    new = now.count - before.count
    return 0 <= new <= len(written) and sum(sorted(written)[len(written) - new :]) == now.keys - before.keys and (bool(written) or now == before)


def _keep(classroom_id: int, kept: _Kept) -> None:
    with _lock:
        _kept.pop(classroom_id, None)
        _kept[classroom_id] = kept
        while len(_kept) > CLASSES_MAX:
            del _kept[next(iter(_kept))]


def _marks(classroom_id: int) -> Mapping[int, Marks]:
    """Return the marks of everybody in a class, and those of all regrades as those of person 0, in one query."""
    just_now = connection.ops.adapt_datetimefield_value(timezone.now() - SETTLING)
    left: dict[int, dict[str, Mark]] = defaultdict(dict)
    fresh = set()
    with connection.cursor() as cursor:
        cursor.execute(_MARKS, [classroom_id] * len(DEEDS))
        for user, table, count, keys, last in cursor.fetchall():
            left[user][table] = Mark(count, keys, last)
            if last is not None and last > just_now:
                fresh.add(user)
    return defaultdict(lambda: Marks({}), {user: Marks(each, user in fresh) for user, each in left.items()})
