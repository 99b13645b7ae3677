"""A lesson with the keyboard alone and without an account: started, run, predicted, answered."""

import pytest

from tests.browser.test_basics import page_with_errors, until  # noqa: F401  # a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]


def press(page, selector, key="Enter"):
    """Put the focus on something by its own means and press a key there."""
    page.locator(selector).first.focus()
    page.keyboard.press(key)


def test_a_lesson_by_keyboard_alone(course, page_with_errors, live_server):  # noqa: F811
    page, errors = page_with_errors
    page.goto(f"{live_server.url}/en/learn/kubernetes/self-healing/")
    press(page, "form[action$='/start/'] button")
    page.locator("lk-terminal").wait_for(timeout=15_000)
    page.wait_for_load_state("load")
    until(page, "customElements.get('lk-terminal') && customElements.get('lk-runs')")
    press(page, "[data-run='kubectl get deployment web']")
    until(page, "document.querySelector('.runs__output')?.textContent.includes('READY')")
    assert page.evaluate("document.activeElement.dataset.run") == "kubectl get deployment web"
    press(page, "#predict-delete-one input[type=radio]", "ArrowDown")
    press(page, "#predict-delete-one button")
    page.get_by_text("Pods are not revived; they are replaced.").wait_for(timeout=15_000)
    page.wait_for_load_state("load")
    press(page, "#question-who-counts input[type=radio]", " ")
    press(page, "#question-who-counts button")
    page.get_by_text("A controller takes no orders; it sees a difference.").wait_for(timeout=15_000)
    assert errors == []
