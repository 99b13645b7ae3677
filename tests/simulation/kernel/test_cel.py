"""CEL: what expressions mean, what is refused, and that nothing runs away."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnk8s.simulation.kernel.cel.checking import checked_type
from learnk8s.simulation.kernel.cel.evaluation import evaluated
from learnk8s.simulation.kernel.cel.parser import parsed
from learnk8s.simulation.kernel.cel.syntax import CelError, CompileError

SELF = {"n": 3, "s": "abc", "l": [1, 2], "m": {"k": "v"}, "x-y": 1}
TYPES = {"self": ("object", {"n": "int", "s": "string", "l": ("list", "int"), "m": ("map", "string", "string"), "x-y": "int"})}


@pytest.mark.parametrize(("text", "answer"), [
    ("1 + 2 * 3 == 7", True), ("self.l.exists(x, x == 2) && !has(self.b)", True), ("self.l.all(x, x < 2)", False), ("self.m['k'] == 'v'", True), ("'a' in ['a'] && 'k' in self.m", True), ("self.s.matches('^a.c$')", True),
    ("[1, 2, 3].filter(x, x > 1).map(x, x * 2)", [4, 6]), ("quantity('1Gi').isGreaterThan(quantity('500Mi'))", True), ("self.?zz.orValue(3)", 3), ("duration('90m') == duration('1h30m')", True), ("'%s is %d'.format(['a', 3])", "a is 3"),
    ("self.x__dash__y", 1), ("self.zz == 1 || true", True), ("false && self.zz == 1", False), ("cidr('10.0.0.0/8').containsIP('10.1.1.1')", True), ("semver('1.2.3').isLessThan(semver('1.10.0'))", True), ("type(1) == int", True), ("-7 / 2", -3), ("-7 % 2", -1),
    ("timestamp('2023-05-01T00:00:00Z').getMonth()", 4), ("self.n > 2 ? 'a' : 'b'", "a"), ("['b', 'a'].isSorted()", False), ("{'a': 1}.all(k, k == 'a')", True), ("optional.none().hasValue()", False), ("b'a' == bytes('a')", True), ("1.0 == 1", True),
])
def test_an_expression_has_its_value(text: str, answer: object) -> None:
    assert evaluated(parsed(text), {"self": SELF}) == answer


@pytest.mark.parametrize(("text", "complaint"), [
    ("self.zz", "no such key: zz"), ("self.l[5]", "index out of bounds: 5"), ("1 / 0", "division by zero"), ("9223372036854775807 + 1", "integer overflow"), ("self.s + 1", "no such overload"), ("'('.matches('(')", "error parsing regexp"),
])
def test_what_cannot_be_done_says_why(text: str, complaint: str) -> None:
    with pytest.raises(CelError, match=complaint.replace("(", r"\(")):
        evaluated(parsed(text), {"self": SELF})


@pytest.mark.parametrize(("text", "complaint"), [
    ("self.b > 1", "ERROR: <input>:1:5: undefined field 'b'\n | self.b > 1\n | ....^"), ("self.n + self.s == 'x'", "found no matching overload for '_+_' applied to '(int, string)'"), ("foo", "undeclared reference to 'foo' (in container '')"),
    ("self.n.startsWith('x')", "applied to 'int.(string)'"), ("self.", "Syntax error"), ("self.n ==", "Syntax error"), ("'a", "Syntax error"), ("self.l.exists(x, x == 'a')", "applied to '(int, string)'"),
])
def test_what_has_no_meaning_is_shown_with_its_place(text: str, complaint: str) -> None:
    with pytest.raises(CompileError) as caught:
        checked_type(text, parsed(text), TYPES)
    assert complaint in str(caught.value)


def test_a_loop_in_a_loop_in_a_loop_is_stopped() -> None:
    text = "l.all(a, l.all(b, l.all(c, l.all(d, a + b + c + d >= 0))))"
    with pytest.raises(CelError, match="cost limit exceeded"):
        evaluated(parsed(text), {"l": list(range(100))})


def test_a_pattern_that_would_try_every_way_ends_at_once() -> None:
    assert evaluated(parsed("s.matches('^(a+)+$')"), {"s": "a" * 5000 + "b"}) is False


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(alphabet="selfnm.()[]{}'\"+-*/%<>=!&|?: 0123abc,", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        evaluated(parsed(text), {"self": SELF})
    except (CelError, CompileError):
        pass


@pytest.mark.parametrize("repeats", [1, 2, 4])
def test_repeats_beside_each_other_end_in_long_texts(repeats):
    from learnk8s.simulation.kernel.patterns import pattern

    wanted = pattern("a*" * repeats + "b")
    assert not wanted.search("a" * 30_000)
    assert wanted.search("a" * 30_000 + "b")
    assert [found[0] for found in pattern("a+ b+").finditer("aa bb a b")] == ["aa bb", "a b"]
