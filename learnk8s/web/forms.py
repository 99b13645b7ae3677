"""How forms are drawn: a field with its label, which ends without a colon, its help and what is wrong with it."""

from typing import Any

from django.forms.renderers import TemplatesSetting
from django.utils.html import conditional_escape

ERRORS = "django/forms/errors/list/default.html"
INPUTS = {f"django/forms/widgets/{name}.html" for name in ("text", "number", "email", "url", "password", "hidden", "datetime", "date", "time", "color", "search", "tel")}
"""Widgets that Django draws with two templates, one in the other, for one line."""


class Renderer(TemplatesSetting):
    """Draws fields with a template of the site, and widgets with Django's. Of a form that was refused, the first field with something wrong has the focus: it may stand far below the top of its page."""

    field_template_name = "components/form-field.html"

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """Return what a template draws. Of no errors that is nothing; mostly there are none, and every field has a list of them."""
        if template_name == ERRORS and not context["errors"]:
            return ""
        if template_name in INPUTS:
            return _input(context["widget"])
        if template_name == self.field_template_name:
            field = context["field"]
            wrong = next((name for name in field.form.fields if name in field.form.errors), "")
            if wrong:
                field.field.widget.attrs["autofocus"] = field.name == wrong
        return str(super().render(template_name, context, request))


def _input(widget: dict[str, Any]) -> str:
    attrs = [("type", widget["type"]), ("name", widget["name"]), *([("value", widget["value"])] if widget["value"] is not None else []), *widget["attrs"].items()]
    return "<input" + "".join(f" {name}" if value is True else f' {name}="{conditional_escape(value)}"' for name, value in attrs if value is not False) + ">"
