"""The Deployment controller: one step of a rollout for each sync.

Models pkg/controller/deployment/{deployment_controller,sync,rolling,recreate}.go (1.36). A sync does the first of: make the new ReplicaSet,
scale it up, scale old ones down, clean up; then it writes the status. The changes that it makes lead to the next sync.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from learnk8s.simulation.kubernetes.control.intents import Create, Delete, Intent, Later, Note, Update, UpdateStatus
from learnk8s.simulation.kubernetes.control.loop import View
from learnk8s.simulation.kubernetes.control.watches import asked_when, own_key
from learnk8s.simulation.kubernetes.controllers.adoption import child_keys, claimed
from learnk8s.simulation.kubernetes.controllers.deployment import conditions
from learnk8s.simulation.kubernetes.controllers.deployment.proportions import proportional
from learnk8s.simulation.kubernetes.controllers.deployment.replicasets import (
    DESIRED, HASH_LABEL, MAXIMUM, REVISION, REVISION_HISTORY, active, bounds, by_age, counted, inherited_annotations, new_replicaset,
    revision_of, room_for_new, total, total_wanted, wanted,
)
from learnk8s.simulation.kubernetes.controllers.pods import condition, is_terminating, owner_reference
from learnk8s.simulation.kubernetes.objects.document import Doc, controller_of
from learnk8s.simulation.kubernetes.objects.hashing import template_hash
from learnk8s.simulation.kubernetes.store.store import Change, Key, Store

DEPLOYMENTS, REPLICASETS = "deployments.apps", "replicasets.apps"


@asked_when("DELETED")
def _pod_keys(change: Change, store: Store) -> Iterable[Key]:
    """A pod that is gone for good concerns a Deployment that recreates. Models deletePod of the controller."""
    if change.type != "DELETED":
        return ()
    owner = controller_of(change.new)
    found = store.by_uid(owner["uid"]) if owner else None
    parent = controller_of(found[1]) if found else None
    return ((change.key[0], parent["name"]),) if parent and parent["kind"] == "Deployment" else ()


@dataclass(frozen=True, slots=True)
class _Rollout:
    """A Deployment with its ReplicaSets at one moment."""

    deployment: Doc
    new: Doc | None
    old: list[Doc]
    view: View

    @property
    def all(self) -> list[Doc]:
        return [*self.old, *([self.new] if self.new else [])]

    @property
    def ref(self) -> str:
        metadata = self.deployment["metadata"]
        return f"Deployment/{metadata['namespace']}/{metadata['name']}"


class DeploymentController:
    """Moves a Deployment's pods to its template by scaling ReplicaSets."""

    name = "deployment-controller"
    watches = {DEPLOYMENTS: own_key, REPLICASETS: child_keys("Deployment", DEPLOYMENTS), "pods": _pod_keys}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return the next step of the rollout and the status."""
        deployment = view.store.get(DEPLOYMENTS, *key)
        if deployment is None:
            return ()
        mine, adopting = claimed(deployment, REPLICASETS, view.store)
        if adopting:
            return adopting
        owned = [rs for rs in mine if not is_terminating(rs)]
        new = new_replicaset(deployment, owned)
        rollout = _Rollout(deployment, new, by_age([rs for rs in owned if rs is not new]), view)
        if is_terminating(deployment):
            return _status(rollout, conditions.calculated(deployment, rollout.all, new, view.timestamp()))
        paused = _pause_condition(rollout)
        if paused:
            return paused
        revised = _revise(rollout)
        if deployment["spec"].get("paused") or _is_scaling(rollout):
            return [*revised, *(_scale_all(rollout) or _after(rollout))]
        if deployment["spec"].get("strategy", {}).get("type") == "Recreate":
            return [*revised, *_recreate(rollout)]
        return [*revised, *_roll(rollout)]


# Revisions


def _next_revision(rollout: _Rollout) -> int:
    return max((revision_of(rs) for rs in rollout.old), default=0) + 1


def _revise(rollout: _Rollout) -> list[Intent]:
    """Bring the revision annotations of the new ReplicaSet and the Deployment up to date. Models getNewReplicaSet."""
    new, deployment = rollout.new, rollout.deployment
    if new is None:
        return []
    intents: list[Intent] = []
    own = dict(new["metadata"].get("annotations") or {})
    changed = inherited_annotations(deployment, own)
    revision = max(_next_revision(rollout), revision_of(new))
    if revision > revision_of(new):
        history = [word for word in own.get(REVISION_HISTORY, "").split(",") if word]
        changed[REVISION_HISTORY] = ",".join([*history, str(revision_of(new))]) if revision_of(new) else own.get(REVISION_HISTORY, "")
        changed[REVISION] = str(revision)
        if not changed[REVISION_HISTORY]:
            del changed[REVISION_HISTORY]
    min_ready = deployment["spec"].get("minReadySeconds", 0)
    if changed != own or new["spec"].get("minReadySeconds", 0) != min_ready:
        spec = {**new["spec"], "minReadySeconds": min_ready} if min_ready else {key: value for key, value in new["spec"].items() if key != "minReadySeconds"}
        doc = {**new, "metadata": {**new["metadata"], "annotations": changed}, "spec": spec}
        intents.append(Update(REPLICASETS, doc, ("deployment-controller.revised", "ref", rollout.ref, "revision", str(revision))))
    intents.extend(_number(rollout, revision))
    if condition(deployment, "Progressing") is None:
        intents.extend(_progress(rollout, "FoundNewReplicaSet", f'Found new replica set "{new["metadata"]["name"]}"'))
    return intents


def _number(rollout: _Rollout, revision: int) -> list[Intent]:
    metadata = rollout.deployment["metadata"]
    annotations = metadata.get("annotations") or {}
    if annotations.get(REVISION) == str(revision):
        return []
    doc = {**rollout.deployment, "metadata": {**{key: value for key, value in metadata.items() if key != "resourceVersion"}, "annotations": {**annotations, REVISION: str(revision)}}}
    return [Update(DEPLOYMENTS, doc, ("deployment-controller.numbered", "ref", rollout.ref, "revision", str(revision)))]


def _progress(rollout: _Rollout, reason: str, message: str) -> list[Intent]:
    if rollout.deployment["spec"].get("progressDeadlineSeconds", 600) >= conditions.NO_DEADLINE_S:
        return []
    entry = conditions.make("Progressing", "True", reason, message, rollout.view.timestamp())
    status = dict(rollout.deployment.get("status", {}))
    before = [other for other in status.get("conditions", ()) if other["type"] != "Progressing"]
    current = condition(rollout.deployment, "Progressing")
    if current is not None and current["status"] == "True":
        entry["lastTransitionTime"] = current["lastTransitionTime"]
    status["conditions"] = [*before, entry]
    return [UpdateStatus(DEPLOYMENTS, rollout.deployment, status, ("deployment-controller.progress", "ref", rollout.ref, "reason", reason))]


def _create_new(rollout: _Rollout) -> list[Intent]:
    deployment = rollout.deployment
    metadata, spec = deployment["metadata"], deployment["spec"]
    digest = template_hash(spec["template"], deployment.get("status", {}).get("collisionCount"))
    name = f"{metadata['name']}-{digest}"
    template_metadata = spec["template"].get("metadata") or {}
    labels = {**(template_metadata.get("labels") or {}), HASH_LABEL: digest}
    replicas = _room_if_made(rollout)
    revision = _next_revision(rollout)
    annotations = inherited_annotations(deployment, {}) | _size_annotations(rollout) | {REVISION: str(revision)}
    selector = {**spec["selector"], "matchLabels": {**(spec["selector"].get("matchLabels") or {}), HASH_LABEL: digest}}
    doc: Doc = {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {"name": name, "namespace": metadata["namespace"], "labels": labels, "annotations": annotations, "ownerReferences": [owner_reference(deployment)]},
        "spec": {"replicas": replicas, "selector": selector, "template": {**spec["template"], "metadata": {**template_metadata, "labels": labels}}},
    }
    if spec.get("minReadySeconds"):
        doc["spec"]["minReadySeconds"] = spec["minReadySeconds"]
    because = ("deployment-controller.created-replicaset", "ref", rollout.ref, "replicaset", name, "replicas", str(replicas))
    event = Note(deployment, "ScalingReplicaSet", f"Scaled up replica set {name} from 0 to {replicas}") if replicas else None
    made: list[Intent] = [Create(REPLICASETS, doc, because, event)]
    return [*made, *_number(rollout, revision), *_progress(rollout, "NewReplicaSetCreated", f'Created new replica set "{name}"')]


def _room_if_made(rollout: _Rollout) -> int:
    empty: Doc = {"spec": {"replicas": 0}}
    return room_for_new(rollout.deployment, rollout.old, empty)


# Scaling


def _size_annotations(rollout: _Rollout) -> dict[str, str]:
    replicas = wanted(rollout.deployment)
    return {DESIRED: str(replicas), MAXIMUM: str(replicas + bounds(rollout.deployment)[0])}


def _scaled(rollout: _Rollout, replicaset: Doc, replicas: int) -> list[Intent]:
    annotations = dict(replicaset["metadata"].get("annotations") or {})
    sizes = _size_annotations(rollout)
    before = wanted(replicaset)
    if replicas == before and all(annotations.get(key) == value for key, value in sizes.items()):
        return []
    name = replicaset["metadata"]["name"]
    doc = {**replicaset, "metadata": {**replicaset["metadata"], "annotations": {**annotations, **sizes}}, "spec": {**replicaset["spec"], "replicas": replicas}}
    del doc["metadata"]["resourceVersion"]
    direction = "up" if replicas > before else "down"
    event = Note(rollout.deployment, "ScalingReplicaSet", f"Scaled {direction} replica set {name} from {before} to {replicas}") if replicas != before else None
    because = (f"deployment-controller.scaled-{direction}", "ref", rollout.ref, "replicaset", name, "before", str(before), "after", str(replicas))
    return [Update(REPLICASETS, doc, because, event)]


def _is_scaling(rollout: _Rollout) -> bool:
    """Say whether the Deployment's size changed since its ReplicaSets were last sized. Models isScalingEvent."""
    replicas = str(wanted(rollout.deployment))
    return any((rs["metadata"].get("annotations") or {}).get(DESIRED, replicas) != replicas for rs in active(rollout.all))


def _scale_all(rollout: _Rollout) -> list[Intent]:
    """Size all ReplicaSets for a changed size, in proportion while a rollout is under way. Models sync.go: scale."""
    replicas = wanted(rollout.deployment)
    busy = active(rollout.all)
    if len(busy) <= 1:
        only = busy[0] if busy else rollout.new or (rollout.old[-1] if rollout.old else None)
        return _scaled(rollout, only, replicas) if only is not None and wanted(only) != replicas else [
            intent for rs in busy for intent in _scaled(rollout, rs, wanted(rs))]
    if _is_saturated(rollout):
        return [intent for rs in active(rollout.old) for intent in _scaled(rollout, rs, 0)]
    if rollout.deployment["spec"].get("strategy", {}).get("type") == "RollingUpdate":
        allowed = replicas + bounds(rollout.deployment)[0] if replicas > 0 else 0
        return [intent for rs, size in proportional(busy, allowed, replicas) for intent in _scaled(rollout, rs, size)]
    return []


def _is_saturated(rollout: _Rollout) -> bool:
    new, replicas = rollout.new, wanted(rollout.deployment)
    if new is None:
        return False
    desired = (new["metadata"].get("annotations") or {}).get(DESIRED)
    return wanted(new) == replicas == counted(new, "availableReplicas") and desired == str(replicas)


# Strategies


def _roll(rollout: _Rollout) -> list[Intent]:
    new = rollout.new
    if new is None:
        return _create_new(rollout)
    replicas = wanted(rollout.deployment)
    size = replicas if wanted(new) >= replicas else room_for_new(rollout.deployment, rollout.all, new)
    return _scaled(rollout, new, size) or _shrink_old(rollout, new) or _after(rollout)


def _shrink_old(rollout: _Rollout, new: Doc) -> list[Intent]:
    """Take pods from the old ReplicaSets, broken ones first. Models rolling.go: reconcileOldReplicaSets."""
    if total_wanted(rollout.old) == 0:
        return []
    floor = wanted(rollout.deployment) - bounds(rollout.deployment)[1]
    spare = total_wanted(rollout.all) - floor - (wanted(new) - counted(new, "availableReplicas"))
    if spare <= 0:
        return []
    sizes = {rs["metadata"]["name"]: wanted(rs) for rs in rollout.old}
    cleaned = 0
    for rs in rollout.old:
        name = rs["metadata"]["name"]
        broken = min(spare - cleaned, max(wanted(rs) - counted(rs, "availableReplicas"), 0))
        sizes[name] -= broken
        cleaned += broken
    removable = total(rollout.all, "availableReplicas") - floor
    for rs in rollout.old:
        name = rs["metadata"]["name"]
        taken = min(sizes[name], max(removable, 0))
        sizes[name] -= taken
        removable -= taken
    return [intent for rs in rollout.old if sizes[rs["metadata"]["name"]] != wanted(rs) for intent in _scaled(rollout, rs, sizes[rs["metadata"]["name"]])]


def _recreate(rollout: _Rollout) -> list[Intent]:
    shrunk = [intent for rs in active(rollout.old) for intent in _scaled(rollout, rs, 0)]
    if shrunk:
        return shrunk
    if any(counted(rs, "replicas") or counted(rs, "terminatingReplicas") for rs in rollout.old):
        return _after(rollout)
    if rollout.new is None:
        return _create_new(rollout)
    return _scaled(rollout, rollout.new, wanted(rollout.deployment)) or _after(rollout)


# Afterwards


def _after(rollout: _Rollout) -> list[Intent]:
    """Write the status, remember the deadline, forget revisions beyond the limit."""
    view = rollout.view
    status = conditions.rolled_out(rollout.deployment, rollout.all, rollout.new, now_ms=view.now_ms, timestamp=view.timestamp())
    intents = _status(rollout, status)
    due_ms = conditions.deadline_ms(rollout.deployment, status)
    if due_ms is not None and due_ms > view.now_ms:
        intents.append(Later(due_ms))
    if conditions.is_complete(rollout.deployment, status):
        intents.extend(_forgotten(rollout))
    return intents


def _status(rollout: _Rollout, status: Doc) -> list[Intent]:
    if status == rollout.deployment.get("status"):
        return []
    because = ("deployment-controller.counted", "ref", rollout.ref, "ready", str(status.get("readyReplicas", 0)), "wanted", str(wanted(rollout.deployment)))
    return [UpdateStatus(DEPLOYMENTS, rollout.deployment, status, because)]


def _forgotten(rollout: _Rollout) -> list[Intent]:
    limit = rollout.deployment["spec"].get("revisionHistoryLimit", 10)
    empty = [rs for rs in rollout.old if wanted(rs) == 0 and counted(rs, "replicas") == 0
             and counted(rs, "observedGeneration") >= rs["metadata"].get("generation", 1)]
    surplus = sorted(empty, key=revision_of)[: max(len(empty) - limit, 0)]
    return [Delete(REPLICASETS, rs, ("deployment-controller.forgot", "ref", rollout.ref, "replicaset", rs["metadata"]["name"])) for rs in surplus]


def _pause_condition(rollout: _Rollout) -> list[Intent]:
    """Mark pausing and resuming in the Progressing condition. Models checkPausedConditions."""
    deployment = rollout.deployment
    if deployment["spec"].get("progressDeadlineSeconds", 600) >= conditions.NO_DEADLINE_S:
        return []
    current = condition(deployment, "Progressing")
    if current is not None and current["reason"] == "ProgressDeadlineExceeded":
        return []
    paused, marked = bool(deployment["spec"].get("paused")), current is not None and current["reason"] == "DeploymentPaused"
    if paused == marked:
        return []
    reason, message = ("DeploymentPaused", "Deployment is paused") if paused else ("DeploymentResumed", "Deployment is resumed")
    entry = conditions.make("Progressing", "Unknown", reason, message, rollout.view.timestamp())
    status = dict(deployment.get("status", {}))
    status["conditions"] = [*(other for other in status.get("conditions", ()) if other["type"] != "Progressing"), entry]
    return [UpdateStatus(DEPLOYMENTS, deployment, status, ("deployment-controller.progress", "ref", rollout.ref, "reason", reason))]
