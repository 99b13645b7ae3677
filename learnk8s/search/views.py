"""The search page; htmx asks for its results while one types."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from learnk8s.search import queries
from learnk8s.search.models import Kind
from learnk8s.web.language import language_of_page

QUERY_LETTERS_MAX = 80
EXAMPLES = ("cgroup", "Borg", "CrashLoopBackOff", "kubectl logs")
"""A milestone, a word, an error and a command, the same in both languages."""


@login_not_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show what fits the words."""
    words = " ".join(request.GET.get("q", "").replace("\0", "").split())[:QUERY_LETTERS_MAX]
    language = language_of_page()
    found = queries.found(words, language)
    groups = [(Kind(kind).label, results) for kind, results in found or queries.nearest(words, language)]
    context = {"q": words, "groups": groups, "has_all": bool(found), "count": sum(len(results) for _label, results in groups), "language": language, "examples": EXAMPLES}
    return render(request, "search/index.html#found" if request.htmx else "search/index.html", context)  # type: ignore[attr-defined]  # set by the middleware
