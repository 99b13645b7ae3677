"""How `kubectl describe` writes each kind. Models kubectl/pkg/describe/describe.go (1.36)."""
