"""Forms of the lesson editor."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

FILE_BYTES_MAX = 200_000
"""One file of a lesson; the longest of the built-in course has about a tenth of it."""


class FileForm(forms.Form):
    """One file of a lesson, and the revision on which the edit began."""

    file = forms.CharField(max_length=120, widget=forms.HiddenInput)
    base = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    text = forms.CharField(label=_("Text"), required=False, strip=False, max_length=FILE_BYTES_MAX, widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "true"}))
    note = forms.CharField(label=_("What did you change?"), required=False, max_length=200)

    def clean_text(self) -> str:
        """Return the text with plain line ends: browsers post CRLF."""
        text: Any = self.cleaned_data["text"]
        return str(text).replace("\r\n", "\n").replace("\r", "\n")
