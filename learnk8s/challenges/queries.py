"""Reads of attempts."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zlib import crc32

from learnk8s.challenges.models import Attempt
from learnk8s.courseware.challenge import Challenge
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


def tried_variants(visitor: Visitor) -> dict[str, list[int]]:
    """Return which variants of each challenge a visitor has begun, one entry an attempt."""
    found: dict[str, list[int]] = {}
    for slug, variant in Attempt.objects.filter(visitor.owned()).values_list("slug", "variant"):
        found.setdefault(slug, []).append(variant)
    return found


def next_variant(visitor: Visitor, variants: tuple[Challenge, ...], tried: Sequence[int]) -> Challenge:
    """Return the variant that a visitor is given next: one not tried yet if there is any. Neighbours in a class get different ones; whoever is not known yet is given the first."""
    if visitor.is_new:
        return variants[0]
    left = [challenge for challenge in variants if challenge.variant not in tried] or list(variants)
    return left[crc32(f"{visitor.ownership()}/{variants[0].slug}/{len(tried)}".encode()) % len(left)]
