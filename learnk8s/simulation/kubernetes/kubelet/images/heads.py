"""The heads of HTTP answers, as the servers in the images write them: which fields there are, and in which order.

Models nginx 1.29 (ngx_http_header_filter_module, ngx_http_static_module), httpd 2.4, Go's net/http, Node's http and Python's http.server. Differs: files are as old as the image.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple
from zlib import crc32

Head = tuple[tuple[str, str], ...]
AGE = "Wed, 13 Aug 2025 14:33:41 GMT"
AGE_HEX = "689ca3b5"
"""When the files of the images were made, as nginx writes it into an ETag as well."""
TYPES = {"html": "text/html", "htm": "text/html", "txt": "text/plain", "css": "text/css", "js": "application/javascript", "json": "application/json", "png": "image/png", "jpg": "image/jpeg", "svg": "image/svg+xml", "xml": "text/xml"}


class Reply(NamedTuple):
    """An answer whose head is to be written."""

    path: str
    status: int
    body: str
    moment: datetime

    @property
    def size(self) -> str:
        """Return how many bytes the body has."""
        return str(len(self.body.encode()))

    @property
    def date(self) -> str:
        """Return the moment as HTTP writes it."""
        return self.moment.strftime("%a, %d %b %Y %H:%M:%S GMT")

    def kind(self, unknown: str = "application/octet-stream") -> str:
        """Return the media type by the path's ending; a folder is its index."""
        name = self.path.partition("?")[0].rsplit("/", 1)[-1]
        return TYPES["html"] if not name or self.status >= 300 else TYPES.get(name.rpartition(".")[2] if "." in name else "", unknown)

    @property
    def is_text(self) -> bool:
        """Say whether Go would take the body for plain text."""
        return not self.body.lstrip().startswith(("<!DOCTYPE", "<html", "<!doctype", "<HTML"))


Heads = Callable[[Reply], Head]


def plain(reply: Reply) -> Head:
    """Only the length: of servers whose heads are not modelled."""
    return (("Content-Length", reply.size),)


def nginx(version: str, *, files: bool = True) -> Heads:
    """Those of nginx; a file has its age and its tag."""

    def heads(reply: Reply) -> Head:
        is_file = files and reply.status == 200
        return (("Server", f"nginx/{version}"), ("Date", reply.date), ("Content-Type", reply.kind() if files else "text/plain"), ("Content-Length", reply.size), *((("Last-Modified", AGE),) if is_file else ()),
                ("Connection", "keep-alive"), *((("ETag", f'"{AGE_HEX}-{int(reply.size):x}"'), ("Accept-Ranges", "bytes")) if is_file else ()))

    return heads


def apache(software: str, *, files: bool = True) -> Heads:
    """Those of Apache's httpd."""

    def heads(reply: Reply) -> Head:
        is_file = files and reply.status == 200
        tag = f'"{int(reply.size):x}-{crc32(reply.body.encode()) << 16:x}"'
        return (("Date", reply.date), ("Server", software), *((("Last-Modified", AGE), ("ETag", tag), ("Accept-Ranges", "bytes")) if is_file else ()), ("Content-Length", reply.size), ("Content-Type", "text/html" if is_file else "text/html; charset=iso-8859-1" if files else "text/html; charset=UTF-8"))

    return heads


def go(reply: Reply) -> Head:
    """Those of a server of Go's standard library."""
    return ("Date", reply.date), ("Content-Length", reply.size), ("Content-Type", "text/plain; charset=utf-8" if reply.is_text else "text/html; charset=utf-8")


def node(reply: Reply) -> Head:
    """Those of a server of Node's."""
    return ("Content-Type", "text/plain"), ("Date", reply.date), ("Connection", "keep-alive"), ("Transfer-Encoding", "chunked")


def python(software: str) -> Heads:
    """Those of Python's http.server."""
    return lambda reply: (("Server", software), ("Date", reply.date), ("Content-type", reply.kind()), ("Content-Length", reply.size), ("Last-Modified", AGE))
