"""How the openstack client reads its words, and its refusals (argparse's)."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from learnk8s.simulation.hypervisor.datacentre import Datacentre
from learnk8s.simulation.hypervisor.jobs import Waiting
from learnk8s.simulation.hypervisor.nova import Nova, NovaError
from learnk8s.simulation.kernel.shell.files import Files


FORMS = ("--format", "--column")
NUMBERS = ("--min", "--max", "--ram", "--disk", "--vcpus", "--limit", "--lines", "--cores", "--instances")


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

    def text(self, option: str) -> str:
        """Return an option's value, "" if it was not given."""
        return self.values.get(option, "")

    def stamp(self, at_ms: int | None) -> str:
        """Return a moment as the API writes it."""
        return self.racks.clock.timestamp(at_ms) if at_ms is not None else ""


Run = Callable[[Call], "str | Waiting"]


@dataclass(frozen=True, slots=True)
class Option:
    """One option of the real client: all its spellings, the name of its value ("" if it takes none), the values that it may have."""

    spellings: tuple[str, ...]
    value: str = ""
    choices: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Return how argparse names it in a complaint."""
        return "/".join(self.spellings)


@lru_cache(maxsize=1)
def usages() -> Mapping[str, Mapping[str, Any]]:
    """Return how the real client's commands are called (scripts/make_openstack_usages.py)."""
    return json.loads(Path(__file__).with_name("usages.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]  # foreign JSON


@lru_cache(maxsize=64)
def options_of(name: str) -> Mapping[str, Option]:
    """Return the options of a command by each of their spellings."""
    found: dict[str, Option] = {}
    for line in usages()[name]["options"]:
        parts = [part.partition(" ") for part in line.split(", -")]
        spellings = tuple(parts[0][:1] + tuple(f"-{part[0]}" for part in parts[1:]))
        value = parts[-1][2]
        option = Option(spellings, value, tuple(value.strip("{}").split(",")) if value.startswith("{") else ())
        found.update(dict.fromkeys(spellings, option))
    return found


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
        """Sort the words. Raises Usage, and NovaError for an option that only the real client has."""
        modelled, known = {*self.flags, *(option.removeprefix("!") for option in self.options), *FORMS}, options_of(self.name)
        rest, strange = list(argv), []
        while rest:
            word = rest.pop(0)
            name, equals, value = word.partition("=")
            if not word.startswith("-"):
                call.words.append(word)
                continue
            option = known.get(name) or self._begun(name, known)
            if option is None:
                strange.append(word)
                continue
            if option.value:
                if not equals and (not rest or rest[0].startswith("-")):
                    raise self._wrong(f"argument {option.label}: expected one argument")
                value = value if equals else rest.pop(0)
                if option.choices and value not in option.choices:
                    raise self._wrong(f"argument {option.label}: invalid choice: '{value}' (choose from {', '.join(map(repr, option.choices))})")
                if option.spellings[-1] in NUMBERS and not value.removeprefix("-").isdecimal():
                    raise self._wrong(f"argument {option.label}: invalid int value: '{value}'")
            if not modelled & {*option.spellings}:
                raise NovaError(f"learnk8s: {option.spellings[-1]} of openstack {self.name} is not modelled")
            for spelling in option.spellings:
                call.values[spelling] = value
                call.many.setdefault(spelling, []).append(value)
        call.form, call.columns = call.values.get("--format", "table"), call.many.get("--column", [])
        missing = [f"<{word}>" for word in self.words[len(call.words):]] + [known[option[1:]].label for option in self.options if option.startswith("!") and option[1:] not in call.values]
        if not missing and self.name == "server resize" and "--flavor" not in call.values:
            raise self._wrong("one of the arguments --flavor --confirm --revert is required")
        if missing:
            raise self._wrong(f"the following arguments are required: {', '.join(missing)}")
        if len(call.words) > len(self.words) and not self.takes_many:
            strange.extend(call.words[len(self.words):])
        if strange:
            raise self._wrong(f"unrecognized arguments: {' '.join(strange)}")

    @staticmethod
    def _begun(name: str, known: Mapping[str, Option]) -> Option | None:
        """Return the option that a word is the beginning of, if it is of one only: argparse takes it."""
        found = {option.label: option for spelling, option in known.items() if name.startswith("--") and spelling.startswith(name)}
        return next(iter(found.values())) if len(found) == 1 else None

    def _wrong(self, complaint: str) -> Usage:
        return Usage(f"{self.usage()}openstack {self.name}: error: {complaint}\n")

    def usage(self) -> str:
        """Return the usage lines."""
        return f"{usages()[self.name]['usage']}\n"

    def help(self) -> str:
        """Return what `--help` prints: how it is called and what its options are called."""
        return f"{self.usage()}\n{self.summary}\n\noptions:\n" + "".join(f"  {line}\n" for line in usages()[self.name]["options"])
