"""The words in lessons' drawings: one drawing serves both languages, and content/labels.yaml has what its words are in Korean."""

import re
from functools import lru_cache
from html import unescape

import yaml
from django.conf import settings

PATH = settings.BASE_DIR / "learnk8s" / "content" / "labels.yaml"
WORDS = re.compile(r">([^<>]+)<")
KINDS = {"Role", "RoleBinding", "Node", "Namespace", "Pod", "Service", "Deployment", "ReplicaSet", "ConfigMap", "Secret", "Job", "Ingress", "ServiceAccount"}
"""Names of kinds are written in a drawing as in a manifest."""
_CODE = re.compile(r".*[0-9:./_@=?…-].*|[^A-Za-z]*.?")


@lru_cache(maxsize=1)
def _file() -> dict[str, dict[str, str] | list[str]]:
    return yaml.safe_load(PATH.read_text(encoding="utf-8"))


def label(word: str, language: str) -> str | None:
    """Return what a word of a drawing is in a language; None if it is not known."""
    return dict(_file()["labels"]).get(word) if language == "ko" else word


def unknown(svg: str) -> list[str]:
    """Return the words of a drawing that would stand in English on a Korean page though they are no code."""
    words = (unescape(found).strip() for found in WORDS.findall(svg))
    return [word for word in words if word and word not in KINDS and word not in _file()["code"] and label(word, "ko") is None and not _CODE.fullmatch(word)]
