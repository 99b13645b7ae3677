"""`kubectl events`. Models kubectl/pkg/cmd/events (1.36)."""

from typing import Any

from learnk8s.simulation.kernel.shell.files import Files
from learnk8s.simulation.kernel.tables import table
from learnk8s.simulation.kubernetes.apiserver.cells import age
from learnk8s.simulation.kubernetes.apiserver.request import Request
from learnk8s.simulation.kubernetes.kubectl.client import Call, Ports
from learnk8s.simulation.kubernetes.kubectl.flags import Parsed, Usage
from learnk8s.simulation.kubernetes.kubectl.outputs.printing import FORMATS, OF_GET, print_whole, template_file, unknown_form
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import BY_RESOURCE

EVENTS = BY_RESOURCE["events"]
HEADS = ("LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE")
WIDTH_MIN, GAP = 6, 3
"""Models cli-runtime/pkg/printers/tabwriter.go: the least width of a column with its gap."""


def events(call: Call) -> Any:
    """List events, oldest first; with `-w` go on as they come."""
    parsed = call.parsed
    everywhere, output = parsed.has("all-namespaces"), parsed.get("output")
    selector = _of(call, parsed.get("for")) if parsed.get("for") else ""
    if output and (output.partition("=")[0] not in FORMATS or output.partition("=")[0] in OF_GET):
        raise unknown_form(call, output)
    form, _, detail = output.partition("=")
    if form.endswith("-file") or form == "templatefile":
        output = f"{form.removesuffix('file').removesuffix('-')}={template_file(call, detail)}"
    types = [word.lower() for value in parsed.all("types") for word in value.split(",")]
    if any(word not in ("normal", "warning") for word in types):
        raise Usage("error: valid --types are Normal or Warning")
    state: dict[str, Any] = {"namespace": "" if everywhere else call.namespace, "fields": selector, "types": types, "output": output, "template": parsed.get("template"), "managers": parsed.has("show-managed-fields"), "headers": not parsed.has("no-headers"), "widths": [], "seen": {}, "printed": False,
             "who": [call.who[0], list(call.who[1])]}
    if parsed.has("watch"):
        return EventsJob(state, call.ports)
    found = wanted_events(call.list(EVENTS, namespace=state["namespace"], fieldSelector=selector), types)
    if not found:
        call.err.append("No events found.\n" if everywhere else f"No events found in {call.namespace} namespace.\n")
    elif output and output != "name":
        print_whole(call, {"kind": "EventList", "apiVersion": "v1", "metadata": {}, "items": found}, output, is_typed=True)
    elif not output:
        rows = [row_of(call.ports, doc, everywhere=everywhere) for doc in found]
        call.out.append(table(rows if parsed.has("no-headers") else [_heads(everywhere=everywhere), *rows]))
    return None


def _of(call: Call, word: str) -> str:
    """Return the field selector of the events about one object. Raises Usage, ApiError."""
    kind, slash, name = word.partition("/")
    if not slash:
        raise Usage("error: --for must be in resource/name form")
    if "/" in name:
        raise Usage("error: arguments in resource/name form may not have more than one slash")
    if call.ports.lookup(kind) is None:
        raise Usage(f'the server doesn\'t have a resource type "{kind.partition(".")[0]}"')
    return f"involvedObject.kind={call.ports.kind_named(kind).kind},involvedObject.name={name}"


def _seen(doc: Doc) -> str:
    return str((doc.get("series") or {}).get("lastObservedTime") or doc.get("lastTimestamp") or doc.get("eventTime") or "")


def wanted_events(docs: list[Doc], types: list[str]) -> list[Doc]:
    """Return events of some types, or of all, in the order in which they were seen last."""
    return sorted((doc for doc in docs if not types or str(doc.get("type", "")).lower() in types), key=lambda doc: (_seen(doc), int(doc["metadata"]["resourceVersion"])))


def _heads(*, everywhere: bool) -> list[str]:
    return [*(["NAMESPACE"] if everywhere else []), *HEADS]


def row_of(ports: Ports, doc: Doc, *, everywhere: bool) -> list[str]:
    """Return the cells of one event. Models event_printer.go: getInterval."""
    store, series = ports.api.store, doc.get("series")
    first = age(store, doc.get("eventTime") or doc.get("firstTimestamp"))
    seen = first
    if series:
        seen = f"{age(store, series.get('lastObservedTime'))} (x{series.get('count', 0)} over {first})"
    elif doc.get("count", 0) > 1:
        seen = f"{age(store, doc.get('lastTimestamp'))} (x{doc['count']} over {first})"
    return [*([doc["metadata"]["namespace"]] if everywhere else []), seen, doc.get("type", ""), doc.get("reason", ""), f"{doc['involvedObject'].get('kind', '')}/{doc['involvedObject'].get('name', '')}", doc.get("message", "").strip()]


class EventsJob:
    """`kubectl events -w`: those that there are, then every new one and every one that comes again."""

    kind = "events"
    wake_ms: int | None = None

    def __init__(self, state: dict[str, Any], ports: Ports) -> None:
        self._state, self._ports = state, ports

    def poll(self) -> tuple[str, int | None]:
        """Return what is new, each event by itself; the columns grow and never shrink."""
        state = self._state
        docs: list[Doc] = self._ports.api.handle(Request("list", "events", state["namespace"], options={"fieldSelector": state["fields"]}, user=state["who"][0], groups=tuple(state["who"][1]))).doc["items"]
        known = state["seen"]
        fresh = [doc for doc in docs if known.get(doc["metadata"]["uid"]) != doc["metadata"]["resourceVersion"]]
        state["seen"] = {doc["metadata"]["uid"]: doc["metadata"]["resourceVersion"] for doc in docs}
        order = (lambda doc: (doc["metadata"]["namespace"], doc["metadata"]["name"])) if not known else (lambda doc: int(doc["metadata"]["resourceVersion"]))
        return "".join(self._shown(doc) for doc in sorted(fresh, key=order) if not state["types"] or doc.get("type", "").lower() in state["types"]), None

    def _shown(self, doc: Doc) -> str:
        state = self._state
        if state["output"] == "name":
            return f"event/{doc['metadata']['name']}\n"
        if state["output"]:
            flags = {**({"template": [state["template"]]} if state["template"] else {}), **({"show-managed-fields": ["true"]} if state["managers"] else {})}
            call = Call(Parsed([], flags), self._ports, Files(), "", "events")
            print_whole(call, doc, state["output"], is_typed=True)
            between, state["printed"] = "---\n" if state["output"] == "yaml" and state["printed"] else "", True
            return between + "".join(call.out)
        rows = [*([_heads(everywhere=not state["namespace"])] if state["headers"] else []), row_of(self._ports, doc, everywhere=not state["namespace"])]
        state["headers"] = False
        state["widths"] = [max(WIDTH_MIN - GAP, *(len(row[place]) for row in rows), *state["widths"][place : place + 1]) for place in range(len(rows[0]))]
        return "".join((" " * GAP).join(cell.ljust(width) for cell, width in zip(row, state["widths"], strict=True)).rstrip() + "\n" for row in rows)

    def dump(self) -> dict[str, Any]:
        """Return the job's state."""
        return {"kind": self.kind, **self._state}
