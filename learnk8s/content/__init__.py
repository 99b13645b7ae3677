"""The built-in course and its facts."""
