"""Who asks over the network, and what comes back: what the clients in terminals and containers have in common."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from learnk8s.simulation.kernel.shell.program import Outcome
from learnk8s.simulation.kubernetes.network.network import HttpAnswer, Network, NetworkFailure
from learnk8s.simulation.kubernetes.network.origin import Ask, Origin

DNS_TIMEOUT_S = 10


@dataclass(frozen=True, slots=True)
class Timed(Outcome):
    """An outcome that took its time; what a stream said came at its beginning."""

    took_ms: int = 0
    is_stream: bool = False


Local = Callable[[int, str, str, str], HttpAnswer | NetworkFailure | None]
"""Answers a request to a port of the terminal's own machine (port, path, method, body), or None where nothing listens."""
Write = Callable[[str, str], None]
"""Puts what is downloaded into a file."""
Web = Callable[[str], str | None]
"""Returns what stands at an address of the internet, or None where nothing is known of it."""


@dataclass(frozen=True, slots=True)
class Sender:
    """The network, who asks, and what is on the asking machine."""

    network: Network
    origin: Origin
    localhost: Local | None = None
    write: Write | None = None
    web: Web | None = None


def split_url(url: str) -> tuple[str, str, int, str]:
    """Return scheme, host, port and path of an address, "" for a host that cannot be read."""
    found = re.match(r"^(?:(https?)://)?(?:[^/@]*@)?([^/:?#]+)(?::(\d{1,5}))?(/.*|\?.*)?$", url)
    if found is None:
        return "http", "", 0, "/"
    scheme, host, port, path = found.groups()
    path = path or "/"
    return scheme or "http", host, int(port or (443 if scheme == "https" else 80)), path if path.startswith("/") else f"/{path}"


def known(sender: Sender, scheme: str, host: str, path: str) -> str | None:
    """Return what is known of an address of the internet, or None."""
    return sender.web(f"{scheme}://{host}{path}") if sender.web is not None else None


def asked(sender: Sender, host: str, port: int, ask: Ask, resolved: str = "", body: str = "") -> HttpAnswer | NetworkFailure:
    """Ask a host something, at an address if that is told; a machine's own ports answer for localhost."""
    network, origin = sender.network, sender.origin
    outside = known(sender, ask.scheme, host, ask.path)
    if outside is not None:
        return HttpAnswer(200, outside, "")
    if host in ("localhost", "127.0.0.1", "0.0.0.0", "::1"):
        if origin.pod is None:
            found = sender.localhost(port, ask.path, ask.method, body) if sender.localhost is not None else None
            return found or NetworkFailure("refused", host, port, "network.refused")
        return network.connect(origin.ip, port, host, origin, ask, is_loopback=bool(origin.pod["spec"].get("hostNetwork")))
    if resolved:
        return network.connect(resolved, port, host, origin, ask)
    return network.request(host, port, ask.path, method=ask.method, origin=origin, ask=ask)
