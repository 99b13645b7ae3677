"""A shell in a container: it speaks as the bash, dash or ash of its image does, and knows which programs that has."""

import re
from collections.abc import Callable

from learnk8s.simulation.kernel.shell.dialects import BASH, DASH, NO_FOLDER, Dialect
from learnk8s.simulation.kernel.shell.program import Outcome
from learnk8s.simulation.kernel.shell.shell import Shell
from learnk8s.simulation.kernel.shell.words import Simple, SyntaxFault
from learnk8s.simulation.kubernetes.kubelet.distribution import DEBIAN, Distribution
from learnk8s.simulation.kubernetes.kubelet.layered import Denied, ReadOnly
from learnk8s.simulation.kubernetes.kubelet.tools import AS_CALLED, SHELLS

_LOST = re.compile(r"^bash: cd: (.+): (No such file or directory|Not a directory)$", re.MULTILINE)
_UNCOUNTED = re.compile(r"^bash: (\[|test): (.*): integer expression expected$", re.MULTILINE)
_OTHER = re.compile(r"^bash: (?!line \d)(.+)$", re.MULTILINE)
LOCATING = ("which", "type", "command")
BUILT_IN = frozenset("cd exit export test [ echo true false set unset : trap wait ulimit umask kill read shift local eval exec command type printf pwd alias unalias jobs fg bg getopts return break continue".split())


class ContainerShell(Shell):
    """What the shells of scripts and those of commands from outside have in common."""

    called = "sh"
    dialect: Dialect = DASH
    distribution: Distribution = DEBIAN
    is_typed = False
    line = 1

    def speak(self, called: str, distribution: Distribution, *, is_typed: bool = False, line: int = 1) -> None:
        """Be a shell of a distribution that was called by a name, for a script or for lines that are typed, from a line on."""
        self.distribution, self.dialect, self.is_typed, self.line = distribution, distribution.dialect(called), is_typed, line
        self.called = called.rsplit("/", 1)[-1] if is_typed and self.dialect is BASH else called

    def has(self, name: str) -> bool:
        """Say whether the image has a program."""
        return name in self.programs

    # What is wrong

    def said(self, template: str, name: str = "", why: str = "") -> str:
        """Return a message of this shell."""
        return template.format(shell=self.called, at=self.dialect.place(self.line, is_typed=self.is_typed), name=name, why=why) + "\n"

    def absent(self, name: str) -> str:
        """Return what is said about a program that is not there, or that does nothing here though the real image has it."""
        if name in self.distribution.unmodelled and self.has("ls"):
            return f"learnk8s: {name}: not modelled in this sandbox\n"
        if "/" in name and self.dialect is BASH:
            return self.said(self.dialect.unread, name)
        return self.said(self.dialect.absent, name)

    def unread(self, name: str) -> Outcome:
        """Return what is said about an input that is not there."""
        return Outcome("", self.said(self.dialect.unread, name), self.dialect.redirected)

    def unwritten(self, name: str, why: str) -> Outcome:
        """Return what is said about an output that cannot be made."""
        return Outcome("", self.said(self.dialect.homeless if why == NO_FOLDER else self.dialect.unwritten, name, why), self.dialect.redirected)

    def unreadable(self, fault: SyntaxFault) -> str:
        """Return what is said about a script that cannot be read."""
        return self.said(self.dialect.unreadable(str(fault)))

    def unchanged(self, error: ReadOnly | Denied) -> Outcome:
        """Return what is said where nothing may be written."""
        return self.unwritten(str(error), "Read-only file system" if isinstance(error, ReadOnly) else "Permission denied")

    def respoken(self, found: Outcome) -> Outcome:
        """Return what the simulation's own shell said in the words of this one."""
        if "bash: " not in found.stderr:
            return found
        lost = _LOST.search(found.stderr) is not None
        text = _LOST.sub(lambda part: self.said(self.dialect.lost, part[1], part[2])[:-1], found.stderr)
        text = _UNCOUNTED.sub(lambda part: self.said(self.dialect.uncounted, part[2], part[1])[:-1], text)
        text = _OTHER.sub(lambda part: self.said("{shell}: {at}{name}", part[1])[:-1], text)
        return Outcome(found.stdout, text, self.dialect.left if lost and found.status else found.status, screen=None if found.screen is None else found.stdout + text)

    def _command(self, command: Simple, stdin: str, *, foreground: bool) -> Outcome:
        return self.respoken(super()._command(command, stdin, foreground=foreground))

    def _run(self, argv: list[str], stdin: str, settings: dict[str, str], *, foreground: bool) -> Outcome:
        """Run a program of the image or a file that holds a script, or say that there is none."""
        name = argv[0].rsplit("/", 1)[-1]
        if not self.has(name):
            text = self.files.read(argv[0]) if argv[0].startswith("/") else None
            return self._captured(text) if text is not None else Outcome("", self.absent(argv[0]), 127)
        located = self.located(argv)
        if located is not None:
            return located
        words = [argv[0] if name in AS_CALLED else name, *argv[1:]]
        run = super()._run
        return self.as_called(argv, lambda: run(words, stdin, settings, foreground=foreground)) if name in SHELLS else run(words, stdin, settings, foreground=foreground)

    def as_called(self, argv: list[str], run: Callable[[], Outcome]) -> Outcome:
        """Run a script in a shell of its own, which speaks as it was called."""
        before = self.called, self.dialect, self.is_typed, self.line
        self.speak(argv[0], self.distribution)
        try:
            return run()
        finally:
            self.called, self.dialect, self.is_typed, self.line = before

    # Where programs are

    def located(self, argv: list[str]) -> Outcome | None:
        """Return what `which`, `type` and `command -v` say, or None if a command is none of these."""
        name, words = argv[0].rsplit("/", 1)[-1], [word for word in argv[1:] if not word.startswith("-")]
        if name not in LOCATING or not words or name == "command" and not {"-v", "-V"} & {*argv[1:]}:
            return None
        out = wrong = ""
        for word in words:
            place = "" if not self.has(word) or word in BUILT_IN and name != "which" else self.distribution.place(word)
            if name == "type":
                out += f"{word} is {place}\n" if place else f"{word} is a shell builtin\n" if word in BUILT_IN else ""
                wrong += "" if place or word in BUILT_IN else self.said("{shell}: {at}type: {name}: not found" if self.dialect is BASH else "{name}: not found", word)
            elif place or word in BUILT_IN and name == "command":
                out += f"{place or word}\n"
        return Outcome(out, wrong, 0 if out else 1 if name != "command" or self.dialect is BASH else 127)
