"""What a visitor wrote down about a lesson. Nobody else sees it, the teacher neither."""

from hashlib import blake2b

from django.conf import settings
from django.db import models


class Note(models.Model):
    """One visitor's note on one lesson, and whether it is bookmarked."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="notes")
    session_key = models.CharField(max_length=40, blank=True, db_index=True)
    lesson = models.ForeignKey("library.Lesson", on_delete=models.CASCADE, related_name="notes")
    text = models.TextField(blank=True)
    is_bookmarked = models.BooleanField(default=False)
    page = models.CharField(max_length=16, blank=True)
    """By which page the text was kept last: going back to it, a browser may have what it said before."""
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-updated_at",)
        constraints = (
            models.UniqueConstraint(fields=("user", "lesson"), condition=models.Q(user__isnull=False), name="one_note_per_person"),
            models.UniqueConstraint(fields=("session_key", "lesson"), condition=models.Q(user__isnull=True), name="one_note_per_session"),
        )

    @property
    def version(self) -> str:
        """Return a sign of what the text says: a page that saves tells what it was written on."""
        return blake2b(self.text.encode(), digest_size=6).hexdigest() if self.text else ""

    def __str__(self) -> str:
        return f"{self.user or self.session_key}: {self.lesson}"
