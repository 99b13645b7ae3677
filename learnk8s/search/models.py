"""What can be found: one row for each thing and language."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What sort of thing is found."""

    LESSON = "lesson", _("Lessons")
    TERM = "term", _("Words")
    COMMAND = "command", _("Commands")
    MILESTONE = "milestone", _("Milestones")
    ERA = "era", _("Eras")


class Entry(models.Model):
    """One thing in one language. `grams` is what a query is compared with: pairs of Korean syllables and whole Latin words, each with a space before it.

    SQLite's and PostgreSQL's own full-text search both miss Korean words of two syllables, and words with a particle; pairs find them in either.
    """

    kind = models.CharField(max_length=10, choices=Kind.choices)
    key = models.CharField(max_length=200)
    language = models.CharField(max_length=2)
    path = models.CharField(max_length=300)
    """The address without its language."""
    title = models.CharField(max_length=300)
    text = models.TextField()
    grams = models.TextField()
    lesson_id = models.BigIntegerField(null=True, db_index=True)
    """Of lessons and commands: the lesson, so that its entries can be made anew when it is published."""

    class Meta:
        verbose_name_plural = "entries"
        constraints = (models.UniqueConstraint(fields=("kind", "key", "language"), name="one_entry_per_thing_and_language"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.key} ({self.language})"
