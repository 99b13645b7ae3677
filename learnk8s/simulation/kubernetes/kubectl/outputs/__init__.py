"""The forms in which kubectl prints objects."""
