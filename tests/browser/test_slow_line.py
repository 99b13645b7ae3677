"""A slow line and one that breaks: what is pressed last is shown, every press counts, nothing is lost or done twice, and the page says when it waits and when nobody answers."""

import pytest

from tests.browser.test_basics import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
SLOW_MS = 400


@pytest.fixture
def sandbox(page, live_server):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{live_server.url}/en/playground/")
    page.locator("button[value=self-healing]").click()
    until(page, "window.htmx && customElements.get('lk-picture') && customElements.get('lk-trouble')")
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Go on").wait_for()
    return page


def slowly(page, pattern):
    """Hold back every answer from an address."""

    def late(route):
        page.wait_for_timeout(SLOW_MS)
        route.continue_()

    page.route(pattern, late)


def minutes(page):
    return int(page.locator(".clock__time").inner_text().split(":")[0])


def test_of_tabs_pressed_quickly_the_last_is_shown(sandbox):
    sandbox.locator(".pod").first.click()
    sandbox.locator(".inspector__tabs").wait_for()
    slowly(sandbox, "**/look/")
    for tab in ("why", "where", "peel", "events", "yaml"):
        sandbox.evaluate(f"document.querySelector('.inspector__tabs [data-tab={tab}]').click()")
    sandbox.locator(".inspector__tabs [data-tab=yaml][aria-current=true]").wait_for(timeout=10_000)
    assert "apiVersion: v1" in sandbox.locator("#inspector").inner_text()


def test_each_press_of_the_clock_counts(sandbox):
    before = minutes(sandbox)
    slowly(sandbox, "**/clock/")
    for _press in range(4):
        sandbox.evaluate("document.querySelector('button[name=jump][value=\"60\"]').click()")
    until(sandbox, f"parseInt(document.querySelector('.clock__time').textContent) >= {before + 4}", seconds=20)
    assert minutes(sandbox) == before + 4


def test_the_page_says_that_nobody_answers_and_when_somebody_does_again(sandbox):
    trouble = sandbox.get_by_role("alert").filter(has_text="cannot be reached")
    sandbox.route("**/clock/", lambda route: route.abort())
    sandbox.get_by_role("button", name="+1 min").click()
    trouble.wait_for()
    sandbox.unroute("**/clock/")
    sandbox.get_by_role("button", name="+1 min").click()
    trouble.wait_for(state="hidden")


@pytest.mark.parametrize(("status", "kind", "body", "said"), [
    (422, "text/plain; charset=utf-8", "This sandbox has taken all that it may.", "This sandbox has taken all that it may."),
    (429, "text/html", "<h1>Too many</h1>", "too often within a short time"),
    (500, "text/html", "<h1>Error</h1>", "made a mistake"),
    (403, "text/html", "<h1>Forbidden</h1>", "no longer possible"),
])
def test_a_refusal_is_read_out_and_the_page_stays(sandbox, status, kind, body, said):
    sandbox.route("**/clock/", lambda route: route.fulfill(status=status, content_type=kind, body=body))
    sandbox.get_by_role("button", name="+1 min").click()
    sandbox.get_by_role("alert").filter(has_text=said).wait_for()
    assert sandbox.locator("h1").count() == 1
    sandbox.locator(".trouble button").click()
    assert sandbox.locator(".trouble").is_hidden()


def test_a_refusal_stays_until_something_else_is_pressed(sandbox):
    sandbox.get_by_role("button", name="Go on").click()
    sandbox.get_by_role("button", name="Pause").wait_for()
    sandbox.route("**/clock/", lambda route: route.fulfill(status=422, content_type="text/plain; charset=utf-8", body="Not now."))
    sandbox.get_by_role("button", name="+1 min").click()
    said = sandbox.get_by_role("alert").filter(has_text="Not now.")
    said.wait_for()
    with sandbox.expect_response("**/look/"):
        pass
    sandbox.wait_for_timeout(200)
    assert said.is_visible()
    sandbox.unroute("**/clock/")
    sandbox.get_by_role("button", name="+1 min").click()
    said.wait_for(state="hidden")


def test_what_was_closed_is_not_said_again_while_it_goes_on(sandbox):
    sandbox.route("**/clock/", lambda route: route.abort())
    sandbox.get_by_role("button", name="+1 min").click()
    sandbox.locator(".trouble button").click()
    with sandbox.expect_event("requestfailed"):
        sandbox.get_by_role("button", name="+1 min").click()
    sandbox.wait_for_timeout(300)
    assert sandbox.locator(".trouble").is_hidden()


def test_waiting_is_seen_where_it_lasts_and_only_there(sandbox):
    line, button = sandbox.locator(".waiting"), sandbox.get_by_role("button", name="+1 min")
    held = []
    sandbox.route("**/clock/", lambda route: held.append(route))
    button.click()
    assert (button.get_attribute("aria-busy"), line.get_attribute("data-shown")) == ("true", "1")
    begins = sandbox.evaluate("document.querySelector('.waiting').getAnimations()[0].effect.getTiming().delay")
    assert begins == 300
    sandbox.wait_for_timeout(600)
    assert line.bounding_box()["width"] > 20
    held[0].continue_()
    until(sandbox, "!document.querySelector('[aria-busy]') && document.querySelector('.waiting').dataset.shown === '0'")
    sandbox.evaluate("document.getElementById('looker').dispatchEvent(new CustomEvent('look', { bubbles: true }))")
    assert line.get_attribute("data-shown") == "0", "what the page asks by itself is not shown"


def test_the_line_stands_still_for_whoever_wants_it(sandbox):
    sandbox.emulate_media(reduced_motion="reduce")
    sandbox.route("**/clock/", lambda route: None)
    sandbox.get_by_role("button", name="+1 min").click()
    sandbox.wait_for_timeout(500)
    assert sandbox.locator(".waiting").bounding_box()["width"] == sandbox.viewport_size["width"]


def screen(page):
    return [block.inner_text().split("\n")[0] for block in page.locator(".terminal__command, .terminal__output").all()]


def test_lines_that_are_typed_ahead_run_in_their_order_with_their_output_below_them(sandbox):
    slowly(sandbox, "**/run/")
    for line in ("kubectl create namespace a", "kubectl get namespace a -o name", "kubectl create namespace b"):
        sandbox.fill("#line", line)
        sandbox.press("#line", "Enter")
    assert sandbox.locator(".terminal__command[data-waiting]").count() == 3
    until(sandbox, "document.querySelectorAll('.terminal__output').length === 3", seconds=20)
    assert screen(sandbox) == ["kubectl create namespace a", "namespace/a created", "kubectl get namespace a -o name", "namespace/a", "kubectl create namespace b", "namespace/b created"]
    assert sandbox.locator("[data-waiting]").count() == 0


def test_a_line_whose_answer_is_lost_is_sent_again_and_run_once(sandbox):
    lost = []

    def lose(route):
        lost.append(route.fetch())
        route.abort()

    sandbox.route("**/run/", lose, times=1)
    sandbox.fill("#line", "kubectl create namespace once")
    sandbox.press("#line", "Enter")
    sandbox.get_by_text("Your line is sent again").wait_for()
    until(sandbox, "document.querySelectorAll('.terminal__output').length === 1")
    assert (len(lost), screen(sandbox)) == (1, ["kubectl create namespace once", "namespace/once created"])


def test_the_terminal_says_what_the_site_says(sandbox):
    sandbox.route("**/run/", lambda route: route.fulfill(status=403, content_type="text/plain; charset=utf-8", body="You have logged out."))
    sandbox.fill("#line", "kubectl get pods")
    sandbox.press("#line", "Enter")
    sandbox.locator(".terminal__output--failed", has_text="You have logged out.").wait_for()
    assert sandbox.locator("#line").input_value() == "kubectl get pods"


def test_typing_on_while_a_word_is_completed_is_not_undone(sandbox):
    slowly(sandbox, "**/complete/*")
    sandbox.locator("#line").focus()
    sandbox.keyboard.type("kubectl get no")
    sandbox.keyboard.press("Tab")
    sandbox.keyboard.type("des")
    sandbox.wait_for_timeout(SLOW_MS * 2)
    assert sandbox.locator("#line").input_value() == "kubectl get nodes"


def test_a_sandbox_that_is_gone_is_not_asked_for_ever(sandbox):
    asked = []
    sandbox.route("**/look/", lambda route: (asked.append(1), route.fulfill(status=404, content_type="text/html", body="")))
    sandbox.get_by_role("button", name="Go on").click()
    until(sandbox, "document.querySelector('.trouble').dataset.shown === '1'")
    sandbox.wait_for_timeout(6000)
    assert len(asked) == 1


def test_the_shop_on_the_first_page_heals_when_the_line_is_there_again(course, page, live_server):
    page.goto(f"{live_server.url}/en/")
    until(page, "window.htmx && customElements.get('lk-trouble')")
    page.route("**/en/", lambda route: route.abort())
    page.locator(".shop__pod").first.click()
    page.get_by_role("alert").filter(has_text="cannot be reached").wait_for()
    page.unroute("**/en/")
    page.get_by_text("Healed after").wait_for(timeout=30_000)
    assert page.locator(".trouble").is_hidden()


def test_ctrl_c_waits_for_the_line_that_it_ends(sandbox):
    sandbox.route("**/run/", lambda route: route.abort(), times=1)
    sandbox.fill("#line", "kubectl get pods -w")
    sandbox.press("#line", "Enter")
    sandbox.press("#line", "Control+c")
    sandbox.get_by_text("^C").wait_for()
    assert screen(sandbox)[0] == "kubectl get pods -w" and screen(sandbox)[-1] == "^C"
    assert sandbox.locator("[data-role=interrupt]").is_hidden()
