"""The Django app."""

from django.apps import AppConfig


class PlaygroundConfig(AppConfig):
    """The app of learnk8s.playground."""

    name = "learnk8s.playground"
    label = "playground"
    default_auto_field = "django.db.models.BigAutoField"
