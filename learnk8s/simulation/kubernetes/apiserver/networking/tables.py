"""How kubectl shows Ingress, NetworkPolicy, Gateway and their kin."""

from learnk8s.simulation.kubernetes.apiserver.cells import Tables

TABLES: Tables = {}
