"""What the API server knows of Ingress, NetworkPolicy, Gateway and their kin."""
