"""SVG drawings of lessons: only shapes, text and groups with a few attributes pass."""

import nh3

TAGS = {"svg", "g", "path", "rect", "circle", "line", "polyline", "polygon", "text", "tspan", "title", "desc", "ellipse"}
SHAPE = {"class", "id", "transform", "fill", "stroke", "stroke-width", "stroke-dasharray", "opacity"}
ATTRIBUTES = {tag: SHAPE for tag in TAGS} | {
    "svg": SHAPE | {"viewbox", "viewBox", "role", "aria-labelledby", "xmlns", "focusable", "aria-hidden"}, "path": SHAPE | {"d"}, "rect": SHAPE | {"x", "y", "width", "height", "rx"}, "circle": SHAPE | {"cx", "cy", "r"},
    "line": SHAPE | {"x1", "x2", "y1", "y2"}, "polyline": SHAPE | {"points"}, "polygon": SHAPE | {"points"}, "text": SHAPE | {"x", "y", "text-anchor", "font-size", "font-weight"}, "tspan": SHAPE | {"x", "y", "dy"}, "ellipse": SHAPE | {"cx", "cy", "rx", "ry"},
}


def clean_svg(text: str) -> str:
    """Return a drawing without anything that is no drawing."""
    return nh3.clean(text, tags=TAGS, attributes=ATTRIBUTES, strip_comments=True).replace("viewbox=", "viewBox=")
