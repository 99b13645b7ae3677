"""The order of the fields in the JSON of objects that kubectl made itself (`--dry-run=client -o json`).

What comes from the server is printed with sorted keys; what kubectl made is marshalled from Go structs, whose fields stand in the order of their
declaration (staging/src/k8s.io/api, 1.36). Differs: one list for all kinds; a field that is not in it follows in the order of the document.
"""

from typing import Any

ORDER = ("kind", "apiVersion", "metadata", "name", "generateName", "namespace", "labels", "annotations", "ownerReferences", "replicas", "schedule", "selector", "template", "strategy", "volumes", "initContainers", "containers",
         "image", "command", "args", "ports", "env", "resources", "spec", "status")
PLACE = {name: place for place, name in enumerate(ORDER)}


def in_struct_order(value: Any, *, free: bool = False) -> Any:
    """Return a value whose objects have their fields in the order of declaration; maps with free keys (labels, data) are sorted."""
    if isinstance(value, list):
        return [in_struct_order(item) for item in value]
    if not isinstance(value, dict):
        return value
    keys = sorted(value) if free else sorted(value, key=lambda key: PLACE.get(key, len(ORDER) - 2))
    return {key: in_struct_order(value[key], free=key in ("labels", "annotations", "matchLabels", "data", "stringData", "hard")) for key in keys}
