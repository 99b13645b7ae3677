"""`manage.py load_course`: bring the built-in course in from its files."""

from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from learnk8s.courseware import parse_lesson
from learnk8s.library import actions
from learnk8s.library.models import Course

COURSES = Path(settings.BASE_DIR) / "learnk8s" / "content" / "courses"


def lessons_of(folder: Path) -> list[tuple[str, dict[str, str]]]:
    """Return the lessons of a course in order, each with the title of its module: one file in `modules/` for each, read by name."""
    modules = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((folder / "modules").glob("*.yaml"))]
    return [(slug, module["title"]) for module in modules for slug in module["lessons"]]


class Command(BaseCommand):
    """Loads every course under content/courses; edits made on the site are never overwritten."""

    help = "Load the built-in courses."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load all lessons; stop with every problem if one cannot be published."""
        for folder in sorted(path for path in COURSES.iterdir() if path.is_dir()):
            head = yaml.safe_load((folder / "course.yaml").read_text(encoding="utf-8"))
            course, _created = Course.objects.update_or_create(slug=folder.name, defaults={"title_ko": head["title"]["ko"], "title_en": head["title"]["en"], "is_listed": True, "is_shared": True})
            for position, (slug, module) in enumerate(lessons_of(folder), start=1):
                files = {path.name: path.read_text(encoding="utf-8") for path in sorted((folder / slug).iterdir()) if path.is_file()}
                problems = parse_lesson(files).problems
                if problems:
                    raise CommandError("\n".join(f"{folder.name}/{slug}/{found.file}:{found.line}: {found.text('en')} {found.cure('en')}" for found in problems))
                done = actions.load_lesson(course=course, slug=slug, position=position, files=files, module=module)
                if done != "same" or options["verbosity"] > 1:
                    self.stdout.write(f"{course.slug}/{slug}: {done}")
