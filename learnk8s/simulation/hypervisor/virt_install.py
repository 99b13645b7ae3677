"""virt-install: define a guest from options and start it. Only what boots from a ready disk (`--import`) is modelled. Models virt-install 5."""

import re

from learnk8s.simulation.hypervisor.datacentre import POOL, Datacentre, VirtError
from learnk8s.simulation.hypervisor.images import IMAGES
from learnk8s.simulation.hypervisor.machines import Guest
from learnk8s.simulation.hypervisor.virsh.connection import machine_of
from learnk8s.simulation.kernel.shell.program import Invocation, Outcome, Program

VALUED = ("--name", "-n", "--memory", "--ram", "-r", "--vcpus", "--disk", "--os-variant", "--osinfo", "--network", "-w", "--connect", "--graphics", "--console", "--location", "-l", "--cdrom", "-c", "--machine", "--cloud-init")
BARE = ("--import", "--noautoconsole", "--autostart", "--wait", "--virt-type=kvm", "--transient")


def program(racks: Datacentre) -> Program:
    """Return virt-install in front of these racks."""
    return Program(lambda call: _run(racks, call), complete=lambda words: [*VALUED, *BARE])


def _run(racks: Datacentre, call: Invocation) -> Outcome:
    found: dict[str, str] = {}
    rest = call.argv[1:]
    while rest:
        word = rest.pop(0)
        name, equals, value = word.partition("=")
        if word in BARE:
            found[word] = ""
        elif name in VALUED and (equals or rest):
            found[{"-n": "--name", "--ram": "--memory", "-r": "--memory", "--osinfo": "--os-variant", "-l": "--location", "-c": "--cdrom"}.get(name, name)] = value if equals else rest.pop(0)
        else:
            return Outcome("", f"usage: virt-install --name NAME --memory MB STORAGE INSTALL [options]\nvirt-install: error: unrecognized arguments: {word}\n", 2)
    try:
        return _install(racks, call, found)
    except VirtError as error:
        return Outcome("", f"ERROR    {error}\n", 1)


def _install(racks: Datacentre, call: Invocation, found: dict[str, str]) -> Outcome:
    machine = machine_of(racks, found.get("--connect", call.variables.get("LIBVIRT_DEFAULT_URI", "qemu:///system")))
    lacking = [text for key, text in (("--name", "--name is required"), ("--memory", "--memory amount in MiB is required"), ("--disk", "--disk storage must be specified (override with --disk none)")) if key not in found]
    if lacking:
        raise VirtError("\n" + "\n".join(lacking))
    if "--location" in found or "--cdrom" in found:
        raise VirtError("learnk8s: installing a system from scratch is not modelled; boot a ready disk with --import")
    if "--import" not in found:
        raise VirtError("\nAn install method must be specified\n(--location URL, --cdrom CD/ISO, --pxe, --import, --boot hd|cdrom|...)")
    if "--os-variant" not in found:
        raise VirtError("\n--os-variant/--osinfo OS name is required, but no value was\nset or detected.")
    name, memory = found["--name"], found["--memory"].split(",")[0]
    if name in racks.guests:
        raise VirtError(f"Guest name '{name}' is already in use.")
    if not re.fullmatch(r"[\w.+-]{1,60}", name):
        raise VirtError(f"Invalid name for guest: {name}")
    if not memory.isdigit() or not 16 <= int(memory) <= 1_000_000:
        raise VirtError(f"Error: --memory {found['--memory']}: could not convert string to int")
    vcpus = int(number[0]) if (number := re.match(r"\d{1,3}", found.get("--vcpus", "1"))) else 1
    path, image = _disk(racks, name, found["--disk"])
    guest = Guest(name=name, uuid=racks.dice.uid("guest"), machine=machine.name, image=image, vcpus=max(1, vcpus), vcpus_max=max(1, vcpus), memory_mib=int(memory), balloon_mib=int(memory), disk_path=path, unit_name=IMAGES[image].unit,
                  is_autostarted="--autostart" in found)
    racks.define(guest)
    try:
        racks.start(name)
    except VirtError:
        racks.undefine(name)
        raise
    return Outcome("\nStarting install...\nCreating domain...                                          |         00:00\nDomain creation completed.\n")


def _disk(racks: Datacentre, name: str, text: str) -> tuple[str, str]:
    words = dict(part.partition("=")[::2] for part in text.split(","))
    path = words.get("path") or (text if text.startswith("/") and "=" not in text else "")
    if path:
        if path not in racks.volumes:
            raise VirtError("Error: --disk {}: Size must be specified for non existent volume path '{}'".format(text, path))
        holder = next((guest.name for guest in racks.guests.values() if guest.disk_path == path), None)
        if holder:
            raise VirtError(f"Error: --disk {text}: Disk {path} is already in use by other guests ['{holder}']. (Use --check path_in_use=off or --check all=off to override)")
        return path, racks.volumes[path]["image"]
    backing = words.get("backing_store", "")
    if backing not in racks.volumes:
        raise VirtError(f"Error: --disk {text}: " + (f"backing_store {backing} does not exist" if backing else "learnk8s: an empty disk boots nothing; give backing_store=/var/lib/libvirt/images/FILE or path="))
    gib = int(words["size"]) if words.get("size", "").isdigit() and len(words["size"]) < 5 else racks.volumes[backing]["gib"]
    path = f"{POOL}/{name}.qcow2"
    racks.add_volume(path, racks.volumes[backing]["image"], gib)
    return path, racks.volumes[backing]["image"]
