"""The scheduler: which node for which pod, and why not the others."""
