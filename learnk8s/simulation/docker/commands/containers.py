"""docker ps, start, stop, restart, kill, rm, pause, wait, rename, update, attach, logs, cp, diff, top, port, stats, export, container prune."""

import re
from typing import TYPE_CHECKING, Any

from learnk8s.simulation.docker.commands.command import Call, Command, Result, each
from learnk8s.simulation.docker.commands.flags import FORMAT_TABLE, flags
from learnk8s.simulation.docker.container import Container
from learnk8s.simulation.docker.errors import DockerError
from learnk8s.simulation.docker.formatting import binary, kept, lasted, listed, nano, sized
from learnk8s.simulation.docker.jobs import WORK, Step, StepsJob, Told
from learnk8s.simulation.docker.layers import short
from learnk8s.simulation.docker.programs import SHELLS
from learnk8s.simulation.kernel.shell.program import Outcome
from learnk8s.simulation.kernel.shell.screen import REDRAWN

if TYPE_CHECKING:
    from learnk8s.simulation.docker.engine import Engine
    from learnk8s.simulation.docker.terminal import Terminal

HEADERS = {"ID": "CONTAINER ID", "Image": "IMAGE", "Command": "COMMAND", "CreatedAt": "CREATED AT", "RunningFor": "CREATED", "Status": "STATUS", "Ports": "PORTS", "Names": "NAMES", "Size": "SIZE", "State": "STATE", "Labels": "LABELS", "Mounts": "MOUNTS", "Networks": "NETWORKS", "LocalVolumes": "LOCAL VOLUMES"}
STATS_EVERY_MS = 2_000
STATES = ("created", "running", "paused", "restarting", "removing", "exited", "dead")
NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")


def status_of(container: Container, now_ms: int) -> str:
    """Return a container's status in words. Models moby daemon/container State.String (28.5)."""
    match container.state:
        case "created":
            return "Created"
        case "restarting":
            return f"Restarting ({container.exit_code}) {lasted(now_ms - container.finished_ms)} ago"
        case "exited":
            return f"Exited ({container.exit_code}) {lasted(now_ms - container.finished_ms)} ago"
    up = f"Up {lasted(now_ms - container.started_ms)}"
    if container.state == "paused":
        return f"{up} (Paused)"
    health = {"starting": " (health: starting)", "healthy": " (healthy)", "unhealthy": " (unhealthy)"}.get(container.health_state, "")
    return up + health


def ports_of(container: Container) -> str:
    """Return a container's ports as `docker ps` lists them."""
    if not container.is_up:
        return ""
    found = []
    for ip, outer, inner, kind in container.ports:
        found.append(f"{ip}:{outer}->{inner}/{kind}")
        if ip == "0.0.0.0":
            found.append(f"[::]:{outer}->{inner}/{kind}")
    published = {f"{inner}/{kind}" for _ip, _outer, inner, kind in container.ports}
    return ", ".join([*(port for port in dict.fromkeys(container.exposed) if port not in published), *found])


def row_of(engine: "Engine", container: Container, *, whole: bool = False) -> dict[str, str]:
    """Return a container as a row."""
    now_ms = engine.site.now_ms
    command = " ".join(container.argv)
    size = engine.shelf.store.size(engine.shelf.images[container.image]) if container.image in engine.shelf.images else 0
    mounts = [mount["source"] or "tmpfs" for mount in container.mounts]
    image = container.image_name if container.image_name in engine.shelf.names or engine.shelf.find(container.image_name) is not None and engine.shelf.get(container.image_name).id == container.image else short(container.image)
    return {
        "ID": container.id if whole else container.id[:12], "Image": image, "Command": f'"{command}"' if whole or len(command) <= 20 else f'"{command[:19]}…"', "CreatedAt": nano(engine.site.clock, container.created_ms)[:19].replace("T", " ") + " +0000 UTC", "RunningFor": f"{lasted(now_ms - container.created_ms)} ago",
        "Status": status_of(container, now_ms), "Ports": ports_of(container), "Names": container.name, "Size": f"{sized(engine.own_size(container))} (virtual {sized(size + engine.own_size(container))})", "State": container.state, "Labels": ",".join(f"{name}={value}" for name, value in sorted(container.labels.items()) if not name.startswith("learnk8s.")),
        "Mounts": ",".join(mount if whole or len(mount) <= 15 else f"{mount[:14]}…" for mount in mounts), "Networks": ",".join(sorted(container.networks)), "LocalVolumes": str(sum(mount["type"] == "volume" for mount in container.mounts)),
    }


def ps(call: Call) -> Outcome:
    """List containers, the newest first."""
    engine = call.engine
    every = call.on("all") or call.on("latest") or "last" in call.values or any(entry.startswith(("status=", "exited=")) for entry in call.many("filter"))
    found = sorted(engine.containers.values(), key=lambda container: (-container.created_ms, -list(engine.containers).index(container.id)))
    found = [container for container in found if every or container.is_up or container.state == "restarting"]
    count = 1 if call.on("latest") else int(call.values.get("last", -1))
    found = found[:count] if count >= 0 else found
    rows = [row_of(engine, container, whole=call.on("no-trunc")) for container in found]
    by_id = {row["ID"]: container for row, container in zip(rows, found, strict=True)}
    rows = kept(rows, call.many("filter"), _filters(engine, by_id))  # type: ignore[assignment]  # rows are read only
    if call.on("quiet"):
        return Outcome("".join(f"{row['ID']}\n" for row in rows))
    shown = ["ID", "Image", "Command", "RunningFor", "Status", "Ports", "Names", *(["Size"] if call.on("size") else [])]
    return Outcome(listed(rows, shown, HEADERS, form=call.text("format"), kind="*formatter.ContainerContext"))


def _filters(engine: "Engine", by_id: dict[str, Container]) -> dict[str, Any]:
    def label(row: Any, value: str) -> bool:
        name, equals, wanted = value.partition("=")
        held = by_id[row["ID"]].labels
        return name in held and (not equals or held[name] == wanted)

    def ancestor(row: Any, value: str) -> bool:
        image = engine.shelf.find(value)
        return image is not None and by_id[row["ID"]].image == image.id

    def status(row: Any, value: str) -> bool:
        if value not in STATES:
            raise DockerError(f"invalid filter 'status={value}'")
        return by_id[row["ID"]].state == value

    return {
        "status": status, "name": lambda row, value: value.strip("^$/") in row["Names"] if not value.startswith("^") else row["Names"] == value.strip("^$/"), "id": lambda row, value: by_id[row["ID"]].id.startswith(value), "label": label, "ancestor": ancestor,
        "exited": lambda row, value: by_id[row["ID"]].state == "exited" and str(by_id[row["ID"]].exit_code) == value, "health": lambda row, value: by_id[row["ID"]].health_state == value, "network": lambda row, value: value in by_id[row["ID"]].networks,
        "volume": lambda row, value: any(mount["source"] == value or mount["target"] == value for mount in by_id[row["ID"]].mounts), "publish": lambda row, value: any(str(entry[1]) == value.partition("/")[0] for entry in by_id[row["ID"]].ports),
    }


# Starting and stopping


def start(call: Call) -> Result:
    """Start containers that are there."""
    if call.on("attach") or call.on("interactive"):
        container = call.engine.find(call.args[0])
        container.asked_ms = call.now_ms
        call.engine.start(container)
        if container.tty and container.stdin and container.argv[0] in SHELLS and len(container.argv) == 1:
            return Outcome(call.terminal.enter(call.engine, container, is_main=True))
        return StepsJob(call.terminal, call.engine.name, [["do", "attach", container.id, container.logged, True]])
    outcome = each(call, lambda word: _started(call.engine, word))
    return Outcome(outcome.stdout, outcome.stderr + (f"failed to start containers: {', '.join(word for word in call.args if word + chr(10) not in outcome.stdout)}\n" if outcome.status else ""), outcome.status)


def _started(engine: "Engine", word: str) -> str:
    container = engine.find(word)
    container.asked_ms = engine.site.now_ms
    container.stopped_by_hand = False
    engine.start(container)
    return f"{word}\n"


def stop(call: Call) -> Result:
    """Ask containers to stop, wait, and say their names."""
    return _stopping(call, again=False)


def restart(call: Call) -> Result:
    """Stop and start containers."""
    return _stopping(call, again=True)


def _stopping(call: Call, *, again: bool) -> Result:
    grace_s = call.values.get("timeout", call.values.get("time", 10))
    wrong = ""
    steps: list[Step] = []
    for word in call.args:
        try:
            container = call.engine.find(word)
        except DockerError as error:
            wrong += f"{error.told}\n"
            continue
        call.engine.ask_to_stop(container, max(0, min(int(grace_s), 600)) * 1000)
        steps.append(["do", "stopped", container.id, word, again])
    if wrong:
        steps.append(["do", "refuse", wrong, 1])
    return StepsJob(call.terminal, call.engine.name, steps)


def _stopped(terminal: "Terminal", engine: "Engine", step: Step) -> Told:
    container = engine.containers.get(step[2])
    if container is not None and container.is_up:
        return Told(again=True)
    if container is not None and step[4]:
        container.asked_ms = engine.site.now_ms
        engine.start(container)
    return Told(f"{step[3]}\n")


def kill(call: Call) -> Outcome:
    """Send a signal, SIGKILL unless told otherwise."""
    def sent(word: str) -> str:
        try:
            container = call.engine.find(word)
        except DockerError as error:
            raise DockerError(f"cannot kill container: {word}: {error}") from None
        call.engine.signal(container, call.text("signal", "KILL"), asked=word)
        return f"{word}\n"

    return each(call, sent)


def rm(call: Call) -> Outcome:
    """Remove containers."""
    def gone(word: str) -> str:
        call.engine.remove(call.engine.find(word), force=call.on("force"), volumes=call.on("volumes"))
        return f"{word}\n"

    outcome = each(call, gone)
    is_forgiven = call.on("force") and all("No such container" in line for line in outcome.stderr.splitlines())
    return Outcome(outcome.stdout, outcome.stderr, 0 if is_forgiven else outcome.status)


def prune(call: Call) -> Outcome:
    """Remove all stopped containers."""
    if not call.on("force"):
        return Outcome("WARNING! This will remove all stopped containers.\nAre you sure you want to continue? [y/N] \n# learnk8s: this terminal does not ask; say -f.\n", "", 1)
    text, freed = pruned(call.engine)
    return Outcome((f"Deleted Containers:\n{text}\n" if text else "") + f"Total reclaimed space: {sized(freed, 4)}\n")


def pruned(engine: "Engine") -> tuple[str, int]:
    """Remove stopped containers; return what was said and how much room it gave."""
    text, freed = "", 0
    for container in list(engine.containers.values()):
        if container.state in ("exited", "created"):
            freed += engine.own_size(container)
            engine.remove(container)
            text += f"{container.id}\n"
    return text, freed


def pause(call: Call) -> Outcome:
    """Freeze containers."""
    return each(call, lambda word: _paused(call.engine, word, pause=True))


def unpause(call: Call) -> Outcome:
    """Let frozen containers go on."""
    return each(call, lambda word: _paused(call.engine, word, pause=False))


def _paused(engine: "Engine", word: str, *, pause: bool) -> str:
    engine.pause(engine.find(word), pause=pause)
    return f"{word}\n"


def wait(call: Call) -> Result:
    """Wait until containers end and print their exit codes."""
    return StepsJob(call.terminal, call.engine.name, [["do", "waited", call.engine.find(word).id] for word in call.args])


def _waited(terminal: "Terminal", engine: "Engine", step: Step) -> Told:
    container = engine.containers.get(step[2])
    return Told(again=True) if container is not None and (container.is_up or container.state == "restarting") else Told(f"{container.exit_code if container else 0}\n")


def rename(call: Call) -> Outcome:
    """Give a container another name."""
    try:
        return _renamed(call)
    except DockerError as error:
        return Outcome("", f"{error.told}\nfailed to rename container named {call.args[0]}\n", 1)


def _renamed(call: Call) -> Outcome:
    container, name = call.engine.find(call.args[0]), call.args[1].removeprefix("/")
    if not NAME.fullmatch(name):
        raise DockerError(f"Invalid container name ({name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed")
    other = next((other for other in call.engine.containers.values() if other.name == name), None)
    if other is not None:
        raise DockerError(f'Conflict. The container name "/{name}" is already in use by container "{other.id}". You have to remove (or rename) that container to be able to reuse that name.')
    container.name = name
    call.engine.container_event(container, "rename")
    call.engine.site.changed(call.engine)
    return Outcome()


def update(call: Call) -> Outcome:
    """Change limits and the restart policy of containers that run."""
    if not call.values:
        raise DockerError("you must provide one or more flags when using this command", from_client=True)

    def changed(word: str) -> str:
        container = call.engine.find(word)
        if "memory" in call.values:
            if 0 < call.values["memory"] < 6 * 1024 * 1024:
                raise DockerError("Minimum memory limit allowed is 6MB")
            if "memory-swap" not in call.values and 0 <= container.swap < call.values["memory"]:
                raise DockerError(f"Cannot update container {container.id}: Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time")
            container.swap = call.values.get("memory-swap", container.swap)
            container.memory = call.values["memory"]
        if "cpus" in call.values:
            container.millicpus = call.values["cpus"]
        if "restart" in call.values:
            policy, _, count = call.text("restart").partition(":")
            if policy not in ("no", "always", "on-failure", "unless-stopped"):
                raise DockerError(f"invalid restart policy: unknown policy '{policy}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'")
            container.restart, container.restart_max = policy, int(count) if count.isdigit() else 0
        call.engine.container_event(container, "update")
        call.engine.site.changed(call.engine)
        return f"{word}\n"

    return each(call, changed)


def attach(call: Call) -> Result:
    """Join a container's output; a shell that waits for input takes it."""
    container = call.engine.find(call.args[0])
    if not container.is_up:
        return Outcome("", f"cannot attach to a {'stopped' if container.state != 'created' else 'stopped'} container, start it first\n", 1)
    if container.tty and container.stdin and container.argv[0] in SHELLS:
        return Outcome(call.terminal.enter(call.engine, container, is_main=True))
    return StepsJob(call.terminal, call.engine.name, [["do", "attach", container.id, container.logged, call.values.get("sig-proxy", True)]])


# Looking


def logs(call: Call) -> Result:
    """Print a container's log."""
    container = call.engine.find(call.args[0])
    lines = container.logs
    tail = call.text("tail", "all")
    if tail.isdigit():
        lines = lines[max(0, len(lines) - int(tail)):] if int(tail) else []
    stamp = call.on("timestamps")
    text = "".join(_line(call.engine, entry, stamp=stamp) for entry in lines)
    if not call.on("follow"):
        return Outcome(text)
    return StepsJob(call.terminal, call.engine.name, [["say", call.now_ms, text], ["do", "follow", container.id, container.logged, stamp]])


def _line(engine: "Engine", entry: list[Any], *, stamp: bool) -> str:
    return f"{nano(engine.site.clock, entry[0]) + ' ' if stamp else ''}{entry[2]}\n"


def _follow(terminal: "Terminal", engine: "Engine", step: Step) -> Told:
    container = engine.containers.get(step[2])
    if container is None:
        return Told()
    fresh = min(container.logged - step[3], len(container.logs))
    step[3] = container.logged
    text = "".join(_line(engine, entry, stamp=step[4]) for entry in container.logs[len(container.logs) - fresh:]) if fresh > 0 else ""
    return Told(text, again=container.is_up or container.state == "restarting")


def copy(call: Call) -> Outcome:
    """Copy files between a container and the host."""
    source, target = call.args
    if (":" in source) == (":" in target):
        return Outcome("", "copying between containers is not supported\n" if ":" in source else "must specify at least one container source\n", 1)
    container = call.engine.find((source if ":" in source else target).partition(":")[0])
    layered = call.engine.layered(container)
    if ":" in source:
        path = source.partition(":")[2].rstrip("/")
        path = path if path.startswith("/") else f"/{path}"
        merged = layered.merged()
        found = {name[len(path):]: text for name, text in merged.items() if (name == path or name.startswith(path + "/")) and not name.endswith("/")}
        if not found:
            raise DockerError(f"Could not find the file {path} in container {container.name}")
        for name, text in found.items():
            base = f"{target.rstrip('/')}/{path.rpartition('/')[2]}" if call.files.is_folder(target) else target
            place = call.files.path(base + name)
            for depth in range(2, place.count("/") + 1):
                call.files.folders["/".join(place.split("/")[:depth])] = None
            call.files.write(place, text)
        return Outcome("", f"Successfully copied {sized(sum(map(len, found.values())) + 1_536)} to {call.files.path(target)}\n")
    path, base = target.partition(":")[2], call.files.path(source)
    files = {name[len(base):]: text for name, text in call.files.texts.items() if name == base or name.startswith(base.rstrip("/") + "/")}
    if not files:
        return Outcome("", f"lstat {base}: no such file or directory\n", 1)
    inner = layered.merged()
    is_folder = path.endswith("/") or any(name.startswith(path.rstrip("/") + "/") for name in inner)
    for name, text in files.items():
        place = f"{path.rstrip('/')}/{base.rpartition('/')[2]}{name}" if is_folder else f"{path}{name}"
        layered.write(place if place.startswith("/") else f"/{place}", text)
    call.site.requests.forget()
    return Outcome("", f"Successfully copied {sized(sum(map(len, files.values())) + 1_536)} to {target}\n")


def diff(call: Call) -> Outcome:
    """Show what a container changed against its image."""
    container = call.engine.find(call.args[0])
    return Outcome("".join(f"{kind} {path}\n" for kind, path in call.engine.layered(container).changes()))


def top(call: Call) -> Outcome:
    """Show a container's processes, as the host sees them."""
    container = call.engine.find(call.args[0])
    if not container.is_up:
        raise DockerError(f"container {container.id} is not running")
    began = f"{call.site.clock.moment(container.started_ms):%H:%M}"
    rows = [["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"], [container.user or "root", str(container.pid), str(container.pid - 21), "0", began, "pts/0" if container.tty else "?", "00:00:00", " ".join(container.argv)]]
    if container.does.title == "nginx":
        rows += [["101", str(container.pid + number), str(container.pid), "0", began, "?", "00:00:00", "nginx: worker process"] for number in range(1, 1 + call.engine.cpus)]
    widths = [20] * 7
    return Outcome("".join("".join(cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=True)) + row[-1] + "\n" for row in rows))


def port(call: Call) -> Outcome:
    """Show where a container's ports are published."""
    container = call.engine.find(call.args[0])
    entries = container.ports if container.is_up else []
    if len(call.args) > 1:
        number, _, kind = call.args[1].partition("/")
        found = [entry for entry in entries if str(entry[2]) == number and entry[3] == (kind or "tcp")]
        if not found:
            return Outcome("", f"no public port '{call.args[1]}' published for {call.args[0]}\n", 1)
        return Outcome("".join(f"{ip}:{outer}\n" + (f"[::]:{outer}\n" if ip == "0.0.0.0" else "") for ip, outer, _inner, _kind in found))
    return Outcome("".join(f"{inner}/{kind} -> {ip}:{outer}\n" + (f"{inner}/{kind} -> [::]:{outer}\n" if ip == "0.0.0.0" else "") for ip, outer, inner, kind in entries))


STATS = {"ID": "CONTAINER ID", "Name": "NAME", "CPUPerc": "CPU %", "MemUsage": "MEM USAGE / LIMIT", "MemPerc": "MEM %", "NetIO": "NET I/O", "BlockIO": "BLOCK I/O", "PIDs": "PIDS", "Container": "CONTAINER"}


def stats_text(engine: "Engine", found: list[Container], form: str = "") -> str:
    """Return the table of `docker stats`."""
    load, now_ms = engine.site.requests.load(), engine.site.now_ms
    rows = []
    for container in found:
        used = container.memory_at(now_ms)
        limit = container.memory or engine.memory_mib * 1024 * 1024
        asked = load.asked.get((engine.name, container.id), 0)
        rows.append({"ID": container.id[:12], "Container": container.id[:12], "Name": container.name, "CPUPerc": f"{load.given.get((engine.name, container.id), 0) / 10:.2f}%" if container.is_up else "0.00%", "MemUsage": f"{binary(used)} / {binary(limit)}" if container.is_up else "0B / 0B", "MemPerc": f"{used * 100 / limit:.2f}%",
                     "NetIO": f"{sized(asked * max(0, now_ms - container.started_ms) // 2_000)} / {sized(asked * max(0, now_ms - container.started_ms) // 800)}", "BlockIO": "0B / 0B", "PIDs": str((1 + engine.cpus if container.does.title == "nginx" else 1) if container.is_up else 0)})
    return listed(rows, ["ID", "Name", "CPUPerc", "MemUsage", "MemPerc", "NetIO", "BlockIO", "PIDs"], STATS, form=form, kind="*container.statsContext")


def _chosen(engine: "Engine", words: list[str], *, every: bool) -> list[Container]:
    return [engine.find(word) for word in words] if words else [container for container in engine.containers.values() if every or container.is_up]


def stats(call: Call) -> Result:
    """Show what containers use, once or again and again."""
    text = stats_text(call.engine, _chosen(call.engine, call.args, every=call.on("all")), call.text("format"))
    if call.on("no-stream"):
        return Outcome(text)
    return StepsJob(call.terminal, call.engine.name, [["say", call.now_ms, f"{REDRAWN}{text}"], ["do", "stats", list(call.args), call.now_ms + STATS_EVERY_MS, call.text("format")]])


def _stats(terminal: "Terminal", engine: "Engine", step: Step) -> Told:
    if engine.site.now_ms < step[3]:
        return Told(again=True, wake_ms=step[3])
    step[3] = engine.site.now_ms + STATS_EVERY_MS
    return Told(f"{REDRAWN}{stats_text(engine, _chosen(engine, step[2], every=False), step[4])}", again=True, wake_ms=step[3])


def export(call: Call) -> Outcome:
    """Write a container's files into one file."""
    container = call.engine.find(call.args[0])
    if not call.text("output"):
        return Outcome("", "cowardly refusing to save to a terminal. Use the -o flag or redirect\n", 1)
    call.files.write(call.text("output"), "".join(f"{path}\n" for path in sorted(call.engine.layered(container).merged())))
    return Outcome()


def document(engine: "Engine", container: Container) -> dict[str, Any]:
    """Return a container as `inspect` shows it."""
    clock = engine.site.clock
    never = "0001-01-01T00:00:00Z"
    networks = {}
    for name, held in container.networks.items():
        network = engine.networks.all.get(name, {"id": "", "second": 0, "subnet": ""})
        networks[name] = {"Aliases": held.get("aliases") or None, "MacAddress": ":".join(["02", "42", *(f"{int(part):02x}" for part in held["ip"].split("."))]) if held.get("ip") else "", "NetworkID": network["id"], "EndpointID": held.get("endpoint", "") if container.is_up else "",
                          "Gateway": f"{engine.networks.prefix(network)}.1" if held.get("ip") else "", "IPAddress": held.get("ip", ""), "IPPrefixLen": 16 if held.get("ip") else 0, "DNSNames": [container.name, *held.get("aliases", ()), container.id[:12]] if name not in ("bridge", "host", "none") else None}
    bindings = {f"{inner}/{kind}": [{"HostIp": "" if ip == "0.0.0.0" else ip, "HostPort": str(outer)}] for ip, outer, inner, kind in container.ports}
    image = engine.shelf.images.get(container.image)
    state: dict[str, Any] = {"Status": container.state, "Running": container.is_up, "Paused": container.state == "paused", "Restarting": container.state == "restarting", "OOMKilled": container.oom_killed, "Dead": False, "Pid": container.pid, "ExitCode": container.exit_code, "Error": container.error,
                             "StartedAt": nano(clock, container.started_ms) if container.started_ms >= 0 else never, "FinishedAt": nano(clock, container.finished_ms) if container.finished_ms >= 0 else never}
    if container.health:
        state["Health"] = {"Status": container.health_state or "starting", "FailingStreak": container.health_failures, "Log": []}
    return {
        "Id": container.id, "Created": nano(clock, container.created_ms), "Path": container.argv[0], "Args": container.argv[1:], "State": state, "Image": container.image, "ResolvConfPath": f"/var/lib/docker/containers/{container.id}/resolv.conf", "LogPath": f"/var/lib/docker/containers/{container.id}/{container.id}-json.log",
        "Name": f"/{container.name}", "RestartCount": container.restart_count, "Driver": "overlay2", "Platform": "linux",
        "HostConfig": {"Binds": [f"{mount['source']}:{mount['target']}" + (":ro" if mount.get("mode") == "ro" else "") for mount in container.mounts if mount["type"] != "tmpfs"] or None, "NetworkMode": next(iter(container.networks), "bridge"), "PortBindings": bindings, "RestartPolicy": {"Name": container.restart, "MaximumRetryCount": container.restart_max},
                       "AutoRemove": container.auto_remove, "Memory": container.memory, "NanoCpus": container.millicpus * 1_000_000, "PidsLimit": container.pids_limit or None, "Privileged": container.privileged, "ReadonlyRootfs": container.read_only},
        "GraphDriver": {"Data": {"LowerDir": ":".join(f"/var/lib/docker/overlay2/{short(name)}/diff" for name in reversed(image.layers)) if image else "", "UpperDir": f"/var/lib/docker/overlay2/{container.id[:12]}/diff"}, "Name": "overlay2"},
        "Mounts": [{"Type": "bind" if mount["type"] == "file" else mount["type"], **({"Name": mount["source"]} if mount["type"] == "volume" else {}), "Source": f"/var/lib/docker/volumes/{mount['source']}/_data" if mount["type"] == "volume" else mount["source"], "Destination": mount["target"], "Mode": "z" if mount["type"] == "volume" else "", "RW": mount.get("mode") != "ro"} for mount in container.mounts],
        "Config": {"Hostname": container.hostname, "User": container.user, "ExposedPorts": {port: {} for port in container.exposed}, "Tty": container.tty, "OpenStdin": container.stdin, "Env": list(container.env), "Cmd": container.argv[len(container.entrypoint):], "Image": container.image_name, "WorkingDir": container.workdir, "Entrypoint": container.entrypoint or None,
                   "Labels": {name: value for name, value in container.labels.items() if not name.startswith("learnk8s.")}, "StopSignal": container.stop_signal},
        "NetworkSettings": {"Ports": {**dict.fromkeys(container.exposed), **{port: [{"HostIp": "0.0.0.0", "HostPort": entry[0]["HostPort"]}, {"HostIp": "::", "HostPort": entry[0]["HostPort"]}] for port, entry in bindings.items()}} if container.is_up else {}, "Gateway": networks.get("bridge", {}).get("Gateway", ""), "IPAddress": networks.get("bridge", {}).get("IPAddress", ""), "Networks": networks},
    }


WORK.update({"stopped": _stopped, "waited": _waited, "follow": _follow, "stats": _stats})
FORCE = flags("filter - filter Provide filter values (e.g. \"until=<timestamp>\")\nforce f bool Do not prompt for confirmation")
COMMANDS = (
    Command("ps", "[OPTIONS]", "List containers", ps, flags(f"""
all a bool Show all containers (default shows just running)
filter f filter Filter output based on conditions provided
format - string {FORMAT_TABLE}
last n int Show n last created containers (includes all states) (default -1)
latest l bool Show the latest created container (includes all states)
no-trunc - bool Don't truncate output
quiet q bool Only display container IDs
size s bool Display total file sizes
"""), 0, 0, also=("container ls", "container list", "container ps")),
    Command("start", "[OPTIONS] CONTAINER [CONTAINER...]", "Start one or more stopped containers", start, flags("attach a bool Attach STDOUT/STDERR and forward signals\ninteractive i bool Attach container's STDIN"), 1, also=("container start",), takes="container"),
    Command("stop", "[OPTIONS] CONTAINER [CONTAINER...]", "Stop one or more running containers", stop, flags("signal s string Signal to send to the container\ntimeout t int Seconds to wait before killing the container\ntime - int"), 1, also=("container stop",), takes="running"),
    Command("restart", "[OPTIONS] CONTAINER [CONTAINER...]", "Restart one or more containers", restart, flags("signal s string Signal to send to the container\ntimeout t int Seconds to wait before killing the container\ntime - int"), 1, also=("container restart",), takes="container"),
    Command("kill", "[OPTIONS] CONTAINER [CONTAINER...]", "Kill one or more running containers", kill, flags("signal s string Signal to send to the container"), 1, also=("container kill",), takes="running"),
    Command("rm", "[OPTIONS] CONTAINER [CONTAINER...]", "Remove one or more containers", rm, flags("force f bool Force the removal of a running container (uses SIGKILL)\nlink l bool Remove the specified link\nvolumes v bool Remove anonymous volumes associated with the container"), 1, also=("container rm", "container remove"), takes="container"),
    Command("container prune", "[OPTIONS]", "Remove all stopped containers", prune, FORCE, 0, 0),
    Command("pause", "CONTAINER [CONTAINER...]", "Pause all processes within one or more containers", pause, (), 1, also=("container pause",), takes="running"),
    Command("unpause", "CONTAINER [CONTAINER...]", "Unpause all processes within one or more containers", unpause, (), 1, also=("container unpause",), takes="running"),
    Command("wait", "CONTAINER [CONTAINER...]", "Block until one or more containers stop, then print their exit codes", wait, (), 1, also=("container wait",), takes="container"),
    Command("rename", "CONTAINER NEW_NAME", "Rename a container", rename, (), 2, 2, also=("container rename",), takes="container"),
    Command("update", "[OPTIONS] CONTAINER [CONTAINER...]", "Update configuration of one or more containers", update, flags("cpus - decimal Number of CPUs\nmemory m bytes Memory limit\nmemory-swap - swap Swap limit equal to memory plus swap: -1 to enable unlimited swap\nrestart - string Restart policy to apply when a container exits"), 1, also=("container update",), takes="container"),
    Command("attach", "[OPTIONS] CONTAINER", "Attach local standard input, output, and error streams to a running container", attach, flags("detach-keys - string Override the key sequence for detaching a container\nno-stdin - bool Do not attach STDIN\nsig-proxy - bool Proxy all received signals to the process (default true)"), 1, 1, also=("container attach",), takes="running"),
    Command("logs", "[OPTIONS] CONTAINER", "Fetch the logs of a container", logs, flags("details - bool Show extra details provided to logs\nfollow f bool Follow log output\nsince - string Show logs since timestamp\ntail n string Number of lines to show from the end of the logs (default \"all\")\ntimestamps t bool Show timestamps\nuntil - string Show logs before a timestamp"), 1, 1, also=("container logs",), takes="container"),
    Command("cp", "[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-", "Copy files/folders between a container and the local filesystem", copy, flags("archive a bool Archive mode (copy all uid/gid information)\nfollow-link L bool Always follow symbol link in SRC_PATH\nquiet q bool Suppress progress output during copy"), 2, 2, also=("container cp",), takes="container"),
    Command("diff", "CONTAINER", "Inspect changes to files or directories on a container's filesystem", diff, (), 1, 1, also=("container diff",), takes="container"),
    Command("top", "CONTAINER [ps OPTIONS]", "Display the running processes of a container", top, (), 1, interspersed=False, also=("container top",), takes="running"),
    Command("port", "CONTAINER [PRIVATE_PORT[/PROTO]]", "List port mappings or a specific mapping for the container", port, (), 1, 2, also=("container port",), takes="running"),
    Command("stats", "[OPTIONS] [CONTAINER...]", "Display a live stream of container(s) resource usage statistics", stats, flags(f"all a bool Show all containers (default shows just running)\nformat - string {FORMAT_TABLE}\nno-stream - bool Disable streaming stats and only pull the first result\nno-trunc - bool Do not truncate output"), 0, also=("container stats",), takes="running"),
    Command("export", "[OPTIONS] CONTAINER", "Export a container's filesystem as a tar archive", export, flags("output o string Write to a file, instead of STDOUT"), 1, 1, also=("container export",), takes="container"),
)
__all__ = ["COMMANDS", "document", "pruned", "row_of", "stats_text", "status_of"]
