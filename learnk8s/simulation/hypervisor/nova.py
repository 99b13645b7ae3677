"""The automation on top: servers from flavors and images, a scheduler, quotas, and stacks of servers from a template.

Models Nova's filter scheduler (memory, CPU and disk filters, memory weigher), its quotas and states, and Heat's stacks of servers, in small. Differs: a server's
guest has the server's name, so two servers cannot have the same one; placement is not a service of its own.
"""

import re
from typing import Any

from learnk8s.simulation.hypervisor.datacentre import POOL, Datacentre, VirtError
from learnk8s.simulation.hypervisor.images import IMAGES
from learnk8s.simulation.hypervisor.machines import Guest, Machine
from learnk8s.simulation.kernel import yaml

CPU_RATIO, RAM_RATIO, RESERVED_MIB = 4, 1, 512
"""initial_cpu_allocation_ratio 4.0, initial_ram_allocation_ratio 1.0, reserved_host_memory_mb 512: Nova's defaults since 2024."""
SCHEDULE_MS, NETWORK_MS, MICRO_MS = 1_500, 2_500, 40
"""How long the automation itself takes: assumptions. For micro guests people built control planes that answer at once."""
IMAGE_MIB_PER_S = 100
RESIZE_MS, HEAT_LOOK_MS = 12_000, 1_000
FLAVORS = {"m1.tiny": (512, 1, 1), "m1.small": (2_048, 20, 1), "m1.medium": (4_096, 40, 2), "m1.large": (8_192, 80, 4), "f1.micro": (256, 1, 1)}
QUOTA = {"cores": 20, "instances": 10, "ram": 51_200}
NO_HOST = "No valid host was found. There are not enough hosts available."
SERVERS_AT_ONCE_MAX = 100


class NovaError(Exception):
    """Something that the client refuses or the service answers with an error; the message is its text."""


class Nova:
    """Servers, flavors, quotas and stacks."""

    def __init__(self, racks: Datacentre) -> None:
        self.racks = racks
        self.is_on = False
        self.flavors: dict[str, dict[str, Any]] = {}
        self.quota: dict[str, int] = {}
        self.servers: dict[str, dict[str, Any]] = {}
        self.stacks: dict[str, dict[str, Any]] = {}
        self.cached: dict[str, list[str]] = {}
        racks.helpers["nova"] = self

    def switch_on(self, *, quota: dict[str, int]) -> None:
        """Begin to manage the racks."""
        self.is_on = True
        self.quota = {**QUOTA, **quota}
        for number, (name, (ram, disk, vcpus)) in enumerate(FLAVORS.items(), start=1):
            self.flavors[name] = {"id": str(number), "name": name, "ram": ram, "disk": disk, "vcpus": vcpus}

    # Finding

    def find(self, word: str) -> dict[str, Any]:
        """Return a server by name or id. Raises NovaError."""
        server = self.servers.get(word) or next((server for server in self.servers.values() if server["id"] == word), None)
        if server is None:
            raise NovaError(f"No Server found for {word}")
        return server

    def flavor(self, word: str) -> dict[str, Any]:
        """Return a flavor by name or id. Raises NovaError."""
        flavor = self.flavors.get(word) or next((flavor for flavor in self.flavors.values() if flavor["id"] == word), None)
        if flavor is None:
            raise NovaError(f"No Flavor found for {word}")
        return flavor

    def status(self, server: dict[str, Any]) -> str:
        """Return the status that the API shows. Nova believes that guests on a lost machine still run."""
        guest = self.racks.guests.get(server["name"])
        if server["status"] != "ACTIVE" or guest is None or self.racks.machines[guest.machine].power != "on":
            return str(server["status"])
        if guest.migration:
            return "MIGRATING"
        return {"running": "ACTIVE", "paused": "PAUSED", "shut off": "SHUTOFF"}.get(guest.state, "ACTIVE")

    def power_state(self, server: dict[str, Any]) -> str:
        """Return Running, Shutdown, Paused, Crashed or NOSTATE."""
        guest = self.racks.guests.get(server["name"])
        return {"running": "Running", "paused": "Paused", "shut off": "Shutdown", "crashed": "Crashed"}[guest.state] if guest else "NOSTATE"

    def server_names(self) -> list[str]:
        """Return the servers' names, newest first, as the client lists them."""
        return [name for name, _ in sorted(self.servers.items(), key=lambda item: (-item[1]["created_ms"], item[0]))]

    def stack_names(self) -> list[str]:
        """Return the stacks' names."""
        return sorted(self.stacks)

    def server_document(self, name: str) -> dict[str, Any] | None:
        """Return a server with what its guest is."""
        server = self.servers.get(name)
        if server is None:
            return None
        guest = self.racks.guests.get(name)
        return {**server, "status": self.status(server), "power_state": self.power_state(server), "serves": bool(guest and guest.serves), "machine": guest.machine if guest else ""}

    def stack_document(self, name: str) -> dict[str, Any] | None:
        """Return a stack."""
        return self.stacks.get(name)

    def used(self) -> dict[str, int]:
        """Return what the project has taken of its quota."""
        flavors = [server["flavor"] for server in self.servers.values()]
        return {"cores": sum(flavor["vcpus"] for flavor in flavors), "instances": len(flavors), "ram": sum(flavor["ram"] for flavor in flavors)}

    # Servers

    def create(self, name: str, *, flavor: str, image: str, count: int = 1, installs: str = "", host: str = "", stack: str = "") -> list[dict[str, Any]]:
        """Accept servers; what becomes of them is seen later. Raises NovaError."""
        chosen = self.flavor(flavor)
        if image not in IMAGES:
            raise NovaError(f"No Image found for {image}")
        if host and host not in self.racks.machines:
            raise NovaError(f"BadRequestException: 400: Client Error for url: http://controller:8774/v2.1/servers, Compute host {host} could not be found.")
        if not 1 <= count <= SERVERS_AT_ONCE_MAX:
            raise NovaError(f"learnk8s: from 1 to {SERVERS_AT_ONCE_MAX} servers at once")
        names = [name] if count == 1 else [f"{name}-{number}" for number in range(1, count + 1)]
        taken = next((word for word in names if word in self.servers or word in self.racks.guests), None)
        if taken:
            raise NovaError(f"learnk8s: there is a server {taken} already; here a name stands for one server")
        if not re.fullmatch(r"[A-Za-z0-9][\w.-]{0,60}", name):
            raise NovaError(f"BadRequestException: 400: Client Error for url: http://controller:8774/v2.1/servers, Invalid input for field/attribute name. Value: {name}.")
        self._check_quota(chosen, count)
        self.racks.settle()
        return [self._accept(word, chosen, image, installs, host, stack) for word in names]

    def _check_quota(self, flavor: dict[str, Any], count: int) -> None:
        used = self.used()
        wanted = {"cores": flavor["vcpus"] * count, "instances": count, "ram": flavor["ram"] * count}
        over = [key for key in sorted(wanted) if used[key] + wanted[key] > self.quota[key] >= 0]
        if over:
            asked = ", ".join(str(wanted[key]) for key in over)
            taken = ", ".join(f"{used[key]}" for key in over)
            limit = ", ".join(f"{self.quota[key]} {key}" for key in over)
            raise NovaError(f"ForbiddenException: 403: Client Error for url: http://controller:8774/v2.1/servers, Quota exceeded for {', '.join(over)}: Requested {asked}, but already used {taken} of {limit}")

    def _accept(self, name: str, flavor: dict[str, Any], image: str, installs: str, host: str, stack: str) -> dict[str, Any]:
        now = self.racks.clock.now_ms
        server = self.servers[name] = {"id": self.racks.dice.uid("server"), "name": name, "flavor": dict(flavor), "image": image, "status": "BUILD", "task": "scheduling", "created_ms": now, "updated_ms": now, "launched_ms": None, "fault": "",
                                       "installs": installs, "host": host, "stack": stack, "seen": []}
        self.racks.note(f"Server//{name}", "nova-api", "nova.accepted", server=name, flavor=flavor["name"])
        self._later(server, SCHEDULE_MS, "schedule")
        return server

    def _later(self, server: dict[str, Any], delay_ms: int, task: str, *arguments: Any) -> None:
        is_micro = not IMAGES[server["image"]].system.services_ms
        self.racks.later(MICRO_MS if is_micro and task in ("schedule", "spawn") else delay_ms, task, server["name"], server["id"], *arguments, component="nova")

    def run(self, task: str, arguments: list[Any]) -> None:
        """Do what is due."""
        name, uid, *rest = arguments
        server = self.servers.get(name)
        if server is not None and server["id"] == uid:
            getattr(self, f"_do_{task}")(server, *rest)
        self._look_at_stacks()

    def verdicts(self, flavor: dict[str, Any], *, leaving: str = "", only: str = "") -> list[dict[str, Any]]:
        """Return for each machine whether the flavor fits, why not, and its free memory."""
        return [self._verdict(machine, flavor, leaving, only) for machine in self.racks.machines.values()]

    def _verdict(self, machine: Machine, flavor: dict[str, Any], leaving: str, only: str) -> dict[str, Any]:
        placed = [self.servers[guest.name]["flavor"] for guest in self.racks.guests_on(machine.name) if guest.name in self.servers]
        ram = machine.memory_mib * RAM_RATIO - RESERVED_MIB - sum(entry["ram"] for entry in placed)
        cpus = machine.cpus * CPU_RATIO - sum(entry["vcpus"] for entry in placed)
        disk = machine.disk_gib - sum(entry["disk"] for entry in placed)
        why = ("ComputeFilter: the host is down" if machine.power != "on" else "it is there already" if machine.name == leaving else "another host was asked for" if only and machine.name != only else "not enough memory" if ram < flavor["ram"]
               else "not enough vCPUs" if cpus < flavor["vcpus"] else "not enough disk" if disk < flavor["disk"] else "")
        return {"machine": machine.name, "why": why, "free_ram_mib": ram}

    def _choose(self, server: dict[str, Any], flavor: dict[str, Any], *, leaving: str = "", only: str = "") -> Machine | None:
        seen = server["seen"] = self.verdicts(flavor, leaving=leaving, only=only)
        fit = [entry for entry in seen if not entry["why"]]
        if not fit:
            why = "; ".join(f"{entry['machine']}: {entry['why']}" for entry in seen)
            self.racks.note(f"Server//{server['name']}", "nova-scheduler", "nova.no-host", server=server["name"], why=why)
            return None
        best = max(fit, key=lambda entry: (entry["free_ram_mib"], [-ord(letter) for letter in entry["machine"]]))
        self.racks.note(f"Server//{server['name']}", "nova-scheduler", "nova.scheduled", count=len(seen), fit=len(fit), machine=best["machine"], server=server["name"])
        return self.racks.machines[best["machine"]]

    def _do_schedule(self, server: dict[str, Any]) -> None:
        machine = self._choose(server, server["flavor"], only=server["host"])
        if machine is None:
            self._fail(server, NO_HOST)
            return
        image, flavor = IMAGES[server["image"]], server["flavor"]
        path = f"{POOL}/{server['name']}.qcow2"
        try:
            self.racks.add_volume(path, image.name, flavor["disk"])
        except VirtError as error:
            self._fail(server, f"Build of instance {server['id']} aborted: {error}")
            return
        guest = Guest(name=server["name"], uuid=server["id"], machine=machine.name, image=image.name, vcpus=flavor["vcpus"], vcpus_max=flavor["vcpus"], memory_mib=flavor["ram"], balloon_mib=flavor["ram"], disk_gib=flavor["disk"], disk_path=path,
                      unit_name=image.unit or server["installs"], needs_install=bool(server["installs"]) and not image.unit)
        self.racks.define(guest)
        server["task"] = "spawning"
        takes_ms = NETWORK_MS
        if image.name not in self.cached.setdefault(machine.name, []):
            self.cached[machine.name].append(image.name)
            takes_ms += image.size_mib * 1_000 // IMAGE_MIB_PER_S if image.system.services_ms else 0
            self.racks.note(f"Server//{server['name']}", "nova-compute", "nova.image", machine=machine.name, image=image.name, size=image.size_mib)
        self._later(server, takes_ms, "spawn")

    def _do_spawn(self, server: dict[str, Any]) -> None:
        guest = self.racks.guests.get(server["name"])
        if guest is None:
            return
        if self.racks.machines[guest.machine].power != "on":
            self._fail(server, f"Build of instance {server['id']} aborted: the host is down")
            return
        try:
            self.racks.start(guest.name, requested_ms=server["created_ms"])
        except VirtError as error:
            self._fail(server, f"Build of instance {server['id']} aborted: {error}")
            return
        server["status"], server["task"], server["launched_ms"], server["updated_ms"] = "ACTIVE", "", self.racks.clock.now_ms, self.racks.clock.now_ms

    def _fail(self, server: dict[str, Any], why: str) -> None:
        server["status"], server["task"], server["fault"], server["updated_ms"] = "ERROR", "", why, self.racks.clock.now_ms

    def delete(self, word: str) -> None:
        """Delete a server with its disk. Raises NovaError."""
        server = self.find(word)
        name = server["name"]
        self.racks.settle()
        guest = self.racks.guests.get(name)
        if guest is not None:
            guest.is_persistent = True
            if guest.is_on:
                self.racks.destroy(name)
            self.racks.volumes.pop(guest.disk_path, None)
            self.racks.undefine(name)
        del self.servers[name]
        self.racks.note(f"Server//{name}", "nova-api", "nova.deleted", server=name)

    def _guest(self, server: dict[str, Any], *states: str) -> Guest:
        guest = self.racks.guests.get(server["name"])
        status = self.status(server)
        if guest is None or (states and status not in states):
            raise NovaError(f"ConflictException: 409: Client Error for url: http://controller:8774/v2.1/servers/{server['id']}/action, Cannot '%s' instance {server['id']} while it is in vm_state {VM_STATES.get(status, status.lower())}")
        return guest

    def stop(self, word: str) -> None:
        """Shut a server down. Raises NovaError."""
        self.racks.shutdown(_asked(lambda server: self._guest(server, "ACTIVE"), self.find(word), "stop").name)

    def start(self, word: str) -> None:
        """Start a server that is off. Raises NovaError."""
        self.racks.start(_asked(lambda server: self._guest(server, "SHUTOFF"), self.find(word), "start").name)

    def reboot(self, word: str, *, hard: bool) -> None:
        """Reboot a server; hard pulls its plug first. Raises NovaError."""
        guest = _asked(lambda server: self._guest(server, "ACTIVE"), self.find(word), "reboot")
        if hard or guest.state == "crashed":
            self.racks.destroy(guest.name)
            self.racks.start(guest.name)
        else:
            self.racks.shutdown(guest.name, reboot=True)

    def live_migrate(self, word: str, host: str = "") -> None:
        """Move a running server to another machine. Raises NovaError."""
        server = self.find(word)
        guest = _asked(lambda found: self._guest(found, "ACTIVE"), server, "os-migrateLive")
        machine = self._choose(server, server["flavor"], leaving=guest.machine, only=host)
        if machine is None:
            raise NovaError(f"BadRequestException: 400: Client Error for url: http://controller:8774/v2.1/servers/{server['id']}/action, {NO_HOST}")
        self.racks.note(f"Server//{server['name']}", "nova-conductor", "nova.moving", server=server["name"], machine=machine.name)
        try:
            self.racks.begin_migration(guest.name, machine.name, auto_converge=True)
        except VirtError as error:
            raise NovaError(f"BadRequestException: 400: Client Error for url: http://controller:8774/v2.1/servers/{server['id']}/action, Migration pre-check error: {error}") from error

    def resize(self, word: str, flavor: str = "") -> None:
        """Stop a server and start it elsewhere, perhaps as another flavor. Raises NovaError."""
        server = self.find(word)
        guest = _asked(lambda found: self._guest(found, "ACTIVE", "SHUTOFF"), server, "resize" if flavor else "migrate")
        chosen = self.flavor(flavor) if flavor else server["flavor"]
        if flavor and chosen["name"] == server["flavor"]["name"]:
            raise NovaError(f"BadRequestException: 400: Client Error for url: http://controller:8774/v2.1/servers/{server['id']}/action, When resizing, instances must change flavor!")
        machine = self._choose(server, chosen, leaving="" if flavor else guest.machine)
        if machine is None:
            raise NovaError(f"BadRequestException: 400: Client Error for url: http://controller:8774/v2.1/servers/{server['id']}/action, {NO_HOST}")
        self.racks.note(f"Server//{server['name']}", "nova-conductor", "nova.resizing", server=server["name"], flavor=chosen["name"])
        server["status"], server["task"] = "RESIZE", "resize_migrating"
        if guest.is_on:
            self.racks.shutdown(guest.name)
        self._later(server, RESIZE_MS, "resized", machine.name, chosen["name"])

    def _do_resized(self, server: dict[str, Any], machine: str, flavor: str) -> None:
        guest, chosen = self.racks.guests[server["name"]], self.flavors[flavor]
        if guest.is_on:
            self.racks.destroy(guest.name)
        guest.machine, guest.memory_mib, guest.balloon_mib, guest.vcpus, guest.vcpus_max = machine, chosen["ram"], chosen["ram"], chosen["vcpus"], chosen["vcpus"]
        server["flavor"] = dict(chosen)
        if self.racks.machines[machine].power != "on":
            self._fail(server, "the host is down")
            return
        self.racks.start(guest.name)
        server["status"], server["task"], server["updated_ms"] = "VERIFY_RESIZE", "", self.racks.clock.now_ms

    def confirm(self, word: str) -> None:
        """Keep what a resize made. Raises NovaError."""
        server = self.find(word)
        if server["status"] != "VERIFY_RESIZE":
            raise NovaError(f"BadRequestException: 400: Client Error for url: http://controller:8774/v2.1/servers/{server['id']}/action, Instance has not been resized.")
        server["status"] = "ACTIVE"

    def evacuate(self, word: str) -> dict[str, Any]:
        """Start a server anew elsewhere, after its machine was lost. Raises NovaError."""
        server = self.find(word)
        guest = self.racks.guests.get(server["name"])
        if guest is None or self.racks.machines[guest.machine].power == "on":
            raise NovaError(f"BadRequestException: 400: Client Error for url: http://controller:8774/v2.1/servers/{server['id']}/action, Compute service of {guest.machine if guest else 'its host'} is still in use.")
        machine = self._choose(server, server["flavor"], leaving=guest.machine)
        if machine is None:
            raise NovaError(f"BadRequestException: 400: Client Error for url: http://controller:8774/v2.1/servers/{server['id']}/action, {NO_HOST}")
        self.racks.settle()
        guest.machine = machine.name
        self.racks.note(f"Server//{server['name']}", "nova-conductor", "nova.evacuated", server=server["name"], machine=machine.name)
        self.racks.start(guest.name)
        return server

    # Stacks

    def create_stack(self, name: str, wanted: dict[str, dict[str, Any]], description: str) -> dict[str, Any]:
        """Make a stack of servers. Raises NovaError."""
        if name in self.stacks:
            raise NovaError(f"ERROR: The Stack ({name}) already exists.")
        now = self.racks.clock.now_ms
        self.stacks[name] = {"id": self.racks.dice.uid("stack"), "name": name, "description": description, "created_ms": now, "updated_ms": None, "status": "CREATE_IN_PROGRESS", "reason": "Stack CREATE started", "wanted": {}}
        self._shape(self.stacks[name], wanted, "CREATE")
        return self.stacks[name]

    def update_stack(self, name: str, wanted: dict[str, dict[str, Any]]) -> dict[str, Any]:
        """Bring a stack to what the template says now. Raises NovaError."""
        stack = self.stack(name)
        stack["updated_ms"] = self.racks.clock.now_ms
        self._shape(stack, wanted, "UPDATE")
        return stack

    def _shape(self, stack: dict[str, Any], wanted: dict[str, dict[str, Any]], verb: str) -> None:
        self.racks.note(f"Stack//{stack['name']}", "heat-engine", "heat.began", stack=stack["name"])
        stack["status"], stack["reason"] = f"{verb}_IN_PROGRESS", f"Stack {verb} started"
        for server in sorted(set(stack["wanted"]) - set(wanted)):
            if server in self.servers:
                self.delete(server)
        stack["wanted"] = wanted
        for server, properties in wanted.items():
            if server in self.servers:
                continue
            try:
                self.create(server, flavor=properties["flavor"], image=properties["image"], installs=properties["installs"], stack=stack["name"])
            except NovaError as error:
                stack["status"], stack["reason"] = f"{verb}_FAILED", f"Resource {verb} failed: Forbidden: resources.{properties['resource']}: {str(error).rpartition('servers, ')[2]}"
                self.racks.note(f"Stack//{stack['name']}", "heat-engine", "heat.ended", stack=stack["name"], status=stack["status"])
                return
        self.racks.later(HEAT_LOOK_MS, "look-at-stacks", "", "", component="nova")

    def stack(self, name: str) -> dict[str, Any]:
        """Return a stack by name or id. Raises NovaError."""
        stack = self.stacks.get(name) or next((stack for stack in self.stacks.values() if stack["id"] == name), None)
        if stack is None:
            raise NovaError(f"Stack not found: {name}")
        return stack

    def delete_stack(self, name: str) -> None:
        """Delete a stack with its servers. Raises NovaError."""
        stack = self.stack(name)
        for server in sorted(stack["wanted"]):
            if server in self.servers:
                self.delete(server)
        del self.stacks[stack["name"]]

    def _look_at_stacks(self) -> None:
        for stack in self.stacks.values():
            if not stack["status"].endswith("IN_PROGRESS"):
                continue
            verb = stack["status"].partition("_")[0]
            servers = {name: self.servers.get(name) for name in stack["wanted"]}
            broken = next((name for name, server in servers.items() if server is not None and server["status"] == "ERROR"), None)
            if broken:
                stack["status"] = f"{verb}_FAILED"
                stack["reason"] = f'Resource {verb} failed: ResourceInError: resources.{stack["wanted"][broken]["resource"]}: Went to status ERROR due to "Message: No valid host was found. , Code: 500"'
            elif all(server is not None and server["status"] == "ACTIVE" for server in servers.values()):
                stack["status"], stack["reason"] = f"{verb}_COMPLETE", f"Stack {verb} completed successfully"
            else:
                continue
            self.racks.note(f"Stack//{stack['name']}", "heat-engine", "heat.ended", stack=stack["name"], status=stack["status"])

    # The picture

    def boxes(self) -> list[dict[str, Any]]:
        """Return a box for the control plane, with the servers that have no machine yet."""
        if not self.is_on:
            return []
        used = self.used()
        waiting = [{"ref": f"Server//{name}", "kind": "server", "title": name, "word": server["status"], "health": "bad" if server["status"] == "ERROR" else "busy", "facts": [["Flavor", "플레이버", server["flavor"]["name"]]], "children": []}
                   for name, server in self.servers.items() if name not in self.racks.guests]
        stacks = [{"ref": f"Stack//{name}", "kind": "stack", "title": name, "word": stack["status"], "health": "bad" if stack["status"].endswith("FAILED") else "busy" if stack["status"].endswith("PROGRESS") else "good",
                   "facts": [["Servers", "서버", str(len(stack["wanted"]))]], "children": []} for name, stack in sorted(self.stacks.items())]
        return [{"ref": "Nova//", "kind": "automation", "title": "OpenStack", "word": "on", "word_ko": "켜짐", "health": "good", "meter": [used["instances"], self.quota["instances"], "servers", "대"],
                 "facts": [["vCPUs of quota", "할당량 중 vCPU", f"{used['cores']} / {self.quota['cores']}"], ["Memory of quota", "할당량 중 메모리", f"{used['ram']} / {self.quota['ram']} MB"]], "children": [*waiting, *stacks]}]

    # Writing down and reading back

    def dump(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {"is_on": self.is_on, "flavors": self.flavors, "quota": self.quota, "servers": self.servers, "stacks": self.stacks, "cached": self.cached}

    def load(self, dumped: dict[str, Any]) -> None:
        """Take back what `dump` returned."""
        self.is_on, self.flavors, self.quota, self.servers, self.stacks, self.cached = (dumped[key] for key in ("is_on", "flavors", "quota", "servers", "stacks", "cached"))


VM_STATES = {"ACTIVE": "active", "SHUTOFF": "stopped", "ERROR": "error", "BUILD": "building", "VERIFY_RESIZE": "resized", "PAUSED": "paused", "RESIZE": "active", "MIGRATING": "active"}


def _asked(guest_of: Any, server: dict[str, Any], verb: str) -> Guest:
    try:
        return guest_of(server)  # type: ignore[no-any-return]  # a lambda
    except NovaError as error:
        raise NovaError(str(error).replace("'%s'", f"'{verb}'")) from None


class BadTemplate(NovaError):
    """A template cannot be read; worded as Heat words it."""


GROUP_MAX = 50


def servers_of(text: str, stack: str, parameters: dict[str, str]) -> tuple[dict[str, dict[str, Any]], str]:
    """Return the servers that a Heat template asks for, by name, and its description. Raises BadTemplate."""
    try:
        documents = yaml.documents(text)
    except yaml.YamlFault as fault:
        raise BadTemplate(f"ERROR: Template format error: {fault}") from fault
    body = documents[0].value if documents else None
    if not isinstance(body, dict) or "heat_template_version" not in body:
        raise BadTemplate("ERROR: Template format version not found.")
    values = {name: parameters.get(name, entry.get("default") if isinstance(entry, dict) else None) for name, entry in (body.get("parameters") or {}).items()}
    for name in parameters:
        if name not in values:
            raise BadTemplate(f"ERROR: The Parameter ({name}) was not defined in template.")
    for name, value in values.items():
        if value is None:
            raise BadTemplate(f"ERROR: The Parameter ({name}) was not provided.")
    wanted: dict[str, dict[str, Any]] = {}
    for name, resource in (body.get("resources") or {}).items():
        kind = resource.get("type") if isinstance(resource, dict) else None
        properties = _filled(resource.get("properties") or {}, values) if isinstance(resource, dict) else {}
        if kind == "OS::Nova::Server":
            _add(wanted, properties, f"{stack}-{name}", name)
        elif kind == "OS::Heat::ResourceGroup":
            count, definition = properties.get("count", 1), properties.get("resource_def") or {}
            if not str(count).isdigit() or int(count) > GROUP_MAX:
                raise BadTemplate(f"ERROR: Property error: resources.{name}.properties.count: Value '{count}' is not an integer from 0 to {GROUP_MAX}")
            if definition.get("type") != "OS::Nova::Server":
                raise BadTemplate(f"ERROR: The Resource Type ({definition.get('type')}) could not be found.")
            for number in range(int(count)):
                _add(wanted, definition.get("properties") or {}, f"{stack}-{name}-{number}", f"{name}.resources[{number}]", number)
        else:
            raise BadTemplate(f"ERROR: The Resource Type ({kind}) could not be found.")
    if not wanted and not body.get("resources"):
        raise BadTemplate("ERROR: At least one Resources member must be defined.")
    return wanted, str(body.get("description") or "No description")


def _filled(value: Any, values: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        if set(value) == {"get_param"}:
            if value["get_param"] not in values:
                raise BadTemplate(f'ERROR: The specified reference "{value["get_param"]}" is incorrect.')
            return values[value["get_param"]]
        return {key: _filled(entry, values) for key, entry in value.items()}
    return [_filled(entry, values) for entry in value] if isinstance(value, list) else value


def _add(wanted: dict[str, dict[str, Any]], properties: dict[str, Any], default: str, resource: str, number: int = 0) -> None:
    for key in ("flavor", "image"):
        if not properties.get(key):
            raise BadTemplate(f"ERROR: Property error: resources.{resource.partition('.')[0]}.properties: Property {key} not assigned")
    name = str(properties.get("name") or default).replace("%index%", str(number))
    data = str(properties.get("user_data") or "")
    wanted[name] = {"flavor": str(properties["flavor"]), "image": str(properties["image"]), "installs": unit_in(data), "resource": resource}


def unit_in(user_data: str) -> str:
    """Return the shop's service that a cloud-config installs, or "".

    >>> unit_in("#cloud-config\\npackages:\\n- shop-web")
    'shop-web'
    """
    found = re.search(r"\bshop-(web|api|db|batch)\b", user_data)
    return found[0] if found else ""
