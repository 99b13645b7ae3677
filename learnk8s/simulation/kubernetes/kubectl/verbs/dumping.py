"""`kubectl cluster-info dump`: all that helps to find what is wrong with a cluster, on the screen or in a folder. Models kubectl/pkg/cmd/clusterinfo/clusterinfo_dump.go (1.36)."""

from collections.abc import Iterator
from dataclasses import replace

from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.kubectl.client import Call
from learnk8s.simulation.kubernetes.kubectl.outputs.printing import print_objects, print_whole
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import BY_RESOURCE, Kind

NODES, NAMESPACES, PODS = BY_RESOURCE["nodes"], BY_RESOURCE["namespaces"], BY_RESOURCE["pods"]
IN_NAMESPACE = (
    ("events", "events"), ("replication-controllers", "replicationcontrollers"), ("services", "services"), ("daemonsets", "daemonsets.apps"),
    ("deployments", "deployments.apps"), ("replicasets", "replicasets.apps"), ("pods", "pods"),
)
"""What is written of each namespace, in this order: the file's name, and the resource."""
ENDINGS = {"json": ".json", "yaml": ".yaml"}


def dump(call: Call) -> None:
    """Print the cluster's state, or put it into the files of a folder. Raises Usage for a form that cannot be printed."""
    folder, output = call.parsed.get("output-directory"), call.parsed.get("output") or "json"
    for name, text, is_log in _parts(call, output):
        if output == "yaml" and not is_log and name != "nodes":
            text = f"---\n{text}"  # the printer counts its documents, whichever file they go to
        if folder in ("", "-"):
            call.out.append(text)
        else:
            _keep(call, f"{folder.rstrip('/')}/{name}{'.txt' if is_log else ENDINGS.get(output, '.txt')}", text)
    if folder not in ("", "-"):
        call.say(f"Cluster info dumped to {folder}")


def _parts(call: Call, output: str) -> Iterator[tuple[str, str, bool]]:
    """Yield the name of each part without its ending, its text, and whether it is a pod's logs."""
    yield "nodes", _listed(call, NODES, "", output)[0], False
    for namespace in _namespaces(call):
        pods: list[Doc] = []
        for name, resource in IN_NAMESPACE:
            text, pods = _listed(call, BY_RESOURCE[resource], namespace, output)
            yield f"{namespace}/{name}", text, False
        for pod in pods:
            yield f"{namespace}/{pod['metadata']['name']}/logs", _logs(call, pod), True


def _namespaces(call: Call) -> list[str]:
    if call.parsed.has("all-namespaces"):
        return [doc["metadata"]["name"] for doc in call.list(NAMESPACES)]
    return [name for value in call.parsed.all("namespaces") for name in value.split(",") if name] or ["kube-system", call.namespace]


def _listed(call: Call, kind: Kind, namespace: str, output: str) -> tuple[str, list[Doc]]:
    """Return a list as it is printed, and what is in it. kubectl holds it as a struct, whose objects need not say of which kind they are."""
    whole = call.request("list", kind, namespace=namespace).doc
    printing = replace(call, printed=[])
    if output == "name":
        print_objects(printing, whole["items"], output, single=False)
    else:
        print_whole(printing, {**whole, "items": [{key: value for key, value in doc.items() if key not in ("apiVersion", "kind")} for doc in whole["items"]]}, output, is_typed=True)
    return "".join(printing.out), whole["items"]


def _logs(call: Call, pod: Doc) -> str:
    place, spec = pod["metadata"], pod["spec"]
    text = ""
    for item in [*(spec.get("initContainers") or ()), *spec["containers"]]:
        about = f"logs for container {item['name']} of pod {place['namespace']}/{place['name']}"
        try:
            logged: str = call.request("get", PODS, place["name"], namespace=place["namespace"], subresource="log", container=item["name"]).doc["text"]
        except ApiError as error:
            logged = f"Request log error: {error.message}\n"
        text += f"==== START {about} ====\n{logged}==== END {about} ====\n"
    return text


def _keep(call: Call, path: str, text: str) -> None:
    """Write a file, with the folders above it."""
    above = call.files.path(path).split("/")[:-1]
    call.files.write(path, text)
    call.files.folders.update({"/".join(above[: count + 1]): None for count in range(1, len(above))})
