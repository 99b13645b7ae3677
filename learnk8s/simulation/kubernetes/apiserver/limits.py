"""LimitRange: defaults for containers, and bounds. Models plugin/pkg/admission/limitranger/admission.go (1.36)."""

from collections.abc import Iterator
from typing import Any

from learnk8s.simulation.kernel.quantities import canonical, millis, whole
from learnk8s.simulation.kubernetes.apiserver.errors import forbidden
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Store

RESOURCE = "limitranges"


def _items(store: Store, namespace: str, type_: str) -> Iterator[Doc]:
    for found in store.list(RESOURCE, namespace):
        yield from (item for item in found.get("spec", {}).get("limits") or () if item.get("type") == type_)


def with_defaults(store: Store, namespace: str, spec: Doc, notes: list[str]) -> Doc:
    """Return a pod spec whose containers say what the namespace's limit ranges say for them; `notes` collects what was set."""
    if not store.count(RESOURCE):
        return spec
    requests: dict[str, Any] = {}
    limits: dict[str, Any] = {}
    for item in _items(store, namespace, "Container"):
        requests = {**item.get("defaultRequest", {}), **requests}
        limits = {**item.get("default", {}), **limits}
    if not requests and not limits:
        return spec
    changed = dict(spec)
    for part, word in (("containers", "container"), ("initContainers", "init container")):
        if spec.get(part):
            changed[part] = [_filled(container, requests, limits, notes, word) for container in spec[part]]
    return changed


def filled(store: Store, resource: str, doc: Doc) -> Doc:
    """Return a new pod as its namespace's limit ranges make it, which is what its validation looks at; other objects as they are."""
    return {**doc, "spec": with_defaults(store, doc["metadata"].get("namespace", ""), doc["spec"], [])} if resource == "pods" else doc


def _filled(container: Doc, requests: Doc, limits: Doc, notes: list[str], word: str) -> Doc:
    resources = container.get("resources") or {}
    own = {table: dict(resources.get(table) or {}) for table in ("requests", "limits")}
    own["requests"] = {**own["limits"], **own["requests"]}  # what is limited is asked for too, before any range says what is usual
    added: dict[str, list[str]] = {"requests": [], "limits": []}
    for table, defaults in (("limits", limits), ("requests", requests)):
        for name, value in defaults.items():
            if name not in own[table]:
                own[table][name] = value
                added[table].append(name)
    if not any(added.values()):
        return container
    for table, title in (("requests", "request"), ("limits", "limit")):
        if added[table]:
            notes.append(f"{', '.join(sorted(added[table]))} {title} for {word} {container['name']}")
    return {**container, "resources": {**resources, **{table: amounts for table, amounts in own.items() if amounts}}}


def check(store: Store, resource: str, doc: Doc) -> None:
    """Turn away what is beyond a limit range. Raises ApiError 403 with all complaints."""
    if not store.count(RESOURCE) or resource not in ("pods", "persistentvolumeclaims"):
        return
    namespace, said = doc["metadata"].get("namespace", ""), []
    if resource == "persistentvolumeclaims":
        for item in _items(store, namespace, "PersistentVolumeClaim"):
            said += list(_bounds(item, (doc["spec"].get("resources") or {}).get("requests") or {}, {}, "PersistentVolumeClaim"))
    else:
        for item in _items(store, namespace, "Container"):
            for container in [*(doc["spec"].get("containers") or ()), *(doc["spec"].get("initContainers") or ())]:
                resources = container.get("resources") or {}
                said += list(_bounds(item, resources.get("requests") or {}, resources.get("limits") or {}, "Container"))
        for item in _items(store, namespace, "Pod"):
            totals = [_summed(doc["spec"], table) for table in ("requests", "limits")]
            said += list(_bounds(item, *totals, "Pod"))
    if said:
        raise forbidden(resource, doc["metadata"].get("name", ""), said[0] if len(said) == 1 else f"[{', '.join(said)}]")


def _summed(spec: Doc, table: str) -> dict[str, Any]:
    totals: dict[str, int] = {}
    for container in spec.get("containers") or ():
        for name, value in ((container.get("resources") or {}).get(table) or {}).items():
            totals[name] = totals.get(name, 0) + _number(name, value)
    return {name: canonical(f"{amount}m" if name == "cpu" else amount) for name, amount in totals.items()}


def _number(name: str, value: Any) -> int:
    return millis(value) if name == "cpu" else whole(value)


def _bounds(item: Doc, requests: Doc, limits: Doc, type_: str) -> Iterator[str]:
    for name, least in (item.get("min") or {}).items():
        if name not in requests and name not in limits:
            yield f"minimum {name} usage per {type_} is {least}.  No request is specified"
        elif name in requests and _number(name, requests[name]) < _number(name, least):
            yield f"minimum {name} usage per {type_} is {least}, but request is {requests[name]}"
        elif name in limits and _number(name, limits[name]) < _number(name, least):
            yield f"minimum {name} usage per {type_} is {least}, but limit is {limits[name]}"
    for name, most in (item.get("max") or {}).items():
        if type_ == "PersistentVolumeClaim":
            if name in requests and _number(name, requests[name]) > _number(name, most):
                yield f"maximum {name} usage per {type_} is {most}, but request is {requests[name]}"
        elif name not in limits:
            yield f"maximum {name} usage per {type_} is {most}.  No limit is specified"
        elif _number(name, limits[name]) > _number(name, most):
            yield f"maximum {name} usage per {type_} is {most}, but limit is {limits[name]}"
        elif name in requests and _number(name, requests[name]) > _number(name, most):
            yield f"maximum {name} usage per {type_} is {most}, but request is {requests[name]}"
    for name, ratio in (item.get("maxLimitRequestRatio") or {}).items():
        if name not in requests or name not in limits:
            yield f"{name} max limit to request ratio per {type_} is {ratio}, but no request is specified or request is 0" if name not in requests else f"{name} max limit to request ratio per {type_} is {ratio}, but no limit is specified or limit is 0"
            continue
        found = _number(name, limits[name]) / max(_number(name, requests[name]), 1)
        if found > float(ratio):
            yield f"{name} max limit to request ratio per {type_} is {ratio}, but provided ratio is {found:f}"
