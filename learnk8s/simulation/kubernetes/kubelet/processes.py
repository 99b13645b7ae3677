"""Commands that are run in a container from outside: by `kubectl exec`, by exec probes and by hooks."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from learnk8s.simulation.kernel.limits import LimitExceeded
from learnk8s.simulation.kernel.shell.program import Outcome
from learnk8s.simulation.kernel.shell.words import Pipeline, Simple, SyntaxFault, statements
from learnk8s.simulation.kubernetes.kubelet.contents import Contents
from learnk8s.simulation.kubernetes.kubelet.environment import running_variables
from learnk8s.simulation.kubernetes.kubelet.images import agnhost
from learnk8s.simulation.kubernetes.kubelet.images.clients import CLIENTS, server_of
from learnk8s.simulation.kubernetes.kubelet.images.commands import has_own, own_command
from learnk8s.simulation.kubernetes.kubelet.images.script import source_of
from learnk8s.simulation.kubernetes.kubelet.layered import Denied, LayeredFiles, ReadOnly
from learnk8s.simulation.kubernetes.kubelet.runtime import ContainerRecord, PodRecord
from learnk8s.simulation.kubernetes.kubelet.speaking import BUILT_IN, ContainerShell
from learnk8s.simulation.kubernetes.kubelet.tools import SHELLS, tools
from learnk8s.simulation.kubernetes.objects.document import Doc

if TYPE_CHECKING:
    from learnk8s.simulation.kubernetes.kubelet.parts import KubeletParts

WORDS_MAX = 8
"""So many parts at the end of a command's output are looked at to find out which of what was printed within went into its words."""
MOMENTS_MAX = 500
"""What a command prints after so many moments comes at its end."""
KILLED_BY = ("kill 1", "kill -9 1", "kill -TERM 1", "kill -15 1", "kill -KILL 1", "kill -s TERM 1", "nginx -s stop", "nginx -s quit", "reboot", "pkill java")


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command printed, its status, and how long it took."""

    stdout: str
    stderr: str
    status: int
    took_ms: int = 0
    missing: str = ""
    left: bool = False
    """It said exit."""
    moments: tuple[tuple[int, int, int], ...] = ()
    """How many letters of each text were there after so many milliseconds; before them nothing was, and the rest comes at the end."""


class Exits(Exception):
    """The command said exit; what it had printed before comes with it."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status, self.before = status, Outcome()


class _Exec(ContainerShell):
    """A shell in a running container; `sleep` only counts."""

    def __init__(self, kubelets: "KubeletParts", pod: Doc, record: PodRecord, entry: ContainerRecord, session: dict[str, Any] | None, called: str = "sh") -> None:
        self.took_ms, self._pod, self._record, self._entry, self._kubelets = 0, pod, record, entry, kubelets
        self._image = kubelets.registry.find(entry.image)
        session = session or {}
        is_typed = bool(session.get("typed"))
        around = replace(kubelets.surroundings(pod, record, entry, wait=self._wait), tell=self._tell, on_terminal=is_typed, shell=called if is_typed and not session.get("joined") else "")
        now_ms = kubelets.store.clock.now_ms
        super().__init__({**tools(around), **agnhost.programs(around)}, now_ms=lambda: now_ms + self.took_ms, advance=lambda until: None, next_due_ms=lambda: None)
        spec = kubelets.spec_of(pod, entry.name)
        self.speak(called, around.distribution, is_typed=is_typed, line=session.get("line", 0) + 1 if is_typed else 1)
        self._deep, self._first_line = False, self.line
        self.contents = Contents(kubelets, pod, record, entry)
        self.layers = LayeredFiles(self.contents, now_ms, session.get("cwd") or spec.get("workingDir") or (self._image.folder if self._image else "/"), user=around.user, groups=around.all_groups)
        self.files = self.layers
        self.variables = {**running_variables(pod, record, entry, kubelets.store, dict(self._image.environment) if self._image else {}), **session.get("variables", {}), "PWD": self.layers.cwd}
        self.kills = self.left = False
        self._peeks = bool((session or {}).get("peeks"))
        self._parts: list[tuple[int, str, str]] = []
        self._stray = ""

    def _print(self, text: str) -> None:
        """Keep what a command within a word complained of: it comes before what the word's own command says."""
        self._stray += text

    def _command(self, command: Simple, stdin: str, *, foreground: bool) -> Outcome:
        found = super()._command(command, stdin, foreground=foreground)
        if not self._stray:
            return found
        stray, self._stray = self._stray, ""
        return Outcome(found.stdout, stray + found.stderr, found.status, screen=stray + found.shown)

    def _wait(self, milliseconds: int) -> None:
        self.took_ms += min(milliseconds, 3_600_000)

    def _tell(self, stdout: str, stderr: str) -> None:
        self._parts.append((self.took_ms, stdout, stderr))

    def _pipeline(self, pipeline: Pipeline, *, foreground: bool) -> Outcome:
        begun = len(self._parts)
        try:
            outcome = super()._pipeline(pipeline, foreground=False)
        except (ReadOnly, Denied) as error:
            outcome = self.unchanged(error)
        told = self._parts[begun:]  # what was printed within may have gone elsewhere: into a pipe, a file or a word
        places = (0, *range(max(len(told) - WORDS_MAX, 1), len(told)))
        self._parts[begun:] = next((told[place:] for place in places if told and _is_all(told[place:], outcome)), [(self.took_ms, outcome.stdout, outcome.stderr)])
        return outcome

    def moments(self, outcome: Outcome) -> tuple[tuple[int, int, int], ...]:
        """Return when the shell had printed how much of its outcome before its end, if what it remembers is all of it."""
        if not _is_all(self._parts, outcome):
            return ()
        found: dict[int, tuple[int, int, int]] = {}
        out = err = 0
        for at_ms, stdout, stderr in self._parts:
            out, err = out + len(stdout), err + len(stderr)
            if (at_ms in found or len(found) < MOMENTS_MAX) and at_ms < self.took_ms and out + err:
                found[at_ms] = (at_ms, out, err)
        return tuple(found.values())

    def _asked_elsewhere(self, argv: list[str]) -> Outcome:
        """Have a client ask the server of another pod, which answers by what it has and knows itself."""
        name = argv[0].rsplit("/", 1)[-1]
        host, port = server_of(argv)
        pod, why = self._kubelets.reached(self._pod, host, port, self._peeks)
        record = self._kubelets.pods.get(pod["metadata"]["uid"]) if pod is not None else None
        for spec in pod["spec"]["containers"] if pod is not None and record is not None else ():
            entry = record.find(spec["name"]) if record is not None else None
            if pod is None or record is None or entry is None or entry.state != "running":
                continue
            server = _Exec(self._kubelets, pod, record, entry, None)
            found = own_command(name, argv, server.files, server.variables, server._image.name if server._image else "")
            if found is not None:
                if not self._peeks:
                    server.kept()
                return found
        client = CLIENTS[name]
        return Outcome("", (client.unknown if why == "unknown" else client.refused).format(host=host, port=port) + "\n", 1)

    def _run(self, argv: list[str], stdin: str, settings: dict[str, str], *, foreground: bool) -> Outcome:
        name = argv[0].rsplit("/", 1)[-1]
        if " ".join([name, *argv[1:]]) in KILLED_BY:
            self.kills = True
            return Outcome()
        if name == "exit":
            raise Exits(int(argv[1]) % 256 if len(argv) > 1 and argv[1].isdigit() else self._status)
        if name == "exec" and len(argv) > 1:
            return self._run(argv[1:], stdin, settings, foreground=False)
        found = self._asked_elsewhere(argv) if name in CLIENTS and server_of(argv)[0] and has_own(name, self._image.name if self._image else "") else own_command(name, argv, self.files, self.variables, self._image.name if self._image else "")
        return found if found is not None else super()._run(argv, stdin, settings, foreground=False)

    def has(self, name: str) -> bool:
        """Say whether the image has a command."""
        return self._image is None or name in self._image.tools or (name in BUILT_IN and bool(self._image.tools))

    def _captured(self, source: str) -> Outcome:
        done, is_whole = Outcome(), not self._deep
        self._deep = True
        for statement in statements(source):
            if statement.link != ";" and (statement.link == "&&") != (self._status == 0):
                continue
            if is_whole:
                self.line = self._first_line + source.count("\n", 0, statement.start)
            try:
                outcome = self._statement(statement, foreground=False)
            except Exits as ended:
                ended.before = Outcome(done.stdout + ended.before.stdout, done.stderr + ended.before.stderr, ended.status)
                raise
            done = done.then(outcome)
            self._status = outcome.status
        return done

    def told(self, source: str, stdin: str) -> Outcome:
        """Run a script to its end; standard input goes to a single command."""
        try:
            if stdin:
                parsed = statements(source)
                if len(parsed) == 1 and isinstance(parsed[0].body, Pipeline) and len(parsed[0].body.commands) == 1:
                    command = parsed[0].body.commands[0]
                    return self._redirected(command, self._run(self._expanded(command.words), stdin, {}, foreground=False))
            outcome = self._captured(source)
        except SyntaxFault as fault:
            return Outcome("", self.unreadable(fault), 2)
        except (ReadOnly, Denied) as error:
            return self.unchanged(error)
        except LimitExceeded as limit:
            return Outcome("", f"{self.called}: {limit}\n", 1)
        except Exits as ended:
            self.left = True
            return Outcome(ended.before.stdout, self._stray + ended.before.stderr, ended.status)
        return outcome

    def kept(self) -> None:
        """Keep what was changed in files."""
        changed = False
        now_ms = self.layers.now_ms
        for path, text in self.layers.texts.items():
            self.contents.keep(path, text, now_ms)
            changed = True
        for folder in self.layers.folders:
            if folder != "/":
                self.contents.keep(f"{folder}/", "", now_ms)
        for path, mark in self.layers.marks.items():
            self.contents.keep_mark(path, mark)
        for path in self.layers.gone:
            self.contents.keep(path, None, now_ms)
            self.contents.keep(f"{path}/", None, now_ms)
            changed = True
        if changed:
            self._kubelets.files_changed(self._record)


def _is_all(parts: list[tuple[int, str, str]], outcome: Outcome) -> bool:
    return "".join(out for _at_ms, out, _err in parts) == outcome.stdout and "".join(err for _at_ms, _out, err in parts) == outcome.stderr


def run_in(kubelets: "KubeletParts", pod: Doc, record: PodRecord, entry: ContainerRecord, argv: list[str], stdin: str = "", session: dict[str, Any] | None = None) -> Ran:
    """Run one command in a running container and keep what it changed."""
    if not argv:
        return Ran("", "", 0)
    name = argv[0].rsplit("/", 1)[-1]
    shell = _Exec(kubelets, pod, record, entry, session, argv[0] if name in SHELLS else "sh")
    known = shell.has(name) and (name not in SHELLS or shell.has(name))
    if not known and not has_own(name, shell._image.name if shell._image else "") and shell.files.read(argv[0]) is None:
        return Ran("", "", 126 if argv[0].startswith("/") else 127, missing=argv[0])
    source = source_of(argv) or ""
    if name in SHELLS and not source and stdin:
        source, stdin = stdin, ""
    outcome = shell.told(source, stdin) if source else Outcome()
    shell.kept()
    if session is not None:
        session["cwd"], session["line"] = shell.layers.cwd, session.get("line", 0) + 1
        before = running_variables(pod, record, entry, kubelets.store, {})
        session["variables"] = {key: value for key, value in shell.variables.items() if before.get(key) != value and key != "PWD"}
    if shell.kills:
        kubelets.killed(record, entry)
        return Ran(outcome.stdout, outcome.stderr, 137, shell.took_ms)
    moments = shell.moments(outcome)
    if not shell.is_typed:
        return Ran(outcome.stdout, outcome.stderr, outcome.status, shell.took_ms, left=shell.left, moments=moments)
    shown = outcome.shown.replace("\0", "")  # a terminal is both streams, and shows nothing of that
    return Ran(shown, "", outcome.status, shell.took_ms, left=shell.left, moments=tuple((at_ms, out + err, 0) for at_ms, out, err in moments))
