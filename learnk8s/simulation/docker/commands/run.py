"""docker run, create and exec."""

import re
from typing import TYPE_CHECKING, Any

from learnk8s.simulation.docker import inside
from learnk8s.simulation.docker.commands.command import Call, Command, Result
from learnk8s.simulation.docker.commands.flags import Flag, flags
from learnk8s.simulation.docker.commands.images import pull_steps
from learnk8s.simulation.docker.container import Container
from learnk8s.simulation.docker.errors import DockerError
from learnk8s.simulation.docker.jobs import WORK, Step, StepsJob, Told
from learnk8s.simulation.docker.layers import Image
from learnk8s.simulation.docker.networks import PREDEFINED
from learnk8s.simulation.docker.programs import SHELLS
from learnk8s.simulation.kernel.shell.program import Outcome

if TYPE_CHECKING:
    from learnk8s.simulation.docker.engine import Engine
    from learnk8s.simulation.docker.terminal import Terminal

CREATE = flags("""
add-host - list Add a custom host-to-IP mapping (host:ip)
attach a list Attach to STDIN, STDOUT or STDERR
cap-add - list Add Linux capabilities
cap-drop - list Drop Linux capabilities
cpu-shares c int CPU shares (relative weight)
cpus - decimal Number of CPUs
cpuset-cpus - string CPUs in which to allow execution (0-3, 0,1)
device - list Add a host device to the container
dns - list Set custom DNS servers
entrypoint - string Overwrite the default ENTRYPOINT of the image
env e list Set environment variables
env-file - list Read in a file of environment variables
expose - list Expose a port or a range of ports
gpus - string GPU devices to add to the container ('all' to pass all GPUs)
health-cmd - string Command to run to check health
health-interval - duration Time between running the check (ms|s|m|h) (default 0s)
health-retries - int Consecutive failures needed to report unhealthy
health-start-period - duration Start period for the container to initialize before starting health-retries countdown (ms|s|m|h) (default 0s)
health-timeout - duration Maximum time to allow one check to run (ms|s|m|h) (default 0s)
hostname h string Container host name
init - bool Run an init inside the container that forwards signals and reaps processes
interactive i bool Keep STDIN open even if not attached
ip - string IPv4 address (e.g., 172.30.100.104)
ipc - string IPC mode to use
label l list Set meta data on a container
link - list Add link to another container
log-driver - string Logging driver for the container
log-opt - list Log driver options
mac-address - string Container MAC address (e.g., 92:d0:c6:0a:29:33)
memory m bytes Memory limit
memory-reservation - bytes Memory soft limit
memory-swap - swap Swap limit equal to memory plus swap: '-1' to enable unlimited swap
mount - list Attach a filesystem mount to the container
name - string Assign a name to the container
network - list Connect a container to a network
network-alias - list Add network-scoped alias for the container
net - list Connect a container to a network
no-healthcheck - bool Disable any container-specified HEALTHCHECK
oom-kill-disable - bool Disable OOM Killer
pid - string PID namespace to use
pids-limit - int Tune container pids limit (set -1 for unlimited)
platform - string Set platform if server is multi-platform capable
privileged - bool Give extended privileges to this container
publish p list Publish a container's port(s) to the host
publish-all P bool Publish all exposed ports to random ports
pull - string Pull image before running ("always", "missing", "never") (default "missing")
quiet q bool Suppress the pull output
read-only - bool Mount the container's root filesystem as read only
restart - string Restart policy to apply when a container exits (default "no")
rm - bool Automatically remove the container and its associated anonymous volumes when it exits
security-opt - list Security Options
shm-size - bytes Size of /dev/shm
stop-signal - string Signal to stop the container
stop-timeout - int Timeout (in seconds) to stop a container
sysctl - list Sysctl options (default map[])
tmpfs - list Mount a tmpfs directory
tty t bool Allocate a pseudo-TTY
ulimit - list Ulimit options (default [])
user u string Username or UID (format: <name|uid>[:<group|gid>])
userns - string User namespace to use
volume v list Bind mount a volume
volumes-from - list Mount volumes from the specified container(s)
workdir w string Working directory inside the container
""")
RUN = (*CREATE, Flag("detach", "d", "bool", "Run container in background and print container ID"), Flag("detach-keys", "", "string", "Override the key sequence for detaching a container"), Flag("sig-proxy", "", "bool", "Proxy received signals to the process (default true)"))
EXEC = flags("""
detach d bool Detached mode: run command in the background
detach-keys - string Override the key sequence for detaching a container
env e list Set environment variables
env-file - list Read in a file of environment variables
interactive i bool Keep STDIN open even if not attached
privileged - bool Give extended privileges to the command
tty t bool Allocate a pseudo-TTY
user u string Username or UID (format: "<name|uid>[:<group|gid>]")
workdir w string Working directory inside the container
""")


def _refused(call: Call, error: DockerError | str, status: int = 125) -> Outcome:
    text = error.told if isinstance(error, DockerError) else error
    said = f"{text}\n" if call.argv[0] == "create" else f"docker: {text}\n\nRun 'docker run --help' for more information\n"
    return Outcome("", said, error.status if isinstance(error, DockerError) and error.status > 1 else status)


def run(call: Call) -> Result:
    """Create a container and start it, after pulling its image if that is not here."""
    return _made(call, start=True)


def create(call: Call) -> Result:
    """Create a container and print its id."""
    return _made(call, start=False)


def _made(call: Call, *, start: bool) -> Result:
    name, policy = call.args[0], call.text("pull", "missing")
    if policy not in ("always", "missing", "never"):
        return _refused(call, f"invalid pull option: '{policy}': must be one of \"always\", \"missing\" or \"never\"")
    try:
        _checked(call)
        image = call.engine.shelf.find(name)
        if image is None or policy == "always" and not call.on("pulled"):
            if policy == "never":
                raise DockerError(f"No such image: {name if ':' in name else name + ':latest'}", 125)
            again = ["do", "run-again", *_without_pull(call, start=start)]
            steps = pull_steps(call.engine, name, quiet=call.on("quiet"), missing=image is None)
            return StepsJob(call.terminal, call.engine.name, [*steps, again])
        container = made(call, image, name)
        asked = call.now_ms
        call.engine.create(container, list(image.config.volumes))
        container.asked_ms = asked
    except DockerError as error:
        return _refused(call, error)
    if not start:
        return Outcome(f"{container.id}\n")
    try:
        call.engine.start(container)
    except DockerError as error:
        if container.auto_remove:
            call.engine.remove(container, force=True)
        return _refused(call, error)
    if container.detached:
        return Outcome(f"{container.id}\n")
    if container.stdin and container.tty and container.argv[0] in SHELLS and len(container.argv) == 1:
        return Outcome(call.terminal.enter(call.engine, container, is_main=True))
    return StepsJob(call.terminal, call.engine.name, [["do", "attach", container.id, 0, True]])


def _checked(call: Call) -> None:
    """Read what the client itself reads before it asks the daemon. Raises DockerError."""
    for text in call.many("publish"):
        published(text)
    for text in call.many("volume"):
        mount(text, call)
    if call.on("rm") and call.text("restart", "no") != "no":
        raise DockerError("conflicting options: cannot specify both --restart and --rm", 125, from_client=True)


def _without_pull(call: Call, *, start: bool) -> list[str]:
    words = [word for word in call.argv[1:] if not word.startswith("--pull=")]
    return [call.argv[0] if call.argv[0] in ("run", "create") else "run" if start else "create", *words]


def _run_again(terminal: "Terminal", engine: "Engine", step: Step) -> Told:
    result = terminal.docker(engine, [str(word) for word in step[2:]])
    if isinstance(result, Outcome):
        return Told(result.stdout + result.stderr, result.status)
    assert isinstance(result, StepsJob)
    return Told(steps=result.steps)


def _attach(terminal: "Terminal", engine: "Engine", step: Step) -> Told:
    """Print what a container says until it ends; its exit code is the command's."""
    container = engine.containers.get(step[2])
    if container is None:
        lines, logged, code = engine.gone.get(step[2], [[], 0, 0])
        fresh = min(logged - step[3], len(lines))
        return Told("".join(f"{line}\n" for _at, _stream, line in lines[len(lines) - fresh:]) if fresh > 0 else "", code)
    fresh = container.logged - step[3]
    text = "".join(f"{line}\n" for _at, _stream, line in container.logs[len(container.logs) - min(fresh, len(container.logs)):]) if fresh > 0 else ""
    step[3] = container.logged
    if container.is_up or container.state == "restarting" or container.state == "created":
        return Told(text, again=True)
    return Told(text, container.exit_code)


# From flags to a container


def made(call: Call, image: Image, name: str) -> Container:
    """Return the container that the flags ask for; it is not kept yet. Raises DockerError."""
    engine, config = call.engine, image.config
    words = call.args[1:]
    entrypoint = list(config.entrypoint)
    command = words or list(config.cmd)
    if "entrypoint" in call.values:
        entrypoint = [call.text("entrypoint")] if call.text("entrypoint") else []
        command = words
    if not entrypoint and not command:
        raise DockerError("no command specified", 125)
    number = engine.new_id()
    plain = call.text("name") or engine.new_name()
    if not re.fullmatch(r"/?[a-zA-Z0-9][a-zA-Z0-9_.-]+", plain):
        raise DockerError(f"Invalid container name ({plain}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed", 125)
    restart, _, count = call.text("restart", "no").partition(":")
    if restart not in ("no", "always", "on-failure", "unless-stopped"):
        raise DockerError(f"invalid restart policy: unknown policy '{restart}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'", 125)
    if call.on("rm") and restart != "no":
        raise DockerError("conflicting options: cannot specify both --restart and --rm", 125, from_client=True)
    memory = int(call.values.get("memory", 0))
    if 0 < memory < 6 * 1024 * 1024:
        raise DockerError("Minimum memory limit allowed is 6MB", 125)
    if call.values.get("cpus", 0) > engine.cpus * 1000:
        raise DockerError(f"range of CPUs is from 0.01 to {engine.cpus}.00, as there are only {engine.cpus} CPUs available", 125)
    networks = _networks(call)
    tty = call.on("tty")
    return Container(
        id=number, name=plain.removeprefix("/"), image=image.id, image_name=name, argv=[*entrypoint, *command], created_ms=call.now_ms, entrypoint=entrypoint, env=_environment(call, config.env), hostname=call.text("hostname") or (engine.name if "host" in networks else number[:12]),
        workdir=call.text("workdir") or config.workdir or "/", user=call.text("user") or config.user, labels={**dict(config.labels), **dict(entry.partition("=")[::2] for entry in call.many("label"))}, ports=_ports(call, config.ports, networks), exposed=[*config.ports, *(word if "/" in word else f"{word}/tcp" for word in call.many("expose"))],
        mounts=_mounts(call), networks=networks, memory=memory, swap=int(call.values.get("memory-swap", 0)) or 2 * memory, millicpus=int(call.values.get("cpus", 0)), pids_limit=max(0, int(call.values.get("pids-limit", 0))), restart=restart, restart_max=int(count) if count.isdigit() else 0, tty=tty, stdin=call.on("interactive"), detached=call.on("detach"),
        auto_remove=call.on("rm"), privileged=call.on("privileged"), read_only=call.on("read-only"), health=_health(call, image), stop_signal=call.text("stop-signal") or config.stop_signal or "SIGTERM",
    )


def _environment(call: Call, base: tuple[str, ...]) -> list[str]:
    found = {entry.partition("=")[0]: entry for entry in base}
    entries: list[str] = []
    for file in call.many("env-file"):
        text = call.files.read(file)
        if text is None:
            raise DockerError(f"open {call.files.path(file)}: no such file or directory", 125, from_client=True)
        entries += [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    for entry in [*entries, *call.many("env")]:
        name, equals, _value = entry.partition("=")
        if not name:
            raise DockerError(f"invalid environment variable: {entry}", 125, from_client=True)
        if equals:
            found[name] = entry
        elif name in call.terminal.variables:
            found[name] = f"{name}={call.terminal.variables[name]}"
    return list(found.values())


def _networks(call: Call) -> dict[str, dict[str, Any]]:
    names = [*call.many("network"), *call.many("net")] or ["bridge"]
    found: dict[str, dict[str, Any]] = {}
    for word in names:
        parts = dict(part.partition("=")[::2] for part in word.split(",")) if "=" in word else {"name": word}
        name = parts.get("name", word)
        if name.startswith("container:"):
            raise DockerError("learnk8s: sharing another container's network is not modelled", 125, from_client=True)
        network = call.engine.networks.get("bridge" if name == "default" else name)
        aliases = [*call.many("network-alias"), *([parts["alias"]] if "alias" in parts else [])]
        if aliases and network["name"] in PREDEFINED:
            raise DockerError("invalid endpoint settings:\nnetwork-scoped alias is supported only for containers in user defined networks", 125)
        held: dict[str, Any] = {"ip": "", "aliases": aliases, "endpoint": ""}
        if call.text("ip"):
            if network["name"] in PREDEFINED:
                raise DockerError("invalid endpoint settings:\nuser specified IP address is supported on user defined networks only", 125)
            held["fixed"] = call.text("ip")
        found[network["name"]] = held
    return found


def _ports(call: Call, exposed: tuple[str, ...], networks: dict[str, Any]) -> list[list[Any]]:
    found: list[list[Any]] = []
    for text in call.many("publish"):
        found += published(text)
    if call.on("publish-all"):
        taken = {entry[1] for container in call.engine.containers.values() for entry in container.ports}
        for port in [*exposed, *call.many("expose")]:
            number = next(candidate for candidate in range(32_768, 61_000) if candidate not in taken)
            taken.add(number)
            found.append(["0.0.0.0", number, int(port.partition("/")[0]), port.partition("/")[2] or "tcp"])
    for entry in found:
        if not entry[1]:
            taken = {other[1] for container in call.engine.containers.values() for other in container.ports} | {other[1] for other in found}
            entry[1] = next(candidate for candidate in range(32_768, 61_000) if candidate not in taken)
    return found if "host" not in networks else []


def published(text: str) -> list[list[Any]]:
    """Return what a word such as `127.0.0.1:8080:80/tcp` publishes. Raises DockerError."""
    plain, _, kind = text.partition("/")
    *front, inner = plain.rsplit(":", 2) if plain.count(":") <= 2 else [plain]
    ip, outer = (front[0], front[1]) if len(front) == 2 else ("", front[0] if front else "")
    if not re.fullmatch(r"\d{1,5}(-\d{1,5})?", inner) or outer and not re.fullmatch(r"\d{1,5}(-\d{1,5})?", outer):
        bad = inner if not re.fullmatch(r"\d{1,5}(-\d{1,5})?", inner) else outer
        raise DockerError(f"invalid {'containerPort' if bad == inner else 'hostPort'}: {bad}", 125, from_client=True)
    if kind not in ("", "tcp", "udp", "sctp"):
        raise DockerError(f"invalid proto: {kind}", 125, from_client=True)
    first, last = int(inner.partition("-")[0]), int(inner.partition("-")[2] or inner.partition("-")[0])
    begin = int(outer.partition("-")[0]) if outer else 0
    if last > 65_535 or begin > 65_535 or first > last or last - first > 50:
        raise DockerError(f"invalid containerPort: {inner}" if last > 65_535 else f"invalid hostPort: {outer}", 125, from_client=True)
    return [[ip or "0.0.0.0", begin + number - first if begin else 0, number, kind or "tcp"] for number in range(first, last + 1)]


def _mounts(call: Call) -> list[dict[str, Any]]:
    found = [mount(text, call) for text in call.many("volume")]
    for text in call.many("mount"):
        parts = {key: value for key, _, value in (part.partition("=") for part in text.split(","))}
        kind, target = parts.get("type", "volume"), parts.get("target") or parts.get("dst") or parts.get("destination") or ""
        if not target:
            raise DockerError(f'invalid argument "{text}" for "--mount" flag: target is required', 125, from_client=True)
        source = parts.get("source") or parts.get("src") or ""
        source = call.files.path(source) if kind == "bind" else source
        found.append({"type": "tmpfs" if kind == "tmpfs" else "file" if kind == "bind" and call.files.texts.get(source) is not None else kind, "source": source, "target": target, "mode": "ro" if "readonly" in parts or "ro" in parts else "rw", "strict": kind == "bind"})
    found += [{"type": "tmpfs", "source": "", "target": target.partition(":")[0], "mode": "rw"} for target in call.many("tmpfs")]
    for name in call.many("volumes-from"):
        found += [dict(entry) for entry in call.engine.find(name.partition(":")[0]).mounts]
    return found


def mount(text: str, call: Call) -> dict[str, Any]:
    """Return the mount that a word such as `data:/var/lib/data:ro` means. Raises DockerError."""
    parts = text.split(":")
    if len(parts) == 1:
        source, target, mode = "", parts[0], "rw"
    else:
        source, target, mode = parts[0], parts[1], parts[2] if len(parts) > 2 else "rw"
    if not target.startswith("/"):
        raise DockerError(f"invalid volume specification: '{text}': invalid mount config for type \"volume\": invalid mount path: '{target}' mount path must be absolute", 125)
    if mode.split(",")[0] not in ("ro", "rw", "z", "Z"):
        raise DockerError(f"invalid mode: {mode}", 125, from_client=True)
    is_path = source.startswith(("/", ".", "~", "$"))
    if is_path:
        place = call.files.path(source)
        return {"type": "file" if call.files.texts.get(place) is not None else "bind", "source": place, "target": target, "mode": "ro" if "ro" in mode.split(",") else "rw"}
    if target == "/":
        raise DockerError(f"invalid volume specification: '{text}': invalid specification: destination can't be '/'", 125)
    return {"type": "volume", "source": source, "target": target.rstrip("/"), "mode": "ro" if "ro" in mode.split(",") else "rw"}


def _health(call: Call, image: Image) -> dict[str, Any]:
    if call.on("no-healthcheck"):
        return {}
    if call.text("health-cmd"):
        return {"test": ["CMD-SHELL", call.text("health-cmd")], "interval_ms": max(1_000, int(call.values.get("health-interval", 30_000))), "timeout_ms": int(call.values.get("health-timeout", 30_000)), "retries": max(1, int(call.values.get("health-retries", 3)))}
    health = dict(image.config.health)
    return {**health, "test": list(health["test"]), "interval_ms": max(1_000, health["interval_ms"])} if health else {}


# exec


def execute(call: Call) -> Result:
    """Run a command in a running container; `-it` with a shell goes inside."""
    container = call.engine.find(call.args[0])
    words = call.args[1:]
    if container.state == "paused":
        raise DockerError(f"Container {call.args[0]} is paused, unpause the container before exec", 1)
    if not container.is_up:
        raise DockerError(f"container {container.id} is not running", 1)
    variables = dict(entry.partition("=")[::2] for entry in call.many("env"))
    if call.on("interactive") and call.on("tty") and words[0] in SHELLS and len(words) == 1:
        if wrong := _absent(call, container, words[0]):
            return wrong
        return Outcome(call.terminal.enter(call.engine, container, is_main=False, cwd=call.text("workdir"), variables=variables))
    if wrong := _absent(call, container, words[0]):
        return wrong
    line = " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)
    if call.stdin and words[0] in SHELLS and len(words) == 1:
        line = call.stdin
    elif call.stdin and words[0] in ("psql", "cat", "tee"):
        line = "printf %s '" + call.stdin.replace("'", "'\\''").replace("%", "%%") + f"' | {line}"
    outcome = inside.run(call.engine, container, line, variables=variables, may_wait=True, cwd=call.text("workdir"))
    return Outcome() if call.on("detach") else outcome


def _absent(call: Call, container: Container, word: str) -> Outcome | None:
    """Say what runc says of a program that the image does not have."""
    probe = Container(container.id, container.name, container.image, container.image_name, [word], 0, env=container.env, workdir=container.workdir, files=container.files, mounts=container.mounts)
    found = call.engine.executable(probe, call.engine.layered(probe))
    if found is None:
        return None
    text = found[0].partition("error during container init: ")[2]
    return Outcome("", f"OCI runtime exec failed: exec failed: unable to start container process: {text}\n", 127)


WORK["run-again"], WORK["attach"] = _run_again, _attach
COMMANDS = (
    Command("run", "[OPTIONS] IMAGE [COMMAND] [ARG...]", "Create and run a new container from an image", run, RUN, 1, interspersed=False, also=("container run",), takes="image"),
    Command("create", "[OPTIONS] IMAGE [COMMAND] [ARG...]", "Create a new container", create, CREATE, 1, interspersed=False, also=("container create",), takes="image"),
    Command("exec", "[OPTIONS] CONTAINER COMMAND [ARG...]", "Execute a command in a running container", execute, EXEC, 2, interspersed=False, also=("container exec",), takes="running"),
)
