"""Who sends a request: a pod, or somebody outside of all pods."""

from dataclasses import dataclass, field

from learnk8s.simulation.kubernetes.objects.document import Doc

OUTSIDE_IP = "192.168.49.1"
"""The address of the learner's terminal: the host below the nodes."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A sender. `resolv` and `hosts` are its /etc/resolv.conf and /etc/hosts, "" for the terminal, which sees the cluster's names as a pod of the namespace does."""

    namespace: str = "default"
    pod: Doc | None = None
    resolv: str = ""
    hosts: str = ""
    is_peek: bool = False
    """Only looking: no dice are rolled, so that reading changes nothing."""

    @property
    def ip(self) -> str:
        """Return the sender's address."""
        return str((self.pod or {}).get("status", {}).get("podIP") or OUTSIDE_IP)


@dataclass(frozen=True, slots=True)
class Ask:
    """An HTTP request beyond host and port."""

    path: str = "/"
    method: str = "GET"
    host: str = ""
    scheme: str = "http"
    headers: tuple[tuple[str, str], ...] = field(default=())
    body: str = ""


TERMINAL = Origin()
