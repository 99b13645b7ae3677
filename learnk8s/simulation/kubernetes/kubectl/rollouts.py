"""How far a rollout is, in kubectl's words. Models kubectl/pkg/polymorphichelpers/rollout_status.go (1.36)."""

from learnk8s.simulation.kubernetes.kubectl.flags import Usage
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import Kind

REVISION = "deployment.kubernetes.io/revision"


def rollout_progress(doc: Doc, kind: Kind, revision: int) -> tuple[str, bool, bool]:
    """Return a line, whether the rollout is done, and whether it failed."""
    name, status, spec = doc["metadata"]["name"], doc.get("status", {}), doc["spec"]
    if kind.kind == "StatefulSet":
        return _statefulset(doc)
    if kind.kind == "DaemonSet":
        return _daemonset(doc)
    if kind.kind != "Deployment":
        raise Usage(f'error: no status viewer has been implemented for {kind.kind}')
    own = int((doc["metadata"].get("annotations") or {}).get(REVISION, "0"))
    if revision and own != revision:
        return f"error: desired revision ({revision}) is different from the running revision ({own})\n", False, True
    if doc["metadata"].get("generation", 1) > status.get("observedGeneration", 0):
        return "Waiting for deployment spec update to be observed...\n", False, False
    progressing = next((entry for entry in status.get("conditions", ()) if entry["type"] == "Progressing"), None)
    if progressing is not None and progressing["reason"] == "ProgressDeadlineExceeded":
        return f'error: deployment "{name}" exceeded its progress deadline\n', False, True
    wanted, updated = spec.get("replicas", 1), status.get("updatedReplicas", 0)
    if updated < wanted:
        return f'Waiting for deployment "{name}" rollout to finish: {updated} out of {wanted} new replicas have been updated...\n', False, False
    if status.get("replicas", 0) > updated:
        return f'Waiting for deployment "{name}" rollout to finish: {status["replicas"] - updated} old replicas are pending termination...\n', False, False
    if status.get("availableReplicas", 0) < updated:
        return f'Waiting for deployment "{name}" rollout to finish: {status.get("availableReplicas", 0)} of {updated} updated replicas are available...\n', False, False
    return f'deployment "{name}" successfully rolled out\n', True, False


def _statefulset(doc: Doc) -> tuple[str, bool, bool]:
    status, spec = doc.get("status", {}), doc["spec"]
    if spec["updateStrategy"]["type"] != "RollingUpdate":
        raise Usage("error: rollout status is only available for RollingUpdate strategy type")
    if not status.get("observedGeneration") or doc["metadata"].get("generation", 1) > status["observedGeneration"]:
        return "Waiting for statefulset spec update to be observed...\n", False, False
    wanted, ready, updated = spec.get("replicas", 1), status.get("readyReplicas", 0), status.get("updatedReplicas", 0)
    if ready < wanted:
        return f"Waiting for {wanted - ready} pods to be ready...\n", False, False
    partition = (spec["updateStrategy"].get("rollingUpdate") or {}).get("partition")
    if partition is not None:
        if updated < wanted - partition:
            return f"Waiting for partitioned roll out to finish: {updated} out of {wanted - partition} new pods have been updated...\n", False, False
        return f"partitioned roll out complete: {updated} new pods have been updated...\n", True, False
    if status.get("updateRevision") != status.get("currentRevision"):
        return f"waiting for statefulset rolling update to complete {updated} pods at revision {status.get('updateRevision')}...\n", False, False
    return f"statefulset rolling update complete {status.get('currentReplicas', 0)} pods at revision {status.get('currentRevision')}...\n", True, False


def _daemonset(doc: Doc) -> tuple[str, bool, bool]:
    name, status = doc["metadata"]["name"], doc.get("status", {})
    if doc["spec"]["updateStrategy"]["type"] != "RollingUpdate":
        raise Usage("error: rollout status is only available for RollingUpdate strategy type")
    if doc["metadata"].get("generation", 1) > status.get("observedGeneration", 0):
        return "Waiting for daemon set spec update to be observed...\n", False, False
    wanted, updated, available = status.get("desiredNumberScheduled", 0), status.get("updatedNumberScheduled", 0), status.get("numberAvailable", 0)
    if updated < wanted:
        return f'Waiting for daemon set "{name}" rollout to finish: {updated} out of {wanted} new pods have been updated...\n', False, False
    if available < wanted:
        return f'Waiting for daemon set "{name}" rollout to finish: {available} of {wanted} updated pods are available...\n', False, False
    return f'daemon set "{name}" successfully rolled out\n', True, False
