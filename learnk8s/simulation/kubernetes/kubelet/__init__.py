"""The kubelets of all nodes, and the programs that run in containers."""
