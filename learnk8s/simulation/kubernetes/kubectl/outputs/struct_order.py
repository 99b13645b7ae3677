"""The order of the fields in the JSON of objects that kubectl made itself (`--dry-run=client -o json`).

What comes from the server is printed with sorted keys; what kubectl made is marshalled from Go structs, whose fields stand in the order of their
declaration (staging/src/k8s.io/api, 1.36). Differs: one list for all kinds; a field that is not in it follows in the order of the document.
"""

from typing import Any

ORDER = ("kind", "apiVersion", "metadata", "name", "generateName", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "labels", "annotations", "ownerReferences", "items", "involvedObject", "reason", "message", "source", "firstTimestamp", "lastTimestamp", "count", "type",
         "eventTime", "series", "action", "related", "reportingComponent", "reportingInstance", "replicas", "schedule", "selector", "template", "strategy", "volumes", "initContainers", "containers", "image", "command", "args", "ports", "env", "resources", "spec", "status")
PLACE = {name: place for place, name in enumerate(ORDER)}
OWN = {part: {name: place for place, name in enumerate(order)} for part, order in (
    ("spec", ("scaleTargetRef", "minReplicas", "maxReplicas", "metrics", "replicas", "schedule", "ports", "selector", "clusterIP", "type", "template", "strategy", "volumes", "initContainers", "containers", "restartPolicy", "dnsPolicy", "nodeName")),
    ("ports", ("name", "hostPort", "containerPort", "protocol", "port", "targetPort", "nodePort")), ("scaleTargetRef", ("kind", "name", "apiVersion")), ("status", ("phase", "replicas", "desiredReplicas", "currentMetrics", "loadBalancer")), ("involvedObject", ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")), ("managedFields", ("manager", "operation", "apiVersion", "time", "fieldsType", "fieldsV1")))}
"""Structs whose order is another, by the field that holds them."""
FREE = ("labels", "annotations", "matchLabels", "data", "stringData", "hard", "fieldsV1")


def in_struct_order(value: Any, part: str = "") -> Any:
    """Return a value whose objects have their fields in the order of declaration; maps with free keys (labels, data) are sorted."""
    if isinstance(value, list):
        return [in_struct_order(item, part) for item in value]
    if not isinstance(value, dict):
        return value
    order = OWN.get(part, PLACE)
    keys = sorted(value) if part in FREE else sorted(value, key=lambda key: order.get(key, len(ORDER) - 2))
    return {key: in_struct_order(value[key], key) for key in keys}
