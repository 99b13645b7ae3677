"""What every page loads comes in one stylesheet and one script, in the right order."""

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client

from learnk8s.web.bundles import BUNDLES, STYLESHEETS, joined


def test_the_layers_are_declared_first():
    assert joined(BUNDLES["css/site.css"]).startswith("/* css/layers.css */")
    assert STYLESHEETS[-1] == "css/utilities.css"


def test_a_bundle_holds_all_its_sources_whole():
    for sources in BUNDLES.values():
        text = joined(sources)
        for name in sources:
            with open(finders.find(name), encoding="utf-8") as file:
                assert file.read() in text


def test_every_component_is_in_the_bundle():
    from pathlib import Path

    folder = Path(finders.find("css/base.css")).parent / "components"
    assert {f"css/components/{path.name}" for path in folder.glob("*.css")} <= set(STYLESHEETS)


@pytest.fixture
def production(settings, tmp_path):
    """Static files as in production, collected into a folder of the test's own."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "learnk8s.web.bundles.BundledStorage"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_in_production_a_page_loads_one_hashed_bundle_of_each_kind(db, production):
    text = Client().get("/en/login/").content.decode()
    assert text.count('rel="stylesheet"') == 1
    assert "css/site." in text and "css/site.css" not in text
    assert list(production.glob("css/site.*.css.br")) and list(production.glob("js/site.*.js.br"))
