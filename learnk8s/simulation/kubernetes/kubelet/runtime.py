"""What a kubelet knows of the pods on its node: one small record for each container.

States of a container: waiting (with a reason) -> running -> terminated -> waiting again (back-off) or for good. All times are virtual milliseconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from learnk8s.simulation.kubernetes.kubelet.images.program import Program
from learnk8s.simulation.kubernetes.kubelet.images.script import Turns


NOTHING: Mapping[str, list[Any]] = MappingProxyType({})
"""Shared by all pods of which no source of a volume was ever changed."""


@dataclass(slots=True)
class Ending:
    """How a container's process ended."""

    exit_code: int
    reason: str
    started_ms: int
    finished_ms: int
    message: str = ""


@dataclass(slots=True)
class ContainerRecord:
    """One container of one pod. `ready` and `started` are what the probes last said."""

    name: str
    state: str = "waiting"
    reason: str = "ContainerCreating"
    message: str = ""
    started_ms: int = 0
    restarts: int = 0
    ready: bool = False
    started: bool = False
    ending: Ending | None = None
    last: Ending | None = None
    last_log: list[tuple[int, str]] | None = None
    backoff_ms: int = 0
    pull_backoff_ms: int = 0
    generation: int = 0
    probes: dict[str, list[int]] = field(default_factory=dict)
    kill_reason: str = ""
    sidecar: bool = False
    image: str = ""
    arguments: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)
    planned_end: tuple[int, int] = (0, 0)
    """The agenda's ticket of the process' own end, and when it is due."""
    program: Program | None = None
    turns: Turns | None = None
    """How far its script was gone through: it spares time and says nothing, so it is not written down."""
    answers: list[list[Any]] | None = None
    """What the network answered to the container's script; see images/script.py."""
    files: dict[str, list[Any]] | None = None
    """Files of the container's own layer that `exec` changed: path to [when, text or None]."""
    marks: dict[str, tuple[int, int, int]] | None = None
    """Mode, user and group of such files."""
    notes: list[list[Any]] | None = None
    """Lines that a server added to its log when it was asked something: [when, text]."""
    calls: bool = False
    """Its script calls a Service without an end."""
    confined: tuple[str, ...] = ()
    """What the security context takes away: `user=1000`, `read-only`, `drop=NET_RAW`."""

    def dump(self) -> dict[str, Any]:
        """Return the record as JSON-able data; the program is found again by the image."""
        return {
            "name": self.name, "state": self.state, "reason": self.reason, "message": self.message, "started_ms": self.started_ms, "restarts": self.restarts, "ready": self.ready,
            "started": self.started, "ending": _ending(self.ending), "last": _ending(self.last), "last_log": [list(line) for line in self.last_log] if self.last_log is not None else None,
            "backoff_ms": self.backoff_ms, "pull_backoff_ms": self.pull_backoff_ms, "generation": self.generation, "probes": {key: list(value) for key, value in self.probes.items()}, "kill_reason": self.kill_reason,
            "sidecar": self.sidecar, "image": self.image, "arguments": list(self.arguments), "variables": self.variables,
            "planned_end": list(self.planned_end), "answers": self.answers, "files": self.files, "marks": self.marks, "notes": self.notes, "confined": list(self.confined), "calls": self.calls,
        }

    @classmethod
    def load(cls, dumped: dict[str, Any]) -> "ContainerRecord":
        """Return the record that `dump` wrote down."""
        record = cls(**{**dumped, "ending": None, "last": None, "last_log": None, "arguments": tuple(dumped["arguments"]), "planned_end": tuple(dumped["planned_end"]), "confined": tuple(dumped["confined"]), "marks": {path: tuple(mark) for path, mark in dumped["marks"].items()} if dumped.get("marks") else None})
        record.ending, record.last = (Ending(*dumped[key]) if dumped[key] else None for key in ("ending", "last"))
        record.last_log = [(at_ms, text) for at_ms, text in dumped["last_log"]] if dumped["last_log"] is not None else None
        return record


def _ending(ending: Ending | None) -> list[Any] | None:
    return [ending.exit_code, ending.reason, ending.started_ms, ending.finished_ms, ending.message] if ending else None


NONE: list[ContainerRecord] = []
"""Most pods have no init containers: one empty list does for all, because these lists are replaced as a whole."""


@dataclass(slots=True)
class PodRecord:
    """One pod on one node."""

    namespace: str
    name: str
    uid: str
    node: str
    began_ms: int
    ip: str = ""
    containers: list[ContainerRecord] = field(default_factory=lambda: NONE)
    inits: list[ContainerRecord] = field(default_factory=lambda: NONE)
    stopping: bool = False
    ready_since_ms: int = 0
    extras: Sequence[ContainerRecord] = ()
    """Ephemeral containers."""
    sources: Mapping[str, list[Any]] = field(default_factory=lambda: NOTHING)
    """What volumes showed before a ConfigMap or Secret was changed: `configmaps/name` to [until when, its keys and texts], oldest first."""
    failure: tuple[str, str] = ("", "")
    """Reason and message of a pod that the kubelet itself failed: Evicted, DeadlineExceeded."""
    resizing: Sequence[str] = ()
    """Containers that a resize in progress restarts."""
    resized: bool = False
    """Was given new resources while it ran."""

    def dump(self) -> dict[str, Any]:
        """Return the record as JSON-able data."""
        return {"namespace": self.namespace, "name": self.name, "uid": self.uid, "node": self.node, "began_ms": self.began_ms, "ip": self.ip, "stopping": self.stopping, "ready_since_ms": self.ready_since_ms,
                "extras": [record.dump() for record in self.extras], "sources": dict(self.sources), "failure": list(self.failure), "resizing": list(self.resizing), "resized": self.resized,
                "containers": [record.dump() for record in self.containers], "inits": [record.dump() for record in self.inits]}

    @classmethod
    def load(cls, dumped: dict[str, Any]) -> "PodRecord":
        """Return the record that `dump` wrote down."""
        return cls(**{**dumped, "containers": [ContainerRecord.load(entry) for entry in dumped["containers"]], "inits": [ContainerRecord.load(entry) for entry in dumped["inits"]] or NONE,
                      "extras": tuple(ContainerRecord.load(entry) for entry in dumped["extras"]), "sources": dumped["sources"] or NOTHING, "resizing": tuple(dumped["resizing"]), "failure": tuple(dumped["failure"])})

    @property
    def all(self) -> list[ContainerRecord]:
        """Return the init containers, sidecars among them, the containers, and the ephemeral ones."""
        return [*self.inits, *self.containers, *self.extras] if self.inits or self.extras else self.containers

    def find(self, name: str) -> ContainerRecord | None:
        """Return a container by name, the first one for ""."""
        if not name:
            return self.containers[0] if self.containers else None
        return next((record for record in [*self.containers, *self.inits, *self.extras] if record.name == name), None)


@dataclass(slots=True)
class NodeRecord:
    """One machine: is it up, can it be reached, which images lie on it."""

    name: str
    number: int
    images: dict[str, None] = field(default_factory=dict)
    crashed: bool = False
    cut_off: bool = False
    silent_since_ms: int | None = None
    pull_free_ms: int = 0
    next_ip: int = 2
    went_round: bool = False
    stopped: str = ""
    """The part of the node that stands still: kubelet, containerd or none. Processes run on and can be reached, but nobody looks after them."""
    filled: str = ""
    """What something outside of pods has used up: memory, disk."""
    pressed: dict[str, int] = field(default_factory=dict)
    """Pressures and when they were last seen."""
    pressure_due_ms: int = 0
    statics: dict[str, list[str]] = field(default_factory=dict)
    """Static pods: manifest to [its text, pod namespace, pod name]."""
    parts: dict[str, bool] = field(default_factory=dict)
    """The parts of the control plane that have a manifest here, and whether it is where the kubelet looks."""
    journal: list[list[Any]] = field(default_factory=list)
    """What the kubelet said: [when, line]."""

    @property
    def answers(self) -> bool:
        """Say whether the kubelet runs and reaches the API server."""
        return not self.crashed and not self.cut_off and not self.stopped

    @property
    def is_reachable(self) -> bool:
        """Say whether packets reach the node."""
        return not self.crashed and not self.cut_off

    def dump(self) -> dict[str, Any]:
        """Return the record as JSON-able data."""
        return {"name": self.name, "number": self.number, "images": list(self.images), "crashed": self.crashed, "cut_off": self.cut_off, "silent_since_ms": self.silent_since_ms,
                "pull_free_ms": self.pull_free_ms, "next_ip": self.next_ip, "went_round": self.went_round,
                "stopped": self.stopped, "filled": self.filled, "pressed": self.pressed, "pressure_due_ms": self.pressure_due_ms, "statics": self.statics, "journal": self.journal, **({"parts": self.parts} if self.parts else {})}

    @classmethod
    def load(cls, dumped: dict[str, Any]) -> "NodeRecord":
        """Return the record that `dump` wrote down."""
        return cls(**{**dumped, "images": dict.fromkeys(dumped["images"])})
