"""Volumes before the pod: what the scheduler writes so that the claims of a placed pod get their volumes. Models BindPodVolumes (1.36)."""

from learnk8s.simulation.kubernetes.apiserver.server import ApiServer
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.scheduler.needs import PodNeeds
from learnk8s.simulation.kubernetes.scheduler.snapshot import ClusterReader
from learnk8s.simulation.kubernetes.scheduler.volumes import SELECTED_NODE, Plan, claims_of, is_bound

BIND_TIMEOUT_MS = 600_000
"""VolumeBindingArgs.bindTimeoutSeconds."""
BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller"


def begin(api: ApiServer, plan: Plan, node: str) -> None:
    """Reserve the chosen volumes for their claims, and name the node to those who make volumes."""
    for claim, volume in plan.bindings:
        metadata = claim["metadata"]
        reference = {"kind": "PersistentVolumeClaim", "namespace": metadata["namespace"], "name": metadata["name"], "uid": metadata["uid"], "apiVersion": "v1", "resourceVersion": metadata["resourceVersion"]}
        if not volume["spec"].get("claimRef", {}).get("uid"):
            api.update("persistentvolumes", {**volume, "metadata": _annotated(volume, BY_CONTROLLER, "yes"), "spec": {**volume["spec"], "claimRef": reference}})
    for claim in plan.provisions:
        if (claim["metadata"].get("annotations") or {}).get(SELECTED_NODE) != node:
            api.update("persistentvolumeclaims", {**claim, "metadata": _annotated(claim, SELECTED_NODE, node)})


def _annotated(doc: Doc, key: str, value: str) -> Doc:
    return {**doc["metadata"], "annotations": {**(doc["metadata"].get("annotations") or {}), key: value}}


def progress(needs: PodNeeds, read: ClusterReader) -> str | None:
    """Return "" when all claims are bound, None while some are not, or why that will not be. Models checkBindings."""
    claims = claims_of(needs, read)
    if isinstance(claims, str):
        return claims
    waiting = (*claims.delayed, *claims.immediate)
    for claim in waiting:
        if not claim["spec"].get("volumeName") and SELECTED_NODE not in (claim["metadata"].get("annotations") or {}) and not _is_reserved(claim, read):
            return f'provisioning failed for PVC "{claim["metadata"]["name"]}"'
    return None if any(not is_bound(claim) for claim in waiting) else ""


def _is_reserved(claim: Doc, read: ClusterReader) -> bool:
    uid = claim["metadata"]["uid"]
    return any((volume["spec"].get("claimRef") or {}).get("uid") == uid for volume in read.list("persistentvolumes"))
