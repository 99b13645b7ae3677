"""Which challenges a visitor tries, how much help was taken, and which are solved."""

from django.conf import settings
from django.db import models


class Attempt(models.Model):
    """One sandbox in which a challenge is tried. A sandbox that was deleted leaves its result."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="challenge_attempts")
    session_key = models.CharField(max_length=40, blank=True, db_index=True)
    slug = models.SlugField()
    variant = models.PositiveSmallIntegerField(default=0)
    sandbox = models.OneToOneField("playground.Sandbox", null=True, on_delete=models.SET_NULL, related_name="challenge_attempt")
    hints_shown = models.PositiveSmallIntegerField(default=0)
    solution_shown = models.BooleanField(default=False)
    commands = models.PositiveIntegerField(default=0)
    began_at = models.DateTimeField(auto_now_add=True)
    solved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-began_at",)
        indexes = (models.Index(fields=("slug", "solved_at")),)

    def __str__(self) -> str:
        return f"{self.slug}.{self.variant}"
