"""Deployment: replace pods step by step through ReplicaSets, one per revision."""
