"""The form of a report."""

from django import forms
from django.utils.translation import gettext_lazy as _

LETTERS_MAX = 2_000


class ReportForm(forms.Form):
    """What is wrong, and on which page."""

    path = forms.RegexField(r"^/(?!/)[^\s<>\"']{0,290}$", widget=forms.HiddenInput, error_messages={"invalid": _("This is no page of this site.")})
    text = forms.CharField(min_length=5, max_length=LETTERS_MAX, label=_("What is wrong?"), help_text=_("A wrong date, a sentence that cannot be understood, a command that answers otherwise than the real one."), widget=forms.Textarea(attrs={"rows": 6}))
