"""What Tab makes of the last word of a kubectl command."""

from learnk8s.simulation.kubernetes.kubectl.client import Ports
from learnk8s.simulation.kubernetes.objects.kinds import KINDS, lookup

AFTER_VERB = {"rollout": ("history", "pause", "restart", "resume", "status", "undo"), "create": ("configmap", "deployment", "namespace", "secret", "service", "serviceaccount"), "set": ("env", "image", "resources"),
              "config": ("current-context", "get-contexts", "set-context", "use-context", "view"), "top": ("nodes", "pods"), "auth": ("can-i", "whoami"), "taint": ("nodes",)}
FLAGS = ("--all", "--all-namespaces", "--dry-run=client", "--follow", "--image=", "--namespace", "--output", "--port=", "--replicas=", "--selector", "--show-labels", "--type=", "--watch", "-A", "-l", "-n", "-o", "-w")
POD_VERBS = ("logs", "exec")
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
    if last.startswith("-"):
        return list(FLAGS)
    if not plain:
        return verbs
    verb = plain[0]
    if "/" in last:
        kind = lookup(last.split("/")[0])
        return [f"{last.split('/')[0]}/{name}" for name in _names(ports, kind.resource, namespace if kind.namespaced else "")] if kind else []
    if verb in POD_VERBS:
        return _names(ports, "pods", namespace)
    if verb in NODE_VERBS:
        return _names(ports, "nodes", "")
    if len(plain) == 1 and verb in AFTER_VERB:
        return list(AFTER_VERB[verb])
    kind = lookup(plain[-1].split("/")[0])
    if kind is not None and len(plain) > 1:
        return _names(ports, kind.resource, namespace if kind.namespaced else "")
    return [kind.plural for kind in KINDS]


def _names(ports: Ports, resource: str, namespace: str) -> list[str]:
    return [doc["metadata"]["name"] for doc in ports.api.store.list(resource, namespace)]
