"""The Django app."""

from django.apps import AppConfig


class GlossaryConfig(AppConfig):
    """The app of learnk8s.glossary."""

    name = "learnk8s.glossary"
    label = "glossary"
