"""What is refused: Ingress, NetworkPolicy, Gateway and their kin."""

from learnk8s.simulation.kubernetes.apiserver.field_rules import Updates, Validations

VALIDATIONS: Validations = {}
UPDATES: Updates = {}
