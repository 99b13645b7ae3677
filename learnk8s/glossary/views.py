"""The glossary, and the meaning of one word for the note beside it."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from learnk8s.glossary.terms import Term, terms
from learnk8s.web.language import language_of_page

GROUPS = {"system": _("The system"), "container": _("Containers and images"), "workload": _("What runs"), "lifecycle": _("Life of a pod"), "rollout": _("New versions"), "scheduling": _("Scheduling"), "network": _("Network"), "config": _("Configuration"),
          "storage": _("Storage"), "security": _("Security"), "api": _("The API"), "extension": _("Extending"), "operations": _("Operating")}
WORDS_LETTERS_MAX = 60



@login_not_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show all words, or those that mention what is looked for."""
    words, language = request.GET.get("q", "")[:WORDS_LETTERS_MAX].strip(), language_of_page()
    found = [term for term in terms().values() if _mentions(term, words)]
    groups = [(group, label, [term.shown(language) for term in found if term.group == group]) for group, label in GROUPS.items()]
    context = {"groups": [group for group in groups if group[2]], "q": words, "count": len(found), "all": len(terms()), "language": language, "other": "en" if language == "ko" else "ko"}
    return render(request, "glossary/index.html#found" if request.htmx else "glossary/index.html", context)  # type: ignore[attr-defined]  # set by the middleware


@login_not_required
@require_GET
@cache_control(public=True, max_age=86_400)
def term(request: HttpRequest, term: str) -> HttpResponse:
    """Answer the name and the meaning of one word."""
    found = terms().get(term)
    if found is None:
        raise Http404
    shown = found.shown(language_of_page())
    return JsonResponse({"name": shown["name"], "other": shown["other"], "meaning": shown["meaning"]})


def _mentions(term: Term, words: str) -> bool:
    text = " ".join((term.en, term.ko, term.def_en, term.def_ko)).casefold()
    return all(word in text for word in words.casefold().split())
