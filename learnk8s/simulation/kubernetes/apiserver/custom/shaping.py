"""What a structural schema does to an object: unknown fields are dropped, defaults are filled in.

Models apiextensions-apiserver/pkg/apiserver/schema/{pruning,defaulting} (1.36).
"""

from typing import Any

from learnk8s.simulation.kubernetes.apiserver.custom.definitions import CustomKind
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.schema import fields

ROOT = ("apiVersion", "kind", "metadata")
PRESERVE, EMBEDDED, INT_OR_STRING = "x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource", "x-kubernetes-int-or-string"


def pruned(kind: CustomKind, doc: Doc, unknown: list[str] | None = None) -> Doc:
    """Return the object without the fields that its schema does not know; their paths are added to `unknown`."""
    found: list[str] = [] if unknown is None else unknown
    metadata = doc.get("metadata")
    kept: Doc = {key: doc[key] for key in ("apiVersion", "kind") if key in doc}
    if isinstance(metadata, dict):
        kept["metadata"] = _metadata(metadata, "metadata", found)
    if kind.preserves:
        return {**doc, **kept}
    rest = _pruned({key: value for key, value in doc.items() if key not in ROOT}, kind.schema, "", found, is_root=True)
    return {**kept, **rest}


def _metadata(metadata: Doc, path: str, unknown: list[str]) -> Doc:
    known = fields("meta_v1.ObjectMeta")
    unknown.extend(f"{path}.{key}" for key in metadata if key not in known)
    return {key: value for key, value in metadata.items() if key in known}


def _pruned(value: Any, schema: Doc, path: str, unknown: list[str], *, is_root: bool = False) -> Any:
    if isinstance(value, dict):
        return _pruned_object(value, schema, path, unknown, is_root=is_root)
    if isinstance(value, list):
        items = schema.get("items")
        return [_pruned(item, items, f"{path}[{place}]", unknown) if isinstance(items, dict) else item for place, item in enumerate(value)] if isinstance(items, dict) else value
    return value


def _pruned_object(value: Doc, schema: Doc, path: str, unknown: list[str], *, is_root: bool) -> Doc:
    properties, extra = schema.get("properties") or {}, schema.get("additionalProperties")
    kept: Doc = {}
    for key, item in value.items():
        place = f"{path}.{key}" if path else key
        if schema.get(EMBEDDED) and key in ROOT:
            kept[key] = _metadata(item, place, unknown) if key == "metadata" and isinstance(item, dict) else item
        elif key in properties:
            kept[key] = _pruned(item, properties[key], place, unknown)
        elif isinstance(extra, dict):
            kept[key] = _pruned(item, extra, place, unknown)
        elif extra is True or schema.get(PRESERVE):
            kept[key] = item
        else:
            unknown.append(place)
    return kept


def defaulted(kind: CustomKind, doc: Doc) -> Doc:
    """Return the object with its schema's defaults; a null where none is allowed gives way to a default."""
    changed = _defaulted(doc, kind.schema)
    return changed if isinstance(changed, dict) else doc


def _defaulted(value: Any, schema: Doc) -> Any:
    if isinstance(value, dict):
        return _defaulted_object(value, schema)
    items = schema.get("items")
    if isinstance(value, list) and isinstance(items, dict):
        changed = [_defaulted(_filled(item, items), items) for item in value]
        return value if all(after is before for after, before in zip(changed, value, strict=True)) else changed
    return value


def _filled(value: Any, schema: Doc) -> Any:
    return schema["default"] if value is None and "default" in schema and not schema.get("nullable") else value


def _defaulted_object(value: Doc, schema: Doc) -> Doc:
    properties, extra = schema.get("properties") or {}, schema.get("additionalProperties")
    changed: Doc | None = None
    for key, inner in properties.items():
        before = value.get(key)
        if key not in value or (before is None and not inner.get("nullable")):
            if "default" not in inner:
                continue
            after = _defaulted(inner["default"], inner)
        else:
            after = _defaulted(before, inner)
        if after is not before or key not in value:
            changed = changed if changed is not None else dict(value)
            changed[key] = after
    if isinstance(extra, dict):
        for key, before in value.items():
            if key not in properties:
                after = _defaulted(_filled(before, extra), extra)
                if after is not before:
                    changed = changed if changed is not None else dict(value)
                    changed[key] = after
    return value if changed is None else changed
