"""What a learner may break here: all that Docker hosts have, and the hand-over."""

from typing import Any

from learnk8s.simulation.docker import faults as docker
from learnk8s.simulation.fleet.site import FleetSite
from learnk8s.simulation.kernel.faults import Fault

HAND_OVER = Fault("hand-over", "", "Write the fleet down as manifests", "플릿을 매니페스트로 적기", "What should run, and no word about where: the file kubernetes/fleet.yaml.", "무엇이 돌아야 하는지만 적고 어디인지는 적지 않는다. kubernetes/fleet.yaml 파일이 생긴다.", "handover")


def faults_for(site: FleetSite, ref: str) -> list[dict[str, Any]]:
    """Return the buttons of a thing; for "" those of the whole world."""
    found = docker.faults_for(site, ref)
    if not ref:
        return [HAND_OVER.button("", HAND_OVER.usage), *found]
    return found
