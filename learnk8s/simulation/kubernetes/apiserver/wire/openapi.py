"""OpenAPI v3 documents made from the field tables: enough for `kubectl explain`, for dry runs and for clients that read schemas.

Models kube-openapi's handler3 and builder3 (1.36). Differs: descriptions are our own, and there for the fields that learners meet most; a field that the tables call `any` has no type.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.custom.definitions import CustomKind
from learnk8s.simulation.kubernetes.apiserver.custom.shaping import PRESERVE
from learnk8s.simulation.kubernetes.objects import descriptions, enums
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import Kind
from learnk8s.simulation.kubernetes.objects.schema import fields, root_type

NAMES = {"meta_v1": "io.k8s.apimachinery.pkg.apis.meta.v1", "apiextensions_v1": "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1", "apiregistration_v1": "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1"}
PLAIN: dict[str, Doc] = {"int": {"type": "integer", "format": "int32"}, "str": {"type": "string"}, "bool": {"type": "boolean"}, "float": {"type": "number", "format": "double"}, "any": {"type": "object"},
                         "quantity": {"$ref": "#/components/schemas/io.k8s.apimachinery.pkg.api.resource.Quantity"}, "time": {"$ref": "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.Time"},
                         "int-or-string": {"$ref": "#/components/schemas/io.k8s.apimachinery.pkg.util.intstr.IntOrString"}}
LEAVES: Doc = {"io.k8s.apimachinery.pkg.api.resource.Quantity": {"oneOf": [{"type": "string"}, {"type": "number"}]}, "io.k8s.apimachinery.pkg.apis.meta.v1.Time": {"type": "string", "format": "date-time"},
               "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {"oneOf": [{"type": "integer"}, {"type": "string"}], "format": "int-or-string"}}
MAPS = {"JSONSchemaProps.definitions": "apiextensions_v1.JSONSchemaProps{}", "JSONSchemaProps.patternProperties": "apiextensions_v1.JSONSchemaProps{}", "JSONSchemaProps.properties": "apiextensions_v1.JSONSchemaProps{}",
        "UserInfo.extra": "str[]{}", "SubjectAccessReviewSpec.extra": "str[]{}", "CertificateSigningRequestSpec.extra": "str[]{}", "PodDisruptionBudgetStatus.disruptedPods": "time{}",
        "CounterSet.counters": "resource_v1.Counter{}", "DeviceCounterConsumption.counters": "resource_v1.Counter{}", "Device.attributes": "resource_v1.DeviceAttribute{}",
        "NodeAllocatableResourceClaimStatus.resources": "quantity{}", "DeviceRequestAllocationResult.consumedCapacity": "quantity{}"}
"""Maps of which the field tables say only that they hold anything."""
QUERY = ("dryRun", "fieldManager", "fieldValidation")
LISTING = {"fieldSelector": "Leaves in the list of returned objects only those whose fields fit.", "labelSelector": "Leaves in the list of returned objects only those whose labels fit.",
           "limit": "How many objects an answer has at most.", "continue": "Where an earlier answer ended.", "watch": "Watch for changes to the described resources: one event a line.",
           "resourceVersion": "The version at which a list or a watch starts.", "timeoutSeconds": "After how long a list or a watch ends."}
CREATED_ONLY = ("bindings", "localsubjectaccessreviews", "selfsubjectaccessreviews", "selfsubjectrulesreviews", "subjectaccessreviews", "tokenreviews", "selfsubjectreviews")


API_VERSION = "APIVersion defines the version of the API in which this object is written and read."
KIND = "Kind names the type of this object, in CamelCase. It cannot be changed."
METADATA = "Standard object's metadata."
OF_ROOTS = {"apiVersion": API_VERSION, "kind": KIND, "metadata": METADATA}


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


def _with_values(found: Doc, values: tuple[str, ...]) -> Doc:
    return {**found, "enum": list(values)} if values else found


def _described(found: Doc, words: str | None) -> Doc:
    if not words:
        return found
    return {"allOf": [found], "description": words} if "$ref" in found else {**found, "description": words}


def schemas(roots: Iterator[tuple[str, Kind | None]]) -> Doc:
    """Return all schemas that some types need."""
    found: Doc = {}
    kinds = dict(roots)
    wanted = list(kinds)
    while wanted:
        type_name = wanted.pop()
        name = name_of(type_name)
        if name in found:
            continue
        table = {field: (MAPS.get(f"{type_name.partition('.')[2]}.{field}", kind), required) for field, (kind, required) in fields(type_name).items()}
        roots = OF_ROOTS if "apiVersion" in table and "metadata" in table else {}
        about = descriptions.of_type(type_name)
        found[name] = {**({"description": about} if about else {}), "type": "object",
                       "properties": {field: _described(_with_values(_schema(kind, wanted), enums.values_of(type_name, field)), roots.get(field) or descriptions.of_field(type_name, field)) for field, (kind, _required) in sorted(table.items())}}
        required = [field for field, (_kind, is_required) in sorted(table.items()) if is_required]
        if required:
            found[name]["required"] = required
        kind = kinds.get(type_name)
        if kind is not None:
            found[name]["x-kubernetes-group-version-kind"] = [{"group": kind.group, "kind": kind.kind, "version": kind.version}]
            if kind.plural not in CREATED_ONLY:
                wanted.append("meta_v1.ListMeta")
                found[f"{name}List"] = _list_schema(kind, name)
    return {**LEAVES, **found}


def _list_schema(kind: Kind, name: str) -> Doc:
    return {"type": "object", "required": ["items"], "x-kubernetes-group-version-kind": [{"group": kind.group, "kind": f"{kind.kind}List", "version": kind.version}],
            "properties": {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "items": {"description": f"List of {kind.plural}.", "type": "array", "items": {"allOf": [{"$ref": f"#/components/schemas/{name}"}], "default": {}}},
                           "metadata": {"allOf": [{"$ref": "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta"}], "default": {}}}}


def path_of(kind: Kind, *, named: bool) -> str:
    """Return the path template of a kind."""
    base = f"/apis/{kind.group}/{kind.version}" if kind.group else f"/api/{kind.version}"
    space = "/namespaces/{namespace}" if kind.namespaced else ""
    return f"{base}{space}/{kind.plural}{'/{name}' if named else ''}"


def _operation(kind: Kind, action: str) -> Doc:
    return {"operationId": f"{action}{kind.kind}", "parameters": [{"name": name, "in": "query", "schema": {"type": "string", "uniqueItems": True}} for name in QUERY] if action not in ("list", "get") else [{"name": name, "in": "query", "description": LISTING[name], "schema": {"type": "string", "uniqueItems": True}} for name in LISTING if action == "list"],
            "responses": {"200": {"description": "OK"}}, "x-kubernetes-action": action, "x-kubernetes-group-version-kind": {"group": kind.group, "kind": kind.kind, "version": kind.version}}


def _operations(kind: Kind, *, named: bool) -> Doc:
    if kind.plural in CREATED_ONLY:
        return {} if named else {"post": _operation(kind, "post")}
    if named:
        return {"get": _operation(kind, "get"), "put": _operation(kind, "put"), "patch": _operation(kind, "patch"), "delete": _operation(kind, "delete")}
    return {"get": _operation(kind, "list"), "post": _operation(kind, "post")}


def document(kinds: tuple[Kind, ...], group: str, version: str) -> Doc | None:
    """Return the OpenAPI v3 document of a group and version, or None if there is none."""
    served = [kind for kind in kinds if (kind.group, kind.version) == (group, version)]
    if not served:
        return None
    paths: Doc = {}
    for kind in served:
        for named in (False, True):
            if operations := _operations(kind, named=named):
                paths[path_of(kind, named=named)] = operations
    components = schemas((found, kind) for kind in served if (found := root_type(kind)))
    for kind in served:
        if isinstance(kind, CustomKind):
            components |= custom_schemas(kind)
    return {"openapi": "3.0.0", "info": {"title": "Kubernetes", "version": "v1.36.2"}, "paths": paths, "components": {"schemas": components}}


def custom_name(kind: CustomKind) -> str:
    """Return a custom kind's name in the documents: its group turned round.

    >>> custom_name(CustomKind("home.example.com", "v1", "Lamp", "lamps", "lamp"))
    'com.example.home.v1.Lamp'
    """
    return f"{'.'.join(reversed(kind.group.split('.')))}.{kind.version}.{kind.kind}"


def custom_schemas(kind: CustomKind, *, is_v2: bool = False) -> Doc:
    """Return the schemas of a custom kind and of its list; in v2 a kind that keeps unknown fields has no fields, else old clients refuse all others. Models buildKubeNative."""
    gvk = {"group": kind.group, "kind": kind.kind, "version": kind.version}
    name, meta = custom_name(kind), "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1."
    own = {key: value for key, value in published(kind.schema).items() if key != "properties"} if kind.schema else {"type": "object"}
    properties = {} if kind.preserves else published(kind.schema).get("properties", {})
    root = {**own, "properties": {**properties, "apiVersion": {"description": API_VERSION, "type": "string"}, "kind": {"description": KIND, "type": "string"}, "metadata": {"description": METADATA, "allOf": [{"$ref": f"{meta}ObjectMeta"}]}},
            "x-kubernetes-group-version-kind": [gvk]}
    if is_v2 and (kind.preserves or kind.schema.get(PRESERVE)):
        root = {"type": "object", "x-kubernetes-group-version-kind": [gvk]}
    elif is_v2:
        root = for_v2(root)
    listed = {"description": f"{kind.list_kind} is a list of {kind.kind}", "type": "object", "required": ["items"], "x-kubernetes-group-version-kind": [{**gvk, "kind": kind.list_kind}],
              "properties": {"apiVersion": {"description": API_VERSION, "type": "string"}, "kind": {"description": KIND, "type": "string"}, "metadata": {"description": METADATA, "allOf": [{"$ref": f"{meta}ListMeta"}]},
                             "items": {"description": f"List of {kind.plural}.", "type": "array", "items": {"allOf": [{"$ref": f"#/components/schemas/{name}"}]}}}}
    return {name: root, name.rpartition(".")[0] + f".{kind.list_kind}": listed, **schemas(iter((("meta_v1.ObjectMeta", None), ("meta_v1.ListMeta", None))))}


def published(schema: Doc) -> Doc:
    """Return a schema as it is published: structural parts alone, and types for what may be an integer or a string."""
    found = {key: value for key, value in schema.items() if key not in ("properties", "items", "additionalProperties")}
    if isinstance(schema.get("properties"), dict):
        found["properties"] = {name: published(inner) for name, inner in schema["properties"].items()}
    for key in ("items", "additionalProperties"):
        if key in schema:
            found[key] = published(schema[key]) if isinstance(schema[key], dict) else schema[key]
    return found


def for_v2(schema: Doc) -> Doc:
    """Return a schema as kubectl of v2 copes with it: what is nullable or keeps unknown fields has no type and no fields. Models apiextensions-apiserver/pkg/controller/openapi/v2 (1.36)."""
    found = {key: value for key, value in schema.items() if key != "nullable"}
    if schema.get("nullable") or schema.get(PRESERVE):
        found = {key: value for key, value in found.items() if key not in ("items", "properties") and not (key == "type" and (schema.get("nullable") or value in ("object", "array")))}
    fields = found.get("properties")
    if isinstance(fields, dict):
        found["properties"] = {name: for_v2(inner) for name, inner in fields.items()}
        if "required" in found and (required := [name for name in found["required"] if not (fields.get(name) or {}).get("nullable")]) != found["required"]:
            found = {**found, "required": required} if required else {key: value for key, value in found.items() if key != "required"}
    for key in ("items", "additionalProperties"):
        if isinstance(found.get(key), dict):
            found[key] = for_v2(found[key])
    return found


class _Fields(dict[str, Any]):
    """Properties that are in the form of v2 already."""


def as_v2(value: Any) -> Any:
    """Return a part of a v3 document as v2 says it: definitions, no `nullable`, no `oneOf`."""
    if isinstance(value, list):
        return [as_v2(item) for item in value]
    if not isinstance(value, dict):
        return value
    if set(value) >= {"$ref"}:
        return {"$ref": str(value["$ref"]).replace("#/components/schemas/", "#/definitions/")}
    if isinstance(value.get("allOf"), list) and len(value["allOf"]) == 1 and "$ref" in value["allOf"][0]:
        rest = {"description": value["description"]} if "description" in value else {}
        return {**rest, **as_v2(value["allOf"][0])}
    if isinstance(value.get("properties"), dict):  # a field may be called like a keyword: JSONSchemaProps has one called $ref
        value = {key: item for key, item in value.items() if key != "properties"} | {"properties": _Fields({name: as_v2(schema) for name, schema in value["properties"].items()})}
    return {key: item if isinstance(item, _Fields) else as_v2(item) for key, item in value.items() if not (isinstance(item, (list, bool)) and key in ("oneOf", "anyOf", "allOf", "not", "nullable")) and not (key == "not" and isinstance(item, dict))}


def document_v2(kinds: tuple[Kind, ...]) -> Doc:
    """Return the OpenAPI v2 document of all kinds."""
    paths: Doc = {}
    for kind in kinds:
        for named in (False, True)[: 1 if kind.plural in CREATED_ONLY else 2]:
            paths[path_of(kind, named=named)] = {method: as_v2({**operation, "parameters": [{**{key: value for key, value in parameter.items() if key != "schema"}, **parameter["schema"]} for parameter in operation["parameters"]]}) for method, operation in _operations(kind, named=named).items()}
    found = schemas((name, kind) for kind in kinds if (name := root_type(kind)))
    for kind in kinds:
        if isinstance(kind, CustomKind):
            found |= custom_schemas(kind, is_v2=True)
    definitions = {name: as_v2(schema) for name, schema in sorted(found.items())}
    definitions |= {"io.k8s.apimachinery.pkg.api.resource.Quantity": {"type": "string"}, "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {"type": "string", "format": "int-or-string"}}
    return {"swagger": "2.0", "info": {"title": "Kubernetes", "version": "v1.36.2"}, "paths": paths, "definitions": definitions}


def index(kinds: tuple[Kind, ...]) -> Doc:
    """Return where the documents are."""
    pairs = sorted({(kind.group, kind.version) for kind in kinds})
    found = {}
    for group, version in pairs:
        name = f"apis/{group}/{version}" if group else f"api/{version}"
        names = ",".join(sorted(kind.kind + getattr(kind, "version_key", "") for kind in kinds if (kind.group, kind.version) == (group, version)))
        fingerprint = sha256(f"{names} {descriptions.book().digest}".encode()).hexdigest()[:32].upper()
        found[name] = {"serverRelativeURL": f"/openapi/v3/{name}?hash={fingerprint}"}
    return {"paths": found}


def _part(number: int, text: str) -> str:
    return chr(number << 3 | 2) + chr(len(text)) + text


V2_PROTOBUF = _part(1, "2.0") + _part(2, _part(1, "Kubernetes") + _part(2, "v1.36.2")) + _part(8, "")
"""An openapi.v2.Document of gnostic with nothing but its head; all its bytes are ASCII."""
