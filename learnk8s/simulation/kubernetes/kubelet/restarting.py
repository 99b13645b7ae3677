"""Whether a container that ended is started again: its own rules speak first, then its own policy, then the pod's.

Models pkg/kubelet/container/helpers.go: ShouldContainerBeRestarted with ContainerRestartRules (1.36). Differs: the action RestartAllContainers restarts the container alone.
"""

from learnk8s.simulation.kubernetes.objects.document import Doc


def is_restarted(container: Doc, pod_policy: str, exit_code: int, *, is_init: bool = False) -> bool:
    """Say whether a container is started again after it ended with this code.

    >>> rule = {"action": "Restart", "exitCodes": {"operator": "In", "values": [42]}}
    >>> container = {"restartPolicy": "Never", "restartPolicyRules": [rule]}
    >>> is_restarted(container, "Always", 42), is_restarted(container, "Always", 1), is_restarted({}, "OnFailure", 1)
    (True, False, True)
    """
    own = container.get("restartPolicy")
    if own and any(_matches(rule.get("exitCodes") or {}, exit_code) for rule in container.get("restartPolicyRules") or ()):
        return True
    policy = own or pod_policy
    if is_init:
        return policy != "Never" and exit_code != 0
    return policy == "Always" or (policy == "OnFailure" and exit_code != 0)


def _matches(rule: Doc, exit_code: int) -> bool:
    return (exit_code in (rule.get("values") or ())) == (rule.get("operator") == "In")
