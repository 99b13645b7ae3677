"""The Django app."""

from django.apps import AppConfig

from learnk8s.simulation.kernel import crashes


class PlaygroundConfig(AppConfig):
    """The app of learnk8s.playground."""

    name = "learnk8s.playground"
    label = "playground"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let worlds go on after a failure of one of their parts."""
        crashes.catch(is_caught=True)
