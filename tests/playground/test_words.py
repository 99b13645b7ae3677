"""What a drawing says on a Korean page."""

import re

import pytest

from learnk8s.playground.drawing import drawn
from learnk8s.simulation.worlds import SCENARIOS, create
from tests.simulation.typing_on import run, wait

PROGRAMS = {"kubelet", "haproxy", "docker", "systemd", "scheduler"}
"""Actors that are programs, besides those with a hyphen and machines, which have a number: they keep their names."""
ANSWERS = {"yes", "no", "you", "provider", "desk"}


def boxes_of(boxes):
    """Return all boxes, also those inside of others."""
    for box in boxes:
        yield box
        yield from boxes_of(box["children"])


@pytest.mark.parametrize("era", [era for era in SCENARIOS if era != "kubernetes"])
def test_a_korean_drawing_says_nothing_in_english(era):
    words, values, actors, sentences = set(), set(), set(), set()
    for name, plan in SCENARIOS[era].items():
        world = create(era, name, 1)
        for line in ("", *plan.solution):
            run(world, line)
            wait(world, 3)
            scene = drawn(world.scene(), "ko")
            boxes = list(boxes_of(scene["boxes"]))
            words |= {box["word"] for box in boxes} | {box["meter"]["unit"] for box in boxes if box["meter"]} | {host["word"] for host in scene["hosts"]}
            values |= {fact["value"] for box in boxes for fact in box["facts"]}
            actors |= {link["actor"] for link in scene["log"]} - PROGRAMS
            sentences |= {link["text"] for link in scene["log"] if not link["key"].startswith("input.")}
    assert [word for word in words - {"cgroup"} if re.search(r"\b[a-z]{2,}\b", word)] == []
    assert values & ANSWERS == set()
    assert [actor for actor in actors if re.search(r"^[a-z]+$", actor)] == []
    assert [text for text in sentences if re.search(r": [a-z' ]+ [a-z' ]+\.$", text)] == [], "a reason in English ends a Korean sentence"
