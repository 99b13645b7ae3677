"""What is refused: volumes, claims and storage classes."""

from learnk8s.simulation.kubernetes.apiserver.field_rules import Updates, Validations

VALIDATIONS: Validations = {}
UPDATES: Updates = {}
