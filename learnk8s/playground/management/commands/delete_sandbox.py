"""`manage.py delete_sandbox ID`: take a sandbox away, with its kubeconfig."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from learnk8s.playground import actions, kubeconfig
from learnk8s.playground.management.sandboxes import sandbox_called


class Command(BaseCommand):
    """Deletes one sandbox."""

    help = "Delete a sandbox."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the id, or the path of the sandbox's kubeconfig."""
        parser.add_argument("id")

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete it."""
        sandbox = sandbox_called(options["id"])
        kubeconfig.path_of(sandbox.id).unlink(missing_ok=True)
        actions.delete(sandbox=sandbox)
