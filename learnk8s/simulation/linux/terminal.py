"""The learner's terminal: a stack of shells, each a process of the machine.

`sudo -i`, `chroot`, `unshare`, `nsenter` and `ip netns exec` may end in a shell; then the next lines are run by that process, with its root, its namespaces and its rights, until `exit`.
Everything that is not built into the shell is a process of its own: it is forked, found in PATH inside its root, and ended. `&` puts a program into the background.
"""

from collections.abc import Callable
from typing import Any

from learnk8s.simulation.kernel.shell import elsewhere
from learnk8s.simulation.kernel.shell.piped import first_of
from learnk8s.simulation.kernel.shell.program import Invocation, Job, Outcome, Program
from learnk8s.simulation.kernel.shell.programs import STANDARD
from learnk8s.simulation.kernel.shell.shell import Shell
from learnk8s.simulation.kernel.shell.words import Pipeline, Simple, SyntaxFault, Token, statements, tokens
from learnk8s.simulation.kernel.world import Answer
from learnk8s.simulation.linux import flow
from learnk8s.simulation.linux.boot import SHELL_PID
from learnk8s.simulation.linux.commands import screens
from learnk8s.simulation.linux.commands.call import FATAL, Call, Entered, ProcessJob, Result
from learnk8s.simulation.linux.commands.libraries import lacking
from learnk8s.simulation.linux.commands.registered import BUILTINS, COMMANDS
from learnk8s.simulation.linux.errors import OsError
from learnk8s.simulation.linux.files.view import SEARCH, LinuxFiles
from learnk8s.simulation.linux.machine import Machine
from learnk8s.simulation.linux.namespaces import FIRST_IDS, PID, USER, UTS, inside_id
from learnk8s.simulation.linux.privileges import become
from learnk8s.simulation.linux.process import Process

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
BACKGROUND = "learnk8s-background"
SHELLS_MAX = 12
IN_SHELL = ("echo", "printf", "test", "[", "export", "unset", "true", "false", ":", "set", "pwd")
"""Programs of every terminal that bash has built in."""


class Terminal(Shell):
    """The shell on pts/0."""

    built_in = IN_SHELL

    def __init__(self, machine: Machine, act: Callable[[dict[str, Any]], object]) -> None:
        self.machine, self.act = machine, act
        self.frames: list[dict[str, Any]] = [{"pid": SHELL_PID, "variables": {}}]
        self._acting = SHELL_PID
        self._jobs: list[dict[str, Any]] = []
        self._stdout = "tty"
        self.last_background = 0
        super().__init__({name: _named(name) for name in sorted({*COMMANDS, *BUILTINS, *STANDARD, "exit"})}, now_ms=lambda: machine.clock.now_ms, advance=self._let_pass, next_due_ms=machine.agenda.next_due_ms)
        self.programs = {**self.programs, "python3": Program(_unused, resume=lambda state: ProcessJob(machine, state["pid"])), screens.HELD: Program(_unused, resume=lambda state: screens.Holding(self, state)), screens.EDITED: Program(_unused, resume=lambda state: screens.FileEditor(self, state))}
        self.files: LinuxFiles = LinuxFiles(machine, self._who)
        self.variables.update({"HOSTNAME": "shop", "PATH": PATH, "TERM": "xterm-256color", "LOGNAME": "learner"})

    def _let_pass(self, until_ms: int) -> None:
        self.machine.advance(until_ms)
        flow.settle(self.machine)

    def _who(self) -> Process:
        """Return the process that is acting; if it has just been killed, what is left of the line is read by init."""
        return self.machine.processes.get(self._acting) or self.machine.processes[1]

    @property
    def process(self) -> Process:
        """Return the shell that reads the next line."""
        return self.machine.processes[self.frames[-1]["pid"]]

    def prompt(self) -> str:
        """Return bash's prompt, as Debian sets it; nothing while no shell is there to give one."""
        if self.machine.is_off or self.frames[-1]["pid"] not in self.machine.processes:
            return ""
        process = self.process
        host = self.machine.namespaces[process.namespaces[UTS]].data["hostname"]
        users = {line.split(":")[2]: line.split(":")[0] for line in (self.files.read("/etc/passwd") or "").splitlines() if line.count(":") >= 3}
        number = inside_id(self.machine, process.namespaces[USER], process.uid)
        home = self.variables.get("HOME", "/")
        here = self.files.cwd
        return f"{users.get(str(number), 'I have no name!')}@{host.split('.')[0]}:{'~' + here[len(home):] if home != '/' and (here == home or here.startswith(home + '/')) else here}{'#' if number == 0 else '$'} "

    # Lines

    def execute(self, line: str) -> Answer:
        """Run one input in the innermost shell."""
        if self.machine.is_off:
            self._printed, self._scrolled, self._status = "ssh: connect to host shop port 22: No route to host\n", 0, 255
            return Answer(self._printed, self._status)
        if self.running:
            return super().execute(line)
        lost = self._drop_dead_shells()
        self._acting = self.process.pid
        if line.strip() == "EOF" or line == "\x04":
            line = "exit"
        answer = super().execute(line)
        said = lost + self._background_says()
        if said:
            self._printed = said + self._printed
        return Answer(self._printed, answer.status, self.running)

    def poll(self) -> None:
        """Let the foreground process go on."""
        flow.settle(self.machine)
        super().poll()

    def interrupt(self) -> Answer:
        """Press Ctrl-C: the foreground process gets SIGINT."""
        job = first_of(self._job)
        answer = super().interrupt()
        self._end_process_of(job, signal=2)
        return answer

    def filtered(self, call: Invocation) -> Outcome:
        """Run a filter on a piece of its input; the kernel may refuse it a file."""
        try:
            return super().filtered(call)
        except OsError as error:
            return Outcome("", f"{call.argv[0]}: {error}\n", 1)

    def broken_pipe(self, job: Job) -> None:
        """End a process whose output nobody reads any more."""
        self._end_process_of(job, signal=13)

    def _end_process_of(self, job: Job | None, *, signal: int) -> None:
        if isinstance(job, ProcessJob) and job.pid in self.machine.processes:
            flow.settle(self.machine)
            self.machine.screen.pop(job.pid, None)
            self.machine.end(job.pid, signal=signal)
            self.machine.changed()

    def _drop_dead_shells(self) -> str:
        text = ""
        while self.frames[-1]["pid"] not in self.machine.processes and len(self.frames) > 1:
            text += f"{FATAL.get(self.machine.ended.get(self.frames[-1]['pid'], 137), 'Killed')}\n"
            self._leave(self.frames.pop())
        if self.frames[-1]["pid"] not in self.machine.processes:
            self._log_in_again()
            text += "Connection to shop closed by remote host.\nlearnk8s: your shell was killed; you are logged in again\n"
        return text

    def _log_in_again(self) -> None:
        shell = self.machine.fork(self.machine.processes[1], ["-bash"], always=True)
        shell.uid = shell.gid = 1000
        shell.effective = shell.permitted = 0
        shell.comm, shell.tty, shell.cwd, shell.cgroup, shell.rss, shell.waits_for = "bash", "pts/0", "/home/learner", "/user.slice/user-1000.slice/session-1.scope", 5_000_000, 0
        self.frames = [{"pid": shell.pid, "variables": {}}]

    def _background_says(self) -> str:
        text = "".join(self.machine.screen.pop(pid) for pid in list(self.machine.screen))
        over = [job for job in self._jobs if job["pid"] not in self.machine.processes]
        for job in over:
            status = self.machine.ended.get(job["pid"], 0)
            word = FATAL.get(status) or ("Done" if status == 0 else f"Exit {status}")
            text += f"[{job['number']}]+  {word:<24}{job['line']}\n"
        self._jobs = [job for job in self._jobs if job["pid"] in self.machine.processes]
        return text

    def pid_of_job(self, word: str) -> int | None:
        """Return the pid, as the shell sees it, of background job `%1`; `%%` is the last."""
        found = [job for job in self._jobs if word in (str(job["number"]), "%", "+")]
        process = self.machine.processes.get(found[-1]["pid"]) if found else None
        return process.number_in(self._who().namespaces[PID]) if process else None

    def jobs_listed(self) -> str:
        """Return what `jobs` prints."""
        return "".join(f"[{job['number']}]{'+' if job is self._jobs[-1] else ' '}  {'Stopped' if self.machine.processes[job['pid']].state == 'T' else 'Running':<24}{job['line']} &\n" for job in self._jobs if job["pid"] in self.machine.processes)

    # Shells in shells

    def enter(self, process: Process, variables: dict[str, str]) -> Entered:
        """Make a process the shell that reads the next lines. Raises OsError when there are too many."""
        if len(self.frames) >= SHELLS_MAX:
            raise OsError("EAGAIN")
        self.frames.append({"pid": process.pid, "variables": self.variables})
        process.rss = 5_000_000
        self.variables = dict(variables)
        self._acting = process.pid
        return Entered()

    def _leave(self, frame: dict[str, Any]) -> None:
        self.variables = frame["variables"]
        self._acting = self.frames[-1]["pid"]

    def _exit(self, argv: list[str]) -> Outcome:
        status = int(argv[1]) & 255 if len(argv) > 1 and argv[1].isdigit() else self._status
        if len(self.frames) == 1 or self._acting != self.frames[-1]["pid"]:
            return Outcome("", "learnk8s: this is your login shell; it stays open\n", 0) if len(self.frames) == 1 and self._acting == self.frames[0]["pid"] else Outcome(status=status)
        frame = self.frames.pop()
        self.machine.end(frame["pid"], status=status)
        self.machine.changed()
        self._leave(frame)
        return Outcome("exit\n", "", status)

    def script(self, process: Process, source: str, variables: dict[str, str] | None = None) -> Outcome:
        """Run a piece of source to its end as another process."""
        before, own, depth = self._acting, self.variables, self._depth
        self._acting = process.pid
        if variables is not None:
            self.variables = dict(variables)
        try:
            return self._captured(source)
        except SyntaxFault as fault:
            return Outcome("", f"bash: -c: line 1: {fault}\n", 2)
        finally:
            self._acting, self.variables, self._depth = before, own, depth

    def run_script(self, call: Call, source: str) -> Result:
        """Run what `bash -c` is given. Like bash, the last plain command takes the shell's place, so that a server goes on."""
        try:
            parsed = statements(with_background(source))
        except SyntaxFault as fault:
            return Outcome("", f"bash: -c: line 1: {fault}\n", 2)
        last = parsed[-1].body if parsed else None
        if not isinstance(last, Pipeline) or len(last.commands) != 1 or last.is_negated or parsed[-1].link == "||" or not last.commands[0].words or last.commands[0].words[0] == BACKGROUND:
            return self.script(call.process, source, call.variables)
        command = last.commands[0]
        before, own, depth, stdout = self._acting, self.variables, self._depth, self._stdout
        self._acting, self.variables = call.process.pid, dict(call.variables)
        try:
            head = self._captured(with_background(source)[: parsed[-2].end]) if len(parsed) > 1 else Outcome()
            if call.process.pid not in self.machine.processes or (parsed[-1].link == "&&" and head.status):
                return head
            words = self._expanded(command.words)
            words = words[1:] if words[:1] == ["exec"] and len(words) > 1 else words
            if not words or words[0] in BUILTINS or words[0] in IN_SHELL or words[0] in ("exit", "logout") or "=" in words[0] or any(entry.kind in ("<", "<<") for entry in command.redirections):
                rest = self._command(command, call.stdin, foreground=False)
                rest = self._redirected(command, Outcome(rest.stdout + rest.stderr, "", rest.status) if command.merges_errors else rest)
                return Outcome(head.stdout + rest.stdout, head.stderr + rest.stderr, rest.status)
            for entry in command.redirections:
                target = (self._expanded([entry.target]) or [""])[0]
                if entry.kind in (">", ">>", "&>"):
                    self.files.writable(target)
                    call.process.stdout = "null" if target == "/dev/null" else f"file:{self.files.path(target)}"
            settings = dict(self.variables)
        except (SyntaxFault, OsError) as error:
            return Outcome("", f"bash: {error}\n", 1)
        finally:
            self._acting, self.variables, self._depth, self._stdout = before, own, depth, stdout
        result = self.execute_in(call.process, words, call.stdin, settings, foreground=call.foreground)
        if isinstance(result, Outcome):
            self._acting, before = call.process.pid, self._acting
            try:
                rest = self._redirected(command, Outcome(result.stdout + result.stderr, "", result.status) if command.merges_errors else result)
            finally:
                self._acting = before
            return Outcome(head.stdout + rest.stdout, head.stderr + rest.stderr, rest.status)
        if head.stdout or head.stderr:
            self.machine.say(call.process, head.stdout + head.stderr)
        return result

    def forget(self, variables: dict[str, str]) -> None:
        """Begin anew for the learner after a scenario has set the server up."""
        self.variables, self._jobs, self.last_background, self._acting = dict(variables), [], 0, SHELL_PID
        self._status = self._steps = self._depth = 0
        self.machine.screen.clear()

    # Statements

    def _run_source(self, source: str) -> None:
        try:
            source = with_background(source)
        except SyntaxFault as fault:
            self._print(f"bash: {fault}\n")
            self._status = 2
            return
        super()._run_source(source)

    def _captured(self, source: str) -> Outcome:
        return super()._captured(with_background(source))

    def _command(self, command: Simple, stdin: str, *, foreground: bool) -> Outcome:
        before = self._stdout
        for redirection in command.redirections:
            if redirection.kind in (">", ">>", "&>", "2>"):
                target = (self._expanded([redirection.target]) or [""])[0]
                try:
                    self.files.writable(target)
                except OsError as error:
                    return Outcome("", f"bash: {target}: {error}\n", 1)
                if redirection.kind != "2>":
                    self._stdout = "null" if target == "/dev/null" else f"file:{self.files.path(target)}"
        try:
            return super()._command(command, stdin, foreground=foreground)
        finally:
            self._stdout = before

    def _redirected(self, command: Simple, outcome: Outcome) -> Outcome:
        for redirection in command.redirections:
            if redirection.kind in ("<", "<<") or outcome.stderr.startswith("bash: ") and outcome.status == 1 and redirection.target in outcome.stderr:
                continue
            target = (self._expanded([redirection.target]) or [""])[0]
            text = outcome.stderr if redirection.kind == "2>" else outcome.stdout + (outcome.stderr if redirection.kind == "&>" else "")
            outcome = Outcome(outcome.stdout, "", outcome.status) if redirection.kind == "2>" else Outcome("", "" if redirection.kind == "&>" else outcome.stderr, outcome.status)
            try:
                if target not in ("/dev/stdout", "/dev/stderr"):
                    self.files.write(target, text, append=redirection.kind == ">>")
            except OsError as error:
                name = command.words[0] if command.words else "bash"
                outcome = Outcome("", f"bash: {name}: write error: {error}\n" if name in ("echo", "printf") else f"{name}: write error: {error}\n", 1)
        return outcome

    def _fields(self, word: str) -> list[str]:
        return super()._fields("$HOME" + word[1:] if word == "~" or word.startswith("~/") else word)

    def _variable(self, name: str) -> str:
        if name == "$":
            process = self._who()
            return str(process.number_in(process.namespaces[PID]))
        if name == "!":
            return str(self.last_background or "")
        return super()._variable(name)

    # Programs

    def _run(self, argv: list[str], stdin: str, settings: dict[str, str], *, foreground: bool) -> Outcome:
        name = argv[0]
        shell = self.machine.processes.get(self._acting)
        if shell is None:
            return Outcome("", "Killed\n", 137)
        variables = {**self.variables, **settings} if settings else self.variables
        if name in ("exit", "logout"):
            return self._exit(argv)
        if name == BACKGROUND:
            return self._in_background(argv[1:], stdin, variables)
        try:
            if name in BUILTINS:
                result: Result = BUILTINS[name](Call(self, shell, argv, stdin, variables, foreground))
                self.machine.changed()
                return result if isinstance(result, Outcome) else Outcome()
            if name in IN_SHELL:
                outcome = STANDARD[name].run(Call(self, shell, argv, stdin, variables, foreground).invocation())
                assert isinstance(outcome, Outcome)
                return outcome
            if name == "exec":
                return self._replaced(shell, argv[1:], stdin, variables, foreground=foreground)
            child = self.machine.fork(shell, argv)
        except OsError as error:
            self.machine.changed()
            return Outcome("", f"bash: fork: {'retry: ' if error.code == 'EAGAIN' else ''}{error}\n", 254)
        child.stdout = self._stdout
        result = self.execute_in(child, argv, stdin, variables, foreground=foreground)
        return self._awaited(child, result, foreground=foreground)

    def _awaited(self, child: Process, result: Result, *, foreground: bool) -> Outcome:
        if isinstance(result, Outcome):
            killed = child.pid not in self.machine.processes
            self.machine.end(child.pid, status=result.status)
            self.machine.changed()
            if killed and not result.stdout and not result.stderr and (status := self.machine.ended.get(child.pid, 0)) in FATAL:
                return Outcome("", f"{FATAL[status]}\n", status)
            return result
        self.machine.changed()
        if isinstance(result, Entered):
            return Outcome()
        if not foreground:
            return self._waited(result)
        self._job, self._job_program = result, result.program
        return Outcome(self.machine.screen.pop(result.pid, "") + result.poll()[0])

    def _replaced(self, shell: Process, argv: list[str], stdin: str, variables: dict[str, str], *, foreground: bool) -> Outcome:
        """`exec`: the shell itself becomes the program."""
        if not argv:
            return Outcome()
        if len(self.frames) == 1:
            return Outcome("", "learnk8s: exec would end your login shell; run the command without exec\n", 1)
        shell.argv = tuple(argv)
        result = self.execute_in(shell, argv, stdin, variables, foreground=foreground)
        if isinstance(result, Entered):
            inner = self.frames.pop()
            if inner["pid"] != shell.pid:
                self.frames.append(inner)
            return Outcome()
        if isinstance(result, ProcessJob):
            return self._awaited(shell, result, foreground=foreground)
        if self.frames[-1]["pid"] == shell.pid and result.status != 127:
            frame = self.frames.pop()
            self.machine.end(shell.pid, status=result.status)
            self._leave(frame)
        self.machine.changed()
        return result

    def _in_background(self, argv: list[str], stdin: str, variables: dict[str, str]) -> Outcome:
        shell = self._who()
        settings = dict(variables)
        while argv and "=" in argv[0] and argv[0].split("=")[0].isidentifier():
            name, _, settings[name] = argv.pop(0).partition("=")
        argv = argv[1:] if argv[:1] == ["exec"] else argv
        if not argv:
            return Outcome()
        alone = self._acting != self.frames[-1]["pid"]
        number = max((job["number"] for job in self._jobs), default=0) + 1
        try:
            child = self.machine.fork(shell, argv)
        except OsError as error:
            return Outcome("", f"bash: fork: {error}\n", 254)
        child.stdout = self._stdout
        self.last_background = child.number_in(shell.namespaces[PID]) or child.pid
        result = self.execute_in(child, argv, stdin, settings, foreground=False)
        if not alone:
            self._print(f"[{number}] {self.last_background}\n")
        if isinstance(result, Outcome):
            self.machine.end(child.pid, status=result.status)
            self.machine.changed()
            return Outcome(result.stdout, result.stderr, 0)
        self.machine.changed()
        if alone:
            return Outcome()
        self._jobs.append({"number": number, "pid": child.pid, "line": " ".join(argv)})
        return Outcome()

    def execute_in(self, process: Process, argv: list[str], stdin: str, variables: dict[str, str], *, foreground: bool) -> Result:
        """Run words in a process, as execve(2) would; the process stays, its caller ends it."""
        process.argv, process.comm = tuple(argv), argv[0].rpartition("/")[2].lstrip("-")[:15]
        found = self._found(process, argv[0], variables)
        if isinstance(found, Outcome):
            return found
        name, words = found
        if process.namespaces[USER] != FIRST_IDS[USER] or process.uid == 0 or process.effective:
            become(self.machine, process)
        call = Call(self, process, [*words, *argv[1:]], stdin, variables, foreground)
        command = COMMANDS.get(name)
        try:
            if command is not None:
                return command(call)
            program = STANDARD.get(name)
            if program is None:
                return Outcome("", f"learnk8s: {argv[0]}: this program is not modelled in this sandbox\n", 127)
            result = program.run(call.invocation())
            assert isinstance(result, Outcome)
            return result
        except OsError as error:
            return Outcome("", f"{argv[0]}: {error}\n", 1)

    def _found(self, process: Process, word: str, variables: dict[str, str]) -> tuple[str, list[str]] | Outcome:
        """Return the command that a word means inside a process's root, or bash's complaint."""
        files = LinuxFiles(self.machine, lambda: process)
        places = [word] if "/" in word else [f"{folder}/{word}" for folder in variables.get("PATH", PATH).split(":")]
        node = path = None
        for candidate in places:
            try:
                node, path = files.found(candidate).node, candidate
                break
            except OsError as error:
                failure = error
                continue
        if node is None or path is None:
            if "/" in word:
                return Outcome("", f"bash: {word}: {failure}\n", 126 if failure.code == "EACCES" else 127)
            return Outcome("", elsewhere.said(word) if self._is_whole(files) else f"bash: {word}: command not found\n", 127)
        if node.kind == "dir":
            return Outcome("", f"bash: {word}: Is a directory\n", 126)
        if not files.may(node, SEARCH):
            return Outcome("", f"bash: {word}: Permission denied\n", 126)
        if node.is_elf:
            wrong = lacking(files, node)
            if wrong == "ld":
                return Outcome("", f"bash: {word}: cannot execute: required file not found\n", 127)
            if wrong:
                return Outcome("", f"{word}: error while loading shared libraries: {wrong}: cannot open shared object file: No such file or directory\n", 127)
            name = node.text.split()[1]
            return name, [word]
        if node.text.startswith("#!"):
            interpreter = node.text.split("\n")[0][2:].split()
            name = interpreter[-1].rpartition("/")[2]
            return ("python3", ["python3", path]) if name == "python3" else ("bash", ["bash", path])
        return "bash", ["bash", path]

    @staticmethod
    def _is_whole(files: LinuxFiles) -> bool:
        """Say whether a process sees the server's own programs: in another root, what is not there is really not there."""
        try:
            files.found("/usr/bin/systemctl")
        except OsError:
            return False
        return True

    def complete(self, line: str) -> list[str]:
        """List what the last word could become."""
        self._acting = self.frames[-1]["pid"]
        return super().complete(line)

    # Writing down and reading back

    def dump(self) -> dict[str, Any]:
        """Return the terminal as JSON-able data."""
        return {**super().dump(), "frames": self.frames, "acting": self._acting, "jobs": self._jobs, "background": self.last_background}

    def load(self, dumped: Any) -> None:
        """Take back what `dump` returned."""
        super().load(dumped)
        self.frames, self._acting, self._jobs, self.last_background = dumped["frames"], dumped["acting"], dumped["jobs"], dumped["background"]


def _unused(call: Any) -> Outcome:
    raise AssertionError("the terminal runs its own programs")


def _named(name: str) -> Program:
    return Program(_unused)


def with_background(source: str) -> str:
    """Return a script in which `command &` has become a call of our own. Raises SyntaxFault.

    >>> with_background("sleep 9 & ps")
    'learnk8s-background sleep 9 ; ps'
    """
    if "&" not in source:
        return source
    found = tokens(source)
    changes: list[tuple[int, int, str]] = []
    first: Token | None = None
    piped = False
    for token in found:
        if token.kind == "operator" and token.text in (";", "&&", "||", "&"):
            if token.text == "&" and first is not None:
                if piped:
                    raise SyntaxFault("background pipelines are not modelled in this shell")
                changes += [(first.start, first.start, BACKGROUND + " "), (token.start, token.end, ";")]
            first, piped = None, False
        elif token.kind == "operator" and token.text == "|":
            piped = True
        elif first is None and token.text not in ("do", "then", "else"):
            first = token
    for start, end, text in reversed(changes):
        source = source[:start] + text + source[end:]
    return source
