"""A request whose body comes in chunks reaches the application with its length."""

import io
from typing import Any

import pytest

from learnk8s.web.chunked_bodies import measured


@pytest.mark.parametrize(
    ("environ", "length"),
    [
        pytest.param({"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}, "5", id="chunks"),
        pytest.param({"HTTP_TRANSFER_ENCODING": "chunked"}, None, id="a server that leaves the chunks as they are"),
        pytest.param({"wsgi.input_terminated": True, "CONTENT_LENGTH": "3"}, "3", id="a length"),
    ],
)
def test_a_body_in_chunks_is_measured(environ: dict[str, Any], length: str | None) -> None:
    seen: dict[str, Any] = {}
    application = measured(lambda given, _: seen.update(given) or [], 4)
    application({**environ, "wsgi.input": io.BytesIO(b"123456789")}, None)
    assert seen.get("CONTENT_LENGTH") == length
