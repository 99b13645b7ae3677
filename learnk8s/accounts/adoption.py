"""What somebody did before they had an account becomes theirs when they sign up or log in."""

from importlib import import_module

from learnk8s.accounts.models import User

ADOPTERS = ("learnk8s.playground.actions.adopt", "learnk8s.lessons.actions.adopt", "learnk8s.quizzes.adopting.adopt", "learnk8s.challenges.actions.adopt", "learnk8s.notes.actions.adopt")
"""Functions `adopt(user, session_key)`, one for each app that keeps rows of anonymous visitors."""


def adopt_all(user: User, session_key: str) -> None:
    """Give all rows of an anonymous session to a person."""
    if not session_key:
        return
    for name in ADOPTERS:
        module, _, function = name.rpartition(".")
        getattr(import_module(module), function)(user, session_key)
