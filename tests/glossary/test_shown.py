"""A word as pages show it: in the language of the page, with the other one beside it."""

import pytest

from learnk8s.glossary.terms import terms


@pytest.mark.parametrize(
    ("term", "language", "name", "other"),
    [
        pytest.param("deployment", "ko", "디플로이먼트", "Deployment", id="brackets do not say it twice"),
        pytest.param("deployment", "en", "Deployment", "디플로이먼트", id="nor in the other language"),
        pytest.param("kubelet", "ko", "Kubelet", "", id="spelled alike in both"),
    ],
)
def test_a_word_is_not_said_twice(term, language, name, other):
    shown = terms()[term].shown(language)
    assert (shown["name"], shown["other"]) == (name, other)
