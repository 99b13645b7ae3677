"""What the prover found wrong: a file, a line, a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from learnk8s.courseware.reading import Reader


class Sentence(str):
    """An English sentence that knows how it reads in Korean."""

    ko: str

    @classmethod
    def of(cls, en: str, ko: str) -> "Sentence":
        """Return the sentence."""
        made = cls(en)
        made.ko = ko
        return made


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that does not hold. A wish does not stand in the way of publishing: the course itself asks for more than that nothing is false."""

    file: str
    line: int
    text: str
    is_wish: bool = False

    def said(self, language: str) -> str:
        """Return the sentence in a language, where it is known there."""
        return str(getattr(self.text, language, self.text))

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


@dataclass(slots=True)
class Files:
    """The files of a lesson or a challenge, with the lines at which their entries stand."""

    files: Mapping[str, str]
    _readers: dict[str, Reader] = field(default_factory=dict)

    def _reader(self, file: str) -> Reader:
        if file not in self._readers:
            self._readers[file] = Reader.of(file, self.files.get(file, ""))
        return self._readers[file]

    def at(self, file: str, *path: str | int) -> int:
        """Return the line of what stands at a path in a YAML file; 0 if the file cannot be read."""
        document = self._reader(file).document
        return document.line_of(path) if document is not None else 0

    def line(self, file: str, part: str, name: str, *path: str | int) -> int:
        """Return the line of the entry with an id in a list of a YAML file; 0 if it is not there."""
        reader = self._reader(file)
        rows: Any = reader.value.get(part) if isinstance(reader.value, dict) else None
        for place, row in enumerate(rows if isinstance(rows, list) else ()):
            if isinstance(row, dict) and str(row.get("id")) == name and reader.document is not None:
                return reader.document.line_of((part, place, *path))
        return 0
