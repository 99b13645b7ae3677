"""How kubectl shows access, quotas, limits, priorities and custom resources."""

from learnk8s.simulation.kubernetes.apiserver.cells import Tables

TABLES: Tables = {}
