"""StatefulSet: pods with names that stay, one after the other. Models pkg/controller/statefulset/stateful_set_control.go (1.36).

Theory. Pods are numbered. With OrderedReady nothing is done for a pod before all pods below it are ready and available; scaling down goes from the top;
an update goes from the top down to the partition. With Parallel only updates are ordered.
"""

from collections.abc import Sequence
from math import ceil
from typing import Any

from learnk8s.simulation.kubernetes.control.intents import Create, Delete, Intent, Later, Note, Update, UpdateStatus
from learnk8s.simulation.kubernetes.control.loop import View
from learnk8s.simulation.kubernetes.control.watches import own_key, owner_key
from learnk8s.simulation.kubernetes.controllers.adoption import child_keys, claimed
from learnk8s.simulation.kubernetes.controllers import revisions
from learnk8s.simulation.kubernetes.controllers.pods import available_at_ms, is_ready, is_terminating, owner_reference
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Key

RESOURCE = "statefulsets.apps"
CLAIMS = "persistentvolumeclaims"
REVISION_LABEL = "controller-revision-hash"
NAME_LABEL, INDEX_LABEL = "statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index"


class StatefulSetController:
    """Makes, replaces and removes numbered pods in their order."""

    name = "statefulset-controller"
    watches = {RESOURCE: own_key, "pods": child_keys("StatefulSet", RESOURCE), revisions.RESOURCE: child_keys("StatefulSet", RESOURCE), CLAIMS: owner_key("StatefulSet")}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return the next step, and the status."""
        found = view.store.get(RESOURCE, *key)
        if found is None:
            return ()
        return _Sync(found, view).intents()


class _Sync:
    """One look at one StatefulSet."""

    def __init__(self, owner: Doc, view: View) -> None:
        self.owner, self.view, self.store = owner, view, view.store
        self.spec = owner["spec"]
        self.name, self.namespace = owner["metadata"]["name"], owner["metadata"]["namespace"]
        self.start = (self.spec.get("ordinals") or {}).get("start", 0)
        self.wanted = self.spec.get("replicas", 1)
        self.parallel = self.spec.get("podManagementPolicy") == "Parallel"
        mine, self.adopting = claimed(owner, "pods", view.store, fits=lambda pod: ordinal_of(pod, self.name) is not None)
        self.adopting += claimed(owner, revisions.RESOURCE, view.store)[1]
        self.pods = {ordinal: pod for pod in mine if (ordinal := ordinal_of(pod, self.name)) is not None}
        self.history = revisions.history(owner, view.store)
        self.ref = f"StatefulSet/{self.namespace}/{self.name}"
        self.later: list[int] = []

    def because(self, what: str, *words: str) -> tuple[str, ...]:
        return (f"statefulset-controller.{what}", "ref", self.ref, *words)

    def intents(self) -> list[Intent]:
        if is_terminating(self.owner):
            return []
        if self.adopting:
            return self.adopting
        update, out = revisions.update_revision(self.owner, self.history, self.because("revised"))
        current = self.owner.get("status", {}).get("currentRevision") or update
        known = {doc["metadata"]["name"] for doc in self.history}
        current = current if current in known else update
        out += self._claims()
        out += self._steps(current, update)
        out += self._status(current, update)
        live = {current, update, *((pod["metadata"].get("labels") or {}).get(REVISION_LABEL, "") for pod in self.pods.values())}
        out += revisions.truncated(self.owner, self.history, live, self.because("forgot"))
        return [*out, Later(min(self.later))] if self.later else out

    # What is done

    def _steps(self, current: str, update: str) -> list[Intent]:
        ordinals = range(self.start, self.start + self.wanted)
        out: list[Intent] = []
        for ordinal in ordinals:
            pod = self.pods.get(ordinal)
            if pod is None:
                out += self._creation(ordinal, self._revision_for(ordinal, current, update))
                if not self.parallel:
                    return out
            elif pod.get("status", {}).get("phase") in ("Succeeded", "Failed"):
                if not is_terminating(pod):
                    out.append(Delete("pods", pod, self.because("replaced", "pod", pod["metadata"]["name"]), Note(self.owner, "RecreatingFailedPod" if pod["status"]["phase"] == "Failed" else "RecreatingTerminatedPod", f"StatefulSet {self.namespace}/{self.name} is recreating {pod['status']['phase'].lower()} Pod {pod['metadata']['name']}", "Warning" if pod["status"]["phase"] == "Failed" else "Normal")))
                if not self.parallel:
                    return out
            elif not self.parallel and (is_terminating(pod) or not self._is_available(pod)):
                return out
        condemned = sorted((ordinal for ordinal in self.pods if ordinal not in ordinals), reverse=True)
        unhealthy = next((ordinal for ordinal in reversed(condemned) if is_terminating(self.pods[ordinal]) or not is_ready(self.pods[ordinal])), None)
        for ordinal in condemned:
            pod = self.pods[ordinal]
            if is_terminating(pod):
                if not self.parallel:
                    return out
                continue
            if not self.parallel and not self._is_available(pod) and ordinal != unhealthy:
                return out
            out.append(self._deletion(pod))
            if not self.parallel:
                return out
        return out if out else self._updates(ordinals, update)

    def _is_available(self, pod: Doc) -> bool:
        at_ms = available_at_ms(pod, self.spec.get("minReadySeconds", 0))
        if at_ms is None:
            return False
        if at_ms > self.view.now_ms:
            self.later.append(at_ms)
            return False
        return True

    def _revision_for(self, ordinal: int, current: str, update: str) -> str:
        strategy = self.spec["updateStrategy"]
        partition = (strategy.get("rollingUpdate") or {}).get("partition", 0)
        return current if strategy["type"] == "RollingUpdate" and ordinal < self.start + partition else update

    def _updates(self, ordinals: range, update: str) -> list[Intent]:
        strategy = self.spec["updateStrategy"]
        if strategy["type"] != "RollingUpdate":
            return []
        rolling = strategy.get("rollingUpdate") or {}
        allowed, unavailable = _at_least_one(rolling.get("maxUnavailable", 1), self.wanted), 0
        for ordinal in reversed(ordinals):
            pod = self.pods.get(ordinal)
            if pod is None or is_terminating(pod) or not self._is_available(pod):
                unavailable += 1
        out: list[Intent] = []
        for ordinal in reversed(range(ordinals.start + rolling.get("partition", 0), ordinals.stop)):
            pod = self.pods.get(ordinal)
            if unavailable >= allowed and not (pod is not None and _revision(pod) != update and not is_ready(pod)):
                break
            if pod is not None and not is_terminating(pod) and _revision(pod) != update:
                out.append(self._deletion(pod))
                unavailable += 1
                if allowed == 1:
                    break
        return out

    def _deletion(self, pod: Doc) -> Delete:
        name = pod["metadata"]["name"]
        return Delete("pods", pod, self.because("deleted-pod", "pod", name), Note(self.owner, "SuccessfulDelete", f"Delete Pod {name} in StatefulSet {self.name} successful"))

    def _creation(self, ordinal: int, revision: str) -> list[Intent]:
        name = f"{self.name}-{ordinal}"
        out: list[Intent] = []
        template = next((revisions.template_of(doc) for doc in self.history if doc["metadata"]["name"] == revision), self.spec["template"])
        spec = {**template["spec"], "hostname": name, "subdomain": self.spec.get("serviceName", "")}
        if not spec["subdomain"]:
            del spec["subdomain"]
        for claim in self.spec.get("volumeClaimTemplates") or ():
            claim_name = f"{claim['metadata']['name']}-{name}"
            if self.store.get(CLAIMS, self.namespace, claim_name) is None:
                out.append(self._claim(claim, claim_name, name))
            volumes = [volume for volume in spec.get("volumes") or () if volume["name"] != claim["metadata"]["name"]]
            spec["volumes"] = [*volumes, {"name": claim["metadata"]["name"], "persistentVolumeClaim": {"claimName": claim_name}}]
        marks = template.get("metadata") or {}
        labels = {**(marks.get("labels") or {}), REVISION_LABEL: revision, NAME_LABEL: name, INDEX_LABEL: str(ordinal)}
        metadata: dict[str, Any] = {"name": name, "generateName": f"{self.name}-", "namespace": self.namespace, "labels": labels, "ownerReferences": [owner_reference(self.owner)]}
        if marks.get("annotations"):
            metadata["annotations"] = marks["annotations"]
        doc = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
        event = Note(self.owner, "SuccessfulCreate", f"Create Pod {name} in StatefulSet {self.name} successful")
        failure = Note(self.owner, "FailedCreate", f"create Pod {name} in StatefulSet {self.name} failed error: {{error}}", "Warning")
        return [*out, Create("pods", doc, self.because("created-pod", "pod", name), event, failure)]

    def _claim(self, claim: Doc, claim_name: str, pod: str) -> Create:
        labels = {**(claim["metadata"].get("labels") or {}), **(self.spec["selector"].get("matchLabels") or {})}
        metadata: dict[str, Any] = {**claim["metadata"], "name": claim_name, "namespace": self.namespace, "labels": labels}
        if (self.spec.get("persistentVolumeClaimRetentionPolicy") or {}).get("whenDeleted") == "Delete":
            metadata["ownerReferences"] = [_taking(self.owner)]
        doc = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": claim["spec"]}
        return Create(CLAIMS, doc, self.because("created-claim", "claim", claim_name), Note(self.owner, "SuccessfulCreate", f"Create Claim {claim_name} Pod {pod} in StatefulSet {self.name} success"))

    def _claims(self) -> list[Intent]:
        """Have each pod's claims name who takes them away: the set, or the pod if it is one too many. Models UpdatePodClaimForRetentionPolicy."""
        policy, ordinals = self.spec.get("persistentVolumeClaimRetentionPolicy") or {}, range(self.start, self.start + self.wanted)
        out: list[Intent] = []
        for ordinal, pod in sorted(self.pods.items()):
            taker = self.owner if policy.get("whenDeleted") == "Delete" else None
            if ordinal not in ordinals and policy.get("whenScaled") == "Delete":
                taker = {"apiVersion": "v1", "kind": "Pod", **pod}
            for template in self.spec.get("volumeClaimTemplates") or ():
                claim = self.store.get(CLAIMS, self.namespace, f"{template['metadata']['name']}-{pod['metadata']['name']}")
                if claim is not None and not is_terminating(claim):
                    out += self._claim_of(claim, pod, taker)
        return out

    def _claim_of(self, claim: Doc, pod: Doc, taker: Doc | None) -> list[Intent]:
        before = claim["metadata"].get("ownerReferences") or []
        ours = (self.owner["metadata"]["uid"], pod["metadata"]["uid"])
        kept = [reference for reference in before if reference["uid"] not in ours and not (reference["kind"] == "Pod" and reference["name"] == pod["metadata"]["name"])]
        wanted = [*kept, *([_taking(taker)] if taker else [])]
        if wanted == before:
            return []
        metadata = {key: value for key, value in claim["metadata"].items() if key != "ownerReferences"}
        changed = {**claim, "metadata": {**metadata, "ownerReferences": wanted} if wanted else metadata}
        return [Update(CLAIMS, changed, self.because("kept-claim", "claim", claim["metadata"]["name"]))]

    # What is said

    def _status(self, current: str, update: str) -> list[Intent]:
        pods = [pod for pod in self.pods.values() if pod.get("status", {}).get("phase")]
        mine = [pod for pod in pods if not is_terminating(pod)]
        ready = [pod for pod in pods if is_ready(pod) and pod["status"]["phase"] == "Running"]
        available = [pod for pod in ready if self._is_available(pod)]
        on_update = [pod for pod in mine if _revision(pod) == update]
        on_current = [pod for pod in mine if _revision(pod) == current]
        done = len(on_update) == len(ready) == len(pods) == self.wanted and all(is_ready(pod) for pod in on_update)
        if done and self.spec["updateStrategy"]["type"] == "RollingUpdate":
            current, on_current = update, on_update
        before = self.owner.get("status", {})
        status: Doc = {"observedGeneration": self.owner["metadata"].get("generation", 1), "replicas": len(pods), "availableReplicas": len(available), "collisionCount": before.get("collisionCount", 0),
                       "currentRevision": current, "updateRevision": update}
        status |= {name: len(counted) for name, counted in (("readyReplicas", ready), ("currentReplicas", on_current), ("updatedReplicas", on_update)) if counted}
        if status == before:
            return []
        return [UpdateStatus(RESOURCE, self.owner, status, self.because("counted", "ready", str(len(ready)), "wanted", str(self.wanted)))]


def _taking(owner: Doc) -> Doc:
    """Return the reference of a claim to what takes it away."""
    return {key: value for key, value in owner_reference(owner).items() if key != "blockOwnerDeletion"}


def _at_least_one(value: Any, wanted: int) -> int:
    number = ceil(int(str(value).rstrip("%")) * wanted / 100) if isinstance(value, str) and value.endswith("%") else int(value)
    return max(number, 1)


def _revision(pod: Doc) -> str:
    return str((pod["metadata"].get("labels") or {}).get(REVISION_LABEL, ""))


def ordinal_of(pod: Doc, owner: str) -> int | None:
    """Return a pod's number in its StatefulSet, or None if it has no such name."""
    head, _, number = pod["metadata"]["name"].rpartition("-")
    return int(number) if head == owner and number.isdigit() else None
