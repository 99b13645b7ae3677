"""Protobuf bodies, as typed clients such as `kubectl create deployment` send them, read into documents.

Models apimachinery/pkg/runtime/serializer/protobuf (1.36): the bytes `k8s\\0`, a runtime.Unknown with kind and version, and in it the object. The field numbers
stand in `protobuf.json`, made by scripts/make_protobuf.py; a field that has no place there, such as one of an older or newer version, is passed over as the generated readers do. Answers are always JSON, which every client takes.
"""

import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from learnk8s.simulation.kubernetes.objects.document import Doc

PREFIX = b"k8s\0"
DEPTH_MAX = 60
MODULES = {"": "core", "rbac.authorization.k8s.io": "rbac", "networking.k8s.io": "networking", "storage.k8s.io": "storage", "scheduling.k8s.io": "scheduling", "certificates.k8s.io": "certificates",
           "coordination.k8s.io": "coordination", "discovery.k8s.io": "discovery", "node.k8s.io": "node", "authorization.k8s.io": "authorization", "authentication.k8s.io": "authentication",
           "admissionregistration.k8s.io": "admissionregistration", "apiextensions.k8s.io": "apiextensions", "flowcontrol.apiserver.k8s.io": "flowcontrol", "events.k8s.io": "events", "resource.k8s.io": "resource"}
META = ("DeleteOptions", "CreateOptions", "UpdateOptions", "PatchOptions")
MASK = 2**64 - 1


class BadProtobuf(ValueError):
    """The bytes are no Kubernetes object that this server knows."""


@lru_cache(maxsize=1)
def messages() -> dict[str, dict[str, list[str]]]:
    loaded: dict[str, dict[str, list[str]]] = json.loads(Path(__file__).with_name("protobuf.json").read_text(encoding="utf-8"))["messages"]
    return loaded


def document_of(body: bytes) -> Doc:
    """Return the document that a protobuf body holds. Raises BadProtobuf."""
    if not body.startswith(PREFIX):
        raise BadProtobuf("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]")
    try:
        unknown = dict(_fields(body[len(PREFIX) :]))
        meta = dict(_fields(_bytes(unknown.get(1, b""))))
        api_version, kind = _bytes(meta.get(1, b"")).decode(), _bytes(meta.get(2, b"")).decode()
        name = message_of(api_version, kind)
        return {"apiVersion": api_version, "kind": kind, **_read(_bytes(unknown.get(2, b"")), name, 0)}
    except (IndexError, UnicodeDecodeError, OverflowError) as error:
        raise BadProtobuf(f"the protobuf message is broken: {error}") from None


def message_of(api_version: str, kind: str) -> str:
    group, _, version = api_version.rpartition("/")
    name = f"meta_v1.{kind}" if kind in META else f"{MODULES.get(group, group.partition('.')[0])}_{version}.{kind}"
    if name not in messages():
        raise BadProtobuf(f'no kind "{kind}" is registered for version "{api_version}"')
    return name


def _bytes(value: int | bytes) -> bytes:
    if isinstance(value, int):
        raise BadProtobuf("the protobuf message is broken: a number where bytes belong")
    return value


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & MASK, place
        shift += 7
        if shift > 63:
            raise BadProtobuf("the protobuf message is broken: a number is too long")


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    place = 0
    while place < len(data):
        tag, place = _varint(data, place)
        wire = tag & 7
        if wire == 0:
            value, place = _varint(data, place)
            yield tag >> 3, value
        elif wire == 2:
            length, place = _varint(data, place)
            if place + length > len(data):
                raise BadProtobuf("the protobuf message is broken: it ends too early")
            yield tag >> 3, data[place : place + length]
            place += length
        elif wire in (1, 5):
            size = 8 if wire == 1 else 4
            yield tag >> 3, data[place : place + size]
            place += size
        else:
            raise BadProtobuf(f"the protobuf message is broken: wire type {wire}")


def _read(data: bytes, name: str, depth: int) -> Doc:
    if depth > DEPTH_MAX:
        raise BadProtobuf("the protobuf message is nested too deeply")
    rows = messages().get(name)
    if rows is None:
        raise BadProtobuf(f"the protobuf message has a part that is not known here: {name}")
    doc: Doc = {}
    for number, value in _fields(data):
        row = rows.get(str(number))
        if row is None:
            continue
        key, kind, *marks = row
        if not key:
            doc.update(_read(_bytes(value), kind, depth + 1))
        elif kind.endswith("[]"):
            doc.setdefault(key, []).append(_value(value, kind[:-2], depth))
        elif kind.endswith("{}"):
            pair = dict(_fields(_bytes(value)))
            doc.setdefault(key, {})[_bytes(pair.get(1, b"")).decode()] = _value(pair.get(2, b""), kind[:-2], depth)
        else:
            found = _value(value, kind, depth)
            if found is not None and (found or not marks):
                doc[key] = found
    return doc


def _value(value: int | bytes, kind: str, depth: int) -> Any:
    if isinstance(value, int):
        signed = value - 2**64 if value >= 2**63 else value
        return bool(value) if kind == "bool" else signed
    match kind:
        case "str":
            return value.decode()
        case "bytes":
            return b64encode(value).decode()
        case "quantity":
            return b"".join(_bytes(part) for number, part in _fields(value) if number == 1).decode()
        case "raw":
            return json.loads(b"".join(_bytes(part) for number, part in _fields(value) if number == 1) or b"null")
        case "time" | "microtime":
            parts = dict(_fields(value))
            return _moment(parts.get(1), micro=kind == "microtime", nanos=parts.get(2))
        case "int-or-string":
            parts = dict(_fields(value))
            return _bytes(parts.get(3, b"")).decode() if parts.get(1) else _value(parts.get(2, 0), "int", depth)
        case "float":
            return None
    return _read(value, kind, depth + 1)


ZERO_TIME_S = -62_135_596_800
"""Where Go's time begins: the year 1."""


def _moment(seconds: int | bytes | None, *, micro: bool, nanos: int | bytes | None) -> str | None:
    """Return a time as JSON writes it; the zero time is none."""
    if not isinstance(seconds, int):
        return None
    since = seconds - 2**64 if seconds >= 2**63 else seconds
    if since <= ZERO_TIME_S:
        return None
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=min(since, 253_402_300_799))
    return moment.replace(tzinfo=None).isoformat(timespec="seconds") + (f".{(nanos if isinstance(nanos, int) else 0) // 1000:06d}" if micro else "") + "Z"
