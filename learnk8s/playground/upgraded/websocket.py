"""WebSockets (RFC 6455), the server's side, as far as clients of the Kubernetes API use them: no extensions."""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha1

from learnk8s.playground.upgraded.pipes import Gone, Pipe

MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
CONTINUED, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
MESSAGE_BYTES_MAX = 2**22
TOO_LARGE = 1009


def handshake(key: str, protocol: str) -> bytes:
    """Return the head of the answer that turns HTTP into a WebSocket.

    >>> b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in handshake("dGhlIHNhbXBsZSBub25jZQ==", "v4.channel.k8s.io")
    True
    """
    accept = b64encode(sha1(f"{key}{MAGIC}".encode(), usedforsecurity=False).digest()).decode()
    lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade", f"Sec-WebSocket-Accept: {accept}", *([f"Sec-WebSocket-Protocol: {protocol}"] if protocol else [])]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode()


def chosen(asked: Sequence[str], offered: Sequence[str]) -> str | None:
    """Return the first protocol that both sides know; who asks for none gets "" if that is offered.

    >>> chosen(["v5.channel.k8s.io"], ["v4.channel.k8s.io"]), chosen([], ["", "binary.k8s.io"])
    (None, '')
    """
    return next((name for name in asked or [""] if name in offered), None)


class WebSocket:
    """Messages over a pipe; each is at most MESSAGE_BYTES_MAX long."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe, self._raw, self._message, self._closing = pipe, b"", b"", False

    def receive(self, timeout_s: float) -> bytes | None:
        """Return the next message, or None if none is whole within so many seconds. Raises Gone."""
        waits = timeout_s
        while True:
            frame = self._frame()
            if frame is None:
                came = self._pipe.receive(waits)
                if not came:
                    return None
                self._raw, waits = self._raw + came, 0
                continue
            message = self._taken(*frame)
            if message is not None:
                return message

    def send(self, data: bytes, *, is_text: bool = False) -> None:
        """Send a message. Raises Gone."""
        self._pipe.send(framed(TEXT if is_text else BINARY, data))

    def close(self, code: int = 1000) -> None:
        """Say that this side is done. Raises Gone."""
        if not self._closing:
            self._closing = True
            self._pipe.send(framed(CLOSE, code.to_bytes(2, "big")))

    def _frame(self) -> tuple[int, bool, bytes] | None:
        """Take one frame off what came: what it is, whether it ends its message, and its bytes."""
        raw = self._raw
        if len(raw) < 2:
            return None
        length, start = raw[1] & 127, 2
        if length >= 126:
            start = 4 if length == 126 else 10
            length = int.from_bytes(raw[2:start], "big")
        if length + len(self._message) > MESSAGE_BYTES_MAX or not raw[1] & 128:
            self.close(TOO_LARGE)
            raise Gone
        if len(raw) < start + 4 + length:
            return None
        mask, data = raw[start : start + 4], raw[start + 4 : start + 4 + length]
        self._raw = raw[start + 4 + length :]
        return raw[0] & 15, bool(raw[0] & 128), unmasked(data, mask)

    def _taken(self, kind: int, is_last: bool, data: bytes) -> bytes | None:
        if kind == PING:
            self._pipe.send(framed(PONG, data))
        elif kind == CLOSE:
            self.close()
            raise Gone
        elif kind in (CONTINUED, TEXT, BINARY):
            self._message += data
            if is_last:
                message, self._message = self._message, b""
                return message
        return None


def framed(kind: int, data: bytes) -> bytes:
    """Return one whole message as a frame of a server.

    >>> framed(TEXT, b"hi")
    b'\\x81\\x02hi'
    """
    length = len(data)
    size = bytes([length]) if length < 126 else b"\x7e" + length.to_bytes(2, "big") if length < 2**16 else b"\x7f" + length.to_bytes(8, "big")
    return bytes([128 | kind]) + size + data


def unmasked(data: bytes, mask: bytes) -> bytes:
    """Return bytes as they were before the client masked them.

    >>> unmasked(bytes([104 ^ 1, 105 ^ 2]), bytes([1, 2, 3, 4]))
    b'hi'
    """
    whole = (mask * (len(data) // 4 + 1))[: len(data)]
    return (int.from_bytes(data, "big") ^ int.from_bytes(whole, "big")).to_bytes(len(data), "big")


class MessagePipe:
    """A stream of bytes that is carried in messages: how port-forward tunnels SPDY through a WebSocket."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket

    def receive(self, timeout_s: float) -> bytes:
        """Return what came within so many seconds, b"" for nothing. Raises Gone."""
        return self._socket.receive(timeout_s) or b""

    def send(self, data: bytes) -> None:
        """Send bytes. Raises Gone."""
        self._socket.send(data)
