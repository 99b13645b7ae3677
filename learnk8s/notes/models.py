"""What a visitor wrote down about a lesson. Nobody else sees it, the teacher neither."""

from django.conf import settings
from django.db import models


class Note(models.Model):
    """One visitor's note on one lesson, and whether it is bookmarked."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="notes")
    session_key = models.CharField(max_length=40, blank=True, db_index=True)
    lesson = models.ForeignKey("library.Lesson", on_delete=models.CASCADE, related_name="notes")
    text = models.TextField(blank=True)
    is_bookmarked = models.BooleanField(default=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-updated_at",)
        constraints = (
            models.UniqueConstraint(fields=("user", "lesson"), condition=models.Q(user__isnull=False), name="one_note_per_person"),
            models.UniqueConstraint(fields=("session_key", "lesson"), condition=models.Q(user__isnull=True), name="one_note_per_session"),
        )

    def __str__(self) -> str:
        return f"{self.user or self.session_key}: {self.lesson}"
