"""What the API server refuses in pod specs. Models pkg/apis/core/validation/validation.go (1.36)."""

from collections.abc import Iterator
from typing import Any

from learnk8s.simulation.kernel.quantities import amount, is_quantity
from learnk8s.simulation.kubernetes.apiserver.errors import Cause, bad_value, duplicate, not_allowed, required, unsupported
from learnk8s.simulation.kubernetes.apiserver.words import dns_label, labels
from learnk8s.simulation.kubernetes.objects.document import Doc

Causes = Iterator[Cause]
PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc")


def template(field: str, found: Any) -> Causes:
    """A pod template: its labels and its spec."""
    if not isinstance(found, dict):
        yield required(field)
        return
    yield from labels(f"{field}.metadata.labels", (found.get("metadata") or {}).get("labels"))
    yield from pod_spec(f"{field}.spec", found.get("spec") or {})


def pod_spec(field: str, spec: Doc) -> Causes:
    """Containers, volumes, policies."""
    volumes: set[str] = set()
    for index, volume in enumerate(spec.get("volumes") or []):
        name, place = volume.get("name", ""), f"{field}.volumes[{index}]"
        if not name:
            yield required(f"{place}.name")
        else:
            yield from dns_label(f"{place}.name", name)
            if name in volumes:
                yield duplicate(f"{place}.name", name)
        volumes.add(name)
        sources = [key for key in volume if key != "name"]
        if len(sources) > 1:
            yield not_allowed(f"{place}.{sources[1]}", "may not specify more than 1 volume type")
    containers = spec.get("containers") or []
    if not containers:
        yield required(f"{field}.containers")
    names: set[str] = set()
    for index, entry in enumerate(containers):
        yield from container(f"{field}.containers[{index}]", entry, names, volumes)
    for index, entry in enumerate(spec.get("initContainers") or []):
        yield from container(f"{field}.initContainers[{index}]", entry, names, volumes)
    if spec.get("restartPolicy") not in ("Always", "OnFailure", "Never", None):
        yield unsupported(f"{field}.restartPolicy", spec["restartPolicy"], ["Always", "OnFailure", "Never"])
    if spec.get("dnsPolicy") not in ("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None", None):
        yield unsupported(f"{field}.dnsPolicy", spec["dnsPolicy"], ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"])
    grace = spec.get("terminationGracePeriodSeconds")
    if isinstance(grace, int) and grace < 0:
        yield bad_value(f"{field}.terminationGracePeriodSeconds", grace, "must be greater than or equal to 0")
    if spec.get("nodeSelector"):
        yield from labels(f"{field}.nodeSelector", spec["nodeSelector"])


def container(field: str, found: Doc, names: set[str], volumes: set[str]) -> Causes:
    """One container; `names` collects those that are taken."""
    name = found.get("name", "")
    if not name:
        yield required(f"{field}.name")
    else:
        yield from dns_label(f"{field}.name", name)
        if name in names:
            yield duplicate(f"{field}.name", name)
        names.add(name)
    image = found.get("image")
    if not image:
        yield required(f"{field}.image")
    elif image != image.strip():
        yield bad_value(f"{field}.image", image, "must not have leading or trailing whitespace")
    if found.get("imagePullPolicy") not in ("Always", "IfNotPresent", "Never", None):
        yield unsupported(f"{field}.imagePullPolicy", found["imagePullPolicy"], ["Always", "IfNotPresent", "Never"])
    yield from _ports(field, found.get("ports") or [])
    for index, entry in enumerate(found.get("env") or []):
        if not entry.get("name"):
            yield required(f"{field}.env[{index}].name")
        if entry.get("value") and entry.get("valueFrom"):
            yield bad_value(f"{field}.env[{index}].valueFrom", "", "may not be specified when `value` is not empty")
    mounts: set[str] = set()
    for index, mount in enumerate(found.get("volumeMounts") or []):
        place = f"{field}.volumeMounts[{index}]"
        if mount.get("name") not in volumes:
            yield Cause("FieldValueNotFound", f'Not found: "{mount.get("name", "")}"', f"{place}.name")
        if not mount.get("mountPath"):
            yield required(f"{place}.mountPath")
        elif mount["mountPath"] in mounts:
            yield bad_value(f"{place}.mountPath", mount["mountPath"], "must be unique")
        mounts.add(mount.get("mountPath", ""))
    for name in PROBES:
        if isinstance(found.get(name), dict):
            yield from _probe(f"{field}.{name}", found[name], liveness=name != "readinessProbe")
    yield from _resources(f"{field}.resources", found.get("resources") or {})


def _ports(field: str, ports: list[Doc]) -> Causes:
    names: set[str] = set()
    for index, port in enumerate(ports):
        place, number = f"{field}.ports[{index}]", port.get("containerPort")
        if number is None or number == 0:
            yield required(f"{place}.containerPort")
        elif not isinstance(number, int) or not 1 <= number <= 65535:
            yield bad_value(f"{place}.containerPort", number, "must be between 1 and 65535, inclusive")
        if port.get("protocol", "TCP") not in ("TCP", "UDP", "SCTP"):
            yield unsupported(f"{place}.protocol", port["protocol"], ["SCTP", "TCP", "UDP"])
        name = port.get("name")
        if name:
            if len(name) > 15:
                yield bad_value(f"{place}.name", name, "must be no more than 15 characters")
            if name in names:
                yield duplicate(f"{place}.name", name)
            names.add(name)


def _probe(field: str, probe: Doc, *, liveness: bool) -> Causes:
    handlers = [key for key in HANDLERS if probe.get(key) is not None]
    if not handlers:
        yield required(field, "must specify a handler type")
    elif len(handlers) > 1:
        yield not_allowed(f"{field}.{handlers[1]}", "may not specify more than 1 handler type")
    for key in ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"):
        if isinstance(probe.get(key), int) and probe[key] < 0:
            yield bad_value(f"{field}.{key}", probe[key], "must be greater than or equal to 0")
    if liveness and probe.get("successThreshold", 1) != 1:
        yield bad_value(f"{field}.successThreshold", probe["successThreshold"], "must be 1")


def _resources(field: str, resources: Doc) -> Causes:
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    for table, amounts in (("limits", limits), ("requests", requests)):
        for key, value in amounts.items():
            if not is_quantity(value):
                yield bad_value(f"{field}.{table}[{key}]", value, "must be a quantity")
            elif amount(value) < 0:
                yield bad_value(f"{field}.{table}[{key}]", value, "must be greater than or equal to 0")
            if "/" not in key and key not in ("cpu", "memory", "ephemeral-storage") and not key.startswith("hugepages-"):
                yield bad_value(f"{field}.{table}[{key}]", key, "must be a standard resource type or fully qualified")
    for key, value in requests.items():
        if key in limits and is_quantity(value) and is_quantity(limits[key]) and amount(value) > amount(limits[key]):
            yield bad_value(f"{field}.requests", value, f"must be less than or equal to {key} limit of {limits[key]}")
