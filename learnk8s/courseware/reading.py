"""Read the YAML files of a lesson: bounded, with a line for every path, unknown keys refused."""

import re
from functools import lru_cache
from dataclasses import dataclass, field
from typing import Any

from learnk8s.courseware.problem import Problem, problem
from learnk8s.simulation.kernel import yaml

LANGUAGES = ("ko", "en")
Path = tuple[str | int, ...]
REMEMBERED_LETTERS_MAX = 100_000
_CLIENT = re.compile(r"^(?:error converting YAML to JSON: )?(?:yaml: )?(?:line \d+: )?")
"""How kubectl begins such messages; its line counts otherwise than an editor's."""


@dataclass(slots=True)
class Reader:
    """One file's value with its lines; problems are collected, never raised."""

    file: str
    document: yaml.Document | None = None
    problems: list[Problem] = field(default_factory=list)
    missing: set[Path] = field(default_factory=set)
    """The paths of keys that are told to be missing."""

    @classmethod
    def of(cls, file: str, text: str) -> "Reader":
        """Read a text."""
        try:
            found = _documents(text) if len(text) <= REMEMBERED_LETTERS_MAX else yaml.documents(text)
        except yaml.YamlFault as fault:
            return cls(file, None, [problem(file, fault.line, "bad-yaml", what=_CLIENT.sub("", str(fault)))])
        return cls(file, found[0] if found else None)

    @property
    def value(self) -> Any:
        """Return the file's value, an empty table if there is none."""
        return self.document.value if self.document is not None else {}

    def complain(self, path: tuple[str | int, ...], key: str, **words: str) -> None:
        """Note a problem at a path; of a file that cannot be read nothing more is told, nor of a key that is missing."""
        if (self.document is None and self.problems) or (key == "wrong-type" and path in self.missing):
            return
        if key == "missing-key":
            self.missing.add((*path, words["name"].rpartition(".")[2]))
        self.problems.append(problem(self.file, self.document.line_of(path) if self.document else 0, key, **words))

    def table(self, value: Any, path: tuple[str | int, ...], *, known: tuple[str, ...], needed: tuple[str, ...] = ()) -> dict[str, Any]:
        """Return a table after checking its keys."""
        if not isinstance(value, dict):
            self.complain(path, "wrong-type", name=_shown(path), what="a table")
            return {}
        for key in value:
            if key not in known:
                self.complain((*path, key), "unknown-key", name=str(key), known=", ".join(known))
        for key in needed:
            if key not in value:
                self.complain(path, "missing-key", name=_shown((*path, key)))
        return value

    def both(self, value: Any, path: tuple[str | int, ...], *, besides: tuple[str, ...] = ()) -> dict[str, str]:
        """Return a text in both languages. A comma outside quotes ends a text early and makes a key of the rest, which is told."""
        if not isinstance(value, dict):
            self.complain(path, "wrong-type", name=_shown(path), what="{ko: ..., en: ...}")
            return dict.fromkeys(LANGUAGES, "")
        for key in value:
            if key not in (*LANGUAGES, *besides):
                self.complain((*path, key), "torn-text" if value[key] is None else "unknown-key", name=str(key), known=", ".join((*LANGUAGES, *besides)))
        texts = {language: str(found) if isinstance(found := value.get(language), (str, int, float)) and not isinstance(found, bool) else "" for language in LANGUAGES}
        for language, text in texts.items():
            if not text.strip():
                self.complain(path, "missing-language", name=_shown(path), what=language)
        return texts

    def name(self, value: Any, path: tuple[str | int, ...]) -> str:
        """Return an id; YAML reads y, n, on and off as booleans, which is told."""
        if isinstance(value, bool):
            self.complain(path, "wrong-type", name=_shown(path), what="\"y\" / \"n\"")
        return str(value)

    def rows(self, value: Any, path: tuple[str | int, ...]) -> list[Any]:
        """Return a list."""
        if not isinstance(value, list):
            self.complain(path, "wrong-type", name=_shown(path), what="a list")
            return []
        return value


@lru_cache(maxsize=64)
def _documents(text: str) -> list[yaml.Document]:
    """Read a text that is asked for again and again while somebody edits what stands beside it; nobody changes what is read."""
    return yaml.documents(text)


def _shown(path: tuple[str | int, ...]) -> str:
    return ".".join(map(str, path)) or "the file"
