"""Forms of classes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from learnk8s.classroom import queries
from learnk8s.classroom.models import Classroom


class NewClassForm(forms.Form):
    """A title is all that a new class needs."""

    title = forms.CharField(label=_("Title of the class"), max_length=120)


class JoinForm(forms.Form):
    """The code that the teacher wrote on the board."""

    code = forms.CharField(label=_("Join code"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}))

    def clean_code(self) -> Classroom:
        """Return the class that the code opens."""
        classroom = queries.open_class(self.cleaned_data["code"])
        if classroom is None:
            raise forms.ValidationError(_("No open class has this code. Ask your teacher for the current one."))
        return classroom

    def classroom(self) -> Classroom:
        """Return the class of a valid form."""
        found: Any = self.cleaned_data["code"]
        assert isinstance(found, Classroom)
        return found
