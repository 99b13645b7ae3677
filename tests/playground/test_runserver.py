"""The development server sends streams in chunks, and other answers as Django does."""

from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest

from learnk8s.playground.management.commands.runserver import ChunkingHandler, unchunked


def answered(headers: list[tuple[str, str]], *pieces: bytes, method: str = "GET", protocol: str = "HTTP/1.1") -> bytes:
    out = BytesIO()
    handler = ChunkingHandler(BytesIO(), out, BytesIO(), {"REQUEST_METHOD": method, "SERVER_PROTOCOL": protocol}, multithread=True)
    handler.request_handler = SimpleNamespace(server=object(), close_connection=False, log_request=lambda *_words: None)

    def app(_environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", headers)
        return list(pieces)

    handler.run(app)
    return out.getvalue()


def test_an_answer_of_unknown_length_comes_in_chunks() -> None:
    found = answered([], b"one\n", b"", b"two\n", protocol="HTTP/1.1")
    assert b"Transfer-Encoding: chunked" in found
    assert found.endswith(b"\r\n\r\n4\r\none\n\r\n4\r\ntwo\n\r\n0\r\n\r\n")


@pytest.mark.parametrize(("headers", "method", "protocol"), [([("Content-Length", "4")], "GET", "HTTP/1.1"), ([], "HEAD", "HTTP/1.1"), ([], "GET", "HTTP/1.0")])
def test_other_answers_do_not(headers: list[tuple[str, str]], method: str, protocol: str) -> None:
    assert b"chunked" not in answered(headers, b"one\n", method=method, protocol=protocol)


@pytest.mark.parametrize(("sent", "body"), [(b"4\r\none\n\r\n6;x=y\r\ntwo\r\n!\r\n0\r\n\r\n", b"one\ntwo\r\n!"), (b"0\r\n\r\n", b""), (b"no number\r\n", b""), (b"9\r\nbroken", b"broken"), (b"", b"")])
def test_a_request_in_chunks_is_read(sent: bytes, body: bytes) -> None:
    assert unchunked(BytesIO(sent)) == body


def test_the_application_finds_a_body_of_known_length() -> None:
    seen = []
    environ = {"REQUEST_METHOD": "POST", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_TRANSFER_ENCODING": "chunked"}
    handler = ChunkingHandler(BytesIO(b"3\r\nabc\r\n0\r\n\r\n"), BytesIO(), BytesIO(), environ, multithread=True)
    handler.request_handler = SimpleNamespace(server=object(), close_connection=False, log_request=lambda *_words: None)

    def app(environ: Any, start_response: Any) -> list[bytes]:
        seen.append((environ["CONTENT_LENGTH"], environ["wsgi.input"].read()))
        start_response("200 OK", [])
        return []

    handler.run(app)
    assert seen == [("3", b"abc")]
