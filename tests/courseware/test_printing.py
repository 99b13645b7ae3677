"""What lines of a text print: which line is meant, what holds, and that forms leave it as it is."""

import pytest

from learnk8s.courseware.markdown import Block
from learnk8s.courseware.printing import Print, faults, placed, prints_of
from learnk8s.courseware.questions.writing import replaced
from learnk8s.courseware.reading import Reader

LABS = """predictions: []
tasks:
  - {id: a, text: {ko: 가, en: a}}
# what the text says
prints:
  - {line: "kubectl get pods", shows: Running}   # three of them
  - {line: ls, shows: [b, a], hides: c, count: {"": 2}, same_as: ls /tmp}
"""


def read(text):
    reader = Reader.of("labs.yaml", text)
    return prints_of(reader, reader.value["prints"], ("prints",)), [problem.key for problem in reader.problems]


def test_a_list_is_read_and_its_mistakes_are_told():
    assert read(LABS) == ((Print("kubectl get pods", 0, ("Running",)), Print("ls", 1, ("b", "a"), ("c",), (("", 2),), "ls /tmp")), [])
    assert read("prints: [{line: ls}, {line: ls, count: 3}, {line: ls, shown: x}]")[1] == ["missing-key", "wrong-type", "unknown-key", "missing-key"]


def test_an_entry_means_the_first_such_line_after_that_of_the_entry_before():
    blocks = [Block("run", lines=("ls", "pwd"), line=1), Block("text", line=5), Block("run", lines=("ls",), line=9)]
    first, second = Print("ls", 0), Print("ls", 1)
    assert placed((first, second), blocks) == ({(1, 0): first, (9, 0): second}, None)
    assert placed((Print("pwd", 0), second, Print("pwd", 2)), blocks)[1] == Print("pwd", 2)


@pytest.mark.parametrize(("claim", "same", "said"), [
    pytest.param(Print("ls", 0, ("a", "b"), count=(("", 2), ("a", 1))), "", [], id="as claimed"),
    pytest.param(Print("ls", 0, ("b", "a")), "", ["does not print 'a' after what comes before it"], id="in another order"),
    pytest.param(Print("ls", 0, hides=("a",)), "", ["prints 'a'"], id="what should not be there"),
    pytest.param(Print("ls", 0, count=(("a", 2),)), "", ["has 'a' in 1 of its lines, not in 2"], id="too few"),
    pytest.param(Print("ls", 0, same_as="x"), "b\n", [], id="the same"), pytest.param(Print("ls", 0, same_as="x"), "c\n", ["does not print what 'x' does: 'c'"], id="another"), pytest.param(Print("ls", 0, same_as="x"), "", ["does not print what 'x' does: ''"], id="nothing to compare with"),
])
def test_what_a_line_printed_is_compared_with_what_is_claimed(claim, same, said):
    assert [en for en, _ko in faults(claim, "a\nb\n\n", same)] == said


def test_a_form_leaves_what_lines_print_byte_for_byte():
    changed = replaced(LABS, 0, {"id": "a", "text": {"ko": "나", "en": "b"}}, list_key="tasks")
    assert changed != LABS and changed[changed.index("# what") :] == LABS[LABS.index("# what") :]
    assert read(replaced(LABS, None, {"id": "p", "line": "ls"}, list_key="predictions")) == read(LABS)
