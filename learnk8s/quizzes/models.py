"""Attempts at questions, pinned to the revision that was seen; what helped; tests that were sat; regrades; what comes back for review."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from learnk8s.library.models import Lesson, Revision


class Sitting(models.Model):
    """One visitor's time with a test, or with one question that has a time limit. Answers are kept as they are given; at the end they are graded."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="sittings")
    session_key = models.CharField(max_length=40, blank=True, db_index=True)
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="sittings")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="sittings")
    question = models.SlugField(blank=True)
    seed = models.PositiveIntegerField()
    items = models.JSONField()
    answers = models.JSONField(default=dict)
    started_at = models.DateTimeField(auto_now_add=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    percent = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("-started_at",)
        constraints = (
            models.UniqueConstraint(fields=("user", "lesson", "question"), condition=Q(user__isnull=False, finished_at__isnull=True), name="one_open_sitting_per_person"),
            models.UniqueConstraint(fields=("session_key", "lesson", "question"), condition=Q(user__isnull=True, finished_at__isnull=True), name="one_open_sitting_per_session"),
        )

    def __str__(self) -> str:
        return f"{self.lesson}: {self.started_at:%F %R}"

    @property
    def ran_out(self) -> bool:
        """Say whether the time was up when it was handed in: then it ends with its time (`sitting.py`)."""
        return self.ends_at is not None and self.finished_at is not None and self.finished_at >= self.ends_at


class Attempt(models.Model):
    """One answer of one visitor to one question, under one variant. `graded_by` is the revision whose key was used if that is another one than was seen."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="attempts", db_index=False)
    session_key = models.CharField(max_length=40, blank=True, db_index=True)
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="attempts")
    question = models.SlugField()
    answer = models.JSONField()
    percent = models.PositiveSmallIntegerField()
    seed = models.PositiveIntegerField(default=0)
    seconds = models.PositiveIntegerField(null=True, blank=True)
    hints = models.PositiveSmallIntegerField(default=0)
    misconceptions = models.JSONField(default=list)
    sitting = models.ForeignKey(Sitting, null=True, blank=True, on_delete=models.CASCADE, related_name="attempts", db_index=False)
    graded_by = models.ForeignKey(Revision, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at",)
        # Nearly all answers are of no sitting: an index that holds those, too, leads whoever asks for them through the answers of everybody.
        # How many answers somebody gave, and when the last, is told from an index alone.
        indexes = (models.Index(fields=("user", "created_at")), models.Index(fields=("revision", "question")), models.Index(fields=("sitting",), condition=Q(sitting__isnull=False), name="answers_of_sittings"))

    def __str__(self) -> str:
        return f"{self.question}: {self.percent}%"


class Help(models.Model):
    """How many hints a visitor looked at for a question, and whether they gave it up and saw the answer."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="quiz_helps")
    session_key = models.CharField(max_length=40, blank=True, db_index=True)
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    question = models.SlugField()
    hints = models.PositiveSmallIntegerField(default=0)
    is_revealed = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "revision", "question"), condition=Q(user__isnull=False), name="one_help_per_person"),
            models.UniqueConstraint(fields=("session_key", "revision", "question"), condition=Q(user__isnull=True), name="one_help_per_session"),
        )

    def __str__(self) -> str:
        return f"{self.question}: {self.hints}"


class Regrade(models.Model):
    """An audit row: attempts at a question were graded again by a newer revision. `rows` holds attempt, old and new points."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="regrades")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    question = models.SlugField()
    rows = models.JSONField()
    lowers = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="regrades")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.question} by {self.revision}"


class Card(models.Model):
    """When something that was missed comes back: one card for each misconception, or for a question without one. `state` is what FSRS keeps."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="cards")
    topic = models.CharField(max_length=120)
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="cards")
    question = models.SlugField()
    state = models.JSONField()
    due_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ("due_at",)
        constraints = (models.UniqueConstraint(fields=("user", "topic"), name="one_card_per_topic"),)

    def __str__(self) -> str:
        return f"{self.topic}: {self.due_at:%F}"
