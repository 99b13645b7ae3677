"""Every challenge holds what it promises; trying, hints, giving up and being done."""

import re

import pytest
from django.test import Client

from learnk8s.challenges import catalogue
from learnk8s.challenges.models import Attempt
from learnk8s.challenges.signals import GROUPS
from learnk8s.courseware.challenge import challenge_of
from learnk8s.challenges.proving import findings_of
from learnk8s.playground import actions as playground


@pytest.mark.parametrize("slug", sorted(catalogue.texts()))
def test_a_challenge_holds_what_it_promises(slug):
    assert not [str(finding) for finding in findings_of(slug)]


def test_every_signal_belongs_to_one_group():
    signals = [signal for group in GROUPS.values() for signal in group.signals]
    assert len(signals) == len(set(signals))
    assert {variants[0].signal for variants in catalogue.challenges().values()} <= set(signals)


def test_mistakes_of_an_author_are_all_told_with_their_lines():
    _challenge, problems = challenge_of("x", "grade: 9\ntitle: {ko: 가}\nbogus: 1\n")
    assert {problem.line for problem in problems} >= {1, 2, 3}


@pytest.fixture
def begun(db):
    client = Client()
    answer = client.post("/en/challenges/scaled-to-zero/")
    return client, answer.headers["Location"], Attempt.objects.get()


def test_a_challenge_begins_in_a_sandbox_of_ones_own(begun):
    client, url, attempt = begun
    assert attempt.sandbox.scenario.startswith("challenge-scaled-to-zero.")
    page = client.get(url).content.decode()
    assert "Fewer than three" not in page, "the goal would give it away"
    assert f"/en/challenges/help/{attempt.sandbox_id}/" in page


def test_hints_come_one_by_one_and_then_the_solution(begun):
    client, _url, attempt = begun
    base = f"/en/challenges/help/{attempt.sandbox_id}/"
    assert "kubectl scale deployment" not in client.get(base).content.decode()
    for _ in range(5):
        client.post(base + "hint/")
    assert client.get(base).content.decode().count("<li tabindex=\"-1\" data-focus-after>") == 1, "the last hint takes the focus of its button, which is gone"
    client.post(base + "solution/")
    page = client.get(base).content.decode()
    assert page.count("<li>") >= 4
    assert page.count("data-focus-after") == 1
    assert "kubectl scale deployment" in page


def test_it_is_solved_once_the_world_says_so(begun):
    client, _url, attempt = begun
    base = f"/en/challenges/help/{attempt.sandbox_id}/"
    assert "Not yet" in client.post(base + "done/").content.decode()
    app = catalogue.of_scenario(attempt.sandbox.scenario).solution[-1].split()[3]
    client.post(f"/en/playground/{attempt.sandbox_id}/run/", {"line": f"kubectl scale deployment {app} --replicas=3"})
    client.post(f"/en/playground/{attempt.sandbox_id}/clock/", {"jump": "60"})
    client.post(base + "done/")
    attempt.refresh_from_db()
    assert attempt.solved_at is not None
    assert "perfectly good desired state" in client.get(base).content.decode()
    assert "1 of" in client.get("/en/challenges/").content.decode()


def test_nobody_sees_another_ones_attempt(begun):
    _client, _url, attempt = begun
    other = Client()
    for part in ("", "hint/", "solution/", "done/"):
        ask = other.post if part else other.get
        assert ask(f"/en/challenges/help/{attempt.sandbox_id}/{part}").status_code == 404


def test_over_the_quota_of_sandboxes_the_story_says_so(db, monkeypatch):
    monkeypatch.setattr(playground, "SANDBOXES_MAX", 0)
    answer = Client().post("/ko/challenges/scaled-to-zero/")
    assert answer.status_code == 422
    assert not Attempt.objects.exists()


def test_a_second_try_gets_another_variant(db):
    client = Client()
    client.post("/en/challenges/bad-image-tag/")
    client.post("/en/challenges/bad-image-tag/")
    assert set(Attempt.objects.values_list("variant", flat=True)) == {0, 1}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_list_and_each_story_are_there_in_both_languages(db, language, django_assert_max_num_queries):
    client = Client()
    with django_assert_max_num_queries(4):
        assert client.get(f"/{language}/challenges/").status_code == 200
    assert client.get(f"/{language}/challenges/?group=placing").status_code == 200
    for slug, variants in catalogue.challenges().items():
        assert variants[0].title[language] in client.get(f"/{language}/challenges/{slug}/").content.decode().replace("&#x27;", "'")
    assert client.get(f"/{language}/challenges/no-such/").status_code == 404


def test_the_list_says_where_to_begin(db):
    assert "Begin with:" in Client().get("/en/challenges/").content.decode()


def test_a_long_grade_is_folded_unless_one_kind_of_trouble_was_asked_for(db):
    page = Client().get("/en/challenges/").content.decode()
    assert all(grade.partition("<details")[0].count('class="challenges__item"') <= 5 for grade in page.split('<section class="grade')[1:])
    assert "<details" not in Client().get("/en/challenges/?group=jobs").content.decode()


def test_what_the_page_tells_is_what_begins(db):
    """The story names the thing that is broken; another variant has another name."""
    client = Client()
    for _ in range(3):
        page = client.get("/en/challenges/bad-command/").content.decode()
        variant = re.search(r'name="variant" value="(\d)"', page)[1]
        place = client.post("/en/challenges/bad-command/", {"variant": variant}).headers["Location"]
        attempt = Attempt.objects.latest("id")
        assert str(attempt.variant) == variant
        assert catalogue.challenges()["bad-command"][attempt.variant].story["en"] in page
        assert "It may tell the cause" in client.get(place).content.decode()
    client.post("/en/challenges/bad-command/", {"variant": "77"})
    assert Attempt.objects.count() == 4
