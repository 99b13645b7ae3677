"""Quotas: what each object counts, and who is turned away. Models pkg/quota/v1/evaluator and apiserver/pkg/admission/plugin/resourcequota (1.36)."""

from collections.abc import Iterable, Mapping

from learnk8s.simulation.kernel.quantities import BadQuantity, canonical, millis, whole
from learnk8s.simulation.kubernetes.apiserver.errors import forbidden
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Store

RESOURCE = "resourcequotas"
PLAIN = ("pods", "services", "configmaps", "secrets", "persistentvolumeclaims", "replicationcontrollers", "resourcequotas")
COMPUTE = ("cpu", "memory", "ephemeral-storage")
Amounts = dict[str, int]
"""By resource: thousandths of a CPU, bytes, or pieces."""


def is_cpu(name: str) -> bool:
    """Say whether an amount is in thousandths."""
    return name in ("cpu", "requests.cpu", "limits.cpu")


def amount_of(name: str, text: object) -> int:
    """Return an amount of a quota as a whole number. Raises BadQuantity."""
    return millis(text) if is_cpu(name) else whole(text)  # type: ignore[arg-type]  # foreign JSON


def text_of(name: str, amount: int) -> str:
    """Return an amount as Kubernetes writes it."""
    if is_cpu(name):
        return canonical(f"{amount}m")
    if "memory" in name or "storage" in name:
        return next((f"{amount // size}{unit}" for unit, size in (("Gi", 2**30), ("Mi", 2**20), ("Ki", 2**10)) if amount and amount % size == 0), str(amount))
    return str(amount)


def usage(resource: str, doc: Doc) -> Amounts:
    """Return what one object counts, by every name under which a quota may speak of it."""
    plural, _, group = resource.partition(".")
    found: Amounts = {f"count/{plural}.{group}" if group else f"count/{plural}": 1}
    if resource in PLAIN and (resource != "pods" or _is_counted(doc)):
        found[resource] = 1
    if resource == "pods":
        return {**found, **_pod(doc)} if _is_counted(doc) else {"count/pods": 1}
    if resource == "services":
        kind = doc["spec"].get("type", "ClusterIP")
        ports = sum(1 for _port in doc["spec"].get("ports") or ())
        found["services.nodeports"] = ports if kind == "NodePort" or (kind == "LoadBalancer" and doc["spec"].get("allocateLoadBalancerNodePorts", True)) else 0
        found["services.loadbalancers"] = int(kind == "LoadBalancer")
    if resource == "persistentvolumeclaims":
        size = whole(((doc["spec"].get("resources") or {}).get("requests") or {}).get("storage", "0"))
        found["requests.storage"] = size
        name = doc["spec"].get("storageClassName")
        if name:
            found[f"{name}.storageclass.storage.k8s.io/requests.storage"] = size
            found[f"{name}.storageclass.storage.k8s.io/persistentvolumeclaims"] = 1
    return found


def _is_counted(pod: Doc) -> bool:
    return pod.get("status", {}).get("phase") not in ("Succeeded", "Failed")


def _pod(pod: Doc) -> Amounts:
    found: Amounts = {}
    for table in ("requests", "limits"):
        totals: Amounts = {}
        for container in pod["spec"].get("containers") or ():
            for name, value in ((container.get("resources") or {}).get(table) or {}).items():
                totals[name] = totals.get(name, 0) + amount_of(name, value)
        for container in pod["spec"].get("initContainers") or ():
            for name, value in ((container.get("resources") or {}).get(table) or {}).items():
                totals[name] = max(totals.get(name, 0), amount_of(name, value))
        for name, amount in totals.items():
            found[f"{table}.{name}"] = amount
            if table == "requests" and name in COMPUTE:
                found[name] = amount
    return found


def in_scope(quota: Doc, resource: str, doc: Doc) -> bool:
    """Say whether a quota's scopes take an object."""
    spec = quota.get("spec", {})
    wanted = [(scope, "Exists", ()) for scope in spec.get("scopes") or ()]
    wanted += [(entry["scopeName"], entry["operator"], tuple(entry.get("values") or ())) for entry in (spec.get("scopeSelector") or {}).get("matchExpressions") or ()]
    if not wanted:
        return True
    return resource == "pods" and all(_scope(doc, *entry) for entry in wanted)


def _scope(pod: Doc, scope: str, operator: str, values: Iterable[str]) -> bool:
    from learnk8s.simulation.kubernetes.apiserver.admission import qos_class

    match scope:
        case "Terminating" | "NotTerminating":
            return (pod["spec"].get("activeDeadlineSeconds") is not None) == (scope == "Terminating")
        case "BestEffort" | "NotBestEffort":
            return (qos_class(pod["spec"]) == "BestEffort") == (scope == "BestEffort")
        case "PriorityClass":
            name = pod["spec"].get("priorityClassName", "")
            return {"In": name in values, "NotIn": name not in values, "Exists": bool(name), "DoesNotExist": not name}.get(operator, False)
    return True


def hard_of(quota: Doc) -> Mapping[str, str]:
    """Return a quota's limits."""
    found: Mapping[str, str] = (quota.get("spec") or {}).get("hard") or {}
    return found


def used(store: Store, quota: Doc) -> Amounts:
    """Return what is used of everything that a quota limits."""
    totals: Amounts = dict.fromkeys(hard_of(quota), 0)
    namespace = quota["metadata"]["namespace"]
    for resource in _resources(store, hard_of(quota)):
        for doc in store.list(resource, namespace):
            if not in_scope(quota, resource, doc):
                continue
            for name, amount in usage(resource, doc).items():
                if name in totals:
                    totals[name] += amount
    return totals


def _resources(store: Store, hard: Iterable[str]) -> list[str]:
    names = set()
    for name in hard:
        if name.startswith("count/"):
            names.add(name.removeprefix("count/"))
        elif name.startswith("services"):
            names.add("services")
        elif name == "persistentvolumeclaims" or "storage" in name and "ephemeral" not in name:
            names.add("persistentvolumeclaims")
        else:
            names.add(name if name in PLAIN else "pods")
    return [resource for resource in store.resources() if resource in names]


def check(store: Store, resource: str, doc: Doc, old: Doc | None = None) -> None:
    """Turn an object away if a quota of its namespace would be exceeded. Raises ApiError 403."""
    if not store.count(RESOURCE):
        return
    metadata = doc["metadata"]
    asked = usage(resource, doc)
    if old is not None:
        before = usage(resource, old)
        asked = {name: amount - before.get(name, 0) for name, amount in asked.items()}
    for quota in store.list(RESOURCE, metadata.get("namespace", "")):
        if not in_scope(quota, resource, doc):
            continue
        hard = hard_of(quota)
        if resource == "pods" and old is None:
            _check_said(quota, hard, doc)
        wanted = {name: amount for name, amount in asked.items() if name in hard and amount > 0}
        if not wanted:
            continue
        now = used(store, quota)
        over = sorted(name for name, amount in wanted.items() if now[name] + amount > _bound(name, hard[name]))
        if over:
            said = [",".join(f"{name}={text_of(name, amounts[name])}" for name in over) for amounts in (wanted, now)]
            limits = ",".join(f"{name}={hard[name]}" for name in over)
            raise forbidden(resource, metadata.get("name", ""), f"exceeded quota: {quota['metadata']['name']}, requested: {said[0]}, used: {said[1]}, limited: {limits}")


def _bound(name: str, text: object) -> int:
    try:
        return amount_of(name, text)
    except BadQuantity:
        return 0


def _check_said(quota: Doc, hard: Iterable[str], pod: Doc) -> None:
    """A quota on CPU or memory wants every container to say how much."""
    missing: list[str] = []
    for name in sorted(hard):
        table, _, plain = name.partition(".") if name.startswith(("requests.", "limits.")) else ("requests", "", name)
        if plain not in COMPUTE:
            continue
        silent = [container["name"] for container in pod["spec"].get("containers") or () if plain not in ((container.get("resources") or {}).get(table) or {})]
        if silent:
            missing.append(f"{name} for: {','.join(silent)}")
    if missing:
        raise forbidden("pods", pod["metadata"].get("name", ""), f"failed quota: {quota['metadata']['name']}: must specify {'; '.join(missing)}")
