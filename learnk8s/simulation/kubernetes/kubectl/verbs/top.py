"""`kubectl top`: what the simulated processes use. Models kubectl/pkg/cmd/top and metricsutil (1.36)."""

from learnk8s.simulation.kernel.quantities import millis, whole
from learnk8s.simulation.kernel.tables import table
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.kubectl.client import Call
from learnk8s.simulation.kubernetes.kubectl.flags import Usage
from learnk8s.simulation.kubernetes.kubectl.help import listing
from learnk8s.simulation.kubernetes.kubectl.verbs.look import PODS
from learnk8s.simulation.kubernetes.objects.document import Doc

SYSTEM = 40, 300 * 2**20
"""What a node uses besides its pods: millicores, bytes."""


def top(call: Call) -> None:
    """Carry out `top node` or `top pod`."""
    words = call.parsed.words
    if not words:
        raise listing("top")
    what = {"nodes": "node", "no": "node", "pods": "pod", "po": "pod"}.get(words[0], words[0])
    if what not in ("node", "pod"):
        raise Usage(f"error: unknown command \"{words[0]}\"\nSee 'kubectl top -h' for help and examples")
    if call.ports.api.usage is None:
        raise Usage("error: Metrics API not available")
    if len(words) > 2:
        raise Usage(f"error: unexpected args: [{' '.join(words[1:])}]\nSee 'kubectl top {what} -h' for help and examples")
    if len(words) > 1 and call.parsed.get("selector"):
        raise Usage("error: only one of NAME or --selector can be provided")
    if call.parsed.get("sort-by") not in ("", "cpu", "memory"):
        raise Usage("error: --sort-by accepts only cpu or memory")
    (_pods if what == "pod" else _nodes)(call, words[1] if len(words) > 1 else "")


def _sorted(call: Call, rows: list[tuple[list[str], int, int]]) -> list[tuple[list[str], int, int]]:
    """Sort by use, most first, or by name."""
    by = call.parsed.get("sort-by")
    return sorted(rows, key=lambda row: (-row[1] if by == "cpu" else -row[2] if by == "memory" else 0, row[0]))


def _running(call: Call, *, everywhere: bool, selector: str = "") -> list[tuple[Doc, int, int]]:
    pods = call.list(PODS, namespace="" if everywhere else None, labelSelector=selector, fieldSelector=call.parsed.get("field-selector"))
    return [(pod, *call.ports.usage(pod)) for pod in pods if pod.get("status", {}).get("phase") == "Running"]


def _pods(call: Call, name: str) -> None:
    parsed = call.parsed
    everywhere = parsed.has("all-namespaces")
    if name:
        pod = call.get(PODS, name)
        used = [(pod, *call.ports.usage(pod))] if pod.get("status", {}).get("phase") == "Running" else []
        if not used:
            raise ApiError(404, "NotFound", f'podmetrics.metrics.k8s.io "{call.namespace}/{name}" not found')
    else:
        used = _running(call, everywhere=everywhere, selector=parsed.get("selector"))
    if not used:
        call.err.append("No resources found\n" if everywhere else f"No resources found in {call.namespace} namespace.\n")
        return
    rows: list[tuple[list[str], int, int]] = []
    for pod, cpu, memory in used:
        place = [*([pod["metadata"]["namespace"]] if everywhere else []), pod["metadata"]["name"]]
        if parsed.has("containers"):
            count = len(pod["spec"]["containers"])
            rows.extend(([*place, item["name"]], cpu // count + (cpu % count if not index else 0), memory // count) for index, item in enumerate(pod["spec"]["containers"]))
        else:
            rows.append((place, cpu, memory))
    heads = [*(["NAMESPACE"] if everywhere else []), *(["POD", "NAME"] if parsed.has("containers") else ["NAME"]), "CPU(cores)", "MEMORY(bytes)"]
    shown = [[*place, f"{cpu}m", f"{memory // 2**20}Mi"] for place, cpu, memory in _sorted(call, rows)]
    if parsed.has("sum"):
        shown += [["", *([""] * (len(heads) - 3)), "________", "________"], ["", *([""] * (len(heads) - 3)), f"{sum(row[1] for row in rows)}m", f"{sum(row[2] for row in rows) // 2**20}Mi"]]
    call.out.append(table(shown if parsed.has("no-headers") else [heads, *shown]))


def _nodes(call: Call, name: str) -> None:
    kind = call.ports.kind_named("nodes")
    nodes = [call.get(kind, name)] if name else call.list(kind, labelSelector=call.parsed.get("selector"))
    used = _running(call, everywhere=True)
    rows = []
    for node in nodes:
        mine = [(cpu, memory) for pod, cpu, memory in used if pod["spec"].get("nodeName") == node["metadata"]["name"]]
        rows.append(([node["metadata"]["name"]], sum(item[0] for item in mine) + SYSTEM[0], sum(item[1] for item in mine) + SYSTEM[1]))
    share = {node["metadata"]["name"]: node["status"]["capacity" if call.parsed.has("show-capacity") else "allocatable"] for node in nodes}
    shown = [[place[0], f"{cpu}m", f"{cpu * 100 // millis(share[place[0]]['cpu'])}%", f"{memory // 2**20}Mi", f"{memory * 100 // whole(share[place[0]]['memory'])}%"] for place, cpu, memory in _sorted(call, rows)]
    if not shown:
        call.err.append("No resources found\n")
        return
    call.out.append(table(shown if call.parsed.has("no-headers") else [["NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"], *shown]))
