"""Anybody may report a mistake from any page."""

import pytest
from django.core.cache import cache
from django.test import Client

from learnk8s.reports.models import Report
from learnk8s.reports.views import REPORTS_MAX


@pytest.fixture(autouse=True)
def fresh(db):
    cache.clear()


def test_every_page_leads_to_the_form_with_its_own_address():
    assert "/en/report/?page=/en/timeline/" in Client().get("/en/timeline/").content.decode()
    assert 'value="/en/timeline/"' in Client().get("/en/report/?page=/en/timeline/").content.decode()


def test_a_report_is_kept_and_leads_back():
    answer = Client().post("/ko/report/", {"path": "/ko/timeline/", "text": "1979년이 아니다"})
    assert answer.headers["Location"] == "/ko/timeline/"
    assert Report.objects.get().text == "1979년이 아니다"


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example/", "javascript:alert(1)", "", "/a b", "/<script>"])
def test_it_never_leads_to_another_site(path):
    answer = Client().post("/en/report/", {"path": path, "text": "something is wrong"})
    assert answer.status_code == 422
    assert Report.objects.count() == 0


@pytest.mark.parametrize("text", ["", "abc", "x" * 3000])
def test_too_short_and_too_long_are_said(text):
    answer = Client().post("/en/report/", {"path": "/en/", "text": text})
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()


def test_nobody_floods_it():
    client = Client()
    for _turn in range(REPORTS_MAX + 1):
        answer = client.post("/en/report/", {"path": "/en/", "text": "again and again"})
    assert answer.status_code == 429
    assert Report.objects.count() == REPORTS_MAX
