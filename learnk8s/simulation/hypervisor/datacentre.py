"""The racks: machines, the guests on them, their disks, and time passing over them.

Theory. Every change goes through a method here, which first settles what has flowed since the last change (requests, CPU time), then changes, then looks at
memory. Nothing polls: stages of a boot, rounds of a migration and growth of a leak are tasks on the agenda. A task carries the generation of the guest's
run; when the run has ended, the task finds another generation and does nothing.
"""

from dataclasses import asdict
from typing import Any

from learnk8s.simulation.hypervisor.images import INSTALL_MS, MICRO_START_MS, UNITS
from learnk8s.simulation.hypervisor.machines import Guest, Machine
from learnk8s.simulation.hypervisor.migrating import DOWNTIME_MS, ROUNDS_MAX, Round, dirtied_mib_per_s, left_after, may_stop, next_round
from learnk8s.simulation.hypervisor.sharing import is_out_of_memory, is_swapping, memory_used_mib
from learnk8s.simulation.hypervisor.traffic import Load, Traffic, load_of
from learnk8s.simulation.kernel.agenda import Agenda, Clock
from learnk8s.simulation.kernel.causes import Causes
from learnk8s.simulation.kernel.dice import Dice
from learnk8s.simulation.kernel.limits import STEPS_PER_ADVANCE_MAX, WORLD_AGE_MS_MAX, LimitExceeded

POOL = "/var/lib/libvirt/images"
GUESTS_MAX = 200
CONSOLE_LINES_MAX = 40
HISTORY_MAX = 20
SNAPSHOTS_MAX = 20
STOPPING_MS = 5_000
"""What an orderly shutdown takes: an assumption."""
MACHINE_BOOT_MS = 180_000
"""A server's own checks and its hypervisor: minutes, an assumption."""
LEAK_EVERY_MS, LEAK_MIB = 10_000, 64
POOL_GIB = 1_000
DISK_MIB_PER_S = 200


class VirtError(Exception):
    """Something that the hypervisor refuses; the message is libvirt's."""


class Datacentre:
    """Machines and guests in virtual time."""

    def __init__(self, seed: int) -> None:
        self.clock, self.agenda, self.dice, self.causes = Clock(), Agenda(), Dice(seed), Causes()
        self.machines: dict[str, Machine] = {}
        self.guests: dict[str, Guest] = {}
        self.volumes: dict[str, dict[str, Any]] = {}
        self.traffic = Traffic()
        self.histories: dict[str, list[int]] = {}
        self.swapping: dict[str, bool] = {}
        self.settled_ms = self.machine_on_ms = self.runs = self.scale_out_ms = self.blast_radius = self.stood_still_ms = 0
        self.helpers: dict[str, Any] = {}

    # Saying what happened

    def note(self, ref: str, actor: str, key: str, **words: object) -> int:
        """Record a cause and remember it with the thing that it is about."""
        flat = [part for name, value in words.items() for part in (name, str(value))]
        number = self.causes.add(self.clock.now_ms, actor, key, "ref", ref, *flat)
        entries = self.histories.setdefault(ref, [])
        entries.append(number)
        del entries[:-HISTORY_MAX]
        return number

    def changes_of(self, ref: str) -> list[int]:
        """Return the numbers of what happened to a thing, oldest first; a guest's system and service share its own."""
        kind, _, name = ref.partition("//")
        return self.histories.get(f"Guest//{name}" if kind in ("System", "App") else ref, [])

    def _say(self, guest: Guest, *lines: str) -> None:
        guest.console.extend([self.clock.now_ms, line] for line in lines)
        del guest.console[:-CONSOLE_LINES_MAX]

    # Time

    @property
    def now_ms(self) -> int:
        """Return the virtual time."""
        return self.clock.now_ms

    def next_due_ms(self) -> int | None:
        """Say when the next task is due."""
        return self.agenda.next_due_ms()

    def step(self, until_ms: int) -> bool:
        """Do the next task if it is due by then; say whether there was one."""
        due_ms = self.agenda.next_due_ms()
        if due_ms is None or due_ms > until_ms:
            return False
        self.clock.now_ms = max(due_ms, self.clock.now_ms)
        task = self.agenda.pop()
        self.settle()
        *arguments, cause = task.arguments
        self.causes.current = cause
        if task.component == "rack":
            getattr(self, f"_do_{task.name}")(*arguments)
        else:
            self.helpers[task.component].run(task.name, arguments)
        self.look_at_memory()
        return True

    def advance(self, until_ms: int) -> None:
        """Do all that is due until then. Raises LimitExceeded."""
        if until_ms > WORLD_AGE_MS_MAX:
            raise LimitExceeded("this sandbox has reached the end of its sixty virtual days; reset it to begin anew")
        steps = 0
        while self.step(until_ms):
            steps += 1
            if steps > STEPS_PER_ADVANCE_MAX:
                raise LimitExceeded("too much is happening at once in this sandbox; go on in smaller steps")
        self.clock.now_ms = max(until_ms, self.clock.now_ms)
        self.settle()

    def later(self, delay_ms: int, name: str, *arguments: Any, component: str = "rack") -> None:
        """Plan a task; what it does will be because of what is being done now."""
        self.agenda.at(self.clock.now_ms + max(0, delay_ms), component, name, *arguments, self.causes.current)

    def load(self) -> Load:
        """Return who wants and gets how much CPU, and which requests are served."""
        return load_of(self.machines, self.guests, self.traffic.rates)

    def settle(self) -> None:
        """Account for the time since the last change: sums only, so that it does not matter how often one looks."""
        elapsed = self.clock.now_ms - self.settled_ms
        if elapsed <= 0:
            return
        self.settled_ms = self.clock.now_ms
        self.machine_on_ms += elapsed * sum(machine.power != "off" for machine in self.machines.values())
        load = self.load()
        for name, given in load.given.items():
            guest = self.guests[name]
            guest.cpu_us += given * elapsed
            guest.wait_us += (load.wanted[name] - given) * elapsed
        self.traffic.flow(load, elapsed)

    # Machines

    def guests_on(self, machine: str) -> list[Guest]:
        """Return the guests that are defined or run on a machine, by name."""
        return [guest for _, guest in sorted(self.guests.items()) if guest.machine == machine]

    def memory_used_mib(self, machine: Machine) -> int:
        """Return what is in use on a machine."""
        return memory_used_mib(machine, self.guests_on(machine.name))

    def power_off(self, name: str) -> None:
        """Cut a machine's power: all on it is gone at once."""
        self.settle()
        machine = self.machines[name]
        if machine.power == "off":
            return
        victims = [guest for guest in self.guests_on(name) if guest.is_on]
        machine.power = "off"
        self.blast_radius = len(victims)
        machine.cause = self.note(f"Machine//{name}", "machine", "machine.off", machine=name, count=len(victims))
        for guest in victims:
            self._end_run(guest, "shut off", "crashed", "its machine lost power")
        for guest in self.guests.values():
            if guest.migration and guest.migration["target"] == name:
                self.give_up_migration(guest.name, "the other machine is gone")
        self.look_at_memory()

    def power_on(self, name: str) -> None:
        """Switch a machine on; it needs minutes."""
        self.settle()
        machine = self.machines[name]
        if machine.power != "off":
            return
        machine.power = "booting"
        machine.cause = self.note(f"Machine//{name}", "machine", "machine.booting", machine=name)
        self.later(MACHINE_BOOT_MS, "machine_up", name)

    def _do_machine_up(self, name: str) -> None:
        machine = self.machines[name]
        if machine.power != "booting":
            return
        machine.power = "on"
        machine.cause = cause = self.note(f"Machine//{name}", "machine", "machine.on", machine=name)
        for guest in self.guests_on(name):
            if guest.is_autostarted and not guest.is_on:
                self.causes.current = cause
                self.start(guest.name)

    def look_at_memory(self) -> None:
        """Notice machines that begin or cease to swap; kill the largest guest where swap is full."""
        for name, machine in sorted(self.machines.items()):
            guests = self.guests_on(name)
            while is_out_of_memory(machine, guests):
                largest = max((guest for guest in guests if guest.is_on), key=lambda guest: (guest.resident_mib, guest.name))
                self.note(f"Machine//{name}", "machine", "machine.oom", machine=name, guest=largest.name)
                self.blast_radius = 1
                self._end_run(largest, "shut off", "crashed", "the machine's kernel killed it for memory")
            now = is_swapping(machine, guests)
            if now != self.swapping.get(name, False):
                self.swapping[name] = now
                self.note(f"Machine//{name}", "machine", "machine.swapping" if now else "machine.relieved", machine=name, used=memory_used_mib(machine, guests), room=machine.memory_mib)

    # Guests: definition

    def define(self, guest: Guest) -> Guest:
        """Make a guest known to its machine. Raises VirtError."""
        if len(self.guests) >= GUESTS_MAX:
            raise VirtError(f"learnk8s: at most {GUESTS_MAX} guests")
        self.settle()
        self.guests[guest.name] = guest
        order = len(self.histories) + len(self.guests)
        guest.address = guest.address or self._free_address()
        digits = f"{self.dice.draw('mac', guest.uuid, order):016x}"
        guest.mac = guest.mac or f"52:54:00:{digits[:2]}:{digits[2:4]}:{digits[4:6]}"
        guest.cause = self.note(f"Guest//{guest.name}", "hypervisor", "guest.defined", guest=guest.name, machine=guest.machine, vcpus=guest.vcpus, memory=guest.memory_mib)
        return guest

    def _free_address(self) -> str:
        taken = {guest.address for guest in self.guests.values()}
        return next(address for number in range(10, 250) if (address := f"192.168.122.{number}") not in taken)

    def undefine(self, name: str) -> None:
        """Forget a guest's definition; a running one becomes transient and is gone when it stops."""
        self.settle()
        guest = self.guests[name]
        self.note(f"Guest//{name}", "hypervisor", "guest.undefined", guest=name)
        guest.is_persistent = False
        if not guest.is_on:
            del self.guests[name]

    # Guests: running

    def start(self, name: str, *, requested_ms: int | None = None) -> None:
        """Switch a guest on. Raises VirtError."""
        self.settle()
        guest = self.guests[name]
        machine = self.machines[guest.machine]
        if guest.disk_path not in self.volumes:
            raise VirtError(f"Cannot access storage file '{guest.disk_path}': No such file or directory")
        promised = sum(other.balloon_mib + other.system.monitor_mib for other in self.guests_on(machine.name) if other.is_on)
        if promised + guest.balloon_mib > (machine.memory_mib - machine.hypervisor.memory_mib) * 2:
            raise VirtError("internal error: process exited while connecting to monitor: qemu-system-x86_64: cannot set up guest memory 'pc.ram': Cannot allocate memory")
        self.runs += 1
        now = self.clock.now_ms
        guest.generation, guest.number, guest.state, guest.reason = self.runs, machine.next_id, "running", "booted"
        machine.next_id += 1
        guest.stage, guest.started_ms, guest.ready_ms, guest.leak_mib, guest.is_leaking, guest.unit_state = "firmware", now, 0, 0, False, ""
        guest.stage_ms = {"requested": now if requested_ms is None else requested_ms, "firmware": now}
        guest.cause = self.note(f"Guest//{name}", "hypervisor", "guest.started", guest=name, machine=machine.name)
        guest.console = []
        if guest.system.firmware_ms:
            self._say(guest, "SeaBIOS (version 1.16.3-debian-1.16.3-2)", "Booting from Hard Disk...", "GRUB loading.")
        self._plan(guest, guest.system.firmware_ms, "stage", "kernel")
        self.look_at_memory()

    def _plan(self, guest: Guest, takes_ms: int, name: str, *arguments: Any) -> None:
        """Plan the end of a stage: longer, the less CPU the guest gets now; a little different for each run."""
        load = self.load()
        wanted, given = load.wanted.get(guest.name, 0), load.given.get(guest.name, 0)
        slowed = takes_ms * wanted // given if given and wanted > given else takes_ms
        self.later(slowed * self.dice.between(95, 105, "stage", guest.uuid, guest.generation, name, *map(str, arguments)) // 100, name, guest.name, guest.generation, *arguments)

    def _run_of(self, name: str, generation: int) -> Guest | None:
        guest = self.guests.get(name)
        return guest if guest is not None and guest.generation == generation and guest.is_on else None

    def _do_stage(self, name: str, generation: int, stage: str) -> None:
        guest = self._run_of(name, generation)
        if guest is None or guest.state == "crashed":
            return
        if guest.state == "paused":
            self.later(1_000, "stage", name, generation, stage)
            return
        guest.stage, system = stage, guest.system
        guest.stage_ms[stage] = self.clock.now_ms
        ref = f"Guest//{name}"
        if stage == "kernel":
            guest.cause = self.note(ref, name, "guest.kernel", guest=name)
            self._say(guest, f"[    0.000000] Linux version {system.kernel} (gcc 14.2.0) #1 SMP PREEMPT_DYNAMIC", f"[    0.000000] Memory: {guest.balloon_mib * 1024}K/{guest.memory_mib * 1024}K available", "[    0.004211] Hypervisor detected: KVM")
            self._plan(guest, system.kernel_ms, "stage", "services")
        elif stage == "services":
            guest.cause = self.note(ref, name, "guest.services", guest=name)
            if system.services_ms:
                self._say(guest, "systemd[1]: Detected virtualization kvm.", "[  OK  ] Started systemd-journald.service - Journal Service.", "[  OK  ] Reached target network.target - Network.", "[  OK  ] Started ssh.service - OpenBSD Secure Shell server.")
            self._plan(guest, system.services_ms, "stage", "install" if guest.needs_install and guest.unit_name else "ready")
        elif stage == "install":
            guest.cause = self.note(ref, name, "guest.install", guest=name, unit=guest.unit_name)
            self._say(guest, f"cloud-init[612]: Get:1 http://deb.debian.org/debian trixie/main amd64 {guest.unit_name} amd64", f"cloud-init[612]: Setting up {guest.unit_name} ...")
            self._plan(guest, INSTALL_MS, "stage", "ready")
        else:
            self._ready(guest)

    def _ready(self, guest: Guest) -> None:
        guest.stage, guest.needs_install = "ready", False
        guest.cause = self.note(f"Guest//{guest.name}", guest.name, "guest.ready", guest=guest.name, seconds=seconds(self.clock.now_ms - guest.started_ms))
        self._say(guest, "", f"{guest.system.title} {guest.name} ttyS0", "", f"{guest.name} login: ")
        if guest.unit is not None:
            self.start_unit(guest.name)

    def start_unit(self, name: str) -> None:
        """Start the service in a guest that is up."""
        self.settle()
        guest = self.guests[name]
        unit = guest.unit
        if unit is None or guest.unit_state in ("active", "activating"):
            return
        guest.unit_since_ms = self.clock.now_ms
        if guest.is_upgraded:
            guest.unit_state = "failed"
            self.note(f"Guest//{name}", name, "guest.unit-down", guest=name, unit=unit.name, why="libssl.so.3: version `OPENSSL_3.0.9' not found")
            return
        guest.unit_state = "activating"
        self._plan(guest, unit.start_ms if guest.system.services_ms else MICRO_START_MS, "unit_up", guest.unit_since_ms)

    def _do_unit_up(self, name: str, generation: int, since_ms: int) -> None:
        guest = self._run_of(name, generation)
        if guest is None or guest.unit_state != "activating" or guest.unit_since_ms != since_ms:
            return
        if guest.state == "paused":
            self.later(1_000, "unit_up", name, generation, since_ms)
            return
        guest.unit_state, guest.unit_since_ms = "active", self.clock.now_ms
        if not guest.ready_ms:
            guest.ready_ms = self.clock.now_ms
            self.scale_out_ms = guest.ready_ms - guest.stage_ms["requested"]
        guest.cause = self.note(f"Guest//{name}", name, "guest.unit-up", guest=name, unit=guest.unit_name, seconds=seconds(self.clock.now_ms - guest.stage_ms["requested"]))
        self._look_inside(guest)

    def stop_unit(self, name: str, *, state: str = "inactive", why: str = "it was stopped") -> None:
        """Stop the service in a guest."""
        self.settle()
        guest = self.guests[name]
        if guest.unit is None or guest.unit_state not in ("active", "activating"):
            return
        guest.unit_state, guest.unit_since_ms, guest.leak_mib, guest.is_leaking = state, self.clock.now_ms, 0, False
        guest.cause = self.note(f"Guest//{name}", name, "guest.unit-down", guest=name, unit=guest.unit_name, why=why)
        self.look_at_memory()

    def shutdown(self, name: str, *, reboot: bool = False) -> None:
        """Ask a guest by ACPI to go off; a panicked one does not hear. Raises VirtError."""
        self.settle()
        guest = self.guests[name]
        if guest.state == "crashed":
            return
        guest.stage = "stopping"
        guest.unit_state = ""
        guest.cause = self.note(f"Guest//{name}", "hypervisor", "guest.stopping", guest=name)
        self._say(guest, "[  OK  ] Stopped target multi-user.target - Multi-User System.", "[  OK  ] Reached target poweroff.target - System Power Off.")
        self.runs += 1
        guest.generation = self.runs
        self.later(STOPPING_MS if guest.system.services_ms else 50, "stopped", name, guest.generation, reboot)

    def _do_stopped(self, name: str, generation: int, reboot: bool) -> None:
        guest = self._run_of(name, generation)
        if guest is None:
            return
        machine = guest.machine
        self._end_run(guest, "shut off", "shutdown", "it shut down in good order")
        if reboot and name in self.guests and self.machines[machine].power == "on":
            self.start(name)

    def destroy(self, name: str) -> None:
        """Pull a guest's plug."""
        self.settle()
        self._end_run(self.guests[name], "shut off", "destroyed", "its plug was pulled")
        self.look_at_memory()

    def _end_run(self, guest: Guest, state: str, reason: str, why: str) -> None:
        self.runs += 1
        guest.state, guest.reason, guest.stage, guest.number, guest.generation = state, reason, "", 0, self.runs
        guest.unit_state, guest.leak_mib, guest.is_leaking, guest.migration = "", 0, False, None
        guest.cause = self.note(f"Guest//{guest.name}", "hypervisor", "guest.off", guest=guest.name, why=why)
        if not guest.is_persistent:
            del self.guests[guest.name]

    def suspend(self, name: str) -> None:
        """Stop a guest's CPUs."""
        self.settle()
        guest = self.guests[name]
        guest.state, guest.reason = "paused", "user"
        guest.cause = self.note(f"Guest//{name}", "hypervisor", "guest.paused", guest=name)

    def resume(self, name: str) -> None:
        """Let a paused guest go on."""
        self.settle()
        guest = self.guests[name]
        guest.state, guest.reason = "running", "unpaused"
        guest.cause = self.note(f"Guest//{name}", "hypervisor", "guest.resumed", guest=name)

    def panic(self, name: str) -> None:
        """Let a guest's kernel panic: it stands still and keeps its memory until somebody resets it."""
        self.settle()
        guest = self.guests[name]
        others = sum(other.is_on for other in self.guests_on(guest.machine)) - 1
        guest.state, guest.reason, guest.unit_state, guest.is_leaking = "crashed", "panicked", "", False
        self.blast_radius = 1
        guest.cause = self.note(f"Guest//{name}", name, "guest.panicked", guest=name, others=others, machine=guest.machine)
        uptime = f"{(self.clock.now_ms - guest.started_ms) / 1000:12.6f}"
        self._say(guest, f"[{uptime}] Kernel panic - not syncing: sysrq triggered crash", f"[{uptime}] CPU: 0 PID: 1 Comm: systemd Not tainted {guest.system.kernel}", f"[{uptime}] ---[ end Kernel panic - not syncing: sysrq triggered crash ]---")

    # Guests: memory

    def leak(self, name: str) -> None:
        """Let the service in a guest leak memory from now on."""
        self.settle()
        guest = self.guests[name]
        guest.is_leaking = True
        self.later(LEAK_EVERY_MS, "leak", name, guest.generation)

    def _do_leak(self, name: str, generation: int) -> None:
        guest = self._run_of(name, generation)
        if guest is None or not guest.is_leaking:
            return
        if guest.unit_state == "active" and guest.state == "running":
            guest.leak_mib += LEAK_MIB
            guest.cause = self.note(f"Guest//{name}", name, "guest.leaked", guest=name, unit=guest.unit_name, leaked=guest.leak_mib)
            self._look_inside(guest)
        if guest.is_leaking:
            self.later(LEAK_EVERY_MS, "leak", name, generation)

    def _look_inside(self, guest: Guest) -> None:
        """Let the guest's own kernel kill what does not fit."""
        if guest.used_mib <= guest.balloon_mib or guest.unit_state != "active":
            return
        used = guest.used_mib
        guest.unit_state, guest.unit_since_ms, guest.leak_mib, guest.is_leaking = "failed", self.clock.now_ms, 0, False
        self.blast_radius = 1
        guest.cause = self.note(f"Guest//{guest.name}", guest.name, "guest.oom", guest=guest.name, unit=guest.unit_name, used=used, room=guest.balloon_mib)
        self._say(guest, f"[{(self.clock.now_ms - guest.started_ms) / 1000:12.6f}] Out of memory: Killed process 704 ({guest.unit_name}) total-vm:{used * 1024}kB, anon-rss:{(used - guest.system.memory_mib) * 1024}kB")

    def balloon(self, name: str, memory_mib: int, *, maximum: bool = False) -> None:
        """Leave a guest this much memory, or change how much it may ever have."""
        self.settle()
        guest = self.guests[name]
        if maximum:
            guest.memory_mib, guest.balloon_mib = memory_mib, min(guest.balloon_mib, memory_mib)
        else:
            guest.balloon_mib = memory_mib
        guest.cause = self.note(f"Guest//{name}", "hypervisor", "guest.ballooned", guest=name, memory=guest.balloon_mib)
        self._look_inside(guest)
        self.look_at_memory()

    def set_vcpus(self, name: str, vcpus: int, *, maximum: bool = False) -> None:
        """Give a guest this many virtual CPUs."""
        self.settle()
        guest = self.guests[name]
        if maximum:
            guest.vcpus_max, guest.vcpus = vcpus, min(vcpus, guest.vcpus)
        else:
            guest.vcpus = vcpus
        guest.cause = self.note(f"Guest//{name}", "hypervisor", "guest.vcpus", guest=name, vcpus=guest.vcpus)

    # Guests: snapshots and what is on their disks

    def take_snapshot(self, name: str, snapshot: str, description: str) -> None:
        """Keep a guest's disk, and its memory if it runs. Raises VirtError."""
        self.settle()
        guest = self.guests[name]
        if len(guest.snapshots) >= SNAPSHOTS_MAX:
            raise VirtError(f"learnk8s: at most {SNAPSHOTS_MAX} snapshots of a guest")
        state = {"running": "running", "paused": "paused", "crashed": "running"}.get(guest.state, "shutoff")
        guest.snapshots.append({"name": snapshot, "created_ms": self.clock.now_ms, "state": state, "description": description, "parent": guest.snapshots[-1]["name"] if guest.snapshots else "",
                                "is_upgraded": guest.is_upgraded, "unit_state": "active" if guest.unit_state == "activating" else guest.unit_state, "stage": "ready" if guest.is_on else "",
                                "memory_mib": guest.resident_mib, "balloon_mib": guest.balloon_mib})
        guest.cause = self.note(f"Guest//{name}", "hypervisor", "guest.snapshot", guest=name, snapshot=snapshot)

    def revert(self, name: str, snapshot: str) -> None:
        """Take a guest back to what it was."""
        self.settle()
        guest = self.guests[name]
        kept = next(entry for entry in guest.snapshots if entry["name"] == snapshot)
        machine = self.machines[guest.machine]
        was_on = guest.is_on
        self.runs += 1
        guest.generation = self.runs
        guest.is_upgraded, guest.leak_mib, guest.is_leaking, guest.migration = kept["is_upgraded"], 0, False, None
        if kept["state"] == "shutoff":
            guest.state, guest.reason, guest.stage, guest.unit_state, guest.number = "shut off", "from snapshot", "", "", 0
        else:
            if not was_on:
                guest.number = machine.next_id
                machine.next_id += 1
                guest.started_ms = self.clock.now_ms
            guest.state, guest.reason, guest.stage, guest.unit_state, guest.unit_since_ms, guest.balloon_mib = kept["state"], "from snapshot", "ready", kept["unit_state"], self.clock.now_ms, kept["balloon_mib"]
            guest.stage_ms = guest.stage_ms or {"requested": self.clock.now_ms}
        guest.cause = self.note(f"Guest//{name}", "hypervisor", "guest.reverted", guest=name, snapshot=snapshot)
        self.look_at_memory()

    def delete_snapshot(self, name: str, snapshot: str) -> None:
        """Forget a snapshot."""
        guest = self.guests[name]
        guest.snapshots = [entry for entry in guest.snapshots if entry["name"] != snapshot]
        self.note(f"Guest//{name}", "hypervisor", "guest.snapshot-deleted", guest=name, snapshot=snapshot)

    def upgrade_packages(self, name: str) -> None:
        """Upgrade the packages in a guest: the shop's service does not start again with the new library."""
        self.settle()
        guest = self.guests[name]
        guest.is_upgraded = True
        self.note(f"Guest//{name}", name, "guest.upgraded", guest=name, unit=guest.unit_name or "this guest")
        self.stop_unit(name, state="failed", why="libssl.so.3: version `OPENSSL_3.0.9' not found")

    # Disks

    def pool_used_gib(self) -> int:
        """Return what the volumes of the pool may grow to."""
        return sum(volume["gib"] for volume in self.volumes.values())

    def add_volume(self, path: str, image: str, gib: int) -> None:
        """Put a disk into the pool. Raises VirtError if it is full."""
        if self.pool_used_gib() + gib > POOL_GIB:
            raise VirtError(f"internal error: creation of volume '{path.rpartition('/')[2]}' would exceed the capacity of pool 'default'")
        self.volumes[path] = {"image": image, "gib": gib}

    # Live migration

    def begin_migration(self, name: str, target: str, *, auto_converge: bool = False) -> None:
        """Begin to copy a running guest to another machine. Raises VirtError."""
        self.settle()
        guest = self.guests[name]
        goal = self.machines[target]
        if guest.migration is not None:
            raise VirtError(f"Requested operation is not valid: another migration job is already running for domain '{name}'")
        if self.memory_used_mib(goal) + guest.balloon_mib + guest.system.monitor_mib > goal.memory_mib * 3 // 2:
            raise VirtError("internal error: QEMU unexpectedly closed the monitor: qemu-system-x86_64: cannot set up guest memory 'pc.ram': Cannot allocate memory")
        guest.migration = {"source": guest.machine, "target": target, "left_mib": guest.resident_mib, "total_mib": guest.resident_mib, "sent_mib": 0, "round": 0, "began_ms": self.clock.now_ms,
                           "downtime_max_ms": DOWNTIME_MS, "auto_converge": auto_converge, "outcome": ""}
        guest.cause = self.note(f"Guest//{name}", "hypervisor", "migration.began", guest=name, source=guest.machine, target=target, memory=guest.resident_mib)
        self._plan_round(guest)

    def _plan_round(self, guest: Guest) -> None:
        assert guest.migration is not None, "only a guest that moves has rounds"
        done = next_round(guest.migration["left_mib"], link_mib_per_s=self._link(guest))
        self.later(done.took_ms, "round", guest.name, guest.generation, done.sent_mib, done.took_ms)

    def _link(self, guest: Guest) -> int:
        assert guest.migration is not None, "only a guest that moves uses the link"
        return min(self.machines[guest.machine].link_mib_per_s, self.machines[guest.migration["target"]].link_mib_per_s)

    def _do_round(self, name: str, generation: int, sent_mib: int, took_ms: int) -> None:
        guest = self._run_of(name, generation)
        if guest is None or guest.migration is None:
            return
        move = guest.migration = {**guest.migration, "round": guest.migration["round"] + 1, "sent_mib": guest.migration["sent_mib"] + sent_mib}
        dirtied = dirtied_mib_per_s(self.load().given.get(name, 0))
        if move["auto_converge"]:
            dirtied //= 1 + move["round"] // 3
        left = left_after(Round(sent_mib, took_ms), dirtied_per_s=dirtied, memory_mib=guest.resident_mib)
        move["left_mib"] = left
        guest.cause = self.note(f"Guest//{name}", "hypervisor", "migration.round", guest=name, round=move["round"], sent=sent_mib, left=left)
        if may_stop(left, link_mib_per_s=self._link(guest), downtime_ms=move["downtime_max_ms"]):
            still_ms = 15 + left * 1_000 // self._link(guest)
            self.later(still_ms, "moved", name, generation, still_ms)
            guest.state, guest.reason = "paused", "migrating"
        elif move["round"] >= ROUNDS_MAX:
            self.give_up_migration(name, "it writes to its memory faster than the network carries it away")
        else:
            self._plan_round(guest)

    def _do_moved(self, name: str, generation: int, still_ms: int) -> None:
        guest = self._run_of(name, generation)
        if guest is None or guest.migration is None:
            return
        target = guest.migration["target"]
        machine = self.machines[target]
        guest.machine, guest.migration, guest.state, guest.reason, guest.number = target, None, "running", "migrated", machine.next_id
        machine.next_id += 1
        self.stood_still_ms = still_ms
        guest.cause = self.note(f"Guest//{name}", "hypervisor", "migration.done", guest=name, target=target, downtime=still_ms)

    def give_up_migration(self, name: str, why: str) -> None:
        """Let a guest stay where it is."""
        self.settle()
        guest = self.guests[name]
        if guest.migration is None:
            return
        guest.migration = None
        if guest.reason == "migrating":
            guest.state, guest.reason = "running", "migration canceled"
        guest.cause = self.note(f"Guest//{name}", "hypervisor", "migration.failed", guest=name, why=why)

    # Traffic

    def set_rate(self, unit: str, per_second: int) -> None:
        """Send so many requests a second to a service of the shop. Raises KeyError for one that is not known."""
        self.settle()
        self.traffic.set_rate(UNITS[unit].name, per_second)
        self.note(f"Traffic//{unit}", "traffic", "traffic.set", unit=unit, rate=per_second)

    # Writing down and reading back

    def dump(self) -> dict[str, Any]:
        """Return the whole state as JSON-able data."""
        return {"now_ms": self.clock.now_ms, "seed": self.dice.seed, "dice": self.dice.dump(), "agenda": self.agenda.dump(), "causes": self.causes.dump(), "machines": [asdict(machine) for machine in self.machines.values()],
                "guests": [guest.dump() for guest in self.guests.values()], "volumes": self.volumes, "traffic": self.traffic.dump(), "histories": self.histories, "swapping": self.swapping,
                "counts": [self.settled_ms, self.machine_on_ms, self.runs, self.scale_out_ms, self.blast_radius, self.stood_still_ms], "helpers": {name: helper.dump() for name, helper in sorted(self.helpers.items())}}

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `dump` returned."""
        self.clock.now_ms = state["now_ms"]
        self.agenda, self.dice, self.causes = Agenda.load(state["agenda"]), Dice(state["seed"], state["dice"]), Causes.load(state["causes"])
        self.machines = {entry["name"]: Machine(**entry) for entry in state["machines"]}
        self.guests = {entry["name"]: Guest(**entry) for entry in state["guests"]}
        self.volumes, self.histories, self.swapping = state["volumes"], state["histories"], state["swapping"]
        self.traffic.load(state["traffic"])
        self.settled_ms, self.machine_on_ms, self.runs, self.scale_out_ms, self.blast_radius, self.stood_still_ms = state["counts"]
        for name, helper in self.helpers.items():
            helper.load(state["helpers"][name])


def seconds(milliseconds: int) -> str:
    """Return seconds with one digit.

    >>> seconds(30_250), seconds(125)
    ('30.2', '0.1')
    """
    return f"{milliseconds // 1000}.{milliseconds % 1000 // 100}"
