"""The environment of a container: variables from everywhere, and what is missing for it to start.

Models pkg/kubelet/kubelet_pods.go: makeEnvironmentVariables (1.36).
"""

import re
from collections.abc import Callable, Mapping

from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kubernetes.kubelet.fields import field_of, filled, resource_of
from learnk8s.simulation.kubernetes.kubelet.runtime import ContainerRecord, PodRecord
from learnk8s.simulation.kubernetes.kubelet.volumes import allocatable_of, values
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Store

NO_VARIABLES: dict[str, str] = {}
"""Shared by all containers whose spec sets none."""
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def own_variables(pod: Doc, container: Doc, record: PodRecord, store: Store, before: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that the container's spec sets; `before` are those that `$(NAME)` can mention besides."""
    own: dict[str, str] = {}
    for source in container.get("envFrom") or ():
        for kind, resource in (("configMapRef", "configmaps"), ("secretRef", "secrets")):
            if kind in source:
                own.update({source.get("prefix", "") + key: value for key, value in values(resource, source[kind].get("name", ""), record.namespace, store).items()})
    for entry in container.get("env") or ():
        value = filled(entry.get("value") or "", {**before, **own}) if "valueFrom" not in entry else _from(entry["valueFrom"], pod, record, container, store)
        if value is not None:
            own[entry["name"]] = value
    return own


def variables(pod: Doc, container: Doc, record: PodRecord, store: Store) -> dict[str, str]:
    """Return the variables of a container that starts now, in the order in which `env` lists them."""
    found = {"PATH": PATH, "HOSTNAME": host_name(pod), **_services(pod, record.namespace, store)}
    found.update(own_variables(pod, container, record, store, found))
    found["HOME"] = found.get("HOME", "/root")
    return found


def running_variables(pod: Doc, record: PodRecord, entry: ContainerRecord, store: Store, image: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of a process that runs: those that it was started with, whatever was changed since."""
    found = {"PATH": PATH, "HOSTNAME": host_name(pod), **image, **_services(pod, record.namespace, store, started_ms=entry.started_ms), **{name: value for name, value in entry.variables.items() if not name.startswith("\0")}}
    found["HOME"] = found.get("HOME", "/root")
    return found


def host_name(pod: Doc) -> str:
    """Return what a pod believes to be called: its hostname, else its name, cut to 63 letters; on the host's network the node's.

    Models GeneratePodHostNameAndDomain.
    """
    spec = pod["spec"]
    if spec.get("hostnameOverride"):
        return str(spec["hostnameOverride"])
    if spec.get("hostNetwork"):
        return str(spec.get("nodeName", ""))
    name = short_name(pod)
    return f"{name}.{spec['subdomain']}.{pod['metadata']['namespace']}.svc.cluster.local" if spec.get("setHostnameAsFQDN") and spec.get("subdomain") else name


def short_name(pod: Doc) -> str:
    """Return a pod's hostname without its domain."""
    return str(pod["spec"].get("hostname") or pod["metadata"]["name"])[:63].rstrip("-.")


def _services(pod: Doc, namespace: str, store: Store, started_ms: int | None = None) -> dict[str, str]:
    """Models makeEnvironmentVariables: services that exist when the container starts; only the API server's without enableServiceLinks."""
    found: dict[str, str] = {}
    links = pod["spec"].get("enableServiceLinks", True)
    for service in store.list("services"):
        place = (service["metadata"]["namespace"], service["metadata"]["name"])
        if place != ("default", "kubernetes") and not (links and place[0] == namespace):
            continue
        if started_ms is not None and Clock.since_epoch_ms(service["metadata"]["creationTimestamp"]) > started_ms:
            continue
        address, ports = service["spec"].get("clusterIP"), service["spec"].get("ports") or ()
        if not address or address == "None" or not ports:
            continue
        name = place[1].upper().replace("-", "_")
        first, protocol = ports[0]["port"], ports[0].get("protocol", "TCP").lower()
        found.update({f"{name}_SERVICE_HOST": address, f"{name}_SERVICE_PORT": str(first)})
        found.update({f"{name}_SERVICE_PORT_{port['name'].upper().replace('-', '_')}": str(port["port"]) for port in ports if port.get("name")})
        found[f"{name}_PORT"] = f"{protocol}://{address}:{first}"
        for port in ports:
            number, protocol = port["port"], port.get("protocol", "TCP").lower()
            start = f"{name}_PORT_{number}_{protocol.upper()}"
            found.update({start: f"{protocol}://{address}:{number}", f"{start}_PROTO": protocol, f"{start}_PORT": str(number), f"{start}_ADDR": address})
    return found


def _from(source: Doc, pod: Doc, record: PodRecord, container: Doc, store: Store) -> str | None:
    for kind, resource in (("configMapKeyRef", "configmaps"), ("secretKeyRef", "secrets")):
        if kind in source:
            return values(resource, source[kind].get("name", ""), record.namespace, store).get(source[kind].get("key", ""))
    if "fieldRef" in source:
        return field_of(source["fieldRef"].get("fieldPath", ""), pod, record)
    if "resourceFieldRef" in source:
        reference = source["resourceFieldRef"]
        named = next((item for item in pod["spec"]["containers"] if item["name"] == reference.get("containerName")), container)
        return resource_of(reference, named, allocatable_of(record.node, store))
    return None


def unfit_mount(container: Doc, variables: Mapping[str, str]) -> str:
    """Return why a mount's subPath cannot be, once its variables are filled in, or "". Models pkg/kubelet/kubelet_pods.go: makeMounts."""
    for mount in container.get("volumeMounts") or ():
        wanted = mount.get("subPathExpr") or ""
        path = filled(wanted, variables)
        if (unknown := re.search(r"\$\(([^)]*)\)", path)) and wanted:
            return f'missing value for "{unknown[1]}"'
        if path.startswith("/"):
            return f"error SubPath `{path}` must not be an absolute path"
        if ".." in path.split("/"):
            return f"unable to provision SubPath `{path}`: must not contain '..'"
    return ""


def missing_reference(container: Doc, namespace: str, store: Store) -> str:
    """Return what the container's environment asks for and is not there, as the kubelet words it, or ""."""
    for entry in container.get("env") or ():
        source = entry.get("valueFrom") or {}
        for kind, resource, word in (("configMapKeyRef", "configmaps", "configmap"), ("secretKeyRef", "secrets", "secret")):
            reference = source.get(kind)
            if reference and not reference.get("optional"):
                if store.get(resource, namespace, reference.get("name", "")) is None:
                    return f'{word} "{reference.get("name", "")}" not found'
                if reference.get("key") not in values(resource, reference["name"], namespace, store):
                    return f"couldn't find key {reference.get('key')} in {'ConfigMap' if word == 'configmap' else 'Secret'} {namespace}/{reference['name']}"
    for source in container.get("envFrom") or ():
        for kind, resource, word in (("configMapRef", "configmaps", "configmap"), ("secretRef", "secrets", "secret")):
            reference = source.get(kind)
            if reference and not reference.get("optional") and store.get(resource, namespace, reference.get("name", "")) is None:
                return f'{word} "{reference.get("name", "")}" not found'
    return ""


def missing_volume(pod: Doc, store: Store, has_folder: Callable[[str], bool | None] = lambda path: True) -> str:
    """Return the message of a volume that cannot be mounted, or "".

    `has_folder` says of a path on the node whether it is a folder, None for nothing there.
    """
    namespace = pod["metadata"]["namespace"]
    for volume in pod["spec"].get("volumes") or ():
        parts = [volume, *((volume.get("projected") or {}).get("sources") or ())]
        for part in parts:
            why = _missing_source(part, namespace, store)
            if why:
                return f'MountVolume.SetUp failed for volume "{volume["name"]}" : {why}'
        host = volume.get("hostPath") or {}
        if host.get("type") in ("Directory", "File", "Socket", "CharDevice", "BlockDevice"):
            found = has_folder(host.get("path", "/"))
            if found is not (host["type"] == "Directory"):
                wanted = {"Directory": "directory", "File": "file", "Socket": "socket", "CharDevice": "character device", "BlockDevice": "block device"}[host["type"]]
                return f'MountVolume.SetUp failed for volume "{volume["name"]}" : hostPath type check failed: {host.get("path", "/")} is not a {wanted}'
    return ""


def _missing_source(part: Doc, namespace: str, store: Store) -> str:
    for kind, resource, word, key_word in (("configMap", "configmaps", "configmap", "config key"), ("secret", "secrets", "secret", "secret key")):
        source = part.get(kind)
        if not source or source.get("optional"):
            continue
        name = source.get("secretName") or source.get("name", "")
        if store.get(resource, namespace, name) is None:
            return f'{word} "{name}" not found'
        table = values(resource, name, namespace, store)
        absent = next((item["key"] for item in source.get("items") or () if item["key"] not in table), None)
        if absent is not None:
            return f"references non-existent {key_word}: {absent}"
    return ""
