"""How far a rollout is, in kubectl's words. Models kubectl/pkg/polymorphichelpers/rollout_status.go (1.36)."""

from learnk8s.simulation.kubernetes.kubectl.flags import Usage
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import Kind

REVISION = "deployment.kubernetes.io/revision"


def rollout_progress(doc: Doc, kind: Kind, revision: int) -> tuple[str, bool, bool]:
    """Return a line, whether the rollout is done, and whether it failed."""
    name, status, spec = doc["metadata"]["name"], doc.get("status", {}), doc["spec"]
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
