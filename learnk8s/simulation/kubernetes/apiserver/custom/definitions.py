"""From a CustomResourceDefinition to the kinds that it makes. Models apiextensions-apiserver/pkg/apiserver/customresource_handler.go (1.36)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from learnk8s.simulation.kubernetes.objects.document import Doc, dig
from learnk8s.simulation.kubernetes.objects.kinds import Kind
from learnk8s.simulation.kubernetes.store.store import Store

DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io"
CLEANUP = "customresourcecleanup.apiextensions.k8s.io"
Convert = Callable[[Doc, str], Doc]
"""From an object and an apiVersion to the object in that version. Raises ApiError."""
VERBS = ("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch")
"""In the order in which discovery shows them."""


@dataclass(frozen=True, slots=True)
class CustomKind(Kind):
    """One version of a custom kind."""

    list_kind: str = ""
    definition: str = ""
    storage_version: str = ""
    schema: Doc = field(default_factory=dict, compare=False)
    columns: tuple[Doc, ...] = field(default=(), compare=False)
    scale: Mapping[str, str] | None = field(default=None, compare=False)
    selectable: tuple[str, ...] = ()
    warning: str = ""
    preserves: bool = False
    is_ending: bool = False
    is_custom: bool = True
    version_key: str = ""
    """The definition's resourceVersion: what is remembered of a kind is forgotten when its definition changes."""
    priority: tuple[int, int] = (1_000, 100)
    """Where the group stands among others and the version among those of the group: what is larger is told first. Models autoregister/crd_registration_controller.go."""
    convert: Convert | None = field(default=None, compare=False)
    """What turns an object into another version, if the definition names a webhook for that."""

    @property
    def has_status(self) -> bool:
        """Say whether the status is written apart."""
        return "status" in self.subresources


def has_condition(definition: Doc, type_: str, status: str = "True") -> bool:
    """Say whether a definition has a condition in a state."""
    return any(entry.get("type") == type_ and entry.get("status") == status for entry in dig(definition, "status", "conditions") or ())


def storage_version(definition: Doc) -> str:
    """Return the version in which objects are stored."""
    return next((str(version["name"]) for version in definition["spec"]["versions"] if version.get("storage")), "")


def version_rank(name: str) -> tuple[int, int, int, str]:
    """Return a key that sorts versions as Kubernetes prefers them: v2, v1, v1beta1, v1alpha1, others.

    >>> sorted(["v1alpha1", "v1", "v10", "foo"], key=version_rank)
    ['v10', 'v1', 'v1alpha1', 'foo']
    """
    found = re.fullmatch(r"v([1-9]\d*)(?:(alpha|beta)([1-9]\d*))?", name)
    if found is None:
        return (3, 0, 0, name)
    stage = {"beta": 1, "alpha": 2}.get(found[2], 0)
    return (stage, -int(found[1]), -int(found[3] or 0), name)


def kinds_of(definition: Doc) -> list[CustomKind]:
    """Return the kinds of an established definition, by version."""
    if not has_condition(definition, "Established"):
        return []
    spec, names = definition["spec"], dig(definition, "status", "acceptedNames", default={})
    return [_kind(definition, spec, names, version) for version in sorted(spec["versions"], key=lambda version: version_rank(version["name"])) if version.get("served")]


def _kind(definition: Doc, spec: Doc, names: Doc, version: Doc) -> CustomKind:
    subresources = version.get("subresources") or {}
    name = f"{spec['group']}/{version['name']} {names['kind']}"
    warning = (version.get("deprecationWarning") or f"{name} is deprecated") if version.get("deprecated") else ""
    return CustomKind(
        spec["group"], version["name"], names["kind"], names["plural"], names.get("singular", ""), tuple(names.get("shortNames") or ()), spec["scope"] == "Namespaced", tuple(names.get("categories") or ()),
        tuple(word for word in ("status", "scale") if word in subresources), VERBS, names.get("listKind") or f"{names['kind']}List", definition["metadata"]["name"], storage_version(definition),
        dig(version, "schema", "openAPIV3Schema", default={}), tuple(version.get("additionalPrinterColumns") or ()), subresources.get("scale"), tuple(entry["jsonPath"] for entry in version.get("selectableFields") or ()), warning,
        bool(spec.get("preserveUnknownFields")), "deletionTimestamp" in definition["metadata"], version_key=definition["metadata"]["resourceVersion"],
    )


class CustomKinds:
    """The custom kinds of one server, made again when a definition has changed."""

    def __init__(self, store: Store, converter: Callable[[Doc], Convert] | None = None, extensions: Callable[[], tuple[CustomKind, ...]] | None = None) -> None:
        self._store, self._converter, self._extensions = store, converter, extensions
        self._key: tuple[str, ...] = ()
        self._others: tuple[CustomKind, ...] = ()
        self._kinds: tuple[CustomKind, ...] = ()
        self._by: dict[tuple[str, str], CustomKind] = {}

    def all(self) -> tuple[CustomKind, ...]:
        """Return all kinds: those of definitions, by group, name and version, and those that other servers in the cluster serve."""
        others = self._extensions() if self._extensions is not None else ()
        if not others and not self._store.count(DEFINITIONS):
            return ()
        definitions = self._store.list(DEFINITIONS)
        key = tuple(definition["metadata"]["resourceVersion"] for definition in definitions)
        if key != self._key or others is not self._others:
            self._kinds = (*(self._with_conversion(kind, definition) for definition in definitions for kind in kinds_of(definition)), *others)
            self._by = {(kind.resource, kind.version): kind for kind in self._kinds}
            self._key, self._others = key, others
        return self._kinds

    def _with_conversion(self, kind: CustomKind, definition: Doc) -> CustomKind:
        is_asked = self._converter is not None and dig(definition, "spec", "conversion", "strategy") == "Webhook"
        return replace(kind, convert=self._converter(definition)) if is_asked and self._converter is not None else kind

    def named(self, resource: str, version: str = "") -> CustomKind | None:
        """Return the kind of a storage key in a version; without one, in that in which it is stored."""
        kinds = self.all()
        if not kinds:
            return None
        if version:
            return self._by.get((resource, version))
        mine = [kind for kind in kinds if kind.resource == resource]
        return next((kind for kind in mine if kind.version == kind.storage_version), mine[0] if mine else None)


def as_served(kind: Kind, doc: Any) -> Any:
    """Return a stored object in the version that is asked for. Conversion strategy None changes the apiVersion alone. Raises ApiError if a webhook does not convert it."""
    from learnk8s.simulation.kubernetes.apiserver.custom.shaping import defaulted

    if not isinstance(kind, CustomKind):
        return doc
    return defaulted(kind, _in_version(kind, doc, kind.api_version))


def _in_version(kind: CustomKind, doc: Doc, wanted: str) -> Doc:
    if doc.get("apiVersion") == wanted:
        return doc
    return kind.convert(doc, wanted) if kind.convert is not None and doc.get("apiVersion") else {**doc, "apiVersion": wanted}


def as_stored(kind: Kind, doc: Doc) -> Doc:
    """Return an object in the version in which it is stored."""
    if not isinstance(kind, CustomKind) or kind.storage_version in ("", kind.version):
        return doc
    return _in_version(kind, doc, f"{kind.group}/{kind.storage_version}")
