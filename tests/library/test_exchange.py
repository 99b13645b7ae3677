"""Out and in again without loss; whatever is hostile is refused whole, with the place and the reason."""

import os
import struct
from io import BytesIO, StringIO
from zipfile import ZipFile, ZipInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from learnk8s.courseware.exchange.archive import packed, unpacked
from learnk8s.library import archiving
from learnk8s.library.models import Course, Lesson
from tests.library.test_editor import EDIT, FORM, picture


def upload(files, name="course.zip"):
    return SimpleUploadedFile(name, files if isinstance(files, bytes) else packed(files))


@pytest.fixture
def full(desk, own):
    """The course with a picture, a question, a bank and a scenario in it."""
    desk.post(EDIT + "picture/", {"file": "en.md", "picture": picture(), "alt_ko": "상자", "alt_en": "A box"})
    desk.post(EDIT + "questions/new/", {**FORM, "do": "save", "base": 1})
    for kind in ("bank", "scenario"):
        desk.post("/en/library/mine/new/", {"title_ko": "가", "title_en": kind, "slug": kind, "kind": kind})
    return own


def test_out_and_in_elsewhere_is_equal_byte_for_byte(desk, full):
    out = desk.get("/en/library/mine/export/").content
    assert desk.post("/en/library/import/", {"archive": upload(out), "slug": "elsewhere"}).headers["Location"] == "/en/library/elsewhere/"
    assert desk.get("/en/library/elsewhere/export/").content == out
    assert set(unpacked(out)[0]) > {"course.yaml", "lessons/first/my-drawing.png", "banks/bank/bank.yaml", "scenarios/scenario/scenario.yaml"}


def test_a_working_copy_goes_round(full, tmp_path):
    call_command("export_course", "mine", str(tmp_path / "mine"), stdout=StringIO())
    call_command("import_course", str(tmp_path / "mine"), "--slug", "again", "--owner", "learner", "--publish", stdout=StringIO())
    call_command("export_course", "again", str(tmp_path / "again.zip"), stdout=StringIO())
    assert unpacked((tmp_path / "again.zip").read_bytes())[0] == archiving.files_of(full)
    assert Lesson.objects.get(course__slug="again", slug="first").published_revision is not None
    said = StringIO()
    call_command("import_course", str(tmp_path / "mine"), "--slug", "again", stdout=said)
    assert said.getvalue() == "nothing differs\n"


def test_an_import_is_all_or_nothing_and_lists_every_problem_at_its_line(desk, full):
    files = archiving.files_of(full)
    files["lessons/first/quiz.yaml"] = b"questions:\n  - id: a\n    type: nonsense\n"
    files["lessons/first/ko.md"] = b"\xff\xfe"
    files["banks/bank/bank.yaml"] = b"title: [\n"
    files["elsewhere.txt"] = b""
    page = desk.post("/en/library/import/", {"archive": upload(files), "slug": "broken"})
    text = page.content.decode()
    assert page.status_code == 422
    for place in ("lessons/first/quiz.yaml:3", "lessons/first/ko.md", "banks/bank/bank.yaml:", "elsewhere.txt"):
        assert place in text
    assert not Course.objects.filter(slug="broken").exists()


def test_an_import_into_a_course_makes_revisions(desk, full, lesson):
    files = archiving.files_of(full)
    files["lessons/first/en.md"] += b"\nMORE\n"
    desk.post("/en/library/import/", {"archive": upload(files), "course": "mine"})
    assert "MORE" in lesson.revisions.order_by("-number").first().files["en.md"]
    assert Lesson.objects.get(slug="bank").revisions.count() == 1


def bomb():
    out = BytesIO()
    with ZipFile(out, "w", compression=8) as archive:
        for number in range(40):
            archive.writestr(f"lessons/a/{number}.svg", b"\0" * 4_000_000)
    return out.getvalue()


def lying():
    """A zip whose entry says that it is small."""
    content = bytearray(packed({"lessons/a/a.svg": b"\0" * 9_000_000}))
    place = content.find(b"PK\x01\x02")
    content[place + 24 : place + 28] = struct.pack("<I", 10)
    return bytes(content)


def named(*names):
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(ZipInfo(name), b"x")
    return out.getvalue()


def link():
    out = BytesIO()
    info = ZipInfo("lessons/a/en.md")
    info.external_attr = 0o120777 << 16
    with ZipFile(out, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    return out.getvalue()


HOSTILE = {"bomb": bomb, "lying": lying, "up": lambda: named("../course.yaml"), "absolute": lambda: named("/etc/passwd"), "backslash": lambda: named("lessons\\a\\en.md"), "link": link, "no zip": lambda: b"PK\x03\x04nothing", "empty": lambda: b"",
           "nul": lambda: named("lessons/a/\0.md"), "many": lambda: named(*(f"lessons/a/{number}.md" for number in range(3_100)))}


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_zips_are_refused_whole(desk, own, name):
    page = desk.post("/en/library/import/", {"archive": upload(HOSTILE[name]()), "slug": "hostile"})
    assert page.status_code == 422
    assert not Course.objects.filter(slug="hostile").exists()


def test_a_command_lists_the_problems(db, tmp_path):
    (tmp_path / "lessons" / "a").mkdir(parents=True)
    (tmp_path / "lessons" / "a" / "quiz.yaml").write_text("questions: [")
    with pytest.raises(CommandError, match="lessons/a/lesson.yaml:0"):
        call_command("import_course", str(tmp_path))


GIFT = "::who::What makes pods?{=ReplicaSet#Yes ~kubelet#It runs them ~%50%Deployment}\n\n$CATEGORY: x\n// a comment\nPods come back.{F#They are replaced####Really}\n"


def test_gift_comes_in_and_goes_out(desk, lesson):
    desk.post(EDIT + "exchange/", {"format": "gift", "text": GIFT})
    questions = lesson.revisions.order_by("-number").first().files["quiz.yaml"]
    assert "id: who" in questions
    assert desk.get(EDIT + "questions/who/").status_code == 200
    out = desk.get(EDIT + "exchange/?format=gift").content.decode()
    assert "::who::[markdown]What makes pods?{" in out
    assert "<quiz>" in desk.get(EDIT + "exchange/?format=moodle").content.decode()


def test_what_cannot_be_taken_over_is_told_and_left_out_if_asked(desk, lesson):
    text = "Tell me all.{}\n\nTwo and two?{#4}\n"
    refused = desk.post(EDIT + "exchange/", {"format": "gift", "text": text})
    assert refused.status_code == 422
    assert "essay" in refused.content.decode()
    assert desk.post(EDIT + "exchange/", {"format": "gift", "text": text, "skip": "on"}).status_code == 302
    assert lesson.revisions.count() == 2


def test_notes_of_an_import_and_wrong_letters_are_told(desk, lesson):
    page = desk.post(EDIT + "exchange/", {"format": "gift", "text": "Which two?{~%50%a ~%50%b ~c}\n"}, follow=True).content.decode()
    assert "line 1" in page
    assert "choosing everything earns nothing" in page
    latin = SimpleUploadedFile("q.txt", "Über?{T}\n".encode("latin-1"))
    refused = desk.post(EDIT + "exchange/", {"format": "gift", "file": latin})
    assert refused.status_code == 422
    assert "UTF-8" in refused.content.decode()


@pytest.mark.django_db
def test_mutants_of_a_course_are_imported_whole_or_not_at_all(full):
    """Whatever is changed in a course's files, either everything comes in and goes out the same, or nothing does and each problem has its place."""
    from django.db import transaction
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st

    from tests.courseware.exchange.test_hostile import PIECES

    files = archiving.files_of(full)
    texts = sorted(name for name in files if not name.endswith(".png"))
    before = Course.objects.count(), Lesson.objects.count()

    @settings(max_examples=int(os.environ.get("LEARNK8S_FUZZ", "6")), deadline=None, suppress_health_check=list(HealthCheck))
    @given(name=st.sampled_from(texts), place=st.integers(0, 2_000), gone=st.integers(0, 80), piece=st.sampled_from([each.encode("utf-8", errors="ignore") for each in PIECES]) | st.binary(max_size=6))
    def holds(name, place, gone, piece):
        at = place % (len(files[name]) + 1)
        changed = files | {name: files[name][:at] + piece + files[name][at + gone :]}
        with transaction.atomic():
            report = archiving.bring_in(files=changed, course=None, slug="mutant", by=full.created_by, language="en")
            if report.problems:
                assert all(problem.text for problem in report.problems)
                assert (Course.objects.count(), Lesson.objects.count()) == before
            else:
                out = archiving.files_of(report.course)
                assert {key: value for key, value in out.items() if key != "course.yaml"} == {key: value for key, value in changed.items() if key != "course.yaml"}
            transaction.set_rollback(True)

    holds()


@pytest.mark.parametrize(("content", "said"), [(b"## A\n\n\xff\xfe", "no UTF-8 text"), (b"## A\n\n\0", "NUL")])
def test_a_file_that_is_no_text_is_told_with_line_and_remedy(desk, full, content, said):
    page = desk.post("/en/library/import/", {"archive": upload(archiving.files_of(full) | {"lessons/first/en.md": content}), "slug": "broken"}).content.decode()
    assert "lessons/first/en.md:3" in page
    assert said in page


def test_without_an_address_the_name_of_the_file_makes_one(desk, full):
    for address in ("a-course", "a-course-2"):
        answer = desk.post("/en/library/import/", {"archive": SimpleUploadedFile("A Course.zip", packed(archiving.files_of(full)))})
        assert answer.headers["Location"] == f"/en/library/{address}/"
