"""Containers of all three sorts. Models validateContainers, validateInitContainers and validateEphemeralContainers (1.36)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.errors import Causes, bad_value, duplicate, missing, not_allowed, required, unsupported
from learnk8s.simulation.kubernetes.apiserver.podspec.env import env, env_from
from learnk8s.simulation.kubernetes.apiserver.podspec.probes import PROBES, lifecycle, probe
from learnk8s.simulation.kubernetes.apiserver.podspec.resources import requirements
from learnk8s.simulation.kubernetes.apiserver.podspec.security import of_container
from learnk8s.simulation.kubernetes.apiserver.podspec.volumes import devices, mounts
from learnk8s.simulation.kubernetes.apiserver.words import dns_label, port_name_faults, port_number
from learnk8s.simulation.kubernetes.objects.document import Doc

PULL = ("Always", "IfNotPresent", "Never")
RESTARTS = ("Always", "Never", "OnFailure")
NOT_EPHEMERAL = ("ports", "resources", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "resizePolicy", "restartPolicy", "restartPolicyRules")
ONLY_SIDECARS = "may not be set for init containers without restartPolicy=Always"
EPHEMERAL_RULE = "cannot be set for an Ephemeral Container"


@dataclass(frozen=True, slots=True)
class Around:
    """What a container's rules need to know of its pod."""

    volumes: dict[str, Doc]
    claims: frozenset[str]
    grace_s: int | None
    restart_policy: str
    host_users: bool
    system: str
    is_pod: bool


def containers(field: str, found: Sequence[Doc], around: Around) -> Causes:
    """The containers that make the pod."""
    if not found:
        yield required(field)
    names: set[str] = set()
    for index, entry in enumerate(found):
        place, name = f"{field}[{index}]", entry.get("name", "")
        yield from _common(place, entry, around)
        if name in names:
            yield duplicate(f"{place}.name", name)
        names.add(name)
        yield from _running(place, entry, around)
        yield from _restarts(place, entry)
    yield from _host_ports(field, found)


def init_containers(field: str, found: Sequence[Doc], regular: Sequence[Doc], around: Around) -> Causes:
    """Those that run before, and sidecars."""
    names = {entry.get("name", "") for entry in regular}
    for index, entry in enumerate(found):
        place, name = f"{field}[{index}]", entry.get("name", "")
        yield from _common(place, entry, around)
        yield from _restarts(place, entry)
        if name in names:
            yield duplicate(f"{place}.name", name)
        names |= {name} - {""}
        yield from _host_ports(field, [entry])
        if entry.get("restartPolicy") == "Always":
            yield from _running(place, entry, around)
        else:
            yield from (not_allowed(f"{place}.{key}", ONLY_SIDECARS) for key in ("lifecycle", *PROBES) if entry.get(key) is not None)


def ephemeral_containers(field: str, found: Sequence[Doc], others: Sequence[Doc], around: Around) -> Causes:
    """Those that were added to look around."""
    steady = {entry.get("name", "") for entry in others}
    names = set(steady)
    for index, entry in enumerate(found):
        place, name = f"{field}[{index}]", entry.get("name", "")
        yield from _common(place, entry, around)
        if name in names:
            yield duplicate(f"{place}.name", name)
        names.add(name)
        target = entry.get("targetContainerName")
        if target and target not in steady:
            yield missing(f"{place}.targetContainerName", target)
        yield from (not_allowed(f"{place}.{key}", EPHEMERAL_RULE) for key in NOT_EPHEMERAL if entry.get(key))
        for number, mount in enumerate(entry.get("volumeMounts") or ()):
            yield from (not_allowed(f"{place}.volumeMounts[{number}].{key}", EPHEMERAL_RULE) for key in ("subPath", "subPathExpr") if mount.get(key))


def _common(field: str, found: Doc, around: Around) -> Causes:
    if not found.get("name"):
        yield required(f"{field}.name")
    else:
        yield from dns_label(f"{field}.name", found["name"])
    image = found.get("image", "")
    if not image:
        yield required(f"{field}.image")
    elif around.is_pod and image != image.strip():
        yield bad_value(f"{field}.image", image, "must not have leading or trailing whitespace")
    if found.get("terminationMessagePolicy", "File") not in ("File", "FallbackToLogsOnError"):
        yield unsupported(f"{field}.terminationMessagePolicy", found["terminationMessagePolicy"], ["File", "FallbackToLogsOnError"])
    yield from _ports(f"{field}.ports", found.get("ports") or ())
    yield from env(f"{field}.env", found.get("env") or ())
    yield from env_from(f"{field}.envFrom", found.get("envFrom") or ())
    yield from mounts(f"{field}.volumeMounts", found, around.volumes)
    yield from devices(f"{field}.volumeDevices", found, around.volumes)
    if found.get("imagePullPolicy") not in (None, *PULL):
        yield unsupported(f"{field}.imagePullPolicy", found["imagePullPolicy"], PULL)
    yield from requirements(f"{field}.resources", found.get("resources") or {}, around.claims)
    yield from _resize(f"{field}.resizePolicy", found.get("resizePolicy") or (), around.restart_policy)
    yield from of_container(f"{field}.securityContext", found.get("securityContext") or {}, host_users=around.host_users)


def _running(field: str, found: Doc, around: Around) -> Causes:
    if found.get("lifecycle") is not None:
        yield from lifecycle(f"{field}.lifecycle", found["lifecycle"], around.grace_s, around.system)
    for name in PROBES:
        if found.get(name) is not None:
            yield from probe(f"{field}.{name}", found[name], around.grace_s)


def _ports(field: str, found: Sequence[Doc]) -> Causes:
    names: set[str] = set()
    for index, entry in enumerate(found):
        place, name = f"{field}[{index}]", entry.get("name", "")
        if name:
            faults = port_name_faults(name)
            yield from (bad_value(f"{place}.name", name, fault) for fault in faults)
            if not faults and name in names:
                yield duplicate(f"{place}.name", name)
            names.add(name)
        if not entry.get("containerPort"):
            yield required(f"{place}.containerPort")
        else:
            yield from port_number(f"{place}.containerPort", entry["containerPort"])
        if entry.get("hostPort"):
            yield from port_number(f"{place}.hostPort", entry["hostPort"])
        if entry.get("protocol", "TCP") not in ("TCP", "UDP", "SCTP"):
            yield unsupported(f"{place}.protocol", entry["protocol"], ["SCTP", "TCP", "UDP"])


def _host_ports(field: str, found: Sequence[Doc]) -> Causes:
    """Models AccumulateUniqueHostPorts."""
    taken: set[str] = set()
    for index, container in enumerate(found):
        for number, entry in enumerate(container.get("ports") or ()):
            if not entry.get("hostPort"):
                continue
            text = f"{entry.get('protocol', 'TCP')}/{entry.get('hostIP', '')}/{entry['hostPort']}"
            if text in taken:
                yield duplicate(f"{field}[{index}].ports[{number}].hostPort", text)
            taken.add(text)


def _restarts(field: str, found: Mapping[str, Any]) -> Causes:
    """Models validateContainerRestartPolicy."""
    policy, rules = found.get("restartPolicy"), found.get("restartPolicyRules") or ()
    if policy is None:
        if rules:
            yield required(f"{field}.restartPolicy", "must specify restartPolicy when restart rules are used")
    elif policy not in RESTARTS:
        yield unsupported(f"{field}.restartPolicy", policy, RESTARTS)
    for index, rule in enumerate(rules):
        place = f"{field}.restartPolicyRules[{index}]"
        if rule.get("action") not in ("Restart", "RestartAllContainers"):
            yield unsupported(f"{place}.action", rule.get("action", ""), ["Restart", "RestartAllContainers"])
        codes = rule.get("exitCodes")
        if codes is None:
            yield required(f"{place}.exitCodes", "must be specified")
        elif codes.get("operator") not in ("In", "NotIn"):
            yield unsupported(f"{place}.exitCodes.operator", codes.get("operator", ""), ["In", "NotIn"])


def _resize(field: str, found: Sequence[Doc], restart_policy: str) -> Causes:
    """Models validateResizePolicy."""
    seen: set[str] = set()
    for index, entry in enumerate(found):
        name, policy = entry.get("resourceName", ""), entry.get("restartPolicy", "")
        if name in seen:
            yield duplicate(f"{field}[{index}]", name)
        seen.add(name)
        for word, allowed in ((name, ("cpu", "memory")), (policy, ("NotRequired", "RestartContainer"))):
            if not word:
                yield required(field)
            elif word not in allowed:
                yield unsupported(field, word, allowed)
        if restart_policy == "Never" and policy != "NotRequired":
            yield bad_value(field, policy, "must be 'NotRequired' when `restartPolicy` is 'Never'")
