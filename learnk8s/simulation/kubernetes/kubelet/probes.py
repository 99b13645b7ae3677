"""Probes: what a container answers, and when it will answer something else.

Models pkg/kubelet/prober (1.36). A probe that would give the same answer for ever is not run: after the thresholds are reached, the next
run is planned for the first tick after the program's next change. Differs: no random delay before the first run.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from learnk8s.simulation.kubernetes.kubelet.images.program import Facts, Program
from learnk8s.simulation.kubernetes.kubelet.processes import Ran
from learnk8s.simulation.kubernetes.objects.document import Doc

KINDS = ("startupProbe", "livenessProbe", "readinessProbe")
WORDS = {"startupProbe": "Startup", "livenessProbe": "Liveness", "readinessProbe": "Readiness"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answer to a probe."""

    succeeded: bool
    message: str = ""


def port_number(container: Doc, port: Any) -> int:
    """Return a probe's port, which may be named; 0 if there is no such port."""
    if isinstance(port, int):
        return port
    if isinstance(port, str) and port.isdigit():
        return int(port)
    return next((int(entry["containerPort"]) for entry in container.get("ports") or () if entry.get("name") == port), 0)


def outcome(probe: Doc, container: Doc, program: Program, facts: Facts, age_ms: int, run: Callable[[list[str]], Ran]) -> Outcome:
    """Return what a probe finds at an age of the process."""
    if "httpGet" in probe:
        return _http(probe["httpGet"], container, program, facts, age_ms)
    if "tcpSocket" in probe:
        port = port_number(container, probe["tcpSocket"].get("port"))
        return Outcome(True) if _listens(program, port, age_ms) else Outcome(False, f"dial tcp {facts.ip}:{port}: connect: connection refused")
    if "exec" in probe:
        return _exec(probe["exec"].get("command") or [], run, int(probe.get("timeoutSeconds", 1)))
    if "grpc" in probe:
        port = port_number(container, probe["grpc"].get("port"))
        return Outcome(True) if _listens(program, port, age_ms) else Outcome(False, f'timeout: failed to connect service "{facts.ip}:{port}" within 1s: context deadline exceeded')
    return Outcome(True)


def _listens(program: Program, port: int, age_ms: int) -> bool:
    return port in program.ports and age_ms >= program.listens_after_ms


def _http(get: Doc, container: Doc, program: Program, facts: Facts, age_ms: int) -> Outcome:
    port, path = port_number(container, get.get("port")), get.get("path", "/")
    host = get.get("host") or facts.ip
    if not _listens(program, port, age_ms):
        return Outcome(False, f'Get "{get.get("scheme", "HTTP").lower()}://{host}:{port}{path}": dial tcp {host}:{port}: connect: connection refused')
    status, _body = program.answer(facts, path, "GET")
    return Outcome(True) if 200 <= status < 400 else Outcome(False, f"HTTP probe failed with statuscode: {status}")


def _exec(command: list[str], run: Callable[[list[str]], Ran], timeout_s: int) -> Outcome:
    found = run(command)
    if found.missing:
        why = "no such file or directory" if found.missing.startswith("/") else "executable file not found in $PATH"
        return Outcome(False, f'rpc error: code = Unknown desc = failed to exec in container: failed to start exec: OCI runtime exec failed: exec failed: unable to start container process: exec: "{found.missing}": {why}: unknown')
    if found.took_ms > timeout_s * 1000:
        return Outcome(False, f'command timed out: "{" ".join(command)}" timed out after {timeout_s}s')
    return Outcome(True) if found.status == 0 else Outcome(False, found.stdout + found.stderr)


def next_tick_ms(probe: Doc, started_ms: int, after_ms: int) -> int:
    """Return the first moment after `after_ms` at which the probe runs."""
    first = started_ms + int(probe.get("initialDelaySeconds", 0)) * 1000 + 100
    period = max(int(probe.get("periodSeconds", 10)), 1) * 1000
    return first if after_ms < first else first + ((after_ms - first) // period + 1) * period
