"""Questions that are asked by creating an object that is not kept: may I, who am I. Models pkg/registry/{authorization,authentication} (1.36)."""

from collections.abc import Callable
from typing import Any

from learnk8s.simulation.kubernetes.apiserver import authorisation, errors, tokens
from learnk8s.simulation.kubernetes.apiserver.request import Request, Response
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import Kind
from learnk8s.simulation.kubernetes.objects.schema import WrongType, unknown_fields
from learnk8s.simulation.kubernetes.store.store import Store

AUTHORISATION, AUTHENTICATION = "authorization.k8s.io", "authentication.k8s.io"
ONE_OF_TWO = "exactly one of nonResourceAttributes or resourceAttributes must be specified"


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
        return {"allowed": True}
    asked = _asked(spec, user, groups)
    if not authorisation.allowed(store, asked):
        return {"allowed": False}
    why = authorisation.reason(store, asked)
    return {"allowed": True, "reason": why} if why else {"allowed": True}


def _check_attributes(kind: str, spec: Doc) -> None:
    """Refuse a question that asks for nothing, or for two things. Raises ApiError 422."""
    if bool(spec.get("resourceAttributes")) == bool(spec.get("nonResourceAttributes")) and spec.get("resourceAttributes") != {}:
        what = "spec.resourceAttributes" if not spec.get("resourceAttributes") else "spec.nonResourceAttributes"
        shown = spec.get(what.partition(".")[2])
        why = ONE_OF_TWO if not spec.get("resourceAttributes") else "cannot be specified in combination with resourceAttributes"
        raise errors.invalid(kind, AUTHORISATION, "", [errors.bad_value(what, shown, why)])


def _self(store: Store, request: Request) -> Doc:
    spec = _spec(request)
    _check_attributes("SelfSubjectAccessReview", spec)
    return _answer(store, spec, request.user, request.groups)


def _other(store: Store, request: Request) -> Doc:
    spec = _spec(request)
    _check_attributes("SubjectAccessReview", spec)
    if not spec.get("user") and not spec.get("groups"):
        raise errors.invalid("SubjectAccessReview", AUTHORISATION, "", [errors.bad_value("spec.user", "", "at least one of user or group must be specified")])
    return _answer(store, spec, str(spec.get("user", "")), tuple(str(word) for word in spec.get("groups") or ()))


def _local(store: Store, request: Request) -> Doc:
    spec = _spec(request)
    found = spec.get("resourceAttributes")
    namespace = found.get("namespace", "") if isinstance(found, dict) else ""
    if spec.get("nonResourceAttributes"):
        raise errors.invalid("LocalSubjectAccessReview", AUTHORISATION, "", [errors.bad_value("spec.nonResourceAttributes", spec["nonResourceAttributes"], "disallowed on this kind of request")])
    if namespace != request.namespace:
        raise errors.bad_request(f"namespace in the resource attributes ({namespace}) does not match the namespace of the request ({request.namespace})" if namespace else f"namespace on request and in spec.resourceAttributes must match: {request.namespace}")
    return _other(store, request)


def _rules(store: Store, request: Request) -> Doc:
    namespace = str(_spec(request).get("namespace", ""))
    if not namespace:
        raise errors.bad_request("no namespace on request")
    rules = list(authorisation.rules_of(store, request.user, request.groups, namespace))
    return {"resourceRules": [_rule(rule, ("verbs", "apiGroups", "resources", "resourceNames")) for rule in rules if rule.get("resources")], "nonResourceRules": [_rule(rule, ("verbs", "nonResourceURLs")) for rule in rules if rule.get("nonResourceURLs")], "incomplete": False}


def _rule(rule: Doc, names: tuple[str, ...]) -> Doc:
    return {name: rule[name] for name in names if rule.get(name)}


def _me(store: Store, request: Request) -> Doc:
    user: Doc = {"username": request.user, "uid": request.uid, "groups": list(request.groups), "extra": {key: list(values) for key, values in request.extra.items()}}
    return {"userInfo": {key: value for key, value in user.items() if value}}


def _token(store: Store, request: Request) -> Doc:
    spec = _spec(request)
    if not spec.get("token"):
        raise errors.bad_request("token is required for TokenReview in authentication")
    return tokens.who_is(store, str(spec["token"]), [str(word) for word in spec.get("audiences") or ()])


REVIEWS: dict[str, Callable[[Store, Request], Doc]] = {
    f"selfsubjectaccessreviews.{AUTHORISATION}": _self, f"subjectaccessreviews.{AUTHORISATION}": _other, f"localsubjectaccessreviews.{AUTHORISATION}": _local, f"selfsubjectrulesreviews.{AUTHORISATION}": _rules,
    f"selfsubjectreviews.{AUTHENTICATION}": _me, f"tokenreviews.{AUTHENTICATION}": _token,
}


def reviewed(store: Store, kind: Kind, request: Request) -> Response:
    """Answer a review. Raises ApiError."""
    body: Any = request.body
    if not isinstance(body, dict):
        raise errors.bad_request("the object provided is unrecognized")
    if body.get("kind") not in (None, kind.kind) or body.get("apiVersion") not in (None, kind.api_version):
        raise errors.bad_request(f'{body.get("kind")} in version "{kind.version}" cannot be handled as a {kind.kind}')
    try:
        unknown_fields(kind, body)
    except WrongType as wrong:
        raise errors.bad_request(f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}: {wrong}') from None
    metadata = body.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    found: Doc = {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": {**metadata, "creationTimestamp": None}, "spec": body.get("spec") or {}, "status": REVIEWS[request.resource](store, request)}
    if kind.kind == "SelfSubjectReview":
        del found["spec"]
    return Response(found, 201)
