"""The whole path of an instructor, by mouse and by keyboard alone: course, lesson in two languages, picture, sandbox, quiz, preview, publish, a student, statistics, a fix, a regrade, export, import elsewhere, equal."""

from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from PIL import Image

from learnk8s.accounts.models import User
from tests.browser.test_basics import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
PRESSES_MAX = 35
"""Of an author who points; docs/authoring.md says how long they take."""
BLOCKS = "\n\n```sandbox\n```\n\n```quiz what-runs-pods\n```\n"


class Mouse:
    """Does everything by pointing, and counts what it presses."""

    def __init__(self, page):
        self.page, self.presses = page, 0
        page.on("filechooser", lambda chooser: None)  # whoever listens first makes the browser hand choosers over; asked for at the press itself, it may come too late

    def press(self, locator):
        self.presses += 1
        locator.click()

    def go(self, locator):
        """Press what leads to another page, and be there."""
        with self.page.expect_navigation():
            self.press(locator)

    def fill(self, locator, text):
        self.presses += 1
        locator.click()
        locator.fill(text)

    def tick(self, locator):
        self.presses += 1
        locator.check()

    def upload(self, locator, name, content):
        with self.page.expect_file_chooser() as chooser:
            locator.click()
        chooser.value.set_files({"name": name, "mimeType": "image/png", "buffer": content})


class Keyboard(Mouse):
    """Does everything with keys: Tab to get there, Enter and Space to press, typing to write."""

    def reach(self, locator):
        locator.wait_for()
        for _step in range(260):
            if locator.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"not reached by Tab: {locator}")

    def press(self, locator):
        self.reach(locator)
        self.page.keyboard.press("Enter")

    def fill(self, locator, text):
        self.reach(locator)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def tick(self, locator):
        self.reach(locator)
        if not locator.is_checked():
            self.page.keyboard.press("Space")

    def upload(self, locator, name, content):
        self.reach(locator)
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Space")
        chooser.value.set_files({"name": name, "mimeType": "image/png", "buffer": content})


def signed_in(context, person, address):
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY], session[HASH_SESSION_KEY] = str(person.pk), "django.contrib.auth.backends.ModelBackend", person.get_session_auth_hash()
    session.save()
    context.add_cookies([{"name": "sessionid", "value": session.session_key, "url": address}])


def checked(page):
    """See that the page passes axe and does not overflow."""
    found = [(rule["id"], rule["nodes"][0]["target"]) for rule in Axe().run(page).response["violations"]]
    assert found == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def picture():
    out = BytesIO()
    Image.new("RGB", (60, 40), (30, 90, 140)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("way", [Mouse, Keyboard], ids=["mouse", "keyboard"])
def test_the_whole_path(page, context, live_server, way):
    author, hand, errors = User.objects.create_user(username="author", password="x"), way(page), []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    signed_in(context, author, live_server.url)
    button, link = (lambda name, exact=True: page.get_by_role("button", name=name, exact=exact)), (lambda name: page.get_by_role("link", name=name, exact=True))

    # a course and a lesson
    page.goto(f"{live_server.url}/en/library/")
    checked(page)
    for field, text in (("title_ko", "우리 코스"), ("title_en", "Our course")):
        hand.fill(page.locator(f"[name={field}]"), text)
    hand.go(button("Make the course"))
    page.get_by_role("heading", level=1, name="Our course").wait_for()
    checked(page)
    for field, text in (("title_ko", "첫 레슨"), ("title_en", "First lesson")):
        hand.fill(page.locator(f"[name={field}]"), text)
    hand.go(button("Make and open it"))

    # a question, by form, with its preview
    page.get_by_role("heading", level=1, name="First lesson").wait_for()
    hand.go(link("Questions"))
    hand.go(button("Write it"))
    checked(page)
    texts = {"text-ko": "파드를 돌리는 것은?", "text-en": "What runs pods?", "options-0-text-ko": "스케줄러", "options-0-text-en": "The scheduler", "options-1-text-ko": "kubelet", "options-1-text-en": "The kubelet", "explanation-ko": "노드에서 돈다.", "explanation-en": "It runs on the node."}
    for field, text in texts.items():
        hand.fill(page.locator(f"[name={field}]"), text)
    hand.tick(page.locator("[name=options-0-right]"))
    hand.go(button("Preview and check"))
    page.locator("#question-what-runs-pods").wait_for()
    checked(page)
    hand.go(button("Save as a new revision"))

    # the text in both languages side by side, kept while it is written, with a picture
    hand.go(link("First lesson"))
    hand.go(link("Both languages"))
    until(page, "customElements.get('lk-editor')")
    hand.fill(page.locator("textarea[name=text]"), "## Nodes\n\nA node runs pods." + BLOCKS)
    hand.fill(page.locator("textarea[name=other]"), "## 노드\n\n노드가 파드를 돌린다." + BLOCKS)
    page.get_by_text("Kept for you at").wait_for()
    checked(page)
    hand.go(button("Save as a new revision"))
    page.get_by_text("Saved as revision 3").wait_for()
    assert page.locator(".badge", has_text="fresh").count() == 2
    hand.press(page.get_by_text("Put in a picture"))
    hand.upload(page.locator("[name=picture]"), "node.png", picture())
    hand.fill(page.locator("[name=alt_ko]"), "노드 한 대")
    hand.fill(page.locator("[name=alt_en]"), "One node")
    hand.go(button("Upload and put it in"))
    page.get_by_text("The picture stands in both languages now.").wait_for()
    hand.go(button("Save as a new revision"))
    page.get_by_text("Saved as revision 4").wait_for()

    # as a student, in both languages
    hand.go(link("See it as a student"))
    page.locator("#question-what-runs-pods").wait_for()
    assert page.locator("figure img").count() == 1
    checked(page)
    hand.go(page.locator("main").get_by_role("link", name="한국어"))
    page.get_by_text("파드를 돌리는 것은?").wait_for()
    checked(page)
    hand.go(page.locator("main").get_by_role("link", name="English"))
    hand.go(page.locator("main").get_by_role("link", name="Back to the editor"))
    hand.go(button("Publish revision 4"))
    page.get_by_text("Revision 4 is published.").wait_for()
    assert hand.presses <= PRESSES_MAX, "from nothing to a public lesson"
    checked(page)

    # a student takes it; the key is wrong
    other = context.browser.new_context()
    student = other.new_page()
    student.goto(f"{live_server.url}/en/learn/our-course/first-lesson/")
    pupil = way(student)
    if way is Mouse:
        pupil.tick(student.get_by_label("The kubelet"))
    else:
        pupil.reach(student.get_by_label("The scheduler"))
        student.keyboard.press("ArrowDown")
    pupil.press(student.locator("#question-what-runs-pods").get_by_role("button", name="Answer"))
    student.get_by_text("Not right").wait_for()
    checked(student)

    # statistics, a fix, a regrade
    hand.go(page.locator(".breadcrumb").get_by_role("link", name="First lesson"))
    hand.go(link("Statistics"))
    page.get_by_text("too few attempts").wait_for()
    checked(page)
    hand.go(page.locator(".breadcrumb").get_by_role("link", name="First lesson"))
    hand.go(link("Questions"))
    hand.go(link("What runs pods?"))
    hand.press(page.locator("[name=options-0-right]")) if way is Mouse else (hand.reach(page.locator("[name=options-0-right]")), page.keyboard.press("Space"))
    hand.tick(page.locator("[name=options-1-right]"))
    hand.go(button("Save as a new revision"))
    hand.go(link("First lesson"))
    hand.go(button("Publish revision 5"))
    page.get_by_text("Revision 5 is published.").wait_for()
    hand.go(page.locator(".breadcrumb").get_by_role("link", name="First lesson"))
    hand.go(link("Statistics"))
    hand.go(page.get_by_role("link", name="Grade again (dry run first)"))
    page.get_by_text("1 go up").wait_for()
    checked(page)
    hand.go(button("Carry it out"))
    page.get_by_text("Graded again: 1 attempts have new points.").wait_for()
    student.reload()
    student.locator("#question-what-runs-pods").get_by_text("It runs on the node.").wait_for()
    other.close()

    # out, in elsewhere, equal
    hand.go(page.locator(".breadcrumb").get_by_role("link", name="Our course"))
    with page.expect_download() as first:
        hand.press(link("Export (zip)"))
    content = first.value.path().read_bytes()
    page.goto(f"{live_server.url}/en/library/import/")
    checked(page)
    if way is Mouse:
        page.locator("[name=archive]").set_input_files(first.value.path())
    else:
        hand.reach(page.locator("[name=archive]"))
        with page.expect_file_chooser() as chooser:
            page.keyboard.press("Space")
        chooser.value.set_files(first.value.path())
    hand.fill(page.locator("[name=slug]"), "elsewhere")
    hand.go(page.locator("main").get_by_role("button", name="Import"))
    page.get_by_role("heading", level=1, name="Our course").wait_for()
    with page.expect_download() as second:
        hand.press(link("Export (zip)"))
    assert second.value.path().read_bytes() == content
    assert errors == []


def write(page, context, live_server, file):
    """Open a new lesson of an author of their own at a file."""
    from learnk8s.library import actions

    author = User.objects.create_user(username="author", password="x")
    course = actions.make_course(by=author, slug="own", title={"ko": "가", "en": "a"})
    actions.make_item(course=course, kind="lesson", slug="first", title={"ko": "첫", "en": "First"}, by=author)
    signed_in(context, author, live_server.url)
    page.goto(f"{live_server.url}/en/library/own/first/?file={file}")


def test_keys_do_not_disturb_an_input_method_and_shortcuts_work(page, context, live_server):
    write(page, context, live_server, "ko.md")
    until(page, "customElements.get('lk-editor')")
    field = page.locator("textarea[name=text]")
    field.fill("")
    field.focus()
    session = context.new_cdp_session(page)
    for part in ("ㅎ", "하", "한"):
        session.send("Input.imeSetComposition", {"text": part, "selectionStart": len(part), "selectionEnd": len(part)})
    assert page.evaluate("document.querySelector('lk-editor').composing"), "while a syllable is made, nothing is sent"
    session.send("Input.insertText", {"text": "한"})
    assert not page.evaluate("document.querySelector('lk-editor').composing")
    page.keyboard.press("Control+b")
    page.keyboard.insert_text("글")
    assert field.input_value() == "한**글**"
    page.locator("[data-role=insert]").select_option(label="Sandbox")
    assert "```sandbox" in field.input_value()
    page.keyboard.press("Control+s")
    page.get_by_text("Saved as revision 2").wait_for()
    page.goto(f"{live_server.url}/en/library/own/first/?file=ko.md&side=1")
    until(page, "customElements.get('lk-editor')")
    page.locator("[data-role=insert]").select_option(label="Command to click")
    assert all("```run\nkubectl get pods\n```" in page.locator(f"textarea[name={name}]").input_value() for name in ("text", "other")), "a block goes into both languages"
