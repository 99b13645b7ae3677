"""The learner's home folder: a bounded table of paths and texts."""

from learnk8s.simulation.kernel.limits import FILE_BYTES_MAX, FILES_MAX, LimitExceeded

HOME = "/home/learner"


class Files:
    """Text files by absolute path, and the folders that were made."""

    __slots__ = ("cwd", "folders", "texts")

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.folders: dict[str, None] = {"/": None, "/home": None, HOME: None, "/tmp": None}
        self.cwd = HOME

    def path(self, word: str) -> str:
        """Return the absolute path of a word.

        >>> Files().path("../learner/a.txt")
        '/home/learner/a.txt'
        """
        word = HOME + word[1:] if word == "~" or word.startswith("~/") else word
        parts: list[str] = []
        for part in (word if word.startswith("/") else f"{self.cwd}/{word}").split("/"):
            if part == "..":
                parts[-1:] = []
            elif part not in ("", "."):
                parts.append(part)
        return "/" + "/".join(parts)

    def read(self, word: str) -> str | None:
        """Return a file's text, or None."""
        if self.path(word) == "/dev/null":
            return ""
        return self.texts.get(self.path(word))

    def write(self, word: str, text: str, *, append: bool = False) -> None:
        """Write a file. Raises LimitExceeded for too much of anything."""
        path = self.path(word)
        if path == "/dev/null":
            return
        text = self.texts.get(path, "") + text if append else text
        if len(text.encode()) > FILE_BYTES_MAX:
            raise LimitExceeded(f"{word}: a file holds at most {FILE_BYTES_MAX // 1024} KiB")
        if path not in self.texts and len(self.texts) >= FILES_MAX:
            raise LimitExceeded(f"{word}: the home folder holds at most {FILES_MAX} files; remove some first")
        self.texts[path] = text

    def is_folder(self, word: str) -> bool:
        """Say whether a path is a folder."""
        return self.path(word) in self.folders

    def parent_exists(self, word: str) -> bool:
        """Say whether a file could be made there."""
        return (self.path(word).rpartition("/")[0] or "/") in self.folders

    def listed(self, word: str) -> list[str]:
        """Return the names in a folder."""
        base = self.path(word).rstrip("/") + "/"
        names = {path[len(base):].split("/")[0] for path in [*self.texts, *self.folders] if path.startswith(base) and path != base}
        return sorted(name for name in names if name)

    def globbed(self, pattern: str) -> list[str]:
        """Return the names that a pattern with `*` and `?` takes in one folder, or nothing."""
        from fnmatch import fnmatchcase

        folder, slash, last = pattern.rpartition("/")
        names = self.listed(folder or ("/" if slash else "."))
        return [f"{folder}{slash}{name}" for name in names if fnmatchcase(name, last) and not name.startswith(".")]

    def dump(self) -> dict[str, object]:
        """Return everything as JSON-able data."""
        return {"texts": self.texts, "folders": sorted(self.folders), "cwd": self.cwd}

    def load(self, dumped: dict[str, object]) -> None:
        """Take back what `dump` returned."""
        self.texts = dict(dumped["texts"])  # type: ignore[call-overload]  # our own data
        self.folders = dict.fromkeys(dumped["folders"])  # type: ignore[call-overload]
        self.cwd = str(dumped["cwd"])
