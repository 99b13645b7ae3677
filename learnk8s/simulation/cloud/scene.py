"""The scene of this era in the eras' common form: the control plane, zones, machines in zones, pods on machines, load balancers."""

from typing import Any

from learnk8s.simulation.cloud.prices import dollars
from learnk8s.simulation.cloud.provider import VERSIONS, ZONES, Provider
from learnk8s.simulation.kubernetes.scene import own_part

HEALTH = {"ok": "good", "wait": "busy", "bad": "bad", "off": "idle"}
Box = dict[str, Any]
WORDS_KO = {"ABSENT": "아직 없음", "PROVISIONING": "만드는 중", "RUNNING": "실행 중", "UPGRADING": "올리는 중", "up": "켜짐", "down": "멈춤", "provisioning": "준비하는 중", "leaving": "비우는 중", "running": "실행 중", "<pending>": "주소를 기다림"}
"""What is not a word of Kubernetes, which stays as it is."""


def boxes_of(provider: Provider, cluster: Box) -> list[Box]:
    """Return the boxes; `cluster` is the scene of the Kubernetes world."""
    nodes = {node["name"]: node for node in cluster["nodes"]}
    boxes = [_plane(provider)]
    for zone in ZONES:
        machines = [name for name in sorted(provider.machines) if provider.machines[name]["zone"] == zone]
        is_down = zone in provider.down_zones
        if machines or is_down:
            boxes.append({"ref": f"Zone//{zone}", "kind": "zone", "title": zone, "word": "down" if is_down else "up", "health": "bad" if is_down else "good", "facts": [["Machines", "기계", str(len(machines))]],
                          "children": [_machine(provider, name, nodes.get(name)) for name in machines]})
    if cluster["unplaced"]:
        boxes.append({"ref": "Pending//", "kind": "pending", "title": "Pending", "word": "Pending", "health": "busy", "facts": [["Pods", "파드", str(len(cluster["unplaced"]))]], "children": [_pod(pod) for pod in cluster["unplaced"]]})
    boxes.extend({"ref": f"LoadBalancer//{key}", "kind": "load-balancer", "title": key, "word": address or "<pending>", "health": "good" if address else "busy", "facts": [], "children": []} for key, address in sorted(provider.balancers.items()))
    return [_in_korean(box) for box in boxes]


def _in_korean(box: Box) -> Box:
    return {**box, "word_ko": WORDS_KO.get(box["word"], ""), "children": [_in_korean(child) for child in box["children"]]}


def _plane(provider: Provider) -> Box:
    is_broken = bool(provider.etcd_lost and not provider.managed) or (not provider.managed and provider.now_ms >= provider.certs_until_ms)
    health = "idle" if provider.status == "ABSENT" else "bad" if is_broken else "good" if provider.status == "RUNNING" else "busy"
    return {"ref": f"ManagedCluster//{provider.cluster_name}", "kind": "control-plane", "title": provider.cluster_name, "word": provider.status, "health": health,
            "facts": [["Looked after by", "돌보는 이", *(("provider", "제공자") if provider.managed else ("you", "나"))], ["Version", "버전", VERSIONS[provider.version]], ["Cost so far", "지금까지의 비용", dollars(sum(provider.billed().values()))],
                      ["Open incidents", "열린 사고", str(sum(entry["ended_ms"] is None for entry in provider.incidents))]], "children": []}


def _machine(provider: Provider, name: str, node: Box | None) -> Box:
    machine = provider.machines[name]
    pool = provider.pools[machine["pool"]]
    word = machine["state"] if node is None or machine["state"] != "running" else node["word"]
    health = "bad" if machine["zone"] in provider.down_zones else "busy" if node is None or machine["state"] != "running" else HEALTH[node["health"]]
    box = {"ref": f"Node//{name}", "kind": "machine", "title": name, "word": word, "health": health,
           "facts": [["Pool", "풀", pool["name"]], ["Machine type", "기계 종류", pool["machine_type"]], ["Spot", "스팟", *(("yes", "맞음") if pool["spot"] else ("no", "아님"))]], "children": [_pod(pod) for pod in node["pods"]] if node else []}
    return {**box, "meter": [node["cpu"]["requested_m"], node["cpu"]["capacity_m"], "m"]} if node else box


def _pod(pod: Box) -> Box:
    title = f"{pod['app']} {own_part(pod)}" if own_part(pod) else pod["name"]
    return {"ref": pod["ref"], "kind": "pod", "title": title, "app": pod["app"], "word": pod["word"], "health": HEALTH[pod["health"]], "facts": [["Ready", "준비", pod["ready"]], ["Image", "이미지", pod["image"]]], "children": []}


def links_of(cluster: Box) -> list[Box]:
    """Return from each service to the pods behind it."""
    return [{"from": service["ref"], "to": entry["pod"], "word": f"{service['traffic']['per_second']}/s", "health": "good" if entry["ready"] else "bad"} for service in cluster["services"] for entry in service["endpoints"]]
