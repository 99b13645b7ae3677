"""Tables: the columns in which kubectl shows each kind. Models pkg/printers/internalversion/printers.go (1.36)."""

from collections.abc import Sequence
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.cells import Tables, age, columns, containers_text, created, selector_text, some
from learnk8s.simulation.kubernetes.apiserver.event_objects import as_old
from learnk8s.simulation.kubernetes.apiserver.machinery_tables import TABLES as MACHINERY
from learnk8s.simulation.kubernetes.apiserver.networking.tables import TABLES as NETWORKING
from learnk8s.simulation.kubernetes.apiserver.pod_words import pod_ready, pod_restarts, pod_word
from learnk8s.simulation.kubernetes.apiserver.policy.tables import TABLES as POLICY
from learnk8s.simulation.kubernetes.apiserver.storage.tables import TABLES as STORAGE
from learnk8s.simulation.kubernetes.apiserver.workloads.tables import TABLES as WORKLOADS
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Store


def _pod(pod: Doc, store: Store) -> Sequence[Any]:
    status, spec = pod.get("status", {}), pod["spec"]
    gates = spec.get("readinessGates") or ()
    met = sum(any(entry["type"] == gate["conditionType"] and entry["status"] == "True" for entry in status.get("conditions", ())) for gate in gates)
    return (pod["metadata"]["name"], pod_ready(pod), pod_word(pod), pod_restarts(pod, store.clock.now_ms), created(pod, store), status.get("podIP") or "<none>",
            spec.get("nodeName") or "<none>", status.get("nominatedNodeName") or "<none>", f"{met}/{len(gates)}" if gates else "<none>")


def _node(node: Doc, store: Store) -> Sequence[Any]:
    labels, status = node["metadata"].get("labels") or {}, node.get("status", {})
    roles = sorted({key.removeprefix("node-role.kubernetes.io/") for key in labels if key.startswith("node-role.kubernetes.io/")})
    ready = next((entry for entry in status.get("conditions", ()) if entry["type"] == "Ready"), None)
    word = "Unknown" if ready is None else "Ready" if ready["status"] == "True" else "NotReady"
    if node.get("spec", {}).get("unschedulable"):
        word += ",SchedulingDisabled"
    info = status.get("nodeInfo", {})
    addresses = {entry["type"]: entry["address"] for entry in status.get("addresses", ())}
    return (node["metadata"]["name"], word, ",".join(roles) or "<none>", created(node, store), info.get("kubeletVersion", ""), addresses.get("InternalIP", "<none>"),
            addresses.get("ExternalIP", "<none>"), info.get("osImage") or "<unknown>", info.get("kernelVersion") or "<unknown>", info.get("containerRuntimeVersion") or "<unknown>")


def _deployment(doc: Doc, store: Store) -> Sequence[Any]:
    status, spec = doc.get("status", {}), doc["spec"]
    names, images = containers_text(spec["template"]["spec"])
    return (doc["metadata"]["name"], f"{status.get('readyReplicas', 0)}/{spec.get('replicas', 1)}", status.get("updatedReplicas", 0), status.get("availableReplicas", 0),
            created(doc, store), names, images, selector_text(spec.get("selector")))


def _replicaset(doc: Doc, store: Store) -> Sequence[Any]:
    status, spec = doc.get("status", {}), doc["spec"]
    names, images = containers_text(spec["template"]["spec"])
    return (doc["metadata"]["name"], spec.get("replicas", 1), status.get("replicas", 0), status.get("readyReplicas", 0), created(doc, store), names, images, selector_text(spec.get("selector")))


def _service(doc: Doc, store: Store) -> Sequence[Any]:
    spec = doc["spec"]
    kind = spec.get("type", "ClusterIP")
    ports = [f"{port['port']}:{port['nodePort']}/{port.get('protocol', 'TCP')}" if port.get("nodePort") else f"{port['port']}/{port.get('protocol', 'TCP')}" for port in spec.get("ports") or ()]
    selector = ",".join(f"{key}={value}" for key, value in sorted((spec.get("selector") or {}).items()))
    return (doc["metadata"]["name"], kind, spec.get("clusterIP") or "<none>", _external(doc, kind), ",".join(ports) or "<none>", created(doc, store), selector or "<none>")


def _external(doc: Doc, kind: str) -> str:
    spec = doc["spec"]
    if kind == "ExternalName":
        return spec.get("externalName") or "<none>"
    if kind == "LoadBalancer":
        given = [entry.get("ip") or entry.get("hostname", "") for entry in doc.get("status", {}).get("loadBalancer", {}).get("ingress") or ()]
        return ",".join([*given, *(spec.get("externalIPs") or ())]) or "<pending>"
    return ",".join(spec.get("externalIPs") or ()) or "<none>"


def _event(doc: Doc, store: Store) -> Sequence[Any]:
    doc = {**doc, **as_old({key: value for key, value in doc.items() if key != "apiVersion"})}
    about, source, series = doc.get("involvedObject") or {}, doc.get("source") or {}, doc.get("series") or {}
    source = source if source.get("component") else {"component": doc.get("reportingComponent", ""), "host": doc.get("reportingInstance", "")}
    first = age(store, doc.get("firstTimestamp") or doc.get("eventTime"))
    last = age(store, series.get("lastObservedTime") or doc.get("lastTimestamp") or doc.get("firstTimestamp") or doc.get("eventTime"))
    count = series.get("count") or doc.get("count") or 1
    seen = f"{last} (x{count} over {first})" if count > 1 else first
    return (seen, doc.get("type", ""), doc.get("reason", ""), f"{about.get('kind', '').lower()}/{about.get('name', '')}", about.get("fieldPath", ""),
            ", ".join(filter(None, (source.get("component", ""), source.get("host", "")))), doc.get("message", "").strip(), first, count, doc["metadata"]["name"])


def _configmap(doc: Doc, store: Store) -> Sequence[Any]:
    return (doc["metadata"]["name"], len(doc.get("data") or {}) + len(doc.get("binaryData") or {}), created(doc, store))


def _secret(doc: Doc, store: Store) -> Sequence[Any]:
    return (doc["metadata"]["name"], doc.get("type", "Opaque"), len(doc.get("data") or {}), created(doc, store))


def _namespace(doc: Doc, store: Store) -> Sequence[Any]:
    return (doc["metadata"]["name"], doc.get("status", {}).get("phase", "Active"), created(doc, store))


def _serviceaccount(doc: Doc, store: Store) -> Sequence[Any]:
    return (doc["metadata"]["name"], len(doc.get("secrets") or ()), created(doc, store))


def _lease(doc: Doc, store: Store) -> Sequence[Any]:
    return (doc["metadata"]["name"], doc.get("spec", {}).get("holderIdentity", ""), created(doc, store))


def _endpointslice(doc: Doc, store: Store) -> Sequence[Any]:
    ports = ",".join(str(port.get("port", "*")) for port in doc.get("ports") or ()) or "<unset>"
    addresses = [address for entry in doc.get("endpoints") or () for address in entry.get("addresses") or ()]
    return (doc["metadata"]["name"], doc.get("addressType", ""), ports, some(addresses) or "<unset>", created(doc, store))


def _endpoints(doc: Doc, store: Store) -> Sequence[Any]:
    pairs = [f"{address['ip']}:{port['port']}" for subset in doc.get("subsets") or () for address in subset.get("addresses") or () for port in subset.get("ports") or ()]
    return (doc["metadata"]["name"], some(pairs) or "<none>", created(doc, store))


TABLES: Tables = {
    **MACHINERY, **NETWORKING, **POLICY, **STORAGE, **WORKLOADS,
    "pods": (columns("Name|Ready|Status|Restarts|Age", "IP|Node|Nominated Node|Readiness Gates"), _pod),
    "nodes": (columns("Name|Status|Roles|Age|Version", "Internal-IP|External-IP|OS-Image|Kernel-Version|Container-Runtime"), _node),
    "deployments.apps": (columns("Name|Ready|Up-to-date|Available|Age", "Containers|Images|Selector"), _deployment),
    "replicasets.apps": (columns("Name|Desired|Current|Ready|Age", "Containers|Images|Selector"), _replicaset),
    "services": (columns("Name|Type|Cluster-IP|External-IP|Port(s)|Age", "Selector"), _service),
    "events": ((("Last Seen", 0), ("Type", 0), ("Reason", 0), ("Object", 0), ("Subobject", 1), ("Source", 1), ("Message", 0), ("First Seen", 1), ("Count", 1), ("Name", 1)), _event),
    "configmaps": (columns("Name|Data|Age"), _configmap),
    "secrets": (columns("Name|Type|Data|Age"), _secret),
    "namespaces": (columns("Name|Status|Age"), _namespace),
    "serviceaccounts": (columns("Name|Secrets|Age"), _serviceaccount),
    "leases.coordination.k8s.io": (columns("Name|Holder|Age"), _lease),
    "endpointslices.discovery.k8s.io": (columns("Name|AddressType|Ports|Endpoints|Age"), _endpointslice),
    "endpoints": (columns("Name|Endpoints|Age"), _endpoints),
}


TABLES["events.events.k8s.io"] = TABLES["events"]


def table_of(store: Store, resource: str, docs: list[Doc], *, wide: bool) -> Doc:
    """Return documents as a Table; each row carries its object."""
    heads, row = TABLES.get(resource, (columns("Name|Age"), lambda doc, found: (doc["metadata"]["name"], created(doc, found))))
    rows: list[Doc] = [{"cells": list(row(doc, store)), "object": doc} for doc in docs]
    if not wide:
        keep = [index for index, (_name, priority) in enumerate(heads) if priority == 0]
        rows = [{"cells": [entry["cells"][index] for index in keep], "object": entry["object"]} for entry in rows]
        heads = tuple(heads[index] for index in keep)
    return {"kind": "Table", "apiVersion": "meta.k8s.io/v1", "columnDefinitions": [{"name": name, "type": "string", "priority": priority} for name, priority in heads], "rows": rows}
