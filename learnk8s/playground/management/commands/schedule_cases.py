"""`manage.py schedule_cases FILE`: answer recorded scheduling cases, one JSON line each."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from learnk8s.simulation.kubernetes.scheduler.cases import answers


class Command(BaseCommand):
    """Prints what the scheduler of the Kubernetes world decides for each case of a file."""

    help = "Answer scheduling cases (tests/parity/scheduler/README.md says in which format)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file of cases, one JSON document per line."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer every case in the order of the file."""
        with options["file"].open(encoding="utf-8") as lines:
            for line in lines:
                if line.strip():
                    self.stdout.write(json.dumps(answers(json.loads(line)), ensure_ascii=False))
