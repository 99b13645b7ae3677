"""OpenAPI v3 documents made from the field tables: enough for `kubectl explain`, for dry runs and for clients that read schemas.

Models kube-openapi's handler3 and builder3 (1.36). Differs: descriptions are not there; a field that the tables call `any` has no type.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import Kind
from learnk8s.simulation.kubernetes.objects.schema import fields, root_type

NAMES = {"meta_v1": "io.k8s.apimachinery.pkg.apis.meta.v1", "apiextensions_v1": "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1", "apiregistration_v1": "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1"}
PLAIN: dict[str, Doc] = {"int": {"type": "integer", "format": "int32"}, "str": {"type": "string"}, "bool": {"type": "boolean"}, "float": {"type": "number", "format": "double"}, "any": {},
                         "quantity": {"$ref": "#/components/schemas/io.k8s.apimachinery.pkg.api.resource.Quantity"}, "time": {"$ref": "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.Time"},
                         "int-or-string": {"$ref": "#/components/schemas/io.k8s.apimachinery.pkg.util.intstr.IntOrString"}}
LEAVES: Doc = {"io.k8s.apimachinery.pkg.api.resource.Quantity": {"oneOf": [{"type": "string"}, {"type": "number"}]}, "io.k8s.apimachinery.pkg.apis.meta.v1.Time": {"type": "string", "format": "date-time"},
               "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {"oneOf": [{"type": "integer"}, {"type": "string"}], "format": "int-or-string"}}
QUERY = ("dryRun", "fieldManager", "fieldValidation")


def name_of(type_name: str) -> str:
    """Return a type's name in the documents.

    >>> name_of("core_v1.PodSpec")
    'io.k8s.api.core.v1.PodSpec'
    """
    module, _, name = type_name.partition(".")
    package, _, version = module.partition("_")
    return f"{NAMES.get(module, f'io.k8s.api.{package}.{version}')}.{name}"


def _schema(type_name: str, wanted: list[str]) -> Doc:
    if type_name.endswith("[]"):
        return {"type": "array", "items": _schema(type_name[:-2], wanted)}
    if type_name.endswith("{}"):
        return {"type": "object", "additionalProperties": _schema(type_name[:-2], wanted)}
    if type_name in PLAIN:
        return PLAIN[type_name]
    wanted.append(type_name)
    return {"allOf": [{"$ref": f"#/components/schemas/{name_of(type_name)}"}], "default": {}}


def schemas(roots: Iterator[tuple[str, Kind]]) -> Doc:
    """Return all schemas that some types need."""
    found: Doc = {}
    kinds = dict(roots)
    wanted = list(kinds)
    while wanted:
        type_name = wanted.pop()
        name = name_of(type_name)
        if name in found:
            continue
        table = fields(type_name)
        found[name] = {"type": "object", "properties": {field: _schema(kind, wanted) for field, (kind, _required) in sorted(table.items())}}
        required = [field for field, (_kind, is_required) in sorted(table.items()) if is_required]
        if required:
            found[name]["required"] = required
        if type_name in kinds:
            kind = kinds[type_name]
            found[name]["x-kubernetes-group-version-kind"] = [{"group": kind.group, "kind": kind.kind, "version": kind.version}]
    return {**LEAVES, **found}


def path_of(kind: Kind, *, named: bool) -> str:
    """Return the path template of a kind."""
    base = f"/apis/{kind.group}/{kind.version}" if kind.group else f"/api/{kind.version}"
    space = "/namespaces/{namespace}" if kind.namespaced else ""
    return f"{base}{space}/{kind.plural}{'/{name}' if named else ''}"


def _operation(kind: Kind, action: str) -> Doc:
    return {"operationId": f"{action}{kind.kind}", "parameters": [{"name": name, "in": "query", "schema": {"type": "string", "uniqueItems": True}} for name in QUERY],
            "responses": {"200": {"description": "OK"}}, "x-kubernetes-action": action, "x-kubernetes-group-version-kind": {"group": kind.group, "kind": kind.kind, "version": kind.version}}


def document(kinds: tuple[Kind, ...], group: str, version: str) -> Doc | None:
    """Return the OpenAPI v3 document of a group and version, or None if there is none."""
    served = [kind for kind in kinds if (kind.group, kind.version) == (group, version)]
    if not served:
        return None
    paths: Doc = {}
    for kind in served:
        paths[path_of(kind, named=False)] = {"get": _operation(kind, "list"), "post": _operation(kind, "post")}
        paths[path_of(kind, named=True)] = {"get": _operation(kind, "get"), "put": _operation(kind, "put"), "patch": _operation(kind, "patch"), "delete": _operation(kind, "delete")}
    components = schemas((found, kind) for kind in served if (found := root_type(kind)))
    components |= {f"{group}.{version}.{kind.kind}": custom for kind in served if (custom := _custom(kind))}
    return {"openapi": "3.0.0", "info": {"title": "Kubernetes", "version": "v1.36.2"}, "paths": paths, "components": {"schemas": components}}


def _custom(kind: Kind) -> Doc | None:
    """Return the schema of a custom kind, which brings its own."""
    schema: Any = getattr(kind, "schema", None)
    if not schema:
        return None
    properties = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"}, **schema.get("properties", {})}
    return {**schema, "properties": properties, "x-kubernetes-group-version-kind": [{"group": kind.group, "kind": kind.kind, "version": kind.version}]}


def index(kinds: tuple[Kind, ...]) -> Doc:
    """Return where the documents are."""
    pairs = sorted({(kind.group, kind.version) for kind in kinds})
    found = {}
    for group, version in pairs:
        name = f"apis/{group}/{version}" if group else f"api/{version}"
        names = ",".join(sorted(kind.kind for kind in kinds if (kind.group, kind.version) == (group, version)))
        found[name] = {"serverRelativeURL": f"/openapi/v3/{name}?hash={sha256(names.encode()).hexdigest()[:32].upper()}"}
    return {"paths": found}


def _part(number: int, text: str) -> str:
    return chr(number << 3 | 2) + chr(len(text)) + text


V2_PROTOBUF = _part(1, "2.0") + _part(2, _part(1, "Kubernetes") + _part(2, "v1.36.2")) + _part(8, "")
"""An openapi.v2.Document of gnostic with nothing but its head; all its bytes are ASCII."""
