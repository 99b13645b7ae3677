"""The learner's terminal: a workstation beside the racks, with virsh, virt-install, openstack, ipmitool and ssh.

`ssh NAME` without a command goes into a guest: until `exit`, every line is run there.
"""

from collections.abc import Callable
from typing import Any

from learnk8s.simulation.hypervisor import guest_shell, virt_install
from learnk8s.simulation.hypervisor.datacentre import Datacentre
from learnk8s.simulation.hypervisor.faults import BY_KIND
from learnk8s.simulation.hypervisor.images import UNITS
from learnk8s.simulation.hypervisor.nova import Nova
from learnk8s.simulation.hypervisor.openstack import openstack
from learnk8s.simulation.hypervisor.virsh import virsh
from learnk8s.simulation.hypervisor.virsh.connection import uri_of
from learnk8s.simulation.kernel.faults import BadAction
from learnk8s.simulation.kernel.shell.program import Invocation, Outcome, Program
from learnk8s.simulation.kernel.shell.programs import STANDARD
from learnk8s.simulation.kernel.shell.programs.small import sleep_program
from learnk8s.simulation.kernel.shell.shell import Shell
from learnk8s.simulation.kernel.shell.words import Simple

Act = Callable[[dict[str, Any]], str]
INSIDE = "INSIDE_GUEST"
HELP = """This is a workstation beside the racks. It knows: virsh, virt-install, openstack, ssh, ipmitool, curl, fault, traffic, and
cat cd cp cut date echo env export grep head ls mkdir mv printf pwd rm sed seq sleep sort tail tee test touch tr uniq wc xargs awk
with variables, quotes, pipes, >, >>, <, <<EOF, $( ), &&, ||, ;, for, while and if.
Try: virsh list --all
"""


class Terminal(Shell):
    """A shell that may be inside a guest; where it is stands among its variables."""

    def __init__(self, racks: Datacentre, nova: Nova, act: Act) -> None:
        self._racks = racks
        super().__init__(_programs(racks, nova, self._ssh, act), now_ms=lambda: racks.clock.now_ms, advance=racks.advance, next_due_ms=racks.next_due_ms)

    def to_desk(self) -> None:
        """Be like a second terminal: on no guest."""
        super().to_desk()
        self.variables.pop(INSIDE, None)

    def _ssh(self, call: Invocation) -> Outcome:
        words = call.argv[1:]
        while words and words[0].startswith("-"):
            words = words[2:] if words[0] in ("-o", "-i", "-l", "-p") else words[1:]
        if not words:
            return Outcome("", "usage: ssh [options] destination [command [argument ...]]\n", 255)
        place = guest_shell.reached(self._racks, words[0])
        if isinstance(place, str):
            return Outcome("", place, 255)
        if len(words) > 1:
            return guest_shell.run_text(place, " ".join(words[1:]))
        self.variables[INSIDE] = words[0]
        return Outcome(f"# You are on {words[0].rpartition('@')[2]}; `exit` leaves it.\n")

    def _run(self, argv: list[str], stdin: str, settings: dict[str, str], *, foreground: bool) -> Outcome:
        inside = self.variables.get(INSIDE)
        if not inside or argv[0] in ("grep", "head", "tail", "wc", "sort", "awk", "cut", "sleep"):
            return super()._run(argv, stdin, settings, foreground=foreground)
        if argv[0] in ("exit", "logout"):
            del self.variables[INSIDE]
            return Outcome(f"logout\nConnection to {inside} closed.\n")
        place = guest_shell.reached(self._racks, inside)
        if isinstance(place, str):
            del self.variables[INSIDE]
            return Outcome("", f"client_loop: send disconnect: Broken pipe\n# You are back: {place}", 255)
        outcome = guest_shell.run(place, argv)
        if outcome.status == 255:
            del self.variables[INSIDE]
        return outcome

    def _redirected(self, command: Simple, outcome: Outcome) -> Outcome:
        inside = self.variables.get(INSIDE)
        targets = [entry.target for entry in command.redirections if entry.kind in (">", ">>")]
        place = guest_shell.reached(self._racks, inside) if inside and targets else ""
        if isinstance(place, str):
            return super()._redirected(command, outcome)
        done = guest_shell.run(place, ["echo", outcome.stdout.strip(), ">", targets[0]])
        if done.status == 255:
            del self.variables[INSIDE]
        return done


def new_shell(racks: Datacentre, nova: Nova, act: Act) -> Terminal:
    """Return the terminal in front of the racks."""
    return Terminal(racks, nova, act)


def _programs(racks: Datacentre, nova: Nova, ssh: Callable[[Invocation], Outcome], act: Act) -> dict[str, Program]:
    def names(words: list[str]) -> list[str]:
        return sorted([*racks.guests, *racks.machines])

    own = {
        "virsh": virsh.program(racks), "virt-install": virt_install.program(racks), "openstack": openstack.program(racks, nova), "ssh": Program(ssh, complete=names), "sleep": sleep_program(lambda: racks.clock.now_ms),
        "curl": Program(lambda call: guest_shell.curl(racks, call.argv[1:], None), complete=names), "ping": Program(lambda call: _ping(racks, call)), "ipmitool": Program(lambda call: _ipmi(racks, call)),
        "fault": Program(lambda call: _fault(call, act), complete=lambda words: [*(kind for kind in BY_KIND if kind != "set-traffic"), *names(words)]),
        "traffic": Program(lambda call: _traffic(call, act), complete=lambda words: sorted(UNITS)), "help": Program(lambda call: Outcome(HELP)),
        "exit": Program(lambda call: Outcome("", "learnk8s: this terminal stays open; you are in no guest\n", 0)),
    }
    return {**STANDARD, **own}


def default_uri(racks: Datacentre) -> str:
    """Return the URI that the shell's LIBVIRT_DEFAULT_URI starts with: the first machine."""
    return uri_of(next(iter(racks.machines.values())))


def _ping(racks: Datacentre, call: Invocation) -> Outcome:
    words = [word for word in call.argv[1:] if not word.startswith("-") and not word.isdigit()]
    if not words:
        return Outcome("", "ping: usage error: Destination address required\n", 1)
    guest = racks.guests.get(words[0]) or next((guest for guest in racks.guests.values() if guest.address == words[0]), None)
    machine = racks.machines.get(words[0])
    if guest is None and machine is None:
        return Outcome("", f"ping: {words[0]}: Name or service not known\n", 2)
    address = guest.address if guest else f"10.0.0.{list(racks.machines).index(words[0]) + 2}"
    answers = guest.state == "running" and guest.stage in ("services", "install", "ready") if guest else machine is not None and machine.power == "on"
    head = f"PING {words[0]} ({address}) 56(84) bytes of data.\n"
    if answers:
        return Outcome(f"{head}64 bytes from {address}: icmp_seq=1 ttl=64 time=0.412 ms\n\n--- {words[0]} ping statistics ---\n1 packets transmitted, 1 received, 0% packet loss, time 0ms\n")
    return Outcome(f"{head}\n--- {words[0]} ping statistics ---\n1 packets transmitted, 0 received, 100% packet loss, time 0ms\n", "", 1)


def _ipmi(racks: Datacentre, call: Invocation) -> Outcome:
    words, host = list(call.argv[1:]), ""
    free = []
    while words:
        word = words.pop(0)
        if word in ("-H", "-U", "-P", "-I", "-L") and words:
            value = words.pop(0)
            host = value if word == "-H" else host
        else:
            free.append(word)
    machine = racks.machines.get(host.removesuffix("-bmc").removesuffix("-ipmi"))
    if machine is None:
        return Outcome("", "Error: Unable to establish IPMI v2 / RMCP+ session\n", 1)
    match free:
        case ["chassis" | "power", *rest] if rest[-1:] == ["status"]:
            return Outcome(f"Chassis Power is {'off' if machine.power == 'off' else 'on'}\n")
        case ["chassis" | "power", *rest] if rest[-1:] == ["on"]:
            racks.power_on(machine.name)
            return Outcome("Chassis Power Control: Up/On\n")
        case ["chassis" | "power", *rest] if rest[-1:] == ["off"]:
            racks.power_off(machine.name)
            return Outcome("Chassis Power Control: Down/Off\n")
    return Outcome("", "chassis power Commands: status, on, off\n", 1)


def _fault(call: Invocation, act: Act) -> Outcome:
    fault = BY_KIND.get(call.argv[1]) if len(call.argv) == 3 else None
    if fault is None or fault.kind == "set-traffic":
        usage = "\n".join(f"  {item.usage}" for item in BY_KIND.values() if item.usage.startswith("fault"))
        return Outcome("", f"usage:\n{usage}\n", 2)
    return _done(act, {"kind": fault.kind, "ref": f"{fault.applies_to}//{call.argv[2]}"}, f"{fault.text_en}\n")


def _traffic(call: Invocation, act: Act) -> Outcome:
    words = call.argv[1:]
    if len(words) != 2 or not words[1].isdigit() or len(words[1]) > 6:
        return Outcome("", "usage: traffic SERVICE REQUESTS_PER_SECOND\n", 2)
    return _done(act, {"kind": "set-traffic", "ref": f"Traffic//{words[0]}", "per_second": int(words[1])}, f"{words[0]} now gets {words[1]} requests a second\n")


def _done(act: Act, action: dict[str, Any], text: str) -> Outcome:
    try:
        act(action)
    except BadAction as error:
        return Outcome("", f"learnk8s: {error}\n", 1)
    return Outcome(text)


