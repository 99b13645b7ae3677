"""Checking and changing custom objects at the door: fields, defaults, rules, scale. Models apiextensions-apiserver/pkg/registry/customresource (1.36)."""

from collections.abc import Sequence
from typing import Any

from learnk8s.simulation.kubernetes.apiserver import errors, field_rules
from learnk8s.simulation.kubernetes.apiserver.custom import rules, validating
from learnk8s.simulation.kubernetes.apiserver.custom.definitions import CustomKind
from learnk8s.simulation.kubernetes.apiserver.custom.shaping import defaulted, pruned
from learnk8s.simulation.kubernetes.apiserver.errors import Cause
from learnk8s.simulation.kubernetes.objects.document import Doc, dig

__all__ = ["as_scale", "problems", "pruned", "read"]

INT32_MAX = 2**31 - 1
UNCHECKED = Cause("FieldValueInvalid", "Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation", validating.NO_PATH)
BLOCKING = ("FieldValueNotSupported", "FieldValueRequired", "FieldValueTooLong", "FieldValueTooMany", "FieldValueTypeInvalid")


def read(kind: CustomKind, doc: Doc, mode: str, doubles: Sequence[str] = ()) -> tuple[Doc, tuple[str, ...]]:
    """Return a client's document without unknown fields, and warnings about them. Raises ApiError 400 if fields are checked strictly."""
    unknown: list[str] = []
    kept = pruned(kind, doc, unknown)
    metadata = kept.get("metadata")
    if isinstance(metadata, dict):
        kept = {**kept, "metadata": {key: value for key, value in metadata.items() if value is not None}}
    texts = [*doubles, *(f'unknown field "{path}"' for path in sorted(unknown))]
    if texts and mode == "Strict":
        raise errors.bad_request(f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}: strict decoding error: {", ".join(texts)}')
    return defaulted(kind, kept), tuple(texts) if mode == "Warn" else ()


def problems(kind: CustomKind, doc: Doc, old: Doc | None) -> list[Cause]:
    """Return everything that is wrong with a new or changed object."""
    causes = list(field_rules.metadata(kind.resource, doc))
    plain, before = _body(doc), validating.MISSING if old is None else _body(old)
    causes += validating.violations(plain, kind.schema, before)
    causes += validating.embedded_violations(plain, kind.schema)
    causes += _scale_problems(kind, doc)
    causes += validating.list_violations(plain, kind.schema)
    if rules.has_rules(kind.schema):
        if any(cause.kind in BLOCKING for cause in causes):
            causes.append(UNCHECKED)
        else:
            causes += rules.rule_violations(_seen(doc), kind.schema, validating.MISSING if old is None else _seen(old))
    return [Cause("FieldValueInvalid", cause.message, cause.field) if cause.kind == "FieldValueTypeInvalid" else cause for cause in causes]


def _body(doc: Doc) -> Doc:
    return {**doc, "metadata": {}}


def _seen(doc: Doc) -> Doc:
    """Return an object as its rules see it: of its metadata only the names."""
    return {**doc, "metadata": {key: doc["metadata"][key] for key in ("name", "generateName") if key in doc["metadata"]}}


def _scale_problems(kind: CustomKind, doc: Doc) -> list[Cause]:
    if kind.scale is None:
        return []
    found = []
    for name in ("specReplicasPath", "statusReplicasPath"):
        path = kind.scale[name]
        value = dig(doc, *path.strip(".").split("."), default=0)
        if not isinstance(value, int) or isinstance(value, bool):
            found.append(errors.bad_value(path, 0, f"{path} accessor error: {value} is of the type {_go_type(value)}, expected int64"))
        elif value < 0:
            found.append(errors.bad_value(path, value, "should be a non-negative integer"))
        elif value > INT32_MAX:
            found.append(errors.bad_value(path, value, f"should be less than or equal to {INT32_MAX}"))
    return found


def _go_type(value: Any) -> str:
    return {"string": "string", "boolean": "bool", "number": "float64", "array": "[]interface {}", "object": "map[string]interface {}"}.get(validating.type_of(value), "<nil>")


def as_scale(kind: CustomKind, doc: Doc) -> Doc:
    """Return an object as an autoscaling/v1 Scale. Raises ApiError 404 if it has no number of replicas."""
    scale = kind.scale or {}
    replicas = dig(doc, *scale["specReplicasPath"].strip(".").split("."))
    if replicas is None:
        raise errors.ApiError(500, "InternalError", f"Internal error occurred: the spec replicas field \"{scale['specReplicasPath']}\" does not exist")
    status: Doc = {"replicas": dig(doc, *scale["statusReplicasPath"].strip(".").split("."), default=0)}
    if scale.get("labelSelectorPath"):
        selector = dig(doc, *scale["labelSelectorPath"].strip(".").split("."))
        if selector:
            status["selector"] = selector
    metadata = {key: doc["metadata"][key] for key in ("name", "namespace", "uid", "resourceVersion", "creationTimestamp") if key in doc["metadata"]}
    return {"kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": metadata, "spec": {"replicas": replicas}, "status": status}
