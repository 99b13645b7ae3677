"""People. An e-mail address is not needed; anybody may teach."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person with an account."""

    display_name = models.CharField(_("name shown to others"), max_length=80, blank=True)

    def __str__(self) -> str:
        return self.display_name or self.username
