"""`manage.py import_course PATH`: bring a course in from a working copy or a zip; all or nothing."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from learnk8s.accounts.models import User
from learnk8s.courseware.exchange.archive import FILE_BYTES_MAX, FILES_MAX, unpacked
from learnk8s.library import archiving
from learnk8s.library.management.commands.load_course import lessons_of, outline_of
from learnk8s.library.models import Course


def read_folder(folder: Path) -> dict[str, bytes]:
    """Return the files of a working copy; hidden ones and links are passed over. The layout of the built-in course (lessons beside `modules/`) is read as well."""
    found: dict[str, bytes] = {}
    if (folder / "modules").is_dir():
        found["course.yaml"] = outline_of(folder).encode()
        for slug, _module in lessons_of(folder):
            found.update({f"lessons/{slug}/{path.name}": path.read_bytes() for path in sorted((folder / slug).iterdir()) if path.is_file() and not path.is_symlink()})
        return found
    for path in sorted(folder.rglob("*"))[: FILES_MAX * 2]:
        inside = path.relative_to(folder)
        if path.is_file() and not path.is_symlink() and not any(part.startswith(".") for part in inside.parts) and path.stat().st_size <= FILE_BYTES_MAX and inside.name not in ("README.md", "LICENSE"):
            found[inside.as_posix()] = path.read_bytes()
    return found


class Command(BaseCommand):
    """Imports a folder or a zip into the course of this slug, made if it is not there yet."""

    help = "Import a course from a folder or a zip."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a path, a slug, an owner, and whether to publish."""
        parser.add_argument("path", type=Path)
        parser.add_argument("--slug", help="address of the course; the folder's name if it is left out")
        parser.add_argument("--owner", help="log-in name of whoever will own a new course")
        parser.add_argument("--publish", action="store_true", help="publish everything, after its worlds were run")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, or list every problem."""
        path: Path = options["path"]
        if not path.exists():
            raise CommandError(f"{path}: there is nothing")
        files, bad = unpacked(path.read_bytes()) if path.is_file() else (read_folder(path), [])
        if bad:
            raise CommandError("\n".join(f"{each.path}: {each.en}" for each in bad))
        slug = options["slug"] or path.stem
        owner = User.objects.filter(username=options["owner"]).first() if options["owner"] else None
        if options["owner"] and owner is None:
            raise CommandError(f"nobody is called {options['owner']}")
        report = archiving.bring_in(files=files, course=Course.objects.filter(slug=slug).first(), slug=slug, by=owner, language="en", publish=options["publish"])
        if report.problems:
            raise CommandError("\n".join([f"{each.path}:{each.line}: {each.text} {each.cure}".rstrip() for each in report.problems] + ["nothing was imported"]))
        for line in report.done or ["nothing differs"]:
            self.stdout.write(line)
