"""How documents are shown to the client that asks: as they are, as a Table, or only their metadata. Models endpoints/handlers/response.go (1.36)."""

from typing import Any

from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.apiserver.managed import managers
from learnk8s.simulation.kubernetes.apiserver.older_versions import V1, as_v2
from learnk8s.simulation.kubernetes.apiserver.server import ApiServer
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import Kind

META = "meta.k8s.io/v1"


def wants_table(accept: str) -> bool:
    """Say whether a client asks for a Table first."""
    return "as=Table" in accept.split(",")[0]


def wants_metadata(accept: str) -> bool:
    """Say whether a client asks for metadata alone."""
    return "as=PartialObjectMetadata" in accept.split(",")[0]


def check_accepted(accept: str, *, has_table: bool) -> None:
    """Refuse a client that takes only a shape which does not exist. Raises ApiError 406."""
    words = [word.strip() for word in accept.split(",") if word.strip()]
    if words and not has_table and all("as=" in word for word in words):
        raise ApiError(406, "NotAcceptable", "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf, application/cbor")


def metadata_only(doc: Doc) -> Doc:
    """Return an object's metadata as a PartialObjectMetadata."""
    return {"kind": "PartialObjectMetadata", "apiVersion": META, "metadata": doc["metadata"]}


def table(api: ApiServer, kind: Kind, docs: list[Doc], *, include: str = "Metadata", heads: bool = True) -> Doc:
    """Return documents as a Table whose rows carry what `includeObject` asks for."""
    found = api.table(kind.resource, docs, version=kind.version)
    rows = [{"cells": row["cells"], "object": None if include == "None" else row["object"] if include == "Object" else metadata_only(row["object"])} for row in found["rows"]]
    return {"kind": "Table", "apiVersion": META, "metadata": {"resourceVersion": str(api.store.revision)}, "columnDefinitions": [_head(column) for column in found["columnDefinitions"]] if heads else None, "rows": rows}


def _head(column: Doc) -> Doc:
    name = column["name"]
    return {"name": name, "type": column.get("type", "string"), "format": "name" if name == "Name" else column.get("format", ""), "description": column.get("description", ""), "priority": column["priority"]}


def list_item(doc: Doc, kind: Kind) -> Doc:
    """Return an object as it stands in a list: built-in kinds leave out what the list says already."""
    if getattr(kind, "is_custom", False):
        return doc
    return {key: value for key, value in doc.items() if key not in ("apiVersion", "kind")}


def one(api: ApiServer, kind: Kind, doc: Doc, accept: str, query: Any) -> Doc:
    """Return one object in the shape that is asked for."""
    if doc.get("kind") != kind.kind or "metadata" not in doc or "list" not in kind.verbs:
        return doc
    doc = managers.seen(kind, doc)
    if wants_table(accept):
        doc = as_v2(doc) if kind is V1 else doc
        return {**table(api, kind, [doc], include=query.get("includeObject", "Metadata")), "metadata": {"resourceVersion": doc["metadata"].get("resourceVersion", "")}}
    return metadata_only(doc) if wants_metadata(accept) else doc


def many(api: ApiServer, kind: Kind, found: Doc, accept: str, query: Any) -> Doc:
    """Return a list in the shape that is asked for."""
    if wants_table(accept):
        found = {**found, "items": [as_v2(doc) for doc in found["items"]]} if kind is V1 else found
        return {**table(api, kind, found["items"], include=query.get("includeObject", "Metadata")), "metadata": found["metadata"]}
    if wants_metadata(accept):
        return {"kind": "PartialObjectMetadataList", "apiVersion": META, "metadata": found["metadata"], "items": [metadata_only(doc) for doc in found["items"]]}
    return {**found, "items": [list_item(managers.seen(kind, doc), kind) for doc in found["items"]]}
