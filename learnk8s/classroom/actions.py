"""Writes of classes."""

import secrets
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from learnk8s.accounts.models import User
from learnk8s.classroom.models import Classroom, Role, Seat, new_code

CLASSES_PER_TEACHER_MAX = 50
SEATS_PER_CLASS_MAX = 400
DEMO_PEOPLE = (("teacher", Role.TEACHER), ("student-1", Role.STUDENT), ("student-2", Role.STUDENT))


class Refused(Exception):
    """A rule of classes forbids it; the message is a sentence for the person."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A log-in that is shown once."""

    role: str
    username: str
    password: str


@transaction.atomic
def open_new_class(*, teacher: User, title: str, course_slug: str = "kubernetes") -> Classroom:
    """Make a class with its teacher's seat. Raises Refused over the quota."""
    if Seat.objects.filter(user=teacher, role=Role.TEACHER).count() >= CLASSES_PER_TEACHER_MAX:
        raise Refused(_("You teach %(count)d classes already; delete one first.") % {"count": CLASSES_PER_TEACHER_MAX})
    classroom = Classroom.objects.create(title=title, course_slug=course_slug)
    Seat.objects.create(classroom=classroom, user=teacher, role=Role.TEACHER)
    return classroom


@transaction.atomic
def join(*, user: User, classroom: Classroom) -> Seat:
    """Give a person a student's seat; somebody who is in the class keeps the seat they have. Raises Refused when it is full."""
    Classroom.objects.select_for_update().get(pk=classroom.pk)
    seat = Seat.objects.filter(classroom=classroom, user=user).first()
    if seat is not None:
        return seat
    if classroom.seats.count() >= SEATS_PER_CLASS_MAX:
        raise Refused(_("This class is full."))
    return Seat.objects.create(classroom=classroom, user=user, role=Role.STUDENT)


def rotate_code(*, classroom: Classroom) -> None:
    """Give the class a new join code; the old one stops working."""
    classroom.join_code = new_code()
    classroom.save(update_fields=["join_code"])


def set_open(*, classroom: Classroom, is_open: bool) -> None:
    """Open or close the class for joining."""
    classroom.is_open = is_open
    classroom.save(update_fields=["is_open"])


@transaction.atomic
def create_demo() -> list[Credential]:
    """Make the demo class once, with a teacher and two students, and return their log-ins; later calls return nothing."""
    if User.objects.filter(username__in=[name for name, _role in DEMO_PEOPLE]).exists():
        return []
    credentials, people = [], {}
    for name, role in DEMO_PEOPLE:
        password = secrets.token_urlsafe(9)
        people[name] = User.objects.create_user(username=name, password=password)
        credentials.append(Credential(role, name, password))
    classroom = open_new_class(teacher=people["teacher"], title=str(_("Demo class: why Kubernetes exists")))
    for name, role in DEMO_PEOPLE:
        if role == Role.STUDENT:
            join(user=people[name], classroom=classroom)
    return credentials
