"""The verbs that look without changing: version, cluster-info, api-resources, api-versions, explain; and what reaches into a pod.

Models kubectl/pkg/cmd (1.36).
"""

import json
from dataclasses import dataclass

from learnk8s.simulation.kernel.tables import table
from learnk8s.simulation.kubernetes.kubectl.client import Call, targets
from learnk8s.simulation.kubernetes.kubectl.flags import Usage
from learnk8s.simulation.kubernetes.kubectl.verbs import dumping
from learnk8s.simulation.kubernetes.apiserver.wire.discovery import VERSION as SERVER_VERSION
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import BY_RESOURCE

PODS = BY_RESOURCE["pods"]
VERSION = "v1.36.2"


WITH_PODS = ("Service", "Deployment", "ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet", "Job")
"""Kinds that select pods. Models kubectl/pkg/polymorphichelpers/helpers.go: SelectorsForObject (1.36)."""


def pods_behind(call: Call, word: str) -> list[Doc]:
    """Return the pods that `web`, `pod/web`, `deploy/web` or `svc/web` mean. Raises ApiError."""
    if "/" not in word:
        return [call.get(PODS, word)]
    target = targets([word], call.ports)[0]
    doc = call.get(target.kind, target.name)
    if target.kind.kind == "Pod":
        return [doc]
    if target.kind.kind not in WITH_PODS:
        raise Usage(f"error: cannot attach to *{target.kind.version}.{target.kind.kind}: selector for *{target.kind.version}.{target.kind.kind} not implemented")
    selector = doc["spec"].get("selector") or {}
    labels = selector.get("matchLabels", selector if target.kind.kind in ("Service", "ReplicationController") else {})
    found = call.list(PODS, labelSelector=",".join(f"{key}={value}" for key, value in labels.items()))
    if not found:
        raise Usage("error: timed out waiting for the condition")
    return sorted(found, key=lambda pod: (pod.get("status", {}).get("phase") != "Running", pod["metadata"]["name"]))


def container_of(call: Call, pod: Doc) -> str:
    """Return the container that is meant when none is named; kubectl says which one it takes."""
    names = [item["name"] for item in pod["spec"]["containers"]]
    chosen = (pod["metadata"].get("annotations") or {}).get("kubectl.kubernetes.io/default-container", "")
    if chosen in names:
        return str(chosen)
    if len(names) > 1:
        every = [*names, *(f"{item['name']} (init)" for item in pod["spec"].get("initContainers") or ()), *(f"{item['name']} (ephem)" for item in pod["spec"].get("ephemeralContainers") or ())]
        call.err.append(f"Defaulted container \"{names[0]}\" out of: {', '.join(every)}\n")
    return str(names[0])


def check_container(pod: Doc, name: str) -> None:
    """Refuse a container that the pod does not have. Raises Usage."""
    spec = pod["spec"]
    known = [item["name"] for part in ("containers", "initContainers", "ephemeralContainers") for item in spec.get(part) or ()]
    if name not in known:
        shown = [*(item["name"] for item in spec["containers"]), *(f"{item['name']} (init)" for item in spec.get("initContainers") or ()), *(f"{item['name']} (ephem)" for item in spec.get("ephemeralContainers") or ())]
        raise Usage(f"error: container {name} is not valid for pod {pod['metadata']['name']} out of: {', '.join(shown)}")


def run_inside(call: Call, pod: Doc, container: str, argv: list[str]) -> Doc:
    """Run one command in a container."""
    return call.request("create", PODS, pod["metadata"]["name"], namespace=pod["metadata"]["namespace"], subresource="exec", container=container, command=argv, stdin=call.stdin).doc


@dataclass(frozen=True, slots=True)
class Enter:
    """The command asks for an interactive shell in a container: the terminal goes inside until `exit`; `then` says what becomes of the pod."""

    namespace: str
    pod: str
    container: str
    then: str = ""
    client: tuple[str, ...] = ()
    """The client that reads the lines, if it is no shell."""
    shell: str = "sh"
    """The shell that reads them, as it was called."""


def version(call: Call) -> None:
    """`kubectl version`."""
    output = call.parsed.get("output")
    if output in ("json", "yaml"):
        info = {key: value for key, value in SERVER_VERSION.items() if not key.startswith(("emulation", "minCompatibility"))}
        doc: Doc = {"clientVersion": info, "kustomizeVersion": "v5.8.1"}
        if not call.parsed.has("client"):
            doc["serverVersion"] = SERVER_VERSION
        call.out.append(json.dumps(doc, indent=2) + "\n" if output == "json" else print_yaml(doc))
        return
    if output:
        raise Usage("error: --output must be 'yaml' or 'json'")
    call.say(f"Client Version: {VERSION}")
    call.say("Kustomize Version: v5.8.1")
    if not call.parsed.has("client"):
        call.say(f"Server Version: {VERSION}")


def print_yaml(doc: Doc) -> str:
    """Return a document as YAML."""
    from learnk8s.simulation.kernel import yaml

    return yaml.written(doc, folds=True)


def cluster_info(call: Call) -> None:
    """`kubectl cluster-info`. Raises Usage."""
    if call.parsed.words[:1] == ["dump"]:
        dumping.dump(call)
        return
    call.say("Kubernetes control plane is running at https://192.168.49.2:8443")
    call.say("")
    call.say("To further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.")


def api_resources(call: Call) -> None:
    """`kubectl api-resources`."""
    if call.parsed.words:
        raise Usage(f"error: unexpected arguments: [{' '.join(call.parsed.words)}]\nSee 'kubectl api-resources -h' for help and examples")
    if call.parsed.get("sort-by") not in ("", "name", "kind"):
        raise Usage("error: --sort-by accepts only name or kind")
    namespaced = call.parsed.get("namespaced")
    kinds = [kind for kind in {kind.resource: BY_RESOURCE.get(kind.resource, kind) for kind in call.ports.api.kinds()}.values() if not namespaced or kind.namespaced == (namespaced == "true")]
    if call.parsed.get("api-group") or "api-group" in call.parsed.flags:
        kinds = [kind for kind in kinds if kind.group == call.parsed.get("api-group")]
    wanted = {verb for value in call.parsed.all("verbs") for verb in value.split(",") if verb}
    categories = {name for value in call.parsed.all("categories") for name in value.split(",") if name}
    kinds = [kind for kind in kinds if categories <= set(kind.categories)]
    kinds = sorted((kind for kind in kinds if wanted <= set(kind.verbs)), key=lambda kind: (kind.group != "", kind.group, kind.plural))
    if call.parsed.get("sort-by"):
        kinds = sorted(kinds, key=lambda kind: kind.plural if call.parsed.get("sort-by") == "name" else kind.kind)
    if call.parsed.get("output") == "name":
        call.out.append("".join(f"{kind.resource}\n" for kind in kinds))
        return
    rows = [[kind.plural, ",".join(kind.short_names), kind.api_version, str(kind.namespaced).lower(), kind.kind] for kind in kinds]
    wide = call.parsed.get("output") == "wide"
    if wide:
        rows = [[*row, ",".join(kind.verbs), ",".join(kind.categories)] for row, kind in zip(rows, kinds, strict=True)]
    heads = ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND", *(["VERBS", "CATEGORIES"] if wide else [])]
    call.out.append(table(rows if call.parsed.has("no-headers") else [heads, *rows]))


def api_versions(call: Call) -> None:
    """`kubectl api-versions`. Raises Usage."""
    if call.parsed.words:
        raise Usage(f"error: unexpected arguments: [{' '.join(call.parsed.words)}]\nSee 'kubectl api-versions -h' for help and examples")
    """`kubectl api-versions`."""
    call.out.append("".join(f"{name}\n" for name in sorted({kind.api_version for kind in call.ports.api.kinds()})))
