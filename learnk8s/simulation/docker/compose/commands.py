"""docker compose up, down, ps, logs and the rest. Models docker/compose (2.40)."""

from typing import TYPE_CHECKING, Any

from learnk8s.simulation.docker.build import Builder, told
from learnk8s.simulation.docker.commands.command import Call, Command, Result
from learnk8s.simulation.docker.commands.containers import ports_of, status_of
from learnk8s.simulation.docker.commands.flags import Usage, flags
from learnk8s.simulation.docker.commands.images import keep, referenced, untagged
from learnk8s.simulation.docker.commands.run import execute, made
from learnk8s.simulation.docker.commands.run import COMMANDS as RUN_COMMANDS
from learnk8s.simulation.docker.commands.system import COMPOSE
from learnk8s.simulation.docker.compose.project import Project, Service, located, network_name, read, run_words
from learnk8s.simulation.docker.container import Container
from learnk8s.simulation.docker.errors import DockerError
from learnk8s.simulation.docker.formatting import columns, lasted, listed
from learnk8s.simulation.docker.jobs import WORK, Step, StepsJob, Told
from learnk8s.simulation.docker.layers import reference
from learnk8s.simulation.docker.registry import travel_ms
from learnk8s.simulation.kernel import yaml
from learnk8s.simulation.kernel.shell.program import Outcome

if TYPE_CHECKING:
    from learnk8s.simulation.docker.engine import Engine
    from learnk8s.simulation.docker.terminal import Terminal

Options = dict[str, Any]
WIDTH = 60


def project_of(terminal: "Terminal", engine: "Engine", options: Options) -> Project:
    """Return the project that the options name. Raises DockerError."""
    files = terminal.files_of(engine)
    folder, files.cwd = files.cwd, options["cwd"]
    try:
        return read(files, file=options["file"], name=options["project"], variables=terminal.variables)
    finally:
        files.cwd = folder


def _options(call: Call, **more: Any) -> Options:
    return {"file": call.text("file"), "project": call.text("project-name"), "cwd": call.files.cwd, **more}


def members(engine: "Engine", project: str, service: str = "") -> list[Container]:
    """Return a project's containers in the order of their numbers."""
    found = [container for container in engine.containers.values() if container.labels.get("com.docker.compose.project") == project and (not service or container.labels.get("com.docker.compose.service") == service) and not container.labels.get("com.docker.compose.oneoff")]
    return sorted(found, key=lambda container: (container.labels["com.docker.compose.service"], int(container.labels.get("com.docker.compose.container-number", "1"))))


def _mark(kind: str, name: str, done: str, ms: int = 0) -> str:
    left = f" ✔ {kind} {name}" if kind else f" ✔ {name}"
    right = f"{ms / 1000:.1f}s"
    return f"{left:<{max(WIDTH - 22, len(left) + 2)}}{done:<10}{right:>8}\n"


# up


def up(call: Call) -> Result:
    """Make what the file describes and what is not there yet."""
    scale = _scales(call.many("scale"))
    options = _options(call, services=call.args, scale=scale, build=call.on("build"), recreate=call.on("force-recreate"), no_deps=call.on("no-deps"), orphans=call.on("remove-orphans"))
    project = project_of(call.terminal, call.engine, options)
    project.ordered(call.args)
    steps: list[Step] = [["do", "compose-images", options], ["do", "compose-begin", options]]
    steps += [["do", "compose-service", options, service.name, 0] for service in _chosen(project, options)]
    steps += [["do", "compose-orphans", options]]
    if not call.on("detach") and not call.on("wait"):
        steps += [["say", call.now_ms, ""], ["do", "compose-follow", project.name, {}, call.args, True]]
    return StepsJob(call.terminal, call.engine.name, steps)


def _scales(entries: list[str]) -> dict[str, int]:
    found = {}
    for entry in entries:
        name, _, count = entry.partition("=")
        if not count.isdigit():
            raise Usage(f"invalid --scale option \"{entry}\". Should be SERVICE=NUM")
        found[name] = min(int(count), 30)
    return found


def _chosen(project: Project, options: Options) -> list[Service]:
    if options.get("no_deps"):
        return [project.services[name] for name in options["services"]]
    return project.ordered(options["services"])


def _images(terminal: "Terminal", engine: "Engine", step: Step) -> Told:
    """Build and pull what is not here."""
    options, project = step[2], project_of(terminal, engine, step[2])
    steps: list[Step] = []
    now_ms = engine.site.now_ms
    pulls: list[str] = []
    for service in _chosen(project, options):
        if "build" in service.body and (options["build"] or engine.shelf.find(service.image) is None):
            steps += _build_steps(terminal, engine, project, service, now_ms, options)
        elif engine.shelf.find(service.image) is None and service.image not in pulls:
            pulls.append(service.image)
            ref = referenced(service.image)
            try:
                image = engine.site.registry.find(ref, local=engine.registries())
            except DockerError as error:
                return Told(f"[+] Running 0/1\n ✘ {service.name} Error {error}\n{error.told}\n", 18)
            wait = 400 + sum(travel_ms(engine.site.store[name]) for name in image.layers if name not in engine.shelf.layers())
            now_ms += wait
            steps += [["say", now_ms, "[+] Running 1/1\n" + _mark("", f"{service.name} Pulled", "", wait)], ["do", "pulled", service.image, True, True]]
    return Told(steps=steps)


def _builder(terminal: "Terminal", engine: "Engine", project: Project, service: Service, *, no_cache: bool = False) -> Builder:
    body = service.body["build"]
    told_body: dict[str, Any] = body if isinstance(body, dict) else {"context": body}
    context = str(told_body.get("context", "."))
    folder = context if context.startswith("/") else f"{project.folder.rstrip('/')}/{context.removeprefix('./').strip('.')}".rstrip("/")
    args = told_body.get("args") or {}
    file = told_body.get("dockerfile")
    return Builder(engine, terminal.files_of(engine), folder or "/", file=f"{folder.rstrip('/')}/{file}" if file else "", build_args={str(key): str(value) for key, value in args.items()} if isinstance(args, dict) else dict(str(entry).partition("=")[::2] for entry in args), target=str(told_body.get("target") or ""), use_cache=not no_cache)


def _build_steps(terminal: "Terminal", engine: "Engine", project: Project, service: Service, now_ms: int, options: Options) -> list[Step]:
    built = _builder(terminal, engine, project, service, no_cache=bool(options.get("no_cache"))).build()
    said = told(built, [referenced(service.image).name], [], "Dockerfile")
    steps: list[Step] = [["say", now_ms + at_ms, text] for at_ms, text in said]
    return [*steps, ["do", "refuse", "", 17]] if built.error else [*steps, ["do", "compose-built", options, service.name]]


def _built(terminal: "Terminal", engine: "Engine", step: Step) -> Told:
    project = project_of(terminal, engine, step[2])
    service = project.services[step[3]]
    built = _builder(terminal, engine, project, service, no_cache=bool(step[2].get("no_cache"))).build()
    if built.image is None or sum(made_layer.size for made_layer in built.layers) > engine.disk_free():
        return Told("failed to solve: no space left on device\n", 17)
    keep(engine, built, [referenced(service.image)])
    return Told(_mark("", f"{service.image} Built", ""))


def _begin(terminal: "Terminal", engine: "Engine", step: Step) -> Told:
    """Make networks and volumes, and say how many things there will be."""
    options, project = step[2], project_of(terminal, engine, step[2])
    chosen = _chosen(project, options)
    lines = []
    for key in sorted({name for service in chosen for name in service.networks}):
        name, outer = network_name(project, key), project.networks.get(key) or {}
        if name not in engine.networks.all:
            if outer.get("external"):
                return Told(f"network {name} declared as external, but could not be found\n", 1)
            engine.networks.create(name, engine.new_id(), engine.site.now_ms, driver=str(outer.get("driver") or "bridge"), labels={"com.docker.compose.project": project.name, "com.docker.compose.network": key})
            lines.append(_mark("Network", name, "Created", 100))
    for key, body in sorted(project.volumes.items()):
        outer = body or {}
        name = str(outer.get("name") or f"{project.name}_{key}") if not outer.get("external") else key
        if name not in engine.volumes:
            if outer.get("external"):
                return Told(f'external volume "{name}" not found\n', 1)
            engine.volume(name, labels={"com.docker.compose.project": project.name, "com.docker.compose.volume": key})
            lines.append(_mark("Volume", f'"{name}"', "Created"))
    total = len(lines) + sum(max(options["scale"].get(service.name, service.scale), len(members(engine, project.name, service.name))) for service in chosen)
    return Told(f"[+] Running {total}/{total}\n" + "".join(lines))


def _service(terminal: "Terminal", engine: "Engine", step: Step) -> Told:
    """Bring one service to what the file says, once what it needs is as it should be."""
    options, project = step[2], project_of(terminal, engine, step[2])
    service = project.services[step[3]]
    for name, condition in service.needs.items():
        for other in members(engine, project.name, name):
            if condition == "service_healthy" and other.health_state != "healthy":
                if other.health_state == "unhealthy" or not other.is_up:
                    return Told(f"dependency failed to start: container {other.name} {'is unhealthy' if other.is_up else f'exited ({other.exit_code})'}\n", 1)
                if not other.health:
                    return Told(f"dependency failed to start: container {other.name} has no healthcheck configured\n", 1)
                return Told(again=True)
            if condition == "service_completed_successfully" and (other.is_up or other.exit_code):
                if not other.is_up:
                    return Told(f'service "{name}" didn\'t complete successfully: exit {other.exit_code}\n', 1)
                return Told(again=True)
    text = ""
    count = options["scale"].get(service.name, service.scale)
    for old in members(engine, project.name, service.name)[count:]:
        engine.remove(old, force=True)
        text += _mark("Container", old.name, "Removed", 300)
    for number in range(1, count + 1):
        text += _replica(terminal, engine, project, service, number, again=bool(options["recreate"]))
    return Told(text)


def _replica(terminal: "Terminal", engine: "Engine", project: Project, service: Service, number: int, *, again: bool) -> str:
    old = next((container for container in members(engine, project.name, service.name) if container.labels.get("com.docker.compose.container-number") == str(number)), None)
    image = engine.shelf.get(service.image)
    done = "Started"
    if old is not None:
        if old.labels.get("com.docker.compose.config-hash") == service.hash and old.image == image.id and not again:
            if old.state == "running":
                return _mark("Container", old.name, "Running")
            old.asked_ms = engine.site.now_ms
            engine.start(old)
            return _mark("Container", old.name, "Started", 300)
        kept = [mount for mount in old.mounts if mount["type"] == "volume" and engine.volumes.get(mount["source"], {}).get("anonymous")]
        engine.remove(old, force=True)
        done = "Started"
    else:
        kept = []
    files = terminal.files_of(engine)
    call = terminal.docker_call(engine, RUN_COMMANDS[0], run_words(project, service, number), files=files)
    container = made(call, image, service.image)
    if not service.body.get("network_mode"):
        container.networks = {network_name(project, key): {"ip": "", "aliases": [service.name, container.name, *aliases], "endpoint": ""} for key, aliases in service.networks.items()}
    container.mounts += [mount for mount in kept if mount["target"] not in {other["target"] for other in container.mounts}]
    container.detached = True
    engine.create(container, list(image.config.volumes))
    container.asked_ms = engine.site.now_ms
    engine.start(container)
    return _mark("Container", container.name, done, 400)


def _orphans(terminal: "Terminal", engine: "Engine", step: Step) -> Told:
    options, project = step[2], project_of(terminal, engine, step[2])
    left = [container for container in members(engine, project.name) if container.labels["com.docker.compose.service"] not in project.services]
    if not left:
        return Told()
    if options["orphans"]:
        for container in left:
            engine.remove(container, force=True)
        return Told("".join(_mark("Container", container.name, "Removed", 200) for container in left))
    names = " ".join(container.name for container in left)
    return Told(f"WARN[0000] Found orphan containers ([{names}]) for this project. If you removed or renamed this service in your compose file, you can run this command with the --remove-orphans flag to clean it up.\n")


def _follow(terminal: "Terminal", engine: "Engine", step: Step) -> Told:
    """Print what the project's containers say, each line with its name."""
    project, shown, services = step[2], step[3], step[4]
    found = [container for container in members(engine, project) if not services or container.labels["com.docker.compose.service"] in services]
    text, width = "", max((len(_short(container)) for container in found), default=0)
    for container in found:
        fresh = min(container.logged - shown.get(container.id, 0), len(container.logs))
        shown[container.id] = container.logged
        text += "".join(f"{_short(container):<{width}}  | {line}\n" for _at, _stream, line in container.logs[len(container.logs) - fresh:]) if fresh > 0 else ""
    return Told(text, again=any(container.is_up or container.state == "restarting" for container in found))


def _short(container: Container) -> str:
    return f"{container.labels['com.docker.compose.service']}-{container.labels.get('com.docker.compose.container-number', '1')}"


# down, stop, start


def down(call: Call) -> Result:
    """Stop and remove what the project has."""
    options = _options(call, volumes=call.on("volumes"), rmi=call.text("rmi"))
    name = _name(call)
    found = members(call.engine, name)
    for container in found:
        call.engine.ask_to_stop(container)
    return StepsJob(call.terminal, call.engine.name, [["do", "compose-gone", container.id] for container in found] + [["do", "compose-down", options, name, len(found)]])


def _name(call: Call) -> str:
    if call.text("project-name"):
        located_or_not = call.text("project-name")
        if members(call.engine, located_or_not):
            return located_or_not
    return project_of(call.terminal, call.engine, _options(call)).name


def _gone(terminal: "Terminal", engine: "Engine", step: Step) -> Told:
    container = engine.containers.get(step[2])
    if container is not None and container.is_up:
        return Told(again=True)
    if container is not None:
        engine.remove(container, force=True)
        return Told(_mark("Container", container.name, "Removed", max(0, engine.site.now_ms - container.finished_ms + 200)))
    return Told()


def _down(terminal: "Terminal", engine: "Engine", step: Step) -> Told:
    options, name = step[2], step[3]
    text = ""
    for network in [network for network in engine.networks.all.values() if network["labels"].get("com.docker.compose.project") == name]:
        user = next((container for container in engine.containers.values() if network["name"] in container.networks and container.is_up), None)
        if user is not None:
            text += f" ! Network {network['name']}  Resource is still in use\n"
            continue
        del engine.networks.all[network["name"]]
        text += _mark("Network", network["name"], "Removed", 100)
    if options["volumes"]:
        for volume in [volume for volume in engine.volumes.values() if volume["labels"].get("com.docker.compose.project") == name]:
            del engine.volumes[volume["name"]]
            text += _mark("Volume", volume["name"], "Removed")
    if options["rmi"]:
        for service in project_of(terminal, engine, options).services.values():
            if engine.shelf.find(service.image) is not None and (options["rmi"] == "all" or "image" not in service.body):
                untagged(engine, service.image, force=True)
                text += _mark("Image", service.image, "Removed", 100)
    return Told(text)


def stop(call: Call) -> Result:
    """Stop services."""
    found = _members(call)
    for container in found:
        call.engine.ask_to_stop(container)
    return StepsJob(call.terminal, call.engine.name, [["say", call.now_ms, f"[+] Stopping {len(found)}/{len(found)}\n"], *[["do", "compose-stopped", container.id, call.argv[0] == "restart"] for container in found]])


def _stopped(terminal: "Terminal", engine: "Engine", step: Step) -> Told:
    container = engine.containers.get(step[2])
    if container is None:
        return Told()
    if container.is_up:
        return Told(again=True)
    if step[3]:
        container.asked_ms = engine.site.now_ms
        engine.start(container)
    return Told(_mark("Container", container.name, "Started" if step[3] else "Stopped", 200))


def start(call: Call) -> Outcome:
    """Start services that are there."""
    found = _members(call)
    if not found:
        return Outcome("", "no container to start\n", 1)
    text = f"[+] Running {len(found)}/{len(found)}\n"
    for container in found:
        container.asked_ms = call.now_ms
        call.engine.start(container)
        text += _mark("Container", container.name, "Started", 200)
    return Outcome(text)


def kill(call: Call) -> Outcome:
    """Kill services."""
    found = [container for container in _members(call) if container.is_up]
    for container in found:
        call.engine.signal(container, call.text("signal", "KILL"))
    return Outcome(f"[+] Killing {len(found)}/{len(found)}\n" + "".join(_mark("Container", container.name, "Killed", 100) for container in found))


def remove(call: Call) -> Outcome:
    """Remove stopped containers of services."""
    found = [container for container in _members(call) if not container.is_up]
    if not found:
        return Outcome("No stopped containers\n")
    for container in found:
        call.engine.remove(container)
    return Outcome(f"[+] Removing {len(found)}/{len(found)}\n" + "".join(_mark("Container", container.name, "Removed") for container in found))


def _members(call: Call) -> list[Container]:
    name = _name(call)
    if call.args:
        project = project_of(call.terminal, call.engine, _options(call))
        for word in call.args:
            if word not in project.services:
                raise DockerError(f"no such service: {word}", from_client=True)
    return [container for container in members(call.engine, name) if not call.args or container.labels["com.docker.compose.service"] in call.args]


# Looking


HEADERS = {"Name": "NAME", "Image": "IMAGE", "Command": "COMMAND", "Service": "SERVICE", "CreatedAt": "CREATED", "Status": "STATUS", "Ports": "PORTS", "State": "STATE", "ID": "ID"}


def ps(call: Call) -> Outcome:
    """List a project's containers."""
    found = [container for container in _members(call) if call.on("all") or container.is_up or container.state == "restarting"]
    if call.on("services"):
        return Outcome("".join(f"{name}\n" for name in sorted({container.labels["com.docker.compose.service"] for container in found})))
    if call.on("quiet"):
        return Outcome("".join(f"{container.id}\n" for container in found))
    rows = []
    for container in found:
        command = " ".join(container.argv)
        rows.append({"Name": container.name, "Image": container.image_name, "Command": f'"{command}"' if len(command) <= 20 else f'"{command[:19]}…"', "Service": container.labels["com.docker.compose.service"], "CreatedAt": f"{lasted(call.now_ms - container.created_ms)} ago", "Status": status_of(container, call.now_ms), "Ports": ports_of(container), "State": container.state, "ID": container.id})
    return Outcome(listed(rows, ["Name", "Image", "Command", "Service", "CreatedAt", "Status", "Ports"], HEADERS, form=call.text("format")))


def logs(call: Call) -> Result:
    """Print the logs of services, each line with its name."""
    found = _members(call)
    width = max((len(_short(container)) for container in found), default=0)
    tail = call.text("tail", "all")
    lines = sorted(((entry[0], number, place, f"{_short(container):<{width}}  | {entry[2]}\n") for number, container in enumerate(found) for place, entry in enumerate(container.logs[-int(tail):] if tail.isdigit() and int(tail) else container.logs)), key=lambda line: line[:3])
    text = "".join(line[3] for line in lines)
    if not call.on("follow"):
        return Outcome(text)
    return StepsJob(call.terminal, call.engine.name, [["say", call.now_ms, text], ["do", "compose-follow", _name(call), {container.id: container.logged for container in found}, call.args, False]])


def scale(call: Call) -> Result:
    """Run more or fewer copies of services."""
    options = _options(call, services=[word.partition("=")[0] for word in call.args], scale=_scales(call.args), build=False, recreate=False, no_deps=True, orphans=False)
    project = project_of(call.terminal, call.engine, options)
    project.ordered(options["services"])
    return StepsJob(call.terminal, call.engine.name, [["do", "compose-images", options], ["do", "compose-begin", options], *[["do", "compose-service", options, name, 0] for name in options["services"]]])


def build(call: Call) -> Result:
    """Build the images of services."""
    options = _options(call, services=call.args, no_cache=call.on("no-cache"))
    project = project_of(call.terminal, call.engine, options)
    steps: list[Step] = []
    now_ms = call.now_ms
    for service in project.ordered(call.args):
        if "build" in service.body and (not call.args or service.name in call.args):
            steps += _build_steps(call.terminal, call.engine, project, service, now_ms, options)
            now_ms = max([now_ms, *(step[1] for step in steps if step[0] == "say")])
    return StepsJob(call.terminal, call.engine.name, steps) if steps else Outcome("", "No services to build\n")


def pull(call: Call) -> Result:
    """Pull the images of services."""
    options = _options(call, services=call.args, build=False)
    project = project_of(call.terminal, call.engine, options)
    steps: list[Step] = []
    now_ms = call.now_ms
    for service in project.ordered(call.args):
        if "build" in service.body:
            continue
        image = call.site.registry.find(referenced(service.image), local=call.engine.registries())
        wait = 400 + sum(travel_ms(call.site.store[name]) for name in image.layers if name not in call.engine.shelf.layers())
        now_ms += wait
        steps += [["say", now_ms, "[+] Pulling 1/1\n" + _mark("", f"{service.name} Pulled", "", wait)], ["do", "pulled", service.image, True, True]]
    return StepsJob(call.terminal, call.engine.name, steps)


def config(call: Call) -> Outcome:
    """Print the file as compose understands it."""
    project = project_of(call.terminal, call.engine, _options(call))
    if call.on("services"):
        return Outcome("".join(f"{name}\n" for name in sorted(project.services)))
    if call.on("quiet"):
        return Outcome()
    shown: dict[str, Any] = {"name": project.name, "services": {name: {**service.body, "networks": dict.fromkeys(service.networks)} for name, service in project.services.items()}, "networks": {key: {"name": network_name(project, key)} for key in sorted({name for service in project.services.values() for name in service.networks})}}
    if project.volumes:
        shown["volumes"] = {key: {"name": f"{project.name}_{key}"} for key in project.volumes}
    return Outcome(yaml.written(shown))


def ls(call: Call) -> Outcome:
    """List projects."""
    names = sorted({container.labels["com.docker.compose.project"] for container in call.engine.containers.values() if "com.docker.compose.project" in container.labels})
    rows = [["NAME", "STATUS", "CONFIG FILES"]]
    for name in names:
        states: dict[str, int] = {}
        for container in members(call.engine, name):
            states[container.state] = states.get(container.state, 0) + 1
        if call.on("all") or "running" in states:
            try:
                path = located(call.files, call.text("file"))
            except DockerError:
                path = ""
            rows.append([name, ", ".join(f"{state}({count})" for state, count in sorted(states.items())), path])
    return Outcome(columns(rows))


def inside(call: Call) -> Result:
    """Run a command in a container of a service."""
    number = int(call.values.get("index", 1))
    found = [container for container in members(call.engine, _name(call), call.args[0]) if container.is_up]
    if not found:
        raise DockerError(f'service "{call.args[0]}" is not running', from_client=True)
    call.args = [found[min(number, len(found)) - 1].id, *call.args[1:]]
    if not call.on("no-tty"):
        call.values = {**call.values, "interactive": True, "tty": True}
    return execute(call)


def run_once(call: Call) -> Result:
    """Run a command in a new container of a service."""
    project = project_of(call.terminal, call.engine, _options(call))
    service = project.services.get(call.args[0])
    if service is None:
        raise DockerError(f"no such service: {call.args[0]}", from_client=True)
    number = call.engine.new_id()[:12]
    once = Service(service.name, {**{key: value for key, value in service.body.items() if key not in ("ports", "container_name", "restart")}, **({"command": call.args[1:]} if len(call.args) > 1 else {})}, service.image, {}, 1, service.networks)
    words = [word for word in run_words(project, once, 1) if word != "--detach"]
    words[words.index("--name") + 1] = f"{project.name}-{service.name}-run-{number}"
    for key in service.networks:
        if network_name(project, key) in call.engine.networks.all:
            words = ["--network", network_name(project, key), *words]
    return call.terminal.docker(call.engine, ["run", "--label", "com.docker.compose.oneoff=True", *(["--rm"] if call.on("rm") else []), *(["--detach"] if call.on("detach") else []), *words])


def images(call: Call) -> Outcome:
    """List the images of a project's containers."""
    rows = [["CONTAINER", "REPOSITORY", "TAG", "IMAGE ID"]]
    for container in _members(call):
        ref = reference(container.image_name)
        rows.append([container.name, ref.familiar, ref.tag, container.image[7:19]])
    return Outcome(columns(rows))


def version(call: Call) -> Outcome:
    """Show compose's version."""
    return Outcome(f"{COMPOSE.removeprefix('v')}\n" if call.on("short") else f"Docker Compose version {COMPOSE}\n")


WORK.update({"compose-images": _images, "compose-begin": _begin, "compose-service": _service, "compose-orphans": _orphans, "compose-follow": _follow, "compose-gone": _gone, "compose-down": _down, "compose-stopped": _stopped, "compose-built": _built})
SHARED = flags("file f string Compose configuration files\nproject-name p string Project name")
TAIL = flags("follow f bool Follow log output\ntail n string Number of lines to show from the end of the logs for each container\ntimestamps t bool Show timestamps\nno-color - bool Produce monochrome output")
PLAIN = flags("all a bool Show all stopped containers\nformat - string Format output using a custom template\nquiet q bool Only display IDs\nservices - bool Display services\nno-trunc - bool Don't truncate output\nfilter - list Filter services by a property")
UP = flags("""
detach d bool Detached mode: Run containers in the background
build - bool Build images before starting containers
force-recreate - bool Recreate containers even if their configuration and image haven't changed
no-deps - bool Don't start linked services
remove-orphans - bool Remove containers for services not defined in the Compose file
scale - list Scale SERVICE to NUM instances. Overrides the `scale` setting in the Compose file if present
wait - bool Wait for services to be running|healthy. Implies detached mode
quiet-pull - bool Pull without printing progress information
""")
COMMANDS = (
    Command("compose up", "[OPTIONS] [SERVICE...]", "Create and start containers", up, UP),
    Command("compose down", "[OPTIONS] [SERVICES]", "Stop and remove containers, networks", down, flags("volumes v bool Remove named volumes declared in the \"volumes\" section of the Compose file and anonymous volumes attached to containers\nrmi - string Remove images used by services (\"local\"|\"all\")\nremove-orphans - bool Remove containers for services not defined in the Compose file\ntimeout t int Specify a shutdown timeout in seconds")),
    Command("compose ps", "[OPTIONS] [SERVICE...]", "List containers", ps, PLAIN),
    Command("compose logs", "[OPTIONS] [SERVICE...]", "View output from containers", logs, TAIL),
    Command("compose scale", "[SERVICE=REPLICAS...]", "Scale services", scale, flags("no-deps - bool Don't start linked services"), 1),
    Command("compose build", "[OPTIONS] [SERVICE...]", "Build or rebuild services", build, flags("no-cache - bool Do not use cache when building the image\npull - bool Always attempt to pull a newer version of the image\nquiet q bool Suppress the build output")),
    Command("compose pull", "[OPTIONS] [SERVICE...]", "Pull service images", pull, flags("quiet q bool Pull without printing progress information")),
    Command("compose start", "[SERVICE...]", "Start services", start), Command("compose stop", "[OPTIONS] [SERVICE...]", "Stop services", stop, flags("timeout t int Specify a shutdown timeout in seconds")),
    Command("compose restart", "[OPTIONS] [SERVICE...]", "Restart service containers", stop, flags("timeout t int Specify a shutdown timeout in seconds\nno-deps - bool Don't restart dependent services")),
    Command("compose kill", "[OPTIONS] [SERVICE...]", "Force stop service containers", kill, flags("signal s string SIGNAL to send to the container")), Command("compose rm", "[OPTIONS] [SERVICE...]", "Removes stopped service containers", remove, flags("force f bool Don't ask to confirm removal\nstop s bool Stop the containers, if required, before removing\nvolumes v bool Remove any anonymous volumes attached to containers")),
    Command("compose exec", "[OPTIONS] SERVICE COMMAND [ARGS...]", "Execute a command in a running container", inside, flags("no-tty T bool Disable pseudo-TTY allocation\nindex - int Index of the container if service has multiple replicas\nenv e list Set environment variables\nuser u string Run the command as this user\nworkdir w string Path to workdir directory for this command\ndetach d bool Detached mode: Run command in the background\ninteractive i bool Keep STDIN open\ntty t bool Allocate a pseudo-TTY"), 2, interspersed=False),
    Command("compose run", "[OPTIONS] SERVICE [COMMAND] [ARGS...]", "Run a one-off command on a service", run_once, flags("rm - bool Automatically remove the container when it exits\ndetach d bool Run container in background and print container ID\nno-deps - bool Don't start linked services\nenv e list Set environment variables"), 1, interspersed=False),
    Command("compose config", "[OPTIONS] [SERVICE...]", "Parse, resolve and render compose file in canonical format", config, flags("services - bool Print the service names, one per line\nquiet q bool Only validate the configuration, don't print anything\nformat - string Format the output")),
    Command("compose ls", "[OPTIONS]", "List running compose projects", ls, flags("all a bool Show all stopped Compose projects"), 0, 0), Command("compose images", "[OPTIONS] [SERVICE...]", "List images used by the created containers", images), Command("compose version", "[OPTIONS]", "Show the Docker Compose version information", version, flags("short - bool Shows only Compose's version number\nformat f string Format the output"), 0, 0),
)
__all__ = ["COMMANDS", "SHARED"]
