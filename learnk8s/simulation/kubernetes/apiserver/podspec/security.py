"""Security contexts of pods and containers. Models validatePodSpecSecurityContext and ValidateSecurityContext (1.36)."""

import re
from collections.abc import Sequence
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.errors import Causes, bad_value, duplicate, go_struct, not_allowed, required, too_long, unsupported
from learnk8s.simulation.kubernetes.apiserver.go_structs import security_text
from learnk8s.simulation.kubernetes.apiserver.podspec.paths import descending
from learnk8s.simulation.kubernetes.objects.document import Doc

ID_MAX = 0xFFFFFFFF
PROFILES = ("Localhost", "RuntimeDefault", "Unconfined")
PROFILE_BYTES_MAX = 4095
SYSCTL = "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$"
NETWORK, IPC = ("net.",), ("kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue.")
WINDOWS_RULE = "windows options cannot be set for a linux pod"


def _id(field: str, number: Any) -> Causes:
    if number is not None and not 0 <= number <= ID_MAX:
        yield bad_value(field, number, f"must be between 0 and {ID_MAX}, inclusive")


def _one_of(field: str, found: Any, allowed: Sequence[str]) -> Causes:
    if found is not None and found not in allowed:
        yield unsupported(field, found, allowed)


def of_pod(field: str, spec: Doc) -> Causes:
    """What counts for all containers."""
    found = spec.get("securityContext") or {}
    for key in ("fsGroup", "runAsUser", "runAsGroup"):
        yield from _id(f"{field}.{key}", found.get(key))
    for index, group in enumerate(found.get("supplementalGroups") or ()):
        yield from _id(f"{field}.supplementalGroups[{index}]", group)
    if spec.get("shareProcessNamespace") and spec.get("hostPID"):
        yield bad_value(f"{field}.shareProcessNamespace", True, "ShareProcessNamespace and HostPID cannot both be enabled")
    yield from _sysctls(f"{field}.sysctls", found.get("sysctls") or (), spec)
    yield from _one_of(f"{field}.fsGroupChangePolicy", found.get("fsGroupChangePolicy"), ("Always", "OnRootMismatch"))
    yield from _seccomp(f"{field}.seccompProfile", found.get("seccompProfile"))
    yield from _app_armor(f"{field}.appArmorProfile", found.get("appArmorProfile"))
    yield from _one_of(f"{field}.supplementalGroupsPolicy", found.get("supplementalGroupsPolicy"), ("Merge", "Strict"))
    yield from _one_of(f"{field}.seLinuxChangePolicy", found.get("seLinuxChangePolicy"), ("MountOption", "Recursive"))


def _sysctls(field: str, found: Sequence[Doc], spec: Doc) -> Causes:
    names: set[str] = set()
    for index, sysctl in enumerate(found):
        place, name = f"{field}[{index}].name", sysctl.get("name", "")
        if not name:
            yield required(place)
        elif len(name) > 253 or not re.match(SYSCTL, name):
            yield bad_value(place, name, f"must have at most 253 characters and match regex {SYSCTL}")
        elif name in names:
            yield duplicate(place, name)
        for key, spaces in (("hostNetwork", NETWORK), ("hostIPC", IPC)):
            if spec.get(key) and name.startswith(spaces):
                yield bad_value(place, name, f"may not be specified when '{key}' is true")
        names.add(name)


def _profile_type(field: str, kind: str) -> Causes:
    """The type of a profile; the field is called after what it is a profile of."""
    if not kind:
        yield required(f"{field}.type", f"type is required when {field.rpartition('.')[2]} is set")
    elif kind not in PROFILES:
        yield unsupported(f"{field}.type", kind, PROFILES)


def _seccomp(field: str, found: Doc | None) -> Causes:
    if found is None:
        return
    kind, profile = found.get("type", ""), found.get("localhostProfile")
    yield from _profile_type(field, kind)
    if kind == "Localhost":
        if profile is None:
            yield required(f"{field}.localhostProfile", "must be set when seccomp type is Localhost")
        else:
            yield from descending(f"{field}.localhostProfile", profile)
    elif profile is not None:
        yield bad_value(f"{field}.localhostProfile", go_struct({"Type": kind, "LocalhostProfile": profile}), "can only be set when seccomp type is Localhost")


def _app_armor(field: str, found: Doc | None) -> Causes:
    if found is None:
        return
    kind, profile = found.get("type", ""), found.get("localhostProfile")
    yield from _profile_type(field, kind)
    if kind not in PROFILES:
        return
    if kind != "Localhost":
        if profile is not None:
            yield bad_value(f"{field}.localhostProfile", profile, "can only be set when AppArmor type is Localhost")
    elif not profile:
        yield required(f"{field}.localhostProfile", "must be set when AppArmor type is Localhost")
    else:
        if profile != profile.strip():
            yield bad_value(f"{field}.localhostProfile", profile, "must not be padded with whitespace")
        if len(profile) > PROFILE_BYTES_MAX:
            yield too_long(f"{field}.localhostProfile", PROFILE_BYTES_MAX)


def of_container(field: str, found: Doc, *, host_users: bool) -> Causes:
    """What counts for one container."""
    for key in ("runAsUser", "runAsGroup"):
        yield from _id(f"{field}.{key}", found.get(key))
    yield from _one_of(f"{field}.procMount", found.get("procMount"), ("Default", "Unmasked"))
    if host_users and found.get("procMount") == "Unmasked":
        yield bad_value(f"{field}.procMount", "Unmasked", "`hostUsers` must be false to use `Unmasked`")
    yield from _seccomp(f"{field}.seccompProfile", found.get("seccompProfile"))
    if found.get("allowPrivilegeEscalation") is False:
        if found.get("privileged"):
            yield bad_value(field, security_text(found), "cannot set `allowPrivilegeEscalation` to false and `privileged` to true")
        if "CAP_SYS_ADMIN" in ((found.get("capabilities") or {}).get("add") or ()):
            yield bad_value(field, security_text(found), "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN")
    yield from _app_armor(f"{field}.appArmorProfile", found.get("appArmorProfile"))


OF_LINUX = ("appArmorProfile", "seLinuxOptions", "seccompProfile", "fsGroup", "fsGroupChangePolicy", "sysctls", "runAsUser", "runAsGroup", "supplementalGroups", "supplementalGroupsPolicy", "seLinuxChangePolicy")
OF_LINUX_PODS = ("hostUsers", "hostPID", "hostIPC", "shareProcessNamespace")
OF_LINUX_CONTAINERS = ("appArmorProfile", "seLinuxOptions", "seccompProfile", "capabilities", "readOnlyRootFilesystem", "privileged", "allowPrivilegeEscalation", "procMount", "runAsUser", "runAsGroup")


def of_system(field: str, spec: Doc) -> Causes:
    """What the named operating system does not have. Models validateOS, validateLinux and validateWindows."""
    if spec.get("os") is None:
        return
    name = spec["os"].get("name", "")
    if name not in ("linux", "windows"):
        yield unsupported(f"{field}.os", name, ["linux", "windows"]) if name else required(f"{field}.os.name", "cannot be empty")
        return
    own = spec.get("securityContext") or {}
    contexts = [(f"{field}.{part}[{index}].securityContext", container.get("securityContext") or {}) for part in ("initContainers", "containers", "ephemeralContainers") for index, container in enumerate(spec.get(part) or ())]
    if name == "linux":
        for place, found in ((f"{field}.securityContext", own), *contexts):
            if found.get("windowsOptions") is not None:
                yield not_allowed(f"{place}.windowsOptions", WINDOWS_RULE)
        return
    yield from (not_allowed(f"{field}.securityContext.{key}", "cannot be set for a windows pod") for key in OF_LINUX if own.get(key) is not None)
    yield from (not_allowed(f"{field}.{key}", "cannot be set for a windows pod") for key in OF_LINUX_PODS if spec.get(key))
    for place, found in contexts:
        yield from (not_allowed(f"{place}.{key}", "cannot be set for a windows pod") for key in OF_LINUX_CONTAINERS if found.get(key) is not None)
