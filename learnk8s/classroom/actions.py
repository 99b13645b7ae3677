"""Writes of classes."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from learnk8s.accounts.models import User
from learnk8s.classroom.models import Assignment, Classroom, Extension, Role, Seat, Work, new_code

CLASSES_PER_TEACHER_MAX = 50
SEATS_PER_CLASS_MAX = 400
ACCOUNTS_AT_ONCE_MAX = 60
DEMO_PEOPLE = (("teacher", Role.TEACHER), ("student-1", Role.STUDENT), ("student-2", Role.STUDENT))
DEMO_TITLE = "왜 쿠버네티스인가 · Why Kubernetes"
"""A title stays as its teacher wrote it, whatever the language of the page; this one is for readers of both."""


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


# Dates


@transaction.atomic
def assign(*, classroom: Classroom, lesson_slug: str, due_at: datetime, kind: str = Work.LESSON) -> Assignment:
    """Give the class a date for a lesson, a scenario or a challenge, or move it."""
    assignment, _created = Assignment.objects.update_or_create(classroom=classroom, kind=kind, lesson_slug=lesson_slug, defaults={"due_at": due_at})
    return assignment


@transaction.atomic
def extend(*, assignment: Assignment, user: User, due_at: datetime) -> None:
    """Give one student more time. Raises Refused if it is less, or if they are not in the class."""
    if due_at <= assignment.due_at:
        raise Refused(_("An extension ends after the date of the class."))
    if not Seat.objects.filter(classroom=assignment.classroom, user=user, role=Role.STUDENT).exists():
        raise Refused(_("This student is not in the class."))
    Extension.objects.update_or_create(assignment=assignment, user=user, defaults={"due_at": due_at})


# People


@transaction.atomic
def add_teacher(*, classroom: Classroom, user: User) -> None:
    """Let somebody teach the class as well."""
    Seat.objects.update_or_create(classroom=classroom, user=user, defaults={"role": Role.TEACHER})


@transaction.atomic
def leave(*, classroom: Classroom, user: User) -> None:
    """Take somebody out of the class; their work stays theirs. Raises Refused for the last teacher."""
    seats = Seat.objects.select_for_update().filter(classroom=classroom)
    if any(seat.user_id == user.pk and seat.role == Role.TEACHER for seat in seats) and sum(seat.role == Role.TEACHER for seat in seats) == 1:
        raise Refused(_("A class keeps at least one teacher. Delete it instead."))
    seats.filter(user=user).delete()


@transaction.atomic
def make_accounts(*, classroom: Classroom, names: Sequence[str]) -> list[Credential]:
    """Make an account with a seat for each name, without e-mail addresses; the passwords are returned this once. Raises Refused over the quota."""
    if classroom.seats.count() + len(names) > SEATS_PER_CLASS_MAX:
        raise Refused(_("A class has at most %(count)d seats.") % {"count": SEATS_PER_CLASS_MAX})
    if len(names) > ACCOUNTS_AT_ONCE_MAX:
        raise Refused(_("At most %(count)d accounts are made at once.") % {"count": ACCOUNTS_AT_ONCE_MAX})
    credentials = []
    for name in names:
        username, password = _free_name(classroom), new_password()
        user = User.objects.create_user(username=username, password=password, display_name=name[:80])
        Seat.objects.create(classroom=classroom, user=user, role=Role.STUDENT, is_managed=True)
        credentials.append(Credential(name, username, password))
    return credentials


def _free_name(classroom: Classroom) -> str:
    while True:
        name = f"s{classroom.pk}-{secrets.token_hex(3)}"
        if not User.objects.filter(username=name).exists():
            return name


def new_password() -> str:
    """Return a password that a child can type: about 50 bits."""
    return "-".join("".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(4)) for _part in range(3))


@transaction.atomic
def new_password_for(*, classroom: Classroom, user: User) -> Credential:
    """Give a student a new password, shown this once. Raises Refused unless the account was made for this class."""
    if not Seat.objects.filter(classroom=classroom, user=user, is_managed=True).exists():
        raise Refused(_("Only accounts that were made for this class get a new password from its teacher."))
    password = new_password()
    user.set_password(password)
    user.save(update_fields=["password"])
    return Credential(str(user), user.username, password)


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
    classroom = open_new_class(teacher=people["teacher"], title=DEMO_TITLE)
    for name, role in DEMO_PEOPLE:
        if role == Role.STUDENT:
            join(user=people[name], classroom=classroom)
    return credentials


def give_time(*, classroom: Classroom, user: User, percent: int) -> None:
    """Say how much of the time of a test a student has; tests that are open keep their end."""
    classroom.seats.filter(user=user, role=Role.STUDENT).update(time_percent=percent)
