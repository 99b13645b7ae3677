"""Label selectors: matchLabels and matchExpressions. Models apimachinery/pkg/apis/meta/v1/helpers.go: LabelSelectorAsSelector (1.36)."""

from typing import Any

from learnk8s.simulation.kubernetes.objects.document import Doc


def matches(selector: Doc | None, labels: dict[str, str] | None) -> bool:
    """Say whether a label selector (matchLabels, matchExpressions) takes these labels; an empty one takes all, None none.

    >>> matches({"matchLabels": {"app": "web"}}, {"app": "web", "tier": "front"})
    True
    """
    if selector is None:
        return False
    labels = labels or {}
    for key, value in (selector.get("matchLabels") or {}).items():
        if labels.get(key) != value:
            return False
    return all(_expression(entry, labels) for entry in selector.get("matchExpressions") or ())


def _expression(entry: dict[str, Any], labels: dict[str, str]) -> bool:
    present, value, values = entry["key"] in labels, labels.get(entry["key"]), entry.get("values") or ()
    match entry["operator"]:
        case "In":
            return present and value in values
        case "NotIn":
            return not present or value not in values
        case "Exists":
            return present
        case _:
            return not present
