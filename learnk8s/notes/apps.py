"""The Django app."""

from django.apps import AppConfig


class NotesConfig(AppConfig):
    """The app of learnk8s.notes."""

    name = "learnk8s.notes"
    label = "notes"
    default_auto_field = "django.db.models.BigAutoField"
