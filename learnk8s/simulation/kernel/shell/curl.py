"""curl, as far as every era's machines have it: its options, what it shows of an answer, and how it fails. Who answers is the world's. Models curl 8.14."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from learnk8s.simulation.kernel.shell.program import Outcome

SHORT: Mapping[str, str] = {"o": "output", "O": "remote-name", "w": "write-out", "m": "max-time", "X": "request", "H": "header", "d": "data", "s": "silent", "S": "show-error", "f": "fail", "I": "head", "i": "include", "L": "location", "k": "insecure", "v": "verbose", "u": "user", "A": "user-agent",
                            "b": "cookie", "x": "proxy", "e": "referer", "4": "ipv4", "6": "ipv6", "g": "globoff", "G": "get", "#": "progress-bar", "h": "help", "V": "version", "N": "no-buffer"}
VALUED = ("output", "write-out", "max-time", "connect-timeout", "request", "header", "data", "data-raw", "json", "retry", "retry-delay", "user", "user-agent", "cookie", "proxy", "referer", "resolve", "cacert")
BARE = ("fail-with-body", "compressed", "http1.1", "http2", "retry-connrefused", "retry-all-errors", "no-progress-meter")
HINT = "curl: try 'curl --help' or 'curl --manual' for more information\n"
REASONS = {200: "OK", 403: "Forbidden", 404: "Not Found", 502: "Bad Gateway", 503: "Service Unavailable"}
CONNECT_MS = 134_000
"""How long a connection is tried for if nobody says a limit: what the kernel's retries of a SYN add up to."""


class Unread(Exception):
    """The line cannot be understood; `outcome` is what curl says."""

    def __init__(self, text: str, status: int = 2) -> None:
        super().__init__(text)
        self.outcome = Outcome("", text, status)


@dataclass(slots=True)
class Request:
    """What is asked for, and the options by their long names."""

    host: str
    port: int
    path: str = "/"
    scheme: str = "http"
    options: dict[str, str] = field(default_factory=dict)

    @property
    def method(self) -> str:
        """Return the method."""
        return self.options.get("request") or ("HEAD" if "head" in self.options else "POST" if {"data", "data-raw", "json"} & {*self.options} else "GET")

    @property
    def limit_ms(self) -> int:
        """Return how long a connection is tried for."""
        word = self.options.get("max-time", self.options.get("connect-timeout", ""))
        return int(float(word) * 1000) if word else CONNECT_MS

    def failed(self, status: int, text: str) -> Outcome:
        """Return a failure: what -w writes, and the complaint unless it is to be silent."""
        is_silent = "silent" in self.options and "show-error" not in self.options
        return Outcome(self._written(0), "" if is_silent else f"curl: ({status}) {text}\n", status)

    def refused(self, ms: int = 0) -> Outcome:
        """Return the failure of a connection after so many milliseconds."""
        return self.failed(7, f"Failed to connect to {self.host} port {self.port} after {ms} ms: Could not connect to server")

    def answered(self, status: int, body: str, headers: Mapping[str, str], *, write: Callable[[str, str], None] | None = None) -> Outcome:
        """Return what is shown of an answer; `write` puts what is downloaded into a file."""
        options = self.options
        reason = REASONS.get(status, "")
        if status >= 400 and "fail" in options:
            return self.failed(22, f"The requested URL returned error: {status}")
        head = "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status} {reason}".rstrip(), *(f"{name}: {value}" for name, value in headers.items()), f"Content-Length: {len(body.encode())}", ""))
        text = head if "head" in options else head + body if "include" in options else body
        target = options.get("output", self.path.partition("?")[0].rpartition("/")[2] if "remote-name" in options else "")
        if target and target != "-":
            if write is not None and target != "/dev/null":
                write(target, text)
            text = ""
        code = 22 if status >= 400 and "fail-with-body" in options else 0
        return Outcome(text + self._written(status), self._talk(head) if "verbose" in options else "", code)

    def _written(self, status: int) -> str:
        words = {"http_code": f"{status:03d}", "response_code": f"{status:03d}", "url_effective": f"{self.scheme}://{self.host}{'' if self.port in (80, 443) else f':{self.port}'}{self.path}", "remote_port": str(self.port), "time_total": "0.001200", "num_connects": "1", "exitcode": "0"}
        return re.sub(r"%\{(\w+)\}", lambda found: words.get(found[1], ""), self.options.get("write-out", "")).replace("\\n", "\n").replace("\\t", "\t")

    def _talk(self, head: str) -> str:
        asked = (f"{self.method} {self.path} HTTP/1.1", f"Host: {self.host}{'' if self.port in (80, 443) else f':{self.port}'}", f"User-Agent: {self.options.get('user-agent', 'curl/8.14.1')}", "Accept: */*", "")
        return f"* Connected to {self.host} port {self.port}\n" + "".join(f"> {line}\n" for line in asked) + "* Request completely sent off\n" + "".join(f"< {line}\n" for line in head.split("\r\n")[:-1]) + f"* Connection #0 to host {self.host} left intact\n"


def read(argv: Sequence[str]) -> Request:
    """Return the request of a line. Raises Unread.

    >>> request = read(["curl", "-sm", "2", "web-1:8080/health"])
    >>> request.host, request.port, request.path, request.limit_ms
    ('web-1', 8080, '/health', 2000)
    """
    options: dict[str, str] = {}
    words: list[str] = []
    rest = list(argv[1:])
    while rest:
        word = rest.pop(0)
        if word.startswith("--"):
            name = word[2:]
            if name not in (*SHORT.values(), *VALUED, *BARE):
                raise Unread(f"curl: option {word}: is unknown\n{HINT}")
            options[name] = _value(rest, word) if name in VALUED else ""
        elif word.startswith("-") and word != "-":
            letters = word[1:]
            while letters:
                letter, letters = letters[0], letters[1:]
                if letter not in SHORT:
                    raise Unread(f"curl: option {word}: is unknown\n{HINT}")
                name = SHORT[letter]
                if name in VALUED:
                    options[name], letters = letters or _value(rest, word), ""
                else:
                    options[name] = ""
        else:
            words.append(word)
    if "version" in options:
        raise Unread("curl 8.14.1 (x86_64-pc-linux-gnu) libcurl/8.14.1 OpenSSL/3.5.1 zlib/1.3.1\nProtocols: dict file ftp ftps gopher gophers http https\n", 0)
    for name in ("max-time", "connect-timeout"):
        if name in options and not re.fullmatch(r"\d{1,7}(\.\d{1,3})?", options[name]):
            raise Unread(f"curl: option {'-m' if name == 'max-time' else '--connect-timeout'}: expected a proper numerical parameter\n{HINT}")
    if not words:
        raise Unread(f"curl: (2) no URL specified\n{HINT}")
    found = re.fullmatch(r"(?:(https?)://)?(?:[^/@]*@)?([^/:?#]+)(?::(\d{1,5}))?([/?].*)?", words[0])
    if found is None:
        raise Unread("curl: (3) URL rejected: Malformed input to a URL function\n", 3)
    scheme, path = found[1] or "http", found[4] or "/"
    return Request(found[2], int(found[3] or (443 if scheme == "https" else 80)), path if path.startswith("/") else f"/{path}", scheme, options)


def _value(rest: list[str], word: str) -> str:
    if not rest:
        raise Unread(f"curl: option {word}: requires parameter\n{HINT}")
    return rest.pop(0)
