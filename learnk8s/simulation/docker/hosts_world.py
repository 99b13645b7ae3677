"""What the worlds of Docker hosts have in common: the machines behind a terminal, the buttons' errors, and looks at what stands on them."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol, Self

from learnk8s.simulation.docker.errors import DockerError
from learnk8s.simulation.docker.faults import apply_fault
from learnk8s.simulation.docker.site import Site
from learnk8s.simulation.docker.terminal import Terminal
from learnk8s.simulation.kernel.era import EraWorld
from learnk8s.simulation.kernel.faults import BadAction


class Inspection(Protocol):
    """A module that answers what is asked about a site."""

    def inspected(self, site: Any, ref: str, told: list[dict[str, Any]], /) -> dict[str, Any] | None: ...
    def document(self, site: Any, ref: str, /) -> dict[str, Any] | None: ...
    def documents(self, site: Any, kind: str, /) -> Sequence[Mapping[str, Any]]: ...
    def refs(self, site: Any, /) -> Sequence[str]: ...
    def log_of(self, site: Any, ref: str, /) -> str: ...
    def answers(self, site: Any, source: str, url: str, /) -> bool: ...
    def requests(self, site: Any, /) -> Sequence[tuple[str, str]]: ...


class HostsWorld(EraWorld):
    """A world of Docker hosts. A subclass says which site, terminal and inspection it has."""

    site_class: ClassVar[type[Site]]
    terminal_class: ClassVar[type[Terminal]]
    inspection: ClassVar[Inspection]

    def __init__(self, site: Any, scenario: str) -> None:
        self.site = site
        self.terminal: Any = self.terminal_class(site, self.apply)
        super().__init__(site, self.terminal, scenario)

    def applied(self, action: dict[str, Any]) -> str:
        """Do what an action says and return the equivalent command line. Raises BadAction."""
        try:
            return apply_fault(self.site, action)
        except DockerError as error:
            raise BadAction(str(error)) from None

    # Looking

    def inspect(self, ref: str) -> dict[str, Any] | None:
        """Describe one thing: summary, YAML, events, why."""
        return self.inspection.inspected(self.site, ref, self.history(ref))

    def document(self, ref: str) -> dict[str, Any] | None:
        """Return a thing as a document."""
        return self.inspection.document(self.site, ref)

    def documents(self, kind: str) -> Sequence[Mapping[str, Any]]:
        """Return all things of a kind."""
        return self.inspection.documents(self.site, kind)

    def refs(self) -> Sequence[str]:
        """Return the references of everything that a goal may be about."""
        return self.inspection.refs(self.site)

    def log_of(self, ref: str) -> str:
        """Return what a container has printed."""
        return self.inspection.log_of(self.site, ref)

    def answers(self, source: str, url: str) -> bool:
        """Say whether an address answers to a container, a machine, or ("") the terminal."""
        return self.inspection.answers(self.site, source, url)

    def requests(self) -> Sequence[tuple[str, str]]:
        """Return who might ask whom."""
        return self.inspection.requests(self.site)

    # Reading back

    @classmethod
    def load(cls, dump: bytes) -> Self:
        """Return the world that `dump` wrote down."""
        world = cls(cls.site_class(0), "")
        world.restore(dump)
        return world
