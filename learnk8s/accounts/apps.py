"""The Django app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The app of learnk8s.accounts."""

    name = "learnk8s.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
