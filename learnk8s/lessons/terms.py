"""The glossary: content/facts/terms.yaml, read once."""

from functools import lru_cache
from pathlib import Path

import yaml

PATH = Path(__file__).resolve().parent.parent / "content" / "facts" / "terms.yaml"


@lru_cache(maxsize=1)
def terms() -> dict[str, dict[str, str]]:
    """Return the terms by id: en, ko, def_en, def_ko."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return {term["id"]: term for term in yaml.load(PATH.read_text(encoding="utf-8"), Loader=loader)["terms"]}  # noqa: S506  # a safe loader
