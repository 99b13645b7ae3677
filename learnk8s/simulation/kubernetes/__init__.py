"""The Kubernetes world: one folder for each box of the Kubernetes architecture diagram."""
