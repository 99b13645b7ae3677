"""docker version, info, inspect, events, system df, system prune, builder prune, context, login."""

from typing import TYPE_CHECKING, Any

from learnk8s.simulation.docker.commands import containers, images, networks
from learnk8s.simulation.docker.commands.command import Call, Command, Result
from learnk8s.simulation.docker.commands.flags import FORMAT_ONE, FORMAT_TABLE, flags
from learnk8s.simulation.docker.errors import DockerError
from learnk8s.simulation.docker.formatting import columns, documents, filled, lasted, listed, nano, sized
from learnk8s.simulation.docker.jobs import WORK, Step, StepsJob, Told
from learnk8s.simulation.docker.layers import short
from learnk8s.simulation.kernel.shell.program import Outcome

if TYPE_CHECKING:
    from learnk8s.simulation.docker.engine import Engine
    from learnk8s.simulation.docker.terminal import Terminal

VERSION, API, COMPOSE = "28.5.2", "1.51", "v2.40.3"
KERNEL = "6.12.48+deb13-amd64"


def version(call: Call) -> Outcome:
    """Show the versions of client and server."""
    if call.text("format"):
        return Outcome(filled(call.text("format"), {"Client": {"Version": VERSION, "ApiVersion": API}, "Server": {"Version": VERSION, "ApiVersion": API, "KernelVersion": KERNEL, "Os": "linux", "Arch": "amd64"}}) + "\n")
    return Outcome(f"""Client: Docker Engine - Community
 Version:           {VERSION}
 API version:       {API}
 Go version:        go1.25.3
 OS/Arch:           linux/amd64
 Context:           default

Server: Docker Engine - Community
 Engine:
  Version:          {VERSION}
  API version:      {API} (minimum version 1.24)
  Go version:       go1.25.3
  OS/Arch:          linux/amd64
  Experimental:     false
 containerd:
  Version:          v1.7.29
 runc:
  Version:          1.3.3
 docker-init:
  Version:          0.19.0
""")


def info(call: Call) -> Outcome:
    """Show what the daemon has."""
    engine = call.engine
    states = [container.state for container in engine.containers.values()]
    figures = {"Containers": len(states), "ContainersRunning": states.count("running"), "ContainersPaused": states.count("paused"), "ContainersStopped": sum(state in ("exited", "created") for state in states), "Images": len(engine.shelf.images), "ServerVersion": VERSION, "Driver": "overlay2", "NCPU": engine.cpus,
               "MemTotal": engine.memory_mib * 1024 * 1024, "Name": engine.name, "KernelVersion": KERNEL, "OperatingSystem": "Debian GNU/Linux 13 (trixie)", "CgroupVersion": "2", "DockerRootDir": "/var/lib/docker", "Swarm": {"LocalNodeState": "inactive"}}
    if call.text("format"):
        return Outcome(filled(call.text("format"), figures) + "\n")
    return Outcome(f"""Client: Docker Engine - Community
 Version:    {VERSION}
 Context:    default
 Debug Mode: false
 Plugins:
  buildx: Docker Buildx (Docker Inc.)
    Version:  v0.29.1
  compose: Docker Compose (Docker Inc.)
    Version:  {COMPOSE}

Server:
 Containers: {figures['Containers']}
  Running: {figures['ContainersRunning']}
  Paused: {figures['ContainersPaused']}
  Stopped: {figures['ContainersStopped']}
 Images: {figures['Images']}
 Server Version: {VERSION}
 Storage Driver: overlay2
  Backing Filesystem: extfs
 Logging Driver: json-file
 Cgroup Driver: systemd
 Cgroup Version: 2
 Plugins:
  Volume: local
  Network: bridge host ipvlan macvlan null overlay
  Log: awslogs fluentd gcplogs gelf journald json-file local splunk syslog
 Swarm: inactive
 Runtimes: io.containerd.runc.v2 runc
 Default Runtime: runc
 Security Options:
  apparmor
  seccomp
   Profile: builtin
  cgroupns
 Kernel Version: {KERNEL}
 Operating System: Debian GNU/Linux 13 (trixie)
 OSType: linux
 Architecture: x86_64
 CPUs: {engine.cpus}
 Total Memory: {engine.memory_mib / 1024:.4g}GiB
 Name: {engine.name}
 Docker Root Dir: /var/lib/docker
 Debug Mode: false
 Live Restore Enabled: false
""")


def inspect(call: Call) -> Outcome:
    """Show things of any kind whole."""
    found, wrong = [], ""
    for word in call.args:
        try:
            found.append(_document(call.engine, word, call.text("type")))
        except DockerError as error:
            wrong += f"{'' if error.from_client else 'Error response from daemon: ' if call.text('type') else ''}{error}\n"
    out = documents(found, call.text("format")) if found or not call.text("format") else "\n"
    return Outcome(out, wrong, 1 if wrong else 0)


def _document(engine: "Engine", word: str, kind: str) -> dict[str, Any]:
    if kind in ("", "container"):
        try:
            return containers.document(engine, engine.find(word))
        except DockerError:
            if kind:
                raise
    if kind in ("", "image"):
        image = engine.shelf.find(word)
        if image is not None:
            return images.document(engine, image)
        if kind:
            raise DockerError(f"No such image: {word}")
    if kind in ("", "network"):
        try:
            return networks.network_document(engine, engine.networks.get(word))
        except DockerError:
            if kind:
                raise
    if kind in ("", "volume") and word in engine.volumes:
        return networks.volume_document(engine, word)
    if kind == "volume":
        raise DockerError(f"get {word}: no such volume")
    raise DockerError(f"Error: No such object: {word}", from_client=True)


def _only(kind: str) -> Any:
    def run(call: Call) -> Outcome:
        call.values["type"] = kind
        return inspect(call)

    return run


def _told(engine: "Engine", entry: list[Any]) -> str:
    at_ms, kind, action, number, attributes = entry
    more = ", ".join(f"{name}={value}" for name, value in sorted(attributes.items()))
    return f"{nano(engine.site.clock, at_ms)} {kind} {action} {number}{f' ({more})' if more else ''}\n"


def events(call: Call) -> Result:
    """Show events as they happen, or with --until those of the past."""
    engine = call.engine
    shown = [entry for entry in engine.events if _passes(entry, call.many("filter"))]
    if call.text("since") or call.text("until"):
        text = "".join(_told(engine, entry) for entry in shown)
        if call.text("until"):
            return Outcome(text)
        return StepsJob(call.terminal, engine.name, [["say", call.now_ms, text], ["do", "events", call.now_ms, 0, call.many("filter")]])
    return StepsJob(call.terminal, engine.name, [["do", "events", call.now_ms, 0, call.many("filter")]])


def _passes(entry: list[Any], filters: list[str]) -> bool:
    wanted: dict[str, list[str]] = {}
    for text in filters:
        wanted.setdefault(text.partition("=")[0], []).append(text.partition("=")[2])
    held = {"type": entry[1], "event": entry[2].partition(":")[0], "container": entry[4].get("name", "") if entry[1] == "container" else entry[4].get("container", ""), "image": entry[4].get("image", "")}
    return all(held.get(key, "") in values for key, values in wanted.items())


def _events(terminal: "Terminal", engine: "Engine", step: Step) -> Told:
    """Print events that are newer than those shown; a moment may have several."""
    after, shown = step[2], step[3]
    fresh = [entry for entry in engine.events if entry[0] >= after]
    new = fresh[shown:] if fresh else []
    if engine.events:
        last = engine.events[-1][0]
        if last >= after:
            step[2], step[3] = last, sum(entry[0] == last for entry in engine.events)
    return Told("".join(_told(engine, entry) for entry in new if _passes(entry, step[4])), again=True)


def disk(call: Call) -> Outcome:
    """Show what takes room."""
    engine = call.engine
    used_images = {container.image for container in engine.containers.values()}
    unused = [image for image in engine.shelf.images.values() if image.id not in used_images]
    kept_layers = {name for image in engine.shelf.images.values() if image.id in used_images for name in image.layers}
    reclaim = sum(engine.site.store[name].size for name in {name for image in unused for name in image.layers} - kept_layers)
    size = engine.shelf.size()
    own = [(container, engine.own_size(container)) for container in engine.containers.values()]
    idle = sum(part for container, part in own if not container.is_up)
    volumes = {name: sum(map(len, volume["files"].values())) for name, volume in engine.volumes.items()}
    idle_volumes = sum(part for name, part in volumes.items() if not networks.users_of(engine, name))
    cache = engine.cache_size()

    def share(part: int, whole: int) -> str:
        return f"{sized(part, 4)} ({part * 100 // whole}%)" if whole else sized(part, 4)

    rows = [["TYPE", "TOTAL", "ACTIVE", "SIZE", "RECLAIMABLE"], ["Images", str(len(engine.shelf.images)), str(len(used_images & set(engine.shelf.images))), sized(size, 4), share(reclaim, size)],
            ["Containers", str(len(own)), str(sum(container.is_up for container, _ in own)), sized(sum(part for _, part in own), 4), share(idle, sum(part for _, part in own))],
            ["Local Volumes", str(len(volumes)), str(sum(bool(networks.users_of(engine, name)) for name in volumes)), sized(sum(volumes.values()), 4), share(idle_volumes, sum(volumes.values()))], ["Build Cache", str(len(engine.cache)), "0", sized(cache, 4), sized(cache, 4)]]
    text = columns(rows)
    if not call.on("verbose"):
        names = dict(zip(("Type", "TotalCount", "Active", "Size", "Reclaimable"), rows[0], strict=True))
        return Outcome(listed([dict(zip(names, row, strict=True)) for row in rows[1:]], list(names), names, form=call.text("format"), kind="*formatter.diskUsageContext") if call.text("format") else text)
    shown = images.rows_of(engine)
    return Outcome("Images space usage:\n\n" + listed(shown, ["Repository", "Tag", "ID", "CreatedSince", "Size", "SharedSize", "UniqueSize"], images.HEADERS) + "\nContainers space usage:\n\n"
                   + columns([["CONTAINER ID", "IMAGE", "LOCAL VOLUMES", "SIZE", "CREATED", "STATUS", "NAMES"], *[[container.id[:12], container.image_name, str(sum(mount["type"] == "volume" for mount in container.mounts)), sized(part), f"{lasted(engine.site.now_ms - container.created_ms)} ago", containers.status_of(container, engine.site.now_ms), container.name] for container, part in own]])
                   + "\nLocal Volumes space usage:\n\n" + columns([["VOLUME NAME", "LINKS", "SIZE"], *[[name, str(len(networks.users_of(engine, name))), sized(part)] for name, part in sorted(volumes.items())]]))


def system_prune(call: Call) -> Outcome:
    """Remove everything that nothing uses."""
    if not call.on("force"):
        what = "all images without at least one container associated to them" if call.on("all") else "all dangling images"
        return Outcome(f"WARNING! This will remove:\n  - all stopped containers\n  - all networks not used by at least one container\n  - {what}\n  - {'all' if call.on('all') else 'unused'} build cache\n\nAre you sure you want to continue? [y/N] \n# learnk8s: this terminal does not ask; say -f.\n", "", 1)
    before = call.engine.disk_used()
    stopped, _ = containers.pruned(call.engine)
    left = networks.networks_pruned(call.engine)
    volumes = networks.volumes_pruned(call.engine, every=False)[0] if call.on("volumes") else ""
    gone, _ = images.pruned(call.engine, every=call.on("all"))
    _drop_cache(call.engine)
    parts = [("Containers", stopped), ("Networks", left), ("Volumes", volumes), ("Images", gone)]
    return Outcome("".join(f"Deleted {name}:\n{text}\n" for name, text in parts if text) + f"Total reclaimed space: {sized(max(0, before - call.engine.disk_used()), 4)}\n")


def _drop_cache(engine: "Engine") -> int:
    size = engine.cache_size()
    engine.cache.clear()
    engine.drop_unused_layers()
    return size


def builder_prune(call: Call) -> Outcome:
    """Empty the build cache."""
    if not call.on("force"):
        return Outcome("WARNING! This will remove all dangling build cache. Are you sure you want to continue? [y/N] \n# learnk8s: this terminal does not ask; say -f.\n", "", 1)
    entries = sorted({entry["layer"] for entry in call.engine.cache.values()})
    sizes = {name: call.engine.site.store[name].size for name in entries}
    freed = _drop_cache(call.engine)
    rows = [["ID", "RECLAIMABLE", "SIZE", "LAST ACCESSED"], *[[short(name), "true", sized(size), ""] for name, size in sizes.items()]]
    return Outcome((columns(rows) if entries else "") + f"Total:\t{sized(freed, 4)}\n")


def context(call: Call) -> Outcome:
    """List the contexts of the client."""
    rows = [["NAME", "DESCRIPTION", "DOCKER ENDPOINT", "ERROR"], ["default *", "Current DOCKER_HOST based configuration", call.terminal.variables.get("DOCKER_HOST") or "unix:///var/run/docker.sock", ""]]
    return Outcome(columns(rows))


def login(call: Call) -> Outcome:
    """Say that accounts are not modelled."""
    return Outcome("", "learnk8s: registries of this sandbox have no accounts; docker login is not modelled. registry.shop.example takes every push.\n", 1)


SWARM_GROUPS = {"config": "Manage Swarm configs", "node": "Manage Swarm nodes", "secret": "Manage Swarm secrets", "service": "Manage Swarm services", "stack": "Manage Swarm stacks", "swarm": "Manage Swarm"}
SWARM = (
    ("swarm ca", "[OPTIONS]", "Display and rotate the root CA"), ("swarm init", "[OPTIONS]", "Initialize a swarm"), ("swarm join", "[OPTIONS] HOST:PORT", "Join a swarm as a node and/or manager"), ("swarm join-token", "[OPTIONS] (worker|manager)", "Manage join tokens"),
    ("swarm leave", "[OPTIONS]", "Leave the swarm"), ("swarm unlock", "", "Unlock swarm"), ("swarm unlock-key", "[OPTIONS]", "Manage the unlock key"), ("swarm update", "[OPTIONS]", "Update the swarm"),
    ("service create", "[OPTIONS] IMAGE [COMMAND] [ARG...]", "Create a new service"), ("service ls", "[OPTIONS]", "List services"), ("service ps", "[OPTIONS] SERVICE [SERVICE...]", "List the tasks of one or more services"), ("service rm", "SERVICE [SERVICE...]", "Remove one or more services"),
    ("service scale", "SERVICE=REPLICAS [SERVICE=REPLICAS...]", "Scale one or multiple replicated services"), ("service update", "[OPTIONS] SERVICE", "Update a service"), ("stack deploy", "[OPTIONS] STACK", "Deploy a new stack or update an existing stack"), ("stack ls", "[OPTIONS]", "List stacks"),
    ("node ls", "[OPTIONS]", "List nodes in the swarm"), ("node ps", "[OPTIONS] [NODE...]", "List tasks running on one or more nodes, defaults to current node"), ("config ls", "[OPTIONS]", "List configs"), ("secret ls", "[OPTIONS]", "List secrets"),
)


def swarm(call: Call) -> Outcome:
    """Say what a host outside a swarm says; one that is to make or join one says what is left out."""
    if call.argv[0] in ("init", "join"):
        return Outcome("", f"learnk8s: docker swarm {call.argv[0]}: not modelled in this sandbox; the fleet world shows the same job in its words\n", 1)
    return Outcome("", "Error response from daemon: This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm and try again.\n# learnk8s: Swarm is not modelled; the fleet world shows the same job in its words.\n", 1)


WORK["events"] = _events
PRUNE = flags("all a bool Remove all unused images not just dangling ones\nfilter - filter Provide filter values (e.g. \"label=<key>=<value>\")\nforce f bool Do not prompt for confirmation\nvolumes - bool Prune anonymous volumes")
ONE = flags(f"format f string {FORMAT_ONE}\nsize s bool Display total file sizes if the type is container\ntype - string Return JSON for specified type")
COMMANDS = (
    Command("version", "[OPTIONS]", "Show the Docker version information", version, flags(f"format f string {FORMAT_ONE}"), 0, 0),
    Command("info", "[OPTIONS]", "Display system-wide information", info, flags(f"format f string {FORMAT_ONE}"), 0, 0, also=("system info",)),
    Command("inspect", "[OPTIONS] NAME|ID [NAME|ID...]", "Return low-level information on Docker objects", inspect, ONE, 1, takes="any"),
    Command("container inspect", "[OPTIONS] CONTAINER [CONTAINER...]", "Display detailed information on one or more containers", _only("container"), ONE, 1, takes="container"),
    Command("image inspect", "[OPTIONS] IMAGE [IMAGE...]", "Display detailed information on one or more images", _only("image"), ONE, 1, takes="image"),
    Command("events", "[OPTIONS]", "Get real time events from the server", events, flags(f"filter f filter Filter output based on conditions provided\nformat - string {FORMAT_ONE}\nsince - string Show all events created since timestamp\nuntil - string Stream events until this timestamp"), 0, 0, also=("system events",)),
    Command("system df", "[OPTIONS]", "Show docker disk usage", disk, flags(f"format - string {FORMAT_TABLE}\nverbose v bool Show detailed information on space usage"), 0, 0),
    Command("system prune", "[OPTIONS]", "Remove unused data", system_prune, PRUNE, 0, 0),
    Command("builder prune", "[OPTIONS]", "Remove build cache", builder_prune, flags("all a bool Remove all unused build cache, not just dangling ones\nforce f bool Do not prompt for confirmation"), 0, 0, also=("buildx prune",)),
    Command("context ls", "[OPTIONS]", "List contexts", context, flags("quiet q bool Only show context names"), 0, 0, also=("context list",)),
    Command("login", "[OPTIONS] [SERVER]", "Authenticate to a registry", login, flags("password p string Password or Personal Access Token (PAT)\npassword-stdin - bool Take the Password or Personal Access Token (PAT) from stdin\nusername u string Username"), 0, 1),
    Command("logout", "[SERVER]", "Log out from a registry", login, (), 0, 1),
    *(Command(path, usage, short, swarm, (), 0, interspersed=False) for path, usage, short in SWARM),
)
