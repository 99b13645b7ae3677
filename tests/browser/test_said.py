"""What is said, to whom it is said, and what can be stopped: notices, words of the glossary, the class now, the sheet of keys, the filtered timeline."""

import pytest
from django.test import Client

from learnk8s.classroom.actions import open_new_class
from tests.browser.test_basics import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
FOCUSED = "document.activeElement"
VOICE = "document.querySelector('body > .visually-hidden[role=status]')"


def enter(page, live_server, person):
    """Let the browser be logged in as somebody."""
    client = Client()
    client.force_login(person)
    page.context.add_cookies([{"name": name, "value": kept.value, "url": live_server.url} for name, kept in client.cookies.items()])


def test_what_was_said_to_a_form_has_the_focus_at_the_top_and_the_next_tab_leads_into_the_page(page, live_server, teacher):
    enter(page, live_server, teacher)
    page.goto(f"{live_server.url}/ko/account/")
    page.fill("#id_display_name", "지민")
    page.press("#id_display_name", "Enter")
    until(page, f"{FOCUSED}.matches('.notice') && window.htmx")
    assert page.evaluate("scrollY") == 0
    page.wait_for_timeout(1000)
    assert page.evaluate(VOICE) is None, "it is not said twice"
    page.keyboard.press("Tab")
    assert page.evaluate(f"{FOCUSED}.id") == "id_display_name"


def test_at_a_place_in_the_page_what_was_said_takes_neither_the_focus_nor_the_view_and_is_heard(page, live_server, course, teacher):
    room = open_new_class(teacher=teacher, title="Class 1")
    enter(page, live_server, teacher)
    page.set_viewport_size({"width": 1280, "height": 300})
    page.goto(f"{live_server.url}/en/classes/{room.pk}/")
    page.locator("button[value=late]").click()
    page.wait_for_url("**#dates")
    until(page, f"{VOICE}?.textContent.startsWith('Saved.')")
    assert page.evaluate(f"{FOCUSED} === document.body")
    assert 0 <= page.evaluate("document.getElementById('dates').getBoundingClientRect().top") < 300


@pytest.mark.parametrize(("language", "error"), [("en", "Error: "), ("ko", "오류: ")])
def test_a_wrong_log_in_is_the_description_of_what_has_the_focus(page, live_server, db, language, error):
    page.goto(f"{live_server.url}/{language}/login/")
    page.fill("#id_username", "nobody")
    page.fill("#id_password", "wrong")
    page.press("#id_password", "Enter")
    until(page, f"document.title.startsWith('{error}')")
    until(page, f"{FOCUSED}.id === 'id_username'")
    assert page.evaluate(f"document.getElementById({FOCUSED}.getAttribute('aria-describedby')).textContent.length > 10")


def test_the_meaning_of_the_first_word_is_said_when_it_has_come_and_that_of_the_next_is_there_already(course, page, live_server):
    page.goto(f"{live_server.url}/ko/learn/kubernetes/self-healing/")
    until(page, "customElements.get('lk-terms')")
    words = "[...document.querySelectorAll('.term')].map((term) => term.getAttribute('href'))"
    later = page.evaluate(f"{words}.findIndex((word, place, all) => word !== all[0])")
    voice = "document.querySelector('lk-terms > [role=status]').textContent"
    page.keyboard.press("Tab")  # so that the focus is seen
    page.locator(".term").first.focus()
    until(page, f"{voice}.length > 10")
    until(page, "performance.getEntriesByType('resource').filter((file) => /glossary/.test(file.name)).length > 1")
    page.wait_for_timeout(300)
    page.evaluate(f"document.querySelectorAll('.term')[{later}].focus()")
    assert page.locator(".term").nth(later).get_attribute("aria-describedby") == "term-note", "it was there when the focus came"
    assert page.evaluate(voice) == "", "what the word is described by is not said twice"
    page.keyboard.press("Escape")
    assert page.locator("[role=tooltip]").count() == 0


def test_the_class_now_stands_still_while_it_is_paused_and_is_new_when_it_goes_on(page, live_server, course, teacher):
    room = open_new_class(teacher=teacher, title="Class 1", course_slug="kubernetes")
    enter(page, live_server, teacher)
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "hx-request" in request.headers else None)
    page.goto(f"{live_server.url}/en/classes/{room.pk}/now/")
    until(page, "customElements.get('lk-pause') && window.htmx && document.querySelector('lk-pause button').checkVisibility()")
    due = "document.getElementById('now').dispatchEvent(new CustomEvent('every'))"
    with page.expect_response("**/now/"):
        page.evaluate(due)
    button, said = page.locator("lk-pause button"), page.locator("lk-pause [role=status]")
    button.focus()
    page.keyboard.press("Enter")
    assert (button.text_content(), said.text_content()) == ("Go on", "Paused: the page stays as it is.")
    count = len(asked)
    page.evaluate(due)
    page.wait_for_timeout(300)
    assert len(asked) == count
    with page.expect_response("**/now/"):
        page.keyboard.press("Space")
    assert (button.text_content(), said.text_content()) == ("Pause", "The page renews itself every ten seconds.")
    assert page.evaluate(f"{FOCUSED}.closest('lk-pause') !== null")


def test_the_sheet_of_keys_opens_from_the_foot_of_a_page_and_gives_the_focus_back(page, live_server, db):
    page.goto(f"{live_server.url}/ko/login/")
    opener = page.locator(".colophon [data-opens=keys]")
    opener.wait_for()
    opener.focus()
    page.keyboard.press("Enter")
    assert page.locator("[data-role=keys-on]").is_visible()
    page.keyboard.press("Escape")
    assert page.evaluate(f"{FOCUSED}.dataset.opens") == "keys"


def test_without_scripts_nothing_is_offered_that_only_scripts_do(browser, live_server, course, teacher):
    room = open_new_class(teacher=teacher, title="Class 1", course_slug="kubernetes")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    enter(page, live_server, teacher)
    page.goto(f"{live_server.url}/en/classes/{room.pk}/now/")
    assert page.locator("lk-pause").is_hidden() and page.locator("[data-opens=keys]").is_hidden()
    context.close()


def test_arrows_walk_only_to_marks_that_were_found_and_enter_opens_each(page, live_server):
    page.goto(f"{live_server.url}/en/timeline/?q=docker")
    until(page, "customElements.get('lk-timeline') && window.htmx")
    found = page.locator(".milestone").count()
    assert page.locator("a.mark").count() == found < page.locator(".mark").count() == 90
    page.locator("a.mark").first.focus()
    for key in ("End", "ArrowDown", "Home", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
        name = page.evaluate(f"{FOCUSED}.id").removeprefix("mark-")
        assert page.locator(f"[id='{name}'].milestone").count() == 1, key
    page.keyboard.press("Enter")
    until(page, f"document.querySelector('#{name} .milestone__why')")
