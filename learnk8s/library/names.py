"""Names for what has none yet."""

from collections.abc import Container
from itertools import count


def free_name(name: str, taken: Container[str], letters_max: int) -> str:
    """Return a name, or the first of name-2, name-3 … that is not taken, with so many letters at most.

    >>> free_name("web", {"db"}, 50), free_name("web", {"web", "web-2"}, 50), free_name("abcdefgh", {"abcdefgh"}, 8)
    ('web', 'web-3', 'abcd-2')
    """
    return next(each for number in count(1) if (each := name if number == 1 else f"{name[: letters_max - 4].rstrip('-')}-{number}") not in taken)
