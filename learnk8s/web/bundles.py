"""The files that every page loads, joined for production into one stylesheet and one script.

The sources stay small files, one a component; a browser on a slow line pays for each request, so what every page needs comes in one. In debug mode
the sources are loaded as they are. The joining happens in `collectstatic`, before names get their hash and files are compressed.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from whitenoise.storage import CompressedManifestStaticFilesStorage

COMPONENTS = (
    "page prose button card panel callout badge field table tabs terminal breadcrumb progress"
    " notice skip-link figure pagination masthead colophon empty dialog term"
).split()
READING = ("home", "walls", "timeline", "search")
"""Pages that somebody who reads will open next: together they are smaller than one more request."""
STYLESHEETS = ("css/layers.css", "css/reset.css", "css/tokens.css", "css/base.css", *(f"css/components/{name}.css" for name in COMPONENTS), *(f"css/pages/{name}.css" for name in READING), "css/utilities.css")
SCRIPTS = ("vendor/htmx/htmx.min.js", "js/htmx-trusted.js")
WORLDS = ("css/pages/playground.css", "css/pages/hosts.css", "css/pages/sandbox.css", "css/pages/why.css", "css/pages/lesson.css", "css/pages/quiz.css")
"""What lessons and sandboxes load beside it."""
BUNDLES = {"css/site.css": STYLESHEETS, "css/worlds.css": WORLDS, "js/site.js": SCRIPTS}
"""What is joined, in the order in which it must load. Modules are not: they load by themselves and late."""


def joined(names: tuple[str, ...]) -> str:
    """Return the sources of a bundle, one after the other, each under its name."""
    return "".join(f"/* {name} */\n{_source(name).read_text(encoding='utf-8')}\n" for name in names)


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
