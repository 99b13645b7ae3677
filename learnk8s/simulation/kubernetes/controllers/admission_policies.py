"""Keeps the status of ValidatingAdmissionPolicies: were their expressions checked against the kinds? Models pkg/controller/validatingadmissionpolicystatus (1.36)."""

from collections.abc import Sequence
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.custom.definitions import CustomKinds
from learnk8s.simulation.kubernetes.apiserver.policies.attempt import GROUP
from learnk8s.simulation.kubernetes.apiserver.policies.typing import expression_warnings
from learnk8s.simulation.kubernetes.control.intents import Intent, UpdateStatus
from learnk8s.simulation.kubernetes.control.loop import View
from learnk8s.simulation.kubernetes.control.watches import own_key
from learnk8s.simulation.kubernetes.objects.kinds import KINDS
from learnk8s.simulation.kubernetes.store.store import Key

RESOURCE = f"validatingadmissionpolicies.{GROUP}"


class AdmissionPolicyController:
    """Writes type warnings of policies."""

    name = "validatingadmissionpolicy-status-controller"
    watches: dict[str, Any] = {RESOURCE: own_key}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return the status of a policy whose spec is new."""
        policy = view.store.get(RESOURCE, *key)
        if policy is None or (policy.get("status") or {}).get("observedGeneration") == policy["metadata"].get("generation"):
            return ()
        warnings = expression_warnings(policy, (*KINDS, *CustomKinds(view.store).all()))
        status = {**(policy.get("status") or {}), "observedGeneration": policy["metadata"].get("generation", 1), "typeChecking": {"expressionWarnings": warnings} if warnings else {}}
        return (UpdateStatus(RESOURCE, policy, status, ("validatingadmissionpolicy-status-controller.checked", "ref", f"ValidatingAdmissionPolicy//{key[1]}")),)
