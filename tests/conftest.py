"""The cast: a teacher who may edit the course, a learner, a stranger; and the built-in course, loaded."""

import os
import sys

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from learnk8s.simulation.kernel import crashes

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


_rows = []
"""What loading the course writes: read from its files once a process, for it is long; afterwards the same rows are put back."""
_documents = {}
"""What the revisions of the built-in course say, by their keys, as far as a test has read them: they have the same keys in every test."""


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item):
    """End the tickers of open watches before the test's database goes."""
    streams = sys.modules.get("learnk8s.playground.streams")
    if streams is not None:
        streams.end_all()


@pytest.fixture(scope="session", autouse=True)
def _failures_are_found():
    """Let no world go on after a failure of its parts."""
    crashes.catch(is_caught=False)


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    """Hash passwords quickly: what protects them is not what is tested. And keep no copies of worlds in files."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.PLAYGROUND_SHELF = ""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Load the built-in course and make the index of the search once; every test begins with them and leaves them as they were."""
    with django_db_blocker.unblock():
        call_command("load_course", verbosity=0)
        call_command("build_search", verbosity=0)
        _rows.extend((model, list(model.objects.values())) for model in apps.get_app_config("library").get_models())


@pytest.fixture
def course(db):
    """Return the built-in course; a test in a browser, after which the database is emptied, gets its rows again."""
    from learnk8s.library import queries
    from learnk8s.library.models import Course, Revision

    queries._documents.clear()  # rows of an earlier test had the same keys
    queries._documents.update(_documents)
    if not Course.objects.filter(slug="kubernetes").exists():
        with transaction.atomic():
            for model, rows in _rows:
                model.objects.bulk_create([model(**row) for row in rows])
    yield Course.objects.get(slug="kubernetes")
    built_in = next({row["id"] for row in rows} for model, rows in _rows if model is Revision)
    _documents.update({key: document for key, document in queries._documents.items() if key in built_in})


def _person(name):
    from learnk8s.accounts.models import User

    return User.objects.create_user(username=name, password="correct horse")


@pytest.fixture
def teacher(course):
    """Somebody who may edit the course."""
    from learnk8s.library.actions import make_editor

    person = _person("teacher")
    make_editor(course=course, user=person)
    return person


@pytest.fixture
def learner(db):
    """Somebody with an account."""
    return _person("learner")


@pytest.fixture
def stranger(db):
    """Somebody else with an account."""
    return _person("stranger")


@pytest.fixture
def as_(db):
    """Return a client that is logged in as a person."""

    def client(person) -> Client:
        made = Client()
        made.force_login(person)
        return made

    return client


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Use the Chromium that was found, without its sandbox where we are root."""
    path = os.environ.get("LEARNK8S_CHROMIUM", "/usr/bin/chromium")
    arguments = {**browser_type_launch_args, "args": ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]}
    return arguments if path == "playwright" else {**arguments, "executable_path": path}
