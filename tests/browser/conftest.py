"""A furnished site for the crawl: somebody who teaches and learns, with a sandbox of every world, a begun lesson, a class, answers."""

import pytest
from django.test import Client

SEEDS = ["/", "/design/", "/timeline/", "/timeline/?era=container", "/timeline/?q=nothing-like-this", "/learn/", "/playground/", "/classes/", "/library/", "/account/"]


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
    client.post("/en/classes/new/", {"name": "쿠버네티스 1반", "title": "쿠버네티스 1반", "course": course.pk})
    seeds = [*SEEDS, *(f"/playground/{sandbox.id}/" for sandbox in Sandbox.objects.filter(lesson_key="")), *(f"/classes/{room.pk}/" for room in Classroom.objects.all())]
    shared = Sandbox.objects.filter(lesson_key="").first()
    seeds.append(f"/playground/shared/{shared.token}/0/")
    return client, seeds
