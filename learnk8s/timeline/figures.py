"""The figures of an era, from content/facts/numbers.yaml, each with its source and how sure it is."""

import re
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
PARTS = {
    "max": ("at most", "최대"), "min": ("at least", "최소"), "typical": ("typically", "보통"), "range": ("", ""), "duration": ("lasts", "기간"), "renew": ("renewed every", "갱신 간격"),
    "ec2_linux_avg": ("Amazon EC2, Linux, on average", "Amazon EC2 리눅스 평균"), "rackspace_linux_avg": ("Rackspace, Linux, on average", "Rackspace 리눅스 평균"), "azure_avg": ("Azure, on average", "Azure 평균"),
    "firecracker": ("Firecracker", "Firecracker"), "cloud_hypervisor": ("Cloud Hypervisor", "Cloud Hypervisor"), "qemu": ("QEMU", "QEMU"),
    "general_purpose_vm": ("an ordinary virtual machine", "보통 가상 머신"), "microvm": ("a microVM", "마이크로VM"), "microvm_with_small_guest": ("a microVM with a small guest", "작은 게스트를 둔 마이크로VM"), "container": ("a container", "컨테이너"),
}
"""What the parts of a figure are called, in English and in Korean. Names of fields and versions stay as they are written."""
TEXTS_KO = {"about 5 MiB monitor + 40-128 MiB guest": "모니터 약 5MiB + 게스트 40~128MiB", "1-10 MiB (runtime shim and bookkeeping)": "1~10MiB(런타임 심과 관리 정보)", "0.125 s to init, 0.3-1 s to the app": "init까지 0.125초, 앱까지 0.3~1초", "None": "없음"}
CODED = {"from general knowledge": {"en": "from general knowledge", "ko": "일반 지식"}, "derived": {"en": "derived", "ko": "계산한 값"}, "mixed": {"en": "partly from general knowledge", "ko": "일부는 일반 지식"}, "source found": {"en": "found in its source", "ko": "출처에서 확인"},
         "assumption": {"en": "an assumption of this site", "ko": "이 사이트의 가정"}}
UNITS = {"percent": "%", "percent (rounded down)": "% (rounded down)", "percent (rounded up)": "% (rounded up)", "s / count": ""}
UNITS_KO = {"s": "초", "percent": "%", "percent (rounded down)": "%(내림)", "percent (rounded up)": "%(올림)", "nodes": "개", "Pods": "개", "containers per host": "개/호스트", "virtual environments (two servers)": "개(서버 두 대)",
            "s, then 300 each": "초, 그 뒤로는 300초씩", "s (about)": "초쯤", "ms (order of magnitude)": "ms 안팎", "s / count": ""}
SPAN = re.compile(r"(?<=\d)-(?=\d)")


@dataclass(frozen=True, slots=True)
class Part:
    """One of the amounts of a figure, with the name that tells it from the others (empty if it is the only one)."""

    name: str
    amount: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as the page shows it, in one language."""

    id: str
    name: str
    parts: tuple[Part, ...]
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
    status = CODED.get(row["status"], {}).get(language, row["status"])
    parts = tuple(parts_of(row["value"], row["unit"], language))
    return Figure(row["id"], row[f"name_{language}"], parts, row.get(f"note_{language}") or "", tuple(source for source in row["sources"] if source != "from general knowledge"), status)


def parts_of(value: Any, unit: str, language: str) -> list[Part]:
    """Return the amounts of a value of the facts, each with its unit, named as people name them.

    >>> parts_of({"max": 125}, "ms", "en")
    [Part(name='at most', amount='125 ms')]
    >>> parts_of({"ec2_linux_avg": 97, "azure_avg": 375}, "s", "ko")[1]
    Part(name='Azure 평균', amount='375초')
    """
    if isinstance(value, dict):
        return [Part(PARTS[key][language == "ko"] if key in PARTS else str(key), _amount(item, unit, language, is_span=key == "range")) for key, item in value.items()]
    return [Part("", _amount(value, unit, language))]


def _amount(value: Any, unit: str, language: str, *, is_span: bool = False) -> str:
    """Return a number, a list or a text with its unit; a text that says its own unit gets no second one."""
    if isinstance(value, list):
        text = (_dash(language) if is_span else ", ").join(f"{item:,}" for item in value)
    else:
        text = f"{value:,}" if isinstance(value, int) else str(value)
    if re.search(r"[A-Za-z]$|\)$", text):
        unit = ""
    if language == "ko":
        text = TEXTS_KO.get(text, re.sub(r"(?<=\d) (?=[A-Za-z])", "", text.replace("about ", "약 ")))
        text = re.sub(r"(?<=\d)s\b", "초", text)
        return SPAN.sub(_dash(language), text) + UNITS_KO.get(unit, unit)
    unit = UNITS.get(unit, unit)
    return SPAN.sub(_dash(language), text) + (unit if unit.startswith("%") else f" {unit}".rstrip())


def _dash(language: str) -> str:
    return "~" if language == "ko" else "–"
