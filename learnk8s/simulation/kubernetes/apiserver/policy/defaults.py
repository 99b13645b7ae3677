"""What is filled in: access, quotas, limits, priorities and custom resources."""

from collections.abc import Callable

from learnk8s.simulation.kubernetes.objects.document import Doc

DEFAULTS: dict[str, Callable[[Doc], Doc]] = {}
