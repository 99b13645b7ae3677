"""Images: pull, wait in line, be refused, back off. Models pkg/kubelet/images (1.36): serial pulls of one node, back-off 10 s doubling to 300 s."""

import json
from base64 import b64decode

from learnk8s.simulation.kubernetes.kubelet import fake
from learnk8s.simulation.kubernetes.kubelet.parts import KubeletParts, seconds_text
from learnk8s.simulation.kubernetes.kubelet.runtime import ContainerRecord, NodeRecord, PodRecord
from learnk8s.simulation.kubernetes.objects.document import Doc

START_MS = (80, 200)
"""From a present image to a running process: facts/numbers.yaml, lab-suggestion-boot."""
PULL_BYTES_PER_MS = 50_000
PULL_BASE_MS = 400
BACKOFF_FIRST_MS, BACKOFF_MAX_MS = 10_000, 300_000
"""facts/numbers.yaml: crashloop, image-backoff."""


class Pulling(KubeletParts):
    """The stages from a scheduled container to one whose image is there."""

    def _pull(self, uid: str, name: str, generation: int, cause: int) -> None:
        stage = self._stage(uid, name, generation)
        if stage is None:
            return
        record, pod, node, entry = stage
        spec = self.spec_of(pod, name)
        image, policy = spec["image"], spec.get("imagePullPolicy", "IfNotPresent")
        if self.bare:
            self._pull_fake(pod, record, entry, image, cause)
            return
        if not self.registry.is_valid(image):
            self._hold(pod, record, entry, "InvalidImageName", f'Failed to apply default image tag "{image}": couldn\'t parse image name "{image}": invalid reference format', cause, image)
            self._event(pod, record, "Warning", "InspectFailed", f'Failed to apply default image tag "{image}": couldn\'t parse image name "{image}": invalid reference format', name)
            return
        if image in node.images and (policy != "Always" or self.registry.broken is False):
            if policy == "Always":
                self._event(pod, record, "Normal", "Pulling", f'Pulling image "{image}"', name)
                self._plan(PULL_BASE_MS, "pulled", uid, name, generation, PULL_BASE_MS, PULL_BASE_MS, cause)
                return
            self._event(pod, record, "Normal", "Pulled", f'Container image "{image}" already present on machine and can be accessed by the pod', name)
            self._plan(self._machinery.dice.between(*START_MS, "start", uid, name), "start", uid, name, generation, cause)
            return
        if policy == "Never":
            self._event(pod, record, "Warning", "ErrImageNeverPull", f'Container image "{image}" is not present with pull policy of Never', name)
            self._hold(pod, record, entry, "ErrImageNeverPull", f'Container image "{image}" is not present with pull policy of Never', cause, image)
            return
        self._event(pod, record, "Normal", "Pulling", f'Pulling image "{image}"', name)
        waits_ms = max(node.pull_free_ms - self._now, 0)
        found = self.registry.find(image)
        takes_ms = PULL_BASE_MS + (found.size_bytes // PULL_BYTES_PER_MS if found is not None else 0) + self._machinery.dice.between(0, 300, "pull", uid, name)
        if image in node.images or self._being_pulled(node, image):
            takes_ms = PULL_BASE_MS
        if found is not None:
            node.pull_free_ms = self._now + waits_ms + takes_ms
            self._pulling.setdefault(node.name, {})[image] = node.pull_free_ms
        self._plan(waits_ms + takes_ms, "pulled", uid, name, generation, takes_ms, waits_ms + takes_ms, cause)

    def _pull_fake(self, pod: Doc, record: PodRecord, entry: ContainerRecord, image: str, cause: int) -> None:
        refusal = fake.pull_refusal(pod, image)
        if not refusal:
            self._start(record.uid, entry.name, entry.generation, cause)
            return
        self._hold(pod, record, entry, "ErrImagePull", refusal, cause, image)
        entry.pull_backoff_ms = min(entry.pull_backoff_ms * 2, BACKOFF_MAX_MS) if entry.pull_backoff_ms else BACKOFF_FIRST_MS
        self._plan(fake.PULL_BACKOFF_MS, "restart", record.uid, entry.name, entry.generation, cause, "image")

    def _being_pulled(self, node: NodeRecord, image: str) -> bool:
        return self._pulling.get(node.name, {}).get(image, -1) >= self._now

    def _pulled(self, uid: str, name: str, generation: int, took_ms: int, with_wait_ms: int, cause: int) -> None:
        stage = self._stage(uid, name, generation)
        if stage is None:
            return
        record, pod, node, entry = stage
        image = self.spec_of(pod, name)["image"]
        refusal = self.registry.refusal(image, self._logins(pod, record))
        if refusal is not None:
            self._pull_failed(pod, record, entry, image, refusal, cause)
            return
        entry.pull_backoff_ms = 0
        node.images[image] = None
        self._pulling.get(node.name, {}).pop(image, None)
        size = self.registry.find(image)
        self._event(pod, record, "Normal", "Pulled", f'Successfully pulled image "{image}" in {seconds_text(took_ms)} ({seconds_text(with_wait_ms)} including waiting). Image size: {size.size_bytes if size else 0} bytes.', name)
        self._plan(self._machinery.dice.between(*START_MS, "start", uid, name), "start", uid, name, generation, cause)

    def _pull_failed(self, pod: Doc, record: PodRecord, entry: ContainerRecord, image: str, refusal: str, cause: int) -> None:
        self._event(pod, record, "Warning", "Failed", f'Failed to pull image "{image}": {refusal}', entry.name)
        self._event(pod, record, "Warning", "Failed", "Error: ErrImagePull", entry.name)
        self._hold(pod, record, entry, "ErrImagePull", refusal, cause, image)
        entry.pull_backoff_ms = min(entry.pull_backoff_ms * 2, BACKOFF_MAX_MS) if entry.pull_backoff_ms else BACKOFF_FIRST_MS
        self._plan(min(entry.pull_backoff_ms, 13_000) if entry.pull_backoff_ms > BACKOFF_FIRST_MS else 1_500, "restart", record.uid, entry.name, entry.generation, cause, "image")

    def _hold(self, pod: Doc, record: PodRecord, entry: ContainerRecord, reason: str, message: str, cause: int, image: str) -> None:
        entry.state, entry.reason, entry.message = "waiting", reason, message
        self._because("kubelet.pull-failed", record, cause, "image", image)
        self._write(pod, record)

    def _image_backoff(self, pod: Doc, record: PodRecord, entry: ContainerRecord, cause: int) -> None:
        image = self.spec_of(pod, entry.name)["image"]
        refusal = self.registry.refusal(image, self._logins(pod, record)) or "image pull failed"
        self._event(pod, record, "Normal", "BackOff", f'Back-off pulling image "{image}"', entry.name)
        self._event(pod, record, "Warning", "Failed", "Error: ImagePullBackOff", entry.name)
        entry.state, entry.reason, entry.message = "waiting", "ImagePullBackOff", f'Back-off pulling image "{image}": ErrImagePull: {refusal}'
        self._machinery.causes.current = cause
        self._write(pod, record)
        self._plan(entry.pull_backoff_ms, "restart", record.uid, entry.name, entry.generation, cause, "pull")
    def _logins(self, pod: Doc, record: PodRecord) -> list[str]:
        """Return the registries for which the pod has pull secrets, its service account's among them; say which secrets are not there."""
        account = self.store.get("serviceaccounts", record.namespace, pod["spec"].get("serviceAccountName") or "default") or {}
        names = [entry.get("name", "") for entry in pod["spec"].get("imagePullSecrets") or account.get("imagePullSecrets") or ()]
        found: list[str] = []
        missing = []
        for name in names:
            secret = self.store.get("secrets", record.namespace, name)
            if secret is None:
                missing.append(name)
                continue
            try:
                text = b64decode((secret.get("data") or {}).get(".dockerconfigjson", "")).decode(errors="replace")
                found += list((json.loads(text or "{}").get("auths") or {}) if text else {})
            except (ValueError, AttributeError):
                continue
        if missing:
            self._event(pod, record, "Warning", "FailedToRetrieveImagePullSecret", f"Unable to retrieve some image pull secrets ({', '.join(missing)}); attempting to pull the image may not succeed.")
        return found
