"""What those hear and find who do not see the picture: sentences in lines that are there before, and words that stay open."""

import pytest

from tests.browser.test_basics import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]


@pytest.fixture
def sandbox(page, live_server):
    """Return the page of a sandbox that notes what its live regions say, from when it is open."""
    page.goto(f"{live_server.url}/en/playground/")
    page.locator("button[value='self-healing']").click()
    until(page, "customElements.get('lk-terminal') && customElements.get('lk-picture') && customElements.get('lk-clock') && window.htmx")
    page.evaluate("""() => {
      window.heard = [];
      for (const region of document.querySelectorAll("#said, [role=status]"))
        new MutationObserver(() => region.textContent.trim() && window.heard.push(region.textContent.trim())).observe(region, {childList: true, characterData: true, subtree: true});
    }""")
    return page


def typed(page, line):
    page.fill("#line", line)
    page.press("#line", "Enter")


def test_the_picture_in_words_stays_open_while_it_changes(sandbox):
    sandbox.locator(".twin > summary").click()
    typed(sandbox, "kubectl scale deployment web --replicas=5")
    until(sandbox, "document.querySelector('#twin-words').textContent.includes('5 of 5 ready')")
    assert sandbox.locator(".twin[open]").count() == 1
    assert sandbox.locator("#twin-services").inner_text().startswith("Service web")


def test_what_came_of_a_line_is_told_once_it_has_come(sandbox):
    typed(sandbox, "kubectl scale deployment web --replicas=5")
    until(sandbox, "window.heard.includes('web: 5 of 5 ready.')")
    assert sandbox.evaluate("window.heard").count("web: 5 of 5 ready.") == 1


def test_a_look_ahead_is_told_by_a_line_that_was_there_before(sandbox):
    sandbox.fill("[name=line][placeholder]", "kubectl delete pod -l app=web")
    sandbox.get_by_role("button", name="Look ahead").click()
    until(sandbox, "window.heard.some((text) => text.startsWith('3 pods would start; 3 pods would be killed'))")


def test_what_the_yaml_panel_did_is_told_by_a_line_that_was_there_before(sandbox):
    sandbox.fill("#yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n")
    sandbox.locator("#editor").get_by_role("button", name="What will happen?").click()
    until(sandbox, "window.heard.some((text) => text.startsWith('ConfigMap x would be new'))")
    sandbox.locator("#editor").get_by_role("button", name="Apply").click()
    until(sandbox, "window.heard.includes('configmap/x created')")
