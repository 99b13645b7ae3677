"""The scene: a host with one kernel, containers on it, and its disk with layers of which images share many. Plain data in the eras' common form of boxes, with the layers beside."""

from typing import Any

from learnk8s.simulation.docker.container import Container
from learnk8s.simulation.docker.engine import SYSTEM_MIB, Engine
from learnk8s.simulation.docker.formatting import sized
from learnk8s.simulation.docker.layers import short
from learnk8s.simulation.docker.requests import Load
from learnk8s.simulation.docker.site import Site

MIB = 2**20
WORDS_KO = {"running": "실행 중", "exited": "종료됨", "created": "만들어짐", "paused": "멈춤", "restarting": "다시 시작하는 중", "starting": "시작하는 중", "healthy": "정상", "unhealthy": "비정상", "hangs": "응답 없음", "OOM killed": "메모리 부족으로 종료", "one kernel": "커널 하나", "off": "꺼짐", "booting": "부팅 중", "disk full": "디스크 가득 참",
            "serving": "응답 중", "502": "502", "image": "이미지"}
IMAGES_SHOWN = 24
CONTAINERS_SHOWN = 60


def boxes_of(site: Site) -> list[dict[str, Any]]:
    """Return a box for each host."""
    load = site.requests.load()
    return [host_box(engine, load) for engine in site.hosts.values()]


def host_box(engine: Engine, load: Load) -> dict[str, Any]:
    """Return a host with its containers."""
    given = sum(share for (host, _), share in load.given.items() if host == engine.name)
    used, total = engine.disk_used(), engine.disk_bytes
    full = engine.disk_free() < 200_000_000
    word = engine.power if engine.power != "on" else "disk full" if full else "one kernel"
    up = sum(container.is_up for container in engine.containers.values())
    shown = sorted(engine.containers.values(), key=lambda container: (not container.is_up, container.name))[:CONTAINERS_SHOWN]
    return {
        "ref": f"Machine//{engine.name}", "kind": "machine", "title": engine.name, "word": word, "word_ko": WORDS_KO[word], "health": "idle" if engine.power == "off" else "busy" if engine.power == "booting" else "bad" if full else "good",
        "facts": [["Containers", "컨테이너", f"{up} / {len(engine.containers)}"], ["CPU in use", "쓰는 CPU", f"{given}m / {engine.cpus * 1000}m"], ["Disk", "디스크", f"{sized(used)} / {sized(total)}"], ["System and daemon", "시스템과 데몬", f"{SYSTEM_MIB if engine.power == 'on' else 0} MiB"]],
        "meter": [engine.used_mib(), engine.memory_mib, "MiB"], "children": [container_box(engine, container, load) for container in shown],
    }


def health_of(engine: Engine, container: Container) -> tuple[str, str]:
    """Return a container's health and the word for it."""
    now_ms = engine.site.now_ms
    if container.state == "exited":
        return ("bad", "OOM killed") if container.oom_killed else ("idle" if container.exit_code in (0, 143) or container.stopped_by_hand else "bad", "exited")
    if container.state in ("created", "paused", "restarting"):
        return ("idle" if container.state == "created" else "bad" if container.state == "restarting" else "busy"), container.state
    if container.is_hung:
        return "bad", "hangs"
    if container.health_state in ("unhealthy", "healthy"):
        return ("bad" if container.health_state == "unhealthy" else "good"), container.health_state
    if container.ready_ms < 0 or container.ready_ms > now_ms:
        return "busy", "starting"
    if container.does.program and engine.site.requests.path_of((engine, container.id))[1] == "upstream":
        return "bad", "502"
    return "good", "running"


def container_box(engine: Engine, container: Container, load: Load) -> dict[str, Any]:
    """Return a container with the program in it."""
    health, word = health_of(engine, container)
    used = container.memory_at(engine.site.now_ms) // MIB
    key = engine.name, container.id
    facts = [["Image", "이미지", container.image_name], ["Memory", "메모리", f"{used} MiB" + (f" / {container.memory // MIB} MiB" if container.memory else "")], ["CPU", "CPU", f"{load.given.get(key, 0)}m" + (f" / {container.millicpus}m" if container.millicpus else "")]]
    if container.ports:
        facts.append(["Port", "포트", ", ".join(f"{outer} → {inner}" for _ip, outer, inner, _kind in container.ports)])
    if container.networks:
        facts.append(["Network", "네트워크", ", ".join(f"{name} {held.get('ip', '')}".strip() for name, held in container.networks.items())])
    if container.mounts:
        facts.append(["Mount", "마운트", ", ".join(f"{(mount['source'] or 'tmpfs')[:20]} → {mount['target']}" for mount in container.mounts)])
    facts.append(["Own layer", "쓰기 레이어", sized(engine.own_size(container))])
    if container.exit_code:
        facts.append(["Exit code", "종료 코드", str(container.exit_code)])
    return {"ref": engine.ref(container), "kind": "container", "title": container.name, "word": word, "word_ko": WORDS_KO[word], "health": health, "facts": facts, "meter": [used, container.memory // MIB, "MiB"] if container.memory else None, "children": [],
            "app": container.does.program or container.does.title, "memory_mib": used, "limit_mib": container.memory // MIB, "ports": [entry[1] for entry in container.ports], "mounts": len(container.mounts), "is_up": container.is_up, "image": container.image_name}


def layers_of(engine: Engine) -> list[dict[str, Any]]:
    """Return the images of a host as columns of layers, those that share a base beside each other."""
    found = sorted(engine.shelf.images.values(), key=lambda image: (image.layers, image.id))[:IMAGES_SHOWN]
    used = {container.image for container in engine.containers.values()}
    return [{"ref": f"Image/{engine.name}/{(engine.shelf.names_of(image) or [short(image.id)])[0]}", "title": (engine.shelf.names_of(image) or ["<none>"])[0], "names": engine.shelf.names_of(image), "used": image.id in used, "layers": [[short(name), engine.site.store[name].size] for name in image.layers]} for image in found]


def links_of(site: Site) -> list[dict[str, Any]]:
    """Return where the requests go."""
    links = []
    for flow in site.requests.shown():
        targets = site.flow_targets(flow["flow"]) if flow["per_second"] else []
        for target in targets:
            path, wrong = site.requests.path_of(target)
            before = f"Traffic//{flow['flow']}"
            for engine, number in path:
                links.append({"from": before, "to": engine.ref(engine.containers[number]), "word": f"{flow['per_second'] // len(targets)}/s", "health": "bad" if wrong else "good"})
                before = engine.ref(engine.containers[number])
        if flow["per_second"] and not targets:
            links.append({"from": f"Traffic//{flow['flow']}", "to": "", "word": f"{flow['per_second']}/s", "health": "bad"})
    return links
