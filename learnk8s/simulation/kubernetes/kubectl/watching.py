"""Foreground jobs that look at the cluster again and again: wait, rollout status, delete, logs -f.

Each keeps JSON-able state only, and is polled after everything that happens.
"""

from typing import Any

from learnk8s.simulation.kernel.gotemplate import BadTemplate
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError, from_server
from learnk8s.simulation.kubernetes.apiserver.request import Request
from learnk8s.simulation.kubernetes.kubectl.client import Ports
from learnk8s.simulation.kubernetes.kubectl.rollouts import rollout_progress
from learnk8s.simulation.kubernetes.objects.kinds import BY_RESOURCE

LOG_POLL_MS = 1_000


class RolloutJob:
    """`kubectl rollout status`: a line whenever the rollout has come further."""

    kind = "rollout"

    def __init__(self, state: dict[str, Any], ports: Ports) -> None:
        self._state, self._ports = state, ports
        self.wake_ms: int | None = state["until_ms"]

    def poll(self) -> tuple[str, int | None]:
        """Return what is new of the rollout."""
        state = self._state
        try:
            doc = self._ports.api.handle(Request("get", state["resource"], state["namespace"], state["name"])).doc
        except ApiError as error:
            return f"{from_server(error)}\n", 1
        text, done, failed = rollout_progress(doc, BY_RESOURCE[state["resource"]], state["revision"])
        out = text if text != state["last"] else ""
        state["last"] = text
        if failed:
            return text, 1
        if done:
            return out, 0
        if state["until_ms"] is not None and self._ports.clock.now_ms >= state["until_ms"]:
            return out + "error: timed out waiting for the condition\n", 1
        return out, None

    def dump(self) -> dict[str, Any]:
        """Return the job's state."""
        return {"kind": self.kind, **self._state}


class UntilJob:
    """Waits until objects are gone (`delete`) or a condition holds (`wait`); says so for each."""

    kind = "until"

    def __init__(self, state: dict[str, Any], ports: Ports) -> None:
        self._state, self._ports = state, ports
        self.wake_ms: int | None = state["until_ms"]

    def poll(self) -> tuple[str, int | None]:
        """Return a line for each object that has come so far."""
        out, left = "", []
        for entry in self._state["left"]:
            if self._is_met(entry):
                out += entry["line"]
            else:
                left.append(entry)
        self._state["left"] = left
        if not left:
            return out + self._state.get("after", ""), self._state.get("status", 0)
        if self._state["until_ms"] is not None and self._ports.clock.now_ms >= self._state["until_ms"]:
            return out + "".join("error: timed out waiting for the condition\n" if entry["goal"] == "create" else f"error: timed out waiting for the condition on {entry['shown']}\n" for entry in left), 1
        return out, None

    def _is_met(self, entry: dict[str, Any]) -> bool:
        doc = self._ports.api.store.get(entry["resource"], entry["namespace"], entry["name"])
        goal = entry["goal"]
        if goal == "gone":
            return doc is None or (entry.get("uid") not in (None, doc["metadata"]["uid"]))
        if doc is None:
            return False
        if goal == "create":
            return True
        kind, _, rest = goal.partition("=")
        if kind == "condition":
            name, _, wanted = rest.partition("=")
            return any(item["type"].lower() == name.lower() and item["status"].lower() == (wanted or "true").lower() for item in doc.get("status", {}).get("conditions") or ())
        from learnk8s.simulation.kubernetes.kubectl.outputs import jsonpath

        path, _, wanted = rest.partition("=")
        try:
            found = jsonpath.values(path.strip("{}'"), doc, doc)
        except BadTemplate:
            return False
        return any(jsonpath.shown(value) == wanted for value in found) if wanted else bool(found)

    def dump(self) -> dict[str, Any]:
        """Return the job's state."""
        return {"kind": self.kind, **self._state}


class LogJob:
    """`kubectl logs -f`: new lines as they come."""

    kind = "log"

    def __init__(self, state: dict[str, Any], ports: Ports) -> None:
        self._state, self._ports = state, ports
        self.wake_ms: int | None = ports.clock.now_ms + LOG_POLL_MS

    def poll(self) -> tuple[str, int | None]:
        """Return what is new in the log; be over when the container is."""
        self.wake_ms = self._ports.clock.now_ms + LOG_POLL_MS
        out, over = "", True
        for stream in self._state["streams"]:
            text, ended = self._stream(stream)
            out, over = out + text, over and ended
        return out, 0 if over else None

    def _stream(self, stream: dict[str, Any]) -> tuple[str, bool]:
        """Return what is new of one container, and whether it is over."""
        try:
            text = self._ports.api.handle(Request("get", "pods", stream["namespace"], stream["name"], "log", options=stream["options"])).doc["text"]
        except ApiError:
            return "", True
        lines = text.splitlines(keepends=True)
        new = lines[stream["seen"] :]
        stream["seen"] = len(lines)
        pod = self._ports.api.store.get("pods", stream["namespace"], stream["name"])
        return "".join(stream["prefix"] + line for line in new), pod is None or pod.get("status", {}).get("phase") in ("Succeeded", "Failed")

    def dump(self) -> dict[str, Any]:
        """Return the job's state."""
        return {"kind": self.kind, **self._state}


class WaitJob:
    """A command in a container that takes its time: `parts` are texts with the moments at which they are printed, and it ends at `until_ms`."""

    kind = "wait"

    def __init__(self, state: dict[str, Any], ports: Ports) -> None:
        self._state, self._ports = {"parts": [[state["until_ms"], state.get("text", "")]], **state}, ports
        self.wake_ms: int | None = self._next_ms()

    def _next_ms(self) -> int:
        return int(min([self._state["until_ms"], *(due_ms for due_ms, _text in self._state["parts"])]))

    def poll(self) -> tuple[str, int | None]:
        """Return what has been printed by now, and how it ended once the time has come."""
        now_ms, parts = self._ports.clock.now_ms, self._state["parts"]
        due = "".join(text for due_ms, text in parts if due_ms <= now_ms)
        self._state["parts"] = [part for part in parts if part[0] > now_ms]
        self.wake_ms = self._next_ms()
        return due, self._state["status"] if now_ms >= self._state["until_ms"] else None

    def dump(self) -> dict[str, Any]:
        """Return what will be said, and when."""
        return {"kind": self.kind, **self._state}
