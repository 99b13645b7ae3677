"""What a guest's disk holds: which system boots from it, how long that takes and how much memory it eats, and which service it brings.

Figures: facts/numbers.yaml, `lab-suggestion-boot` (a full guest 20-60 s, a micro guest 0.125 s to init), `lab-suggestion-memory` (300-512 MiB
against 40-128 MiB), `nsdi20-vmm-memory` (QEMU 131 MB, Firecracker 3 MB), `vm-image` (600 MB). They are of the right size, not measured here.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class System:
    """A guest operating system: its stages in milliseconds, its own memory and disk, and the monitor process outside."""

    name: str
    title: str
    kernel: str
    firmware_ms: int
    kernel_ms: int
    services_ms: int
    memory_mib: int
    monitor_mib: int
    disk_mib: int

    @property
    def boot_ms(self) -> int:
        """Return the time from power on to all services."""
        return self.firmware_ms + self.kernel_ms + self.services_ms


@dataclass(frozen=True, slots=True)
class Unit:
    """A service of the shop as systemd knows it; `request_micros` is the CPU time of one request.

    The figures are those of the shop that every era runs (workload/shop.py).
    """

    name: str
    title: str
    port: int
    memory_mib: int
    start_ms: int
    request_micros: int
    base_millicores: int
    answer: str


@dataclass(frozen=True, slots=True)
class Image:
    """A disk image: a system and perhaps a service that starts with it."""

    name: str
    system: System
    unit: str
    size_mib: int


DEBIAN = System("debian-13", "Debian GNU/Linux 13 (trixie)", "6.12.48+deb13-amd64", 4_000, 7_000, 19_000, 384, 125, 2_048)
MICRO = System("micro-linux", "Minimal Linux (one kernel, one init)", "6.1.141", 0, 125, 0, 64, 5, 50)
SYSTEMS = {system.name: system for system in (DEBIAN, MICRO)}
INSTALL_MS = 60_000
"""What cloud-init takes to install a service into a fresh guest: an assumption."""

UNITS = {unit.name: unit for unit in (
    Unit("shop-web", "The shop's web server", 80, 110, 400, 1_500, 2, "<h1>shop</h1>\n"),
    Unit("shop-api", "The shop's API", 8080, 240, 900, 4_000, 2, '{"status":"ok"}\n'),
    Unit("shop-db", "The shop's database", 5432, 900, 2_500, 3_000, 2, ""),
    Unit("shop-batch", "The shop's nightly batch", 0, 280, 600, 0, 900, ""),
)}
MICRO_START_MS = 300
"""A service in a micro guest is there 0.3-1 s after power on: `lab-suggestion-boot`."""

IMAGES = {image.name: image for image in (
    Image("debian-13", DEBIAN, "", 600),
    Image("shop-web", DEBIAN, "shop-web", 700), Image("shop-api", DEBIAN, "shop-api", 720), Image("shop-db", DEBIAN, "shop-db", 900), Image("shop-batch", DEBIAN, "shop-batch", 710),
    Image("micro-linux", MICRO, "", 20), Image("micro-shop-web", MICRO, "shop-web", 40),
)}
