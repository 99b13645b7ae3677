"""Writes of the library: every save is a new revision; nothing is overwritten."""

from collections.abc import Mapping

from django.db import transaction

from learnk8s.accounts.models import User
from learnk8s.courseware.kinds import parsed
from learnk8s.library.models import Course, Lesson, Membership, Revision, Role


class EditConflict(Exception):
    """Somebody else saved since the edit began."""


def _titles(kind: str, files: Mapping[str, str]) -> dict[str, str]:
    lesson = parsed(kind, files).lesson
    return {f"title_{language}": lesson.title[language][:200] if lesson else "" for language in ("ko", "en")}


@transaction.atomic
def save_revision(*, lesson: Lesson, by: User | None, files: Mapping[str, str], base_number: int, note: str = "") -> Revision:
    """Add a revision. Raises EditConflict if the newest one is not the one on which the edit began."""
    Lesson.objects.select_for_update().get(pk=lesson.pk)
    newest = lesson.revisions.order_by("-number").values_list("number", flat=True).first() or 0
    if newest != base_number:
        raise EditConflict
    return Revision.objects.create(lesson=lesson, number=newest + 1, files=dict(files), created_by=by, note=note[:200], **_titles(lesson.kind, files))


@transaction.atomic
def publish(*, lesson: Lesson, revision: Revision, by: User | None) -> None:
    """Let students see a revision of this lesson."""
    assert revision.lesson_id == lesson.pk, "a lesson publishes its own revisions"
    Lesson.objects.filter(pk=lesson.pk).update(published_revision=revision)


@transaction.atomic
def restore(*, lesson: Lesson, revision: Revision, by: User | None) -> Revision:
    """Make an old revision the newest one, as a new revision."""
    newest = lesson.revisions.order_by("-number").values_list("number", flat=True).first() or 0
    return save_revision(lesson=lesson, by=by, files=revision.files, base_number=newest, note=f"#{revision.number}")


@transaction.atomic
def make_editor(*, course: Course, user: User, role: str = Role.EDITOR) -> None:
    """Let somebody edit a course."""
    Membership.objects.update_or_create(course=course, user=user, defaults={"role": role})


@transaction.atomic
def load_lesson(*, course: Course, slug: str, position: int, files: Mapping[str, str], module: Mapping[str, str] | None = None) -> str:
    """Bring a lesson in from files, and say what was done: new, same, updated, or kept because somebody edited it here."""
    lesson, created = Lesson.objects.get_or_create(course=course, slug=slug, defaults={"position": position})
    lesson.position, lesson.module_ko, lesson.module_en = position, (module or {}).get("ko", ""), (module or {}).get("en", "")
    lesson.save(update_fields=["position", "module_ko", "module_en"])
    newest = lesson.revisions.order_by("-number").first()
    if newest is not None and newest.files == dict(files):
        return "same"
    if newest is not None and newest.created_by_id is not None:
        return "kept"
    revision = save_revision(lesson=lesson, by=None, files=files, base_number=newest.number if newest else 0)
    publish(lesson=lesson, revision=revision, by=None)
    return "new" if created else "updated"
