"""What a lesson asks to reach elsewhere: scenarios of its course and challenges of the site, with what a visitor has reached in them."""

from dataclasses import dataclass

from django.urls import reverse

from learnk8s.challenges import queries as attempts
from learnk8s.challenges.catalogue import challenges
from learnk8s.courseware import Lesson as Document
from learnk8s.library import queries as library
from learnk8s.library.models import Kind, Lesson
from learnk8s.quizzes.queries import scene_points
from learnk8s.web.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Played:
    """A way to a scenario or challenge; `points` is None before it was reached, `url` is "" if students do not see it."""

    title: str
    about: str = ""
    url: str = ""
    points: int | None = None


def played_in(document: Document, lesson: Lesson, visitor: Visitor, language: str) -> dict[str, Played]:
    """Return what the text of a lesson asks to reach, by `kind:name`; without any, no query."""
    names = {kind: [name for each, name in document.played if each == kind] for kind in (Kind.SCENARIO.value, "challenge")}
    rows = library.published_named(lesson.course.slug, Kind.SCENARIO, names[Kind.SCENARIO])
    points = scene_points(visitor, rows.values()) if rows else {}
    found = {f"scenario:{slug}": Played(row.title, url=reverse("scenarios:scene", args=(lesson.course.slug, slug)), points=points.get(row.pk)) for slug, row in rows.items()}
    known = [name for name in names["challenge"] if name in challenges()]
    solved = attempts.solved_slugs(visitor) if known else set()
    found |= {f"challenge:{name}": Played(challenges()[name][0].title[language], challenges()[name][0].story[language], reverse("challenges:challenge", args=(name,)), 100 if name in solved else None) for name in known}
    return {key: found.get(key, Played(name)) for kind, name in document.played if (key := f"{kind}:{name}")}
