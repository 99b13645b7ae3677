"""What clients ask of the API server and what they get."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from learnk8s.simulation.kubernetes.objects.document import Doc

ADMIN_GROUPS = ("system:masters", "system:authenticated")


@dataclass(frozen=True, slots=True)
class Request:
    """One request: verb, place, body and options (`dryRun`, `labelSelector`, `patchType`, `gracePeriodSeconds` ...)."""

    verb: str
    resource: str
    namespace: str = ""
    name: str = ""
    subresource: str = ""
    body: Any = None
    options: Mapping[str, Any] = field(default_factory=dict)
    user: str = "kubernetes-admin"
    groups: tuple[str, ...] = ADMIN_GROUPS
    uid: str = ""
    extra: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    version: str = ""
    """Through which version of a group: "" means the one that is stored."""


@dataclass(frozen=True, slots=True)
class Response:
    """The document that answers a request, with its HTTP code and warnings."""

    doc: Doc
    code: int = 200
    warnings: tuple[str, ...] = ()
