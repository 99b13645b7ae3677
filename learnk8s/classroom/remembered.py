"""Rows of gradebooks, remembered by each process as long as they are right.

A student's row is read from hundreds of answers, and teachers look often. Whether a row is still right is asked at each look, of the tables that it was
read from, so that nobody who writes to them has to think of this module:

- The class counts as it did. `terms` say how: columns with their revisions, dates with extensions, what late answers count. What was graded again leaves audit rows.
- The student did nothing since. What they did leaves marks: how many rows there are in each table, and when the last of them was written. A test that is handed in leaves its answers.

The moment that is just passing is no mark: a transaction that began earlier may end later, and clocks are set back. So nothing is remembered of somebody
who did something within SETTLING.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from learnk8s.classroom.points import Cell

SETTLING = timedelta(seconds=5)
"""Longer than a transaction lasts."""
CLASSES_MAX = 64
"""Of a class of thirty at the end of the course about 150 KB are kept."""
DEEDS = (("quizzes_attempt", "created_at"), ("lessons_progress", "updated_at"), ("challenges_attempt", "solved_at"))
_MARKS = " UNION ALL ".join([
    *(f"SELECT user_id, '{table}', COUNT({moment}), MAX({moment}), MAX({moment}) > %s FROM {table} WHERE user_id IN (SELECT user_id FROM classroom_seat WHERE classroom_id = %s) GROUP BY user_id" for table, moment in DEEDS),  # noqa: S608  # names of our tables
    """SELECT 0, 'quizzes_regrade', COUNT("at"), MAX("at"), FALSE FROM quizzes_regrade""",
])
"""Plain SQL, for Django takes ten times as long to write it as a database to answer it."""

Rows = Mapping[int, list[Cell]]


class Marks(NamedTuple):
    """What somebody's deeds left, table by table: how many, the last moment as the database tells it; and whether the last is just passing."""

    left: frozenset[tuple[str, int, Any]] = frozenset()
    is_fresh: bool = False


@dataclass(frozen=True, slots=True)
class _Kept:
    terms: object
    rows: dict[int, tuple[Marks, list[Cell]]]


_kept: dict[int, _Kept] = {}
"""By class, the one that was looked at last at the end."""
_lock = Lock()


def rows(classroom_id: int, users: Sequence[int], *, terms: object, read: Callable[[Sequence[int]], Rows]) -> Rows:
    """Return the rows of some students of a class; those that may no longer be right are read anew."""
    if not users:
        return {}
    marks = _marks(classroom_id)
    terms, kept = (terms, marks[0]), _kept.get(classroom_id)
    known = kept.rows if kept is not None and kept.terms == terms else {}
    right = {user: known[user][1] for user in users if user in known and known[user][0] == marks[user]}
    missing = [user for user in users if user not in right]
    found = {**right, **read(missing)} if missing else right
    _keep(classroom_id, _Kept(terms, {user: (marks[user], found[user]) for user in users if not marks[user].is_fresh}))
    return found


def _keep(classroom_id: int, kept: _Kept) -> None:
    with _lock:
        _kept.pop(classroom_id, None)
        _kept[classroom_id] = kept
        while len(_kept) > CLASSES_MAX:
            del _kept[next(iter(_kept))]


def _marks(classroom_id: int) -> Mapping[int, Marks]:
    """Return the marks of everybody in a class, and those of all regrades as those of person 0, in one query."""
    just_now = connection.ops.adapt_datetimefield_value(timezone.now() - SETTLING)
    left: dict[int, set[tuple[str, int, Any]]] = defaultdict(set)
    fresh = set()
    with connection.cursor() as cursor:
        cursor.execute(_MARKS, [just_now, classroom_id] * len(DEEDS))
        for user, table, count, last, is_fresh in cursor.fetchall():
            left[user].add((table, count, last))
            if is_fresh:
                fresh.add(user)
    return defaultdict(Marks, {user: Marks(frozenset(each), user in fresh) for user, each in left.items()})
