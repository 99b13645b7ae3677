"""Reporting a mistake from any page, without an account."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from learnk8s.accounts.models import User
from learnk8s.reports.forms import ReportForm
from learnk8s.reports.models import Report
from learnk8s.web.visitor import visitor_of

REPORTS_MAX, WITHIN = 20, timedelta(hours=1)
"""Of one visitor; a class behind one address is many visitors."""


@login_not_required
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Ask what is wrong, and keep it."""
    form = ReportForm(request.POST or None, initial={"path": request.GET.get("page", "/")[:290]})
    if request.method == "POST" and form.is_valid():
        if _is_too_many(request):
            messages.error(request, _("You have reported a lot in a short time. Please come back in an hour."))
            return render(request, "reports/report.html", {"form": form}, status=429)
        user = request.user if isinstance(request.user, User) else None
        Report.objects.create(user=user, path=form.cleaned_data["path"], text=form.cleaned_data["text"])
        messages.success(request, _("Thank you. Somebody will look at it."))
        return redirect(form.cleaned_data["path"])
    return render(request, "reports/report.html", {"form": form}, status=422 if request.method == "POST" else 200)


def _is_too_many(request: HttpRequest) -> bool:
    visitor = visitor_of(request, ensure=True)
    key = f"reports:{visitor.user.pk if visitor.user else visitor.session_key}"
    count = cache.get_or_set(key, 0, WITHIN.total_seconds())
    cache.set(key, count + 1, WITHIN.total_seconds())
    return count >= REPORTS_MAX
