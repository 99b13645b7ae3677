"""Where things stand in the drawing of the same shop in six eras; units are those of its viewBox."""

from dataclasses import dataclass

from learnk8s.timeline.eras import TEXTS


@dataclass(frozen=True, slots=True)
class Token:
    """A program of the shop: its shape and letter never change."""

    name: str
    shape: str
    letter: str


@dataclass(frozen=True, slots=True)
class Copy:
    """One more copy of a program, where there are several machines."""

    shape: str
    letter: str
    x: int


TOKENS = (Token("web", "circle", "W"), Token("api", "square", "A"), Token("database", "hexagon", "D"), Token("batch", "triangle", "B"))
COPIES = (Copy("circle", "W", 395), Copy("circle", "W", 705), Copy("square", "A", 790))
DRAWING = {"tokens": TOKENS, "copies": COPIES, "slabs": (15, 325, 635), "machines": (25, 335, 645), "years": tuple((era.slug, era.years[:4]) for era in TEXTS)}
