"""What a built-in course has beside its lessons: the placement test and the final project, named in its course.yaml."""

from dataclasses import dataclass
from functools import lru_cache

import yaml

from learnk8s.library.management.commands.load_course import COURSES


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the placement test: it stands in a lesson, and shows whether one knows what its module teaches."""

    lesson: str
    question: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The lesson that is the final project, and the questions of the placement test in the order of the course."""

    project: str = ""
    placement: tuple[Asked, ...] = ()


@lru_cache(maxsize=64)
def plan_of(course: str) -> Plan:
    """Return the plan of a course; courses made on the site have neither test nor project."""
    path = COURSES / course / "course.yaml"
    if not path.is_file():
        return Plan()
    head = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Plan(str(head.get("project", "")), tuple(Asked(*text.split("/")) for text in head.get("placement", ())))
