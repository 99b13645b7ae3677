"""Probes and lifecycle hooks. Models validateProbe, validateHandler and validateLifecycle (1.36)."""

import re

from learnk8s.simulation.kubernetes.apiserver.errors import Causes, bad_value, not_allowed, required, unsupported
from learnk8s.simulation.kubernetes.apiserver.podspec.resources import NOT_NEGATIVE
from learnk8s.simulation.kubernetes.apiserver.words import port, port_number
from learnk8s.simulation.kubernetes.objects.document import Doc

PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc", "sleep")
HEADER_RULE = "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')"
SIGNALS_OF_WINDOWS = ("SIGKILL", "SIGTERM")


def probe(field: str, found: Doc, grace_s: int | None) -> Causes:
    """One of the three probes; the last part of `field` says which."""
    yield from _handler(field, {key: value for key, value in found.items() if key != "sleep"}, grace_s)
    for key in ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"):
        if isinstance(found.get(key), int) and found[key] < 0:
            yield bad_value(f"{field}.{key}", found[key], NOT_NEGATIVE)
    own = found.get("terminationGracePeriodSeconds")
    if own is not None and own <= 0:
        yield bad_value(f"{field}.terminationGracePeriodSeconds", own, "must be greater than 0")
    if field.endswith("readinessProbe"):
        if own is not None:
            yield bad_value(f"{field}.terminationGracePeriodSeconds", own, "must not be set for readinessProbes")
    elif found.get("successThreshold", 1) != 1:
        yield bad_value(f"{field}.successThreshold", found["successThreshold"], "must be 1")


def lifecycle(field: str, found: Doc, grace_s: int | None, system: str) -> Causes:
    """Hooks after the start and before the stop, and the signal to stop with."""
    for hook in ("postStart", "preStop"):
        if found.get(hook) is not None:
            yield from _handler(f"{field}.{hook}", {key: value for key, value in found[hook].items() if key != "grpc"}, grace_s)
    if found.get("stopSignal") and not system:
        yield not_allowed(f"{field}.stopSignal", "may not be set for containers with empty `spec.os.name`")


def _handler(field: str, found: Doc, grace_s: int | None) -> Causes:
    given = [key for key in HANDLERS if found.get(key) is not None]
    for place, key in enumerate(given):
        if place:
            yield not_allowed(f"{field}.{key}", "may not specify more than 1 handler type")
        else:
            yield from _action(f"{field}.{key}", key, found[key], grace_s)
    if not given:
        yield required(field, "must specify a handler type")


def _action(field: str, kind: str, found: Doc, grace_s: int | None) -> Causes:
    if kind == "exec" and not found.get("command"):
        yield required(f"{field}.command")
    elif kind == "httpGet":
        if found.get("path") == "":
            yield required(f"{field}.path")
        yield from port(f"{field}.port", found.get("port", 0))
        if found.get("scheme", "HTTP") not in ("HTTP", "HTTPS"):
            yield unsupported(f"{field}.scheme", found["scheme"], ["HTTP", "HTTPS"])
        for header in found.get("httpHeaders") or ():
            if not re.fullmatch(r"[-A-Za-z0-9]+", header.get("name", "")):
                yield bad_value(f"{field}.httpHeaders", header.get("name", ""), HEADER_RULE)
    elif kind == "tcpSocket":
        yield from port(f"{field}.port", found.get("port", 0))
    elif kind == "grpc":
        yield from port_number(f"{field}.port", found.get("port", 0))
    elif kind == "sleep" and grace_s is not None and not 0 <= found.get("seconds", 0) <= grace_s:
        yield bad_value(field, found.get("seconds", 0), f"must be non-negative and less than terminationGracePeriodSeconds ({grace_s})")
