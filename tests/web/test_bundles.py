"""What every page loads comes in one stylesheet and one script, in the right order."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from learnk8s.web.bundles import BUNDLES, COMMENTS, MODULES, ROOMS, joined, small, spare, stylesheets
from tests.web.weighing import collected

LAYER = re.compile(r"@layer \w+ ?\{")


def test_the_layers_are_declared_first_and_the_utilities_last():
    for room in ROOMS:
        assert joined(BUNDLES[f"css/{room}.css"]).startswith("@layer reset")
        assert stylesheets(room)[-1] == "css/utilities.css"


def test_a_bundle_holds_all_its_sources():
    for bundle, sources in BUNDLES.items():
        text = joined(sources)
        for name in sources:
            with open(finders.find(name), encoding="utf-8") as file:
                source = file.read()
            parts = LAYER.split(small(source)) if bundle.endswith(".css") else [source if name.startswith("vendor/") else spare(source)]
            assert all(part.removesuffix("}") in text for part in parts), name


def test_a_small_stylesheet_says_the_same():
    count = lambda text: (len(LAYER.sub("", text).split("{")), text.count("}") - text.count("{"), text.count("calc("), text.count("@media"))  # noqa: E731
    for room in ROOMS:
        whole = "".join(COMMENTS.sub("", open(finders.find(name), encoding="utf-8").read()) for name in stylesheets(room))
        assert count(joined(stylesheets(room))) == count(whole)
    assert small("a :hover { margin: calc(1px + -2px) }") == "a :hover{margin:calc(1px + -2px)}"
    assert small(".a:has(> b) + c { content: ' ; } '; }") == ".a:has(> b) + c{content: ' ; } '}"


def test_modules_that_are_joined_import_nothing_and_keep_their_names_to_themselves():
    text = joined(BUNDLES["js/site.js"])
    assert text.count('"use strict";') >= len(MODULES)
    for name in MODULES:
        with open(finders.find(name), encoding="utf-8") as file:
            assert not {line.split(" ")[0] for line in file} & {"import", "export"}


def test_every_component_and_every_page_is_in_a_bundle():
    from pathlib import Path

    folder = Path(finders.find("css/base.css")).parent
    there = {f"css/{part}/{path.name}" for part in ("components", "pages") for path in (folder / part).glob("*.css")}
    assert there <= {name for names in BUNDLES.values() for name in names}


@pytest.mark.xdist_group("collected")
def test_in_production_a_page_loads_one_hashed_bundle_of_each_kind(db, settings):
    root = collected(settings)
    text = Client().get("/en/login/").content.decode()
    assert text.partition("<template")[0].count('rel="stylesheet"') == 1
    assert "css/site." in text and "css/site.css" not in text
    assert list(root.glob("css/site.*.css.br")) and list(root.glob("js/site.*.js.br"))
