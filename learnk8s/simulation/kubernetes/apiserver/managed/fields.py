"""Sets of fields of a document, in the form in which Kubernetes writes them down (FieldsV1).

A set is a tree: `{"f:spec": {"f:containers": {'k:{"name":"web"}': {".": {}, "f:image": {}}}}}`; an empty tree is a leaf, "." says that the
branch itself is a member: who writes a map or a list that was not there owns the map too, whatever becomes of what is in it. Parts that are there
in every object, because Go keeps them by value, are nobody's (`BY_VALUE`), and an apply owns no maps. Models sigs.k8s.io/structured-merge-diff/v6/fieldpath. Which lists are merged by which keys is known by name for built-in kinds;
custom kinds say it in their schema (`shaped_by`).
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from sys import intern
from typing import Any

from learnk8s.simulation.kubernetes.objects.document import Doc

Tree = dict[str, Any]
Path = tuple[str, ...]
LIST_KEYS: Mapping[str, tuple[str, ...]] = {
    "containers": ("name",), "initContainers": ("name",), "ephemeralContainers": ("name",), "env": ("name",), "volumes": ("name",), "volumeMounts": ("mountPath",), "volumeDevices": ("devicePath",),
    "imagePullSecrets": ("name",), "hostAliases": ("ip",), "topologySpreadConstraints": ("topologyKey", "whenUnsatisfiable"), "conditions": ("type",), "ownerReferences": ("uid",), "secrets": ("name",),
    "schedulingGates": ("name",), "resourceClaims": ("name",), "podIPs": ("ip",), "hostIPs": ("ip",), "matchConditions": ("name",), "webhooks": ("name",), "paramKind": (),
}
SETS = frozenset({"finalizers"})
ATOMIC = frozenset({"selector", "matchLabels", "nodeSelector", "resourceFieldRef", "fieldRef", "secretKeyRef", "configMapKeyRef", "labelSelector", "namespaceSelector", "podSelector", "roleRef", "claimRef", "scaleTargetRef",
                    "requiredDuringSchedulingIgnoredDuringExecution", "required", "dataSource", "targetRef"})
"""Parts that one manager owns as a whole."""
ATOMIC_ITEMS = frozenset({"ownerReferences", "imagePullSecrets", "secrets"})
"""Lists with keys whose items are one value."""
BY_VALUE = frozenset({"metadata", "spec", "status", "template", "jobTemplate", "containers", "strategy", "updateStrategy", "resources", "loadBalancer", "clientConfig", "names", "acceptedNames", "daemonEndpoints", "kubeletEndpoint", "nodeInfo", "port"})
LEAF: Tree = {}
"""Every leaf of every set: sets are never changed in place."""
SERVER_METADATA = frozenset({"name", "namespace", "creationTimestamp", "selfLink", "uid", "generation", "managedFields", "resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds", "generateName"})


_schema: ContextVar[Doc | None] = ContextVar("schema", default=None)


@contextmanager
def shaped_by(schema: Doc | None) -> Iterator[None]:
    """Have a custom kind's schema say which lists are merged and which parts are one value; None: go by the names of built-in kinds."""
    token = _schema.set(schema)
    try:
        yield
    finally:
        _schema.reset(token)


def _shape_at(schema: Doc, path: Path) -> Doc:
    """Return the schema of what stands at a path; "" is an item of a list."""
    here: Any = schema
    for key in path:
        if not isinstance(here, dict):
            return {}
        extra = here.get("additionalProperties")
        here = here.get("items") if key == "" else (here.get("properties") or {}).get(key, extra)
    return here if isinstance(here, dict) else {}


def _is_shaped(path: Path) -> bool:
    return _schema.get() is not None and path[:1] != ("metadata",)


def is_set(path: Path) -> bool:
    """Say whether the list at a path is a set of plain values."""
    if _is_shaped(path):
        return _shape_at(_schema.get() or {}, path).get("x-kubernetes-list-type") == "set"
    return bool(path) and path[-1] in SETS


def is_atomic(path: Path) -> bool:
    """Say whether the object at a path is one value."""
    if _is_shaped(path):
        return _shape_at(_schema.get() or {}, path).get("x-kubernetes-map-type") == "atomic"
    return bool(path) and (path[-1] in ATOMIC or (len(path) > 1 and path[-1] == "" and path[-2] in ATOMIC_ITEMS))


def list_keys(path: Path) -> tuple[str, ...]:
    """Return the keys by which the list at a path is merged, or () for a list that is one value."""
    if _is_shaped(path):
        found = _shape_at(_schema.get() or {}, path)
        return tuple(found.get("x-kubernetes-list-map-keys") or ()) if found.get("x-kubernetes-list-type") == "map" else ()
    name = path[-1]
    if name == "ports":
        return ("containerPort", "protocol") if any(part in path for part in ("containers", "initContainers", "ephemeralContainers")) else ("port", "protocol") if path[:1] == ("spec",) and len(path) == 2 else ()
    return LIST_KEYS.get(name, ())


def item_word(item: Any, keys: tuple[str, ...]) -> str:
    """Return the word of a list's item: `k:{"name":"web"}`."""
    found = {key: item.get(key, "TCP" if key == "protocol" else None) for key in sorted(keys)}
    return "k:" + json.dumps({key: value for key, value in found.items() if value is not None}, separators=(",", ":"))


def is_merged(value: Any, path: Path) -> bool:
    """Say whether a list is merged item by item."""
    keys = list_keys(path)
    return bool(keys) and all(isinstance(item, dict) and all(key in item or key == "protocol" for key in keys) for item in value)


def owned(doc: Doc, *, subresource: str = "", has_status: bool = True, is_apply: bool = False) -> Tree:
    """Return the fields of a document that a manager can own through a subresource."""
    kept = {key: value for key, value in doc.items() if key not in ("apiVersion", "kind", "metadata") and (key == "status") == (subresource == "status") | (key == "status" and not has_status and not subresource)}
    metadata = {key: value for key, value in doc.get("metadata", {}).items() if key not in SERVER_METADATA}
    if metadata and subresource != "status":
        kept = {"metadata": metadata, **kept}
    return tree(kept, (), is_apply=is_apply)


def tree(value: Any, path: Path, *, is_apply: bool = False) -> Tree:
    """Return all fields of a value."""
    if not value or not isinstance(value, (dict, list)):
        return LEAF
    last, is_shaped = path[-1] if path else "", _is_shaped(path)
    if last == "" and path and is_atomic(path):
        return LEAF
    itself: Tree = {} if is_apply or not last or (path == ("metadata",) if is_shaped else last in BY_VALUE) else {".": LEAF}
    if isinstance(value, dict):
        if is_atomic(path) if is_shaped else (last in ATOMIC and (last != "selector" or len(path) > 1)):
            return LEAF
        for key, item in value.items():
            itself[intern(f"f:{key}")] = tree(item, (*path, key), is_apply=is_apply) if item and isinstance(item, (dict, list)) else LEAF
        return itself
    if is_set(path):
        return itself | {f"v:{json.dumps(item)}": LEAF for item in value}
    if is_merged(value, path):
        return itself | {item_word(item, list_keys(path)): _item(item, path, is_apply=is_apply) for item in value}
    return LEAF


def _item(item: Any, path: Path, *, is_apply: bool = False) -> Tree:
    inner = tree(item, (*path, ""), is_apply=is_apply)
    return {".": LEAF, **inner} if inner or not is_atomic((*path, "")) else LEAF


def children(value: Any, path: Path) -> dict[str, tuple[Any, Path]] | None:
    """Return the parts of a value by their words, or None for a leaf."""
    if isinstance(value, dict) and not is_atomic(path):
        return {f"f:{key}": (item, (*path, key)) for key, item in value.items()}
    if isinstance(value, list) and is_set(path):
        return {f"v:{json.dumps(item)}": (item, (*path, "")) for item in value}
    if isinstance(value, list) and is_merged(value, path):
        return {item_word(item, list_keys(path)): (item, (*path, "")) for item in value}
    return None


def changed(old: Any, new: Any, path: Path = ()) -> Tree:
    """Return the fields of `new` that are not in `old` or have another value there."""
    if old == new:
        return {}
    before, after = children(old, path) if old is not None else None, children(new, path)
    if after is None or not after:
        return {".": {}} if path else {}
    found: Tree = {}
    for word, (item, place) in after.items():
        was = (before or {}).get(word)
        if was is None:
            found[word] = tree(item, place) if not word.startswith("k:") else _item(item, place[:-1])
        elif was[0] != item:
            inner = changed(was[0], item, place)
            found[word] = {} if inner == {".": {}} else inner
    return found


def leaves(found: Tree, path: Path = ()) -> Iterator[Path]:
    """Return all members of a set as paths of words."""
    for word, inner in found.items():
        if word == ".":
            yield path
        elif not inner:
            yield (*path, word)
        else:
            yield from leaves(inner, (*path, word))


def has(found: Tree, path: Path) -> bool:
    """Say whether a path is a member of a set, or has members below it."""
    here: Tree = found
    for word in path:
        if word not in here:
            return False
        here = here[word]
    return True


def union(left: Tree, right: Tree) -> Tree:
    """Return the members of both."""
    return {word: union(left.get(word, {}), right.get(word, {})) for word in {**left, **right}}


def without(found: Tree, others: Tree) -> Tree:
    """Return the members of a set that are not in another one."""
    kept: Tree = {}
    for word, inner in found.items():
        other = others.get(word)
        if other is None:
            kept[word] = inner
        elif inner and other:
            rest = without(inner, other)
            if rest and set(rest) != {"."} | set() or (set(rest) == {"."} and "." not in other):
                kept[word] = rest
        elif inner and not other and any(word != "." for word in inner):
            kept[word] = inner
    return kept


def present(found: Tree, value: Any, path: Path = ()) -> Tree:
    """Return the members of a set that are still there in a document."""
    parts = children(value, path)
    kept: Tree = {}
    for word, inner in found.items():
        if word == ".":
            kept[word] = {}
        elif parts is not None and word in parts:
            kept[word] = present(inner, *parts[word])
    return kept


def shown(path: Path) -> str:
    """Return a path as conflicts name it.

    >>> shown(("f:spec", "f:containers", 'k:{"name":"web"}', "f:image"))
    '.spec.containers[name="web"].image'
    """
    text = ""
    for word in path:
        kind, _, rest = word.partition(":")
        if kind == "f":
            text += f".{rest}"
        elif kind == "k":
            text += "[" + ",".join(f"{key}={json.dumps(value)}" for key, value in json.loads(rest).items()) + "]"
        else:
            text += f"[={rest}]"
    return text
