"""`manage.py load_course`: bring the built-in course in from its files."""

from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from learnk8s.courseware import parse_lesson
from learnk8s.courseware.starting import both
from learnk8s.library import actions
from learnk8s.library.models import Course, Kind, Lesson

COURSES = Path(settings.BASE_DIR) / "learnk8s" / "content" / "courses"


def lessons_of(folder: Path) -> list[tuple[str, dict[str, str]]]:
    """Return the lessons of a course in order, each with the title of its module: one file in `modules/` for each, read by name."""
    modules = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((folder / "modules").glob("*.yaml"))]
    return [(slug, module["title"]) for module in modules for slug in module["lessons"]]


def outline_of(folder: Path) -> str:
    """Return the outline of a course as the one file that the editor has: its own titles, and its modules in order."""
    head = (folder / "course.yaml").read_text(encoding="utf-8").rstrip("\n")
    modules = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((folder / "modules").glob("*.yaml"))]
    rows = [f"  - title: {both(module['title'])}\n    lessons: [{', '.join(module['lessons'])}]" for module in modules]
    return "\n".join([head, "licence: Apache-2.0", "modules:", *rows, ""])


class Command(BaseCommand):
    """Loads every course under content/courses; edits made on the site are never overwritten."""

    help = "Load the built-in courses."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load all lessons; stop with every problem if one cannot be published."""
        for folder in sorted(path for path in COURSES.iterdir() if path.is_dir()):
            head = yaml.safe_load((folder / "course.yaml").read_text(encoding="utf-8"))
            course, _created = Course.objects.update_or_create(slug=folder.name, defaults={"title_ko": head["title"]["ko"], "title_en": head["title"]["en"], "is_listed": True, "is_shared": True})
            actions.load_lesson(course=course, slug=actions.OUTLINE, position=0, files={"course.yaml": outline_of(folder)}, kind=Kind.OUTLINE)
            for position, (slug, module) in enumerate(lessons_of(folder), start=1):
                files = {path.name: path.read_text(encoding="utf-8") for path in sorted((folder / slug).iterdir()) if path.is_file()}
                problems = parse_lesson(files).problems
                if problems:
                    raise CommandError("\n".join(f"{folder.name}/{slug}/{found.file}:{found.line}: {found.text('en')} {found.cure('en')}" for found in problems))
                done = actions.load_lesson(course=course, slug=slug, position=position, files=files, module=module)
                if done != "same" or options["verbosity"] > 1:
                    self.stdout.write(f"{course.slug}/{slug}: {done}")
            outline = Lesson.objects.select_related("published_revision").get(course=course, slug=actions.OUTLINE)
            if outline.published_revision is not None:
                actions.apply_outline(course=course, text=outline.published_revision.files["course.yaml"])
