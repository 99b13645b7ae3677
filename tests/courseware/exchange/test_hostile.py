"""Files that nobody should write: mutants of good ones, and texts made to take long. Whatever comes, a reader answers with questions that our own format takes, or with troubles at their lines; nothing raises, nothing takes the square of its length.

`LEARNK8S_FUZZ=20000` tries that many mutants of each instead of a few.
"""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnk8s.courseware.exchange import gift, moodle, qti
from learnk8s.courseware.exchange.archive import packed, sorted_items, unpacked
from learnk8s.courseware.exchange.formulas import BadFormula, worked_out
from learnk8s.courseware.kinds import parsed
from learnk8s.courseware.markdown import blocks_of, html_of, line_html
from learnk8s.courseware.questions.reading import read_questions
from learnk8s.courseware.questions.sheet import sheet_of
from learnk8s.courseware.questions.writing import replaced, with_keys
from learnk8s.courseware.reading import Reader
from learnk8s.simulation.kernel import yaml

HERE = Path(__file__).parent
EXAMPLES = int(os.environ.get("LEARNK8S_FUZZ", "8"))
few = settings(max_examples=EXAMPLES, deadline=None)
SEEDS = {name: (HERE / name).read_text(encoding="utf-8") for name in ("features.gift", "features.xml")} | {path.name: path.read_text(encoding="utf-8") for path in sorted((HERE / "qti").glob("*.xml"))}
READERS = {"gift": gift.read, "moodle": moodle.read_moodle, "qti": qti.read_qti}
YAML = (HERE.parent / "every_type.yaml").read_text(encoding="utf-8")
PIECES = ["{", "}", "=", "~", "#", "%50%", "->", "::", "\\", "\n", "\n\n", "//", "$CATEGORY: a/b", "[html]", "<", ">", "&", "&amp;", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:", "]]>", "<![CDATA[", "<!--", "-->", "{1:SA:=a}", "[[1]]", "[[gap-1]]", "\0", "\ue000", "\u202e", "\ud7ff", "가", "🙂", "%", "..", ":",
          "1e999", "9" * 400, "-", "<answer fraction=\"nan\">", "<text/>", "</question>", "<question type=\"cloze\">", "&#0;", "<!DOCTYPE a>", "'", '"', "*", "- &a [*a]", "? ", "|", ">-", "!!python/object:os.system", "y", "null", "new", "test", "{n}"]


def mutants(text):
    """Return texts that differ from a good one in a few places."""
    change = st.tuples(st.integers(0, len(text)), st.integers(0, 60), st.sampled_from(PIECES) | st.text(max_size=4))

    def changed(changes):
        found = text
        for place, gone, piece in changes:
            found = found[:place] + piece + found[place + gone :]
        return found

    return st.lists(change, min_size=1, max_size=6).map(changed)


def settled(found):
    """See that what came in is told or can be taken: our own reader finds nothing wrong with it, and no page shows anything that runs."""
    assert found.questions or found.troubles or found.texts
    assert all(trouble.text("ko") and trouble.text("en") and trouble.cure("ko") and trouble.cure("en") for trouble in [*found.troubles, *found.notes])
    text = "questions: []\n"
    for question in found.questions[:12]:
        text = replaced(text, None, question)
    reader = Reader.of("quiz.yaml", text)
    assert reader.problems == [], text
    questions = read_questions(reader, reader.value["questions"], files=dict.fromkeys(found.pictures, f"picture {'0' * 64} 8x8"))
    assert [problem.text("en") for problem in reader.problems if problem.key != "no-words"] == []
    for question in questions.values():
        sheet = sheet_of(question, "en")
        shown = sheet.html + html_of(question.explanation["en"]) + "".join(line_html(row.text) for row in sheet.rows)
        assert not any(bad in shown.lower() for bad in ("<script", '<img src="http', "<img src=x", "onerror=", "<iframe", 'href="javascript', "<svg"))


@pytest.mark.parametrize("name", [*SEEDS])
def test_mutants_of_questions(name):
    kinds = ["gift"] if name.endswith(".gift") else ["moodle"] if name == "features.xml" else ["qti"]

    @few
    @given(text=mutants(SEEDS[name]))
    def holds(text):
        for kind in kinds:
            settled(READERS[kind](text))

    holds()


@few
@given(text=mutants(YAML))
def test_mutants_of_our_own_questions(text):
    reader = Reader.of("quiz.yaml", text)
    if reader.document is None:
        assert reader.problems
        return
    rows = reader.value.get("questions") if isinstance(reader.value, dict) else None
    read_questions(reader, rows)
    assert all(problem.text("ko") and problem.cure("en") for problem in reader.problems)


LESSON = {"lesson.yaml": "slug: a\nera: isolation\nminutes: 5\ntitle: {ko: 가, en: A}\nsimplified: {ko: [다], en: [C]}\nworld: kubernetes\nscenario: basics\nquestion: {ko: 가, en: A}\nanswer: {ko: 가, en: A}\nterms: [pod]\n", "ko.md": "## 가\n\n글 [@s].\n\n```quiz q\n```\n", "en.md": "## A\n\nText [@s].\n\n```quiz q\n```\n",
          "quiz.yaml": "questions:\n  - id: q\n    type: truefalse\n    answer: true\n    text: {ko: 가, en: A}\n    explanation: {ko: 가, en: A}\n", "labs.yaml": "tasks:\n  - id: t\n    text: {ko: 가, en: A}\n    goal: {all: [{exists: Namespace//shop}]}\n    solution: [kubectl create namespace shop]\npredictions:\n  - id: p\n    text: {ko: 가, en: A}\n    line: kubectl get pods\n    options: [{text: {ko: 가, en: A}, right: true}, {text: {ko: 나, en: B}}]\n    explanation: {ko: 가, en: A}\n", "sources.yaml": "s: {title: A, url: \"https://example.org/\"}\n"}
assert parsed("lesson", LESSON).problems == ()


@few
@given(name=st.sampled_from(sorted(LESSON)), change=st.data())
def test_mutants_of_a_lesson(name, change):
    found = parsed("lesson", LESSON | {name: change.draw(mutants(LESSON[name]))})
    assert all(problem.text("ko") and problem.text("en") and problem.cure("ko") for problem in found.problems)
    for blocks in (found.lesson.blocks.values() if found.lesson else ()):
        assert not any(bad in block.html.lower() for block in blocks for bad in ("<script", "<img", "onerror=\"", 'href="javascript'))


@few
@given(place=st.integers(0, 10_000), piece=st.binary(max_size=12), gone=st.integers(0, 40))
def test_mutants_of_a_zip(place, piece, gone):
    good = packed({"course.yaml": b"title: {ko: a, en: a}\n", **{f"lessons/a/{name}": text.encode() for name, text in LESSON.items()}})
    at = place % len(good)
    files, bad = unpacked(good[:at] + piece + good[at + gone :])
    assert files or bad
    sorted_items(files)


N = 100_000
M = 30_000
LONG = {"brackets": "[" * N, "braces": "{" * N, "closing": "}" * N, "escaped": "a{" + "\\}" * N + "}", "backslashes": "a{=" + "\\" * N + "}", "tildes": "a{" + "~x" * N + "}", "colons": "::" * N, "arrows": "a{" + "=a->b" * N + "}", "spaces": "a" + " " * N + "{T}", "lines": "\n" * N + "a{T}", "hashes": "a{T" + "#" * N + "}",
        "tags": "[html]" + "<b>" * N + "{T}", "scripts": "[html]" + "<script>" * 5_000 + "{T}", "comments": "[html]" + "<!--" * N + "{T}", "entities": "[html]" + "&lt;" * N + "{T}", "questions": "a{T}\n\n" * 5_000, "marks": "a{=" + "(a|b)" * 40 + "?" * 40 + "}", "stars": "a{=" + "a*" * N + "}",
        "numbers": "a{#" + "9" * N + "}", "spans": "a{#1..." + "." * N + "}", "deep": "<quiz>" + "<a>" * 3_000, "wide": "<quiz>" + "<question type='x'/>" * 5_000 + "</quiz>", "attributes": "<quiz " + " ".join(f"a{number}='1'" for number in range(20_000)) + "/>",
        "gaps": "<quiz><question type='cloze'><questiontext><text>" + "{1:SA:=a}" * 5_000 + "</text></questiontext></question></quiz>", "open gaps": "<quiz><question type='cloze'><questiontext><text>" + "{1:SA:=a" * 20_000 + "</text></questiontext></question></quiz>",
        "escapes": "<quiz><question type='multichoice'><questiontext><text>" + "&amp;lt;script&amp;gt;" * 20_000 + "</text></questiontext></question></quiz>", "marked": "// " + "[tag:a" * N + "[id:b" * N + "\na{T}", "utf": "\ud7ff\ufffd" * N, "nul": "\0" * N, "huge": "x" * 6_000_000}


@pytest.mark.parametrize("name", [*LONG])
def test_long_texts_are_bounded(name):
    for read in READERS.values():
        found = read(LONG[name])
        assert found.questions or found.troubles or found.texts
        assert len(found.questions) <= 1_000


@pytest.mark.parametrize("text", ["[" * M, "![" * M, "[a](" * M, "*a " * M, "**a*" * M, "_a_" * M, "`a" * M, "~~a" * M, "<" * M, "&a;" * M, "> " * M, "- " * M, "#" * M, "|a" * M + "\n" + "|-" * M, "\n" * M, " " * M, "```" * M, "[@a]" * M, "a" + "\u00a0" * M + "b"], ids=range(19))
def test_long_markdown_is_bounded(text):
    problems = []
    blocks_of(text, "ko.md", problems)
    assert "<" not in line_html(text[:1_000]).replace("<strong>", "").replace("</strong>", "").replace("<em>", "").replace("</em>", "").replace("<code>", "").replace("</code>", "").replace("<del>", "").replace("</del>", "").replace("<br>", "")
    html_of(text)
    line_html(text)


def test_long_lines_of_yaml_are_bounded():
    long = f"a: '{'x' * N}'"
    assert with_keys(long, {"b": 1}) == "b: 1\n"
    assert yaml.written({"a": "1" * N + "x"}) == f"a: {'1' * N}x\n"


SCENARIO = "title: {ko: 가, en: A}\nstory: {ko: 가, en: A}\ntask: {ko: 가, en: A}\nseeds: [1]\nsetup:\n  - {at: 10, line: kubectl get pods}\ngoal:\n  all:\n    - exists: Namespace//shop\n      text_ko: 가\n      text_en: A\nsolution: [kubectl create namespace shop]\nhints:\n  - {ko: 가, en: A, penalty: 10}\nallowed: []\npar: 1\n"
OUTLINE = "title: {ko: 가, en: A}\nlicence: CC-BY-4.0\nmodules:\n  - title: {ko: 가, en: A}\n    lessons: [a, b]\n"
BANK = f"title: {{ko: 가, en: A}}\n{YAML[YAML.index('questions:'):]}"
OTHERS = {"scenario": ("scenario.yaml", SCENARIO), "outline": ("course.yaml", OUTLINE), "bank": ("bank.yaml", BANK)}


@pytest.mark.parametrize("kind", [*OTHERS])
def test_mutants_of_scenarios_outlines_and_banks(kind):
    file, good = OTHERS[kind]
    assert parsed(kind, {file: good}).problems == ()

    @few
    @given(text=mutants(good))
    def holds(text):
        for problem in parsed(kind, {file: text}).problems:
            assert problem.text("ko") and problem.text("en") and problem.cure("ko") and problem.cure("en")
            assert 0 <= problem.line <= text.count("\n") + 2, "lines are counted as an editor shows them"

    holds()


@pytest.mark.parametrize("end", ["\r", "\x85", "\u2028", "\u2029", "\r\n"], ids=ascii)
def test_line_ends_that_only_yaml_knows_move_no_line_and_lose_nothing(end):
    head = f'note: "a{end}b"{end}questions:\n'
    text = f"{head}  - id: one  # mine{end}    type: x\n  - id: two\n    type: [\n"
    (told,) = Reader.of("quiz.yaml", text).problems
    assert told.line <= text.count("\n") + 2
    good = text.replace("[", "y")
    value = Reader.of("quiz.yaml", good).value
    changed = replaced(good, 1, {"id": "two", "text": f"c{end}d"})
    assert changed.startswith(good[: good.index("  - id: two")]), "the other lines stay as they were"
    assert Reader.of("quiz.yaml", changed).value == value | {"questions": [value["questions"][0], {"id": "two", "text": f"c{end}d"}]}
    assert with_keys(good, value | {"more": 1}) == f"{good}more: 1\n"


PACKAGE = {"imsmanifest.xml": b"<manifest/>", **{f"items/{name}": text.encode() for name, text in SEEDS.items() if name.endswith(".xml") and name != "features.xml"}, "items/a.png": b"\x89PNG" + bytes(range(200))}


@few
@given(place=st.integers(0, 100_000), piece=st.binary(max_size=12), gone=st.integers(0, 40))
def test_mutants_of_a_package(place, piece, gone):
    good = packed(PACKAGE)
    at = place % len(good)
    files, bad = unpacked(good[:at] + piece + good[at + gone :])
    for name in files:
        found = qti.read_qti(files[name].decode("utf-8", errors="replace"), files, name)
        assert found.questions or found.troubles or found.texts
    assert files or bad


FORMULAS = ["(" * N, "-" * N, "{a}" * N, "9" * N, "9**9**9**9", "sqrt(" * 90 + "1" + ")" * 90, "[x for x in ().__class__.__bases__]", "lambda: 0", "{a}.real", "\0", "1e999", "exp(exp(exp(9)))", "min()", "pow(0, -1)", "'a' * 10**9"]


@pytest.mark.parametrize("formula", FORMULAS, ids=range(len(FORMULAS)))
def test_formulas_end_and_run_nothing(formula):
    with pytest.raises(BadFormula):
        worked_out(formula, {"a": 1.0})


@pytest.mark.parametrize("content", ["A" * 8_000_000, "iVBORw0KGgo" * 200_000, "%" * N, ""], ids=["long", "many", "signs", "none"])
def test_pictures_in_questions_are_bounded(content):
    file = f'<file name="a.png" path="/" encoding="base64">{content}</file>'
    found = moodle.read_moodle(f'<quiz><question type="truefalse"><name><text>a</text></name><questiontext format="html"><text>{"&lt;img src=&quot;@@PLUGINFILE@@/a.png&quot;&gt;" * 500}</text>{file}</questiontext><answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer></question></quiz>')
    assert len(found.questions) == 1
    assert len(found.pictures) <= 1
    assert {note.key for note in found.notes} <= {"bad-picture", "picture", "no-words"}
