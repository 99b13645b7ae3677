"""The Django app."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The app of learnk8s.search."""

    name = "learnk8s.search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"
