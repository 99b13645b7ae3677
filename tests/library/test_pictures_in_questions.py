"""Pictures of questions: in from Moodle XML and QTI packages, encoded anew, shown with their words, and out again."""

import re
from base64 import b64encode
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from learnk8s.courseware.exchange.archive import packed
from learnk8s.courseware.kinds import parsed
from learnk8s.library.models import Picture
from tests.library.test_editor import EDIT

EXCHANGE = f"{EDIT}exchange/"


def picture(form="JPEG", colour="red"):
    out = BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, form)
    return out.getvalue()


def quiz(inside, *, files="", answers=""):
    """Return a quiz as Moodle writes it: the text shows a file that stands beside it in base64."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<quiz>
  <question type="multichoice">
    <name><text>Sign</text></name>
    <questiontext format="html"><text><![CDATA[<p>Which is it? {inside}</p>]]></text>{files}</questiontext>
    <generalfeedback format="html"><text></text></generalfeedback><single>true</single><shuffleanswers>0</shuffleanswers>
    {answers or '<answer fraction="100" format="html"><text>A pod</text></answer><answer fraction="0" format="html"><text>A node</text></answer>'}
  </question>
</quiz>"""


def file(content, name="my sign.jpg", path="/"):
    return f'<file name="{name}" path="{path}" encoding="base64">{b64encode(content).decode()}</file>'


def taken_in(desk, content, form="moodle", **more):
    upload = SimpleUploadedFile("quiz.xml", content if isinstance(content, bytes) else content.encode())
    return desk.post(EXCHANGE, {"format": form, "file": upload, **more})


def newest(lesson):
    return lesson.revisions.order_by("-number").first()


def test_a_picture_comes_in_is_shown_goes_out_and_comes_in_the_same(desk, lesson):
    answers = f'<answer fraction="100" format="html"><text><![CDATA[<img src="@@PLUGINFILE@@/b.png" alt="A [box]">]]></text>{file(picture("PNG", "blue"), "b.png")}</answer><answer fraction="0" format="html"><text>A node</text></answer>'
    assert taken_in(desk, quiz('<img src="@@PLUGINFILE@@/my%20sign.jpg" alt="A sign" width="9">', files=file(picture()), answers=answers)).status_code == 302
    files = newest(lesson).files
    (question,) = parsed("lesson", files).lesson.questions.values()
    assert parsed("lesson", files).problems == ()
    assert re.fullmatch(r"Which is it\? !\[A sign\]\(picture:[0-9a-f]{64}:40x30\)", question.text["en"])
    assert re.fullmatch(r"!\[A \(box\)\]\(picture:[0-9a-f]{64}:40x30\)", question.options[0].text["ko"])
    assert bytes(Picture.objects.first().content).startswith(b"\x89PNG"), "encoded anew"
    text = f"## 가\n\n```quiz {question.id}\n```\n"
    desk.post(EDIT, {"file": "en.md", "base": 2, "text": text})
    desk.post(EDIT, {"file": "ko.md", "base": 3, "text": text})
    assert desk.post(f"{EDIT}publish/4/").status_code == 302
    page = desk.get("/en/learn/mine/first/").content.decode()
    shown = re.findall(r'<img src="(/pictures/[0-9a-f]{64}\.png)" alt="([^"]*)"', page)
    assert [alt for _src, alt in shown] == ["A sign", "A (box)"]
    assert all(desk.get(src).status_code == 200 for src, _alt in shown)
    out = desk.get(f"{EXCHANGE}?format=moodle").content.decode()
    assert (out.count('encoding="base64"'), out.count("@@PLUGINFILE@@/")) == (2, 2)
    assert "A sign" in desk.get(f"{EXCHANGE}?format=gift").content.decode()
    desk.post("/en/library/mine/new/", {"title_ko": "나", "title_en": "Bank", "slug": "bank", "kind": "bank"})
    desk.post("/en/library/mine/bank/exchange/", {"format": "moodle", "file": SimpleUploadedFile("quiz.xml", out.encode())})
    (again,) = parsed("bank", newest(lesson.course.lessons.get(slug="bank")).files).lesson.questions.values()
    assert (again.text["en"], [option.text for option in again.options]) == (question.text["en"], [{"ko": option.text["en"], "en": option.text["en"]} for option in question.options])
    archive = desk.get("/en/library/mine/export/").content
    desk.post("/en/library/import/", {"archive": SimpleUploadedFile("a.zip", archive), "slug": "elsewhere"})
    assert desk.get("/en/library/elsewhere/export/").content == archive


def test_a_picture_without_words_is_asked_for_before_publishing(desk, lesson):
    page = desk.post(EXCHANGE, {"format": "moodle", "file": SimpleUploadedFile("q.xml", quiz('<img src="@@PLUGINFILE@@/a.jpg">', files=file(picture(), "a.jpg")).encode())}, follow=True).content.decode()
    assert "has no words" in page
    assert [problem.key for problem in parsed("lesson", newest(lesson).files).problems] == ["no-words"] * 2
    assert desk.post(f"{EDIT}publish/2/").status_code == 422


@pytest.mark.parametrize(("inside", "files", "said"), [
    ('<img src="@@PLUGINFILE@@/a.jpg" alt="A sign">', file(b"GIF8 no picture", "a.jpg"), "cannot be taken"), ('<img src="@@PLUGINFILE@@/a.jpg" alt="A sign">', '<file name="a.jpg" encoding="base64">%%%</file>', "cannot be taken"),
    ('<img src="@@PLUGINFILE@@/../../etc/passwd" alt="A sign">', "", "is not in the file"), ('<img src="https://example.org/a.png" alt="A sign" onerror="x">', "", "is not in the file"), ('<img src="javascript:alert(1)" alt="A sign">', "", "is not in the file"),
    ('<img src="data:image/svg+xml;base64,PHN2Zz4=" alt="A sign">', "", "cannot be taken"),
])
def test_what_is_no_picture_leaves_its_words_and_is_told(desk, lesson, inside, files, said):
    page = desk.post(EXCHANGE, {"format": "moodle", "file": SimpleUploadedFile("q.xml", quiz(inside, files=files).encode())}, follow=True).content.decode()
    (question,) = parsed("lesson", newest(lesson).files).lesson.questions.values()
    assert question.text["en"] == "Which is it? A sign"
    assert said in page
    assert not Picture.objects.exists()


def test_a_picture_in_an_address_comes_in_too(desk, lesson):
    data = b64encode(picture("PNG")).decode()
    taken_in(desk, quiz(f'<img src="data:image/png;base64,{data}" alt="A sign">'))
    (question,) = parsed("lesson", newest(lesson).files).lesson.questions.values()
    assert "![A sign](picture:" in question.text["en"]


def test_a_qti_package_brings_its_pictures(desk, lesson):
    item = '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="sign" title="Sign"><responseDeclaration identifier="R" cardinality="single" baseType="identifier"><correctResponse><value>A</value></correctResponse></responseDeclaration><itemBody><p><img src="../images/sign.png" alt="A sign"/><object type="image/png" data="../images/sign.png">As words</object><img src="gone.png" alt="Gone"/></p><choiceInteraction responseIdentifier="R" maxChoices="1"><prompt>What?</prompt><simpleChoice identifier="A">One</simpleChoice><simpleChoice identifier="B">Two</simpleChoice></choiceInteraction></itemBody></assessmentItem>'
    assert taken_in(desk, packed({"imsmanifest.xml": b"<manifest/>", "items/sign.xml": item.encode(), "images/sign.png": picture("PNG")}), "qti").status_code == 302
    (question,) = parsed("lesson", newest(lesson).files).lesson.questions.values()
    assert re.sub(r"[0-9a-f]{64}", "", question.text["en"]) == "![A sign](picture::40x30)![As words](picture::40x30)Gone\n\nWhat?"
    assert Picture.objects.count() == 1


def test_a_description_goes_into_the_text_of_a_lesson(desk, lesson):
    source = quiz("").replace("<quiz>", '<quiz><question type="description"><name><text>Read #1</text></name><questiontext format="html"><text><![CDATA[<p>Look:</p><p><img src="@@PLUGINFILE@@/a.jpg" alt="A sign"></p><pre>```quiz x```</pre>]]></text>' + file(picture(), "a.jpg") + "</questiontext></question>")
    assert taken_in(desk, source).status_code == 302
    files = newest(lesson).files
    assert parsed("lesson", files).problems == ()
    assert [block.kind for block in parsed("lesson", files).lesson.blocks["ko"]] == ["text", "figure", "text"]
