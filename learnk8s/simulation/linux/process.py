"""A process, as the kernel and we keep it. Paths are those of its mount namespace, ids those of the host."""

from dataclasses import dataclass, field, fields
from typing import Any

from learnk8s.simulation.linux.capabilities import FULL

PAGE_BYTES = 4096


@dataclass(slots=True)
class Process:
    """One process. `numbers` are its pids, one for each pid namespace that can see it, the host's first.

    Memory and CPU hold until the machine's last settling; `leak` is bytes each ms, `share` and `demand` are millicores, disk figures KiB a second.
    """

    pid: int
    ppid: int
    comm: str
    argv: tuple[str, ...]
    uid: int
    gid: int
    namespaces: tuple[int, ...]
    numbers: tuple[tuple[int, int], ...]
    cgroup: str
    start_ms: int
    effective: int = 0
    permitted: int = 0
    bounding: int = FULL
    ambient: int = 0
    root: str = "/"
    cwd: str = "/"
    tty: str = "?"
    state: str = "S"
    next_pid_namespace: int = 0
    rss: int = 3_500_000
    leak: int = 0
    cpu_us: int = 0
    demand: int = 0
    share: int = 0
    disk_demand: int = 0
    disk_share: int = 0
    work_us: int = 0
    program: str = ""
    options: dict[str, str] = field(default_factory=dict)
    phase: str = ""
    port: int = 0
    address: str = ""
    threads: int = 1
    nice: int = 0
    oom_adj: int = 0
    no_new_privileges: bool = False
    denied_calls: tuple[str, ...] = ()
    stdout: str = "tty"
    unit: str = ""
    waits_for: int = 0
    kernel: bool = False

    @property
    def command_line(self) -> str:
        """Return the words as `ps` shows them."""
        return f"[{self.comm}]" if self.kernel else " ".join(self.argv)

    @property
    def title(self) -> str:
        """Return the name that a person would use."""
        return self.program or self.comm

    def number_in(self, namespace: int) -> int | None:
        """Return its pid as a pid namespace sees it, or None if it cannot see it."""
        return next((number for seen, number in self.numbers if seen == namespace), None)

    def dump(self) -> dict[str, Any]:
        """Return what differs from a fresh process, as JSON-able data."""
        return {name: value for name, default in _DEFAULTS if (value := getattr(self, name)) != default or default is ...}

    @classmethod
    def load(cls, dumped: dict[str, Any]) -> "Process":
        """Return the process that `dump` wrote down."""
        known = dict(dumped)
        known["argv"], known["namespaces"] = tuple(known["argv"]), tuple(known["namespaces"])
        known["numbers"] = tuple((seen, number) for seen, number in known["numbers"])
        known["denied_calls"] = tuple(known.get("denied_calls", ()))
        return cls(**known)


_DEFAULTS = [(entry.name, {} if entry.name == "options" else entry.default if entry.default.__class__.__name__ != "_MISSING_TYPE" else ...) for entry in fields(Process)]
