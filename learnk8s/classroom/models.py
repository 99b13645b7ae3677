"""Classes and who is in them."""

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

CODE_ALPHABET = "BCDFGHJKMNPQRTVWXYZ23456789"
"""Letters and digits that nobody confuses when a code is read aloud, and of which no words come: neither vowels nor S."""
CODE_LENGTH = 8


def new_code() -> str:
    """Return a join code of about 38 bits."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


class Role(models.TextChoices):
    """What somebody is in a class."""

    TEACHER = "teacher", _("Teacher")
    STUDENT = "student", _("Student")


class Late(models.TextChoices):
    """What becomes of answers after the due date."""

    ACCEPT = "accept", _("count in full")
    PENALTY = "penalty", _("count less with every day")
    REFUSE = "refuse", _("do not count")


class Classroom(models.Model):
    """A class that goes through one course."""

    title = models.CharField(_("title"), max_length=120)
    course_slug = models.SlugField(_("course"), default="kubernetes")
    join_code = models.CharField(_("join code"), max_length=16, unique=True, default=new_code)
    is_open = models.BooleanField(_("open for joining"), default=True)
    late = models.CharField(_("answers after the due date"), max_length=8, choices=Late.choices, default=Late.ACCEPT)
    late_percent = models.PositiveSmallIntegerField(_("percent less for each day that begins"), default=10)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("class")
        verbose_name_plural = _("classes")

    def __str__(self) -> str:
        return self.title


TIMES = [(percent, f"{percent}%") for percent in (100, 125, 150, 200, 300)]


class Seat(models.Model):
    """One person's place in a class."""

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="seats")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="seats")
    role = models.CharField(max_length=8, choices=Role.choices, default=Role.STUDENT)
    is_managed = models.BooleanField(default=False)
    """The account was made for this class; its teachers may set a new password."""
    time_percent = models.PositiveSmallIntegerField(_("time in tests"), choices=TIMES, default=100)
    """How much of the time of a test this student has, for whoever needs more; it counts for tests of the class's course."""
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("role", "user__username")
        constraints = (models.UniqueConstraint(fields=("classroom", "user"), name="one_seat_per_person"),)

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"


class Work(models.TextChoices):
    """What a class can be given."""

    LESSON = "lesson", _("Lesson")
    SCENARIO = "scenario", _("Scenario")
    CHALLENGE = "challenge", _("Challenge")


class Assignment(models.Model):
    """A lesson, a scenario of the course or a challenge that the class has to finish by a moment."""

    kind = models.CharField(max_length=9, choices=Work.choices, default=Work.LESSON)
    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="assignments")
    lesson_slug = models.SlugField()
    due_at = models.DateTimeField()

    class Meta:
        ordering = ("due_at", "lesson_slug")
        constraints = (models.UniqueConstraint(fields=("classroom", "kind", "lesson_slug"), name="one_assignment_per_thing"),)

    def __str__(self) -> str:
        return f"{self.lesson_slug}: {self.due_at:%F}"


class Extension(models.Model):
    """More time for one student."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="extensions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="extensions")
    due_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("assignment", "user"), name="one_extension_per_student"),)

    def __str__(self) -> str:
        return f"{self.user}: {self.due_at:%F}"
