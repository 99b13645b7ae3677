"""What many descriptions share: the head and the events."""

from collections.abc import Callable

from learnk8s.simulation.kubernetes.apiserver.cells import age
from learnk8s.simulation.kubernetes.kubectl.client import Call
from learnk8s.simulation.kubernetes.objects.document import Doc

Describer = Callable[[Call, Doc], list[str]]


def events(call: Call, doc: Doc, title: str = "Events") -> list[str]:
    """Return the events of an object, oldest first, as a table; nothing if they are not to be shown."""
    if not call.shows_events:
        return []
    store = call.ports.api.store
    found = store.events.about(doc["metadata"]["uid"])
    if not found:
        return [f"{title}:\t<none>"]
    lines = [f"{title}:", "  Type\tReason\tAge\tFrom\tMessage", "  ----\t------\t----\t----\t-------"]
    for record in found:
        first, last = age(store, store.clock.timestamp(record.first_ms)), age(store, store.clock.timestamp(record.last_ms))
        seen = f"{last} (x{record.times} over {first})" if record.times > 1 else first
        lines.append(f"  {record.type}\t{record.reason}\t{seen}\t{record.component}\t{_path(record.about[5])}{record.message.strip()}")
    return lines


def _path(field_path: str) -> str:
    return f"{field_path}: " if field_path else ""


def head(doc: Doc, *, namespaced: bool = True) -> list[str]:
    """Return name and namespace."""
    metadata = doc["metadata"]
    return [f"Name:\t{metadata['name']}", *([f"Namespace:\t{metadata.get('namespace', '')}"] if namespaced else [])]
