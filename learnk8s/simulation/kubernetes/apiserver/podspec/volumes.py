"""Volumes of a pod, and where containers mount them. Models ValidateVolumes, ValidateVolumeMounts and ValidateVolumeDevices (1.36).

Differs: of the kinds of single cloud vendors it is only checked that a pod has one kind a volume.
"""

from collections.abc import Callable, Sequence
from typing import Any

from learnk8s.simulation.kernel.quantities import amount, is_quantity
from learnk8s.simulation.kubernetes.apiserver.errors import Causes, bad_value, duplicate, missing, not_allowed, required, too_long, unsupported
from learnk8s.simulation.kubernetes.apiserver.podspec.env import VOLUME_FIELDS, field_ref, resource_ref
from learnk8s.simulation.kubernetes.apiserver.podspec.paths import descending, mode, no_backsteps, unreserved
from learnk8s.simulation.kubernetes.apiserver.words import dns_label, dns_subdomain, subdomain_faults
from learnk8s.simulation.kubernetes.objects.document import Doc

KINDS = ("emptyDir", "hostPath", "gitRepo", "gcePersistentDisk", "awsElasticBlockStore", "secret", "nfs", "iscsi", "glusterfs", "flocker", "persistentVolumeClaim", "rbd", "cinder", "cephfs", "quobyte", "downwardAPI", "fc",
         "flexVolume", "configMap", "azureFile", "vsphereVolume", "photonPersistentDisk", "portworxVolume", "azureDisk", "storageos", "projected", "scaleIO", "csi", "ephemeral", "image")
SPELT = {"cephfs": "cephFS", "downwardAPI": "downwarAPI"}
"""How Kubernetes writes a kind in the message that there is more than one."""
HOST_PATH_TYPES = ("", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket")
TOKEN_SECONDS_MIN, TOKEN_SECONDS_MAX = 600, 1 << 32


def volumes(field: str, found: Sequence[Doc], pod: str) -> Causes:
    """All volumes; `pod` is the pod's name, or nothing in a template."""
    names: set[str] = set()
    for index, volume in enumerate(found):
        place, name = f"{field}[{index}]", volume.get("name", "")
        causes = list(_source(place, volume, pod))
        if not name:
            causes.append(required(f"{place}.name"))
        else:
            causes += dns_label(f"{place}.name", name)
        if name in names:
            causes.append(duplicate(f"{place}.name", name))
        if not causes:
            names.add(name)
        yield from causes


def known(found: Sequence[Doc]) -> dict[str, Doc]:
    """Return the volumes that containers may mount, by name: those without fault."""
    return {volume.get("name", ""): volume for index, volume in enumerate(found) if volume.get("name") and not list(_source("", volume, ""))}


def _source(field: str, volume: Doc, pod: str) -> Causes:
    given = [kind for kind in KINDS if volume.get(kind) is not None]
    for place, kind in enumerate(given):
        if place:
            yield not_allowed(f"{field}.{SPELT.get(kind, kind)}", "may not specify more than 1 volume type")
        elif kind in CHECKS:
            yield from CHECKS[kind](f"{field}.{kind}", volume[kind])
    if not given:
        yield required(field, "must specify a volume type")
    if given[:1] == ["ephemeral"] and pod and volume.get("name"):
        claim = f"{pod}-{volume['name']}"
        yield from (bad_value(f"{field}.name", volume["name"], f'PVC name "{claim}": {fault}') for fault in subdomain_faults(claim))


def _empty_dir(field: str, found: Doc) -> Causes:
    limit = found.get("sizeLimit")
    if limit is not None and is_quantity(limit) and amount(limit) < 0:
        yield not_allowed(f"{field}.sizeLimit", "SizeLimit field must be a valid resource quantity")


def _host_path(field: str, found: Doc) -> Causes:
    if not found.get("path"):
        yield required(f"{field}.path")
        return
    yield from no_backsteps(f"{field}.path", found["path"])
    if found.get("type") not in (None, *HOST_PATH_TYPES):
        yield unsupported(f"{field}.type", found["type"], HOST_PATH_TYPES)


def _git(field: str, found: Doc) -> Causes:
    if not found.get("repository"):
        yield required(f"{field}.repository")
    yield from descending(f"{field}.directory", found.get("directory", ""))


def _items(field: str, items: Sequence[Doc]) -> Causes:
    for index, item in enumerate(items):
        place, path = f"{field}.items[{index}]", item.get("path", "")
        if not item.get("key"):
            yield required(f"{place}.key")
        if not path:
            yield required(f"{place}.path")
        yield from unreserved(f"{place}.path", path)
        yield from mode(f"{place}.mode", item.get("mode"))


def _keyed(name: str) -> Callable[[str, Doc], Causes]:
    def check(field: str, found: Doc) -> Causes:
        if not found.get(name):
            yield required(f"{field}.{name}")
        yield from mode(f"{field}.defaultMode", found.get("defaultMode"))
        yield from _items(field, found.get("items") or ())
    return check


def _needs(*names: str) -> Callable[[str, Doc], Causes]:
    def check(field: str, found: Doc) -> Causes:
        yield from (required(f"{field}.{name}") for name in names if not found.get(name))
    return check


def _nfs(field: str, found: Doc) -> Causes:
    yield from _needs("server", "path")(field, found)
    if not found.get("path", "").startswith("/"):
        yield bad_value(f"{field}.path", found.get("path", ""), "must be an absolute path")


def _file(field: str, found: Doc) -> Causes:
    """Models validateDownwardAPIVolumeFile."""
    path = found.get("path", "")
    if not path:
        yield required(f"{field}.path")
    yield from unreserved(f"{field}.path", path)
    if found.get("fieldRef") is not None:
        yield from field_ref(f"{field}.fieldRef", found["fieldRef"], VOLUME_FIELDS)
        if found.get("resourceFieldRef") is not None:
            yield bad_value(field, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously")
    elif found.get("resourceFieldRef") is not None:
        yield from resource_ref(f"{field}.resourceFieldRef", found["resourceFieldRef"], in_volume=True)
    else:
        yield required(field, "one of fieldRef and resourceFieldRef is required")
    yield from mode(f"{field}.mode", found.get("mode"))


def _downward(field: str, found: Doc) -> Causes:
    yield from mode(f"{field}.defaultMode", found.get("defaultMode"))
    for item in found.get("items") or ():
        yield from _file(field, item)


def _projected(field: str, found: Doc) -> Causes:
    """Models validateProjectionSources."""
    yield from mode(f"{field}.defaultMode", found.get("defaultMode"))
    paths: set[str] = set()
    for index, source in enumerate(found.get("sources") or ()):
        place = f"{field}.sources[{index}]"
        given = [kind for kind in ("secret", "configMap", "downwardAPI", "serviceAccountToken", "clusterTrustBundle", "podCertificate") if source.get(kind) is not None]
        for kind in given:
            part = source[kind]
            if kind in ("secret", "configMap"):
                yield from _needs("name")(f"{place}.{kind}", part)
                yield from _items(f"{place}.{kind}", part.get("items") or ())
            elif kind == "downwardAPI":
                for item in part.get("items") or ():
                    yield from _file(f"{place}.{kind}", item)
            elif kind == "serviceAccountToken":
                yield from _token(field, f"{place}.{kind}", part)
            for path in _paths(kind, part):
                if path in paths:
                    yield bad_value(field, part.get("name", "") if kind in ("secret", "configMap") else path, "conflicting duplicate paths")
                paths.add(path)
        if len(given) > 1:
            yield not_allowed(place, "may not specify more than 1 volume type per source")


def _paths(kind: str, part: Doc) -> list[str]:
    if kind == "clusterTrustBundle":
        return [part.get("path", "")]
    return [item["path"] for item in part.get("items") or () if item.get("path")]


def _token(field: str, place: str, found: Doc) -> Causes:
    seconds = found.get("expirationSeconds", TOKEN_SECONDS_MIN)
    if seconds < TOKEN_SECONDS_MIN:
        yield bad_value(f"{place}.expirationSeconds", seconds, "may not specify a duration less than 10 minutes")
    if seconds > TOKEN_SECONDS_MAX:
        yield bad_value(f"{place}.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds")
    if not found.get("path"):
        yield required(f"{field}.path")
    else:
        yield from unreserved(f"{field}.path", found["path"])


def csi_driver(field: str, name: str) -> Causes:
    """The name of a CSI driver. Models ValidateCSIDriverName."""
    if not name:
        yield required(field)
    if len(name) > 63:
        yield too_long(field, 63)
    yield from (bad_value(field, name, fault) for fault in subdomain_faults(name.lower()))


def _csi(field: str, found: Doc) -> Causes:
    yield from csi_driver(f"{field}.driver", found.get("driver", ""))
    secret = found.get("nodePublishSecretRef")
    if secret is not None:
        if not secret.get("name"):
            yield required(f"{field}.nodePublishSecretRef.name")
        else:
            yield from dns_subdomain(f"{field}.name", secret["name"])


def _ephemeral(field: str, found: Doc) -> Causes:
    from learnk8s.simulation.kubernetes.apiserver.storage.validation import claim_spec  # a claim's rules stand with those of storage, which needs these

    template = found.get("volumeClaimTemplate")
    if template is None:
        yield required(f"{field}.volumeClaimTemplate")
    else:
        yield from claim_spec(f"{field}.volumeClaimTemplate.spec", template.get("spec") or {})


def _image(field: str, found: Doc) -> Causes:
    if not found.get("reference"):
        yield required(f"{field}.reference")
    if found.get("pullPolicy") not in (None, "", "Always", "IfNotPresent", "Never"):
        yield unsupported(f"{field}.pullPolicy", found["pullPolicy"], ["Always", "IfNotPresent", "Never"])


CHECKS: dict[str, Callable[[str, Any], Causes]] = {
    "emptyDir": _empty_dir, "hostPath": _host_path, "gitRepo": _git, "secret": _keyed("secretName"), "configMap": _keyed("name"), "nfs": _nfs, "persistentVolumeClaim": _needs("claimName"), "downwardAPI": _downward, "projected": _projected,
    "csi": _csi, "ephemeral": _ephemeral, "image": _image, "gcePersistentDisk": _needs("pdName"), "awsElasticBlockStore": _needs("volumeID"), "iscsi": _needs("targetPortal", "iqn"), "glusterfs": _needs("endpoints", "path"),
    "rbd": _needs("monitors", "image"), "cinder": _needs("volumeID"), "cephfs": _needs("monitors"), "flexVolume": _needs("driver"), "azureFile": _needs("secretName", "shareName"), "vsphereVolume": _needs("volumePath"),
    "photonPersistentDisk": _needs("pdID"), "portworxVolume": _needs("volumeID"), "azureDisk": _needs("diskName", "diskURI"), "scaleIO": _needs("gateway", "system", "volumeName"), "storageos": _needs("volumeName"),
}


def mounts(field: str, container: Doc, offered: dict[str, Doc]) -> Causes:
    """Where a container mounts volumes."""
    devices = {device.get("name", ""): device.get("devicePath", "") for device in container.get("volumeDevices") or ()}
    paths: set[str] = set()
    for index, mount in enumerate(container.get("volumeMounts") or ()):
        place, name, path = f"{field}[{index}]", mount.get("name", ""), mount.get("mountPath", "")
        if not name:
            yield required(f"{place}.name")
        if name not in offered:
            yield missing(f"{place}.name", name)
        if not path:
            yield required(f"{place}.mountPath")
        if path in paths:
            yield bad_value(f"{place}.mountPath", path, "must be unique")
        paths.add(path)
        if name in devices:
            yield bad_value(f"{place}.name", name, "must not already exist in volumeDevices")
        if path in devices.values():
            yield bad_value(f"{place}.mountPath", path, "must not already exist as a path in volumeDevices")
        yield from _sub_paths(field, place, mount)
        yield from _propagation(field, mount, container)


def _sub_paths(field: str, place: str, mount: Doc) -> Causes:
    if mount.get("subPath"):
        yield from descending(f"{field}.subPath", mount["subPath"])
    if mount.get("subPathExpr"):
        if mount.get("subPath"):
            yield bad_value(f"{place}.subPathExpr", mount["subPathExpr"], "subPathExpr and subPath are mutually exclusive")
        yield from descending(f"{field}.subPathExpr", mount["subPathExpr"])


def _propagation(field: str, mount: Doc, container: Doc) -> Causes:
    how, place = mount.get("mountPropagation"), f"{field}.mountPropagation"
    if how not in (None, "Bidirectional", "HostToContainer", "None"):
        yield unsupported(place, how, ["Bidirectional", "HostToContainer", "None"])
    if how == "Bidirectional" and not (container.get("securityContext") or {}).get("privileged"):
        yield not_allowed(place, "Bidirectional mount propagation is available only to privileged containers")
    recursive, place = mount.get("recursiveReadOnly"), f"{field}.recursiveReadOnly"
    if recursive in ("Enabled", "IfPossible"):
        if not mount.get("readOnly"):
            yield not_allowed(place, "may only be specified when readOnly is true")
        if how not in (None, "None"):
            yield not_allowed(place, "may only be specified when mountPropagation is None or not specified")
    elif recursive not in (None, "Disabled"):
        yield unsupported(place, recursive, ["Disabled", "Enabled", "IfPossible"])


def devices(field: str, container: Doc, offered: dict[str, Doc]) -> Causes:
    """Which claims a container sees as raw devices."""
    mounted = {mount.get("name", ""): mount.get("mountPath", "") for mount in container.get("volumeMounts") or ()}
    names: set[str] = set()
    paths: set[str] = set()
    for index, device in enumerate(container.get("volumeDevices") or ()):
        place, name, path = f"{field}[{index}]", device.get("name", ""), device.get("devicePath", "")
        if not name:
            yield required(f"{place}.name")
        if name in names:
            yield bad_value(f"{place}.name", name, "must be unique")
        if name not in offered:
            yield missing(f"{place}.name", name)
        elif "persistentVolumeClaim" not in offered[name] and "ephemeral" not in offered[name]:
            yield bad_value(f"{place}.name", name, "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode")
        if not path:
            yield required(f"{place}.devicePath")
        if path in paths:
            yield bad_value(f"{place}.devicePath", path, "must be unique")
        if ".." in path.split("/"):
            yield bad_value(f"{place}.devicePath", path, "can not contain backsteps ('..')")
        paths.add(path)
        if name in mounted:
            yield bad_value(f"{place}.name", name, "must not already exist in volumeMounts")
        if path in mounted.values():
            yield bad_value(f"{place}.devicePath", path, "must not already exist as a path in volumeMounts")
        names |= {name} - {""}
