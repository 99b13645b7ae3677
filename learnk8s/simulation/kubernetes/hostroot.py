"""`chroot` into a node's own files, which a container has if its pod mounts the node's root folder: the way of `kubectl debug node/...`.

Differs: who has gone there may do on the node whatever root may, whether or not the pod is privileged.
"""

from learnk8s.simulation.kernel.shell.called import is_bare_shell
from learnk8s.simulation.kubernetes.store.store import Store


def entered(store: Store, namespace: str, pod: str, container: str, words: list[str]) -> tuple[str, list[str]] | None:
    """Return the node onto which `chroot PATH [COMMAND]` leads, and the command that is to be run there, empty for a shell; None if it leads nowhere."""
    if words[:1] != ["chroot"] or len(words) < 2:
        return None
    spec = (store.get("pods", namespace, pod) or {"spec": {}})["spec"]
    roots = {volume["name"] for volume in spec.get("volumes") or () if (volume.get("hostPath") or {}).get("path") == "/"}
    mounted = {mount["mountPath"].rstrip("/") for item in spec.get("containers") or () if item["name"] == container for mount in item.get("volumeMounts") or () if mount["name"] in roots}
    if words[1].rstrip("/") not in mounted:
        return None
    return str(spec["nodeName"]), [] if is_bare_shell(words[2:]) else words[2:]
