"""Documents written as protobuf, the form in which etcd keeps them: the counterpart of `protobuf.py`.

Models apimachinery/pkg/runtime/serializer/protobuf (1.36): the bytes `k8s\\0`, a runtime.Unknown with kind and version, and in it the object. Differs: zero values that Go writes all
the same are left out, so that the bytes are fewer, and mean the same.
"""

import json
from base64 import b64decode
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.protobuf import MASK, PREFIX, message_of, messages


def body_of(doc: Doc) -> bytes:
    """Return a document as the API server stores it. Raises BadProtobuf for kinds that have no such form: objects of definitions, which are stored as JSON.

    >>> body_of({"apiVersion": "v1", "kind": "Secret", "data": {"word": "dGlnZXI="}})
    b'k8s\\x00\\n\\x0c\\n\\x02v1\\x12\\x06Secret\\x12\\x0f\\x12\\r\\n\\x04word\\x12\\x05tiger'
    """
    name = message_of(doc["apiVersion"], doc["kind"])
    meta = _part(1, doc["apiVersion"].encode()) + _part(2, doc["kind"].encode())
    return PREFIX + _part(1, meta) + _part(2, _written(doc, name))


@lru_cache(maxsize=256)
def _rows(name: str) -> tuple[tuple[int, str, str], ...]:
    """Return the fields of a message in the order of their numbers: number, key, kind."""
    return tuple((number, *row[:2]) for number, row in sorted((int(number), row) for number, row in messages()[name].items()))  # type: ignore[misc]  # a row has a key and a kind


def _written(doc: Doc, name: str) -> bytes:
    made = b""
    for number, key, kind in _rows(name):
        if not key:
            made += _part(number, _written(doc, kind))
        elif doc.get(key) is None:
            continue
        elif kind.endswith("[]"):
            made += b"".join(_field(number, item, kind[:-2]) for item in doc[key])
        elif kind.endswith("{}"):
            made += b"".join(_part(number, _part(1, word.encode()) + _field(2, item, kind[:-2])) for word, item in sorted(doc[key].items()))
        else:
            made += _field(number, doc[key], kind)
    return made


def _field(number: int, value: Any, kind: str) -> bytes:
    match kind:
        case "int" | "bool":
            return _number(number, int(value))
        case "str":
            return _part(number, value.encode())
        case "bytes":
            return _part(number, b64decode(value))
        case "quantity":
            return _part(number, _part(1, str(value).encode()))
        case "raw":
            return _part(number, _part(1, json.dumps(value, separators=(",", ":")).encode()))
        case "time" | "microtime":
            moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
            return _part(number, _number(1, int((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())) + (_number(2, moment.microsecond * 1000) if moment.microsecond else b""))
        case "int-or-string":
            return _part(number, _number(1, 0) + _number(2, value) if isinstance(value, int) else _number(1, 1) + _part(3, value.encode()))
    return _part(number, _written(value, kind))


def _part(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value & MASK)


def _varint(value: int) -> bytes:
    made = bytearray()
    while value > 0x7F:
        made.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*made, value])
