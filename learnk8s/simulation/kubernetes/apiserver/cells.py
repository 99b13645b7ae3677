"""What the cells of tables are made of: ages, selectors, short lists.

A column is (name, priority); those of priority 1 are shown by `-o wide` alone.
"""

from collections.abc import Callable, Sequence
from typing import Any

from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kubernetes.apiserver.durations import human_duration
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Store

Column = tuple[str, int]
Row = Callable[[Doc, Store], Sequence[Any]]
Tables = dict[str, tuple[tuple[Column, ...], Row]]


def age(store: Store, timestamp: str | None) -> str:
    """Return how long ago a moment was, as kubectl says it."""
    return "<unknown>" if not timestamp else human_duration(store.clock.now_ms - Clock.since_epoch_ms(timestamp))


def created(doc: Doc, store: Store) -> str:
    """Return the age of an object."""
    return age(store, doc["metadata"].get("creationTimestamp"))


def labels_text(found: dict[str, str] | None) -> str:
    """Return labels as kubectl writes them."""
    return ",".join(f"{key}={value}" for key, value in sorted((found or {}).items())) or "<none>"


def selector_text(selector: Doc | None) -> str:
    """Return a label selector as kubectl writes it. Models metav1.FormatLabelSelector."""
    if not selector:
        return "<none>"
    parts = [f"{key}={value}" for key, value in sorted((selector.get("matchLabels") or {}).items())]
    for entry in selector.get("matchExpressions") or ():
        values = ",".join(sorted(entry.get("values") or ()))
        parts.append({"In": f"{entry['key']} in ({values})", "NotIn": f"{entry['key']} notin ({values})", "Exists": entry["key"]}.get(entry["operator"], f"!{entry['key']}"))
    return ",".join(parts) or "<none>"


def containers_text(spec: Doc) -> tuple[str, str]:
    """Return the names and the images of a pod spec."""
    return ",".join(item["name"] for item in spec["containers"]), ",".join(item.get("image", "") for item in spec["containers"])


def some(words: list[str]) -> str:
    """Return the first three words and how many more there are."""
    return ",".join(words[:3]) + (f" + {len(words) - 3} more..." if len(words) > 3 else "")


def columns(plain: str, wide: str = "") -> tuple[Column, ...]:
    """Return columns from their names, first those that are always shown."""
    return (*((name, 0) for name in plain.split("|")), *((name, 1) for name in wide.split("|") if name))
