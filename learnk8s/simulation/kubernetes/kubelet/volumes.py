"""What is mounted in a container, and what the volumes that the cluster fills hold.

Models pkg/volume/{configmap,secret,projected,downwardapi,emptydir} (1.36). A changed ConfigMap or Secret reaches a mounted volume only with the kubelet's next sync of
the pod, so the record keeps what was there before, with the moment until which it holds. Differs: one file for one key, no `..data` links.
"""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from json import dumps, loads
from typing import Any, NamedTuple
from uuid import NAMESPACE_OID, uuid5

from learnk8s.simulation.kernel.agenda import EPOCH
from learnk8s.simulation.kubernetes.apiserver.tokens import ISSUER, signed
from learnk8s.simulation.kubernetes.kubelet.fields import field_of, filled, resource_of
from learnk8s.simulation.kubernetes.kubelet.runtime import PodRecord
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Store

SELF = "pod"
"""Where a record keeps what volumes showed of the pod's own metadata before it was changed."""
FILLED = ("configMap", "secret", "projected", "downwardAPI", "image")
"""Kinds of volumes that nobody in the pod can write to."""


@dataclass(frozen=True, slots=True)
class Mounted:
    """One volume at one path. `key` names the disk that holds its files, "" for volumes that the cluster fills."""

    path: str
    volume: Doc
    kind: str
    key: str
    inner: str
    read_only: bool
    is_frozen: bool
    """Mounted by subPath: later changes do not arrive."""


def kind_of_volume(volume: Doc) -> str:
    """Return the volume's type; a volume without one is an emptyDir."""
    return next((key for key in volume if key != "name"), "emptyDir")


def mounts_of(pod: Doc, container: Doc, record: PodRecord, store: Store, variables: Mapping[str, str]) -> list[Mounted]:
    """Return the mounts of a container that was started with these variables, the deepest path first."""
    volumes = {volume["name"]: volume for volume in pod["spec"].get("volumes") or ()}
    found = []
    for mount in container.get("volumeMounts") or ():
        volume = volumes.get(mount["name"])
        if volume is None:
            continue
        kind = kind_of_volume(volume)
        inner = mount.get("subPath") or filled(mount.get("subPathExpr") or "", variables)
        base = volume["hostPath"].get("path", "/").rstrip("/") if kind == "hostPath" else ""
        found.append(Mounted(mount["mountPath"].rstrip("/") or "/", volume, kind, key_of(volume, kind, record, store), f"{base}/{inner}".rstrip("/") if inner else base,
                             bool(mount.get("readOnly")) or kind in FILLED or bool((volume.get(kind) or {}).get("readOnly")), bool(inner)))
    return sorted(found, key=lambda mount: (-len(mount.path), mount.path))


def key_of(volume: Doc, kind: str, record: PodRecord, store: Store) -> str:
    """Return the name of the disk behind a volume."""
    match kind:
        case "emptyDir":
            return f"pod/{record.uid}/{volume['name']}"
        case "hostPath":
            return f"host/{record.node}"
        case "persistentVolumeClaim" | "ephemeral":
            claim = claim_of(volume, record.name)
            doc = store.get("persistentvolumeclaims", record.namespace, claim)
            return f"claim/{(doc or {}).get('spec', {}).get('volumeName') or record.namespace + '/' + claim}"
        case "nfs" | "csi" | "iscsi" | "awsElasticBlockStore" | "gcePersistentDisk" | "azureDisk" | "glusterfs" | "cephfs" | "rbd" | "fc":
            return f"net/{kind}/{volume['name']}"
    return ""


def claim_of(volume: Doc, pod_name: str) -> str:
    """Return the name of the claim that a volume uses."""
    return str((volume.get("persistentVolumeClaim") or {}).get("claimName") or f"{pod_name}-{volume['name']}")


class Filled(NamedTuple):
    """One file of a volume that the cluster fills."""

    text: str
    mode: int = 0o644
    user: int = 0


def filled_files(mount: Mounted, pod: Doc, record: PodRecord, store: Store, at_ms: int) -> dict[str, Filled]:
    """Return the files of a volume that the cluster fills, by path below the mount."""
    source = mount.volume.get(mount.kind) or {}
    mode = int(source.get("defaultMode") or 0o644)
    if mount.kind != "projected":
        return _part({mount.kind: {**source, "name": source.get("secretName") or source.get("name", "")}}, mode, pod, record, store, at_ms)
    files: dict[str, Filled] = {}
    for part in source.get("sources") or ():
        files.update(_part(part, mode, pod, record, store, at_ms))
    return files


def _part(part: Doc, mode: int, pod: Doc, record: PodRecord, store: Store, at_ms: int) -> dict[str, Filled]:
    if "configMap" in part:
        return _items(part["configMap"], sourced("configmaps", part["configMap"].get("name", ""), record, store, at_ms), mode)
    if "secret" in part:
        return _items(part["secret"], sourced("secrets", part["secret"].get("name", ""), record, store, at_ms), mode)
    if "downwardAPI" in part:
        return _downward(part["downwardAPI"], pod, record, store, mode)
    if "serviceAccountToken" in part:
        return {part["serviceAccountToken"].get("path", "token"): _token_file(part["serviceAccountToken"], pod, record, store, at_ms, mode)}
    return {}


def _token_file(source: Doc, pod: Doc, record: PodRecord, store: Store, at_ms: int, mode: int) -> Filled:
    """Return the file of a token: nobody but the pod's own user or group reads it, if it has one. Models pkg/volume/projected: collectData."""
    users = {((item.get("securityContext") or {}).get("runAsUser") or (pod["spec"].get("securityContext") or {}).get("runAsUser")) for item in pod["spec"]["containers"]}
    user = next(iter(users)) if len(users) == 1 else None
    is_private = user is not None or (pod["spec"].get("securityContext") or {}).get("fsGroup") is not None
    return Filled(token_of(pod, record, source, store, at_ms), 0o600 if is_private else mode, int(user or 0))


TOKEN_S, EXTENDED_S = 3_607, 365 * 24 * 3600
"""A token for the API server that asks for the first lives for the second, so that old clients that read it once go on. Models pkg/registry/core/serviceaccount/storage/token.go."""


def token_of(pod: Doc, record: PodRecord, source: Doc, store: Store, at_ms: int) -> str:
    """Return the pod's signed token; a new one is made at four fifths of its time. Models pkg/kubelet/token (1.36): requiresRefresh."""
    name, audience, seconds = pod["spec"].get("serviceAccountName", "default"), source.get("audience") or ISSUER, int(source.get("expirationSeconds") or TOKEN_S)
    period_ms = min(seconds * 800, 24 * 3_600_000)
    turn = max(at_ms - record.began_ms, 0) // period_ms
    made_s = int(EPOCH.timestamp()) + (record.began_ms + turn * period_ms) // 1000
    extended = seconds == TOKEN_S and audience == ISSUER
    account, node = store.get("serviceaccounts", record.namespace, name), store.get("nodes", "", record.node)
    bound: Doc = {"namespace": record.namespace, **({"node": _reference(node)} if node else {}), "pod": {"name": record.name, "uid": record.uid}, "serviceaccount": _reference(account) if account else {"name": name, "uid": ""}}
    claims = {"aud": [audience], "exp": made_s + (EXTENDED_S if extended else seconds), "iat": made_s, "iss": ISSUER, "jti": str(uuid5(NAMESPACE_OID, f"{record.uid} {audience} {turn}")),
              "kubernetes.io": {**bound, "warnafter": made_s + seconds} if extended else bound, "nbf": made_s, "sub": f"system:serviceaccount:{record.namespace}:{name}"}
    return _signed(dumps(claims))


def _reference(doc: Doc) -> Doc:
    return {"name": doc["metadata"]["name"], "uid": doc["metadata"]["uid"]}


@lru_cache(maxsize=256)
def _signed(claims: str) -> str:
    return signed(loads(claims))


def _downward(source: Doc, pod: Doc, record: PodRecord, store: Store, mode: int) -> dict[str, Filled]:
    files = {}
    for item in source.get("items") or ():
        if "fieldRef" in item:
            text = field_of(item["fieldRef"].get("fieldPath", ""), pod, record)
        else:
            reference = item.get("resourceFieldRef") or {}
            container: Doc = next((entry for entry in [*pod["spec"]["containers"], *(pod["spec"].get("initContainers") or ())] if entry["name"] == reference.get("containerName")), {})
            text = resource_of(reference, container, allocatable_of(record.node, store))
        files[item["path"]] = Filled(text, int(item.get("mode") or mode))
    return files


def _items(source: Doc, table: Mapping[str, str], mode: int) -> dict[str, Filled]:
    if not source.get("items"):
        return {key: Filled(text, mode) for key, text in table.items()}
    return {item["path"]: Filled(table[item["key"]], int(item.get("mode") or mode)) for item in source["items"] if item["key"] in table}


def allocatable_of(node: str, store: Store) -> Doc:
    """Return what a node offers to pods: the limits of a container that has none."""
    found: Doc = (store.get("nodes", "", node) or {}).get("status", {}).get("allocatable") or {}
    return found


def sourced(resource: str, name: str, record: PodRecord, store: Store, at_ms: int) -> dict[str, str]:
    """Return the keys and texts of a ConfigMap or Secret as the pod's volumes held them at a moment."""
    for until_ms, table in record.sources.get(f"{resource}/{name}", ()):
        if at_ms < until_ms:
            return dict(table)
    return values(resource, name, record.namespace, store)


def values(resource: str, name: str, namespace: str, store: Store) -> dict[str, str]:
    """Return the keys and plain values of a ConfigMap or Secret; nothing if it does not exist."""
    doc = store.get(resource, namespace, name)
    return texts_of(resource, doc) if doc is not None else {}


def texts_of(resource: str, doc: Doc) -> dict[str, str]:
    """Return the keys and plain values of a ConfigMap's or Secret's document."""
    table: dict[str, Any] = doc.get("data") or {}
    if resource == "secrets":
        return {key: _plain(value) for key, value in table.items()}
    return {**table, **{key: _plain(value) for key, value in (doc.get("binaryData") or {}).items()}}


def _plain(value: str) -> str:
    """Return a value as text; bytes that are no text stay recognisable, as Python escapes them."""
    return b64decode(value).decode(errors="surrogateescape")


def sources_of(pod: Doc, *, optional: bool = False) -> set[tuple[str, str]]:
    """Return (resource, name) of all ConfigMaps and Secrets that a pod's volumes show, or only of those that may be missing."""
    found = set()
    for volume in pod["spec"].get("volumes") or ():
        parts = [*((volume.get("projected") or {}).get("sources") or ()), volume]
        for part in parts:
            if part.get("configMap") and (not optional or part["configMap"].get("optional")):
                found.add(("configmaps", part["configMap"].get("name", "")))
            if part.get("secret") and (not optional or part["secret"].get("optional")):
                found.add(("secrets", part["secret"].get("secretName") or part["secret"].get("name", "")))
    return found
