"""`kubectl debug`: a container beside those of a pod, a copy of a pod, or a pod on a node. Models kubectl/pkg/cmd/debug (1.36).

A profile says what the debugging container may do, and how much of the host a pod on a node sees; `--custom` changes the container further.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from learnk8s.simulation.kernel import yaml
from learnk8s.simulation.kubernetes.apiserver.patches import strategic_merge
from learnk8s.simulation.kubernetes.kubectl.client import Call, Target, meant
from learnk8s.simulation.kubernetes.kubectl.flags import Usage
from learnk8s.simulation.kubernetes.kubectl.verbs.attaching import attached
from learnk8s.simulation.kubernetes.kubectl.verbs.look import PODS
from learnk8s.simulation.kubernetes.objects.document import Doc

SEE = "\nSee 'kubectl debug -h' for help and examples"


@dataclass(frozen=True, slots=True)
class Profile:
    """What a debugging container may do in a pod and on a node, and whether a pod on a node shares the host's namespaces and sees its files."""

    in_pod: Mapping[str, Any]
    on_node: Mapping[str, Any]
    host_namespaces: bool = True
    host_files: bool = True


PTRACE = {"capabilities": {"add": ["SYS_PTRACE"]}}
NETWORK = {"capabilities": {"add": ["NET_ADMIN", "NET_RAW"]}}
RESTRICTED = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}, "runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
PRIVILEGED = {"privileged": True}
PROFILES = {
    "legacy": Profile({}, {}), "general": Profile(PTRACE, {}), "baseline": Profile({}, {}, host_namespaces=False, host_files=False), "restricted": Profile(RESTRICTED, RESTRICTED, host_namespaces=False, host_files=False),
    "netadmin": Profile(NETWORK, NETWORK, host_files=False), "sysadmin": Profile(PRIVILEGED, PRIVILEGED),
}
LEGACY = '--profile=legacy is deprecated and planned to be removed in v1.39. It is recommended to specify other profile, for example "--profile=general".\n'
NON_ROOT = 'Warning: Non-root user is configured for the entire target Pod, and some capabilities granted by debug profile may not work. Please consider using "--custom" with a custom profile that specifies "securityContext.runAsUser: 0".\n'
NOT_CUSTOM = ("name", "command", "image", "lifecycle", "volumeDevices")
KEPT = {"keep-liveness": "livenessProbe", "keep-readiness": "readinessProbe", "keep-startup": "startupProbe"}
"""Flags that keep a probe of the copied pod."""


def debug(call: Call) -> Any:
    """Debug each of the things that are named; join the last container if that is asked."""
    parsed = call.parsed
    images = _images(call)
    if not parsed.words and not parsed.all("filename"):
        raise Usage(f"error: NAME or filename is required for debug{SEE}" if parsed.get("image") else "error: you must specify --image when not using --copy-to.")
    if not parsed.get("image") and not parsed.get("copy-to"):
        raise Usage("error: you must specify --image when not using --copy-to.")
    for flag in ("same-node", "replace"):
        if parsed.has(flag) and not parsed.get("copy-to"):
            raise Usage(f"error: --{flag} may only be used with --copy-to.")
    profile = PROFILES.get(parsed.get("profile", "general"))
    if profile is None:
        raise Usage(f"error: unknown profile: {parsed.get('profile')}")
    if parsed.get("profile") == "legacy":
        call.err.append(LEGACY)
    custom = _custom(call)
    if parsed.get("target") and not parsed.has("quiet"):
        call.err.append(f'Targeting container "{parsed.get("target")}". If you don\'t see processes from this container it may be because the container runtime doesn\'t support this feature.\n')
    shown: Any = None
    for target in _targets(call):
        doc = call.get(target.kind, target.name)
        if target.kind.kind == "Node":
            shown = _on_node(call, doc, profile, custom)
        elif target.kind.kind == "Pod":
            shown = _copied(call, doc, profile, custom, images) if parsed.get("copy-to") else _beside(call, doc, profile, custom)
        else:
            raise Usage(f'error: "{doc["apiVersion"]}, Kind={doc["kind"]}" not supported by debug')
    return shown


def _targets(call: Call) -> list[Target]:
    """Return what is meant; a word without a kind is a pod."""
    words = call.parsed.words
    return meant(call, [word if "/" in word else f"pods/{word}" for word in words])


def _images(call: Call) -> dict[str, str]:
    pairs = [pair for value in call.parsed.all("set-image") for pair in value.split(",")]
    for pair in pairs:
        if "=" not in pair:
            raise Usage(f'error: invalid argument "{pair}" for "--set-image" flag: {pair} must be formatted as key=value\nSee \'kubectl debug --help\' for usage.')
    return dict(pair.split("=", 1) for pair in pairs)


def _custom(call: Call) -> Doc:
    """Return the part of a container that `--custom` names. Raises Usage."""
    name = call.parsed.get("custom")
    if not name:
        return {}
    text = call.files.read(name)
    if text is None:
        raise Usage(f"error: must pass a container spec json file for custom profile: open {name}: no such file or directory")
    try:
        found = yaml.documents(text)[0].value
    except (yaml.YamlFault, IndexError) as fault:
        raise Usage(f"error: {name} does not contain a valid container spec: {fault}") from None
    if not isinstance(found, dict):
        raise Usage(f"error: {name} does not contain a valid container spec: json: cannot unmarshal into Go value of type v1.Container")
    if any(key in found for key in NOT_CUSTOM):
        raise Usage("error: name, command, image, lifecycle and volume devices are not modifiable via custom profile")
    return found


def _name(call: Call, taken: set[str]) -> str:
    """Return the name of the debugging container: the one that is asked for, or a new one, which is said."""
    if call.parsed.get("container"):
        return call.parsed.get("container")
    dice = call.ports.api.store.dice
    name = f"debugger-{dice.suffix('debug')}"
    while name in taken:
        name = f"debugger-{dice.suffix('debug')}"
    if not call.parsed.has("quiet"):
        call.err.append(f"Defaulting debug container name to {name}.\n")
    return name


def _container(call: Call, name: str, rights: Mapping[str, Any], custom: Doc) -> Doc:
    parsed = call.parsed
    container: Doc = {"name": name, "image": parsed.get("image"), "terminationMessagePolicy": "File", **({"imagePullPolicy": parsed.get("image-pull-policy")} if parsed.get("image-pull-policy") else {})}
    if rights:
        container["securityContext"] = json.loads(json.dumps(rights))
    if parsed.all("env"):
        container["env"] = [dict(zip(("name", "value"), pair.split("=", 1), strict=False)) for pair in parsed.all("env")]
    if parsed.after_dashes:
        container["args" if parsed.has("arguments-only") else "command"] = list(parsed.after_dashes)
    container.update({key: True for key, flag in (("stdin", "stdin"), ("tty", "tty")) if parsed.has(flag)})
    return _customized(container, custom)


def _customized(container: Doc, custom: Doc) -> Doc:
    changed: Doc = strategic_merge(container, custom, ("containers",)) if custom else container
    return changed


def _warn(call: Call, spec: Doc, container: Doc) -> None:
    """Warn of rights that a user other than root cannot use."""
    whole, own = spec.get("securityContext") or {}, container.get("securityContext") or {}
    if (whole.get("runAsNonRoot") or whole.get("runAsUser")) and own.get("runAsUser") != 0 and ((own.get("capabilities") or {}).get("add") or own.get("privileged")):
        call.err.append(NON_ROOT)


def _beside(call: Call, pod: Doc, profile: Profile, custom: Doc) -> Any:
    """Add an ephemeral container."""
    spec = pod["spec"]
    name = _name(call, {item["name"] for part in ("containers", "initContainers", "ephemeralContainers") for item in spec.get(part) or ()})
    container = _container(call, name, profile.in_pod, custom)
    if call.parsed.get("target"):
        container["targetContainerName"] = call.parsed.get("target")
    _warn(call, spec, container)
    body = {"spec": {"ephemeralContainers": [*(spec.get("ephemeralContainers") or ()), container]}}
    made = call.request("patch", PODS, pod["metadata"]["name"], namespace=pod["metadata"]["namespace"], subresource="ephemeralcontainers", body=body, patchType="application/strategic-merge-patch+json").doc
    return _joined(call, made, name)


def _copied(call: Call, pod: Doc, profile: Profile, custom: Doc, images: dict[str, str]) -> Any:
    """Make a copy of a pod, with a new container, another command or other images."""
    parsed = call.parsed
    spec = json.loads(json.dumps({key: value for key, value in pod["spec"].items() if key not in ("nodeName", "ephemeralContainers")}))
    if parsed.has("same-node"):
        spec["nodeName"] = pod["spec"].get("nodeName", "")
    for container in spec["containers"]:
        container["image"] = images.get(container["name"], images.get("*", container["image"]))
    name = parsed.get("container")
    known = next((item for item in spec["containers"] if item["name"] == name), None)
    if known is None and not parsed.get("image") and (name or parsed.after_dashes):
        raise Usage("error: you must specify image when creating new container" if name else "error: you must specify an existing container or a new image when specifying args.")
    metadata: Doc = {"name": parsed.get("copy-to"), "namespace": pod["metadata"]["namespace"]}
    changes = known is not None or parsed.get("image")
    for part in ("labels", "annotations"):
        if pod["metadata"].get(part) and (not changes or parsed.has(f"keep-{part}")):
            metadata[part] = pod["metadata"][part]
    if changes:
        name = _prepared(call, spec, known, profile, custom)
    made = call.request("create", PODS, namespace=pod["metadata"]["namespace"], body={"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}).doc
    if parsed.has("replace"):
        call.request("delete", PODS, pod["metadata"]["name"], namespace=pod["metadata"]["namespace"])
    return _joined(call, made, name or spec["containers"][0]["name"])


def _prepared(call: Call, spec: Doc, known: Doc | None, profile: Profile, custom: Doc) -> str:
    """Change the copy's containers for debugging; return the name of the one to join."""
    parsed = call.parsed
    legacy = parsed.get("profile") == "legacy"
    if "share-processes" in parsed.flags or not legacy:
        spec["shareProcessNamespace"] = not parsed.is_off("share-processes")
    if parsed.is_off("keep-init-containers"):
        spec.pop("initContainers", None)
    for container in () if legacy else spec["containers"]:
        for flag, probe in KEPT.items():
            if not parsed.has(flag):
                container.pop(probe, None)
    if known is None:
        name = _name(call, {item["name"] for item in spec["containers"]})
        spec["containers"].append(_container(call, name, profile.in_pod, custom))
        _warn(call, spec, spec["containers"][-1])
        return name
    if parsed.get("image"):
        known["image"] = parsed.get("image")
        known.pop("imagePullPolicy", None)
    if parsed.after_dashes:
        known["args" if parsed.has("arguments-only") else "command"] = list(parsed.after_dashes)
        known.pop("command" if parsed.has("arguments-only") else "args", None)
    known.update({key: True for key in ("stdin", "tty") if parsed.has(key)})
    if profile.in_pod:
        known["securityContext"] = {**(known.get("securityContext") or {}), **json.loads(json.dumps(profile.in_pod))}
    known.update(_customized(known, custom))
    _warn(call, spec, known)
    return str(known["name"])


def _on_node(call: Call, node: Doc, profile: Profile, custom: Doc) -> Any:
    """Start a pod on a node."""
    name = f"node-debugger-{node['metadata']['name']}-{call.ports.api.store.dice.suffix('debug')}"
    container = _container(call, call.parsed.get("container") or "debugger", profile.on_node, custom)
    spec: Doc = {"containers": [container], "nodeName": node["metadata"]["name"], "restartPolicy": "Never", "tolerations": [{"operator": "Exists"}]}
    if profile.host_namespaces:
        spec.update({"hostIPC": True, "hostNetwork": True, "hostPID": True})
    if profile.host_files:
        container["volumeMounts"] = [*(container.get("volumeMounts") or ()), {"mountPath": "/host", "name": "host-root"}]
        spec["volumes"] = [{"name": "host-root", "hostPath": {"path": "/"}}]
    if not call.parsed.has("quiet"):
        call.err.append(f"Creating debugging pod {name} with container {container['name']} on node {node['metadata']['name']}.\n")
    made = call.request("create", PODS, body={"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": call.namespace, "labels": {"app.kubernetes.io/managed-by": "kubectl-debug"}}, "spec": spec}).doc
    return _joined(call, made, container["name"])


def _joined(call: Call, pod: Doc, container: str) -> Any:
    parsed = call.parsed
    if not (parsed.has("attach") or (parsed.has("stdin") and not parsed.is_off("attach"))):
        return None
    return attached(call, pod, container, then="", interactive=True)
