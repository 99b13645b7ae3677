"""How forms are drawn: a field with its label, which ends without a colon, its help and what is wrong with it."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Draws fields with a template of the site, and widgets with Django's."""

    field_template_name = "components/form-field.html"
