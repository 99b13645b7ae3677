"""The home page."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from learnk8s.timeline.eras import TEXTS


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """Show the home page."""
    language = "ko" if (get_language() or "en").startswith("ko") else "en"
    return render(request, "home.html", {"eras": TEXTS, "language": language})
