"""The simulated registry: names, tags, sizes, and the program that each image starts.

Tags that are not listed do not exist, which is how the tutorial's v10 fails. Sizes are those of the real images, roughly, compressed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from learnk8s.simulation.kubernetes.kubelet.images.program import Answer, Facts, Happening, Program
from learnk8s.simulation.kubernetes.kubelet.images.script import program_of_script
from learnk8s.simulation.workload import fleet, shop

MEBIBYTE = 2**20
Start = Callable[[list[str], Mapping[str, str]], Program]
"""From arguments and environment to a program."""


@dataclass(frozen=True, slots=True)
class Image:
    """One image: its canonical name without a tag, its tags, its size and what it starts."""

    name: str
    tags: tuple[str, ...]
    size_bytes: int
    start: Start
    versions: bool = False
    """True: any tag that looks like a version number exists."""


def _page(title: str, text: str) -> str:
    return f"<!DOCTYPE html>\n<html>\n<head>\n<title>{title}</title>\n</head>\n<body>\n<h1>{title}</h1>\n<p>{text}</p>\n</body>\n</html>\n"


def _bootcamp(version: str) -> Start:
    def answer(facts: Facts, path: str, method: str) -> Answer:
        return 200, f"Hello Kubernetes bootcamp! | Running on: {facts.pod} | v={version}\n"

    lines = (Happening(20, "log", "Kubernetes Bootcamp App Started At: simulated | Running On:  $HOSTNAME"), Happening(21, "log", ""))
    program = Program("node", ports=(8080,), happenings=lines[:1], memory_bytes=22 * MEBIBYTE, cpu_millicores=2, answer=answer, processes=("node server.js",))
    return lambda arguments, environment: program


def _server(name: str, port: int, body: Callable[[Facts, str], Answer], *, memory: int, log: tuple[str, ...] = (), listens_after_ms: int = 0, process: str = "", cpu_us_per_request: int = 0) -> Start:
    program = Program(name, ports=(port,), listens_after_ms=listens_after_ms, happenings=tuple(Happening(10 + index, "log", line) for index, line in enumerate(log)),
                      memory_bytes=memory, cpu_millicores=1, cpu_us_per_request=cpu_us_per_request, answer=lambda facts, path, method: body(facts, path), processes=(process or name,))
    return lambda arguments, environment: _scripted(arguments, environment) or program


def _scripted(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
    """Return the program of arguments that are a shell script or a well-known small command."""
    if not arguments:
        return None
    name = arguments[0].rsplit("/", 1)[-1]
    if name in ("sh", "bash", "ash") and len(arguments) > 2 and "c" in arguments[1]:
        return program_of_script(arguments[2], dict(environment))
    if name in ("sleep", "echo", "true", "false"):
        return program_of_script(" ".join(arguments), dict(environment))
    return None


def _shell(arguments: list[str], environment: Mapping[str, str]) -> Program:
    """An image whose default command is a shell: without a terminal it ends at once."""
    return _scripted(arguments, environment) or (Program("sh", ends_after_ms=10, memory_bytes=MEBIBYTE, processes=("sh",)) if not arguments or arguments[0].rsplit("/", 1)[-1] in ("sh", "bash")
                                                 else Program("missing", ends_after_ms=0, exit_code=127, processes=tuple(arguments[:1])))


def _stress(arguments: list[str], environment: Mapping[str, str]) -> Program:
    memory = MEBIBYTE
    for index, word in enumerate(arguments):
        if word == "--vm-bytes" and index + 1 < len(arguments):
            number = arguments[index + 1].rstrip("MmGgKkBb")
            unit = arguments[index + 1][len(number):].upper()[:1]
            memory = int(number or 0) * {"G": 2**30, "K": 2**10, "": 1}.get(unit, MEBIBYTE)
    return Program("stress", happenings=(Happening(5, "log", "stress: info: [1] dispatching hogs: 0 cpu, 0 io, 1 vm, 0 hdd"),), memory_bytes=memory, cpu_millicores=1000, stop_code=143, processes=("stress",))


def _http_echo(arguments: list[str], environment: Mapping[str, str]) -> Program:
    text = next((word.split("=", 1)[1] for word in arguments if word.lstrip("-").startswith("text=")), environment.get("ECHO_TEXT", "hello-world"))
    port = next((int(word.rsplit(":", 1)[1]) for word in arguments if word.lstrip("-").startswith("listen=") and word.rsplit(":", 1)[1].isdigit()), 5678)
    return Program("http-echo", ports=(port,), memory_bytes=5 * MEBIBYTE, answer=lambda facts, path, method: (200, f"{text}\n"), processes=("/http-echo",),
                   happenings=(Happening(5, "log", f"[INFO] server is listening on :{port}"),))


def _hello_app(version: str) -> Start:
    return _server("hello-app", 8080, lambda facts, path: (200, f"Hello, world!\nVersion: {version}\nHostname: {facts.pod}\n"), memory=6 * MEBIBYTE, log=("Server listening on port 8080",), process="/hello-app")


def _agnhost(arguments: list[str], environment: Mapping[str, str]) -> Program:
    mode = arguments[1] if len(arguments) > 1 and arguments[0].endswith("agnhost") else arguments[0] if arguments else "pause"
    port = next((int(word.split("=")[1]) for word in arguments if word.startswith("--http-port=")), 9376 if mode == "serve-hostname" else 8080)
    if mode in ("netexec", "serve-hostname"):
        return Program("agnhost", ports=(port,), memory_bytes=12 * MEBIBYTE, processes=("/agnhost",),
                       answer=lambda facts, path, method: (200, facts.pod if path.rstrip("/").endswith(("hostname", "")) else "OK"), happenings=(Happening(5, "log", f"Started HTTP server on port {port}"),))
    return _scripted(arguments, environment) or Program("agnhost", memory_bytes=4 * MEBIBYTE, processes=("/agnhost pause",))


def _leaking(arguments: list[str], environment: Mapping[str, str]) -> Program:
    return Program("api", ports=(8080,), memory_bytes=40 * MEBIBYTE, leak_bytes_per_s=2 * MEBIBYTE, cpu_millicores=20, answer=lambda facts, path, method: (200, "ok\n"), processes=("/api",))


def _broken(arguments: list[str], environment: Mapping[str, str]) -> Program:
    return Program("web", ends_after_ms=800, exit_code=1, memory_bytes=10 * MEBIBYTE, happenings=(Happening(100, "log", "starting shop web v3"), Happening(780, "log", "fatal: cannot read configuration: SHOP_MODE is not set")), processes=("/web",))


def _wrong_library(arguments: list[str], environment: Mapping[str, str]) -> Program:
    """A release of the API that was built against a library which its image does not have."""
    library, version = shop.API.library or ("", "")
    return Program("api", ends_after_ms=300, exit_code=1, memory_bytes=10 * MEBIBYTE, processes=("/api",), happenings=(Happening(290, "log", f"ImportError: {library}: version `{version}' not found"),))


def _slow(arguments: list[str], environment: Mapping[str, str]) -> Program:
    return Program("api", ports=(8080,), listens_after_ms=45_000, memory_bytes=120 * MEBIBYTE, answer=lambda facts, path, method: (200, "ok\n"), processes=("/api",),
                   happenings=(Happening(100, "log", "warming caches, this takes 45 s"), Happening(45_000, "log", "listening on 8080")))


def _nginx_page(facts: Facts, path: str) -> Answer:
    return (200, _page("Welcome to nginx!", "This is the simulated nginx of learnk8s: the real page says that the web server works.")) if path in ("/", "/index.html") else (404, _page("404 Not Found", "nginx/1.27"))


NGINX_LOG = ("/docker-entrypoint.sh: Configuration complete; ready for start up", "[notice] 1#1: nginx/1.27.5", "[notice] 1#1: start worker processes")


def _shop(plan: shop.Program, body: str) -> Start:
    """Return a program of the shop with the figures that it has in every era; whom it calls is in its environment: API_HOST, DATABASE_HOST."""
    program = Program(plan.name, ports=(plan.port,), listens_after_ms=plan.start_ms, happenings=(Happening(plan.start_ms, "log", f"shop {plan.name} listening on {plan.port}"),), memory_bytes=plan.memory_bytes,
                      cpu_millicores=plan.idle_millicores, cpu_us_per_request=plan.cpu_us_per_request, answer=lambda facts, path, method: (200, f"{body} from {facts.pod}\n"), processes=(f"/{plan.name}",))

    def start(arguments: list[str], environment: Mapping[str, str]) -> Program:
        called = tuple(environment[variable] for name in plan.calls if (variable := f"{name.upper()}_HOST") in environment)
        return _scripted(arguments, environment) or replace(program, calls=called)

    return start


def _batch(arguments: list[str], environment: Mapping[str, str]) -> Program:
    """The nightly batch: it computes on all CPUs of a small node and ends. Simplified: it takes the same time wherever it runs."""
    plan, cpus = shop.BATCH, 2
    took_ms = plan.work_cpu_ms // cpus
    return _scripted(arguments, environment) or Program(plan.name, ends_after_ms=took_ms, memory_bytes=plan.memory_bytes, cpu_millicores=cpus * 1000, processes=("/batch",),
                                                        happenings=(Happening(plan.start_ms, "log", "reading orders"), Happening(took_ms - 10, "log", "1204 orders written")))


NGINX = _server("nginx", 80, _nginx_page, memory=9 * MEBIBYTE, log=NGINX_LOG, process="nginx: master process nginx -g daemon off;")
IMAGES: tuple[Image, ...] = (
    Image("gcr.io/google-samples/kubernetes-bootcamp", ("v1", "latest"), 80 * MEBIBYTE, _bootcamp("1")),
    Image("gcr.io/google-samples/kubernetes-bootcamp", ("v2",), 80 * MEBIBYTE, _bootcamp("2")),
    Image("docker.io/jocatalin/kubernetes-bootcamp", ("v1", "latest"), 80 * MEBIBYTE, _bootcamp("1")),
    Image("docker.io/jocatalin/kubernetes-bootcamp", ("v2",), 80 * MEBIBYTE, _bootcamp("2")),
    Image("docker.io/library/nginx", ("latest", "stable", "alpine", "mainline", "perl"), 72_099_398, NGINX, versions=True),
    Image("docker.io/library/httpd", ("latest", "alpine"), 58 * MEBIBYTE, _server("httpd", 80, lambda facts, path: (200, "<html><body><h1>It works!</h1></body></html>\n"), memory=14 * MEBIBYTE, process="httpd -DFOREGROUND"), versions=True),
    Image("docker.io/library/redis", ("latest", "alpine"), 44 * MEBIBYTE, _server("redis-server", 6379, lambda facts, path: (400, "-ERR unknown command\r\n"), memory=7 * MEBIBYTE, log=("* Ready to accept connections tcp",)), versions=True),
    Image("docker.io/library/mysql", ("latest",), 230 * MEBIBYTE, _server("mysqld", 3306, lambda facts, path: (400, ""), memory=380 * MEBIBYTE, log=("[System] [MY-010931] [Server] mysqld: ready for connections.",), listens_after_ms=6_000), versions=True),
    Image("docker.io/library/postgres", ("latest", "alpine"), 150 * MEBIBYTE, _server("postgres", 5432, lambda facts, path: (400, ""), memory=40 * MEBIBYTE, log=("LOG:  database system is ready to accept connections",), listens_after_ms=1_500), versions=True),
    Image("docker.io/library/mongo", ("latest",), 260 * MEBIBYTE, _server("mongod", 27017, lambda facts, path: (200, "It looks like you are trying to access MongoDB over HTTP on the native driver port.\r\n"), memory=160 * MEBIBYTE), versions=True),
    Image("docker.io/library/busybox", ("latest", "stable", "musl", "glibc"), 2_211_000, _shell, versions=True),
    Image("docker.io/library/alpine", ("latest", "edge"), 3_800_000, _shell, versions=True),
    Image("docker.io/library/ubuntu", ("latest", "noble", "jammy"), 29_800_000, _shell, versions=True),
    Image("docker.io/library/debian", ("latest", "stable", "bookworm", "trixie"), 48_000_000, _shell, versions=True),
    Image("docker.io/curlimages/curl", ("latest",), 8 * MEBIBYTE, _shell, versions=True),
    Image("registry.k8s.io/pause", ("latest",), 310_000, lambda arguments, environment: Program("pause", memory_bytes=300_000, processes=("/pause",)), versions=True),
    Image("registry.k8s.io/e2e-test-images/agnhost", (), 50 * MEBIBYTE, _agnhost, versions=True),
    Image("registry.k8s.io/hpa-example", ("latest",), 170 * MEBIBYTE, _server("apache2", 80, lambda facts, path: (200, "OK!"), memory=12 * MEBIBYTE, process="apache2 -DFOREGROUND", cpu_us_per_request=8_000)),
    Image("docker.io/hashicorp/http-echo", ("latest",), 4 * MEBIBYTE, _http_echo, versions=True),
    Image("us-docker.pkg.dev/google-samples/containers/gke/hello-app", ("1.0",), 12 * MEBIBYTE, _hello_app("1.0.0")),
    Image("us-docker.pkg.dev/google-samples/containers/gke/hello-app", ("2.0",), 12 * MEBIBYTE, _hello_app("2.0.0")),
    Image("gcr.io/google-samples/hello-app", ("1.0",), 12 * MEBIBYTE, _hello_app("1.0.0")),
    Image("gcr.io/google-samples/hello-app", ("2.0",), 12 * MEBIBYTE, _hello_app("2.0.0")),
    Image("docker.io/polinux/stress", ("latest",), 4 * MEBIBYTE, _stress),
    Image("docker.io/learnk8s/shop-web", ("1", "2", "latest"), 40 * MEBIBYTE, _shop(shop.WEB, "the shop")),
    Image("docker.io/learnk8s/shop-web", ("3",), 40 * MEBIBYTE, _broken),
    Image("docker.io/learnk8s/shop-api", ("1", "latest"), 60 * MEBIBYTE, _shop(shop.API, "{\"ok\": true}")),
    Image("docker.io/learnk8s/shop-api", ("3",), 60 * MEBIBYTE, _wrong_library),
    Image("docker.io/learnk8s/shop-api", ("leak",), 60 * MEBIBYTE, _leaking),
    Image("docker.io/learnk8s/shop-api", ("slow",), 60 * MEBIBYTE, _slow),
    Image("docker.io/learnk8s/shop-db", ("1", "latest"), 150 * MEBIBYTE, _shop(shop.DATABASE, "rows")),
    Image("docker.io/learnk8s/shop-batch", ("1", "latest"), 30 * MEBIBYTE, _batch),
    *(Image(f"docker.io/shop/{name}", fleet.TAGS.get(name, ("1.0",)), 40 * MEBIBYTE, _shop(service.program, f"{name} 1.0")) for name, service in fleet.BY_NAME.items()),
    Image("docker.io/shop/api", ("1.1",), 60 * MEBIBYTE, _wrong_library), Image("docker.io/shop/cart", ("1.1",), 40 * MEBIBYTE, _wrong_library),
)
