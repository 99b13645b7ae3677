"""Classes: codes that are posted, dates with extensions, grades that no spreadsheet runs, accounts without e-mail, a whole school behind one address."""

import csv
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.test import Client
from django.utils import timezone

from learnk8s.accounts.models import User
from learnk8s.classroom import actions, grading, queries, spreadsheet
from learnk8s.classroom.models import Assignment, Classroom, Seat
from learnk8s.classroom.views import SMALL_CLASS
from learnk8s.library.models import Course
from learnk8s.quizzes.models import Attempt

QUIZ = "/en/quiz/kubernetes/self-healing/"


@pytest.fixture
def room(course, teacher, learner):
    made = actions.open_new_class(teacher=teacher, title="Class 1")
    actions.join(user=learner, classroom=made)
    return made


@pytest.fixture
def desk(room, teacher, as_):
    return as_(teacher)


def test_a_class_says_that_its_course_is_in_the_archive(room, desk, learner, as_):
    student, kept = as_(learner), "it back; answers are kept until then."
    assert kept not in desk.get(f"/en/classes/{room.pk}/").content.decode()
    Course.objects.filter(slug=room.course_slug).update(archived_at=timezone.now())
    page = desk.get(f"/en/classes/{room.pk}/").content.decode()
    assert kept in page and "publish a lesson or a scenario" not in page
    page = student.get(f"/en/classes/{room.pk}/").content.decode()
    assert "put into the archive. What you did is kept." in page and "has not published anything yet" not in page
    assert "이 수업의 과정은 보관되었다." in student.get(f"/ko/classes/{room.pk}/").content.decode()


def test_a_code_is_posted_rotated_and_closed(room, desk, stranger, as_):
    other, code = as_(stranger), room.join_code
    assert other.get(f"/en/classes/{room.pk}/").status_code == 404
    desk.post(f"/en/classes/{room.pk}/code/")
    assert other.post("/en/classes/join/", {"code": code}).status_code == 422
    room.refresh_from_db()
    desk.post(f"/en/classes/{room.pk}/open/", {"open": "0"})
    assert other.post("/en/classes/join/", {"code": room.join_code}).status_code == 422
    desk.post(f"/en/classes/{room.pk}/open/", {"open": "1"})
    assert other.post("/en/classes/join/", {"code": f" {room.join_code.lower()} "}).status_code == 302


@pytest.mark.parametrize("written", [lambda code: f"{code[:4]} {code[4:]}".lower(), lambda code: f" {code[:2]}\u00a0{code[2:]}\u3000", lambda code: f"{code[:4]}-{code[4:]}", lambda code: "".join(chr(ord(letter) + 0xFEE0) for letter in code)], ids=["small in groups", "odd spaces", "hyphen", "full-width"])
def test_a_code_is_taken_as_people_write_it(room, stranger, as_, written):
    assert as_(stranger).post("/ko/classes/join/", {"code": written(room.join_code)}).status_code == 302
    assert Seat.objects.filter(user=stranger, classroom=room).exists()


def test_courses_of_one_title_are_told_apart_by_their_addresses(course, teacher, as_):
    from learnk8s.library.models import Course, Membership

    for slug in ("kubernetes-2", "other"):
        own = Course.objects.create(slug=slug, title_ko=course.title_ko if slug != "other" else "다른 과정", title_en=course.title_en if slug != "other" else "Another")
        Membership.objects.create(course=own, user=teacher, role="owner")
    page = as_(teacher).get("/ko/classes/").content.decode()
    names = dict(re.findall(r'<option value="([\w-]+)"[^>]*>([^<]+)</option>', page.partition('name="course_slug"')[2].partition("</select>")[0]))
    assert names == {"kubernetes": f"{course.title_ko} (kubernetes)", "kubernetes-2": f"{course.title_ko} (kubernetes-2)", "other": "다른 과정"}


def test_the_spreadsheet_speaks_the_language_of_the_page_and_is_called_as_the_class(room, desk):
    Classroom.objects.filter(pk=room.pk).update(title="1반: 오전")
    answer = desk.get(f"/ko/classes/{room.pk}/grades/?format=csv")
    assert answer.content.decode("utf-8-sig").startswith("로그인 이름,이름,")
    assert answer.headers["Content-Disposition"] == f"attachment; filename=\"class-{room.pk}.csv\"; filename*=UTF-8''1%EB%B0%98%20%20%EC%98%A4%EC%A0%84.csv"
    assert desk.get(f"/en/classes/{room.pk}/grades/?format=csv").content.decode("utf-8-sig").startswith("Log-in name,Name,")


def moved(days):
    """Move every attempt to some days ago."""
    Attempt.objects.update(created_at=timezone.now() - timedelta(days=days))


def points(room):
    found = grading.book(room, queries.students_of(room), queries.dates_of(room))
    place = [column.slug for column in found.columns].index("self-healing")
    return found.rows[0][1][place]


def parts_of(course):
    from learnk8s.library import queries

    document = queries.document_of(queries.published_lesson("kubernetes", "self-healing").published_revision)
    return len(document.questions) + len(document.tasks)


def test_late_answers_count_as_the_class_says_and_extensions_help(room, desk, learner, as_, course):
    as_(learner).post(QUIZ + "who-counts/", {"answer": "rs"})
    whole = 100 // parts_of(course)
    assert points(room).points == whole
    assert desk.get(f"/en/classes/{room.pk}/grades/").content.decode().count(f"<td>{whole}%") == 2, "the student's points, and the mean of the class"
    desk.post(f"/en/classes/{room.pk}/dates/", {"do": "assign", "lesson_slug": "self-healing", "due_at": (timezone.now() - timedelta(hours=30)).strftime("%Y-%m-%dT%H:%M")})
    assert (points(room).points, points(room).is_late) == (whole, True)
    desk.post(f"/en/classes/{room.pk}/dates/", {"do": "late", "late": "penalty", "late_percent": "20"})
    room.refresh_from_db()
    assert points(room).points == 60 // parts_of(course)
    desk.post(f"/en/classes/{room.pk}/dates/", {"do": "late", "late": "refuse", "late_percent": "20"})
    room.refresh_from_db()
    assert points(room).points == 0
    until = (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    desk.post(f"/en/classes/{room.pk}/dates/", {"do": "extend", "assignment": Assignment.objects.get().pk, "student": learner.pk, "until": until})
    assert (points(room).points, points(room).is_late) == (whole, False)


def in_days(days):
    return (timezone.now() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


def test_each_change_of_a_date_is_said_at_the_dates(room, desk, learner):
    at = f"/en/classes/{room.pk}/dates/"

    def said(**sent):
        answer = desk.post(at, sent)
        assert answer.headers["Location"] == f"/en/classes/{room.pk}/#dates"
        before, _section, after = desk.get(answer.headers["Location"].partition("#")[0]).content.decode().partition('<section id="dates"')
        assert 'class="notice' not in before, "it stands where the address leads"
        return re.search(r'<div class="notice" data-health="(\w+)"[^>]*><p>(.*?)</p>', after).groups()

    assert re.fullmatch(r"“Desired state and self-healing” is due: .+ \(UTC\)\.", said(do="assign", lesson_slug="self-healing", due_at=in_days(2))[1])
    assert said(do="extend", assignment=Assignment.objects.get().pk, student=learner.pk, until=in_days(3))[1].startswith(f"{learner} has time for “Desired state and self-healing” until: ")
    health, past = said(do="assign", lesson_slug="self-healing", due_at=in_days(-3))
    assert (health, "lies in the past" in past, "counts as late" in past) == ("wait", True, True)
    assert said(do="extend", assignment=Assignment.objects.get().pk, student=learner.pk, until=in_days(-1))[0] == "wait"
    assert said(do="late", late="penalty", late_percent="20")[1] == "Saved. Answers after the due date: count less with every day."
    assert said(do="remove", kind="lesson", lesson_slug="self-healing")[1] == "“Desired state and self-healing” has no due date any more."
    assert 'class="notice' not in desk.get(f"/en/classes/{room.pk}/").content.decode(), "what was said is said once"


def test_an_extension_is_longer_and_for_a_student_of_the_class(room, desk, stranger):
    assignment = actions.assign(classroom=room, lesson_slug="self-healing", due_at=timezone.now())
    with pytest.raises(actions.Refused):
        actions.extend(assignment=assignment, user=stranger, due_at=timezone.now() + timedelta(days=2))
    with pytest.raises(actions.Refused):
        actions.extend(assignment=assignment, user=User.objects.get(username="learner"), due_at=timezone.now() - timedelta(days=2))
    assert desk.post(f"/en/classes/{room.pk}/dates/", {"do": "extend", "assignment": "x", "student": "y", "until": "z"}).status_code == 422


@pytest.mark.parametrize("name", ['=HYPERLINK("http://evil")', "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1"])
def test_no_name_becomes_a_formula(room, desk, learner, name):
    learner.display_name = name
    learner.save()
    text = desk.get(f"/en/classes/{room.pk}/grades/?format=csv").content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(StringIO(text)) for cell in row]
    assert not [cell for cell in cells if cell.lstrip(" ").startswith(spreadsheet.FORMULAS)]


def test_accounts_are_made_without_addresses_and_get_new_passwords(room, desk):
    page = desk.post(f"/en/classes/{room.pk}/people/", {"do": "accounts", "names": "Kim Minji\n\n=evil\n"}).content.decode()
    made = User.objects.get(display_name="Kim Minji")
    assert made.email == ""
    password = page.split(made.username)[1].split("<code>")[1].split("</code>")[0]
    assert Client().login(username=made.username, password=password)
    again = desk.post(f"/en/classes/{room.pk}/people/", {"do": "password", "user": made.pk}).content.decode()
    assert not Client().login(username=made.username, password=password)
    assert Client().login(username=made.username, password=again.split(made.username)[1].split("<code>")[1].split("</code>")[0])


def test_a_teacher_changes_no_password_that_is_not_theirs(room, desk, learner):
    desk.post(f"/en/classes/{room.pk}/people/", {"do": "password", "user": learner.pk})
    assert Client().login(username="learner", password="correct horse")


def test_teachers_share_a_class_and_one_stays(room, desk, stranger, teacher, as_):
    desk.post(f"/en/classes/{room.pk}/people/", {"do": "teacher", "username": "stranger"})
    assert as_(stranger).get(f"/en/classes/{room.pk}/grades/").status_code == 200
    as_(stranger).post(f"/en/classes/{room.pk}/people/", {"do": "remove", "user": teacher.pk})
    as_(stranger).post(f"/en/classes/{room.pk}/leave/")
    assert Seat.objects.filter(classroom=room, role="teacher").count() == 1


def test_only_teachers_see_grades_and_change_the_class(room, learner, as_):
    student = as_(learner)
    assert student.get(f"/en/classes/{room.pk}/").status_code == 200
    assert student.get(f"/en/classes/{room.pk}/grades/").status_code == 404
    for path in ("dates/", "people/", "delete/", "code/", "open/"):
        assert student.post(f"/en/classes/{room.pk}/{path}").status_code == 404
    assert student.post(f"/en/classes/{room.pk}/leave/").status_code == 302


def test_a_class_is_deleted_by_its_title_and_work_stays(room, desk, learner, as_):
    as_(learner).post(QUIZ + "who-counts/", {"answer": "rs"})
    desk.post(f"/en/classes/{room.pk}/delete/", {"title": "Class 2"})
    assert Classroom.objects.exists()
    desk.post(f"/en/classes/{room.pk}/delete/", {"title": "Class 1"})
    assert not Classroom.objects.exists()
    assert Attempt.objects.filter(user=learner).exists()


def test_a_number_that_no_class_has_is_not_found(desk):
    for number in (10**6, 10**20):
        assert desk.get(f"/en/classes/{number}/").status_code == 404
        assert desk.post(f"/en/classes/{number}/leave/").status_code == 404


def test_a_full_class_takes_few_queries(room, desk, django_assert_max_num_queries):
    actions.make_accounts(classroom=room, names=[f"student {number}" for number in range(20)])
    with django_assert_max_num_queries(12):
        desk.get(f"/en/classes/{room.pk}/")
    with django_assert_max_num_queries(12):
        desk.get(f"/en/classes/{room.pk}/grades/")


@pytest.mark.parametrize("path", ["", "grades/"])
def test_columns_stand_below_their_modules(room, desk, path):
    head = desk.get(f"/en/classes/{room.pk}/{path}").content.decode().partition("<thead>")[2].partition("</thead>")[0]
    groups, columns = (row.partition("</tr>")[0] for row in head.split("<tr>")[1:])
    counts = [int(count) for count in re.findall(r'<(?:th scope="colgroup"|td) colspan="(\d+)">', groups)]
    assert groups.startswith('<td></td><th scope="colgroup" colspan="2">Why virtualise at all</th>')
    assert sum(counts) == columns.count('<th scope="col">') - 1
    names = re.findall(r'<th scope="colgroup"[^>]*>(.*?)</th>', groups)
    assert len(names) == len(set(names)) > 5


def test_a_course_without_modules_has_one_row_of_heads(learner, as_):
    from learnk8s.library import actions as library

    own = library.make_course(by=learner, slug="mine", title={"ko": "내 코스", "en": "My course"})
    lesson = library.make_item(course=own, kind="lesson", slug="first", title={"ko": "첫 레슨", "en": "First lesson"}, by=learner)
    library.publish(lesson=lesson, revision=lesson.revisions.get(), by=learner)
    made = actions.open_new_class(teacher=learner, title="Class 2", course_slug="mine")
    page = as_(learner).get(f"/en/classes/{made.pk}/grades/").content.decode()
    assert "First lesson" in page and "colgroup" not in page


def test_the_forms_of_a_large_class_come_by_themselves_and_without_scripts_on_demand(room, desk, learner, as_):
    desk.post(f"/en/classes/{room.pk}/people/", {"do": "accounts", "names": "\n".join(f"Student {number}" for number in range(SMALL_CLASS))})
    assert room.seats.filter(role="student").count() > SMALL_CLASS
    here = f"/en/classes/{room.pk}/"
    page = desk.get(here).content.decode()
    links = {"dates": 'href="?forms=dates#dates-heading"', "people": 'href="?forms=people#seats-heading"'}
    assert 'id="assign-due_at"' not in page and all(link in page for link in links.values())
    for name, other, texts in (("dates", "people", ['id="dates-heading"', 'id="assign-due_at"']), ("people", "dates", ['id="seats-heading"', '<option value="150">150%</option>', "Take Student 7 out"])):
        part, whole = (desk.get(f"{here}?forms={name}", headers=headers).content.decode() for headers in ({"HX-Request": "true"}, {}))
        assert all(text in part and text in whole for text in texts)
        assert "<html" not in part and links[name] not in whole and links[other] in whole
    for address, sent, field in (("people", {"do": "teacher", "username": "nobody-here"}, 'id="teacher-username"'), ("dates", {"do": "late", "late": "penalty", "late_percent": "101"}, 'id="late-late_percent"')):
        refused = desk.post(f"{here}{address}/", sent)
        assert refused.status_code == 422 and field in refused.content.decode()
    assert 'id="assign-due_at"' not in as_(learner).get(f"{here}?forms=dates", headers={"HX-Request": "true"}).content.decode()


def test_a_school_behind_one_address_logs_in_at_once(db):
    for number in range(120):
        User.objects.create_user(username=f"s{number}", password="right-one")
    for number in range(120):
        client = Client()
        assert client.post("/en/login/", {"username": f"s{number}", "password": "wrong" if number % 3 == 0 else "right-one"}).status_code == (422 if number % 3 == 0 else 302)
    for _try in range(11):
        last = Client().post("/en/login/", {"username": "s1", "password": "wrong"})
    assert last.status_code == 429
    assert Client().post("/en/login/", {"username": "s2", "password": "right-one"}).status_code == 302


def test_everything_about_a_person_is_given_out_and_deleted(room, learner, as_):
    client = as_(learner)
    client.post(QUIZ + "who-counts/", {"answer": "kubelet"})
    found = client.get("/en/account/export/").json()
    assert {"quizzes.attempt", "quizzes.card", "lessons.progress", "classroom.seat"} <= {name for name, rows in found.items() if rows}
    client.post("/en/account/delete/", {"username": "learner"})
    assert not Attempt.objects.exists()
    assert not User.objects.filter(username="learner").exists()


def test_the_class_now_shows_who_may_need_help(room, desk, learner, stranger, as_):
    actions.join(user=stranger, classroom=room)
    address = f"/en/classes/{room.pk}/now/"
    assert {row.state for row in desk.get(address).context["rows"]} == {"away"}
    from learnk8s.library import queries

    document = queries.document_of(queries.published_lesson("kubernetes", "self-healing").published_revision)
    question = next(found for found in document.questions.values() if found.type == "single" and not found.rules.attempts)
    wrong, right = (next(option.id for option in question.options if option.is_right is is_right) for is_right in (False, True))
    for _time in range(3):
        as_(learner).post(f"{QUIZ}{question.id}/", {"answer": wrong})
    as_(stranger).post(f"{QUIZ}{question.id}/", {"answer": right})
    rows = desk.get(address).context["rows"]
    assert [(row.name, row.state, row.question, row.percent, row.wrong) for row in rows] == [(str(learner), "stuck", question.id, 0, 3), (str(stranger), "working", question.id, 100, 0)]
    assert str(learner) not in desk.get(f"{address}?names=0").content.decode().split("<table")[1]
    moved(1)
    from learnk8s.lessons.models import Progress

    Progress.objects.update(updated_at=timezone.now() - timedelta(days=1))
    assert {row.state for row in desk.get(address).context["rows"]} == {"away"}
    assert as_(learner).get(address).status_code == 404


def test_commands_of_lessons_are_seen_and_those_of_ones_own_are_not(room, desk, learner, as_):
    from learnk8s.playground import actions as playground
    from learnk8s.playground.models import Sandbox

    student = as_(learner)
    student.post("/en/learn/kubernetes/self-healing/start/")
    student.post("/en/playground/", {"scenario": "kubernetes:basics"})
    for sandbox in Sandbox.objects.filter(user=learner):
        for line in ("kubectl get nodes", *["kubectl get nonsense"] * 4):
            playground.type_line(sandbox, line if sandbox.lesson_key else "kubectl get secrets")
    (row,) = desk.get(f"/en/classes/{room.pk}/now/").context["rows"]
    assert (row.state, row.line, row.has_failed, row.wrong) == ("stuck", "kubectl get nonsense", True, 4)


def test_a_student_may_have_more_time(room, desk, learner, course):
    from learnk8s.classroom.queries import time_percent_of

    assert time_percent_of(learner, "kubernetes") == 100
    desk.post(f"/en/classes/{room.pk}/people/", {"do": "time", "user": learner.pk, "time": "150"})
    assert (time_percent_of(learner, "kubernetes"), time_percent_of(learner, "other"), time_percent_of(None, "kubernetes")) == (150, 100, 100)
    assert desk.post(f"/en/classes/{room.pk}/people/", {"do": "time", "user": learner.pk, "time": "900"}).status_code == 404


def test_the_class_now_takes_few_queries(room, desk, django_assert_max_num_queries):
    actions.make_accounts(classroom=room, names=[f"Student {number}" for number in range(30)])
    desk.get(f"/en/classes/{room.pk}/now/")
    with django_assert_max_num_queries(11):
        desk.get(f"/en/classes/{room.pk}/now/")


@pytest.mark.parametrize(("part", "sent", "wrong"), [
    pytest.param("people", {"do": "teacher", "username": "nobody"}, 'name="username"', id="a teacher whom nobody knows"),
    pytest.param("dates", {"do": "late", "late": "penalty", "late_percent": "400"}, 'name="late_percent"', id="more than there is"),
])
def test_a_refused_form_is_open_with_the_focus_where_it_is_wrong(room, desk, part, sent, wrong):
    page = desk.post(f"/en/classes/{room.pk}/{part}/", sent)
    assert page.status_code == 422
    text = page.content.decode()
    assert [field for field in re.findall(r"<(?:input|select|textarea)[^>]* autofocus[^>]*>", text) if wrong in field]
    assert text.count(" autofocus") == 1
    assert part == "dates" or re.search(r"<details[^>]* open>(?:(?!</details>).)*Nobody has this log-in name", text, re.DOTALL)
