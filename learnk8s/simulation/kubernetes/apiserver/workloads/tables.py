"""How kubectl shows StatefulSets, DaemonSets, Jobs, CronJobs, ReplicationControllers, HorizontalPodAutoscalers, PodDisruptionBudgets."""

from learnk8s.simulation.kubernetes.apiserver.cells import Tables

TABLES: Tables = {}
