"""Lessons, quizzes and labs as files: reading, checking, rendering, grading. Pure: no Django."""

from learnk8s.courseware.lesson import Lesson, Parsed, parse_lesson
from learnk8s.courseware.problem import Problem

__all__ = ["Lesson", "Parsed", "Problem", "parse_lesson"]
