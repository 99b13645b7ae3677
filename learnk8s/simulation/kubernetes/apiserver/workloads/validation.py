"""What is refused: StatefulSets, DaemonSets, Jobs, CronJobs, ReplicationControllers, HorizontalPodAutoscalers, PodDisruptionBudgets."""

from learnk8s.simulation.kubernetes.apiserver.field_rules import Updates, Validations

VALIDATIONS: Validations = {}
UPDATES: Updates = {}
