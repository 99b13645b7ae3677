"""What is refused in ConfigMaps, Secrets, Namespaces and Nodes. Models pkg/apis/core/validation/validation.go (1.36)."""

import json
import re
from base64 import b64decode
from binascii import Error
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.errors import Causes, bad_value, duplicate, immutable, not_allowed, required, too_long
from learnk8s.simulation.kubernetes.apiserver.networking.services import cidr
from learnk8s.simulation.kubernetes.apiserver.podspec import placing, resources
from learnk8s.simulation.kubernetes.apiserver.words import config_key_faults, go_json_error, key_faults
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.schema import WrongType

BYTES_MAX = 1024 * 1024
HIDDEN = "<secret contents redacted>"
FIXED = "field is immutable when `immutable` is set"
NEEDED: dict[str, tuple[str, ...]] = {"kubernetes.io/tls": ("tls.crt", "tls.key"), "kubernetes.io/ssh-auth": ("ssh-privatekey",), "kubernetes.io/dockercfg": (".dockercfg",), "kubernetes.io/dockerconfigjson": (".dockerconfigjson",)}
ACCOUNT_NAME = "kubernetes.io/service-account.name"


IN_BASE64 = {"secrets": "data", "configmaps": "binaryData"}
"""Tables whose values are bytes."""
QUANTUM = 4


def check_bytes(resource: str, doc: Doc) -> None:
    """Raise WrongType for bytes that are not in base64, at the place where Go's decoder stumbles."""
    table = doc.get(IN_BASE64.get(resource, ""))
    for value in (table.values() if isinstance(table, dict) else ()):
        text = str(value or "").replace("\n", "").replace("\r", "")
        bad = re.search(r"[^A-Za-z0-9+/=]|=(?!=?$)", text)
        if bad or len(text) % QUANTUM:
            raise WrongType(f"illegal base64 data at input byte {bad.start() if bad else len(text) // QUANTUM * QUANTUM}")


def _bytes(value: Any) -> bytes:
    try:
        return b64decode(value or "", validate=True)
    except (Error, TypeError, ValueError):
        return b""


def configmap(doc: Doc) -> Causes:
    """Models ValidateConfigMap."""
    plain, binary = doc.get("data") or {}, doc.get("binaryData") or {}
    for table, found in (("data", plain), ("binaryData", binary)):
        for key in found:
            yield from (bad_value(f"{table}[{key}]", key, fault) for fault in config_key_faults(key))
            if table == "data" and key in binary:
                yield bad_value(f"data[{key}]", key, "duplicate of key present in binaryData")
    if sum(len(str(value).encode()) for value in plain.values()) + sum(len(_bytes(value)) for value in binary.values()) > BYTES_MAX:
        yield too_long("[]", BYTES_MAX)


def secret(doc: Doc) -> Causes:
    """Models ValidateSecret."""
    data, kind = doc.get("data") or {}, doc.get("type", "Opaque")
    for key in data:
        yield from (bad_value(f"data[{key}]", key, fault) for fault in config_key_faults(key))
    if sum(len(_bytes(value)) for value in data.values()) > BYTES_MAX:
        yield too_long("data", BYTES_MAX)
    if kind == "kubernetes.io/service-account-token":
        if not (doc["metadata"].get("annotations") or {}).get(ACCOUNT_NAME):
            yield required(f"metadata.annotations[{ACCOUNT_NAME}]")
    elif kind == "kubernetes.io/basic-auth":
        if not {"username", "password"} & set(data):
            yield from (required(f"data[{key}]") for key in ("username", "password"))
    else:
        for key in NEEDED.get(kind, ()):
            if key not in data or (key == "ssh-privatekey" and not _bytes(data[key])):
                yield required(f"data[{key}]")
            elif key.startswith(".docker"):
                yield from _json(f"data[{key}]", _bytes(data[key]))


def _json(field: str, content: bytes) -> Causes:
    try:
        found = json.loads(content or b"")
    except (ValueError, UnicodeDecodeError) as error:
        yield bad_value(field, HIDDEN, go_json_error(error))
        return
    if not isinstance(found, dict):
        kind = "array" if isinstance(found, list) else "string" if isinstance(found, str) else "bool" if isinstance(found, bool) else "number"
        yield bad_value(field, HIDDEN, f"json: cannot unmarshal {kind} into Go value of type map[string]interface {{}}")


def changed_configmap(old: Doc, new: Doc) -> Causes:
    """Models ValidateConfigMapUpdate."""
    yield from _fixed(old, new, "data", "binaryData")


def changed_secret(old: Doc, new: Doc) -> Causes:
    """Models ValidateSecretUpdate."""
    if old.get("type", "Opaque") != new.get("type", "Opaque"):
        yield immutable("type", new.get("type"))
    yield from _fixed(old, new, "data")


def _fixed(old: Doc, new: Doc, *tables: str) -> Causes:
    if old.get("immutable"):
        if not new.get("immutable"):
            yield not_allowed("immutable", FIXED)
        yield from (not_allowed(table, FIXED) for table in tables if (old.get(table) or {}) != (new.get(table) or {}))


def namespace(doc: Doc) -> Causes:
    """Models ValidateNamespace."""
    for word in (doc.get("spec") or {}).get("finalizers") or ():
        yield from (bad_value("spec.finalizers", word, fault) for fault in key_faults(word))
        if "/" not in word and word not in ("kubernetes", "orphan", "foregroundDeletion"):
            yield bad_value("spec.finalizers", word, "name is neither a standard finalizer name nor is it fully qualified")


def node(doc: Doc) -> Causes:
    """Models ValidateNode; the taints' path is the real one, though they stand in the spec."""
    spec, status = doc.get("spec") or {}, doc.get("status") or {}
    yield from placing.taints("metadata.taints", spec.get("taints") or ())
    for table in ("capacity", "allocatable"):
        for name, value in (status.get(table) or {}).items():
            yield from resources.quantity(f"status.{table}.{name}", name, value)
    blocks = spec.get("podCIDRs") or []
    for index, block in enumerate(blocks):
        yield from cidr(f"spec.podCIDRs[{index}]", block)
    if len(blocks) > 1:
        yield from (duplicate(f"spec.podCIDRs[{index}]", block) for index, block in enumerate(blocks) if block in blocks[:index])


def changed_node(old: Doc, new: Doc) -> Causes:
    """Models ValidateNodeUpdate; of two fields for one block the older one, which stands alone, counts."""
    before, after = old.get("spec") or {}, new.get("spec") or {}
    blocks = after.get("podCIDRs")
    if after.get("podCIDR") and blocks and after["podCIDR"] != blocks[0]:
        blocks = [after["podCIDR"]]
    if before.get("podCIDRs") and before["podCIDRs"] != blocks:
        yield not_allowed("spec.podCIDRs", 'node updates may not change podCIDR except from "" to valid')
    if before.get("providerID") and before["providerID"] != after.get("providerID"):
        yield not_allowed("spec.providerID", 'node updates may not change providerID except from "" to valid')
