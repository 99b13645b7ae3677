"""Prove that what lessons claim is so, by running their worlds and reading their texts in both languages.

`lesson_findings(files)` returns everything that does not hold, with file and line, in one pass. Nothing here knows Django.
"""

from learnk8s.courseware.proving.finding import Files, Finding
from learnk8s.courseware.proving.lesson import lesson_findings

__all__ = ["Files", "Finding", "lesson_findings"]
