"""The Django app."""

from django.apps import AppConfig


class LessonsConfig(AppConfig):
    """The app of learnk8s.lessons."""

    name = "learnk8s.lessons"
    label = "lessons"
    default_auto_field = "django.db.models.BigAutoField"
