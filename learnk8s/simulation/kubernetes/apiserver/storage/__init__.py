"""What the API server knows of volumes, claims and storage classes."""
