"""Questions that are asked by creating an object that is not kept: may I, who am I. Models pkg/registry/{authorization,authentication} (1.36)."""

from collections.abc import Callable
from typing import Any

from learnk8s.simulation.kubernetes.apiserver import authorisation, errors
from learnk8s.simulation.kubernetes.apiserver.request import Request, Response
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Store

AUTHORISATION, AUTHENTICATION = "authorization.k8s.io", "authentication.k8s.io"


def _spec(request: Request) -> Doc:
    body = request.body
    spec = body.get("spec") if isinstance(body, dict) else None
    return spec if isinstance(spec, dict) else {}


def _asked(spec: Doc, user: str, groups: tuple[str, ...]) -> Request:
    found = spec.get("resourceAttributes")
    found = found if isinstance(found, dict) else {}
    group, plural = str(found.get("group", "")), str(found.get("resource", ""))
    return Request(str(found.get("verb", "")), f"{plural}.{group}" if group and group != "*" else plural if group != "*" else f"{plural}.*", str(found.get("namespace", "")), str(found.get("name", "")), str(found.get("subresource", "")), user=user, groups=groups)


def _answer(store: Store, spec: Doc, user: str, groups: tuple[str, ...]) -> Doc:
    path = spec.get("nonResourceAttributes")
    if isinstance(path, dict):
        try:
            authorisation.check_path(store, user, groups, str(path.get("verb", "get")), str(path.get("path", "")))
        except errors.ApiError:
            return {"allowed": False}
        return {"allowed": True, "reason": _why(groups)}
    return {"allowed": True, "reason": _why(groups)} if authorisation.allowed(store, _asked(spec, user, groups)) else {"allowed": False}


def _why(groups: tuple[str, ...]) -> str:
    return "" if authorisation.MASTERS in groups else "RBAC: allowed by a role of the user"


def _self(store: Store, request: Request) -> Doc:
    if not _spec(request).get("resourceAttributes") and not _spec(request).get("nonResourceAttributes"):
        raise errors.invalid("SelfSubjectAccessReview", AUTHORISATION, "", [errors.bad_value("spec.resourceAttributes", None, "exactly one of nonResourceAttributes or resourceAttributes must be specified")])
    return _answer(store, _spec(request), request.user, request.groups)


def _other(store: Store, request: Request) -> Doc:
    spec = _spec(request)
    if not spec.get("user") and not spec.get("groups"):
        raise errors.invalid("SubjectAccessReview", AUTHORISATION, "", [errors.bad_value("spec.user", "", "at least one of user or group must be specified")])
    return _answer(store, spec, str(spec.get("user", "")), tuple(str(word) for word in spec.get("groups") or ()))


def _rules(store: Store, request: Request) -> Doc:
    rules = list(authorisation.rules_of(store, request.user, request.groups, str(_spec(request).get("namespace", ""))))
    if authorisation.MASTERS in request.groups:
        rules = [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}, {"verbs": ["*"], "nonResourceURLs": ["*"]}, *rules]
    return {"resourceRules": [rule for rule in rules if rule.get("resources")], "nonResourceRules": [rule for rule in rules if rule.get("nonResourceURLs")], "incomplete": False}


def _me(store: Store, request: Request) -> Doc:
    return {"userInfo": {"username": request.user, "groups": list(request.groups)}}


def _token(store: Store, request: Request) -> Doc:
    return {"user": {}, "error": "[invalid bearer token]"}


REVIEWS: dict[str, Callable[[Store, Request], Doc]] = {
    f"selfsubjectaccessreviews.{AUTHORISATION}": _self, f"subjectaccessreviews.{AUTHORISATION}": _other, f"localsubjectaccessreviews.{AUTHORISATION}": _other, f"selfsubjectrulesreviews.{AUTHORISATION}": _rules,
    f"selfsubjectreviews.{AUTHENTICATION}": _me, f"tokenreviews.{AUTHENTICATION}": _token,
}


def reviewed(store: Store, api_version: str, kind: str, request: Request) -> Response:
    """Answer a review. Raises ApiError."""
    body: Any = request.body
    if not isinstance(body, dict):
        raise errors.bad_request("the object provided is unrecognized")
    metadata = body.get("metadata") if isinstance(body.get("metadata"), dict) else {}
    return Response({"kind": kind, "apiVersion": api_version, "metadata": {**metadata, "creationTimestamp": None}, "spec": body.get("spec") or {}, "status": REVIEWS[request.resource](store, request)}, 201)
