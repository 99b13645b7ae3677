"""The Django app."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """The app of learnk8s.reports."""

    name = "learnk8s.reports"
    label = "reports"
    default_auto_field = "django.db.models.BigAutoField"
