"""The five channels of a command in a container, over a WebSocket or over SPDY: what is typed, what is printed, how it ended, how large the window is.

Models k8s.io/apiserver/pkg/util/wsstream and k8s.io/kubelet/pkg/cri/streaming/remotecommand (1.36).
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from time import monotonic
from typing import NamedTuple, Protocol

from learnk8s.playground.upgraded.pipes import Gone
from learnk8s.playground.upgraded.spdy import Session, Stream
from learnk8s.playground.upgraded.websocket import WebSocket
from learnk8s.simulation.kubernetes.objects.document import Doc

STDIN, STDOUT, STDERR, ERROR, RESIZE = range(5)
NAMES = {"stdin": STDIN, "stdout": STDOUT, "stderr": STDERR, "error": ERROR, "resize": RESIZE}
CLOSES = 255
"""The channel of v5 on which a client says that another one ends."""
PROTOCOLS = ("v5.channel.k8s.io", "v4.channel.k8s.io", "v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io", "v4.base64.channel.k8s.io", "base64.channel.k8s.io", "")
SPDY_PROTOCOLS = PROTOCOLS[1:5]
WITH_STATUS = ("v5.channel.k8s.io", "v4.channel.k8s.io", "v4.base64.channel.k8s.io")
STREAMS_S = 30


class Got(NamedTuple):
    """Something that the client sent."""

    channel: int
    data: bytes
    ended: bool = False


class Channels(Protocol):
    """Both sides' words."""

    def receive(self, timeout_s: float) -> Got | None:
        """Return what the client sent next, or None for nothing within so many seconds. Raises Gone."""

    def send(self, channel: int, data: bytes) -> None:
        """Send bytes on a channel. Raises Gone."""

    def finish(self, status: Doc) -> None:
        """Say how it ended, and close. Raises Gone."""


def _told(status: Doc, protocol: str) -> bytes:
    """Return how the end is told: as a Status, or in old protocols as a text if something failed."""
    if protocol in WITH_STATUS:
        return json.dumps(status, separators=(",", ":"), ensure_ascii=False).encode()
    return str(status.get("message", "")).encode() if status["status"] == "Failure" else b""


class WebSocketChannels:
    """Channels whose number begins each message. An empty message on the first that the client reads says that the connection stands."""

    def __init__(self, socket: WebSocket, protocol: str, first: int) -> None:
        self._socket, self._protocol, self._is_text = socket, protocol, "base64" in protocol
        self.send(first, b"")

    def receive(self, timeout_s: float) -> Got | None:
        """Return what the client sent next, or None for nothing within so many seconds. Raises Gone."""
        message = self._socket.receive(timeout_s)
        if not message:
            return None
        channel, data = message[0], message[1:]
        if self._is_text:
            channel, data = channel - ord("0"), _decoded(data)
        return Got(data[0], b"", ended=True) if channel == CLOSES and data else Got(channel, data)

    def send(self, channel: int, data: bytes) -> None:
        """Send bytes on a channel. Raises Gone."""
        if self._is_text:
            self._socket.send(str(channel).encode() + b64encode(data), is_text=True)
        else:
            self._socket.send(bytes([channel]) + data)

    def finish(self, status: Doc) -> None:
        """Say how it ended, and close. Raises Gone."""
        if said := _told(status, self._protocol):
            self.send(ERROR, said)
        self._socket.close()


def _decoded(data: bytes) -> bytes:
    try:
        return b64decode(data)
    except ValueError:
        raise Gone from None


class SpdyChannels:
    """Channels that are streams of their own; the client opens those that it needs."""

    def __init__(self, session: Session, protocol: str, wanted: Mapping[int, bool]) -> None:
        self._session, self._protocol, self._streams, self._ended = session, protocol, dict[int, Stream](), False
        ends = monotonic() + STREAMS_S
        while any(needed and channel not in self._streams for channel, needed in wanted.items()):
            if monotonic() > ends:
                raise Gone
            session.wait(1)
            for stream in session.streams.values():
                channel = NAMES.get(stream.headers.get("streamtype", ""))
                if channel is not None:
                    self._streams[channel] = stream

    def receive(self, timeout_s: float) -> Got | None:
        """Return what the client sent next, or None for nothing within so many seconds. Raises Gone."""
        if (found := self._taken()) is None:
            self._session.wait(timeout_s)
            found = self._taken()
        return found

    def _taken(self) -> Got | None:
        stream = self._streams.get(STDIN)
        if stream is None or not (stream.data or stream.ended) or self._ended:
            return None
        data, stream.data, self._ended = bytes(stream.data), bytearray(), stream.ended
        return Got(STDIN, data, ended=stream.ended)

    def send(self, channel: int, data: bytes) -> None:
        """Send bytes on a channel. Raises Gone."""
        if channel in self._streams:
            self._session.send(self._streams[channel], data)

    def finish(self, status: Doc) -> None:
        """Say how it ended, and close. Raises Gone."""
        for channel in (STDOUT, STDERR):
            if channel in self._streams:
                self._session.send(self._streams[channel], b"", ends=True)
        if ERROR in self._streams:
            self._session.send(self._streams[ERROR], _told(status, self._protocol), ends=True)
        self._session.goodbye()
