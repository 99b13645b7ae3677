"""Whoever asks for their own sandboxes is not led through those of everybody."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from learnk8s.accounts.models import User
from learnk8s.playground import queries
from learnk8s.web.visitor import Visitor


pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite tells its plans in words of its own")


@pytest.mark.parametrize(("is_known", "step"), [(False, "(session_key=?)"), (True, "(user_id=?)")])
def test_sandboxes_are_found_by_whose_they_are(db, is_known, step):
    visitor = Visitor(User.objects.create(username="a"), "") if is_known else Visitor(None, "of-a-browser")
    with CaptureQueriesContext(connection) as asked:
        list(queries.sandboxes_of(visitor))
        queries.sandbox_of(visitor, "abc")
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked[0]['sql']}")
        steps = [row[-1] for row in cursor.fetchall()]
    assert any(step in each for each in steps), steps
