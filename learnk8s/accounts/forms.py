"""Forms of accounts."""

from django import forms
from django.contrib.auth.forms import UserCreationForm
from django.utils.translation import gettext_lazy as _

from learnk8s.accounts.models import User


class SignUpForm(UserCreationForm):
    """A name to log in with and a password are enough."""

    class Meta:
        model = User
        fields = ("username",)


class ProfileForm(forms.ModelForm):
    """What others see."""

    class Meta:
        model = User
        fields = ("display_name",)


class DeleteForm(forms.Form):
    """Deleting asks for the log-in name, so that nobody does it by accident."""

    username = forms.CharField(label=_("Type your log-in name to confirm"), max_length=150)
