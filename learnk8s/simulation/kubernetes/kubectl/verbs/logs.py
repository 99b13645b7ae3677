"""`kubectl logs`. Models kubectl/pkg/cmd/logs (1.36)."""

from datetime import datetime
from typing import Any

from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kernel.shell.programs.small import duration_ms
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.kubectl.client import Call
from learnk8s.simulation.kubernetes.kubectl.flags import Usage
from learnk8s.simulation.kubernetes.kubectl.verbs.look import PODS, check_container, container_of, pods_behind
from learnk8s.simulation.kubernetes.kubectl.watching import LogJob
from learnk8s.simulation.kubernetes.objects.document import Doc

SELECTED_TAIL = 10
"""How many lines are shown of each of the pods that -l selects."""


def logs(call: Call) -> Any:
    """Print logs, or follow them."""
    _checked(call)
    pods = _pods(call)
    if not pods:
        return None
    wanted = [(pod, name) for pod in pods for name in _containers(call, pod)]
    options = _options(call)
    if call.parsed.has("follow"):
        return _followed(call, wanted, options)
    for pod, name in wanted:
        try:
            text = call.request("get", PODS, pod["metadata"]["name"], namespace=pod["metadata"]["namespace"], subresource="log", container=name, **options).doc["text"]
        except ApiError as error:
            if not call.parsed.has("ignore-errors"):
                raise
            call.err.append(f"error: {error.message}\n")
            continue
        prefix = f"[pod/{pod['metadata']['name']}/{name}] " if call.parsed.has("prefix") else ""
        call.out.append("".join(prefix + line for line in text.splitlines(keepends=True)))
    return None


def _checked(call: Call) -> None:
    parsed = call.parsed
    if (not parsed.words and not parsed.get("selector")) or len(parsed.words) > 2:
        raise Usage("error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command\nSee 'kubectl logs -h' for help and examples")
    if parsed.words and parsed.get("selector"):
        raise Usage("error: only a selector (-l) or a POD name is allowed")
    if len(parsed.words) > 1 and parsed.get("container"):
        raise Usage("error: only one of -c or an inline [CONTAINER] arg is allowed")
    if parsed.has("all-containers") and (parsed.get("container") or len(parsed.words) > 1):
        raise Usage("error: --all-containers=true should not be specified with container name " + (parsed.get("container") or parsed.words[1]))
    if parsed.get("since") and parsed.get("since-time"):
        raise Usage("error: at most one of `sinceTime` or `sinceSeconds` may be specified")
    tail = parsed.integer("tail", -1)
    if tail is not None and tail < -1:
        raise Usage("error: tailLines must be greater than or equal to 0")


def _pods(call: Call) -> list[Doc]:
    parsed = call.parsed
    if parsed.get("selector"):
        pods = call.list(PODS, labelSelector=parsed.get("selector"))
        if not pods:
            call.err.append(f"No resources found in {call.namespace} namespace.\n")
        limit = parsed.integer("max-log-requests", 5) or 5
        if parsed.has("follow") and len(pods) > limit:
            raise Usage(f"error: you are attempting to follow {len(pods)} log streams, but maximum allowed concurrency is {limit}, use --max-log-requests to increase the limit")
        return pods
    try:
        pods = pods_behind(call, parsed.words[0])
    except ApiError as error:
        if error.code != 404:
            raise
        raise Usage(f'error: error from server (NotFound): {error.message} in namespace "{call.namespace}"') from None
    if len(pods) > 1 and not parsed.has("all-pods"):
        call.err.append(f"Found {len(pods)} pods, using pod/{pods[0]['metadata']['name']}\n")
        return pods[:1]
    return pods


def _containers(call: Call, pod: Doc) -> list[str]:
    spec = pod["spec"]
    if call.parsed.has("all-containers"):
        return [item["name"] for part in ("initContainers", "containers", "ephemeralContainers") for item in spec.get(part) or ()]
    named = call.parsed.words[1] if len(call.parsed.words) > 1 else call.parsed.get("container")
    if named:
        check_container(pod, named)
    return [named or container_of(call, pod)]


def _options(call: Call) -> dict[str, Any]:
    parsed = call.parsed
    tail = parsed.integer("tail", SELECTED_TAIL if parsed.get("selector") else None)
    since = parsed.get("since")
    since_s = (duration_ms(since) or 0) // 1000 if since else None
    if parsed.get("since-time"):
        try:
            moment = datetime.fromisoformat(parsed.get("since-time").replace("Z", "+00:00"))
        except ValueError:
            raise Usage(f'error: parsing time "{parsed.get("since-time")}" as "2006-01-02T15:04:05Z07:00": cannot parse "{parsed.get("since-time")}" as "2006"') from None
        since_s = max(int((Clock(call.ports.clock.now_ms).moment() - moment).total_seconds()), 0)
    return {"previous": parsed.has("previous") or None, "tailLines": tail if tail is None or tail >= 0 else None, "sinceSeconds": since_s, "timestamps": parsed.has("timestamps") or None, "limitBytes": parsed.integer("limit-bytes", None) or None}


def _followed(call: Call, wanted: list[tuple[Doc, str]], options: dict[str, Any]) -> LogJob:
    streams = []
    for pod, name in wanted:
        place = pod["metadata"]
        kept = {"container": name, **({"timestamps": True} if options["timestamps"] else {})}
        text = call.request("get", PODS, place["name"], namespace=place["namespace"], subresource="log", **kept).doc["text"]
        shown = call.request("get", PODS, place["name"], namespace=place["namespace"], subresource="log", **{**options, "container": name}).doc["text"]
        streams.append({"namespace": place["namespace"], "name": place["name"], "options": kept, "seen": len(text.splitlines()) - len(shown.splitlines()), "prefix": f"[pod/{place['name']}/{name}] " if call.parsed.has("prefix") else ""})
    return LogJob({"streams": streams}, call.ports)
