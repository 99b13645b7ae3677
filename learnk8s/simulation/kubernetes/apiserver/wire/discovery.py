"""What the server says of itself: versions, groups, resources, in the old and in the aggregated form. Models apiserver/pkg/endpoints/discovery (1.36)."""

from base64 import b64encode
from functools import lru_cache
from hashlib import sha256

from learnk8s.simulation.kubernetes.apiserver.custom.definitions import CustomKind, version_rank
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import Kind

VERSION: Doc = {"major": "1", "minor": "36", "emulationMajor": "1", "emulationMinor": "36", "minCompatibilityMajor": "1", "minCompatibilityMinor": "35", "gitVersion": "v1.36.2",
                "gitCommit": "0000000000000000000000000000000000000000", "gitTreeState": "clean", "buildDate": "2026-06-10T00:00:00Z", "goVersion": "go1.26.0", "compiler": "gc", "platform": "linux/amd64"}
GROUP_ORDER = ("", "apiregistration.k8s.io", "apps", "events.k8s.io", "authentication.k8s.io", "authorization.k8s.io", "autoscaling", "batch", "certificates.k8s.io", "networking.k8s.io", "policy",
               "rbac.authorization.k8s.io", "storage.k8s.io", "admissionregistration.k8s.io", "apiextensions.k8s.io", "scheduling.k8s.io", "coordination.k8s.io", "node.k8s.io", "discovery.k8s.io",
               "resource.k8s.io", "flowcontrol.apiserver.k8s.io")
SUB_KINDS = {"scale": ("autoscaling", "v1", "Scale"), "eviction": ("policy", "v1", "Eviction"), "token": ("authentication.k8s.io", "v1", "TokenRequest"), "binding": ("", "v1", "Binding"),
             "exec": ("", "v1", "PodExecOptions"), "attach": ("", "v1", "PodAttachOptions"), "portforward": ("", "v1", "PodPortForwardOptions")}
SUB_VERBS = {"status": ("get", "patch", "update"), "scale": ("get", "patch", "update"), "log": ("get",), "binding": ("create",), "eviction": ("create",), "token": ("create",), "exec": ("create", "get"), "attach": ("create", "get"),
             "portforward": ("create", "get"), "proxy": ("create", "delete", "get", "patch", "update"), "ephemeralcontainers": ("get", "patch", "update"), "resize": ("get", "patch", "update"), "finalize": ("update",),
             "approval": ("get", "patch", "update")}
PROXY_KINDS = {"pods": "PodProxyOptions", "services": "ServiceProxyOptions", "nodes": "NodeProxyOptions"}


Versions = tuple[tuple[str, str], ...]
"""Groups with a version each."""


def groups(kinds: tuple[Kind, ...], silent: Versions = ()) -> dict[str, list[str]]:
    """Return group -> versions, in the order in which the server lists them; `silent` are those that are known, though nobody serves them now."""
    found: dict[str, list[str]] = {}
    first: dict[str, int] = {}
    rank: dict[tuple[str, str], int] = {}
    for kind in kinds:
        versions = found.setdefault(kind.group, [])
        if kind.version not in versions:
            versions.append(kind.version)
        if isinstance(kind, CustomKind):
            first[kind.group] = max(kind.priority[0], first.get(kind.group, 0))
            rank[kind.group, kind.version] = kind.priority[1]
    for group, version in silent:
        if version not in found.setdefault(group, []):
            found[group].append(version)
    order = {group: place for place, group in enumerate(GROUP_ORDER)}
    return {group: sorted(found[group], key=lambda version: (-rank.get((group, version), 0), version_rank(version)))
            for group in sorted(found, key=lambda group: (order.get(group, len(order)), -first.get(group, 0), group))}


def _verbs(kind: Kind) -> list[str]:
    return list(kind.verbs) if isinstance(kind, CustomKind) else sorted(kind.verbs)


def _storage_hash(kind: Kind) -> Doc:
    """Return the fingerprint of the version in which a kind is stored. Models discovery.StorageVersionHash."""
    if "list" not in kind.verbs:
        return {}
    version = kind.storage_version if isinstance(kind, CustomKind) else kind.version
    return {"storageVersionHash": b64encode(sha256(f"{kind.group}/{version}/{kind.kind}".encode()).digest()[:8]).decode()}


def _sub_kind(kind: Kind, name: str) -> tuple[str, str, str]:
    if name == "proxy":
        return "", "v1", PROXY_KINDS[kind.plural]
    return SUB_KINDS.get(name, (kind.group, kind.version, kind.kind))


def resource_list(kinds: tuple[Kind, ...], group: str, version: str) -> Doc:
    """Return the APIResourceList of a group and version."""
    resources: list[Doc] = []
    for kind in sorted((kind for kind in kinds if (kind.group, kind.version) == (group, version)), key=lambda kind: kind.plural):
        one: Doc = {"name": kind.plural, "singularName": kind.singular, "namespaced": kind.namespaced, "kind": kind.kind, "verbs": _verbs(kind)}
        one |= {key: list(value) for key, value in (("shortNames", kind.short_names), ("categories", kind.categories)) if value}
        resources.append(one | _storage_hash(kind))
        for name in kind.subresources if isinstance(kind, CustomKind) else sorted(kind.subresources):
            sub_group, sub_version, sub_kind = _sub_kind(kind, name)
            sub: Doc = {"name": f"{kind.plural}/{name}", "singularName": "", "namespaced": kind.namespaced, "kind": sub_kind, "verbs": list(SUB_VERBS.get(name, ("get",)))}
            if (sub_group, sub_version) != (group, version):
                sub |= {"group": sub_group, "version": sub_version}
            resources.append(sub)
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": f"{group}/{version}" if group else version, "resources": resources}


def group_doc(group: str, versions: list[str]) -> Doc:
    """Return an APIGroup."""
    pairs = [{"groupVersion": f"{group}/{version}", "version": version} for version in versions]
    return {"kind": "APIGroup", "apiVersion": "v1", "name": group, "versions": pairs, "preferredVersion": pairs[0]}


def group_list(kinds: tuple[Kind, ...], silent: Versions = ()) -> Doc:
    """Return the APIGroupList."""
    listed = [{key: value for key, value in group_doc(group, versions).items() if key not in ("kind", "apiVersion")} for group, versions in groups(kinds, silent).items() if group]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": listed}


def core_versions(address: str) -> Doc:
    """Return the APIVersions of the core group."""
    return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": address}]}


def aggregated(kinds: tuple[Kind, ...], *, core: bool, silent: Versions = ()) -> Doc:
    """Return everything at once: apidiscovery.k8s.io/v2 APIGroupDiscoveryList. What is not served now is stale."""
    items = [_group_discovery(kinds, group, versions) for group, versions in groups(kinds, silent).items() if (not group) == core]
    if silent:
        items = [{**item, "versions": [{"version": entry["version"], "freshness": "Stale"} if (item["metadata"].get("name"), entry["version"]) in silent else entry for entry in item["versions"]]} for item in items]
    return {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": items}


def _group_discovery(kinds: tuple[Kind, ...], group: str, versions: list[str]) -> Doc:
    return {"metadata": {"name": group, "creationTimestamp": None} if group else {"creationTimestamp": None},
            "versions": [{"version": version, "freshness": "Current", "resources": [_resource_discovery(kind) for kind in sorted((kind for kind in kinds if (kind.group, kind.version) == (group, version)), key=lambda kind: kind.plural)]} for version in versions]}


def _resource_discovery(kind: Kind) -> Doc:
    one: Doc = {"resource": kind.plural, "responseKind": {"group": kind.group, "version": kind.version, "kind": kind.kind}, "scope": "Namespaced" if kind.namespaced else "Cluster",
                "singularResource": kind.singular, "verbs": _verbs(kind)}
    one |= {key: list(value) for key, value in (("shortNames", kind.short_names), ("categories", kind.categories)) if value}
    if kind.subresources:
        subs = []
        for name in sorted(kind.subresources):
            sub_group, sub_version, sub_kind = _sub_kind(kind, name)
            subs.append({"subresource": name, "responseKind": {"group": sub_group, "version": sub_version, "kind": sub_kind}, "verbs": list(SUB_VERBS.get(name, ("get",)))})
        one["subresources"] = subs
    return one


@lru_cache(maxsize=4)
def paths(kinds: tuple[Kind, ...]) -> tuple[str, ...]:
    """Return what `GET /` lists."""
    found = ["/api", "/api/v1", "/apis", "/apis/"]
    for group, versions in groups(kinds).items():
        if group:
            found.append(f"/apis/{group}")
            found.extend(f"/apis/{group}/{version}" for version in versions)
    return tuple(sorted([*found, "/healthz", "/livez", "/metrics", "/readyz", "/openapi/v2", "/openapi/v3", "/version"]))
