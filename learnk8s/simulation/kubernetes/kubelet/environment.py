"""The environment of a container: variables from everywhere, and what is missing for it to start.

Models pkg/kubelet/kubelet_pods.go: makeEnvironmentVariables (1.36).
"""

import re
from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any

from learnk8s.simulation.kubernetes.kubelet.runtime import PodRecord
from learnk8s.simulation.kubernetes.objects.document import Doc, dig
from learnk8s.simulation.kubernetes.store.store import Store

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


NO_VARIABLES: dict[str, str] = {}


def filled(text: str, variables: dict[str, str]) -> str:
    """Return a text with `$(NAME)` filled in; an unknown name stays."""
    return re.sub(r"\$\(([A-Za-z_][\w.-]*)\)", lambda found: variables.get(found[1], found[0]), text)


READ_BY_IMAGES = frozenset(("API_HOST", "DATABASE_HOST", "ECHO_TEXT"))
"""What the programs of the simulated registry read of their environment."""


def mentioned(arguments: Sequence[str], variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that a shell script among the arguments can see by name, and those that the registry's programs read.

    >>> mentioned(["sh", "-c", "echo $NAME"], {"NAME": "x", "HOME": "/root"})
    {'NAME': 'x'}
    """
    names = {name for word in arguments if "$" in word for name in re.findall(r"\$\{?([A-Za-z_]\w*)", word)}
    return {name: value for name, value in variables.items() if name in names or name in READ_BY_IMAGES} or NO_VARIABLES


def variables(pod: Doc, container: Doc, record: PodRecord, store: Store) -> dict[str, str]:
    """Return the variables of a container in the order in which `env` lists them."""
    found = {"PATH": PATH, "HOSTNAME": record.name, **_services(record.namespace, store)}
    for source in container.get("envFrom") or ():
        for kind, resource in (("configMapRef", "configmaps"), ("secretRef", "secrets")):
            if kind in source:
                found.update({source.get("prefix", "") + key: value for key, value in values(resource, source[kind].get("name", ""), record.namespace, store).items()})
    for entry in container.get("env") or ():
        value = filled(entry.get("value") or "", found) if "valueFrom" not in entry else _from(entry["valueFrom"], pod, record, container, store)
        if value is not None:
            found[entry["name"]] = value
    found["HOME"] = "/root"
    return found


def _services(namespace: str, store: Store) -> dict[str, str]:
    found = {}
    services = [service for service in store.list("services") if service["metadata"]["namespace"] == namespace or (service["metadata"]["namespace"], service["metadata"]["name"]) == ("default", "kubernetes")]
    for service in services:
        address, ports = service["spec"].get("clusterIP"), service["spec"].get("ports") or ()
        if not address or address == "None" or not ports:
            continue
        name = service["metadata"]["name"].upper().replace("-", "_")
        first, protocol = ports[0]["port"], ports[0].get("protocol", "TCP").lower()
        found.update({f"{name}_SERVICE_HOST": address, f"{name}_SERVICE_PORT": str(first), f"{name}_PORT": f"{protocol}://{address}:{first}",
                      f"{name}_PORT_{first}_{protocol.upper()}": f"{protocol}://{address}:{first}", f"{name}_PORT_{first}_{protocol.upper()}_ADDR": address})
    return found


def values(resource: str, name: str, namespace: str, store: Store) -> dict[str, str]:
    """Return the keys and plain values of a ConfigMap or Secret; nothing if it does not exist."""
    doc = store.get(resource, namespace, name)
    if doc is None:
        return {}
    table: dict[str, str] = doc.get("data") or {}
    return {key: b64decode(value).decode(errors="replace") for key, value in table.items()} if resource == "secrets" else dict(table)


def _from(source: Doc, pod: Doc, record: PodRecord, container: Doc, store: Store) -> str | None:
    for kind, resource in (("configMapKeyRef", "configmaps"), ("secretKeyRef", "secrets")):
        if kind in source:
            return values(resource, source[kind].get("name", ""), record.namespace, store).get(source[kind].get("key", ""))
    if "fieldRef" in source:
        return _field(source["fieldRef"].get("fieldPath", ""), pod, record)
    if "resourceFieldRef" in source:
        table, _, key = source["resourceFieldRef"].get("resource", "").partition(".")
        return str(dig(container.get("resources") or {}, table, key, default="0"))
    return None


def _field(path: str, pod: Doc, record: PodRecord) -> str:
    own: dict[str, Any] = {"status.podIP": record.ip, "status.podIPs": record.ip, "spec.nodeName": record.node, "metadata.name": record.name, "metadata.namespace": record.namespace, "metadata.uid": record.uid,
                           "spec.serviceAccountName": pod["spec"].get("serviceAccountName", "default"), "status.hostIP": dig(pod, "status", "hostIP", default="")}
    found = re.fullmatch(r"metadata\.(labels|annotations)\['([^']+)'\]", path)
    return str((pod["metadata"].get(found[1]) or {}).get(found[2], "")) if found else str(own.get(path, ""))


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


def missing_volume(pod: Doc, store: Store) -> str:
    """Return the message of a volume that cannot be mounted, or ""."""
    for volume in pod["spec"].get("volumes") or ():
        for kind, resource, key, word in (("configMap", "configmaps", "name", "configmap"), ("secret", "secrets", "secretName", "secret")):
            source = volume.get(kind)
            if source and not source.get("optional") and store.get(resource, pod["metadata"]["namespace"], source.get(key, "")) is None:
                return f'MountVolume.SetUp failed for volume "{volume["name"]}" : {word} "{source.get(key, "")}" not found'
    return ""
