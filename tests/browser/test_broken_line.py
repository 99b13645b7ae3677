"""What is written is kept where the line breaks, in two windows at once, and after a step back; what is pressed twice is done once."""

from datetime import timedelta

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from learnk8s.classroom.models import Classroom
from learnk8s.library.models import Draft
from learnk8s.notes.models import Note
from learnk8s.quizzes.models import Attempt, Sitting
from tests.browser.test_basics import type_line, until
from tests.quizzes.test_answering import LESSON, QUIZ, lesson  # noqa: F401  # a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
AWAKE = "window.htmx && customElements.get('lk-waiting')"


@pytest.fixture
def signed_in(teacher, context, live_server, settings):
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY], session[HASH_SESSION_KEY] = str(teacher.pk), "django.contrib.auth.backends.ModelBackend", teacher.get_session_auth_hash()
    session.save()
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": live_server.url}])
    return teacher


def slow_server(page, pattern, ms=400):
    """Let requests reach the server at once, and hold the answers back."""

    def late(route):
        answer = route.fetch(max_redirects=0)
        page.wait_for_timeout(ms)
        route.fulfill(response=answer)

    page.route(pattern, late)


def test_a_form_that_is_sent_twice_quickly_is_sent_once(signed_in, page, live_server):
    page.goto(f"{live_server.url}/en/classes/")
    until(page, AWAKE)
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    slow_server(page, "**/classes/new/")
    page.fill("[name=title]", "Class 1")
    page.focus("[name=title]")
    page.evaluate("const { form } = document.querySelector('[name=title]'); form.requestSubmit(); setTimeout(() => form.requestSubmit(), 50); undefined")
    page.wait_for_url("**/classes/*/")
    assert (len(sent), Classroom.objects.count()) == (1, 1)


def test_an_answer_that_is_pressed_twice_counts_as_one_attempt(course, page, live_server):
    page.goto(f"{live_server.url}{LESSON}")
    until(page, AWAKE)
    question = page.locator("#question-who-counts")
    slow_server(page, "**/quiz/**")
    question.locator("input[type=radio]").first.check()
    for _press in range(2):
        question.get_by_role("button", name="Answer").evaluate("button => button.click()")
    question.locator(".answers").wait_for()
    page.wait_for_timeout(800)
    assert Attempt.objects.count() == 1


def test_a_form_that_does_not_reach_the_site_stays_open(signed_in, settings, page, context, live_server):
    settings.OFFLINE_LESSONS = True
    page.goto(f"{live_server.url}/en/classes/")
    until(page, f"{AWAKE} && navigator.serviceWorker.controller")
    page.fill("[name=title]", "Class 1")
    context.set_offline(True)
    page.get_by_role("button", name="Open the class").or_(page.locator("form[action$='/classes/new/'] button")).first.click()
    page.get_by_role("alert").filter(has_text="What you wrote is still here").wait_for()
    context.set_offline(False)
    context.route("**/classes/new/", lambda route: route.abort())
    page.locator("form[action$='/classes/new/'] button").click()
    page.wait_for_timeout(500)
    assert (page.url, page.input_value("[name=title]"), page.locator("[aria-busy]").count()) == (f"{live_server.url}/en/classes/", "Class 1", 0)
    context.unroute("**/classes/new/")
    page.locator("form[action$='/classes/new/'] button").click()
    page.wait_for_url("**/classes/*/")


def test_a_note_is_kept_while_it_is_written_and_sent_again_after_a_break(course, page, live_server):
    page.goto(f"{live_server.url}{LESSON}")
    until(page, AWAKE)
    note = page.locator("#note-text")
    page.route("**/notes/**", lambda route: route.abort())
    note.press_sequentially("It is a loop")
    page.get_by_role("alert").filter(has_text="cannot be reached").wait_for()
    page.unroute("**/notes/**")
    page.get_by_text("Saved at").wait_for(timeout=10_000)
    assert (Note.objects.get().text, note.input_value()) == ("It is a loop", "It is a loop")
    note.press_sequentially(" that never ends")
    page.goto(f"{live_server.url}/en/design/")
    page.go_back()
    assert page.locator("#note-text").input_value().startswith("It is a loop")


def test_two_windows_of_a_lesson_keep_both_notes(course, page, context, live_server):
    second = context.new_page()
    for window in (page, second):
        window.goto(f"{live_server.url}{LESSON}")
        until(window, AWAKE)
    page.fill("#note-text", "one")
    page.get_by_text("Saved at").wait_for()
    second.fill("#note-text", "two")
    second.get_by_role("button", name="Keep both").click()
    until(second, "document.getElementById('note-text').value === 'two\\n\\none'")
    assert Note.objects.get().text == "two\n\none"


@pytest.fixture
def test_page(lesson, page, live_server):  # noqa: F811
    page.goto(f"{live_server.url}{QUIZ}test/")
    page.get_by_role("button", name="Begin").click()
    until(page, f"{AWAKE} && customElements.get('lk-test')")
    return page


def answers():
    sitting = Sitting.objects.get()
    return {name: sitting.answers.get(str(place)) for place, (_revision, name) in enumerate(sitting.items)}


def test_an_answer_in_a_test_is_saved_when_the_line_is_there_again(test_page):
    test_page.route("**/test/save/", lambda route: route.abort())
    test_page.locator("[name='yes-no.answer']").first.check()
    test_page.get_by_role("alert").filter(has_text="cannot be reached").wait_for()
    test_page.unroute("**/test/save/")
    test_page.get_by_text("Saved at").wait_for(timeout=10_000)
    assert answers()["yes-no"]


def test_handing_in_on_a_broken_line_stays_on_the_page_and_goes_through_afterwards(test_page):
    test_page.locator("[name='yes-no.answer'][value=false]").check()
    test_page.route("**/test/finish/", lambda route: route.abort())
    test_page.get_by_role("button", name="Hand in").click()
    test_page.get_by_role("alert").filter(has_text="cannot be reached").wait_for()
    assert test_page.locator("[name='yes-no.answer'][value=false]").is_checked()
    test_page.unroute("**/test/finish/")
    test_page.get_by_role("button", name="Hand in").click()
    test_page.get_by_text("The last attempt:").first.wait_for()


def test_the_end_of_the_time_hands_in_as_soon_as_the_line_is_there(test_page):
    test_page.route("**/test/finish/", lambda route: route.abort())
    test_page.evaluate("document.querySelector('lk-countdown').dataset.left = document.querySelector('lk-countdown').dataset.now")
    test_page.get_by_role("alert").filter(has_text="cannot be reached").wait_for()
    test_page.unroute("**/test/finish/")
    test_page.get_by_text("The last attempt:").first.wait_for(timeout=10_000)


def test_the_time_left_is_shown_and_said_and_its_end_has_the_focus_on_the_page_that_follows(test_page):
    Sitting.objects.update(ends_at=timezone.now() + timedelta(seconds=23))
    test_page.reload()
    until(test_page, "document.querySelector('lk-countdown')?.innerText.startsWith('Time left 0:')")
    assert test_page.locator("lk-countdown [role=status]").inner_text() == ""
    until(test_page, "document.querySelector('lk-countdown [role=status]').textContent === '20 seconds left.'")
    Sitting.objects.update(ends_at=timezone.now() + timedelta(seconds=2))
    test_page.reload()
    test_page.get_by_text("The time was up. What was saved has been handed in.").wait_for(timeout=10_000)
    until(test_page, "document.activeElement.matches('.callout')")


def test_an_answer_that_lacks_something_puts_the_focus_on_its_first_field(lesson, page, live_server):  # noqa: F811
    page.goto(f"{live_server.url}{LESSON}")
    until(page, AWAKE)
    order = page.locator("#question-sequence")
    order.locator("select").last.select_option("2")
    order.get_by_role("button", name="Answer").press("Enter")
    order.get_by_role("alert").filter(has_text="a place of its own").wait_for()
    assert order.locator("select").first.evaluate("field => field === document.activeElement")
    assert [order.locator("select").nth(number).input_value() for number in range(3)] == ["", "", "2"]
    one = page.locator("#question-one")
    one.get_by_role("button", name="Answer").press("Enter")
    one.get_by_role("alert").wait_for()
    assert one.locator("input[type=radio]").first.evaluate("field => field === document.activeElement && !field.checked")


def test_a_second_window_of_a_test_wipes_nothing(test_page, context):
    second = context.new_page()
    second.goto(test_page.url)
    until(second, "customElements.get('lk-test')")
    test_page.locator("[name='one.answer']").first.check()
    test_page.get_by_text("Saved at").wait_for()
    second.locator("[name='yes-no.answer']").first.check()
    second.get_by_text("Saved at").wait_for()
    saved = answers()
    assert saved["one"] and saved["yes-no"]


def test_a_task_is_ticked_off_when_time_has_brought_it_about(course, page, live_server):
    page.goto(f"{live_server.url}/en/learn/kubernetes/basics-path/")
    page.get_by_role("button", name="Start the sandbox").click()
    until(page, f"{AWAKE} && customElements.get('lk-terminal') && customElements.get('lk-clock')")
    for line, expected in (("kubectl create deployment tea --image=nginx:1.26 --replicas=2", "created"), ("kubectl expose deployment tea --port=80", "exposed"), ("kubectl scale deployment tea --replicas=4", "scaled"), ("kubectl set image deployment/tea nginx=nginx:1.27", "updated")):
        type_line(page, line, expected)
    page.wait_for_timeout(1200)
    assert page.locator(".task__done").count() == 0, "pods need time"
    page.get_by_role("button", name="+1 min").click()
    page.locator(".task__done").wait_for(timeout=20_000)


def test_a_sandbox_that_is_gone_back_to_shows_what_was_typed(page, live_server):
    page.goto(f"{live_server.url}/en/playground/")
    page.locator("button[value=self-healing]").click()
    until(page, f"{AWAKE} && customElements.get('lk-terminal')")
    type_line(page, "kubectl get pods", "READY")
    page.goto(f"{live_server.url}/en/design/")
    page.go_back()
    page.locator(".terminal__command", has_text="kubectl get pods").wait_for()


def test_a_page_of_somebody_who_has_logged_out_is_not_shown_again(signed_in, page, live_server):
    page.goto(f"{live_server.url}/en/classes/")
    until(page, AWAKE)
    page.evaluate("document.cookie = 'csrftoken=anothers; path=/'")
    with page.expect_navigation():
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")


def test_what_is_written_before_the_editor_is_awake_is_kept(signed_in, page, live_server):
    held = []
    page.route("**/lk-editor.js", lambda route: held.append(route))
    page.goto(f"{live_server.url}/en/library/kubernetes/one-request/?file=en.md", wait_until="commit")
    page.locator("textarea[name=text]").fill("written early")
    while not held:
        page.wait_for_timeout(50)
    held[0].continue_()
    page.get_by_text("Kept for you at").wait_for()
    assert Draft.objects.get().files == {"en.md": "written early"}


def test_the_meaning_of_a_word_is_asked_again_after_a_break(course, page, live_server):
    page.goto(f"{live_server.url}{LESSON}")
    until(page, "customElements.get('lk-terms')")
    page.route("**/glossary/**", lambda route: route.abort())
    word = page.locator(".term").first
    with page.expect_event("requestfailed"):
        word.hover()
    page.mouse.move(0, 0)
    page.unroute("**/glossary/**")
    page.wait_for_timeout(500)
    word.hover()
    page.locator(".term-note").wait_for()
