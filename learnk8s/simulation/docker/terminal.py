"""The learner's terminal: a shell on a host, from which `exec -it` and `run -it` lead into containers and `exit` leads back."""

from collections import ChainMap
from collections.abc import Callable
from typing import Any

from learnk8s.simulation.docker import client, http, inside
from learnk8s.simulation.docker.commands.command import Call, Command, Result
from learnk8s.simulation.docker.container import Container
from learnk8s.simulation.docker.engine import Engine
from learnk8s.simulation.docker.errors import DockerError
from learnk8s.simulation.docker.jobs import StepsJob
from learnk8s.simulation.docker.site import Site
from learnk8s.simulation.kernel.limits import LimitExceeded
from learnk8s.simulation.kernel.shell.files import Files
from learnk8s.simulation.kernel.shell.piped import first_of
from learnk8s.simulation.kernel.shell.program import Invocation, Outcome, Program
from learnk8s.simulation.kernel.shell.programs import STANDARD
from learnk8s.simulation.kernel.shell.programs.small import sleep_program
from learnk8s.simulation.kernel.shell.shell import Shell
from learnk8s.simulation.kernel.shell.words import SyntaxFault
from learnk8s.simulation.kernel.world import Answer

Act = Callable[[dict[str, Any]], str]
HELP = """This is a shell on one host with Docker. It knows: docker, docker compose, curl, wget, ping, ss, free, df, fault, traffic, and
cat cd cp cut date echo env export grep head ls mkdir mv printf pwd rm sed seq sleep sort tail tee test touch tr uniq wc xargs awk watch
with variables, quotes, pipes, >, >>, <, <<EOF, $( ), &&, ||, ;, for, while and if.
Try: docker --help
"""
ALWAYS = ("fault", "traffic", "help", "sleep", "clear", "exit", "echo", "true", "false", "ipmitool")
"""What works at the desk even when the host is dark."""


class Terminal(Shell):
    """A shell that may be inside a container; where it is stands among its frames."""

    def __init__(self, site: Site, act: Act) -> None:
        self.site, self._act = site, act
        self._own_files = Files()
        self.frames: list[dict[str, Any]] = []
        self.archives: dict[str, Any] = {}
        super().__init__({}, now_ms=lambda: site.now_ms, advance=site.advance, next_due_ms=site.next_due_ms)
        self.programs = ChainMap(self.own_programs(), STANDARD)  # what every shell has is held once

    def own_programs(self) -> dict[str, Program]:
        """Return the programs of a host beside those that every shell has."""
        return {
            "docker": Program(self._docker, complete=lambda words: client.completed(self.engine, words[1:]), resume=lambda state: StepsJob.resumed(self, state)), "docker-compose": Program(self._compose), "sleep": sleep_program(lambda: self.site.now_ms),
            "curl": Program(lambda call: http.client(self.engine, None, call.argv, write=call.files.write)), "wget": Program(lambda call: http.client(self.engine, None, call.argv, write=call.files.write)), "fault": Program(self.fault), "traffic": Program(self.traffic),
            "help": Program(lambda call: Outcome(self.help_text())), "free": Program(self._free), "df": Program(self._df), "ss": Program(self._sockets), "ping": Program(self._ping), "hostname": Program(lambda call: Outcome(f"{self.engine.name}\n")), "ipmitool": Program(self._ipmi),
            "exit": Program(lambda call: Outcome("", "learnk8s: this terminal stays open; you are in no container\n", 0)), "uname": Program(lambda call: Outcome("6.12.48+deb13-amd64\n" if "-r" in call.argv else "Linux\n")), "nproc": Program(lambda call: Outcome(f"{self.engine.cpus}\n")),
        }

    # Where it is

    @property
    def engine(self) -> Engine:
        """Return the host on which lines run."""
        return next(iter(self.site.hosts.values()))

    @property
    def files(self) -> Files:  # type: ignore[override]  # the files of where the shell is
        """Return the files of the host on which lines run."""
        return self.engine.files if self.site.hosts else self._own_files

    @files.setter
    def files(self, files: Files) -> None:
        self._own_files = files

    def files_of(self, engine: Engine) -> Files:
        """Return the files that docker's client sees."""
        return engine.files

    def help_text(self) -> str:
        """Return what `help` prints."""
        return HELP

    def prompt(self) -> str:
        """Return what stands before the line, as bash and ash show it."""
        inner = next((frame for frame in reversed(self.frames) if frame["kind"] == "container"), None)
        if inner is not None:
            container = self.site.hosts[inner["host"]].containers.get(inner["id"])
            if container is not None:
                return f"{container.hostname}:{inner['variables'].get('PWD', container.workdir)}#"
        return "$"

    def enter(self, engine: Engine, container: Container, *, is_main: bool, cwd: str = "", variables: dict[str, str] | None = None) -> str:
        """Go into a container: until `exit`, every line is run there."""
        self.frames.append({"kind": "container", "host": engine.name, "id": container.id, "main": is_main, "variables": {"PWD": cwd or container.workdir, **(variables or {})}, "status": 0})
        return ""

    def to_desk(self) -> None:
        """Be like a second terminal: in no container and at the desk."""
        super().to_desk()
        self.frames.clear()

    def execute(self, line: str) -> Answer:
        """Run one input: in the container that the terminal is in, or on the host."""
        frame = self.frames[-1] if self.frames else None
        if frame is None or frame["kind"] != "container" or self.running:
            return super().execute(line)
        self._printed, self._scrolled = "", 0
        self._inner(frame, line)
        return Answer(self._printed, self._status, self.running)

    def _inner(self, frame: dict[str, Any], line: str) -> None:
        engine = self.site.hosts[frame["host"]]
        container = engine.containers.get(frame["id"])
        if container is None or not container.is_up or engine.power != "on":
            self.frames.remove(frame)
            self._print("# The container is gone; you are back.\n")
            self._run_source(line)
            return
        first = line.strip().split()
        if first[:1] in (["exit"], ["logout"]):
            self.frames.remove(frame)
            self._status = int(first[1]) % 256 if len(first) > 1 and first[1].isdigit() else frame["status"]
            if frame["main"]:
                container.stopped_by_hand = True
                engine.exit(container, self._status)
            self._print("exit\n")
            return
        try:
            outcome = inside.run(engine, container, line, variables=frame["variables"], may_wait=True, cwd=frame["variables"].get("PWD", ""))
        except (LimitExceeded, SyntaxFault) as limit:
            outcome = Outcome("", f"sh: {limit}\n", 1)
        frame["status"] = self._status = outcome.status
        if frame["main"] and container.is_up:
            container.say(self.site.now_ms, outcome.stdout + outcome.stderr)
        self._print(outcome.stdout + outcome.stderr)
        self.site.changed(engine)
        if not container.is_up and frame in self.frames:
            self.frames.remove(frame)

    def interrupt(self) -> Answer:
        """Press Ctrl-C: an attached container gets SIGINT."""
        job = first_of(self._job)
        answer = super().interrupt()
        if isinstance(job, StepsJob) and job.steps and job.steps[0][0] == "do":
            step = job.steps[0]
            engine = self.site.hosts[job.host]
            if step[1] == "attach" and step[4]:
                self._signal(engine, step[2])
            elif step[1] == "compose-follow" and step[5]:
                for container in engine.containers.values():
                    if container.labels.get("com.docker.compose.project") == step[2] and container.is_up:
                        engine.ask_to_stop(container)
        return answer

    @staticmethod
    def _signal(engine: Engine, number: str) -> None:
        container = engine.containers.get(number)
        if container is not None and container.state == "running":
            if container.does.kind == "script":
                container.stopped_by_hand = True
                engine.exit(container, 130)
            else:
                engine.signal(container, "INT")

    # docker

    def docker(self, engine: Engine, words: list[str], *, stdin: str = "") -> Result:
        """Run docker's client against a host."""
        return client.called(self, engine, words, stdin=stdin, files=self.files_of(engine))

    def docker_call(self, engine: Engine, command: Command, words: list[str], *, files: Files | None = None) -> Call:
        """Return a call of a command as if it had been typed."""
        return client.call_of(self, engine, command, words, files=files)

    def chosen(self, words: list[str], variables: dict[str, str]) -> tuple[Engine, list[str]] | Outcome:
        """Return which host a line means, by -H or DOCKER_HOST, and the words without that."""
        target = variables.get("DOCKER_HOST", "")
        rest = list(words)
        while rest[:1] and rest[0] in ("-H", "--host", "-c", "--context", "-D", "--debug", "-l", "--log-level") or rest[:1] and rest[0].startswith(("--host=", "-H=", "--context=")):
            word = rest.pop(0)
            if word in ("-D", "--debug"):
                continue
            value = word.partition("=")[2] if "=" in word else rest.pop(0) if rest else ""
            target = value if word.startswith(("-H", "--host")) else target
        return self.reached(target, rest)

    def reached(self, target: str, words: list[str]) -> tuple[Engine, list[str]] | Outcome:
        """Return the engine at a socket or address, or what the client says if there is none."""
        if not target or target.startswith("unix://"):
            return self.engine, words
        plain = target.partition("://")[2].rpartition("@")[2].partition(":")[0]
        found = next((engine for engine in self.site.hosts.values() if plain in (engine.name, engine.address, "localhost", "127.0.0.1")), None)
        if found is None:
            return Outcome("", f"error during connect: Get \"http://docker.example.com/v1.51/version\": command [ssh -o ConnectTimeout=30 -T -- {plain} docker system dial-stdio] has exited with exit status 255, make sure the URL is valid, and Docker 18.09 or later is installed on the remote host: stderr=ssh: Could not resolve hostname {plain}: Name or service not known\n", 1)
        return found, words

    def _docker(self, call: Invocation) -> Result:
        found = self.chosen(call.argv[1:], call.variables)
        return found if isinstance(found, Outcome) else self.docker(*found, stdin=call.stdin)

    def _compose(self, call: Invocation) -> Result:
        return self.docker(self.engine, ["compose", *call.argv[1:]])

    def _run(self, argv: list[str], stdin: str, settings: dict[str, str], *, foreground: bool) -> Outcome:
        if self.is_dark() and argv[0] not in ALWAYS:
            return Outcome("", f"client_loop: send disconnect: Broken pipe\nssh: connect to host {self.engine.name} port 22: {'No route to host' if self.engine.power == 'off' else 'Connection refused'}\n", 255)
        return super()._run(argv, stdin, settings, foreground=foreground)

    def is_dark(self) -> bool:
        """Say whether the host on which the shell runs is off."""
        return self.engine.power != "on"

    # Faults

    def fault(self, call: Invocation) -> Outcome:
        """Break something by a command."""
        from learnk8s.simulation.docker.faults import BY_KIND

        fault = BY_KIND.get(call.argv[1]) if len(call.argv) in (2, 3) else None
        if fault is None or fault.kind == "set-traffic":
            return Outcome("", "usage:\n" + "".join(f"  {item.usage}\n" for item in BY_KIND.values() if item.usage.startswith("fault")), 2)
        return self.acted({"kind": fault.kind, "ref": f"{fault.applies_to}//{call.argv[2] if len(call.argv) > 2 else ''}"}, f"{fault.text_en}\n")

    def traffic(self, call: Invocation) -> Outcome:
        """Turn the requests up or down by a command."""
        words = call.argv[1:]
        if len(words) != 2 or not words[1].isdigit() or len(words[1]) > 6:
            return Outcome("", f"usage: traffic {self.flow_word()} REQUESTS_PER_SECOND\n", 2)
        return self.acted({"kind": "set-traffic", "ref": f"Traffic//{words[0]}", "per_second": int(words[1])}, f"{words[0]} now gets {words[1]} requests a second\n")

    def flow_word(self) -> str:
        """Return by what a flow is named."""
        return "PORT"

    def acted(self, action: dict[str, Any], text: str) -> Outcome:
        """Do an action of the world and say so, or say why not."""
        from learnk8s.simulation.kernel.faults import BadAction

        try:
            self._act(action)
        except (BadAction, DockerError) as error:
            return Outcome("", f"learnk8s: {error}\n", 1)
        return Outcome(text)

    # The host

    def _free(self, call: Invocation) -> Outcome:
        used, total = self.engine.used_mib(), self.engine.memory_mib
        return Outcome(f"               total        used        free      shared  buff/cache   available\nMem:     {total:>11} {used:>11} {total - used:>11} {0:>11} {0:>11} {total - used:>11}\nSwap:    {0:>11} {0:>11} {0:>11}\n")

    def _df(self, call: Invocation) -> Outcome:
        total, used = self.engine.disk_bytes, self.engine.disk_used()
        return Outcome(f"Filesystem      Size  Used Avail Use% Mounted on\n/dev/vda1       {total / 1e9:3.0f}G  {used / 1e9:3.1f}G  {max(0, total - used) / 1e9:3.1f}G {min(100, used * 100 // total):>3}% /\n")

    def _sockets(self, call: Invocation) -> Outcome:
        lines = ["State   Recv-Q  Send-Q   Local Address:Port    Peer Address:Port", "LISTEN  0       128            0.0.0.0:22           0.0.0.0:*"]
        lines += [f"LISTEN  0       4096 {ip:>18}:{outer:<12} 0.0.0.0:*" for container in self.engine.containers.values() if container.is_up for ip, outer, _inner, _kind in container.ports]
        return Outcome("\n".join(lines) + "\n")

    def _ping(self, call: Invocation) -> Outcome:
        words = [word for word in call.argv[1:] if not word.startswith("-") and not word.isdigit()]
        host = next((engine for engine in self.site.hosts.values() if words and words[0] in (engine.name, engine.address)), None)
        container = self.engine.by_address(words[0]) if words else []
        if not words:
            return Outcome("", "ping: usage error: Destination address required\n", 1)
        if host is None and not container and words[0] not in ("localhost", "127.0.0.1"):
            return Outcome("", f"ping: {words[0]}: Name or service not known\n", 2)
        if host is not None and host.power == "off":
            return Outcome(f"PING {words[0]} ({host.address}) 56(84) bytes of data.\n\n--- {words[0]} ping statistics ---\n1 packets transmitted, 0 received, 100% packet loss, time 0ms\n", "", 1)
        return Outcome(f"PING {words[0]} 56(84) bytes of data.\n64 bytes from {words[0]}: icmp_seq=1 ttl=64 time=0.311 ms\n\n--- {words[0]} ping statistics ---\n1 packets transmitted, 1 received, 0% packet loss, time 0ms\n")

    def _ipmi(self, call: Invocation) -> Outcome:
        words = list(call.argv[1:])
        name = words[words.index("-H") + 1] if "-H" in words[:-1] else ""
        engine = self.site.hosts.get(name.removesuffix("-bmc")) or (self.engine if not name else None)
        if engine is None:
            return Outcome("", "Error: Unable to establish IPMI v2 / RMCP+ session\n", 1)
        match words[-1:]:
            case ["status"]:
                return Outcome(f"Chassis Power is {'off' if engine.power == 'off' else 'on'}\n")
            case ["on"] if engine.power == "off":
                engine.power_on()
                return Outcome("Chassis Power Control: Up/On\n")
            case ["on"]:
                return Outcome("Chassis Power Control: Up/On\n")
            case ["off"]:
                if engine.power != "off":
                    engine.power_off()
                return Outcome("Chassis Power Control: Down/Off\n")
        return Outcome("", "chassis power Commands: status, on, off\n", 1)

    def forget(self) -> None:
        """Begin anew for the learner after a scenario has set things up."""
        self._printed, self._scrolled, self._status = "", 0, 0

    # Writing down and reading back

    def complete(self, line: str) -> list[str]:
        """List what the last word could become; in a container, its programs and files."""
        frame = self.frames[-1] if self.frames else None
        if frame is None or frame["kind"] != "container":
            return super().complete(line)
        container = self.site.hosts[frame["host"]].containers.get(frame["id"])
        if container is None:
            return []
        shell = inside.InnerShell(self.site.hosts[frame["host"]], container, may_wait=False)
        shell.files.cwd = frame["variables"].get("PWD", container.workdir)
        return shell.complete(line)

    def dump(self) -> dict[str, Any]:
        """Return the terminal as JSON-able data."""
        return {**super().dump(), "files": self._own_files.dump(), "frames": self.frames, "archives": self.archives}

    def load(self, dumped: Any) -> None:
        """Take back what `dump` returned."""
        self.frames, self.archives = dumped["frames"], dumped["archives"]
        super().load({**dumped, "files": self.files.dump()})
        self._own_files.load(dumped["files"])
