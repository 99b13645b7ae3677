"""Courses, what stands in them, and revisions. A revision never changes; a lesson, bank or scenario points to the one that students see.

Everything that is written (a course's outline with its modules, a lesson, a bank of questions, a scenario) is a row of `Lesson` with a kind,
so that one editor, one history and one way to publish serve all of them.
"""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from learnk8s.web.language import language_of_page


class Course(models.Model):
    """A course: an ordered set of lessons. The public catalogue shows it if an administrator listed it; others may clone it if its owner shares it."""

    slug = models.SlugField(unique=True)
    title_ko = models.CharField(max_length=160)
    title_en = models.CharField(max_length=160)
    about_ko = models.CharField(max_length=600, blank=True)
    about_en = models.CharField(max_length=600, blank=True)
    licence = models.CharField(max_length=60, default="CC-BY-4.0")
    credit = models.CharField(max_length=300, blank=True)
    is_listed = models.BooleanField(_("shown in the public catalogue"), default=False)
    is_shared = models.BooleanField(default=False)
    cloned_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="clones")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="courses")
    created_at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.slug

    @property
    def title(self) -> str:
        """Return the title in the language of the page."""
        return self.title_ko if language_of_page() == "ko" else self.title_en

    @property
    def about(self) -> str:
        """Return what the course is about, in the language of the page."""
        return self.about_ko if language_of_page() == "ko" else self.about_en


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


class Kind(models.TextChoices):
    """What is written."""

    LESSON = "lesson", _("lesson")
    BANK = "bank", _("question bank")
    SCENARIO = "scenario", _("scenario")
    OUTLINE = "outline", _("outline of the course")


class Lesson(models.Model):
    """A lesson of a course, or another thing that is written for it. From `scheduled_at` on, students see the scheduled revision."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="lessons")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.LESSON)
    slug = models.SlugField()
    position = models.PositiveIntegerField(default=0)
    module_ko = models.CharField(max_length=160, blank=True)
    module_en = models.CharField(max_length=160, blank=True)
    published_revision = models.ForeignKey("Revision", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    scheduled_revision = models.ForeignKey("Revision", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    scheduled_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    cloned_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="clones")

    class Meta:
        ordering = ("course", "position", "slug")
        constraints = (models.UniqueConstraint(fields=("course", "slug"), name="one_lesson_per_slug"),)

    def __str__(self) -> str:
        return f"{self.course}/{self.slug}"

    @property
    def title(self) -> str:
        """Return the title of the published or newest revision."""
        revision = self.published_revision or getattr(self, "newest", None) or self.revisions.first()
        return revision.title if revision else self.slug

    @property
    def main_file(self) -> str:
        """Return the file that an author begins with."""
        return {Kind.BANK: "bank.yaml", Kind.SCENARIO: "scenario.yaml", Kind.OUTLINE: "course.yaml"}.get(self.kind, "")  # type: ignore[call-overload]  # a choice is a text

    @property
    def module(self) -> str:
        """Return the title of the part of the course that the lesson stands in, "" if there are none."""
        return self.module_ko if language_of_page() == "ko" else self.module_en

    @cached_property
    def edit_url(self) -> str:
        """Return the address of the editor."""
        return reverse("library:edit", args=(self.course.slug, self.slug))

    @property
    def desk_url(self) -> str:
        """Return the address at which an author begins: a form where there is one."""
        return self.edit_url + {Kind.BANK: "questions/", Kind.SCENARIO: "scene/"}.get(self.kind, "")  # type: ignore[call-overload,no-any-return]  # a choice is a text

    @property
    def history_url(self) -> str:
        """Return the address of the history; the addresses of one thing begin with that of its editor, and looking each up in a long list takes time."""
        return f"{self.edit_url}history/"

    @property
    def statistics_url(self) -> str:
        """Return the address of the statistics."""
        return f"{self.edit_url}statistics/"


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
        return (self.title_ko if language_of_page() == "ko" else self.title_en) or self.lesson.slug

    @property
    def quiz_file(self) -> str:
        """Return the file in which its questions stand."""
        return "bank.yaml" if "bank.yaml" in self.files else "quiz.yaml"


class Draft(models.Model):
    """What one person wrote since the last revision, kept while they write: only the files that differ (null: taken away)."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="drafts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    base_number = models.PositiveIntegerField()
    files = models.JSONField(default=dict)
    page = models.CharField(max_length=16, blank=True)
    """From which page of an editor it came last: going back to it, a browser may have what it said before."""
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("lesson", "user"), name="one_draft_per_person"),)

    def __str__(self) -> str:
        return f"{self.lesson}: {self.user}"


class Picture(models.Model):
    """A picture of a course, encoded anew when it came in. Lessons name it by its digest, so that revisions stay small."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="pictures")
    digest = models.CharField(max_length=64, db_index=True)
    content = models.BinaryField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="pictures")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("course", "digest"), name="one_picture_per_digest"),)

    def __str__(self) -> str:
        return f"{self.digest[:12]} {self.width}x{self.height}"


class Play(models.Model):
    """An instructor who makes a scenario by playing it: the sandbox that is driven, and the inputs after which it starts and at which its goal is reached."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="plays")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="plays")
    sandbox_id = models.CharField(max_length=12)
    start_ordinal = models.PositiveIntegerField(null=True, blank=True)
    start_ms = models.PositiveBigIntegerField(null=True, blank=True)
    goal_ordinal = models.PositiveIntegerField(null=True, blank=True)
    goal_ms = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("lesson", "user"), name="one_play_per_person"),)

    def __str__(self) -> str:
        return f"{self.lesson}: {self.sandbox_id}"
