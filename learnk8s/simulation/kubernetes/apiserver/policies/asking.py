"""The policies asked about one attempt, and what they say. Models apiserver/pkg/admission/plugin/policy/{generic,validating,mutating} (1.36)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from learnk8s.simulation.kernel.cel.syntax import CelError
from learnk8s.simulation.kubernetes.apiserver import errors
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.apiserver.managed import applying, fields
from learnk8s.simulation.kubernetes.apiserver.patches import json_patch
from learnk8s.simulation.kubernetes.apiserver.policies import webhooks
from learnk8s.simulation.kubernetes.apiserver.policies.attempt import CONNECT, CREATE, DELETE, GROUP, UPDATE, Attempt, resources_fit
from learnk8s.simulation.kubernetes.apiserver.policies.expressions import Variables, answer, conditions_hold, parameters, plain, variables_of, with_variables
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Store

if TYPE_CHECKING:
    from learnk8s.simulation.kubernetes.apiserver.server import ApiServer

__all__ = ["CONNECT", "CREATE", "DELETE", "UPDATE", "Attempt", "asks_anybody", "changed", "checked"]
VALIDATING, MUTATING = "ValidatingAdmissionPolicy", "MutatingAdmissionPolicy"
POLICIES = {VALIDATING: (f"validatingadmissionpolicies.{GROUP}", f"validatingadmissionpolicybindings.{GROUP}"), MUTATING: (f"mutatingadmissionpolicies.{GROUP}", f"mutatingadmissionpolicybindings.{GROUP}")}
CODES = {"Unauthorized": 401, "Forbidden": 403, "Invalid": 422, "RequestEntityTooLarge": 413}
NOT_FOUND = "no params found for policy binding with `Deny` parameterNotFoundAction"


def asks_anybody(store: Store) -> bool:
    """Say whether there is any policy or webhook in the cluster."""
    return any(store.count(binding) for _policy, binding in POLICIES.values()) or any(store.count(resource) for resource in webhooks.RESOURCES.values())


def _pairs(store: Store, kind: str, attempt: Attempt) -> Iterator[tuple[Doc, Doc]]:
    """Yield the bindings that speak of an attempt with their policies, by name."""
    resource, bindings = POLICIES[kind]
    for binding in store.list(bindings):
        policy = store.get(resource, "", binding["spec"].get("policyName", ""))
        if policy is None or not resources_fit(policy["spec"].get("matchConstraints") or {}, attempt, store):
            continue
        if resources_fit(binding["spec"].get("matchResources") or {}, attempt, store):
            yield policy, binding


class _Misconfigured(Exception):
    """A policy or binding that cannot be asked; the message says why."""


def _rounds(server: "ApiServer", policy: Doc, binding: Doc, attempt: Attempt, found: Variables) -> Iterator[Variables]:
    """Yield what a policy sees, once for each parameter."""
    kind, reference = policy["spec"].get("paramKind"), binding["spec"].get("paramRef")
    if not kind:
        yield found
        return
    if not reference:
        yield {**found, "params": None}
        return
    served = next((other for other in server.kinds() if other.api_version == kind.get("apiVersion") and other.kind == kind.get("kind")), None)
    if served is None:
        raise _Misconfigured(f"failed to configure policy: failed to find resource referenced by paramKind: '{kind.get('apiVersion')}, Kind={kind.get('kind')}'")
    docs = parameters(server.store, served.resource, served.namespaced, reference, attempt.namespace)
    if not docs and reference.get("parameterNotFoundAction", "Deny") == "Deny":
        raise _Misconfigured(f"failed to configure binding: {NOT_FOUND}")
    for doc in docs:
        yield {**found, "params": doc}


def checked(server: "ApiServer", attempt: Attempt) -> list[str]:
    """Ask all validating policies and webhooks; return their warnings. Raises ApiError if one says no."""
    if attempt.is_exempt:
        return []
    warnings: list[str] = []
    for policy, binding in _pairs(server.store, VALIDATING, attempt):
        for message, reason in _complaints(server, policy, binding, attempt):
            actions = binding["spec"].get("validationActions") or ()
            name, by = policy["metadata"]["name"], binding["metadata"]["name"]
            if "Deny" in actions:
                raise _denied(attempt, f"ValidatingAdmissionPolicy '{name}' with binding '{by}' denied request: {message}", reason)
            if "Warn" in actions:
                warnings.append(f"Validation failed for ValidatingAdmissionPolicy '{name}' with binding '{by}': {message}")
    return [*warnings, *webhooks.validated(server, attempt)]


def _complaints(server: "ApiServer", policy: Doc, binding: Doc, attempt: Attempt) -> Iterator[tuple[str, str]]:
    spec = policy["spec"]
    fails = spec.get("failurePolicy", "Fail") == "Fail"
    try:
        found = variables_of(attempt, server.store)
        if not conditions_hold(spec.get("matchConditions"), found):
            return
        for seen in _rounds(server, policy, binding, attempt, found):
            complete = with_variables(seen, spec.get("variables"))
            for validation in spec.get("validations") or ():
                yield from _complaint(validation, complete, fails=fails)
    except (CelError, _Misconfigured) as error:
        if fails:
            yield str(error), ""


def _complaint(validation: Doc, variables: Variables, *, fails: bool) -> Iterator[tuple[str, str]]:
    text = validation["expression"]
    try:
        if answer(text, variables) is True:
            return
    except CelError as error:
        if fails:
            yield f"expression '{text.strip()}' resulted in error: {error}", ""
        return
    yield _message(validation, variables), str(validation.get("reason") or "")


def _message(validation: Doc, variables: Variables) -> str:
    if validation.get("messageExpression"):
        try:
            found = answer(validation["messageExpression"], variables)
            if isinstance(found, str) and found.strip() and "\n" not in found and len(found) <= 5 * 1024:
                return found.strip()
        except CelError:
            pass
    return str(validation.get("message") or "").strip() or f"failed expression: {validation['expression'].strip()}"


def _denied(attempt: Attempt, message: str, reason: str) -> ApiError:
    error = errors.forbidden(attempt.kind.resource, attempt.name, message)
    reason = reason or "Invalid"
    return ApiError(CODES.get(reason, 422), reason, error.message, details={**(error.details or {}), "causes": [{"message": message}]})


# Changing what is written


def changed(server: "ApiServer", attempt: Attempt) -> Doc:
    """Return the object as mutating policies and webhooks want it. Raises ApiError if one fails."""
    assert attempt.new is not None
    if attempt.is_exempt:
        return attempt.new
    for policy, binding in _pairs(server.store, MUTATING, attempt):
        attempt = replace(attempt, new=_mutated(server, policy, binding, attempt))
    return webhooks.mutated(server, attempt)


def _mutated(server: "ApiServer", policy: Doc, binding: Doc, attempt: Attempt) -> Doc:
    spec, doc = policy["spec"], attempt.new
    assert doc is not None
    try:
        found = variables_of(attempt, server.store)
        if not conditions_hold(spec.get("matchConditions"), found):
            return doc
        for seen in _rounds(server, policy, binding, attempt, found):
            for mutation in spec.get("mutations") or ():
                complete = with_variables({**seen, "object": doc}, spec.get("variables"))
                doc = _applied(mutation, doc, complete, attempt)
    except (CelError, _Misconfigured, ApiError) as error:
        if spec.get("failurePolicy", "Fail") == "Ignore":
            return doc
        raise _denied(attempt, f"policy '{policy['metadata']['name']}' with binding '{binding['metadata']['name']}' denied request: {error}", "") from None
    return doc


def _applied(mutation: Doc, doc: Doc, variables: Variables, attempt: Attempt) -> Doc:
    is_patch = mutation.get("patchType") == "JSONPatch"
    text = (mutation.get("jsonPatch" if is_patch else "applyConfiguration") or {}).get("expression", "")
    try:
        wanted: Any = plain(answer(text, variables))
    except CelError as error:
        raise CelError(f"expression '{text.strip()}' resulted in error: {error}") from None
    if is_patch:
        patched: Doc = json_patch(doc, wanted)
        return patched
    if not isinstance(wanted, dict):
        raise CelError(f"expression '{text.strip()}' does not make an object")
    with fields.shaped_by(getattr(attempt.kind, "schema", None)):
        merged: Doc = applying.put_over(doc, {key: value for key, value in wanted.items() if key not in ("apiVersion", "kind")})
    return merged
