"""`manage.py export_course SLUG PATH`: write a course as a working copy, or as a zip if the path ends in .zip."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from learnk8s.courseware.exchange.archive import packed
from learnk8s.library import archiving
from learnk8s.library.models import Course


class Command(BaseCommand):
    """Exports the newest revision of everything in a course."""

    help = "Export a course to a folder or a zip."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a slug and a path."""
        parser.add_argument("slug")
        parser.add_argument("path", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the files; other files of the folder are left alone."""
        course = Course.objects.filter(slug=options["slug"]).first()
        if course is None:
            raise CommandError(f"there is no course {options['slug']}")
        files, path = archiving.files_of(course), options["path"]
        if path.suffix == ".zip":
            path.write_bytes(packed(files))
        else:
            for name, content in files.items():
                target = path / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
        self.stdout.write(f"{len(files)} files")
