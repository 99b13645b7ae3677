"""The three-way merge of client-side apply: last applied, new, live.

Models cli-runtime's apply and apimachinery/pkg/util/strategicpatch: CreateThreeWayMergePatch (1.36): what the new text sets is set; what the last text had and the new one
has not is deleted; all else of the live object is left alone.
"""

import json
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.patches import merge_key
from learnk8s.simulation.kubernetes.kubectl.outputs.struct_order import in_struct_order
from learnk8s.simulation.kubernetes.objects.document import Doc

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def _text(doc: Doc, *, is_typed: bool, has_annotations: bool) -> str:
    annotations = {key: value for key, value in (doc["metadata"].get("annotations") or {}).items() if key != LAST_APPLIED}
    metadata = {key: value for key, value in doc["metadata"].items() if key != "annotations"}
    plain = {**doc, "metadata": {**metadata, **({"annotations": annotations} if annotations or has_annotations else {})}}
    return json.dumps(in_struct_order(plain) if is_typed else plain, separators=(",", ":"), sort_keys=not is_typed, ensure_ascii=False) + "\n"


def with_last_applied(doc: Doc, *, is_typed: bool = False, has_annotations: bool = True) -> Doc:
    """Return the document with its own text among its annotations; `is_typed` if kubectl made it of Go structs, `has_annotations` if a map of them is written even when empty."""
    return {**doc, "metadata": {**doc["metadata"], "annotations": {**(doc["metadata"].get("annotations") or {}), LAST_APPLIED: _text(doc, is_typed=is_typed, has_annotations=has_annotations)}}}


RETAIN_KEYS = frozenset({"strategy", "volumes"})
"""Parts in which what the new text does not name goes, for their fields exclude each other. Models the patchStrategy retainKeys in k8s.io/api (1.36)."""


def difference(before: Doc, after: Doc) -> Doc:
    """Return the strategic merge patch from one state of an object to another, as `kubectl edit` sends it."""
    return _difference(before, after, before, ())


def patch_between(new: Doc, live: Doc) -> Doc:
    """Return the strategic merge patch that brings the live object to the new text; empty if nothing is to be done."""
    try:
        last: Doc = json.loads((live["metadata"].get("annotations") or {}).get(LAST_APPLIED, "{}"))
    except ValueError:
        last = {}
    patch = _difference(last if isinstance(last, dict) else {}, with_last_applied(new), live, ())
    patch.pop("apiVersion", None)
    patch.pop("kind", None)
    if (new["metadata"].get("annotations") or {}) == {key: value for key, value in ((last.get("metadata") or {}).get("annotations") or {}).items()} and list(patch) == ["metadata"]:
        annotations = patch["metadata"].get("annotations", {})
        if list(patch["metadata"]) == ["annotations"] and set(annotations) <= {LAST_APPLIED} and annotations.get(LAST_APPLIED) == (live["metadata"].get("annotations") or {}).get(LAST_APPLIED):
            return {}
    return patch


def _difference(last: Any, new: Doc, live: Doc, path: tuple[str, ...]) -> Doc:
    patch: Doc = {}
    for key, value in new.items():
        before, old = live.get(key), (last or {}).get(key) if isinstance(last, dict) else None
        if isinstance(value, dict) and isinstance(before, dict):
            inner = _difference(old or {}, value, before, (*path, key))
            if inner:
                patch[key] = {**({"$retainKeys": sorted(value)} if key in RETAIN_KEYS else {}), **inner}
        elif isinstance(value, list) and isinstance(before, list) and merge_key((*path, key)) and all(isinstance(item, dict) for item in value):
            changed = _list_difference(old if isinstance(old, list) else [], value, before, (*path, key))
            if changed:
                patch[key] = changed
                patch[f"$setElementOrder/{key}"] = [{merge_key((*path, key)): item.get(merge_key((*path, key)))} for item in value]
        elif value != before and not (value is None and before is None):
            patch[key] = value
    for key in last if isinstance(last, dict) else ():
        if key not in new and key in live:
            patch[key] = None
    return patch


def _list_difference(last: list[Any], new: list[Any], live: list[Any], path: tuple[str, ...]) -> list[Any]:
    key = merge_key(path)
    old = {item.get(key): item for item in last if isinstance(item, dict)}
    present = {item.get(key): item for item in live if isinstance(item, dict)}
    changed: list[Any] = []
    for item in new:
        name = item.get(key)
        if name in present:
            inner = _difference(old.get(name, {}), item, present[name], path)
            if inner:
                changed.append({**({"$retainKeys": sorted(item)} if path[-1] in RETAIN_KEYS else {}), **inner, key: name})
        else:
            changed.append({**({"$retainKeys": sorted(item)} if path[-1] in RETAIN_KEYS else {}), **item})
    wanted = {item.get(key) for item in new}
    changed.extend({"$patch": "delete", key: name} for name in old if name not in wanted and name in present)
    return changed
