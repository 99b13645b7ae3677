"""The terms of content/facts/terms.yaml, read once."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

PATH = Path(__file__).resolve().parent.parent / "content" / "facts" / "terms.yaml"


@dataclass(frozen=True, slots=True)
class Term:
    """One word: how it is written and what it means in both languages, and how its Korean form was confirmed."""

    id: str
    group: str
    en: str
    ko: str
    def_en: str
    def_ko: str
    check: str

    def name(self, language: str) -> str:
        """Return the word in one language."""
        return self.ko if language == "ko" else self.en

    def definition(self, language: str) -> str:
        """Return what it means, in one language."""
        return self.def_ko if language == "ko" else self.def_en

    @property
    def is_official(self) -> bool:
        """Say whether the Korean form is the one of the Kubernetes documentation."""
        return self.check in ("glossary-list", "glossary-title", "docs-text")

    def spelling(self, language: str) -> str:
        """Return the word as running text has it: without the other language in brackets.

        >>> Term("node", "system", "Node", "노드(Node)", "", "", "").spelling("ko")
        '노드'
        """
        return re.sub(r"\s*\(.*?\)", "", self.name(language)).strip()

    def shown(self, language: str) -> dict[str, object]:
        """Return the word and its meaning in the language of a page, and in the other one beside it; a word that is spelled alike in both has no other."""
        other = "en" if language == "ko" else "ko"
        is_alike = self.spelling(language).lower() == self.spelling(other).lower()
        return {"id": self.id, "name": self.spelling(language), "other": "" if is_alike else self.spelling(other), "meaning": self.definition(language), "other_meaning": self.definition(other), "is_official": self.is_official}


@lru_cache(maxsize=1)
def terms() -> dict[str, Term]:
    """Return the terms by id, in the order of the file."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    rows = yaml.load(PATH.read_text(encoding="utf-8"), Loader=loader)["terms"]  # noqa: S506  # a safe loader
    return {row["id"]: Term(row["id"], row["group"], row["en"], row["ko"], row["def_en"], row["def_ko"], row.get("check", "general")) for row in rows}
