"""Settings from the environment, read with a type; a value that cannot be read stops the start with a sentence."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """Return a text."""
    return os.environ.get(name, default)


def flag(name: str, *, default: bool) -> bool:
    """Return a yes or no. Raises ImproperlyConfigured for anything else."""
    value = os.environ.get(name, "1" if default else "0").lower()
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("0", "false", "no", "off", ""):
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}")


def words(name: str, default: str = "") -> list[str]:
    """Return a list parted by commas."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def secret_key(folder: Path) -> str:
    """Return LEARNK8S_SECRET_KEY, or the key in a file that is made on the first start."""
    given = os.environ.get("LEARNK8S_SECRET_KEY")
    if given:
        return given
    path = folder / "secret.key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()
