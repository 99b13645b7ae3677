"""Answering in a lesson: hints, limits, giving up, tests with a clock, and what comes back for review."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from learnk8s.lessons.models import Progress
from learnk8s.library import actions as library
from learnk8s.library.models import Lesson
from learnk8s.quizzes.models import Attempt, Card, Sitting

TEXT = (Path(__file__).parents[1] / "courseware" / "every_type.yaml").read_text(encoding="utf-8")
BLOCK = "\n```quiz\n{}\n```\n\n```test\n```\n"
NAMES = "one many yes-no amount word sequence pairs gaps yaml task guess"
LESSON, QUIZ = "/en/learn/kubernetes/self-healing/", "/en/quiz/kubernetes/self-healing/"


@pytest.fixture
def lesson(course):
    """The lesson with every type of question in it."""
    row = Lesson.objects.get(slug="self-healing", course=course)
    files = dict(row.revisions.get(number=1).files)
    files |= {"quiz.yaml": TEXT, **{f"{language}.md": files[f"{language}.md"].split("```quiz")[0] + BLOCK.format(NAMES) for language in ("ko", "en")}}
    revision = library.save_revision(lesson=row, by=None, files=files, base_number=1)
    library.publish(lesson=row, revision=revision, by=None)
    return row


@pytest.fixture
def reader(lesson):
    return Client()


def post(client, name, **fields):
    return client.post(f"{QUIZ}{name}/", fields)


def test_the_page_asks_every_type_with_ids_that_are_unique(reader):
    page = reader.get(LESSON).content.decode()
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for name in NAMES.split():
        assert f'id="question-{name}"' in page


def test_the_lesson_page_asks_the_database_few_questions(lesson, learner, as_, django_assert_max_num_queries):
    client = as_(learner)
    post(client, "one", answer="a")
    with django_assert_max_num_queries(14):
        client.get(LESSON)


def checked(page):
    return re.findall(r'value="(\w+)"[^>]* checked', page)


def test_a_hint_leaves_what_was_chosen(reader):
    ask = {"token": re.search(r'name="token" value="([^"]+)"', reader.get(f"{QUIZ}one/").content.decode())[1]}
    assert checked(post(reader, "one", do="hint", answer="b", **ask).content.decode()) == ["b"]
    assert checked(post(reader, "one", do="hint", **ask).content.decode()) == []
    assert not Attempt.objects.exists()


def test_hints_come_one_by_one_and_cost(reader):
    page = post(reader, "one", do="hint").content.decode()
    assert "first letter" in page
    assert "begins with A" not in page
    assert "Hint (costs 30%)" in page
    page = post(reader, "one", answer="a").content.decode()
    assert "after hints: 80%" in page
    assert Attempt.objects.get().percent == 80


def test_the_focus_goes_to_what_was_said_to_the_answer_and_to_nothing_when_one_comes_back(reader):
    ask = {"hx-request": "true"}
    assert 'tabindex="-1" autofocus><span class="badge"' in reader.post(f"{QUIZ}one/", {"answer": "b"}, headers=ask).content.decode()
    assert '<li tabindex="-1" autofocus>' in reader.post(f"{QUIZ}one/", {"do": "hint"}, headers=ask).content.decode()
    page = reader.get(LESSON).content.decode()
    assert 'class="answers"' in page
    assert "autofocus" not in page


def test_the_key_is_hidden_until_it_is_found_or_given_up(reader):
    page = post(reader, "one", answer="b").content.decode()
    assert "Not B." in page
    assert "It is A." not in page
    assert "It is A." in post(reader, "one", do="reveal").content.decode()
    post(reader, "one", answer="a")
    assert [attempt.percent for attempt in Attempt.objects.all()] == [0]


def rows(page, name):
    """Return the options of a question in the order of the page: value, whether it is marked right, and what is said in its row, which its field names."""
    found = []
    for mark, value, tied, inside in re.findall(r'<label class="choice"(?: data-right="([01])")?><input [^>]*value="(\w+)"([^>]*)>(.*?)</label>', page, re.DOTALL):
        said = re.search(rf'<small id="q-{name}-{value}-said">(.*?)</small>', inside, re.DOTALL)
        assert (f'aria-labelledby="q-{name}-{value}" aria-describedby="q-{name}-{value}-said"' in tied) is (said is not None), value
        found.append((value, mark, re.sub(r"<[^>]+>", "", said[1]) if said else ""))
    return found


def test_what_is_said_to_an_option_stands_in_its_row_and_the_others_say_nothing(reader):
    asked = [value for value, *_ in rows(reader.get(f"{QUIZ}many/").content.decode(), "many")]
    page = post(reader, "many", answer=["a", "c"]).content.decode()
    assert [value for value, *_ in rows(page, "many")] == asked
    assert sorted(rows(page, "many")) == [("a", "1", "✓ right"), ("b", "", ""), ("c", "0", "× wrong"), ("d", "", "")]
    page = post(reader, "many", do="reveal").content.decode()
    assert sorted(rows(page, "many")) == [("a", "1", "✓ right"), ("b", "1", "✓ right"), ("c", "0", "× wrong"), ("d", "", "")]
    assert [value for value, *_ in rows(page, "many")] == asked
    assert "<li data-right" not in page


@pytest.mark.parametrize(("name", "answer", "before", "after"), [
    ("one", "b", [("a", "", ""), ("b", "0", "× wrong — Not B.")], [("a", "1", "✓ right"), ("b", "0", "× wrong — Not B.")]),
    ("one", "a", *2 * [[("a", "1", "✓ right"), ("b", "", "× wrong — Well avoided.")]]),
    ("yes-no", "true", [("false", "", ""), ("true", "0", "× wrong — That is easy to believe.")], [("false", "1", "✓ right"), ("true", "0", "× wrong — That is easy to believe.")]),
    ("guess", "other", [("other", "0", "× wrong"), ("right", "", "")], [("other", "0", "× wrong"), ("right", "1", "✓ right")]),
])
def test_a_row_tells_of_what_was_left_only_once_the_answer_is_shown(reader, name, answer, before, after):
    assert sorted(rows(post(reader, name, answer=answer).content.decode(), name)) == before
    assert sorted(rows(post(reader, name, do="reveal").content.decode(), name)) == after


def test_attempts_are_limited(reader):
    post(reader, "amount", answer="1G")
    assert "1 attempt left" in reader.get(f"{QUIZ}amount/").content.decode()
    post(reader, "amount", answer="3Gi")
    third = post(reader, "amount", answer="1Gi")
    assert third.status_code == 422
    assert "all your attempts" in third.content.decode()
    assert Progress.objects.get().answers["amount"] == 40


def test_an_empty_answer_costs_nothing(reader):
    assert post(reader, "amount", answer=" ").status_code == 422
    assert not Attempt.objects.exists()


@pytest.mark.parametrize(("name", "field"), [
    ("one", r'<fieldset[^>]*{}>.*?<input type="radio"[^>]* autofocus>'), ("pairs", r'<fieldset[^>]*{}>.*?<select[^>]* autofocus>'), ("gaps", r'<fieldset[^>]*{}>.*?<input[^>]*gap-verb[^>]* autofocus>'),
    ("amount", r"<fieldset[^>]*-text\">.*?<input[^>]*{} autofocus>"), ("yaml", r"<fieldset[^>]*-text\">.*?<textarea[^>]*{} autofocus>"),
])
@pytest.mark.parametrize("headers", [{}, {"hx-request": "true"}], ids=["page", "part"])
def test_what_an_empty_answer_lacks_is_tied_to_its_field_which_has_the_focus(reader, name, field, headers):
    page = reader.post(f"{QUIZ}{name}/", {"answer": " "} if name in ("amount", "yaml") else {}, headers=headers).content.decode()
    error = f"question-{name}-error"
    assert re.search(field.format(f' aria-invalid="true" aria-describedby="{error}"'), page, re.DOTALL)
    assert f'<p class="field__error" id="{error}" role="alert">Choose or write an answer first.</p>' in page
    assert (page.count(" autofocus"), page.count('role="alert"'), page.count("aria-invalid")) == (1, 1, 1)


def test_a_refusal_that_is_about_no_field_has_the_focus_itself(reader):
    page = post(reader, "one", do="reveal").content.decode()
    assert '<p class="field__error" tabindex="-1" autofocus>Try it once' in page
    assert "aria-invalid" not in page


def chosen(page):
    """Return the place that each line of the order has on a page."""
    return {name: re.findall(r'<option value="(\d*)" selected>', inside) for name, inside in re.findall(r'place-([xyz])"[^>]*>(.*?)</select>', page)}


@pytest.mark.parametrize("places", [{}, {"x": 1, "y": 1, "z": 1}, {"x": 1, "y": 2, "z": ""}], ids=["untouched", "all the same", "one is missing"])
def test_an_order_is_refused_until_each_line_has_a_place_of_its_own(reader, places):
    refused = post(reader, "sequence", **{f"place-{name}": place for name, place in places.items()})
    assert refused.status_code == 422
    assert "Give every line a place of its own." in refused.content.decode()
    assert chosen(refused.content.decode()) == {name: [str(places[name])] if places.get(name) else [] for name in "xyz"}
    assert not Attempt.objects.exists()


def test_an_order_begins_without_places_and_comes_back_with_those_that_were_given(reader):
    assert chosen(reader.get(LESSON).content.decode()) == {"x": [], "y": [], "z": []}
    places = {"x": 2, "y": 1, "z": 3}
    answered = post(reader, "sequence", **{f"place-{name}": place for name, place in places.items()}).content.decode()
    assert chosen(answered) == chosen(reader.get(LESSON).content.decode()) == {name: [str(place)] for name, place in places.items()}
    assert Attempt.objects.get().percent == 33


@pytest.mark.parametrize("fields", [{"place-x": "1"}, {"do": "hint"}, {"do": "reveal"}])
def test_what_a_stranger_does_first_shuffles_nothing_under_their_hands(lesson, fields):
    """It makes a session, with which they will meet the question in another order."""
    for _stranger in range(8):
        client = Client()
        page = client.get(QUIZ + "sequence/").content.decode()
        token = re.search(r'name="token" value="([^"]+)"', page)[1]
        answer = client.post(QUIZ + "sequence/", {"token": token, **fields}).content.decode()
        assert re.findall(r'name="place-(\w)"', answer) == re.findall(r'name="place-(\w)"', page)


def test_a_world_task_is_checked_in_its_own_sandbox(reader):
    from learnk8s.playground import actions
    from learnk8s.playground.models import Sandbox

    assert "Start the sandbox" in post(reader, "task").content.decode()
    assert post(reader, "task", do="start").status_code == 302
    assert "Not there yet." in post(reader, "task").content.decode()
    actions.type_line(Sandbox.objects.get(), "kubectl create namespace t")
    assert "Right" in post(reader, "task").content.decode()


def test_the_sandbox_of_a_task_says_the_task_and_leads_back(reader):
    page = reader.post(f"{QUIZ}task/", {"do": "start"}, follow=True).content.decode()
    assert "The task: Make the namespace t." in page
    assert "<h1>Make the namespace t.</h1>" in page
    assert f'href="{LESSON}#question-task"' in page


def test_a_world_task_that_was_solved_looks_so_when_one_comes_back(reader):
    from learnk8s.playground import actions
    from learnk8s.playground.models import Sandbox

    post(reader, "task", do="start")
    post(reader, "task")
    assert 'class="answers"' not in reader.get(f"{QUIZ}task/").content.decode()
    actions.type_line(Sandbox.objects.get(), "kubectl create namespace t")
    post(reader, "task")
    actions.type_line(Sandbox.objects.get(), "kubectl delete namespace t")
    for place in (LESSON, f"{QUIZ}task/"):
        assert '<span class="badge" data-health="ok">Right</span>' in reader.get(place).content.decode()


def test_a_world_task_that_was_given_up_shows_its_answer(reader):
    post(reader, "task")
    for page in (post(reader, "task", do="reveal"), reader.get(f"{QUIZ}task/")):
        assert '<pre class="question__model">kubectl create namespace t</pre>' in page.content.decode()


def test_a_stolen_token_does_not_choose_the_variant(reader):
    page = reader.get(f"{QUIZ}guess/").content.decode()
    assert post(reader, "guess", answer="right", token="1:2:3").status_code == 200
    assert 'name="token"' in page
    assert Attempt.objects.get().percent == 100


def test_a_command_of_a_question_is_broken_in_no_flag(reader):
    for page in (LESSON, f"{QUIZ}guess/"):
        assert '$ kubectl create deployment web <span class="nowrap">--image=nginx:1.27</span> <span class="nowrap">--replicas=' in reader.get(page).content.decode()


def test_what_only_a_screen_can_do_is_not_printed(reader):
    assert f'<a class="button no-print" href="{QUIZ}test/">' in reader.get(LESSON).content.decode()


def test_a_test_is_drawn_saved_and_handed_in(reader):
    reader.post(f"{QUIZ}test/begin/")
    sitting = Sitting.objects.get()
    assert len(sitting.items) == 3
    assert "yes-no.answer" in reader.get(f"{QUIZ}test/").content.decode()
    reader.post(f"{QUIZ}test/save/", {"yes-no.answer": "false", "one.answer": "a"})
    reader.post(f"{QUIZ}test/finish/", {"many.answer": ["a"]})
    sitting.refresh_from_db()
    assert sitting.percent == 83
    assert "The last attempt: 83%" in reader.get(f"{QUIZ}test/").content.decode()
    assert Progress.objects.get().answers["test"] == 83


def test_what_comes_after_the_end_does_not_count(reader):
    reader.post(f"{QUIZ}test/begin/")
    reader.post(f"{QUIZ}test/save/", {"yes-no.answer": "false"})
    Sitting.objects.update(ends_at=timezone.now() - timedelta(seconds=10))
    late = reader.post(f"{QUIZ}test/save/", {"one.answer": "a"}, headers={"hx-request": "true"})
    assert late.status_code == 409
    reader.post(f"{QUIZ}test/finish/", {"one.answer": "a"})
    assert Sitting.objects.get().percent == 33


def test_attempts_at_a_test_are_limited_and_the_last_one_counts(reader):
    for answer in ("false", "true"):
        reader.post(f"{QUIZ}test/begin/")
        reader.post(f"{QUIZ}test/finish/", {"yes-no.answer": answer})
    assert reader.post(f"{QUIZ}test/begin/").status_code == 422
    assert Progress.objects.get().answers["test"] == 0


def test_after_a_test_each_option_says_what_came_of_it_and_can_be_chosen_no_more(reader):
    reader.post(f"{QUIZ}test/begin/")
    assert "-said" not in reader.get(f"{QUIZ}test/").content.decode(), "an open test tells nothing"
    reader.post(f"{QUIZ}test/finish/", {"one.answer": "b", "yes-no.answer": "false"})
    asked = {re.search(r'name="([\w-]+)\.answer"', item)[1]: item for item in reader.get(f"{QUIZ}test/").content.decode().split('<li class="panel question">')[1:]}
    assert sorted(rows(asked["one"], "one")) == [("a", "1", "✓ right"), ("b", "0", "× wrong — Not B.")]
    assert sorted(rows(asked["yes-no"], "yes-no")) == [("false", "1", "✓ right"), ("true", "", "")]
    assert all('aria-label="Your answer" disabled>' in item for item in asked.values())


def test_a_mistake_comes_back_and_a_right_answer_sends_it_away(lesson, learner, as_):
    client = as_(learner)
    post(client, "one", answer="b")
    card = Card.objects.get()
    assert card.topic == "misconception:mixes-up"
    Card.objects.update(due_at=timezone.now())
    assert "Choose one." in client.get("/en/quiz/review/").content.decode()
    before = card.due_at
    post(client, "one", answer="a")
    assert Card.objects.get().due_at > before
    assert "Nothing is due now" in client.get("/en/quiz/review/").content.decode()


def test_a_schedule_that_is_due_is_published_without_anybody_looking(lesson):
    row = Lesson.objects.get(pk=lesson.pk)
    old = row.revisions.get(number=1)
    Lesson.objects.filter(pk=row.pk).update(scheduled_revision=old, scheduled_at=timezone.now() + timedelta(hours=1))
    assert "Choose one." in Client().get(LESSON).content.decode()
    Lesson.objects.filter(pk=row.pk).update(scheduled_at=timezone.now() - timedelta(hours=1))
    assert "Choose one." not in Client().get(LESSON).content.decode()


def test_a_test_draws_from_a_bank_by_tags_and_is_pinned_to_its_revision(course, lesson):
    bank = library.make_item(course=course, kind="bank", slug="pool", title={"ko": "은행", "en": "Pool"}, by=None, files={"bank.yaml": "title: {ko: 은행, en: Pool}\n" + TEXT[TEXT.index("questions:"):]})
    first = bank.revisions.get()
    library.publish(lesson=bank, revision=first, by=None)
    files = dict(lesson.revisions.get(number=2).files)
    files["quiz.yaml"] = "quiz: {draw: [{bank: pool, tags: [easy], count: 2}, {bank: pool, count: 1}]}\nquestions: []\n"
    files |= {f"{language}.md": "## 가\n\n```test\n```\n" for language in ("ko", "en")}
    library.publish(lesson=lesson, revision=library.save_revision(lesson=lesson, by=None, files=files, base_number=2), by=None)
    client = Client()
    client.post(f"{QUIZ}test/begin/")
    items = Sitting.objects.get().items
    assert {revision for revision, _name in items} == {first.pk}
    assert len({name for _revision, name in items}) == 3
    assert "task" not in {name for _revision, name in items}
    client.post(f"{QUIZ}test/finish/")
    assert {attempt.revision for attempt in Attempt.objects.all()} == {first}
    assert client.post("/en/quiz/kubernetes/pool/one/", {"answer": "a"}).status_code == 200


def test_a_question_with_a_time_limit_is_asked_on_its_own_page(course, lesson):
    files = dict(lesson.revisions.get(number=2).files)
    files["quiz.yaml"] = files["quiz.yaml"].replace("  - id: one\n", "  - id: one\n    seconds: 30\n")
    library.publish(lesson=lesson, revision=library.save_revision(lesson=lesson, by=None, files=files, base_number=2), by=None)
    client = Client()
    assert "you have 30\u00a0s." in client.get(LESSON).content.decode()
    assert post(client, "one", answer="a").status_code == 422
    client.post(f"{QUIZ}one/timed/begin/")
    assert "one.answer" in client.get(f"{QUIZ}one/timed/").content.decode()
    client.post(f"{QUIZ}one/timed/finish/", {"one.answer": "a"})
    assert Progress.objects.get().answers["one"] == 100


@pytest.mark.parametrize(("seconds", "english", "korean"), [(20, "20\u00a0s", "20초"), (60, "1\u00a0min", "1분"), (90, "1\u00a0min 30\u00a0s", "1분 30초"), (600, "10\u00a0min", "10분")])
def test_a_limit_is_told_in_the_same_words_everywhere(lesson, seconds, english, korean):
    files = dict(lesson.revisions.get(number=2).files)
    files["quiz.yaml"] = files["quiz.yaml"].replace("seconds: 600", f"seconds: {seconds}").replace("  - id: one\n", f"  - id: one\n    seconds: {seconds}\n")
    library.publish(lesson=lesson, revision=library.save_revision(lesson=lesson, by=None, files=files, base_number=2), by=None)
    for language, time in (("en", english), ("ko", korean)):
        place = f"/{language}{QUIZ.removeprefix('/en')}"
        page = Client().get(f"/{language}{LESSON.removeprefix('/en')}").content.decode()
        assert (f"you have {time}." in page and f"Time limit: {time}." in page) if language == "en" else (f"시작하면 {time} 안에" in page and f"제한 시간: {time}." in page)
        assert all((f"You have {time} from" if language == "en" else f"시작한 때부터 {time} 동안") in Client().get(f"{place}{page}").content.decode() for page in ("test/", "one/timed/"))


def test_an_order_in_a_test_is_kept_as_it_is_and_shared_places_earn_nothing(lesson):
    files = dict(lesson.revisions.get(number=2).files)
    files["quiz.yaml"] = files["quiz.yaml"].replace("  - id: sequence\n", "  - id: sequence\n    seconds: 60\n")
    library.publish(lesson=lesson, revision=library.save_revision(lesson=lesson, by=None, files=files, base_number=2), by=None)
    client = Client()
    client.post(f"{QUIZ}sequence/timed/begin/")
    client.post(f"{QUIZ}sequence/timed/save/", {"sequence.asked": "1", "sequence.place-x": "1", "sequence.place-y": "1"})
    assert chosen(client.get(f"{QUIZ}sequence/timed/").content.decode()) == {"x": ["1"], "y": ["1"], "z": []}
    client.post(f"{QUIZ}sequence/timed/finish/", {f"sequence.place-{name}": "1" for name in "xyz"})
    assert Attempt.objects.get().percent == 0


def test_whose_time_was_up_is_told_so_and_has_the_focus_there_once(reader):
    said = "The time was up. What was saved has been handed in."
    reader.post(f"{QUIZ}test/begin/")
    assert 'data-awake="Time left">Ends at</span>' in reader.get(f"{QUIZ}test/").content.decode()
    Sitting.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    back = reader.post(f"{QUIZ}test/finish/", headers={"hx-request": "true"}).headers["HX-Redirect"]
    assert f'tabindex="-1" autofocus>{said}</p>' in reader.get(back).content.decode()
    assert f'<p class="callout callout--note">{said}</p>' in reader.get(f"{QUIZ}test/").content.decode()
    reader.post(f"{QUIZ}test/begin/")
    assert reader.post(f"{QUIZ}test/finish/").headers["Location"] == f"{QUIZ}test/"
    assert said not in reader.get(f"{QUIZ}test/?over=1").content.decode()


def test_whoever_needs_more_time_has_it(lesson, teacher, learner):
    from learnk8s.classroom import actions as classes

    room = classes.open_new_class(teacher=teacher, title="Class 1")
    classes.join(user=learner, classroom=room)
    classes.give_time(classroom=room, user=learner, percent=150)
    client = Client()
    client.force_login(learner)
    client.post(f"{QUIZ}test/begin/")
    sitting = Sitting.objects.get()
    assert round((sitting.ends_at - sitting.started_at).total_seconds()) == 900


def test_an_answer_that_is_taken_away_again_in_a_test_is_not_kept(reader):
    reader.post(f"{QUIZ}test/begin/")
    place = str([name for _revision, name in Sitting.objects.get().items].index("many"))
    reader.post(f"{QUIZ}test/save/", {"many.asked": "1", "many.answer": ["a"]})
    assert Sitting.objects.get().answers[place] == ["a"]
    reader.post(f"{QUIZ}test/save/", {"many.asked": "1"})
    assert Sitting.objects.get().answers[place] == []
    assert 'name="many.asked"' in reader.get(f"{QUIZ}test/").content.decode()


def test_of_two_windows_of_a_test_each_saves_what_was_changed_in_it(reader):
    reader.post(f"{QUIZ}test/begin/")
    reader.post(f"{QUIZ}test/save/", {"one.answer": "a", "many.asked": "1", "changed": ["one"]})
    reader.post(f"{QUIZ}test/save/", {"one.asked": "1", "yes-no.answer": "false", "changed": ["yes-no"]})
    reader.post(f"{QUIZ}test/finish/", {"one.asked": "1", "yes-no.answer": "false", "changed": [""]})
    assert Sitting.objects.get().percent == 66


def test_handing_in_by_a_script_leads_to_the_result(reader):
    reader.post(f"{QUIZ}test/begin/")
    assert reader.post(f"{QUIZ}test/finish/", headers={"hx-request": "true"}).headers["HX-Redirect"] == f"{QUIZ}test/"


def test_enter_in_a_field_of_a_test_saves_and_does_not_hand_in(reader):
    reader.post(f"{QUIZ}test/begin/")
    page = reader.get(f"{QUIZ}test/").content.decode()
    first = page[page.index('id="test-form"'):].partition('type="submit"')[2].partition(">")[0]
    assert f'formaction="{QUIZ}test/save/"' in first
