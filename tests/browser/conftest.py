"""A furnished site for the crawl: somebody who teaches and learns, with a sandbox of every world, a begun lesson, a class, answers."""

from datetime import timedelta

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import WSGIRequestHandler
from django.test import Client
from django.utils import timezone
from django.views import static

from tests.web.weighing import collected

SEEDS = ["/", "/design/", "/timeline/", "/timeline/?era=container", "/timeline/?q=nothing-like-this", "/learn/", "/playground/", "/classes/", "/library/", "/account/"]


@pytest.fixture(scope="session", autouse=True)
def _answers_are_sent_at_once():
    """Let the server send what follows the head without waiting for its receipt, which takes 40 ms with every answer."""
    WSGIRequestHandler.disable_nagle_algorithm = True


@pytest.fixture
def joined_files(settings, monkeypatch):
    """Serve styles and scripts to browsers as in production: joined, and named by their contents, so that a page asks for few and the next page for none."""
    root = collected(settings)

    def serve(handler, request):
        answer = static.serve(request, handler.file_path(request.path), document_root=root)
        answer.headers["Cache-Control"] = "max-age=600"
        return answer

    monkeypatch.setattr(StaticFilesHandler, "serve", serve)


@pytest.fixture
def furnished(course, teacher):
    """Return a client that is logged in, and the seeds of the crawl."""
    from learnk8s.classroom.models import Classroom
    from learnk8s.playground.models import Sandbox
    from learnk8s.simulation import worlds

    client = Client()
    client.force_login(teacher)
    for world, cards in worlds.SCENARIOS.items():
        first = next(name for name, card in cards.items() if not getattr(card, "is_hidden", False))
        client.post("/en/playground/", {"scenario": f"{world}:{first}"})
    client.post("/en/learn/kubernetes/self-healing/start/")
    client.post("/en/notes/kubernetes/self-healing/", {"text": "파드는 되살아나지 않는다"})
    client.post("/en/classes/new/", {"title": "쿠버네티스 1반", "course_slug": "kubernetes"})
    _taught(Classroom.objects.get())
    seeds = [*SEEDS, *(f"/playground/{sandbox.id}/" for sandbox in Sandbox.objects.filter(lesson_key="")), *(f"/classes/{room.pk}/" for room in Classroom.objects.all())]
    shared = Sandbox.objects.filter(lesson_key="").first()
    seeds.append(f"/playground/shared/{shared.token}/0/")
    return client, seeds


def _taught(room):
    """Give a class a date and three students who have begun."""
    from learnk8s.accounts.models import User
    from learnk8s.classroom.models import Assignment, Seat

    Assignment.objects.create(classroom=room, lesson_slug="self-healing", due_at=timezone.now() + timedelta(days=3))
    for name in ("지민", "서연", "도윤"):
        student = Client()
        person = User.objects.create_user(username=name, password="correct horse")
        student.force_login(person)
        Seat.objects.create(classroom=room, user=person)
        student.post("/ko/learn/kubernetes/self-healing/start/")
