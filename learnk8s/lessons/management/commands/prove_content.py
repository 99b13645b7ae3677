"""`manage.py prove_content [NAME ...]`: prove the built-in course and its challenges, or some of them, and say everything that fails."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from learnk8s.simulation.kernel import crashes
from learnk8s.challenges import catalogue
from learnk8s.challenges import proving as challenges
from learnk8s.lessons.proving import course_findings, course_slugs, fact_findings, findings_of, standings


class Command(BaseCommand):
    """Runs every world that the course speaks of and reads every text in both languages."""

    help = "Prove the built-in course: goals, solutions, wrong ways, commands, predictions, keys, both languages, sources, links."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take lessons and challenges by their names; all of them if there are none."""
        parser.add_argument("names", nargs="*")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each finding as file:line: text; fail if there is one."""
        crashes.catch(is_caught=False)
        lessons, broken = course_slugs(), sorted(catalogue.texts())
        unknown = [name for name in options["names"] if name not in lessons and name not in broken]
        if unknown:
            raise CommandError(f"there is no lesson or challenge {', '.join(unknown)}; known are {', '.join([*lessons, *broken])}")
        wanted = options["names"] or [*lessons, *broken]
        found = [] if options["names"] else course_findings() + fact_findings()
        for name in wanted:
            found += findings_of(name) if name in lessons else challenges.findings_of(name)
        for entry in found:
            self.stdout.write(str(entry))
        if found:
            raise CommandError(f"{len(found)} things do not hold")
        counted = standings([name for name in wanted if name in lessons])
        declared = ", ".join(f"{reason} {count}" for reason, count in sorted(counted.items()) if reason != "run")
        self.stdout.write(f"{counted.total()} keys: {counted['run']} proved by running a world; declared: {declared or 'none'}")
        self.stdout.write(f"{len(wanted)} hold: {sum(name in lessons for name in wanted)} lessons, {sum(name not in lessons for name in wanted)} challenges")
