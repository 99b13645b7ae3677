"""The things of this era: a machine in a rack, a guest on it, a snapshot of a guest. Plain records that can be written down."""

from dataclasses import asdict, dataclass, field
from typing import Any

from learnk8s.simulation.hypervisor.images import IMAGES, UNITS, Image, System, Unit

SWAP_MIB = 4_096


@dataclass(frozen=True, slots=True)
class Hypervisor:
    """A kind of hypervisor: what it takes of the machine and how near to native guests run. The figures are assumptions."""

    kind: str
    title: str
    word: str
    memory_mib: int
    cpu_percent: int
    efficiency_percent: int


HYPERVISORS = {kind.kind: kind for kind in (
    Hypervisor("type-1", "KVM on a minimal host", "QEMU", 1_024, 2, 98),
    Hypervisor("type-2", "a program on a desktop system", "VirtualBox", 3_072, 10, 90),
)}
"""`firecracker-cpu`: at least 95 percent of bare metal for CPU work. Type 2 pays for the desktop system under it."""


@dataclass(slots=True)
class Machine:
    """One physical machine; `power` is on, off or booting."""

    name: str
    cpus: int
    memory_mib: int
    disk_gib: int
    kind: str = "type-1"
    power: str = "on"
    mhz: int = 2_600
    link_mib_per_s: int = 1_100
    next_id: int = 1
    cause: int = 0

    @property
    def hypervisor(self) -> Hypervisor:
        """Return what runs on the bare machine."""
        return HYPERVISORS[self.kind]

    @property
    def millicores(self) -> int:
        """Return what the hypervisor leaves for guests."""
        return self.cpus * (100 - self.hypervisor.cpu_percent) * 10


@dataclass(slots=True)
class Guest:
    """One virtual machine. `state` is running, paused, shut off or crashed; `stage` is firmware, kernel, services, install, ready or ""."""

    name: str
    uuid: str
    machine: str
    image: str
    vcpus: int = 1
    vcpus_max: int = 1
    memory_mib: int = 2_048
    balloon_mib: int = 2_048
    disk_gib: int = 10
    disk_path: str = ""
    unit_name: str = ""
    state: str = "shut off"
    reason: str = "unknown"
    number: int = 0
    stage: str = ""
    started_ms: int = 0
    ready_ms: int = 0
    stage_ms: dict[str, int] = field(default_factory=dict)
    generation: int = 0
    cpu_us: int = 0
    wait_us: int = 0
    is_persistent: bool = True
    is_autostarted: bool = False
    needs_install: bool = False
    is_upgraded: bool = False
    unit_state: str = ""
    unit_since_ms: int = 0
    leak_mib: int = 0
    is_leaking: bool = False
    address: str = ""
    mac: str = ""
    console: list[list[Any]] = field(default_factory=list)
    snapshots: list[dict[str, Any]] = field(default_factory=list)
    migration: dict[str, Any] | None = None
    cause: int = 0

    @property
    def disk(self) -> Image:
        """Return the image from which its disk was made."""
        return IMAGES[self.image]

    @property
    def system(self) -> System:
        """Return the operating system in it."""
        return self.disk.system

    @property
    def unit(self) -> Unit | None:
        """Return the service in it, if it has one."""
        return UNITS.get(self.unit_name)

    @property
    def is_on(self) -> bool:
        """Say whether it has memory and a monitor on its machine."""
        return self.state in ("running", "paused", "crashed")

    @property
    def serves(self) -> bool:
        """Say whether its service answers."""
        return self.state == "running" and self.stage == "ready" and self.unit_state == "active"

    @property
    def used_mib(self) -> int:
        """Return what the guest itself uses: its system, its service, what leaked."""
        unit = self.unit
        return self.system.memory_mib + (unit.memory_mib + self.leak_mib if unit and self.unit_state == "active" else 0)

    @property
    def resident_mib(self) -> int:
        """Return what its machine has to hold in memory: half of what is free inside has become page cache (an assumption)."""
        if not self.is_on:
            return 0
        if self.stage not in ("ready", "install"):
            return min(self.balloon_mib, self.system.memory_mib)
        return min(self.balloon_mib, self.used_mib + max(0, self.balloon_mib - self.used_mib) // 2)

    @property
    def overhead_mib(self) -> int:
        """Return what is spent before the service gets anything: the guest system and the monitor."""
        return self.system.memory_mib + self.system.monitor_mib if self.is_on else 0

    def dump(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return asdict(self)
