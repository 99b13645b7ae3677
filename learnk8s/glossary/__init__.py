"""The words of the course in both languages: a page, and their meaning in running text."""
