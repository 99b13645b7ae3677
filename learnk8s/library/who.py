"""Find courses and lessons through the person who asks: what they may not touch is not there."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest

from learnk8s.accounts.models import User
from learnk8s.library import queries
from learnk8s.library.models import Lesson, Membership


def person(request: HttpRequest) -> User:
    """Return who is signed in."""
    assert isinstance(request.user, User)
    return request.user


def lesson_for(request: HttpRequest, course: str, lesson: str, roles: Sequence[str] = queries.MAY_EDIT) -> Lesson:
    """Return a lesson that the person may edit (or review). Raises Http404."""
    found = queries.lesson_for_editor(person(request), course, lesson, roles)
    if found is None:
        raise Http404
    return found


def membership_in(request: HttpRequest, course: str, roles: Sequence[str] = queries.MAY_READ) -> Membership:
    """Return the person's role in a course. Raises Http404."""
    found = queries.membership(person(request), course, roles)
    if found is None:
        raise Http404
    return found
