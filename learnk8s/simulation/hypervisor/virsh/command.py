"""How virsh reads its words: a command has words in order, flags, and options with a value; refusals are worded as virsh words them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from learnk8s.simulation.hypervisor.datacentre import Datacentre, VirtError
from learnk8s.simulation.hypervisor.jobs import Waiting
from learnk8s.simulation.hypervisor.machines import Guest, Machine
from learnk8s.simulation.kernel.shell.files import Files


@dataclass(slots=True)
class Call:
    """One call of a virsh command: the racks, the machine it is connected to, and its words."""

    racks: Datacentre
    machine: Machine
    files: Files
    values: dict[str, str] = field(default_factory=dict)
    flags: dict[str, None] = field(default_factory=dict)

    def guest(self, option: str = "domain") -> Guest:
        """Return the guest that a word names, by name, id or UUID. Raises VirtError."""
        word = self.values[option]
        for guest in self.racks.guests_on(self.machine.name):
            if word in (guest.name, guest.uuid) or (word.isdigit() and guest.number == int(word)):
                return guest
        raise VirtError(f"failed to get domain '{word}'")


Run = Callable[[Call], "str | Waiting"]


@dataclass(frozen=True, slots=True)
class Command:
    """One command: `words` in order (a leading ? marks one that may be left out), flags, options with values."""

    name: str
    run: Run
    summary: str
    words: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    options: tuple[str, ...] = ()

    def read(self, call: Call, argv: Sequence[str]) -> None:
        """Sort the words of a call. Raises VirtError."""
        names = [word.removeprefix("?") for word in self.words]
        rest, free = list(argv), []
        while rest:
            word = rest.pop(0)
            if not word.startswith("--"):
                free.append(word)
                continue
            name, equals, value = word[2:].partition("=")
            if name in self.flags and not equals:
                call.flags[name] = None
            elif name in self.options or name in names:
                if not equals and not rest:
                    raise VirtError(f"expected syntax: --{name} <string>")
                call.values[name] = value if equals else rest.pop(0)
            else:
                raise VirtError(f"command '{self.name}' doesn't support option --{name}")
        open_names = [name for name in names if name not in call.values]
        for word in free:
            if not open_names:
                raise VirtError(f"unexpected data '{word}'")
            call.values[open_names.pop(0)] = word
        for word in self.words:
            if not word.startswith("?") and word not in call.values:
                shown = f"--{word}" if word in ("size", "count", "downtime") else f"<{word}>"
                raise VirtError(f"command '{self.name}' requires {shown} option")


def columns(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table as virsh sets it: one space before each cell, two after the widest.

    >>> print(columns(["Id", "Name"], [["1", "web"]]), end="")
     Id   Name
    ------------
     1    web
    """
    widths = [max(len(row[index]) for row in [header, *rows]) for index in range(len(header))]
    lines = ["  ".join([f" {cell.ljust(width)}" for cell, width in zip(row[:-1], widths, strict=False)] + [f" {row[-1]}"]) for row in [header, *rows]]
    lines.insert(1, "-" * sum(width + 3 for width in widths))
    return "".join(f"{line}\n" for line in lines)
