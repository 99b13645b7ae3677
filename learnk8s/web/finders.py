"""Where static files are looked for."""

from collections.abc import Iterable

from django.apps import apps
from django.contrib.staticfiles.finders import AppDirectoriesFinder

LEFT_OUT = {"django_htmx", "django_extensions"}
"""Apps whose files nobody loads: htmx is vendored, and the modules that django-htmx carries import names that a browser cannot find."""


class ServedApps(AppDirectoriesFinder):
    """The static folders of the installed apps, without those that are left out."""

    def __init__(self, app_names: Iterable[str] | None = None, *args: object, **options: object) -> None:
        super().__init__(app_names or [app.name for app in apps.get_app_configs() if app.name not in LEFT_OUT], *args, **options)
