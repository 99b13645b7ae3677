"""Every type of question: right, half right, wrong, and hostile answers."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnk8s.courseware.lesson import parse_lesson
from learnk8s.courseware.problem import TEXTS, problem
from learnk8s.courseware.questions import TYPES, graded
from learnk8s.courseware.questions.pattern import fits
from learnk8s.courseware.questions.proving import problems_of
from learnk8s.courseware.questions.reading import read_questions
from learnk8s.courseware.questions.sheet import sheet_of
from learnk8s.courseware.quiz import drawn, read_quiz
from learnk8s.courseware.reading import Reader

TEXT = Path(__file__).with_name("every_type.yaml").read_text(encoding="utf-8")


def read(text=TEXT):
    reader = Reader.of("quiz.yaml", text)
    return read_questions(reader, reader.value["questions"]), reader


QUESTIONS = read()[0]
MANIFEST_A = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n"


def test_the_file_has_every_type_and_no_problem():
    questions, reader = read()
    assert reader.problems == []
    assert {question.type for question in questions.values()} == set(TYPES)


@pytest.mark.parametrize(("name", "answer", "percent"), [
    ("one", ["a"], 100), ("one", ["b"], 0), ("one", [], 0),
    ("many", ["a", "b"], 100), ("many", ["a"], 50), ("many", ["a", "c"], 0), pytest.param("many", ["a", "b", "c", "d"], 0, id="choosing everything earns nothing"),
    ("yes-no", ["false"], 100), ("yes-no", ["true"], 0),
    ("amount", ["1024Mi"], 100), ("amount", ["1.02Gi"], 100), ("amount", ["1G"], 40), ("amount", ["2Gi"], 0), ("amount", ["much"], 0),
    ("word", ["Crash Loop BackOff"], 100), ("word", ["pod"], 100), ("word", ["OOMKilled"], 0),
    ("sequence", ["x", "y", "z"], 100), ("sequence", ["x", "z", "y"], 33), ("sequence", ["x", "", "z"], 66), ("sequence", ["", "x y z", ""], 0), ("sequence", ["x", "y z", ""], 33),
    ("pairs", ["p=p", "s=s"], 100), ("pairs", ["p=p", "s=extra-0"], 50), ("pairs", ["p=x"], 0),
    ("gaps", ["get", "30", "0"], 100), ("gaps", ["get", "31", "1"], 66), ("gaps", [], 0),
    ("yaml", [QUESTIONS["yaml"].detail["solution"]], 100), ("yaml", [MANIFEST_A], 50), ("yaml", ["kind: ["], 0), ("yaml", [""], 0),
    ("guess", ["right"], 100), ("guess", ["other"], 0),
])
def test_points(name, answer, percent):
    assert graded(QUESTIONS[name], answer).percent == percent


def test_what_is_said_of_an_order_stands_in_the_order_that_was_given():
    """In the right one it would be the solution."""
    assert [remark.option for remark in graded(QUESTIONS["sequence"], ["z", "y", "x"]).remarks] == ["z", "y", "x"]


@pytest.mark.parametrize(("places", "given", "is_whole"), [
    pytest.param({"x": 1, "y": 2, "z": 3}, ["x", "y", "z"], True, id="each its own"),
    pytest.param({"x": 1, "y": 1, "z": 1}, ["x y z", "", ""], False, id="all the same, which is the right order in the file"),
    pytest.param({"x": 3, "y": "", "z": 1}, ["z", "", "x"], False, id="one is missing"),
    pytest.param({"x": "", "y": "", "z": ""}, [], False, id="untouched"),
    pytest.param({"x": 10, "y": "-1", "z": "a"}, [], False, id="hostile"),
])
def test_each_line_needs_a_place_of_its_own(places, given, is_whole):
    kind, question = TYPES["ordering"], QUESTIONS["sequence"]
    assert kind.given(question, {f"place-{name}": [str(place)] for name, place in places.items()}) == given
    assert kind.is_whole(question, given) is is_whole


@pytest.mark.parametrize(("given", "places"), [([], {"x": "", "y": "", "z": ""}), (["z", "", "x"], {"x": "3", "y": "", "z": "1"}), (["y", "x z", ""], {"x": "2", "y": "1", "z": "2"})])
def test_an_order_is_shown_as_far_as_it_was_given(given, places):
    assert {row.name: row.given for row in sheet_of(QUESTIONS["sequence"], "en", given=given).rows} == places


def test_a_wrong_answer_names_its_misconception_and_what_is_said_to_it():
    found = graded(QUESTIONS["amount"], ["1G"])
    assert found.misconceptions == ("g-is-gi",)
    assert found.said[0]["en"] == "G is not Gi."
    assert graded(QUESTIONS["pairs"], ["s=p"]).misconceptions == ("service-runs",)
    assert graded(QUESTIONS["gaps"], ["get", "30", "1"]).misconceptions == ("scheduler-runs",)


def test_a_variant_has_its_own_values_and_its_own_key():
    for seed in (0, 1):
        variant = QUESTIONS["guess"].variant(seed)
        assert graded(variant, ["right"]).percent == 100
    assert [QUESTIONS["guess"].variant(seed).options[0].text["en"] for seed in (0, 1)] == ["2", "4"]


def test_the_world_finds_no_fault_and_computes_the_key():
    assert problems_of(QUESTIONS.values()) == []
    wrong = read(TEXT.replace("{id: other, text", "{id: other, right: true, text"))[0]
    assert {found.key for found in problems_of(wrong.values())} == {"wrong-key"}
    at_start = read(TEXT.replace("exists: Namespace//t", "exists: Namespace//default"))[0]
    assert {found.key for found in problems_of(at_start.values())} == {"goal-at-start"}
    unreachable = read(TEXT.replace("solution: [kubectl create namespace t]", "solution: [kubectl get pods]"))[0]
    assert {found.key for found in problems_of(unreachable.values())} == {"solution-fails"}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_sheet_shows_no_key_and_keeps_what_was_given(name):
    sheet = sheet_of(QUESTIONS[name], "ko", seed=7, given=["a"])
    assert QUESTIONS[name].explanation["ko"] not in repr(sheet)
    assert sheet == sheet_of(QUESTIONS[name], "ko", seed=7, given=["a"])


def test_a_draw_takes_tagged_questions_once_and_depends_on_the_seed():
    reader = Reader.of("quiz.yaml", TEXT)
    quiz = read_quiz(reader)
    assert (quiz.seconds, quiz.attempts, quiz.combine) == (600, 2, "last")
    found = [question.id for _bank, question in drawn(quiz, {"": list(QUESTIONS.values())}, 1)]
    assert sorted(found) == ["many", "one", "yes-no"]


def test_problems_of_questions_are_told_at_their_lines():
    text = TEXT.replace("answer: \"1Gi\"", "answer: lots").replace("[[who]].\", en", "\", en").replace("id: many", "id: one").replace("seconds: 600", "seconds: 600")
    found = {(problem.key, problem.line) for problem in read(text)[1].problems}
    line = text[: text.index("answer: lots")].count("\n") + 1
    assert ("wrong-type", line) in found
    assert {"gaps-differ", "twice"} <= {key for key, _line in found}


@pytest.mark.parametrize("pattern", ["*" * 150, "(a|b)" * 30, "?" * 150, "(" * 150, "((((a|b)|c)|d)|e)*"])
def test_no_pattern_takes_long(pattern):
    assert fits(pattern, "a" * 199 + "x") in (True, False)


@settings(max_examples=60, deadline=None)
@given(answer=st.lists(st.text(max_size=30), max_size=6), name=st.sampled_from([name for name in QUESTIONS if name not in ("yaml", "guess")]))
def test_no_answer_raises(answer, name):
    assert 0 <= graded(QUESTIONS[name], answer).percent <= 100


@settings(max_examples=60, deadline=None)
@given(value=st.recursive(st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "type", "text", "ko", "en", "options", "gaps", "pairs", "wrong", "variants", "hints", "answer"]), inner, max_size=5), max_leaves=12),
       kind=st.sampled_from(sorted(TYPES)))
def test_no_file_raises(value, kind):
    reader = Reader("quiz.yaml")
    read_questions(reader, [{"type": kind, **value} if isinstance(value, dict) else value])


@pytest.mark.parametrize(("name", "given", "words"), [("one", ["a"], "A"), ("many", ["a", "c"], "A · C"), ("sequence", ["x", "z"], "one → three"), ("sequence", ["", "x z", "y"], "— → one = three → two"), ("pairs", ["p=p"], "Pod — what runs"), ("word", ["pod"], "pod"), ("yes-no", ["true"], "True"), ("gaps", ["get", "", "0"], "")])
def test_answers_are_told_in_words(name, given, words):
    from learnk8s.courseware.questions.wording import in_words

    found = in_words(QUESTIONS[name], given, "en")
    assert found == words or (name == "gaps" and found.startswith("get · — · "))


ANY = "text: {ko: 가, en: a}, explanation: {ko: 가, en: a}"
OPTIONS = "options: [{text: {ko: 가, en: a}%s}, {text: {ko: %s, en: %s}%s}]"


@pytest.mark.parametrize(("rest", "told"), [
    pytest.param("type: single, " + OPTIONS % (", right: true", "나", "b", ", right: true"), {"several-right"}, id="two right ones in a single choice"),
    pytest.param("type: single, options: [{text: {ko: 가, en: a}, right: true}]", {"few-options"}, id="nothing to choose from"),
    pytest.param("type: ordering, options: [{text: {ko: 가, en: a}}]", {"few-lines"}, id="one line"),
    pytest.param("type: ordering, " + OPTIONS % ("", "가", "a", ""), {"same-lines"}, id="two lines that are the same"),
    pytest.param("type: cloze, gaps: []", {"no-gaps"}, id="no gaps"),
    pytest.param("type: short, accepted: ['(create|']", {"bad-pattern"}, id="half a pattern"),
    pytest.param(r"type: short, accepted: ['\(create|']", set(), id="a bracket that stands for itself"),
    pytest.param("type: short, accepted: [pod], wrong: [{forms: [pod], says: {ko: 가, en: a}}]", {"right-and-wrong"}, id="right and wrong"),
    pytest.param("type: short, accepted: []", {"no-accepted"}, id="nothing is accepted"),
    pytest.param("type: numeric, answer: 5, tolerance: -1", {"wrong-type"}, id="a tolerance below zero, in which the right value would not lie"),
    pytest.param("type: numeric, answer: 5, wrong: [{forms: ['6'], says: {ko: 가, en: a}, tolerance: -5%}]", {"wrong-type"}, id="such a one of a wrong answer"),
])
def test_what_cannot_be_asked_is_told(rest, told):
    assert {each.key for each in read(f"questions:\n  - {{id: q, {ANY}, {rest}}}\n")[1].problems} == told


@pytest.mark.parametrize("key", sorted(TEXTS))
def test_every_problem_is_told_in_either_language_in_its_own_words(key):
    one = problem("quiz.yaml", 1, key, name="Name", what="ko", known="a, b", question="q")
    for language in ("ko", "en"):
        assert not re.search(r"[{}]", f"{one.text(language)} {one.cure(language)}".replace("{}", "")), "nothing is left unfilled"
    assert not re.search(r"\b(has|is|are|the|source|question)\b", one.text("ko"))
    assert one.text("en").startswith("Question q: ") and one.text("ko").startswith("문항 q: ")


def test_what_a_world_says_against_a_manifest_is_told_in_the_language_of_the_page():
    goal = "goal: {all: [{exists: ConfigMap/default/a, text_ko: ConfigMap a가 없다., text_en: There is no ConfigMap a.}]}"
    questions, reader = read(f"questions:\n  - {{id: q, {ANY}, type: manifest, {goal}, solution: 'kind: ['}}\n")
    assert reader.problems == []
    found = problems_of(questions.values())
    assert [each.key for each in found] == ["solution-fails", "command-fails"]
    assert found[0].text("ko") == "문항 q: 풀이가 목표에 이르지 못한다. ConfigMap a가 없다."
    assert found[0].said("en") == "Its solution does not reach the goal. There is no ConfigMap a."
    assert "answer.yaml" in found[1].said("ko"), "what kubectl says of it"


def test_a_test_draws_no_more_questions_than_the_lesson_has():
    files = {"lesson.yaml": "", "ko.md": "", "en.md": "", "labs.yaml": "{}", "sources.yaml": "{}", "quiz.yaml": re.sub(r"(?ms)^quiz:.*?(?=^\S)", "", TEXT) + "quiz:\n  draw:\n    - {count: 99}\n    - {count: 2}\n    - {bank: pool, count: 99}\n"}
    found = [each for each in parse_lesson(files).problems if each.key == "too-few-questions"]
    assert [each.said("en") for each in found] == [f"99 questions are drawn, and there are only {len(QUESTIONS)}."]
