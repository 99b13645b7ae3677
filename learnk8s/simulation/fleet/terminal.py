"""The learner's desk: a workstation without Docker, from which ssh leads to five hosts and to the load balancer."""

from collections.abc import Callable
from typing import Any

from learnk8s.simulation.docker.commands.command import Result
from learnk8s.simulation.docker.engine import Engine
from learnk8s.simulation.docker.terminal import Terminal
from learnk8s.simulation.fleet.balancer import PATH, BadConfig, parsed
from learnk8s.simulation.fleet.inventory import INVENTORY, written
from learnk8s.simulation.fleet.records import RECORDS
from learnk8s.simulation.fleet.site import FleetSite
from learnk8s.simulation.kernel.shell.files import Files
from learnk8s.simulation.kernel.shell.program import Invocation, Outcome, Program
from learnk8s.simulation.kernel.tables import table
from learnk8s.simulation.kernel.world import Answer
from learnk8s.simulation.workload.fleet import SERVICES

HELP = """This is a workstation at night. The hosts host-1 to host-5 run Docker; lb runs haproxy. It knows: ssh, scp, curl, ping, docker -H ssh://HOST,
checks, pager, inventory, handover, ipmitool, fault, traffic, and
cat cd cp cut date echo env export grep head ls mkdir mv printf pwd rm sed seq sleep sort tail tee test touch tr uniq wc xargs awk watch
with variables, quotes, pipes, >, >>, <, <<EOF, $( ), &&, ||, ;, for, while and if. On lb: haproxy -c -f FILE, systemctl reload haproxy.
Try: checks; ssh host-1; cat inventory
"""
CHANGING = ("run", "create", "start", "stop", "restart", "kill", "rm", "pull", "update", "rename", "pause", "unpause", "rmi", "build", "load", "network", "volume", "compose", "image", "container", "system", "tag")
ANYWHERE = ("ssh", "exit", "logout", "checks", "pager", "fault", "traffic", "help", "sleep", "inventory", "handover")


class FleetTerminal(Terminal):
    """A shell that is at the desk, on a host, on the balancer, or in a container."""

    def __init__(self, site: FleetSite, act: Callable[[dict[str, Any]], str]) -> None:
        self.fleet = site
        self.acts: dict[str, int] = {}
        self._depth_of_ssh = 0
        super().__init__(site, act)

    # Where it is

    @property
    def place(self) -> str:
        """Return the machine on which lines run: a host, lb, or nothing for the desk."""
        return next((str(frame["host"]) for frame in reversed(self.frames) if frame["kind"] == "ssh"), "")

    @property
    def engine(self) -> Engine:
        """Return the engine of the host on which lines run; at the desk and on the balancer, the first."""
        return self.site.hosts.get(self.place) or next(iter(self.site.hosts.values()))

    @property
    def files(self) -> Files:  # type: ignore[override]  # the files of where the shell is
        """Return the files of the machine on which lines run."""
        return self.fleet.desk if not self.place else self.fleet.lb_files if self.place == self.fleet.balancer.name else self.engine.files

    @files.setter
    def files(self, files: Files) -> None:
        self._own_files = files

    def files_of(self, engine: Engine) -> Files:
        """Return the files that docker's client sees: those of where it runs."""
        return self.files

    def prompt(self) -> str:
        """Return what stands before the line."""
        inner = super().prompt()
        return inner if inner != "$" else f"{self.place or 'desk'} $"

    def help_text(self) -> str:
        """Return what `help` prints."""
        return HELP

    def flow_word(self) -> str:
        """Return by what a flow is named."""
        return "FRONTEND"

    def is_dark(self) -> bool:
        """Say whether the host on which the shell runs is off."""
        return self.place in self.site.hosts and self.engine.power != "on"

    # Inputs

    def execute(self, line: str) -> Answer:
        """Run one input; what the pager said since the last one stands before."""
        news = "" if self.running else self.fleet.news()
        answer = super().execute(line)
        if news:
            self._printed = news + self._printed
            return Answer(news + answer.output, answer.status, answer.running)
        return answer

    def own_programs(self) -> dict[str, Program]:
        """Return the programs of the desk and of the machines."""
        def machines(words: list[str]) -> list[str]:
            return [*self.site.hosts, self.fleet.balancer.name]

        return {
            **super().own_programs(), "ssh": Program(self._ssh, complete=machines), "scp": Program(self._scp, complete=lambda words: [f"{name}:" for name in machines(words)]), "checks": Program(self._checks), "pager": Program(self._pager), "inventory": Program(self._inventory),
            "haproxy": Program(self._haproxy), "systemctl": Program(self._systemctl), "service": Program(self._service), "handover": Program(self._handover), "orchestrators": Program(self._orchestrators), "uptime": Program(self._uptime), "exit": Program(self._exit), "logout": Program(self._exit),
            "hostname": Program(lambda call: Outcome(f"{self.place or 'desk'}\n")),
        }

    def count(self, kind: str) -> None:
        """Count an act of the operator."""
        self.acts[kind] = self.acts.get(kind, 0) + 1

    def _run(self, argv: list[str], stdin: str, settings: dict[str, str], *, foreground: bool) -> Outcome:
        name = argv[0]
        if self.is_dark():
            dead = self.place
            self.frames = [frame for frame in self.frames if frame.get("host") != dead]
            if not self._depth_of_ssh:
                return Outcome("", f"client_loop: send disconnect: Broken pipe\n# You are back at {self.place or 'the desk'}.\n", 255)
        if self.place == self.fleet.balancer.name and name in ("docker", "docker-compose"):
            return Outcome("", f"bash: {name}: command not found\n", 127)
        if self.place != self.fleet.balancer.name and name == "haproxy":
            return Outcome("", "bash: haproxy: command not found\n", 127)
        words = [word for word in argv[1:] if not word.startswith("-")]
        if name == "docker" and any(word in CHANGING for word in words[:3]):
            self.count("docker")
        elif name == "sed" and any(word.startswith("-i") for word in argv) or name in ("cp", "mv", "tee", "rm", "scp"):
            self.count("edit")
        elif name == "ssh":
            self.count("ssh")
        return super()._run(argv, stdin, settings, foreground=foreground)

    # ssh

    def _reach(self, name: str) -> str | Outcome:
        plain = name.rpartition("@")[2]
        if plain in (self.fleet.balancer.name, self.fleet.balancer.address):
            return self.fleet.balancer.name
        engine = next((engine for engine in self.site.hosts.values() if plain in (engine.name, engine.address)), None)
        if engine is None:
            return Outcome("", f"ssh: Could not resolve hostname {plain}: Name or service not known\n", 255)
        if engine.power != "on":
            return Outcome("", f"ssh: connect to host {plain} port 22: {'No route to host' if engine.power == 'off' else 'Connection refused'}\n", 255)
        return engine.name

    def _ssh(self, call: Invocation) -> Outcome:
        words = call.argv[1:]
        while words and words[0].startswith("-"):
            words = words[2:] if words[0] in ("-o", "-i", "-l", "-p") else words[1:]
        if not words:
            return Outcome("", "usage: ssh [options] destination [command [argument ...]]\n", 255)
        place = self._reach(words[0])
        if isinstance(place, Outcome):
            return place
        if len(self.frames) > 8:
            return Outcome("", "learnk8s: you are eight machines deep; type exit first\n", 255)
        self.frames.append({"kind": "ssh", "host": place})
        if len(words) == 1:
            return Outcome(f"Linux {place} 6.12.48+deb13-amd64 x86_64\n")
        here = len(self.frames)
        self._depth_of_ssh += 1
        try:
            return self._captured(" ".join(words[1:]))
        finally:
            self._depth_of_ssh -= 1
            del self.frames[here - 1:]

    def _exit(self, call: Invocation) -> Outcome:
        if not self.place:
            return Outcome("", "learnk8s: this terminal stays open; you are at your desk\n", 0)
        place = self.place
        last = max(index for index, frame in enumerate(self.frames) if frame["kind"] == "ssh")
        del self.frames[last:]
        return Outcome(f"logout\nConnection to {place} closed.\n")

    def _scp(self, call: Invocation) -> Outcome:
        words = [word for word in call.argv[1:] if not word.startswith("-")]
        if len(words) != 2:
            return Outcome("", "usage: scp [-r] source target\n", 1)
        places = []
        for word in words:
            host, colon, path = word.partition(":")
            place = self._reach(host) if colon else self.place
            if isinstance(place, Outcome):
                return place
            files = self.fleet.desk if not place else self.fleet.lb_files if place == self.fleet.balancer.name else self.site.hosts[place].files
            places.append((files, path if colon else word))
        (source, name), (target, goal) = places
        text = source.read(name)
        if text is None:
            return Outcome("", f"scp: {name}: No such file or directory\n", 1)
        goal = f"{goal.rstrip('/')}/{name.rpartition('/')[2]}" if not goal or target.is_folder(goal or ".") else goal
        target.write(goal.lstrip("/") if goal.startswith("/") and goal.count("/") == 1 else goal, text)
        return Outcome(f"{name.rpartition('/')[2]:<40} 100% {len(text):>6}    1.2MB/s   00:00\n")

    def reached(self, target: str, words: list[str]) -> tuple[Engine, list[str]] | Outcome:
        """Return the engine at an address; the desk has none of its own."""
        if (not target or target.startswith("unix://")) and not self.place:
            return Outcome("", "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n# learnk8s: your desk runs no containers; ssh to a host, or docker -H ssh://host-1 ps\n", 1)
        found = super().reached(target, words)
        if not isinstance(found, Outcome) and found[0].power != "on":
            return Outcome("", f"error during connect: Get \"http://docker.example.com/v1.51/version\": command [ssh -o ConnectTimeout=30 -T -- {found[0].name} docker system dial-stdio] has exited with exit status 255, make sure the URL is valid, and Docker 18.09 or later is installed on the remote host: stderr=ssh: connect to host {found[0].name} port 22: No route to host\n", 1)
        return found

    def _compose(self, call: Invocation) -> Result:
        return self.reached("", ["compose"]) if not self.place else super()._compose(call)  # type: ignore[return-value]  # without a host it is a refusal

    # The operator's tools

    def _checks(self, call: Invocation) -> Outcome:
        rows = [["SERVICE", "PORT", "SERVERS", "ANSWERS"]]
        for service in SERVICES:
            port = self.fleet.balancer.config.port_of(service.name)
            servers = self.fleet.balancer.config.backends.get(self.fleet.balancer.config.frontends.get(port, ("", ""))[1], [])
            alive = sum(self.fleet.balancer.answers(server) is not None for server in servers)
            rows.append([service.name, str(port or "-"), f"{alive}/{len(servers)}", "yes" if self.fleet.answering(service.name) else "NO"])
        return Outcome(table(rows))

    def _pager(self, call: Invocation) -> Outcome:
        if call.argv[1:2] == ["ack"]:
            for page in self.fleet.open_pages():
                page["acked"] = True
            return Outcome(f"{len(self.fleet.open_pages())} pages acknowledged; they stay open until the service answers\n")
        if not self.fleet.pages:
            return Outcome("no pages\n")
        rows = [["TIME", "SERVICE", "STATE"], *[[f"{self.site.clock.moment(page['at_ms']):%a %H:%M}", page["service"], f"over at {self.site.clock.moment(page['over_ms']):%H:%M}" if page["over_ms"] else "acknowledged" if page["acked"] else "OPEN"] for page in self.fleet.pages]]
        return Outcome(table(rows))

    def _inventory(self, call: Invocation) -> Outcome:
        if call.argv[1:2] == ["write"]:
            return Outcome("", "learnk8s: nobody wrote such a tool yet; you keep the file by hand. It compares only: inventory\n", 1)
        found = self.fleet.inventory_differences()
        return Outcome("".join(f"{line}\n" for line in found) or "the inventory is true\n", "", 1 if found else 0)

    def _haproxy(self, call: Invocation) -> Outcome:
        if "-c" not in call.argv:
            return Outcome("HAProxy version 3.0.11-1 2025/06/04 - https://haproxy.org/\n" if "-v" in call.argv else "", "" if "-v" in call.argv else "learnk8s: haproxy runs already; check a file with haproxy -c -f FILE\n", 0)
        path = call.argv[call.argv.index("-f") + 1] if "-f" in call.argv[:-1] else PATH
        text = self.files.read(path)
        if text is None:
            return Outcome("", f"[ALERT]    (412) : Could not open configuration file {path} : No such file or directory\n", 1)
        wrong = self._problem(text, path)
        return Outcome("", wrong, 1) if wrong else Outcome("Configuration file is valid\n")

    @staticmethod
    def _problem(text: str, path: str) -> str:
        try:
            parsed(text)
        except BadConfig as bad:
            return f"[ALERT]    (412) : config : parsing [{path}:{bad.line}] : {bad}\n[ALERT]    (412) : config : Error(s) found in configuration file : {path}\n[ALERT]    (412) : config : Fatal errors found in configuration.\n"
        return ""

    def _systemctl(self, call: Invocation) -> Outcome:
        words = [word.removesuffix(".service") for word in call.argv[1:] if not word.startswith("-")]
        unit = "haproxy" if self.place == self.fleet.balancer.name else "docker"
        if len(words) < 2 or words[1] != unit or not self.place:
            return Outcome("", f"Unit {words[1] if len(words) > 1 else ''}.service could not be found.\n", 4)
        if words[0] == "status":
            return Outcome(f"● {unit}.service\n     Loaded: loaded (/usr/lib/systemd/system/{unit}.service; enabled; preset: enabled)\n     Active: active (running) since Mon 2026-05-04 09:00:00 UTC\n")
        if words[0] in ("reload", "restart") and unit == "haproxy":
            self.count("reload")
            try:
                self.fleet.reload_balancer()
            except BadConfig:
                return Outcome("", f"Job for haproxy.service failed.\nSee \"systemctl status haproxy.service\" and \"journalctl -xeu haproxy.service\" for details.\n# The old configuration goes on; check the new one: haproxy -c -f {PATH}\n", 1)
            return Outcome()
        if words[0] == "is-active":
            return Outcome("active\n")
        return Outcome("", f"learnk8s: systemctl {words[0]} {unit} is not modelled here; status, reload and is-active are\n", 1)

    def _service(self, call: Invocation) -> Outcome:
        return self._systemctl(Invocation(["systemctl", *reversed(call.argv[1:3])], call.stdin, call.files, call.variables, call.now_ms, call.run))

    def _uptime(self, call: Invocation) -> Outcome:
        return Outcome(f" {self.site.clock.moment():%H:%M:%S} up {self.site.now_ms // 3_600_000}:{self.site.now_ms // 60_000 % 60:02d},  1 user\n")

    def _handover(self, call: Invocation) -> Outcome:
        return self.acted({"kind": "hand-over", "ref": ""}, "The fleet is written down as manifests in ~/kubernetes/fleet.yaml: what should run, and no word about where.\nThe page opens a cluster in which they are applied; or look: cat kubernetes/fleet.yaml\n")

    def _orchestrators(self, call: Invocation) -> Outcome:
        for word in call.argv[1:2]:
            found = next((record for record in RECORDS if word.lower() in f"{record.title} {record.file}".lower()), None)
            return Outcome(self.files.read(f"others/{found.file}") or found.text) if found is not None else Outcome("", f"learnk8s: nothing is written down about {word}; orchestrators lists what is\n", 1)
        return Outcome(table([["NAME", "SINCE", "FILE"], *[[record.title, record.since, f"others/{record.file}"] for record in RECORDS]]))

    # Files that people edit are acts too

    def _redirected(self, command: Any, outcome: Outcome) -> Outcome:
        if any(entry.kind in (">", ">>", "&>") and not entry.target.startswith("/dev/") for entry in command.redirections):
            self.count("edit")
        return super()._redirected(command, outcome)

    def forget(self) -> None:
        """Begin anew for the learner."""
        super().forget()
        self.acts = {}

    def write_inventory(self) -> None:
        """Write the inventory that is true now: what somebody did once, before the learner came."""
        self.fleet.desk.write(f"/home/learner/{INVENTORY}", written(self.fleet))

    def dump(self) -> dict[str, Any]:
        """Return the terminal as JSON-able data."""
        return {**super().dump(), "acts": self.acts}

    def load(self, dumped: Any) -> None:
        """Take back what `dump` returned."""
        super().load(dumped)
        self.acts = dumped["acts"]
