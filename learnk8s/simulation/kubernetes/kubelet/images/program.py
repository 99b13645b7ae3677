"""What runs in a container, as data: a time line from the start of the process to its end.

A program listens on ports after a while, writes log lines at offsets, may end by itself with an exit code, has files that come and go, uses CPU
and memory, and answers HTTP. All of it is a function of the time since the process started, so nothing has to run.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

Answer = tuple[int, str]
"""HTTP status and body."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a program may know of where it runs."""

    pod: str
    namespace: str
    ip: str
    node: str
    environment: tuple[tuple[str, str], ...] = ()


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
    loop_ms: int = 0
    loop: tuple[Happening, ...] = ()
    memory_bytes: int = 4 * 2**20
    leak_bytes_per_s: int = 0
    cpu_millicores: int = 1
    cpu_us_per_request: int = 0
    calls: tuple[str, ...] = ()
    """The Services that every request goes on to."""
    stops_after_ms: int | None = 100
    stop_code: int = 0
    answer: Callable[[Facts, str, str], Answer] = _no_answer
    processes: tuple[str, ...] = field(default=())

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
        lines = [(event.at_ms, event.text) for event in self.happenings if event.kind == "log" and event.at_ms <= age_ms]
        if self.loop_ms and age_ms >= self._loop_starts_ms:
            turns = (age_ms - self._loop_starts_ms) // self.loop_ms
            per_turn = max(sum(event.kind == "log" for event in self.loop), 1)
            for turn in range(max(0, turns - lines_max // per_turn - 1), turns + 1):
                start = self._loop_starts_ms + turn * self.loop_ms
                lines.extend((start + event.at_ms, event.text) for event in self.loop if event.kind == "log" and start + event.at_ms <= age_ms)
        return lines[-lines_max:]

    @property
    def _loop_starts_ms(self) -> int:
        return max((event.at_ms for event in self.happenings), default=0)

    def has_file(self, path: str, age_ms: int) -> bool:
        """Say whether a file that the program makes is there."""
        there = False
        for event in self.happenings:
            if event.at_ms <= age_ms and event.text == path:
                there = event.kind == "+" if event.kind in "+-" else there
        return there

    def changes_after_ms(self, age_ms: int) -> int | None:
        """Return the next offset at which a probe could see something else, or None."""
        moments = [event.at_ms for event in self.happenings if event.kind in "+-" and event.at_ms > age_ms]
        if self.ports and self.listens_after_ms > age_ms:
            moments.append(self.listens_after_ms)
        return min(moments) if moments else None
