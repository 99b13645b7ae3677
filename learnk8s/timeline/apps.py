"""The Django app."""

from django.apps import AppConfig


class TimelineConfig(AppConfig):
    """The app of learnk8s.timeline."""

    name = "learnk8s.timeline"
    label = "timeline"
    default_auto_field = "django.db.models.BigAutoField"
