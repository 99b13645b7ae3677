"""How the openstack client reads its words, and its refusals (argparse's)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from learnk8s.simulation.hypervisor.datacentre import Datacentre
from learnk8s.simulation.hypervisor.jobs import Waiting
from learnk8s.simulation.hypervisor.nova import Nova
from learnk8s.simulation.kernel.shell.files import Files


class Usage(Exception):
    """The words do not fit the command; the message is argparse's."""


@dataclass(slots=True)
class Call:
    """One call: the service, the words that it was given, and the wanted form of the output."""

    racks: Datacentre
    nova: Nova
    files: Files
    words: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    many: dict[str, list[str]] = field(default_factory=dict)
    form: str = "table"
    columns: list[str] = field(default_factory=list)

    def has(self, flag: str) -> bool:
        """Say whether a flag was given."""
        return flag in self.values

    def stamp(self, at_ms: int | None) -> str:
        """Return a moment as the API writes it."""
        return self.racks.clock.timestamp(at_ms) if at_ms is not None else ""


Run = Callable[[Call], "str | Waiting"]


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its name, the words that it needs, its flags, its options (a leading ! marks one that must be there)."""

    name: str
    run: Run
    summary: str
    words: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    takes_many: bool = False

    def read(self, call: Call, argv: Sequence[str]) -> None:
        """Sort the words. Raises Usage."""
        options = {option.removeprefix("!") for option in self.options} | {"-f", "-c", "--format", "--column"}
        rest = list(argv)
        while rest:
            word = rest.pop(0)
            name, equals, value = word.partition("=")
            if not word.startswith("-"):
                call.words.append(word)
            elif word in self.flags:
                call.values[word] = ""
            elif name in options:
                if not equals and not rest:
                    raise Usage(f"{self.usage()}openstack {self.name}: error: argument {name}: expected one argument\n")
                value = value if equals else rest.pop(0)
                call.values[name] = value
                call.many.setdefault(name, []).append(value)
            else:
                raise Usage(f"{self.usage()}openstack {self.name}: error: unrecognized arguments: {word}\n")
        call.form = call.values.get("-f", call.values.get("--format", "table"))
        call.columns = call.many.get("-c", []) + call.many.get("--column", [])
        missing = [option[1:] for option in self.options if option.startswith("!") and option[1:] not in call.values] + [f"<{word}>" for word in self.words[len(call.words):]]
        if missing:
            raise Usage(f"{self.usage()}openstack {self.name}: error: the following arguments are required: {', '.join(missing)}\n")
        if len(call.words) > len(self.words) and not self.takes_many:
            raise Usage(f"{self.usage()}openstack {self.name}: error: unrecognized arguments: {' '.join(call.words[len(self.words):])}\n")

    def usage(self) -> str:
        """Return the usage line."""
        parts = [*(f"[{flag}]" for flag in self.flags), *(f"{option[1:]} <value>" if option.startswith("!") else f"[{option} <value>]" for option in self.options), *(f"<{word}>" for word in self.words)]
        return f"usage: openstack {self.name} [-h] {' '.join(parts)}".rstrip() + "\n"
