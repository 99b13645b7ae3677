"""What is written in the editor counts as kept once the server has it: a save that does not reach the site keeps nothing."""

import pytest

from learnk8s.library.models import Draft, Lesson
from tests.browser.test_authoring import write
from tests.browser.test_basics import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]


def test_a_save_that_does_not_reach_the_site_leaves_the_text_unsaved(page, context, live_server):
    write(page, context, live_server, "en.md")
    until(page, "window.htmx && customElements.get('lk-editor') && customElements.get('lk-waiting')")
    context.set_offline(True)
    page.locator("textarea[name=text]").fill("## New\n\nwritten without a line\n")
    page.locator("[data-role=save]").click()
    page.get_by_role("alert").filter(has_text="What you wrote is still here").wait_for()
    assert page.locator("[data-role=unsaved]").is_visible()
    assert page.evaluate("!window.dispatchEvent(new Event('beforeunload', { cancelable: true }))"), "whoever leaves is warned"
    context.set_offline(False)
    page.locator("[data-role=preview]").dispatch_event("click")
    page.get_by_text("Kept for you at").wait_for()
    assert Draft.objects.get().files == {"en.md": "## New\n\nwritten without a line\n"}
    page.locator("[data-role=save]").click()
    page.get_by_text("Saved as revision 2").wait_for()
    assert (Lesson.objects.get(slug="first").revisions.count(), Draft.objects.count()) == (2, 0)


def test_the_bar_that_saves_hides_no_line_that_is_written(page, context, live_server):
    page.set_viewport_size({"width": 1280, "height": 620})
    write(page, context, live_server, "en.md")
    field = page.locator("textarea[name=text]")
    field.click()
    page.keyboard.press("Control+End")
    for number in range(20):
        page.keyboard.insert_text(f"line {number}")
        page.keyboard.press("Enter")
    where = page.evaluate("""() => {
      const field = document.querySelector("textarea[name=text]"), style = getComputedStyle(field), box = field.getBoundingClientRect();
      const lines = field.value.split("\\n").length;
      const caret = box.top + parseFloat(style.paddingTop) + lines * parseFloat(style.lineHeight) - field.scrollTop;
      return [caret, document.querySelector(".editor__save").getBoundingClientRect().top];
    }""")
    assert where[0] <= where[1] + 1, where
