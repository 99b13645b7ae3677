"""What `agnhost webhook` answers to admission reviews. Models test/images/agnhost/webhook (1.36), whose server the conformance suite deploys."""

import re
from collections.abc import Callable
from typing import Any

from learnk8s.simulation.kubernetes.kubelet.images.program import Program
from learnk8s.simulation.kubernetes.objects.document import Doc

KEY, NO, FOR_EVER = "webhook-e2e-test", "webhook-disallow", "webhook-nondeletable"
DELAY_S = 5
FOREVER_S = 3_600
"""As good as for ever: no webhook is waited for longer than thirty seconds."""


def _denied(message: str) -> Doc:
    return {"allowed": False, "status": {"message": message}}


def _object(request: Doc) -> Doc:
    return (request.get("oldObject") if request.get("operation") == "DELETE" else request.get("object")) or {}


def _patched(*operations: Doc) -> Doc:
    return {"allowed": True, "patchType": "JSONPatch", "patch": list(operations)}


def _add(path: str, value: Any) -> Doc:
    return {"op": "add", "path": path, "value": value}


def _labels(request: Doc) -> Doc:
    return (_object(request).get("metadata") or {}).get("labels") or {}


def _pods(request: Doc) -> Doc:
    if _labels(request).get(KEY) == "wait-forever":
        return {**_denied("the pod response should not be sent;"), "delay_s": FOREVER_S}
    words = ["the pod contains unwanted label;"] if _labels(request).get(KEY) == NO else []
    words += ["the pod contains unwanted container name;" for container in (_object(request).get("spec") or {}).get("containers") or () if NO in container.get("name", "")]
    return _denied(" ".join(words)) if words else {"allowed": True}


def _mutated_pod(request: Doc) -> Doc:
    if (_object(request).get("metadata") or {}).get("name") != "webhook-to-be-mutated":
        return {"allowed": True}
    return _patched(_add("/spec/initContainers", [{"image": "webhook-added-image", "name": "webhook-added-init-container", "resources": {}}]))


def _attached(request: Doc) -> Doc:
    if request.get("name") == "to-be-attached-pod" and _object(request).get("container") == "container1":
        return _denied("attaching to pod 'to-be-attached-pod' is not allowed")
    return {"allowed": True}


def _data(noun: str, unwanted: str) -> Callable[[Doc], Doc]:
    """Return an answer that asks what an object's data say: some may not be written, some not deleted."""

    def answer(request: Doc) -> Doc:
        word, deletes = (_object(request).get("data") or {}).get(KEY), request.get("operation") == "DELETE"
        if word == NO and not deletes:
            return _denied(f"the {noun} contains unwanted {unwanted}")
        return _denied(f"the {noun} cannot be deleted because it contains unwanted key and value") if word == FOR_EVER and deletes else {"allowed": True}

    return answer


def _staged(request: Doc) -> Doc:
    data = _object(request).get("data") or {}
    stages = [_add("/data/mutation-stage-1", "yes")] if data.get("mutation-start") == "yes" else []
    if data.get("mutation-stage-1") == "yes":
        stages = [_add("/data/mutation-stage-2", "yes")]
    return _patched(*stages) if stages else {"allowed": True}


def _labelled(request: Doc) -> Doc:
    found = _labels(request)
    return {"allowed": True} if found.get("added-label") == "yes" else _patched(_add("/metadata/labels/added-label", "yes") if found else _add("/metadata/labels", {"added-label": "yes"}))


ANSWERS: dict[str, Callable[[Doc], Doc]] = {
    "/always-deny": lambda _request: _denied("this webhook denies all requests"), "/always-allow-delay-5s": lambda _request: {"allowed": True, "status": {"message": "this webhook allows all requests"}, "delay_s": DELAY_S},
    "/add-label": _labelled, "/pods": _pods, "/pods/attach": _attached, "/mutating-pods": _mutated_pod, "/configmaps": _data("configmap", "key and value"), "/mutating-configmaps": _staged,
    "/custom-resource": _data("custom resource", "data"), "/mutating-custom-resource": _staged, "/crd": lambda request: _denied("the crd contains unwanted label") if _labels(request).get(KEY) == NO else {"allowed": True},
}


SERVERS = ("webhook", "crd-conversion-webhook")
MEMORY_BYTES = 16 * 2**20


def server(words: list[str]) -> Program:
    """Return the program: it listens with TLS and says that it is ready."""
    port = next((int(word.partition("=")[2]) for word in words if re.fullmatch(r"--port=\d+", word)), 443)
    return Program("agnhost", ports=(port,), memory_bytes=MEMORY_BYTES, processes=(f"/agnhost {' '.join(words)}",),
                   answer=lambda facts, path, method: (200, "ok") if path.partition("?")[0] == "/readyz" else (400, "contentType=, expect application/json"))


def _converted(doc: Doc, wanted: str) -> Doc:
    """Return an object of the suite's own kind in its other version: v1 has host and port in one field."""
    found = {**doc, "apiVersion": wanted}
    if wanted.endswith("/v2") and "hostPort" in found:
        host, _, port = str(found.pop("hostPort")).partition(":")
        return {**found, "host": host, "port": port}
    if wanted.endswith("/v1") and ("host" in found or "port" in found):
        together = f"{found.pop('host', '')}:{found.pop('port', '')}"
        return {**found, "hostPort": together}
    return found


def _conversion(review: Doc) -> Doc:
    request = review["request"]
    response = {"uid": request.get("uid", ""), "result": {"status": "Success"}, "convertedObjects": [_converted(doc, request["desiredAPIVersion"]) for doc in request["objects"]]}
    return {"apiVersion": review["apiVersion"], "kind": review["kind"], "response": response}


def answered(pod: Doc, path: str, review: Doc) -> Doc | None:
    """Return the review with its answer, or None if the pod runs something else."""
    modes = [(container.get("args") or [""])[0] for container in pod["spec"]["containers"] if "agnhost" in container.get("image", "")]
    if review["kind"] == "ConversionReview":
        return _conversion(review) if "crd-conversion-webhook" in modes and path == "/crdconvert" else None
    if "webhook" not in modes:
        return None
    answer = ANSWERS.get(path)
    if answer is None:
        return None
    request = review["request"]
    return {"apiVersion": review["apiVersion"], "kind": review["kind"], "response": {"uid": request.get("uid", ""), **answer(request)}}
