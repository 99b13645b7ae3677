"""Environment variables, and fields that the downward API offers. Models ValidateEnv and ValidateEnvFrom (1.36)."""

import re
from collections.abc import Sequence
from typing import Any

from learnk8s.simulation.kernel.quantities import amount, canonical, is_quantity
from learnk8s.simulation.kubernetes.apiserver.errors import Causes, bad_value, required, unsupported
from learnk8s.simulation.kubernetes.apiserver.words import config_key_faults, dns_subdomain, qualified
from learnk8s.simulation.kubernetes.objects.document import Doc

NAME_RULE = "a valid environment variable name must consist only of printable ASCII characters other than '='"
ENV_FIELDS = ("metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs")
VOLUME_FIELDS = ("metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid")
KNOWN_FIELDS = frozenset({*ENV_FIELDS, *VOLUME_FIELDS, "spec.restartPolicy", "spec.schedulerName", "status.phase", "spec.hostNetwork", "status.nominatedNodeName"})
"""What Kubernetes has a name for at all. Models ConvertDownwardAPIFieldLabel."""
RESOURCES = ("limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory")
UNITS = ("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei")
SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")


def env(field: str, variables: Sequence[Doc]) -> Causes:
    """Variables by name."""
    for index, variable in enumerate(variables):
        place, name = f"{field}[{index}]", variable.get("name", "")
        if not name:
            yield required(f"{place}.name")
        else:
            yield from _name(f"{place}.name", name)
        if variable.get("valueFrom") is not None:
            yield from _source(f"{place}.valueFrom", variable["valueFrom"], bool(variable.get("value")))


def _name(field: str, name: str) -> Causes:
    if not re.fullmatch(r"[ -<>-~]+", name):
        yield bad_value(field, name, NAME_RULE)


def _source(field: str, found: Doc, has_value: bool) -> Causes:
    given = [key for key in SOURCES if found.get(key) is not None]
    for key in given:
        if key == "fieldRef":
            yield from field_ref(f"{field}.fieldRef", found[key], ENV_FIELDS)
        elif key == "resourceFieldRef":
            yield from resource_ref(f"{field}.resourceFieldRef", found[key], in_volume=False)
        elif key != "fileKeyRef":
            yield from _key_ref(f"{field}.{key}", found[key])
    if not given:
        yield bad_value(field, "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`")
    elif has_value:
        yield bad_value(field, "", "may not be specified when `value` is not empty")
    elif len(given) > 1:
        yield bad_value(field, "", "may not have more than one field specified at a time")


def _key_ref(field: str, found: Doc) -> Causes:
    yield from dns_subdomain(f"{field}.name", found.get("name", ""))
    key = found.get("key", "")
    if not key:
        yield required(f"{field}.key")
    yield from (bad_value(f"{field}.key", key, fault) for fault in (config_key_faults(key) if key else ()))


def field_ref(field: str, found: Doc, allowed: Sequence[str]) -> Causes:
    """A field of the pod itself. Models validateObjectFieldSelector."""
    path = found.get("fieldPath", "")
    if not path:
        yield required(f"{field}.fieldPath")
        return
    subscript = re.fullmatch(r"(metadata\.(?:annotations|labels))\['(.*)'\]", path)
    if subscript:
        yield from qualified(field, subscript[2].lower() if subscript[1].endswith("annotations") else subscript[2])
    elif re.fullmatch(r".*\['.*'\]", path):
        yield bad_value(f"{field}.fieldPath", path, f'error converting fieldPath: field label does not support subscript: "{path.partition("[")[0]}"')
    elif path not in KNOWN_FIELDS:
        yield bad_value(f"{field}.fieldPath", path, f"error converting fieldPath: field label not supported: {path}")
    elif path not in allowed:
        yield unsupported(f"{field}.fieldPath", path, allowed)


def resource_ref(field: str, found: Doc, *, in_volume: bool) -> Causes:
    """A container's request or limit. Models validateContainerResourceFieldSelector."""
    resource = found.get("resource", "")
    if in_volume and not found.get("containerName"):
        yield required(f"{field}.containerName")
    elif not resource:
        yield required(f"{field}.resource")
    elif resource not in RESOURCES and not resource.startswith(("requests.hugepages-", "limits.hugepages-")):
        yield unsupported(f"{field}.resource", resource, RESOURCES)
    yield from _divisor(f"{field}.divisor", resource, found.get("divisor"))


def _divisor(field: str, resource: str, divisor: Any) -> Causes:
    if divisor is None or not is_quantity(divisor) or not amount(divisor):
        return
    kind = resource.partition(".")[2]
    if kind == "cpu" and canonical(divisor) not in ("1", "1m"):
        yield bad_value(field, resource, "only divisor's values 1m and 1 are supported with the cpu resource")
    elif kind in ("memory", "ephemeral-storage") or kind.startswith("hugepages-"):
        if canonical(divisor) not in UNITS:
            what = "local ephemeral storage" if kind == "ephemeral-storage" else "hugepages" if kind.startswith("hugepages-") else kind
            yield bad_value(field, resource, f"only divisor's values {', '.join(UNITS)} are supported with the {what} resource")


def env_from(field: str, sources: Sequence[Doc]) -> Causes:
    """Whole ConfigMaps and Secrets as variables."""
    for index, source in enumerate(sources):
        place = f"{field}[{index}]"
        if source.get("prefix"):
            yield from _name(f"{place}.prefix", source["prefix"])
        given = [key for key in ("configMapRef", "secretRef") if source.get(key) is not None]
        for key in given:
            name = source[key].get("name", "")
            if not name:
                yield required(f"{place}.{key}.name")
            else:
                yield from dns_subdomain(f"{place}.{key}.name", name)
        if not given:
            yield bad_value(field, "", "must specify one of: `configMapRef` or `secretRef`")
        elif len(given) > 1:
            yield bad_value(field, "", "may not have more than one field specified at a time")
