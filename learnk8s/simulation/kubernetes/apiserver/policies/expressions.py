"""What expressions of policies and webhooks can see: the objects, the request, parameters, variables, and the authorizer.

Models apiserver/pkg/admission/plugin/cel (1.36).
"""

from collections.abc import Callable, Mapping
from typing import Any

from learnk8s.simulation.kernel.cel.checking import checked_type
from learnk8s.simulation.kernel.cel.evaluation import Lazy, evaluated
from learnk8s.simulation.kernel.cel.syntax import CelError, CompileError
from learnk8s.simulation.kernel.cel.values import Special, TypedObject
from learnk8s.simulation.kubernetes.apiserver import authorisation
from learnk8s.simulation.kubernetes.apiserver.custom.rules import tree_of
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.apiserver.policies.attempt import Attempt
from learnk8s.simulation.kubernetes.apiserver.request import Request
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Store

Variables = dict[str, Any]
NAMES = ("object", "oldObject", "request", "namespaceObject", "authorizer")


def variables_of(attempt: Attempt, store: Store) -> Variables:
    """Return what every expression about an attempt can see."""
    space = store.get("namespaces", "", attempt.namespace) if attempt.kind.namespaced else None
    found: Variables = {"object": attempt.new, "oldObject": attempt.old, "request": {"subResource": "", **attempt.document()}, "namespaceObject": space}
    check = Request("", attempt.kind.resource, attempt.namespace, attempt.name, attempt.subresource, user=attempt.user, groups=attempt.groups)
    found["authorizer"] = {"requestResource": Special("kubernetes.authorization.ResourceCheck", (store, check))}
    return found


def with_variables(found: Variables, rows: Any) -> Variables:
    """Return what a policy's expressions can see: its own variables are computed when they are asked for."""
    own: dict[str, Any] = {}
    complete = {**found, "variables": own}
    for row in rows or ():
        own[row["name"]] = Lazy(lambda text=row["expression"]: answer(text, complete))
    return complete


def answer(text: str, variables: Mapping[str, Any]) -> Any:
    """Return what an expression says. Raises CelError."""
    try:
        return evaluated(tree_of(text), variables, functions=AUTHORIZER)
    except CompileError as error:
        raise CelError(f"compilation error: {error}") from None


def compiled(text: str, *, params: bool, variables: Mapping[str, Any] | None = None, known: Mapping[str, Any] | None = None) -> Any:
    """Return the type of an expression. Raises CompileError."""
    scope: dict[str, Any] = dict.fromkeys(NAMES, "dyn") | {"variables": ("object", dict(variables or {}))}
    return checked_type(text, tree_of(text), scope | ({"params": "dyn"} if params else {}) | dict(known or {}), functions=dict.fromkeys(AUTHORIZER, "dyn") | {"allowed": "bool", "reason": "string", "errored": "bool", "error": "string"})


def plain(value: Any) -> Any:
    """Return what an expression made as JSON."""
    if isinstance(value, TypedObject):
        return plain(value.fields)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


# The authorizer


def _check(value: Any) -> tuple[Store, Request]:
    if not isinstance(value, Special) or not value.kind.startswith("kubernetes.authorization."):
        raise CelError("no such overload")
    store, request = value.key
    return store, request


def _authorizer(value: Any) -> tuple[Store, Request]:
    return _check(value["requestResource"]) if isinstance(value, dict) and "requestResource" in value else _check(value)


def _changed(value: Any, kind: str, **parts: Any) -> Special:
    from dataclasses import replace

    store, request = _authorizer(value)
    return Special(f"kubernetes.authorization.{kind}", (store, replace(request, **parts)))


def _resource(value: Any, plural: str) -> Special:
    _store, request = _check(value)
    group = request.resource.partition(".")[2]
    return _changed(value, "ResourceCheck", resource=f"{plural}.{group}" if group else plural, namespace="", name="", subresource="")


def _verb(value: Any, verb: str) -> Special:
    store, request = _check(value)
    if value.kind.endswith("PathCheck"):
        try:
            authorisation.check_path(store, request.user, request.groups, verb, request.name)
        except ApiError:
            return Special("kubernetes.authorization.Decision", (store, request), "")
        return Special("kubernetes.authorization.Decision", (store, request), "allowed")
    from dataclasses import replace

    return Special("kubernetes.authorization.Decision", (store, request), "allowed" if authorisation.allowed(store, replace(request, verb=verb)) else "")


def _service_account(value: Any, namespace: str, name: str) -> Special:
    return _changed(value, "Authorizer", user=f"system:serviceaccount:{namespace}:{name}", groups=("system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated"))


AUTHORIZER: dict[str, Callable[..., Any]] = {
    "path": lambda value, path: _changed(value, "PathCheck", name=path), "group": lambda value, group: _changed(value, "GroupCheck", resource=f".{group}" if group else ""), "serviceAccount": _service_account,
    "resource": _resource, "subresource": lambda value, name: _changed(value, "ResourceCheck", subresource=name), "namespace": lambda value, name: _changed(value, "ResourceCheck", namespace=name), "name": lambda value, name: _changed(value, "ResourceCheck", name=name),
    "check": _verb, "allowed": lambda value: value.text == "allowed", "reason": lambda value: "", "errored": lambda value: False, "error": lambda value: "", "fieldSelector": lambda value, _text: value, "labelSelector": lambda value, _text: value,
}


def conditions_hold(conditions: Any, variables: Variables) -> bool:
    """Say whether all match conditions hold. Raises CelError if one cannot be evaluated and none says no."""
    failure: CelError | None = None
    for condition in conditions or ():
        try:
            if answer(condition["expression"], variables) is not True:
                return False
        except CelError as error:
            failure = failure or error
    if failure:
        raise failure
    return True


def parameters(store: Store, resource: str, namespaced: bool, reference: Doc, namespace: str) -> list[Doc]:
    """Return the objects that a paramRef means."""
    from learnk8s.simulation.kubernetes.apiserver.field_rules import selects

    place = (reference.get("namespace") or namespace) if namespaced else ""
    if reference.get("name"):
        found = store.get(resource, place, reference["name"])
        return [found] if found else []
    return [doc for doc in store.list(resource, place if namespaced else None) if selects(reference.get("selector") or {}, doc["metadata"].get("labels") or {})]
