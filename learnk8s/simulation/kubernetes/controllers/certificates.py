"""Certificates: approve what kubelets ask for themselves, and sign what is approved. Models pkg/controller/certificates/{approver,signer} (1.36)."""

from collections.abc import Sequence
from typing import Any

from learnk8s.simulation.kubernetes.apiserver import authorisation
from learnk8s.simulation.kubernetes.apiserver.certificates import signing
from learnk8s.simulation.kubernetes.apiserver.certificates.rules import APPROVED, DENIED, FAILED, RESOURCE
from learnk8s.simulation.kubernetes.apiserver.request import Request
from learnk8s.simulation.kubernetes.control.intents import Intent, UpdateStatus
from learnk8s.simulation.kubernetes.control.loop import View
from learnk8s.simulation.kubernetes.control.watches import own_key
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Key

AUTO = ("AutoApproved", "Auto approving kubelet client certificate after SubjectAccessReview.")


def _held(doc: Doc, type_: str) -> bool:
    return any(entry["type"] == type_ and entry.get("status") == "True" for entry in (doc.get("status") or {}).get("conditions") or ())


class CertificateController:
    """Signs approved requests for the cluster's own signers."""

    name = "certificate-controller"
    watches: dict[str, Any] = {RESOURCE: own_key}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return the approval, the certificate, or the failure of a request."""
        doc = view.store.get(RESOURCE, *key)
        if doc is None or _held(doc, DENIED) or _held(doc, FAILED) or (doc.get("status") or {}).get("certificate"):
            return ()
        if not _held(doc, APPROVED):
            return self._approved(doc, view)
        if doc["spec"].get("signerName") not in signing.SIGNERS:
            return ()
        because = ("certificate-controller.signed", "ref", f"CertificateSigningRequest//{key[1]}")
        status = doc.get("status") or {}
        why = signing.refusal(doc)
        if why:
            return (UpdateStatus(RESOURCE, doc, {**status, "conditions": [*(status.get("conditions") or ()), _condition(FAILED, "SignerValidationFailure", why, view)]}, because),)
        return (UpdateStatus(RESOURCE, doc, {**status, "certificate": signing.issued(doc, view.now_ms)}, because),)

    def _approved(self, doc: Doc, view: View) -> Sequence[Intent]:
        """Kubelets' client certificates are approved if their user may ask for them."""
        spec = doc["spec"]
        if spec.get("signerName") != signing.KUBELET_CLIENT or signing.refusal(doc):
            return ()
        asked = [Request("create", RESOURCE, subresource=name, user=spec.get("username", ""), groups=tuple(spec.get("groups") or ())) for name in ("selfnodeclient", "nodeclient")]
        own = spec.get("username") == signing.read(spec.get("request")).common_name
        if not any(authorisation.allowed(view.store, request) for request in (asked if own else asked[1:])):
            return ()
        status = doc.get("status") or {}
        because = ("certificate-controller.approved", "ref", f"CertificateSigningRequest//{doc['metadata']['name']}")
        return (UpdateStatus(RESOURCE, doc, {**status, "conditions": [*(status.get("conditions") or ()), _condition(APPROVED, *AUTO, view)]}, because),)


def _condition(type_: str, reason: str, message: str, view: View) -> Doc:
    return {"type": type_, "status": "True", "reason": reason, "message": message, "lastUpdateTime": view.timestamp(), "lastTransitionTime": view.timestamp()}
