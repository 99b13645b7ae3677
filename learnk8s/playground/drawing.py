"""From a scene to what the templates draw: boxes to scale, words by language, what changed in one sentence.

Pure functions of plain data; sizes in the units of the drawing (one unit is a CSS pixel at full width).
"""

from math import sqrt
from typing import Any

Scene = dict[str, Any]
NODE_WIDTH = 300
POD_GAP = 6
SHAPES = ("circle", "square", "triangle", "diamond", "hexagon", "pentagon")
POINTS = {
    "triangle": "8,1 15,14 1,14", "diamond": "8,0.5 15.5,8 8,15.5 0.5,8", "hexagon": "4,1.5 12,1.5 15.5,8 12,14.5 4,14.5 0.5,8", "pentagon": "8,0.5 15.5,6 12.6,15 3.4,15 0.5,6",
}


def shape_of(app: str) -> str:
    """Return the shape of an app's token: the same name has the same shape everywhere."""
    known = {"web": "circle", "api": "square", "database": "hexagon", "db": "hexagon", "batch": "triangle"}
    return known.get(app) or SHAPES[sum(map(ord, app)) % len(SHAPES)]


def minutes(at_ms: int) -> str:
    """Return a virtual moment as minutes and seconds.

    >>> minutes(125_300)
    '2:05'
    """
    seconds = at_ms // 1000
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}" if seconds >= 3600 else f"{seconds // 60}:{seconds % 60:02d}"


def drawn(scene: Scene, language: str) -> Scene:
    """Return a scene with everything that a template needs to draw it."""
    text = f"text_{language}"
    nodes = [_node(node) for node in scene["nodes"]]
    wanted = sum(owner["desired"] for owner in scene["owners"])
    log = [{**link, "text": link[text], "when": minutes(link["at_ms"])} for link in scene["log"]]
    events = [{**event, "when": minutes(event["at_ms"])} for event in scene["events"]]
    services = [_service(service, text) for service in scene["services"]]
    return {**scene, "nodes": nodes, "unplaced": [_pod(pod) for pod in scene["unplaced"]], "log": log, "events": events, "services": services, "pods_wanted": wanted,
            "is_empty": not scene["owners"] and not any(node["pods"] for node in nodes) and not scene["unplaced"], "ghosts": _ghosts(scene)}


def _node(node: Scene) -> Scene:
    cpu, memory = node["cpu"], node["memory"]
    pods = [_pod(pod) for pod in node["pods"]]
    return {**node, "pods": pods, "cpu_percent": _percent(cpu["requested_m"], cpu["capacity_m"]), "memory_percent": _percent(memory["requested"], memory["capacity"]),
            "memory_gib": round(memory["capacity"] / 2**30, 1), "cpu_count": cpu["capacity_m"] // 1000, "lost": node["health"] == "bad"}


def _pod(pod: Scene) -> Scene:
    size = max(28, min(64, round(sqrt(max(pod["memory"], 4 * 2**20) / 2**20) * 4)))
    return {**pod, "shape": shape_of(pod["app"]), "points": POINTS.get(shape_of(pod["app"]), ""), "size": size, "id": f"pod-{pod['namespace']}-{pod['name']}", "short": pod["name"].rsplit("-", 1)[-1]}


def _service(service: Scene, text: str) -> Scene:
    flow = service["traffic"]
    failures = [{**failure, "text": failure[text]} for failure in flow["failures"]]
    endpoints = [{**entry, "pod_id": "-".join(["pod", *entry["pod"].split("/")[1:]])} for entry in service["endpoints"]]
    ready = sum(bool(entry["ready"]) for entry in endpoints)
    total = flow["served"] + flow["failed"]
    return {**service, "endpoints": endpoints, "ready": ready, "traffic": {**flow, "failures": failures, "failed_percent": round(flow["failed"] * 100 / total, 2) if total else 0}}


def _ghosts(scene: Scene) -> list[Scene]:
    """Return an outline for every pod that is asked for and not there: desired and actual are drawn together."""
    present: dict[str, int] = {}
    for pod in [pod for node in scene["nodes"] for pod in node["pods"]] + scene["unplaced"]:
        if not pod["terminating"]:
            present[pod["app"]] = present.get(pod["app"], 0) + 1
    ghosts = []
    for owner in scene["owners"]:
        missing = owner["desired"] - present.get(owner["name"], owner["ready"])
        ghosts.extend({"app": owner["name"], "letter": owner["name"][:1].upper()} for _ in range(max(min(missing, 50), 0)))
    return ghosts


def _percent(part: int, whole: int) -> int:
    return 0 if not whole else min(part * 100 // whole, 100)


def fingerprint(scene: Scene) -> str:
    """Return a short text that differs when a drawing would differ, but for ages."""
    from hashlib import blake2b
    from json import dumps

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items() if key not in ("age_ms", "at_ms", "time")}
        return [plain(item) for item in value] if isinstance(value, list) else value

    return blake2b(dumps(plain({key: scene[key] for key in ("nodes", "unplaced", "owners", "services", "events", "log", "lit")}), sort_keys=True).encode(), digest_size=8).hexdigest()
