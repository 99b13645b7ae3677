"""Search finds words of two syllables, words with a particle, words inside others, in both languages."""

import re

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from learnk8s.search.actions import build
from learnk8s.search.grams import grams, wanted
from learnk8s.search.models import Entry
from learnk8s.search.queries import found, marked
from learnk8s.search.views import EXAMPLES


@pytest.fixture
def index(course):
    assert Entry.objects.exists(), "it was made with the database"


def keys(query, language="ko"):
    return {(result.kind, result.path) for _kind, results in found(query, language) for result in results}


@pytest.mark.parametrize(
    ("query", "path"),
    [
        pytest.param("파드", "/glossary/#pod", id="two syllables"),
        pytest.param("노드", "/glossary/#node", id="with English in brackets"),
        pytest.param("레플리카", "/glossary/#replicaset", id="inside a longer word"),
        pytest.param("chroot", "/timeline/#chroot", id="Latin on a Korean page"),
        pytest.param("네임스페이스 리눅스", "/timeline/#ns-uts", id="two words"),
        pytest.param("자동화된 복구", "/learn/kubernetes/self-healing/", id="a lesson by its title"),
        pytest.param("가상 머신", "/era/vm/", id="an era"),
        pytest.param("가상머신", "/era/vm/", id="written without the space"),
        pytest.param("컨트롤플레인", "/glossary/#control-plane", id="two words written as one"),
        pytest.param("라벨", "/glossary/#label", id="spelled another way"),
        pytest.param("쿠버네티스란", "/glossary/#kubernetes", id="what is it"),
        pytest.param("파드를", "/glossary/#pod", id="with a particle"),
        pytest.param("Pod를", "/glossary/#pod", id="with a particle behind Latin"),
        pytest.param("오토 스케일링", "/learn/kubernetes/autoscaling/", id="one word written as two"),
        pytest.param("k8s", "/glossary/#kubernetes", id="a short name"),
        pytest.param("도커", "/timeline/#docker-swarm", id="a name that milestones keep in Latin"),
        pytest.param("kubectl get pods", "/learn/kubernetes/self-healing/", id="a command"),
    ],
)
def test_korean_readers_find(index, query, path):
    assert path in {found_path for _kind, found_path in keys(query)}


@pytest.mark.parametrize(("query", "path"), [("self-healing", "/learn/kubernetes/self-healing/"), ("kube-sch", "/glossary/#kube-scheduler"), ("FreeBSD jails", "/timeline/#freebsd-jail"), ("POD", "/glossary/#pod"), ("deployments", "/glossary/#deployment")])
def test_english_readers_find(index, query, path):
    assert path in {found_path for _kind, found_path in keys(query, "en")}


@pytest.mark.parametrize("query", ["", " ", "%", "_", "'", "\"; DROP TABLE", "없는낱말이다", "\x00", "🦭", "a" * 5000])
def test_odd_queries_answer_without_an_error(index, query):
    assert Client().get("/ko/search/", {"q": query}).status_code == 200


def test_ones_own_language_comes_first(index):
    _kind, results = next(group for group in found("파드 pod", "en") if group[0] == "term")
    assert results[0].language == "en"


def test_nothing_is_shown_twice(index):
    paths = [(result.kind, result.path, "".join(piece.text for piece in result.title)) for _kind, results in found("pod", "en") for result in results]
    assert len(paths) == len(set(paths))


def test_what_was_looked_for_is_marked_and_nothing_becomes_markup(index):
    Entry.objects.create(kind="term", key="evil", language="en", path="/glossary/", title="<script>alert(1)</script>", text="a script", grams=grams("<script>alert(1)</script>"))
    page = Client().get("/en/search/", {"q": "script"}).content.decode()
    assert "<script>alert" not in page
    assert "<mark>script</mark>" in page


def test_a_lesson_is_found_as_soon_as_it_is_published(course, teacher):
    from learnk8s.library.actions import publish, save_revision
    from learnk8s.library.models import Lesson

    lesson = Lesson.objects.get(course=course, slug="self-healing")
    newest = lesson.revisions.first()
    files = {**newest.files, "en.md": newest.files["en.md"].replace("thermostat", "zyzzogeton")}
    assert keys("zyzzogeton", "en") == set()
    publish(lesson=lesson, revision=save_revision(lesson=lesson, by=teacher, files=files, base_number=newest.number), by=teacher)
    assert ("lesson", "/learn/kubernetes/self-healing/") in keys("zyzzogeton", "en")


def test_the_page_needs_few_queries(index, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        Client().get("/ko/search/", {"q": "파드"})


def test_building_again_changes_nothing(index):
    before = list(Entry.objects.order_by("kind", "key", "language").values_list("kind", "key", "grams"))
    build()
    assert before == list(Entry.objects.order_by("kind", "key", "language").values_list("kind", "key", "grams"))


@given(st.text(alphabet="가나다라마바사pod 3-", min_size=1, max_size=40))
def test_every_word_of_a_text_finds_it(text):
    column = grams(text)
    for word in text.split():
        assert all(any(all(piece in column for piece in pieces) for pieces in spellings) for spellings in wanted(word))


@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=5), max_size=3))
def test_marking_keeps_the_text(text, words):
    assert "".join(piece.text for piece in marked(text, [word.casefold() for word in words])) == text


@pytest.mark.parametrize("query", ["파드", "pod", "노드"])
def test_a_command_is_found_by_what_stands_in_it_and_not_by_its_lesson(index, query):
    lines = [entry.title for entry in Entry.objects.filter(kind="command", language="ko", grams__contains=wanted(query)[0][0][0])]
    assert lines
    assert all("pod" in line.lower() or "node" in line.lower() for line in lines), lines


def test_what_is_shown_of_a_lesson_has_no_marks_of_sources(index):
    text = Entry.objects.get(kind="lesson", key="kubernetes/self-healing", language="en").text
    assert "node-grace" not in text
    assert "Write down a state, not a command: Think of a thermostat." in text


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_examples_of_the_empty_page_find_something(index, language):
    assert all(found(word, language) for word in EXAMPLES)
    page = Client().get(f"/{language}/search/").content.decode()
    assert all(f'href="?q={word.replace(" ", "%20")}"' in page for word in EXAMPLES)


def test_a_word_that_is_nowhere_does_not_hide_what_the_others_find(index):
    page = Client().get("/ko/search/", {"q": "쿠버네티스의 족보"}).content.decode()
    assert "일부가 든 것이다." in page
    assert "/glossary/#kubernetes" in page
    assert "찾은 것이 없다." in Client().get("/ko/search/", {"q": "족보"}).content.decode()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_command_that_stands_in_several_lessons_is_told_apart_by_the_lesson(index, language):
    page = Client().get(f"/{language}/search/", {"q": "pod"}).content.decode()
    links = [(re.sub(r"<[^>]+>", "", words), address) for address, words in re.findall(r'<a class="found__title" href="([^"]+)"[^>]*>(.*?)</a>', page)]
    commands = [name for name, address in links if "/learn/" in address and ": " in name]
    assert len({name.partition(": ")[0] for name in commands}) < len(commands), "one command is there more than once"
    assert len({name for name, _address in links}) == len(links)
