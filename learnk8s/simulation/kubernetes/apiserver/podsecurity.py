"""Pod Security: the three standards, enforced, warned of or noted by a namespace's labels. Models k8s.io/pod-security-admission (1.36): policy/check_*.go, admission.

The checks run in the order of upstream's registry: those of `baseline` by name, then those of `restricted`; a restricted check replaces the baseline check of the same concern.
Differs: versions other than latest mean the same.
"""

import re
from collections.abc import Callable, Iterable

from learnk8s.simulation.kubernetes.apiserver.errors import Cause, forbidden, invalid
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Store

LABEL = "pod-security.kubernetes.io/"
LEVELS = ("privileged", "baseline", "restricted")
DEFAULT_CAPABILITIES = frozenset(("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"))
SELINUX_TYPES = ("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t")
APPARMOR_TYPES = ("RuntimeDefault", "Localhost")
SAFE_SYSCTLS = frozenset(("kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports",
                          "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"))
RESTRICTED_VOLUMES = ("configMap", "downwardAPI", "emptyDir", "projected", "secret", "persistentVolumeClaim", "ephemeral", "csi", "image")
TEMPLATES = {"deployments.apps": ("template",), "replicasets.apps": ("template",), "statefulsets.apps": ("template",), "daemonsets.apps": ("template",), "jobs.batch": ("template",),
             "replicationcontrollers": ("template",), "cronjobs.batch": ("jobTemplate", "spec", "template"), "podtemplates": ()}
Finding = tuple[str, str]
"""What is wrong in few words, and where."""


MODES = ("enforce", "audit", "warn")
VERSION = re.compile(r"latest|v1\.(0|[1-9][0-9]*)")


def check_labels(namespace: Doc, old: Doc | None) -> None:
    """Refuse labels that name no standard, unless they were as wrong before. Raises ApiError 422. Models admission.ValidateNamespace and api.PolicyToEvaluate."""
    causes = _wrong_labels(namespace)
    if causes and (old is None or causes != _wrong_labels(old)):
        raise invalid("Namespace", "", namespace["metadata"]["name"], causes)


def _wrong_labels(namespace: Doc) -> list[Cause]:
    labels = namespace["metadata"].get("labels") or {}
    out = []
    for mode in MODES:
        for label, is_fine, why in (
            (f"{LABEL}{mode}", labels.get(f"{LABEL}{mode}", LEVELS[0]) in LEVELS, f"must be one of {', '.join(LEVELS)}"),
            (f"{LABEL}{mode}-version", VERSION.fullmatch(labels.get(f"{LABEL}{mode}-version", "latest")), 'must be "latest" or "v1.x"'),
        ):
            if not is_fine:
                out.append(Cause("FieldValueInvalid", f'Invalid value: "{labels[label]}": {why}', f"metadata.labels[{label}]"))
    return out


def enforce(store: Store, namespace: str, name: str, spec: Doc) -> None:
    """Refuse a pod that its namespace's enforced level does not allow. Raises ApiError 403."""
    labels = _labels(store, namespace)
    level = labels.get(f"{LABEL}enforce", "")
    if level in LEVELS[1:]:
        found = violations(level, spec)
        if found:
            raise forbidden("pods", name, f'violates PodSecurity "{level}:{labels.get(f"{LABEL}enforce-version", "latest")}": {_told(found)}')


def warnings(store: Store, resource: str, namespace: str, doc: Doc) -> tuple[str, ...]:
    """Return the warnings that a client gets for a pod or a workload."""
    labels = _labels(store, namespace)
    level = labels.get(f"{LABEL}warn", "")
    if level not in LEVELS[1:]:
        return ()
    spec = template_spec(resource, doc)
    if spec is None or not isinstance(spec.get("containers"), list):
        return ()
    if resource == "pods" and labels.get(f"{LABEL}enforce") in LEVELS[1:] and violations(labels[f"{LABEL}enforce"], spec):
        return ()
    found = violations(level, spec)
    return (f'would violate PodSecurity "{level}:{labels.get(f"{LABEL}warn-version", "latest")}": {_told(found)}',) if found else ()


def label_warnings(store: Store, old: Doc | None, namespace: Doc) -> tuple[str, ...]:
    """Return the warnings for a namespace that is given a stricter level than pods in it keep. Models EvaluatePodsInNamespace."""
    given = (old or {}).get("metadata", {}).get("labels") or {}
    labels = namespace["metadata"].get("labels") or {}
    before, level = (table.get(f"{LABEL}enforce", LEVELS[0]) for table in (given, labels))
    is_same_version = given.get(f"{LABEL}enforce-version", "latest") == labels.get(f"{LABEL}enforce-version", "latest")
    if level not in LEVELS[1:] or (is_same_version and before in LEVELS and LEVELS.index(level) <= LEVELS.index(before)):
        return ()
    name = namespace["metadata"]["name"]
    groups: dict[str, list[str]] = {}
    for pod in store.list("pods", name):
        found = violations(level, pod["spec"])
        if found:
            groups.setdefault(", ".join(reason for reason, _where in found), []).append(pod["metadata"]["name"])
    if not groups:
        return ()
    lines = [f'existing pods in namespace "{name}" violate the new PodSecurity enforce level "{level}:{labels.get(f"{LABEL}enforce-version", "latest")}"']
    for reasons, pods in groups.items():
        more = "" if len(pods) == 1 else f" (and {len(pods) - 1} other pod{'s' if len(pods) > 2 else ''})"
        lines.append(f"{pods[0]}{more}: {reasons}")
    return tuple(lines)


def template_spec(resource: str, doc: Doc) -> Doc | None:
    """Return the pod spec in a document, or None if there is none."""
    if resource == "pods":
        return doc.get("spec")
    path = TEMPLATES.get(resource)
    if path is None:
        return None
    place: Doc = doc if resource == "podtemplates" else doc.get("spec") or {}
    for key in path if resource != "podtemplates" else ("template",):
        place = place.get(key) or {}
    return place.get("spec")


def _labels(store: Store, namespace: str) -> dict[str, str]:
    found = store.get("namespaces", "", namespace)
    return (found["metadata"].get("labels") or {}) if found else {}


def _told(found: Iterable[Finding]) -> str:
    return ", ".join(f"{reason} ({where})" if where else reason for reason, where in found)


def violations(level: str, spec: Doc) -> list[Finding]:
    """Return what a pod spec does that a level does not allow, in the order of upstream's registry."""
    checks = BASELINE if level == "baseline" else (*(check for check in BASELINE if check not in REPLACED), *RESTRICTED)
    return [found for check in checks if (found := check(spec)) is not None]


# Checks


def _containers(spec: Doc) -> list[Doc]:
    return [item for part in ("initContainers", "containers", "ephemeralContainers") for item in spec.get(part) or () if isinstance(item, dict)]


def _context(item: Doc) -> Doc:
    return item.get("securityContext") or {}


def _named(names: list[str], word: str = "container") -> str:
    return f"{word}{'s' if len(names) > 1 else ''} {', '.join(f'{chr(34)}{name}{chr(34)}' for name in names)}"


def _which(spec: Doc, is_bad: Callable[[Doc], bool]) -> list[str]:
    return [item.get("name", "") for item in _containers(spec) if is_bad(_context(item))]


def _who(spec: Doc, is_bad: Callable[[Doc], bool]) -> str:
    """Return the pod, if its own context is bad, and the containers whose are."""
    names = _which(spec, is_bad)
    return " and ".join([*(["pod"] if is_bad(_context(spec)) else []), *([_named(names)] if names else [])])


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f'"{word}"' for word in sorted(words))


def _app_armor(spec: Doc) -> Finding | None:
    bad: set[str] = set()

    def is_bad(context: Doc) -> bool:
        kind = (context.get("appArmorProfile") or {}).get("type")
        bad.update([kind] if kind is not None and kind not in APPARMOR_TYPES else [])
        return kind is not None and kind not in APPARMOR_TYPES

    who = _who(spec, is_bad)
    return (f"forbidden AppArmor profile{'s' if len(bad) > 1 else ''}", f"{who} must not set AppArmor profile type to {_quoted(bad)}") if who else None


def _probe_hosts(spec: Doc) -> Finding | None:
    names: set[str] = set()
    hosts: set[str] = set()
    for item in _containers(spec):
        handlers = [*(item.get(probe) or {} for probe in ("livenessProbe", "readinessProbe", "startupProbe")), *((item.get("lifecycle") or {}).get(hook) or {} for hook in ("postStart", "preStop"))]
        found = {host for handler in handlers for kind in ("httpGet", "tcpSocket") if (host := (handler.get(kind) or {}).get("host"))}
        if found:
            names.add(item.get("name", ""))
            hosts |= found
    return ("probe or lifecycle host", f"{_named(sorted(names))} use{'s' if len(names) == 1 else ''} probe or lifecycle host{'s' if len(hosts) > 1 else ''} {_quoted(hosts)}") if names else None


def _selinux(spec: Doc) -> Finding | None:
    types: set[str] = set()
    said: dict[str, None] = {}

    def is_bad(context: Doc) -> bool:
        found = context.get("seLinuxOptions") or {}
        wrong = found.get("type") or "" if (found.get("type") or "") not in SELINUX_TYPES else ""
        types.update([wrong] if wrong else [])
        said.update(dict.fromkeys(f"{key} may not be set" for key in ("user", "role") if found.get(key)))
        return bool(wrong or found.get("user") or found.get("role"))

    who = _who(spec, is_bad)
    words = [*([f"type{'s' if len(types) > 1 else ''} {_quoted(types)}"] if types else []), *sorted(said, reverse=True)]
    return ("seLinuxOptions", f"{who} set forbidden securityContext.seLinuxOptions: {'; '.join(words)}") if who else None


def _host_process(spec: Doc) -> Finding | None:
    who = _who(spec, lambda context: bool((context.get("windowsOptions") or {}).get("hostProcess")))
    return ("hostProcess", f"{who} must not set securityContext.windowsOptions.hostProcess=true") if who else None


def _capabilities_baseline(spec: Doc) -> Finding | None:
    names, added = [], set()
    for item in _containers(spec):
        extra = {name for name in (_context(item).get("capabilities") or {}).get("add") or () if name not in DEFAULT_CAPABILITIES}
        if extra:
            names.append(item.get("name", ""))
            added |= extra
    return ("non-default capabilities", f"{_named(names)} must not include {', '.join(f'{chr(34)}{name}{chr(34)}' for name in sorted(added))} in securityContext.capabilities.add") if names else None


def _host_namespaces(spec: Doc) -> Finding | None:
    found = [f"{key}=true" for key in ("hostNetwork", "hostPID", "hostIPC") if spec.get(key)]
    return ("host namespaces", ", ".join(found)) if found else None


def _host_path(spec: Doc) -> Finding | None:
    names = [volume["name"] for volume in spec.get("volumes") or () if volume.get("hostPath") is not None]
    return ("hostPath volumes", _named(names, "volume")) if names else None


def _host_ports(spec: Doc) -> Finding | None:
    names, ports = [], []
    for item in _containers(spec):
        used = [str(port["hostPort"]) for port in item.get("ports") or () if port.get("hostPort")]
        if used:
            names.append(item.get("name", ""))
            ports += used
    return ("hostPort", f"{_named(names)} use{'s' if len(names) == 1 else ''} hostPort{'s' if len(set(ports)) > 1 else ''} {', '.join(sorted(set(ports), key=int))}") if names else None


def _privileged(spec: Doc) -> Finding | None:
    names = _which(spec, lambda context: bool(context.get("privileged")))
    return ("privileged", f"{_named(names)} must not set securityContext.privileged=true") if names else None


def _proc_mount(spec: Doc) -> Finding | None:
    names = _which(spec, lambda context: context.get("procMount") not in (None, "Default"))
    return ("procMount", f'{_named(names)} must not set securityContext.procMount to "Unmasked"') if names else None


def _seccomp_baseline(spec: Doc) -> Finding | None:
    pod = (_context(spec).get("seccompProfile") or {}).get("type") == "Unconfined"
    names = _which(spec, lambda context: (context.get("seccompProfile") or {}).get("type") == "Unconfined")
    who = [*(["pod"] if pod else []), *([_named(names)] if names else [])]
    return ("seccompProfile", f'{" and ".join(who)} must not set securityContext.seccompProfile.type to "Unconfined"') if who else None


def _sysctls(spec: Doc) -> Finding | None:
    found = [entry.get("name", "") for entry in _context(spec).get("sysctls") or () if entry.get("name") not in SAFE_SYSCTLS]
    return ("forbidden sysctls", ", ".join(found)) if found else None


def _escalation(spec: Doc) -> Finding | None:
    names = _which(spec, lambda context: context.get("allowPrivilegeEscalation") is not False)
    return ("allowPrivilegeEscalation != false", f"{_named(names)} must set securityContext.allowPrivilegeEscalation=false") if names else None


def _capabilities_restricted(spec: Doc) -> Finding | None:
    undropped = _which(spec, lambda context: "ALL" not in ((context.get("capabilities") or {}).get("drop") or ()))
    adding, added = [], set()
    for item in _containers(spec):
        extra = {name for name in (_context(item).get("capabilities") or {}).get("add") or () if name != "NET_BIND_SERVICE"}
        if extra:
            adding.append(item.get("name", ""))
            added |= extra
    said = [*([f'{_named(undropped)} must set securityContext.capabilities.drop=["ALL"]'] if undropped else []),
            *([f"{_named(adding)} must not include {', '.join(f'{chr(34)}{name}{chr(34)}' for name in sorted(added))} in securityContext.capabilities.add"] if adding else [])]
    return ("unrestricted capabilities", "; ".join(said)) if said else None


def _volume_types(spec: Doc) -> Finding | None:
    bad = [(volume["name"], next((key for key in volume if key != "name"), "")) for volume in spec.get("volumes") or () if not any(key in volume for key in RESTRICTED_VOLUMES) and len(volume) > 1]
    if not bad:
        return None
    kinds = sorted({kind for _name, kind in bad})
    return ("restricted volume types", f"{_named([name for name, _kind in bad], 'volume')} use{'s' if len(bad) == 1 else ''} restricted volume type{'s' if len(kinds) > 1 else ''} {', '.join(f'{chr(34)}{kind}{chr(34)}' for kind in kinds)}")


def _non_root(spec: Doc) -> Finding | None:
    pod = _context(spec).get("runAsNonRoot")
    wrong = _which(spec, lambda context: context.get("runAsNonRoot") is False)
    if wrong:
        return "runAsNonRoot != true", f"{_named(wrong)} must not set securityContext.runAsNonRoot=false"
    unset = _which(spec, lambda context: context.get("runAsNonRoot") is None)
    if pod is True or not unset:
        return None
    if pod is False:
        return "runAsNonRoot != true", "pod must not set securityContext.runAsNonRoot=false"
    return "runAsNonRoot != true", f"pod or {_named(unset)} must set securityContext.runAsNonRoot=true"


def _user(spec: Doc) -> Finding | None:
    names = _which(spec, lambda context: context.get("runAsUser") == 0)
    who = [*(["pod"] if _context(spec).get("runAsUser") == 0 else []), *([_named(names)] if names else [])]
    return ("runAsUser=0", f"{' and '.join(who)} must not set runAsUser=0") if who else None


def _seccomp_restricted(spec: Doc) -> Finding | None:
    allowed = ("RuntimeDefault", "Localhost")
    pod = (_context(spec).get("seccompProfile") or {}).get("type")
    if pod is not None and pod not in allowed:
        return "seccompProfile", f'pod must not set securityContext.seccompProfile.type to "{pod}"'
    wrong = _which(spec, lambda context: (context.get("seccompProfile") or {}).get("type") not in (None, *allowed))
    if wrong:
        return "seccompProfile", f'{_named(wrong)} must not set securityContext.seccompProfile.type to "Unconfined"'
    unset = _which(spec, lambda context: (context.get("seccompProfile") or {}).get("type") is None)
    return None if pod or not unset else ("seccompProfile", f'pod or {_named(unset)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"')


Check = Callable[[Doc], Finding | None]
BASELINE: tuple[Check, ...] = (_app_armor, _capabilities_baseline, _host_namespaces, _host_path, _host_ports, _probe_hosts, _privileged, _proc_mount, _selinux, _seccomp_baseline, _sysctls, _host_process)
REPLACED: tuple[Check, ...] = (_capabilities_baseline, _seccomp_baseline)
RESTRICTED: tuple[Check, ...] = (_escalation, _capabilities_restricted, _volume_types, _non_root, _user, _seccomp_restricted)
