"""A world's sentences: what a cause reads like in English and in Korean, and the chain of causes of a thing."""

import re
from collections.abc import Mapping
from typing import Any

from learnk8s.simulation.kernel.causes import Cause, Causes

LINKS_MAX = 12
FILLED = ("why", "how")
"""Words of a sentence that are a reason in English."""
SHARED: dict[str, tuple[str, str]] = {
    "input.line": ("You typed: {input}", "입력한 명령: {input}"),
    "input.action": ("You pressed a button: {input}", "누른 버튼: {input}"),
    "scenario.began": ("The scenario began this way.", "시나리오가 이렇게 시작되었다."),
}


def filled(text: str, words: Mapping[str, str]) -> str:
    """Return a text with its {words} filled in.

    >>> filled("{a} and {b}", {"a": "1"})
    '1 and {b}'
    """
    for word, value in words.items():
        text = text.replace("{" + word + "}", value)
    return text


class Telling:
    """The sentences of one era, by key: English, Korean; and the reasons that are filled into them, by their English (a pattern)."""

    def __init__(self, sentences: Mapping[str, tuple[str, str]], reasons: Mapping[str, str] | None = None) -> None:
        self.sentences = {**SHARED, **sentences}
        self.reasons = reasons or {}

    def in_korean(self, reason: str) -> str:
        """Return a reason, or several after the names that they belong to, in Korean as far as it is known.

        >>> Telling({}, {"it is off": "꺼짐"}).in_korean("rack-1: it is off; rack-2: busy")
        'rack-1: 꺼짐; rack-2: busy'
        """
        for english, korean in self.reasons.items():
            reason = re.sub(rf"(?:(?<=: )|(?<=; )|^){english}(?=;|$)", korean, reason)
        return reason

    def link(self, cause: Cause) -> dict[str, Any]:
        """Return a cause as a link of a chain with its sentences."""
        named = cause.named()
        english, korean = self.sentences.get(cause.key, ("{actor}: " + cause.key,) * 2)
        words = {"actor": cause.actor, **named}
        return {"at_ms": cause.at_ms, "actor": cause.actor, "ref": named.get("ref", ""), "key": cause.key, "params": named, "text_en": filled(english, words), "text_ko": filled(korean, {name: self.in_korean(word) if name in FILLED else word for name, word in words.items()})}

    def chain(self, causes: Causes, number: int) -> list[dict[str, Any]]:
        """Return the links from a cause back to its origin, newest first; what is said twice in a row is said once."""
        links: list[dict[str, Any]] = []
        for cause in causes.chain(number):
            link = self.link(cause)
            if not links or (link["key"], link["params"]) != (links[-1]["key"], links[-1]["params"]):
                links.append(link)
            if len(links) >= LINKS_MAX or cause.key.startswith("input."):
                break
        return links
