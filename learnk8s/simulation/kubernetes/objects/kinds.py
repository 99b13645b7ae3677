"""The kinds that this API server serves, as data: names by which they are called and how they are stored."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of one group and version."""

    group: str
    version: str
    kind: str
    plural: str
    singular: str
    short_names: tuple[str, ...] = ()
    namespaced: bool = True
    categories: tuple[str, ...] = ()
    subresources: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")

    @property
    def resource(self) -> str:
        """Return the key under which objects are stored: `pods`, `deployments.apps`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def api_version(self) -> str:
        """Return `v1` or `apps/v1`."""
        return f"{self.group}/{self.version}" if self.group else self.version


KINDS: tuple[Kind, ...] = (
    Kind("", "v1", "ConfigMap", "configmaps", "configmap", ("cm",)),
    Kind("", "v1", "Endpoints", "endpoints", "endpoints", ("ep",)),
    Kind("", "v1", "Event", "events", "event", ("ev",)),
    Kind("", "v1", "Namespace", "namespaces", "namespace", ("ns",), namespaced=False, subresources=("status", "finalize")),
    Kind("", "v1", "Node", "nodes", "node", ("no",), namespaced=False, subresources=("status",)),
    Kind("", "v1", "Pod", "pods", "pod", ("po",), categories=("all",), subresources=("status", "log", "exec", "binding", "eviction", "ephemeralcontainers", "resize")),
    Kind("", "v1", "Secret", "secrets", "secret"),
    Kind("", "v1", "ServiceAccount", "serviceaccounts", "serviceaccount", ("sa",)),
    Kind("", "v1", "Service", "services", "service", ("svc",), categories=("all",), subresources=("status",)),
    Kind("apps", "v1", "Deployment", "deployments", "deployment", ("deploy",), categories=("all",), subresources=("status", "scale")),
    Kind("apps", "v1", "ReplicaSet", "replicasets", "replicaset", ("rs",), categories=("all",), subresources=("status", "scale")),
    Kind("coordination.k8s.io", "v1", "Lease", "leases", "lease"),
    Kind("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", "endpointslice"),
)
BY_RESOURCE: dict[str, Kind] = {kind.resource: kind for kind in KINDS}
BY_GVK: dict[tuple[str, str], Kind] = {(kind.api_version, kind.kind): kind for kind in KINDS}
_WORDS: dict[str, Kind] = {}
for _kind in reversed(KINDS):
    for _word in (_kind.plural, _kind.singular, *_kind.short_names, _kind.kind.lower()):
        _WORDS[_word] = _kind


def lookup(word: str) -> Kind | None:
    """Return the kind that people call so: `deploy`, `deployments`, `deployments.apps`, `deployments.v1.apps`.

    >>> lookup("deploy").kind, lookup("Pods").kind
    ('Deployment', 'Pod')
    """
    plain, _, rest = word.lower().partition(".")
    kind = _WORDS.get(plain)
    if kind is None or not rest:
        return kind
    allowed = {kind.group, f"{kind.version}.{kind.group}".rstrip("."), f"{kind.version}."}
    return kind if rest in allowed else None


def by_resource(resource: str) -> Kind | None:
    """Return the kind of a storage key."""
    return BY_RESOURCE.get(resource)


def by_kind(api_version: str, kind: str) -> Kind | None:
    """Return the kind that a document names."""
    return BY_GVK.get((api_version, kind))
