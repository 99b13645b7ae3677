"""What is filled in: Ingress, NetworkPolicy, Gateway and their kin."""

from collections.abc import Callable

from learnk8s.simulation.kubernetes.objects.document import Doc

DEFAULTS: dict[str, Callable[[Doc], Doc]] = {}
