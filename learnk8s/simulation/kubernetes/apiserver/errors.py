"""What the API server refuses, in Kubernetes' words. Models apimachinery/pkg/api/errors (1.36)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from learnk8s.simulation.kubernetes.objects.document import Doc


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that is wrong with one field. `kind` is a metav1.CauseType."""

    kind: str
    message: str
    field: str

    def document(self) -> Doc:
        """Return it as it stands in a Status."""
        return {"reason": self.kind, "message": self.message, "field": self.field}


Causes = Iterator[Cause]
"""What a check yields."""


class ApiError(Exception):
    """A refused request; `status` is the Status document that a client gets."""

    def __init__(self, code: int, reason: str, message: str, *, details: Doc | None = None) -> None:
        super().__init__(message)
        self.code, self.reason, self.message, self.details = code, reason, message, details

    @property
    def status(self) -> Doc:
        """Return the metav1.Status."""
        status: Doc = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": self.message, "reason": self.reason, "code": self.code}
        status = {key: value for key, value in status.items() if key != "reason" or value}
        return {**status, "details": self.details} if self.details else status


def from_server(error: ApiError, message: str = "") -> str:
    """Return an error as kubectl prints it; one without a reason has no brackets. `message` is said instead of the error's own. Models cmd/util StandardErrorMessage."""
    return f"Error from server{f' ({error.reason})' if error.reason else ''}: {message or error.message}"


class Acts(Exception):
    """A request would change something in a container, but whoever sends it only looks: it has to be made an input."""


def _details(resource: str, name: str, causes: Sequence[Cause] = ()) -> Doc:
    plural, _, group = resource.partition(".")
    details: Doc = {"name": name, "group": group, "kind": plural}
    if causes:
        details["causes"] = [cause.document() for cause in causes]
    return {key: value for key, value in details.items() if value}


def not_found(resource: str, name: str) -> ApiError:
    """`pods "web" not found`"""
    return ApiError(404, "NotFound", f'{resource} "{name}" not found', details=_details(resource, name))


def already_exists(resource: str, name: str) -> ApiError:
    """`pods "web" already exists`"""
    return ApiError(409, "AlreadyExists", f'{resource} "{name}" already exists', details=_details(resource, name))


def conflict(resource: str, name: str, why: str) -> ApiError:
    """`Operation cannot be fulfilled on pods "web": …`"""
    return ApiError(409, "Conflict", f'Operation cannot be fulfilled on {resource} "{name}": {why}', details=_details(resource, name))


ANY_VERSION = (None, "", "0")
"""What a writer sends as resourceVersion who does not care which version it replaces."""
STALE = "the object has been modified; please apply your changes to the latest version and try again"


def invalid(kind: str, group: str, name: str, causes: Sequence[Cause]) -> ApiError:
    """`Deployment.apps "web" is invalid: …`; several causes stand in brackets."""
    texts = [f"{cause.field}: {cause.message}" for cause in causes]
    whole = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    qualified = f"{kind}.{group}" if group else kind
    details: Doc = {"name": name, "group": group, "kind": kind, "causes": [cause.document() for cause in causes]}
    return ApiError(422, "Invalid", f'{qualified} "{name}" is invalid: {whole}', details={key: value for key, value in details.items() if value})


def forbidden(resource: str, name: str, why: str) -> ApiError:
    """`pods "web" is forbidden: …`"""
    subject = f'{resource} "{name}" is forbidden' if name else f"{resource} is forbidden"
    return ApiError(403, "Forbidden", f"{subject}: {why}", details=_details(resource, name))


def bad_request(message: str) -> ApiError:
    """A request that cannot be read."""
    return ApiError(400, "BadRequest", message)


def method_not_allowed(verb: str, resource: str) -> ApiError:
    """`delete is not supported on resources of kind "x"`"""
    return ApiError(405, "MethodNotAllowed", f'{verb} is not supported on resources of kind "{resource}"', details=_details(resource, ""))


def required(field: str, what: str = "") -> Cause:
    """`Required value: …`"""
    return Cause("FieldValueRequired", f"Required value: {what}" if what else "Required value", field)


def bad_value(field: str, value: Any, why: str) -> Cause:
    """`Invalid value: "x": …`; strings are quoted, numbers are not."""
    return Cause("FieldValueInvalid", f"Invalid value: {shown(value)}: {why}", field)


def unsupported(field: str, value: Any, allowed: Sequence[str]) -> Cause:
    """`Unsupported value: "x": supported values: "a", "b"`"""
    return Cause("FieldValueNotSupported", f"Unsupported value: {shown(value)}: supported values: {', '.join(shown(word) for word in allowed)}", field)


def duplicate(field: str, value: Any) -> Cause:
    """`Duplicate value: "x"`"""
    return Cause("FieldValueDuplicate", f"Duplicate value: {shown(value)}", field)


def missing(field: str, value: Any) -> Cause:
    """`Not found: "x"`"""
    return Cause("FieldValueNotFound", f"Not found: {shown(value)}", field)


def too_long(field: str, bytes_max: int) -> Cause:
    """`Too long: may not be more than 5 bytes`"""
    return Cause("FieldValueTooLong", f"Too long: may not be more than {bytes_max} bytes", field)


def too_many(field: str, count: int, count_max: int) -> Cause:
    """`Too many: 7: must have at most 5 items`"""
    return Cause("FieldValueTooMany", f"Too many: {count}: must have at most {count_max} item{'s' if count_max != 1 else ''}", field)


def immutable(field: str, value: Any) -> Cause:
    """A field that may not change."""
    return bad_value(field, value, "field is immutable")


def not_allowed(field: str, why: str) -> Cause:
    """`Forbidden: …`"""
    return Cause("FieldValueForbidden", f"Forbidden: {why}", field)


class Verbatim(str):
    """A value that is written as it is: a struct of Go, whose fields have an order."""

    __slots__ = ()


def go_struct(found: Any) -> Verbatim:
    """Return a struct of Go whose fields are in this order."""
    import json

    return Verbatim(json.dumps(found, separators=(",", ":"), ensure_ascii=False))


def shown(value: Any) -> str:
    """Return a value as field errors print it."""
    import json

    if isinstance(value, Verbatim):
        return str(value)
    if isinstance(value, (dict, list)):
        return json.dumps(value, separators=(",", ":"), sort_keys=True)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def outage(part: str) -> ApiError:
    """Return what a client is told while the API server or its database does not answer."""
    if part == "etcd":
        return ApiError(500, "InternalError", "etcdserver: request timed out")
    return ApiError(503, "ServiceUnavailable", "the API server of this cluster does not run")
