"""What the API server fills in and refuses in CertificateSigningRequests. Models pkg/apis/certificates/validation and pkg/registry/certificates (1.36)."""

from typing import TYPE_CHECKING, Any

from learnk8s.simulation.kubernetes.apiserver import errors
from learnk8s.simulation.kubernetes.apiserver.certificates import der, signing
from learnk8s.simulation.kubernetes.apiserver.errors import Cause, bad_value, duplicate, required, unsupported
from learnk8s.simulation.kubernetes.apiserver.field_rules import Causes
from learnk8s.simulation.kubernetes.apiserver.request import Request
from learnk8s.simulation.kubernetes.objects.document import Doc, dig

if TYPE_CHECKING:
    from learnk8s.simulation.kubernetes.apiserver.server import ApiServer

RESOURCE = "certificatesigningrequests.certificates.k8s.io"
APPROVED, DENIED, FAILED = "Approved", "Denied", "Failed"
USAGES = sorted({*signing.USAGES, *signing.EXTENDED})


def request_rules(doc: Doc) -> Causes:
    """Models ValidateCertificateSigningRequestCreate."""
    spec = doc.get("spec") or {}
    try:
        signing.read(spec.get("request"))
    except der.BadDer as error:
        yield bad_value("spec.request", spec.get("request", ""), str(error))
    usages = spec.get("usages") or []
    if not usages:
        yield required("spec.usages")
    for place, usage in enumerate(usages):
        if usage not in USAGES:
            yield unsupported(f"spec.usages[{place}]", usage, USAGES)
    for place, usage in enumerate(usages):
        if usage in usages[:place]:
            yield duplicate(f"spec.usages[{place}]", usage)
    signer = spec.get("signerName", "")
    if not signer:
        yield required("spec.signerName")
    elif signer.count("/") != 1 or not all(signer.split("/")):
        yield bad_value("spec.signerName", signer, "must be a fully qualified domain and path of the form 'example.com/signer-name'")
    seconds = spec.get("expirationSeconds")
    if isinstance(seconds, int) and seconds < 600:
        yield bad_value("spec.expirationSeconds", seconds, "may not specify a duration less than 600 seconds (10 minutes)")
    yield from conditions(doc)


def conditions(doc: Doc) -> Causes:
    """Models validateConditions."""
    seen: dict[str, int] = {}
    for place, entry in enumerate(dig(doc, "status", "conditions") or ()):
        here, kind = f"status.conditions[{place}]", entry.get("type", "")
        if not kind:
            yield required(f"{here}.type")
        if kind in (APPROVED, DENIED, FAILED) and entry.get("status") != "True":
            yield unsupported(f"{here}.status", entry["status"], ["True"]) if entry.get("status") else required(f"{here}.status")
        elif entry.get("status") not in ("True", "False", "Unknown"):
            yield unsupported(f"{here}.status", entry["status"], ["False", "True", "Unknown"]) if entry.get("status") else required(f"{here}.status")
        if kind in (APPROVED, DENIED):
            other = DENIED if kind == APPROVED else APPROVED
            if other in seen:
                yield bad_value(f"{here}.type", kind, "Approved and Denied conditions are mutually exclusive")
        if kind in seen:
            yield duplicate(f"{here}.type", kind)
        seen[kind] = place


def with_requester(doc: Doc, request: Request) -> Doc:
    """Return a new request that says who asks. Models csrStrategy.PrepareForCreate."""
    spec = {key: value for key, value in (doc.get("spec") or {}).items() if key not in ("username", "uid", "groups", "extra")}
    who: Doc = {"username": request.user, "uid": request.uid, "groups": list(request.groups), "extra": {key: list(values) for key, values in request.extra.items()}}
    return {**{key: value for key, value in doc.items() if key != "status"}, "spec": {**spec, **{key: value for key, value in who.items() if value}}}


def check_subject(doc: Doc) -> None:
    """Nobody gets a certificate for system:masters. Models plugin/pkg/admission/certificates/subjectrestriction. Raises ApiError 403."""
    if dig(doc, "spec", "signerName") != signing.CLIENT:
        return
    try:
        wanted = signing.read(doc["spec"].get("request"))
    except der.BadDer:
        return
    if "system:masters" in wanted.organisations:
        raise errors.forbidden(RESOURCE, doc["metadata"].get("name", ""), f"use of {signing.CLIENT} signer with system:masters group is not allowed")


def with_times(server: "ApiServer", old: Doc, status: Any) -> Doc:
    """Return a status whose new conditions say since when they hold. Models populateConditionTimestamps."""
    before = {entry["type"]: entry for entry in dig(old, "status", "conditions") or ()}
    now, rows = server.store.clock.timestamp(), []
    status = status if isinstance(status, dict) else {}
    for entry in status.get("conditions") or ():
        was = before.get(entry.get("type"))
        if was is not None and {key: was.get(key) for key in ("status", "reason", "message")} == {key: entry.get(key) for key in ("status", "reason", "message")}:
            rows.append(was)
        else:
            kept = was["lastTransitionTime"] if was is not None and was.get("status") == entry.get("status") else now
            rows.append({**entry, "lastUpdateTime": entry.get("lastUpdateTime") or now, "lastTransitionTime": entry.get("lastTransitionTime") or kept})
    return {**status, "conditions": rows} if rows else {key: value for key, value in status.items() if key != "conditions"}


def status_change(old: Doc, new: Doc, *, approving: bool) -> list[Cause]:
    """Return what is wrong with a change of conditions: approval is given and taken through its own door."""
    found = list(conditions(new))
    types = [{entry["type"]: entry for entry in dig(doc, "status", "conditions") or ()} for doc in (old, new)]
    for kind in (APPROVED, DENIED, FAILED):
        if kind in types[0] and kind not in types[1]:
            found.append(Cause("FieldValueForbidden", f"Forbidden: updates may not remove a condition of type \"{kind}\"", "status.conditions"))
        elif kind in types[1] and kind not in types[0] and approving == (kind == FAILED):
            found.append(Cause("FieldValueForbidden", f"Forbidden: updates may not add a condition of type \"{kind}\"", "status.conditions"))
    return found
