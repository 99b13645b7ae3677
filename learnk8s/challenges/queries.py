"""Reads of attempts."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from learnk8s.challenges.models import Attempt
from learnk8s.web.visitor import Visitor


def solved_slugs(visitor: Visitor) -> set[str]:
    """Return the challenges that a visitor has solved."""
    return set(Attempt.objects.filter(visitor.owned(), solved_at__isnull=False).values_list("slug", flat=True))


def solved_by(user_ids: Sequence[int], slugs: Iterable[str]) -> dict[tuple[int, str], list[tuple[int, datetime]]]:
    """Return what people reached in challenges: points and the moment, the first first. One that was solved after its solution had been shown is worth nothing."""
    wanted = list(slugs)
    found: dict[tuple[int, str], list[tuple[int, datetime]]] = {}
    for row in Attempt.objects.filter(user__in=user_ids, slug__in=wanted, solved_at__isnull=False).order_by("solved_at") if wanted else ():
        assert row.solved_at is not None and row.user_id is not None, "asked for above"
        found.setdefault((row.user_id, row.slug), []).append((0 if row.solution_shown else 100, row.solved_at))
    return found


def attempt_of(visitor: Visitor, sandbox_id: str) -> Attempt | None:
    """Return the attempt that a visitor makes in a sandbox."""
    return Attempt.objects.filter(visitor.owned(), sandbox_id=sandbox_id).select_related("sandbox").first()
