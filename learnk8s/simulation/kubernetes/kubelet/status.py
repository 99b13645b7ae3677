"""The status that a kubelet writes for a pod. Models pkg/kubelet/kubelet_pods.go: generateAPIPodStatus, and pkg/kubelet/status/generate.go (1.36).

Conditions of the same type, status and time are one shared object, because a thousand pods have them.
"""

from functools import lru_cache
from typing import Any

from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kubernetes.kubelet.registry import Registry, parts
from learnk8s.simulation.kubernetes.kubelet.restarting import is_restarted
from learnk8s.simulation.kubernetes.kubelet.runtime import ContainerRecord, Ending, PodRecord
from learnk8s.simulation.kubernetes.kubelet.security import effective, process_groups, process_user
from learnk8s.simulation.kubernetes.objects.document import EMPTY, Doc
from learnk8s.simulation.kubernetes.objects.dual_stack import pod_twin


@lru_cache(maxsize=4096)
def _condition(kind: str, status: str, since: str, reason: str, message: str, generation: int = 0) -> Doc:
    entry: Doc = {"type": kind, **({"observedGeneration": generation} if generation else {}), "status": status, "lastProbeTime": None, "lastTransitionTime": since}
    if reason:
        entry["reason"], entry["message"] = reason, message
    return entry


def pod_status(pod: Doc, record: PodRecord, clock: Clock, host_ip: str, *, bare: bool = False, dual: bool = False) -> Doc:
    """Return the whole status of a pod from its containers' records."""
    old = pod.get("status", {})
    phase = _phase(pod, record)
    generation = 0 if bare else int(pod["metadata"].get("generation") or 1)
    if record.failure[0] and not record.containers:  # turned away: there is nothing else to say
        return {"observedGeneration": generation, "phase": phase, "reason": record.failure[0], "message": record.failure[1], "startTime": clock.timestamp(record.began_ms), "qosClass": old.get("qosClass", "BestEffort")}
    status: Doc = {**({"observedGeneration": generation} if generation else {}), "phase": phase, "conditions": _conditions(pod, record, clock, phase, old, generation), "hostIP": host_ip, "hostIPs": _addresses(host_ip)}
    if record.ip:
        status["podIP"], status["podIPs"] = record.ip, _both(record.ip) if dual else _addresses(record.ip)
    status["startTime"] = clock.timestamp(record.began_ms)
    if record.inits:
        status["initContainerStatuses"] = [_container(pod, entry, clock, part="initContainers", is_real=not bare, has_resources=not bare and entry.sidecar, is_resized=record.resized) for entry in record.inits]
    status["containerStatuses"] = list(tuple(_container(pod, entry, clock, is_real=not bare, has_resources=not bare, is_resized=record.resized) for entry in record.containers))  # noqa: C414  # a list made of a tuple has no spare room
    if record.extras:
        status["ephemeralContainerStatuses"] = [{**_container(pod, entry, clock, part="ephemeralContainers"), "ready": False} for entry in record.extras]
        for entry in status["ephemeralContainerStatuses"]:
            del entry["started"]
    if record.failure[0]:
        status["reason"], status["message"] = record.failure
    status["qosClass"] = old.get("qosClass", "BestEffort")
    return status


@lru_cache(maxsize=4096)
def _addresses(address: str) -> list[Doc]:
    return [{"ip": address}]


@lru_cache(maxsize=4096)
def _both(address: str) -> list[Doc]:
    return [{"ip": address}, {"ip": pod_twin(address)}]


def _phase(pod: Doc, record: PodRecord) -> str:
    """Models getPhase: init containers first, then what the containers do and the restart policy."""
    if record.failure[0]:
        return "Failed"
    policy = pod["spec"].get("restartPolicy", "Always")
    begun = any(entry.generation for entry in record.containers)
    if not begun and not all(_is_initialised(entry) for entry in record.inits):
        failed = any(entry.state == "terminated" and entry.ending and entry.ending.exit_code and not entry.sidecar and not _comes_back(pod, entry, policy, "initContainers") for entry in record.inits)
        return "Failed" if failed else "Pending"
    waiting = sum(entry.state == "waiting" and entry.last is None for entry in record.containers)
    stopped = [entry for entry in record.containers if entry.state == "terminated"]
    if waiting:
        return "Pending"
    if len(stopped) < len(record.containers):
        return "Running"
    if not record.stopping and any(_comes_back(pod, entry, policy) for entry in stopped):
        return "Running"
    return "Succeeded" if all(entry.ending and entry.ending.exit_code == 0 for entry in stopped) else "Failed"


def _comes_back(pod: Doc, entry: ContainerRecord, policy: str, part: str = "containers") -> bool:
    """Say whether a container that ended is started again."""
    spec: Doc = next((item for item in pod["spec"].get(part) or () if item["name"] == entry.name), {})
    return is_restarted(spec, policy, entry.ending.exit_code if entry.ending else 1, is_init=part == "initContainers")


def _is_initialised(entry: ContainerRecord) -> bool:
    return entry.started if entry.sidecar else entry.state == "terminated" and entry.ending is not None and entry.ending.exit_code == 0


def _conditions(pod: Doc, record: PodRecord, clock: Clock, phase: str, old: Doc, generation: int) -> list[Doc]:
    unready = [entry.name for entry in (*record.inits, *record.containers) if not entry.ready and (entry.sidecar or entry not in record.inits)] if record.inits else [entry.name for entry in record.containers if not entry.ready]
    initialised = any(entry.generation for entry in record.containers) or all(_is_initialised(entry) for entry in record.inits)
    over = phase in ("Succeeded", "Failed")
    reason, message = ("", "") if not unready else ("PodCompleted", "") if phase == "Succeeded" else ("PodFailed", "") if phase == "Failed" else (
        "ContainersNotReady", f"containers with unready status: [{' '.join(unready)}]")
    blocked = "" if unready else _closed_gates(pod, old)
    wanted = (
        ("PodReadyToStartContainers", bool(record.ip) and not over, "", ""),
        ("Initialized", initialised, ("PodCompleted" if phase == "Succeeded" else "") if initialised else "ContainersNotInitialized",
         "" if initialised else f"containers with incomplete status: [{' '.join(entry.name for entry in record.inits if not _is_initialised(entry))}]"),
        ("Ready", not unready and not blocked, reason or ("ReadinessGatesNotReady" if blocked else ""), message or blocked),
        ("ContainersReady", not unready, reason, message),
        ("PodScheduled", True, "", ""),
    )
    before = {entry["type"]: entry for entry in old.get("conditions", ())}
    now = clock.timestamp()
    conditions = []
    for kind, holds, why, text in wanted:
        word = "True" if holds else "False"
        last = before.pop(kind, None)
        since = last["lastTransitionTime"] if last is not None and last["status"] == word else now
        conditions.append(_condition(kind, word, since, why, text, generation))
    if record.failure[0] == "Evicted":
        since = before.pop("DisruptionTarget", {"lastTransitionTime": now})["lastTransitionTime"]
        conditions.insert(0, _condition("DisruptionTarget", "True", since, "TerminationByKubelet", record.failure[1], generation))
    return _shared([*conditions, *before.values()])


_lists: dict[tuple[int, ...], list[Doc]] = {}


def _shared(conditions: list[Doc]) -> list[Doc]:
    """Return a list of the very same entries that is kept once: pods that became ready in the same second have equal conditions."""
    if len(_lists) > 1_024:
        _lists.clear()
    return _lists.setdefault(tuple(map(id, conditions)), conditions)


def _closed_gates(pod: Doc, old: Doc) -> str:
    """Say which readiness gates are not met. Models pkg/kubelet/status/generate.go: GeneratePodReadyCondition."""
    found = {entry["type"]: entry["status"] for entry in old.get("conditions", ())}
    said = []
    for gate in pod["spec"].get("readinessGates") or ():
        kind = gate["conditionType"]
        if kind not in found:
            said.append(f'corresponding condition of pod readiness gate "{kind}" does not exist.')
        elif found[kind] != "True":
            said.append(f'the status of pod readiness gate "{kind}" is not "True", but {found[kind]}')
    return ", ".join(said)


def _container(pod: Doc, record: ContainerRecord, clock: Clock, *, part: str = "containers", is_real: bool = True, has_resources: bool = False, is_resized: bool = False) -> Doc:
    spec = next(item for item in pod["spec"][part] if item["name"] == record.name)
    image = spec["image"]
    name, tag = parts(image)
    known = record.state != "waiting" or record.last is not None
    status: Doc = {
        "name": record.name, "state": _state(pod, record, clock), "lastState": {"terminated": _terminated(pod, record, record.last, clock)} if record.last else EMPTY,
        "ready": record.ready, "restartCount": record.restarts, "image": _image(name, tag) if known else image, "imageID": _image_id(name, tag) if known else "", "started": record.started,
    }
    resources = spec.get("resources") or {} if has_resources else None
    if resources is not None and record.state == "running":
        status["resources"] = resources
        if is_resized and resources.get("requests"):
            status["allocatedResources"] = resources["requests"]
    if known:
        status["containerID"] = _container_id(pod, record, record.restarts)
    if is_real and spec.get("volumeMounts"):
        status["volumeMounts"] = _mounts(tuple((mount["name"], mount["mountPath"], bool(mount.get("readOnly"))) for mount in spec["volumeMounts"]))
    if is_real and known:
        status["user"] = _user(pod, spec, image)
    return status


@lru_cache(maxsize=4096)
def _mounts(mounts: tuple[tuple[str, str, bool], ...]) -> list[Doc]:
    """Models the statuses of mounts in pkg/kubelet/kubelet_pods.go: convertToAPIContainerStatuses (1.36)."""
    return [{"mountPath": path, "name": name, **({"readOnly": True, "recursiveReadOnly": "Disabled"} if is_read_only else {})} for name, path, is_read_only in mounts]


def _user(pod: Doc, spec: Doc, reference: str) -> Doc:
    """Return who a container's process is. Models toKubeContainerUser of pkg/kubelet/kuberuntime (1.36)."""
    if not pod["spec"].get("securityContext") and not spec.get("securityContext"):
        return _plain_user(reference)
    return _user_of(effective(pod, spec), reference)


@lru_cache(maxsize=512)
def _plain_user(reference: str) -> Doc:
    return _user_of({}, reference)


def _user_of(context: Doc, reference: str) -> Doc:
    image = Registry().find(reference)
    user, group = process_user(context, image)
    return {"linux": {"gid": group, "supplementalGroups": process_groups(context, image, user, group), "uid": user}}


def _state(pod: Doc, record: ContainerRecord, clock: Clock) -> Doc:
    if record.state == "running":
        return _running(clock.timestamp(record.started_ms))
    if record.state == "terminated" and record.ending is not None:
        return {"terminated": _terminated(pod, record, record.ending, clock)}
    return _waiting(record.reason, record.message)


@lru_cache(maxsize=1024)
def _running(since: str) -> Doc:
    return {"running": {"startedAt": since}}


@lru_cache(maxsize=1024)
def _waiting(reason: str, message: str) -> Doc:
    return {"waiting": {"reason": reason, "message": message} if message else {"reason": reason}}


def _terminated(pod: Doc, record: ContainerRecord, ending: Ending, clock: Clock) -> dict[str, Any]:
    state: dict[str, Any] = {"exitCode": ending.exit_code, "reason": ending.reason, "startedAt": clock.timestamp(ending.started_ms), "finishedAt": clock.timestamp(ending.finished_ms)}
    if ending.message:
        state["message"] = ending.message
    state["containerID"] = _container_id(pod, record, record.restarts if ending is record.ending else record.restarts - 1)
    return state


@lru_cache(maxsize=512)
def _image(name: str, tag: str) -> str:
    return f"{name}:{tag}"


@lru_cache(maxsize=512)
def _image_id(name: str, tag: str) -> str:
    from hashlib import sha256

    return f"{name}@sha256:{sha256(_image(name, tag).encode()).hexdigest()}"


def _container_id(pod: Doc, record: ContainerRecord, number: int) -> str:
    return f"containerd://{container_id(pod['metadata']['uid'], record.name, number)}"


@lru_cache(maxsize=1024)
def container_id(uid: str, name: str, number: int) -> str:
    """Return the runtime's name for a container of a pod after so many restarts."""
    from hashlib import sha256

    return sha256(f"{uid}/{name}/{number}".encode()).hexdigest()


def sandbox_id(uid: str) -> str:
    """Return the runtime's name for a pod."""
    return container_id(uid, "", 0)
