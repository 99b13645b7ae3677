"""Questions are found and told apart by whoever does not see where they stand: each has a heading, and its buttons say which one they answer."""

import re

import pytest
from django.test import Client
from django.utils.translation import override

from tests.quizzes.test_answering import lesson  # noqa: F401  # a fixture

QUIZ = "/quiz/kubernetes/self-healing/"
WORDS = {"en": ("Answer", "Question"), "ko": ("답하기", "문항")}


@pytest.fixture(autouse=True)
def _the_language_is_left_as_it_was():
    with override("en"):
        yield


def names(page, kind="button"):
    return [re.sub(r"<[^>]+>", "", words).strip() for words in re.findall(rf"<{kind}\b[^>]*>(.*?)</{kind}>", page, re.DOTALL)]


@pytest.mark.parametrize("language", WORDS)
def test_every_question_of_a_lesson_has_a_heading_and_buttons_of_its_own(course, language):
    answer, question = WORDS[language]
    page = Client().get(f"/{language}/learn/kubernetes/self-healing/").content.decode()
    headings = [name for name in names(page, "h3") if name.startswith(question)]
    assert headings == [f"{question} {number}" for number in range(1, page.count('class="panel question"') + 1)]
    assert len(headings) > 5
    assert [name for name in names(page) if name.startswith(answer)] == [f"{answer}: {heading}" for heading in headings]


@pytest.mark.parametrize("language", WORDS)
def test_no_two_buttons_of_any_type_of_question_have_one_name(lesson, language):  # noqa: F811
    page = Client().get(f"/{language}/learn/kubernetes/self-healing/").content.decode()
    own = [name for part in page.split('class="panel question"')[1:] for name in names(part.partition("</section>")[0])]
    assert len(own) == len(set(own)) >= page.count('class="panel question"') - 1, "one question has a time limit, and a link"


def test_a_question_that_is_answered_in_its_lesson_keeps_its_name_and_rank(lesson):  # noqa: F811
    browser = Client()
    lesson_page = browser.get("/en/learn/kubernetes/self-healing/").content.decode()
    heading = re.search(r'<h3 class="panel__title" id="question-many-heading">[^<]+</h3>', lesson_page)[0]
    assert heading in browser.post(f"/en{QUIZ}many/", {"answer": "a"}, headers={"hx-request": "true"}).content.decode()


def test_alone_on_its_page_a_question_stands_right_below_the_title_also_after_an_answer(lesson):  # noqa: F811
    browser, heading = Client(), '<h2 class="panel__title" id="question-one-heading">Question 1</h2>'
    assert heading in browser.get(f"/en{QUIZ}one/").content.decode()
    assert heading in browser.post(f"/en{QUIZ}one/", {"answer": "b", "rank": "2"}, headers={"hx-request": "true"}).content.decode()
    assert '<h3 class="panel__title"' in browser.post(f"/en{QUIZ}one/", {"answer": "b", "rank": '2 onclick="x"'}, headers={"hx-request": "true"}).content.decode()


@pytest.mark.parametrize("language", WORDS)
def test_the_questions_of_a_test_have_headings_before_and_after_it_is_handed_in(lesson, learner, as_, language):  # noqa: F811
    desk, question = as_(learner), WORDS[language][1]
    desk.post(f"/{language}/quiz/kubernetes/self-healing/test/begin/")
    address = f"/{language}{QUIZ}test/"
    open_page = desk.get(address).content.decode()
    assert f"{question} 1" in names(open_page, "h2")
    desk.post(f"{address}finish/")
    assert f"{question} 1" in names(desk.get(address).content.decode(), "h3")
