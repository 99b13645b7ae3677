"""Make the search index anew."""

from typing import Any

from django.core.management.base import BaseCommand

from learnk8s.search.actions import build


class Command(BaseCommand):
    """manage.py build_search."""

    help = "Make the search index anew from lessons, glossary, milestones and eras."

    def handle(self, *args: Any, **options: Any) -> None:
        """Build it and say how large it is."""
        self.stdout.write(f"search index: {build()} entries")
