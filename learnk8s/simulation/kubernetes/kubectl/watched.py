"""`kubectl get -w`: what there is, then every change of it, in the form that was asked for. Models GetOptions.watch of kubectl/pkg/cmd/get/get.go (1.36).

Theory. The store tells of a change when it happens, and what is printed of it is made in that moment: ages are true, no step between two looks is lost, and a command
in the background tells all of it at the next line. What was made and not yet printed stands in the job's state, so a job that was written down goes on where it was.
The store holds the job weakly: of a command that is over it forgets by itself. Differs: a template that cannot be read is refused when there is a first object to print.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from weakref import ref

from learnk8s.simulation.kernel import yaml
from learnk8s.simulation.kernel.limits import OUTPUT_BYTES_MAX, LimitExceeded
from learnk8s.simulation.kernel.shell.files import Files
from learnk8s.simulation.kubernetes.apiserver.event_objects import NEW_GROUP, as_new
from learnk8s.simulation.kubernetes.apiserver.managed import managers
from learnk8s.simulation.kubernetes.apiserver.wire.call import Watching
from learnk8s.simulation.kubernetes.apiserver.wire.watch import matcher, told_of
from learnk8s.simulation.kubernetes.kubectl.client import Call, Ports
from learnk8s.simulation.kubernetes.kubectl.flags import Parsed, Usage
from learnk8s.simulation.kubernetes.kubectl.outputs.printing import FORMATS, custom_columns, print_objects, print_whole, table_cells, template_file, unknown_form
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import Kind
from learnk8s.simulation.kubernetes.store.store import Change

GAP, WIDTH_MIN = 3, 6
"""Models cli-runtime/pkg/printers/tabwriter.go (1.36)."""
EVENT_WIDTH = 10
"""Models formatEventType of cli-runtime/pkg/printers/tableprinter.go (1.36): all types are made as wide as the widest."""
FROM_FILE = ("custom-columns-file", "go-template-file", "jsonpath-file", "templatefile")


def begun(call: Call, kind: Kind, docs: list[Doc], *, namespace: str, name: str) -> "WatchJob":
    """Return the job that has `docs` to print and tells what becomes of them and of their like. Raises Usage for a form that cannot be printed."""
    output = call.parsed.get("output")
    form, _, detail = output.partition("=")
    if form and form not in FORMATS:
        raise unknown_form(call, output)
    files = {detail: template_file(call, detail)} if form in FROM_FILE and detail else {}
    state = {"resource": kind.resource, "namespace": namespace, "name": name, "flags": call.parsed.flags, "files": files, "has_head": False, "widths": [], "count": 0, "told": "", "status": None}
    job = WatchJob(state, call.ports)
    job.tell([("ADDED", doc) for doc in docs])
    return job


class WatchJob:
    """A command that prints changes as they happen."""

    kind = "watch"
    wake_ms: int | None = None

    def __init__(self, state: dict[str, Any], ports: Ports) -> None:
        self._state, self._ports = state, ports
        files = Files()
        for name, text in state["files"].items():
            files.write(name, text)
        self._call = Call(Parsed([], state["flags"]), ports, files, "", "get")
        kind = ports.api.kind_of(state["resource"])
        if kind is not None:
            self._watching = Watching(kind, state["namespace"], state["name"], {"labelSelector": self._call.parsed.get("selector"), "fieldSelector": self._call.parsed.get("field-selector")})
            self._fits = matcher(self._watching)
            self._listen()

    def _listen(self) -> None:
        watchers, itself = self._ports.api.store.watchers, ref(self)

        def note(change: Change) -> None:
            job = itself()
            if job is None:
                watchers.remove(note)
            else:
                job.note(change)

        watchers.append(note)

    def note(self, change: Change) -> None:
        """Make what is printed of a change, if it is one of those that are watched."""
        told = told_of(change, self._watching, self._fits) if self._state["status"] is None else None
        if told is None:
            return
        try:
            self.tell([told])
        except (Usage, LimitExceeded) as refusal:
            self._state["told"] += f"{str(refusal).rstrip()}\n"
            self._state["status"] = 1

    def tell(self, events: list[tuple[str, Doc]]) -> None:
        """Make what is printed of some events. Raises Usage for a form that cannot be printed."""
        state, parsed = self._state, self._call.parsed
        output, shows_type = parsed.get("output"), parsed.has("output-watch-events")
        events = [(type_, self._as_served(doc)) for type_, doc in events]
        if output in ("", "wide"):
            state["told"] += self._rows(events, is_wide=output == "wide", shows_type=shows_type)
        elif output.startswith("custom-columns"):
            docs = [{"type": type_, "object": doc} if shows_type else doc for type_, doc in events]
            state["told"] += self._aligned(custom_columns(self._call, docs, output)) if docs else ""
        else:
            for type_, doc in events:
                state["told"] += "---\n" if output == "yaml" and state["count"] else ""
                state["told"] += self._event(type_, doc, output) if shows_type and output != "name" else self._printed(doc, output)
                state["count"] += 1
        if len(state["told"]) > OUTPUT_BYTES_MAX:
            state["told"] = state["told"][-OUTPUT_BYTES_MAX // 2 :].partition("\n")[2]

    def _as_served(self, doc: Doc) -> Doc:
        kind = self._watching.kind
        return as_new(doc) if kind.resource == NEW_GROUP and doc["apiVersion"] == "v1" else self._ports.api.store.shown(kind.resource, doc)

    def _rows(self, events: list[tuple[str, Doc]], *, is_wide: bool, shows_type: bool) -> str:
        kind, parsed = self._watching.kind, self._call.parsed
        if not events:
            return ""
        rows = table_cells(self._call, kind, [doc for _type, doc in events], wide=is_wide, prefixed=parsed.has("show-kind"), with_namespace=parsed.has("all-namespaces") and kind.namespaced)
        if shows_type:
            heads = [] if parsed.has("no-headers") else ["EVENT"]
            rows = [[first, *row] for first, row in zip([*heads, *(type_.ljust(EVENT_WIDTH) for type_, _doc in events)], rows, strict=True)]
        return self._aligned(rows)

    def _aligned(self, rows: Sequence[Sequence[str]]) -> str:
        """Return rows as lines, each column as wide as it has ever been; the heads come with the first row, whenever that is."""
        state = self._state
        if state["has_head"] and not self._call.parsed.has("no-headers"):
            rows = rows[1:]
        state["has_head"] = True
        before = [*state["widths"], *([WIDTH_MIN] * len(rows[0]))]
        state["widths"] = [max(before[place], *(len(row[place]) + GAP for row in rows)) for place in range(len(rows[0]))]
        return "".join("".join([*(cell.ljust(width) for cell, width in zip(row[:-1], state["widths"], strict=False)), row[-1]]) + "\n" for row in rows)

    def _printed(self, doc: Doc, output: str) -> str:
        printing = replace(self._call, printed=[])
        print_objects(printing, [doc], output, single=True)
        return "".join(printing.out)

    def _event(self, type_: str, doc: Doc, output: str) -> str:
        """Return an object with what has become of it. Its managed fields stay: what leaves them out looks for them in the object that is printed, and that is the event."""
        event: Doc = {"type": type_, "object": managers.seen(self._watching.kind, doc)}
        if output == "json":
            return json.dumps({"type": type_, "object": json.loads(json.dumps(event["object"], sort_keys=True))}, separators=(",", ":"), ensure_ascii=False) + "\n"
        if output == "yaml":
            return yaml.written(event, folds=True)
        printing = replace(self._call, printed=[])
        print_whole(printing, event, output, is_typed=False)
        return "".join(printing.out)

    def poll(self) -> tuple[str, int | None]:
        """Return what has happened since; the watch is over when what it watches is no longer served."""
        told, self._state["told"] = self._state["told"], ""
        if self._state["status"] is None and self._ports.api.kind_of(self._state["resource"]) is None:
            self._state["status"] = 0
        return told, self._state["status"]

    def dump(self) -> dict[str, Any]:
        """Return the job's state."""
        return {"kind": self.kind, **self._state}
