"""What the images of the registry start: each function makes a program of arguments and environment, or None if the arguments name another program.

Behaviours are those that one can see from outside: ports, answers, logs, how long a start takes, what is missing in the environment.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlencode

from learnk8s.simulation.kernel.shell.called import is_bare_shell
from learnk8s.simulation.kubernetes.kubelet.images import agnhost_webhook
from learnk8s.simulation.kubernetes.kubelet.images.agnhost import flags_of
from learnk8s.simulation.kubernetes.kubelet.images.clients import client_of
from learnk8s.simulation.kubernetes.kubelet.images.heads import Heads, apache, go, node as node_heads, python as python_heads
from learnk8s.simulation.kubernetes.kubelet.images.heads import plain as plain_heads
from learnk8s.simulation.kubernetes.kubelet.images.program import Answer, Facts, Happening, Program
from learnk8s.simulation.workload import shop

MEBIBYTE = 2**20
Start = Callable[[list[str], Mapping[str, str]], Program | None]


def log_lines(*lines: str, at_ms: int = 5) -> tuple[Happening, ...]:
    """Return log lines one millisecond apart."""
    return tuple(Happening(at_ms + index, "log", line) for index, line in enumerate(lines))


KLOG = "I${%m%d %H:%M:%S.%f}       1 log.go:245] "
"""The head that klog gives to lines of Go's own log, with the moment still to be filled in."""


def klog_lines(*lines: str, at_ms: int = 5) -> tuple[Happening, ...]:
    """Return log lines under klog's head."""
    return log_lines(*(KLOG + line for line in lines), at_ms=at_ms)


def is_own(arguments: list[str], *names: str) -> bool:
    """Say whether arguments leave it to the image what to start."""
    return not arguments or arguments[0].startswith("-") or arguments[0].rsplit("/", 1)[-1] in names


def page(title: str, text: str) -> str:
    """Return a small HTML page."""
    return f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n<hr><center>{text}</center>\r\n</body>\r\n</html>\r\n"


def files_under(root: str, server: str) -> Callable[[Facts, str, str], Answer]:
    """Return the answers of a web server that serves a folder's files."""

    def answer(facts: Facts, path: str, method: str) -> Answer:
        plain = path.partition("?")[0]
        place = f"{root}{plain}".rstrip("/")
        if facts.is_folder(place or root):
            text = facts.read(f"{place}/index.html")
            return (200, text) if text is not None else (403, page("403 Forbidden", server))
        text = facts.read(place)
        return (200, text) if text is not None else (404, page("404 Not Found", server))

    return answer


def server(name: str, port: int, answer: Callable[[Facts, str, str], Answer], *, memory: int, log: tuple[str, ...] = (), listens_after_ms: int = 0, process: str = "", names: tuple[str, ...] = (),
           cpu_us_per_request: int = 0, heads: Heads = plain_heads) -> Start:
    """Return the start of a plain server."""
    program = Program(name, ports=(port,), listens_after_ms=listens_after_ms, happenings=log_lines(*log, at_ms=max(listens_after_ms, 10)), memory_bytes=memory, answer=answer, processes=(process or name,), cpu_us_per_request=cpu_us_per_request, heads=heads)
    return lambda arguments, environment: program if is_own(arguments, name, *names) else None


httpd = server("httpd", 80, files_under("/usr/local/apache2/htdocs", "Apache/2.4.65 (Unix)"), memory=14 * MEBIBYTE, process="httpd -DFOREGROUND", names=("httpd-foreground",), heads=apache("Apache/2.4.65 (Unix)"))
"""Apache's web server."""


node_hello = server("node", 8080, lambda facts, path, method: (200, "Hello Kubernetes!"), memory=24 * MEBIBYTE, process="node server.js", heads=node_heads)
"""The server of the documentation's task on a Service for an application in a cluster."""


hello_backend = server("hello", 80, lambda facts, path, method: (200, '{"message":"Hello"}\n'), memory=4 * MEBIBYTE, heads=go)
"""The back end of the documentation's task on connecting a front end to a back end."""


guestbook = server("apache2", 80, lambda facts, path, method: (200, "<html ng-app=\"redis\">\n  <head>\n    <title>Guestbook</title>\n  </head>\n  <body>\n    <h2>Guestbook</h2>\n  </body>\n</html>\n") if path.partition("?")[0] in ("/", "/index.html") else (404, page("404 Not Found", "Apache")),
                   memory=24 * MEBIBYTE, process="apache2 -DFOREGROUND", names=("apache2-foreground", "docker-php-entrypoint"), heads=apache("Apache/2.4.65 (Debian)", files=False))
"""The guestbook of the Kubernetes documentation: its page; what is written into it is not kept."""


def update_demo(name: str) -> Start:
    """The web servers of the update demo: each says of which picture it is. Models test/images/{nautilus,kitten}."""

    def answer(facts: Facts, path: str, method: str) -> Answer:
        plain = path.partition("?")[0]
        if plain == "/data.json":
            return 200, json.dumps({"image": f"{name}.jpg"}, indent=2) + "\n"
        return (200, f"<html><body><img src=\"{name}.jpg\"></body></html>\n") if plain in ("/", "/index.html") else (404, page("404 Not Found", "nginx"))

    return server(name, 80, answer, memory=9 * MEBIBYTE, process="nginx: master process nginx -g daemon off;", names=("nginx",))


READS = "\0reads"
"""Among a container's variables: somebody may type into its standard input."""


def set_uid(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
    """A program with the set-user-id bit: it runs as root unless gaining rights is forbidden. Models test/images/nonewprivs."""
    if not is_own(arguments, "nnp"):
        return None
    user = environment.get("\0user", "0") if environment.get("\0gains") == "no" else "0"
    return Program("nnp", ends_after_ms=20, memory_bytes=MEBIBYTE, processes=("/usr/local/bin/nnp",), happenings=log_lines(f"Effective uid: {user}"))


def bootcamp(version: str) -> Start:
    """The tutorial's server."""
    program = Program("node", ports=(8080,), happenings=(Happening(20, "log", "Kubernetes Bootcamp App Started At: ${%Y-%m-%dT%H:%M:%S.000Z} | Running On:  $HOSTNAME"),), memory_bytes=22 * MEBIBYTE, cpu_millicores=2,
                      answer=lambda facts, path, method: (200, f"Hello Kubernetes bootcamp! | Running on: {facts.pod} | v={version}\n"), processes=("node server.js",), heads=node_heads)
    return lambda arguments, environment: program if is_own(arguments) or arguments[:2] == ["node", "server.js"] else None


def shell(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
    """An image whose default command is a shell."""
    return waiting_shell(arguments or ["sh"], environment)


def waiting_shell(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
    """A shell that was given nothing to do: it reads its standard input until that ends, which without `stdin` and `tty` is at once."""
    if not is_bare_shell(arguments):
        return None
    return Program("sh", ends_after_ms=None if READS in environment else 10, memory_bytes=MEBIBYTE, processes=(" ".join(arguments),), stops_after_ms=None, reads=READS in environment)


def _waiting_client(arguments: list[str], environment: Mapping[str, str]) -> Program:
    """A client that reads questions from its standard input until that ends."""
    return Program(arguments[0].rsplit("/", 1)[-1], ends_after_ms=None if READS in environment else 10, memory_bytes=8 * MEBIBYTE, processes=(" ".join(arguments),), reads=READS in environment)


def entry(name: str) -> Start:
    """An image whose entry point is one command that needs arguments."""

    def start(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
        if arguments and not arguments[0].startswith("-"):
            return None
        return Program(name, ends_after_ms=20, exit_code=2, happenings=log_lines(f"{name}: try '{name} --help' for more information"), processes=(name,))

    return start


def stress(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
    """The load makers `stress` and `resource-consumer`: they take as much memory and CPU as they are told."""
    if not is_own(arguments, "stress", "stress-ng"):
        return None
    memory, workers, cpus = MEBIBYTE, 1, 0
    for index, word in enumerate(arguments):
        value = arguments[index + 1] if index + 1 < len(arguments) else word.partition("=")[2]
        if word.startswith("--vm-bytes"):
            memory = _bytes(word.partition("=")[2] or value)
        elif word in ("--vm", "-m") and value.isdigit():
            workers = int(value)
        elif word in ("--cpu", "-c", "-cpus") and value.isdigit():
            cpus = int(value)
        elif word in ("-mem-total",):
            memory = _bytes(value)
    says = f"stress: info: [1] dispatching hogs: {cpus} cpu, 0 io, {workers if memory > MEBIBYTE else 0} vm, 0 hdd"
    return Program("stress", happenings=log_lines(says), memory_bytes=memory * max(workers, 1), cpu_millicores=max(cpus, 1) * 1000, stop_code=143, processes=(" ".join(["stress", *arguments]),))


def _bytes(text: str) -> int:
    found = re.fullmatch(r"(\d{1,12})\s*([KMG]?)i?B?", text, re.IGNORECASE)
    return int(found[1]) * {"": 1, "K": 2**10, "M": 2**20, "G": 2**30}[found[2].upper()] if found else MEBIBYTE


def http_echo(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
    """Answers one text."""
    if not is_own(arguments, "http-echo"):
        return None
    text = next((word.split("=", 1)[1] for word in arguments if word.lstrip("-").startswith("text=")), "")
    text = text or next((arguments[index + 1] for index, word in enumerate(arguments[:-1]) if word in ("-text", "--text")), environment.get("ECHO_TEXT", "hello-world"))
    listen = next((word.split("=", 1)[1] for word in arguments if word.lstrip("-").startswith("listen=")), ":5678")
    port = int(listen.rsplit(":", 1)[-1]) if listen.rsplit(":", 1)[-1].isdigit() else 5678
    return Program("http-echo", ports=(port,), memory_bytes=5 * MEBIBYTE, answer=lambda facts, path, method: (200, f"{text}\n"), processes=("/http-echo",), heads=go, happenings=log_lines(f"[INFO] server is listening on :{port}"))


def hello_app(version: str) -> Start:
    """The hello server of the Ingress tutorials."""
    return server("hello-app", 8080, lambda facts, path, method: (200, f"Hello, world!\nVersion: {version}\nHostname: {facts.pod}\n"), memory=6 * MEBIBYTE, log=("Server listening on port 8080",), process="/hello-app", heads=go)


def agnhost(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
    """The servers of the test image: netexec, serve-hostname, liveness, pause, test-webserver and their like; what it does besides is in `agnhost.py`."""
    words = arguments[1:] if arguments and arguments[0].endswith(("agnhost", "agnhost-2")) else []
    mode = words[0] if words else ""
    if mode in agnhost_webhook.SERVERS:
        return agnhost_webhook.server(words)
    if mode not in ("netexec", "serve-hostname", "liveness", "pause", "test-webserver", "nettest", "porter", "guestbook", "grpc-health-checking", "crash-loop"):
        return None
    given = re.search(r"--(?:http-)?port[= ](\d+)", " ".join(words))
    port = int(given[1]) if given else {"serve-hostname": 9376, "test-webserver": 80, "guestbook": 80}.get(mode, 8080)
    started = klog_lines(f"Started HTTP server on port {port}")
    process = (f"/agnhost {' '.join(words)}",)
    match mode:
        case "porter":
            return _porter(environment, process, is_json="--json-response" in words)
        case "guestbook":
            flags = flags_of(words)
            book = Guestbook(flags.get("replicaof", ""), flags.get("backend-port", "6379"))
            return Program("agnhost", ports=(port,), memory_bytes=12 * MEBIBYTE, processes=process, heads=go, answer=book.answer)
        case "nettest":
            return Program("agnhost", ports=(port,), memory_bytes=12 * MEBIBYTE, processes=process, heads=go, answer=_peers)
        case "netexec":
            udp = int(flags_of(words).get("udp-port", "8081"))
            return Program("agnhost", ports=(port, udp), memory_bytes=12 * MEBIBYTE, processes=process, heads=go, answer=_network_test, happenings=(*started, *klog_lines(f"Started UDP server on port  {udp}", at_ms=6)))
        case "serve-hostname":
            return Program("agnhost", ports=(port,), memory_bytes=12 * MEBIBYTE, processes=process, heads=go, answer=lambda facts, path, method: (200, facts.pod), happenings=klog_lines("Serving on port 9376.") if port == 9376 else started)
        case "liveness":
            return Program("agnhost", ports=(8080,), memory_bytes=8 * MEBIBYTE, processes=process, changes=(10_000,),
                           answer=lambda facts, path, method: ((200, "ok") if facts.age_ms <= 10_000 else (500, f"error: {facts.age_ms / 1000:.6f}")) if path.startswith("/healthz") else (404, "404 page not found\n"))
        case "test-webserver":
            return Program("agnhost", ports=(port,), memory_bytes=8 * MEBIBYTE, processes=process, heads=go, answer=_file_server, happenings=started)
        case "grpc-health-checking":
            return Program("agnhost", ports=(5000, 8080), memory_bytes=8 * MEBIBYTE, processes=process, heads=go, answer=lambda facts, path, method: (200, "ok"), happenings=klog_lines("Http server starting to listen on :8080", "gRPC server starting to listen on :5000"))
    return Program("agnhost", memory_bytes=4 * MEBIBYTE, processes=process, happenings=log_lines("Paused") if mode == "pause" else ())


SERVED = re.compile(r"SERVE_(?:TCP_|UDP_|TLS_|SCTP_)?PORT_(\d+)")


def _porter(environment: Mapping[str, str], process: tuple[str, ...], *, is_json: bool) -> Program:
    """Return a server that answers on every port that a variable names with the variable's value. Models test/images/agnhost/porter (1.36)."""
    values = {int(found[1]): value for name, value in sorted(environment.items()) if (found := SERVED.fullmatch(name))}
    return Program("agnhost", ports=tuple(sorted(values)), memory_bytes=8 * MEBIBYTE, processes=process,
                   answer=lambda facts, path, method: (200, json.dumps({"Method": method, "Body": values.get(facts.port, "")}, separators=(",", ":")) if is_json else values.get(facts.port, "")))


NOTED = {"": "", "echo": "?msg={msg}", "hostname": "", "hostName": "", "clientip": "", "header": "?key={key}", "shell": "?shellCommand={shellCommand}"}
"""Requests of which netexec writes a line into its log, and what it adds to their paths."""


def _file_server(facts: Facts, path: str, method: str) -> Answer:
    """Serve the container's files as Go's file server does: a folder without an index is listed. Simplified: without its names."""
    plain = path.partition("?")[0].rstrip("/")
    text = facts.read(f"{plain}/index.html") if facts.is_folder(plain or "/") else facts.read(plain)
    if text is None and facts.is_folder(plain or "/"):
        return 200, "<pre>\n</pre>\n"
    return (404, "404 page not found\n") if text is None else (200, text)


test_webserver = server("test-webserver", 80, _file_server, memory=4 * MEBIBYTE, process="/test-webserver", heads=go)
"""The web server of older pages of the documentation: the container's own files."""


STATE = "/.state"
"""Where the servers of the test image keep what a real one has in memory."""


def _peers(facts: Facts, path: str, method: str) -> Answer:
    """Count who has written. Models test/images/agnhost/nettest (1.36), without the peers that it calls itself."""
    kept = json.loads(facts.read(STATE) or "{}")
    match path.partition("?")[0]:
        case "/read":
            return 200, json.dumps({"Hostname": facts.pod, "Sent": None, "Received": kept or None, "Errors": None, "Log": None, "StillContactingPeers": True}, indent="\t")
        case "/write":
            try:
                source = str(json.loads(facts.body or "{}").get("Source", ""))
            except (ValueError, AttributeError):
                source = ""
            if source:
                facts.keep(STATE, json.dumps({**kept, source: kept.get(source, 0) + 1}, sort_keys=True))
            return 200, json.dumps({"Hostname": facts.pod}) + "\n"
        case "/status":
            return 200, "running"
    return 404, "404 page not found\n"


@dataclass(frozen=True, slots=True)
class Guestbook:
    """The guestbook's three roles. Models test/images/agnhost/guestbook (1.36). Differs: a replica asks its primary instead of being told."""

    primary: str
    port: str

    def answer(self, facts: Facts, path: str, method: str) -> Answer:
        """Answer `get`, `set`, and as the front end `guestbook`, which asks the others."""
        plain, _, query = path.partition("?")
        options = {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}
        key, kept = options.get("key", ""), json.loads(facts.read(STATE) or "{}")
        match plain.strip("/"):
            case "get" if self.primary:
                found = facts.fetch(f"http://{self.primary}:{self.port}/get?{query}")
                return (417, "encountered error\n") if found is None else (200, found)
            case "get":
                return 200, json.dumps({"data": kept.get(key, "") if key else kept}, separators=(",", ":"))
            case "set" if not key:
                return 400, "cannot set with empty key.\n"
            case "set":
                facts.keep(STATE, json.dumps({**kept, key: options.get("value", "")}, sort_keys=True))
                return 200, '{"message":"Updated"}'
            case "register":
                return 200, json.dumps({"data": kept}, separators=(",", ":"))
            case "guestbook" if options.get("cmd", "").lower() in ("get", "set"):
                command = options["cmd"].lower()
                host = "agnhost-primary" if command == "set" else "agnhost-replica"
                found = facts.fetch(f"http://{host}:{self.port}/{command}?{urlencode({'key': key, 'value': options.get('value', '')})}")
                return (417, f"encountered error: Get \"http://{host}:{self.port}/{command}\": dial tcp: connection refused\n") if found is None else (200, found)
            case "guestbook":
                return 400, f"unsupported cmd: '{options.get('cmd', '')}'\n"
        return 404, "404 page not found\n"


def _network_test(facts: Facts, path: str, method: str) -> Answer:
    plain, _, query = path.partition("?")
    options = {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}
    if method == "UDP":
        return _datagram(facts, plain.strip("/"))
    if method in ("GET", "POST") and plain.strip("/") in NOTED:
        facts.note(f"GET {plain}" + NOTED[plain.strip("/")].format(**{name: options.get(name, "") for name in ("msg", "key", "shellCommand", "cmd")}))
    match plain.strip("/"):
        case "":
            return 200, "NOW: 2026-05-04 09:00:00 +0000 UTC"
        case "hostname" | "hostName":
            return 200, facts.pod
        case "clientip":
            return 200, f"{facts.client or '10.244.0.1'}:40000"
        case "echo":
            return int(options.get("code", "200")) if options.get("code", "200").isdigit() else 200, options.get("msg", "")
        case "healthz" | "readyz":
            return 200, ""
        case "header":
            return 200, facts.host
        case "dial":
            return 200, json.dumps(_dialled(facts, options), separators=(",", ":"))
    return 404, "404 page not found\n"


def _datagram(facts: Facts, text: str) -> Answer:
    """Answer what came as a datagram. Models startUDPServer of test/images/agnhost/netexec (1.36)."""
    word, _, rest = text.partition(" ")
    match word.lower():
        case "hostname":
            return 200, facts.pod
        case "echo":
            return 200, rest
        case "clientip":
            return 200, f"{facts.client or '10.244.0.1'}:40000"
    return 204, ""


DIALS_MAX = 20


def _dialled(facts: Facts, options: Mapping[str, str]) -> dict[str, list[str]]:
    """Ask another server of this kind, some times. Models dialHandler of test/images/agnhost/netexec (1.36)."""
    request = options.get("request") or "hostname"
    path = request if options.get("protocol", "http") == "http" else request.replace(" ", "?msg=", 1)
    tries = int(options["tries"]) if options.get("tries", "").isdigit() else 1
    found: dict[str, list[str]] = {}
    for _try in range(min(tries, DIALS_MAX)):
        said = facts.fetch(f"http://{options.get('host', '')}:{options.get('port', '80')}/{path}")
        found.setdefault("errors" if said is None else "responses", []).append("no answer" if said is None else said)
    return found


def mysql(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
    """A database that wants to be told its password."""
    if client_of(arguments) is not None:
        return _waiting_client(arguments, environment)
    if not is_own(arguments, "mysqld", "docker-entrypoint.sh", "mariadbd"):
        return None
    names = ("MYSQL_ROOT_PASSWORD", "MYSQL_ALLOW_EMPTY_PASSWORD", "MYSQL_RANDOM_ROOT_PASSWORD", "MARIADB_ROOT_PASSWORD", "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD", "MARIADB_RANDOM_ROOT_PASSWORD", "MYSQL_ROOT_PASSWORD_FILE")
    head = "${%Y-%m-%d %H:%M:%S}+00:00 [Note] [Entrypoint]: Entrypoint script for MySQL Server 8.4.6-1.el9 started."
    if not any(environment.get(name) for name in names):
        return Program("mysqld", ends_after_ms=900, exit_code=1, memory_bytes=20 * MEBIBYTE, processes=("docker-entrypoint.sh mysqld",), happenings=log_lines(
            head, "${%Y-%m-%d %H:%M:%S}+00:00 [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified", "    You need to specify one of the following as an environment variable:",
            "    - MYSQL_ROOT_PASSWORD", "    - MYSQL_ALLOW_EMPTY_PASSWORD", "    - MYSQL_RANDOM_ROOT_PASSWORD", at_ms=100))
    return Program("mysqld", ports=(3306,), listens_after_ms=6_000, memory_bytes=380 * MEBIBYTE, cpu_millicores=5, processes=("mysqld",), stops_after_ms=1_500, happenings=(
        *log_lines(head, at_ms=100), *log_lines("${%Y-%m-%dT%H:%M:%S.000000Z} 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. Version: '8.4.6'  socket: '/var/run/mysqld/mysqld.sock'  port: 3306  MySQL Community Server - GPL.", at_ms=6_000)))


def postgres(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
    """A database that wants to be told its password."""
    if client_of(arguments) is not None:
        return _waiting_client(arguments, environment)
    if not is_own(arguments, "postgres", "docker-entrypoint.sh"):
        return None
    if not environment.get("POSTGRES_PASSWORD") and environment.get("POSTGRES_HOST_AUTH_METHOD") != "trust" and not environment.get("POSTGRES_PASSWORD_FILE"):
        return Program("postgres", ends_after_ms=300, exit_code=1, memory_bytes=10 * MEBIBYTE, processes=("docker-entrypoint.sh postgres",), happenings=log_lines(
            "Error: Database is uninitialized and superuser password is not specified.", "       You must specify POSTGRES_PASSWORD to a non-empty value for the", "       superuser. For example, \"-e POSTGRES_PASSWORD=password\" on \"docker run\".", at_ms=100))
    return Program("postgres", ports=(5432,), listens_after_ms=1_500, memory_bytes=40 * MEBIBYTE, cpu_millicores=2, processes=("postgres",), happenings=log_lines("LOG:  database system is ready to accept connections", at_ms=1_500))


_REDIS = Program("redis-server", ports=(6379,), memory_bytes=7 * MEBIBYTE, cpu_millicores=2, answer=lambda facts, path, method: (400, "-ERR unknown command\r\n"), processes=("redis-server *:6379",),
                 happenings=log_lines("1:C ${%d %b %Y %H:%M:%S.000} * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo", "1:M ${%d %b %Y %H:%M:%S.000} * Running mode=standalone, port=6379.", "1:M ${%d %b %Y %H:%M:%S.000} * Ready to accept connections tcp"))
_MONGO = Program("mongod", ports=(27017,), memory_bytes=160 * MEBIBYTE, cpu_millicores=4, listens_after_ms=900, processes=("mongod --bind_ip_all",), happenings=log_lines('{"t":{"$date":"${%Y-%m-%dT%H:%M:%S.000}+00:00"},"s":"I","c":"NETWORK","id":23016,"msg":"Waiting for connections","attr":{"port":27017,"ssl":"off"}}', at_ms=900),
                 answer=lambda facts, path, method: (200, "It looks like you are trying to access MongoDB over HTTP on the native driver port.\r\n"))
_PAUSE = Program("pause", memory_bytes=300_000, processes=("/pause",))


def redis(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
    """The key-value store."""
    if client_of(arguments) is not None:
        return _waiting_client(arguments, environment)
    return _REDIS if is_own(arguments, "redis-server", "docker-entrypoint.sh") or (arguments and arguments[0].endswith(".conf")) else None


def mongo(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
    """The document database."""
    return _MONGO if is_own(arguments, "mongod", "docker-entrypoint.sh") else None


def pause(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
    """Nothing, for ever."""
    return _PAUSE if is_own(arguments, "pause") else None


def node(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
    """A Node.js server: its port is the one that the environment or the script names."""
    if not arguments:
        return Program("node", ends_after_ms=50, memory_bytes=30 * MEBIBYTE, processes=("node",))
    if arguments[0].rsplit("/", 1)[-1] not in ("node", "npm", "yarn"):
        return None
    return _interpreted("node", arguments, environment, r"listen\((\d{2,5})", 3000)


def python(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
    """A Python server: `-m http.server`, or a script that listens somewhere."""
    if not arguments:
        return Program("python3", ends_after_ms=50, memory_bytes=10 * MEBIBYTE, processes=("python3",))
    if not arguments[0].rsplit("/", 1)[-1].startswith("python") and arguments[0] not in ("gunicorn", "flask", "uvicorn"):
        return None
    if "http.server" in arguments:
        port = next((int(word) for word in arguments if word.isdigit()), 8000)
        return Program("python3", ports=(port,), memory_bytes=12 * MEBIBYTE, answer=files_under("", "SimpleHTTP/0.6 Python/3.13"), heads=python_heads("SimpleHTTP/0.6 Python/3.13.7"), processes=(" ".join(arguments),), happenings=log_lines(f"Serving HTTP on 0.0.0.0 port {port} (http://0.0.0.0:{port}/) ..."))
    return _interpreted("python3", arguments, environment, r"port\s*=\s*(\d{2,5})|\(\s*['\"][^'\"]*['\"]\s*,\s*(\d{2,5})\)", 8080)


def _interpreted(name: str, arguments: list[str], environment: Mapping[str, str], listens: str, port: int) -> Program:
    text = " ".join(arguments)
    printed = re.search(r"print\((?:\"([^\"]*)\"|'([^']*)')\)|console\.log\((?:\"([^\"]*)\"|'([^']*)')\)", text)
    serves = re.search(listens, text)
    if printed and not serves:
        return Program(name, ends_after_ms=60, memory_bytes=12 * MEBIBYTE, processes=(text,), happenings=log_lines(next(part for part in printed.groups() if part is not None), at_ms=50))
    number = environment.get("PORT") or (next((part for part in serves.groups() if part), "") if serves else "") or str(port)
    said = re.search(r"(?:end|write|send)\(\s*[\"'`]([^\"'`]*)", text)
    body = (said[1] if said else "Hello World").replace("\\n", "\n")
    return Program(name, ports=(int(number) if number.isdigit() else port,), memory_bytes=30 * MEBIBYTE, cpu_millicores=2, answer=lambda facts, path, method: (200, body if body.endswith("\n") else body + "\n"), processes=(text,),
                   happenings=log_lines(f"Server running on port {number}", at_ms=200))


def perl(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
    """The Job that works out pi."""
    text = " ".join(arguments)
    found = re.search(r"bpi\((\d{1,5})\)", text)
    if found is None:
        return None if arguments else Program("perl", ends_after_ms=50, processes=("perl",))
    digits = int(found[1])
    return Program("perl", ends_after_ms=2_000 + digits * 3, memory_bytes=12 * MEBIBYTE, cpu_millicores=950, processes=(text,), happenings=log_lines(pi_digits(digits), at_ms=1_990 + digits * 3))


def pi_digits(count: int) -> str:
    """Return pi with so many digits in all.

    >>> pi_digits(6)
    '3.14159'
    """
    places = max(count - 1, 0) + 10
    one: int = 10**places

    def arctan(inverse: int) -> int:
        total = term = one // inverse
        divisor, sign, square = 3, -1, inverse * inverse
        while term:
            term //= square
            total += sign * (term // divisor)
            divisor, sign = divisor + 2, -sign
        return total

    text = str(4 * (4 * arctan(5) - arctan(239)))[:count]
    return text[0] + "." + text[1:]


def leaking(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
    """The shop's API with a leak."""
    return Program("api", ports=(8080,), memory_bytes=40 * MEBIBYTE, leak_bytes_per_s=2 * MEBIBYTE, cpu_millicores=20, answer=lambda facts, path, method: (200, "ok\n"), processes=("/api",)) if is_own(arguments, "api") else None


def broken(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
    """The shop's web server in a version that misses its configuration."""
    return Program("web", ends_after_ms=800, exit_code=1, memory_bytes=10 * MEBIBYTE, processes=("/web",),
                   happenings=(Happening(100, "log", "starting shop web v3"), Happening(780, "log", "fatal: cannot read configuration: SHOP_MODE is not set"))) if is_own(arguments, "web") else None


def wrong_library(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
    """A release of the API that was built against a library which its image does not have."""
    library, version = shop.API.library or ("", "")
    return Program("api", ends_after_ms=300, exit_code=1, memory_bytes=10 * MEBIBYTE, processes=("/api",), happenings=(Happening(290, "log", f"ImportError: {library}: version `{version}' not found"),)) if is_own(arguments, "api") else None


def slow(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
    """The shop's API that takes its time to start."""
    return Program("api", ports=(8080,), listens_after_ms=45_000, memory_bytes=120 * MEBIBYTE, answer=lambda facts, path, method: (200, "ok\n"), processes=("/api",),
                   happenings=(Happening(100, "log", "warming caches, this takes 45 s"), Happening(45_000, "log", "listening on 8080"))) if is_own(arguments, "api") else None


def shop_program(plan: shop.Program, body: str) -> Start:
    """Return a program of the shop with the figures that it has in every era; whom it calls is in its environment: API_HOST, DATABASE_HOST."""
    program = Program(plan.name, ports=(plan.port,), listens_after_ms=plan.start_ms, happenings=(Happening(plan.start_ms, "log", f"shop {plan.name} listening on {plan.port}"),), memory_bytes=plan.memory_bytes,
                      cpu_millicores=plan.idle_millicores, cpu_us_per_request=plan.cpu_us_per_request, answer=lambda facts, path, method: (200, f"{body} from {facts.pod}\n"), processes=(f"/{plan.name}",))

    def start(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
        called = tuple(environment[variable] for name in plan.calls if (variable := f"{name.upper()}_HOST") in environment)
        return replace(program, calls=called) if is_own(arguments, plan.name) else None

    return start


def batch(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
    """The nightly batch: it computes on all CPUs of a small node and ends. Simplified: it takes the same time wherever it runs."""
    plan, cpus = shop.BATCH, 2
    took_ms = plan.work_cpu_ms // cpus
    return Program(plan.name, ends_after_ms=took_ms, memory_bytes=plan.memory_bytes, cpu_millicores=cpus * 1000, processes=("/batch",),
                   happenings=(Happening(plan.start_ms, "log", "reading orders"), Happening(took_ms - 10, "log", "1204 orders written"))) if is_own(arguments, "batch") else None


def coredns(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
    """The cluster's name server."""
    return Program("coredns", ports=(53, 8080, 8181, 9153), memory_bytes=14 * MEBIBYTE, cpu_millicores=2, processes=("/coredns -conf /etc/coredns/Corefile",), answer=lambda facts, path, method: (200, "OK"),
                   happenings=log_lines(".:53", "[INFO] plugin/reload: Running configuration SHA512 = simulated", "CoreDNS-1.14.2", "linux/amd64, go1.26.0"), stops_after_ms=5_000)


def cluster_part(name: str, port: int, *, memory: int, cpu_millicores: int, says: str) -> Start:
    """Return the start of a program of the control plane, or of kube-proxy: its pod shows that it runs; what it does is done by the cluster itself."""
    program = Program(name, ports=(port,), memory_bytes=memory, cpu_millicores=cpu_millicores, answer=lambda facts, path, method: (200, "ok") if path.rstrip("/") in ("/healthz", "/livez", "/readyz", "/health") else (404, "404 page not found\n"), processes=(name,), happenings=log_lines(says), stops_after_ms=500)
    return lambda arguments, environment: program if is_own(arguments, name) else None


def ingress_nginx(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
    """The Ingress controller; what it answers is worked out in `network.ingress`."""
    return Program("nginx-ingress", ports=(80, 443, 10254), memory_bytes=90 * MEBIBYTE, cpu_millicores=3, answer=lambda facts, path, method: (200, "") if path == "/healthz" else (404, page("404 Not Found", "nginx")),
                   processes=("/nginx-ingress-controller",), happenings=log_lines("NGINX Ingress controller", "  Release:       v1.14.1", "I0504 09:00:00.000000       7 nginx.go:307] \"Starting NGINX Ingress controller\""))


def nginx_gateway(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
    """The Gateway's data plane; what it answers is worked out in `network.gateway`."""
    return Program("nginx-gateway", ports=(80, 443, 8081), memory_bytes=60 * MEBIBYTE, cpu_millicores=3, answer=lambda facts, path, method: (200, "") if path == "/readyz" else (404, page("404 Not Found", "nginx")),
                   processes=("/usr/bin/gateway controller",), happenings=log_lines("Starting NGINX Gateway Fabric in static mode", "NGINX is ready"))


def plain_server(arguments: list[str]) -> Program | None:
    """Return the small servers that a shell script can start: busybox' httpd, netcat, python's http.server."""
    name, rest = arguments[0], arguments[1:]
    options = dict(zip(rest, rest[1:], strict=False))
    if name == "httpd":
        port = options.get("-p", "80").rsplit(":", 1)[-1]
        root = options.get("-h", "/www" if "-h" in options else "").rstrip("/")
        return Program("httpd", ports=(int(port) if port.isdigit() else 80,), memory_bytes=MEBIBYTE, answer=files_under(root, "busybox"), processes=(" ".join(arguments),), stops_after_ms=100, stop_code=143)
    return None
