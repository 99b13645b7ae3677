"""learnk8s: why Kubernetes exists, to read and to try."""
