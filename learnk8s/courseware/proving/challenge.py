"""A challenge under proof, in every variant: its symptom shows, its goal is not reached by waiting, its solution reaches it, and no declared wrong way does."""

from collections.abc import Callable, Iterator

from learnk8s.courseware.challenge import Challenge, challenge_of, variants_of
from learnk8s.courseware.proving.driving import all_typed, copied, missing, typed, waited
from learnk8s.courseware.proving.finding import Finding
from learnk8s.simulation.kernel.world import World

WAIT_S = 120
"""A goal that comes true within this time without anybody doing anything was no challenge."""
AFTER_S = 400
HINTS_MIN = 2
Begin = Callable[[Challenge], World]


def challenge_findings(slug: str, text: str, begin: Begin, *, terms: frozenset[str]) -> list[Finding]:
    """Return everything that does not hold in a challenge; `begin` makes the world of a variant."""
    found: list[Finding] = []
    for variant in range(variants_of(text)):
        challenge, problems = challenge_of(slug, text, variant)
        if problems or challenge is None:
            return [*found, *(Finding(f"{slug}.yaml", problem.line, f"{problem.text('en')} {problem.cure('en')}") for problem in problems)]
        if not variant:
            found.extend(Finding(f"{slug}.yaml", 0, text) for text in _said(challenge, terms))
        found.extend(Finding(f"{slug}.yaml", 0, f"variant {variant}: {text}") for text in _played(challenge, begin))
    return found


def _said(challenge: Challenge, terms: frozenset[str]) -> Iterator[str]:
    yield from (f"terms: {name} does not stand in terms.yaml" for name in challenge.terms if name not in terms)
    if len(challenge.hints) < HINTS_MIN:
        yield f"there are fewer than {HINTS_MIN} hints"
    if not challenge.wrong:
        yield "no wrong way is declared"


def _played(challenge: Challenge, begin: Begin) -> Iterator[str]:
    world = begin(challenge)
    shown = typed(copied(world), challenge.symptom.line).output
    if challenge.symptom.shows not in shown:
        yield f"{challenge.symptom.line!r} does not show {challenge.symptom.shows!r}: {shown.strip()[-400:]}"
    idle = copied(world)
    waited(idle, WAIT_S)
    if not missing(world, challenge.goal):
        yield "the goal is reached at the start"
    elif not missing(idle, challenge.goal):
        yield "the goal is reached by waiting"
    yield from _solved(challenge, copied(world))
    for place, wrong in enumerate(challenge.wrong):
        astray = copied(world)
        all_typed(astray, wrong.lines)
        waited(astray, WAIT_S)
        if not missing(astray, challenge.goal):
            yield f"wrong way {place + 1} reaches the goal: {wrong.lines}"


def _solved(challenge: Challenge, world: World) -> Iterator[str]:
    done = all_typed(world, challenge.solution)
    waited(world, AFTER_S)
    left = missing(world, challenge.goal)
    if left:
        yield f"the solution does not reach the goal: {left[0]['text_en']}; it printed: {' | '.join(entry.output.strip()[-150:] for entry in done)}"
