"""What is wrong with a CustomResourceDefinition. Models apiextensions-apiserver/pkg/apis/apiextensions/validation and schema/validation.go (1.36)."""

import re
from collections.abc import Iterator
from typing import Any

from learnk8s.simulation.kernel.cel.syntax import CelError
from learnk8s.simulation.kernel.cel.values import pattern
from learnk8s.simulation.kubernetes.apiserver.custom import validating
from learnk8s.simulation.kubernetes.apiserver.custom.columns import steps_of
from learnk8s.simulation.kubernetes.apiserver.custom.definitions import has_condition
from learnk8s.simulation.kubernetes.apiserver.custom.rules import rule_problems
from learnk8s.simulation.kubernetes.apiserver.custom.shaping import EMBEDDED, INT_OR_STRING, PRESERVE
from learnk8s.simulation.kubernetes.apiserver.errors import Cause, bad_value, duplicate, immutable, not_allowed, required, unsupported
from learnk8s.simulation.kubernetes.apiserver.words import dns_subdomain
from learnk8s.simulation.kubernetes.objects.document import Doc, dig

Causes = Iterator[Cause]
TYPES = ("array", "boolean", "integer", "number", "object", "string")
COLUMN_TYPES = ("boolean", "date", "integer", "number", "string")
DNS_1035 = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
RULE_1035 = ("a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', "
             "regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')")
SCHEMA = "openAPIV3Schema"
DEPTH_MAX = 60


def definition(doc: Doc) -> Causes:
    """Yield everything that is wrong with a definition. Models ValidateCustomResourceDefinition."""
    spec = doc.get("spec") or {}
    names = spec.get("names") or {}
    if doc["metadata"].get("name") != f"{names.get('plural', '')}.{spec.get('group', '')}":
        yield bad_value("metadata.name", doc["metadata"].get("name", ""), 'must be spec.names.plural+"."+spec.group')
    yield from _group(doc, spec)
    if not spec.get("scope"):
        yield required("spec.scope")
    elif spec["scope"] not in ("Cluster", "Namespaced"):
        yield unsupported("spec.scope", spec["scope"], ["Cluster", "Namespaced"])
    yield from _versions(spec)
    yield from _names(names)
    strategy = dig(spec, "conversion", "strategy", default="None")
    if strategy not in ("None", "Webhook"):
        yield unsupported("spec.conversion.strategy", strategy, ["None", "Webhook"])
    elif strategy == "Webhook" and not dig(spec, "conversion", "webhook", "clientConfig"):
        yield required("spec.conversion.webhookClientConfig", "required when strategy is set to Webhook")


def _group(doc: Doc, spec: Doc) -> Causes:
    group = spec.get("group", "")
    if not group:
        yield required("spec.group")
        return
    yield from dns_subdomain("spec.group", group)
    if "." not in group:
        yield bad_value("spec.group", group, "should be a domain with at least one dot")
    if re.search(r"(^|\.)(k8s|kubernetes)\.io$", group) and not dig(doc, "metadata", "annotations", default={}).get("api-approved.kubernetes.io"):
        yield required("metadata.annotations[api-approved.kubernetes.io]", "protected groups must have approval annotation \"api-approved.kubernetes.io\", see https://github.com/kubernetes/enhancements/pull/1111")


def _names(names: Doc) -> Causes:
    for name in ("plural", "singular", "kind", "listKind"):
        word = names.get(name, "")
        if not word:
            if name != "singular":
                yield required(f"spec.names.{name}")
        elif not DNS_1035.fullmatch(word if name in ("plural", "singular") else word.lower()):
            yield bad_value(f"spec.names.{name}", word, RULE_1035 if name in ("plural", "singular") else f"may have mixed case, but should otherwise match: {RULE_1035}")
    for part in ("shortNames", "categories"):
        for place, word in enumerate(names.get(part) or ()):
            if not DNS_1035.fullmatch(word):
                yield bad_value(f"spec.names.{part}[{place}]", word, RULE_1035)
    if names.get("kind") and names.get("kind") == names.get("listKind"):
        yield bad_value("spec.names.listKind", names["listKind"], "kind and listKind may not be the same")


def _versions(spec: Doc) -> Causes:
    versions = spec.get("versions") or []
    if not versions:
        yield required("spec.versions", "must have at least one version") if spec.get("versions") is None else bad_value("spec.versions", [], "must have exactly one version marked as storage version")
        return
    seen: set[str] = set()
    for place, version in enumerate(versions):
        if version.get("name") in seen:
            yield duplicate(f"spec.versions[{place}].name", version.get("name"))
        seen.add(version.get("name", ""))
        if not DNS_1035.fullmatch(version.get("name", "")):
            yield bad_value(f"spec.versions[{place}].name", version.get("name", ""), RULE_1035)
    if sum(bool(version.get("storage")) for version in versions) != 1:
        yield bad_value("spec.versions", [version.get("name") for version in versions], "must have exactly one version marked as storage version")
    yield from _parts(versions)


def _parts(versions: list[Doc]) -> Causes:
    """Check schemas, subresources and columns; what all versions have in common is called by its place at the top."""
    for key, top, check in (("schema", "spec.validation", _schema), ("subresources", "spec.subresources", _subresources), ("additionalPrinterColumns", "spec.additionalPrinterColumns", _columns), ("selectableFields", "spec.selectableFields", _selectable)):
        if all(version.get(key) == versions[0].get(key) for version in versions):
            if key == "schema" and not dig(versions[0], key, SCHEMA):
                yield from (required(f"spec.versions[{place}].schema.{SCHEMA}", "schemas are required") for place in range(len(versions)))
            else:
                yield from check(versions[0].get(key), top, versions[0])
            continue
        for place, version in enumerate(versions):
            if key == "schema" and not dig(version, key, SCHEMA):
                yield required(f"spec.versions[{place}].schema.{SCHEMA}", "schemas are required")
            else:
                yield from check(version.get(key), f"spec.versions[{place}].{key}", version)


def _schema(part: Any, path: str, _version: Doc) -> Causes:
    root = f"{path}.{SCHEMA}"
    schema = (part or {}).get(SCHEMA)
    if not isinstance(schema, dict):
        yield required(root, "schemas are required")
        return
    found = list(_structural(schema, root, "root", 0))
    if schema.get("type") not in (None, "", "object"):
        found.append(bad_value(f"{root}.type", schema["type"], "must be object at the root"))
    yield from found
    if not found:
        yield from rule_problems(schema, root)


def _structural(schema: Doc, path: str, level: str, depth: int) -> Causes:
    if depth > DEPTH_MAX:
        yield not_allowed(path, "the schema is nested too deeply")
        return
    kind = schema.get("type", "")
    if not kind and not schema.get(INT_OR_STRING) and not schema.get(PRESERVE):
        yield required(f"{path}.type", {"root": "must not be empty at the root", "item": "must not be empty for specified array items"}.get(level, "must not be empty for specified object fields"))
    elif kind and kind not in TYPES:
        yield unsupported(f"{path}.type", kind, TYPES)
    elif kind and schema.get(INT_OR_STRING):
        yield not_allowed(f"{path}.type", "must be empty to be structural")
    if kind == "array" and not isinstance(schema.get("items"), dict):
        yield required(f"{path}.items", "must be specified")
    if schema.get("uniqueItems"):
        yield not_allowed(f"{path}.uniqueItems", "uniqueItems cannot be set to true since the runtime complexity becomes quadratic")
    if schema.get("additionalProperties") is False:
        yield not_allowed(f"{path}.additionalProperties", "additionalProperties cannot be set to false")
    if isinstance(schema.get("additionalProperties"), dict) and schema.get("properties"):
        yield not_allowed(f"{path}.additionalProperties", "additionalProperties and properties are mutual exclusive")
    if schema.get(PRESERVE) is False:
        yield bad_value(f"{path}.{PRESERVE}", False, "must be true or undefined")
    if schema.get("$ref"):
        yield not_allowed(f"{path}.$ref", "$ref is not supported")
    for name in ("definitions", "dependencies", "patternProperties", "additionalItems", "id"):
        if schema.get(name):
            yield not_allowed(f"{path}.{name}", f"{name} is not supported")
    if schema.get(EMBEDDED) and kind != "object":
        yield bad_value(f"{path}.type", kind, "must be object if x-kubernetes-embedded-resource is true")
    yield from _list_type(schema, path, kind)
    yield from _pattern_and_default(schema, path)
    for name in ("allOf", "anyOf", "oneOf"):
        for place, inner in enumerate(schema.get(name) or ()):
            yield from _in_junctor(inner, f"{path}.{name}[{place}]", is_int_or_string=bool(schema.get(INT_OR_STRING)))
    for name, inner in (schema.get("properties") or {}).items():
        if level == "root" and name == "metadata":
            yield from _metadata(inner, f"{path}.properties[metadata]")
        elif isinstance(inner, dict):
            yield from _structural(inner, f"{path}.properties[{name}]", "field", depth + 1)
    if isinstance(schema.get("items"), dict):
        yield from _structural(schema["items"], f"{path}.items", "item", depth + 1)
    if isinstance(schema.get("additionalProperties"), dict):
        yield from _structural(schema["additionalProperties"], f"{path}.additionalProperties", "field", depth + 1)


def _metadata(schema: Doc, path: str) -> Causes:
    if schema.get("type") not in (None, "object") or any(key not in ("type", "properties", "description") for key in schema) or any(name not in ("name", "generateName") for name in schema.get("properties") or ()):
        yield not_allowed(path, "must not specify anything other than name and generateName, but metadata is implicitly specified")


def _in_junctor(schema: Any, path: str, *, is_int_or_string: bool) -> Causes:
    if not isinstance(schema, dict):
        return
    if schema.get("type") and not is_int_or_string:
        yield not_allowed(f"{path}.type", "must be empty to be structural")
    for name in ("default", "nullable", "title", "description", "additionalProperties"):
        if schema.get(name):
            yield not_allowed(f"{path}.{name}", f"must be {'undefined' if name in ('default', 'additionalProperties') else 'false' if name == 'nullable' else 'empty'} to be structural")
    for name, inner in (schema.get("properties") or {}).items():
        yield from _in_junctor(inner, f"{path}.properties[{name}]", is_int_or_string=False)


def _list_type(schema: Doc, path: str, kind: str) -> Causes:
    list_type, keys = schema.get("x-kubernetes-list-type"), schema.get("x-kubernetes-list-map-keys") or []
    if list_type is not None and kind != "array":
        yield bad_value(f"{path}.type", kind, "must be array if x-kubernetes-list-type is specified") if kind else required(f"{path}.type", "must be array if x-kubernetes-list-type is specified")
    if list_type not in (None, "atomic", "set", "map"):
        yield unsupported(f"{path}.x-kubernetes-list-type", list_type, ["atomic", "set", "map"])
    if keys and list_type != "map":
        yield bad_value(f"{path}.x-kubernetes-list-type", list_type or "", "must be map if x-kubernetes-list-map-keys is non-empty") if list_type else required(f"{path}.x-kubernetes-list-type", "must be map if x-kubernetes-list-map-keys is non-empty")
    if list_type == "map":
        items = schema.get("items") or {}
        if not keys:
            yield required(f"{path}.x-kubernetes-list-map-keys", "must not be empty if x-kubernetes-list-type is map")
        for place, key in enumerate(keys):
            inner = (items.get("properties") or {}).get(key)
            if inner is None:
                yield bad_value(f"{path}.x-kubernetes-list-map-keys[{place}]", key, "entries must all be names of item properties")
            elif key not in (items.get("required") or ()) and "default" not in inner:
                yield required(f"{path}.items.properties[{key}].default", "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property")


def _pattern_and_default(schema: Doc, path: str) -> Causes:
    if schema.get("pattern"):
        try:
            pattern(schema["pattern"])
        except CelError as error:
            yield bad_value(f"{path}.pattern", schema["pattern"], f"must be a valid regular expression, but isn't: {error}")
    if "default" in schema and schema["default"] is not None:
        for cause in validating.violations(schema["default"], {key: value for key, value in schema.items() if key != "default"}):
            place = "" if cause.field == validating.NO_PATH else f".{cause.field}"
            yield Cause(cause.kind, cause.message, f"{path}.default{place}")


def _subresources(part: Any, path: str, version: Doc) -> Causes:
    scale = (part or {}).get("scale")
    if not isinstance(scale, dict):
        return
    for name, prefix, needed in (("specReplicasPath", ".spec.", True), ("statusReplicasPath", ".status.", True), ("labelSelectorPath", ".s", False)):
        text = scale.get(name)
        if not text:
            if needed:
                yield required(f"{path}.scale.{name}")
        elif not steps_of(text) or any(kind != "key" for kind, _ in steps_of(text)):
            yield bad_value(f"{path}.scale.{name}", text, "should be a json path under " + (".spec" if name == "specReplicasPath" else ".status" if name == "statusReplicasPath" else ".spec or .status"))
        elif not text.startswith(prefix):
            yield bad_value(f"{path}.scale.{name}", text, f"should be a json path under {prefix.rstrip('.')}" if needed else "should be a json path under either .status or .spec")


def _columns(part: Any, path: str, version: Doc) -> Causes:
    for place, column in enumerate(part or ()):
        here = f"{path}[{place}]"
        if not column.get("name"):
            yield required(f"{here}.name")
        if not column.get("type"):
            yield required(f"{here}.type", f"must be one of {','.join(COLUMN_TYPES)}")
        elif column["type"] not in COLUMN_TYPES:
            yield bad_value(f"{here}.type", column["type"], f"must be one of {','.join(COLUMN_TYPES)}")
        if column.get("format") and column["format"] not in ("int32", "int64", "float", "double", "byte", "date", "date-time", "password"):
            yield bad_value(f"{here}.format", column["format"], "must be one of byte,date,date-time,double,float,int32,int64,password")
        if not column.get("jsonPath"):
            yield required(f"{here}.JSONPath")
        elif not steps_of(column["jsonPath"]) or not column["jsonPath"].startswith((".", "{")):
            yield bad_value(f"{here}.JSONPath", column["jsonPath"], "is an invalid JSON path: unrecognized character in action" if not column["jsonPath"].startswith(".") else "is an invalid JSON path")


def _selectable(part: Any, path: str, version: Doc) -> Causes:
    schema, seen = dig(version, "schema", SCHEMA, default={}), set()
    for place, entry in enumerate(part or ()):
        text = entry.get("jsonPath", "")
        here = f"{path}[{place}].jsonPath"
        if not text:
            yield required(here)
            continue
        inner: Any = schema
        for kind, key in steps_of(text) or [("bad", "")]:
            inner = (inner.get("properties") or {}).get(key) if kind == "key" and isinstance(inner, dict) else None
        if not isinstance(inner, dict) or inner.get("type") not in ("string", "boolean", "integer"):
            yield bad_value(here, text, "must point to a field of type string, boolean or integer. Enum string fields and strings with allowed formats are supported.") if isinstance(inner, dict) else bad_value(here, text, 'is an invalid path: does not refer to a valid field')
        if text in seen:
            yield duplicate(here, text)
        seen.add(text)


def changed_definition(old: Doc, new: Doc) -> Causes:
    """Yield what may not change in a definition. Models ValidateCustomResourceDefinitionUpdate."""
    before, after = old["spec"], new.get("spec") or {}
    if before["group"] != after.get("group"):
        yield immutable("spec.group", after.get("group"))
    if has_condition(old, "Established"):
        if before["scope"] != after.get("scope"):
            yield immutable("spec.scope", after.get("scope"))
        if before["names"].get("kind") != dig(after, "names", "kind"):
            yield immutable("spec.names.kind", dig(after, "names", "kind"))
    if before["names"].get("plural") != dig(after, "names", "plural"):
        yield immutable("spec.names.plural", dig(after, "names", "plural"))
    names = [version.get("name") for version in after.get("versions") or ()]
    for place, stored in enumerate(dig(old, "status", "storedVersions", default=()) or ()):
        if stored not in names:
            yield bad_value(f"status.storedVersions[{place}]", stored, f"missing from spec.versions; {stored} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in {stored} and removes {stored} from status.storedVersions")


def default_definition(doc: Doc) -> Doc:
    """Fill in what follows from the names. Models SetDefaults_CustomResourceDefinitionSpec."""
    spec = doc.get("spec") or {}
    names = spec.get("names")
    if not isinstance(names, dict):
        return doc
    names = dict(names)
    if names.get("kind"):
        names.setdefault("singular", str(names["kind"]).lower())
        names.setdefault("listKind", f"{names['kind']}List")
    changed = {key: value for key, value in spec.items() if not (key == "preserveUnknownFields" and value is False)}
    return {**doc, "spec": {**changed, "names": names, "conversion": spec.get("conversion") or {"strategy": "None"}}}


def first_status(doc: Doc) -> Doc:
    """Return the status of a new definition."""
    return {"conditions": None, "acceptedNames": {"plural": "", "kind": ""}, "storedVersions": [version["name"] for version in dig(doc, "spec", "versions", default=()) if version.get("storage")]}


def with_stored_version(doc: Doc) -> Doc:
    """Return a changed definition that remembers in which versions objects may be stored."""
    status = doc.get("status") or {}
    stored = list(status.get("storedVersions") or ())
    fresh = [version["name"] for version in doc["spec"]["versions"] if version.get("storage") and version["name"] not in stored]
    return {**doc, "status": {**status, "storedVersions": [*stored, *fresh]}} if fresh else doc
