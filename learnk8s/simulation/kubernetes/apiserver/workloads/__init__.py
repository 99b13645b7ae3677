"""What the API server knows of StatefulSets, DaemonSets, Jobs, CronJobs, ReplicationControllers, HorizontalPodAutoscalers, PodDisruptionBudgets."""
