"""Sources by form: every file of the built-in course comes back byte for byte; names, order and problems."""

from pathlib import Path

import pytest
from django.http import QueryDict

from learnk8s.library import source_desk
from learnk8s.library.form_boxes import boxes_for, read, sent
from tests.library.test_editor import EDIT, newest

FILES = sorted((Path(__file__).parents[2] / "learnk8s/content/courses").rglob("sources.yaml"))
SOURCE = {"sources-0-title": "Kubernetes docs: Pods", "sources-0-url": "https://kubernetes.io/docs/concepts/workloads/pods/", "sources-0-id": "pods"}


def test_every_built_in_file_is_given_back_as_it_was():
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        rows = source_desk.rows_of(text)
        posted = QueryDict(mutable=True)
        posted.update(sent(boxes_for(source_desk.FIELDS, {"sources": rows})))
        assert source_desk.text_with(text, read(posted, source_desk.FIELDS, {"sources": rows}, []).get("sources", [])) == text, path


def test_rows_become_the_file_and_names_come_of_titles(desk, lesson):
    desk.post(f"{EDIT}sources/", {**SOURCE, "sources-1-title": "A book, 2016", "sources-1-url": "https://a.example/", "base": 1})
    text = newest(lesson).files["sources.yaml"]
    assert [(row["id"], row["url"]) for row in source_desk.rows_of(text)] == [("pods", SOURCE["sources-0-url"]), ("a-book-2016", "https://a.example/")]
    assert "[@a-book-2016]" in desk.get(f"{EDIT}?file=en.md").content.decode(), "the menu of the editor puts it in"
    moved = desk.post(f"{EDIT}sources/", {**SOURCE, "sources-1-title": "A book", "sources-1-url": "https://a.example/", "sources-1-id": "book", "do": "up sources-1"})
    assert [row.boxes[0].value for row in moved.context["boxes"][0].rows] == ["A book", SOURCE["sources-0-title"]]
    desk.post(f"{EDIT}sources/", {"base": 2})
    assert newest(lesson).files["sources.yaml"] == "{}\n"


@pytest.mark.parametrize(("posted", "field", "status"), [({**SOURCE, "sources-1-title": "B", "sources-1-id": "pods"}, "f-sources-1-id", 422), ({**SOURCE, "sources-0-url": "javascript:alert(1)"}, "f-sources-0-title", 302)])
def test_what_is_wrong_stands_at_its_row(desk, lesson, posted, field, status):
    page = desk.post(f"{EDIT}sources/", {**posted, "base": 1})
    assert page.status_code == status
    page = desk.get(f"{EDIT}sources/") if status == 302 else page
    assert field in [problem.field for problem in page.context["problems"]]


def test_a_file_in_another_shape_is_mended_as_text(desk, lesson):
    desk.post(EDIT, {"file": "sources.yaml", "base": 1, "text": "a: 3\n"})
    assert "mend it as text first" in desk.get(f"{EDIT}sources/").content.decode()
    assert desk.post(f"{EDIT}sources/", {**SOURCE, "base": 2}).status_code == 200
    assert newest(lesson).files["sources.yaml"] == "a: 3\n"
