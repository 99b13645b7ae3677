"""The Django app."""

from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    """The app of learnk8s.quizzes."""

    name = "learnk8s.quizzes"
    label = "quizzes"
    default_auto_field = "django.db.models.BigAutoField"
