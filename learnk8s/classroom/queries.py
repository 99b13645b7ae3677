"""Reads of classes; every class is found through the person who may see it."""

from django.db.models import Count, Max, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Lower, NullIf

from learnk8s.accounts.models import User
from learnk8s.classroom.models import Assignment, Classroom, Role, Seat

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


def seats_of(classroom: Classroom) -> list[Seat]:
    """Return everybody in a class by name."""
    return list(classroom.seats.select_related("user").order_by(called("user__"), "user__username"))


def students_of(classroom: Classroom) -> QuerySet[Seat]:
    """Return the students of a class by name."""
    return classroom.seats.filter(role=Role.STUDENT).select_related("user").order_by(called("user__"), "user__username")


def open_class(code: str) -> Classroom | None:
    """Return the class that a join code opens, if it is open."""
    return Classroom.objects.filter(join_code=code.strip().upper().replace("-", ""), is_open=True).first()


def assignments_of(classroom: Classroom) -> list[Assignment]:
    """Return the assignments of a class with their extensions, the next one first."""
    return list(classroom.assignments.prefetch_related("extensions__user"))


def time_percent_of(user: User | None, course_slug: str) -> int:
    """Return how much of the time of a course's tests somebody has: the most that any of their classes gives."""
    found = Seat.objects.filter(user=user, classroom__course_slug=course_slug).aggregate(most=Max("time_percent"))["most"] if user is not None else None
    return int(found or 100)
