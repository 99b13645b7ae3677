"""The Django app."""

from django.apps import AppConfig


class EraMachineConfig(AppConfig):
    """The app of learnk8s.eramachine."""

    name = "learnk8s.eramachine"
    label = "eramachine"
    default_auto_field = "django.db.models.BigAutoField"
