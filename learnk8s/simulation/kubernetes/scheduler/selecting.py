"""Label selectors as data, made once and asked often. Models apimachinery/pkg/apis/meta/v1 LabelSelectorAsSelector (1.36)."""

from collections.abc import Mapping

from learnk8s.simulation.kubernetes.objects.document import Doc

Requirements = tuple[tuple[str, str, tuple[str, ...]], ...]
"""(key, operator, values) that must all hold; empty: everything is taken. None stands for a selector that takes nothing."""


def requirements(selector: Doc | None) -> Requirements | None:
    """Return the requirements of a LabelSelector; without one nothing is selected.

    >>> requirements({"matchLabels": {"app": "web"}})
    (('app', 'In', ('web',)),)
    """
    if selector is None:
        return None
    equal = [(key, "In", (value,)) for key, value in sorted((selector.get("matchLabels") or {}).items())]
    return (*equal, *((entry["key"], entry["operator"], tuple(entry.get("values") or ())) for entry in selector.get("matchExpressions") or ()))


def holds(found: Requirements | None, labels: Mapping[str, str]) -> bool:
    """Say whether labels meet all requirements.

    >>> holds((("app", "NotIn", ("web",)),), {}), holds(None, {})
    (True, False)
    """
    return found is not None and all(_holds(key, operator, values, labels) for key, operator, values in found)


def _holds(key: str, operator: str, values: tuple[str, ...], labels: Mapping[str, str]) -> bool:
    match operator:
        case "In":
            return labels.get(key) in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
    try:
        left, right = int(labels[key]), int(values[0])
    except (KeyError, ValueError, IndexError):
        return False
    return left > right if operator == "Gt" else left < right
