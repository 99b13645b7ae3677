"""How much a sandbox takes in the database: for `make bench`."""

from django.db import transaction

from learnk8s.playground import actions
from learnk8s.web.visitor import Visitor

LINES = ("kubectl create deployment web --image=nginx:1.27 --replicas=30", "kubectl get pods", "kubectl get pods -o wide", "kubectl describe deployment web", "kubectl scale deployment web --replicas=%d", "kubectl get events", "kubectl expose deployment web --port=80",
         "kubectl get all", "kubectl set image deployment/web nginx=nginx:1.2%d", "kubectl rollout undo deployment/web")


class _Measured(Exception):
    """Raised to take everything back."""


def stored_bytes() -> int:
    """Return the bytes of all columns of a sandbox with 30 pods and 200 inputs; nothing of it stays."""
    total = 0
    try:
        with transaction.atomic():
            sandbox = actions.new_sandbox(visitor=Visitor(None, "measuring"))
            for number in range(200):
                line = LINES[number % len(LINES)]
                seen = actions.type_line(sandbox, line % (25 + number % 6) if "%d" in line else line)
                sandbox = actions.jump(seen.sandbox, 5)
            total = sum(len(entry.input.encode()) + len(entry.output.encode()) + 40 for entry in sandbox.entries.all()) + sum(len(checkpoint.dump) for checkpoint in sandbox.checkpoints.all())
            raise _Measured
    except _Measured:
        return total
