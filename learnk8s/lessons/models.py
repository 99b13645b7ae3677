"""How far a visitor has come in a lesson."""

import secrets

from django.conf import settings
from django.db import models

from learnk8s.library.models import Course, Lesson, Revision

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without those that are mistaken for each other."""


def new_code() -> str:
    """Return a code that nobody guesses: three groups of four letters, 60 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


class Progress(models.Model):
    """One visitor's way through one lesson: the furthest section, tasks done (with the moment; scenarios and challenges stand among them as `kind:name`), predictions made, the best quiz."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="progress")
    session_key = models.CharField(max_length=40, blank=True, db_index=True)
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="progress")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    section = models.CharField(max_length=80, blank=True)
    tasks = models.JSONField(default=dict)
    predictions = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "progress"
        constraints = (
            models.UniqueConstraint(fields=("user", "lesson"), condition=models.Q(user__isnull=False), name="one_progress_per_person"),
            models.UniqueConstraint(fields=("session_key", "lesson"), condition=models.Q(user__isnull=True), name="one_progress_per_session"),
        )

    def __str__(self) -> str:
        return f"{self.user or self.session_key}: {self.lesson}"

    @property
    def quiz_percent(self) -> int | None:
        """Return the mean of the best answers, or None before the first."""
        return sum(self.answers.values()) // len(self.answers) if self.answers else None


class Certificate(models.Model):
    """Somebody finished a course's final project; its page verifies it for whoever has the code."""

    code = models.CharField(max_length=20, unique=True, default=new_code)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="certificates")
    session_key = models.CharField(max_length=40, blank=True, db_index=True)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="certificates")
    name = models.CharField(max_length=80)
    project = models.CharField(max_length=80)
    lessons_done = models.PositiveSmallIntegerField(default=0)
    issued_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "course"), condition=models.Q(user__isnull=False), name="one_certificate_per_person"),
            models.UniqueConstraint(fields=("session_key", "course"), condition=models.Q(user__isnull=True), name="one_certificate_per_session"),
        )

    def __str__(self) -> str:
        return self.code
