"""Whoever asks for the answers of some people is not led through those of everybody: on a large site a page would take longer with each stranger."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from learnk8s.quizzes import queries

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite tells its plans in words of its own")
LESSONS = list(range(1, 49))


@pytest.mark.parametrize("ask", [
    pytest.param(lambda users: list(queries.results_of_class(users, LESSONS)), id="gradebook"),
    pytest.param(lambda users: queries.answers_since(users, LESSONS, timezone.now() - timedelta(hours=3)), id="the class now"),
])
@pytest.mark.parametrize("users", [[1], [1, 2], list(range(30))], ids=len)
def test_answers_are_found_by_who_gave_them(db, ask, users):
    with CaptureQueriesContext(connection) as asked:
        ask(users)
    with connection.cursor() as cursor:
        for query in asked:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            steps = [step for *_numbers, step in cursor.fetchall() if "SEARCH quizzes_" in step or "SCAN quizzes_" in step]
            assert steps and all("(user_id=?" in step for step in steps), steps
