"""Which machine a libvirt URI means: `qemu+ssh://rack-2/system`, or `qemu:///system` for the one of $LIBVIRT_DEFAULT_URI."""

import re

from learnk8s.simulation.hypervisor.datacentre import Datacentre, VirtError
from learnk8s.simulation.hypervisor.machines import Machine

DRIVERS = {"type-1": "qemu", "type-2": "vbox"}


def uri_of(machine: Machine) -> str:
    """Return the URI by which one reaches a machine's hypervisor."""
    return f"{DRIVERS[machine.kind]}+ssh://{machine.name}/{'system' if machine.kind == 'type-1' else 'session'}"


def machine_of(racks: Datacentre, uri: str) -> Machine:
    """Return the machine of a URI. Raises VirtError as libvirt does."""
    found = re.fullmatch(r"([a-z]+)(?:\+(?:ssh|tls|tcp))?://(?:[\w-]+@)?([\w.-]*)(?:/\w*)?", uri)
    if found is None:
        raise VirtError("failed to connect to the hypervisor\nerror: no connection driver available for " + uri)
    driver, name = found.groups()
    machine = racks.machines.get(name) if name else next(iter(racks.machines.values()))
    if machine is None:
        raise VirtError(f"failed to connect to the hypervisor\nerror: Cannot recv data: ssh: Could not resolve hostname {name}: Name or service not known: Connection reset by peer")
    if machine.power != "on":
        raise VirtError(f"failed to connect to the hypervisor\nerror: Cannot recv data: ssh: connect to host {machine.name} port 22: No route to host: Connection reset by peer")
    if driver != DRIVERS[machine.kind]:
        raise VirtError("failed to connect to the hypervisor\nerror: " + (f"no connection driver available for {uri}" if driver not in DRIVERS.values() else f"Failed to connect socket to '/var/run/libvirt/virt{driver}d-sock': No such file or directory"))
    return machine
