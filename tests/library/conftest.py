"""A course of one's own, with a lesson in it."""

import pytest


@pytest.fixture
def own(learner):
    """The learner's own course with one lesson."""
    from learnk8s.library import actions, queries

    queries._documents.clear()  # rows of an earlier test had the same keys
    course = actions.make_course(by=learner, slug="mine", title={"ko": "내 코스", "en": "My course"})
    actions.make_item(course=course, kind="lesson", slug="first", title={"ko": "첫 레슨", "en": "First lesson"}, by=learner)
    return course


@pytest.fixture
def desk(own, learner, as_):
    """The learner at their desk."""
    return as_(learner)


@pytest.fixture
def lesson(own):
    """The lesson of the course."""
    return own.lessons.get(slug="first")
