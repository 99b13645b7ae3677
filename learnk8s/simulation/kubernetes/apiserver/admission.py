"""What the API server adds to objects before it stores them, and whom it turns away.

Models plugin/pkg/admission/{serviceaccount,defaulttolerationseconds,priority,namespace/lifecycle} (1.36). The admitted spec of a template is remembered by
the template's identity, so that a thousand pods of one ReplicaSet share one spec. Differs: they then also share the random suffix of the
volume `kube-api-access-…`.
"""

from typing import Any

from learnk8s.simulation.kubernetes.apiserver.pod_defaults import default_pod_spec
from learnk8s.simulation.kubernetes.apiserver.scheduling_fields import with_runtime_class
from learnk8s.simulation.kubernetes.apiserver.errors import forbidden, not_found
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Store

TOLERATION_S = 300
"""facts/numbers.yaml: default-toleration."""
TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"
TOKEN_S = 3607
PRIORITIES = {"system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}
MIRROR = "kubernetes.io/config.mirror"
"""The annotation of pods that a kubelet shows for its static pods."""
RUNTIMES = "runtimeclasses.node.k8s.io"
REMEMBERED_MAX = 256
OF_ACCOUNTS = ("automountServiceAccountToken", "imagePullSecrets")
"""What of a service account reaches its pods."""
TOLERATIONS: tuple[Doc, ...] = tuple({"key": f"node.kubernetes.io/{key}", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": TOLERATION_S} for key in ("not-ready", "unreachable"))


class Admission:
    """Admits pods into namespaces."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._bound: dict[tuple[int, str], tuple[Doc, Doc]] = {}
        self._remembered: dict[int, tuple[Doc, Doc, str, tuple[str, ...]]] = {}

    def namespace(self, resource: str, namespace: str, name: str) -> None:
        """Refuse what is to be made in a namespace that is not there or is going. Models NamespaceLifecycle."""
        found = self._store.get("namespaces", "", namespace)
        if found is None:
            raise not_found("namespaces", namespace)
        if "deletionTimestamp" in found["metadata"]:
            raise forbidden(resource, name, f"unable to create new content in namespace {namespace} because it is being terminated")

    def pod_spec(self, spec: Doc, namespace: str, origin: str, *, is_mirror: bool = False) -> Doc:
        """Return the spec with service account, token volume, pull secrets, tolerations and priority; the mirror of a static pod gets no account, since its containers run without one.

        `origin` names where the spec comes from (the owner's uid, else the pod's name): the random suffix depends on it alone, so that
        it does not matter whether the spec is remembered.
        """
        seen = self._remembered.get(id(spec))
        account = None if is_mirror else self._store.get("serviceaccounts", namespace, spec.get("serviceAccountName") or "default") or {}
        depends_on = (*(doc["metadata"]["resourceVersion"] for resource in ("priorityclasses.scheduling.k8s.io", RUNTIMES) for doc in self._store.list(resource)), repr([account and account.get(name) for name in OF_ACCOUNTS]))
        if seen is not None and seen[0] is spec and seen[2:] == (origin, depends_on):
            return seen[1]
        admitted = self._admitted(default_pod_spec(spec, in_pod=True), origin, account)
        if len(self._remembered) >= REMEMBERED_MAX:
            self._remembered.clear()
        self._remembered[id(spec)] = (spec, admitted, origin, depends_on)
        return admitted

    def check(self, metadata: Doc, spec: Doc) -> None:
        """Refuse a pod whose service account, priority or runtime is not there: the plugins that fill a pod in are asked before it is validated.

        The account that every namespace has is waited for, as the real plugin does: it comes at once.
        """
        name = metadata.get("generateName") or metadata.get("name", "")
        namespace, account = metadata.get("namespace", ""), spec.get("serviceAccountName") or "default"
        if account != "default" and MIRROR not in (metadata.get("annotations") or {}) and self._store.get("serviceaccounts", namespace, account) is None:
            raise forbidden("pods", name, f'error looking up service account {namespace}/{account}: serviceaccount "{account}" not found')
        value, policy = self._priority(dict(spec), name)
        if spec.get("priority") not in (None, value):
            raise forbidden("pods", name, f"the integer value of priority ({spec['priority']}) must not be provided in pod spec; priority admission controller computed {value} from the given PriorityClass name")
        if spec.get("preemptionPolicy") not in (None, policy):
            raise forbidden("pods", name, f"the string value of PreemptionPolicy ({spec['preemptionPolicy']}) must not be provided in pod spec; priority admission controller computed {policy} from the given PriorityClass name")
        self._with_runtime(spec, name)

    def default_class(self, resource: str, doc: Doc) -> None:
        """Refuse a second priority class for pods that name none."""
        name = doc["metadata"].get("name", "")
        if resource == "priorityclasses.scheduling.k8s.io" and doc.get("globalDefault"):
            for other in self._store.list(resource):
                if other.get("globalDefault") and other["metadata"]["name"] != name:
                    raise forbidden(resource, name, f"PriorityClass {other['metadata']['name']} is already marked as default. Only one default can exist")

    def bound_spec(self, spec: Doc, node: str) -> Doc:
        """Return the spec with its node; pods of one template on one node share it."""
        seen = self._bound.get((id(spec), node))
        if seen is not None and seen[0] is spec:
            return seen[1]
        if len(self._bound) >= REMEMBERED_MAX * 8:
            self._bound.clear()
        bound = {**spec, "nodeName": node}
        self._bound[id(spec), node] = (spec, bound)
        return bound

    def _with_runtime(self, spec: Doc, pod: str = "") -> Doc:
        name = spec.get("runtimeClassName")
        found = self._store.get(RUNTIMES, "", name) if name else None
        if name and found is None:
            raise forbidden("pods", pod, f'pod rejected: RuntimeClass "{name}" not found')
        return spec if found is None else with_runtime_class(spec, found)

    def _admitted(self, spec: Doc, origin: str, account: Doc | None) -> Doc:
        changed = dict(spec)
        if account is not None:
            changed["serviceAccount"] = changed["serviceAccountName"] = changed.get("serviceAccountName") or "default"
            if changed.get("automountServiceAccountToken", account.get("automountServiceAccountToken", True)):
                changed = self._with_token(changed, origin)
            if account.get("imagePullSecrets") and not changed.get("imagePullSecrets"):
                changed["imagePullSecrets"] = account["imagePullSecrets"]
        changed = dict(self._with_runtime(changed))
        tolerations = list(changed.get("tolerations") or ())
        for added in TOLERATIONS:
            if not any(entry.get("key") in (added["key"], None) and entry.get("effect") in ("NoExecute", None) for entry in tolerations):
                tolerations.append(added)
        changed["tolerations"] = tolerations
        value, policy = self._priority(changed)
        changed["priority"] = value
        changed.setdefault("preemptionPolicy", policy)
        return changed

    def _priority(self, spec: Doc, pod: str = "") -> tuple[int, str]:
        """Return a pod's priority and whether it may push others away; the name of a global default is filled in."""
        name = spec.get("priorityClassName", "")
        if not name:
            usual = [doc for doc in self._store.list("priorityclasses.scheduling.k8s.io") if doc.get("globalDefault")]
            if not usual:
                return 0, "PreemptLowerPriority"
            found = min(usual, key=lambda doc: (doc.get("value", 0), doc["metadata"]["name"]))
            spec["priorityClassName"] = found["metadata"]["name"]
        else:
            known = self._store.get("priorityclasses.scheduling.k8s.io", "", name)
            if known is None:
                if name in PRIORITIES:
                    return PRIORITIES[name], "PreemptLowerPriority"
                raise forbidden("pods", pod, f"no PriorityClass with name {name} was found")
            found = known
        return int(found.get("value", 0)), str(found.get("preemptionPolicy", "PreemptLowerPriority"))

    def _with_token(self, spec: Doc, origin: str) -> Doc:
        name = f"kube-api-access-{self._store.dice.word('volume', origin)}"
        mount = {"name": name, "readOnly": True, "mountPath": TOKEN_PATH}
        changed = {part: [_mounting(container, mount) for container in spec[part]] for part in ("initContainers", "containers") if spec.get(part)}
        if all(after is before for part in changed for after, before in zip(changed[part], spec[part], strict=True)):
            return spec
        return {**spec, **changed, "volumes": [*(spec.get("volumes") or ()), {"name": name, "projected": PROJECTED}]}


def _mounting(container: Doc, mount: Doc) -> Doc:
    """Return a container with the token, unless something of its own stands there."""
    mounts = container.get("volumeMounts") or ()
    return container if any(other.get("mountPath") == TOKEN_PATH for other in mounts) else {**container, "volumeMounts": [*mounts, mount]}


PROJECTED: Doc = {
    "sources": [
        {"serviceAccountToken": {"expirationSeconds": TOKEN_S, "path": "token"}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
        {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}]}},
    ],
    "defaultMode": 420,
}


def qos_class(spec: Doc) -> str:
    """Return Guaranteed, Burstable or BestEffort. Models pkg/apis/core/helper/qos (1.36)."""
    requests: dict[str, Any] = {}
    guaranteed, anything = True, False
    for container in [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]:
        resources = container.get("resources") or {}
        wanted = {key: value for key, value in (resources.get("requests") or {}).items() if key in ("cpu", "memory")}
        limits = {key: value for key, value in (resources.get("limits") or {}).items() if key in ("cpu", "memory")}
        anything = anything or bool(wanted or limits)
        guaranteed = guaranteed and set(limits) == {"cpu", "memory"} and all(wanted.get(key, limits[key]) == limits[key] for key in limits)
        requests.update(wanted)
    return "BestEffort" if not anything else "Guaranteed" if guaranteed else "Burstable"
