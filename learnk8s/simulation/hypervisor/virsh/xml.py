"""A guest as libvirt's domain XML, written and read. Reading takes the parts that are modelled and leaves the rest alone."""

import re

from learnk8s.simulation.hypervisor.datacentre import Datacentre
from learnk8s.simulation.hypervisor.images import IMAGES
from learnk8s.simulation.hypervisor.machines import Guest

XML_BYTES_MAX = 64 * 1024
UNITS = {"b": 1, "bytes": 1, "kb": 1000, "k": 1024, "kib": 1024, "mb": 1000**2, "m": 1024**2, "mib": 1024**2, "gb": 1000**3, "g": 1024**3, "gib": 1024**3}


class BadXml(ValueError):
    """The text is no domain; worded as libvirt words it."""


def xml_of(guest: Guest) -> str:
    """Return a guest's definition."""
    number = f" id='{guest.number}'" if guest.number else ""
    current = f" current='{guest.vcpus}'" if guest.vcpus != guest.vcpus_max else ""
    return f"""<domain type='kvm'{number}>
  <name>{guest.name}</name>
  <uuid>{guest.uuid}</uuid>
  <memory unit='KiB'>{guest.memory_mib * 1024}</memory>
  <currentMemory unit='KiB'>{guest.balloon_mib * 1024}</currentMemory>
  <vcpu placement='static'{current}>{guest.vcpus_max}</vcpu>
  <os>
    <type arch='x86_64' machine='{"pc-q35-10.0" if guest.system.firmware_ms else "microvm"}'>hvm</type>
    <boot dev='hd'/>
  </os>
  <clock offset='utc'/>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>preserve</on_crash>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2'/>
      <source file='{guest.disk_path}'/>
      <target dev='vda' bus='virtio'/>
    </disk>
    <interface type='network'>
      <mac address='{guest.mac}'/>
      <source network='default'/>
      <model type='virtio'/>
    </interface>
    <serial type='pty'>
      <target type='isa-serial' port='0'/>
    </serial>
    <console type='pty'>
      <target type='serial' port='0'/>
    </console>
    <memballoon model='virtio'/>
    <panic model='isa'/>
  </devices>
</domain>
"""


def guest_of(text: str, racks: Datacentre, machine: str) -> Guest:
    """Return the guest that a text defines. Raises BadXml."""
    stripped = text.lstrip()
    if len(text) > XML_BYTES_MAX:
        raise BadXml("(domain_definition):1: learnk8s: the definition is larger than 64 KiB")
    if not stripped.startswith("<"):
        raise BadXml(f"(domain_definition):1: Start tag expected, '<' not found\n{stripped.splitlines()[0] if stripped else ''}\n^\n")
    stripped = re.sub(r"<!--.*?-->|<\?.*?\?>", "", stripped, flags=re.DOTALL).strip()
    root = re.match(r"<([A-Za-z]\w*)", stripped)
    if root is None or root[1] != "domain":
        raise BadXml(f"XML error: unexpected root element <{root[1] if root else ''}>, expecting <domain>")
    _check_balance(stripped)
    name = _text(stripped, "name")
    if not name:
        raise BadXml("XML error: missing name information" if not _text(stripped, "uuid") else "missing name information")
    if not re.fullmatch(r"[\w.+-]{1,60}", name):
        raise BadXml(f"XML error: name {name} cannot contain that letter")
    memory = _memory(stripped, "memory")
    if not memory:
        raise BadXml("unsupported configuration: Memory size must be specified via <memory> or in the <numa> configuration")
    vcpu = re.search(r"<vcpu([^>]*)>\s*(\d{1,3})\s*</vcpu>", stripped)
    vcpus_max = int(vcpu[2]) if vcpu else 1
    now = re.search(r"current=['\"](\d{1,3})['\"]", vcpu[1]) if vcpu else None
    disk = re.search(r"<disk\b.*?<source file=['\"]([^'\"]+)['\"]", stripped, re.DOTALL)
    path = disk[1] if disk else ""
    image = IMAGES[racks.volumes.get(path, {}).get("image", "debian-13")]
    mac = re.search(r"<mac address=['\"]([0-9a-fA-F:]{17})['\"]", stripped)
    return Guest(name=name, uuid=_text(stripped, "uuid") or racks.dice.uid("guest"), machine=machine, image=image.name, vcpus=int(now[1]) if now else vcpus_max, vcpus_max=vcpus_max, memory_mib=memory,
                 balloon_mib=min(memory, _memory(stripped, "currentMemory") or memory), disk_path=path, unit_name=image.unit, mac=mac[1] if mac and all(other.mac != mac[1] for other in racks.guests.values()) else "")


def _check_balance(text: str) -> None:
    opened: list[str] = []
    for closing, name, rest in re.findall(r"<(/?)([A-Za-z][\w:.-]*)([^<>]*)>", text):
        if closing:
            if not opened or opened[-1] != name:
                raise BadXml(f"(domain_definition):{text.count(chr(10)) + 1}: Opening and ending tag mismatch: {opened[-1] if opened else 'domain'} line 1 and {name}")
            opened.pop()
        elif not rest.rstrip().endswith("/"):
            opened.append(name)
    if opened:
        raise BadXml(f"(domain_definition):{text.count(chr(10)) + 1}: Premature end of data in tag {opened[-1]} line 1")


def _text(text: str, tag: str) -> str:
    found = re.search(rf"<{tag}>\s*([^<]*?)\s*</{tag}>", text)
    return found[1] if found else ""


def _memory(text: str, tag: str) -> int:
    found = re.search(rf"<{tag}(?:\s+unit=['\"](\w+)['\"])?[^>]*>\s*(\d{{1,15}})\s*</{tag}>", text)
    if found is None:
        return 0
    return max(1, int(found[2]) * UNITS.get((found[1] or "KiB").lower(), 1024) // 1024**2)
