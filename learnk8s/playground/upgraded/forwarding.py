"""Forwarded ports: each connection of the client is a pair of streams, and what answers is the program behind the pod's port.

Models k8s.io/kubelet/pkg/cri/streaming/portforward (1.36). Programs of the simulation speak HTTP/1.1; to anything else their port stays silent.
"""

import re
from collections.abc import Callable

from learnk8s.playground.upgraded.spdy import Session, Stream

LOOK_S = 5.0
HEAD_BYTES_MAX = 2**16
BODY_BYTES_MAX = 2**20
PROTOCOL = "portforward.k8s.io"
TUNNEL = "SPDY/3.1+portforward.k8s.io"

Serve = Callable[[int, str, str, str], tuple[int, str, str] | None]
"""Of port, method, path and host it makes status, content type and body, or None if nothing listens."""


def forward(session: Session, serve: Serve, is_over: Callable[[], bool]) -> None:
    """Answer the streams of a session until the client or the pod has gone. Raises Gone."""
    errors: dict[str, Stream] = {}
    while not is_over():
        session.wait(LOOK_S)
        for stream in list(session.streams.values()):
            number = stream.headers.get("requestid", "")
            if stream.headers.get("streamtype") == "error":
                errors.setdefault(number, stream)
            elif _is_answered(session, stream, errors.get(number), serve):
                for done in (stream, errors.pop(number, None)):
                    if done is not None:
                        session.streams.pop(done.number, None)
    session.goodbye()


def _is_answered(session: Session, stream: Stream, error: Stream | None, serve: Serve) -> bool:
    """Answer the requests that have come whole on a stream; say whether the stream is over."""
    port = int(stream.headers.get("port", "0")) if stream.headers.get("port", "").isdigit() else 0
    while (request := _taken(stream)) is not None:
        method, path, host, closes = request
        answer = serve(port, method, path, host)
        if answer is None:
            if error is not None:
                session.send(error, f"an error occurred forwarding {port} -> {port}: error forwarding port {port} to pod: failed to connect to localhost:{port} inside namespace: dial tcp4 127.0.0.1:{port}: connect: connection refused".encode(), ends=True)
            session.send(stream, b"", ends=True)
            return True
        session.send(stream, _written(answer, method, closes=closes))
        if closes:
            stream.ended = True
    if not stream.ended and len(stream.data) < HEAD_BYTES_MAX + BODY_BYTES_MAX:
        return False
    if error is not None:
        session.send(error, b"", ends=True)
    session.send(stream, b"", ends=True)
    return True


def _taken(stream: Stream) -> tuple[str, str, str, bool] | None:
    """Take one whole request off a stream: method, path, host, and whether the connection ends after it."""
    head, found, rest = bytes(stream.data).partition(b"\r\n\r\n")
    if not found:
        return None
    lines = head.decode("latin-1").split("\r\n")
    words = lines[0].split()
    if len(words) != 3 or not re.fullmatch(r"[A-Z]+", words[0]):
        stream.data.clear()
        stream.ended = True
        return None
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    length = int(headers["content-length"]) if headers.get("content-length", "").isdigit() else 0
    if len(rest) < length:
        return None
    stream.data = bytearray(rest[length:])
    return words[0], words[1], headers.get("host", ""), headers.get("connection", "").lower() == "close" or words[2] == "HTTP/1.0"


def _written(answer: tuple[int, str, str], method: str, *, closes: bool) -> bytes:
    from http.client import responses

    status, kind, body = answer
    data = body.encode()
    lines = [f"HTTP/1.1 {status} {responses.get(status, 'Status')}", f"Content-Type: {kind}", f"Content-Length: {len(data)}", *(["Connection: close"] if closes else [])]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode() + (b"" if method == "HEAD" else data)
