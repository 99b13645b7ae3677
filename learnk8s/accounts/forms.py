"""Forms of accounts."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, UserCreationForm, UsernameField
from django.utils.translation import gettext_lazy as _

from learnk8s.accounts.models import User


PASSWORD_HELP = _("At least 8 characters; not a common password, and not like your name.")


class LogInForm(AuthenticationForm):
    """Asks for the name by the word under which it was made."""

    error_messages = AuthenticationForm.error_messages | {"invalid_login": _("The log-in name or the password is wrong. Capital and small letters differ.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Log-in name")

    def add_error(self, field: str | None, error: Any) -> None:
        """Mark both fields when they do not fit together: which of the two is wrong is not told."""
        super().add_error(field, error)
        if field is None:
            for box in self.fields.values():
                box.widget.attrs["aria-invalid"] = "true"


class SaidAtFirstBox(forms.BaseForm):
    """A form with a new password, typed twice: what is wrong with it is said at the first box, since a browser gets both back empty."""

    def add_error(self, field: str | None, error: Any) -> None:
        """Lead what is said of the second box to the first one."""
        super().add_error({"password2": "password1", "new_password2": "new_password1"}.get(field or "", field), error)


OTHERS_SEE = {"display_name": forms.TextInput(attrs={"autocomplete": "nickname"})}


class SignUpForm(SaidAtFirstBox, UserCreationForm):
    """A name to log in with and a password are enough."""

    class Meta:
        model = User
        fields = ("username", "display_name")
        field_classes = {"username": UsernameField}
        widgets = OTHERS_SEE
        labels = {"username": _("Log-in name"), "display_name": _("Name that others see")}
        help_texts = {"username": _("Letters of any language, digits, and . _ - @ +; no spaces."), "display_name": _("May be left empty; teachers and co-authors then see the log-in name.")}
        error_messages = {"username": {"invalid": _("A log-in name has only letters, digits, and . _ - @ +; no spaces."), "unique": _("This log-in name is taken.")}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = PASSWORD_HELP
        self.fields["password2"].help_text = ""


class ProfileForm(forms.ModelForm):
    """What others see."""

    class Meta:
        model = User
        fields = ("display_name",)
        widgets = OTHERS_SEE


class PasswordForm(SaidAtFirstBox, PasswordChangeForm):
    """A new password, by whoever knows the old one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].widget.attrs["autofocus"] = False
        self.fields["new_password1"].help_text, self.fields["new_password2"].help_text = PASSWORD_HELP, ""


class DeleteForm(forms.Form):
    """Deleting asks for the log-in name, so that nobody does it by accident."""

    username = forms.CharField(label=_("Type your log-in name to confirm"), max_length=150)
