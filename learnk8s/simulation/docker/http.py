"""curl and wget: who answers at an address, and with what."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from learnk8s.simulation.docker.container import Container
from learnk8s.simulation.docker.requests import Target, reached
from learnk8s.simulation.kernel.shell.curl import REASONS, Unread
from learnk8s.simulation.kernel.shell.curl import read as read_curl
from learnk8s.simulation.kernel.shell.program import Outcome

if TYPE_CHECKING:
    from learnk8s.simulation.docker.engine import Engine

PATIENCE_MS = 5_000


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


def client(engine: "Engine", container: Container | None, argv: list[str], *, write: Callable[[str, str], None] | None = None) -> Outcome:
    """Run curl or wget, from a container or (None) from the host."""
    return (_wget if argv[0] == "wget" else _curl)(engine, container, argv, write)


def _curl(engine: "Engine", container: Container | None, argv: list[str], write: Callable[[str, str], None] | None) -> Outcome:
    try:
        request = read_curl(argv)
    except Unread as unread:
        return unread.outcome
    target = _reached(engine, container, request.host, request.port)
    match target:
        case "unresolved":
            return request.failed(6, f"Could not resolve host: {request.host}")
        case "refused":
            return request.refused()
        case "hung":
            return request.failed(28, f"Operation timed out after {min(request.limit_ms, PATIENCE_MS)} milliseconds with 0 bytes received")
        case "reset":
            return request.failed(56, "Recv failure: Connection reset by peer")
    assert not isinstance(target, str), "all failures are told above"
    if request.scheme == "https":
        return request.failed(35, "TLS connect error: error:0A00010B:SSL routines::wrong version number")
    status, body = answer(target, request.path[1:].partition("?")[0])
    _log(target, container, request.path[1:], status, "curl")
    return request.answered(status, body, {"Server": target[0].containers[target[1]].does.title, "Content-Type": "text/html"}, write=write)


def _wget(engine: "Engine", container: Container | None, argv: list[str], write: Callable[[str, str], None] | None) -> Outcome:
    """Models busybox wget."""
    words, letters, output = [], "", ""
    rest = list(argv[1:])
    while rest:
        word = rest.pop(0)
        if re.fullmatch(r"-[a-zA-Z]*T", word) and rest:
            letters += word[1:-1]
            rest.pop(0)
        elif re.fullmatch(r"-[a-zA-Z]*O", word) and rest:
            letters, output = letters + word[1:-1], rest.pop(0)
        elif re.fullmatch(r"-[a-zA-Z]*O\S+", word):
            letters, output = letters + word[1 : word.index("O")], word[word.index("O") + 1 :]
        elif word.startswith("-"):
            letters += word.lstrip("-") if not word.startswith("--") else {"--quiet": "q", "--spider": "s"}.get(word, "")
        else:
            words.append(word)
    if not words:
        return Outcome("", "wget: missing URL\n", 1)
    url = re.sub(r"^https?://", "", words[-1])
    place, _, path = url.partition("/")
    host, _, port_text = place.partition(":")
    port = int(port_text) if port_text.isdigit() and len(port_text) < 6 else 443 if words[-1].startswith("https") else 80
    target = _reached(engine, container, host, port)
    if isinstance(target, str):
        return Outcome("", {"unresolved": f"wget: bad address '{place}'\n", "refused": f"wget: can't connect to remote host ({host}): Connection refused\n", "hung": "wget: download timed out\n", "reset": "wget: error getting response: Connection reset by peer\n"}[target], 1)
    status, body = answer(target, path.partition("?")[0])
    _log(target, container, path, status, "wget")
    said = "" if "q" in letters else f"Connecting to {place} ({host}:{port})\n"
    if status >= 400:
        return Outcome("", f"{said}wget: server returned error: HTTP/1.1 {status} {REASONS.get(status, '')}\n", 1)
    if output == "-":
        return Outcome(body, said)
    name = output or path.partition("?")[0].rpartition("/")[2] or "index.html"
    if write is not None and name != "/dev/null" and "s" not in letters:
        write(name, body)
    return Outcome("", "" if "q" in letters else f"{said}saving to '{name}'\n'{name}' saved\n")


def _reached(engine: "Engine", container: Container | None, host: str, port: int) -> Target | str:
    found = reached(engine, container, host, port)
    if isinstance(found, str):
        return "unresolved"
    if not found:
        return "refused"
    served = found[0][0].containers[found[0][1]]
    return "hung" if served.is_hung or served.state == "paused" else found[0] if served.is_ready(engine.site.now_ms) else "reset"


def _log(target: Target, container: Container | None, path: str, status: int, agent: str) -> None:
    engine, number = target
    served = engine.containers[number]
    address = next((held["ip"] for held in container.networks.values() if held.get("ip")), "127.0.0.1") if container is not None else next((f"{engine.networks.prefix(engine.networks.all[name])}.1" for name in served.networks if name in engine.networks.all and engine.networks.all[name]["second"]), "127.0.0.1")
    served.say(engine.site.now_ms, f'{address} - - [{engine.site.clock.moment():%d/%b/%Y:%H:%M:%S} +0000] "GET /{path} HTTP/1.1" {status} - "-" "{agent}" "-"')
