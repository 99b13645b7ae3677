"""The docker client: from words to a command, to help, or to the client's own complaint."""

from typing import TYPE_CHECKING

from learnk8s.simulation.docker.commands import containers, images, networks, run, system
from learnk8s.simulation.docker.commands.command import Call, Command, Result
from learnk8s.simulation.docker.commands.flags import Usage
from learnk8s.simulation.docker.compose import commands as compose
from learnk8s.simulation.docker.errors import DockerError
from learnk8s.simulation.docker.hub import CATALOGUE
from learnk8s.simulation.kernel.limits import LimitExceeded
from learnk8s.simulation.kernel.shell.files import Files
from learnk8s.simulation.kernel.shell.program import Outcome

if TYPE_CHECKING:
    from learnk8s.simulation.docker.engine import Engine
    from learnk8s.simulation.docker.terminal import Terminal

COMMANDS: tuple[Command, ...] = (*run.COMMANDS, *containers.COMMANDS, *images.COMMANDS, *networks.COMMANDS, *system.COMMANDS, *compose.COMMANDS)
BY_PATH: dict[str, Command] = {path: command for command in COMMANDS for path in (command.path, *command.also)}
GROUPS = {"builder": "Manage builds", "buildx": "Docker Buildx", "compose": "Docker Compose", "container": "Manage containers", "context": "Manage contexts", "image": "Manage images", "manifest": "Manage Docker image manifests and manifest lists", "network": "Manage networks", "plugin": "Manage plugins", "system": "Manage Docker",
          "trust": "Manage trust on Docker images", "volume": "Manage volumes", **system.SWARM_GROUPS}
PLUGINS = ("buildx", "compose")
"""Programs beside the client: `docker --help` marks them with a star."""
LEFT_OUT = {
    "": "import checkpoint completion", "buildx": "bake create dap dial-stdio du history imagetools inspect install ls rm stop uninstall use version", "builder": "", "container": "", "image": "import", "compose": "attach bridge commit convert cp create events export pause port publish push stats top unpause volumes wait watch alpha",
    "context": "create export import inspect rm show update use", "manifest": "annotate create inspect push rm", "plugin": "create disable enable inspect install ls push rm set upgrade", "system": "dial-stdio", "trust": "inspect key revoke sign signer", "network": "", "volume": "update",
    "config": "create inspect rm", "node": "demote inspect promote rm update", "secret": "create inspect rm", "service": "inspect logs rollback", "stack": "config ps rm services", "swarm": "",
}
"""Commands of docker 28 that are not modelled, by their group."""
COMMON = ("run", "exec", "ps", "build", "pull", "push", "images", "login", "logout", "search", "version", "info")


def called(terminal: "Terminal", engine: "Engine", words: list[str], *, stdin: str = "", files: Files | None = None) -> Result:
    """Run one call of docker; `words` are what stands after it."""
    words = list(words)
    if words[:1] in (["--version"], ["-v"]):
        return Outcome(f"Docker version {system.VERSION}, build ecc6942\n")
    if not words or words[0] in ("--help", "help", "-h") and len(words) == 1:
        return Outcome(overview())
    if words[0] == "help":
        words = [*words[1:], "--help"]
    path, rest, front = _path(words)
    command = BY_PATH.get(path)
    if command is None:
        return _unknown(words, path)
    try:
        call = _call(terminal, engine, command, rest, front, stdin=stdin, files=files)
        if call.values.get("help"):
            return Outcome(command.help())
        if engine.power != "on":
            raise DockerError("Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?", from_client=True)
        result = command.run(call)
        engine.site.changed(engine)
        return result
    except Usage as usage:
        return Outcome("", f"{usage}\n", usage.status)
    except DockerError as error:
        engine.site.changed(engine)
        prefix = f"docker: {error.told}\n\nRun 'docker {path} --help' for more information\n" if path in ("run", "container run") else f"{error.told}\n"
        return Outcome("", prefix, error.status)
    except (LimitExceeded, OSError) as error:
        return Outcome("", f"learnk8s: {error}\n", 1)


def _path(words: list[str]) -> tuple[str, list[str], list[str]]:
    """Return a command's path, the words after it and the flags between `compose` and its command."""
    if words[0] not in GROUPS:
        return words[0], words[1:], []
    front: list[str] = []
    rest = words[1:]
    while words[0] == "compose" and rest and rest[0].startswith("-") and rest[0] not in ("--help", "--version", "-v"):
        taken = 1 if "=" in rest[0] else 2
        front, rest = [*front, *rest[:taken]], rest[taken:]
    if words[0] == "compose" and rest[:1] in (["--version"], ["-v"]):
        return "compose version", [], front
    return f"{words[0]} {rest[0]}" if rest else words[0], rest[1:], front


def _call(terminal: "Terminal", engine: "Engine", command: Command, words: list[str], front: list[str], *, stdin: str = "", files: Files | None = None) -> Call:
    known = Command(command.path, command.usage, command.short, command.run, (*command.flags, *compose.SHARED) if command.path.startswith("compose") and command.path != "compose logs" else command.flags, command.least, command.most, command.interspersed)
    values, rest = known.read(words)
    if front:
        shared = Command(command.path, command.usage, command.short, command.run, compose.SHARED).read(front)[0]
        values = {**values, **shared}
    return Call(terminal, engine, files or terminal.files_of(engine), values, rest, [command.path.rpartition(" ")[2], *words], stdin)


def call_of(terminal: "Terminal", engine: "Engine", command: Command, words: list[str], *, files: Files | None = None) -> Call:
    """Return a call of a command as if it had been typed. Raises Usage."""
    return _call(terminal, engine, command, words, [], files=files)


def _unknown(words: list[str], path: str) -> Outcome:
    group, name = (words[0], words[1]) if words[0] in GROUPS and len(words) > 1 else ("", words[0])
    if name in LEFT_OUT[group].split():
        return Outcome("", f"learnk8s: docker {path}: not modelled in this sandbox\n", 1)
    if words[0] in GROUPS:
        group = words[0]
        hidden = {name for command in COMMANDS if command.path.startswith(f"{group} ") for name in command.also if name.startswith(f"{group} ")}
        known = sorted({name.partition(" ")[2] for name in BY_PATH if name.startswith(f"{group} ") and name not in hidden})
        short = {name.partition(" ")[2]: command.short for name, command in BY_PATH.items() if name.startswith(f"{group} ")}
        listed = "".join(f"  {name:<11} {short[name]}\n" for name in known)
        if len(words) > 1 and words[1] not in ("--help", "-h"):
            return Outcome("", f"docker: unknown command: docker {path}\n\nUsage:  docker {group}\n\nRun 'docker {group} --help' for more information\n", 1)
        return Outcome(f"Usage:  docker {group} COMMAND\n\n{GROUPS[group]}\n\nCommands:\n{listed}\nRun 'docker {group} COMMAND --help' for more information on a command.\n")
    if words[0].startswith("-"):
        return Outcome("", f"unknown {'flag: ' + words[0] if words[0].startswith('--') else f'shorthand flag: {words[0][1:2]!r} in {words[0]}'}\n\nUsage:  docker [OPTIONS] COMMAND [ARG...]\n\nRun 'docker --help' for more information\n", 125)
    return Outcome("", f"docker: unknown command: docker {words[0]}\n\nRun 'docker --help' for more information\n", 1)


def overview() -> str:
    """Return what `docker --help` prints."""
    by_name = {command.path: command.short for command in COMMANDS if " " not in command.path} | {"build": "Build an image from a Dockerfile"}
    common = "".join(f"  {name:<11} {by_name[name]}\n" for name in COMMON)
    groups = "".join(f"  {name + '*' * (name in PLUGINS):<11} {text}\n" for name, text in sorted(GROUPS.items()) if name not in system.SWARM_GROUPS)
    swarm = "".join(f"  {name:<11} {text}\n" for name, text in sorted(system.SWARM_GROUPS.items()))
    others = "".join(f"  {name:<11} {text}\n" for name, text in sorted(by_name.items()) if name not in COMMON)
    return f"""Usage:  docker [OPTIONS] COMMAND

A self-sufficient runtime for containers

Common Commands:
{common}
Management Commands:
{groups}
Swarm Commands:
{swarm}
Commands:
{others}
Global Options:
  -c, --context string     Name of the context to use to connect to the daemon
  -D, --debug              Enable debug mode
  -H, --host list          Daemon socket to connect to
  -v, --version            Print version information and quit

Run 'docker COMMAND --help' for more information on a command.

For more help on how to use Docker, head to https://docs.docker.com/go/guides/
"""


def completed(engine: "Engine", words: list[str]) -> list[str]:
    """Return what Tab offers after docker."""
    if len(words) <= 1:
        return sorted({path.split()[0] for path in BY_PATH})
    if words[0] in GROUPS and len(words) == 2:
        return sorted({path.split()[1] for path in BY_PATH if path.startswith(f"{words[0]} ")})
    command = BY_PATH.get(" ".join(words[:2])) or BY_PATH.get(words[0])
    if command is None:
        return []
    if words[-1].startswith("-"):
        return [f"--{flag.name}" for flag in command.flags]
    match command.takes:
        case "container":
            return sorted(container.name for container in engine.containers.values())
        case "running":
            return sorted(container.name for container in engine.containers.values() if container.is_up)
        case "image":
            return engine.shelf.completed()
        case "remote":
            return sorted(name.removeprefix("library/") for name in CATALOGUE)
        case "network":
            return sorted(engine.networks.all)
        case "volume":
            return sorted(engine.volumes)
        case "any":
            return sorted([*(container.name for container in engine.containers.values()), *engine.shelf.completed(), *engine.volumes, *engine.networks.all])
    return []
