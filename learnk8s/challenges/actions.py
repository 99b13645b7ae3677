"""What a visitor does with challenges: begin one, take a hint, give up, be done."""

from django.db import transaction
from django.utils import timezone

from learnk8s.accounts.models import User
from learnk8s.challenges.models import Attempt
from learnk8s.courseware.challenge import Challenge
from learnk8s.lessons.actions import reach_played
from learnk8s.playground import actions as playground
from learnk8s.web.visitor import Visitor


@transaction.atomic
def begin(*, visitor: Visitor, challenge: Challenge) -> Attempt:
    """Make a sandbox with a variant of a challenge. Raises playground.Refused."""
    sandbox = playground.new_sandbox(visitor=visitor, scenario=challenge.scenario)
    return Attempt.objects.create(slug=challenge.slug, variant=challenge.variant, sandbox=sandbox, **visitor.ownership())


@transaction.atomic
def take_hint(*, attempt: Attempt, challenge: Challenge) -> None:
    """Show one more hint."""
    Attempt.objects.filter(pk=attempt.pk).update(hints_shown=min(attempt.hints_shown + 1, len(challenge.hints)))


@transaction.atomic
def give_up(*, attempt: Attempt) -> None:
    """Show the solution; what is solved afterwards is told apart."""
    Attempt.objects.filter(pk=attempt.pk, solved_at=None).update(solution_shown=True)


@transaction.atomic
def be_done(*, visitor: Visitor, attempt: Attempt, commands: int) -> None:
    """Keep that the goal was reached, the first time; lessons that ask for the challenge learn of it unless its solution was shown before."""
    is_first = Attempt.objects.filter(pk=attempt.pk, solved_at=None).update(solved_at=timezone.now(), commands=commands)
    if is_first and not attempt.solution_shown:
        reach_played(visitor=visitor, kind="challenge", name=attempt.slug)


def adopt(user: User, session_key: str) -> None:
    """Give an anonymous session's attempts to a person."""
    Attempt.objects.filter(user=None, session_key=session_key).update(user=user, session_key="")
