"""Long lists in pieces: the token with which a client asks for the next one. Models apiserver/pkg/storage/continue.go and etcd3/store.go (1.36).

Differs: later pieces show objects as they are now, not as they were when the first piece was read; the revision that they name is that of the first.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.errors import ApiError, Causes, bad_request, invalid, not_allowed, unsupported
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import COMPACTION_MS, Store

TOO_OLD = ("The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the "
           "results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.")


def _key(doc: Doc) -> str:
    metadata = doc["metadata"]
    return f"{metadata['namespace']}/{metadata['name']}" if metadata.get("namespace") else str(metadata["name"])


def _token(revision: int, start: str, at_ms: int) -> str:
    return urlsafe_b64encode(json.dumps({"v": "meta.k8s.io/v1", "rv": revision, "start": f"{start}\0", "at": at_ms}, separators=(",", ":")).encode()).rstrip(b"=").decode()


def _read(token: str) -> dict[str, Any]:
    text = ""
    try:
        text = urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode("utf-8", "replace")
        found = json.loads(text)
        if not (isinstance(found, dict) and isinstance(found["rv"], int) and isinstance(found["start"], str) and isinstance(found.get("at", 0), int)):
            raise ValueError
    except (ValueError, KeyError):
        raise bad_request(f"invalid continue token: continue key is not valid: invalid character '{text.strip()[:1] or 'x'}' looking for beginning of value") from None
    return found


MATCHES = ("Exact", "NotOlderThan")


def _match_faults(match: str, version: str, options: Mapping[str, Any]) -> Causes:
    """Models validateListOptions of apimachinery/pkg/apis/meta/internalversion/validation (1.36)."""
    place = "resourceVersionMatch"
    if match and not version:
        yield not_allowed(place, f"{place} is forbidden unless resourceVersion is provided")
    if match and options.get("continue"):
        yield not_allowed(place, f"{place} is forbidden when continue is provided")
    if match and match not in MATCHES:
        yield unsupported(place, match, [*MATCHES, ""])
    if match == "Exact" and version == "0":
        yield not_allowed(place, f'{place} "exact" is forbidden for resourceVersion "0"')
    if options.get("sendInitialEvents") is not None:
        yield not_allowed("sendInitialEvents", "sendInitialEvents is forbidden for list")


def watch_faults(options: Mapping[str, Any]) -> Causes:
    """What a watch may not ask. Models validateWatchOptions."""
    match, place, initial = str(options.get("resourceVersionMatch") or ""), "resourceVersionMatch", options.get("sendInitialEvents")
    if initial is not None and match != "NotOlderThan":
        yield not_allowed(place, f"sendInitialEvents requires setting {place} to NotOlderThan")
    if match and initial is None:
        yield not_allowed(place, f"{place} is forbidden for watch unless sendInitialEvents is provided")
    if match and match != "NotOlderThan":
        yield unsupported(place, match, ["NotOlderThan"])
    if match and options.get("continue"):
        yield not_allowed(place, f"{place} is forbidden when continue is provided")


def check_version(store: Store, options: Mapping[str, Any]) -> None:
    """Refuse a version that cannot be read. Raises ApiError."""
    version, match = str(options.get("resourceVersion") or ""), options.get("resourceVersionMatch")
    if options.get("continue") and version not in ("", "0"):
        raise bad_request("specifying resource version is not allowed when using continue")
    faults = [*_match_faults(str(match or ""), version, options)]
    if faults:
        raise invalid("ListOptions", "meta.k8s.io", "", faults)
    if not version:
        return
    if not version.isdigit() or len(version) > 19:
        raise bad_request(f'Invalid value: "{version}": strconv.ParseUint: parsing "{version}": invalid syntax')
    if int(version) > store.revision:
        raise ApiError(504, "Timeout", f"Timeout: Too large resource version: {version}, current: {store.revision}", details={"causes": [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}], "retryAfterSeconds": 1})


def chunk(store: Store, docs: list[Doc], limit: int, options: Mapping[str, Any]) -> tuple[list[Doc], Doc]:
    """Return the piece of a list that is asked for, and the list's metadata. Raises ApiError 410 for a token that is too old, with one that is not."""
    revision, at_ms = store.revision, store.clock.now_ms
    if options.get("continue"):
        found = _read(str(options["continue"]))
        start = found["start"].removesuffix("\0")
        if found["rv"] >= 0:
            if at_ms - found.get("at", 0) > COMPACTION_MS:
                raise Expired(_token(-1, start, at_ms))
            revision, at_ms = found["rv"], found.get("at", 0)
        docs = [doc for doc in docs if _key(doc).split("/") > start.split("/")]
    metadata: Doc = {"resourceVersion": str(revision)}
    if limit and len(docs) > limit:
        metadata["continue"] = _token(revision, _key(docs[limit - 1]), at_ms)
        if not options.get("labelSelector") and not options.get("fieldSelector"):
            metadata["remainingItemCount"] = len(docs) - limit
        docs = docs[:limit]
    return docs, metadata


class Expired(ApiError):
    """A continue token whose revision is gone; the answer holds one with which to go on."""

    def __init__(self, token: str) -> None:
        super().__init__(410, "Expired", TOO_OLD)
        self._token = token

    @property
    def status(self) -> Doc:
        """Return the metav1.Status."""
        return {**super().status, "metadata": {"continue": self._token}}
