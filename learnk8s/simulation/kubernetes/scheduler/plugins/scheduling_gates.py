"""SchedulingGates: a pod with gates does not enter the queue. Models plugins/schedulinggates (1.36)."""

from learnk8s.simulation.kubernetes.objects.document import Doc


def is_gated(pod: Doc) -> bool:
    """Say whether the pod still has a gate.

    >>> is_gated({"spec": {"schedulingGates": [{"name": "example.com/wait"}]}}), is_gated({"spec": {}})
    (True, False)
    """
    return bool(pod["spec"].get("schedulingGates"))
