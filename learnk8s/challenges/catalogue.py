"""All challenges, read from their files, and how a world begins with one."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from learnk8s.courseware.challenge import Challenge, challenge_of, variants_of
from learnk8s.simulation.kubernetes.scenarios.built_in import SCENARIOS
from learnk8s.simulation.kubernetes.scenarios.scenario import Node, Scenario
from learnk8s.simulation.kubernetes.world import KubernetesWorld

FOLDER = Path(settings.BASE_DIR) / "learnk8s" / "content" / "challenges"
PREFIX = "challenge-"


def texts() -> dict[str, str]:
    """Return every challenge's file by its slug."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.yaml"))}


@lru_cache(maxsize=1)
def challenges() -> dict[str, tuple[Challenge, ...]]:
    """Return the variants of every challenge by its slug, in order of grade and name."""
    found = {slug: tuple(challenge for variant in range(variants_of(text)) if (challenge := challenge_of(slug, text, variant)[0]) is not None) for slug, text in texts().items()}
    return dict(sorted(((slug, variants) for slug, variants in found.items() if variants), key=lambda item: (item[1][0].grade, item[0])))


def of_scenario(name: str) -> Challenge | None:
    """Return the challenge that a sandbox's scenario is, or None."""
    slug, _, variant = name.removeprefix(PREFIX).rpartition(".")
    variants = challenges().get(slug) if name.startswith(PREFIX) else None
    return next((challenge for challenge in variants or () if str(challenge.variant) == variant), None)


def plan_of(challenge: Challenge) -> Scenario:
    """Return the scenario of a challenge; the pages of the playground do not list it."""
    nodes = tuple(Node(f"node-{number}", cpu=row["cpu"], memory=row["memory"], labels=row["labels"]) for number, row in enumerate(challenge.nodes, start=1))
    return Scenario(challenge.scenario, challenge.title["en"], challenge.title["ko"], challenge.story["en"], challenge.story["ko"], nodes=nodes, files=challenge.files, is_hidden=True, dns=challenge.dns, addons=challenge.addons, has_cloud=challenge.cloud, traffic=challenge.traffic, first_lines=challenge.first_lines,
                    lines=challenge.lines, lines_settle_ms=challenge.settle_s * 1000, goal=dict(challenge.goal))


def register() -> None:
    """Let worlds begin with the challenges."""
    SCENARIOS.update({challenge.scenario: plan_of(challenge) for variants in challenges().values() for challenge in variants})


def begin(challenge: Challenge) -> KubernetesWorld:
    """Return a new world of a challenge."""
    return KubernetesWorld.begun(plan_of(challenge), 1)
