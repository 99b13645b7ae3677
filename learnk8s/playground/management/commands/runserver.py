"""`manage.py runserver`, with streams in chunks: clients of the cluster's API read a watch piece by piece only if its answer says where pieces end.

Django's own server ends such an answer by closing the connection; Python's Kubernetes client then waits for that end. gunicorn sends chunks by itself.
"""

import io
from typing import Any, BinaryIO

from django.conf import settings
from django.core.servers import basehttp
from whitenoise.runserver_nostatic.management.commands.runserver import Command as Plain


CHUNK_LINE_MAX = 1000
SOCKET = "learnk8s.socket"
"""Where a request finds the client's socket, as with gunicorn under its own name."""


class Unchunked(io.RawIOBase):
    """The body of a request that came in chunks: kubectl sends so what it reads from a file for `--raw`."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._left, self._ended = stream, 0, False

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read on. A body that breaks off ends where it does."""
        if not self._left and not self._ended:
            self._next_chunk()
        data = self._stream.read(min(self._left, len(buffer))) if self._left else b""
        self._left -= len(data)
        self._ended = self._ended or not data
        if not self._left and not self._ended:
            self._stream.readline(CHUNK_LINE_MAX)
        buffer[: len(data)] = data
        return len(data)

    def _next_chunk(self) -> None:
        word = self._stream.readline(CHUNK_LINE_MAX).partition(b";")[0].strip()
        try:
            self._left = int(word, 16)
        except ValueError:
            self._left = 0
        self._ended = self._left <= 0
        while self._ended and self._stream.readline(CHUNK_LINE_MAX).strip():
            pass


def unchunked(stream: BinaryIO) -> bytes:
    """Return a body that comes in chunks, up to a byte more than any page of the site takes: the application refuses that."""
    return io.BufferedReader(Unchunked(stream)).read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)


class ChunkingHandler(basehttp.ServerHandler):
    """Reads a request that comes in chunks, and sends an answer of unknown length in chunks, if the client speaks HTTP/1.1."""

    is_chunked = False

    def __init__(self, stdin: Any, stdout: Any, stderr: Any, environ: dict[str, Any], **options: Any) -> None:
        environ[SOCKET] = getattr(getattr(stdin, "raw", None), "_sock", None)
        if "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
            body = unchunked(stdin)
            stdin, environ = io.BytesIO(body), {**environ, "CONTENT_LENGTH": str(len(body))}
        super().__init__(stdin, stdout, stderr, environ, **options)

    def cleanup_headers(self) -> None:
        """Say that the answer comes in chunks."""
        super().cleanup_headers()
        headers, status = self.headers, str(self.status or "")
        if headers is not None and "Content-Length" not in headers and self.environ["REQUEST_METHOD"] != "HEAD" and self.environ.get("SERVER_PROTOCOL") == "HTTP/1.1" and not status.startswith(("1", "204", "304")):
            headers["Transfer-Encoding"] = "chunked"
            self.is_chunked = True

    def write(self, data: bytes) -> None:
        """Send a piece of the answer."""
        if not self.headers_sent:
            self.bytes_sent = len(data)
            self.send_headers()
        else:
            self.bytes_sent += len(data)
        if data:
            self._write(b"%x\r\n%s\r\n" % (len(data), data) if self.is_chunked else data)
            self._flush()

    def finish_content(self) -> None:
        """Send what ends the answer."""
        super().finish_content()
        if self.is_chunked:
            self._write(b"0\r\n\r\n")
            self._flush()


class Command(Plain):
    """Runs the development server."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Have Django's server use our handler, and serve."""
        basehttp.ServerHandler = ChunkingHandler  # type: ignore[misc]  # the server has no other place to say it
        super().handle(*args, **options)
