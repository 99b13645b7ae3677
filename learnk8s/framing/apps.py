"""The Django app."""

from django.apps import AppConfig


class FramingConfig(AppConfig):
    """The app of learnk8s.framing."""

    name = "learnk8s.framing"
    label = "framing"
