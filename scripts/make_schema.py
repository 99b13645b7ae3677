"""Make objects/schema.json: the fields of every Kubernetes type that we serve, read from the package lightkube-models.

Run it again for a new Kubernetes version: `python scripts/make_schema.py`. The package's sources are read as text, never imported.
A type is {field: [type, required]}; list types end in `[]`, maps in `{}`; `int`, `str`, `bool`, `float`, `any`, `int-or-string`, `time` are plain.
"""

import ast
import json
import re
from importlib.metadata import distribution
from pathlib import Path

MODULES = ("core_v1", "apps_v1", "meta_v1", "discovery_v1", "coordination_v1", "batch_v1", "networking_v1", "policy_v1", "storage_v1", "rbac_v1", "scheduling_v1", "autoscaling_v2", "autoscaling_v1",
           "node_v1", "certificates_v1", "apiextensions_v1", "events_v1", "admissionregistration_v1", "apiregistration_v1", "authentication_v1", "authorization_v1", "flowcontrol_v1", "resource_v1")
PLAIN = {"int": "int", "str": "str", "bool": "bool", "float": "float", "Any": "any", "dict": "any", "util_intstr.IntOrString": "int-or-string", "resource.Quantity": "quantity",
         "meta_v1.Time": "time", "meta_v1.MicroTime": "time", "runtime.RawExtension": "any", "meta_v1.FieldsV1": "any"}
AMOUNTS = ("allocatable", "allocatedResources", "capacity", "default", "defaultRequest", "hard", "limits", "max", "maxLimitRequestRatio", "min", "overhead", "podFixed", "requests", "used")
WORDS = ("annotations", "attachmentMetadata", "binaryData", "data", "deprecatedTopology", "labels", "matchLabels", "nodeSelector", "options", "parameters", "selector", "stringData",
         "userAnnotations", "volumeAttributes", "allocatedResourceStatuses")
UNTYPED = {("data", "ControllerRevision")}
"""The package says `dict` of every map; these are the maps whose values have one type in Go."""
RENAMED = {"continue_": "continue", "from_": "from", "exec_": "exec", "not_": "not", "import_": "import", "except_": "except", "_not": "not", "_from": "from", "_continue": "continue", "_exec": "exec"}
TARGET = Path(__file__).resolve().parent.parent / "learnk8s/simulation/kubernetes/objects/schema.json"


def short(text: str, module: str) -> str:
    """Return a type as the schema writes it."""
    text = text.strip("'\" ")
    for wrapper, suffix in (("Optional", ""), ("List", "[]")):
        found = re.fullmatch(rf"{wrapper}\[(.*)\]", text)
        if found:
            return short(found[1], module) + suffix
    if text in ("dict", "Dict"):
        return "any"
    found = re.fullmatch(r"(?:Dict|dict)\[str, ?(.*)\]", text)
    if found:
        return short(found[1], module) + "{}"
    if text in PLAIN:
        return PLAIN[text]
    name = text.rsplit(".", 1)[-1]
    if name in ("IntOrString",):
        return "int-or-string"
    if name in ("Quantity",):
        return "quantity"
    if name in ("Time", "MicroTime"):
        return "time"
    owner = text.split(".")[0] if "." in text else module
    return f"{owner}.{name}"


def fields_of(node: ast.ClassDef, module: str) -> dict[str, list[object]]:
    """Return the JSON fields of one class."""
    fields: dict[str, list[object]] = {}
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            annotation = ast.literal_eval(statement.annotation) if isinstance(statement.annotation, ast.Constant) else ast.unparse(statement.annotation)
            name = statement.target.id
            if statement.value is not None:
                found = re.search(r"json'?\"?: ?['\"]([^'\"]+)", ast.unparse(statement.value))
                name = found[1] if found else name
            name = RENAMED.get(name, name)
            fields[name] = [map_type(name, node.name) if short(annotation, module) == "any" else short(annotation, module), statement.value is None]
    return fields


def map_type(field: str, owner: str) -> str:
    """Return what kind of map an untyped field is."""
    if (field, owner) in UNTYPED:
        return "any"
    return "quantity{}" if field in AMOUNTS else "str{}" if field in WORDS else "any"


def main() -> None:
    """Write the schema with the version it was made of."""
    package = distribution("lightkube-models")
    folder = Path(str(package.locate_file("lightkube/models")))
    types: dict[str, dict[str, list[object]]] = {}
    for module in MODULES:
        path = folder / f"{module}.py"
        if path.exists():
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.endswith("List"):
                    types[f"{module}.{node.name}"] = fields_of(node, module)
    TARGET.write_text(json.dumps({"made_of": f"lightkube-models {package.version}", "types": types}, separators=(",", ":"), sort_keys=True) + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {len(types)} types, {TARGET.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
