"""What the provider rents out, and for how much. All prices are assumptions of the size of large clouds' list prices in 2026."""

from dataclasses import dataclass

SPOT_PERCENT = 30
"""What a spot machine costs of the full price."""
CONTROL_PLANE, LOAD_BALANCER, DISK_GIB = 10_000, 2_500, 14
"""Thousandths of a cent an hour: a managed control plane, a load balancer, a GiB of disk."""
DISK_TYPES = {"balanced": 1, "ssd": 2}
"""Kinds of disk, and how many times the price of the plainest each costs."""
BOOT_DISK_GIB = 50


@dataclass(frozen=True, slots=True)
class MachineType:
    """One size of machine; the price is in thousandths of a cent an hour."""

    name: str
    cpus: int
    memory_gib: int
    price: int


MACHINE_TYPES = {kind.name: kind for kind in (
    MachineType("standard-2", 2, 8, 8_000), MachineType("standard-4", 4, 16, 16_000), MachineType("standard-8", 8, 32, 32_000), MachineType("highmem-4", 4, 32, 22_000),
)}


def price_of(machine_type: str, *, spot: bool) -> int:
    """Return the price of one machine.

    >>> price_of("standard-4", spot=True)
    4800
    """
    return MACHINE_TYPES[machine_type].price * (SPOT_PERCENT if spot else 100) // 100


def dollars(thousandths_of_a_cent: int) -> str:
    """Return an amount as the bill shows it.

    >>> dollars(1_234_567)
    '$12.34'
    """
    cents = thousandths_of_a_cent // 1_000
    return f"${cents // 100}.{cents % 100:02d}"
