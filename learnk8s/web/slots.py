"""Parts of pages that are drawn once and filled often: what stands in a list for each of thirty students, the foot of every page. A template takes ten times as long as putting words into what it drew."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

MARK = "\ue000"
"""Stands around the name of a slot while it is drawn. Unicode keeps this letter for private use."""
_SLOT = re.compile(f"{MARK}([a-z_]+){MARK}")


@dataclass(frozen=True, slots=True)
class Slotted:
    """A drawn template: texts, and between them the names of slots."""

    parts: tuple[str, ...]

    def filled(self, words: Mapping[str, object]) -> SafeString:
        """Return it with words in its slots, escaped unless they are safe. Raises KeyError if there are none for a slot."""
        texts = {name: conditional_escape(word) for name, word in words.items()}
        return SafeString("".join([texts[part] if place % 2 else part for place, part in enumerate(self.parts)]))

    def repeated(self, rows: Iterable[Mapping[str, object]]) -> SafeString:
        """Return it once for each row of words."""
        return SafeString("".join([self.filled(row) for row in rows]))


def slotted(template: str, slots: Iterable[str], context: Mapping[str, Any] | None = None) -> Slotted:
    """Draw a template whose variables of these names are slots. What is in a slot cannot be asked for by the template, for it is not known yet."""
    drawn = render_to_string(template, {**(context or {}), **{name: f"{MARK}{name}{MARK}" for name in slots}})
    return Slotted(tuple(_SLOT.split(drawn)))
