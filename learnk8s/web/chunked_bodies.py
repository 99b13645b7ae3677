"""Bodies of requests that come in chunks, for Django: it reads as many bytes as Content-Length says, and such a request says none.

kubectl sends what it reads from a file for `--raw` so. gunicorn takes the chunks apart and marks the input as one that ends by itself.
"""

import io
from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def measured(application: Application, bytes_max: int) -> Application:
    """Return the application with the length of such bodies filled in; of one that is too long comes a byte more than `bytes_max`, which the application refuses."""

    def asked(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ.get("wsgi.input_terminated") and "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
            body = environ["wsgi.input"].read(bytes_max + 1)
            environ = {**environ, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        return application(environ, start_response)

    return asked
