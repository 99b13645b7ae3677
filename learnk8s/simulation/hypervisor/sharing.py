"""How guests share a machine: CPU in proportion to what they want, memory until it is gone. Pure functions."""

from collections.abc import Mapping, Sequence

from learnk8s.simulation.hypervisor.machines import SWAP_MIB, Guest, Machine

SWAPPING_SLOWER = 4
"""An assumption: a machine that swaps its guests' memory gives them a quarter of its CPU time; the rest waits for the disk."""
IDLE_MILLICORES = 15
"""What a guest system does when nobody asks anything of it: timers, logs, its own agents."""


def millicores_wanted(guest: Guest, requests_milli: int) -> int:
    """Return how much CPU a guest wants: booting takes a whole CPU, then its system, its service and its requests (per second, in thousandths)."""
    if guest.state != "running":
        return 0
    limit = guest.vcpus * 1_000
    if guest.stage in ("firmware", "kernel", "services", "install"):
        return min(limit, 1_000)
    unit = guest.unit
    if unit is None or guest.unit_state != "active":
        return min(limit, IDLE_MILLICORES)
    return min(limit, IDLE_MILLICORES + unit.base_millicores + requests_milli * unit.request_micros // 1_000_000)


def millicores_given(machine: Machine, wanted: Mapping[str, int], *, is_swapping: bool) -> dict[str, int]:
    """Return what each guest gets: all it wants, or the same share of it for everybody.

    >>> millicores_given(Machine("m", 1, 1024, 10), {"a": 980, "b": 980}, is_swapping=False)
    {'a': 490, 'b': 490}
    """
    room = machine.millicores // (SWAPPING_SLOWER if is_swapping else 1)
    total = sum(wanted.values())
    if total <= room:
        return dict(wanted)
    return {name: share * room // total for name, share in wanted.items()}


def memory_used_mib(machine: Machine, guests: Sequence[Guest]) -> int:
    """Return what the hypervisor, the monitors and the guests hold, swapped out or not."""
    if machine.power != "on":
        return 0
    return machine.hypervisor.memory_mib + sum(guest.resident_mib + guest.system.monitor_mib for guest in guests if guest.is_on)


def is_swapping(machine: Machine, guests: Sequence[Guest]) -> bool:
    """Say whether more is in use than the machine has."""
    return memory_used_mib(machine, guests) > machine.memory_mib


def is_out_of_memory(machine: Machine, guests: Sequence[Guest]) -> bool:
    """Say whether swap is full too."""
    return memory_used_mib(machine, guests) > machine.memory_mib + SWAP_MIB
