"""A newcomer in a real browser: the Kubernetes Basics tutorial, typed, with the page watching."""

import pytest

from tests.simulation.kubernetes.test_world import BASICS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
LINES = [(line.replace("sleep 1; ", "").replace("sleep 30; ", "").replace("sleep 40; ", ""), expected) for line, expected in BASICS]


@pytest.fixture
def page_with_errors(page):
    errors = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return page, errors


def until(page, expression, *, seconds=15):
    """Wait until an expression holds; wait_for_function would need eval, which the policy forbids."""
    for _look in range(seconds * 20):
        if page.evaluate(f"() => Boolean({expression})"):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {expression}")


def type_line(page, line, expected, *, tries=60):
    """Type a line, and type it again until what is expected is printed: time passes on the page by itself."""
    for _attempt in range(tries):
        before = page.locator(".terminal__output").count()
        page.fill("#line", line)
        page.press("#line", "Enter")
        until(page, f"document.querySelectorAll('.terminal__output').length > {before}")
        for _look in range(40):
            if expected in page.locator(".terminal__output").last.inner_text():
                return
            if page.locator("[data-role=interrupt]").is_hidden():
                break
            page.wait_for_timeout(250)
        page.wait_for_timeout(300)
    raise AssertionError(f"{line!r} never printed {expected!r}: {page.locator('.terminal__output').last.inner_text()!r}")


def test_the_basics_tutorial_from_first_to_last_command(page_with_errors, live_server):
    page, errors = page_with_errors
    page.goto(f"{live_server.url}/en/playground/")
    page.locator("button[value=basics]").click()
    until(page, "customElements.get('lk-terminal') && customElements.get('lk-clock')")
    page.locator("select[name=speed]").select_option("10000")
    for line, expected in LINES:
        type_line(page, line, expected)
    assert errors == []


def test_a_crashed_node_is_seen_and_explained(page_with_errors, live_server):
    page, errors = page_with_errors
    page.goto(f"{live_server.url}/ko/playground/")
    page.locator("button[value=self-healing]").click()
    until(page, "customElements.get('lk-terminal')")
    type_line(page, "fault crash-node node-2", "machine is off")
    page.get_by_role("button", name="+1분").click()
    page.locator("#node-node-2[data-health=bad]").wait_for(timeout=10_000)
    page.locator("#node-node-2 .machine__name").click()
    page.locator(".inspector__tabs [data-tab=why]").click()
    page.locator("#inspector").get_by_text("하트비트가 50초 넘게 끊겨").first.wait_for(timeout=10_000)
    assert errors == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_it_fits_a_phone_and_works_by_keyboard(page, live_server):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{live_server.url}/ko/playground/")
    page.locator("#world-kubernetes summary").focus()
    page.keyboard.press("Enter")
    page.locator("button[value=self-healing]").focus()
    page.keyboard.press("Enter")
    page.locator("#line").wait_for()
    until(page, "customElements.get('lk-terminal')")
    page.locator("#line").focus()
    page.keyboard.type("kubectl get dep")
    page.keyboard.press("Tab")
    until(page, "document.getElementById('line').value.startsWith('kubectl get deployments')")
    page.keyboard.press("Enter")
    page.get_by_text("READY", exact=False).first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator(".playground__scene").bounding_box()["height"] > 250, "the picture has room"
    page.locator(".pod").first.click()
    page.locator("#inspector").get_by_text("web", exact=False).first.wait_for()
    assert page.locator(".inspector__body").bounding_box()["height"] > 100, "the answer has room"


def test_a_phone_shows_the_nodes_of_a_shop_whole_and_a_hundred_nodes_in_a_window(page, live_server):
    page.set_viewport_size({"width": 360, "height": 740})
    for scenario, is_whole in (("shop", True), ("hundred-nodes", False)):
        page.goto(f"{live_server.url}/ko/playground/")
        page.locator("#world-kubernetes summary").click()
        page.locator(f"button[value={scenario}]").click()
        page.locator(".machine").first.wait_for()
        assert page.evaluate("(part => part.scrollHeight - part.clientHeight <= 1)(document.querySelector('.playground__scene'))") is is_whole
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('.playground__scene')).maxHeight") == "none", "paper shows all hundred"


def test_many_services_are_lines_above_the_nodes_and_one_that_was_opened_stays_open(page_with_errors, live_server):
    page, errors = page_with_errors
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{live_server.url}/en/playground/")
    page.evaluate("document.querySelector('button[value=fleet]').click()")
    page.locator("#service-default-web").wait_for()
    until(page, "customElements.get('lk-wires') && customElements.get('lk-terminal')")
    assert page.locator(".machine").first.bounding_box()["y"] < page.locator(".recent").bounding_box()["y"], "nodes are seen below the Services"
    page.locator("#service-default-cart summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("30")
    page.keyboard.press("Enter")
    page.locator("#service-default-cart .service__score").wait_for(timeout=10_000)
    assert page.locator("#service-default-cart summary").inner_text().endswith("30/s")
    assert page.locator("#service-default-cart details").get_attribute("open") is not None
    assert page.evaluate("document.activeElement.name") == "per_second"
    assert errors == []


def test_the_inspector_answers_beside_the_picture_and_the_picture_says_who_acts(page_with_errors, live_server):
    page, errors = page_with_errors
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{live_server.url}/en/playground/")
    page.locator("button[value=self-healing]").click()
    until(page, "customElements.get('lk-picture') && customElements.get('lk-yaml')")
    for part in (".playground__terminal", ".playground__picture"):
        box = page.locator(part).bounding_box()
        assert box["y"] + box["height"] <= 800, f"{part} is in sight without scrolling"
    page.locator(".pod").first.click()
    for tab, word in (("why", "The scheduler found"), ("where", "Points"), ("peel", "cpu.weight"), ("events", "Started"), ("yaml", "apiVersion: v1"), ("fix", "It is as it should be")):
        page.locator(f".inspector__tabs [data-tab={tab}]").click()
        page.locator("#inspector").get_by_text(word, exact=False).first.wait_for(timeout=10_000)
    type_line(page, "kubectl set image deployment/web web=nginx:nope", "image updated")
    page.locator("#owners a").first.click()
    page.locator("#inspector-heading", has_text="Deployment web").wait_for(timeout=15_000)
    page.get_by_role("button", name="+1 min").click()
    page.locator(".inspector__tabs [data-tab=fix]").click()
    page.locator("#inspector [data-run='kubectl rollout undo deployment/web']").click(timeout=15_000)
    page.get_by_text("rolled back", exact=False).first.wait_for(timeout=10_000)
    assert errors == []


def test_yaml_has_line_numbers_its_errors_at_their_line_and_a_look_ahead(page_with_errors, live_server):
    page, errors = page_with_errors
    page.goto(f"{live_server.url}/en/playground/")
    page.locator("button[value=basics]").click()
    until(page, "window.htmx && document.querySelectorAll('.editor__lines span').length > 10")  # before htmx is there, the answer is a page of its own
    page.get_by_role("button", name="What will happen?").click()
    page.locator("#editor").get_by_text("pods started").wait_for(timeout=10_000)
    assert page.locator(".machine .pod").count() == 0
    text = page.locator("#yaml").input_value()
    page.fill("#yaml", text.replace("replicas: 3", "replicas: many"))
    page.get_by_role("button", name="Apply").click()
    page.locator(".editor__wrong").wait_for(timeout=10_000)
    assert page.locator(".editor__wrong").first.inner_text() == "6"
    page.locator(".problems__line").first.click()
    assert page.evaluate("document.activeElement.id") == "yaml"
    assert page.evaluate("document.getElementById('yaml').value.slice(document.getElementById('yaml').selectionStart, document.getElementById('yaml').selectionEnd)").strip() == "replicas: many"
    errors[:] = [error for error in errors if "422" not in error]
    assert errors == []


def test_a_cluster_of_a_thousand_pods_stays_smooth(page_with_errors, live_server):
    from tests.playground.test_page import BYTES_MAX

    page, errors = page_with_errors
    page.goto(f"{live_server.url}/en/playground/")
    page.locator("button[value=hundred-nodes]").click()
    until(page, "document.querySelectorAll('.dot').length === 1000", seconds=60)
    sizes = []
    page.on("response", lambda response: sizes.append(len(response.body())) if "/look/" in response.url else None)
    type_line(page, "kubectl scale deployment web --replicas=980", "scaled")
    until(page, "document.querySelectorAll('.dot').length <= 980", seconds=60)
    assert sizes
    assert max(sizes) < BYTES_MAX


def test_a_pasted_script_an_editor_and_explained_words(page_with_errors, live_server):
    page, errors = page_with_errors
    page.goto(f"{live_server.url}/ko/playground/")
    page.locator("button[value=basics]").click()
    until(page, "Boolean(customElements.get('lk-terminal') && customElements.get('lk-editing'))")
    script = "kubectl create configmap c --from-literal=a=1\\nfor i in 1 2; do\\necho turn $i; sleep 1\\ndone\\necho over\\nkubectl edit configmap c\\n"
    page.evaluate(f"() => {{ const data = new DataTransfer(); data.setData('text', '{script}'); document.getElementById('line').dispatchEvent(new ClipboardEvent('paste', {{ clipboardData: data, bubbles: true, cancelable: true }})); }}")
    page.locator("#edited").wait_for(state="visible")
    screen = page.locator(".terminal__screen").inner_text()
    assert screen.index("turn 2") < screen.index("over")
    page.fill("#edited", page.input_value("#edited").replace('a: "1"', 'a: "2"'))
    page.press("#edited", "Control+s")
    page.locator("#edited").wait_for(state="hidden")
    type_line(page, "kubectl get cm c -o jsonpath={.data.a}", "2")
    page.press("#line", "Control+r")
    page.keyboard.type("create")
    assert page.input_value("#line").startswith("kubectl create configmap")
    page.press("#line", "Escape")
    page.fill("#line", "")
    type_line(page, "kubectl get nodes", "Ready")
    page.locator("#words summary").click()
    until(page, "document.querySelector('#words dd')?.textContent.includes('오브젝트')")
    assert errors == []
