"""The Django app."""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    """The app of learnk8s.library."""

    name = "learnk8s.library"
    label = "library"
    default_auto_field = "django.db.models.BigAutoField"
