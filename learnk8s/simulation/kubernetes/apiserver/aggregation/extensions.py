"""The kinds that API servers in the cluster serve, made of what these say of themselves. Models pkg/apiserver/handler_discovery.go and openapi/aggregator (1.36)."""

from collections.abc import Callable

from learnk8s.simulation.kubernetes.apiserver.aggregation.reaching import Serve, Unavailable, discovered, is_available, published, remotes
from learnk8s.simulation.kubernetes.apiserver.custom.definitions import CustomKind
from learnk8s.simulation.kubernetes.apiserver.custom.shaping import PRESERVE
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Store

ANYTHING: Doc = {"type": "object", PRESERVE: True}
CREATED_AT: Doc = {"name": "Created At", "type": "string", "jsonPath": ".metadata.creationTimestamp"}
"""The one column of a server that has no tables of its own. Models apiserver/pkg/registry/rest/table.go."""


class Extensions:
    """What is served behind APIServices; asked for again when one of them has changed."""

    def __init__(self, store: Store, serve: Callable[[], Serve | None]) -> None:
        self._store, self._serve = store, serve
        self._key: tuple[str, ...] = ()
        self._kinds: tuple[CustomKind, ...] = ()

    def kinds(self) -> tuple[CustomKind, ...]:
        """Return the kinds of all APIServices that are available."""
        docs = remotes(self._store)
        key = tuple(f"{doc['metadata']['uid']} {doc['metadata']['resourceVersion']}" for doc in docs)
        if key != self._key:
            self._kinds = tuple(kind for doc in docs if is_available(doc) for kind in self._of(doc))
            self._key = key
        return self._kinds

    def _of(self, doc: Doc) -> list[CustomKind]:
        serve = self._serve()
        if serve is None:
            return []
        try:
            resources = discovered(self._store, serve, doc).get("resources") or []
            schemas = (published(self._store, serve, doc).get("components") or {}).get("schemas") or {}
        except Unavailable:
            return []
        names = [str(entry.get("name", "")) for entry in resources]
        return [_kind(doc, entry, tuple(name.partition("/")[2] for name in names if name.startswith(f"{entry['name']}/")), schemas) for entry in resources if "/" not in entry.get("name", "/")]

    def unavailable(self) -> tuple[tuple[str, str], ...]:
        """Return groups and versions that have an APIService but nothing behind it."""
        return tuple((str(doc["spec"].get("group", "")), str(doc["spec"].get("version", ""))) for doc in remotes(self._store) if not is_available(doc))


def _kind(doc: Doc, entry: Doc, subresources: tuple[str, ...], schemas: Doc) -> CustomKind:
    spec = doc["spec"]
    group, version, kind = str(spec["group"]), str(spec["version"]), str(entry.get("kind", ""))
    gvk = {"group": group, "version": version, "kind": kind}
    schema = next((found for found in schemas.values() if gvk in (found.get("x-kubernetes-group-version-kind") or ())), ANYTHING)
    return CustomKind(group, version, kind, entry["name"], entry.get("singularName") or kind.lower(), tuple(entry.get("shortNames") or ()), bool(entry.get("namespaced")), tuple(entry.get("categories") or ()),
                      subresources, tuple(entry.get("verbs") or ()), f"{kind}List", storage_version=version, schema=schema, columns=(CREATED_AT,), preserves=schema is ANYTHING, version_key=doc["metadata"]["resourceVersion"],
                      priority=(int(spec.get("groupPriorityMinimum", 0)), int(spec.get("versionPriority", 0))))
