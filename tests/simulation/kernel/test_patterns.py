"""Patterns that strangers type end, whatever they are, and find what POSIX tools and jq find."""

import pytest

from learnk8s.simulation.kernel.patterns import BadPattern, pattern
from learnk8s.simulation.kubernetes.network.ingress import _path_fits
from learnk8s.simulation.worlds import create
from tests.simulation.typing_on import run


@pytest.fixture(scope="module")
def world():
    made = create("kubernetes", "basics", 1)
    run(made, f"echo {'a' * 3_000} > long")
    return made


@pytest.mark.parametrize(("line", "printed"), [
    ("grep -c 'a*a*a*a*a*b' long", "0\n"),
    ("grep -cE '((a*)*)*b' long", "0\n"),
    ("sed -E 's/(a|aa)*(a|aa)*(a|aa)*b/x/' long | wc -c", "3001\n"),
    ("awk '/(a?){30}a{30}b/{print}' long", ""),
    ("[[ $(cat long) =~ (a+)+b ]] || echo no", "no\n"),
    ("jq -R 'test(\"(a*)*b\")' long", "false\n"),
    (r"grep '\(a*\)\1b' long", "grep: the text is too long for a pattern with a back-reference\n"),
    ("grep -E '(' long", "grep: missing closing ): `(`\n"),
])
def test_a_costly_or_broken_pattern_ends(world, line, printed):
    assert run(world, line) == printed


@pytest.mark.parametrize(("line", "printed"), [
    ("echo foobar | sed -E 's/foo|foobar/X/'", "X\n"),
    (r"echo hello | sed 's/\(l\)\1/L/'", "heLo\n"),
    (r"echo abc | sed -E 's/(a)(b)/\2\1/; s/c/[&]/'", "ba[c]\n"),
    ("echo 'a  b' | awk '{gsub(/[[:space:]]+/, \"_\"); print}'", "a_b\n"),
    ("echo 파드와노드 | grep -o '노.'", "노드\n"),
    ("echo 'a.b (c)' | grep -cF '.b ('", "1\n"),
    ("echo '\"x=1 y=2\"' | jq -c '[match(\"(\\\\w)=(\\\\d)\"; \"g\").offset], capture(\"(?<k>\\\\w)=(?<v>\\\\d)\")'", '[0,4]\n{"k":"x","v":"1"}\n'),
])
def test_tools_find_what_the_real_ones_find(world, line, printed):
    assert run(world, line) == printed


def test_what_is_not_re2_is_refused():
    for text in ("(?=a)", "(a)\\1", "a{2000}", "[z-a]", "(" * 5_000):
        with pytest.raises(BadPattern):
            pattern(text)


def test_a_path_of_an_ingress_may_be_any_pattern():
    assert _path_fits("ImplementationSpecific", "/(a*)*b", "/" + "a" * 5_000, regular=True) == (False, [])
    assert _path_fits("ImplementationSpecific", "/shop(/|$)(.*)", "/shop/cart", regular=True) == (True, ["/", "cart"])
