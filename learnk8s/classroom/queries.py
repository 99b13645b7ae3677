"""Reads of classes; every class is found through the person who may see it."""

from dataclasses import dataclass, field
from datetime import datetime
from unicodedata import normalize

from django.db.models import Count, Max, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Lower, NullIf

from learnk8s.accounts.models import User
from learnk8s.classroom.models import Classroom, Role, Seat

ID_MAX = 2**63 - 1
"""Larger numbers are in no database; an address may hold them."""


def called(of: str = "") -> Lower:
    """Return the order by the name that others see, of a person or of what `of` leads from: log-in names of accounts that were made for a class say nothing."""
    return Lower(Coalesce(NullIf(f"{of}display_name", Value("")), f"{of}username"))


def classes_of(user: User) -> QuerySet[Seat]:
    """Return the seats of a person with their classes and the number of students in each."""
    students = Count("classroom__seats", filter=Q(classroom__seats__role=Role.STUDENT))
    return Seat.objects.filter(user=user).select_related("classroom").annotate(students=students).order_by("-classroom__created_at")


def seat_of(user: User, classroom_id: int) -> Seat | None:
    """Return a person's seat in a class, or None if they are not in it."""
    if classroom_id > ID_MAX:
        return None
    return Seat.objects.select_related("classroom").filter(user=user, classroom_id=classroom_id).first()


def taught_class(user: User, classroom_id: int) -> Classroom | None:
    """Return a class that the person teaches."""
    return Classroom.objects.filter(pk=classroom_id, seats__user=user, seats__role=Role.TEACHER).first()


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a class, as its pages need them: without rows of a seat and a person, of which a class would make many. `pk` is the seat's key."""

    pk: int
    user_id: int
    username: str
    display_name: str
    role: str
    is_managed: bool
    time_percent: int

    def __str__(self) -> str:
        return self.display_name or self.username

    @property
    def is_student(self) -> bool:
        """Say whether it is a student, not a teacher."""
        return self.role == Role.STUDENT


def members_of(classroom: Classroom) -> list[Member]:
    """Return everybody in a class by name."""
    rows = classroom.seats.order_by(called("user__"), "user__username")
    return [Member(*row) for row in rows.values_list("pk", "user_id", "user__username", "user__display_name", "role", "is_managed", "time_percent")]


def students_of(classroom: Classroom) -> list[Member]:
    """Return the students of a class by name."""
    return [each for each in members_of(classroom) if each.is_student]


def open_class(code: str) -> Classroom | None:
    """Return the class that a join code opens, if it is open. It may be written as it was read aloud or as a keyboard of another script gives it: in groups, small, full-width."""
    return Classroom.objects.filter(join_code=plain_code(code), is_open=True).first()


def plain_code(code: str) -> str:
    """Return a join code as it is kept.

    >>> plain_code(" qgp3 ntkc"), plain_code("ＱＧＰ３－ｎｔｋｃ"), plain_code("QGP3\u3000NTKC\u200b")
    ('QGP3NTKC', 'QGP3NTKC', 'QGP3NTKC')
    """
    return "".join(letter for letter in normalize("NFKC", code).upper() if letter.isalnum())


@dataclass(frozen=True, slots=True)
class Dated:
    """What a class was given: a lesson, a scenario or a challenge with its date, and the later dates of single students by their keys."""

    pk: int
    kind: str
    slug: str
    due_at: datetime
    extensions: dict[int, datetime] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        """Return what names it in the class."""
        return self.kind, self.slug

    def __str__(self) -> str:
        return f"{self.slug}: {self.due_at:%F}"


def dates_of(classroom: Classroom) -> list[Dated]:
    """Return what a class was given, the next date first, in one query."""
    found: dict[int, Dated] = {}
    for *given, user, until in classroom.assignments.order_by("due_at", "lesson_slug", "pk", "extensions__due_at").values_list("pk", "kind", "lesson_slug", "due_at", "extensions__user_id", "extensions__due_at"):
        dated = found.setdefault(given[0], Dated(*given))
        if user is not None:
            dated.extensions[user] = until
    return list(found.values())


def is_of_a_class(course_slug: str) -> bool:
    """Say whether some class goes through a course, so that its tests count for somebody."""
    return Classroom.objects.filter(course_slug=course_slug).exists()


def time_percent_of(user: User | None, course_slug: str) -> int:
    """Return how much of the time of a course's tests somebody has: the most that any of their classes gives."""
    found = Seat.objects.filter(user=user, classroom__course_slug=course_slug).aggregate(most=Max("time_percent"))["most"] if user is not None else None
    return int(found or 100)
