"""Who works by keyboard or by ear stays where the work is: the focus is never lost, and what was asked for is where it goes."""

import pytest

from tests.browser.test_basics import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]


@pytest.fixture
def sandbox(page, live_server):
    page.goto(f"{live_server.url}/en/playground/")
    page.locator("button[value=self-healing]").click()
    until(page, "customElements.get('lk-terminal') && customElements.get('lk-picture') && window.htmx")
    return page


def typed(page, line):
    before = page.locator(".terminal__output").count()
    page.fill("#line", line)
    page.press("#line", "Enter")
    until(page, f"document.querySelectorAll('.terminal__output').length > {before}")


def test_the_inspector_takes_the_focus_to_what_was_asked_and_keeps_it(sandbox):
    page = sandbox
    page.locator(".pod").first.focus()
    page.keyboard.press("Enter")
    until(page, "document.activeElement.id === 'inspector-heading'")
    page.locator(".inspector__because a").focus()
    page.keyboard.press("Enter")
    until(page, "document.activeElement.id === 'inspector-why'")
    page.locator("[data-tab=events]").first.focus()
    page.keyboard.press("Enter")
    page.locator("#inspector [data-event]").first.wait_for()
    page.locator("#inspector [data-event]").first.focus()
    page.keyboard.press("Enter")
    until(page, "document.activeElement.textContent === 'Why was this event written?'")
    page.locator("[data-tab=summary]").last.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Delete the pod").focus()
    page.keyboard.press("Enter")
    until(page, "document.activeElement.id === 'inspector-heading' && document.getElementById('inspector-gone')", seconds=40)
    page.keyboard.press("Escape")
    until(page, "document.getElementById('inspector').dataset.open === '0'")


def test_who_ends_a_command_with_the_button_types_on(sandbox):
    page = sandbox
    typed(page, "kubectl get pods -w")
    until(page, "document.getElementById('said').textContent.startsWith('A command goes on')")
    page.locator("[data-role=interrupt]").focus()
    page.keyboard.press("Enter")
    until(page, "document.querySelector('[data-role=interrupt]').hidden")
    assert page.evaluate("document.activeElement.id") == "line"


def test_a_line_from_the_history_is_said_and_a_screen_drawn_anew_is_read_once(sandbox):
    page = sandbox
    typed(page, "kubectl get nodes")
    page.press("#line", "ArrowUp")
    assert page.locator("#said").inner_text() == "kubectl get nodes"
    page.fill("#line", "")
    typed(page, "watch kubectl get pods")
    until(page, "[...document.querySelectorAll('.terminal__output')].at(-1).getAttribute('aria-live') === 'off'")
    assert page.locator(".terminal__output").first.get_attribute("aria-live") is None


def test_the_line_stays_in_a_small_window(sandbox):
    page = sandbox
    page.set_viewport_size({"width": 320, "height": 256})
    typed(page, "kubectl get pods -o yaml")
    until(page, "document.getElementById('line').getBoundingClientRect().bottom <= innerHeight && document.getElementById('line').getBoundingClientRect().top >= 0")


def test_another_moment_and_an_input_that_is_taken_back_say_so(sandbox):
    page = sandbox
    typed(page, "kubectl scale deployment web --replicas=4")
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Taken back: kubectl scale deployment web --replicas=4").wait_for()
    page.get_by_role("link", name="Rewind").click()
    until(page, "document.activeElement.textContent.startsWith('You are looking at the past')")
    assert page.title().startswith("0:")


def test_a_pod_that_goes_in_a_lesson_leaves_the_focus_there_and_one_that_is_pressed_leads_to_what_it_is(course, page, live_server):
    page.goto(f"{live_server.url}/en/learn/kubernetes/self-healing/")
    page.locator("form[action$='/start/'] button").click()
    until(page, "customElements.get('lk-keep-focus') && customElements.get('lk-terminal') && window.htmx && document.querySelector('.pod')")
    page.locator(".pod").first.focus()
    page.request.post(page.evaluate("document.querySelector('.terminal__form').action"), form={"csrfmiddlewaretoken": page.locator(".terminal__form [name=csrfmiddlewaretoken]").input_value(), "line": "kubectl delete pods --all --now"})
    until(page, "document.activeElement.id === 'recent'", seconds=40)
    page.locator(".pod").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/playground/**")
    until(page, "document.activeElement.id === 'inspector-heading'")
    page.get_by_role("link", name="Back to the lesson").click()
    page.wait_for_url("**/learn/kubernetes/self-healing/")
