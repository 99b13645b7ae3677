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


@lru_cache(maxsize=256)
def of_scenario(name: str) -> Challenge | None:
    """Return the challenge that a sandbox's scenario is, or None; only its own file is read."""
    slug, _, variant = name.removeprefix(PREFIX).rpartition(".")
    path = FOLDER / f"{slug}.yaml"
    if not name.startswith(PREFIX) or not slug.replace("-", "").isalnum() or not variant.isdecimal() or not path.is_file():
        return None
    text = path.read_text(encoding="utf-8")
    return challenge_of(slug, text, int(variant))[0] if int(variant) < variants_of(text) else None


def plan_of(challenge: Challenge) -> Scenario:
    """Return the scenario of a challenge; the pages of the playground do not list it."""
    nodes = tuple(Node(f"node-{number}", cpu=row["cpu"], memory=row["memory"], labels=row["labels"]) for number, row in enumerate(challenge.nodes, start=1))
    return Scenario(challenge.scenario, challenge.title["en"], challenge.title["ko"], challenge.story["en"], challenge.story["ko"], nodes=nodes, files=challenge.files, is_hidden=True, dns=challenge.dns, addons=challenge.addons, has_cloud=challenge.cloud, traffic=challenge.traffic, first_lines=challenge.first_lines,
                    lines=challenge.lines, lines_settle_ms=challenge.settle_s * 1000, goal=dict(challenge.goal))


def provided(name: str) -> Scenario | None:
    """Return the scenario of a challenge by its name, or None."""
    challenge = of_scenario(name)
    return plan_of(challenge) if challenge is not None else None


def register() -> None:
    """Let worlds begin with the challenges."""
    if provided not in SCENARIOS.providers:
        SCENARIOS.providers.append(provided)


def begin(challenge: Challenge) -> KubernetesWorld:
    """Return a new world of a challenge."""
    return KubernetesWorld.begun(plan_of(challenge), 1)
