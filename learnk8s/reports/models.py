"""A mistake that somebody found."""

from django.conf import settings
from django.db import models


class Report(models.Model):
    """What is wrong on which page, and whether it was dealt with."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="reports")
    path = models.CharField(max_length=300)
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    is_done = models.BooleanField(default=False)

    class Meta:
        ordering = ("is_done", "-created_at")

    def __str__(self) -> str:
        return f"{self.path}: {self.text[:60]}"
