"""How the commands find a sandbox: by its id, or by the path of its kubeconfig."""

from pathlib import Path

from django.core.management.base import CommandError

from learnk8s.playground.models import Sandbox


def sandbox_called(word: str) -> Sandbox:
    """Return the sandbox. Raises CommandError if there is none."""
    sandbox = Sandbox.objects.filter(pk=Path(word).stem if "/" in word else word).first()
    if sandbox is None:
        raise CommandError(f"there is no sandbox {word}")
    return sandbox
