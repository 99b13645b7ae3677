"""Grade a scenario again after its goal or the price of its hints was mended: first dry, then for good, with an audit row, and lowering nobody unless that is asked for.

A world is a function of its inputs, so that every sandbox can be asked anew as it was when its goal was reached; whoever tried and did not reach the old goal is asked as the sandbox is now. What began otherwise, or was begun anew since, stays as it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from learnk8s.accounts.models import User
from learnk8s.courseware.playing import counted
from learnk8s.courseware.scenario import Authored, Step, read_scenario
from learnk8s.lessons.actions import reach_played
from learnk8s.library.models import Lesson, Revision
from learnk8s.playground import queries as sandboxes
from learnk8s.playground.models import Sandbox
from learnk8s.quizzes.actions import Refused
from learnk8s.quizzes.models import Attempt, Regrade
from learnk8s.quizzes.queries import SCENE, scene_hints
from learnk8s.quizzes.regrading import Moved, Moves, audited, check_reason
from learnk8s.simulation.kernel.limits import LimitExceeded
from learnk8s.web.visitor import Visitor

ATTEMPTS_MAX, SANDBOXES_MAX = 300, 60
"""How many are asked anew in one request: each makes its world again."""


class Change(Moved):
    """One attempt at a scenario; one that is not kept yet was no attempt by the old goal."""

    __slots__ = ()

    def said(self, _language: str) -> str:
        """Return what was done."""
        return _("%(count)s commands") % {"count": self.attempt.answer[1]}


@dataclass(frozen=True, slots=True)
class Plan(Moves):
    """What a regrade would do; `left` are attempts whose moment cannot be asked any more."""

    left: int


def planned(lesson: Lesson) -> Plan:
    """Return what asking every sandbox by the published revision would change; nothing is written. Raises Refused."""
    revision = lesson.published_revision
    if revision is None:
        raise Refused(_("Publish the mended scenario first; attempts are graded by what students see."))
    plan, _reader = read_scenario(revision.files["scenario.yaml"])
    attempts = list(Attempt.objects.filter(revision__lesson=lesson, question=SCENE).select_related("user", "revision").order_by("-created_at", "-pk")[:ATTEMPTS_MAX])
    own = {str(row.pk): row for row in Sandbox.objects.filter(lesson_key=sandboxes.scene_key(lesson.course.slug, lesson.slug)).select_related("user").order_by("-used_at")[: ATTEMPTS_MAX + SANDBOXES_MAX]}
    changes, left = [], 0
    try:
        for attempt in attempts:
            holds = _held(own.get(str(attempt.answer[0])), attempt, plan)
            left += holds is None
            new = _points(plan, attempt.hints) if holds else 0
            if holds is not None and new != attempt.percent:
                changes.append(Change(attempt, attempt.percent, new))
        known = {str(attempt.answer[0]) for attempt in attempts}
        tried = [row for key, row in own.items() if key not in known][:SANDBOXES_MAX]
        changes.extend(_reached_now(revision, plan, tried))
    except (ValueError, LimitExceeded) as error:
        raise Refused(_("The goal cannot be checked: %(why)s") % {"why": error}) from error
    return Plan(revision, tuple(changes), len(attempts) + len(tried) - left, left)


def _points(plan: Authored, hints: int) -> int:
    return 100 - min(sum(hint.penalty for hint in plan.hints[:hints]), 100)


def _began_so(sandbox: Sandbox, plan: Authored) -> bool:
    """Say whether a sandbox began as the scenario begins now."""
    first = list(sandbox.entries.filter(ordinal__lte=len(plan.setup)).values_list("kind", "input"))
    return (sandbox.world, sandbox.scenario) == (plan.world, plan.scenario) and first == [(step.kind, step.input) for step in plan.setup]


def _held(sandbox: Sandbox | None, attempt: Attempt, plan: Authored) -> bool | None:
    """Say whether the goal held when it was reached, None if that moment cannot be asked any more."""
    moment = [str(part) for part in attempt.answer[2:]]
    if sandbox is None or len(moment) != 3 or not _began_so(sandbox, plan):
        return None
    world = sandboxes.world_at_mark(sandbox, moment)
    return bool(world.check(plan.goal)["reached"]) if world is not None else None


def _reached_now(revision: Revision, plan: Authored, tried: list[Sandbox]) -> Iterator[Change]:
    for sandbox in tried:
        if not _began_so(sandbox, plan):
            continue
        world = sandboxes.world_now(sandbox)
        if world.check(plan.goal)["reached"]:
            owner = Visitor(sandbox.user, sandbox.session_key)
            lines = [Step(entry.at_ms, entry.kind, entry.input) for entry in sandbox.entries.filter(ordinal__gt=len(plan.setup), kind="line")]
            hints = scene_hints(owner, revision.lesson)
            seconds = max(0, min(int((sandbox.used_at - sandbox.created_at).total_seconds()), 86_400))
            answer = [str(sandbox.pk), str(counted(lines, plan.allowed)[0]), *sandboxes.mark_of(sandbox, world.now_ms)]
            yield Change(Attempt(revision=revision, question=SCENE, answer=answer, percent=0, seed=sandbox.seed, seconds=seconds, hints=hints, **owner.ownership()), 0, _points(plan, hints))


@transaction.atomic
def carry_out(*, lesson: Lesson, by: User, lowers: bool, reason: str) -> Regrade:
    """Regrade, and leave an audit row. Points go down only if that is asked for and a reason is given. Raises Refused."""
    check_reason(lowers=lowers, reason=reason)
    plan = planned(lesson)
    kept = [change for change in plan.changes if lowers or not change.is_lower]
    for change in kept:
        _give(lesson, plan.revision, change)
    return audited(kept, lesson=lesson, revision=plan.revision, question=SCENE, by=by, lowers=lowers, reason=reason)


def _give(lesson: Lesson, revision: Revision, change: Change) -> None:
    """Give an attempt its new points; one that counts only now counts from when its sandbox was used last."""
    attempt = change.attempt
    if attempt.pk is not None:
        Attempt.objects.filter(pk=attempt.pk).update(percent=change.new, graded_by=revision)
        return
    attempt.percent, attempt.graded_by = change.new, revision
    attempt.save()
    used_at = Sandbox.objects.filter(pk=attempt.answer[0]).values_list("used_at", flat=True).first()
    Attempt.objects.filter(pk=attempt.pk).update(created_at=used_at or attempt.created_at)
    reach_played(visitor=Visitor(attempt.user, attempt.session_key), kind="scenario", name=lesson.slug, course=lesson.course.slug)
