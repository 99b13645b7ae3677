"""`manage.py runserver`, with streams in chunks: clients of the cluster's API read a watch piece by piece only if its answer says where pieces end.

Django's own server ends such an answer by closing the connection; Python's Kubernetes client then waits for that end. gunicorn sends chunks by itself.
"""

from typing import Any

from django.core.servers import basehttp
from whitenoise.runserver_nostatic.management.commands.runserver import Command as Plain


class ChunkingHandler(basehttp.ServerHandler):
    """Sends an answer of unknown length in chunks, if the client speaks HTTP/1.1."""

    is_chunked = False

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
