"""Attempts at questions, pinned to the revision that was seen."""

from django.conf import settings
from django.db import models

from learnk8s.library.models import Revision


class Attempt(models.Model):
    """One answer of one visitor to one question."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="attempts")
    session_key = models.CharField(max_length=40, blank=True, db_index=True)
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="attempts")
    question = models.SlugField()
    answer = models.JSONField()
    percent = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at",)
        indexes = (models.Index(fields=("revision", "question")),)

    def __str__(self) -> str:
        return f"{self.question}: {self.percent} %"
