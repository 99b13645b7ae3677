"""The Docker engine of one host: it makes containers from images, starts and stops them, and remembers what happened.

States of a container: created -> running <-> paused -> exited, and restarting between two runs if its policy says so. Every run has a generation; a task that
was planned for an earlier run does nothing.
"""

from sys import intern
from typing import TYPE_CHECKING, Any

from learnk8s.simulation.docker import scripts
from learnk8s.simulation.docker.container import UP, Container, as_data
from learnk8s.simulation.docker.errors import DockerError
from learnk8s.simulation.docker.files import Layered
from learnk8s.simulation.docker.layers import Image
from learnk8s.simulation.docker.moby_names import LEFT, RIGHT
from learnk8s.simulation.docker.networks import Networks
from learnk8s.simulation.docker.programs import BINARIES, MIB, plan
from learnk8s.simulation.docker.requests import Load
from learnk8s.simulation.docker.shelf import Shelf
from learnk8s.simulation.kernel.shell.files import Files

if TYPE_CHECKING:
    from learnk8s.simulation.docker.site import Site

START_MS = 250
"""From `docker run` until the program's first instruction. learnk8s/content/facts/numbers.yaml: 0.1 to 0.5 s with the image on the host."""
STOP_MS = 150
GRACE_MS = 10_000
"""What `docker stop` waits before SIGKILL. Models moby's default."""
RESTART_FIRST_MS, RESTART_LAST_MS, RESTART_RESET_MS = 100, 60_000, 10_000
"""Models moby/libcontainerd restartmanager: doubling from 100 ms to a minute, anew after ten seconds of running."""
SYSTEM_MIB = 420
"""What the host's own system and the daemon hold. An assumption."""
SYSTEM_DISK = 3_200_000_000
BOOT_MS = 90_000
"""From power to a running daemon on bare metal. An assumption."""
CONTAINERS_MAX = 120
EVENTS_MAX = 200
GONE_KEPT = 5
"""Removed containers whose last words are kept for a client that was attached."""
BUILDING = "build"
"""The id of the container in which a build runs its commands; it is never kept."""
SIGNALS = {"HUP": 1, "INT": 2, "QUIT": 3, "KILL": 9, "USR1": 10, "USR2": 12, "TERM": 15, "STOP": 19, "CONT": 18, "WINCH": 28}


class Engine:
    """One host and its daemon."""

    def __init__(self, site: "Site", name: str, *, cpus: int = 2, memory_mib: int = 2_048, disk_bytes: int = 20_000_000_000, address: str = "10.0.0.11") -> None:
        self.site, self.name, self.cpus, self.memory_mib, self.disk_bytes, self.address = site, name, cpus, memory_mib, disk_bytes, address
        self.power = "on"
        self.shelf = Shelf(site.store)
        self.containers: dict[str, Container] = {}
        self.networks = Networks()
        self.volumes: dict[str, dict[str, Any]] = {}
        self.cache: dict[str, Any] = {}
        self.events: list[list[Any]] = []
        self.files = Files()
        self.next_pid = 2_000
        self.gone: dict[str, list[Any]] = {}
        self.building: Image | None = None
        self._watch_ticket = 0

    def furnish(self) -> None:
        """Make what a fresh daemon has."""
        self.networks.begin([self.new_id() for _ in range(3)])

    # Names and ids

    def new_id(self) -> str:
        """Return 64 hexadecimal digits."""
        return "".join(f"{self.site.dice.roll('docker-id'):016x}" for _ in range(4))

    def ref(self, container: Container) -> str:
        """Return by which name the picture knows a container."""
        return intern(f"Container/{self.name}/{container.name}")

    def new_name(self) -> str:
        """Return a name that nobody has."""
        taken = {container.name for container in self.containers.values()}
        while True:
            name = f"{self.site.dice.pick('docker-name', LEFT)}_{self.site.dice.pick('docker-name', RIGHT)}"
            if name not in taken:
                return name

    def find(self, text: str) -> Container:
        """Return a container by name, id or the beginning of its id. Raises DockerError."""
        plain = text.removeprefix("/")
        for container in self.containers.values():
            if plain in (container.name, container.id):
                return container
        found = [container for container in self.containers.values() if plain and container.id.startswith(plain)]
        if len(found) != 1:
            raise DockerError(f"No such container: {text}" if not found else f"Multiple IDs found with provided prefix: {text}")
        return found[0]

    def layered(self, container: Container) -> Layered:
        """Return a container's files."""
        return Layered(container, self.site.store, self.building if container.id == BUILDING else self.shelf.images.get(container.image), lambda name: self.volumes[name]["files"] if name in self.volumes else None, self.files)

    def kernel_files(self, container: Container) -> dict[str, str]:
        """Return what the kernel shows under /proc in a container: how soon it would kill the program if memory ran out. Models fs/proc/base.c: proc_oom_score (6.12)."""
        share = container.memory_at(self.site.now_ms) * 1_000 // (self.memory_mib * MIB)
        return {"/proc/1/oom_score": f"{(1_000 + share) * 2 // 3}\n", "/proc/1/oom_score_adj": "0\n", "/proc/self/oom_score": "666\n", "/proc/self/oom_score_adj": "0\n"}

    def event(self, kind: str, action: str, number: str, **attributes: str) -> None:
        """Remember an event for `docker events`; what is said of the same thing again is held once."""
        attributes = next((entry[4] for entry in self.events[-3:] if entry[4] == attributes), attributes)
        self.events.append([self.site.now_ms, kind, action, number, attributes])
        del self.events[:-EVENTS_MAX]

    def _network_event(self, container: Container, action: str, network: dict[str, Any]) -> None:
        self.event("network", action, network["id"], container=container.id, name=network["name"], type=network["driver"])

    def container_event(self, container: Container, action: str, **more: str) -> None:
        """Remember an event of a container."""
        self.event("container", action, container.id, image=container.image_name, name=container.name, **more)

    # Creating and removing

    def create(self, container: Container, wanted_volumes: list[str]) -> Container:
        """Keep a new container, with an anonymous volume for each place that its image wants one. Raises DockerError."""
        for other in self.containers.values():
            if other.name == container.name:
                raise DockerError(f'Conflict. The container name "/{container.name}" is already in use by container "{other.id}". You have to remove (or rename) that container to be able to reuse that name.', 125)
        if len(self.containers) >= CONTAINERS_MAX:
            raise DockerError(f"learnk8s: one host holds at most {CONTAINERS_MAX} containers here; remove some first", 125)
        if self.disk_free() < 1_000_000:
            raise DockerError(f"error creating overlay mount to /var/lib/docker/overlay2/{container.id[:40]}-init/merged: no space left on device", 125)
        for name in container.networks:
            self.networks.get(name)
        for mount in container.mounts:
            if mount["type"] == "volume":
                self.volume(mount["source"] or self.new_id(), anonymous=not mount["source"], mount=mount)
        taken = {mount["target"] for mount in container.mounts}
        for target in wanted_volumes:
            if target not in taken:
                mount = {"type": "volume", "source": "", "target": target, "mode": "rw"}
                self.volume(self.new_id(), anonymous=True, mount=mount)
                container.mounts.append(mount)
        self.containers[container.id] = container
        image = self.shelf.images.get(container.image)
        for mount in container.mounts:
            if mount["type"] == "volume" and image is not None and not self.volumes[mount["source"]]["files"]:
                self._fill(mount, image)
        self.container_event(container, "create")
        self.site.note("docker", "container.created", self.ref(container), "container", container.name, "image", container.image_name)
        return container

    def _fill(self, mount: dict[str, Any], image: Image) -> None:
        """An empty volume begins with what the image has at its place."""
        base = mount["target"].rstrip("/") + "/"
        files = self.volumes[mount["source"]]["files"]
        for layer_id in image.layers:
            for path, text in self.site.store[layer_id].files.items():
                if path.startswith(base) and path != base and text is not None:
                    files[path[len(base):]] = text

    def volume(self, name: str, *, anonymous: bool = False, mount: dict[str, Any] | None = None, labels: dict[str, str] | None = None) -> dict[str, Any]:
        """Return a volume, made if it is not there; a mount learns its name. Raises DockerError."""
        import re

        if not re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9_.-]*", name):
            raise DockerError(f'create {name}: "{name}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path')
        if mount is not None:
            mount["source"] = name
        if name not in self.volumes:
            if len(self.volumes) >= CONTAINERS_MAX:
                raise DockerError(f"learnk8s: one host holds at most {CONTAINERS_MAX} volumes here")
            self.volumes[name] = {"name": name, "files": {}, "created_ms": self.site.now_ms, "labels": labels or {}, "anonymous": anonymous}
            self.event("volume", "create", name, driver="local")
        return self.volumes[name]

    def remove(self, container: Container, *, force: bool = False, volumes: bool = False) -> None:
        """Remove a container. Raises DockerError while it runs, unless forced."""
        if container.state in ("running", "paused", "restarting"):
            if not force:
                state = "running" if container.state == "running" else container.state
                raise DockerError(f'cannot remove container "/{container.name}": container is {state}: stop the container before removing or force remove')
            container.restart = "no"
            if container.state != "restarting":
                self.container_event(container, "kill", signal="9")
            self.exit(container, 137)
        self.containers.pop(container.id, None)
        self.gone[container.id] = [container.logs[-20:], container.logged, container.exit_code]
        while len(self.gone) > GONE_KEPT:
            del self.gone[next(iter(self.gone))]
        self.site.registry.pushed.pop(f"container:{container.id}", None)
        for mount in container.mounts:
            if mount["type"] == "volume" and (volumes or container.auto_remove) and self.volumes.get(mount["source"], {}).get("anonymous"):
                self.volumes.pop(mount["source"], None)
        self.container_event(container, "destroy")
        self.site.note("docker", "container.removed", self.ref(container), "container", container.name)
        self.site.changed(self)

    # Starting

    def start(self, container: Container) -> None:
        """Start a container. Raises DockerError; a container that could not start is left as it was, with its exit code."""
        if container.state == "running":
            return
        if container.state == "paused":
            raise DockerError("cannot start a paused container, try unpause instead")
        for other in self.containers.values():
            if other.is_up and other is not container:
                self._refuse_port(container, other)
        layered = self.layered(container)
        for mount in container.mounts:
            if mount["type"] == "bind" and mount.get("strict") and mount["source"] not in self.files.folders:
                raise DockerError(f"invalid mount config for type \"bind\": bind source path does not exist: {mount['source']}", 125)
            if mount["type"] == "bind":
                self.files.folders[mount["source"]] = None
        if wrong := self.executable(container, layered):
            container.exit_code, container.state = wrong[1], "created"
            container.error = wrong[0]
            raise DockerError(wrong[0], wrong[1])
        for name in container.networks:
            network = self.networks.get(name)
            held = container.networks[name]
            held["ip"] = held.get("fixed") or (self.networks.address(network, [other for other in self.containers.values() if other.is_up]) if network["second"] else "")
            held["endpoint"] = self.new_id()
            self._network_event(container, "connect", network)
        self.next_pid += 37
        does = plan(container.argv, container.variables, layered.read, container.workdir)
        container.plan = as_data(does)
        container.state, container.pid, container.started_ms, container.finished_ms = "running", self.next_pid, self.site.now_ms, -1
        container.exit_code, container.oom_killed, container.error, container.is_hung, container.stopped_by_hand = 0, False, "", False, False
        container.leaked, container.leak_since_ms, container.leak_bytes_per_ms = 0, -1, does.leak_bytes_per_ms
        container.generation += 1
        container.ready_ms = -1
        container.health_state, container.health_failures = ("starting" if container.health else ""), 0
        self.container_event(container, "start")
        self.site.note("docker", "container.started", self.ref(container), "container", container.name, "image", container.image_name, "host", self.name)
        self._plan_run(container)
        self.site.changed(self)

    def _plan_run(self, container: Container) -> None:
        does, run = container.does, container.generation
        if does.kind == "script":
            container.script = does.script
            self._at(60, "script", container, run)
        elif does.kind == "fails":
            self._at(60 + does.start_ms, "fails", container, run)
        else:
            self._at(START_MS + does.start_ms, "ready", container, run)
        if container.health:
            self._at(container.health["interval_ms"], "health", container, run)

    def _at(self, delay_ms: int, name: str, container: Container, *more: Any) -> None:
        self.site.at(delay_ms, "docker", name, self.name, container.id, *more)

    def _refuse_port(self, container: Container, other: Container) -> None:
        for ip, host_port, _inner, kind in container.ports:
            for other_ip, other_port, _other_inner, other_kind in other.ports:
                if host_port and host_port == other_port and kind == other_kind and (ip == other_ip or "0.0.0.0" in (ip, other_ip)):
                    raise DockerError(f"failed to set up container networking: driver failed programming external connectivity on endpoint {container.name} ({self.new_id()}): Bind for {ip}:{host_port} failed: port is already allocated", 125)

    def executable(self, container: Container, layered: Layered) -> tuple[str, int] | None:
        """Return what runc says if a container's program is not there, with the exit status, or None."""
        word = container.argv[0] if container.argv else ""
        folders = container.variables.get("PATH", "").split(":") or list(BINARIES)
        head = "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: "
        if "/" in word:
            path = word if word.startswith("/") else f"{container.workdir.rstrip('/')}/{word.removeprefix('./')}"
            if layered.is_folder(path):
                return f'{head}exec: "{word}": is a directory', 126
            if layered.read(path) is None and path not in ("/entrypoint.sh",):
                return f'{head}exec: "{word}": stat {word}: no such file or directory', 127
            return None
        if any(layered.read(f"{folder}/{word}") is not None for folder in folders) or layered.read(f"/usr/local/apache2/bin/{word}") is not None:
            return None
        if word == "docker-entrypoint.sh" and layered.read("/usr/local/bin/docker-entrypoint.sh") is not None:
            return None
        return f'{head}exec: "{word}": executable file not found in $PATH', 127

    # Ending

    def exit(self, container: Container, code: int, *, oom: bool = False) -> None:
        """End a container's run; its restart policy says whether another follows."""
        ran_ms = self.site.now_ms - container.started_ms
        container.leaked = 0
        container.state, container.exit_code, container.oom_killed, container.finished_ms, container.pid, container.ready_ms = "exited", code, oom, self.site.now_ms, 0, -1
        container.generation += 1
        container.health_state = ""
        for held in container.networks.values():
            held["ip"] = ""
        if oom:
            self.site.oom_kills += 1
            self.container_event(container, "oom")
        self.container_event(container, "die", exitCode=str(code), execDuration=str(ran_ms // 1000))
        for name in container.networks:
            if name in self.networks.all:
                self._network_event(container, "disconnect", self.networks.all[name])
        self.site.note("kernel" if oom else "docker", "container.oom" if oom else "container.exited", self.ref(container), "container", container.name, "code", str(code))
        policy = container.restart
        again = not container.stopped_by_hand and self.power == "on" and (policy in ("always", "unless-stopped") or policy == "on-failure" and code and (not container.restart_max or container.restart_count < container.restart_max))
        if again:
            container.restart_count = container.restart_count + 1 if ran_ms < RESTART_RESET_MS or policy == "on-failure" else 1
            delay = min(RESTART_LAST_MS, RESTART_FIRST_MS * 2 ** min(container.restart_count - 1, 12))
            container.state = "restarting"
            container.asked_ms = self.site.now_ms
            self.site.note("docker", "container.restarting", self.ref(container), "container", container.name, "delay", str(delay), "count", str(container.restart_count))
            self._at(delay, "restart", container, container.generation)
        elif container.auto_remove:
            self.remove(container)
        self.site.changed(self)

    def signal(self, container: Container, name: str, *, asked: str = "") -> None:
        """Send a signal to a container's first process; `asked` is what the learner called it. Raises DockerError."""
        number = int(name) if name.isdigit() else SIGNALS.get(name.upper().removeprefix("SIG"), 0)
        if not number or number > 64:
            raise DockerError(f"invalid signal: {name}")
        if container.state != "running" and not (container.state == "paused" and number == 9):
            raise DockerError(f'cannot kill container: {asked or container.name}: container {container.id} is not running')
        self.container_event(container, "kill", signal=str(number))
        if number == 9:
            container.stopped_by_hand = True
            self.exit(container, 137)
        elif number in (2, 3, 15) and not container.does.ignores_term and not container.is_hung:
            container.stopped_by_hand = True
            self._at(STOP_MS, "stopped", container, container.generation, 0 if container.does.kind == "server" else 128 + number)
        elif number == 1:
            container.say(self.site.now_ms, f"{container.does.title}: signal 1 (SIGHUP) received")

    def ask_to_stop(self, container: Container, grace_ms: int = GRACE_MS) -> None:
        """Send the container's stop signal, and SIGKILL when the time of grace is over."""
        container.stopped_by_hand = True
        if container.state == "restarting":
            container.state = "exited"
            container.generation += 1
            return
        if not container.is_up:
            return
        if container.state == "paused":
            container.state = "running"
        run = container.generation
        if not container.does.ignores_term and not container.is_hung:
            self._at(min(STOP_MS, grace_ms), "stopped", container, run, 0 if container.does.kind in ("server", "computes", "rests") else 143)
        else:
            self._at(grace_ms, "stopped", container, run, 137)
        self.container_event(container, "kill", signal="15")

    def pause(self, container: Container, *, pause: bool) -> None:
        """Freeze or thaw a container. Raises DockerError."""
        if pause and container.state != "running":
            raise DockerError(f"Container {container.id} is {'already paused' if container.state == 'paused' else 'not running'}")
        if not pause and container.state != "paused":
            raise DockerError(f"Container {container.id} is not paused")
        container.leaked, container.leak_since_ms = container.leaked_at(self.site.now_ms), self.site.now_ms if container.leak_bytes_per_ms else -1
        container.state = "paused" if pause else "running"
        self.container_event(container, "pause" if pause else "unpause")
        self.site.note("docker", "container.paused" if pause else "container.unpaused", self.ref(container), "container", container.name)
        self.site.changed(self)

    # What is due

    def do(self, name: str, arguments: list[Any]) -> None:
        """Do a planned task."""
        if name == "booted":
            self._booted(arguments[0])
            return
        if name == "memory":
            self._out_of_memory()
            return
        container = self.containers.get(arguments[0])
        if container is None or container.generation != arguments[1]:
            return
        match name:
            case "ready":
                self._ready(container)
            case "fails":
                container.say(self.site.now_ms, "\n".join(self._worded(line) for line in container.does.logs), "stderr" if container.does.exit_code else "stdout")
                self.exit(container, container.does.exit_code)
            case "script":
                scripts.go_on(self, container)
            case "stopped":
                self.exit(container, arguments[2])
            case "finished":
                container.say(self.site.now_ms, f"{container.does.title}: done")
                self.exit(container, 0)
            case "restart":
                self._restart(container)
            case "health":
                self._probe(container)

    def _worded(self, line: str) -> str:
        return line.replace("{at}", self.site.clock.moment().strftime("%Y/%m/%d %H:%M:%S"))

    def _ready(self, container: Container) -> None:
        does, now_ms = container.does, self.site.now_ms
        container.ready_ms = now_ms
        container.say(now_ms, "\n".join(self._worded(line) for line in does.logs))
        if does.leak_bytes_per_ms:
            container.leak_since_ms = now_ms
        if does.kind == "computes":
            cpus = min(container.millicpus or self.cpus * 1000, self.cpus * 1000, 8_000)
            self._at(does.work_cpu_ms * 1000 // cpus, "finished", container, container.generation)
        taken = next((other for other in self.containers.values() if other is not container and other.is_up and "host" in other.networks and "host" in container.networks and other.does.port == does.port and does.port), None)
        if taken is not None:
            container.say(now_ms, f"bind() to 0.0.0.0:{does.port} failed (98: Address already in use)", "stderr")
            self.exit(container, 1)
            return
        if container.asked_ms and does.kind == "server":
            self.site.scale_out_ms = now_ms - container.asked_ms
        self.site.note("docker", "container.ready", self.ref(container), "container", container.name, "ms", str(now_ms - (container.asked_ms or container.started_ms)))

    def _restart(self, container: Container) -> None:
        try:
            self.start(container)
        except DockerError as error:
            container.state, container.error = "exited", str(error)

    def _probe(self, container: Container) -> None:
        """One health check; three failures in a row (or as many as it says) make it unhealthy."""
        good = container.is_ready(self.site.now_ms) and scripts.check(self, container, container.health["test"])
        before = container.health_state
        container.health_failures = 0 if good else container.health_failures + 1
        if good:
            container.health_state = "healthy"
        elif container.health_failures >= container.health["retries"]:
            container.health_state = "unhealthy"
        if container.health_state != before:
            self.container_event(container, f"health_status: {container.health_state}")
            self.site.note("docker", f"container.{container.health_state}", self.ref(container), "container", container.name)
        self._at(container.health["interval_ms"], "health", container, container.generation)

    # Memory

    def used_mib(self) -> int:
        """Return the memory in use, the host's system included."""
        return SYSTEM_MIB + sum(container.memory_at(self.site.now_ms) for container in self.containers.values()) // MIB if self.power == "on" else 0

    def watch_memory(self) -> None:
        """Plan the moment at which a container reaches its limit or all together the host's memory."""
        if self._watch_ticket:
            self.site.agenda.cancel(self._watch_ticket)
            self._watch_ticket = 0
        if self.power != "on":
            return
        now_ms = self.site.now_ms
        soonest: list[int] = []
        rate, room = 0, (self.memory_mib - SYSTEM_MIB) * MIB
        for container in self.containers.values():
            if container.state not in UP:
                continue
            used = container.memory_at(now_ms)
            grows = container.leak_bytes_per_ms if container.leak_since_ms >= 0 and container.state == "running" else 0
            rate, room = rate + grows, room - used
            if container.memory and used > container.memory:
                soonest.append(0)
            elif container.memory and grows:
                soonest.append((container.memory - used) // grows + 1)
        if room < 0:
            soonest.append(0)
        elif rate:
            soonest.append(room // rate + 1)
        if soonest:
            self._watch_ticket = self.site.at(min(soonest), "docker", "memory", self.name)

    def _out_of_memory(self) -> None:
        self._watch_ticket = 0
        now_ms = self.site.now_ms
        up = [container for container in self.containers.values() if container.is_up]
        over = next((container for container in up if container.memory and container.memory_at(now_ms) > container.memory), None)
        if over is not None:
            over.say(now_ms, "Killed", "stderr")
            self.exit(over, 137, oom=True)
        elif up and self.used_mib() >= self.memory_mib:
            victim = max(up, key=lambda container: (container.memory_at(now_ms), container.id))
            self.site.note("kernel", "host.oom", f"Machine//{self.name}", "host", self.name, "container", victim.name)
            self.exit(victim, 137, oom=True)

    # CPU

    def share_cpu(self, load: Load) -> None:
        """Give every container the CPU it wants, or its part if all together want more than there is."""
        up = [container for container in self.containers.values() if container.state == "running"]
        for container in up:
            key = self.name, container.id
            does = container.does
            wanted = does.idle_millicores + load.asked.get(key, 0) * does.cpu_us_per_request // 1_000_000
            if does.kind == "computes":
                wanted = 8_000
            if does.kind == "spins":
                wanted = 1_000
            load.wanted[key] = min(wanted, container.millicpus or wanted)
        total, room = sum(load.wanted[self.name, container.id] for container in up), self.cpus * 1_000
        for container in up:
            key = self.name, container.id
            load.given[key] = load.wanted[key] if total <= room else load.wanted[key] * room // total

    # Networks

    def published(self, port: int) -> Container | None:
        """Return the container that answers at a port of the host."""
        if self.power != "on" or not port:
            return None
        for container in self.containers.values():
            if container.state not in UP:
                continue
            for entry in container.ports:
                if entry[1] == port and entry[2] == container.does.port:
                    return container
            if "host" in container.networks and container.does.port == port:
                return container
        return None

    def listening(self) -> dict[int, Container]:
        """Return by port of the host who answers there, as `published` does for one port."""
        found: dict[int, Container] = {}
        for container in self.containers.values() if self.power == "on" else ():
            if container.state not in UP:
                continue
            own = container.does.port
            for entry in container.ports:
                if entry[2] == own:
                    found.setdefault(entry[1], container)
            if own and "host" in container.networks:
                found.setdefault(own, container)
        return found

    def is_bound(self, port: int) -> bool:
        """Say whether a port of the host is taken, even if nobody answers behind it."""
        return any(container.is_up and any(entry[1] == port for entry in container.ports) for container in self.containers.values())

    def by_name_from(self, container: Container, name: str) -> list[Container]:
        """Return the containers that a name or address means to another container: names only on networks that people made."""
        found: list[Container] = []
        for network in container.networks:
            for other in self.containers.values():
                if network not in other.networks or other.state not in UP or other in found:
                    continue
                held = other.networks[network]
                named = network not in ("bridge", "host", "none") and (name in (other.name, other.hostname) or name in held.get("aliases", ()) or len(name) >= 12 and other.id.startswith(name))
                if named or name and name == held.get("ip"):
                    found.append(other)
        return found

    @staticmethod
    def address_from(container: Container, other: Container) -> str:
        """Return the address at which a container reaches another: on a network that people made if both are on one, else on the bridge. Names lead there, too."""
        shared = [name for name in container.networks if name in other.networks and other.networks[name].get("ip")]
        return str(next((other.networks[name]["ip"] for name in sorted(shared, key=lambda name: name == "bridge")), ""))

    def by_address(self, address: str) -> list[Container]:
        """Return the container with an address, as the host itself reaches it."""
        return [other for other in self.containers.values() if address and other.is_up and any(held.get("ip") == address for held in other.networks.values())]

    def gateways(self) -> list[str]:
        """Return the host's addresses on its networks."""
        return [f"{self.networks.prefix(network)}.1" for network in self.networks.all.values() if network["second"]]

    def registries(self) -> dict[str, str]:
        """Return the registries that containers of this host serve, by the name that images on them begin with."""
        found = {}
        for container in self.containers.values():
            if container.is_ready(self.site.now_ms) and container.does.program == "registry":
                for _ip, port, _inner, _kind in container.ports:
                    found.update({f"localhost:{port}": f"container:{container.id}", f"127.0.0.1:{port}": f"container:{container.id}"})
        return found

    # Disk

    def disk_used(self) -> int:
        """Return the bytes in use on the host's disk."""
        volumes = sum(len(text) for volume in self.volumes.values() for text in volume["files"].values())
        own = sum(self.own_size(container) for container in self.containers.values())
        return SYSTEM_DISK + self.shelf.size() + self.cache_size() + own + volumes

    def disk_free(self) -> int:
        """Return the bytes that are free."""
        return self.disk_bytes - self.disk_used()

    def own_size(self, container: Container) -> int:
        """Return the size of a container's own layer."""
        return container.extra_bytes + sum(len(text) for text in container.files.values() if text) + container.logged * 60

    def cache_size(self) -> int:
        """Return the bytes of layers that only the build cache holds."""
        held = self.shelf.layers()
        return sum(self.site.store[name].size for name in {entry["layer"] for entry in self.cache.values() if entry["layer"]} - held)

    def drop_unused_layers(self) -> None:
        """Forget the content of layers that nothing on any host names."""
        used = self.site.registry.used_layers()
        for engine in self.site.hosts.values():
            used |= engine.shelf.layers() | {entry["layer"] for entry in engine.cache.values()}
        self.site.store.forget(used)

    # Power

    def power_off(self) -> None:
        """Lose power: every container ends at once."""
        up = [container for container in self.containers.values() if container.is_up or container.state == "restarting"]
        self.power = "off"
        self.site.blast_radius = len(up)
        self.site.note("accident", "host.off", f"Machine//{self.name}", "host", self.name, "count", str(len(up)))
        for container in up:
            by_hand = container.stopped_by_hand
            auto, container.auto_remove = container.auto_remove, False
            self.exit(container, 255)
            container.stopped_by_hand, container.auto_remove = by_hand, auto
            container.labels["learnk8s.was-up"] = "yes"
        self.site.changed(self)

    def power_on(self) -> None:
        """Switch on; the daemon is up some time later."""
        self.power = "booting"
        self.site.note("operator", "host.booting", f"Machine//{self.name}", "host", self.name)
        self.site.at(BOOT_MS, "docker", "booted", self.name, 0)

    def _booted(self, _generation: int) -> None:
        self.power = "on"
        self.site.note("operator", "host.on", f"Machine//{self.name}", "host", self.name)
        for container in list(self.containers.values()):
            was_up = container.labels.pop("learnk8s.was-up", "")
            if was_up and container.auto_remove:
                self.remove(container)
            elif container.restart == "always" or container.restart == "unless-stopped" and was_up:
                container.asked_ms = self.site.now_ms
                self._restart(container)

    # Writing down and reading back

    def dump(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {"name": self.name, "cpus": self.cpus, "memory": self.memory_mib, "disk": self.disk_bytes, "address": self.address, "power": self.power, "shelf": self.shelf.dump(), "containers": [container.dump() for container in self.containers.values()],
                "networks": self.networks.all, "volumes": self.volumes, "cache": self.cache, "events": self.events, "files": self.files.dump(), "pid": self.next_pid, "gone": self.gone, "watch": self._watch_ticket}

    @classmethod
    def loaded(cls, site: "Site", dumped: dict[str, Any]) -> "Engine":
        """Return the engine that `dump` wrote down."""
        engine = cls(site, dumped["name"], cpus=dumped["cpus"], memory_mib=dumped["memory"], disk_bytes=dumped["disk"], address=dumped["address"])
        engine.power, engine.next_pid, engine.gone, engine._watch_ticket = dumped["power"], dumped["pid"], dumped["gone"], dumped["watch"]
        engine.shelf.restore(dumped["shelf"])
        engine.containers = {entry["id"]: Container(**entry) for entry in dumped["containers"]}
        engine.networks.all, engine.volumes, engine.cache, engine.events = dumped["networks"], dumped["volumes"], dumped["cache"], dumped["events"]
        engine.files.load(dumped["files"])
        return engine
