"""Bookmarks and private notes of a visitor, one for each lesson."""
