"""The site as an app: manifest, worker, and the page that is shown without a network."""

import json
import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_manifest_names_icons_that_are_there(db, language):
    answer = Client().get(f"/manifest.webmanifest?lang={language}")
    content = answer.json()
    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert content["lang"] == language and content["start_url"] == f"/{language}/"
    assert all(finders.find(icon["src"].removeprefix("/static/")) for icon in content["icons"])
    assert {"any", "maskable"} == {icon["purpose"] for icon in content["icons"]}


def test_the_worker_names_files_that_are_there_and_governs_the_whole_site(db):
    answer = Client().get("/sw.js")
    files = json.loads(re.search(r"const FILES = (\[.*?\]);", answer.content.decode())[1])
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "no-cache" in answer.headers["Cache-Control"]
    assert all(finders.find(name.removeprefix("/static/")) for name in files)


def test_the_worker_has_a_version_that_follows_its_content(db):
    first, second = (Client().get("/sw.js").content for _turn in range(2))
    assert first == second
    assert re.match(rb'const VERSION = "[0-9a-f]{12}";', first)


def test_pages_ask_for_the_worker_only_where_lessons_are_kept(db, settings):
    assert "data-worker" not in Client().get("/en/login/").content.decode()
    settings.OFFLINE_LESSONS = True
    assert 'data-worker="/sw.js"' in Client().get("/en/login/").content.decode()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_there_is_a_page_without_a_network(db, language):
    assert Client().get(f"/{language}/offline/").status_code == 200


@pytest.mark.parametrize(("path", "card"), [("/en/", "en-all"), ("/ko/era/vm/", "ko-vm"), ("/en/timeline/?era=cloud", "en-cloud"), ("/ko/learn/kubernetes/self-healing/", "ko-kubernetes")])
def test_a_link_is_shared_with_the_picture_of_its_era(course, path, card):
    address = re.search(r'property="og:image" content="http://testserver/static/([^"]+)"', Client().get(path).content.decode())[1]
    assert address == f"img/cards/{card}.png"
    assert finders.find(address)


def test_a_shared_link_says_what_the_page_says(course):
    page = Client().get("/ko/learn/kubernetes/self-healing/").content.decode()
    title, description = (re.search(rf'property="og:{name}" content="([^"]+)"', page)[1] for name in ("title", "description"))
    assert title == "의도한 상태와 자동화된 복구"
    assert description.startswith("새벽 세 시에 서버 한 대가 꺼졌다.") and f'name="description" content="{description}"' in page
