"""How much a sandbox takes in the database, and how long the way back to a moment takes: for `make bench`."""

import gc
import time

from django.db import transaction

from learnk8s.playground import actions, live, queries, trail
from learnk8s.playground.models import Sandbox
from learnk8s.web.visitor import Visitor

LINES = ("kubectl create deployment web --image=nginx:1.27 --replicas=30", "kubectl get pods", "kubectl get pods -o wide", "kubectl describe deployment web", "kubectl scale deployment web --replicas=%d", "kubectl get events", "kubectl expose deployment web --port=80",
         "kubectl get all", "kubectl set image deployment/web nginx=nginx:1.2%d", "kubectl rollout undo deployment/web")
MOMENTS = 40


class _Measured(Exception):
    """Raised to take everything back."""


def _session(inputs: int, *, every_s: float) -> Sandbox:
    sandbox = actions.new_sandbox(visitor=Visitor(None, "measuring"))
    for number in range(inputs):
        line = LINES[number % len(LINES)]
        seen = actions.type_line(sandbox, line % (25 + number % 6) if "%d" in line else line)
        sandbox = actions.jump(seen.sandbox, every_s)
    return sandbox


def stored_bytes() -> int:
    """Return the bytes of all columns of a sandbox with 30 pods and 200 inputs; nothing of it stays."""
    total = 0
    try:
        with transaction.atomic():
            sandbox = _session(200, every_s=5)
            total = sum(len((entry.input + entry.output + entry.prompt + entry.once).encode()) + 40 for entry in sandbox.entries.all()) + sum(len(checkpoint.dump) for checkpoint in sandbox.checkpoints.all())
            live.forget(sandbox.id)
            raise _Measured
    except _Measured:
        return total


def slowest_rewind_ms(*, cold: bool = False) -> float:
    """Return the CPU milliseconds of the slowest way back in a session of an hour and 300 inputs, in the process in which it was lived; cold: in one that has only the database and the shelf."""
    slowest = 0.0
    try:
        with transaction.atomic():
            sandbox = _session(300, every_s=12)
            gc.collect()
            gc.freeze()  # what was lived so far would not be there in a new process, nor be looked through
            for number in range(MOMENTS):
                if cold:
                    trail.forget(sandbox.id)
                    live.forget_live(sandbox.id)
                start = time.process_time_ns()
                queries.world_then(sandbox, sandbox.anchor_ms * number // MOMENTS)
                slowest = max(slowest, (time.process_time_ns() - start) / 1e6)
            live.forget(sandbox.id)
            raise _Measured
    except _Measured:
        gc.unfreeze()
        return slowest
