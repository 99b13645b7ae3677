"""`manage.py advance_sandbox ID SECONDS`: let virtual time pass."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from learnk8s.playground import actions
from learnk8s.playground.management.sandboxes import sandbox_called


class Command(BaseCommand):
    """Moves the clock of one sandbox."""

    help = "Let many virtual seconds of a sandbox pass at once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the sandbox and the time."""
        parser.add_argument("id")
        parser.add_argument("seconds", type=float)

    def handle(self, *args: Any, **options: Any) -> None:
        """Advance it."""
        try:
            actions.jump(sandbox_called(options["id"]), options["seconds"])
        except actions.Refused as refused:
            raise CommandError(str(refused)) from refused
