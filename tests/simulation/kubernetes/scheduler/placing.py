"""Small clusters made of a few words, and what the scheduler says of a pod in them."""

from learnk8s.simulation.kubernetes.scheduler.cases import answers

HOST, ZONE = "kubernetes.io/hostname", "topology.kubernetes.io/zone"


def node(name, *, cpu="4", memory="8Gi", zone="", taints=(), unschedulable=False, labels=None, **status):
    """Return a node of 4 CPUs."""
    room = {"cpu": cpu, "memory": memory, "pods": "110"}
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": {HOST: name, **({ZONE: zone} if zone else {}), **(labels or {})}},
            "spec": {"taints": list(taints), **({"unschedulable": True} if unschedulable else {})}, "status": {"allocatable": room, "capacity": room, **status}}


def pod(name="new", *, on="", cpu="100m", labels=None, claims=(), namespace="default", priority="", container=None, **spec):
    """Return a pod with one container; with `on` it runs on a node."""
    made = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": namespace, "labels": labels or {"app": "web"}},
            "spec": {"containers": [{"name": "c", "image": "web:1", "resources": {"requests": {"cpu": cpu}} if cpu else {}, **(container or {})}], **spec}}
    if claims:
        made["spec"]["volumes"] = [{"name": claim, "persistentVolumeClaim": {"claimName": claim}} for claim in claims]
    if priority:
        made["spec"]["priorityClassName"] = priority
    if on:
        made["spec"]["nodeName"] = on
        made["status"] = {"phase": "Running", "startTime": "2026-01-01T00:00:00Z"}
    return made


def claim(name, *, bound="", storage_class="", modes=("ReadWriteOnce",), size="1Gi", phase="", **metadata):
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name, "namespace": "default", **metadata},
            "spec": {"accessModes": list(modes), "storageClassName": storage_class, "resources": {"requests": {"storage": size}}, **({"volumeName": bound} if bound else {})},
            "status": {"phase": phase or ("Bound" if bound else "Pending")}}


def volume(name, *, zones=(), on="", storage_class="", size="1Gi", labels=None, csi=None, **more):
    terms = [{"matchExpressions": [{"key": ZONE if zones else HOST, "operator": "In", "values": list(zones) or [on]}]}] if zones or on else []
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name, "labels": labels or {}},
            "spec": {"capacity": {"storage": size}, "accessModes": ["ReadWriteOnce"], "storageClassName": storage_class, **({"nodeAffinity": {"required": {"nodeSelectorTerms": terms}}} if terms else {}), **({"csi": csi} if csi else {}), **more}}


def storage_class(name, provisioner="disk.example.com", *, waits=True, **more):
    return {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": name}, "provisioner": provisioner, "volumeBindingMode": "WaitForFirstConsumer" if waits else "Immediate", **more}


def placed(new, nodes, *others, running=()):
    """Return the answer for one pod."""
    return answers({"id": "one", "nodes": nodes, "bound_pods": list(running), "other_objects": list(others), "pending": [{"pod": new, "result": {"node": None}}]})["pending"][0]


def first_sentence(answer):
    """Return why no node was found, without what preemption says."""
    return (answer["message"] or "").split(" no new claims")[0]
