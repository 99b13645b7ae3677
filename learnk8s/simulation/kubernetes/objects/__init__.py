"""The JSON documents of Kubernetes: kinds, defaults, validation."""
