"""What a first visit costs: bytes on the line as in production, and queries on the server."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client

KB = 1024
BUDGETS = {"/": 60, "/timeline/": 60, "/era/kubernetes/": 60, "/learn/": 60, "/learn/kubernetes/self-healing/": 60, "/glossary/": 60, "/search/?q=pod": 60, "/playground/": 60, "/design/": 60, "/login/": 60}
SANDBOX_BUDGET = 120
FILES = re.compile(r'<(?:link rel="stylesheet"|script)[^>]*?(?:href|src)="/static/([^"]+)"')
IMPORTS = re.compile(r'(?:from|import)\s*\(?\s*["\'](\.[^"\']+)["\']')


@pytest.fixture
def production(settings, tmp_path):
    """Static files as in production."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "learnk8s.web.bundles.BundledStorage"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def transferred(client: Client, path: str, root: Path) -> dict[str, int]:
    """Return the compressed bytes of a page and of all the styles and scripts that it loads, modules of modules included."""
    answer = client.get(path, headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200
    assert answer.headers["Content-Encoding"] == "gzip"
    found, todo = {path: len(answer.content)}, FILES.findall(gzip.decompress(answer.content).decode())
    while todo:
        name = todo.pop()
        if name in found:
            continue
        file = root / name
        small = file.with_name(file.name + ".br")
        found[name] = (small if small.exists() else file).stat().st_size
        if name.endswith(".js"):
            todo += [str((Path(name).parent / place).as_posix()) for place in IMPORTS.findall(file.read_text(encoding="utf-8"))]
            todo = [re.sub(r"[^/]+/\.\./", "", place) for place in todo]
    return found


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_first_visit_stays_within_its_budget(course, production, language):
    client = Client()
    client.post(f"/{language}/playground/", {"scenario": "kubernetes:self-healing"})
    sandbox = client.get(f"/{language}/playground/").content.decode()
    place = re.search(rf'href="/{language}(/playground/[a-z0-9]+/)"', sandbox)[1]
    over = []
    for path, budget in {**BUDGETS, place: SANDBOX_BUDGET}.items():
        sizes = transferred(Client() if path != place else client, f"/{language}{path}", production)
        if sum(sizes.values()) > budget * KB:
            over.append((path, sum(sizes.values()) // KB, sizes))
    assert over == []


@pytest.mark.parametrize("path", [*BUDGETS, "/era/vm/", "/playground/", "/library/", "/classes/", "/account/", "/notes/"])
def test_a_page_needs_at_most_twelve_queries(course, teacher, as_, path, django_assert_max_num_queries):
    client = as_(teacher)
    client.get(f"/ko{path}")
    with django_assert_max_num_queries(12):
        client.get(f"/ko{path}")


def test_a_sandbox_needs_at_most_twelve_queries(course, django_assert_max_num_queries):
    client = Client()
    place = client.post("/ko/playground/", {"scenario": "kubernetes:self-healing"}).headers["Location"]
    with django_assert_max_num_queries(12):
        client.get(place)


def test_nothing_is_loaded_from_elsewhere():
    for name in ("js/htmx-trusted.js", "css/tokens.css", "css/base.css"):
        assert "http" not in Path(finders.find(name)).read_text(encoding="utf-8")
