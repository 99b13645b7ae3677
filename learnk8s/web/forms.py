"""How forms are drawn: a field with its label, which ends without a colon, its help and what is wrong with it."""

from typing import Any

from django.forms import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.html import conditional_escape

ERRORS = "django/forms/errors/list/default.html"
INPUTS = {f"django/forms/widgets/{name}.html" for name in ("text", "number", "email", "url", "password", "hidden", "datetime", "date", "time", "color", "search", "tel")}
"""Widgets that Django draws with two templates, one in the other, for one line."""
FORM_ERROR = "form-error"
"""The id of what is wrong with a form as a whole. A page answers one form at a time, so it has one such list at most."""


class Renderer(TemplatesSetting):
    """Draws fields and what is wrong with them with templates of the site, and widgets with Django's.

    Of a form that was refused, the first field with something wrong has the focus: it may stand far below the top of its page. If nothing is wrong with any field
    but with all of them together, the first one has it, and is described by what is wrong: a screen reader reads out what has the focus, and no alert that was on the page from the beginning.
    """

    field_template_name = "components/form-field.html"
    errors_template_name = "components/form-errors.html"

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """Return what a template draws. Of no errors that is nothing; mostly there are none, and every field has a list of them."""
        if template_name == ERRORS:
            is_of_form = "nonfield" in context["error_class"]
            return str(super().render(self.errors_template_name, {**context, "is_of_form": is_of_form}, request)) if context["errors"] else ""
        if template_name in INPUTS:
            return _input(context["widget"])
        if template_name == self.field_template_name:
            _mark(context["field"])
        return str(super().render(template_name, context, request))


def _mark(field: BoundField) -> None:
    form, attrs = field.form, field.field.widget.attrs
    if not form.is_bound:
        return
    wrong = next((name for name in form.fields if name in form.errors), "")
    if wrong:
        attrs["autofocus"] = field.name == wrong
    elif form.non_field_errors():
        attrs["autofocus"] = is_first = field.name == next(each.name for each in form.visible_fields())
        if is_first or "aria-invalid" in attrs:
            attrs["aria-describedby"] = " ".join(filter(None, (FORM_ERROR, field.aria_describedby)))


def _input(widget: dict[str, Any]) -> str:
    attrs = [("type", widget["type"]), ("name", widget["name"]), *([("value", widget["value"])] if widget["value"] is not None else []), *widget["attrs"].items()]
    return "<input" + "".join(f" {name}" if value is True else f' {name}="{conditional_escape(value)}"' for name, value in attrs if value is not False) + ">"
