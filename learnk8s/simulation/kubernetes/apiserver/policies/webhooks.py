"""Admission webhooks: servers in the cluster that are asked over HTTPS. Models apiserver/pkg/admission/plugin/webhook (1.36).

A webhook is called through its Service: there must be a ready pod behind it whose program is known to answer reviews (`server.hooks`). All other calls fail
as they do on a real cluster, and the failure policy decides.
"""

from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from learnk8s.simulation.kernel.cel.syntax import CelError
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError, forbidden
from learnk8s.simulation.kubernetes.apiserver.patches import json_patch
from learnk8s.simulation.kubernetes.apiserver.policies.attempt import GROUP, Attempt, rule_fits, selectors_fit
from learnk8s.simulation.kubernetes.apiserver.policies.expressions import conditions_hold, variables_of
from learnk8s.simulation.kubernetes.objects.document import Doc

if TYPE_CHECKING:
    from learnk8s.simulation.kubernetes.apiserver.server import ApiServer

RESOURCES = {"Validating": f"validatingwebhookconfigurations.{GROUP}", "Mutating": f"mutatingwebhookconfigurations.{GROUP}"}
TIMEOUT_S = 10


class CallFailed(Exception):
    """A webhook could not be asked; the message says why, in the words of Go's HTTP client."""


def _hooks(server: "ApiServer", kind: str, attempt: Attempt) -> Iterator[Doc]:
    """Yield the webhooks that want to be asked, configurations by name."""
    for configuration in server.store.list(RESOURCES[kind]):
        for hook in configuration.get("webhooks") or ():
            if any(rule_fits(rule, attempt) for rule in hook.get("rules") or ()) and selectors_fit(hook, attempt, server.store) and _wants(hook, server, attempt):
                yield hook


def _wants(hook: Doc, server: "ApiServer", attempt: Attempt) -> bool:
    if not hook.get("matchConditions"):
        return True
    try:
        return conditions_hold(hook["matchConditions"], variables_of(attempt, server.store))
    except CelError as error:
        if hook.get("failurePolicy", "Fail") == "Ignore":
            return False
        raise forbidden(attempt.kind.resource, attempt.name, str(error)) from None


def validated(server: "ApiServer", attempt: Attempt) -> list[str]:
    """Ask the validating webhooks; return their warnings. Raises ApiError."""
    warnings: list[str] = []
    for hook in _hooks(server, "Validating", attempt):
        answer = _asked(server, hook, attempt)
        if answer is not None:
            warnings += answer.get("warnings") or []
            _check(hook, answer)
    return warnings


def mutated(server: "ApiServer", attempt: Attempt) -> Doc:
    """Return the object as the mutating webhooks want it. Raises ApiError."""
    assert attempt.new is not None
    doc = attempt.new
    for hook in _hooks(server, "Mutating", attempt):
        answer = _asked(server, hook, replace(attempt, new=doc))
        if answer is not None:
            _check(hook, answer)
            if answer.get("patch"):
                doc = json_patch(doc, _patch(answer["patch"]))
    return doc


def _patch(text: Any) -> Any:
    import json

    return text if isinstance(text, list) else json.loads(b64decode(text))


def _check(hook: Doc, answer: Doc) -> None:
    if answer.get("allowed"):
        return
    status = answer.get("status") or {}
    why = f": {status['message']}" if status.get("message") else f": {status['reason']}" if status.get("reason") else " without explanation"
    code = status.get("code") or 400
    raise ApiError(code, status.get("reason") or {403: "Forbidden", 400: "BadRequest"}.get(code, "BadRequest"), f'admission webhook "{hook["name"]}" denied the request{why}')


def _asked(server: "ApiServer", hook: Doc, attempt: Attempt) -> Doc | None:
    """Return the answer to a review, or None if the call failed and that may be ignored. Raises ApiError 500."""
    review: Doc = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {**attempt.document(server.store.dice.uid("review")), "object": attempt.new, "oldObject": attempt.old}}
    try:
        if attempt.is_dry and hook.get("sideEffects") not in ("None", "NoneOnDryRun"):
            raise ApiError(400, "BadRequest", f'admission webhook "{hook["name"]}" does not support dry run')
        return called(server, hook.get("clientConfig") or {}, review, timeout_s=hook.get("timeoutSeconds", TIMEOUT_S)).get("response") or {}
    except CallFailed as failure:
        if hook.get("failurePolicy", "Fail") == "Ignore":
            return None
        raise ApiError(500, "InternalError", f'Internal error occurred: failed calling webhook "{hook["name"]}": failed to call webhook: {failure}', details={"causes": [{"message": f'failed calling webhook "{hook["name"]}": failed to call webhook: {failure}'}]}) from None


def called(server: "ApiServer", client: Doc, review: Doc, *, timeout_s: int | None) -> Doc:
    """Return what a webhook's server answers. Raises CallFailed."""
    query = f"?timeout={timeout_s}s" if timeout_s else ""
    service = client.get("service")
    if not service:
        url = client.get("url", "")
        host = url.partition("://")[2].partition("/")[0]
        raise CallFailed(f'Post "{url}{query}": dial tcp: lookup {host.partition(":")[0]}: no such host')
    namespace, name, port = service.get("namespace", ""), service.get("name", ""), service.get("port", 443)
    path = "/" + str(service.get("path") or "").lstrip("/")
    head = f'Post "https://{name}.{namespace}.svc:{port}{path}{query}"'
    found = server.store.get("services", namespace, name)
    if found is None:
        raise CallFailed(f'{head}: service "{name}" not found')
    if not any(entry.get("port") == port for entry in found["spec"].get("ports") or ()):
        raise CallFailed(f'{head}: no service port {port} found for service "{name}"')
    pods = [pod for pod in server.store.pods_labelled(namespace, found["spec"]["selector"]) if _is_ready(pod)] if found["spec"].get("selector") else []
    if not pods:
        raise CallFailed(f'{head}: no endpoints available for service "{name}"')
    if not client.get("caBundle"):
        raise CallFailed(f"{head}: tls: failed to verify certificate: x509: certificate signed by unknown authority")
    for hook in server.hooks:
        answer = hook(pods[0], path, review)
        if answer is not None:
            if (answer.get("response") or {}).get("delay_s", 0) > (timeout_s or TIMEOUT_S):
                raise CallFailed(f"{head}: context deadline exceeded")
            return answer
    raise CallFailed(f"{head}: dial tcp {found['spec'].get('clusterIP', '')}:{port}: connect: connection refused")


def _is_ready(pod: Doc) -> bool:
    return any(entry["type"] == "Ready" and entry["status"] == "True" for entry in pod.get("status", {}).get("conditions") or ())
