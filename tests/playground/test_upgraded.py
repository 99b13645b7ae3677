"""Connections that speak something else than HTTP: the protocols, and what a conversation does."""

import json
import socket
import zlib
from typing import Any

import pytest

from learnk8s.playground.upgraded import channels, commands, forwarding, spdy, websocket
from learnk8s.playground.upgraded.pipes import Gone, SocketPipe

DONE = {"stdout": "out\n", "stderr": "", "status": 0}


@pytest.fixture
def ends() -> Any:
    """A server's pipe and the client's socket."""
    mine, theirs = socket.socketpair()
    theirs.settimeout(5)
    yield SocketPipe(mine), theirs
    mine.close()
    theirs.close()


def masked(data: bytes, kind: int = websocket.BINARY, *, last: bool = True) -> bytes:
    """Return a frame as a client sends it."""
    mask = b"\1\2\3\4"
    size = bytes([128 | len(data)]) if len(data) < 126 else b"\xfe" + len(data).to_bytes(2, "big")
    return bytes([(128 if last else 0) | kind]) + size + mask + websocket.unmasked(data, mask)


def frames(raw: bytes) -> list[tuple[int, bytes]]:
    """Return the frames that a server sent."""
    found = []
    while raw:
        length, start = (raw[1], 2) if raw[1] < 126 else (int.from_bytes(raw[2:4], "big"), 4)
        found.append((raw[0] & 15, raw[start : start + length]))
        raw = raw[start + length :]
    return found


class Spoken:
    """Channels on which a client has already said everything."""

    def __init__(self, *said: channels.Got) -> None:
        self.said, self.sent, self.status = list(said), dict[int, bytes](), dict[str, Any]()

    def receive(self, timeout_s: float) -> channels.Got | None:
        return self.said.pop(0) if self.said else None

    def send(self, channel: int, data: bytes) -> None:
        self.sent[channel] = self.sent.get(channel, b"") + data

    def finish(self, status: dict[str, Any]) -> None:
        self.status = status


def never() -> bool:
    return False


def test_a_message_comes_whole_from_pieces_and_a_ping_is_answered(ends: Any) -> None:
    pipe, client = ends
    client.sendall(masked(b"ab", last=False) + masked(b"", websocket.PING) + masked(b"c", websocket.CONTINUED))
    assert websocket.WebSocket(pipe).receive(1) == b"abc"
    assert frames(client.recv(100)) == [(websocket.PONG, b"")]


@pytest.mark.parametrize("raw", [pytest.param(b"\x82\x02hi", id="not masked"), pytest.param(b"\x82\xff" + (2**40).to_bytes(8, "big"), id="far too long"), pytest.param(masked(b"", websocket.CLOSE), id="closed")])
def test_a_socket_that_breaks_the_rules_or_closes_is_gone(ends: Any, raw: bytes) -> None:
    pipe, client = ends
    client.sendall(raw)
    with pytest.raises(Gone):
        websocket.WebSocket(pipe).receive(1)
    assert frames(client.recv(100))[0][0] == websocket.CLOSE


@pytest.mark.parametrize(("protocol", "told"), [("v5.channel.k8s.io", b'\x03{"metadata":{},"status":"Success"}'), ("channel.k8s.io", None)])
def test_channels_number_their_messages_and_tell_the_end_as_the_protocol_does(ends: Any, protocol: str, told: bytes | None) -> None:
    pipe, client = ends
    spoken = channels.WebSocketChannels(websocket.WebSocket(pipe), protocol, channels.STDOUT)
    client.sendall(masked(b"\0hello") + masked(b"\xff\0"))
    assert [spoken.receive(1), spoken.receive(1)] == [channels.Got(0, b"hello"), channels.Got(0, b"", ended=True)]
    spoken.send(channels.STDOUT, b"hi")
    spoken.finish(commands.SUCCESS)
    assert [data for _kind, data in frames(client.recv(500))] == [b"\1", b"\1hi", *([told] if told else []), (1000).to_bytes(2, "big")]


def syn_stream(number: int, deflater: Any, **headers: str) -> bytes:
    """Return the frame by which a client opens a stream."""
    block = len(headers).to_bytes(4, "big") + b"".join(len(word).to_bytes(4, "big") + word.encode() for pair in headers.items() for word in pair)
    body = number.to_bytes(4, "big") + bytes(6) + deflater.compress(block) + deflater.flush(zlib.Z_SYNC_FLUSH)
    return (spdy.CONTROL | spdy.SYN_STREAM).to_bytes(4, "big") + len(body).to_bytes(4, "big") + body


def data_frame(number: int, data: bytes, flags: int = 0) -> bytes:
    return number.to_bytes(4, "big") + bytes([flags]) + len(data).to_bytes(3, "big") + data


def test_a_spdy_session_takes_streams_with_their_headers_and_data(ends: Any) -> None:
    pipe, client = ends
    deflater = zlib.compressobj(zdict=spdy.DICTIONARY)
    client.sendall(syn_stream(1, deflater, streamtype="error") + syn_stream(3, deflater, streamtype="stdin") + data_frame(3, b"abc", spdy.FIN))
    spoken = channels.SpdyChannels(spdy.Session(pipe), "v4.channel.k8s.io", {channels.ERROR: True, channels.STDIN: True})
    assert spoken.receive(1) == channels.Got(channels.STDIN, b"abc", ended=True)
    spoken.finish(commands.SUCCESS)
    assert b'"status":"Success"' in client.recv(2000)


def test_a_header_block_that_is_no_such_thing_ends_the_session(ends: Any) -> None:
    pipe, client = ends
    client.sendall((spdy.CONTROL | spdy.SYN_STREAM).to_bytes(4, "big") + (20).to_bytes(4, "big") + bytes(20))
    with pytest.raises(Gone):
        spdy.Session(pipe).wait(1)


def test_a_command_reads_what_the_client_typed_and_its_exit_code_comes_back() -> None:
    spoken, seen = Spoken(channels.Got(0, b"abcd"), channels.Got(0, b"", ended=True)), []

    def run(argv: list[str], stdin: str, session: dict[str, Any]) -> dict[str, Any]:
        seen.append((argv, stdin))
        return {**DONE, "status": 3}

    commands.converse(spoken, commands.Wanted(("cat",), stdin=True), run, never, None)
    assert seen == [(["cat"], "abcd")]
    assert spoken.sent == {channels.STDOUT: b"out\n"}
    assert spoken.status["details"]["causes"] == [{"reason": "ExitCode", "message": "3"}]


def test_a_shell_on_a_terminal_shows_what_is_typed_and_keeps_its_session() -> None:
    typed = Spoken(channels.Got(0, b"cd /tmpp\x7f\r"), channels.Got(0, b"exit 4\r"))
    runs = iter([{**DONE, "stdout": "", "session": {"cwd": "/tmp"}}, {**DONE, "stdout": "", "status": 4, "session": {}}])
    told = []
    commands.converse(typed, commands.Wanted(("sh",), stdin=True, tty=True), lambda argv, stdin, session: told.append((argv[-1], dict(session))) or next(runs), never, None)
    assert told == [("cd /tmp", {}), ("exit 4", {"cwd": "/tmp"})]
    assert typed.sent[channels.STDOUT] == b"/ # cd /tmpp\b \b\r\n/tmp # exit 4\r\n"
    assert typed.status["details"]["causes"][0]["message"] == "4"


@pytest.mark.parametrize(("once", "last"), [(True, ([], "")), (False, (["sh", "-c", "echo hi"], ""))])
def test_a_shell_that_a_container_runs_ends_with_a_standard_input_that_is_opened_once(once: bool, last: Any) -> None:
    spoken, told = Spoken(channels.Got(0, b"echo hi\n"), channels.Got(0, b"", ended=True)), []
    commands.join(spoken, commands.Wanted((), stdin=True), lambda argv, stdin, session: told.append((argv, stdin)) or {**DONE, "session": {}}, never, once=once)
    assert (told[0], told[-1]) == ((["sh", "-c", "echo hi"], ""), last)
    assert spoken.sent == {channels.STDOUT: b"out\n"} and spoken.status == commands.SUCCESS


def test_a_command_prints_when_it_did(monkeypatch: pytest.MonkeyPatch) -> None:
    spoken, told = Spoken(), list[Any]()
    monkeypatch.setattr(commands, "wait", lambda _channels, seconds: told.append(seconds))
    monkeypatch.setattr(spoken, "send", lambda channel, data: told.append((channel, data)))
    found = {"stdout": "a\nb\n", "stderr": "c\n", "status": 0, "took_ms": 3_000, "moments": ((0, 2, 0), (1_000, 2, 2))}
    commands.converse(spoken, commands.Wanted(("x",), speed_milli=2_000), lambda *_: DONE, never, found)
    assert told == [0, (channels.STDOUT, b"a\n"), 0.5, (channels.STDERR, b"c\n"), 1.0, (channels.STDOUT, b"b\n")]


def test_a_shell_whose_pod_is_over_ends() -> None:
    spoken = Spoken()
    commands.SILENT_S, before = 0, commands.SILENT_S
    try:
        commands.converse(spoken, commands.Wanted(("sh",), stdin=True, tty=True), lambda *_: DONE, lambda: True, None)
    finally:
        commands.SILENT_S = before
    assert spoken.status["details"]["causes"][0]["message"] == "137"


def test_what_could_not_be_started_is_an_internal_error() -> None:
    status = commands.failure(("x",), {"status": 1, "error": "error executing command in container: no such file"})
    assert (status["reason"], status["code"]) == ("InternalError", 500)


def test_a_forwarded_port_answers_one_request_after_the_other_and_says_what_is_wrong(ends: Any) -> None:
    pipe, client = ends
    deflater = zlib.compressobj(zdict=spdy.DICTIONARY)
    for number, port in ((1, "80"), (5, "81")):
        client.sendall(syn_stream(number, deflater, streamtype="error", port=port, requestid=port) + syn_stream(number + 2, deflater, streamtype="data", port=port, requestid=port))
        client.sendall(data_frame(number + 2, b"GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
    asked = []
    forwarding.forward(spdy.Session(pipe), lambda port, method, path, host: asked.append((port, method, path, host)) or (None if port == 81 else (200, "text/plain", f"{path}!")), iter([False, True]).__next__)
    assert asked == [(80, "GET", "/a", "x"), (80, "GET", "/b", "x"), (81, "GET", "/a", "x")]
    said = client.recv(4000)
    assert b"/a!" in said
    assert b"/b!" in said
    assert b"connection refused" in said


def test_protocols_are_listed_as_a_pod_status_would_be() -> None:
    assert json.loads(channels._told(commands.SUCCESS, "v4.channel.k8s.io")) == commands.SUCCESS
    assert channels._told({"status": "Failure", "message": "no"}, "channel.k8s.io") == b"no"
