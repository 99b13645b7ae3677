"""Sandboxes: worlds that one can drive."""
