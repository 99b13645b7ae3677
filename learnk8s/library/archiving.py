"""Courses out to files and in from files. An import is all or nothing, with a report of every problem at its file and line."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import OuterRef, Subquery

from learnk8s.accounts.models import User
from learnk8s.courseware.exchange.archive import FOLDERS, Item, sorted_items
from learnk8s.courseware.kinds import parsed
from learnk8s.lessons.pictures import POINTER
from learnk8s.library import actions, pictures, queries
from learnk8s.library.models import Course, Kind, Lesson, Revision
from learnk8s.library.proving import against

PLACES = {kind: folder for folder, kind in FOLDERS.items()}


@dataclass(frozen=True, slots=True)
class Told:
    """One problem of an import."""

    path: str
    line: int
    text: str
    cure: str = ""


@dataclass(slots=True)
class Report:
    """What an import did, or why it did nothing."""

    problems: list[Told] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    course: Course | None = None


def files_of(course: Course) -> dict[str, bytes]:
    """Return the newest revision of everything in a course as files; what is archived stays behind."""
    found: dict[str, bytes] = {}
    kept = {picture.digest: bytes(picture.content) for picture in course.pictures.all()}
    last = Revision.objects.filter(lesson=OuterRef("lesson")).order_by("-number").values("number")[:1]
    for revision in Revision.objects.filter(lesson__course=course, lesson__archived_at=None, number=Subquery(last)).select_related("lesson"):
        folder = "" if revision.lesson.kind == Kind.OUTLINE else f"{PLACES[revision.lesson.kind]}/{revision.lesson.slug}/"
        for name, text in revision.files.items():
            pointer = POINTER.fullmatch(text) if name.endswith(".png") else None
            found[folder + name] = kept.get(pointer[1], text.encode()) if pointer else text.encode()
    return found


NO_TEXT = {"ko": ("UTF-8 글이 아니다.", "UTF-8로 저장하자."), "en": ("This is no UTF-8 text.", "Save it as UTF-8.")}
NUL = {"ko": ("글에 있을 수 없는 글자(NUL)가 있다.", "그 글자를 지우자."), "en": ("There is a letter that no text has (NUL).", "Take it out.")}


def _texts(item: Item, told: list[Told], language: str) -> tuple[dict[str, str], dict[str, bytes]]:
    """Return the text files of an item, and its pictures as they came."""
    texts: dict[str, str] = {}
    images: dict[str, bytes] = {}
    for name, content in item.files.items():
        if name.endswith(".png") and content.startswith(b"\x89PNG"):
            images[name] = content
            continue
        try:
            texts[name] = content.decode("utf-8")
        except UnicodeDecodeError as error:
            told.append(Told(f"{PLACES[item.kind]}/{item.slug}/{name}", content[: error.start].count(b"\n") + 1, *NO_TEXT[language]))
            texts[name] = content.decode("utf-8", errors="replace")
        if "\0" in texts[name]:
            told.append(Told(f"{PLACES[item.kind]}/{item.slug}/{name}", texts[name][: texts[name].index("\0")].count("\n") + 1, *NUL[language]))
    return texts, images


def bring_in(*, files: Mapping[str, bytes], course: Course | None, slug: str, by: User | None, language: str, publish: bool = False) -> Report:
    """Import files into a course, or into a new one with this slug. Nothing is changed if there is a single problem."""
    report = Report()
    outline, items, bad = sorted_items(files)
    report.problems.extend(Told(each.path, 0, each.ko if language == "ko" else each.en, CURE[language]) for each in bad)
    if outline is None and course is None:
        report.problems.append(Told("course.yaml", 0, *_missing(language)))
    read: list[tuple[str, str, dict[str, str], dict[str, bytes]]] = []
    if outline is not None:
        read.append((Kind.OUTLINE, actions.OUTLINE, {"course.yaml": outline.decode("utf-8", errors="replace")}, {}))
    for item in items:
        texts, images = _texts(item, report.problems, language)
        read.append((item.kind, item.slug, texts, images))
    for kind, name, texts, images in read:
        report.problems.extend(_problems(kind, name, texts, images, language, publish=publish))
    if report.problems:
        return report
    try:
        with transaction.atomic():
            report.course = _written(read, course, slug, by, report, publish=publish)
    except (actions.Refused, pictures.NoPicture) as refusal:
        return Report([Told("", 0, str(refusal))])
    return report


CURE = {"ko": "내보내기가 만드는 대로 course.yaml과 lessons/, banks/, scenarios/ 만 넣어 다시 압축하자.", "en": "Zip it again with course.yaml, lessons/, banks/ and scenarios/ only, as the export does."}
"""What to do about a file that has no business in a zip of a course."""


def _missing(language: str) -> tuple[str, str]:
    return ("course.yaml 파일이 없다.", "과정의 제목과 모듈을 적은 파일을 더하자.") if language == "ko" else ("The file course.yaml is missing.", "Add it; it holds the title and the modules of the course.")


def _problems(kind: str, slug: str, texts: Mapping[str, str], images: Mapping[str, bytes], language: str, *, publish: bool) -> list[Told]:
    folder = "" if kind == Kind.OUTLINE else f"{PLACES[kind]}/{slug}/"
    whole = {**texts, **dict.fromkeys(images, "picture")}
    if publish:
        found = [Told(folder + each.file, each.line, each.text, each.cure) for each in against(kind, whole, language)]
    else:
        found = [Told(folder + each.file, each.line, each.text(language), each.cure(language)) for each in parsed(kind, whole).problems]
    for name, content in images.items():
        try:
            pictures.encoded(content)
        except pictures.NoPicture as refusal:
            found.append(Told(folder + name, 0, str(refusal)))
    return found


def _written(read: list[tuple[str, str, dict[str, str], dict[str, bytes]]], course: Course | None, slug: str, by: User | None, report: Report, *, publish: bool) -> Course:
    course = course or _new_course(slug, by)
    ordered = sorted(read, key=lambda row: row[0] == Kind.OUTLINE)
    for kind, name, texts, images in ordered:
        whole = {**texts, **{image: pictures.pointer(pictures.stored(course=course, content=content, by=by)) for image, content in images.items()}}
        row = Lesson.objects.filter(course=course, slug=name).first()
        if row is None:
            row = actions.make_item(course=course, kind=kind, slug=name, title={"ko": name, "en": name}, by=by, files=whole)
            report.done.append(f"{name}: new")
        elif row.kind != kind:
            raise actions.Refused(f"{name}: {row.get_kind_display()}")
        else:
            newest = queries.newest_revision(row)
            if newest.files != whole:
                actions.save_revision(lesson=row, by=by, files=whole, base_number=newest.number, note="import")
                report.done.append(f"{name}: changed")
        if publish or kind == Kind.OUTLINE:
            actions.publish(lesson=row, revision=queries.newest_revision(row), by=by)
    course.refresh_from_db()
    return course


def _new_course(slug: str, by: User | None) -> Course:
    if by is not None:
        return actions.make_course(by=by, slug=slug, title={"ko": slug, "en": slug})
    if Course.objects.filter(slug=slug).exists() or slug in actions.RESERVED:
        raise actions.Refused(f"{slug}?")
    return Course.objects.create(slug=slug, title_ko=slug, title_en=slug)
