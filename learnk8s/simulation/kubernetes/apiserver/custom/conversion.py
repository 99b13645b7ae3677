"""Custom objects in another version, by asking a webhook. Models apiextensions-apiserver/pkg/apiserver/conversion/webhook_converter.go (1.36)."""

from typing import TYPE_CHECKING

from learnk8s.simulation.kubernetes.apiserver.custom.definitions import Convert
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.apiserver.policies.webhooks import CallFailed, called
from learnk8s.simulation.kubernetes.objects.document import Doc

if TYPE_CHECKING:
    from learnk8s.simulation.kubernetes.apiserver.server import ApiServer

TIMEOUT_S = 30


def converter(server: "ApiServer", definition: Doc) -> Convert:
    """Return what converts the objects of a definition."""
    webhook = definition["spec"]["conversion"].get("webhook") or {}
    client, versions = webhook.get("clientConfig") or {}, webhook.get("conversionReviewVersions") or ["v1"]

    def converted(doc: Doc, wanted: str) -> Doc:
        kind = f"{doc['apiVersion']}, Kind={doc['kind']}"
        review: Doc = {"apiVersion": f"apiextensions.k8s.io/{versions[0]}", "kind": "ConversionReview", "request": {"uid": doc["metadata"].get("uid", ""), "desiredAPIVersion": wanted, "objects": [doc]}}
        try:
            answer = called(server, client, review, timeout_s=TIMEOUT_S).get("response") or {}
        except CallFailed as failure:
            raise ApiError(500, "InternalError", f"conversion webhook for {kind} failed: {failure}") from None
        result, objects = answer.get("result") or {}, answer.get("convertedObjects") or []
        if result.get("status") != "Success":
            raise ApiError(500, "InternalError", f"conversion webhook for {kind} failed: {result.get('message', '')}")
        if len(objects) != 1 or objects[0].get("apiVersion") != wanted:
            raise ApiError(500, "InternalError", f"conversion webhook for {kind} returned an object that is not in version {wanted}")
        # of the metadata a webhook changes labels and annotations alone
        changed = objects[0].get("metadata") or {}
        metadata = {**doc["metadata"], **{key: changed[key] for key in ("labels", "annotations") if changed.get(key)}}
        return {**objects[0], "metadata": metadata}

    return converted
