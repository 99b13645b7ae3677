"""The Django app."""

from django.apps import AppConfig


class OfflineConfig(AppConfig):
    """The app of learnk8s.offline."""

    name = "learnk8s.offline"
    label = "offline"
