"""The words of a pod's row: READY, STATUS, RESTARTS. Models pkg/printers/internalversion/printers.go: printPod (1.36)."""

from typing import Any

from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kubernetes.apiserver.durations import human_duration
from learnk8s.simulation.kubernetes.objects.document import Doc


def _is_sidecar(container: Doc) -> bool:
    return container.get("restartPolicy") == "Always"


def pod_ready(pod: Doc) -> str:
    """Return `ready/all`; sidecars count."""
    statuses = {entry["name"]: entry for entry in (*(pod.get("status", {}).get("containerStatuses") or ()), *(pod.get("status", {}).get("initContainerStatuses") or ()))}
    counted = [*pod["spec"]["containers"], *(item for item in pod["spec"].get("initContainers") or () if _is_sidecar(item))]
    ready = sum(bool(statuses.get(item["name"], {}).get("ready")) and (not _is_sidecar(item) or statuses[item["name"]].get("started", False)) for item in counted)
    return f"{ready}/{len(counted)}"


def pod_restarts(pod: Doc, now_ms: int) -> str:
    """Return the number of restarts, with how long ago the last one was."""
    count, last = 0, None
    for entry in pod.get("status", {}).get("containerStatuses") or ():
        count += entry.get("restartCount", 0)
        finished = entry.get("lastState", {}).get("terminated", {}).get("finishedAt")
        if finished:
            moment = Clock.since_epoch_ms(finished)
            last = moment if last is None or moment > last else last
    return f"{count} ({human_duration(now_ms - last)} ago)" if count and last is not None else str(count)


def pod_word(pod: Doc) -> str:
    """Return the STATUS column."""
    status = pod.get("status", {})
    word = status.get("reason") or status.get("phase", "Pending")
    scheduled = next((entry for entry in status.get("conditions", ()) if entry["type"] == "PodScheduled"), None)
    if scheduled is not None and scheduled.get("reason") == "SchedulingGated":
        word = "SchedulingGated"
    initialising, word = _init_word(pod, word)
    if not initialising:
        word = _container_word(pod, word)
    if "deletionTimestamp" in pod["metadata"]:
        word = "Unknown" if status.get("reason") == "NodeLost" else word if status.get("phase") in ("Failed", "Succeeded") else "Terminating"
    return word


def _init_word(pod: Doc, word: str) -> tuple[bool, str]:
    inits = pod["spec"].get("initContainers") or ()
    statuses = pod.get("status", {}).get("initContainerStatuses") or ()
    for index, entry in enumerate(statuses):
        state = entry.get("state", {})
        container: Doc = next((item for item in inits if item["name"] == entry["name"]), {})
        ended = state.get("terminated")
        if ended is not None and ended.get("exitCode") == 0:
            continue
        if _is_sidecar(container) and entry.get("started"):
            continue
        if ended is not None:
            return True, f"Init:{_ended(ended)}"
        waiting = state.get("waiting", {}).get("reason")
        if waiting and waiting != "PodInitializing":
            return True, f"Init:{waiting}"
        return True, f"Init:{index}/{len(inits)}"
    return False, word


def _ended(ended: Doc) -> str:
    if ended.get("reason"):
        return str(ended["reason"])
    return f"Signal:{ended['signal']}" if ended.get("signal") else f"ExitCode:{ended.get('exitCode', 0)}"


def _container_word(pod: Doc, word: str) -> str:
    running = False
    for entry in reversed(pod.get("status", {}).get("containerStatuses") or ()):
        state: dict[str, Any] = entry.get("state", {})
        if state.get("waiting", {}).get("reason"):
            word = state["waiting"]["reason"]
        elif state.get("terminated") is not None:
            word = _ended(state["terminated"])
        elif entry.get("ready") and "running" in state:
            running = True
    if word == "Completed" and running:
        ready: Doc = next((entry for entry in pod.get("status", {}).get("conditions", ()) if entry["type"] == "Ready"), {})
        word = "Running" if ready.get("status") == "True" else "NotReady"
    return word
