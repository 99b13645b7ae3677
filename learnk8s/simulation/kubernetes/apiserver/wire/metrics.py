"""metrics.k8s.io/v1beta1: what pods and nodes use. Models kubernetes-sigs/metrics-server."""

from collections.abc import Mapping

from learnk8s.simulation.kubernetes.apiserver.errors import ApiError, not_found
from learnk8s.simulation.kubernetes.apiserver.selectors import label_matcher
from learnk8s.simulation.kubernetes.apiserver.server import ApiServer
from learnk8s.simulation.kubernetes.apiserver.wire.paths import Place
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import Kind

GROUP_VERSION = "metrics.k8s.io/v1beta1"
WINDOW = "10s"
KINDS = (Kind("metrics.k8s.io", "v1beta1", "NodeMetrics", "nodes", "", namespaced=False, verbs=("get", "list")), Kind("metrics.k8s.io", "v1beta1", "PodMetrics", "pods", "", verbs=("get", "list")))


def answer(api: ApiServer, place: Place, query: Mapping[str, str]) -> Doc:
    """Return the metrics of one thing or of all. Raises ApiError 404 where there are none."""
    if api.usage is None or place.plural not in ("pods", "nodes"):
        raise ApiError(404, "NotFound", "the server could not find the requested resource")
    fits = label_matcher(query["labelSelector"]) if query.get("labelSelector") else None
    docs = api.store.list(place.plural, place.namespace or None if place.plural == "pods" else None)
    make = _pod if place.plural == "pods" else _node
    found = [make(api, doc) for doc in docs if fits is None or fits(doc["metadata"].get("labels") or {})]
    shown = [doc for doc in found if doc is not None]
    if place.name:
        one = next((doc for doc in shown if doc["metadata"]["name"] == place.name), None)
        if one is None:
            raise not_found(f"{place.plural}.metrics.k8s.io", place.name)
        return one
    return {"kind": "PodMetricsList" if make is _pod else "NodeMetricsList", "apiVersion": GROUP_VERSION, "metadata": {}, "items": shown}


def _measured(api: ApiServer, kind: str, doc: Doc, **rest: object) -> Doc:
    metadata = {key: doc["metadata"][key] for key in ("name", "namespace", "labels") if key in doc["metadata"]}
    return {"kind": kind, "apiVersion": GROUP_VERSION, "metadata": {**metadata, "creationTimestamp": api.store.clock.timestamp()}, "timestamp": api.store.clock.timestamp(), "window": WINDOW, **rest}


def _amounts(cpu_millicores: int, memory_bytes: int) -> Doc:
    return {"cpu": f"{cpu_millicores * 1_000_000}n", "memory": f"{memory_bytes // 1024}Ki"}


def _pod(api: ApiServer, pod: Doc) -> Doc | None:
    if pod.get("status", {}).get("phase") != "Running" or api.usage is None:
        return None
    cpu, memory = api.usage(pod)
    names = [container["name"] for container in pod["spec"]["containers"]]
    return _measured(api, "PodMetrics", pod, containers=[{"name": name, "usage": _amounts(cpu // len(names), memory // len(names))} for name in names])


def _node(api: ApiServer, node: Doc) -> Doc:
    used = [api.usage(pod) for pod in api.store.pods_on(node["metadata"]["name"]) if pod.get("status", {}).get("phase") == "Running"] if api.usage else []
    return _measured(api, "NodeMetrics", node, usage=_amounts(sum(cpu for cpu, _memory in used) + 50, sum(memory for _cpu, memory in used) + 300 * 2**20))
