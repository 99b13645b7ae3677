"""One container: what it was told, and what became of it. All of it is data, so that a world can be written down."""

from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any

from learnk8s.simulation.docker.programs import Plan

LOGS_MAX = 200
UP = ("running", "paused")
"""The states in which a container has a process."""
NOTHING = Plan("rests", "none", memory=0)


@lru_cache(maxsize=512)
def _same(plan: Plan) -> Plan:
    """Return the one object for equal plans."""
    return plan


@lru_cache(maxsize=512)
def as_data(plan: Plan) -> dict[str, Any]:
    """Return a plan as JSON-able data; equal plans share it, and nobody changes it."""
    return {name: list(value) if isinstance(value := getattr(plan, name), tuple) else value for name in Plan.__slots__}


@dataclass(slots=True)
class Container:
    """A container. Sizes are bytes, times milliseconds of the world, CPU thousandths of one."""

    id: str
    name: str
    image: str
    image_name: str
    argv: list[str]
    created_ms: int
    entrypoint: list[str] = field(default_factory=list)
    env: list[str] = field(default_factory=list)
    hostname: str = ""
    workdir: str = "/"
    user: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    ports: list[list[Any]] = field(default_factory=list)
    exposed: list[str] = field(default_factory=list)
    mounts: list[dict[str, Any]] = field(default_factory=list)
    networks: dict[str, dict[str, Any]] = field(default_factory=dict)
    memory: int = 0
    swap: int = 0
    """Memory and swap together, in bytes: 0 if neither has a limit, -1 for as much as there is."""
    millicpus: int = 0
    pids_limit: int = 0
    restart: str = "no"
    restart_max: int = 0
    tty: bool = False
    stdin: bool = False
    detached: bool = True
    auto_remove: bool = False
    privileged: bool = False
    read_only: bool = False
    health: dict[str, Any] = field(default_factory=dict)
    stop_signal: str = "SIGTERM"
    state: str = "created"
    pid: int = 0
    started_ms: int = -1
    ready_ms: int = -1
    finished_ms: int = -1
    asked_ms: int = 0
    exit_code: int = 0
    oom_killed: bool = False
    error: str = ""
    restart_count: int = 0
    stopped_by_hand: bool = False
    generation: int = 0
    health_state: str = ""
    health_failures: int = 0
    plan: dict[str, Any] = field(default_factory=dict)
    script: str = ""
    shell: dict[str, str] = field(default_factory=dict)
    is_hung: bool = False
    leak_since_ms: int = -1
    leak_bytes_per_ms: int = 0
    leaked: int = 0
    extra_bytes: int = 0
    files: dict[str, str | None] = field(default_factory=dict)
    logs: list[list[Any]] = field(default_factory=list)
    logged: int = 0
    read_plan: tuple[dict[str, Any], Plan] | None = None
    """The plan as it was last read: plans are replaced, never changed."""

    @property
    def is_up(self) -> bool:
        """Say whether it has a process."""
        return self.state in UP

    @property
    def does(self) -> Plan:
        """Return what its first process does."""
        read = self.read_plan
        if read is not None and read[0] is self.plan:
            return read[1]
        if not self.plan:
            return NOTHING
        known: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in self.plan.items()}
        self.read_plan = self.plan, _same(Plan(**known))
        return self.read_plan[1]

    @property
    def variables(self) -> dict[str, str]:
        """Return its environment."""
        return {name: value for name, _, value in (entry.partition("=") for entry in self.env)}

    @property
    def label(self) -> str:
        """Return the name of its service: of a compose file, or its own name without a number."""
        return self.labels.get("com.docker.compose.service", self.name)

    def is_ready(self, now_ms: int) -> bool:
        """Say whether its program answers."""
        return self.state == "running" and 0 <= self.ready_ms <= now_ms and not self.is_hung

    def memory_at(self, now_ms: int) -> int:
        """Return the bytes that its processes hold."""
        if not self.is_up:
            return 0
        does = self.does
        share = does.memory if self.ready_ms >= 0 and self.ready_ms <= now_ms else does.memory * 2 // 5
        return share + self.leaked_at(now_ms)

    def leaked_at(self, now_ms: int) -> int:
        """Return the bytes that it will never give back."""
        return self.leaked + (self.leak_bytes_per_ms * (now_ms - self.leak_since_ms) if self.leak_since_ms >= 0 and self.state == "running" else 0)

    def say(self, at_ms: int, text: str, stream: str = "stdout") -> None:
        """Add lines to its log; old ones go."""
        for line in text.splitlines():
            self.logs.append([at_ms, stream, line[:1_000]])
            self.logged += 1
        del self.logs[: max(0, len(self.logs) - LOGS_MAX)]

    def dump(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {name: getattr(self, name) for name in FIELDS}


FIELDS = tuple(entry.name for entry in fields(Container) if entry.name != "read_plan")
