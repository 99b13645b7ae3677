"""Rows of forms: they come, go and move without a script, say what is wrong at its field, and give back everything that a file says."""

from pathlib import Path

import pytest
from django.http import QueryDict
from hypothesis import given

from learnk8s.courseware.questions.reading import read_questions
from learnk8s.courseware.reading import Reader
from learnk8s.accounts.models import User
from learnk8s.library import actions, scene_forms
from learnk8s.library.form_boxes import _same, placed, sent
from learnk8s.library.form_values import At
from learnk8s.library.question_forms import LABS, OWN, _current, boxes_of, table_from
from tests.courseware.exchange.test_hostile import YAML, few, mutants
from tests.library.test_editor import EDIT, newest

COURSE = Path(__file__).parents[2] / "learnk8s/content/courses"
NEW = EDIT + "questions/new/"
GUESS = {"id": "guess", "type": "predict", "text-ko": "무엇?", "text-en": "What?", "explanation-ko": "가", "explanation-en": "A", "place": "kubernetes/basics", "lines": "kubectl create namespace a",
         "options-0-text-ko": "가", "options-0-text-en": "It is there", "options-0-goal-0-is": "exists", "options-0-goal-0-ref": "Namespace//a", "options-1-text-ko": "나", "options-1-text-en": "It is not", "options-1-goal-0-is": "absent", "options-1-goal-0-ref": "Namespace//a"}


def query(fields):
    made = QueryDict(mutable=True)
    made.update(fields)
    return made


def back(kind, table):
    """Return a table after a form has shown it and got it back, and what the form carries along without a field."""
    fields, problems = sent(boxes_of(kind, table)), []
    return table_from(query(fields), kind, table, problems), problems, [name for name in fields if name.endswith("-kept")]


def test_every_entry_of_the_built_in_course_goes_through_its_form():
    entries = []
    for path in sorted(COURSE.rglob("*.yaml")):
        value = Reader.of(path.name, path.read_text(encoding="utf-8")).value if path.name in ("quiz.yaml", "bank.yaml", "labs.yaml") else {}
        entries += [(row["type"], row) for row in value.get("questions") or ()] + [("task", row) for row in value.get("tasks") or ()] + [("prediction", row) for row in value.get("predictions") or ()]
    assert len(entries) > 300
    for kind, table in entries:
        found, problems, carried = back(kind, table)
        if kind in LABS:
            found.pop("type")
        assert (found, problems, carried) == ({**_current(kind, table)}, [], []), table["id"]


@few
@given(text=mutants(YAML))
def test_what_a_form_cannot_show_is_carried_along_or_told(text):
    value = Reader.of("quiz.yaml", text).value
    for table in value.get("questions") or () if isinstance(value, dict) else ():
        if isinstance(table, dict) and table.get("type") in OWN:
            found, problems, _carried = back(table["type"], table)
            assert problems or _same(found, _current(table["type"], table))


@few
@given(text=mutants("setup:\n  - kubectl get pods\n  - {at: 10, line: \"a\\nb\"}\n  - {at: 20, action: '{\"a\": 1}'}\n  - {at: 30, interrupt: null}\nsolution: [a, {line: b}]\nhints:\n  - {ko: 가, en: A, penalty: 10}\nseeds: [1, 2]\nstart: 40\ngoal: {all: [{exists: a}, {invariant: {for_s: 9, all: [{count: {resource: pods, labels: {app: web}, value: 2}}]}}]}\n"))
def test_a_scenario_is_given_back_as_it_was(text):
    table, problems = scene_forms.table_of(text), []
    found = scene_forms.table_from(query(sent(scene_forms.boxes_of(table))), table, problems)
    assert problems or all(_same(found.get(key), value) for key, value in table.items() if key not in ("world", "scenario", "seeds")), (found, table)


def test_rows_are_added_moved_and_taken_out_without_a_script(desk, lesson):
    page = desk.post(NEW, {**GUESS, "do": "add options"})
    options = next(box for box in page.context["boxes"] if box.name == "options")
    assert len(options.rows) == 3
    assert options.rows[2].boxes[1].is_next, "the focus is in the new row"
    assert "autofocus" in page.content.decode()
    page = desk.post(NEW, {**GUESS, "do": "up options-1"})
    first, second = next(box for box in page.context["boxes"] if box.name == "options").rows
    assert (first.boxes[1].value["en"], first.boxes[0].value, second.boxes[0].value) == ("It is not", "b", "a"), "answers that were given name options by their letters"
    page = desk.post(NEW, {**GUESS, "do": "gone options-0"})
    (left,) = next(box for box in page.context["boxes"] if box.name == "options").rows
    assert (left.boxes[0].value, left.boxes[1].value["en"]) == ("b", "It is not")
    assert lesson.revisions.count() == 1


def test_what_may_happen_is_said_in_checks_of_their_own(desk, lesson):
    desk.post(NEW, {**GUESS, "do": "save", "base": 1})
    reader = Reader.of("quiz.yaml", newest(lesson).files["quiz.yaml"])
    (question,) = read_questions(reader, reader.value["questions"]).values()
    assert reader.problems == []
    assert [option.goal for option in question.options] == [{"all": [{"exists": "Namespace//a"}]}, {"all": [{"absent": "Namespace//a"}]}]
    assert "What must be so" not in desk.get(EDIT + "questions/guess/").content.decode()


VARIED = {"id": "many", "type": "numeric", "text-ko": "{n}개?", "text-en": "{n}?", "explanation-ko": "{n}", "explanation-en": "{n}", "answer": "{n}", "variants-name-0": "n", "variants-name-1": "unit", "variants-0-0": "2", "variants-0-1": "500m", "variants-1-0": "4", "variants-1-1": '"4"'}


def test_variants_are_a_table_of_values(desk, lesson):
    desk.post(NEW, {**VARIED, "do": "save", "base": 1})
    assert "variants:\n" in newest(lesson).files["quiz.yaml"]
    page = desk.get(EDIT + "questions/many/")
    grid = next(box for box in page.context["boxes"] if box.name == "variants")
    assert [head.value for head in grid.heads] == ["n", "unit"]
    assert [[cell.value for cell in row.boxes] for row in grid.rows] == [["2", "500m"], ["4", '"4"']]
    table = next(iter(Reader.of("quiz.yaml", newest(lesson).files["quiz.yaml"]).value["questions"]))
    assert table["variants"] == [{"n": 2, "unit": "500m"}, {"n": 4, "unit": "4"}]
    for do, columns, rows in (("add variants", 2, 3), ("add variants-name", 3, 2), ("gone variants-0", 2, 1), ("gone variants-name-1", 1, 2)):
        grid = next(box for box in desk.post(NEW, {**VARIED, "do": do}).context["boxes"] if box.name == "variants")
        assert (len(grid.heads), len(grid.rows)) == (columns, rows), do


@pytest.mark.parametrize(("wrong", "field", "said"), [
    ({"variants-name-0": ""}, "f-variants-name-0", "Give the value a name"), ({"variants-name-1": "n"}, "f-variants-name-1", "there twice"), ({"variants-0-0": "[1, "}, "f-variants-0-0", "A list ends with ]"), ({"text-en": ""}, "f-text-en", "“Text” lacks the text in English"),
    ({"hints-0-ko": "가", "hints-0-en": "A", "hints-0-penalty": "much"}, "f-hints-0-penalty", "whole number"), ({"id": "a b"}, "f-id", "must be a-z"), ({"combine": "last", "attempts": "999"}, "f-attempts", "“Attempts (0: any number)” must be 0..100"),
])
def test_what_is_wrong_stands_at_its_field(desk, lesson, wrong, field, said):
    page = desk.post(NEW, {**VARIED, **wrong, "do": "preview", "base": 1})
    assert field in [problem.field for problem in page.context["problems"] if said in problem]
    text = page.content.decode()
    assert f'href="#{field}"' in text
    assert text.count(f'id="{field}"') == 1
    element = text.split(f'id="{field}"')[1].split(">")[0]
    assert 'aria-invalid="true"' in element
    assert all(value == "" or value in text for value in wrong.values()), "what was written is still there"


def test_a_part_in_another_shape_is_carried_along_and_can_be_left_out(desk, lesson, learner):
    from learnk8s.library import actions

    files = newest(lesson).files | {"quiz.yaml": "questions:\n  - id: odd\n    type: single\n    text: {ko: 가, en: A}\n    explanation: {ko: 가, en: A}\n    options:\n      - {text: {ko: 가, en: A}, right: true}\n      - {text: {ko: 나, en: B}}\n    variants: {n: 2}\n    tags: [a b]\n"}
    actions.save_revision(lesson=lesson, by=learner, files=files, base_number=1)
    page = desk.get(EDIT + "questions/odd/")
    assert "the form has no fields for" in page.content.decode()
    form = sent(page.context["boxes"])
    desk.post(EDIT + "questions/odd/", {**form, "do": "save", "base": 2})
    table = Reader.of("", newest(lesson).files["quiz.yaml"]).value["questions"][0]
    assert (table["variants"], table["tags"]) == ({"n": 2}, ["a b"])
    desk.post(EDIT + "questions/odd/", {**form, "variants-gone": "1", "do": "save", "base": 3})
    assert "variants" not in newest(lesson).files["quiz.yaml"]


def test_steps_with_moments_have_a_row_each(desk, own, learner):
    from learnk8s.library import actions

    scene = actions.make_item(course=own, kind="scenario", slug="scene", title={"ko": "장면", "en": "A scene"}, by=learner)
    address = "/en/library/mine/scene/scene/"
    form = sent(desk.get(address).context["boxes"])
    page = desk.post(address, {**form, "setup": "kubectl get pods", "do": "exact setup"})
    rows = next(box for box in page.context["boxes"] if box.name == "setup").rows
    assert rows[0].boxes[2].value == "kubectl get pods"
    exact = {name: value for name, value in sent(page.context["boxes"]).items() if not name.startswith("setup")} | {"setup-0-what": "line", "setup-0-input": "kubectl get pods", "setup-1-at": "5000", "setup-1-what": "action", "setup-1-input": '{"action": "crash-node"}', "setup-2-what": "interrupt"}
    desk.post(address, {**exact, "do": "save", "base": 1})
    table = scene_forms.table_of(newest(scene).files["scenario.yaml"])
    assert table["setup"] == ["kubectl get pods", {"at": 5000, "action": '{"action": "crash-node"}'}, {"interrupt": ""}]
    wrong = desk.post(address, {**exact, "setup-1-at": "soon", "seeds": "one", "do": "save", "base": 2})
    assert {problem.field for problem in wrong.context["problems"]} == {"f-setup-1-at", "f-seeds"}


def test_what_is_simplified_is_a_list_of_points(desk, lesson):
    address = EDIT + "about/"
    form = sent(desk.get(address).context["boxes"])
    desk.post(address, {**form, "simplified-0-ko": "하나", "simplified-0-en": "One, with a comma", "simplified-1-ko": "둘", "base": "1"})
    assert Reader.of("", newest(lesson).files["lesson.yaml"]).value["simplified"] == {"ko": ["하나", "둘"], "en": ["One, with a comma"]}
    text = newest(lesson).files["lesson.yaml"]
    page = desk.get(address)
    desk.post(address, {**sent(page.context["boxes"]), "base": "2"})
    assert newest(lesson).files["lesson.yaml"] == text, "an unchanged form changes no byte"
    added = desk.post(address, {**sent(page.context["boxes"]), "do": "add simplified"})
    assert len(next(box for box in added.context["boxes"] if box.name == "simplified").rows) == 3


def test_a_text_that_a_comma_tore_is_told_with_a_remedy():
    reader = Reader.of("quiz.yaml", "a: {ko: 가, en: one, and two}\n")
    reader.both(reader.value["a"], ("a",))
    assert [(problem.text("en"), problem.cure("en")) for problem in reader.problems] == [("A text was torn at a comma; this part of it stands alone: and two", "Put the whole text in quotes.")]


def test_the_rules_of_a_test_are_written_by_form(desk, lesson, own, learner):
    from learnk8s.courseware.kinds import parsed
    from learnk8s.courseware.quiz import Draw
    from learnk8s.library import actions

    actions.make_item(course=own, kind="bank", slug="pool", title={"ko": "은행", "en": "Pool"}, by=learner)
    address = EDIT + "questions/test/"
    assert "pool" in desk.get(address).content.decode()
    assert len(next(box for box in desk.post(address, {"do": "add draw", "draw-0-count": "2"}).context["boxes"] if box.name == "draw").rows) == 2
    wrong = desk.post(address, {"seconds": "99999", "draw-0-bank": "pool", "draw-0-tags": "easy", "base": 1})
    assert [problem.field for problem in wrong.context["problems"]] == ["f-seconds", "f-draw-0-count"], "each is told once"
    before = newest(lesson).files["quiz.yaml"]
    desk.post(address, {"seconds": "10", "attempts": "2", "combine": "last", "draw-0-bank": "pool", "draw-0-tags": "easy", "draw-0-count": "3", "base": 1})
    files = newest(lesson).files
    test = parsed("lesson", files).lesson.quiz
    assert (test.seconds, test.attempts, test.combine, test.draws) == (600, 2, "last", (Draw("pool", ("easy",), 3),))
    assert files["ko.md"].endswith("```test\n```\n")
    desk.post(address, {**sent(desk.get(address).context["boxes"]), "base": 2})
    assert newest(lesson).files == files, "an unchanged form changes no byte"
    desk.post(address, {"do": "remove", "base": 3})
    assert newest(lesson).files["quiz.yaml"] == before


def test_what_has_no_name_gets_one_of_its_english_text(desk, lesson):
    for do, name in (("preview", ""), ("save", "how-many-n"), ("save", "")):
        desk.post(NEW, {**VARIED, "id": name, "text-en": "How many? {n}", "do": do, "base": newest(lesson).number})
    assert [table["id"] for table in Reader.of("quiz.yaml", newest(lesson).files["quiz.yaml"]).value["questions"]] == ["how-many-n", "how-many-n-2"], "what was previewed is saved in its place, the next one stands beside it"
    desk.post(NEW, {**VARIED, "id": "shown", "shown": "1", "do": "save", "base": newest(lesson).number})
    assert desk.get(f"{EDIT}questions/").content.decode().count("not in the text yet") == 2
    files = {name: f"{text}\n```quiz\nhow-many-n\nhow-many-n-2\n```\n" if name in ("ko.md", "en.md") else text for name, text in newest(lesson).files.items()}
    actions.save_revision(lesson=lesson, by=User.objects.get(memberships__course=lesson.course), files=files, base_number=newest(lesson).number)
    assert "not in the text yet" not in desk.get(f"{EDIT}questions/").content.decode(), "names may stand in lines of their own"


def test_what_is_said_of_both_languages_is_said_once():
    boxes = boxes_of("single", {})
    assert [each.field for each in placed(boxes, [At("Say it.", "text-ko"), At("Say it.", "text-en")])] == ["f-text-ko", "f-text-en"]
    assert boxes[0].error == "Say it.", "once below both"


def test_a_form_asks_only_what_means_something_for_its_type():
    asked = {kind: {box.name for box in boxes_of(kind, {})} for kind in OWN}
    assert {kind for kind in OWN if "shuffle" in asked[kind]} == {"single", "multiple", "predict"}
    assert "credit" not in asked["truefalse"] | asked["single"]
    assert back("truefalse", {"id": "a", "type": "truefalse", "answer": True, "shuffle": True})[0]["shuffle"], "a file may say it all the same"


def test_what_is_not_complete_is_said_in_the_list_and_can_be_opened(desk, lesson):
    desk.post(NEW, {"type": "single", "id": "half", "text-en": "Which one?", "options-0-text-en": "A", "options-1-text-en": "B", "do": "save", "base": 1})
    page = desk.get(EDIT + "questions/")
    assert f'href="{EDIT}questions/half/">Which one?</a>' in page.content.decode()
    assert page.content.decode().count("not complete") == 1
    assert "“Explanation, shown with the answer” is still empty." in desk.get(EDIT + "questions/half/").content.decode()
