"""Forms of the playground."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ClockForm(forms.Form):
    """Speed in thousandths, pause or go on, a step, a jump in seconds."""

    speed = forms.IntegerField(required=False)
    pause = forms.ChoiceField(required=False, choices=(("0", "go"), ("1", "pause")))
    step = forms.BooleanField(required=False)
    jump = forms.IntegerField(required=False)


class ActionForm(forms.Form):
    """A button of the world."""

    kind = forms.CharField(max_length=40)
    ref = forms.CharField(max_length=400, required=False)
    per_second = forms.IntegerField(required=False, min_value=0, max_value=100_000, label=_("requests a second"))
    percent = forms.IntegerField(required=False, min_value=0, max_value=2_000, label=_("percent"))

    def action(self) -> dict[str, object]:
        """Return the action of a valid form."""
        return {key: value for key, value in self.cleaned_data.items() if value not in (None, "")}
