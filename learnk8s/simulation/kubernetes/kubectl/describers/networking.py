"""Descriptions of kinds: networking."""

from learnk8s.simulation.kubernetes.kubectl.describers.parts import Describer

DESCRIBERS: dict[str, Describer] = {}
