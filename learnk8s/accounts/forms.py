"""Forms of accounts."""

from typing import Any

from django import forms
from django.contrib.auth.forms import UserCreationForm
from django.utils.translation import gettext_lazy as _

from learnk8s.accounts.models import User


class SignUpForm(UserCreationForm):
    """A name to log in with and a password are enough."""

    class Meta:
        model = User
        fields = ("username", "display_name")
        labels = {"username": _("Log-in name"), "display_name": _("Name that others see")}
        help_texts = {"username": _("Letters of any language, digits, and . _ - @ +; no spaces."), "display_name": _("May be left empty; teachers and co-authors then see the log-in name.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = _("At least 8 characters; not a common password, and not like your name.")
        self.fields["password2"].help_text = ""


class ProfileForm(forms.ModelForm):
    """What others see."""

    class Meta:
        model = User
        fields = ("display_name",)


class DeleteForm(forms.Form):
    """Deleting asks for the log-in name, so that nobody does it by accident."""

    username = forms.CharField(label=_("Type your log-in name to confirm"), max_length=150)
