"""Every page, in both languages: valid, whole, translated, with links that lead somewhere."""

from pathlib import Path

import pytest
from django.test import Client

from scripts.translate import entries
from tests.browser.crawling import Crawl, faults

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db


def known_texts():
    found = {}
    for path in (ROOT / "learnk8s").glob("*/locale/ko/LC_MESSAGES/django.po"):
        found |= {key.split("\0")[0]: text for key, text in entries(path.read_text(encoding="utf-8")).items()}
    return found


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_page_is_valid_translated_and_leads_somewhere(furnished, language):
    client, seeds = furnished
    crawl = Crawl(client, language, seeds)
    open_pages = Crawl(Client(), language, ["/", "/login/", "/signup/", "/nothing-here/"])
    found = [f"{page.path}: answers {page.status}" for page in crawl.pages.values() if page.status >= 400]
    known = known_texts()
    for page in [*crawl.pages.values(), *open_pages.pages.values()]:
        if page.text:
            found += [f"{page.path} ({page.view}): {fault}" for fault in faults(page, language, known)]
    found += [*crawl.broken(), *open_pages.broken()]
    assert len(crawl.pages) > 40
    assert not found, "\n".join(sorted(set(found)))
