"""What a question's form carries back: which variant was shown, and since when. Signed, so that nobody picks an easier one."""

import time
from dataclasses import dataclass
from hashlib import blake2b

from django.core import signing

from learnk8s.web.visitor import Visitor

SALT = "quizzes.question"
SECONDS_MAX = 3_600
"""Longer than that nobody thinks about one question; the page was left open."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The variant's seed, and for how many seconds the question has been looked at (None: not known)."""

    seed: int
    seconds: int | None = None


def seed_for(visitor: Visitor, lesson_id: int, question: str) -> int:
    """Return the seed with which a visitor meets a question: always the same one; 0 for somebody without a session yet."""
    who = f"user:{visitor.user.pk}" if visitor.user else visitor.session_key
    if not who:
        return 0
    return int.from_bytes(blake2b(f"{who}/{lesson_id}/{question}".encode(), digest_size=4).digest(), "big") % 2**31


def written(revision_id: int, question: str, seed: int) -> str:
    """Return the token of a form."""
    return signing.dumps([revision_id, question, seed, int(time.time())], salt=SALT)


def read(token: str, revision_id: int, question: str) -> Shown | None:
    """Return what a token says, or None if it is of another question or not ours."""
    try:
        found = signing.loads(token[:400], salt=SALT, max_age=7 * 86_400)
    except signing.BadSignature:
        return None
    if found[:2] != [revision_id, question]:
        return None
    return Shown(found[2], min(max(int(time.time()) - found[3], 0), SECONDS_MAX))
