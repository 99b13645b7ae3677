"""Reads of attempts."""

from learnk8s.challenges.models import Attempt
from learnk8s.web.visitor import Visitor


def solved_slugs(visitor: Visitor) -> set[str]:
    """Return the challenges that a visitor has solved."""
    return set(Attempt.objects.filter(visitor.owned(), solved_at__isnull=False).values_list("slug", flat=True))


def attempt_of(visitor: Visitor, sandbox_id: str) -> Attempt | None:
    """Return the attempt that a visitor makes in a sandbox."""
    return Attempt.objects.filter(visitor.owned(), sandbox_id=sandbox_id).select_related("sandbox").first()
