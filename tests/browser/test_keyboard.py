"""The site by keyboard, by touch and by eye: keys, focus that is kept, words explained, drawings that look as they should."""

import pytest

from tests.browser.test_basics import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
FOCUSED = "document.activeElement"


def test_the_first_tab_leads_past_the_masthead(page, live_server):
    page.goto(f"{live_server.url}/en/login/")
    page.evaluate("document.activeElement.blur()")
    page.goto(f"{live_server.url}/en/timeline/")
    until(page, "customElements.get('lk-timeline')")
    page.keyboard.press("Tab")
    assert page.evaluate(f"{FOCUSED}.className") == "skip-link"
    page.keyboard.press("Enter")
    until(page, f"{FOCUSED}.id === 'main'")
    assert page.locator(".milestone__why").count() == 0, "the way past the masthead opens no milestone"


def test_arrows_walk_along_the_timeline_and_enter_opens_the_text(page, live_server):
    page.goto(f"{live_server.url}/en/timeline/")
    until(page, "customElements.get('lk-timeline')")
    page.locator(".mark").first.focus()
    assert page.locator(".mark[tabindex='0']").count() == 1
    assert page.locator(".mark[tabindex='-1']").count() == 89
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")
    name = page.evaluate(f"{FOCUSED}.id").removeprefix("mark-")
    page.keyboard.press("Enter")
    until(page, f"document.querySelector('#{name} .milestone__why')")
    until(page, f"document.querySelector('#{name} .milestone__why') === {FOCUSED}")


def test_a_mark_without_room_for_its_title_shows_it_while_it_has_the_focus(page, live_server):
    page.goto(f"{live_server.url}/en/timeline/")
    until(page, "customElements.get('lk-timeline')")
    page.locator(".mark:has(text)").first.focus()
    assert page.locator(".mark__title").count() == 0
    silent = page.evaluate("[...document.querySelectorAll('.mark')].findIndex((mark) => !mark.querySelector('text'))")
    for _ in range(silent):
        page.keyboard.press("ArrowRight")
    assert page.locator(".mark__title").text_content() == page.evaluate(f"{FOCUSED}.querySelector('title').textContent")
    page.keyboard.press("Escape")
    assert page.locator(".mark__title").count() == 0


def test_plus_goes_closer_at_a_mark_and_the_mark_keeps_the_focus(page, live_server):
    page.goto(f"{live_server.url}/en/timeline/")
    until(page, "customElements.get('lk-timeline') && window.htmx")
    page.locator(".mark").first.focus()
    page.keyboard.press("End")
    name = page.evaluate(f"{FOCUSED}.id")
    page.keyboard.press("+")
    page.wait_for_url("**years=*")
    until(page, "document.querySelectorAll('.mark').length < 90")
    assert page.evaluate(f"{FOCUSED}.id") == name
    seen = page.locator(".mark").count()
    page.keyboard.press("-")
    until(page, f"document.querySelectorAll('.mark').length > {seen}")
    page.locator("#zoom-earlier").focus()
    page.keyboard.press("Enter")
    until(page, f"document.querySelector('#zoom-earlier') === {FOCUSED} && /years=/.test(location.search)")
    page.go_back()
    until(page, "document.querySelector('.zoom__years')")


def test_a_killed_pod_leaves_the_focus_at_the_cluster(page, live_server):
    page.goto(f"{live_server.url}/en/")
    until(page, "customElements.get('lk-keep-focus')")
    page.locator(".shop__pod").first.focus()
    page.keyboard.press("Enter")
    page.get_by_text("Healed after").wait_for(timeout=25_000)
    assert page.evaluate(f"document.getElementById('shop').contains({FOCUSED})")


def test_keys_open_the_sheet_search_and_can_be_switched_off(page, live_server):
    page.goto(f"{live_server.url}/en/design/")
    until(page, "customElements.get('lk-keys')")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.locator("[data-role=keys-on]").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.url.endswith("/design/")
    page.evaluate("localStorage.clear()")
    page.reload()
    until(page, "customElements.get('lk-keys')")
    page.keyboard.press("/")
    page.wait_for_url("**/en/search/")


def test_a_word_is_explained_on_focus_and_escape_closes_it(course, page, live_server):
    page.goto(f"{live_server.url}/ko/learn/kubernetes/self-healing/")
    until(page, "customElements.get('lk-terms')")
    page.locator(".term").first.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    note = page.locator("[role=tooltip]")
    note.wait_for()
    assert page.locator(".term").first.get_attribute("aria-describedby") == "term-note"
    page.keyboard.press("Escape")
    assert note.count() == 0


def test_a_word_is_explained_to_a_mouse_and_to_a_finger(course, browser, live_server):
    for way in ("hover", "tap"):
        context = browser.new_context(has_touch=way == "tap", viewport={"width": 360, "height": 740})
        page = context.new_page()
        page.goto(f"{live_server.url}/en/learn/kubernetes/self-healing/")
        until(page, "customElements.get('lk-terms')")
        getattr(page.locator(".term").first, way)()
        note = page.locator("[role=tooltip]")
        note.wait_for()
        box = note.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
        assert page.url.endswith("/self-healing/"), "the first tap explains, the second one follows the link"
        context.close()


@pytest.mark.parametrize("path", ["learn/kubernetes/self-healing/", "playground/"])
def test_four_hundred_percent_zoom_leaves_room_to_read(page, live_server, course, path):
    """Sideways scrolling is looked for on every page; here: what stays in place must not fill the small window, nor lie on what has the focus."""
    page.set_viewport_size({"width": 320, "height": 256})
    page.goto(f"{live_server.url}/ko/{path}")
    page.evaluate("scrollTo(0, 900)")
    fixed = page.evaluate("[...document.querySelectorAll('body *')].filter(item => ['fixed', 'sticky'].includes(getComputedStyle(item).position) && item.getBoundingClientRect().height > 64).length")
    assert fixed == 0


def test_the_inspector_takes_the_focus_from_a_key_and_gives_it_back(page, live_server):
    page.goto(f"{live_server.url}/en/playground/")
    page.locator("button[value='self-healing']").click()
    until(page, "customElements.get('lk-picture') && customElements.get('lk-clock')")
    page.locator(".pod").first.focus()
    here = page.evaluate(f"{FOCUSED}.id")
    page.keyboard.press("Enter")
    until(page, f"{FOCUSED}.id === 'inspector-heading'")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    until(page, f"{FOCUSED}.id === '{here}'")
    page.keyboard.press("Enter")
    until(page, f"{FOCUSED}.id === 'inspector-heading'")
    page.keyboard.press("Escape")
    until(page, f"{FOCUSED}.id === '{here}' && document.getElementById('inspector').dataset.open === '0'")


def test_the_focus_stays_at_the_picture_when_its_pod_goes(page, live_server):
    page.goto(f"{live_server.url}/en/playground/")
    page.locator("button[value='self-healing']").click()
    until(page, "customElements.get('lk-picture') && customElements.get('lk-terminal') && customElements.get('lk-clock')")
    page.locator("#line").fill("sleep 2; kubectl delete pod -l app=web --grace-period=0 --force")
    page.keyboard.press("Enter")
    page.locator(".pod").first.focus()
    here = page.evaluate(f"{FOCUSED}.id")
    until(page, f"!document.getElementById('{here}')")
    until(page, f"{FOCUSED}.id === 'picture-heading'")


def test_escape_loses_nothing_that_was_edited(page, live_server):
    page.goto(f"{live_server.url}/en/playground/")
    page.locator("button[value='self-healing']").click()
    until(page, "customElements.get('lk-editing') && customElements.get('lk-terminal') && customElements.get('lk-clock')")
    page.locator("#line").fill("kubectl edit deployment web")
    page.keyboard.press("Enter")
    until(page, f"{FOCUSED}.id === 'edited'")
    page.keyboard.type("# mine")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.locator("#edited").input_value().startswith("# mine")
    assert page.evaluate(f"{FOCUSED}.value") == "1", "the button that saves"
    page.locator("#edited").focus()
    page.keyboard.press("Tab")
    assert page.evaluate(f"{FOCUSED}.id") == "edited", "Tab alone indents"
    page.evaluate("(() => { const field = document.getElementById('edited'); field.value = field.closest('lk-editing').given; })()")
    page.keyboard.press("Escape")
    until(page, f"document.querySelector('lk-editing').hidden && {FOCUSED}.id === 'line'")


def test_a_finger_writes_a_long_line_in_taps_and_sees_what_it_chose(browser, live_server):
    context = browser.new_context(has_touch=True, is_mobile=True, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{live_server.url}/en/playground/")
    page.evaluate("document.querySelector('button[value=self-healing]').click()")
    page.locator("#line").wait_for()
    until(page, "customElements.get('lk-touch-keys') && customElements.get('lk-picture') && customElements.get('lk-clock')")
    words = page.locator(".touch-keys__words button")
    page.locator("#line").tap()
    words.filter(has_text="kubectl").first.tap()
    words.filter(has_text="get").first.tap()
    words.filter(has_text="pods").first.tap()
    words.filter(has_text="web-").first.tap()
    assert page.locator("#line").input_value().startswith("kubectl get pods web-")
    assert page.evaluate(f"{FOCUSED}.id") == "line"
    page.locator(".terminal__form button[type=submit]").first.tap()
    until(page, "/web-\\S+ +1\\/1/.test(document.querySelector('.terminal__screen').textContent)")
    page.locator(".touch-keys [data-key]").tap()
    until(page, "document.getElementById('line').value.startsWith('kubectl get pods web-')")
    page.locator(".pod").last.tap()
    until(page, "document.getElementById('inspector-heading').textContent.startsWith('Pod')")
    until(page, "document.querySelector('.pod[aria-current]').getBoundingClientRect().bottom <= document.getElementById('inspector').getBoundingClientRect().top + 1")
    context.close()


def test_the_inspector_that_is_laid_over_a_phone_hides_nothing_that_has_the_focus(page, live_server):
    page.goto(f"{live_server.url}/en/playground/")
    page.locator("button[value='self-healing']").click()
    page.set_viewport_size({"width": 360, "height": 740})
    until(page, "customElements.get('lk-picture')")
    page.locator(".pod").first.focus()
    page.keyboard.press("Enter")
    until(page, f"{FOCUSED}.id === 'inspector-heading'")
    for place in (".pod", ".colophon a"):
        page.locator(place).last.focus()
        top = page.evaluate("document.getElementById('inspector').getBoundingClientRect().top")
        assert page.evaluate(f"{FOCUSED}.getBoundingClientRect().bottom") <= top + 1, place


def test_keys_walk_along_the_time_line_and_enter_goes_there(page, live_server):
    page.goto(f"{live_server.url}/en/playground/")
    page.locator("button[value='self-healing']").click()
    until(page, "customElements.get('lk-clock')")
    page.get_by_role("button", name="+1 min").click()
    until(page, "document.querySelector('[data-role=pressed]').textContent.length > 3")
    page.locator("#scrub").focus()
    address = page.url
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert page.url == address, "a key changes the value, not the page"
    page.keyboard.press("Tab")
    assert page.evaluate(f"{FOCUSED}.matches('.scrubber button')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?at=*")


def test_what_happens_is_said_in_one_sentence_and_the_terminal_is_a_log(page, live_server):
    page.goto(f"{live_server.url}/en/playground/")
    page.locator("button[value='kubernetes:self-healing'], button[value='self-healing']").first.click()
    until(page, "customElements.get('lk-terminal') && customElements.get('lk-picture')")
    assert page.locator(".terminal__screen[role=log][aria-live=polite]").count() == 1
    assert page.locator("#line").evaluate("item => item.labels.length > 0 || Boolean(item.getAttribute('aria-label'))")
    page.fill("#line", "kubectl scale deployment web --replicas=2")
    page.press("#line", "Enter")
    until(page, "document.getElementById('said').textContent.trim().length > 10")
    assert page.evaluate(f"{FOCUSED}.id") == "line"


def test_forced_colours_show_which_era_is_chosen(browser, live_server):
    context = browser.new_context(forced_colors="active")
    page = context.new_page()
    page.goto(f"{live_server.url}/en/timeline/?era=vm")
    chosen, other = (page.locator(f".filter__era:has(input[value={era}])").evaluate("item => getComputedStyle(item).backgroundColor") for era in ("vm", "cloud"))
    assert chosen != other
    context.close()


@pytest.mark.parametrize("palette", ["light", "dark"])
def test_forced_colours_keep_slabs_filled_and_reach_the_drawings(browser, live_server, palette):
    """Whichever theme was chosen before: the reader's palette counts."""
    context = browser.new_context(forced_colors="active", color_scheme=palette)
    context.add_cookies([{"name": "theme", "value": "dark" if palette == "light" else "light", "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/en/")
    colours = "item => { const {color, backgroundColor, fill} = getComputedStyle(item); return [color, backgroundColor, fill]; }"
    ink, paper, _drawn = page.locator(".shop__slab").first.evaluate(colours)
    assert paper != ink
    assert paper == page.locator(".walls__slabs .slab").first.evaluate(colours)[2], "a slab is a slab, drawn or not"
    page.goto(f"{live_server.url}/en/design/")
    for name in (".button:not(.button--quiet)", ".button[aria-pressed=true]"):
        ink, paper, _drawn = page.locator(name).first.evaluate(colours)
        assert ink != paper, name
    assert page.locator(".progress").evaluate("item => getComputedStyle(item).forcedColorAdjust") == "none", "how far it is stays filled"
    context.close()
