"""How kubectl shows volumes, claims and storage classes."""

from learnk8s.simulation.kubernetes.apiserver.cells import Tables

TABLES: Tables = {}
