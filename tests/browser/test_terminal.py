"""The terminal in a real browser: what is typed, pressed and printed behaves as in a terminal."""

import pytest

from tests.browser.test_basics import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
IDLE = "(({ sending, busy, queue }) => !sending && !busy && !queue.length)(document.querySelector('lk-terminal'))"
SHOWN = "[...document.querySelectorAll('.terminal__screen > pre')].map((block) => (block.dataset.prompt ?? '') + block.textContent.trimEnd()).join('\\n')"
SCREEN = "document.querySelector('.terminal__screen')"
AT_END = f"{SCREEN}.scrollHeight - {SCREEN}.scrollTop - {SCREEN}.clientHeight < 2"


@pytest.fixture
def shell(page, live_server):
    page.goto(f"{live_server.url}/en/playground/")
    page.locator("button[value=self-healing]").click()
    until(page, "customElements.get('lk-terminal') && customElements.get('lk-editing') && customElements.get('lk-clock') && window.htmx")
    page.locator("#line").focus()
    return page


def entered(page, line, *, ends=True):
    page.keyboard.type(line)
    page.keyboard.press("Enter")
    until(page, IDLE if ends else "document.getElementById('clock').dataset.running === '1'")


def test_lines_that_are_typed_ahead_print_below_themselves(shell):
    shell.route("**/run/", lambda route: (shell.wait_for_timeout(80), route.continue_()))
    for word in ("one", "two", "three"):
        shell.keyboard.type(f"echo {word}")
        shell.keyboard.press("Enter")
    until(shell, f"{SHOWN}.endsWith('three\\nthree')")
    assert shell.evaluate(SHOWN).split("\n") == ["$ echo one", "one", "$ echo two", "two", "$ echo three", "three"]


def test_a_click_into_the_terminal_leads_to_its_line(shell):
    entered(shell, "echo a word to mark")
    shell.locator(".terminal__screen").click(position={"x": 20, "y": 120})
    shell.keyboard.type("echo typed")
    assert shell.evaluate("document.getElementById('line').value") == "echo typed"
    shell.locator(".terminal__output").last.dblclick(position={"x": 30, "y": 8})
    assert shell.evaluate("getSelection().toString().trim()") and shell.evaluate("document.activeElement.id") != "line", "marking a text is no click"
    shell.keyboard.type("!")
    assert shell.evaluate("document.getElementById('line').value") == "echo typed!"


def test_tab_loses_nothing_of_what_is_typed_meanwhile(shell):
    shell.route("**/complete/**", lambda route: (shell.wait_for_timeout(300), route.continue_()))
    shell.keyboard.type("kubectl get deploym")
    shell.keyboard.press("Tab")
    shell.keyboard.type("-o wide")
    until(shell, "document.getElementById('line').value.includes('deployments')")
    assert shell.evaluate("document.getElementById('line').value") == "kubectl get deployments -o wide"
    shell.evaluate("document.getElementById('line').value = ''")
    shell.keyboard.type("kubectl get deploym -o wide")
    for _letter in range(8):
        shell.keyboard.press("ArrowLeft")
    shell.keyboard.press("Tab")
    until(shell, "document.getElementById('line').value === 'kubectl get deployments -o wide'")


def test_the_keys_of_a_line_editor_work(shell):
    entered(shell, "kubectl get nodes")
    shell.keyboard.type("kubectl get pods")
    for key, value in (("Control+u", ""), ("Control+y", "kubectl get pods"), ("Control+a", None), ("Control+k", ""), ("Control+p", "kubectl get nodes"), ("Control+u", ""), ("Alt+.", "nodes")):
        shell.keyboard.press(key)
        assert value is None or shell.evaluate("document.getElementById('line').value") == value, key
    shell.keyboard.press("Control+u")
    entered(shell, "kubectl exec -it deployment/web -- sh")
    assert shell.locator(".terminal__prompt").get_attribute("data-prompt") == "/ # "
    shell.keyboard.press("Control+d")
    until(shell, "document.querySelector('.terminal__prompt').dataset.prompt === '$ '")
    assert shell.evaluate(SHOWN).endswith("/ # exit")
    shell.keyboard.press("Enter")
    assert shell.evaluate(SHOWN).endswith("\n$ "), "an empty line is a prompt more"


def test_who_reads_further_up_is_not_taken_to_the_end(shell):
    for _time in range(4):
        entered(shell, "kubectl get pods -A; kubectl get nodes; kubectl api-resources | head -20")
    entered(shell, "kubectl get pods -w", ends=False)
    until(shell, AT_END)  # a frame later than its size
    shell.evaluate(f"{SCREEN}.scrollTop = 40")
    shell.locator("#picture .pod").first.click()
    shell.locator("#inspector button", has_text="Delete the pod").click()
    until(shell, f"{SHOWN}.includes('Terminating')")
    assert shell.evaluate(f"{SCREEN}.scrollTop") == 40
    shell.locator("#line").focus()
    shell.keyboard.press("Control+c")
    until(shell, IDLE)
    entered(shell, "echo end")
    until(shell, AT_END)


def test_an_editor_leaves_the_end_of_the_screen_and_its_own_buttons_in_sight(shell):
    for _time in range(3):
        entered(shell, "kubectl get pods -A; kubectl get nodes")
    entered(shell, "kubectl edit deployment web", ends=False)
    until(shell, "document.activeElement.id === 'edited'")
    until(shell, AT_END)
    line, save = (shell.locator(place).last.bounding_box() for place in (".terminal__command", "lk-editing button[value='1']"))
    panel = shell.locator("lk-editing").bounding_box()
    screen = shell.locator(".terminal__screen").bounding_box()
    assert screen["y"] <= line["y"] and line["y"] + line["height"] <= screen["y"] + screen["height"] + 1 <= panel["y"] + 1
    assert save["y"] + save["height"] <= panel["y"] + panel["height"]


def test_what_is_pasted_behind_a_command_that_reads_is_what_it_reads(shell):
    shell.evaluate("""() => {
      const data = new DataTransfer();
      data.setData("text", "kubectl apply -f -\\napiVersion: v1\\nkind: ConfigMap\\nmetadata:\\n  name: pasted\\n# a remark\\n");
      document.getElementById("line").dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }""")
    until(shell, "document.activeElement.id === 'edited' && document.getElementById('edited').value.includes('pasted')")
    assert shell.evaluate("document.getElementById('edited').value").endswith("name: pasted\n# a remark\n")
    assert shell.get_by_role("button", name="End of the text").is_visible() and shell.get_by_role("button", name="Save and close").is_hidden()
    shell.keyboard.press("Control+d")
    until(shell, f"{SHOWN}.endsWith('configmap/pasted created')")
    assert shell.evaluate("document.activeElement.id") == "line"
    entered(shell, "cat > note.txt", ends=False)
    until(shell, "document.activeElement.id === 'edited'")
    shell.keyboard.press("Control+c")
    until(shell, f"{IDLE} && document.activeElement.id === 'line'")
    assert shell.evaluate(SHOWN).endswith("^C")


def test_a_page_loaded_anew_shows_the_screen_as_it_was_and_goes_on_in_it(shell):
    for line in ("kubectl exec -it deployment/web -- sh", "hostname", "exit", "kubectl rollout restart deployment/web", "kubectl rollout status deployment/web"):
        entered(shell, line)
    entered(shell, "echo marked; watch -n1 kubectl get nodes", ends=False)
    until(shell, f"{SHOWN}.includes('Every 1.0s')")
    before = shell.evaluate(SHOWN).split("\nmarked\n")[0]
    assert 'deployment "web" successfully rolled out' in before and "\n/ # hostname\n" in before
    shell.reload()
    until(shell, "customElements.get('lk-terminal') && customElements.get('lk-clock') && window.htmx")
    assert shell.evaluate(SHOWN).split("\nmarked\n")[0] == before
    age = shell.evaluate(SHOWN).split("\n")[-1].split()[-2]
    until(shell, f"{SHOWN}.split('\\n').at(-1).trim().split(/\\s+/).at(-2) !== '{age}'")
    assert shell.evaluate(SHOWN).count("Every 1.0s") == 1 and shell.evaluate(SHOWN).count("\nmarked\n") == 1


def test_a_look_into_the_past_stays_in_the_past(shell):
    entered(shell, "kubectl scale deployment web --replicas=5")
    shell.locator("#clock button[name=jump][value='60']").click()
    until(shell, "document.querySelectorAll('#picture .pod').length === 5")
    shell.locator("#line").focus()
    entered(shell, "kubectl scale deployment web --replicas=1")
    shell.locator("#clock button[name=jump][value='60']").click()
    until(shell, "document.querySelectorAll('#picture .pod').length === 1")
    until(shell, "Number(document.getElementById('clock').dataset.now) > 120000")
    when = shell.evaluate("Number(document.getElementById('clock').dataset.now) - 80000")
    shell.goto(f"{shell.url.split('?')[0]}?at={when}")
    until(shell, "customElements.get('lk-picture') && window.htmx")
    time = shell.locator(".clock__time").inner_text()
    assert shell.locator("#picture .pod").count() == 5 and "--replicas=1" not in shell.evaluate(SHOWN)
    shell.locator("#picture .pod").first.click()
    until(shell, "document.querySelector('#inspector .facts')")
    shell.locator("#inspector a.tabs__tab", has_text="Events").click()
    until(shell, "document.querySelector('#inspector .events')")
    assert shell.locator("#picture .pod").count() == 5 and shell.locator(".clock__time").inner_text() == time
    assert shell.locator("#inspector form, .toolbar form[hx-post], #clock form").count() == 0


def test_what_is_typed_behind_a_command_that_goes_on_waits_for_its_end(shell):
    entered(shell, "sleep 4", ends=False)
    for word in ("one", "two"):
        shell.keyboard.type(f"echo {word}")
        shell.keyboard.press("Enter")
    assert shell.locator(".terminal__command[data-waiting]").count() == 2
    until(shell, f"{SHOWN}.includes('This line runs when the one before it has ended')")
    until(shell, f"{SHOWN}.endsWith('two\\ntwo')", seconds=20)
    assert shell.evaluate(SHOWN).split("\n") == ["$ sleep 4", "$ echo one", "one", "$ echo two", "two"]


def test_ctrl_c_drops_what_was_typed_ahead(shell):
    entered(shell, "kubectl get pods -w", ends=False)
    shell.keyboard.type("echo never")
    shell.keyboard.press("Enter")
    until(shell, f"{SHOWN}.includes('This line runs when')")
    shell.keyboard.press("Control+c")
    until(shell, IDLE)
    shell.keyboard.type("echo now")
    shell.keyboard.press("Enter")
    until(shell, f"{SHOWN}.endsWith('echo now\\nnow')")
    assert "never" not in shell.evaluate(SHOWN) and "This line runs" not in shell.evaluate(SHOWN)


def test_a_forwarded_port_steps_aside_for_the_next_line(shell):
    entered(shell, "kubectl port-forward deployment/web 8080:80", ends=False)
    shell.keyboard.type("echo beside it")
    shell.keyboard.press("Enter")
    until(shell, f"{SHOWN}.endsWith('echo beside it\\nbeside it')")
