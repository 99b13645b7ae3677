"""Courses, lessons and their revisions as rows."""
