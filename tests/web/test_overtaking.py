"""Requests that overtake each other: what is sent at every change says which of them counts."""

import re
from pathlib import Path

from django.conf import settings

TAG = re.compile(r"<[a-z-]+[^<]*?\shx-(?:get|post)=[^<]*?>")


def tags():
    for path in Path(settings.BASE_DIR, "templates").rglob("*.html"):
        yield from ((path.name, tag) for tag in TAG.findall(path.read_text(encoding="utf-8")))


def test_what_is_sent_at_every_change_says_which_request_counts():
    sent = [(name, tag) for name, tag in tags() if re.search(r'hx-trigger="[^"]*\b(?:change|changed|look)\b', tag)]
    assert len(sent) >= 6
    assert [name for name, tag in sent if "hx-sync=" not in tag] == []


def test_every_button_of_a_sandbox_sends_what_the_page_shows_and_each_press_counts():
    buttons = [(name, tag) for name, tag in tags() if re.search(r"hx-post=\"{% url 'playground:(?:clock|act)'", tag)]
    assert len(buttons) >= 4
    assert [name for name, tag in buttons if 'hx-include="#looker"' not in tag or 'hx-sync="queue all"' not in tag] == []


def test_whatever_is_posted_says_what_a_second_press_means():
    posted = [(name, tag) for name, tag in tags() if "hx-post=" in tag]
    assert len(posted) >= 20
    assert [name for name, tag in posted if "hx-sync=" not in tag] == []


def test_elements_that_are_asked_from_are_named_so_that_they_are_found():
    """Of `from:find input` htmx reads `from:find`, an element that is not there."""
    specs = [(name, trigger) for name, tag in tags() for trigger in re.findall(r'hx-trigger="([^"]*)"', tag)]
    assert [name for name, trigger in specs if re.search(r"(?:from|target):(?:find|closest|next|previous)\b", trigger)] == []
