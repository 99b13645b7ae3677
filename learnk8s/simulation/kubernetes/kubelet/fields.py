"""What a pod can be told of itself: fields and resources of the downward API. Models pkg/fieldpath and pkg/api/v1/resource (1.36)."""

import re
from collections.abc import Mapping
from json import dumps
from typing import Any

from learnk8s.simulation.kernel.quantities import millis, whole
from learnk8s.simulation.kubernetes.kubelet.runtime import PodRecord
from learnk8s.simulation.kubernetes.objects.document import Doc, dig

NO_NODE: Doc = {}


def filled(text: str, variables: Mapping[str, str]) -> str:
    """Return a text with `$(NAME)` filled in; an unknown name stays, and `$$` is a dollar. Models third_party/forked/golang/expansion.

    >>> filled("$(A) $$(A) $(B) $A awk '{print $$1}'", {"A": "1"})
    "1 $(A) $(B) $A awk '{print $1}'"
    """
    return re.sub(r"\$(\$|\(([^)]*)\))", lambda found: "$" if found[1] == "$" else variables.get(found[2], found[0]), text)


def field_of(path: str, pod: Doc, record: PodRecord) -> str:
    """Return a field of the pod by the path of a fieldRef."""
    host = dig(pod, "status", "hostIP", default="")
    own: dict[str, Any] = {"status.podIP": record.ip, "status.podIPs": record.ip, "spec.nodeName": record.node, "metadata.name": record.name, "metadata.namespace": record.namespace, "metadata.uid": record.uid,
                           "spec.serviceAccountName": pod["spec"].get("serviceAccountName", "default"), "status.hostIP": host, "status.hostIPs": host}
    found = re.fullmatch(r"metadata\.(labels|annotations)\['([^']+)'\]", path)
    if found:
        return str((pod["metadata"].get(found[1]) or {}).get(found[2], ""))
    if path in ("metadata.labels", "metadata.annotations"):
        table = pod["metadata"].get(path.removeprefix("metadata.")) or {}
        return "\n".join(f"{key}={dumps(value, ensure_ascii=False)}" for key, value in sorted(table.items()))
    return str(own.get(path, ""))


def resource_of(reference: Doc, container: Doc, allocatable: Doc = NO_NODE) -> str:
    """Return a request or limit of a container, divided and rounded up as the divisor says; for a limit that it has not, what its node offers.

    >>> resource_of({"resource": "limits.cpu"}, {"resources": {"limits": {"cpu": "1500m"}}})
    '2'
    """
    table, _, key = reference.get("resource", "").partition(".")
    resources = container.get("resources") or {}
    amount = dig(resources, table, key, default=None)
    divisor = reference.get("divisor") or "1"
    unit = millis if key == "cpu" else whole
    if amount is None:
        number = unit(allocatable.get(key, "0")) if table == "limits" else 0
    else:
        number = unit(amount)
    return str(-(-number // max(unit("1" if divisor in ("0", 0) else divisor), 1)))
