"""What a command of docker is, and what it is given."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from learnk8s.simulation.docker.commands.flags import Flag, Usage, options, parsed
from learnk8s.simulation.docker.errors import DockerError
from learnk8s.simulation.kernel.shell.files import Files
from learnk8s.simulation.kernel.shell.program import Job, Outcome

if TYPE_CHECKING:
    from learnk8s.simulation.docker.engine import Engine
    from learnk8s.simulation.docker.site import Site
    from learnk8s.simulation.docker.terminal import Terminal


@dataclass(slots=True)
class Call:
    """One call: the host's engine, the flags and the words that are left."""

    terminal: "Terminal"
    engine: "Engine"
    files: Files
    values: dict[str, Any]
    args: list[str]
    argv: list[str]
    stdin: str = ""

    @property
    def site(self) -> "Site":
        """Return what all hosts share."""
        return self.engine.site

    @property
    def now_ms(self) -> int:
        """Return the virtual time."""
        return self.engine.site.now_ms

    def on(self, name: str) -> bool:
        """Say whether a flag is set."""
        return bool(self.values.get(name))

    def text(self, name: str, default: str = "") -> str:
        """Return a flag's text."""
        return str(self.values.get(name, default))

    def many(self, name: str) -> list[str]:
        """Return the values of a flag that may stand several times."""
        return list(self.values.get(name, ()))


Result = Outcome | Job


@dataclass(frozen=True, slots=True)
class Command:
    """One command: `path` is its words after docker, `least` and `most` how many words it takes besides flags (-1: any number)."""

    path: str
    usage: str
    short: str
    run: Callable[[Call], Result]
    flags: tuple[Flag, ...] = ()
    least: int = 0
    most: int = -1
    interspersed: bool = True
    also: tuple[str, ...] = ()
    takes: str = ""
    subcommands: tuple[str, ...] = field(default=())

    @property
    def line(self) -> str:
        """Return how it is called."""
        return f"docker {self.path}{' ' if self.usage else ''}{self.usage}"

    def help(self) -> str:
        """Return what `--help` prints."""
        names = sorted((self.path, *self.also), key=lambda name: " " not in name)
        aliases = f"\nAliases:\n  {', '.join(f'docker {name}' for name in names)}\n" if self.also else ""
        listed = f"\nOptions:\n{options(self.flags)}" if self.flags else ""
        return f"Usage:  {self.line}\n\n{self.short}\n{aliases}{listed}"

    def read(self, words: list[str]) -> tuple[dict[str, Any], list[str]]:
        """Return flags and words. Raises Usage in the client's words."""
        try:
            values, rest = parsed(words, self.flags, interspersed=self.interspersed)
        except Usage as usage:
            raise Usage(f"{usage}\n\nUsage:  {self.line}\n\nRun 'docker {self.path} --help' for more information", 125 if self.path in ("run", "create", "exec", "container run") else 1) from None
        if values.get("help"):
            return values, rest
        if len(rest) < self.least or 0 <= self.most < len(rest):
            raise Usage(f"docker: 'docker {self.path}' {self._wanted()}\n\nUsage:  {self.line}\n\n{'See' if self.most < 0 else 'Run'} 'docker {self.path} --help' for more information")
        return values, rest

    def _wanted(self) -> str:
        if self.most == 0:
            return "accepts no arguments"
        if self.least == self.most:
            return f"requires {self.least} argument{'s' * (self.least != 1)}"
        if self.most < 0:
            return f"requires at least {self.least} argument{'s' * (self.least != 1)}"
        return f"requires at most {self.most} argument{'s' * (self.most != 1)}" if not self.least else f"requires at least {self.least} and at most {self.most} arguments"


def each(call: Call, work: Callable[[str], str]) -> Outcome:
    """Do something for each word; go on after a failure and end with 1, as docker does."""
    out = wrong = ""
    for word in call.args:
        try:
            out += work(word)
        except DockerError as error:
            wrong += f"{error.told}\n"
    return Outcome(out, wrong, 1 if wrong else 0)
