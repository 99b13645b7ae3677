"""What Tab makes of the last word of a kubectl command."""

from learnk8s.simulation.kubernetes.kubectl.client import Ports
from learnk8s.simulation.kubernetes.kubectl.flags import command_path, commands_under, flags_of
from learnk8s.simulation.kubernetes.kubectl.kubeconfig import load

POD_VERBS = ("logs", "exec", "attach", "port-forward", "debug", "cp")
NODE_VERBS = ("cordon", "uncordon", "drain")


def completions(words: list[str], ports: Ports, verbs: list[str]) -> list[str]:
    """Return candidates for the last word; the first one is `kubectl`."""
    last, before = words[-1], words[-2]
    namespace = ports.context.get("namespace", "default")
    for place, word in enumerate(words[:-1]):
        if word in ("-n", "--namespace") and place + 1 < len(words) - 1:
            namespace = words[place + 1]
    if before in ("-n", "--namespace"):
        return _names(ports, "namespaces", "")
    if before in ("-o", "--output"):
        return ["custom-columns=", "go-template=", "json", "jsonpath=", "name", "wide", "yaml"]
    plain = [word for word in words[1:-1] if not word.startswith("-")]
    if not plain:
        return verbs
    path = command_path(plain)
    if last.startswith("-"):
        found = flags_of(path)
        return [*(f"--{flag.name}{'' if flag.is_switch else '='}" for flag in found), *(f"-{flag.short}" for flag in found if flag.short)]
    verb = plain[0]
    if before in ("-f", "--filename", "-k"):
        return []
    if "/" in last:
        kind = ports.lookup(last.split("/")[0])
        return [f"{last.split('/')[0]}/{name}" for name in _names(ports, kind.resource, namespace if kind.namespaced else "")] if kind else []
    if verb in POD_VERBS:
        return _names(ports, "pods", namespace)
    if verb in NODE_VERBS:
        return _names(ports, "nodes", "")
    if path == " ".join(plain) and commands_under(path):
        return commands_under(path)
    if verb == "taint" and len(plain) == 1:
        return ["nodes"]
    if path == "config use-context":
        return [item["name"] for item in load(ports.context)["contexts"]]
    kind = ports.lookup(plain[-1].split("/")[0])
    if kind is not None and len(plain) > 1:
        return _names(ports, kind.resource, namespace if kind.namespaced else "")
    return [kind.plural for kind in ports.api.kinds()]


def _names(ports: Ports, resource: str, namespace: str) -> list[str]:
    return [doc["metadata"]["name"] for doc in ports.api.store.list(resource, namespace)]
