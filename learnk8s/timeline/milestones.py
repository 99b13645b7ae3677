"""The milestones of content/facts/milestones.yaml, read once and checked."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

PATH = Path(__file__).resolve().parent.parent / "content" / "facts" / "milestones.yaml"
ERAS = ("isolation", "vm", "container", "orchestrator", "kubernetes", "cloud")


@dataclass(frozen=True, slots=True)
class Milestone:
    """One thing that happened, with its sources. `date` is as precise as `precision` says: year, month or day."""

    id: str
    date: str
    precision: str
    era: str
    title: dict[str, str]
    fact: dict[str, str]
    why: dict[str, str]
    nuance: dict[str, str]
    sources: tuple[str, ...]
    verified: bool
    confidence: str

    @property
    def year(self) -> int:
        """Return the year."""
        return int(self.date[:4])

    def mentions(self, words: str) -> bool:
        """Say whether all words stand in the title or the fact, in either language."""
        text = " ".join((*self.title.values(), *self.fact.values())).casefold()
        return all(word in text for word in words.casefold().split())


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of the popular story, and what is more true."""

    claim: dict[str, str]
    nuances: dict[str, list[str]]


def _loaded() -> Any:
    return yaml.load(PATH.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  # a safe loader


@lru_cache(maxsize=1)
def milestones() -> tuple[Milestone, ...]:
    """Return all milestones, oldest first. Raises ValueError for one without a source."""
    found = []
    for row in _loaded()["milestones"]:
        if not row["sources"] or row["era"] not in ERAS:
            raise ValueError(f"milestone {row['id']} has no source or no known era")
        both = {name: {language: row[f"{key}_{language}"] for language in ("ko", "en")} for name, key in (("title", "title"), ("fact", "fact"), ("why", "why_it_matters"))}
        found.append(Milestone(row["id"], str(row["date"]), row["date_precision"], row["era"], nuance=row.get("nuance") or {}, sources=tuple(row["sources"]), verified=bool(row["verified"]), confidence=row["confidence"], **both))
    return tuple(sorted(found, key=lambda milestone: milestone.date))


@lru_cache(maxsize=1)
def claims() -> tuple[Claim, ...]:
    """Return the sentences of the popular story with their nuances."""
    return tuple(Claim({"ko": row["claim_ko"], "en": row["claim_en"]}, {"ko": row["nuance_ko"], "en": row["nuance_en"]}) for row in _loaded()["blog_claims"])


def selected(era: str = "", words: str = "") -> list[Milestone]:
    """Return the milestones of an era that mention all words."""
    return [milestone for milestone in milestones() if (not era or milestone.era == era) and milestone.mentions(words)]


def by_year(found: list[Milestone]) -> list[tuple[int, list[Milestone]]]:
    """Return the milestones grouped by year."""
    years: dict[int, list[Milestone]] = {}
    for milestone in found:
        years.setdefault(milestone.year, []).append(milestone)
    return sorted(years.items())
