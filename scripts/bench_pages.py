"""Measure the server's time for pages: the CPU milliseconds of a whole request in this process, on a site of its own in a temporary folder. Run as `python scripts/bench_pages.py`."""

import os
import sys
import tempfile
from collections.abc import Callable
from functools import lru_cache
from io import StringIO
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.figures import Figure, cpu_ms, main

LESSON = "/ko/learn/kubernetes/self-healing/"
PAGES = {"home": "/ko/", "timeline": "/ko/timeline/", "era": "/ko/era/kubernetes/", "course": "/ko/learn/", "lesson": LESSON, "playground": "/ko/playground/", "challenges": "/ko/challenges/", "search": "/ko/search/?q=파드", "era_machine": "/ko/era-machine/",
         "era_vm": "/en/era/vm/", "parity": "/en/parity/", "glossary": "/ko/glossary/", "design": "/en/design/", "placement": "/ko/learn/kubernetes/placement/", "certificate": "/ko/learn/kubernetes/certificate/", "challenge": "/en/challenges/shop-dark/", "login": "/en/login/"}
AT_MOST_MS = 25


@lru_cache(maxsize=1)
def client() -> Any:
    """Return a client of a site as `make run` serves it, with the course, with every page seen once."""
    folder = tempfile.mkdtemp(prefix="learnk8s-bench-")
    os.environ.update({"LEARNK8S_VAR": folder, "LEARNK8S_DEBUG": "0", "DJANGO_SETTINGS_MODULE": "learnk8s.settings", "DATABASE_URL": f"sqlite:///{Path(folder) / 'bench.sqlite3'}", "LEARNK8S_HOSTS": "testserver", "LEARNK8S_SECRET_KEY": "bench" * 12})
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("load_course", verbosity=0, stdout=StringIO())
    call_command("build_search", verbosity=0, stdout=StringIO())
    from django.conf import settings
    from django.test import Client

    settings.WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("js", "css", "svg", "json", "txt")  # nobody fetches the files
    call_command("collectstatic", verbosity=0, interactive=False)
    made = Client()
    for path in PAGES.values():
        assert made.get(path).status_code == 200, path
    return made


def page(path: str) -> Callable[[], float]:
    """Return a measure of one page."""
    return lambda: cpu_ms(lambda: client().get(path), runs=15)


FIGURES = tuple(Figure(f"page_ms_{name}", "ms", AT_MOST_MS, page(path)) for name, path in PAGES.items())

if __name__ == "__main__":
    sys.exit(main(FIGURES))
