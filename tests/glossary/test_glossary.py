"""The words of the course: a page of all, and their meaning in running text."""

import re

import pytest
from django.test import Client

from learnk8s.glossary.marking import mark
from learnk8s.glossary.terms import Term, terms


def term(name, en, ko):
    return Term(name, "system", en, ko, "meaning", "뜻", "glossary-list")


POD, NODE, SET = term("pod", "Pod", "파드"), term("node", "Node", "노드(Node)"), term("replicaset", "ReplicaSet", "레플리카셋(ReplicaSet)")


@pytest.mark.parametrize(
    ("html", "language", "expected"),
    [
        pytest.param("<p>파드가 둘, 파드가 셋</p>", "ko", '<p><a class="term" href="/g/#pod" data-term="pod">파드</a>가 둘, 파드가 셋</p>', id="the first time only, with a particle"),
        pytest.param("<p>Two pods run.</p>", "en", '<p>Two <a class="term" href="/g/#pod" data-term="pod">pods</a> run.</p>', id="plural"),
        pytest.param("<p>podium</p>", "en", "<p>podium</p>", id="not inside another word"),
        pytest.param("<p><code>pod</code> <a href='#x'>pod</a></p>", "en", "<p><code>pod</code> <a href='#x'>pod</a></p>", id="not in code, not in links"),
        pytest.param("<h2>Pods</h2>", "en", "<h2>Pods</h2>", id="not in headings"),
        pytest.param("<p>pod-name</p>", "en", "<p>pod-name</p>", id="not in names"),
    ],
)
def test_words_in_running_text(html, language, expected):
    assert mark(html, [POD], language=language, page="/g/", seen=set()) == expected


def test_each_word_once_over_several_pieces():
    seen = set()
    assert "term" in mark("<p>노드</p>", [NODE], language="ko", page="/g/", seen=seen)
    assert "term" not in mark("<p>노드</p>", [NODE], language="ko", page="/g/", seen=seen)


def test_a_longer_word_is_not_cut():
    html = mark("<p>레플리카셋이 파드를</p>", [term("replica", "Replica", "레플리카"), SET], language="ko", page="/g/", seen=set())
    assert 'data-term="replicaset">레플리카셋</a>' in html


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_has_every_word_in_both_languages(db, language, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = Client().get(f"/{language}/glossary/").content.decode()
    assert all(f'id="{name}"' in page for name in terms())
    assert page.count('class="word"') == len(terms())


def test_the_page_can_be_searched(db):
    page = Client().get("/en/glossary/", {"q": "tombstone-that-is-not-there"}).content.decode()
    assert 'class="empty"' in page


def test_the_meaning_of_one_word(db):
    assert Client().get("/ko/glossary/pod/").json() == {"name": "파드", "other": "Pod", "meaning": terms()["pod"].def_ko}
    assert Client().get("/ko/glossary/nobody/").status_code == 404


def test_a_lesson_links_its_words(course):
    page = Client().get("/ko/learn/kubernetes/self-healing/").content.decode()
    names = re.findall(r'data-term="([a-z0-9-]+)"', page)
    assert len(names) >= 3
    assert len(names) == len(set(names))
