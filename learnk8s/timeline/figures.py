"""The figures of an era, from content/facts/numbers.yaml, each with its source and how sure it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

PATH = Path(__file__).resolve().parent.parent / "content" / "facts" / "numbers.yaml"
OF_ERA: dict[str, tuple[str, ...]] = {
    "isolation": ("virtuozzo-2000", "forkexec", "cfs-period"),
    "vm": ("vm-start-cloud-2012", "vm-image", "nsdi20-vmm-memory", "firecracker-boot", "lightvm-boot"),
    "container": ("lightvm-docker", "container-pull-share", "container-data-read", "alpine", "ubuntu", "nginx"),
    "orchestrator": ("borg-startup", "borg-segregation", "sysdig-density", "sysdig-lifetime"),
    "kubernetes": ("node-lease", "node-monitor-grace-period", "default-toleration", "node-loss-total", "crashloop"),
    "cloud": ("history", "nodes", "pods", "slo-pod-start"),
}
WORDS = {"en": {"max": "at most", "min": "at least", "typical": "typically", "range": "from, to"}, "ko": {"max": "최대", "min": "최소", "typical": "보통", "range": "범위"}}
CODED = {"from general knowledge": {"en": "from general knowledge", "ko": "일반 지식"}, "derived": {"en": "derived", "ko": "계산한 값"}, "mixed": {"en": "partly from general knowledge", "ko": "일부는 일반 지식"}, "source found": {"en": "found in its source", "ko": "출처에서 확인"},
         "assumption": {"en": "an assumption of this site", "ko": "이 사이트의 가정"}}
UNITS_KO = {"s": "초", "percent": "%", "nodes": "노드", "Pods": "파드", "containers per host": "개/호스트", "virtual environments (two servers)": "개(서버 두 대)", "s, then 300 each": "초, 그 뒤로는 300초씩", "s (about)": "초쯤", "ms (order of magnitude)": "ms(자릿수)"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as the page shows it, in one language."""

    id: str
    name: str
    value: str
    note: str
    sources: tuple[str, ...]
    status: str


def figures_of(era: str, language: str) -> list[Figure]:
    """Return the figures of an era. Raises KeyError for one that the facts do not have."""
    return figures_by_id(OF_ERA.get(era, ()), language)


def figures_by_id(names: Iterable[str], language: str) -> list[Figure]:
    """Return figures by their ids. Raises KeyError for one that the facts do not have."""
    return [_figure(_rows()[name], language) for name in names]


@lru_cache(maxsize=1)
def _rows() -> dict[str, dict[str, Any]]:
    loaded = yaml.load(PATH.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  # a safe loader
    return {row["id"]: row for row in loaded["numbers"]}


def _figure(row: dict[str, Any], language: str) -> Figure:
    unit = UNITS_KO.get(row["unit"], row["unit"]) if language == "ko" else {"percent": "%"}.get(row["unit"], row["unit"])
    status = CODED.get(row["status"], {}).get(language, row["status"])
    return Figure(row["id"], row[f"name_{language}"], f"{shown(row['value'], language)} {unit}".strip(), row.get(f"note_{language}") or "", tuple(source for source in row["sources"] if source != "from general knowledge"), status)


def shown(value: Any, language: str) -> str:
    """Return a value of the facts as text.

    >>> shown({"max": 125}, "en")
    'at most 125'
    >>> shown([10, 20], "en")
    '10, 20'
    """
    if isinstance(value, dict):
        return "; ".join(f"{WORDS[language].get(key, str(key).replace('_', ' '))} {shown(item, language)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(shown(item, language) for item in value)
    text = f"{value:,}" if isinstance(value, int) else str(value)
    return text.replace("about", "약") if language == "ko" else text
