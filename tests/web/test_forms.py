"""Inputs are drawn without templates, and as Django draws them."""

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
