"""A template drawn once and filled often says the same as one drawn each time."""

import pytest
from django.template.loader import render_to_string

from learnk8s.web.slots import MARK, slotted


@pytest.mark.parametrize("words", [{"path": "/en/"}, {"path": "/ko/%ED%8C%8C%EB%93%9C/"}, {"path": '"><script>alert(1)</script>'}, {"path": f"{MARK}path{MARK}"}, {"path": "{path} %(path)s $path"}])
def test_words_stand_where_their_slots_were(words):
    assert slotted("components/colophon.html", words).filled(words) == render_to_string("components/colophon.html", words)


def test_a_slot_without_a_word_is_a_mistake():
    with pytest.raises(KeyError, match="path"):
        slotted("components/colophon.html", ["path"]).filled({})


def test_every_language_has_its_own_frame(client, db):
    for language, word in (("en", "Sources"), ("ko", "출처"), ("en", "Sources")):
        assert word in client.get(f"/{language}/glossary/").content.decode().partition("colophon")[2]
