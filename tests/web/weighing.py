"""What a first visit transfers in production: the page and every style and script that it loads, modules of modules included, compressed."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management import call_command
from django.http import HttpResponse

KB = 1024
PAGE_BYTES_MAX, WORLD_BYTES_MAX = 60 * KB, 120 * KB
FLIGHT_BYTES = 10 * 1460
"""What a server sends before the first acknowledgement comes back: ten packets. A page or its styles beyond it cost another round trip before the first paint."""
QUERIES_MAX = 12
SERVER_LINES_BYTES = 120
FILES = re.compile(r'<(?:link rel="stylesheet"|script)[^>]*?(?:href|src)="/static/([^"]+)"')
IMPORTS = re.compile(r'(?:from|import)\s*\(?\s*["\'](\.[^"\']+)["\']')


_folders: list[TemporaryDirectory[str]] = []
"""Where this process has collected the files; they are the same for all tests."""


def collected(settings) -> Path:
    """Serve static files as in production, and return where they lie. It takes seconds once a process: tests that need it are one group, `collected`."""
    is_first = not _folders
    if is_first:
        _folders.append(TemporaryDirectory(prefix="learnk8s-static-"))
    settings.STATIC_ROOT = Path(_folders[0].name)
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "learnk8s.web.bundles.BundledStorage"}}
    if is_first:
        call_command("collectstatic", interactive=False, verbosity=0)
    return settings.STATIC_ROOT


def answered(response: HttpResponse) -> int:
    """Return the bytes of an answer with its headers, and with those that the server adds (its name, the date, the connection)."""
    lines = [*(f"{name}: {value}" for name, value in response.headers.items()), *(f"Set-Cookie: {cookie.OutputString()}" for cookie in response.cookies.values())]
    return len(response.content) + sum(len(line) + 2 for line in lines) + SERVER_LINES_BYTES


def loaded(text: str, root: Path) -> dict[str, int]:
    """Return the compressed bytes of what a page's text loads, by name."""
    found: dict[str, int] = {}
    todo = FILES.findall(text)
    while todo:
        name = todo.pop()
        if name in found:
            continue
        file = root / name
        small = file.with_name(file.name + ".br")
        found[name] = (small if small.exists() else file).stat().st_size
        if name.endswith(".js"):
            places = [(Path(name).parent / place).as_posix() for place in IMPORTS.findall(file.read_text(encoding="utf-8"))]
            todo += [re.sub(r"[^/]+/\.\./", "", place) for place in places]
    return found


def budget_of(text: str) -> int:
    """Return how many bytes a first visit may transfer: a page on which somebody drives a world has more to it."""
    return WORLD_BYTES_MAX if "<lk-terminal" in text else PAGE_BYTES_MAX
