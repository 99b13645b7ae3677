"""A client's socket, once HTTP is over: bytes in, bytes out, with an eye on the clock."""

import select
import socket
from time import monotonic
from typing import Protocol

RECEIVED_MAX = 2**16
SEND_S = 30
"""A client that takes no bytes for so long is gone."""


class Gone(Exception):
    """The client has closed its side, or broke the rules of the protocol."""


class Pipe(Protocol):
    """What bytes come through."""

    def receive(self, timeout_s: float) -> bytes:
        """Return what came within so many seconds, b"" for nothing. Raises Gone."""

    def send(self, data: bytes) -> None:
        """Send bytes. Raises Gone."""


class SocketPipe:
    """A socket."""

    def __init__(self, client: socket.socket) -> None:
        self._client = client
        client.settimeout(SEND_S)

    def receive(self, timeout_s: float) -> bytes:
        """Return what came within so many seconds, b"" for nothing. Raises Gone."""
        try:
            readable, _, _ = select.select([self._client], [], [], max(timeout_s, 0))
            data = self._client.recv(RECEIVED_MAX) if readable else None
        except (OSError, ValueError):
            raise Gone from None
        if data == b"":
            raise Gone
        return data or b""

    def send(self, data: bytes) -> None:
        """Send bytes. Raises Gone."""
        try:
            self._client.sendall(data)
        except OSError:
            raise Gone from None

    def end(self) -> None:
        """Send no more, and give the client a moment to take what was sent."""
        try:
            self._client.shutdown(socket.SHUT_WR)
            ends = monotonic() + 1
            while monotonic() < ends and self.receive(0.2):
                pass
        except (OSError, Gone):
            pass
