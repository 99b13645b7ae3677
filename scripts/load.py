"""Let learners work at once on a server as in production, on this machine alone, and say how it fared. Run as `make load`.

Prints JSON lines as the benchmarks do and keeps them in docs/figures.md. LEARNERS and ROUNDS set how many there are and how long each works;
both are bounded, and so is every request. The server has a database of its own, which goes with it.
"""

import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.bench import write
from scripts.figures import Figure

LEARNERS = min(int(os.environ.get("LEARNERS", "40")), 200)
ROUNDS = min(int(os.environ.get("ROUNDS", "12")), 200)
PAUSE_S = 1.0
"""Between two commands: a quick typist."""
ARRIVAL_S = 0.1
LINES = ("kubectl create deployment shop --image=nginx:1.27 --replicas=3", "kubectl get pods -o wide", "kubectl scale deployment shop --replicas=6", "kubectl get events", "kubectl delete pod -l app=shop --wait=false", "kubectl describe deployment shop")


class Learner:
    """One browser: its cookies, and how long each answer took."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.times_ms: list[float] = []
        self.errors = 0

    def ask(self, path: str, fields: dict[str, str] | None = None, **headers: str) -> tuple[str, str]:
        """Send a request and return the answer's address and text; what is not 2xx counts as an error."""
        data = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": self.token}).encode() if fields is not None else None
        request = urllib.request.Request(urllib.parse.urljoin(self.base, path), data, {"Referer": self.base, **headers})  # noqa: S310  # our own server on loopback
        start = time.monotonic()
        try:
            with self.opener.open(request, timeout=30) as answer:
                found = answer.geturl(), answer.read().decode()
        except (urllib.error.URLError, TimeoutError):
            self.errors += 1
            found = self.base, ""
        self.times_ms.append((time.monotonic() - start) * 1000)
        return found

    def work(self) -> None:
        """Begin a sandbox, then type and look, as its page does: it says what it shows, and is sent what is different."""
        _address, page = self.ask("/en/playground/")
        self.token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[0]
        address, page = self.ask("/en/playground/", {"scenario": "self-healing"})
        for number in range(ROUNDS):
            self.ask(f"{address}run/", {"line": LINES[number % len(LINES)]}, Accept="application/json")
            shown = re.findall(r'data-version="([^"]*)"', page)
            _address, page = self.ask(f"{address}look/", {"version": shown[0] if shown else "", "head": "0", "offset": "0"}, **{"HX-Request": "true"})
            time.sleep(PAUSE_S)


def served(folder: str, port: int) -> "subprocess.Popen[bytes]":
    """Return a server that has answered once: what it loads when it starts is no learner's wait."""
    env = {**os.environ, "LEARNK8S_VAR": folder, "LEARNK8S_DEBUG": "0"}
    for words in (("migrate", "--verbosity", "0"), ("collectstatic", "--noinput", "--verbosity", "0")):
        subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
    server = subprocess.Popen([sys.executable, "-m", "gunicorn", "learnk8s.wsgi", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--workers", "1", "--threads", "100", "--log-level", "error"], cwd=ROOT, env=env)
    for _attempt in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/en/playground/", timeout=60):  # our own server on loopback
                return server
        except OSError:
            time.sleep(0.1)
    server.terminate()
    sys.exit("learnk8s: the server did not come up")


def main() -> int:
    """Run the learners and print the figures; return 1 if one is over its limit."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        server = served(folder, port)
        try:
            learners = [Learner(f"http://127.0.0.1:{port}/") for _number in range(LEARNERS)]
            start = time.monotonic()
            with ThreadPoolExecutor(LEARNERS) as pool:
                running = []
                for learner in learners:
                    running.append(pool.submit(learner.work))
                    time.sleep(ARRIVAL_S)
                for done in running:
                    done.result()
            took_s = time.monotonic() - start
        finally:
            server.terminate()
            server.wait(timeout=30)
    times = sorted(time_ms for learner in learners for time_ms in learner.times_ms)
    values = {"load_learners": LEARNERS, "load_requests_per_s": len(times) / took_s, "load_median_ms": statistics.median(times), "load_p95_ms": times[len(times) * 95 // 100], "load_errors": sum(learner.errors for learner in learners)}
    rows, broken = {}, False
    for figure in FIGURES:
        value = round(values[figure.name], 1)
        rows[figure.name] = {"name": figure.name, "value": value, "unit": figure.unit, "at_most": figure.at_most}
        print(json.dumps(rows[figure.name]), flush=True)
        broken = broken or not figure.holds(value)
    write(rows, keep=True)
    return int(broken)


FIGURES = (Figure("load_learners", "learners at once", None, float), Figure("load_requests_per_s", "requests a second", None, float), Figure("load_median_ms", "ms", 200, float), Figure("load_p95_ms", "ms", 1_000, float), Figure("load_errors", "errors", 0, float))

if __name__ == "__main__":
    sys.exit(main())
