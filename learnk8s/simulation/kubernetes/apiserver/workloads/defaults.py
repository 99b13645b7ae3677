"""What is filled in: StatefulSets, DaemonSets, Jobs, CronJobs, ReplicationControllers, HorizontalPodAutoscalers, PodDisruptionBudgets."""

from collections.abc import Callable

from learnk8s.simulation.kubernetes.objects.document import Doc

DEFAULTS: dict[str, Callable[[Doc], Doc]] = {}
