"""Compose files: from YAML to services in the order in which they start. Models compose-spec/compose-go (2.9)."""

import re
import shlex
from dataclasses import dataclass, field
from typing import Any

from learnk8s.simulation.docker.dockerfile import filled
from learnk8s.simulation.docker.errors import DockerError
from learnk8s.simulation.docker.layers import digest
from learnk8s.simulation.kernel import yaml
from learnk8s.simulation.kernel.shell.files import Files

FILES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
KEYS = ("image", "build", "command", "entrypoint", "environment", "env_file", "ports", "expose", "volumes", "networks", "network_mode", "depends_on", "restart", "deploy", "mem_limit", "cpus", "container_name", "hostname", "working_dir", "user", "labels", "healthcheck", "scale", "tty", "stdin_open", "read_only",
        "privileged", "init", "stop_grace_period", "profiles", "logging", "cap_add", "cap_drop", "security_opt", "tmpfs", "extra_hosts", "platform", "pull_policy", "dns", "ulimits", "links", "secrets", "configs", "develop", "annotations", "stop_signal", "pids_limit", "shm_size", "sysctls")
REPLICAS_MAX = 30
SERVICES_MAX = 40


@dataclass(slots=True)
class Service:
    """One service of a project."""

    name: str
    body: dict[str, Any]
    image: str
    needs: dict[str, str] = field(default_factory=dict)
    scale: int = 1
    networks: dict[str, list[str]] = field(default_factory=dict)

    @property
    def hash(self) -> str:
        """Return what tells whether a container was made from this very text."""
        return digest(self.body, self.image, sorted(self.networks))[7:]


@dataclass(slots=True)
class Project:
    """One compose file, read."""

    name: str
    folder: str
    file: str
    services: dict[str, Service]
    networks: dict[str, dict[str, Any]]
    volumes: dict[str, dict[str, Any]]

    def ordered(self, chosen: list[str]) -> list[Service]:
        """Return services, what they need before them. Raises DockerError."""
        found: list[Service] = []

        def add(name: str, below: tuple[str, ...]) -> None:
            if name not in self.services:
                raise DockerError(f"no such service: {name}", from_client=True)
            if name in below:
                raise DockerError(f"dependency cycle detected: {' -> '.join((*below, name))}", from_client=True)
            service = self.services[name]
            for other in sorted(service.needs):
                add(other, (*below, name))
            if service not in found:
                found.append(service)

        for name in chosen or self.services:
            add(name, ())
        return found


def located(files: Files, given: str) -> str:
    """Return the path of the compose file. Raises DockerError."""
    if given:
        path = files.path(given)
        if path not in files.texts:
            raise DockerError(f"open {path}: no such file or directory", 14, from_client=True)
        return path
    folder = files.cwd
    while True:
        for name in FILES:
            if f"{folder.rstrip('/')}/{name}" in files.texts:
                return f"{folder.rstrip('/')}/{name}"
        if folder in ("", "/"):
            raise DockerError("no configuration file provided: not found", 14, from_client=True)
        folder = folder.rpartition("/")[0] or "/"


def read(files: Files, *, file: str = "", name: str = "", variables: dict[str, str] | None = None) -> Project:
    """Return the project of a compose file. Raises DockerError."""
    path = located(files, file)
    folder = path.rpartition("/")[0] or "/"
    env = dict(line.split("=", 1) for line in (files.texts.get(f"{folder.rstrip('/')}/.env") or "").splitlines() if "=" in line and not line.startswith("#"))
    text = filled(files.texts[path].replace("$$", "\x00"), {**env, **(variables or {})}).replace("\x00", "$")
    try:
        found = yaml.documents(text)
    except yaml.YamlFault as fault:
        raise DockerError(f"yaml: {'line ' + str(fault.line) + ': ' if fault.line and 'line' not in str(fault) else ''}{str(fault).removeprefix('yaml: ')}", 15, from_client=True) from None
    body = found[0].value if found else None
    if not isinstance(body, dict):
        raise DockerError("empty compose file" if body is None else "Top-level object must be a mapping", 15, from_client=True)
    for key in body:
        if key not in ("services", "networks", "volumes", "version", "name", "secrets", "configs", "include") and not str(key).startswith("x-"):
            raise DockerError(f"validating {path}: additional properties '{key}' not allowed", 15, from_client=True)
    project = re.sub(r"[^a-z0-9_-]", "", str(name or body.get("name") or folder.rpartition("/")[2] or "root").lower()) or "project"
    networks, volumes = _section(body, "networks", path), _section(body, "volumes", path)
    services = _section(body, "services", path)
    if not services:
        raise DockerError("no service selected", 1, from_client=True)
    if len(services) > SERVICES_MAX:
        raise DockerError(f"learnk8s: a project has at most {SERVICES_MAX} services here", 1, from_client=True)
    made = {str(key): _service(str(key), value, project, path) for key, value in services.items()}
    for service in made.values():
        for other in service.needs:
            if other not in made:
                raise DockerError(f'service "{service.name}" depends on undefined service "{other}": invalid compose project', 15, from_client=True)
        for network in service.networks:
            if network not in networks and network != "default":
                raise DockerError(f'service "{service.name}" refers to undefined network {network}: invalid compose project', 15, from_client=True)
        for source, _target in mounts(service):
            if source and not source.startswith(("/", ".", "~")) and source not in volumes:
                raise DockerError(f'service "{service.name}" refers to undefined volume {source}: invalid compose project', 15, from_client=True)
    return Project(project, folder, path, made, networks, volumes)


def _section(body: dict[str, Any], name: str, path: str) -> dict[str, Any]:
    section = body.get(name) or {}
    if not isinstance(section, dict):
        raise DockerError(f"validating {path}: {name} must be a mapping", 15, from_client=True)
    return section


def _service(name: str, body: Any, project: str, path: str) -> Service:
    if not isinstance(body, dict):
        raise DockerError(f"validating {path}: services.{name} must be a mapping", 15, from_client=True)
    for key in body:
        if key not in KEYS and not str(key).startswith("x-"):
            raise DockerError(f"validating {path}: services.{name} additional properties '{key}' not allowed", 15, from_client=True)
    if "image" not in body and "build" not in body:
        raise DockerError(f'service "{name}" has neither an image nor a build context specified: invalid compose project', 15, from_client=True)
    for key, kinds, words in (("ports", list, "an array"), ("volumes", list, "an array"), ("environment", (list, dict), "a mapping"), ("deploy", dict, "a mapping"), ("healthcheck", dict, "a mapping"), ("command", (str, list), "a string"), ("depends_on", (list, dict), "an array"), ("networks", (list, dict), "an array"), ("image", str, "a string"), ("build", (str, dict), "a string")):
        if body.get(key) is not None and not isinstance(body[key], kinds):
            raise DockerError(f"validating {path}: services.{name}.{key} must be {words}", 15, from_client=True)
    needs = body.get("depends_on") or {}
    needed = {str(other): "service_started" for other in needs} if isinstance(needs, list) else {str(other): str((told or {}).get("condition", "service_started")) if isinstance(told, dict) else "service_started" for other, told in needs.items()}
    deploy = body.get("deploy") or {}
    count = body.get("scale", deploy.get("replicas", 1))
    nets = body.get("networks") or {}
    joined = {str(key): [] for key in nets} if isinstance(nets, list) else {str(key): [str(alias) for alias in ((value or {}).get("aliases") or [])] if isinstance(value, dict) else [] for key, value in nets.items()}
    if not joined and not body.get("network_mode"):
        joined = {"default": []}
    return Service(name, body, str(body.get("image") or f"{project}-{name}"), needed, max(0, min(int(count), REPLICAS_MAX)) if isinstance(count, int) else 1, joined)


def mounts(service: Service) -> list[tuple[str, str]]:
    """Return a service's mounts as source and `target[:mode]`."""
    found = []
    for entry in service.body.get("volumes") or []:
        if isinstance(entry, dict):
            found.append((str(entry.get("source", "")), str(entry.get("target", "")) + (":ro" if entry.get("read_only") else "")))
        else:
            source, colon, target = str(entry).partition(":")
            found.append((source, target) if colon else ("", source))
    return found


def words_of(value: Any) -> list[str]:
    """Return the words of a command written as text or as a list."""
    if isinstance(value, list):
        return [str(word) for word in value]
    try:
        return shlex.split(str(value)) if value is not None else []
    except ValueError:
        return str(value).split()


def pairs(value: Any) -> list[str]:
    """Return `NAME=value` entries of a mapping or a list."""
    if isinstance(value, dict):
        return [f"{name}={_said(entry)}" if entry is not None else str(name) for name, entry in value.items()]
    return [str(entry) for entry in value or []]


def _said(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def run_words(project: Project, service: Service, number: int) -> list[str]:
    """Return a service as words of `docker run`; the image's name stands where the flags end."""
    body = service.body
    limits = ((body.get("deploy") or {}).get("resources") or {}).get("limits") or {}
    words = ["--detach", "--name", str(body.get("container_name") or f"{project.name}-{service.name}-{number}")]
    for flag, value in (("memory", body.get("mem_limit", limits.get("memory"))), ("cpus", body.get("cpus", limits.get("cpus"))), ("hostname", body.get("hostname")), ("workdir", body.get("working_dir")), ("user", body.get("user")), ("restart", body.get("restart")), ("pids-limit", body.get("pids_limit")), ("stop-signal", body.get("stop_signal"))):
        if value is not None:
            words += [f"--{flag}", _said(value) if not isinstance(value, bool) else "no"]
    for flag, key in (("tty", "tty"), ("interactive", "stdin_open"), ("read-only", "read_only"), ("privileged", "privileged")):
        words += [f"--{flag}"] if body.get(key) else []
    for entry in pairs(body.get("environment")):
        words += ["--env", entry]
    env_files = body.get("env_file") or []
    for entry in [env_files] if isinstance(env_files, str) else env_files:
        words += ["--env-file", f"{project.folder.rstrip('/')}/{str(entry.get('path') if isinstance(entry, dict) else entry).removeprefix('./')}"]
    for entry in body.get("ports") or []:
        words += ["--publish", f"{entry.get('published', '')}:{entry.get('target', 0)}".lstrip(":") if isinstance(entry, dict) else str(entry)]
    for entry in body.get("expose") or []:
        words += ["--expose", str(entry)]
    for source, target in mounts(service):
        if source.startswith((".", "/", "~")):
            place = source if not source.startswith(".") else f"{project.folder.rstrip('/')}/{source.removeprefix('./').strip('.')}".rstrip("/")
            words += ["--volume", f"{place}:{target}"]
        elif source:
            outer = project.volumes.get(source) or {}
            words += ["--volume", f"{outer.get('name') or (source if outer.get('external') else f'{project.name}_{source}')}:{target}"]
        else:
            words += ["--volume", target]
    words += _health(body.get("healthcheck"))
    words += ["--network", str(body["network_mode"])] if body.get("network_mode") in ("host", "none", "bridge") else []
    for entry in pairs(body.get("labels")):
        words += ["--label", entry]
    words += ["--label", f"com.docker.compose.project={project.name}", "--label", f"com.docker.compose.service={service.name}", "--label", f"com.docker.compose.container-number={number}", "--label", f"com.docker.compose.config-hash={service.hash}"]
    entrypoint = words_of(body.get("entrypoint"))
    words += ["--entrypoint", entrypoint[0]] if entrypoint else []
    return [*words, service.image, *entrypoint[1:], *words_of(body.get("command"))]


def _health(check: Any) -> list[str]:
    if not isinstance(check, dict) or not check.get("test"):
        return []
    if check.get("disable"):
        return ["--no-healthcheck"]
    test = check["test"]
    line = " ".join(map(str, test[1:])) if isinstance(test, list) else str(test)
    words = ["--health-cmd", line]
    for key in ("interval", "timeout"):
        words += [f"--health-{key}", str(check[key])] if re.fullmatch(r"(\d+(ms|s|m|h))+", str(check.get(key, ""))) else []
    return [*words, *(["--health-retries", str(check["retries"])] if str(check.get("retries", "")).isdigit() else [])]


def network_name(project: Project, key: str) -> str:
    """Return what a network of the file is called on the host."""
    outer = project.networks.get(key) or {}
    return str(outer.get("name") or (key if outer.get("external") else f"{project.name}_{key}"))
