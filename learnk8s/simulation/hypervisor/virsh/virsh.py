"""virsh: connect, find the command, run it, and put the empty line after it that virsh puts."""

from collections.abc import Mapping

from learnk8s.simulation.hypervisor.datacentre import Datacentre, VirtError
from learnk8s.simulation.hypervisor.jobs import Waiting
from learnk8s.simulation.hypervisor.virsh import domains, looking, snapshots
from learnk8s.simulation.hypervisor.virsh.command import Call, Command
from learnk8s.simulation.hypervisor.virsh.connection import machine_of
from learnk8s.simulation.kernel.shell.program import Invocation, Job, Outcome, Program

COMMANDS: Mapping[str, Command] = {command.name: command for command in (*domains.COMMANDS, *looking.COMMANDS, *snapshots.COMMANDS)}
LEFT_OUT = frozenset(
    """
    attach-device attach-disk attach-interface detach-device detach-device-alias detach-disk detach-interface update-device update-memory-device change-media blkdeviotune blkiotune blockcommit blockcopy blockjob blockpull blockresize domblkerror domblkinfo domblkstat domblkthreshold
    backup-begin backup-dumpxml checkpoint-create checkpoint-create-as checkpoint-delete checkpoint-dumpxml checkpoint-info checkpoint-list checkpoint-parent cpu-stats cpu-baseline cpu-compare hypervisor-cpu-baseline hypervisor-cpu-compare hypervisor-cpu-models cpu-models desc metadata domcapabilities domcontrol
    domdirtyrate-calc domdisplay domdisplay-reload domfsfreeze domfsinfo domfsthaw domfstrim domhostname domif-getlink domif-setlink domifstat domiftune domlaunchsecinfo domsetlaunchsecstate domlink dommemstat-period domname domosinfo domjobinfo-all dompmsuspend dompmwakeup domrename domtime domtop dom-fd-associate domxml-from-native
    domxml-to-native dump edit emulatorpin event get-user-sshkeys set-user-sshkeys set-user-password guest-agent-timeout guestinfo guestvcpus inject-nmi iothreadadd iothreaddel iothreadinfo iothreadpin iothreadset lxc-enter-namespace managedsave managedsave-define managedsave-dumpxml managedsave-edit managedsave-remove
    memtune migrate-compcache migrate-getmaxdowntime migrate-getspeed migrate-postcopy migrate-setspeed numatune perf qemu-agent-command qemu-attach qemu-monitor-command qemu-monitor-event restore save save-image-define save-image-dumpxml save-image-edit schedinfo screenshot send-key send-process-signal setvcpu
    set-lifecycle-action ttyconsole vcpuinfo vcpupin vncdisplay allocpages capabilities freepages maxvcpus node-memory-tune nodecpumap nodecpustats nodesevinfo nodesuspend sysinfo domxml uri-alias iface-list iface-info nwfilter-list nwfilter-dumpxml
    net-autostart net-create net-define net-destroy net-dhcp-leases net-dumpxml net-desc net-edit net-event net-metadata net-name net-start net-undefine net-update net-uuid net-port-list nodedev-list nodedev-info nodedev-dumpxml secret-list secret-define
    pool-autostart pool-build pool-create pool-create-as pool-define pool-define-as pool-delete pool-destroy pool-dumpxml pool-edit pool-event pool-name pool-refresh pool-start pool-undefine pool-uuid pool-capabilities vol-create vol-create-as vol-create-from vol-download vol-dumpxml vol-info vol-key vol-name vol-path vol-pool vol-resize vol-upload vol-wipe
    snapshot-create snapshot-current snapshot-dumpxml snapshot-edit snapshot-parent cd echo pwd quit exit connect self-test complete
    """.split()
)
"""Commands of virsh that are not modelled."""
ENDS_AT_ONCE = ("snapshot-create-as",)
"""Commands after which virsh leaves no empty line."""


def program(racks: Datacentre) -> Program:
    """Return virsh in front of these racks."""
    return Program(lambda call: _run(racks, call), complete=lambda words: _completed(racks, words), resume=lambda state: Waiting(racks, state), summary="manage guests")


def _run(racks: Datacentre, call: Invocation) -> "Outcome | Job":
    words, quiet = call.argv[1:], False
    uri = call.variables.get("LIBVIRT_DEFAULT_URI", "qemu:///system")
    while words and words[0].startswith("-"):
        option = words.pop(0)
        if option in ("-c", "--connect") and words:
            uri = words.pop(0)
        elif option.startswith("--connect="):
            uri = option.partition("=")[2]
        elif option in ("-q", "--quiet"):
            quiet = True
        elif option in ("-v", "--version"):
            return Outcome("11.3.0\n")
        else:
            return Outcome("", f"error: unsupported option '{option}'. See --help.\n", 1)
    if not words:
        return Outcome("", "learnk8s: virsh without a command opens its own prompt, which is not modelled; try: virsh list --all\n", 1)
    if words[0] == "help":
        return _help(words[1:])
    command = COMMANDS.get(words[0])
    if command is None and words[0] in LEFT_OUT:
        return Outcome("", f"learnk8s: virsh {words[0]}: not modelled in this sandbox; virsh help lists what is\n", 1)
    if command is None:
        return Outcome("", f"error: unknown command: '{words[0]}'\n", 1)
    try:
        asked = Call(racks, next(iter(racks.machines.values())), call.files)
        command.read(asked, words[1:])
    except VirtError as error:
        return Outcome("", f"error: {error}\n", 1)
    try:
        asked.machine = machine_of(racks, uri)
        result = command.run(asked)
    except VirtError as error:
        return Outcome("", f"error: {error}\n\n", 1)
    if isinstance(result, Waiting):
        return _begun(result)
    return Outcome(result if quiet or command.name in ENDS_AT_ONCE else result + "\n")


class _Headed(Waiting):
    """A job that prints something when it begins."""

    def poll(self) -> tuple[str, int | None]:
        head = self.state.pop("head", "")
        text, status = super().poll()
        return head + text, status


def _begun(job: Waiting) -> Job:
    return _Headed(job._racks, job.state) if "head" in job.state else job


def _help(words: list[str]) -> Outcome:
    if words:
        command = COMMANDS.get(words[0])
        if command is None:
            return Outcome("", f"error: command or command group '{words[0]}' doesn't exist\n\n", 1)
        synopsis = " ".join([command.name, *(f"[<{word[1:]}>]" if word.startswith("?") else f"<{word}>" for word in command.words), *(f"[--{flag}]" for flag in command.flags), *(f"[--{option} <string>]" for option in command.options)])
        return Outcome(f"  NAME\n    {command.name} - {command.summary}\n\n  SYNOPSIS\n    {synopsis}\n\n")
    return Outcome("Grouped commands:\n\n" + "".join(f"    {command.name:<30} {command.summary}\n" for command in sorted(COMMANDS.values(), key=lambda command: command.name)) + "\n")


def _completed(racks: Datacentre, words: list[str]) -> list[str]:
    if len(words) <= 2:
        return sorted([*COMMANDS, "help"])
    command = COMMANDS.get(words[1])
    return sorted([*racks.guests, *(f"--{flag}" for flag in command.flags)]) if command else []
