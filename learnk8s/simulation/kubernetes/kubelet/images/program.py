"""What runs in a container, as data: a time line from the start of the process to its end.

A program listens on ports after a while, writes log lines at offsets, may end by itself with an exit code, has files that come and go, uses CPU
and memory, and answers HTTP. All of it is a function of the time since the process started, so nothing has to run.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from learnk8s.simulation.kubernetes.kubelet.images.heads import Heads, plain

Answer = tuple[int, str]
"""HTTP status and body."""
FileEvents = dict[str, tuple[int, str | None]]
"""What a program did to files: path, when it did so last, and the text, None for removed."""


UNENDED = "\0"
"""Ends a line of a log that the program has not ended."""


def printed(lines: Iterable[str]) -> str:
    """Return a log as it is printed.

    >>> printed(["a", "b" + UNENDED])
    'a\\nb'
    """
    return "".join(line.removesuffix(UNENDED) if line.endswith(UNENDED) else f"{line}\n" for line in lines)


def _nothing(path: str) -> str | None:
    return None


def _no_folder(path: str) -> bool:
    return False


def _forgotten(first: str, second: str = "") -> None:
    """What a program would keep or note where it is only looked at."""


def _unreachable(url: str) -> str | None:
    return None


class Facts(NamedTuple):
    """What a program may know of where it runs, and of the request that it answers."""

    pod: str
    namespace: str
    ip: str
    node: str
    environment: tuple[tuple[str, str], ...] = ()
    read: Callable[[str], str | None] = _nothing
    is_folder: Callable[[str], bool] = _no_folder
    age_ms: int = 0
    host: str = ""
    client: str = ""
    body: str = ""
    port: int = 0
    keep: Callable[[str, str], None] = _forgotten
    """Writes a file of the container. Raises Acts."""
    note: Callable[[str], None] = _forgotten
    """Adds a line to the container's log, under klog's head. Raises Acts."""
    fetch: Callable[[str], str | None] = _unreachable
    """Gets a URL as a process of the container; None for no answer. Raises Acts."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something on a program's time line: a log line, a file that comes (`+/tmp/x`) or goes (`-/tmp/x`)."""

    at_ms: int
    kind: str
    text: str


def _no_answer(facts: Facts, path: str, method: str) -> Answer:
    return 404, "not found\n"


@dataclass(frozen=True, slots=True)
class Program:
    """One program; offsets in milliseconds since the process started."""

    name: str
    ports: tuple[int, ...] = ()
    listens_after_ms: int = 0
    ends_after_ms: int | None = None
    exit_code: int = 0
    happenings: tuple[Happening, ...] = ()
    memory_bytes: int = 4 * 2**20
    leak_bytes_per_s: int = 0
    cpu_millicores: int = 1
    cpu_us_per_request: int = 0
    calls: tuple[str, ...] = ()
    """The Services that every request goes on to."""
    stops_after_ms: int | None = 100
    stop_code: int = 0
    answer: Callable[[Facts, str, str], Answer] = _no_answer
    heads: Heads = plain
    """How it writes the head of an answer."""
    processes: tuple[str, ...] = field(default=())
    missing: str = ""
    """The command that is not in the image: then nothing starts."""
    changes: tuple[int, ...] = ()
    """Offsets at which the program begins to answer differently."""
    reads: bool = False
    """It takes lines from its standard input, as a shell does that was given nothing else to do."""
    follows: str = ""
    """A file whose lines the program prints as they come, as `tail -f` does."""

    def memory_at(self, age_ms: int) -> int:
        """Return the bytes in use."""
        return self.memory_bytes + self.leak_bytes_per_s * age_ms // 1000

    def out_of_memory_ms(self, limit_bytes: int) -> int | None:
        """Return when the process would pass a limit, or None."""
        if self.memory_bytes > limit_bytes:
            return 0
        if not self.leak_bytes_per_s:
            return None
        return (limit_bytes - self.memory_bytes) * 1000 // self.leak_bytes_per_s

    def log_until(self, age_ms: int, lines_max: int) -> list[tuple[int, str]]:
        """Return the log lines up to an age as (offset, text), the last `lines_max` of them."""
        return [(event.at_ms, event.text) for event in self.happenings if event.kind == "log" and event.at_ms <= age_ms][-lines_max:]

    def files_at(self, age_ms: int) -> FileEvents:
        """Return what the program has done to files by an age."""
        return {event.text: (event.at_ms, "" if event.kind == "+" else None) for event in self.happenings if event.kind in "+-" and event.at_ms <= age_ms}

    def changes_after_ms(self, age_ms: int) -> int | None:
        """Return the next offset at which a probe could see something else, or None."""
        moments = [event.at_ms for event in self.happenings if event.kind in "+-" and event.at_ms > age_ms]
        moments += [at_ms for at_ms in self.changes if at_ms > age_ms]
        if self.ports and self.listens_after_ms > age_ms:
            moments.append(self.listens_after_ms)
        return min(moments) if moments else None

    def ending(self) -> tuple[int, int] | None:
        """Return when the process ends by itself and with which code, or None."""
        return None if self.ends_after_ms is None else (self.ends_after_ms, self.exit_code)
