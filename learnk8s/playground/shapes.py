"""The shape that every program has, the same in all eras and on all pages."""

SHAPES = ("circle", "square", "triangle", "diamond", "hexagon", "pentagon")
POINTS = {
    "triangle": "8,1 15,14 1,14", "diamond": "8,0.5 15.5,8 8,15.5 0.5,8", "hexagon": "4,1.5 12,1.5 15.5,8 12,14.5 4,14.5 0.5,8", "pentagon": "8,0.5 15.5,6 12.6,15 3.4,15 0.5,6",
}


def shape_of(app: str) -> str:
    """Return the shape of an app's token: the same name has the same shape everywhere."""
    known = {"web": "circle", "api": "square", "database": "hexagon", "db": "hexagon", "batch": "triangle"}
    return known.get(app) or SHAPES[sum(map(ord, app)) % len(SHAPES)]


def slug(name: str) -> str:
    """Return a name as it may stand in an element's id and in a selector.

    >>> slug("ip-10-0-0-1.example")
    'ip-10-0-0-1-example'
    """
    return "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in name)
