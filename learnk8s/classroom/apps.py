"""The Django app of classes."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClassroomConfig(AppConfig):
    """Classes."""

    name = "learnk8s.classroom"
    label = "classroom"
    verbose_name = _("Classes")
    default_auto_field = "django.db.models.BigAutoField"
