"""`manage.py sandbox_fault ID node-down NODE`: break something in a sandbox, as the page's buttons do."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from learnk8s.playground import actions
from learnk8s.playground.management.sandboxes import sandbox_called

KINDS = {"node-down": "cut-off-node", "node-up": "restore-node"}


class Command(BaseCommand):
    """Presses a button of one sandbox."""

    help = "Break or mend a node of a sandbox."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the sandbox, the fault and the node."""
        parser.add_argument("id")
        parser.add_argument("fault", choices=sorted(KINDS))
        parser.add_argument("node")

    def handle(self, *args: Any, **options: Any) -> None:
        """Press it."""
        try:
            seen = actions.press(sandbox_called(options["id"]), {"kind": KINDS[options["fault"]], "ref": f"Node//{options['node']}"})
        except actions.Refused as refused:
            raise CommandError(str(refused)) from refused
        assert seen.entry is not None
        if seen.entry.status:
            raise CommandError(seen.entry.output.strip())
        self.stdout.write(seen.entry.output.strip())
