"""Set a cluster up as its scenario says: namespaces, nodes, manifests, and time for them to settle."""

from typing import TYPE_CHECKING

from learnk8s.simulation.kubernetes.apiserver.policy.bootstrap import kept
from learnk8s.simulation.kubernetes.controllers.namespace import api_service, furnishings
from learnk8s.simulation.kubernetes.controllers.persistentvolume import PROVISIONER
from learnk8s.simulation.kubernetes.kubelet.contents import STATIC_FOLDER
from learnk8s.simulation.kubernetes.kubelet.machine import new_node
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import KINDS
from learnk8s.simulation.kubernetes.scenarios.addons import ADDONS, COREDNS_IMAGE, DNS, DNS_RIGHTS, IMAGES
from learnk8s.simulation.kubernetes.scenarios.scenario import Scenario
from learnk8s.simulation.kubernetes.scheduler.framework import Profile

if TYPE_CHECKING:
    from learnk8s.simulation.kubernetes.cluster import Cluster

ESTABLISHED_MS = 500
"""From a definition until its objects can be made."""
CLASSES = "storageclasses.storage.k8s.io"
NAMESPACES = ("default", "kube-system", "kube-public", "kube-node-lease")
RESOURCE_OF = {kind.kind: kind.resource for kind in reversed(KINDS)}


def furnish(cluster: "Cluster", plan: Scenario) -> None:
    """Make what the scenario has from the start; its clock begins at zero when all is settled."""
    cluster.causes.add(0, "scenario", "scenario.began", "scenario", plan.name, parent=0)
    api = cluster.api
    for namespace in NAMESPACES:
        api.create("namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
        for resource, doc in furnishings(namespace):
            api.create(resource, doc)
    for resource, doc in api_service():
        api.create(resource, doc)
    if not plan.bare:
        api.create(CLASSES, standard_class())
    cluster.scheduler.profile = Profile(plan.strategy)
    for number, node in enumerate(plan.nodes):
        for resource, doc in new_node(node.name, number, cpu=node.cpu, memory=node.memory, pods=node.pods, labels=dict(node.labels), bare=plan.bare, timestamp=cluster.clock.timestamp(), dual=plan.is_dual_stack):
            if plan.has_cloud and resource == "nodes":
                doc["spec"]["providerID"] = f"learnk8s://{node.name}"
            if resource == "nodes" and node.taints:
                doc["spec"]["taints"] = [{"key": key, "value": value, "effect": effect} for key, value, effect in node.taints]
            api.create(resource, doc)
    if plan.dns and not plan.bare:
        for record in cluster.kubelets.nodes.values():
            record.images[COREDNS_IMAGE] = None
        for doc in DNS:
            api.create(RESOURCE_OF[doc["kind"]], doc)
        for doc in DNS_RIGHTS:
            cluster.store.put(RESOURCE_OF[doc["kind"]], kept(RESOURCE_OF[doc["kind"]], doc))
    for record in cluster.kubelets.nodes.values():
        record.images.update(dict.fromkeys(plan.images))
    for node, file, text in plan.manifests:
        cluster.kubelets.disks.setdefault(f"host/{node}", {})[f"{STATIC_FOLDER}/{file}"] = [0, text]
        cluster.kubelets.nodes[node].parts[file.removesuffix(".yaml")] = True
        cluster.kubelets.manifests_changed(node)
    for name in plan.addons:
        enable(cluster, name)
    for doc in plan.objects:
        api.create(RESOURCE_OF[doc["kind"]], doc)
    cluster.advance(plan.settle_ms)
    for service, per_second in plan.traffic:
        cluster.network.set_rate("default", service, per_second)


def enable(cluster: "Cluster", name: str) -> None:
    """Make the objects of an add-on that are not there yet; its images are on the nodes."""
    for record in cluster.kubelets.nodes.values():
        record.images.update(dict.fromkeys(image for image in IMAGES if any(image in str(doc) for doc in ADDONS[name])))
    for doc in ADDONS[name]:
        resource = RESOURCE_OF.get(doc["kind"], "")
        if not resource:
            cluster.advance(cluster.clock.now_ms + ESTABLISHED_MS)
            resource = next(kind.resource for kind in cluster.api.kinds() if kind.kind == doc["kind"])
        if cluster.store.get(resource, doc["metadata"].get("namespace", ""), doc["metadata"]["name"]) is None:
            cluster.api.create(resource, doc)


def standard_class() -> Doc:
    """Return the class whose volumes the playground's provisioner makes, once a pod needs them."""
    metadata = {"name": "standard", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}
    return {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": metadata, "provisioner": PROVISIONER, "reclaimPolicy": "Delete", "volumeBindingMode": "WaitForFirstConsumer", "allowVolumeExpansion": True}
