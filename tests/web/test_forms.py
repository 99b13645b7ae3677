"""Inputs are drawn without templates, and as Django draws them."""

import re

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting

from learnk8s.web.forms import INPUTS, Renderer

WIDGETS = [forms.TextInput, forms.NumberInput, forms.EmailInput, forms.URLInput, forms.PasswordInput, forms.HiddenInput, forms.DateTimeInput, forms.DateInput, forms.TimeInput]
ATTRS = {"id": "a", "required": True, "disabled": False, "maxlength": 5, "data-x": '"><b>', "aria-invalid": "true"}


@pytest.mark.parametrize("widget", WIDGETS)
@pytest.mark.parametrize("value", [None, "", 0, 1.5, '"><script>', "한글 & more"])
def test_an_input_is_the_one_that_django_draws(widget, value):
    made = widget(attrs=ATTRS)
    assert made.template_name in INPUTS
    assert made.render("name", value, renderer=Renderer()) == made.render("name", value, renderer=TemplatesSetting())


class Meeting(forms.Form):
    default_renderer = Renderer()
    begins, ends = forms.IntegerField(), forms.IntegerField(help_text="Later.")

    def clean(self):
        if self.cleaned_data.get("begins", 0) > self.cleaned_data.get("ends", 0):
            raise forms.ValidationError("It ends before it begins.")


def field(form, name):
    return re.search(rf'<input [^>]*name="{name}"[^>]*>', form.as_div())[0]


def test_what_is_wrong_with_a_form_as_a_whole_describes_its_first_field_which_has_the_focus():
    form = Meeting({"begins": 3, "ends": 1})
    assert '<ul class="errorlist nonfield" id="form-error" role="alert"><li>It ends before it begins.</li></ul>' in form.as_div()
    assert 'aria-describedby="form-error"' in field(form, "begins") and "autofocus" in field(form, "begins")
    assert 'aria-describedby="id_ends_helptext"' in field(form, "ends") and "autofocus" not in field(form, "ends")


def test_a_field_with_a_mistake_of_its_own_has_the_focus_first():
    form = Meeting({"begins": 3, "ends": ""})
    assert "autofocus" in field(form, "ends") and 'aria-describedby="id_ends_helptext id_ends_error"' in field(form, "ends")
    assert "autofocus" not in field(form, "begins")
