"""What is refused: access, quotas, limits, priorities and custom resources."""

from learnk8s.simulation.kubernetes.apiserver.field_rules import Updates, Validations

VALIDATIONS: Validations = {}
UPDATES: Updates = {}
