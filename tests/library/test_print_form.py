"""What commands print, by form: every file of the built-in course comes back byte for byte; the world is asked, and says against it what it prints."""

from pathlib import Path

from django.http import QueryDict

from learnk8s.courseware.kinds import parsed
from learnk8s.library import print_desk
from learnk8s.library.form_boxes import boxes_for, read, sent
from tests.library.test_editor import EDIT, newest

FILES = sorted((Path(__file__).parents[2] / "learnk8s/content/courses").rglob("labs.yaml"))
RUN = "```run\nkubectl get nodes\n```\n"
CLAIM = {"prints-0-line": "kubectl get nodes", "prints-0-shows": "NAME\nnode-1", "prints-0-count-0-text": "Ready", "prints-0-count-0-number": "3"}


def begun(desk):
    desk.post(EDIT, {"file": "ko.md", "base": 1, "text": RUN, "other": RUN})


def test_every_built_in_file_is_given_back_as_it_was():
    seen = 0
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        rows = print_desk.rows_of(text)
        assert rows is not None, path
        fields, posted, seen = print_desk.fields_of([row["line"] for row in rows]), QueryDict(mutable=True), seen + len(rows)
        posted.update(sent(boxes_for(fields, {"prints": rows})))
        assert print_desk.text_with(text, read(posted, fields, {"prints": rows}, []).get("prints", [])) == text, path
    assert seen > 100


def test_a_claim_is_made_of_a_command_of_the_text_and_the_world_is_asked(desk, lesson):
    assert "no command to click yet" in desk.get(f"{EDIT}prints/").content.decode()
    begun(desk)
    page = desk.post(f"{EDIT}prints/", {**CLAIM, "do": "preview", "base": 2}).content.decode()
    assert "No problems" in page
    assert "node-1" in page.partition('class="terminal"')[2].partition("</div>")[0]
    wrong = desk.post(f"{EDIT}prints/", {**CLAIM, "prints-0-shows": "node-9", "do": "preview", "base": 2})
    assert [problem.field for problem in wrong.context["problems"]] == ["f-prints-0-line"]
    assert newest(lesson).number == 2
    desk.post(f"{EDIT}prints/", {**CLAIM, "do": "save", "base": 2})
    (claim,) = parsed("lesson", newest(lesson).files).lesson.prints
    assert (claim.shows, claim.count) == (("NAME", "node-1"), (("Ready", 3),))
    desk.post(f"{EDIT}prints/", {"do": "save", "base": 3})
    assert "prints" not in newest(lesson).files["labs.yaml"]


def test_what_a_row_lacks_is_said_in_its_words(desk, lesson):
    begun(desk)
    told = desk.post(f"{EDIT}prints/", {"prints-0-line": "kubectl get nodes", "prints-1-shows": "a", "do": "preview", "base": 2}).context["problems"]
    assert [(str(problem), problem.field) for problem in told] == [("What is to be so 1: Command of the text: Say what this command prints.", "f-prints-0-line"), ("What is to be so 2: Command of the text: Choose the command.", "f-prints-1-line")]
