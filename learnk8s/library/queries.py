"""Reads of the library; what may be edited is found through the person."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from learnk8s.accounts.models import User
from learnk8s.courseware import Lesson as Document
from learnk8s.courseware.kinds import parsed
from learnk8s.courseware.questions import Question
from learnk8s.library.models import Course, Draft, Kind, Lesson, Membership, Revision, Role
from learnk8s.library.names import free_name
from learnk8s.web.language import language_of_page

MAY_EDIT = (Role.OWNER, Role.EDITOR)
MAY_READ = (Role.OWNER, Role.EDITOR, Role.REVIEWER)
PRESENT_FOR = timedelta(minutes=3)
"""Whoever has an editor open says so every half minute."""


def courses_of(user: User) -> QuerySet[Membership]:
    """Return a person's courses with their role and the number of lessons, those put away last."""
    lessons = Count("course__lessons", filter=Q(course__lessons__kind=Kind.LESSON, course__lessons__archived_at=None))
    return Membership.objects.filter(user=user).select_related("course").annotate(lessons=lessons).order_by(F("course__archived_at").asc(nulls_first=True), "course__slug")


def membership(user: User, course: str, roles: Sequence[str] = MAY_READ) -> Membership | None:
    """Return a person's role in a course, if it is one of these."""
    return Membership.objects.filter(user=user, course__slug=course, role__in=roles).select_related("course").first()


def editable_lessons(user: User, roles: Sequence[str] = MAY_EDIT) -> QuerySet[Lesson]:
    """Return what a person may edit, each with the person's `role` in its course."""
    return Lesson.objects.filter(course__memberships__user=user, course__memberships__role__in=roles).annotate(role=F("course__memberships__role")).select_related("course", "published_revision__lesson", "scheduled_revision").order_by("course__slug", "kind", "position", "slug")


def lesson_for_editor(user: User, course: str, lesson: str, roles: Sequence[str] = MAY_EDIT) -> Lesson | None:
    """Return a lesson if the person may edit it (or, with MAY_READ, review it)."""
    return editable_lessons(user, roles).filter(course__slug=course, slug=lesson).first()


def items_of(user: User, course: Course) -> list[Lesson]:
    """Return everything that stands in a course, with titles of the newest revisions, in two queries."""
    lessons = list(editable_lessons(user, MAY_READ).filter(course=course).select_related(None))
    newest = Q(lesson__in=[lesson.pk for lesson in lessons], number=Subquery(Revision.objects.filter(lesson=OuterRef("lesson")).order_by("-number").values("number")[:1]))
    named = {pk for lesson in lessons for pk in (lesson.published_revision_id, lesson.scheduled_revision_id) if pk}
    revisions = {row.pk: row for row in Revision.objects.filter(newest | Q(pk__in=named)).only("lesson_id", "number", "title_ko", "title_en").order_by("number")}
    last = {row.lesson_id: row for row in revisions.values()}
    for lesson in lessons:
        lesson.course, lesson.newest = course, last.get(lesson.pk)  # type: ignore[attr-defined]  # for the page only
        lesson.published_revision, lesson.scheduled_revision = revisions.get(lesson.published_revision_id), revisions.get(lesson.scheduled_revision_id)
        for revision in (lesson.newest, lesson.published_revision):  # type: ignore[attr-defined]  # set above
            if revision is not None:
                revision.lesson = lesson
    return lessons


def unpublished_among(items: Iterable[Lesson]) -> list[Lesson]:
    """Return those of `items_of` whose newest revision students do not see; what is in the archive or on a schedule is left alone."""
    return [row for row in items if row.archived_at is None and row.scheduled_at is None and row.newest is not None and row.newest.pk != row.published_revision_id]  # type: ignore[attr-defined]  # set by items_of


SLUG_MAX = 50


def free_slug(wanted: str, reserved: Set[str], course: Course | None = None) -> str:
    """Return an address that nothing has yet, made of the wanted one: among courses, or within a course. Titles of other people and pages of ours are nobody's mistake; one's own twin mostly is."""
    rows = course.lessons if course is not None else Course.objects
    taken = set(rows.filter(slug__startswith=wanted[: SLUG_MAX - 4].rstrip("-")).values_list("slug", flat=True))
    return free_name(wanted, taken | reserved, SLUG_MAX)


def slugs_of(course: Course, kind: str) -> list[str]:
    """Return the addresses of everything of a kind in a course that is not put away."""
    return list(course.lessons.filter(kind=kind, archived_at=None).order_by("position", "slug").values_list("slug", flat=True))


def others_at(lesson: Lesson, user: User) -> list[Draft]:
    """Return who else has this lesson open now."""
    return list(Draft.objects.filter(lesson=lesson, saved_at__gte=timezone.now() - PRESENT_FOR).exclude(user=user).select_related("user"))


def draft_of(lesson: Lesson, user: User) -> Draft | None:
    """Return what somebody wrote and did not save as a revision yet."""
    return Draft.objects.filter(lesson=lesson, user=user).first()


def gallery() -> list[Course]:
    """Return the courses that others may clone, with what is published in them."""
    published = Q(lessons__published_revision__isnull=False, lessons__archived_at=None)
    counts = {f"{kind}_count": Count("lessons", filter=published & Q(lessons__kind=kind), distinct=True) for kind in (Kind.LESSON, Kind.SCENARIO, Kind.BANK)}
    return list(Course.objects.filter(is_shared=True, archived_at=None).exclude(licence="all-rights-reserved").annotate(**counts).filter(Q(lesson_count__gt=0) | Q(scenario_count__gt=0)).order_by("title_en"))


def shared_item(course: str, lesson: str) -> Lesson | None:
    """Return something published of a course in the gallery."""
    found = Lesson.objects.filter(course__slug=course, slug=lesson, course__is_shared=True, course__archived_at=None, archived_at=None, published_revision__isnull=False).exclude(kind=Kind.OUTLINE).exclude(course__licence="all-rights-reserved")
    return found.select_related("course", "published_revision").first()


def newest_revision(lesson: Lesson) -> Revision:
    """Return the newest revision; every lesson has one."""
    return lesson.revisions.order_by("-number")[:1].get()


def revisions_of(lesson: Lesson) -> QuerySet[Revision]:
    """Return all revisions, newest first."""
    return lesson.revisions.select_related("created_by", "lesson").order_by("-number")


def seen_at(lesson: Lesson, moment: datetime) -> Lesson:
    """Return the lesson as students see it at a moment: a schedule that is due counts as published."""
    if lesson.scheduled_at is not None and lesson.scheduled_at <= moment and lesson.scheduled_revision is not None:
        lesson.published_revision = lesson.scheduled_revision
    if lesson.published_revision is not None:
        lesson.published_revision.lesson = lesson  # instead of a second row of it for each: half of the time of the query
    return lesson


def _visible(course: str, moment: datetime, *kinds: str) -> QuerySet[Lesson]:
    return _in_sight(course, moment, *kinds).select_related("course", "published_revision", "scheduled_revision").defer("published_revision__files", "scheduled_revision__files")


def _in_sight(course: str, moment: datetime, *kinds: str) -> QuerySet[Lesson]:
    seen = Q(published_revision__isnull=False) | Q(scheduled_at__lte=moment, scheduled_revision__isnull=False)
    return Lesson.objects.filter(seen, course__slug=course, kind__in=kinds, archived_at=None, course__archived_at=None).order_by("position", "slug")


def published_lesson(course: str, lesson: str, *, kind: str = Kind.LESSON) -> Lesson | None:
    """Return a lesson that students see."""
    now = timezone.now()
    found = _visible(course, now, kind).filter(slug=lesson).first()
    return seen_at(found, now) if found is not None else None


@dataclass(frozen=True, slots=True)
class Shown:
    """Something that students see now, as lists and links need it: without rows of it, of its revision and of its course, of which a class would make hundreds."""

    pk: int
    slug: str
    kind: str
    revision_id: int
    module_ko: str
    module_en: str
    course_ko: str
    course_en: str
    title_ko: str
    title_en: str

    @property
    def title(self) -> str:
        """Return the title in the language of the page."""
        return (self.title_ko if language_of_page() == "ko" else self.title_en) or self.slug

    @property
    def module(self) -> str:
        """Return the title of its module in the language of the page, nothing if it is in none."""
        return self.module_ko if language_of_page() == "ko" else self.module_en

    @property
    def course(self) -> str:
        """Return the title of its course in the language of the page."""
        return self.course_ko if language_of_page() == "ko" else self.course_en


def shown(course: str, *kinds: str) -> list[Shown]:
    """Return what students see of a course now, of some kinds, in order and in one query."""
    now = timezone.now()
    of = [f"{revision}__{name}" for revision in ("published_revision", "scheduled_revision") for name in ("pk", "title_ko", "title_en")]
    rows = _in_sight(course, now, *kinds).values_list("pk", "slug", "kind", "module_ko", "module_en", "course__title_ko", "course__title_en", "scheduled_at", *of)
    return [_shown(row[:7], row[7], row[8:11], row[11:], now) for row in rows]


def _shown(own: Sequence[Any], due: datetime | None, public: Sequence[Any], scheduled: Sequence[Any], now: datetime) -> Shown:
    pk, slug, kind, *of = own
    revision, *titles = scheduled if due is not None and due <= now and scheduled[0] is not None else public
    return Shown(pk, slug, kind, revision, *of, *titles)


def classes_through(user: User, course: str) -> tuple[list[str], int]:
    """Return the classes that go through a course: the titles of those that the person teaches, and how many others there are."""
    from learnk8s.classroom.models import Classroom, Role, Seat  # classes read the library; only this asks back

    mine = Seat.objects.filter(user=user, role=Role.TEACHER).values("classroom")
    own = list(Classroom.objects.filter(course_slug=course, pk__in=mine).values_list("title", flat=True))
    return own, Classroom.objects.filter(course_slug=course).count() - len(own)


def titled_course(course: str) -> Course | None:
    """Return what says how a course is called and whether it is in the archive; None for a course that is not there."""
    return Course.objects.filter(slug=course).only("slug", "title_ko", "title_en", "archived_at").first()


def published_lessons(course: str, *, kind: str = Kind.LESSON, moment: datetime | None = None) -> list[Lesson]:
    """Return the lessons of a course that students see, in order."""
    moment = moment or timezone.now()
    return [seen_at(lesson, moment) for lesson in _visible(course, moment, kind)]


def published_beside(lesson: Lesson) -> tuple[Shown | None, Shown | None]:
    """Return what students see before and after a lesson, in one query."""
    order = shown(lesson.course.slug, lesson.kind)
    place = next((place for place, each in enumerate(order) if each.pk == lesson.pk), None)
    if place is None:
        return None, None
    return order[place - 1] if place else None, order[place + 1] if place + 1 < len(order) else None


def published_lessons_of_all() -> list[Lesson]:
    """Return what students see of all courses, course by course in order."""
    return list(_listed().select_related("course", "published_revision__lesson").defer("published_revision__files").order_by("course__slug", "position"))


def keys_of_published() -> set[int]:
    """Return the keys of the lessons that students see of all courses."""
    return set(_listed().values_list("pk", flat=True))


def _listed() -> QuerySet[Lesson]:
    return Lesson.objects.filter(published_revision__isnull=False, kind=Kind.LESSON, archived_at=None, course__is_listed=True, course__archived_at=None)


def published_lessons_with(text: str) -> list[Lesson]:
    """Return the lessons that students see, of all courses, in whose files a text stands."""
    found = Lesson.objects.select_related("course", "published_revision__lesson").filter(published_revision__isnull=False, kind=Kind.LESSON, archived_at=None, course__archived_at=None)
    return list(found.annotate(text=Cast("published_revision__files", TextField())).filter(text__contains=text))


def published_named(course: str, kind: str, slugs: Iterable[str]) -> dict[str, Lesson]:
    """Return what students see of a course under some addresses."""
    wanted, now = list(slugs), timezone.now()
    return {row.slug: seen_at(row, now) for row in _visible(course, now, kind).filter(slug__in=wanted)} if wanted else {}


def count_of_published() -> int:
    """Return how many lessons students see."""
    return _listed().count()


def courses() -> list[Course]:
    """Return the courses of the public catalogue that have something to read."""
    return list(Course.objects.filter(is_listed=True, archived_at=None, lessons__kind=Kind.LESSON, lessons__published_revision__isnull=False).distinct())


def listed_revisions() -> list[tuple[str, str, int]]:
    """Return course, lesson and revision of everything to read in the public catalogue, in order, without making rows of it."""
    found = Lesson.objects.filter(course__is_listed=True, course__archived_at=None, kind=Kind.LESSON, published_revision__isnull=False, archived_at=None)
    return list(found.order_by("course__slug", "position", "slug").values_list("course__slug", "slug", "published_revision_id"))


DOCUMENTS_MAX = 512
_documents: dict[int, Document] = {}
"""Revisions as lessons, remembered because revisions never change; the oldest go first."""


def documents_of(revisions: Iterable[Revision]) -> dict[int, Document]:
    """Return revisions as lessons by their keys; those that are not remembered are read in one query."""
    return documents_by([revision.pk for revision in revisions])


def documents_by(keys: Sequence[int]) -> dict[int, Document]:
    """Return revisions as lessons by their keys."""
    missing = [key for key in keys if key not in _documents]
    found = {key: _documents[key] for key in keys if key in _documents}
    for revision in Revision.objects.select_related("lesson").only("files", "lesson__kind", "lesson__slug").filter(pk__in=missing) if missing else ():
        lesson = parsed(revision.lesson.kind, revision.files).lesson
        assert lesson is not None, "what is published can be read"
        found[revision.pk] = _documents[revision.pk] = lesson
    while len(_documents) > DOCUMENTS_MAX:
        _documents.pop(next(iter(_documents)))
    return found


def document_of(revision: Revision) -> Document:
    """Return a revision as a lesson."""
    return documents_of([revision])[revision.pk]


def questions_of_bank(course: str, bank: str) -> tuple[Revision, dict[str, Question]] | None:
    """Return a published bank's revision and questions."""
    found = published_lesson(course, bank, kind=Kind.BANK)
    if found is None or found.published_revision is None:
        return None
    return found.published_revision, document_of(found.published_revision).questions
