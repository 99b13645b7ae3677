"""The load balancer: a file that people edit, and what the process made of it at its last reload. Reads a part of HAProxy's configuration (3.0)."""

import re
from dataclasses import dataclass, field
from sys import intern
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from learnk8s.simulation.docker.engine import Engine
    from learnk8s.simulation.fleet.site import FleetSite

PATH = "/etc/haproxy/haproxy.cfg"
FALL_MS, RISE_MS = 6_000, 4_000
"""Three failed checks or two good ones, two seconds apart. Models haproxy's defaults: inter 2s, fall 3, rise 2."""
SECTIONS = ("global", "defaults", "frontend", "backend", "listen", "resolvers", "userlist", "peers")
SERVERS_MAX = 300


class BadConfig(ValueError):
    """The file cannot be read; the message is haproxy's."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Server:
    """One line `server NAME ADDRESS:PORT [check] [disabled] [backup]`."""

    name: str
    host: str
    port: int
    is_checked: bool = False
    is_disabled: bool = False
    is_backup: bool = False


@dataclass(slots=True)
class Config:
    """Frontends by port, and the servers of each backend."""

    frontends: dict[int, tuple[str, str]] = field(default_factory=dict)
    backends: dict[str, list[Server]] = field(default_factory=dict)

    def port_of(self, frontend: str) -> int:
        """Return the port at which a frontend listens, 0 if there is none of the name."""
        for port, (name, _backend) in self.frontends.items():
            if name == frontend:
                return port
        return 0


def parsed(text: str) -> Config:
    """Return a configuration. Raises BadConfig."""
    config = Config()
    kind, name, port, backend = "", "", 0, ""
    opened: list[tuple[str, int, str, int]] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        words = raw.split("#")[0].split()
        if not words:
            continue
        if words[0] in SECTIONS:
            kind, name, port, backend = words[0], words[1] if len(words) > 1 else "", 0, ""
            if kind in ("frontend", "backend", "listen") and not name:
                raise BadConfig(number, f"'{kind}' expects an <id> argument")
            if kind in ("backend", "listen"):
                config.backends.setdefault(name, [])
            continue
        if not kind:
            raise BadConfig(number, f"unknown keyword '{words[0]}' out of section.")
        match words[0]:
            case "bind" if kind in ("frontend", "listen"):
                found = re.search(r":(\d{1,5})$", words[1]) if len(words) > 1 else None
                if found is None or not 0 < int(found[1]) < 65_536:
                    raise BadConfig(number, f"'bind' : missing port number in '{words[1] if len(words) > 1 else ''}'")
                port = int(found[1])
                if port in config.frontends:
                    raise BadConfig(number, f"frontend '{name}' has the same bind port {port} as frontend '{config.frontends[port][0]}'")
                config.frontends[port] = (name, name if kind == "listen" else backend)
            case "default_backend" if kind == "frontend":
                backend = words[1] if len(words) > 1 else ""
                opened.append((name, port, backend, number))
                if port:
                    config.frontends[port] = (name, backend)
            case "server" if kind in ("backend", "listen"):
                config.backends[name].append(_server(words, number))
            case _ if kind in ("frontend", "backend", "listen") and words[0] not in ("mode", "balance", "option", "timeout", "bind", "http-check", "log", "maxconn", "cookie", "http-request", "use_backend", "acl", "default_backend", "description", "retries", "stick-table", "fullconn"):
                raise BadConfig(number, f"unknown keyword '{words[0]}' in '{kind}' section")
    for front, _port, back, number in opened:
        if back and back not in config.backends:
            raise BadConfig(number, f"Proxy '{front}': unable to find required default_backend: '{back}'.")
    if sum(map(len, config.backends.values())) > SERVERS_MAX:
        raise BadConfig(0, f"learnk8s: at most {SERVERS_MAX} servers here")
    return config


def _server(words: list[str], number: int) -> Server:
    if len(words) < 3:
        raise BadConfig(number, "'server' expects <name> and <addr>[:<port>] as arguments.")
    host, _, port = words[2].partition(":")
    if not port.isdigit() or not 0 < int(port) < 65_536:
        raise BadConfig(number, f"'server {words[1]}' : invalid address: '{words[2]}' in '{words[2]}'")
    options = words[3:]
    return Server(words[1], intern(host), int(port), "check" in options, "disabled" in options, "backup" in options)


class Balancer:
    """The process on the host lb: which configuration it runs, and which servers it takes for dead."""

    name = "lb"
    address = "10.0.0.10"

    def __init__(self, site: "FleetSite") -> None:
        self._site = site
        self.text = ""
        self.config = Config()
        self.down: dict[str, bool] = {}
        self.pending: dict[str, int] = {}
        self.reloads = 0
        self._ready: dict[str, set[int]] = {}
        """By host and by address: the ports that answered at the last look."""
        self._is_settled = False
        """Whether that look was with what the balancer believes now."""
        self._targets: dict[int, list[tuple[Engine, str]]] = {}
        """Where each port's requests go, until something changes."""

    def reload(self, text: str) -> None:
        """Take a configuration over. Raises BadConfig; then the old one stays."""
        self.config = parsed(text)
        self.text = text
        known = {self.key(backend, server) for backend, servers in self.config.backends.items() for server in servers}
        self.down = {key: value for key, value in self.down.items() if key in known}
        for key in [key for key in self.pending if key not in known]:
            self._site.agenda.cancel(self.pending.pop(key))
        self.reloads += 1
        self._is_settled, self._targets = False, {}

    @staticmethod
    def key(backend: str, server: Server) -> str:
        """Return by what a server is known."""
        return f"{backend}/{server.name}"

    def answers(self, server: Server) -> "tuple[Engine, str] | None":
        """Return the container that answers at a server's address now."""
        engine = self._engine_at(server.host)
        found = engine.published(server.port) if engine is not None else None
        return (engine, found.id) if engine is not None and found is not None and found.is_ready(self._site.now_ms) else None

    def watch(self, where: "Engine | None" = None) -> None:
        """Notice servers that changed, on one host or (None) anywhere: after some checks the balancer will believe it."""
        self._targets = {}
        for engine in (where,) if where is not None and self._ready else self._site.hosts.values():
            ports = {port for port, container in engine.listening().items() if container.is_ready(self._site.now_ms)}
            if ports != self._ready.get(engine.name):
                self._ready[engine.name] = self._ready[engine.address] = ports
                self._is_settled = False
        if not self._is_settled:
            self._is_settled = True
            self._compare()

    def _compare(self) -> None:
        """Begin to doubt servers that are not as the balancer believes, and stop where they are again."""
        for backend, servers in self.config.backends.items():
            for server in servers:
                if not server.is_checked:
                    continue
                key = self.key(backend, server)
                is_dead = server.port not in self._ready.get(server.host, ())
                if is_dead != self.down.get(key, False) and key not in self.pending:
                    self.pending[key] = self._site.at(FALL_MS if is_dead else RISE_MS, "lb", "mark", key)
                elif is_dead == self.down.get(key, False) and key in self.pending:
                    self._site.agenda.cancel(self.pending.pop(key))

    def mark(self, key: str) -> None:
        """Believe what the checks say."""
        self.pending.pop(key, None)
        self._is_settled = False
        backend, _, name = key.partition("/")
        server = next((server for server in self.config.backends.get(backend, ()) if server.name == name), None)
        if server is None:
            return
        is_dead = self.answers(server) is None
        if is_dead != self.down.get(key, False):
            self.down[key] = is_dead
            self._site.note("haproxy", "server.down" if is_dead else "server.up", f"Backend//{backend}", "server", key)

    def servers(self, port: int) -> list[Server]:
        """Return the servers to which a port's requests go."""
        backend = self.config.frontends.get(port, ("", ""))[1]
        live = [server for server in self.config.backends.get(backend, ()) if not server.is_disabled and not self.down.get(self.key(backend, server), False)]
        return [server for server in live if not server.is_backup] or live

    def targets(self, port: int) -> "list[tuple[Engine, str]]":
        """Return the containers to which a port's requests go; a server that answers nothing stands as a container that is not there."""
        if port not in self._targets:
            self._targets[port] = [self._target(server) for server in self.servers(port)]
        return self._targets[port]

    def _target(self, server: Server) -> "tuple[Engine, str]":
        engine = self._engine_at(server.host)
        container = engine.published(server.port) if engine is not None else None
        return engine or next(iter(self._site.hosts.values())), container.id if container is not None else ""

    def _engine_at(self, host: str) -> "Engine | None":
        """Return the engine of the host with a name or address."""
        hosts = self._site.hosts
        return hosts[host] if host in hosts else next((engine for engine in hosts.values() if engine.address == host), None)

    def dump(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {"text": self.text, "down": self.down, "pending": self.pending, "reloads": self.reloads}

    def restore(self, dumped: dict[str, Any]) -> None:
        """Take back what `dump` returned."""
        self.text, self.down, self.pending, self.reloads = dumped["text"], dumped["down"], dumped["pending"], dumped["reloads"]
        self.config = parsed(self.text)
        self._ready, self._targets, self._is_settled = {}, {}, False
