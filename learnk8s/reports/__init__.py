"""Mistakes that readers report from a page."""
