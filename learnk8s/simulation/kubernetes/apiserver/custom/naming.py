"""Are a definition's names free, and which are accepted? Models apiextensions-apiserver/pkg/controller/status/naming_controller.go (1.36)."""

from learnk8s.simulation.kubernetes.apiserver.custom.definitions import DEFINITIONS, has_condition
from learnk8s.simulation.kubernetes.objects.document import Doc, dig
from learnk8s.simulation.kubernetes.store.store import Store

NAMES = ("plural", "singular", "shortNames", "kind", "listKind", "categories")


def named_status(definition: Doc, store: Store, now: str) -> Doc:
    """Return the status of a definition with accepted names and the conditions NamesAccepted and Established."""
    spec, status = definition["spec"], definition.get("status") or {}
    accepted, reason, message = _accepted(definition, store)
    conditions = list(status.get("conditions") or ())
    ok = not reason
    _set(conditions, "NamesAccepted", ok, reason or "NoConflicts", message or "no conflicts found", now)
    if ok and not has_condition(definition, "Established"):
        _set(conditions, "Established", True, "InitialNamesAccepted", "the initial names have been accepted", now)
    elif not ok and not any(entry.get("type") == "Established" for entry in conditions):
        _set(conditions, "Established", False, "NotAccepted", "not all names are accepted", now)
    group = spec["group"]
    if group.endswith((".k8s.io", ".kubernetes.io")) or group in ("k8s.io", "kubernetes.io"):
        _approve(definition, conditions, now)
    return {**status, "conditions": conditions, "acceptedNames": accepted, "storedVersions": status.get("storedVersions") or []}


def _approve(definition: Doc, conditions: list[Doc], now: str) -> None:
    text = dig(definition, "metadata", "annotations", default={}).get("api-approved.kubernetes.io", "")
    if text.startswith("unapproved"):
        _set(conditions, "KubernetesAPIApprovalPolicyConformant", False, "UnapprovedAnnotation", f'not approved: "{text}"', now)
    elif text:
        _set(conditions, "KubernetesAPIApprovalPolicyConformant", True, "ApprovedAnnotation", f"approved in {text}", now)


def _set(conditions: list[Doc], type_: str, ok: bool, reason: str, message: str, now: str) -> None:
    wanted = {"type": type_, "status": "True" if ok else "False", "lastTransitionTime": now, "reason": reason, "message": message}
    for place, entry in enumerate(conditions):
        if entry.get("type") == type_:
            if entry.get("status") == wanted["status"]:
                wanted["lastTransitionTime"] = entry.get("lastTransitionTime", now)
            conditions[place] = wanted
            return
    conditions.append(wanted)


def _accepted(definition: Doc, store: Store) -> tuple[Doc, str, str]:
    """Return the names that may be used, and the reason and message of the last conflict."""
    group, wanted = definition["spec"]["group"], definition["spec"]["names"]
    mine = dict(dig(definition, "status", "acceptedNames", default={}) or {})
    resources, kinds = _taken(definition, store, group)
    reason = message = ""
    for name, why in (("plural", "PluralConflict"), ("singular", "SingularConflict")):
        if wanted.get(name, "") in resources:
            reason, message = why, f'"{wanted[name]}" is already in use'
        else:
            mine[name] = wanted.get(name, "")
    taken = [word for word in wanted.get("shortNames") or () if word in resources]
    if taken:
        reason, message = "ShortNamesConflict", f'"{taken[0]}" is already in use' if len(taken) == 1 else "[" + ", ".join(f'"{word}" is already in use' for word in taken) + "]"
    else:
        mine["shortNames"] = list(wanted.get("shortNames") or ())
    for name, why in (("kind", "KindConflict"), ("listKind", "ListKindConflict")):
        if wanted.get(name, "") in kinds:
            reason, message = why, f'"{wanted[name]}" is already in use'
        else:
            mine[name] = wanted.get(name, "")
    mine["categories"] = list(wanted.get("categories") or ())
    return {name: mine[name] for name in NAMES if mine.get(name)}, reason, message


def _taken(definition: Doc, store: Store, group: str) -> tuple[set[str], set[str]]:
    resources: set[str] = set()
    kinds: set[str] = set()
    for other in store.list(DEFINITIONS):
        names = dig(other, "status", "acceptedNames", default={}) or {}
        if other["metadata"]["uid"] == definition["metadata"]["uid"] or other["spec"]["group"] != group:
            continue
        resources |= {names.get("plural", ""), names.get("singular", ""), *(names.get("shortNames") or ())}
        kinds |= {names.get("kind", ""), names.get("listKind", "")}
    return resources - {""}, kinds - {""}


def ending_status(definition: Doc, now: str, *, done: bool, first: bool) -> Doc:
    """Return the status of a definition that is going, while its objects are taken away. Models pkg/controller/finalizer."""
    status = definition.get("status") or {}
    conditions = list(status.get("conditions") or ())
    if done:
        _set(conditions, "Terminating", False, "InstanceDeletionCompleted", "removed all instances", now)
    else:
        _set(conditions, "Terminating", True, "InstanceDeletionPending" if first else "InstanceDeletionInProgress", "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon" if first else "CustomResource deletion is in progress", now)
    return {**status, "conditions": conditions}
