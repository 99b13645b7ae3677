"""The Django app."""

from django.apps import AppConfig


class ChallengesConfig(AppConfig):
    """The app of learnk8s.challenges; once it is ready, worlds can begin with each variant of each challenge."""

    name = "learnk8s.challenges"
    label = "challenges"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from learnk8s.challenges.catalogue import register

        register()
