"""SPDY/3.1, the server's side, as far as kubectl before 1.31 speaks it to run commands and to forward ports: streams that the client opens, no flow control.

Models the protocol's third draft (frames, header blocks that are compressed with a common dictionary) as k8s.io/apimachinery/pkg/util/httpstream/spdy uses it.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from learnk8s.playground.upgraded.pipes import Gone, Pipe

SYN_STREAM, SYN_REPLY, RST_STREAM, PING, GOAWAY = 1, 2, 3, 6, 7
FIN, CANCEL = 1, 5
CONTROL = 0x80030000
FRAME_BYTES_MAX = 2**20
STREAMS_MAX = 200
HEADERS_BYTES_MAX = 2**16
DATA_BYTES = 2**14

_HEADS = ("options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow authorization cache-control connection content-base content-encoding content-language "
          "content-length content-location content-md5 content-range content-type date etag expect expires from host if-match if-modified-since if-none-match if-range if-unmodified-since last-modified location "
          "max-forwards pragma proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade user-agent vary via warning www-authenticate method get status 200_OK "
          "version HTTP/1.1 url public set-cookie keep-alive origin")
_CODES = "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505"
_PHRASES = "203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented503 Service Unavailable"
_TAIL = "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0."


def _counted(word: bytes) -> bytes:
    return len(word).to_bytes(4, "big") + word


DICTIONARY = b"".join(_counted(word.replace("_", " ").encode()) for word in _HEADS.split()) + (_CODES + _PHRASES + _TAIL).encode()
"""What both sides' compressors know from the start."""


@dataclass(slots=True)
class Stream:
    """One stream that the client opened. `data` is what came and was not taken yet."""

    number: int
    headers: Mapping[str, str]
    data: bytearray = field(default_factory=bytearray)
    ended: bool = False
    """The client sends no more."""


class Session:
    """A connection with its streams."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe, self._raw = pipe, b""
        self._inflater, self._deflater = zlib.decompressobj(zdict=DICTIONARY), zlib.compressobj(zdict=DICTIONARY)
        self.streams: dict[int, Stream] = {}

    def wait(self, timeout_s: float) -> None:
        """Take in what comes within so many seconds. Raises Gone."""
        came = self._pipe.receive(timeout_s)
        self._raw += came
        while len(self._raw) >= 8:
            length = int.from_bytes(self._raw[5:8], "big")
            if length > FRAME_BYTES_MAX:
                raise Gone
            if len(self._raw) < 8 + length:
                return
            head, body, self._raw = self._raw[:8], self._raw[8 : 8 + length], self._raw[8 + length :]
            self._take(int.from_bytes(head[:4], "big"), head[4], body)

    def send(self, stream: Stream, data: bytes, *, ends: bool = False) -> None:
        """Send data on a stream, and maybe that no more comes. Raises Gone."""
        parts = [data[start : start + DATA_BYTES] for start in range(0, len(data), DATA_BYTES)] or ([b""] if ends else [])
        for place, part in enumerate(parts, start=1):
            self._pipe.send(stream.number.to_bytes(4, "big") + bytes([FIN if ends and place == len(parts) else 0]) + len(part).to_bytes(3, "big") + part)

    def goodbye(self) -> None:
        """Say that the connection ends. Raises Gone."""
        self._control(GOAWAY, max(self.streams, default=0).to_bytes(4, "big") + bytes(4))

    def _take(self, word: int, flags: int, body: bytes) -> None:
        if not word & 0x80000000:
            self._data(word, flags, body)
        elif word == CONTROL | SYN_STREAM and len(body) >= 10:
            self._opened(int.from_bytes(body[:4], "big") & 0x7FFFFFFF, flags, body[10:])
        elif word == CONTROL | RST_STREAM and len(body) >= 8:
            self.streams.pop(int.from_bytes(body[:4], "big"), None)
        elif word == CONTROL | PING:
            self._control(PING, body)
        elif word == CONTROL | GOAWAY and not self.streams:
            raise Gone

    def _data(self, number: int, flags: int, body: bytes) -> None:
        stream = self.streams.get(number)
        if stream is None:
            return
        stream.data += body
        stream.ended = stream.ended or bool(flags & FIN)
        if len(stream.data) > 4 * FRAME_BYTES_MAX:
            raise Gone

    def _opened(self, number: int, flags: int, block: bytes) -> None:
        try:
            pairs = _pairs(self._inflater.decompress(block, HEADERS_BYTES_MAX))
        except zlib.error:
            raise Gone from None
        if len(self.streams) >= STREAMS_MAX:
            self._control(RST_STREAM, number.to_bytes(4, "big") + CANCEL.to_bytes(4, "big"))
            return
        self.streams[number] = Stream(number, pairs, ended=bool(flags & FIN))
        self._control(SYN_REPLY, number.to_bytes(4, "big") + self._deflater.compress(bytes(4)) + self._deflater.flush(zlib.Z_SYNC_FLUSH))

    def _control(self, kind: int, body: bytes) -> None:
        self._pipe.send((CONTROL | kind).to_bytes(4, "big") + len(body).to_bytes(4, "big") + body)


def _pairs(block: bytes) -> dict[str, str]:
    """Return a header block's names, in small letters, and values. A block that breaks off gives what it holds."""
    words, place = [], 4
    while place + 4 <= len(block):
        length = int.from_bytes(block[place : place + 4], "big")
        words.append(block[place + 4 : place + 4 + length].decode(errors="replace"))
        place += 4 + length
    return {name.lower(): value for name, value in zip(words[::2], words[1::2], strict=False)}
