"""Containers, volumes and pod templates in descriptions."""

import re
from typing import Any

from learnk8s.simulation.kernel.quantities import millis, whole
from learnk8s.simulation.kubernetes.kubectl.describers.lines import long_time
from learnk8s.simulation.kubernetes.objects.document import Doc


def template_lines(template: Doc) -> list[str]:
    """Return a pod template, indented, with tabs where columns are."""
    metadata, spec = template.get("metadata") or {}, template["spec"]
    lines = [*_words("  Labels", metadata.get("labels"), "="), *(_words("  Annotations", metadata.get("annotations"), ": ") if metadata.get("annotations") else [])]
    if spec.get("serviceAccountName"):
        lines.append(f"  Service Account:\t{spec['serviceAccountName']}")
    if spec.get("initContainers"):
        lines.extend(containers("Init Containers", spec["initContainers"], {}, "  "))
    lines.extend(containers("Containers", spec.get("containers") or [], {}, "  "))
    lines.extend(volumes(spec.get("volumes") or [], "  "))
    lines.extend(_words("  Node-Selectors", spec.get("nodeSelector"), "="))
    lines.extend(tolerations(spec.get("tolerations") or [], "  "))
    return lines


def _words(name: str, words: dict[str, str] | None, separator: str) -> list[str]:
    pairs = [f"{key}{separator}{value}" for key, value in sorted((words or {}).items())] or ["<none>"]
    return [f"{name}:\t{pairs[0]}", *(f"\t{pair}" for pair in pairs[1:])]


def containers(title: str, found: list[Doc], statuses: dict[str, Doc], indent: str, pod: Doc | None = None) -> list[str]:
    """Return a list of containers with what their statuses say; `pod` is the one that they are in."""
    lines = [f"{indent}{title}:"]
    for container in found:
        lines.append(f"{indent} {container['name']}:" if indent else f"  {container['name']}:")
        inner = f"{indent}  " if indent else "    "
        lines.extend(inner + line for line in _container(container, statuses.get(container["name"]), pod))
    return lines


def _container(container: Doc, status: Doc | None, pod: Doc | None) -> list[str]:
    lines = []
    if status is not None:
        lines.append(f"Container ID:\t{status.get('containerID', '')}")
    lines.append(f"Image:\t{container.get('image', '')}")
    if status is not None:
        lines.append(f"Image ID:\t{status.get('imageID', '')}")
    lines.extend(_ports(container.get("ports") or []))
    for key, title in (("command", "Command"), ("args", "Args")):
        if container.get(key):
            lines.append(f"{title}:")
            lines.extend(f"  {word}" for text in container[key] for word in text.split("\n"))
    if status is not None:
        lines.extend(_state("State", status.get("state") or {}))
        if status.get("lastState"):
            lines.extend(_state("Last State", status["lastState"]))
        lines.append(f"Ready:\t{bool(status.get('ready'))}")
        lines.append(f"Restart Count:\t{status.get('restartCount', 0)}")
    resources = container.get("resources") or {}
    for key in ("limits", "requests"):
        if resources.get(key):
            lines.append(f"{key.title()}:")
            lines.extend(f"  {name}:\t{value}" for name, value in sorted(resources[key].items()))
    for key, title in (("livenessProbe", "Liveness"), ("readinessProbe", "Readiness"), ("startupProbe", "Startup")):
        if container.get(key):
            lines.append(f"{title}:\t{_probe(container[key])}")
    lines.extend(_environment(container, pod))
    mounts = sorted(container.get("volumeMounts") or [], key=lambda mount: mount["mountPath"])
    lines.append("Mounts:\t<none>" if not mounts else "Mounts:")
    lines.extend(f"  {mount['mountPath']} from {mount['name']} ({'ro' if mount.get('readOnly') else 'rw'}{',path=' + chr(34) + mount['subPath'] + chr(34) if mount.get('subPath') else ''})" for mount in mounts)
    return lines


def _ports(ports: list[Doc]) -> list[str]:
    shown = [f"{port['containerPort']}/{port.get('protocol', 'TCP')}" + (f" ({port['name']})" if port.get("name") else "") for port in ports]
    hosts = [f"{port.get('hostPort', 0)}/{port.get('protocol', 'TCP')}" + (f" ({port['name']})" if port.get("name") else "") for port in ports]
    many = "s" if len(ports) > 1 else ""
    return [f"Port{many}:\t{', '.join(shown) or '<none>'}", f"Host Port{many}:\t{', '.join(hosts) or '<none>'}"]


def _state(title: str, state: Doc) -> list[str]:
    if "running" in state:
        return [f"{title}:\tRunning", f"  Started:\t{long_time(state['running'].get('startedAt'))}"]
    if "terminated" in state:
        ended = state["terminated"]
        lines = [f"{title}:\tTerminated"]
        if ended.get("reason"):
            lines.append(f"  Reason:\t{ended['reason']}")
        if ended.get("message"):
            lines.append(f"  Message:\t{ended['message']}")
        return [*lines, f"  Exit Code:\t{ended.get('exitCode', 0)}", f"  Started:\t{long_time(ended.get('startedAt'))}", f"  Finished:\t{long_time(ended.get('finishedAt'))}"]
    waiting = state.get("waiting") or {}
    return [f"{title}:\tWaiting", *([f"  Reason:\t{waiting['reason']}"] if waiting.get("reason") else [])]


def _probe(probe: Doc) -> str:
    attributes = f"delay={probe.get('initialDelaySeconds', 0)}s timeout={probe.get('timeoutSeconds', 1)}s period={probe.get('periodSeconds', 10)}s #success={probe.get('successThreshold', 1)} #failure={probe.get('failureThreshold', 3)}"
    if "exec" in probe:
        return f"exec [{' '.join(probe['exec'].get('command') or [])}] {attributes}"
    if "httpGet" in probe:
        get = probe["httpGet"]
        return f"http-get {get.get('scheme', 'HTTP').lower()}://{get.get('host', '')}:{get.get('port')}{get.get('path', '/')} {attributes}"
    if "tcpSocket" in probe:
        return f"tcp-socket {probe['tcpSocket'].get('host', '')}:{probe['tcpSocket'].get('port')} {attributes}"
    return f"grpc <pod>:{(probe.get('grpc') or {}).get('port')} {(probe.get('grpc') or {}).get('service') or ''} {attributes}"


def _environment(container: Doc, pod: Doc | None) -> list[str]:
    lines = []
    if container.get("envFrom"):
        lines.append("Environment Variables from:")
        for source in container["envFrom"]:
            kind = "ConfigMap" if "configMapRef" in source else "Secret"
            reference = source.get("configMapRef") or source.get("secretRef") or {}
            prefix = f" with prefix '{source['prefix']}'" if source.get("prefix") else ""
            lines.append(f"  {reference.get('name')}\t{kind}{prefix}\tOptional: {str(bool(reference.get('optional'))).lower()}")
    if not container.get("env"):
        return [*lines, "Environment:\t<none>"]
    return [*lines, "Environment:", *(f"  {entry['name']}:\t{_value(entry, container, pod)}" for entry in container["env"])]


def _own(pod: Doc | None, path: str) -> str:
    """Return what a field of the pod is, as far as kubectl finds it. Models describe.go: EnvValueRetriever."""
    if pod is None:
        return ""
    metadata = pod["metadata"]
    found = re.fullmatch(r"metadata\.(labels|annotations)\['(.+)'\]", path)
    if found:
        return str((metadata.get(found[1]) or {}).get(found[2], ""))
    return str(metadata.get(path.removeprefix("metadata.")) or "") if path in ("metadata.name", "metadata.namespace", "metadata.uid") else ""


def _amount(container: Doc, reference: Doc) -> str:
    """Return a container's own resources, counted in the divisor. Models ExtractContainerResourceValue (1.36)."""
    part, _, name = str(reference.get("resource", "")).partition(".")
    found = ((container.get("resources") or {}).get(part) or {}).get(name)
    if found is None:
        return "node allocatable" if part == "limits" and name in ("cpu", "memory") else "0"
    divisor = str(reference.get("divisor") or "1")
    one, unit = (millis(found), millis(divisor if divisor != "0" else "1")) if name == "cpu" else (whole(found), whole(divisor if divisor != "0" else "1"))
    return str(-(-one // max(unit, 1)))


def _value(entry: Doc, container: Doc, pod: Doc | None) -> str:
    source: dict[str, Any] = entry.get("valueFrom") or {}
    if "configMapKeyRef" in source:
        reference = source["configMapKeyRef"]
        return f"<set to the key '{reference.get('key')}' of config map '{reference.get('name')}'>\tOptional: {str(bool(reference.get('optional'))).lower()}"
    if "secretKeyRef" in source:
        reference = source["secretKeyRef"]
        return f"<set to the key '{reference.get('key')}' in secret '{reference.get('name')}'>\tOptional: {str(bool(reference.get('optional'))).lower()}"
    if "fieldRef" in source:
        return f"{_own(pod, str(source['fieldRef'].get('fieldPath')))} (v1:{source['fieldRef'].get('fieldPath')})"
    if "resourceFieldRef" in source:
        return f"{_amount(container, source['resourceFieldRef'])} ({source['resourceFieldRef'].get('resource')})"
    return str(entry.get("value", ""))


def volumes(found: list[Doc], indent: str) -> list[str]:
    """Return the volumes of a pod."""
    if not found:
        return [f"{indent}Volumes:\t<none>"]
    lines = [f"{indent}Volumes:"]
    for volume in found:
        lines.append(f"{indent}  {volume['name']}:" if not indent else f"{indent} {volume['name']}:")
        lines.extend(f"{indent}    {line}" if not indent else f"{indent}  {line}" for line in _volume(volume))
    return lines


ACCESS = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}


def _volume(volume: Doc) -> list[str]:
    if "configMap" in volume:
        return ["Type:\tConfigMap (a volume populated by a ConfigMap)", f"Name:\t{volume['configMap'].get('name')}", f"Optional:\t{str(bool(volume['configMap'].get('optional'))).lower()}"]
    if "secret" in volume:
        return ["Type:\tSecret (a volume populated by a Secret)", f"SecretName:\t{volume['secret'].get('secretName')}", f"Optional:\t{str(bool(volume['secret'].get('optional'))).lower()}"]
    if "emptyDir" in volume:
        empty = volume["emptyDir"]
        return ["Type:\tEmptyDir (a temporary directory that shares a pod's lifetime)", f"Medium:\t{empty.get('medium', '')}", f"SizeLimit:\t{empty.get('sizeLimit', '<unset>')}"]
    if "projected" in volume:
        lines = ["Type:\tProjected (a volume that contains injected data from multiple sources)"]
        for source in volume["projected"].get("sources") or ():
            if "serviceAccountToken" in source:
                lines.append(f"TokenExpirationSeconds:\t{source['serviceAccountToken'].get('expirationSeconds')}")
            elif "configMap" in source:
                lines.extend([f"ConfigMapName:\t{source['configMap'].get('name')}", f"Optional:\t{str(bool(source['configMap'].get('optional'))).lower()}"])
            elif "downwardAPI" in source:
                lines.append("DownwardAPI:\ttrue")
        return lines
    if "hostPath" in volume:
        return ["Type:\tHostPath (bare host directory volume)", f"Path:\t{volume['hostPath'].get('path')}", f"HostPathType:\t{volume['hostPath'].get('type', '')}"]
    if "persistentVolumeClaim" in volume:
        claim = volume["persistentVolumeClaim"]
        return ["Type:\tPersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)", f"ClaimName:\t{claim.get('claimName')}", f"ReadOnly:\t{str(bool(claim.get('readOnly'))).lower()}"]
    if "downwardAPI" in volume:
        return ["Type:\tDownwardAPI (a volume populated by information about the pod)", "Items:", *(f"  {item['fieldRef'].get('fieldPath')} -> {item.get('path')}" if "fieldRef" in item else f"  {item['resourceFieldRef'].get('resource')} -> {item.get('path')}" for item in volume["downwardAPI"].get("items") or ())]
    if "nfs" in volume:
        return ["Type:\tNFS (an NFS mount that lasts the lifetime of a pod)", f"Server:\t{volume['nfs'].get('server')}", f"Path:\t{volume['nfs'].get('path')}", f"ReadOnly:\t{str(bool(volume['nfs'].get('readOnly'))).lower()}"]
    if "ephemeral" in volume:
        spec = volume["ephemeral"].get("volumeClaimTemplate", {}).get("spec", {})
        return ["Type:\tEphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)", f"StorageClass:\t{spec.get('storageClassName', '')}", "Volume:\t", f"Capacity:\t{spec.get('resources', {}).get('requests', {}).get('storage', '')}", f"Access Modes:\t{','.join(ACCESS.get(mode, mode) for mode in spec.get('accessModes') or ())}"]
    kind = next((key for key in volume if key != "name"), "")
    return [f"Type:\t{kind}"]


def tolerations(found: list[Doc], indent: str) -> list[str]:
    """Return tolerations as kubectl writes them."""
    shown = []
    for entry in found:
        text = entry.get("key", "")
        if entry.get("value"):
            text += f"={entry['value']}"
        if entry.get("effect"):
            text += f":{entry['effect']}"
        if entry.get("operator") == "Exists":
            text += " op=Exists"
        if entry.get("tolerationSeconds") is not None:
            text += f" for {entry['tolerationSeconds']}s"
        shown.append(text)
    shown = sorted(shown) or ["<none>"]
    return [f"{indent}Tolerations:\t{shown[0]}", *(f"{indent}\t{text}" for text in shown[1:])]
