"""What a learner may break here: all that Docker hosts have, and the hand-over."""

from typing import Any

from learnk8s.simulation.docker import faults as docker
from learnk8s.simulation.docker.faults import Fault
from learnk8s.simulation.fleet.site import FleetSite

HAND_OVER = Fault("hand-over", "", "Hand the fleet to Kubernetes", "플릿을 쿠버네티스에 넘기기", "Write down what should run, as manifests, and let controllers see to it.", "무엇이 돌아야 하는지를 매니페스트로 적고, 나머지는 컨트롤러에 맡긴다.", "handover")


def faults_for(site: FleetSite, ref: str) -> list[dict[str, Any]]:
    """Return the buttons of a thing; for "" those of the whole world."""
    found = docker.faults_for(site, ref)
    if not ref:
        return [{**docker.shown(HAND_OVER, "", ""), "command": "handover"}, *found]
    return found
