"""Writes of the library: every save is a new revision; nothing is overwritten."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from learnk8s.accounts.models import User
from learnk8s.courseware.kinds import parsed
from learnk8s.courseware.outline import read_outline
from learnk8s.courseware.starting import BEGINNINGS
from learnk8s.library.models import Course, Draft, Kind, Lesson, Membership, Picture, Revision, Role

OUTLINE = "outline"
"""The slug of a course's outline, and with the others below what no lesson may be called."""
RESERVED = frozenset({OUTLINE, "new", "people", "settings", "export", "statistics", "pictures", "import", "gallery", "test", "review", "arrange", "publish", "placement", "certificate"})
"""Addresses of pages that stand beside courses or beside what is in them."""
COURSES_MAX, ITEMS_MAX, FILES_MAX = 60, 300, 60


class EditConflict(Exception):
    """Somebody else saved since the edit began."""


class WrittenElsewhere(Exception):
    """What is kept is no longer what the author wrote on: it was changed in another window of theirs."""


class Refused(Exception):
    """A rule forbids it; the message is a sentence for the author."""


def _titles(kind: str, files: Mapping[str, str]) -> dict[str, str]:
    lesson = parsed(kind, files).lesson
    return {f"title_{language}": lesson.title[language][:200] if lesson else "" for language in ("ko", "en")}


# Revisions


@transaction.atomic
def save_revision(*, lesson: Lesson, by: User | None, files: Mapping[str, str], base_number: int, note: str = "") -> Revision:
    """Add a revision. Raises EditConflict if the newest one is not the one on which the edit began."""
    Lesson.objects.select_for_update().get(pk=lesson.pk)
    newest = lesson.revisions.order_by("-number").values_list("number", flat=True).first() or 0
    if newest != base_number:
        raise EditConflict
    revision = Revision.objects.create(lesson=lesson, number=newest + 1, files=dict(files), created_by=by, note=note[:200], **_titles(lesson.kind, files))
    Draft.objects.filter(lesson=lesson, user=by).delete()
    return revision


@transaction.atomic
def publish(*, lesson: Lesson, revision: Revision, by: User | None) -> None:
    """Let students see a revision of this lesson; an outline takes effect."""
    assert revision.lesson_id == lesson.pk, "a lesson publishes its own revisions"
    Lesson.objects.filter(pk=lesson.pk).update(published_revision=revision, scheduled_revision=None, scheduled_at=None)
    if lesson.kind == Kind.OUTLINE:
        apply_outline(course=lesson.course, text=revision.files["course.yaml"])
    _index(lesson)


@transaction.atomic
def withdraw(*, lesson: Lesson) -> None:
    """Take a lesson away from students; it is a draft again."""
    Lesson.objects.filter(pk=lesson.pk).update(published_revision=None, scheduled_revision=None, scheduled_at=None)
    _index(lesson)


def _index(lesson: Lesson) -> None:
    """Have the search know what students see now."""
    from learnk8s.search.actions import index_lesson  # noqa: PLC0415  # the search reads the library; only these writes go back

    index_lesson(lesson)


@transaction.atomic
def schedule(*, lesson: Lesson, revision: Revision, at: datetime) -> None:
    """Publish a revision from a moment on. Raises Refused for a moment that is over."""
    assert revision.lesson_id == lesson.pk, "a lesson publishes its own revisions"
    if at <= timezone.now():
        raise Refused(_("This moment is over. Publish it now, or choose a later one."))
    if lesson.kind == Kind.OUTLINE:
        raise Refused(_("The outline of a course is published at once, not on a schedule."))
    found = Lesson.objects.select_for_update().get(pk=lesson.pk)
    if found.scheduled_at is not None and found.scheduled_at <= timezone.now():
        found.published_revision = found.scheduled_revision
    found.scheduled_revision, found.scheduled_at = revision, at
    found.save(update_fields=["published_revision", "scheduled_revision", "scheduled_at"])


@transaction.atomic
def restore(*, lesson: Lesson, revision: Revision, by: User | None) -> Revision:
    """Make an old revision the newest one, as a new revision."""
    newest = lesson.revisions.order_by("-number").values_list("number", flat=True).first() or 0
    return save_revision(lesson=lesson, by=by, files=revision.files, base_number=newest, note=_("Revision %(number)d brought back") % {"number": revision.number})


# Drafts


@transaction.atomic
def keep_draft(*, lesson: Lesson, by: User, base_number: int, base: Mapping[str, str], changed: Mapping[str, str], seen: str | None = None, page: str = "") -> Draft:
    """Keep what somebody wrote since the revision on which they began; also says that they are there. Raises WrittenElsewhere if the texts are no longer those that were `seen`, unless it was the same page that changed them."""
    draft, _created = Draft.objects.select_for_update().get_or_create(lesson=lesson, user=by, defaults={"base_number": base_number})
    kept = {name: draft.files.get(name, base.get(name, "")) for name in changed}
    if seen is not None and kept != dict(changed) and version_of(kept) != seen and not (page and draft.page == page):
        raise WrittenElsewhere
    if not draft.files:
        draft.base_number = base_number
    if changed:
        draft.page = page
    files = {**draft.files, **changed}
    draft.files = {name: text for name, text in files.items() if base.get(name) != text}
    draft.save()
    return draft


def version_of(files: Mapping[str, str]) -> str:
    """Return a sign of what files say: an editor that sends them tells what it was written on."""
    return blake2b(repr(sorted(files.items())).encode(), digest_size=8).hexdigest()


def discard_draft(*, lesson: Lesson, by: User) -> None:
    """Throw away what was written since the last revision."""
    Draft.objects.filter(lesson=lesson, user=by).delete()


# Courses and what stands in them


@transaction.atomic
def make_course(*, by: User, slug: str, title: Mapping[str, str]) -> Course:
    """Make a course that the person owns, with an empty outline. Raises Refused."""
    if slug in RESERVED or Course.objects.filter(slug=slug).exists():
        raise Refused(_("This address is taken; choose another one."))
    if Course.objects.filter(created_by=by).count() >= COURSES_MAX:
        raise Refused(_("You have made %(count)d courses, which is all that one person may.") % {"count": COURSES_MAX})
    course = Course.objects.create(slug=slug, title_ko=title["ko"], title_en=title["en"], created_by=by)
    Membership.objects.create(course=course, user=by, role=Role.OWNER)
    outline = make_item(course=course, kind=Kind.OUTLINE, slug=OUTLINE, title=title, by=by)
    publish(lesson=outline, revision=outline.revisions.get(), by=by)
    return course


@transaction.atomic
def make_item(*, course: Course, kind: str, slug: str, title: Mapping[str, str], by: User | None, files: Mapping[str, str] | None = None) -> Lesson:
    """Make a lesson, a bank, a scenario or an outline with its first revision. Raises Refused."""
    if (slug in RESERVED and kind != Kind.OUTLINE) or Lesson.objects.filter(course=course, slug=slug).exists():
        raise Refused(_("This address is taken; choose another one."))
    if course.lessons.count() >= ITEMS_MAX:
        raise Refused(_("A course holds at most %(count)d lessons, banks and scenarios.") % {"count": ITEMS_MAX})
    position = (course.lessons.aggregate(last=Max("position"))["last"] or 0) + 1
    lesson = Lesson.objects.create(course=course, kind=kind, slug=slug, position=position)
    save_revision(lesson=lesson, by=by, files=files if files is not None else BEGINNINGS[kind](slug, title), base_number=0)
    return lesson


@transaction.atomic
def apply_outline(*, course: Course, text: str) -> None:
    """Give a course the titles, and its lessons the modules and the order, that an outline says; lessons that it does not name come last."""
    outline, _reader = read_outline(text)
    for language in ("ko", "en"):
        setattr(course, f"title_{language}", outline.title[language][:160])
        setattr(course, f"about_{language}", outline.about[language][:600])
    course.licence, course.credit = outline.licence, outline.credit
    course.save()
    placed = {slug: (place, module) for place, (slug, module) in enumerate((slug, module) for module in outline.modules for slug in module.lessons)}
    lessons = list(course.lessons.filter(kind=Kind.LESSON))
    for lesson in lessons:
        place, module = placed.get(lesson.slug, (len(placed) + lesson.position, None))
        lesson.position, lesson.module_ko, lesson.module_en = place + 1, module.title["ko"][:160] if module else "", module.title["en"][:160] if module else ""
    Lesson.objects.bulk_update(lessons, ["position", "module_ko", "module_en"])


def set_archived(*, row: Course | Lesson, is_archived: bool) -> None:
    """Take a course or lesson out of sight, or bring it back; nothing is deleted."""
    row.archived_at = timezone.now() if is_archived else None
    row.save(update_fields=["archived_at"])


def set_shared(*, course: Course, is_shared: bool) -> None:
    """Show a course in the gallery, where others may clone it, or not."""
    course.is_shared = is_shared
    course.save(update_fields=["is_shared"])


@transaction.atomic
def copy_item(*, lesson: Lesson, files: Mapping[str, str], course: Course, slug: str, by: User) -> Lesson:
    """Make a lesson that begins as these files of another one, and remembers where it is from."""
    title = {"ko": slug, "en": slug}
    renamed = {name: text.replace(f"slug: {lesson.slug}\n", f"slug: {slug}\n", 1) if name == "lesson.yaml" else text for name, text in files.items()}
    copy = make_item(course=course, kind=lesson.kind, slug=slug, title=title, by=by, files=renamed)
    copy.cloned_from, copy.module_ko, copy.module_en = lesson, lesson.module_ko, lesson.module_en
    copy.save(update_fields=["cloned_from", "module_ko", "module_en"])
    for picture in lesson.course.pictures.all() if course.pk != lesson.course_id else ():
        Picture.objects.get_or_create(course=course, digest=picture.digest, defaults={"content": picture.content, "width": picture.width, "height": picture.height, "created_by": by})
    return copy


TITLE_MAX = 160
COPIES = {"ko": "%s (사본)", "en": "%s (copy)"}


def copied_title(course: Course) -> dict[str, str]:
    """Return what a copy of a course is called if nobody says it."""
    return {language: COPIES[language] % getattr(course, f"title_{language}")[: TITLE_MAX - 10] for language in COPIES}


@transaction.atomic
def clone_course(*, course: Course, slug: str, by: User, title: Mapping[str, str] | None = None) -> Course:
    """Make a course of one's own from what another one has published; credit and licence come along. A language without a title gets that of a copy. Raises Refused for one that allows no copies."""
    if course.licence == "all-rights-reserved" and not course.memberships.filter(user=by).exists():
        raise Refused(_("The licence of this course allows no copies."))
    usual = copied_title(course)
    called = {language: (title or {}).get(language, "").strip()[:TITLE_MAX] or usual[language] for language in usual}
    copy = make_course(by=by, slug=slug, title=called)
    author = ", ".join(str(row.user) for row in course.memberships.filter(role=Role.OWNER).select_related("user"))
    copy.cloned_from, copy.licence = course, course.licence
    copy.credit = "; ".join(part for part in (course.credit, _("from “%(title)s”%(author)s") % {"title": course.title, "author": f", {author}" if author else ""}) if part)[:300]
    copy.save()
    own = copy.lessons.get(kind=Kind.OUTLINE)
    for lesson in course.lessons.filter(published_revision__isnull=False, archived_at=None).select_related("published_revision", "course").order_by("position"):
        files = lesson.published_revision.files  # type: ignore[union-attr]  # published
        if lesson.kind != Kind.OUTLINE:
            made = copy_item(lesson=lesson, files=files, course=copy, slug=lesson.slug, by=by)
            publish(lesson=made, revision=made.revisions.get(), by=by)
            continue
        save_revision(lesson=own, by=by, files={"course.yaml": _credited(_titled(files["course.yaml"], called), copy.credit)}, base_number=1)
    publish(lesson=own, revision=own.revisions.order_by("-number")[:1].get(), by=by)
    return copy


def _titled(text: str, title: Mapping[str, str]) -> str:
    """Return an outline with another title, the rest as it was written."""
    from learnk8s.courseware.questions.writing import with_keys
    from learnk8s.courseware.reading import Reader

    return with_keys(text, {**Reader.of("course.yaml", text).value, "title": dict(title)})


def _credited(text: str, credit: str) -> str:
    from learnk8s.courseware.starting import quoted

    lines = [line for line in text.split("\n") if not line.startswith("credit:")]
    return "\n".join([lines[0], f"credit: {quoted(credit)}", *lines[1:]])


# People


@transaction.atomic
def make_editor(*, course: Course, user: User, role: str = Role.EDITOR) -> None:
    """Let somebody edit a course."""
    Membership.objects.update_or_create(course=course, user=user, defaults={"role": role})


@transaction.atomic
def remove_member(*, course: Course, user: User) -> None:
    """Take somebody's role away. Raises Refused for the last owner."""
    rows = Membership.objects.select_for_update().filter(course=course)
    if not any(row.role == Role.OWNER and row.user_id != user.pk for row in rows) and any(row.user_id == user.pk and row.role == Role.OWNER for row in rows):
        raise Refused(_("A course keeps at least one owner."))
    rows.filter(user=user).delete()


# The built-in course


@transaction.atomic
def load_lesson(*, course: Course, slug: str, position: int, files: Mapping[str, str], module: Mapping[str, str] | None = None, kind: str = Kind.LESSON) -> str:
    """Bring a lesson in from files, and say what was done: new, same, updated, or kept because somebody edited it here."""
    lesson, created = Lesson.objects.get_or_create(course=course, slug=slug, defaults={"position": position, "kind": kind})
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
