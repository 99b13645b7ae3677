"""The terms that a lesson may name; they belong to the glossary."""

from learnk8s.glossary.terms import terms

__all__ = ["terms"]
