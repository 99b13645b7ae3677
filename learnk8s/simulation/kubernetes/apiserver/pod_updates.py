"""What may be changed of a pod. Models ValidatePodUpdate of pkg/apis/core/validation/validation.go (1.36)."""

from collections.abc import Sequence

from learnk8s.simulation.kubernetes.apiserver.errors import Causes, bad_value, go_struct, not_allowed
from learnk8s.simulation.kubernetes.apiserver.field_rules import changes_text
from learnk8s.simulation.kubernetes.apiserver.go_structs import terms as internal
from learnk8s.simulation.kubernetes.apiserver.pod_validation import INT32_MAX
from learnk8s.simulation.kubernetes.objects.document import Doc

RULE = ("pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
        "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)")
OTHERWISE = ("activeDeadlineSeconds", "tolerations", "schedulingGates", "ephemeralContainers")
"""Fields with rules of their own, or changed by subresources."""


def changed_pod(old: Doc, new: Doc) -> Causes:
    """A pod that a client changes."""
    before, after = old.get("spec") or {}, new.get("spec") or {}
    for part in ("containers", "initContainers"):
        if len(before.get(part) or ()) != len(after.get(part) or ()):
            yield not_allowed(f"spec.{part}", "pod updates may not add or remove containers")
            return
    causes, stops = _deadline(before.get("activeDeadlineSeconds"), after.get("activeDeadlineSeconds"))
    yield from causes
    if stops:
        return
    yield from _tolerations(before.get("tolerations") or (), after.get("tolerations") or ())
    known = {gate.get("name") for gate in before.get("schedulingGates") or ()}
    for index, gate in enumerate(after.get("schedulingGates") or ()):
        if gate.get("name") not in known:
            yield not_allowed(f"spec.schedulingGates[{index}].name", f"only deletion is allowed, but found new scheduling gate '{gate.get('name', '')}'")
    if before.get("schedulingGates"):
        yield from _gated(before, after)
        after = {**after, "nodeSelector": before.get("nodeSelector"), "affinity": {**(after.get("affinity") or {}), "nodeAffinity": (before.get("affinity") or {}).get("nodeAffinity")}}
    if _fixed(before) != _fixed(after):
        yield not_allowed("spec", f"{RULE}\n{changes_text(_fixed(before), _fixed(after))}")


def _deadline(before: int | None, after: int | None) -> tuple[list, bool]:  # type: ignore[type-arg]
    place = "spec.activeDeadlineSeconds"
    if after is None:
        return ([bad_value(place, None, "must not update from a positive integer to nil value")] if before is not None else []), False
    if not 0 <= after <= INT32_MAX:
        return [bad_value(place, after, f"must be between 0 and {INT32_MAX}, inclusive")], True
    if before is not None and before < after:
        return [bad_value(place, after, "must be less than or equal to previous value")], True
    return [], False


def _tolerations(before: Sequence[Doc], after: Sequence[Doc]) -> Causes:
    def timeless(entry: Doc) -> Doc:
        return {key: value for key, value in entry.items() if key != "tolerationSeconds"}

    if any(timeless(entry) not in [timeless(other) for other in after] for entry in before):
        yield not_allowed("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds")


def _gated(before: Doc, after: Doc) -> Causes:
    """A pod behind scheduling gates may still be told where not to go."""
    had, has = before.get("nodeSelector") or {}, after.get("nodeSelector") or {}
    if any(has.get(key) != value for key, value in had.items()):
        yield bad_value("spec.nodeSelector", has, "only additions to spec.nodeSelector are allowed (no mutations or deletions)")
    terms = [(((spec.get("affinity") or {}).get("nodeAffinity") or {}).get("requiredDuringSchedulingIgnoredDuringExecution") or {}).get("nodeSelectorTerms") or [] for spec in (before, after)]
    place = "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms"
    if not terms[0]:
        return
    if len(terms[0]) != len(terms[1]):
        yield bad_value(place, go_struct(internal(terms[1])), "no additions/deletions to non-empty NodeSelectorTerms list are allowed")
        return
    for index, (old, new) in enumerate(zip(*terms, strict=True)):
        if any((new.get(key) or [])[: len(old.get(key) or [])] != (old.get(key) or []) for key in ("matchExpressions", "matchFields")):
            yield bad_value(f"{place}[{index}]", go_struct(internal([new])[0]), "only additions are allowed (no mutations or deletions)")


def _fixed(spec: Doc) -> Doc:
    rest = {key: value for key, value in spec.items() if key not in OTHERWISE and value not in (None, {}, [])}
    for key in ("containers", "initContainers"):
        rest[key] = [{name: value for name, value in container.items() if name != "image"} for container in spec.get(key) or []]
    if not {key: value for key, value in (rest.get("affinity") or {}).items() if value}:
        rest.pop("affinity", None)
    return rest
