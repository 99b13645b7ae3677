"""Write docs/parity.md from the declarations in the code."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from learnk8s.playground.parity import document


class Command(BaseCommand):
    """Write the document, or with --check say whether it is current."""

    help = "Write docs/parity.md from the declarations in the code."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --check."""
        parser.add_argument("--check", action="store_true", help="only say whether the document is current")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write or check."""
        path = Path(settings.BASE_DIR) / "docs" / "parity.md"
        text = document()
        if not options["check"]:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            raise CommandError("docs/parity.md is not current: run python manage.py write_parity")
