"""What is refused in a Job's failure and success policies. Models validatePodFailurePolicy and validateSuccessPolicy of pkg/apis/batch/validation (1.36)."""

import re
from collections.abc import Mapping, Sequence

from learnk8s.simulation.kubernetes.apiserver.errors import Cause, Causes, Verbatim, bad_value, duplicate, go_struct, required, too_many, unsupported
from learnk8s.simulation.kubernetes.apiserver.words import qualified
from learnk8s.simulation.kubernetes.objects.document import Doc

ACTIONS = ("Count", "FailIndex", "FailJob", "Ignore")
POLICIES: Mapping[str, Mapping[str, object]] = {
    "podFailurePolicy": {"Rules": {"Action": None, "OnExitCodes": {"ContainerName": None, "Operator": None, "Values": None}, "OnPodConditions": {"Type": None, "Status": None}}},
    "successPolicy": {"Rules": {"SucceededIndexes": None, "SucceededCount": None}},
}
"""The fields of both policies as Go's internal structs have them."""
RULES_MAX = 20
VALUES_MAX = 255


def _without_value(field: str, why: str) -> Cause:
    return Cause("FieldValueInvalid", f"Invalid value: {why}", field)


def _quoted(words: Sequence[str]) -> str:
    return f"[{' '.join(chr(34) + word + chr(34) for word in words)}]"


def failure_policy(field: str, spec: Doc) -> Causes:
    """What follows from how pods fail."""
    rules = spec["podFailurePolicy"].get("rules") or ()
    if len(rules) > RULES_MAX:
        yield too_many(f"{field}.rules", len(rules), RULES_MAX)
    pod = (spec.get("template") or {}).get("spec") or {}
    names = {container.get("name") for part in ("containers", "initContainers") for container in pod.get(part) or ()}
    for index, rule in enumerate(rules):
        place, action = f"{field}.rules[{index}]", rule.get("action", "")
        if not action:
            yield required(f"{place}.action", f"valid values: {_quoted(ACTIONS)}")
        elif action not in ACTIONS:
            yield unsupported(f"{place}.action", action, ACTIONS)
        elif action == "FailIndex" and spec.get("backoffLimitPerIndex") is None:
            yield bad_value(f"{place}.action", action, "requires the backoffLimitPerIndex to be set")
        codes, conditions = rule.get("onExitCodes"), rule.get("onPodConditions") or ()
        if codes is not None:
            yield from _exit_codes(f"{place}.onExitCodes", codes, names)
        if len(conditions) > RULES_MAX:
            yield too_many(f"{place}.onPodConditions", len(conditions), RULES_MAX)
        for number, pattern in enumerate(conditions):
            yield from qualified(f"{place}.onPodConditions[{number}].type", pattern.get("type", ""))
            if pattern.get("status", "True") not in ("False", "True", "Unknown"):
                yield unsupported(f"{place}.onPodConditions[{number}].status", pattern["status"], ["False", "True", "Unknown"])
        if codes is not None and conditions:
            yield _without_value(place, "specifying both OnExitCodes and OnPodConditions is not supported")
        elif codes is None and not conditions:
            yield _without_value(place, "specifying one of OnExitCodes and OnPodConditions is required")


def _exit_codes(field: str, found: Doc, names: set[str | None]) -> Causes:
    operator, values = found.get("operator", ""), found.get("values") or []
    if not operator:
        yield required(f"{field}.operator", f"valid values: {_quoted(('In', 'NotIn'))}")
    elif operator not in ("In", "NotIn"):
        yield unsupported(f"{field}.operator", operator, ["In", "NotIn"])
    if found.get("containerName") is not None and found["containerName"] not in names:
        yield bad_value(f"{field}.containerName", found["containerName"], "must be one of the container or initContainer names in the pod template")
    if not values:
        yield bad_value(f"{field}.values", found.get("values"), "at least one value is required")
    elif len(values) > VALUES_MAX:
        yield too_many(f"{field}.values", len(values), VALUES_MAX)
    for index, value in enumerate(values):
        if operator == "In" and value == 0:
            yield bad_value(f"{field}.values[{index}]", 0, "must not be 0 for the In operator")
        if value in values[:index]:
            yield duplicate(f"{field}.values[{index}]", value)
    if sorted(values) != values:
        yield bad_value(f"{field}.values", values, "must be ordered")


def policy_text(name: str, found: Doc) -> Verbatim:
    """Return a failure or success policy as Go's internal struct in JSON."""
    return go_struct(_as_go(POLICIES[name], found))


def _as_go(words: Mapping[str, object], found: Doc) -> Doc:
    """Return what a client wrote under Go's names and in its order; a name that has names inside is a struct or a list of such."""
    def inside(names: object, value: object) -> object:
        if not isinstance(names, dict) or value is None:
            return value
        return [_as_go(names, item) for item in value] if isinstance(value, list) else _as_go(names, value)  # type: ignore[arg-type]
    return {name: inside(names, found.get(name[:1].lower() + name[1:])) for name, names in words.items()}


def success_policy(field: str, spec: Doc) -> Causes:
    """When a Job is done before all of it is."""
    rules, completions = spec["successPolicy"].get("rules") or (), spec.get("completions") or 0
    if not rules:
        yield required(f"{field}.rules", "at least one rules must be specified when the successPolicy is specified")
    if len(rules) > RULES_MAX:
        yield too_many(f"{field}.rules", len(rules), RULES_MAX)
    for index, rule in enumerate(rules):
        place, count, indexes = f"{field}.rules[{index}]", rule.get("succeededCount"), rule.get("succeededIndexes")
        if count is None and indexes is None:
            yield required(place, "at least one of succeededCount or succeededIndexes must be specified")
        total, fault = _indexes(indexes, completions) if indexes is not None else (0, "")
        if fault:
            yield bad_value(f"{place}.succeededIndexes", indexes, f"error parsing succeededIndexes: {fault}")
        if count is None:
            continue
        if count < 0:
            yield bad_value(f"{place}.succeededCount", count, "must be greater than or equal to 0")
        if count > completions:
            yield bad_value(f"{place}.succeededCount", count, f"must be less than or equal to {completions} (the number of specified completions)")
        if indexes is not None and count > total:
            yield bad_value(f"{place}.succeededCount", count, f"must be less than or equal to {total} (the number of indexes in the specified succeededIndexes field)")


def _indexes(text: str, completions: int) -> tuple[int, str]:
    """Return how many indexes a text means, or what is wrong with it. Models validateIndexesFormat."""
    total, last = 0, -1
    for interval in text.split(",") if text else ():
        ends = interval.split("-")
        if len(ends) > 2:
            return 0, f'the fragment "{interval}" violates the requirement that an index interval can have at most two parts separated by \'-\''
        for end in ends:
            if not re.fullmatch(r"[-+]?\d+", end):
                return 0, f'cannot convert string to integer for index: "{end}"'
        first, final = int(ends[0]), int(ends[-1])
        if first >= completions or final >= completions:
            return 0, f'too large index: "{ends[0] if first >= completions else ends[-1]}"'
        if first <= last:
            return 0, f"non-increasing order, previous: {last}, current: {first}"
        if len(ends) == 2 and first >= final:
            return 0, f"non-increasing order, previous: {first}, current: {final}"
        total, last = total + final - first + 1, final
    return total, ""
