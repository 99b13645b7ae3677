"""Static pods: manifests in a folder of the node, which its kubelet runs without asking anybody, and shows to the API server as mirror pods.

Models pkg/kubelet/config/file.go and pkg/kubelet/pod/mirror_client.go (1.36). Differs: deleting the mirror pod starts the containers anew.

Where the control plane runs as static pods, its parts stand still with their manifests or their node. Without an API server the mirror pods stay as they were until it answers again.
"""

from collections.abc import Collection
from hashlib import md5

from learnk8s.simulation.kernel import yaml
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.kubelet.contents import STATIC_FOLDER
from learnk8s.simulation.kubernetes.kubelet.pressure import Pressure
from learnk8s.simulation.kubernetes.objects.document import Doc

CHECK_MS = 1_000
"""The folder is watched, so a change is seen at once; the folder as a whole is read every 20 s: facts/numbers.yaml."""
MIRROR, SOURCE, HASH = "kubernetes.io/config.mirror", "kubernetes.io/config.source", "kubernetes.io/config.hash"


class Statics(Pressure):
    """The manifests of all nodes."""

    def manifests_changed(self, node: str) -> None:
        """Have a node's kubelet look at its manifests."""
        if self.nodes[node].answers:
            self._plan(CHECK_MS, "manifests", node, self._machinery.causes.current)

    def look_again(self) -> None:
        """Have every kubelet that runs parts of the control plane show its static pods: the API server may answer again."""
        for node, record in self.nodes.items():
            if record.parts:
                self.manifests_changed(node)

    def _look_at_manifests(self, node: str, cause: int) -> None:
        record = self.nodes.get(node)
        if record is None or not record.answers:
            return
        self._machinery.causes.current = cause
        wanted = self._manifests(node)
        self._move_parts(node, wanted)
        if self._machinery.api.outage:
            return
        for path, (text, namespace, name) in list(record.statics.items()):
            pod = self.store.get("pods", namespace, name)
            if path not in wanted or wanted[path][0] != text:
                del record.statics[path]
                if pod is not None and MIRROR in (pod["metadata"].get("annotations") or {}):
                    self._machinery.causes.add(self._now, "kubelet", "kubelet.static-stopped", "ref", f"Pod/{namespace}/{name}", "node", node, "path", path)
                    self._machinery.api.delete("pods", namespace, name)
            elif pod is None:
                del record.statics[path]
        waits = False
        for path, (text, doc) in wanted.items():
            if path in record.statics:
                continue
            mirror = self._mirror(doc, node, text)
            metadata = mirror["metadata"]
            there = self.store.get("pods", metadata["namespace"], metadata["name"])
            if there is not None and ((there["metadata"].get("annotations") or {}).get(MIRROR) != metadata["annotations"][MIRROR] or "deletionTimestamp" in there["metadata"]):
                waits = True
                continue
            if there is not None:
                record.statics[path] = [text, metadata["namespace"], metadata["name"]]
                continue
            self._machinery.causes.add(self._now, "kubelet", "kubelet.static-started", "ref", f"Pod/{metadata['namespace']}/{metadata['name']}", "node", node, "path", path)
            try:
                self._machinery.api.create("pods", mirror)
            except ApiError as error:
                self.journal(node, f'"Failed creating a mirror pod" err="{error.message}" pod="{metadata["namespace"]}/{metadata["name"]}"')
                continue
            record.statics[path] = [text, metadata["namespace"], metadata["name"]]
        if waits:
            self._plan(CHECK_MS, "manifests", node, cause)

    def _move_parts(self, node: str, wanted: Collection[str]) -> None:
        """Have the parts of the control plane whose manifests came or went start or stand still."""
        parts = self.nodes[node].parts
        for name, ran in list(parts.items()):
            parts[name] = f"{STATIC_FOLDER}/{name}.yaml" in wanted
            if parts[name] != ran:
                self.part_moved(name, ran)

    def move_manifest(self, name: str, *, away: bool) -> None:
        """Move a part's manifest to /tmp on its node, or back, as an operator does to stop and to start it."""
        at_home, aside = f"{STATIC_FOLDER}/{name}.yaml", f"/tmp/{name}.yaml"  # noqa: S108  # a path of the simulated node
        source, target = (at_home, aside) if away else (aside, at_home)
        for node, record in self.nodes.items():
            disk = self.disks.get(f"host/{node}", {})
            text = (disk.get(source) or (0, None))[1]
            if name in record.parts and text is not None:
                disk[source], disk[target] = [self._now, None], [self._now, text]
                record.parts[name] = not away

    def _manifests(self, node: str) -> dict[str, tuple[str, Doc]]:
        found: dict[str, tuple[str, Doc]] = {}
        for path, (_when, text) in sorted(self.disks.get(f"host/{node}", {}).items()):
            name = path.removeprefix(f"{STATIC_FOLDER}/")
            if name == path or "/" in name or name.startswith(".") or text is None:
                continue
            why = ""
            doc: Doc | None = None
            try:
                documents = [entry.value for entry in yaml.documents(text)]
                doc = documents[0] if documents and isinstance(documents[0], dict) else None
            except yaml.YamlFault as fault:
                why = str(fault)
            if doc is None or doc.get("kind") != "Pod" or not isinstance(doc.get("spec"), dict) or not isinstance(doc["spec"].get("containers"), list) or not (doc.get("metadata") or {}).get("name"):
                self.journal(node, f'"Could not process manifest file" err="{path}: couldn\'t parse as pod({why or "no kind Pod, no name or no containers"}), please check config file" path="{path}"')
                continue
            if any(not isinstance(item, dict) or not item.get("image") or not item.get("name") for item in doc["spec"]["containers"]):
                self.journal(node, f'"Could not process manifest file" err="invalid pod: [spec.containers[0].image: Required value]" path="{path}"')
                continue
            found[path] = (text, doc)
        return found

    def _mirror(self, doc: Doc, node: str, text: str) -> Doc:
        metadata = doc["metadata"]
        digest = md5(text.encode(), usedforsecurity=False).hexdigest()
        owner = self.store.get("nodes", "", node) or {"metadata": {"uid": ""}}
        annotations = {**(metadata.get("annotations") or {}), HASH: digest, MIRROR: digest, "kubernetes.io/config.seen": self._machinery.clock.timestamp(), SOURCE: "file"}
        tolerations = [*(doc["spec"].get("tolerations") or ()), {"effect": "NoExecute", "operator": "Exists"}]
        return {"apiVersion": "v1", "kind": "Pod", "spec": {**doc["spec"], "nodeName": node, "tolerations": tolerations},
                "metadata": {"name": f"{metadata['name']}-{node}", "namespace": metadata.get("namespace") or "default", "labels": metadata.get("labels") or {}, "annotations": annotations,
                             "ownerReferences": [{"apiVersion": "v1", "kind": "Node", "name": node, "uid": owner["metadata"]["uid"], "controller": True}]}}

    def journal(self, node: str, line: str) -> None:
        """Write a line into the kubelet's journal on its node."""
        record = self.nodes[node]
        record.journal.append([self._now, line])
        del record.journal[:-50]
