"""Measure the API for real clients over HTTP, on a site of its own in a temporary folder: one JSON object per line. Run as `python scripts/bench_api.py`.

`get_pods_ms` and `list_1000_ms` are the CPU time of the whole request in this process, as a server spends it; the other two run a threaded server here and
look at it from outside.
"""

import gc
import json
import os
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

LIMITS = {"get_pods_ms": 15, "list_1000_ms": 60, "watch_delay_ms": 300, "watch_100_idle_cpu_pct": 5}
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
DEPLOYMENT = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": {
    "metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": "nginx:1.27", "resources": {"requests": {"cpu": "10m"}}}]}}}}


def site() -> None:
    """Have a site with an empty database in a temporary folder."""
    folder = tempfile.mkdtemp(prefix="learnk8s-bench-")
    os.environ.update({"LEARNK8S_VAR": folder, "LEARNK8S_DEBUG": "0", "DJANGO_SETTINGS_MODULE": "learnk8s.settings", "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3", "LEARNK8S_HOSTS": "127.0.0.1,testserver", "LEARNK8S_SECRET_KEY": "bench" * 12})
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def sandbox(nodes: int, pods: int) -> str:
    """Return the path of a new sandbox's API, in which a Deployment has its pods."""
    from django.test import Client

    from learnk8s.playground import actions
    from learnk8s.web.visitor import Visitor

    made = actions.open_api(actions.new_sandbox(visitor=Visitor(None, "bench"), scenario=f"bare/{nodes}/64/256Gi/250"))
    path = f"/k8s/{made.api_token}"
    spec = {**DEPLOYMENT["spec"], "replicas": pods}  # type: ignore[dict-item]  # a plain table
    answer = Client().post(f"{path}/apis/apps/v1/namespaces/default/deployments", {**DEPLOYMENT, "spec": spec}, content_type="application/json")
    assert answer.status_code == 201, answer.content
    actions.jump(made, 20)
    return path


def cpu_ms(work: Callable[[], Any], *, runs: int) -> float:
    """Return the median CPU milliseconds of a piece of work, warmed up."""
    work()
    times = []
    for _ in range(runs):
        gc.collect()
        start = time.process_time_ns()
        work()
        times.append((time.process_time_ns() - start) / 1e6)
    return round(statistics.median(times), 2)


def asked(path: str, accept: str, rows: int) -> Callable[[], None]:
    """Return a request that must answer with so many rows or items."""
    from django.test import Client

    client = Client(HTTP_ACCEPT=accept)

    def ask() -> None:
        found = client.get(path)
        assert found.status_code == 200 and found.content.count(b'"cells"' if "Table" in accept else b'"hostIP"') >= rows, found.content[:200]

    return ask


def get_pods_ms() -> float:
    """Return what `kubectl get pods` costs the server in a sandbox of 30 pods."""
    return cpu_ms(asked(f"{sandbox(5, 30)}/api/v1/namespaces/default/pods?limit=500", TABLE, 30), runs=30)


def list_1000_ms() -> float:
    """Return what a Table of 1000 pods costs the server, in the pieces of 500 that kubectl asks for."""
    path = f"{sandbox(10, 1000)}/api/v1/namespaces/default/pods"
    from django.test import Client

    client = Client(HTTP_ACCEPT=TABLE)

    def ask() -> None:
        first = json.loads(client.get(path, {"limit": "500"}).content)
        second = json.loads(client.get(path, {"limit": "500", "continue": first["metadata"]["continue"]}).content)
        assert len(first["rows"]) + len(second["rows"]) == 1000

    def parse() -> None:
        client.get(path, {"limit": "500"})
        client.get(path, {"limit": "500", "continue": token})

    ask()
    token = json.loads(client.get(path, {"limit": "500"}).content)["metadata"]["continue"]
    return cpu_ms(parse, runs=7)


class Server:
    """A threaded server of the site in this process."""

    def __init__(self) -> None:
        from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
        from django.core.wsgi import get_wsgi_application

        class Quiet(WSGIRequestHandler):
            def log_message(self, *_words: Any) -> None:
                """Print nothing."""

        self._server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
        self._server.set_app(get_wsgi_application())
        self.port = int(self._server.server_port)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def watch(self, path: str) -> socket.socket:
        """Return the open connection of a watch that has been answered."""
        found = socket.create_connection(("127.0.0.1", self.port))
        found.sendall(f"GET {path}/api/v1/namespaces/default/configmaps?watch=true&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        _read_until(found, b"initial-events-end")
        return found


def _read_until(connection: socket.socket, wanted: bytes) -> None:
    """Read until something was heard."""
    heard = b""
    while wanted not in heard:
        piece = connection.recv(65_536)
        assert piece, heard[:500]
        heard += piece


def watch_delay_ms() -> float:
    """Return the median milliseconds from a write's answer to the change that a watcher reads."""
    from urllib.request import Request, urlopen

    server, path = Server(), sandbox(2, 1)
    watching = server.watch(path)
    delays = []
    for number in range(15):
        body = json.dumps({"metadata": {"name": f"m{number}"}}).encode()
        start = time.perf_counter()
        urlopen(Request(f"http://127.0.0.1:{server.port}{path}/api/v1/namespaces/default/configmaps", body, {"Content-Type": "application/json"})).read()  # noqa: S310  # our own server
        _read_until(watching, f'"m{number}"'.encode())
        delays.append((time.perf_counter() - start) * 1000)
    watching.close()
    return round(statistics.median(delays), 1)


def watch_100_idle_cpu_pct() -> float:
    """Return how much of one core 100 open watches take in which nothing happens."""
    server, path = Server(), sandbox(2, 1)
    watching = [server.watch(path) for _ in range(100)]
    time.sleep(2)
    start, began = time.process_time(), time.perf_counter()
    time.sleep(10)
    found = round((time.process_time() - start) / (time.perf_counter() - began) * 100, 2)
    for connection in watching:
        connection.close()
    return found


FIGURES = (("get_pods_ms", "ms", get_pods_ms), ("list_1000_ms", "ms", list_1000_ms), ("watch_delay_ms", "ms", watch_delay_ms), ("watch_100_idle_cpu_pct", "%", watch_100_idle_cpu_pct))


def main() -> int:
    """Print every figure; exit 1 if one is over its limit."""
    wanted = [figure for figure in FIGURES if not sys.argv[1:] or figure[0] in sys.argv[1:]]
    if not wanted:
        return 0
    site()
    late = False
    for name, unit, measure in wanted:
        value = measure()
        print(json.dumps({"name": name, "value": value, "unit": unit, "at_most": LIMITS[name]}), flush=True)
        late = late or value > LIMITS[name]
    return int(late)


if __name__ == "__main__":
    sys.exit(main())
