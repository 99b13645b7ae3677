"""Every page, in both languages, as in production: valid, whole, translated, small, quick, with links that lead somewhere."""

from pathlib import Path

import pytest
from django.test import Client

from scripts.translate import entries
from tests.browser.crawling import Crawl, faults
from tests.web.weighing import collected

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db


def known_texts():
    found = {}
    for path in (ROOT / "learnk8s").glob("*/locale/ko/LC_MESSAGES/django.po"):
        found |= {key.split("\0")[0]: text for key, text in entries(path.read_text(encoding="utf-8")).items()}
    return found


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_page_is_valid_translated_small_and_leads_somewhere(furnished, settings, language):
    client, seeds = furnished
    root = collected(settings)
    crawl = Crawl(client, language, seeds, root)
    open_pages = Crawl(Client(), language, ["/", "/login/", "/signup/", "/nothing-here/"], root)
    found = [f"{page.path}: answers {page.status}" for page in crawl.pages.values() if page.status >= 400]
    known = known_texts()
    for page in [*crawl.pages.values(), *open_pages.pages.values()]:
        if page.text:
            found += [f"{page.path} ({page.view}): {fault}" for fault in faults(page, language, known)]
    found += [*crawl.broken(), *open_pages.broken(), *crawl.too_much(), *open_pages.too_much()]
    assert len(crawl.pages) > 40
    assert not found, "\n".join(sorted(set(found)))
