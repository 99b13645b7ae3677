r"""What a program does to the screen beside printing: two marks in the text, which the page's terminal understands (static/js/lib/screen.js)."""

from typing import Final

CLEARED: Final = "\f"
"""The screen is empty from here on: `clear`."""
REDRAWN: Final = "\v"
"""What follows takes the place of what the same command drew before: `watch`, `docker stats`, `top`."""


def on_screen(text: str) -> str:
    r"""Return what of an output one still sees: nothing from before the screen was cleared, and only the last of what was drawn anew.

    >>> on_screen("a\n\fb\n"), on_screen("scaled\n\vfirst\n\vsecond\n"), on_screen("a\n")
    ('b\n', 'scaled\nsecond\n', 'a\n')
    """
    seen = text.rpartition(CLEARED)[2]
    before, mark, _drawn = seen.partition(REDRAWN)
    return before + seen.rpartition(REDRAWN)[2] if mark else seen
