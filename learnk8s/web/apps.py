"""The Django app."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The app of learnk8s.web."""

    name = "learnk8s.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
