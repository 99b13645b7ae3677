"""The story as a line of dates."""
