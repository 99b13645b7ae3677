"""What is refused in HorizontalPodAutoscalers. Models pkg/apis/autoscaling/validation/validation.go (1.36)."""

from typing import Any

from learnk8s.simulation.kernel.quantities import amount, is_quantity
from learnk8s.simulation.kubernetes.apiserver.errors import Causes, bad_value, not_allowed, required, unsupported
from learnk8s.simulation.kubernetes.apiserver.podspec.placing import selector
from learnk8s.simulation.kubernetes.apiserver.words import path_segment
from learnk8s.simulation.kubernetes.objects.document import Doc

SOURCES = {"Object": "object", "Pods": "pods", "Resource": "resource", "ContainerResource": "containerResource", "External": "external"}
WINDOW_S_MAX, PERIOD_S_MAX = 3600, 1800
SELECTIONS = ("Disabled", "Max", "Min")


def autoscaler(doc: Doc) -> Causes:
    """An autoscaler in its newest version."""
    spec = doc.get("spec") or {}
    least, most = spec.get("minReplicas", 1), spec.get("maxReplicas", 0)
    if least < 1:
        yield bad_value("spec.minReplicas", least, "must be greater than or equal to 1")
    if most < 1:
        yield bad_value("spec.maxReplicas", most, "must be greater than 0")
    if most < least:
        yield bad_value("spec.maxReplicas", most, "must be greater than or equal to `minReplicas`")
    yield from _reference("spec.scaleTargetRef", spec.get("scaleTargetRef") or {})
    for index, metric in enumerate(spec.get("metrics") or ()):
        yield from _metric(f"spec.metrics[{index}]", metric)
    if least == 0 and not any(metric.get("type") in ("Object", "External") for metric in spec.get("metrics") or ()):
        yield not_allowed("spec.metrics", "must specify at least one Object or External metric to support scaling to zero replicas")
    for direction in ("scaleUp", "scaleDown"):
        found = (spec.get("behavior") or {}).get(direction)
        if found is not None:
            yield from _rules(f"spec.behavior.{direction}", found)


def _reference(field: str, found: Doc) -> Causes:
    for key in ("kind", "name"):
        if not found.get(key):
            yield required(f"{field}.{key}")
        else:
            yield from path_segment(f"{field}.{key}", found[key])


def _rules(field: str, found: Doc) -> Causes:
    window, policies = found.get("stabilizationWindowSeconds"), found.get("policies") or ()
    if window is not None and window < 0:
        yield bad_value(f"{field}.stabilizationWindowSeconds", window, "must be greater than or equal to zero")
    if window is not None and window > WINDOW_S_MAX:
        yield bad_value(f"{field}.stabilizationWindowSeconds", window, f"must be less than or equal to {WINDOW_S_MAX}")
    if found.get("selectPolicy") not in (None, *SELECTIONS):
        yield unsupported(f"{field}.selectPolicy", found["selectPolicy"], SELECTIONS)
    if found.get("policies") is not None and not policies:
        yield required(f"{field}.policies", "must specify at least one Policy")
    for index, policy in enumerate(policies):
        place, period = f"{field}.policies[{index}]", policy.get("periodSeconds", 0)
        if policy.get("type") not in ("Percent", "Pods"):
            yield unsupported(f"{place}.type", policy.get("type", ""), ["Percent", "Pods"])
        if policy.get("value", 0) <= 0:
            yield bad_value(f"{place}.value", policy.get("value", 0), "must be greater than zero")
        if period <= 0:
            yield bad_value(f"{place}.periodSeconds", period, "must be greater than zero")
        if period > PERIOD_S_MAX:
            yield bad_value(f"{place}.periodSeconds", period, f"must be less than or equal to {PERIOD_S_MAX}")


def _metric(field: str, metric: Doc) -> Causes:
    kind = metric.get("type", "")
    if not kind:
        yield required(f"{field}.type", "must specify a metric source type")
    if kind not in SOURCES:
        yield unsupported(f"{field}.type", kind, sorted(SOURCES))
    given = [key for key in SOURCES.values() if metric.get(key) is not None]
    if given:
        yield from _source(f"{field}.{given[0]}", given[0], metric[given[0]])
    wanted = SOURCES.get(kind, "")
    if wanted and wanted not in given:
        yield required(f"{field}.{wanted}", "must populate information for the given metric source")
    if len(given) != 1:
        yield from (not_allowed(f"{field}.{key}", "must populate the given metric source only") for key in given if key != wanted)


def _source(field: str, kind: str, found: Doc) -> Causes:
    target = found.get("target") or {}
    if kind in ("resource", "containerResource"):
        if not found.get("name"):
            yield required(f"{field}.name", "must specify a resource name")
        if kind == "containerResource" and not found.get("container"):
            yield required(f"{field}.container", "must specify a container")
        yield from _target(f"{field}.target", target)
        utilization, average = target.get("averageUtilization"), target.get("averageValue")
        if utilization is None and average is None:
            yield required(f"{field}.target.averageUtilization", "must set either a target raw value or a target utilization")
        if utilization is not None and average is not None:
            yield not_allowed(f"{field}.target.averageValue", "may not set both a target raw value and a target utilization")
        return
    if kind == "object":
        yield from _reference(f"{field}.describedObject", found.get("describedObject") or {})
    metric = found.get("metric") or {}
    if not metric.get("name"):
        yield required(f"{field}.metric.name", "must specify a metric name")
    else:
        yield from path_segment(f"{field}.metric.name", metric["name"])
    yield from selector(f"{field}.metric.selector", metric.get("selector"))
    yield from _target(f"{field}.target", target)
    if kind == "pods":
        if not _is_positive(target.get("averageValue")):
            yield required(f"{field}.target.averageValue", "must specify a positive target averageValue")
    elif target.get("value") is None and target.get("averageValue") is None:
        yield required(f"{field}.target.averageValue" if kind == "object" else f"{field}.target", "must set either a target value or averageValue" if kind == "object" else "must set either a target value for metric or a per-pod target")
    elif kind == "external" and target.get("value") is not None and target.get("averageValue") is not None:
        yield not_allowed(f"{field}.target", "may not set both a target value for metric and a per-pod target")


def _target(field: str, found: Doc) -> Causes:
    """Models validateMetricTarget."""
    kind = found.get("type", "")
    if not kind:
        yield required(f"{field}.type", "must specify a metric target type")
    elif kind not in ("Utilization", "Value", "AverageValue"):
        yield bad_value(f"{field}.type", kind, "must be either Utilization, Value, or AverageValue")
    for key in ("value", "averageValue"):
        if found.get(key) is not None and not _is_positive(found[key]):
            yield bad_value(f"{field}.{key}", found[key], "must be positive")
    if found.get("averageUtilization") is not None and found["averageUtilization"] < 1:
        yield bad_value(f"{field}.averageUtilization", found["averageUtilization"], "must be greater than 0")


def _is_positive(value: Any) -> bool:
    return value is not None and is_quantity(value) and amount(value) > 0
