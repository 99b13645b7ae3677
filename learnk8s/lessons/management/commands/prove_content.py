"""`manage.py prove_content [LESSON ...]`: prove the built-in course, or some of its lessons, and say everything that fails."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from learnk8s.lessons.proving import course_slugs, fact_findings, findings_of


class Command(BaseCommand):
    """Runs every world that the course speaks of and reads every text in both languages."""

    help = "Prove the built-in course: goals, solutions, wrong ways, commands, predictions, keys, both languages, sources, links."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take lessons by their names; all of them if there are none."""
        parser.add_argument("lessons", nargs="*")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each finding as file:line: text; fail if there is one."""
        known = course_slugs()
        unknown = [name for name in options["lessons"] if name not in known]
        if unknown:
            raise CommandError(f"there is no lesson {', '.join(unknown)}; known are {', '.join(known)}")
        wanted = options["lessons"] or known
        found = [entry for name in wanted for entry in findings_of(name)] + ([] if options["lessons"] else fact_findings())
        for entry in found:
            self.stdout.write(str(entry))
        if found:
            raise CommandError(f"{len(found)} things do not hold")
        self.stdout.write("1 lesson holds" if len(wanted) == 1 else f"{len(wanted)} lessons hold")
