"""Large files of nothing, as `dd` and `fallocate` make them: only their size is kept."""

SPARSE = "\0size:"


def large(size_bytes: int) -> str:
    """Return the note that stands for a file of so many bytes."""
    return f"{SPARSE}{size_bytes}"


def text_size(text: str) -> int:
    """Return a file's size in bytes.

    >>> text_size(large(20)), text_size("ab")
    (20, 2)
    """
    return int(text.removeprefix(SPARSE)) if text.startswith(SPARSE) and text.removeprefix(SPARSE).isdigit() else len(text.encode())


def is_large(text: str | None) -> bool:
    """Say whether a text is such a note."""
    return text is not None and text.startswith(SPARSE)
