"""Courses, lessons and revisions. A revision never changes; a lesson points to the one that students see."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Course(models.Model):
    """A course: an ordered set of lessons."""

    slug = models.SlugField(unique=True)
    title_ko = models.CharField(max_length=160)
    title_en = models.CharField(max_length=160)

    class Meta:
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.slug

    @property
    def title(self) -> str:
        """Return the title in the language of the page."""
        return self.title_ko if (get_language() or "en").startswith("ko") else self.title_en


class Role(models.TextChoices):
    """What somebody may do with a course."""

    OWNER = "owner", _("owner")
    EDITOR = "editor", _("editor")
    REVIEWER = "reviewer", _("reviewer")


class Membership(models.Model):
    """One person's role in one course."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.EDITOR)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("course", "user"), name="one_role_per_person"),)

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"


class Lesson(models.Model):
    """A lesson of a course."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="lessons")
    slug = models.SlugField()
    position = models.PositiveIntegerField(default=0)
    module_ko = models.CharField(max_length=160, blank=True)
    module_en = models.CharField(max_length=160, blank=True)
    published_revision = models.ForeignKey("Revision", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ("course", "position", "slug")
        constraints = (models.UniqueConstraint(fields=("course", "slug"), name="one_lesson_per_slug"),)

    def __str__(self) -> str:
        return f"{self.course}/{self.slug}"

    @property
    def title(self) -> str:
        """Return the title of the published or newest revision."""
        revision = self.published_revision or self.revisions.first()
        return revision.title if revision else self.slug

    @property
    def module(self) -> str:
        """Return the title of the part of the course that the lesson stands in, "" if there are none."""
        return self.module_ko if (get_language() or "en").startswith("ko") else self.module_en

    @property
    def edit_url(self) -> str:
        """Return the address of the editor."""
        return reverse("library:edit", args=(self.course.slug, self.slug))

    @property
    def history_url(self) -> str:
        """Return the address of the history."""
        return reverse("library:history", args=(self.course.slug, self.slug))


class Revision(models.Model):
    """A lesson's files at one time."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    files = models.JSONField()
    title_ko = models.CharField(max_length=200, blank=True)
    title_en = models.CharField(max_length=200, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="revisions")
    created_at = models.DateTimeField(auto_now_add=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("lesson", "number"), name="one_revision_per_number"),)

    def __str__(self) -> str:
        return f"{self.lesson}#{self.number}"

    @property
    def title(self) -> str:
        """Return the title in the language of the page."""
        return (self.title_ko if (get_language() or "en").startswith("ko") else self.title_en) or self.lesson.slug
