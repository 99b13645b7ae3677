"""Pictures in questions: `![words](file.png)`, a file beside the lesson or bank. While a question is read, the file's name becomes the picture that it points to."""

import re
from collections.abc import Mapping
from typing import Any

from learnk8s.courseware.reading import Path, Reader

POINTER = re.compile(r"picture ([0-9a-f]{64}) (\d{1,5})x(\d{1,5})\n?")
IMAGE = re.compile(r"!\[([^\[\]\n]{0,300})\]\(([A-Za-z0-9][A-Za-z0-9._-]{0,80}\.png)\)")


def pointed(reader: Reader, value: Any, files: Mapping[str, str], path: Path) -> Any:
    """Return a value in whose texts the names of pictures are what they point to; a name that is nowhere, and a picture without words, are told."""
    if isinstance(value, dict):
        return {key: pointed(reader, part, files, (*path, key)) for key, part in value.items()}
    if isinstance(value, list):
        return [pointed(reader, part, files, (*path, place)) for place, part in enumerate(value)]
    if not isinstance(value, str) or "![" not in value:
        return value

    def found(image: re.Match[str]) -> str:
        pointer = POINTER.fullmatch(files.get(image[2], ""))
        if pointer is None and image[2] not in files:
            reader.complain(path, "unknown-id", what="picture", name=image[2])
        if not image[1].strip():
            reader.complain(path, "no-words", name=image[2])
        return f"![{image[1]}](picture:{pointer[1]}:{pointer[2]}x{pointer[3]})" if pointer else image[1]

    return IMAGE.sub(found, value)
