"""Signing up, in and out, and one's own page."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from learnk8s.accounts.adoption import adopt_all
from learnk8s.accounts.export import everything_about
from learnk8s.accounts.forms import DeleteForm, LogInForm, PasswordForm, ProfileForm, SignUpForm
from learnk8s.accounts.models import User
from learnk8s.web.forms import FORM_ERROR

FAILURES_MAX, FAILURES_S = 10, 300
"""Wrong passwords for one name from one address in five minutes; a class behind one address is not locked out together."""


def _next(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or ""
    return target if url_has_allowed_host_and_scheme(target, {request.get_host()}) else resolve_url("home")


class LogIn(LoginView):
    """Logs in and keeps what was done before."""

    template_name = "accounts/login.html"
    authentication_form = LogInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say for what the account is needed, if a page that needs one sent the visitor here."""
        target = str(self.request.POST.get("next") or self.request.GET.get("next") or "")
        wanted = next((room for room in ("library", "classroom") if target.startswith(resolve_url(f"{room}:index"))), "")
        return {**super().get_context_data(**kwargs), "is_account": True, "wanted": wanted}

    def _key(self) -> str:
        return f"log-in:{self.request.META.get('REMOTE_ADDR', '')}:{self.request.POST.get('username', '')[:150]}"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse after too many wrong passwords, whatever the password is: it is not looked at."""
        if cache.get(self._key(), 0) >= FAILURES_MAX:
            form = LogInForm(request, initial={"username": request.POST.get("username", "")[:150]})
            form.fields["username"].widget.attrs["aria-describedby"] = FORM_ERROR
            return self.render_to_response(self.get_context_data(form=form, is_refused=True, form_error=FORM_ERROR), status=429)
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Count the failure and show the form again."""
        cache.add(self._key(), 0, FAILURES_S)
        cache.incr(self._key())
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Log in, and give the anonymous session's work to the person."""
        before = self.request.session.session_key or ""
        response = super().form_valid(form)
        adopt_all(self.request.user, before)  # type: ignore[arg-type]  # just logged in
        return response


@login_not_required
@require_http_methods(["GET", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Make an account, keep what was done before, and return to the same page."""
    form = SignUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        before = request.session.session_key or ""
        user = form.save()
        login(request, user)
        adopt_all(user, before)
        messages.success(request, _("Welcome! What you did before is yours now."))
        return redirect(_next(request))
    return render(request, "accounts/signup.html", {"form": form, "next": _next(request), "is_account": True}, status=422 if form.errors else 200)


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """Log out. Pages that the browser kept are not shown again: they had another token (static/js/returning.js)."""
    logout(request)
    rotate_token(request)
    return redirect("home")


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show and change one's own data."""
    form = ProfileForm(request.POST or None, instance=_person(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("accounts:profile")
    return _profile(request, status=422 if form.errors else 200, form=form)


def _profile(request: HttpRequest, status: int, **forms: Any) -> HttpResponse:
    """Return the page, with a form that was not accepted in its place."""
    person = _person(request)
    return render(request, "accounts/profile.html", {"form": ProfileForm(instance=person), "password_form": PasswordForm(person), "delete_form": DeleteForm(), **forms}, status=status)


@require_POST
def change_password(request: HttpRequest) -> HttpResponse:
    """Set a new password; this browser stays logged in, others do not."""
    form = PasswordForm(_person(request), request.POST)
    if not form.is_valid():
        return _profile(request, status=422, password_form=form)
    update_session_auth_hash(request, form.save())
    messages.success(request, _("The password is changed. Other browsers have to log in again."))
    return redirect("accounts:profile")


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """Give a person all that is kept about them, as JSON."""
    return JsonResponse(everything_about(_person(request)), json_dumps_params={"ensure_ascii": False, "indent": 2}, headers={"Content-Disposition": 'attachment; filename="learnk8s.json"'})


@require_POST
def delete(request: HttpRequest) -> HttpResponse:
    """Delete the account and all that belongs to it."""
    form, person = DeleteForm(request.POST), _person(request)
    if form.is_valid() and form.cleaned_data["username"] == person.username:
        logout(request)
        rotate_token(request)
        person.delete()
        return redirect("home")
    form.add_error("username", _("This is not your log-in name; nothing was deleted."))
    return _profile(request, status=422, delete_form=form)
