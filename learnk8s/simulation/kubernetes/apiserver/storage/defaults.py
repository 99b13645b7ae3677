"""What is filled in: volumes, claims and storage classes."""

from collections.abc import Callable

from learnk8s.simulation.kubernetes.objects.document import Doc

DEFAULTS: dict[str, Callable[[Doc], Doc]] = {}
