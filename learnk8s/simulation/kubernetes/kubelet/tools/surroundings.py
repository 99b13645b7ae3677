"""What the programs of one container may know of where they run."""

from collections.abc import Callable
from dataclasses import dataclass, field

from learnk8s.simulation.kernel.shell.program import Outcome
from learnk8s.simulation.kubernetes.kubelet.distribution import DEBIAN, Distribution


@dataclass(frozen=True, slots=True)
class MountRow:
    """One line of `mount` and `df`: what is mounted where."""

    source: str
    path: str
    type: str
    size_bytes: int
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the programs of one container may know."""

    pod: str
    namespace: str
    ip: str
    node: str
    user: int = 0
    group: int = 0
    groups: tuple[int, ...] = ()
    mounts: tuple[MountRow, ...] = ()
    processes: tuple[str, ...] = ()
    memory_bytes: int = 2**33
    limit_bytes: int = 0
    cpus: int = 4
    rights: frozenset[str] = frozenset()
    """Capabilities beyond the usual ones, and `privileged`."""
    distribution: Distribution = DEBIAN
    merges_groups: bool = True
    """Whether the groups that the image's /etc/group gives the user count too: `supplementalGroupsPolicy: Merge`."""
    shell: str = ""
    """The shell that one types into beside the container's first process, if there is one."""
    on_terminal: bool = False
    """Whether somebody looks on while a program prints."""
    network: Callable[[list[str]], Outcome] = field(default=lambda argv: Outcome("", "", 1))
    wait: Callable[[int], None] = field(default=lambda milliseconds: None)
    tell: Callable[[str, str], None] = field(default=lambda out, err: None)
    """Remembers that a part of a command's output came at this moment, before its end."""
    emit: Callable[[str], None] | None = None
    """Prints at once, where a command's output can be seen before it ends."""

    @property
    def all_groups(self) -> tuple[int, ...]:
        """Return the main group and the others."""
        return (self.group, *self.groups)
