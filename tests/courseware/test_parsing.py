"""Whatever an author writes gives problems, never an exception."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from learnk8s.courseware import parse_lesson
from learnk8s.courseware.markdown import html_of
from learnk8s.courseware.render import _sections

FOLDER = Path(__file__).resolve().parents[2] / "learnk8s/content/courses/kubernetes/self-healing"
FILES = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}


def problems(**changed):
    return {(found.file, found.key) for found in parse_lesson({**FILES, **{name.replace("_", "."): text for name, text in changed.items()}}).problems}


def test_unknown_keys_missing_languages_and_different_structures_are_told():
    assert ("lesson.yaml", "unknown-key") in problems(lesson_yaml=FILES["lesson.yaml"] + "colour: red\n")
    assert ("sources.yaml", "bad-yaml") in problems(sources_yaml="a: [")
    assert ("ko.md", "unknown-id") in problems(ko_md=FILES["ko.md"] + "\n```task\nnope\n```\n")
    assert ("en.md", "different-structure") in problems(ko_md="안녕")
    assert ("quiz.yaml", "missing-language") in problems(quiz_yaml="questions: [{id: a, type: short, text: {ko: 가}, accepted: [x], explanation: {ko: 가, en: a}}]")
    assert ("quiz.yaml", "torn-text") in problems(quiz_yaml="questions: [{id: a, type: short, text: {ko: 가, en: first, then nothing}, accepted: [x], explanation: {ko: 가, en: a}}]")
    assert ("quiz.yaml", "no-right-answer") in problems(quiz_yaml="questions: [{id: a, type: single, text: {ko: 가, en: a}, options: [{text: {ko: 가, en: a}}], explanation: {ko: 가, en: a}}]")


@settings(max_examples=80, deadline=None)
@given(name=st.sampled_from(sorted(name for name in FILES if not name.endswith("svg"))), text=st.text(max_size=300))
def test_no_text_raises(name, text):
    parse_lesson({**FILES, name: text})
    parse_lesson({**FILES, name: FILES[name][: len(text) * 7] + text})


def test_a_cited_source_stands_at_its_word_and_a_second_one_apart():
    assert html_of("two words [@a] [@b].").startswith('<p>two words<sup class="cite"><a href="#source-a"')
    assert html_of("two words [@a]\n[@b].").count("cite--more") == 1


def test_a_text_is_shown_as_sections_each_with_what_it_cites():
    html = '<p>First<sup><a href="#source-a">1</a></sup></p><h2 id="b">Next</h2><p>More<sup><a href="#source-b">2</a></sup></p><h2 id="c">Check</h2>'
    assert [(part.html[:4], part.cites) for part in _sections(html)] == [("<p>F", ("a",)), ("<h2 ", ("b",)), ("<h2 ", ())]
