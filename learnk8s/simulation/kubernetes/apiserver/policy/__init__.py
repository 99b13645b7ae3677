"""What the API server knows of access, quotas, limits, priorities and custom resources."""
