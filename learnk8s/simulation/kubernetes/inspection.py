"""Look at one object: what it is, its events, and why it is as it is.

*Why* is read from the store's history of the object and the list of causes; every chain ends at something a person did or at the
scenario. A field's chain is that of the last change of the field.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from learnk8s.simulation.kernel import yaml
from learnk8s.simulation.kernel.causes import Causes
from learnk8s.simulation.kernel.sentences import Telling
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import by_kind
from learnk8s.simulation.kubernetes.scheduler.verdict_table import verdict_table
from learnk8s.simulation.kubernetes.store.store import HistoryEntry, Store

if TYPE_CHECKING:
    from learnk8s.simulation.kubernetes.cluster import Cluster

LINKS_MAX = 12
"""Links shown of one chain; longer ones are cut in the middle of nowhere interesting."""


class Sentences(Telling):
    """Turns causes into sentences by the components' message tables."""

    def __init__(self, *tables: Mapping[str, tuple[str, str]], reasons: Mapping[str, str] | None = None) -> None:
        super().__init__({key: pair for table in tables for key, pair in table.items()}, reasons)


def chain(causes: Causes, sentences: Telling, number: int) -> list[dict[str, Any]]:
    """Return the links from a cause back to its origin, newest first; equal neighbours are said once."""
    links: list[dict[str, Any]] = []
    for cause in causes.chain(number):
        link = sentences.link(cause)
        if not links or (link["key"], link["params"]) != (links[-1]["key"], links[-1]["params"]):
            links.append(link)
        if len(links) >= LINKS_MAX or cause.key.startswith("input."):
            break
    return links


def last_change(store: Store, uid: str, path: str) -> HistoryEntry | None:
    """Return the last remembered change of an object, or of one of its fields (`spec.replicas`)."""
    entries = store.history(uid)
    if not path:
        return entries[-1] if entries else None
    top = ".".join(path.split("[")[0].split(".")[:2])
    for entry in reversed(entries):
        if any(field == top or field.startswith(top + ".") for field in entry.fields):
            return entry
    return entries[0] if entries else None


def remembered_fields(store: Store, doc: Doc) -> list[str]:
    """Return the fields of two levels whose changes are remembered, and those that the object was born with."""
    changed = dict.fromkeys(field for entry in reversed(store.history(doc["metadata"]["uid"])) for field in entry.fields)
    born = [f"{top}.{key}" for top in ("spec", "status", "data") if isinstance(doc.get(top), dict) for key in doc[top]]
    return sorted({**changed, **dict.fromkeys(born)})


def story(store: Store, causes: Causes, sentences: Sentences, doc: Doc) -> list[dict[str, Any]]:
    """Return the remembered changes of an object, newest first, each with what changed and its own cause."""
    told = []
    for entry in reversed(store.history(doc["metadata"]["uid"])):
        cause = causes[entry.cause]
        if cause is not None:
            told.append({**sentences.link(cause), "at_ms": entry.at_ms, "verb": entry.verb, "fields": list(entry.fields)})
    return told


def inspected(cluster: "Cluster", ref: str) -> dict[str, Any] | None:
    """Return everything that the page shows of one object, or None if it is not there."""
    doc = cluster.find(ref)
    if doc is None:
        return None
    from learnk8s.simulation.kubernetes.messages import SENTENCES

    records = cluster.store.events.about(doc["metadata"]["uid"])
    shown = {**doc, "metadata": {key: value for key, value in doc["metadata"].items() if key != "managedFields"}}
    table = cluster.api.table(_resource(doc), [doc])
    summary = [{"name": column["name"], "value": str(cell)} for column, cell in zip(table["columnDefinitions"], table["rows"][0]["cells"], strict=True)]
    decision = cluster.scheduler.verdicts.get(doc["metadata"]["uid"])
    return {
        "ref": ref, "kind": doc["kind"], "name": doc["metadata"]["name"], "namespace": doc["metadata"].get("namespace", ""), "summary": summary, "yaml": yaml.written(shown),
        "events": [{"at_ms": record.last_ms, "name": record.event_name, "namespace": record.namespace, "type": record.type, "reason": record.reason, "message": record.message, "count": record.times, "component": record.component} for record in reversed(records)],
        "why": story(cluster.store, cluster.causes, SENTENCES, doc)[:LINKS_MAX], "verdicts": verdict_table(decision) if decision is not None else [],
    }


def _resource(doc: Doc) -> str:
    kind = by_kind(doc["apiVersion"], doc["kind"])
    assert kind is not None, "what is stored has a kind"
    return kind.resource
