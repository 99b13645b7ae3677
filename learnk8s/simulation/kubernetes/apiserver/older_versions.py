"""HorizontalPodAutoscalers as autoscaling/v1 has them: the older form of what is stored as v2. Models pkg/apis/autoscaling/v1/conversion.go (1.36)."""

import json
from typing import Any

from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import Kind

RESOURCE = "horizontalpodautoscalers.autoscaling"
V1 = Kind("autoscaling", "v1", "HorizontalPodAutoscaler", "horizontalpodautoscalers", "horizontalpodautoscaler", ("hpa",), categories=("all",), subresources=("status",))
OLDER: tuple[Kind, ...] = (V1,)
"""Kinds that are served besides those that are stored."""
METRICS, STATUS_METRICS, CONDITIONS, BEHAVIOR = (f"autoscaling.alpha.kubernetes.io/{word}" for word in ("metrics", "current-metrics", "conditions", "behavior"))
KEPT = ("scaleTargetRef", "minReplicas", "maxReplicas")
COUNTS = ("observedGeneration", "lastScaleTime", "currentReplicas", "desiredReplicas")


def _is_cpu(metric: Any) -> bool:
    return isinstance(metric, dict) and metric.get("type") == "Resource" and (metric.get("resource") or {}).get("name") == "cpu"


def as_v1(doc: Doc) -> Doc:
    """Return a stored autoscaler in its older form: CPU has a field of its own, all else stands in annotations."""
    if doc.get("kind") != V1.kind or doc.get("apiVersion") == V1.api_version:
        return doc
    spec, status = doc.get("spec") or {}, doc.get("status") or {}
    cpu = next((metric["resource"].get("target") or {} for metric in spec.get("metrics") or () if _is_cpu(metric) and (metric["resource"].get("target") or {}).get("type") == "Utilization"), None)
    rest = [metric for metric in spec.get("metrics") or () if not _is_cpu(metric) or cpu is None]
    found = {key: spec[key] for key in KEPT if key in spec} | ({"targetCPUUtilizationPercentage": cpu["averageUtilization"]} if cpu and "averageUtilization" in cpu else {})
    notes = {name: json.dumps(value, separators=(",", ":")) for name, value in ((METRICS, rest), (CONDITIONS, status.get("conditions")), (BEHAVIOR, spec.get("behavior"))) if value}
    metadata = {**doc["metadata"], **({"annotations": {**(doc["metadata"].get("annotations") or {}), **notes}} if notes else {})}
    measured = next((metric["resource"].get("current") or {} for metric in status.get("currentMetrics") or () if _is_cpu(metric)), {})
    shown = {"currentReplicas": 0, "desiredReplicas": 0, **{key: status[key] for key in COUNTS if key in status}} | ({"currentCPUUtilizationPercentage": measured["averageUtilization"]} if "averageUtilization" in measured else {})
    return {**doc, "apiVersion": V1.api_version, "metadata": metadata, "spec": found, "status": shown}


def as_v2(body: Any) -> Any:
    """Return what a client of autoscaling/v1 sent in the form that is stored."""
    if not isinstance(body, dict):
        return body
    found = dict(body)
    if body.get("apiVersion") == V1.api_version:
        found["apiVersion"] = "autoscaling/v2"
    spec = body.get("spec")
    if isinstance(spec, dict):
        changed = {key: value for key, value in spec.items() if key != "targetCPUUtilizationPercentage"}
        if spec.get("targetCPUUtilizationPercentage") is not None:
            changed["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": spec["targetCPUUtilizationPercentage"]}}}]
        found["spec"] = changed
    metadata = body.get("metadata")
    notes = metadata.get("annotations") if isinstance(metadata, dict) else None
    if isinstance(metadata, dict) and isinstance(notes, dict):
        found["metadata"] = {**metadata, "annotations": {key: value for key, value in notes.items() if key not in (METRICS, STATUS_METRICS, CONDITIONS, BEHAVIOR)}}
    return found
