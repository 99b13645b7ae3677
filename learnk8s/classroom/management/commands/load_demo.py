"""`manage.py load_demo`: make the demo class once and print its one-time log-ins."""

from typing import Any

from django.core.management.base import BaseCommand

from learnk8s.accounts.models import User
from learnk8s.classroom import actions
from learnk8s.library.actions import make_editor
from learnk8s.library.models import Course


class Command(BaseCommand):
    """Makes a teacher who may edit the built-in course, two students, and their class."""

    help = "Make the demo class and print its log-ins, once."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the log-ins if the class is new."""
        credentials = actions.create_demo()
        teacher = User.objects.filter(username="teacher").first()
        if teacher is not None:
            for course in Course.objects.all():
                make_editor(course=course, user=teacher)
        for credential in credentials:
            self.stdout.write(f"  {credential.role:<8} {credential.username:<10} {credential.password}")
        if credentials:
            self.stdout.write("  (shown this once)")
