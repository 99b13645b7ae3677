"""curl and wget: who answers at an address, and with what."""

import re
from typing import TYPE_CHECKING

from learnk8s.simulation.docker.container import Container
from learnk8s.simulation.docker.requests import Target, reached
from learnk8s.simulation.kernel.shell.program import Outcome

if TYPE_CHECKING:
    from learnk8s.simulation.docker.engine import Engine


def answer(target: Target, path: str) -> tuple[int, str]:
    """Return the status and the body that a container answers with."""
    engine, number = target
    container = engine.containers[number]
    does = container.does
    _path, wrong = engine.site.requests.path_of(target)
    if wrong:
        return 502, "<h1>502 Bad Gateway</h1>\n" if wrong == "upstream" else ""
    files = engine.layered(container)
    if does.title.startswith("shop-"):
        return 200, f"<h1>{'shop' if does.program == 'web' else does.program} {container.variables.get('SHOP_VERSION', '1.0')}</h1>\n"
    if does.program == "registry":
        return 200, '{"repositories":[' + ",".join(f'"{name}"' for name in sorted({name.rpartition(":")[0] for name in engine.site.registry.pushed.get(f"container:{container.id}", {})})) + "]}\n" if "_catalog" in path else "{}\n"
    root = {"nginx": "/usr/share/nginx/html", "httpd": "/usr/local/apache2/htdocs"}.get(does.title) or (container.workdir if "http.server" in " ".join(container.argv) else "")
    if root:
        text = files.read(f"{root.rstrip('/')}/{path.strip('/') or 'index.html'}")
        if text is None and not path.strip("/"):
            return (403 if root.endswith("html") else 200), "<html><head><title>403 Forbidden</title></head></html>\n" if root.endswith("html") else "<h1>Directory listing for /</h1>\n"
        return (200, text) if text is not None else (404, "<html>\n<head><title>404 Not Found</title></head>\n<body>\n<center><h1>404 Not Found</h1></center>\n</body>\n</html>\n")
    return 200, does.reply or "OK\n"


def client(engine: "Engine", container: Container | None, argv: list[str]) -> Outcome:
    """Run curl or wget, from a container or (None) from the host."""
    name, words, options = argv[0], [], []
    rest = list(argv[1:])
    while rest:
        word = rest.pop(0)
        if word in ("-o", "-O", "-X", "-H", "-d", "-m", "--max-time", "-w", "--connect-timeout", "--retry") and rest and not (name == "wget" and word == "-O" and False):
            options.append((word, rest.pop(0)))
        elif word.startswith("-"):
            options.append((word, ""))
        else:
            words.append(word)
    if not words:
        return Outcome("", "curl: try 'curl --help' or 'curl --manual' for more information\n" if name == "curl" else "wget: missing URL\n", 2 if name == "curl" else 1)
    url = re.sub(r"^https?://", "", words[-1])
    place, _, path = url.partition("/")
    host, _, port_text = place.partition(":")
    port = int(port_text) if port_text.isdigit() and len(port_text) < 6 else 443 if words[-1].startswith("https") else 80
    found = reached(engine, container, host, port)
    if isinstance(found, str):
        return _refused(name, host, port, 6, f"Could not resolve host: {host}", f"wget: bad address '{place}'")
    target = next(iter(found), None)
    if target is None:
        return _refused(name, host, port, 7, f"Failed to connect to {host} port {port} after 0 ms: Could not connect to server", f"wget: can't connect to remote host ({host}): Connection refused")
    served = target[0].containers[target[1]]
    if served.is_hung or served.state == "paused":
        return _refused(name, host, port, 28, "Operation timed out after 5000 milliseconds with 0 bytes received", "wget: download timed out")
    if not served.is_ready(engine.site.now_ms):
        return _refused(name, host, port, 56, "Recv failure: Connection reset by peer", "wget: error getting response: Connection reset by peer")
    status, body = answer(target, path.partition("?")[0])
    _log(target, container, path, status, name)
    flags = {flag for flag, _value in options}
    letters = "".join(flag[1:] for flag in flags if not flag.startswith("--"))
    if name == "wget":
        if status >= 400:
            return Outcome("", f"Connecting to {place} ({host}:{port})\nwget: server returned error: HTTP/1.1 {status} {WORDS.get(status, '')}\n", 1)
        return Outcome(body if "-" in dict(options).values() or "q" in letters and "O-" in letters else "", "" if "q" in letters else f"Connecting to {place} ({host}:{port})\n'index.html' saved\n")
    shown = dict(options)
    if "f" in letters or "--fail" in flags:
        if status >= 400:
            return Outcome("", "" if "s" in letters and "S" not in letters else f"curl: (22) The requested URL returned error: {status}\n", 22)
    head = f"HTTP/1.1 {status} {WORDS.get(status, 'OK')}\nServer: {served.does.title}\nContent-Type: text/html\nContent-Length: {len(body)}\n\n"
    text = head if "I" in letters else head + body if "i" in letters else "" if "-o" in shown else body
    return Outcome(text + shown.get("-w", "").replace("%{http_code}", str(status)).replace("\\n", "\n"))


WORDS = {200: "OK", 403: "Forbidden", 404: "Not Found", 502: "Bad Gateway"}


def _refused(name: str, host: str, port: int, status: int, curl: str, wget: str) -> Outcome:
    return Outcome("", f"curl: ({status}) {curl}\n", status) if name == "curl" else Outcome("", f"{wget}\n", 1)


def _log(target: Target, container: Container | None, path: str, status: int, agent: str) -> None:
    engine, number = target
    served = engine.containers[number]
    address = next((held["ip"] for held in container.networks.values() if held.get("ip")), "127.0.0.1") if container is not None else next((f"{engine.networks.prefix(engine.networks.all[name])}.1" for name in served.networks if name in engine.networks.all and engine.networks.all[name]["second"]), "127.0.0.1")
    served.say(engine.site.now_ms, f'{address} - - [{engine.site.clock.moment():%d/%b/%Y:%H:%M:%S} +0000] "GET /{path} HTTP/1.1" {status} - "-" "{agent}" "-"')
