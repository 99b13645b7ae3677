"""The field tables of Kubernetes' types, and strict decoding against them.

`schema.json` is made by scripts/make_schema.py. Decoding finds fields that do not exist and values of the wrong type, and words them as
the API server does. Models apimachinery/pkg/runtime/serializer/json strict decoding (1.36).
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from learnk8s.simulation.kernel.quantities import BadQuantity, canonical, is_quantity
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.go_types import named
from learnk8s.simulation.kubernetes.objects.kinds import Kind

Fields = Mapping[str, tuple[str, bool]]
MODULES = {"": "core_v1", "apps": "apps_v1", "discovery.k8s.io": "discovery_v1", "coordination.k8s.io": "coordination_v1", "batch": "batch_v1", "networking.k8s.io": "networking_v1",
           "policy": "policy_v1", "storage.k8s.io": "storage_v1", "rbac.authorization.k8s.io": "rbac_v1", "scheduling.k8s.io": "scheduling_v1", "autoscaling": "autoscaling_v2", "authentication.k8s.io": "authentication_v1", "authorization.k8s.io": "authorization_v1", "events.k8s.io": "events_v1",
           "node.k8s.io": "node_v1", "certificates.k8s.io": "certificates_v1", "apiextensions.k8s.io": "apiextensions_v1",
           "admissionregistration.k8s.io": "admissionregistration_v1", "apiregistration.k8s.io": "apiregistration_v1", "flowcontrol.apiserver.k8s.io": "flowcontrol_v1", "resource.k8s.io": "resource_v1"}
GO_NAMES = {"int": "int32", "str": "string", "bool": "bool", "float": "float64", "quantity": "resource.Quantity"}
INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1


@lru_cache(maxsize=1)
def _types() -> dict[str, dict[str, tuple[str, bool]]]:
    path = Path(__file__).with_name("schema.json")
    loaded: dict[str, dict[str, tuple[str, bool]]] = json.loads(path.read_text(encoding="utf-8"))["types"]
    return loaded


def root_type(kind: Kind) -> str | None:
    """Return the name of a kind's type in the schema."""
    module = "autoscaling_v1" if (kind.group, kind.version) == ("autoscaling", "v1") else MODULES.get(kind.group, "")
    name = f"{module}.{kind.kind}"
    return name if name in _types() else None


def fields(type_name: str) -> Fields:
    """Return the fields of a type: name -> (type, required)."""
    return _types().get(type_name, {})


class WrongType(ValueError):
    """A value has a type that its field cannot take; the message is that of Go's JSON decoder."""


def unknown_fields(kind: Kind, doc: Doc) -> list[str]:
    """Return the paths of fields that the kind does not have, as `spec.template.foo`. Raises WrongType."""
    root = root_type(kind)
    if root is None:
        return []
    return sorted(_walk(doc, root, "", kind.kind))


def _walk(value: Any, type_name: str, path: str, owner: str) -> Iterator[str]:
    if value is None or type_name == "any":
        return
    if type_name in ("time", "int-or-string"):
        _check_special(value, type_name, path, owner)
        return
    if type_name.endswith("[]"):
        if not isinstance(value, list):
            raise WrongType(f"json: cannot unmarshal {json_type(value)} into Go struct field {owner}.{path} of type []{named(owner, path, _go_name(type_name[:-2]))}")
        for index, item in enumerate(value):
            yield from _walk(item, type_name[:-2], f"{path}[{index}]", owner)
    elif type_name.endswith("{}"):
        if not isinstance(value, dict):
            raise WrongType(f"json: cannot unmarshal {json_type(value)} into Go struct field {owner}.{path} of type {named(owner, path, f'map[string]{_go_name(type_name[:-2])}')}")
        for key, item in value.items():
            yield from _walk(item, type_name[:-2], path if type_name[:-2] in GO_NAMES else f"{path}.{key}", owner)
    elif type_name in GO_NAMES:
        _check_plain(value, type_name, path, owner)
    else:
        table = _types().get(type_name)
        if table is None:
            return
        if not isinstance(value, dict):
            raise WrongType(f"json: cannot unmarshal {json_type(value)} into Go struct field {owner}.{path} of type {_go_name(type_name)}")
        for key, item in value.items():
            place = f"{path}.{key}" if path else key
            if key not in table:
                yield place
            else:
                yield from _walk(item, table[key][0], place, type_name.split(".")[1] if path else owner)


ALWAYS_WRITTEN = frozenset({"rules"})
"""Optional lists that Go writes also when they are empty: the rules of roles."""


@lru_cache(maxsize=1)
def _unwritten() -> dict[str, frozenset[str]]:
    """Return, for each type, the plain optional fields that Go keeps by value: it cannot tell their zero from nothing. A field that it keeps by a pointer is not among them."""
    path = Path(__file__).with_name("zeros.json")
    return {name: frozenset(words.split()) for name, words in json.loads(path.read_text(encoding="utf-8")).items()}


def without_empties(kind: Kind, doc: Doc) -> Doc:
    """Return a document without the empty lists and maps, and without the empty words, zeros and falsehoods, that Go leaves out when it writes one (`omitempty`); quantities stand in their canonical form."""
    root = root_type(kind)
    kept: Doc = doc if root is None else _kept(doc, root)
    return kept


def _kept(value: Any, type_name: str) -> Any:
    if isinstance(value, list) and type_name.endswith("[]"):
        return [_kept(item, type_name[:-2]) for item in value]
    if not isinstance(value, dict):
        return canonical(value) if type_name == "quantity" and is_quantity(value) else value
    if type_name.endswith("{}"):
        return {key: _kept(item, type_name[:-2]) for key, item in value.items()}
    table = _types().get(type_name, {})
    left = {key for key in _unwritten().get(type_name, ()) if key in value and value[key] in ("", 0, False)}
    return {key: _kept(item, table[key][0]) if key in table else item for key, item in value.items() if key not in left and not (item in ([], {}) and key in table and table[key][0].endswith(("[]", "{}")) and not table[key][1] and key not in ALWAYS_WRITTEN)}


ZEROS: dict[str, Any] = {"str": "", "int": 0, "bool": False}


def with_zeros(kind: Kind, part: str, doc: Doc) -> Doc:
    """Return a part of a document, such as its status, with the zero values that Go writes for plain fields which are never left out.

    A condition of which a client says only the message has the type "" then, and whoever reads it finds one.
    """
    root = root_type(kind)
    filled: Doc = _with_zeros(doc, fields(root)[part][0]) if root is not None and part in fields(root) else doc
    return filled


def _with_zeros(value: Any, type_name: str) -> Any:
    if isinstance(value, list) and type_name.endswith("[]"):
        return [_with_zeros(item, type_name[:-2]) for item in value]
    if not isinstance(value, dict):
        return value
    if type_name.endswith("{}"):
        return {key: _with_zeros(item, type_name[:-2]) for key, item in value.items()}
    table = _types().get(type_name, {})
    known = {key: _with_zeros(item, table[key][0]) if key in table else item for key, item in value.items()}
    return known | {key: ZEROS[of] for key, (of, required) in table.items() if required and of in ZEROS and key not in value}


_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


def _check_special(value: Any, type_name: str, path: str, owner: str) -> None:
    if type_name == "int-or-string":
        if isinstance(value, float):
            raise WrongType(f"json: cannot unmarshal number {value} into Go struct field {owner}.{_without_indexes(path)} of type int32")
        if not isinstance(value, (int, str)) or isinstance(value, bool):
            raise WrongType(f"json: cannot unmarshal {json_type(value)} into Go struct field {owner}.{_without_indexes(path)} of type int32")
    elif not isinstance(value, str):
        raise WrongType(f"json: cannot unmarshal {json_type(value)} into Go struct field {owner}.{_without_indexes(path)} of type string")
    elif not _MOMENT.fullmatch(value):
        raise WrongType(f'parsing time {json.dumps(value)} as "2006-01-02T15:04:05Z07:00": cannot parse {json.dumps(value)} as "2006"')


PLAIN_TYPES: dict[str, tuple[type, ...]] = {"int": (int,), "str": (str,), "bool": (bool,), "float": (int, float), "quantity": (str, int, float)}


INT32_MIN, INT32_MAX = -2**31, 2**31 - 1
WIDE = frozenset({"activeDeadlineSeconds", "terminationGracePeriodSeconds", "deletionGracePeriodSeconds", "tolerationSeconds", "startingDeadlineSeconds", "runAsUser", "runAsGroup", "fsGroup", "supplementalGroups", "generation", "observedGeneration", "revision", "seconds"})
"""Whole numbers that Go keeps in 64 bits; all others have 32."""


def _check_plain(value: Any, type_name: str, path: str, owner: str) -> None:
    place = _without_indexes(path)
    is_wide = type_name == "int" and place.rpartition(".")[2] in WIDE
    name = "int64" if is_wide else named(owner, place, "string") if type_name == "str" else GO_NAMES[type_name]
    low, high = (INT64_MIN, INT64_MAX) if is_wide else (INT32_MIN, INT32_MAX)
    if type_name == "int" and not isinstance(value, bool) and (isinstance(value, float) or (isinstance(value, int) and not low <= value <= high)):
        raise WrongType(f"json: cannot unmarshal number {value} into Go struct field {owner}.{place} of type {name}")
    if not isinstance(value, PLAIN_TYPES[type_name]) or (isinstance(value, bool) and type_name != "bool"):
        raise WrongType(f"json: cannot unmarshal {json_type(value)} into Go struct field {owner}.{place} of type {name}")
    if type_name == "quantity" and not is_quantity(value):
        raise WrongType(str(BadQuantity()))


def _without_indexes(path: str) -> str:
    return "".join(part.split("]")[-1] for part in path.split("["))


def json_type(value: Any) -> str:
    """Return what Go's decoder calls the type of a JSON value."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, float)):
        return "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object" if isinstance(value, dict) else "null"


def _go_name(type_name: str) -> str:
    plain = GO_NAMES.get(type_name)
    if plain:
        return plain
    module, _, name = type_name.rpartition(".")
    return f"{module.split('_')[-1]}.{name}" if module else name
