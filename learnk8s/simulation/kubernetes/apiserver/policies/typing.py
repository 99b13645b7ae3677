"""Do a policy's expressions fit the kinds that it speaks of? Models apiserver/pkg/admission/plugin/policy/validating/typechecking.go (1.36)."""

from collections.abc import Iterator, Mapping
from typing import Any

from learnk8s.simulation.kernel.cel.syntax import CompileError
from learnk8s.simulation.kubernetes.apiserver.custom.definitions import CustomKind
from learnk8s.simulation.kubernetes.apiserver.custom.rules import cel_type
from learnk8s.simulation.kubernetes.apiserver.policies.expressions import compiled
from learnk8s.simulation.kubernetes.objects import schema
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import Kind

PLAIN = {"int": "int", "str": "string", "bool": "bool", "float": "double", "time": "timestamp", "quantity": "dyn", "int-or-string": "dyn", "any": "dyn"}
KINDS_MAX = 10


class _Fields(Mapping[str, Any]):
    """The fields of a built-in type, looked up when they are asked for: types contain each other."""

    def __init__(self, type_name: str) -> None:
        self._type_name, self._table = type_name, schema.fields(type_name)

    def __getitem__(self, name: str) -> Any:
        return type_of(self._table[name][0])

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)


def type_of(type_name: str) -> Any:
    """Return what the checker calls a built-in type."""
    if type_name.endswith("[]"):
        return ("list", type_of(type_name[:-2]))
    if type_name.endswith("{}"):
        return ("map", "string", type_of(type_name[:-2]))
    if type_name in PLAIN:
        return PLAIN[type_name]
    return ("object", _Fields(type_name)) if schema.fields(type_name) else "dyn"


def _object_type(kind: Kind) -> Any:
    if isinstance(kind, CustomKind):
        found = cel_type(kind.schema, is_root=True)
        return ("object", {**found[1], "metadata": type_of("meta_v1.ObjectMeta")}) if found else "dyn"
    root = schema.root_type(kind)
    return type_of(root) if root else "dyn"


def _kinds(policy: Doc, kinds: tuple[Kind, ...]) -> list[Kind]:
    """Return the kinds that a policy names outright; a rule with a wildcard is not checked."""
    found: list[Kind] = []
    for rule in (policy["spec"].get("matchConstraints") or {}).get("resourceRules") or ():
        words = (rule.get("apiGroups") or [], rule.get("apiVersions") or [], rule.get("resources") or [])
        if any("*" in values for values in words):
            continue
        found += [kind for kind in kinds if kind.group in words[0] and kind.version in words[1] and kind.plural in words[2] and kind not in found]
    return sorted(found, key=lambda kind: (kind.group, kind.version, kind.kind))[:KINDS_MAX]


def expression_warnings(policy: Doc, kinds: tuple[Kind, ...]) -> list[Doc]:
    """Return a warning for each expression that does not fit a kind."""
    spec, found = policy["spec"], []
    served = _kinds(policy, kinds)
    for place, validation in enumerate(spec.get("validations") or ()):
        for key in ("expression", "messageExpression"):
            texts = [text for kind in served if validation.get(key) and (text := _warning(validation[key], kind, spec))]
            if texts:
                found.append({"fieldRef": f"spec.validations[{place}].{key}", "warning": "\n".join(texts)})
    return found


def _warning(text: str, kind: Kind, spec: Doc) -> str:
    own = _object_type(kind)
    variables = {row["name"]: "dyn" for row in spec.get("variables") or ()}
    try:
        compiled(text.strip(), params=spec.get("paramKind") is not None, variables=variables, known={"object": own, "oldObject": own})
    except CompileError as error:
        return f"{kind.api_version}, Kind={kind.kind}: {error}\n"
    return ""
