"""Every lesson of the built-in course has a page in both languages, and a sandbox of its own world on it."""

import pytest
from django.test import Client

from learnk8s.library.models import Lesson


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_lesson_opens_with_its_sandbox(course, language):
    visitor = Client()
    for lesson in Lesson.objects.filter(course=course, kind="lesson"):
        page = f"/{language}/learn/kubernetes/{lesson.slug}/"
        assert visitor.get(page).status_code == 200
        assert visitor.post(f"{page}start/").status_code == 302
        assert "lk-terminal" in visitor.get(page).content.decode(), lesson.slug


def test_the_list_of_lessons_is_ordered_by_modules(course):
    page = Client().get("/en/learn/").content.decode()
    places = [page.index(title) for title in ("Why virtualise at all", "Isolation in Linux", "Virtual machines", "Ten benefits of containers", "Orchestrators", "What Kubernetes provides", "How a cluster is made", "Kubernetes in the cloud", "Working with a cluster")]
    assert places == sorted(places)


def test_reading_the_list_needs_few_queries(course, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        Client().get("/en/learn/")
