"""The three ways to change a document by a patch: JSON patch (RFC 6902), merge patch (RFC 7386), strategic merge.

Strategic merge models apimachinery/pkg/util/strategicpatch (1.36): lists with a merge key are merged by it, `$patch: delete|replace`,
`$retainKeys`, `$setElementOrder/x` and `$deleteFromPrimitiveList/x` are understood. The keys are those of the Go struct tags.
"""

import re
from copy import deepcopy
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.errors import ApiError, bad_request
from learnk8s.simulation.kubernetes.objects.go_types import TYPES
from learnk8s.simulation.kubernetes.objects.schema import json_type

OPERATIONS_MAX = 10_000
"""Models maxJSONPatchOperations of apiserver/pkg/endpoints/handlers."""
MERGE_KEYS: dict[str, str] = {
    "containers": "name", "initContainers": "name", "ephemeralContainers": "name", "env": "name", "volumes": "name", "volumeMounts": "mountPath", "volumeDevices": "devicePath",
    "imagePullSecrets": "name", "hostAliases": "ip", "topologySpreadConstraints": "topologyKey", "conditions": "type", "ownerReferences": "uid", "addresses": "type",
    "secrets": "name", "taints": "", "tolerations": "", "resizePolicy": "", "readinessGates": "", "schedulingGates": "name", "resourceClaims": "name",
}
PRIMITIVE_MERGE = frozenset({"finalizers"})


def merge_key(path: tuple[str, ...]) -> str:
    """Return the key by which a list is merged, or "" for a list that is replaced."""
    name = path[-1] if path else ""
    if name == "ports":
        return "containerPort" if "containers" in path or "initContainers" in path else "port"
    return MERGE_KEYS.get(name, "")


def merge_patch(doc: Any, patch: Any) -> Any:
    """Return the document changed by a JSON merge patch.

    >>> merge_patch({"a": 1, "b": 2}, {"b": None, "c": 3})
    {'a': 1, 'c': 3}
    """
    if not isinstance(patch, dict):
        return patch
    merged = dict(doc) if isinstance(doc, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


def strategic_merge(doc: Any, patch: Any, path: tuple[str, ...] = ()) -> Any:
    """Return the document changed by a strategic merge patch.

    >>> strategic_merge({"containers": [{"name": "a", "image": "x"}]}, {"containers": [{"name": "a", "image": "y"}]})
    {'containers': [{'name': 'a', 'image': 'y'}]}
    """
    if not isinstance(patch, dict):
        return patch
    directive = patch.get("$patch")
    plain = {key: value for key, value in patch.items() if not key.startswith("$")}
    if directive == "replace":
        return plain
    if directive == "delete":
        return None
    merged = dict(doc) if isinstance(doc, dict) else {}
    if isinstance(patch.get("$retainKeys"), list):
        merged = {key: value for key, value in merged.items() if key in patch["$retainKeys"]}
    for key, value in patch.items():
        if key.startswith("$deleteFromPrimitiveList/") and isinstance(value, list):
            name = key.split("/", 1)[1]
            merged[name] = [item for item in merged.get(name) or [] if item not in value]
    for key, value in plain.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, list) and isinstance(merged.get(key), list):
            merged[key] = _merged_list(merged[key], value, (*path, key))
        elif isinstance(value, dict):
            changed = strategic_merge(merged.get(key), value, (*path, key))
            if changed is None:
                merged.pop(key, None)
            else:
                merged[key] = changed
        else:
            merged[key] = _plain(value, (*path, key))
    for key, value in patch.items():
        if key.startswith("$setElementOrder/") and isinstance(value, list):
            name = key.split("/", 1)[1]
            if isinstance(merged.get(name), list):
                merged[name] = _ordered(merged[name], value, merge_key((*path, name)))
    return merged


def _plain(value: Any, path: tuple[str, ...]) -> Any:
    if isinstance(value, list):
        return [strategic_merge(None, item, path) for item in value if not (isinstance(item, dict) and item.get("$patch") == "delete")]
    return value


def _merged_list(before: list[Any], patch: list[Any], path: tuple[str, ...]) -> list[Any]:
    key = merge_key(path)
    if not key:
        if path[-1] in PRIMITIVE_MERGE:
            return [*before, *(item for item in patch if item not in before)]
        return list(patch)
    if any(isinstance(item, dict) and item.get("$patch") == "replace" for item in patch):
        return [item for item in patch if not (isinstance(item, dict) and "$patch" in item)]
    merged = list(before)
    for item in patch:
        if not isinstance(item, dict) or key not in item:
            raise ApiError(500, "", f"map: {go_text(item)} does not contain declared merge key: {key}")
        place = next((index for index, other in enumerate(merged) if isinstance(other, dict) and other.get(key) == item[key]), None)
        if item.get("$patch") == "delete":
            if place is not None:
                del merged[place]
        elif place is None:
            merged.append(strategic_merge(None, item, path))
        else:
            merged[place] = strategic_merge(merged[place], item, path)
    return merged


def _ordered(items: list[Any], order: list[Any], key: str) -> list[Any]:
    def name(item: Any) -> Any:
        return item.get(key) if key and isinstance(item, dict) else item

    wanted = [name(item) if isinstance(item, dict) else item for item in order]
    ranked = {repr(word): place for place, word in enumerate(wanted)}
    known = sorted((item for item in items if repr(name(item)) in ranked), key=lambda item: ranked[repr(name(item))])
    others = [item for item in items if repr(name(item)) not in ranked]
    return [*known, *others]


def json_patch(doc: Any, operations: Any) -> Any:
    """Return the document changed by a JSON patch. Raises ApiError for a path that is not there or a failed test."""
    if not isinstance(operations, list):
        raise bad_request(f"error decoding patch: json: cannot unmarshal {json_type(operations)} into Go value of type []handlers.jsonPatchOp")
    if len(operations) > OPERATIONS_MAX:
        raise ApiError(413, "RequestEntityTooLarge", f"The allowed maximum operations in a JSON patch is {OPERATIONS_MAX}, got {len(operations)}")
    changed = deepcopy(doc)
    for operation in operations:
        if not isinstance(operation, dict) or not isinstance(operation.get("path"), str):
            raise bad_request("error decoding patch: each operation has an op and a path")
        changed = _operated(changed, operation)
    return changed


def _operated(doc: Any, operation: dict[str, Any]) -> Any:
    op, path = operation.get("op"), _pointer(operation["path"])
    match op:
        case "add":
            return _set(doc, path, deepcopy(operation.get("value")), insert=True)
        case "replace":
            _look(doc, path)
            return _set(doc, path, deepcopy(operation.get("value")), insert=False)
        case "remove":
            _look(doc, path)
            return _removed(doc, path)
        case "test":
            if _look(doc, path) != operation.get("value"):
                raise _refused()
            return doc
        case "copy" | "move":
            source = _pointer(str(operation.get("from", "")))
            value = deepcopy(_look(doc, source))
            return _set(_removed(doc, source) if op == "move" else doc, path, value, insert=True)
    raise _refused()


def _refused() -> Exception:
    """Return the answer to a JSON patch that does not fit; as on a real server, it does not say why."""
    from learnk8s.simulation.kubernetes.apiserver.errors import ApiError

    return ApiError(422, "Invalid", "the server rejected our request due to an error in our request")


def _pointer(text: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:]]


def _step(here: Any, part: str) -> Any:
    if isinstance(here, dict):
        return here[part]
    if isinstance(here, list):
        return here[int(part)]
    raise KeyError(part)


def _look(doc: Any, path: list[str]) -> Any:
    here = doc
    try:
        for part in path:
            here = _step(here, part)
    except (KeyError, IndexError, ValueError):
        raise _refused() from None
    return here


def _set(doc: Any, path: list[str], value: Any, *, insert: bool) -> Any:
    if not path:
        return value
    parent = _look(doc, path[:-1])
    last = path[-1]
    if isinstance(parent, dict):
        parent[last] = value
    elif isinstance(parent, list):
        place = len(parent) if last == "-" else int(last) if last.isdigit() else -1
        if not 0 <= place <= len(parent) - (not insert):
            raise _refused()
        if insert:
            parent.insert(place, value)
        else:
            parent[place] = value
    else:
        raise _refused()
    return doc


def _removed(doc: Any, path: list[str]) -> Any:
    if not path:
        return None
    parent = _look(doc, path[:-1])
    if isinstance(parent, dict):
        parent.pop(path[-1], None)
    elif isinstance(parent, list) and path[-1].lstrip("-").isdigit() and -len(parent) <= int(path[-1]) < len(parent):
        del parent[int(path[-1])]
    else:
        raise _refused()
    return doc


def without_lists(patch: Any) -> Any:
    """Return a strategic patch as its merging leaves it: lists that state their order, and these orders, are gone."""
    if not isinstance(patch, dict):
        return patch
    ordered = {key.partition("/")[2] for key in patch if key.startswith("$setElementOrder/")}
    return {key: without_lists(value) for key, value in patch.items() if not key.startswith("$") and key not in ordered}


UNMARSHALLED = re.compile(r"json: cannot unmarshal (\w+)(?: \S+)? into Go struct field \S+ of type (\S+)")
GO_TYPES = {"object": "map", "array": "slice", "number": "int64"}
SIMPLE = ("string", "bool", "int32", "int64", "float64")


def as_converter(why: str) -> str:
    """Return a complaint about a value's type in the words of the converter that reads the result of a strategic merge.

    Models fromUnstructured of apimachinery/pkg/runtime/converter.go (1.36).

    >>> as_converter("json: cannot unmarshal string into Go struct field ObjectMeta.metadata.labels of type map[string]string")
    'cannot restore map from string'
    >>> as_converter("json: cannot unmarshal number into Go struct field ServiceSpec.spec.type of type v1.ServiceType")
    'cannot convert int64 to v1.ServiceType'
    """
    found = UNMARSHALLED.fullmatch(why)
    if not found:
        return why
    given, wanted = GO_TYPES.get(found[1], found[1]), found[2]
    if wanted.startswith("map[") or wanted == "v1.ResourceList":
        return f"cannot restore map from {given}"
    if wanted.startswith("[]"):
        return f"cannot restore slice from {given}"
    if wanted in SIMPLE or wanted in TYPES:
        kind = wanted if wanted in SIMPLE else "string"
        return f"cannot convert {given} to {wanted}" if (given, kind) == ("int64", "string") else f"unrecognized type: {kind}"
    return f"cannot restore struct from: {given}"


def go_text(value: Any) -> str:
    """Return a value as Go prints it with %v.

    >>> go_text({"spec": {"b": [1, "x"], "a": None}})
    'map[spec:map[a:<nil> b:[1 x]]]'
    """
    if isinstance(value, dict):
        return f"map[{' '.join(f'{key}:{go_text(value[key])}' for key in sorted(value))}]"
    if isinstance(value, list):
        return f"[{' '.join(map(go_text, value))}]"
    return "<nil>" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
