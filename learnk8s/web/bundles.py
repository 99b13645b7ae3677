"""The files that pages load, joined for production: one stylesheet for each room of the site, one script for all.

The sources stay small files, one a component; a browser on a slow line pays for each request and waits for every stylesheet before it paints, so a page
links exactly one. In debug mode the sources are loaded as they are. The joining happens in `collectstatic`, before names get their hash and files are compressed.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from whitenoise.storage import CompressedManifestStaticFilesStorage

COMPONENTS = (
    "page prose button card panel callout badge field table tabs terminal breadcrumb progress"
    " notice skip-link figure masthead empty term"
).split()
FRAME = ("css/layers.css", "css/reset.css", "css/tokens.css", "css/base.css", *(f"css/components/{name}.css" for name in COMPONENTS))
"""What every page needs, in the order in which it must load."""
FOOT_STYLES = ("css/components/colophon.css",)
"""What stands at the foot of every page, linked there. A parser waits at that link, and so no page is whole before the styles above have come: browsers look at its fields
then (to fill them in), for which Chromium lays out the page, without styles if need be. That took 60 to 90 ms of a lesson, for nothing."""
ROOMS = {
    "site": "home walls timeline search course gallery challenges aid",
    "worlds": "playground hosts sandbox why lesson quiz aid",
    "asking": "playground hosts sandbox why asking",
    "desk": "library playground lesson quiz",
    "machine": "walls timeline eramachine",
    "design": "home walls timeline playground lesson design",
}
"""The styles of pages that somebody opens one after the other. A room repeats the frame, which costs less than a second request."""
LATE_STYLES = (*(f"css/components/{name}.css" for name in "trouble waiting dialog touch-keys".split()), "css/pages/scripted.css")
"""What nobody sees before a script shows it. It comes with the scripts, for what is painted first must fit into the first packets."""
PRINT_STYLES = ("css/pages/lesson-print.css", "css/pages/sandbox-print.css")
PRINTED = ("worlds", "desk")
"""The rooms whose pages somebody prints whole. Their styles for paper come apart, for a browser does not let the screen wait for them."""
LATE = "js/late.js"
"""Fetches all other scripts of a page once it has been painted."""
SCRIPTS = ("js/htmx-sparing.js", "js/htmx-history.js", "js/htmx-focus.js", "js/returning.js", "js/early.js", "vendor/htmx/htmx.min.js", "js/htmx-trusted.js")
"""htmx begins in a task of its own, which may come before a file behind it: who listens to its beginning stands in front of it."""
MODULES = ("js/elements/theme-switch.js", "js/elements/lk-keys.js", "js/elements/lk-keep-focus.js", "js/elements/lk-trouble.js", "js/elements/lk-waiting.js")
"""Elements of the frame. They import nothing, so they can be joined to the script; other modules load by themselves, and late."""
COMMENTS = re.compile(r"/\*.*?\*/", re.DOTALL)
ASIDES = re.compile(r"^[ \t]*(?://.*|/\*[^*]*(?:\*(?!/)[^*]*)*\*/[ \t]*)$\n?", re.MULTILINE)
BLOCKS = re.compile(r"(?=@(?:layer|page)\b)")
STRINGS = re.compile(r"""("[^"]*"|'[^']*')""")


def stylesheets(room: str) -> tuple[str, ...]:
    """Name the sources of a room's stylesheet, in order. Raises KeyError for a room that is not there."""
    return (*FRAME, *(f"css/pages/{name}.css" for name in ROOMS[room].split()), "css/utilities.css")


BUNDLES = {**{f"css/{room}.css": stylesheets(room) for room in ROOMS}, "css/foot.css": FOOT_STYLES, "css/late.css": LATE_STYLES, "css/print.css": PRINT_STYLES, "js/site.js": (*SCRIPTS, *MODULES)}


def joined(names: tuple[str, ...]) -> str:
    """Return the sources of a bundle, one after the other: styles without comments and needless spaces, modules each in a scope of its own."""
    parts = ((name, _source(name).read_text(encoding="utf-8")) for name in names)
    if names[0].endswith(".css"):
        return merged("".join(small(text) for _name, text in parts)) + "\n"
    return "\n".join(f'(() => {{\n"use strict";\n{spare(text)}}})();' if name in MODULES else text if name.startswith("vendor/") else spare(text) for name, text in parts) + "\n"


def spare(script: str) -> str:
    """Return a script without the lines that only people read, and without its indentation. It holds no text over several lines.

    >>> spare('// why\\n/* and\\n   how */\\nconst a = () => {\\n  say("// no"); // a\\n};\\n')
    'const a = () => {\\nsay("// no"); // a\\n};\\n'
    """
    return re.sub(r"^[ \t]+|^\n", "", ASIDES.sub("", script), flags=re.MULTILINE)


def small(css: str) -> str:
    """Return a stylesheet without what only people read.

    >>> small('/* why */ .a > .b , p {\\n  content: "; }" ;\\n  margin: 0 0.5px;\\n}')
    '.a>.b,p{content: "; }";margin:0 .5px}'
    """
    parts = STRINGS.split(COMMENTS.sub("", css).strip())
    for place in range(0, len(parts), 2):
        text = re.sub(r"\s*([{};,])\s*|\s(>)\s", r"\1\2", re.sub(r"\s+", " ", parts[place]))
        text = re.sub(r"\b0(?=\.\d)", "", text)
        parts[place] = re.sub(r"(?<=[{;])([\w-]+): (?=[^{}]*[;}])", r"\1:", text).replace(";}", "}")
    return "".join(parts)


def merged(css: str) -> str:
    """Return a small stylesheet with neighbours of one layer in one block.

    >>> merged("@layer a{p{margin:0}}@layer a{b{color:red}}@layer b{i{top:0}}@page{margin:0}")
    '@layer a{p{margin:0}b{color:red}}@layer b{i{top:0}}@page{margin:0}'
    """
    blocks: list[str] = []
    for block in BLOCKS.split(css):
        head, brace, inside = block.partition("{")
        if blocks and brace and head.startswith("@layer") and blocks[-1].startswith(head + brace):
            blocks[-1] = blocks[-1].removesuffix("}") + inside
        else:
            blocks.append(block)
    return "".join(blocks)


def _source(name: str) -> Path:
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(f"the bundle needs static/{name}, which is not there")
    return Path(found)


class BundledStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed static files, with the bundles among them; imports between modules get hashed names too."""

    support_js_module_import_aggregation = True

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Write the bundles first, then let names and compression be made for them as for the rest."""
        if not dry_run:
            for name, sources in BUNDLES.items():
                target = Path(self.path(name))
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(joined(sources), encoding="utf-8")
                paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)
