"""From a scene to what the templates draw: boxes to scale, words by language, what changed in one sentence.

Pure functions of plain data; sizes in the units of the drawing (one unit is a CSS pixel at full width).
"""

import re
from math import sqrt
from typing import Any

from learnk8s.playground.hosts import drawn_hosts, drawn_layers, value_of
from learnk8s.playground.shapes import POINTS, shape_of, slug
from learnk8s.simulation.kubernetes.scene import own_part

Scene = dict[str, Any]
NODE_WIDTH = 300
POD_GAP = 6
DENSE_PODS, UNPLACED_SHOWN, CHILDREN_SHOWN, TWIN_NODES = 150, 60, 40, 30
"""From how many pods on each is a token without words, and how many are drawn outside of nodes, named below an owner, told node by node in words."""


def minutes(at_ms: int) -> str:
    """Return a virtual moment as minutes and seconds.

    >>> minutes(125_300)
    '2:05'
    """
    seconds = at_ms // 1000
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}" if seconds >= 3600 else f"{seconds // 60}:{seconds % 60:02d}"


def as_counted(name: str) -> list[int | str]:
    """Return what names sort by as people count: node-2 comes before node-10, though kubectl lists them by their letters.

    >>> sorted(["node-10", "node-2", "control-plane"], key=as_counted)
    ['control-plane', 'node-2', 'node-10']
    """
    return [int(part) if place % 2 else part for place, part in enumerate(re.split(r"(\d+)", name))]


SERVICES_LARGE = 6
"""So many Services are drawn with all that they say; of more, each is a line, so that the nodes are still seen below them."""
TOKENS = ("process", "kernel")
"""Kinds that are small beside a drawing of their machine."""


def drawn(scene: Scene, language: str) -> Scene:
    """Return a scene with everything that a template needs to draw it."""
    text = f"text_{language}"
    if "boxes" in scene:
        hosts = drawn_hosts(scene, language)
        cards = [child for box in scene["boxes"] for child in (box["children"] if box["kind"] == "machine" else (box,))] if len(hosts) == 1 or scene.get("world") == "hypervisor" else [box for box in scene["boxes"] if not hosts or box["kind"] != "machine"]
        return {**scene, "boxes": [_box(box, language, 0) for box in scene["boxes"]], "hosts": hosts, "disk": drawn_layers(scene, language), "cards": [_box(box, language, 0) for box in cards if box["kind"] not in TOKENS], "tokens": [_box(box, language, 1) for box in cards if box["kind"] in TOKENS], "log": _log(scene["log"], language), "score": scored(scene["scoreboard"], language), "score_zero": zeros(scene["scoreboard"], language),
                "is_drawn_as_boxes": True}
    count = sum(len(node["pods"]) for node in scene["nodes"]) + len(scene["unplaced"])
    dense = count > DENSE_PODS
    nodes = [_node(node, dense=dense) for node in sorted(scene["nodes"], key=lambda node: as_counted(node["name"]))]
    wanted = sum(owner["desired"] for owner in scene["owners"])
    log = _log(scene["log"], language)
    events = [{**event, "when": minutes(event["at_ms"])} for event in scene["events"]]
    services = [{**_service(service, text), "is_small": len(scene["services"]) > SERVICES_LARGE} for service in scene["services"]]
    unplaced = [_pod(pod) for pod in scene["unplaced"]]
    return {**scene, "nodes": nodes, "unplaced": unplaced[:UNPLACED_SHOWN], "unplaced_more": max(len(unplaced) - UNPLACED_SHOWN, 0), "dense": dense, "pods_count": count, "owners": _owners(scene["owners"]), "log": log, "events": events, "services": services, "pods_wanted": wanted,
            "is_empty": not scene["owners"] and not any(node["pods"] for node in nodes) and not scene["unplaced"], "ghosts": _ghosts(scene)[:UNPLACED_SHOWN]}


def _owners(owners: list[Scene]) -> list[Scene]:
    """Return the owner forest, in which many children are counted by their word instead of named."""
    shown = []
    for owner in owners:
        children = owner.get("children", ())
        pods = [child for child in children if child["kind"] == "Pod"]
        if len(pods) <= CHILDREN_SHOWN:
            shown.append({**owner, "children": _owners(list(children))})
            continue
        words: dict[tuple[str, str], int] = {}
        for pod in pods:
            words[pod["word"], pod["health"]] = words.get((pod["word"], pod["health"]), 0) + 1
        counted = [{"word": word, "health": health, "count": count} for (word, health), count in words.items()]
        shown.append({**owner, "children": _owners([child for child in children if child["kind"] != "Pod"]), "counted": counted})
    return shown


HEALTH = {"good": "ok", "busy": "wait", "bad": "bad", "idle": "off"}
SCORES: dict[str, tuple[str, str]] = {
    "machines": ("machines", "기계"), "machines_on": ("machines that are on", "켜진 기계"), "guests": ("guests", "게스트"), "guests_on": ("guests that run", "도는 게스트"), "guests_serving": ("guests that serve", "서비스하는 게스트"),
    "cpu_used_percent": ("CPU in use, %", "쓰는 CPU, %"), "memory_used_percent": ("memory in use, %", "쓰는 메모리, %"), "guest_system_mib": ("eaten by systems, MiB", "시스템이 먹는 메모리, MiB"), "guest_system_percent": ("eaten by systems, %", "시스템이 먹는 비율, %"),
    "system_share_percent": ("share of systems in what is used, %", "쓰는 것 중 시스템의 몫, %"), "useful_mib": ("used by programs, MiB", "프로그램이 쓰는 메모리, MiB"), "scale_out_ms": ("time to one more, ms", "하나 더 띄우는 시간, ms"), "blast_radius": ("fall with one machine", "기계 하나와 함께 넘어지는 수"),
    "cost_cents_per_hour": ("cost, cents an hour", "비용, 시간당 센트"), "requests_served": ("requests served", "응답한 요청"), "requests_failed": ("requests failed", "실패한 요청"), "downtime_ms": ("down, ms", "중단 시간, ms"), "commands": ("commands typed", "입력한 명령"),
    "cpu_requested_percent": ("CPU asked for, %", "요청한 CPU, %"), "memory_requested_percent": ("memory asked for, %", "요청한 메모리, %"), "pods": ("pods", "파드"), "pods_ready": ("pods ready", "준비된 파드"), "bill_cents": ("bill so far, cents", "지금까지 요금, 센트"),
    "incidents_of_provider": ("incidents of the provider", "제공자의 사고"), "incidents_of_yours": ("incidents of yours", "내 몫의 사고"), "processes": ("processes", "프로세스"), "isolated": ("isolated services", "격리된 서비스"), "swapping": ("machines that swap", "스왑하는 기계"),
    "containers": ("containers", "컨테이너"), "containers_running": ("containers that run", "도는 컨테이너"), "recover_ms": ("time to recover, ms", "회복에 걸린 시간, ms"), "oom_kills": ("killed for memory", "메모리 부족으로 죽은 수"), "disk_used_percent": ("disk in use, %", "쓰는 디스크, %"),
    "acts": ("acts by hand", "손으로 한 일"), "acts_ssh": ("of these: ssh", "그중 ssh"), "acts_docker": ("of these: docker", "그중 docker"), "acts_edit": ("of these: edits", "그중 파일 고치기"), "acts_reload": ("of these: reloads", "그중 다시 읽기"), "pages": ("pages", "호출"), "pages_at_night": ("pages at night", "한밤의 호출"),
    "inventory_wrong": ("wrong lines in the inventory", "장부와 다른 줄"),
    "stood_still_ms": ("stood still, ms", "멈춰 있던 시간, ms"),
}
"""What each count is called, for those that mean something to a reader."""


ALWAYS = ("requests_served", "requests_failed")
"""Counts of which nought is news as well."""


def scored(counts: Scene, language: str) -> list[Scene]:
    """Return the counts of a scoreboard that say something, with their names, in the order in which the world gives them. A unit does not stand alone on a line."""
    return [{"name": SCORES[key][language == "ko"].replace(", ", ",\N{NO-BREAK SPACE}"), "value": value} for key, value in counts.items() if key in SCORES and (value or key in ALWAYS)]


def zeros(counts: Scene, language: str) -> list[str]:
    """Return the names of the counts that are nought, of which one sentence is enough."""
    return [SCORES[key][language == "ko"].partition(",")[0] for key, value in counts.items() if key in SCORES and not value and key not in ALWAYS]


ACTORS = {
    "input": ("you", "나"), "scenario": ("scenario", "시나리오"), "fault": ("fault", "고장"), "accident": ("accident", "사고"), "customers": ("customers", "손님"), "sale": ("sale", "할인 행사"), "traffic": ("traffic", "트래픽"), "team": ("team", "동료"), "neighbour": ("neighbour", "이웃"), "operator": ("you", "나"),
    "monitoring": ("monitoring", "모니터링"), "kernel": ("kernel", "커널"), "machine": ("machine", "기계"), "process": ("process", "프로세스"), "hypervisor": ("hypervisor", "하이퍼바이저"), "provider": ("provider", "제공자"), "autoscaler": ("cluster autoscaler", "클러스터 오토스케일러"),
}
"""Who did something, where it is no name of a program."""


def _log(links: list[Scene], language: str) -> list[Scene]:
    """Return the links of a log with their sentence and their actor in the reader's language."""
    return [{**link, "text": link[f"text_{language}"], "when": minutes(link["at_ms"]), "actor": ACTORS[link["actor"]][language == "ko"] if link["actor"] in ACTORS else link["actor"]} for link in links]


def _box(box: Scene, language: str, depth: int) -> Scene:
    meter = box.get("meter")
    facts = [{"name": fact[language == "ko"], "value": value_of(fact, language)} for fact in box.get("facts", ())]
    full = {"used": meter[0], "total": meter[1], "unit": value_of(meter, language), "percent": _percent(meter[0], meter[1])} if meter else None
    return {**box, "title": box.get("title_ko") or box["title"] if language == "ko" else box["title"], "word": box.get(f"word_{language}") or box.get("word", ""), "health": HEALTH.get(box["health"], "off"), "facts": facts, "meter": full, "children": [_box(child, language, depth + 1) for child in box.get("children", ())], "id": f"box-{slug(box['ref'])}",
            "depth": depth, "shape": shape_of(box.get("app") or box["title"]), "points": POINTS.get(shape_of(box.get("app") or box["title"]), ""), "letter": box["title"][:1].upper(), "is_leaf": not box.get("children") and depth > 0}


def _node(node: Scene, *, dense: bool) -> Scene:
    cpu, memory = node["cpu"], node["memory"]
    pods = [_pod(pod) for pod in node["pods"]]
    return {**node, "id": f"node-{slug(node['name'])}", "dense": dense, "pods": pods, "cpu_percent": _percent(cpu["requested_m"], cpu["capacity_m"]), "memory_percent": _percent(memory["requested"], memory["capacity"]),
            "memory_gib": round(memory["capacity"] / 2**30, 1), "cpu_count": cpu["capacity_m"] // 1000, "lost": node["health"] == "bad"}


def _pod(pod: Scene) -> Scene:
    size = max(28, min(64, round(sqrt(max(pod["memory"], 4 * 2**20) / 2**20) * 4)))
    return {**pod, "shape": shape_of(pod["app"]), "points": POINTS.get(shape_of(pod["app"]), ""), "size": size, "id": f"pod-{pod['namespace']}-{pod['name']}", "short": own_part(pod)}


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
