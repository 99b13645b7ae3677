"""Writes of progress."""

from django.db import transaction
from django.utils import timezone

from learnk8s.accounts.models import User
from learnk8s.lessons.models import Certificate, Progress
from learnk8s.library import queries as library
from learnk8s.library.models import Course, Lesson
from learnk8s.web.visitor import Visitor


@transaction.atomic
def reach(*, visitor: Visitor, lesson: Lesson, section: str = "", task: str = "", prediction: tuple[str, str] | None = None, answer: tuple[str, int] | None = None) -> Progress:
    """Note how far a visitor has come; an answer's points are those that its attempts have together."""
    assert lesson.published_revision is not None, "only published lessons are read"
    progress, _created = Progress.objects.get_or_create(lesson=lesson, **visitor.ownership(), defaults={"revision": lesson.published_revision})
    progress.revision = lesson.published_revision
    if section:
        progress.section = section[:80]
    if task:
        progress.tasks.setdefault(task, timezone.now().isoformat())
    if prediction:
        progress.predictions[prediction[0]] = prediction[1]
    if answer:
        progress.answers[answer[0]] = answer[1]
    progress.save()
    return progress


@transaction.atomic
def reach_played(*, visitor: Visitor, kind: str, name: str, course: str = "") -> None:
    """Note that a scenario of a course, or a challenge, was reached: in every lesson whose text asks for it."""
    lessons = library.published_lessons(course) if course else library.published_lessons_with(f"```{kind} ")
    documents = library.documents_of(lesson.published_revision for lesson in lessons if lesson.published_revision)
    for lesson in lessons:
        if lesson.published_revision_id in documents and (kind, name) in documents[lesson.published_revision_id].played:
            reach(visitor=visitor, lesson=lesson, task=f"{kind}:{name}")


@transaction.atomic
def adopt(user: User, session_key: str) -> None:
    """Give an anonymous session's progress to a person; where both have some, the two are joined."""
    for row in Progress.objects.filter(user=None, session_key=session_key):
        own = Progress.objects.filter(user=user, lesson=row.lesson).first()
        if own is None:
            row.user, row.session_key = user, ""
            row.save()
            continue
        own.tasks, own.predictions = {**row.tasks, **own.tasks}, {**row.predictions, **own.predictions}
        own.answers = {name: max(row.answers.get(name, 0), own.answers.get(name, 0)) for name in {**row.answers, **own.answers}}
        own.section = own.section or row.section
        own.save()
        row.delete()
    for certificate in Certificate.objects.filter(user=None, session_key=session_key):
        if Certificate.objects.filter(user=user, course=certificate.course).exists():
            certificate.delete()
        else:
            Certificate.objects.filter(pk=certificate.pk).update(user=user, session_key="")


@transaction.atomic
def issue(*, visitor: Visitor, course: Course, name: str, project: str, lessons_done: int) -> Certificate:
    """Give a certificate, or correct the name on the one that was given."""
    certificate, created = Certificate.objects.get_or_create(course=course, **visitor.ownership(), defaults={"name": name, "project": project, "lessons_done": lessons_done})
    if not created:
        certificate.name, certificate.lessons_done = name, lessons_done
        certificate.save(update_fields=["name", "lessons_done"])
    return certificate
