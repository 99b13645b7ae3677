"""A command that a client runs in a container, or a look at what its process prints: exec and attach.

What a real process would read bit by bit is gathered first, because the simulation runs a command at one moment: until the client ends its side, or is silent for a
while. A shell takes line by line what comes, and on a terminal the lines are edited here.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from time import monotonic, sleep
from typing import Any

from learnk8s.playground.upgraded.channels import ERROR, STDERR, STDIN, STDOUT, Channels
from learnk8s.playground.upgraded.pipes import Gone
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.objects.document import Doc

SHELLS = ("sh", "bash", "ash", "dash")
SILENT_S = 2.0
"""Who keeps standard input open and says nothing for so long has nothing to say to a command."""
LOOK_S = 1.0
STDIN_BYTES_MAX = 2**20
SUCCESS: Doc = {"metadata": {}, "status": "Success"}

Run = Callable[[list[str], str, dict[str, Any]], Doc]
"""Runs words with a text as standard input in a session; answers stdout, stderr, status, error, took_ms, session."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the client asked for."""

    command: tuple[str, ...]
    stdin: bool = False
    stdout: bool = True
    stderr: bool = True
    tty: bool = False
    speed_milli: int = 1000


def failure(command: tuple[str, ...], found: Doc) -> Doc:
    """Return how a command ended, as a Status. Models ServeExec of kubelet/pkg/cri/streaming/remotecommand (1.36)."""
    if found.get("error"):
        text = f"Internal error occurred: {found['error']}"
        return {"metadata": {}, "status": "Failure", "message": text, "reason": "InternalError", "details": {"causes": [{"message": found["error"]}]}, "code": 500}
    if not found["status"]:
        return SUCCESS
    text = f"command terminated with non-zero exit code: error executing command [{' '.join(command)}], exit code {found['status']}"
    return {"metadata": {}, "status": "Failure", "message": text, "reason": "NonZeroExitCode", "details": {"causes": [{"reason": "ExitCode", "message": str(found["status"])}]}}


def join(channels: Channels, wanted: Wanted, run: Run, is_over: Callable[[], bool], *, once: bool) -> None:
    """Give a client's lines to the shell that a container runs; when the client has said everything, a standard input that is opened `once` ends, and so does the shell. Raises Gone."""
    shell = _Shell(channels, replace(wanted, command=("sh",)), run, is_over)
    try:
        shell.serve()
    finally:
        if once and not shell.left:
            shell.end()
    channels.finish(SUCCESS)


def converse(channels: Channels, wanted: Wanted, run: Run, is_over: Callable[[], bool], first: Doc | None) -> None:
    """Run a command for a client: `first` is what came of it already, if it reads nothing. Raises Gone."""
    if first is not None:
        found = first
    elif wanted.command[0].rsplit("/", 1)[-1] in SHELLS and not any(word.startswith("-") and "c" in word for word in wanted.command[1:]):
        shell = _Shell(channels, wanted, run, is_over)
        shell.serve()
        channels.finish(failure(wanted.command, {"status": shell.status}))
        return
    else:
        found = run(list(wanted.command), _gathered(channels), {})
    _print(channels, wanted, found)
    channels.finish(failure(wanted.command, found))


def _gathered(channels: Channels) -> str:
    data, last = b"", monotonic()
    while len(data) < STDIN_BYTES_MAX:
        got = channels.receive(LOOK_S)
        if got is None:
            if not data and monotonic() - last > SILENT_S:
                break
            continue
        if got.channel == STDIN:
            data, last = data + got.data, monotonic()
            if got.ended:
                break
    return data.decode("utf-8", errors="surrogateescape")


def _print(channels: Channels, wanted: Wanted, found: Doc) -> None:
    """Send what a command printed, each part after the time that it took, and let the rest of its time pass."""
    past_ms, sent = 0, {STDOUT: 0, STDERR: 0}
    texts = {STDOUT: found["stdout"], STDERR: found["stderr"]}
    for at_ms, out, err in (*found.get("moments", ()), (found.get("took_ms", 0), len(found["stdout"]), len(found["stderr"]))):
        wait(channels, (at_ms - past_ms) / wanted.speed_milli)
        for channel, until in ((STDOUT, out), (STDERR, err)):
            _show(channels, wanted, channel, texts[channel][sent[channel] : until])
            sent[channel] = until
        past_ms = at_ms


def _show(channels: Channels, wanted: Wanted, channel: int, text: str) -> None:
    data = text.encode("utf-8", errors="surrogateescape")
    if data and wanted.tty:
        channels.send(STDOUT, data.replace(b"\n", b"\r\n"))
    elif data and (wanted.stdout if channel == STDOUT else wanted.stderr):
        channels.send(channel, data)


def wait(channels: Channels, seconds: float) -> None:
    """Let time pass as long as the client is there. Raises Gone."""
    ends = monotonic() + seconds
    while (left := ends - monotonic()) > 0:
        if channels.receive(min(left, LOOK_S)) is not None:
            sleep(min(left, 0.01))


class _Shell:
    """A shell that reads its lines from the client."""

    def __init__(self, channels: Channels, wanted: Wanted, run: Run, is_over: Callable[[], bool]) -> None:
        self._channels, self._wanted, self._run, self._is_over, self._session = channels, wanted, run, is_over, dict[str, Any]()
        self.status, self._line, self._over, self.left = 0, "", False, False

    def serve(self) -> None:
        """Take lines until the client ends, or the pod does. Raises Gone."""
        self._prompt()
        pending, last = b"", monotonic()
        looked = last
        while not self._over:
            if monotonic() - looked > SILENT_S:
                looked = monotonic()
                if self._is_over():
                    self.status, self.left = 137, True
                    break
            got = self._channels.receive(LOOK_S / 4)
            if got is not None and got.channel == STDIN:
                pending, last = pending + got.data, monotonic()
                if self._wanted.tty:
                    self._typed(pending.decode(errors="replace"))
                    pending = b""
                elif got.ended:
                    self._do(pending.decode("utf-8", errors="surrogateescape"))
                    break
                if got.ended:
                    break
            elif pending.endswith(b"\n") and monotonic() - last > LOOK_S / 2:
                self._do(pending.decode(errors="replace"))
                pending = b""

    def end(self) -> None:
        """Tell the shell that nothing more comes."""
        with suppress(ApiError, Gone):
            self._run([], "", self._session)

    def _do(self, source: str) -> None:
        if not source.strip():
            return
        shell = self._wanted.command[0]
        try:
            found = self._run([shell, "-c", source.strip("\n")], "", self._session)
        except ApiError:
            self.status, self._over, self.left = 137, True, True
            return
        self._session, self.status = found.get("session") or {}, int(found["status"])
        _print(self._channels, self._wanted, found)
        self.left = bool(found.get("left"))
        if self.left or found.get("error") or source.split()[:1] in (["exit"], ["logout"]):
            self._over = True

    def _prompt(self) -> None:
        if self._wanted.tty and not self._over:
            folder = self._session.get("cwd") or "/"
            self._channels.send(STDOUT, f"{folder} # ".encode())

    def _typed(self, text: str) -> None:
        """Edit the line as a terminal does: what is typed comes back, DEL takes a letter away, Ctrl-C the line, Ctrl-D on an empty line ends."""
        for letter in text:
            if letter in "\r\n":
                self._channels.send(STDOUT, b"\r\n")
                line, self._line = self._line, ""
                self._do(line)
                self._prompt()
            elif letter in "\x7f\b":
                if self._line:
                    self._line = self._line[:-1]
                    self._channels.send(STDOUT, b"\b \b")
            elif letter == "\x03":
                self._line = ""
                self._channels.send(STDOUT, b"^C\r\n")
                self._prompt()
            elif letter == "\x04":
                self._over = self._over or not self._line
            elif letter.isprintable():
                self._line += letter
                self._channels.send(STDOUT, letter.encode())
            if self._over:
                return


def look_on(channels: Channels, wanted: Wanted, lines: Any) -> None:
    """Send what a container's process prints from now on, until it has ended. Raises Gone."""
    for data in lines:
        if data:
            channels.send(STDOUT, data.replace(b"\n", b"\r\n") if wanted.tty else data)
        while channels.receive(0) is not None:
            pass
    channels.finish(SUCCESS)


__all__ = ["ERROR", "Run", "Wanted", "converse", "join", "look_on", "wait"]
