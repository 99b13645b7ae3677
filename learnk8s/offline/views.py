"""The manifest, the service worker and the page that stands in for pages that are not kept.

The worker's script is a static file (js/service-worker.js) that is served from the root, because a worker governs only what lies below its address; in front of it
come the names of the files that pages need, with their hashes. It changes exactly when one of them does, and so does its version.
"""

import hashlib
import json
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from learnk8s.web.templatetags.page_links import foot_files, print_files, script_files, style_files

PAGE_FILES = ("js/elements/lk-terms.js", "js/elements/lk-timeline.js", "js/elements/lk-kept.js", "img/favicon.svg")
ICONS = (("img/icons/icon-192.png", "192x192", "any"), ("img/icons/icon-512.png", "512x512", "any"), ("img/icons/maskable-512.png", "512x512", "maskable"))


@login_not_required
@require_GET
@cache_control(public=True, max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """Say how the site looks as an app, in one language."""
    language = "ko" if request.GET.get("lang") == "ko" else "en"
    with override(language):
        content = {
            "id": "/", "name": "learnk8s", "short_name": "learnk8s", "description": _("Why does Kubernetes exist?"), "lang": language, "start_url": reverse("home"), "scope": "/", "display": "standalone",
            "background_color": "#fdfcf8", "theme_color": "#fdfcf8", "icons": [{"src": static(name), "sizes": sizes, "type": "image/png", "purpose": purpose} for name, sizes, purpose in ICONS],
            "shortcuts": [{"name": _("Learn"), "url": reverse("lessons:index")}, {"name": _("Playground"), "url": reverse("playground:index")}],
        }
    return JsonResponse(content, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


@login_not_required
@require_GET
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """Answer the service worker."""
    always = (*style_files("site"), *style_files("worlds"), *foot_files(), *print_files("worlds"), *script_files())
    files = [static(name) for name in dict.fromkeys((*always, *PAGE_FILES)) if finders.find(name) or name in always]  # a cache refuses to take a file twice
    offline = {}
    for language in ("ko", "en"):
        with override(language):
            offline[language] = reverse("offline:page")
    head = f"const FILES = {json.dumps(files)};\nconst OFFLINE = {json.dumps(offline)};\n"
    source = Path(str(finders.find("js/service-worker.js"))).read_text(encoding="utf-8")
    version = hashlib.sha256((head + source).encode()).hexdigest()[:12]
    return HttpResponse(f'const VERSION = "{version}";\n{head}{source}', content_type="text/javascript; charset=utf-8")


@login_not_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Stand in for a page that cannot be fetched."""
    return render(request, "offline/page.html", {"is_kept": True})
