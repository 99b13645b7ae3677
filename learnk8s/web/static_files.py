"""Which files of the installed apps are served."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class OurStaticFiles(StaticFilesConfig):
    """Leave out the scripts that django-htmx carries: ours is vendored, and theirs import what a browser cannot find."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "django_htmx", "django_extensions"]
